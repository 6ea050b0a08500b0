//! Disks that hang or are slow. They hold up only the calls that need them.

use crate::harness::{Caller, Connection, OnFaultyDisk, Reply, Request, Server, noise, wait_until};
use std::time::{Duration, Instant};

const TOP: &str = OnFaultyDisk::TOP;
/// The number of calls that may be inside a disk that is not local.
const PERMITS: usize = 8;
/// Calls that do not need the disk are answered within this time, even on a busy machine. A call
/// that enters the disk waits for half a minute.
const PROMPT: Duration = Duration::from_secs(10);
/// The server gives up a call after 30 seconds. A busy machine takes longer.
const GIVEN_UP_WITHIN: Duration = Duration::from_secs(90);

/// Work that was begun on the disk ends within this time after the disk answers again.
pub const LATE: Duration = Duration::from_secs(30);

/// Does something that must not wait for the disk.
#[track_caller]
pub fn promptly<T>(what: &str, act: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let value = act();
    assert!(began.elapsed() < PROMPT, "{what} took {:?}", began.elapsed());
    value
}

/// Other people's calls must go on meanwhile.
pub fn others_go_on(server: &Server, bob: &mut Caller, admin: &mut Caller) {
    promptly("the top", || assert!(!bob.list("/").is_empty()));
    promptly("the disks", || assert_eq!(bob.list_names("/EXTERNAL"), ["usb"]));
    promptly("a search", || {
        bob.core("dosearch", &[("searchstring", "own"), ("searchloc", "/")]).xml();
    });
    promptly("the favorites", || bob.core("getfavoritelists", &[]));
    promptly("the activities", || bob.core("getactivitystream", &[]));
    promptly("the health check", || assert_eq!(server.guest().get("/healthz").status, 200));
    promptly("the disks of the admin", || {
        assert!(admin.administer("getvolumes", &[]).text().contains("usb"));
    });
    for report in ["getstats", "getstorage", "getstoragebyuser", "getfindings"] {
        promptly(report, || assert_eq!(admin.administer(report, &[]).status, 200));
    }
    promptly("own files", || bob.list("/bob"));
    promptly("an upload", || bob.upload("/bob", "own", b"mine").ok());
    promptly("a download", || bob.download("/bob/own").holds(b"mine"));
    promptly("a sign-in", || server.user("alice"));
}

/// Sends a request whose answer may take long.
pub fn begin(server: &Server, caller: &Caller, request: &Request) -> Connection {
    let mut connection = server.connect();
    connection.set_patience(GIVEN_UP_WITHIN);
    connection.send(caller.bytes(request));
    connection
}

pub fn list_request(folder: &str) -> Request {
    Request::post("/core/getfilelist", &[("path", folder)])
}

/// The state of the disk and the reason for it, as administrators see them.
pub fn state(admin: &mut Caller) -> (String, String) {
    let volumes = admin.administer("getvolumes", &[]).xml();
    let usb = volumes.all("volume").find(|volume| volume.field("name") == "usb").unwrap();
    (usb.field("state").to_owned(), usb.field("reason").to_owned())
}

/// Checks the answer to a call that waited too long for a disk, or that found no free permit for it.
#[track_caller]
pub fn is_turned_away(reply: &Reply) {
    assert_eq!(reply.status, 503, "{reply:?}");
    assert!(reply.header("retry-after").is_some(), "{reply:?}");
    assert!(reply.text().contains("The disk usb "), "{reply:?}");
}

#[test]
fn a_hung_disk_holds_nobody_else_up() {
    let Some(mut on_disk) = OnFaultyDisk::start(|_| {}) else { return };
    let OnFaultyDisk { disk, server, ground: _ground } = &mut on_disk;
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    bob.upload(TOP, "first", b"before").ok();
    disk.tell("fault what=hang");
    let contents: Vec<Vec<u8>> = (0..5).map(|number| noise(number, 50_000)).collect();
    let uploads: Vec<Connection> = contents
        .iter()
        .enumerate()
        .map(|(number, content)| {
            begin(server, &bob, &Caller::upload_request(TOP, &format!("late{number}"), content))
        })
        .collect();
    others_go_on(server, &mut bob, &mut admin);

    let mut many: Vec<Connection> = (0..200).map(|_| begin(server, &bob, &list_request(TOP))).collect();
    let mut answered = 0;
    for connection in &mut many {
        connection.set_patience(Duration::from_secs(2));
        if let Ok(reply) = connection.try_reply() {
            is_turned_away(&reply);
            assert_eq!(reply.result(), 0, "{reply:?}");
            answered += 1;
        }
    }
    assert!(answered >= 190, "{answered} of 200 were turned away");
    others_go_on(server, &mut bob, &mut admin);
    drop(uploads);
    disk.tell("heal");
    wait_until("the disk is entered again", LATE, || bob.send(&list_request(TOP)).status == 200);
}

#[test]
fn who_has_gone_away_keeps_the_place_until_the_disk_lets_go() {
    let Some(mut on_disk) = OnFaultyDisk::start(|_| {}) else { return };
    let OnFaultyDisk { disk, server, ground: _ground } = &mut on_disk;
    let mut bob = server.user("bob");
    bob.upload(TOP, "file", b"content").ok();
    disk.tell("fault what=hang");
    let inside: Vec<Connection> = (0..PERMITS).map(|_| begin(server, &bob, &list_request(TOP))).collect();
    disk.wait_until_hanging(PERMITS);
    drop(inside);
    // The server notices that they have gone, and nobody takes their places.
    for _ in 0..3 {
        let turned_away: Vec<Connection> =
            (0..PERMITS).map(|_| begin(server, &bob, &list_request(TOP))).collect();
        turned_away.into_iter().for_each(|mut connection| is_turned_away(&connection.reply()));
    }
    let hanging: usize = disk.tell("hanging").parse().unwrap();
    // The question whether the disk answers hangs too.
    assert!((PERMITS..=PERMITS + 1).contains(&hanging), "{hanging} calls hang");
    disk.tell("heal");
    wait_until("the disk is entered again", LATE, || bob.send(&list_request(TOP)).status == 200);
    // All places are free again, and no more than these.
    disk.tell("fault what=hang");
    let _inside: Vec<Connection> =
        (0..2 * PERMITS).map(|_| begin(server, &bob, &list_request(TOP))).collect();
    disk.wait_until_hanging(PERMITS);
    disk.tell("heal");
}

#[test]
fn an_upload_that_gets_there_late_is_there_once_and_the_audit_log_says_so() {
    let Some(mut on_disk) = OnFaultyDisk::start(|_| {}) else { return };
    let OnFaultyDisk { disk, server, ground: _ground } = &mut on_disk;
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let content = noise(1, 50_000);
    bob.upload(TOP, "before", &content).ok();
    // The disk begins to hang after the server has received the content. The check whether the disk
    // answers hangs too.
    disk.tell("fault what=hang on=read,link,rename,rename2");
    is_turned_away(&begin(server, &bob, &Caller::upload_request(TOP, "late", &content)).reply());
    let refused = promptly("the next call", || bob.send(&list_request(TOP)));
    is_turned_away(&refused);
    assert!(refused.text().contains("has not answered since"), "{refused:?}");
    let (told, reason) = state(&mut admin);
    assert!(told == "silent" && reason.contains("has not answered since"), "{told}: {reason}");
    disk.tell("heal");
    wait_until("the disk is entered again", LATE, || bob.send(&list_request(TOP)).status == 200);
    wait_until("it has got there", LATE, || bob.sees(&format!("{TOP}/late")));
    bob.download(&format!("{TOP}/late")).holds(&content);
    assert_eq!(bob.list_names(TOP), ["before", "late"]);
    let rows = admin.audit(&[("operation", "upload"), ("path", &format!("{TOP}/late"))]);
    let rows: Vec<_> = rows.iter().map(|row| (row.field("outcome"), row.field("message"))).collect();
    let [("ok", late), ("offline", refused)] = rows[..] else { panic!("{rows:?}") };
    assert!(late.contains("after the caller was told that the disk does not answer"), "{late}");
    assert!(refused.contains("The disk usb has not answered since"), "{refused}");
}

#[test]
fn a_disk_that_wakes_up_is_waited_for() {
    let Some(mut on_disk) = OnFaultyDisk::start(|_| {}) else { return };
    let OnFaultyDisk { disk, server, ground: _ground } = &mut on_disk;
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    bob.upload(TOP, "file", b"asleep").ok();
    disk.tell("fault what=slow:4");
    let mut read = begin(server, &bob, &Request::get(&Caller::download_target(&format!("{TOP}/file"))));
    wait_until("it is said", LATE, || state(&mut admin).1.contains("is waking up, since"));
    assert_eq!(state(&mut admin).0, "waking");
    others_go_on(server, &mut bob, &mut admin);
    disk.tell("heal");
    read.reply().holds(b"asleep");
    wait_until("it is awake", LATE, || state(&mut admin) == ("online".into(), String::new()));
    assert!(server.log().contains("answers again"), "{}", server.log());
}

#[test]
fn a_disk_that_hangs_at_the_start_comes_in_later() {
    let Some(mut on_disk) = OnFaultyDisk::start(|_| {}) else { return };
    let OnFaultyDisk { disk, server, ground: _ground } = &mut on_disk;
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    bob.upload(TOP, "file", b"content").ok();
    // First the disk hangs from the server's first access. Then it hangs while the server tidies it
    // up, which begins with `opendir`.
    for fault in ["fault what=hang", "fault what=hang on=opendir"] {
        assert_eq!(server.stop(), Some(0));
        disk.tell(fault);
        server.start_again();
        [&mut bob, &mut admin].into_iter().for_each(|caller| caller.follow(server));
        others_go_on(server, &mut bob, &mut admin);
        disk.tell("heal");
        wait_until("it is there", GIVEN_UP_WITHIN, || {
            bob.send(&list_request(TOP)).status == 200 && bob.sees(&format!("{TOP}/file"))
        });
        bob.download(&format!("{TOP}/file")).holds(b"content");
    }
}

#[test]
fn a_disk_that_fails_at_the_start_keeps_the_server_from_nothing() {
    // The start makes these calls first: it looks for the disk, claims it, tidies it up, tries what
    // it can do, and compares it.
    const FIRST_CALLS: [usize; 10] = [1, 3, 6, 10, 20, 40, 60, 80, 120, 160];
    let Some(mut on_disk) = OnFaultyDisk::start(|_| {}) else { return };
    let OnFaultyDisk { disk, server, ground: _ground } = &mut on_disk;
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    bob.upload(TOP, "file", b"content").ok();
    let all = FIRST_CALLS.map(|nth| format!("fault what=EIO nth={nth}"));
    for fault in
        all.iter().map(String::as_str).chain(["fault what=EIO on=opendir", "fault what=EIO on=readdir"])
    {
        assert_eq!(server.stop(), Some(0));
        disk.tell(fault);
        server.start_again();
        [&mut bob, &mut admin].into_iter().for_each(|caller| caller.follow(server));
        others_go_on(server, &mut bob, &mut admin);
        disk.tell("heal");
        wait_until("it is there", LATE, || {
            bob.send(&list_request(TOP)).status == 200 && bob.sees(&format!("{TOP}/file"))
        });
        bob.download(&format!("{TOP}/file")).holds(b"content");
    }
}

#[test]
fn a_stop_does_not_wait_for_a_hung_disk() {
    let Some(mut on_disk) = OnFaultyDisk::start(|_| {}) else { return };
    let OnFaultyDisk { disk, server, ground: _ground } = &mut on_disk;
    let bob = server.user("bob");
    disk.tell("fault what=hang");
    let _uploads: Vec<Connection> = (0..3)
        .map(|number| begin(server, &bob, &Caller::upload_request(TOP, &number.to_string(), b"x")))
        .collect();
    wait_until("it is noticed", PROMPT, || server.log().contains("slow or asleep"));
    let began = Instant::now();
    server.ask_to_stop();
    wait_until("it has stopped", PROMPT, || server.log().lines().any(|line| line.ends_with("stopped")));
    // The server waits for two seconds, and a busy machine takes longer. If it waited as for other
    // calls, it would take 20 seconds.
    server.stop_waited_two_seconds_at_most();
    assert!(began.elapsed() < PROMPT, "{:?}", began.elapsed());
    assert!(server.log().contains("not waiting for 3 threads inside the disk usb"), "{}", server.log());
    // The kernel ends a process only when its system calls have returned.
    disk.tell("heal");
    server.wait();
}
