//! Searching in the contents of small text files: the results, their excerpts, and the results
//! after changes.

use crate::harness::{Caller, Data, Launch, Reply, Server};
use std::fs;

fn start() -> Server {
    Launch::on(Data::with_accounts()).setting("CLOUDLET_SEARCH_TEXT", "yes").start()
}

fn search(caller: &mut Caller, text: &str, more: &[(&str, &str)]) -> Reply {
    let fields = [&[("searchstring", text), ("searchloc", "/"), ("intext", "1")], more].concat();
    let reply = caller.core("dosearch", &fields);
    assert_eq!(reply.status, 200, "{reply:?}");
    reply
}

/// The paths that a search finds, each with its excerpt.
fn found(caller: &mut Caller, text: &str) -> Vec<(String, String)> {
    // Files that are still being read come with one of the next answers.
    for _ in 0..200 {
        let reply = search(caller, text, &[]);
        let root = reply.xml();
        let said = root.child("meta").field("statusmessage").to_owned();
        if said.is_empty() {
            let all: Vec<(String, String)> = root
                .all("entry")
                .map(|entry| (entry.field("path").to_owned(), entry.field("highlight").to_owned()))
                .collect();
            assert_eq!(root.child("meta").number("total"), all.len() as i64, "{text}");
            return all;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("the texts are not read");
}

fn paths(caller: &mut Caller, text: &str) -> Vec<String> {
    found(caller, text).into_iter().map(|(path, _)| path).collect()
}

#[test]
fn texts_are_found_by_the_beginnings_of_their_words_and_come_after_names() {
    let server = start();
    let mut alice = server.user("alice");
    let recipe = "Zutaten\nCrème brûlée braucht Zucker.\nEnde";
    alice.upload("/alice", "rezept.txt", recipe.as_bytes()).ok();
    alice.upload("/alice", "zucker.jpg", b"\xff\xd8\xff\0 zucker").ok();
    alice.upload("/alice", "notes.md", "Zucker und 照片".as_bytes()).ok();
    let shown = "Crème brûlée braucht Zucker. Ende".to_owned();
    assert_eq!(
        found(&mut alice, "ZUCK"),
        [
            ("/alice/zucker.jpg".to_owned(), String::new()),
            ("/alice/notes.md".to_owned(), "Zucker und 照片".to_owned()),
            ("/alice/rezept.txt".to_owned(), shown.clone()),
        ]
    );
    assert_eq!(found(&mut alice, "brulee zutaten")[0].0, "/alice/rezept.txt");
    assert_eq!(found(&mut alice, "creme-bru"), [("/alice/rezept.txt".to_owned(), shown)]);
    assert_eq!(paths(&mut alice, "片"), ["/alice/notes.md"]);
    for text in
        ["ucker", "brulee salz", "z", "\"zutaten\" OR salz", "*", "words:zucker", "zutaten NOT ende x"]
    {
        assert!(found(&mut alice, text).iter().all(|(_, excerpt)| excerpt.is_empty()), "{text}");
    }
    let reply = search(&mut alice, "zucker", &[("searchscope", "folders")]);
    assert_eq!(reply.xml().all("entry").count(), 0);
    let reply = search(&mut alice, "zucker", &[("minsize", "1")]);
    assert_eq!(reply.xml().all("entry").count(), 0);
    // A search only for names does not find them.
    let reply = alice.core("dosearch", &[("searchstring", "zutaten"), ("searchloc", "/")]);
    assert_eq!((reply.xml().all("entry").count(), reply.xml().child("meta").number("textsearch")), (0, 1));
    let json = search(&mut alice.in_json(), "zutaten", &[]).json();
    assert_eq!(json["entry"][0]["highlight"], "Zutaten Crème brûlée braucht Zucker. Ende");
}

#[test]
fn only_small_valid_texts_are_read() {
    let server = start();
    let mut alice = server.user("alice");
    let text = |length: usize| [b"needle ".as_slice(), &vec![b'x'; length - 7]].concat();
    alice.upload("/alice", "largest", &text(256 * 1024)).ok();
    alice.upload("/alice", "too large", &text(256 * 1024 + 1)).ok();
    alice.upload("/alice", "latin", b"needle \xe4 end").ok();
    alice.upload("/alice", "binary", b"needle \0 end").ok();
    alice.upload("/alice", "late", &[text(20_000), b"\0".to_vec()].concat()).ok();
    alice.upload("/alice", "empty", b"").ok();
    assert_eq!(paths(&mut alice, "needle"), ["/alice/largest", "/alice/latin"]);
}

#[test]
fn texts_of_windows_and_of_old_times_are_found_by_their_words() {
    let server = start();
    let mut alice = server.user("alice");
    let text = "Gr\u{fc}\u{df}e aus K\u{f6}ln";
    let utf_16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect()
    };
    alice.upload("/alice", "notepad.txt", &utf_16([0xff, 0xfe], u16::to_le_bytes)).ok();
    alice.upload("/alice", "mac.txt", &utf_16([0xfe, 0xff], u16::to_be_bytes)).ok();
    alice.upload("/alice", "old.txt", b"Gr\xfc\xdfe aus K\xf6ln").ok();
    alice.upload("/alice", "new.txt", text.as_bytes()).ok();
    alice.upload("/alice", "photo.jpg", b"\xff\xd8\xff\xe0 K\xf6ln \x01").ok();
    let names = ["/alice/mac.txt", "/alice/new.txt", "/alice/notepad.txt", "/alice/old.txt"];
    assert_eq!(found(&mut alice, "koln"), names.map(|name| (name.to_owned(), text.to_owned())));
}

#[test]
fn of_many_long_texts_the_first_show_where_they_match() {
    const LONGEST: usize = 256 * 1024;
    let server = start();
    let mut alice = server.user("alice");
    let text = [b"needle ".as_slice(), &vec![b'.'; LONGEST - 7]].concat();
    for number in 10..44 {
        alice.upload("/alice", &format!("{number}"), &text).ok();
    }
    let shown: Vec<bool> =
        found(&mut alice, "needle").iter().map(|(_, excerpt)| !excerpt.is_empty()).collect();
    assert_eq!(shown, [[true; 32].as_slice(), &[false; 2]].concat());
    // The search for the next page begins anew.
    let reply = search(&mut alice, "needle", &[("start", "32")]);
    let rest: Vec<String> = reply.xml().all("entry").map(|entry| entry.field("path").to_owned()).collect();
    assert_eq!(rest, ["/alice/42", "/alice/43"]);
    assert!(reply.xml().all("entry").all(|entry| entry.field("highlight").starts_with("needle")));
}

#[test]
fn texts_follow_their_files() {
    let mut server = start();
    let mut alice = server.user("alice");
    alice.core("createfolder", &[("path", "/alice"), ("name", "folder")]).done();
    alice.upload("/alice/folder", "a.txt", b"first needle").ok();
    assert_eq!(paths(&mut alice, "needle"), ["/alice/folder/a.txt"]);
    alice.upload("/alice/folder", "a.txt", b"second thread").ok();
    assert!(paths(&mut alice, "needle").is_empty());
    assert_eq!(paths(&mut alice, "thread"), ["/alice/folder/a.txt"]);
    alice.core("renamefile", &[("path", "/alice"), ("name", "folder"), ("newname", "other")]).done();
    assert_eq!(paths(&mut alice, "thread"), ["/alice/other/a.txt"]);
    // Another program creates a file or writes one in place.
    fs::write(server.data().file("/alice/b.txt"), b"from outside").unwrap();
    assert_eq!(paths(&mut alice, "outside"), ["/alice/b.txt"]);
    fs::write(server.data().file("/alice/b.txt"), b"anything else").unwrap();
    assert!(paths(&mut alice, "outside").is_empty());
    assert_eq!(paths(&mut alice, "anything"), ["/alice/b.txt"]);
    server.stop();
    server.start_again();
    alice.follow(&server);
    assert_eq!(paths(&mut alice, "thread"), ["/alice/other/a.txt"]);
    alice.core("deletefile", &[("path", "/alice"), ("name", "other")]).done();
    assert!(paths(&mut alice, "thread").is_empty());
    alice.core("emptyrecyclebin", &[]).done();
    assert!(paths(&mut alice, "thread").is_empty());
}

#[test]
fn nobody_finds_the_texts_of_others() {
    let server = start();
    let (mut alice, mut bob) = (server.user("alice"), server.user("bob"));
    alice.upload("/alice", "a.txt", b"the secret plan").ok();
    bob.upload("/bob", "b.txt", b"the secret wish").ok();
    assert_eq!(paths(&mut alice, "secret"), ["/alice/a.txt"]);
    assert_eq!(paths(&mut bob, "secret"), ["/bob/b.txt"]);
    assert!(found(&mut server.user("bobby"), "secret").is_empty());
    let fields = [("searchstring", "secret"), ("searchloc", "/alice"), ("intext", "1")];
    bob.core("dosearch", &fields).refused();
    server.guest().core("dosearch", &fields).failed(401);
    // If an administrator has locked a file against reading, its text is neither shown nor counted.
    let proxy = ("adminproxyuserid", "bob");
    let lock = [("path", "/bob/b.txt"), ("readlock", "1"), proxy];
    server.admin().core("lock", &lock).done();
    for (text, count) in [("secret", 0), ("wis", 0), ("b.txt", 1)] {
        let reply = search(&mut bob, text, &[]);
        let (root, shown) = (reply.xml(), reply.xml().all("entry").count());
        assert_eq!((shown, root.child("meta").number("total")), (count, count as i64), "{text}");
    }
    assert_eq!(search(&mut bob, "wis", &[("size", "0")]).xml().child("meta").number("totalmatch"), 0);
}

#[test]
fn the_setting_turns_it_on_and_off_while_the_server_runs() {
    let server = Server::start();
    let (mut alice, mut admin) = (server.user("alice"), server.admin());
    alice.upload("/alice", "before.txt", b"needle").ok();
    let reply = search(&mut alice, "needle", &[]);
    assert_eq!((reply.xml().all("entry").count(), reply.xml().child("meta").number("textsearch")), (0, 0));
    admin.administer("setsetting", &[("name", "search_text"), ("value", "yes")]).done();
    assert_eq!(paths(&mut alice, "needle"), ["/alice/before.txt"]);
    alice.upload("/alice", "later.txt", b"needle too").ok();
    assert_eq!(paths(&mut alice, "needle"), ["/alice/before.txt", "/alice/later.txt"]);
    admin.administer("setsetting", &[("name", "search_text"), ("value", "no")]).done();
    assert!(found(&mut alice, "needle").is_empty());
}
