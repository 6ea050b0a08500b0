//! Changes of a link and of its folder while somebody opens the link or sends a file by it.

use super::{SECRET, ground, refused, sent};
use crate::harness::{Connection, encoded, noise, wait_until};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Each answer is whole, or has the words for a link that does not work.
#[test]
fn what_a_link_leads_to_may_go_and_come_back_while_it_is_opened() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[]);
    let (is_over, mut bob) = (AtomicBool::new(false), ground.bob.twin());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                bob.core("deletefile", &[("path", "/bob"), ("name", "Holiday")]).done();
                bob.core("restorefromrecyclebin", &[("path", "/bob/recyclebin/Holiday")]).done();
            }
        });
        let mut guest = ground.guest();
        let path = encoded(&link.path);
        for _ in 0..60 {
            for (target, whole) in [
                (format!("/url/{}", link.token), ""),
                (format!("/core/getpublicshareinfo?path={path}"), "<name>Holiday</name>"),
                (format!("/core/getfilelist?path={path}"), "<name>a.txt</name>"),
                (format!("/core/downloadfile?filepath={path}%2Fa.txt"), "one"),
            ] {
                let reply = guest.get(&target);
                assert_ne!(reply.status, 500, "{target}: {reply:?}");
                assert!(!reply.text().contains("/bob"), "{target}: {reply:?}");
                if reply.header("x-cloudlet-error").is_none() && !reply.text().contains(whole) {
                    // If the folder went during the call, its listing may be empty, but it never
                    // has a part of the entries.
                    assert!(target.contains("getfilelist") && !reply.text().contains("<entry>"), "{reply:?}");
                }
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert_eq!(ground.guest().download(&format!("{}/a.txt", link.path)).text(), "one");
}

/// The bytes of one request are under way when the folder leaves the link, or the link ends.
#[test]
fn a_file_that_is_under_way_lands_nowhere_once_its_link_has_ended() {
    let content = noise(1, 3_000_000);
    for ending in ["moved", "deleted", "taken back", "not public", "owner disabled"] {
        let mut ground = ground();
        let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
        let request = sent(&format!("{}/sea", link.path), "film.mp4", &content, &[]);
        let bytes = ground.guest().bytes(&request);
        let mut connection = Connection::open(ground.server.address);
        connection.send(&bytes[..1_000_000]);
        let staging = ground.server.data().file("/.cloudlet/staging");
        wait_until("some of it has arrived", Duration::from_secs(10), || {
            !crate::harness::names(&staging).is_empty()
        });
        let private = [("shareid", link.id.as_str()), ("allowpublicaccess", "0")];
        match ending {
            "moved" => {
                let to = [("fromname", "/bob/Holiday/sea"), ("toname", "/bob/Private/sea")];
                ground.bob.core("renameormove", &to).done();
            }
            "deleted" => {
                ground.bob.core("deletefile", &[("path", "/bob/Holiday"), ("name", "sea")]).done();
            }
            "taken back" => drop(ground.bob.core("deleteshare", &[("shareid", &link.id)]).done()),
            "not public" => drop(ground.bob.core("setallowpublicaccess", &private).done()),
            _ => {
                let disabled = [("profile", "bob"), ("status", "2")];
                ground.server.admin().administer("updateuser", &disabled).done();
            }
        }
        connection.send(&bytes[1_000_000..]);
        let reply = connection.reply();
        refused(&reply);
        assert!(reply.status >= 400, "{ending}: {reply:?}");
        for folder in ["/bob/Holiday", "/bob/Holiday/sea", "/bob/Private", "/bob/Private/sea"] {
            let there = ground.server.data().file(&format!("{folder}/film.mp4"));
            assert!(!there.exists(), "{ending}: {folder}");
        }
        wait_until("its room is free again", Duration::from_secs(10), || {
            crate::harness::names(&staging).is_empty()
        });
    }
}

/// Symbolic links below a shared folder lead nowhere, for visitors and for members.
#[test]
fn a_symlink_below_a_link_leads_nowhere() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    ground.bob.core("addusertoshare", &[("shareid", &link.id), ("userid", "bobby")]).done();
    let shared = ground.server.data().file("/bob/Holiday");
    for (name, target) in [("out", "../Private"), ("file", "../beside.txt"), ("new", "../planted.txt")] {
        std::os::unix::fs::symlink(target, shared.join(name)).unwrap();
    }
    let bobby = ground.server.user("bobby");
    for (mut caller, top) in [(ground.guest(), link.path), (bobby, "/SHARED/bob/Holiday".to_owned())] {
        assert_eq!(caller.list_names(&top), ["sea", "a.txt", "draw.svg", "page.html"]);
        for below in ["out/c.txt", "file", "sea/../out/c.txt"] {
            for (operation, field) in
                [("downloadfile", "filepath"), ("docconvert", "name"), ("getfsthumbimage", "name")]
            {
                let reply = caller.core(operation, &[(field, &format!("{top}/{below}"))]);
                assert!(reply.header("x-cloudlet-error").is_some(), "{operation} {below}: {reply:?}");
                assert!(!reply.body.windows(SECRET.len()).any(|window| window == SECRET), "{reply:?}");
            }
        }
        let many = [("count", "2"), ("filepath", top.as_str()), ("fn1", "out"), ("fn2", "file")];
        let zip = caller.core("downloadfilemulti", &many);
        assert!(!zip.body.windows(SECRET.len()).any(|window| window == SECRET), "{zip:?}");
        for (folder, name) in [("/out", "planted.txt"), ("", "new")] {
            let reply = caller.send(&sent(&format!("{top}{folder}"), name, b"planted", &[]));
            assert!(reply.status != 500, "{reply:?}");
        }
    }
    assert_eq!(ground.bob.list_names("/bob/Private"), ["c.txt"]);
    assert_eq!(ground.bob.list_names("/bob"), ["Holiday", "Private", "beside.txt"]);
    ground.bob.download("/bob/beside.txt").holds(SECRET);
}
