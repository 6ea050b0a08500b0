//! Access lists of folders. They are set through the API and hold for everything below the folder.

mod hidden;
mod setting;
mod sharing;
mod whole;

use crate::harness::{Caller, Data, Element, Launch, Server};
use std::fs;
use std::path::PathBuf;

/// A server with a disk for everybody. The folder `Open` holds `note.txt` and the folder `Closed`,
/// which holds `secret.txt`.
fn ground() -> (Server, PathBuf) {
    let data = Data::with_accounts();
    let disk = data.path("family");
    fs::create_dir_all(disk.join("Open/Closed")).unwrap();
    fs::write(disk.join("Open/note.txt"), "hello").unwrap();
    fs::write(disk.join("Open/Closed/secret.txt"), "whisper").unwrap();
    let volumes = format!("family={}", disk.display());
    (Launch::on(data).setting("CLOUDLET_VOLUMES", volumes).start(), disk)
}

/// Sets an account's rights to a folder, as an admin at work on users' data.
fn set(admin: &mut Caller, path: &str, (kind, value): (&str, &str), perm: &str, flag: &str) {
    let entry = [("path", path), ("type", kind), ("value", value), ("perm", perm), ("flag", flag), AT_WORK];
    admin.core("addaclentry", &entry).done();
}

const AT_WORK: (&str, &str) = ("adminproxyuserid", "alice");

/// An account's rights in a folder, as an admin sees them: read, write, delete, share.
fn effective(admin: &mut Caller, path: &str, who: &str) -> [i64; 4] {
    let reply = admin.core("geteffectiveacl", &[("path", path), ("emailid", who), AT_WORK]).xml();
    let perm: &Element = reply.child("perm");
    ["read", "write", "delete", "share"].map(|right| perm.number(right))
}
