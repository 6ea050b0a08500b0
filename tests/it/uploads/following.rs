//! Unfinished uploads follow their folder when it moves, and parts of an upload of unknown length
//! lose no byte.

use crate::harness::{Caller, Data, Launch, Multipart, Reply, Request, Server, form, names, noise};
use std::time::Duration;

fn part(
    folder: &str,
    content: &[u8],
    from: usize,
    to: usize,
    complete: bool,
    size: Option<usize>,
) -> Request {
    let (offset, size) = (from.to_string(), size.map(|size| size.to_string()));
    let mut fields = vec![
        ("path", folder),
        ("filename", "film"),
        ("offset", &offset),
        ("complete", if complete { "1" } else { "0" }),
    ];
    fields.extend(size.as_deref().map(|size| ("filesize", size)));
    let body = Multipart::new().file("file", "film", &content[from..to]);
    Request::multipart(&format!("/core/upload?{}", form(&fields)), body)
}

fn received(caller: &mut Caller, folder: &str) -> Option<String> {
    let root = caller.core("getuploadstatus", &[("path", folder), ("filename", "film")]).xml();
    root.all("upload").next().map(|upload| upload.field("received").to_owned())
}

fn rename(caller: &mut Caller, from: &str, to: &str) {
    caller.core("renameormove", &[("fromname", from), ("toname", to)]).done();
}

fn folder(caller: &mut Caller, above: &str, name: &str) {
    caller.core("createfolder", &[("path", above), ("name", name)]).done();
}

#[test]
fn parts_that_go_on_by_the_old_or_the_new_path_end_in_the_renamed_folder() {
    let content = noise(1, 900_000);
    for go_on_by in ["/bob/trip", "/bob/box/travel"] {
        let server = Server::start();
        let mut bob = server.user("bob");
        folder(&mut bob, "/bob", "trip");
        folder(&mut bob, "/bob", "box");
        bob.send(&part("/bob/trip", &content, 0, 300_000, false, Some(content.len()))).ok();
        rename(&mut bob, "/bob/trip", "/bob/travel");
        rename(&mut bob, "/bob/travel", "/bob/box/travel");
        for path in ["/bob/trip", "/bob/box/travel"] {
            assert_eq!(received(&mut bob, path).as_deref(), Some("0-300000"), "{path}");
        }
        bob.send(&part(go_on_by, &content, 300_000, 600_000, false, Some(content.len()))).ok();
        bob.send(&part(go_on_by, &content, 600_000, 900_000, true, Some(content.len()))).ok();
        bob.download("/bob/box/travel/film").holds(&content);
        assert_eq!(names(&server.data().file("/bob")), ["box"]);
        assert!(names(&server.data().file("/.cloudlet/staging")).is_empty());
    }
}

#[test]
fn what_has_arrived_is_found_by_the_new_path_after_a_restart() {
    let content = noise(2, 600_000);
    let mut server = Server::start();
    let mut bob = server.user("bob");
    folder(&mut bob, "/bob", "trip");
    bob.send(&part("/bob/trip", &content, 0, 300_000, false, Some(content.len()))).ok();
    rename(&mut bob, "/bob/trip", "/bob/travel");
    server.kill();
    server.start_again();
    bob.follow(&server);
    assert_eq!(received(&mut bob, "/bob/travel").as_deref(), Some("0-300000"));
    bob.send(&part("/bob/travel", &content, 300_000, 600_000, true, Some(content.len()))).ok();
    bob.download("/bob/travel/film").holds(&content);
}

/// Sends half of a request, does something, and sends the rest.
fn while_it_comes(server: &Server, bob: &Caller, request: &Request, what: impl FnOnce()) -> Reply {
    let bytes = bob.bytes(request);
    let mut connection = server.connect();
    connection.send(&bytes[..bytes.len() / 2]);
    std::thread::sleep(Duration::from_millis(300));
    what();
    connection.send(&bytes[bytes.len() / 2..]);
    connection.reply()
}

#[test]
fn a_part_that_comes_while_the_folder_is_renamed_is_not_lost() {
    let content = noise(3, 900_000);
    let server = Server::start();
    let mut bob = server.user("bob");
    let whole = Some(content.len());
    // This holds for a part in the middle, for the last part, and for a file in one part.
    folder(&mut bob, "/bob", "a");
    bob.send(&part("/bob/a", &content, 0, 300_000, false, whole)).ok();
    let middle = part("/bob/a", &content, 300_000, 600_000, false, whole);
    while_it_comes(&server, &bob, &middle, || rename(&mut server.user("bob"), "/bob/a", "/bob/b")).ok();
    assert_eq!(received(&mut bob, "/bob/b").as_deref(), Some("0-600000"));
    let last = part("/bob/b", &content, 600_000, 900_000, true, whole);
    while_it_comes(&server, &bob, &last, || rename(&mut server.user("bob"), "/bob/b", "/bob/c")).ok();
    bob.download("/bob/c/film").holds(&content);
    let single = part("/bob/c", &content[..500_000], 0, 500_000, true, None);
    while_it_comes(&server, &bob, &single, || rename(&mut server.user("bob"), "/bob/c", "/bob/d")).ok();
    bob.download("/bob/d/film").holds(&content[..500_000]);
    assert_eq!(names(&server.data().file("/bob")), ["d"]);
}

#[test]
fn an_upload_into_a_folder_that_is_there_again_is_another_one() {
    let content = noise(4, 600_000);
    let server = Server::start();
    let mut bob = server.user("bob");
    folder(&mut bob, "/bob", "trip");
    bob.send(&part("/bob/trip", &content, 0, 300_000, false, Some(content.len()))).ok();
    rename(&mut bob, "/bob/trip", "/bob/travel");
    folder(&mut bob, "/bob", "trip");
    bob.send(&part("/bob/trip", b"another", 0, 7, true, None)).ok();
    bob.download("/bob/trip/film").holds(b"another");
    bob.send(&part("/bob/travel", &content, 300_000, 600_000, true, Some(content.len()))).ok();
    bob.download("/bob/travel/film").holds(&content);
}

#[test]
fn without_a_length_the_gap_that_is_filled_last_cuts_nothing_off() {
    let content = noise(5, 900_000);
    let server = Server::start();
    let mut bob = server.user("bob");
    let order = [
        vec![(0, 300_000), (600_000, 900_000), (300_000, 600_000)],
        vec![(0, 100_000), (500_000, 900_000), (100_000, 300_000), (300_000, 500_000)],
        vec![(0, 300_000), (300_000, 900_000), (300_000, 600_000)],
    ];
    for parts in order {
        let (last, first) = parts.split_last().unwrap();
        for (from, to) in first {
            bob.send(&part("/bob", &content, *from, *to, false, None)).ok();
        }
        bob.send(&part("/bob", &content, last.0, last.1, true, None)).ok();
        bob.download("/bob/film").holds(&content);
        bob.core("deletefile", &[("path", "/bob"), ("name", "film")]).done();
    }
    // A gap that no part fills is reported.
    bob.send(&part("/bob", &content, 0, 300_000, false, None)).ok();
    bob.send(&part("/bob", &content, 600_000, 900_000, false, None)).ok();
    let refused = bob.send(&part("/bob", &content, 300_000, 500_000, true, None)).text().to_owned();
    assert!(refused.contains("bytes 500000 to 600000 of 900000"), "{refused}");
    assert!(!bob.sees("/bob/film"));
}

#[test]
fn without_a_length_what_others_still_send_is_waited_for() {
    let content = noise(6, 900_000);
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.send(&part("/bob", &content, 0, 300_000, false, None)).ok();
    let late = part("/bob", &content, 600_000, 900_000, false, None);
    let (ended, mut other) = (std::sync::Mutex::new(None), server.user("bob"));
    other.share_cookies(&bob);
    std::thread::scope(|scope| {
        while_it_comes(&server, &bob, &late, || {
            let last = part("/bob", &content, 300_000, 600_000, true, None);
            let (other, ended) = (&mut other, &ended);
            scope.spawn(move || *ended.lock().unwrap() = Some(other.send(&last)));
            std::thread::sleep(Duration::from_millis(300));
        })
        .ok();
    });
    ended.lock().unwrap().take().unwrap().ok();
    bob.download("/bob/film").holds(&content);
}

/// A server with a second disk.
fn two_disks() -> Server {
    let data = Data::with_accounts();
    std::fs::create_dir_all(data.path("disk/Photos")).unwrap();
    let disk = format!("disk={}", data.path("disk").display());
    Launch::on(data).setting("CLOUDLET_VOLUMES", disk).setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 0).start()
}

/// The files in staging on both disks.
fn staged(server: &Server) -> [Vec<String>; 2] {
    ["files", "disk"].map(|top| names(&server.data().path(top).join(".cloudlet/staging")))
}

#[test]
fn what_has_arrived_goes_to_another_disk_with_its_folder() {
    let content = noise(7, 900_000);
    let whole = Some(content.len());
    // The upload continues at the old path, at the new path, after a crash, and after the folder
    // has moved back.
    for (go_on_by, crashes, comes_back) in [
        ("/bob/trip", false, false),
        ("/EXTERNAL/disk/travel", false, false),
        ("/EXTERNAL/disk/travel", true, false),
        ("/bob/home", true, true),
    ] {
        let mut server = two_disks();
        let mut bob = server.user("bob");
        folder(&mut bob, "/bob", "trip");
        folder(&mut bob, "/bob/trip", "deep");
        let below = |folder: &str| format!("{folder}/deep");
        bob.send(&part(&below("/bob/trip"), &content, 0, 300_000, false, whole)).ok();
        bob.send(&part(&below("/bob/trip"), &content, 600_000, 700_000, false, whole)).ok();
        rename(&mut bob, "/bob/trip", "/EXTERNAL/disk/travel");
        let [here, there] = staged(&server);
        assert_eq!((here.len(), there.len()), (0, 1), "{here:?} {there:?}");
        if comes_back {
            rename(&mut bob, "/EXTERNAL/disk/travel", "/bob/home");
        }
        if crashes {
            server.kill();
            server.start_again();
            bob.follow(&server);
        }
        let end = if comes_back { "/bob/home" } else { "/EXTERNAL/disk/travel" };
        let arrived = received(&mut bob, &below(end));
        assert_eq!(arrived.as_deref(), Some("0-300000 600000-700000"), "{go_on_by}");
        bob.send(&part(&below(go_on_by), &content, 300_000, 600_000, false, whole)).ok();
        bob.send(&part(&below(go_on_by), &content, 700_000, 900_000, true, whole)).ok();
        bob.download(&format!("{}/film", below(end))).holds(&content);
        assert_eq!(staged(&server), [const { Vec::<String>::new() }; 2]);
    }
}

#[test]
fn what_comes_while_its_folder_goes_to_another_disk_is_stored_or_can_be_sent_again() {
    let content = noise(8, 900_000);
    let whole = Some(content.len());
    let server = two_disks();
    let mut bob = server.user("bob");
    let away = || rename(&mut server.user("bob"), "/bob/a", "/EXTERNAL/disk/a");
    // A file in one part follows its folder too.
    folder(&mut bob, "/bob", "a");
    let single = part("/bob/a", &content[..500_000], 0, 500_000, true, None);
    while_it_comes(&server, &bob, &single, away).ok();
    bob.download("/EXTERNAL/disk/a/film").holds(&content[..500_000]);
    // The replaced content becomes a version on the disk where the folder is now, and counts there.
    bob.core("deletefile", &[("path", "/EXTERNAL/disk"), ("name", "a")]).done();
    folder(&mut bob, "/bob", "a");
    bob.upload("/bob/a", "film", b"as it was").ok();
    while_it_comes(&server, &bob, &single, away).ok();
    bob.download("/EXTERNAL/disk/a/film").holds(&content[..500_000]);
    let place = [("filepath", "/EXTERNAL/disk/a"), ("filename", "film")];
    let known = bob.core("getversions", &place).xml();
    assert_eq!(known.all("version").count(), 2);
    let old =
        known.all("version").find(|version| version.number("sizeinbytes") == 9).expect("the old content");
    let fields = [place[0], place[1], ("fileid", old.field("fileid"))];
    bob.core("makeversionlive", &fields).done();
    bob.download("/EXTERNAL/disk/a/film").holds(b"as it was");
    bob.core("deletefile", &[("path", "/EXTERNAL/disk"), ("name", "a")]).done();
    // A part is refused, and the parts before it are kept.
    folder(&mut bob, "/bob", "a");
    bob.send(&part("/bob/a", &content, 0, 300_000, false, whole)).ok();
    let middle = part("/bob/a", &content, 300_000, 600_000, false, whole);
    assert_eq!(while_it_comes(&server, &bob, &middle, away).status, 400);
    assert_eq!(received(&mut bob, "/EXTERNAL/disk/a").as_deref(), Some("0-300000"));
    bob.send(&part("/EXTERNAL/disk/a", &content, 300_000, 900_000, true, whole)).ok();
    bob.download("/EXTERNAL/disk/a/film").holds(&content);
    assert_eq!(staged(&server), [const { Vec::<String>::new() }; 2]);
}

#[test]
fn a_move_to_another_disk_that_is_refused_leaves_its_uploads_where_they_are() {
    let content = noise(9, 600_000);
    let server = two_disks();
    let mut bob = server.user("bob");
    folder(&mut bob, "/bob", "trip");
    bob.send(&part("/bob/trip", &content, 0, 300_000, false, Some(content.len()))).ok();
    std::os::unix::fs::symlink("nowhere", server.data().file("/bob/trip/link")).unwrap();
    let fields = [("fromname", "/bob/trip"), ("toname", "/EXTERNAL/disk/trip")];
    bob.core("renameormove", &fields).refused();
    assert_eq!(received(&mut bob, "/bob/trip").as_deref(), Some("0-300000"));
    bob.send(&part("/bob/trip", &content, 300_000, 600_000, true, Some(content.len()))).ok();
    bob.download("/bob/trip/film").holds(&content);
    assert_eq!(staged(&server), [const { Vec::<String>::new() }; 2]);
}
