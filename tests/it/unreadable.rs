//! Entries on the disk that the server cannot read or remove. Each is skipped and reported, and
//! everything else works. The server does not run as root, and some files beside its own belong to
//! root.

mod deep;
mod removal;
mod start;
mod walks;

use crate::harness::{Caller, Data, Element, Launch, SERVICE_USER, Server, may_change_owners};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A server that does not run as root, on data of which some entries belong to root. Returns `None`
/// if the tests do not run as root.
fn beside_root(prepare: impl FnOnce(&Data)) -> Option<Server> {
    if !may_change_owners() {
        return None;
    }
    let launch = Launch::on(Data::with_accounts()).run_as_service();
    prepare(launch.data());
    Some(launch.start())
}

/// Creates a folder with a file that belong to the server.
fn folder(path: &Path) {
    fs::create_dir(path).unwrap();
    fs::write(path.join("file"), b"content").unwrap();
    for path in [path, &path.join("file")] {
        chown(path, Some(SERVICE_USER), Some(SERVICE_USER)).unwrap();
    }
}

/// Changes the owner of an entry to root, and its mode to this one.
fn close(path: &Path, mode: u32) {
    chown(path, Some(0), Some(0)).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Changes the owner of an entry back to the server's user.
fn open(path: &Path) {
    let owner = format!("{SERVICE_USER}:{SERVICE_USER}");
    assert!(Command::new("chown").args(["-R", &owner]).arg(path).status().unwrap().success());
}

/// A file that nobody can change or remove (chattr(1)) until the value is dropped.
struct Immutable(PathBuf);

impl Immutable {
    /// Returns `None`, with a line on standard error, if the file system does not support that.
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

/// A finding with these values.
fn finding(kind: &str, path: &Path, reason: &str) -> [String; 3] {
    [kind.to_owned(), path.display().to_string(), reason.to_owned()]
}
