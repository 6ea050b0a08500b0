//! Every kind of change on a disk on which any one system call fails. Afterwards the old or the new
//! content is whole, the files beside it are untouched, and the next change works.

use crate::harness::{Caller, OnFaultyDisk, Reply, Server, names, noise, wait_until};
use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(20);
const TOP: &str = OnFaultyDisk::TOP;
/// An operation must need fewer system calls than this. Otherwise its test would be incomplete.
const CALLS_MAX: u32 = 400;

/// A kind of change of `folder/file`, whose content is `OLD`.
struct Operation {
    name: &'static str,
    change: fn(&mut Caller, folder: &str) -> Reply,
    /// The paths in the folder where the whole content may be afterwards. The first one is where it
    /// was before.
    places: &'static [&'static str],
}

pub fn old() -> Vec<u8> {
    noise(1, 5000)
}

pub fn new() -> Vec<u8> {
    noise(2, 7000)
}

const OPERATIONS: &[Operation] = &[
    Operation {
        name: "replace",
        change: |bob, folder| bob.upload(folder, "file", &new()),
        places: &["file"],
    },
    Operation {
        name: "rename",
        change: |bob, folder| {
            bob.core("renamefile", &[("path", folder), ("name", "file"), ("newname", "other")])
        },
        places: &["file", "other"],
    },
    Operation {
        name: "copy",
        change: |bob, folder| {
            let fields = [("path", folder), ("name", "file"), ("copyto", folder), ("copytoname", "copy")];
            bob.core("copyfile", &fields)
        },
        places: &["file"],
    },
    Operation {
        name: "delete",
        change: |bob, folder| bob.core("deletefile", &[("path", folder), ("name", "file")]),
        places: &["file", "(bin)"],
    },
    Operation {
        name: "create a folder",
        change: |bob, folder| bob.core("createfolder", &[("path", folder), ("name", "new")]),
        places: &["file"],
    },
    Operation {
        name: "move to another disk",
        change: |bob, folder| {
            let to = format!("/bob/{}", folder.rsplit('/').next().unwrap());
            bob.core("renameormove", &[("fromname", &format!("{folder}/file")), ("toname", &to)])
        },
        places: &["file", "(home)"],
    },
];

/// Creates a folder with a file, whose next change is to fail.
fn prepare(bob: &mut Caller, name: &str) -> String {
    let folder = format!("{TOP}/{name}");
    bob.core("createfolder", &[("path", TOP), ("name", name)]).done();
    bob.upload(&folder, "file", &old()).ok();
    folder
}

/// Checks that the whole content is at one of the allowed paths.
fn is_whole(scene: &OnFaultyDisk, bob: &mut Caller, operation: &Operation, folder: &str, reply: &Reply) {
    let name = folder.rsplit('/').next().unwrap();
    let holds = |path: std::path::PathBuf| std::fs::read(path).ok();
    let found = operation.places.iter().find_map(|place| match *place {
        "(bin)" => {
            let bin = scene.source(".cloudlet/trash");
            names(&bin).into_iter().filter_map(|id| holds(bin.join(id))).find(|bytes| *bytes == old())
        }
        "(home)" => holds(scene.server.data().file(&format!("/bob/{name}"))),
        place => holds(scene.source(&format!("{name}/{place}"))),
    });
    let found = found.unwrap_or_else(|| panic!("{}: nothing is left of {folder}: {reply:?}", operation.name));
    assert!(found == old() || found == new(), "{}: {} bytes in {folder}", operation.name, found.len());
    if operation.name == "replace" {
        let is_done = reply.status == 200;
        assert!(!is_done || found == new(), "a lie about {folder}: {reply:?}");
        bob.download(&format!("{folder}/file")).holds(&found);
    }
}

/// Lets each system call of an operation fail once, and checks the result each time.
fn each_call_fails(scene: &mut OnFaultyDisk, bob: &mut Caller, errno: &str, operation: &Operation) {
    for nth in 1..CALLS_MAX {
        let folder = prepare(bob, &format!("{}-{errno}-{nth}", operation.name.replace(' ', "-")));
        let before: u32 = scene.disk.tell("count").parse().unwrap();
        scene.disk.tell(&format!("fault what={errno} on=changes nth={nth} times=1"));
        let reply = (operation.change)(bob, &folder);
        let left = scene.disk.tell("left");
        scene.disk.tell("heal");
        assert!(before < scene.disk.tell("count").parse().unwrap(), "{} calls nothing", operation.name);
        wait_until("the disk is there", LONGEST, || bob.sees(&folder));
        is_whole(scene, bob, operation, &folder, &reply);
        if left == "1" {
            assert!([200, 302].contains(&reply.status), "{}: {reply:?}", operation.name);
            return;
        }
    }
    panic!("{} needs more than {CALLS_MAX} calls", operation.name);
}

#[test]
fn whatever_call_of_a_change_fails_the_old_or_the_new_content_is_whole() {
    let Some(mut scene) = OnFaultyDisk::start(|_| {}) else { return };
    let mut bob = scene.server.user("bob");
    bob.upload(TOP, "beside", &old()).ok();
    for errno in ["EIO", "EROFS", "ENOSPC", "ESTALE", "ENOTCONN"] {
        for operation in OPERATIONS {
            each_call_fails(&mut scene, &mut bob, errno, operation);
        }
    }
    bob.download(&format!("{TOP}/beside")).holds(&old());
    // The next start adds rows for entries that have none.
    assert_eq!(scene.server.stop(), Some(0));
    scene.server.start_again();
    check(&mut scene);
}

/// A deep check must find nothing wrong. Returns the output.
pub fn check(scene: &mut OnFaultyDisk) -> String {
    check_disks(&scene.server)
}

/// A deep check of the disks of a server must find nothing wrong. Returns the output.
pub fn check_disks(server: &Server) -> String {
    let mut check = crate::harness::program();
    check.args(["check", "--deep", "--data"]).arg(server.data().path(""));
    check.env("CLOUDLET_VOLUMES", server.setting("CLOUDLET_VOLUMES"));
    crate::harness::finish(&mut check, "").succeeded()
}
