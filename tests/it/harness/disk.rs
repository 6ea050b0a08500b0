//! Small disks in memory for tests of full and read-only disks, and mounts of other kinds.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The user as whom the server runs if the tests run as root. Nothing else on the machine belongs
/// to this user.
pub const SERVICE_USER: u32 = 54_321;

/// True if this process runs as root (`Uid` of proc(5)).
pub fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:")).unwrap();
    line.split_whitespace().nth(1) == Some("0")
}

/// True if the tests can create files of root beside those of a server that is not root. Prints a
/// line if they cannot.
pub fn may_change_owners() -> bool {
    let may = is_root();
    if !may {
        eprintln!(
            "NOT TESTED: files of root's beside a server that is not root, as these tests are not run by root"
        );
    }
    may
}

/// True if this process may mount, because it is root. If `IT_MOUNTS` is set, it must be, so that
/// no test that mounts is left out.
pub fn may_mount() -> bool {
    let may = is_root();
    assert!(may || std::env::var_os("IT_MOUNTS").is_none(), "IT_MOUNTS is set, but only root may mount");
    may
}

/// A disk that is unmounted when the value is dropped.
pub struct Disk {
    pub directory: PathBuf,
}

impl Disk {
    pub fn mount(directory: PathBuf, bytes: usize) -> Disk {
        super::dead_mounts::end_once();
        let size = format!("size={bytes}");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&directory).output();
        assert!(
            mounted.as_ref().is_ok_and(|mounted| mounted.status.success()),
            "Root could not mount a small disk in memory: {mounted:?}. Run the tests where mounting is allowed, or not as \
             root: then a limit on the size of files stands in for the small disk."
        );
        Disk { directory }
    }

    /// Mounts a directory at another place too.
    pub fn bind(source: &Path, directory: PathBuf) -> Disk {
        super::dead_mounts::end_once();
        let mounted = Command::new("mount").arg("--bind").arg(source).arg(&directory).output();
        assert!(mounted.as_ref().is_ok_and(|mounted| mounted.status.success()), "mount --bind: {mounted:?}");
        Disk { directory }
    }

    /// Mounts an ext4 disk with `lost+found`, as people have them, on a directory. Returns `None`,
    /// with a line on standard error, if the machine cannot do that.
    pub fn mount_ext4(directory: PathBuf, image: &Path) -> Option<Disk> {
        super::dead_mounts::end_once();
        let run = |program: &str, arguments: &[&std::ffi::OsStr]| {
            let done = Command::new(program).args(arguments).output();
            done.is_ok_and(|output| output.status.success())
        };
        let made = std::fs::File::create(image).and_then(|file| file.set_len(64 << 20)).is_ok()
            && run("mkfs.ext4", &["-q".as_ref(), image.as_os_str()])
            && run("mount", &["-o".as_ref(), "loop".as_ref(), image.as_os_str(), directory.as_os_str()]);
        if !made {
            eprintln!("NOT TESTED: a disk with ext4, as this machine cannot make or mount one");
        }
        made.then_some(Disk { directory })
    }

    pub fn make_read_only(&self, is_read_only: bool) {
        let option = if is_read_only { "remount,ro" } else { "remount,rw" };
        let status = Command::new("mount").args(["-o", option]).arg(&self.directory).status().unwrap();
        assert!(status.success(), "mount -o {option}: {status}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(&self.directory).status();
        if !unmounted.as_ref().is_ok_and(std::process::ExitStatus::success) {
            eprintln!("{} stays mounted: {unmounted:?}", self.directory.display());
        }
    }
}

/// Removes or adds the right to write for a directory and everything below it.
pub fn change_mode(directory: &Path, is_read_only: bool) -> std::io::Result<()> {
    let mode = if is_read_only { "a-w" } else { "u+w" };
    let status = Command::new("chmod").args(["-R", mode]).arg(directory).status()?;
    if status.success() { Ok(()) } else { Err(std::io::Error::other(format!("chmod -R {mode}: {status}"))) }
}
