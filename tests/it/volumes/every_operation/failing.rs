//! One system call of an operation fails: in the first run the first call, in the next run the
//! second, until the operation makes fewer calls than that.
//!
//! Each of the first calls fails once. Of the later calls only some fail, different ones for each
//! file or folder, and the errors take turns. To let every call fail with every error would take an
//! hour.

use super::scene::{AIMS, Place, Scene, leaves_out};
use super::{BACK_WITHIN, Call, Callers, WELL};
use crate::harness::{Caller, FaultyDisk, Reply, joined, wait_until};
use crate::sweep::operations::refusal;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const DISKS: usize = 4;
/// Errors that any call may have, and those that only changes have.
const FAULTS: [(&str, &[&str]); 2] =
    [("all", &["EIO", "ESTALE", "ENOTCONN"]), ("changes", &["EROFS", "ENOSPC"])];
/// This many of the first calls fail, one in each run.
const EACH_OF: usize = 12;
/// The maximum number of system calls that an operation makes. If one made more, its test would be
/// incomplete.
const CALLS_MAX: usize = 400;

/// The number of the next call that fails.
fn after(nth: usize) -> usize {
    nth + 1 + nth.saturating_sub(EACH_OF) / 4
}

/// The reply while a call fails. `None` if a reply that had begun is broken off.
fn answer(callers: &mut Callers, call: &Call, what: &str) -> Option<Reply> {
    match callers.lawful(call.aim).try_send(&call.aim.request(&call.place)) {
        Ok(reply) => Some(reply),
        Err(error) => {
            assert!(call.aim.operation.is_download(), "{what}: {error}");
            None
        }
    }
}

/// The sentence of the program for a failure that it does not know.
const UNKNOWN: &str = "Something went wrong on the server";

/// The operation's own envelope reports the failure, with an error code, and with a sentence that
/// says what is wrong.
fn is_told(call: &Call, reply: &Reply, what: &str) {
    let has_word = reply.header("x-cloudlet-error").is_some_and(|word| !word.is_empty());
    if reply.status >= 400 {
        assert!(has_word && !refusal(call.aim.operation, reply, reply.status).is_empty(), "{what}");
    }
    assert!(!has_word || !reply.text().contains(UNKNOWN), "{what}");
}

/// All paths below a folder, as the disk has them.
fn on_disk(top: &Path, below: &str, all: &mut BTreeSet<String>) {
    for entry in fs::read_dir(top.join(below)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if top.join(&path).is_dir() {
            on_disk(top, &path, all);
        }
        all.insert(path);
    }
}

/// All paths below a folder, as they are listed.
fn listed(bob: &mut Caller, top: &str, below: &str, all: &mut BTreeSet<String>) {
    let folder = format!("{top}/{below}");
    for entry in bob.list(folder.trim_end_matches('/')) {
        let name = entry.field("name");
        let path = if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
        if entry.field("type") == "dir" {
            listed(bob, top, &path, all);
        }
        all.insert(path);
    }
}

/// A listing has exactly the entries that are on the disk.
fn rows_are_true(scene: &Scene, bob: &mut Caller, place: &Place, what: &str) {
    for (top, shown) in scene.tops(place) {
        let mut compared = || {
            let (mut there, mut told) = (BTreeSet::new(), BTreeSet::new());
            // The folder may be elsewhere if the operation moves it.
            if top.exists() {
                on_disk(&top, "", &mut there);
                listed(bob, &shown, "", &mut told);
            }
            (told, there)
        };
        let (mut told, mut there) = compared();
        if told != there {
            // The server may have ended what was interrupted, just between the two looks.
            (told, there) = compared();
        }
        assert_eq!(told, there, "{what}");
    }
}

/// Lets one system call of an operation fail, and checks the result. Returns true if the operation
/// makes fewer calls.
fn one_call_fails(
    scene: &Scene,
    callers: &mut Callers,
    disk: &mut FaultyDisk,
    call: &Call,
    fault: &str,
) -> bool {
    disk.tell(&format!("fault {fault} times=1"));
    let what = format!("{fault} of {} in {:?}", call.aim.operation.name, call.place);
    let reply = answer(callers, call, &what);
    let is_through = disk.tell("left") == "1";
    disk.tell("heal");
    let top = format!("/EXTERNAL/d{}", call.place.disk);
    wait_until("the disk is there", BACK_WITHIN, || callers.bob.sees(&top));
    if let Some(reply) = &reply {
        let what = format!("{what}: {reply:?}");
        is_told(call, reply, &what);
        let now = scene.nothing_is_lost(call.aim, &call.place, reply, call.well);
        let says_done =
            call.aim.is_action() && now.told == (200, String::new()) && now.told == call.well.told;
        // The reply names the entries that could not be read.
        assert!(!says_done || leaves_out(reply) || now.found == call.well.found, "a lie: {what}");
    }
    rows_are_true(scene, &mut callers.bob, &call.place, &what);
    is_through
}

/// Lets system calls of an operation fail, one after the other. Returns the number of times that
/// the operation was called.
fn calls_fail(scene: &Scene, callers: &mut Callers, disk: &mut FaultyDisk, number: usize) -> usize {
    let (aim, well, mut asked) = (&AIMS[number], &WELL[number], 0);
    for (on, errnos) in FAULTS {
        let mut nth = 1;
        loop {
            assert!(nth <= CALLS_MAX, "{} makes more than {CALLS_MAX} calls", aim.operation.name);
            let place = scene.prepare(&mut callers.bob, aim, number % DISKS, &format!("{on}{nth}-"));
            let errno = errnos[(number + nth) % errnos.len()];
            let fault = format!("what={errno} on={on} nth={nth}");
            asked += 1;
            if one_call_fails(scene, callers, disk, &Call { aim, place, well }, &fault) {
                break;
            }
            // Among the later calls, each aim lets other ones fail.
            nth = after(nth) + usize::from(nth > EACH_OF) * (number % 3);
        }
    }
    asked
}

#[test]
fn whichever_call_of_the_file_system_fails_an_operation_loses_nothing_and_says_so() {
    let Some(mut scene) = Scene::start(&[""; DISKS]) else { return };
    let callers = Callers::of(&scene);
    assert!(!WELL.is_empty());
    let mut disks = std::mem::take(&mut scene.disks);
    let (shared, callers) = (&scene, &callers);
    let asked: Vec<usize> = std::thread::scope(|scope| {
        let begun: Vec<_> = disks
            .iter_mut()
            .enumerate()
            .map(|(on, disk)| {
                let aims = (on..AIMS.len()).step_by(DISKS);
                scope.spawn(move || {
                    let mut callers = callers.twins();
                    aims.map(|number| calls_fail(shared, &mut callers, disk, number)).sum()
                })
            })
            .collect();
        begun.into_iter().map(|thread| joined(thread.join())).collect()
    });
    scene.disks = disks;
    println!("{asked:?} calls for {} aims", AIMS.len());
    // Most operations make more than one system call.
    assert!(asked.iter().sum::<usize>() > 3 * AIMS.len(), "{asked:?} of {}", AIMS.len());
    assert_eq!(scene.server.stop(), Some(0));
    scene.server.start_again();
    assert_eq!(scene.server.stop(), Some(0));
    scene.check();
}
