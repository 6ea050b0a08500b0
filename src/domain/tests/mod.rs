//! Tests of the rules with real back ends, without an entry point.

mod across;
mod background;
mod checksums;
pub(crate) mod closed;
mod elsewhere;
mod ended;
mod faults;
mod locks;
mod room;
mod uploads;

use crate::base::fault_injection;
use crate::base::path::CloudPath;
use crate::base::shown_path::ShownPath;
use crate::base::user_name::UserName;
use crate::config::{Given, Origin, Settings};
use crate::domain::accounts::account::{self, NewAccount};
use crate::domain::accounts::actor::{Admin, User};
use crate::domain::accounts::sessions::{self, Session, Side};
use crate::domain::upload::part::{Condition, PartOptions};
use crate::domain::{Change, Cloud, DATABASE_NAME};
use crate::error::Result;
use crate::test_directory::TestDirectory;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

/// The tops of volume 0 and of a further volume, below the data directory.
const TOPS: [&str; 2] = ["files", "disk"];

/// A database with the account of bob, who is signed in, and the secrets of his session.
struct Prepared {
    database: Vec<u8>,
    seed: String,
    hash: String,
    /// The marks of the volumes.
    marks: [Vec<u8>; 2],
}

static PREPARED: LazyLock<Prepared> = LazyLock::new(|| {
    let directory = TestDirectory::in_memory();
    fs::create_dir_all(directory.join("disk/folder")).unwrap();
    let cloud = open(&directory);
    let account = NewAccount::with_hash(UserName::parse("bob").unwrap(), "none".into());
    cloud.commit(move |tx| account::add(tx, &account)).unwrap();
    let account = cloud.view().existing_account("bob").unwrap();
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let signed_in = sessions::new_session(Side::User, account, here, "test", cloud.now());
    let (seed, hash) = (signed_in.seed.clone(), signed_in.hash.clone());
    cloud.commit(move |tx| sessions::insert(tx, &signed_in)).unwrap();
    cloud.close();
    drop(cloud);
    let database = fs::read(directory.join(DATABASE_NAME)).unwrap();
    let marks = TOPS.map(|top| fs::read(mark(&directory, top)).unwrap());
    Prepared { database, seed, hash, marks }
});

fn mark(directory: &Path, top: &str) -> PathBuf {
    directory.join(top).join(".cloudlet/volume.json")
}

fn open(directory: &Path) -> Cloud {
    let volumes = format!("disk={}", directory.join("disk").display());
    let given = [("volumes", volumes.as_str()), ("free_space_floor_mb", "0")]
        .map(|(name, text)| (name.to_owned(), Given { text: text.into(), origin: Origin::File }));
    Cloud::open(directory, Settings::read(BTreeMap::from(given)).unwrap()).unwrap()
}

fn signed_in(cloud: &Cloud) -> Option<User> {
    let session = cloud.view().session(Side::User, &PREPARED.seed, &PREPARED.hash).unwrap();
    session.map(User::signed_in)
}

/// An administrator who reaches all files, even those of removed accounts.
fn everywhere() -> User {
    User::proxy(&Admin::signed_in(Arc::new(Session::of_visitor("admin".into()))))
}

fn path(text: &str) -> CloudPath {
    CloudPath::parse(text).unwrap()
}

fn shown(text: &str) -> ShownPath {
    ShownPath::parse(text).unwrap()
}

/// A cloud with one account.
pub(crate) struct TestCloud {
    pub(crate) cloud: Cloud,
    pub(crate) user: User,
    // The last field is dropped last, when nothing uses the directory any more.
    directory: TestDirectory,
}

impl TestCloud {
    pub(crate) fn new() -> TestCloud {
        TestCloud::in_directory(TestDirectory::in_memory())
    }

    /// A cloud whose data is on a disk, for tests that a file system in memory does not allow.
    pub(crate) fn on_disk() -> TestCloud {
        TestCloud::in_directory(TestDirectory::new())
    }

    /// The same cloud for calls, which share it. Dropping the last value removes the directory.
    pub(crate) fn shared(self) -> (Arc<Cloud>, User, impl Drop) {
        (Arc::new(self.cloud), self.user, self.directory)
    }

    /// The cookies of bob's session.
    pub(crate) fn cookie() -> String {
        let Prepared { seed, hash, .. } = &*PREPARED;
        format!("tonido-login-user=bob; tonido-login-seed={seed}; tonido-login-hash={hash}")
    }

    fn in_directory(directory: TestDirectory) -> TestCloud {
        fs::write(directory.join(DATABASE_NAME), &PREPARED.database).unwrap();
        for (top, bytes) in TOPS.iter().zip(&PREPARED.marks) {
            let mark = mark(&directory, top);
            fs::create_dir_all(mark.parent().unwrap()).unwrap();
            fs::write(mark, bytes).unwrap();
        }
        let cloud = open(&directory);
        cloud.recover().unwrap();
        cloud.mend_what_came().unwrap();
        cloud.ensure_home("bob").unwrap();
        let user = signed_in(&cloud).expect("bob is signed in");
        TestCloud { cloud, user, directory }
    }

    /// Stops, with the planned faults, and starts again without faults. Returns how many changes
    /// were made before.
    fn restarted(self) -> (TestCloud, u32) {
        let TestCloud { cloud, user, directory } = self;
        // A change that nobody waits for may still be running.
        cloud.close();
        drop(cloud);
        let changes = fault_injection::end();
        let cloud = open(&directory);
        cloud.recover().unwrap();
        cloud.mend_what_came().unwrap();
        // The user of a removed account is still needed to look at the files.
        let user = signed_in(&cloud).unwrap_or(user);
        (TestCloud { cloud, user, directory }, changes)
    }

    /// Commits a change or undoes it, as a call does.
    fn settle<T: Send + 'static>(&self, change: Result<Change<T>>) -> Result<T> {
        self.cloud.settle(change?)
    }

    /// Uploads a file in this number of parts.
    fn upload(&self, target: &str, text: &str, parts: usize) -> Result<()> {
        let target = self.cloud.view().writable(&self.user, &shown(target))?;
        let length = text.len().div_ceil(parts);
        let mut offset = 0;
        for (number, bytes) in text.as_bytes().chunks(length).enumerate() {
            let options = PartOptions {
                offset,
                is_last: number + 1 == parts,
                size: Some(text.len() as u64),
                modified: None,
                condition: Condition::default(),
                name: None,
                connection: 1,
                bytes_announced: Some(bytes.len() as u64),
            };
            let mut part = self.cloud.begin_part(&self.user, &target, options)?;
            part.write(bytes)?;
            self.settle(part.finish())?;
            offset += bytes.len() as u64;
        }
        Ok(())
    }

    pub(crate) fn put(&self, target: &str, text: &str) {
        self.upload(target, text, 1).unwrap();
    }

    pub(crate) fn folder(&self, target: &str) {
        self.folder_by(&self.user, target);
    }

    pub(crate) fn folder_by(&self, user: &User, target: &str) {
        let place = self.cloud.view().writable(user, &shown(target)).unwrap();
        self.settle(self.cloud.create_folder(user, &place, &[], None)).unwrap();
    }

    /// The user of a new account, signed in.
    pub(crate) fn somebody(&self, name: &str) -> User {
        let account = NewAccount::with_hash(UserName::parse(name).unwrap(), "none".into());
        self.cloud.commit(move |tx| account::add(tx, &account)).unwrap();
        self.cloud.ensure_home(name).unwrap();
        let account = self.cloud.view().existing_account(name).unwrap();
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let signed_in = sessions::new_session(Side::User, account, here, "test", self.cloud.now());
        let (seed, hash) = (signed_in.seed.clone(), signed_in.hash.clone());
        self.cloud.commit(move |tx| sessions::insert(tx, &signed_in)).unwrap();
        let session = self.cloud.view().session(Side::User, &seed, &hash).unwrap();
        User::signed_in(session.expect("the account is signed in"))
    }

    fn rename(&self, from: &str, to: &str, replace: bool) -> Result<()> {
        let view = self.cloud.view();
        let (from, to) = (view.writable(&self.user, &shown(from))?, view.writable(&self.user, &shown(to))?);
        self.settle(self.cloud.rename(&self.user, &from.moved_to(to)?, replace)).map(drop)
    }

    fn copy(&self, from: &str, to: &str, replace: bool) -> Result<()> {
        let view = self.cloud.view();
        let (from, to) =
            (view.downloadable(&self.user, &shown(from))?, view.writable(&self.user, &shown(to))?);
        let change = self.cloud.copy(&self.user, &from, &to, replace).map(|(change, _)| change);
        self.settle(change).map(drop)
    }

    pub(crate) fn delete(&self, target: &str) -> Result<()> {
        let target = self.cloud.view().deletable(&self.user, &shown(target))?;
        self.settle(self.cloud.delete(&self.user, &target)).map(drop)
    }

    fn restore(&self, target: &str) -> Result<()> {
        let from = self.cloud.view().writable(&self.user, &shown(target))?;
        self.settle(self.cloud.restore(&self.user, &from)).map(drop)
    }

    /// The content of a file.
    fn read(&self, target: &str) -> Option<String> {
        self.read_by(&self.user, target)
    }

    fn read_by(&self, user: &User, target: &str) -> Option<String> {
        let target = self.cloud.view().readable(user, &shown(target)).unwrap();
        let mut reader = self.cloud.view().reader(&target).unwrap()?;
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        Some(text)
    }

    /// The ids of the versions of a file, the present content first.
    fn versions(&self, target: &str) -> Vec<String> {
        self.versions_by(&self.user, target)
    }

    fn versions_by(&self, user: &User, target: &str) -> Vec<String> {
        let target = self.cloud.view().readable(user, &shown(target)).unwrap();
        let versions = self.cloud.view().versions(&target).unwrap();
        versions.into_iter().map(|version| version.id).collect()
    }

    /// All contents on the disk, in any folder.
    fn contents(&self) -> Vec<String> {
        let (mut contents, mut waiting) = (Vec::new(), TOPS.map(|top| self.directory.join(top)).to_vec());
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    waiting.push(path);
                } else {
                    contents.push(fs::read_to_string(path).unwrap());
                }
            }
        }
        contents
    }

    /// The names in one of the hidden folders of both volumes.
    fn private(&self, folder: &str) -> Vec<String> {
        let folders = TOPS.map(|top| self.directory.join(top).join(".cloudlet").join(folder));
        let entries = folders.into_iter().flat_map(|folder| fs::read_dir(folder).unwrap());
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}
