//! Versions of files.

use crate::harness::{Caller, Server, encoded, names};

/// The number, the size, the writer and the id of each content.
fn versions(caller: &mut Caller, folder: &str, name: &str) -> Vec<(i64, i64, String, String)> {
    let reply = caller.core("getversions", &[("filepath", folder), ("filename", name)]).xml();
    let all: Vec<_> = reply
        .all("version")
        .map(|version| {
            assert_eq!(version.field("filename"), name);
            let (by, id) = (version.field("createdby").to_owned(), version.field("fileid").to_owned());
            (version.number("versionnumber"), version.number("sizeinbytes"), by, id)
        })
        .collect();
    assert_eq!(reply.child("meta").number("total"), all.len() as i64);
    all
}

fn download(caller: &mut Caller, path: &str, name: &str, id: &str) -> crate::harness::Reply {
    let target = format!(
        "/core/downloadversionedfile?filepath={}&filename={}&fileid={}",
        encoded(path),
        encoded(name),
        encoded(id)
    );
    caller.get(&target)
}

fn of<'a>(name: &'a str, id: &'a str) -> [(&'a str, &'a str); 3] {
    [("filepath", "/bob"), ("filename", name), ("fileid", id)]
}

#[test]
fn every_overwrite_keeps_the_old_content() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for content in ["one", "three", "sixsix"] {
        bob.upload("/bob", "a b.txt", content.as_bytes()).ok();
    }
    let all = versions(&mut bob, "/bob", "a b.txt");
    let facts: Vec<_> = all.iter().map(|(number, size, by, _)| (*number, *size, by.as_str())).collect();
    assert_eq!(facts, [(3, 6, "bob"), (2, 5, "bob"), (1, 3, "bob")]);
    for (content, (_, _, _, id)) in ["sixsix", "three", "one"].iter().zip(&all) {
        download(&mut bob, "/bob", "a b.txt", id).holds(content.as_bytes());
        // Some clients send the full path of the file.
        let reply = download(&mut bob, "/bob/a b.txt", "a b.txt", id).holds(content.as_bytes());
        assert!(reply.header("content-disposition").unwrap().starts_with("attachment"));
    }
    // A content that is replaced by a move or a copy becomes a version too.
    bob.upload("/bob", "other", b"other").ok();
    bob.core("renameormove", &[("fromname", "/bob/other"), ("toname", "/bob/a b.txt"), ("overwrite", "1")])
        .done();
    // The file keeps its versions. The earlier versions of the moved file are listed after them, as
    // the oldest ones.
    let sizes =
        |bob: &mut Caller| versions(bob, "/bob", "a b.txt").iter().map(|one| one.1).collect::<Vec<_>>();
    assert_eq!(sizes(&mut bob), [5, 6, 5, 3]);
    bob.upload("/bob", "third", b"1").ok();
    bob.upload("/bob", "third", b"22").ok();
    bob.core("renameormove", &[("fromname", "/bob/third"), ("toname", "/bob/a b.txt"), ("overwrite", "1")])
        .done();
    assert_eq!(sizes(&mut bob), [2, 5, 6, 5, 3, 1]);
    for (_, size, _, id) in versions(&mut bob, "/bob", "a b.txt") {
        assert_eq!(download(&mut bob, "/bob", "a b.txt", &id).status, 200, "{size}");
    }
    bob.upload("/bob", "binned", b"4444").ok();
    bob.core("deletefile", &[("path", "/bob"), ("name", "binned")]).done();
    let back = [("fromname", "/bob/recyclebin/binned"), ("toname", "/bob/a b.txt"), ("overwrite", "1")];
    bob.core("renameormove", &back).done();
    assert_eq!(sizes(&mut bob), [4, 2, 5, 6, 5, 3, 1]);
    bob.upload("/bob", "other", b"other").ok();
    bob.core("renameormove", &[("fromname", "/bob/other"), ("toname", "/bob/a b.txt"), ("overwrite", "1")])
        .done();
    bob.download("/bob/a b.txt").holds(b"other");
}

#[test]
fn a_version_becomes_the_live_one_and_back() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "f", b"first").ok();
    bob.upload("/bob", "f", b"second!").ok();
    let before = versions(&mut bob, "/bob", "f");
    let etag = bob.core("makeversionlive", &of("f", &before[1].3)).done();
    assert_eq!(etag.message(), "");
    bob.download("/bob/f").holds(b"first");
    let after = versions(&mut bob, "/bob", "f");
    assert_eq!((after.len(), &after[0].3), (2, &before[1].3), "the live one has the id it had as an old one");
    assert_eq!(after.iter().map(|one| (one.0, one.1)).collect::<Vec<_>>(), [(3, 5), (2, 7)]);
    // This version is the present content already, so the call succeeds and changes nothing.
    bob.core("makeversionlive", &of("f", &after[0].3)).done();
    assert_eq!(versions(&mut bob, "/bob", "f"), after);
    server.stop();
    server.start_again();
    bob.follow(&server);
    bob.core("makeversionlive", &of("f", &after[1].3)).done();
    bob.download("/bob/f").holds(b"second!");
    assert_eq!(versions(&mut bob, "/bob", "f").len(), 2);
    // After an upload, the id of the present content is another one.
    bob.upload("/bob", "f", b"third").ok();
    assert_eq!(versions(&mut bob, "/bob", "f").len(), 3);
    download(&mut bob, "/bob", "f", &after[1].3).failed(404);
    crate::harness::cloudlet(server.data(), &["check"], "").succeeded();
}

#[test]
fn versions_follow_their_file() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "a")]).done();
    bob.upload("/bob/a", "f", b"1").ok();
    bob.upload("/bob/a", "f", b"22").ok();
    bob.core("renamefile", &[("path", "/bob/a"), ("name", "f"), ("newname", "g")]).done();
    bob.core("renamefile", &[("path", "/bob"), ("name", "a"), ("newname", "b")]).done();
    let all = versions(&mut bob, "/bob/b", "g");
    assert_eq!(all.len(), 2);
    // A new file at the old path has none of these versions.
    bob.core("createfolder", &[("path", "/bob"), ("name", "a")]).done();
    bob.upload("/bob/a", "f", b"new").ok();
    assert_eq!(versions(&mut bob, "/bob/a", "f").len(), 1);
    download(&mut bob, "/bob/a", "f", &all[1].3).failed(404);
    // Another program moves the file, and the next visit notices that.
    bob.list("/bob");
    std::fs::rename(server.data().file("/bob/b/g"), server.data().file("/bob/h")).unwrap();
    bob.list("/bob");
    crate::harness::wait_until("the move is noticed", std::time::Duration::from_secs(5), || {
        versions(&mut bob, "/bob", "h").len() == 2
    });
}

/// The names of the contents of `/bob/f`, the present one first.
fn given_names(bob: &mut Caller) -> Vec<String> {
    let reply = bob.core("getversions", &[("filepath", "/bob"), ("filename", "f")]).xml();
    reply.all("version").map(|version| version.field("versionname").to_owned()).collect()
}

#[test]
fn a_content_keeps_the_name_that_somebody_gave_it() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    for content in ["1", "22", "333"] {
        bob.upload("/bob", "f", content.as_bytes()).ok();
    }
    let all = versions(&mut bob, "/bob", "f");
    let name = |bob: &mut Caller, id: &str, name: &str| {
        bob.core("nameversion", &[&of("f", id)[..], &[("versionname", name)]].concat())
    };
    assert_eq!(given_names(&mut bob), ["", "", ""]);
    name(&mut bob, &all[2].3, " As <b>sent</b> ").done();
    name(&mut bob, &all[0].3, "Today").done();
    assert_eq!(given_names(&mut bob), ["Today", "", "As <b>sent</b>"]);
    // The present content keeps its name when it is replaced, also after a restart.
    server.stop();
    server.start_again();
    bob.follow(&server);
    bob.upload("/bob", "f", b"4444").ok();
    assert_eq!(given_names(&mut bob), ["", "Today", "", "As <b>sent</b>"]);
    // A version keeps its name when it becomes the present content, and when it is replaced again.
    let sent = versions(&mut bob, "/bob", "f")[3].3.clone();
    bob.core("makeversionlive", &of("f", &sent)).done();
    assert_eq!(given_names(&mut bob), ["As <b>sent</b>", "", "Today", ""]);
    bob.core("renamefile", &[("path", "/bob"), ("name", "f"), ("newname", "g")]).done();
    bob.core("renamefile", &[("path", "/bob"), ("name", "g"), ("newname", "f")]).done();
    bob.upload("/bob", "f", b"55555").ok();
    assert_eq!(given_names(&mut bob), ["", "As <b>sent</b>", "", "Today", ""]);
    // The new content has no name, even if it comes from another file.
    bob.upload("/bob", "other", b"other").ok();
    let over = [("fromname", "/bob/other"), ("toname", "/bob/f"), ("overwrite", "1")];
    bob.core("renameormove", &over).done();
    assert_eq!(given_names(&mut bob), ["", "", "As <b>sent</b>", "", "Today", ""]);
    let kept = versions(&mut bob, "/bob", "f")[2].3.clone();
    name(&mut bob, &kept, "").done();
    assert_eq!(given_names(&mut bob), ["", "", "", "", "Today", ""]);
    for wrong in ["a\nb", "\u{7}", &"x".repeat(201)] {
        name(&mut bob, &kept, wrong).refused();
    }
    let mut bobby = server.user("bobby");
    name(&mut bobby, &kept, "Mine").refused();
    name(&mut bob, "nothing", "x").refused();
    assert_eq!(given_names(&mut bob), ["", "", "", "", "Today", ""]);
}

#[test]
fn old_contents_are_removed_one_by_one_and_all_together() {
    let server = Server::start();
    let (mut bob, mut bobby) = (server.user("bob"), server.user("bobby"));
    for content in ["1", "22", "333"] {
        bob.upload("/bob", "f", content.as_bytes()).ok();
        bob.upload("/bob", "g", content.as_bytes()).ok();
        bobby.upload("/bobby", "f", content.as_bytes()).ok();
    }
    let disk = || names(&server.data().file("/.cloudlet/versions")).len();
    assert_eq!(disk(), 6);
    let all = versions(&mut bob, "/bob", "f");
    bob.core("deleteversion", &of("f", &all[0].3)).refused();
    bob.core("deleteversion", &of("f", &all[2].3)).done();
    bob.core("deleteversion", &of("f", &all[2].3)).refused();
    assert_eq!(versions(&mut bob, "/bob", "f"), all[..2]);
    assert_eq!(bob.core("deleteallversions", &[]).done().message(), "3 removed");
    assert_eq!((versions(&mut bob, "/bob", "f").len(), versions(&mut bob, "/bob", "g").len()), (1, 1));
    assert_eq!((versions(&mut bobby, "/bobby", "f").len(), disk()), (3, 2));
    bob.download("/bob/f").holds(b"333");
}

#[test]
fn versions_are_for_those_who_may_read_and_change_the_file() {
    let server = Server::start();
    let (mut bob, mut bobby) = (server.user("bob"), server.user("bobby"));
    bob.upload("/bob", "f", b"1").ok();
    bob.upload("/bob", "f", b"22").ok();
    bobby.upload("/bobby", "f", b"x").ok();
    let id = versions(&mut bob, "/bob", "f")[1].3.clone();
    bobby.core("getversions", &[("filepath", "/bob"), ("filename", "f")]).refused();
    download(&mut bobby, "/bob", "f", &id).failed(403);
    bobby.core("makeversionlive", &of("f", &id)).refused();
    bobby.core("deleteversion", &of("f", &id)).refused();
    // The id of a version works only together with the path of its own file.
    download(&mut bobby, "/bobby", "f", &id).failed(404);
    let own = [("filepath", "/bobby"), ("filename", "f"), ("fileid", id.as_str())];
    bobby.core("makeversionlive", &own).refused();
    bobby.core("deleteversion", &own).refused();
    bobby.download("/bobby/f").holds(b"x");
    for wrong in ["", "../trash", "x\0y", "\u{1f600}", &"9".repeat(3000)] {
        bob.core("makeversionlive", &of("f", wrong)).refused();
        bob.core("deleteversion", &of("f", wrong)).refused();
    }
    bob.core("getversions", &[("filepath", "/"), ("filename", "bob")]).refused();
    bob.core("getversions", &[("filepath", "/bob"), ("filename", "nothing")]).refused();
    download(&mut bob, "/bob", "f", &id).holds(b"1");
}
