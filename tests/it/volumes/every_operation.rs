//! Every operation with a path, on files and folders of disks that hang, sleep, are slow, fail, lie
//! or disappear. Afterwards every content is whole, the entries beside it are untouched, and a call
//! that had to wait too long for the disk has an answer in the operation's own envelope.
//!
//! The description of the program names the operations, so a new one is tried from the day it is
//! added.

mod archive;
mod failing;
mod scene;

use crate::harness::{Caller, Connection, FaultyDisk, Reply, Request, wait_until};
use crate::sweep::operations::refusal;
use scene::{AIMS, Aim, Outcome, Place, Scene, told};
use std::sync::LazyLock;
use std::time::Duration;

/// The number of calls that may be inside one of these disks at the same time.
const PERMITS: usize = 8;
/// The number of calls that are made at the same time if each of them must succeed. Threads of the
/// server need permits as well: each search has one that looks through new folders, and others
/// watch the disk, renew its lease, do due jobs or glance at it for a list.
const DONE_AT_ONCE: usize = PERMITS / 2;
/// The server gives up a call after 30 seconds. A busy machine takes longer.
const GIVEN_UP_WITHIN: Duration = Duration::from_secs(120);
/// The server uses a healthy disk again after this time.
const BACK_WITHIN: Duration = Duration::from_secs(20);
/// The time that a sleeping disk may need to spin up.
const SPINS_UP_WITHIN: Duration = Duration::from_secs(12);

/// The clients that make the calls.
struct Callers {
    bob: Caller,
    admin: Caller,
}

impl Callers {
    fn of(scene: &Scene) -> Callers {
        Callers { bob: scene.server.user("bob"), admin: scene.server.admin() }
    }

    fn twins(&self) -> Callers {
        Callers { bob: self.bob.twin(), admin: self.admin.twin() }
    }

    fn lawful(&mut self, aim: &Aim) -> &mut Caller {
        if aim.operation.who == "admin" { &mut self.admin } else { &mut self.bob }
    }
}

/// A call together with its folder and its outcome on a healthy disk.
struct Call {
    aim: &'static Aim,
    place: Place,
    well: &'static Outcome,
}

/// The outcome of each call on a healthy disk. There is none if this machine cannot mount such
/// disks.
static WELL: LazyLock<Vec<Outcome>> = LazyLock::new(|| {
    let Some(scene) = Scene::start(&[""]) else { return Vec::new() };
    let mut callers = Callers::of(&scene);
    let outcome = |aim: &Aim| {
        let place = scene.prepare(&mut callers.bob, aim, 0, "well");
        let reply = callers.lawful(aim).send(&aim.request(&place));
        scene.outcome(aim, &place, &reply)
    };
    let all: Vec<Outcome> = AIMS.iter().map(outcome).collect();
    // Most of the actions must succeed. Otherwise the test would prove little.
    let done = AIMS.iter().zip(&all).filter(|(aim, well)| aim.is_action() && well.told.1.is_empty()).count();
    assert!(done >= 30, "{done} actions succeed");
    all
});

/// Prepares a folder for every call.
fn prepared(scene: &Scene, bob: &mut Caller, mood: &str, disk_of: impl Fn(usize) -> usize) -> Vec<Call> {
    let aims = AIMS.iter().zip(WELL.iter()).enumerate();
    aims.map(|(number, (aim, well))| Call {
        aim,
        place: scene.prepare(bob, aim, disk_of(number), mood),
        well,
    })
    .collect()
}

/// As many disks as are needed so that all calls can be inside a disk at the same time.
fn many_disks() -> Option<(Scene, Callers)> {
    let scene = Scene::start(&vec![""; AIMS.len().div_ceil(DONE_AT_ONCE)])?;
    let callers = Callers::of(&scene);
    Some((scene, callers))
}

/// Begins all calls at once, does something meanwhile, and reads the answers.
fn at_once(
    scene: &mut Scene,
    callers: &mut Callers,
    calls: &[Call],
    meanwhile: impl FnOnce(&mut Scene),
) -> Vec<Reply> {
    let begin = |call: &Call| {
        let mut connection: Connection = scene.server.connect();
        connection.set_patience(GIVEN_UP_WITHIN);
        let request = call.aim.request(&call.place);
        connection.send(callers.lawful(call.aim).bytes(&request));
        (connection, request)
    };
    let begun: Vec<_> = calls.iter().map(begin).collect();
    meanwhile(scene);
    let answer = |(mut connection, request): (Connection, Request)| {
        let reply = connection.reply();
        request.check(&reply);
        reply
    };
    begun.into_iter().map(answer).collect()
}

/// Fails unless the call had the same outcome as on a healthy disk.
#[track_caller]
fn is_done(scene: &Scene, call: &Call, reply: &Reply) {
    let now = scene.nothing_is_lost(call.aim, &call.place, reply, call.well);
    let what = format!("{} in {:?}: {reply:?}", call.aim.operation.name, call.place);
    assert!(now.told == call.well.told || !call.aim.is_alone(), "not {:?}: {what}", call.well.told);
    let names = |outcome: &Outcome| outcome.found.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&now), names(call.well), "{what}");
    assert!(now.found == call.well.found, "other contents: {what}");
}

/// True if the call was refused because of the disk. Then its envelope must say which disk it was.
#[track_caller]
fn is_turned_away(call: &Call, reply: &Reply) -> bool {
    if reply.status != 503 {
        let is_as_well = told(reply) == call.well.told || !call.aim.is_alone();
        assert!(is_as_well, "{} in {:?}: {reply:?}", call.aim.operation.name, call.place);
        return false;
    }
    let message = refusal(call.aim.operation, reply, 503);
    assert!(message.contains(&format!("The disk d{} ", call.place.disk)), "{message}");
    true
}

#[test]
fn each_operation_waits_for_a_disk_that_spins_up_and_is_turned_away_by_one_that_hangs() {
    let Some((mut scene, mut callers)) = many_disks() else { return };
    let calls = prepared(&scene, &mut callers.bob, "sleeps", |number| number / DONE_AT_ONCE);
    scene.tell_all("fault what=hang");
    let replies = at_once(&mut scene, &mut callers, &calls, |scene| {
        std::thread::sleep(SPINS_UP_WITHIN);
        scene.tell_all("heal");
    });
    calls.iter().zip(&replies).for_each(|(call, reply)| is_done(&scene, call, reply));

    let calls = prepared(&scene, &mut callers.bob, "hangs", |number| number / PERMITS);
    scene.tell_all("fault what=hang");
    let replies = at_once(&mut scene, &mut callers, &calls, |_| {});
    let away = calls.iter().zip(&replies).filter(|(call, reply)| is_turned_away(call, reply)).count();
    assert!(away > calls.len() / 2, "{away} of {}", calls.len());
    scene.tell_all("heal");
    // The server finishes late what it had begun, or the next start finishes it.
    assert_eq!(scene.server.stop(), Some(0));
    scene.server.start_again();
    assert_eq!(scene.server.stop(), Some(0));
    for (call, reply) in calls.iter().zip(&replies) {
        scene.nothing_is_lost(call.aim, &call.place, reply, call.well);
    }
    scene.check();
}

#[test]
fn each_operation_is_done_on_a_slow_disk() {
    let Some((mut scene, mut callers)) = many_disks() else { return };
    let calls = prepared(&scene, &mut callers.bob, "slow", |number| number / DONE_AT_ONCE);
    scene.tell_all("fault what=slow:0.15");
    let replies = at_once(&mut scene, &mut callers, &calls, |_| {});
    scene.tell_all("heal");
    calls.iter().zip(&replies).for_each(|(call, reply)| is_done(&scene, call, reply));
    scene.check();
}

/// A way in which a disk fails.
struct Illness {
    /// The behaviour of the disk from the beginning.
    behaviour: &'static str,
    /// The commands to the disk. After each of them, all calls are made.
    faults: &'static [&'static str],
    /// True if each call has the same outcome as on a healthy disk.
    is_unnoticed: bool,
}

const fn unnoticed(behaviour: &'static str) -> Illness {
    Illness { behaviour, faults: &["count"], is_unnoticed: true }
}

const fn noticed(faults: &'static [&'static str]) -> Illness {
    Illness { behaviour: "", faults, is_unnoticed: false }
}

const ILLNESSES: &[Illness] = &[
    unnoticed("links=copy"),
    unnoticed("links=touch"),
    unnoticed("links=refuse exchange=destroy"),
    unnoticed("noreplace=ignore"),
    unnoticed("times=now modes=same"),
    unnoticed("linked=shown_late"),
    noticed(&["behave listing=frozen", "behave linked=unseen"]),
    noticed(&["fault what=EIO on=changes", "fault what=EIO"]),
    noticed(&["fault what=EROFS on=changes", "fault what=EROFS on=changes nth=3"]),
    noticed(&["fault what=ENOSPC on=changes", "fault what=ENOSPC on=changes nth=3"]),
    noticed(&["fault what=ESTALE on=changes", "fault what=ESTALE"]),
    noticed(&["fault what=ENOTCONN", "vanish", "break"]),
];

/// Makes all calls on one disk, one after the other, for each of its faults.
fn fall_ill(scene: &Scene, callers: &mut Callers, number: usize, disk: &mut FaultyDisk) {
    let illness = &ILLNESSES[number];
    let top = format!("/EXTERNAL/d{number}");
    for (round, fault) in illness.faults.iter().enumerate() {
        let calls = prepared(scene, &mut callers.bob, &format!("ill{round}-"), |_| number);
        disk.tell(fault);
        let send = |call: &Call| callers.lawful(call.aim).send(&call.aim.request(&call.place));
        let replies: Vec<Reply> = calls.iter().map(send).collect();
        if !illness.is_unnoticed {
            disk.tell("heal");
        }
        if ["vanish", "break"].contains(fault) {
            disk.tell("return");
        }
        wait_until("the disk is there", BACK_WITHIN, || callers.bob.sees(&top));
        for (call, reply) in calls.iter().zip(&replies) {
            let now = scene.nothing_is_lost(call.aim, &call.place, reply, call.well);
            let is_lie =
                call.aim.is_action() && now.told == (200, String::new()) && now.found != call.well.found;
            let what = || format!("{fault}: {} in {:?}: {reply:?}", call.aim.operation.name, call.place);
            assert!(!is_lie || call.well.told != now.told, "a lie: {}", what());
            if illness.is_unnoticed {
                is_done(scene, call, reply);
            }
        }
    }
}

#[test]
fn each_operation_on_a_disk_that_fails_lies_or_falls_off_loses_nothing_and_tells_no_lie() {
    let behaviours: Vec<&str> = ILLNESSES.iter().map(|illness| illness.behaviour).collect();
    let Some(mut scene) = Scene::start(&behaviours) else { return };
    let callers = Callers::of(&scene);
    let mut disks = std::mem::take(&mut scene.disks);
    let (shared, callers) = (&scene, &callers);
    std::thread::scope(|scope| {
        for (number, disk) in disks.iter_mut().enumerate() {
            scope.spawn(move || fall_ill(shared, &mut callers.twins(), number, disk));
        }
    });
    scene.disks = disks;
    assert_eq!(scene.server.stop(), Some(0));
    scene.server.start_again();
    assert_eq!(scene.server.stop(), Some(0));
    scene.check();
}
