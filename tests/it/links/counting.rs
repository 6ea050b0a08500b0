//! Links with a limited number of downloads.

use super::{ground, ground_on, opened, refused};
use crate::harness::{Caller, Data, Launch, Reply, Request, joined};

fn ranged(caller: &mut Caller, path: &str, range: &str) -> Reply {
    caller.send(&Request::get(&Caller::download_target(path)).header("Range", range))
}

#[test]
fn of_many_downloads_at_once_as_many_succeed_as_the_link_gives() {
    let mut ground = ground();
    for wanted in [1_usize, 3] {
        let link = ground.link("/bob/Holiday", &[("maxdownloads", &wanted.to_string())]);
        let path = format!("{}/a.txt", link.path);
        let given: usize = std::thread::scope(|scope| {
            let callers: Vec<_> = (0..20)
                .map(|_| {
                    let (mut guest, path) = (ground.guest(), &path);
                    scope.spawn(move || guest.download(path))
                })
                .collect();
            let replies = callers.into_iter().map(|caller| joined(caller.join()));
            replies.map(|reply| usize::from(reply.status == 200 && reply.text() == "one")).sum()
        });
        assert_eq!(given, wanted);
        let share = ground.bob.core("getshareforid", &[("shareid", &link.id)]).xml();
        assert_eq!(share.child("share").field("downloadcount"), wanted.to_string());
        // For everybody else the link no longer works.
        let mut bobby = ground.server.user("bobby");
        refused(&bobby.download(&path));
    }
}

#[test]
fn a_download_is_counted_with_its_beginning_and_may_be_resumed() {
    let mut ground = ground();
    ground.bob.upload("/bob/Holiday", "long.bin", b"0123456789").ok();
    let link = ground.link("/bob/Holiday", &[("maxdownloads", "2")]);
    let path = format!("{}/long.bin", link.path);
    let mut guest = ground.guest();
    let count = |ground: &mut super::Ground| {
        let share = ground.bob.core("getshareforid", &[("shareid", &link.id)]).xml();
        share.child("share").field("downloadcount").to_owned()
    };
    let head = guest.send(&Request::new("HEAD", &Caller::download_target(&path)));
    assert_eq!((head.status, count(&mut ground).as_str()), (200, "0"));
    assert_eq!(ranged(&mut guest, &path, "bytes=0-3").text(), "0123");
    assert_eq!(count(&mut ground), "1");
    assert_eq!(ranged(&mut guest, &path, "bytes=4-").text(), "456789");
    assert_eq!(ranged(&mut guest, &path, "bytes=6-7").text(), "67");
    assert_eq!(count(&mut ground), "1", "who goes on is not counted again");
    // A range that counts from the end may cover the whole file, so it counts as a download.
    assert_eq!(ranged(&mut guest, &path, "bytes=-10").text(), "0123456789");
    assert_eq!(count(&mut ground), "2");
    // That was the last download. It can be resumed, but no new one can begin.
    assert_eq!(ranged(&mut guest, &path, "bytes=5-").text(), "56789");
    for range in ["bytes=0-", "bytes=-5", "bytes=0-0,5-6", "nonsense"] {
        refused(&ranged(&mut guest, &path, range));
    }
    // This visitor has not begun a download of this file, so a resumed one counts as new.
    refused(&ranged(&mut guest, &format!("{}/a.txt", link.path), "bytes=1-"));
    assert_eq!(count(&mut ground), "2");
    ground.change(&link, &[("maxdownloads", "3")]);
    assert_eq!(guest.download(&path).text(), "0123456789");
}

#[test]
fn a_link_that_works_once_is_dead_afterwards() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday/a.txt", &[("maxdownloads", "1")]);
    let mut guest = ground.guest();
    let once = guest.get(&format!("/core/share?path={}", crate::harness::encoded(&link.path)));
    assert_eq!(once.text(), "one");
    refused(&guest.get(&format!("/core/share?path={}", crate::harness::encoded(&link.path))));
    // After a restart the server does not know who has begun a download.
    ground.server.stop();
    ground.server.start_again();
    let mut later = ground.server.guest();
    refused(&later.get(&format!("/url/{}", link.token)));
    refused(&later.core("getpublicshareinfo", &[("path", &link.path)]));
    refused(&later.core("fileinfo", &[("file", &link.path)]));
}

#[test]
fn an_archive_counts_once() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("maxdownloads", "1")]);
    let mut guest = ground.guest();
    let fields = [("count", "2"), ("filepath", link.path.as_str()), ("fn1", "sea"), ("fn2", "a.txt")];
    assert_eq!(guest.core("downloadfilemulti", &fields).status, 200);
    refused(&guest.core("downloadfilemulti", &fields));
}

/// Downloads without a limit are counted together with their audit rows, a little later. A question
/// for the count waits until all are counted.
#[test]
fn downloads_without_a_limit_are_counted_and_each_is_told() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[]);
    let path = format!("{}/a.txt", link.path);
    let mut guest = ground.guest();
    for number in 1..=30 {
        assert_eq!(guest.download(&path).text(), "one");
        if number % 10 == 0 {
            let share = ground.bob.core("getshareforid", &[("shareid", &link.id)]).xml();
            assert_eq!(share.child("share").field("downloadcount"), number.to_string());
        }
    }
    // Each download has an audit row that names the file, even if there are many in a minute.
    let who = format!("link:{}", link.id);
    let rows = ground.server.admin().audit(&[("username", &who), ("operation", "downloadfile")]);
    assert_eq!(rows.len(), 30);
    assert!(
        rows.iter().all(|row| row.field("object").contains("a.txt") && row.number("calls") == 1),
        "{rows:?}"
    );
    let told = ground.bob.core("getshareactivityforshare", &[("shareid", &link.id)]);
    assert!(told.text().matches("a.txt").count() >= 30, "{told:?}");
    // The server also writes the waiting counts when it stops.
    assert_eq!(guest.download(&path).text(), "one");
    ground.server.ask_to_stop();
    ground.server.wait();
    ground.server.start_again();
    let share = ground.server.user("bob").core("getshareforid", &[("shareid", &link.id)]).xml();
    assert_eq!(share.child("share").field("downloadcount"), "31");
    // A limit that is set now includes the earlier downloads.
    let mut bob = ground.server.user("bob");
    bob.core("updateshare", &[("shareid", &link.id), ("maxdownloads", "32")]).xml();
    let mut guest = ground.server.guest();
    assert_eq!(guest.download(&path).text(), "one");
    refused(&guest.download(&path));
}

/// A visitor whose browser loads many pictures soon gets no more rows in the audit log. The owner
/// must learn of the visit all the same.
#[test]
fn the_owner_is_told_of_every_visitor_who_opens_a_link() {
    let launch = Launch::on(Data::with_accounts()).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.1");
    let mut ground = ground_on(launch);
    let [busy, link, secret] = ["sea", "a.txt", "page.html"].map(|name| {
        let word = if name == "page.html" { "open sesame 77" } else { "" };
        ground.link(&format!("/bob/Holiday/{name}"), &[("sharepassword", word)])
    });
    let mut guest = ground.guest().always("X-Forwarded-For", "203.0.113.7");
    for _ in 0..40 {
        guest.core("getfilelist", &[("path", &busy.path)]);
    }
    for link in [&link, &link, &secret] {
        opened(&mut guest, &link.token);
    }
    let told = |ground: &mut super::Ground, link: &super::Link| -> Vec<String> {
        let reply = ground.bob.core("getshareactivityforshare", &[("shareid", &link.id)]).xml();
        reply.all("shareactivity").map(|row| row.field("ip").to_owned()).collect()
    };
    assert_eq!(told(&mut ground, &link), ["203.0.113.7"], "one visit, however often it is opened at once");
    assert!(told(&mut ground, &secret).is_empty(), "nobody has given its password");
}
