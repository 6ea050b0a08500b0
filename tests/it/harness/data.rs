//! Data directories. Each test has its own, which is removed when the test ends.

use super::disk::Disk;
use super::test_directory::TestDirectory;
use super::{PASSWORD, cloudlet};
use std::fs::{self, Permissions};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// An account that the tests use.
pub struct Account {
    pub name: &'static str,
    pub is_admin: bool,
}

/// The accounts in the cloud of every test. The name `bob` is the beginning of `bobby` on purpose.
pub const ACCOUNTS: [Account; 3] = [
    Account { name: "alice", is_admin: true },
    Account { name: "bob", is_admin: false },
    Account { name: "bobby", is_admin: false },
];

/// A directory that is removed when the value is dropped.
pub struct Data {
    // The disks stand before the directory, so that they are unmounted before it is removed.
    disks: Vec<Disk>,
    directory: TestDirectory,
}

/// A file or directory of the prepared cloud: its path, its mode, and the content of a file.
type Prepared = (PathBuf, u32, Option<Vec<u8>>);

/// A cloud with the accounts of the tests. It is made once, by the program's own command, and
/// copied for every test, because hashing three passwords for each test would take most of the
/// time.
static PREPARED: LazyLock<Vec<Prepared>> = LazyLock::new(|| {
    let data = Data::empty();
    for account in ACCOUNTS {
        let flags: &[&str] = if account.is_admin { &["--admin"] } else { &[] };
        let arguments = [&["user", "add", account.name, "--password-stdin"], flags].concat();
        cloudlet(&data, &arguments, &format!("{PASSWORD}\n")).succeeded();
    }
    let mut prepared = Vec::new();
    collect(&data.directory, Path::new(""), &mut prepared);
    prepared
});

impl Data {
    /// An empty directory.
    pub fn empty() -> Data {
        Data { disks: Vec::new(), directory: TestDirectory::new() }
    }

    /// A directory in memory, if the machine has a file system in memory. Tests use it that would
    /// otherwise wait for the disk again and again.
    pub fn in_memory() -> Data {
        Data { disks: Vec::new(), directory: TestDirectory::in_memory() }
    }

    /// A directory with a cloud that has the accounts of the tests.
    pub fn with_accounts() -> Data {
        let data = Data::empty();
        data.fill();
        data
    }

    /// Copies the prepared cloud into this directory.
    pub fn fill(&self) {
        for (path, mode, bytes) in PREPARED.iter() {
            let path = self.directory.join(path);
            match bytes {
                Some(bytes) => fs::write(&path, bytes).unwrap(),
                None => fs::create_dir_all(&path).unwrap(),
            }
            fs::set_permissions(&path, Permissions::from_mode(*mode)).unwrap();
        }
    }

    /// Mounts a small disk on a subdirectory, or on the directory itself. Needs the right to mount.
    pub fn mount(&mut self, below: &str, bytes: usize) {
        self.disks.push(Disk::mount(self.path(below), bytes));
    }

    /// Mounts an ext4 disk on a subdirectory. Returns false, with a line on standard error, if the
    /// machine cannot do that.
    pub fn mount_ext4(&mut self, below: &str, image: &Path) -> bool {
        let disk = Disk::mount_ext4(self.path(below), image);
        let is_mounted = disk.is_some();
        self.disks.extend(disk);
        is_mounted
    }

    /// Mounts another directory on a subdirectory. Needs the right to mount.
    pub fn bind(&mut self, source: &Path, below: &str) {
        self.disks.push(Disk::bind(source, self.path(below)));
    }

    /// Changes the owner of all files to a user, and their group to the group with the same number.
    /// Needs root.
    pub fn give_to(&self, user: u32) {
        let owner = format!("{user}:{user}");
        let status = Command::new("chown").args(["-R", &owner]).arg(&*self.directory).status().unwrap();
        assert!(status.success(), "chown -R {owner}: {status}");
    }

    /// Makes a subdirectory, or the whole directory, read-only or writable. If it is a mounted
    /// disk, the disk is mounted anew; otherwise the modes of the files change.
    pub fn make_read_only(&self, below: &str, is_read_only: bool) {
        let path = self.path(below);
        match self.disks.iter().find(|disk| disk.directory == path) {
            Some(disk) => disk.make_read_only(is_read_only),
            None => super::disk::change_mode(&path, is_read_only).unwrap(),
        }
    }

    /// The path of an entry in the directory. An empty text stands for the directory itself.
    pub fn path(&self, below: &str) -> PathBuf {
        if below.is_empty() { self.directory.to_path_buf() } else { self.directory.join(below) }
    }

    /// The path on the disk of a file that the API names by this path.
    pub fn file(&self, path: &str) -> PathBuf {
        self.directory.join("files").join(path.trim_start_matches('/'))
    }

    /// Changes a byte of a file as a broken disk does, so that nothing shows a write. A broken disk
    /// leaves the time of change as it was, which no test can do. So the test stores the new time
    /// in the database.
    pub fn damage(&self, path: &Path) {
        change_in_place(path);
        let stat = fs::metadata(path).unwrap();
        let changed = stat.ctime() * 1_000_000_000 + stat.ctime_nsec();
        let database = rusqlite::Connection::open(self.path("cloudlet.db")).unwrap();
        database.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
        let id = path.file_name().unwrap().to_str().unwrap();
        let of_file = "UPDATE checksums SET changed_ns = ?1 WHERE inode = ?2";
        let count = database.execute(of_file, (changed, stat.ino() as i64)).unwrap();
        let of_version = "UPDATE versions SET changed_ns = ?1 WHERE id = ?2";
        assert_eq!(count + database.execute(of_version, (changed, id)).unwrap(), 1, "{path:?} is not known");
    }
}

/// Changes a byte of a file as some other programs do: the length stays, and they set the time of
/// modification back.
pub fn change_in_place(path: &Path) {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let file = fs::File::options().write(true).open(path).unwrap();
    file.write_all_at(&bytes, 0).unwrap();
    file.set_modified(modified).unwrap();
}

fn collect(top: &Path, below: &Path, prepared: &mut Vec<Prepared>) {
    for entry in fs::read_dir(top.join(below)).unwrap() {
        let entry = entry.unwrap();
        let (path, metadata) = (below.join(entry.file_name()), entry.metadata().unwrap());
        let bytes = metadata.is_file().then(|| fs::read(entry.path()).unwrap());
        let is_folder = bytes.is_none();
        prepared.push((path.clone(), metadata.permissions().mode() & 0o7777, bytes));
        if is_folder {
            collect(top, &path, prepared);
        }
    }
}
