//! All spellings of a name in Unicode lead to the same entry, and to everything that belongs to it.

use crate::harness::{Caller, Server, encoded, names};
use std::fs;

fn say(caller: &mut Caller, path: &str, text: &str) {
    let fields = [("fullpath", path), ("parent", "/bob"), ("isfile", "1"), ("text", text)];
    assert_eq!(caller.core("addcommentforitem", &fields).xml().name, "comments");
}

/// The name with `Ä` and `ö` as single characters (normalization form C), as two characters each
/// (form D), and mixed.
const COMPOSED: &str = "\u{c4}rger in K\u{f6}ln.txt";
const APART: &str = "A\u{308}rger in Ko\u{308}ln.txt";
const MIXED: &str = "\u{c4}rger in Ko\u{308}ln.txt";
const ALL: [&str; 3] = [COMPOSED, APART, MIXED];

/// Plays a scene with every spelling of the name on the disk and every other spelling in the calls.
fn each_pair(scene: impl Fn(&Server, &mut Caller, &str, &str)) {
    for on_disk in ALL {
        for asked in ALL.into_iter().filter(|asked| *asked != on_disk) {
            let server = Server::start();
            let mut bob = server.user("bob");
            fs::write(server.data().file("/bob").join(on_disk), "as it was").unwrap();
            scene(&server, &mut bob, on_disk, asked);
            assert_eq!(names(&server.data().file("/bob")), [on_disk], "asked for by {asked:?}");
        }
    }
}

#[test]
fn a_lock_is_met_by_every_spelling() {
    each_pair(|server, bob, on_disk, asked| {
        let path = format!("/bob/{on_disk}");
        bob.core("lock", &[("path", &path), ("readlock", "1")]).done();
        let mut admin = server.admin();
        let proxy = ("adminproxyuserid", "alice");
        let other = format!("/bob/{asked}");
        let download = admin.get(&format!("{}&adminproxyuserid=alice", Caller::download_target(&other)));
        assert!(!download.body.windows(9).any(|part| part == b"as it was"), "{asked:?}");
        admin.core("renamefile", &[("path", "/bob"), ("name", asked), ("newname", "mine"), proxy]).refused();
        admin.core("deletefile", &[("path", "/bob"), ("name", asked), proxy]).refused();
        let info = bob.core("getfilelockinfo", &[("path", &other)]).xml();
        assert_eq!(info.child("filelockinfo").number("locked"), 1);
        // The owner of the lock removes it by another spelling.
        bob.core("unlock", &[("path", &other)]).done();
        let info = bob.core("getfilelockinfo", &[("path", &path)]).xml();
        assert_eq!(info.child("filelockinfo").number("locked"), 0);
    });
}

#[test]
fn a_file_has_one_history_and_no_double() {
    each_pair(|_, bob, on_disk, asked| {
        bob.upload("/bob", asked, b"first").ok();
        bob.upload("/bob", on_disk, b"second").ok();
        for name in ALL {
            bob.download(&format!("/bob/{name}")).holds(b"second");
            let known = bob.core("getversions", &[("filepath", "/bob"), ("filename", name)]).xml();
            assert_eq!(known.all("version").count(), 3, "{name:?}");
        }
        let path = format!("/bob/{asked}");
        bob.core("createfolder", &[("path", "/bob"), ("name", asked)]).refused();
        assert_eq!(bob.core("fileexists", &[("file", &path)]).xml().child("command").number("result"), 1);
        assert_eq!(bob.list_names("/bob"), [on_disk]);
    });
}

#[test]
fn comments_and_favorites_hang_on_the_entry() {
    each_pair(|_, bob, on_disk, asked| {
        for (path, text) in [(format!("/bob/{on_disk}"), "one"), (format!("/bob/{asked}"), "two")] {
            say(bob, &path, text);
        }
        for name in ALL {
            let path = format!("/bob/{name}");
            let told = bob.core("getcommentsforitem", &[("fullpath", &path)]).xml();
            assert_eq!(told.all("comment").count(), 2, "{name:?}");
        }
    });
}

#[test]
fn sync_clients_are_not_told_that_a_file_is_gone_which_was_asked_for_otherwise() {
    each_pair(|server, bob, on_disk, asked| {
        let told = || {
            let fields = [("path", "/bob"), ("name", "/bob"), ("status", "server,0;")];
            let delta = server.user("bob").post("/app/sync/getsyncdelta", &fields).xml();
            delta
                .all("record")
                .map(|record| (record.field("fullpath").to_owned(), record.number("isdeleted")))
                .collect::<Vec<_>>()
        };
        let wanted = [(format!("/bob/{on_disk}"), 0)];
        assert_eq!(told(), wanted);
        let path = format!("/bob/{asked}");
        say(bob, &path, "seen");
        bob.core("lock", &[("path", &path)]).done();
        bob.core("fileinfo", &[("file", &path)]).xml();
        bob.list("/bob");
        bob.core("unlock", &[("path", &path)]).done();
        assert_eq!(told(), wanted);
    });
}

#[test]
fn folders_on_the_way_are_found_by_every_spelling() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let home = server.data().file("/bob");
    fs::create_dir_all(home.join("Mu\u{308}ll/plain/caf\u{e9}")).unwrap();
    fs::write(home.join("Mu\u{308}ll/plain/caf\u{e9}/r\u{e9}sume\u{301}"), "one").unwrap();
    for folder in ["M\u{fc}ll", "Mu\u{308}ll"] {
        let folder = format!("/bob/{folder}/plain/cafe\u{301}");
        bob.download(&format!("{folder}/re\u{301}sum\u{e9}")).holds(b"one");
        bob.upload(&folder, "r\u{e9}sum\u{e9}", b"one").ok();
    }
    // An upload that creates folders uses the existing ones, whatever their spelling.
    let target =
        format!("/core/upload?path=/bob&uploadpath={}&filename=new", encoded("M\u{fc}ll/plain/n\u{e4}chste"));
    let multipart = crate::harness::Multipart::new().file("file", "file", b"new");
    bob.send(&crate::harness::Request::multipart(&target, multipart)).ok();
    bob.core("createfolder", &[("path", "/bob/M\u{fc}ll"), ("name", "a"), ("subpath", "e\u{301}")]).done();
    assert_eq!(names(&home), ["Mu\u{308}ll"]);
    assert_eq!(names(&home.join("Mu\u{308}ll/plain")), ["caf\u{e9}", "n\u{e4}chste"]);
    assert_eq!(names(&home.join("Mu\u{308}ll/a")), ["\u{e9}"]);
    assert_eq!(names(&home.join("Mu\u{308}ll/plain/caf\u{e9}")), ["r\u{e9}sume\u{301}"]);
}

#[test]
fn spellings_that_exist_side_by_side_stay_two_files() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let home = server.data().file("/bob");
    for name in [COMPOSED, APART] {
        fs::write(home.join(name), name).unwrap();
    }
    for name in [COMPOSED, APART] {
        bob.download(&format!("/bob/{name}")).holds(name.as_bytes());
        say(&mut bob, &format!("/bob/{name}"), name);
    }
    for name in [COMPOSED, APART] {
        let told = bob.core("getcommentsforitem", &[("fullpath", &format!("/bob/{name}"))]).xml();
        assert_eq!(told.all("comment").count(), 1);
        bob.upload("/bob", name, format!("new {name}").as_bytes()).ok();
    }
    assert_eq!(names(&home).len(), 2);
    bob.core("deletefile", &[("path", "/bob"), ("name", APART)]).done();
    assert_eq!(names(&home), [COMPOSED]);
    assert_eq!(fs::read_to_string(home.join(COMPOSED)).unwrap(), format!("new {COMPOSED}"));
    // When one file is gone, both spellings lead to the other one.
    bob.download(&format!("/bob/{APART}")).holds(format!("new {COMPOSED}").as_bytes());
}

#[test]
fn a_name_can_be_spelled_anew_and_a_bin_is_read_by_every_spelling() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let home = server.data().file("/bob");
    fs::create_dir(home.join("Mu\u{308}ll")).unwrap();
    fs::write(home.join("Mu\u{308}ll").join(APART), "one").unwrap();
    bob.core("renamefile", &[("path", "/bob"), ("name", "M\u{fc}ll"), ("newname", "M\u{fc}ll")]).done();
    assert_eq!(names(&home), ["M\u{fc}ll"]);
    bob.core("deletefile", &[("path", "/bob"), ("name", "Mu\u{308}ll")]).done();
    for name in ALL {
        bob.download(&format!("/bob/recyclebin/Mu\u{308}ll/{name}")).holds(b"one");
    }
    // The file is restored into its old folder, and no second folder is created.
    fs::create_dir(home.join("Mu\u{308}ll")).unwrap();
    let path = format!("/bob/recyclebin/Mu\u{308}ll/{COMPOSED}");
    bob.core("restorefromrecyclebin", &[("path", &path)]).done();
    assert_eq!(names(&home), ["Mu\u{308}ll"]);
}
