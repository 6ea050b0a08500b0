//! Entries of the disk that the server cannot read or remove: each is passed over and named, and
//! all else goes on. The server runs as a user that is not root, beside files of root's.

mod deep;
mod removal;
mod start;
mod walks;

use crate::harness::{Caller, Data, Element, Launch, SERVICE_USER, Server, may_change_owners};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A server that is not root, on data in which some things are root's; `None` where the tests are
/// not root.
fn beside_root(prepare: impl FnOnce(&Data)) -> Option<Server> {
    if !may_change_owners() {
        return None;
    }
    let launch = Launch::on(Data::with_accounts()).run_as_service();
    prepare(launch.data());
    Some(launch.start())
}

/// Makes a folder of the server's with a file in it.
fn folder(path: &Path) {
    fs::create_dir(path).unwrap();
    fs::write(path.join("file"), b"content").unwrap();
    for path in [path, &path.join("file")] {
        chown(path, Some(SERVICE_USER), Some(SERVICE_USER)).unwrap();
    }
}

/// Gives an entry to root, with this mode.
fn close(path: &Path, mode: u32) {
    chown(path, Some(0), Some(0)).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Gives an entry back to the server.
fn open(path: &Path) {
    let owner = format!("{SERVICE_USER}:{SERVICE_USER}");
    assert!(Command::new("chown").args(["-R", &owner]).arg(path).status().unwrap().success());
}

/// A file that nobody can change or remove (chattr(1)), until this is dropped.
struct Immutable(PathBuf);

impl Immutable {
    /// `None` where the file system has none, and says so.
    fn make(path: &Path) -> Option<Immutable> {
        let done = Command::new("chattr").arg("+i").arg(path).output();
        let is_made = done.is_ok_and(|output| output.status.success());
        if !is_made {
            eprintln!("NOT TESTED: an immutable file, as chattr +i does not work here");
        }
        is_made.then(|| Immutable(path.to_owned()))
    }
}

impl Drop for Immutable {
    fn drop(&mut self) {
        drop(Command::new("chattr").arg("-i").arg(&self.0).output());
    }
}

/// The findings on the dashboard: the failed action, the path and the reason.
fn findings(admin: &mut Caller) -> Vec<[String; 3]> {
    let answer: Element = admin.administer("getfindings", &[]).xml();
    let told = |finding: &Element| ["kind", "path", "reason"].map(|field| finding.field(field).to_owned());
    answer.all("finding").map(told).collect()
}

/// One of these.
fn finding(kind: &str, path: &Path, reason: &str) -> [String; 3] {
    [kind.to_owned(), path.display().to_string(), reason.to_owned()]
}
