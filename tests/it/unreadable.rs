//! Entries of the disk that the server cannot read or remove: each is passed over and named, and all else goes on. The server
//! runs as a user that is not root, beside files of root's.

mod walks;

use crate::harness::{Caller, Data, Element, Launch, Server, may_change_owners};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

/// A server that is not root, on data in which some things are root's; `None` where the tests are not root.
fn beside_root(prepare: impl FnOnce(&Data)) -> Option<Server> {
    if !may_change_owners() {
        return None;
    }
    let data = Data::with_accounts();
    let launch = Launch::on(data).run_as_service();
    prepare(launch.data());
    Some(launch.start())
}

/// Makes something root's, with these bits.
fn close(path: &Path, mode: u32) {
    chown(path, Some(0), Some(0)).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// What the dashboard says needs a look: each path with its reason.
fn findings(admin: &mut Caller) -> Vec<(String, String)> {
    let answer: Element = admin.administer("getfindings", &[]).xml();
    let told = |finding: &Element| (finding.field("path").to_owned(), finding.field("reason").to_owned());
    answer.all("finding").map(told).collect()
}
