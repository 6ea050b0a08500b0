//! Searching: which entries are found, which are never found, and the order and form of the
//! results.

use crate::harness::{Caller, Element, Reply, Server};
use std::fs;
use std::time::{Duration, SystemTime};

fn search(caller: &mut Caller, text: &str, below: &str, more: &[(&str, &str)]) -> Reply {
    let fields = [&[("searchstring", text), ("searchloc", below)], more].concat();
    caller.core("dosearch", &fields)
}

fn paths_of(reply: &Reply) -> Vec<String> {
    reply.xml().all("entry").map(|entry| entry.field("path").to_owned()).collect()
}

/// The paths that a search finds, in their order.
#[track_caller]
fn found(caller: &mut Caller, text: &str, below: &str, more: &[(&str, &str)]) -> Vec<String> {
    let reply = search(caller, text, below, more);
    assert_eq!(reply.status, 200, "{reply:?}");
    paths_of(&reply)
}

fn meta(reply: &Reply) -> Element {
    reply.xml().child("meta").clone()
}

fn write(server: &Server, path: &str, content: &[u8]) {
    let path = server.data().file(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Sets the times of everything below a path to an hour ago.
fn age(server: &Server, path: &str) {
    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    let path = server.data().file(path);
    if path.is_dir() {
        for entry in fs::read_dir(&path).unwrap() {
            let below = entry.unwrap().path();
            let below = below.strip_prefix(server.data().file("/")).unwrap();
            age(server, &format!("/{}", below.display()));
        }
    }
    fs::File::open(&path).unwrap().set_modified(hour_ago).unwrap();
}

#[test]
fn any_part_of_a_name_is_found_whatever_its_case_and_accents() {
    let server = Server::start();
    let mut alice = server.user("alice");
    alice.core("createfolder", &[("path", "/alice"), ("name", "Crème Brûlée")]).done();
    alice.upload("/alice/Crème Brûlée", "Rezept für SÜSSES.txt", b"sugar").ok();
    alice.upload("/alice", "cre\u{300}me.txt", b"x").ok();
    alice.upload("/alice", "照片.jpg", b"x").ok();
    let dessert = "/alice/Crème Brûlée";
    for text in ["creme brulee", "CRÈME BRÛLÉE", "brûl", "eme bru", "brulee creme"] {
        assert_eq!(found(&mut alice, text, "/", &[]), [dessert], "{text}");
    }
    for text in ["suesses", "nowhere", "creme.pdf", "brulee.*txt"] {
        assert!(found(&mut alice, text, "/", &[]).is_empty(), "{text}");
    }
    for text in ["susses", "süßes", "ezept*txt", "FUR", "r s"] {
        assert_eq!(
            found(&mut alice, text, "/", &[]),
            ["/alice/Crème Brûlée/Rezept für SÜSSES.txt"],
            "{text}"
        );
    }
    // These texts are too short for the index.
    for text in ["照片", "照", "片.", "jp"] {
        assert_eq!(found(&mut alice, text, "/", &[]), ["/alice/照片.jpg"], "{text}");
    }
    assert_eq!(found(&mut alice, "crème", "/", &[]), ["/alice/Crème Brûlée", "/alice/crème.txt"]);
    assert_eq!(found(&mut alice, "", "/", &[]).len(), 4);
}

#[test]
fn a_text_is_never_syntax() {
    let server = Server::start();
    let mut alice = server.user("alice");
    alice.upload("/alice", "say \"hi\" OR (no) - not^.txt", b"x").ok();
    let all = ["/alice/say \"hi\" OR (no) - not^.txt"];
    for text in
        ["\"hi\"", "\"", "\"\"\"", "hi\" OR", "(no)", "NOT^", "- not", "y \"h*)", "*", "hi\0no", "'", "ay\t"]
    {
        let wanted: &[&str] = if ["\"\"\"", "'"].contains(&text) { &[] } else { &all };
        assert_eq!(found(&mut alice, text, "/", &[]), wanted, "{text:?}");
    }
    for text in
        ["name:say", "say AND hi", "{say}", "NEAR(say hi)", "say hi NOT xyz", "%", "s_y", "a' OR '1'='1"]
    {
        assert!(found(&mut alice, text, "/", &[]).is_empty(), "{text:?}");
    }
    let long = "say ".repeat(250);
    assert_eq!(found(&mut alice, &long, "/", &[]), all);
    let longer = "x".repeat(1001);
    assert!(search(&mut alice, &longer, "/", &[]).refused().contains("0 to 1000 bytes"));
    assert!(found(&mut alice, &"x".repeat(1000), "/", &[]).is_empty());
    assert!(search(&mut alice, "say", "/alice/nowhere", &[]).refused().contains("does not exist"));
    assert!(search(&mut alice, "say", "alice", &[]).refused().contains("searchloc"));
    assert!(search(&mut alice, "say", "/", &[("minsize", "big")]).refused().contains("minsize"));
    assert!(search(&mut alice, "say", "/", &[("modifiedend", "soon")]).refused().contains("modifiedend"));
}

#[test]
fn nobody_finds_what_is_not_theirs() {
    let server = Server::start();
    let (mut alice, mut bob, mut bobby) = (server.user("alice"), server.user("bob"), server.user("bobby"));
    alice.upload("/alice", "secret plan", b"x").ok();
    bob.upload("/bob", "secret wish", b"x").ok();
    assert_eq!(found(&mut alice, "secret", "/", &[]), ["/alice/secret plan"]);
    assert_eq!(found(&mut bob, "secret", "/", &[]), ["/bob/secret wish"]);
    assert!(found(&mut bobby, "secret", "/", &[]).is_empty());
    for place in ["/alice", "/bob", "/nobody", "/.cloudlet"] {
        search(&mut bobby, "secret", place, &[]).refused();
        bobby.core("search", &[("keyword", "secret"), ("location", place)]).refused();
    }
    search(&mut server.guest(), "secret", "/", &[]).failed(401);
    // An admin who is signed in as a user finds no more than that. As a proxy, the admin finds
    // everything.
    let mut admin = server.admin();
    let proxy = ("adminproxyuserid", "alice");
    let everything = ["/alice/secret plan", "/bob/secret wish"];
    assert_eq!(found(&mut admin, "secret", "/", &[proxy]), everything);
    assert_eq!(found(&mut admin, "secret", "/bob", &[proxy]), ["/bob/secret wish"]);
    assert!(found(&mut admin, "bob", "/", &[proxy]).contains(&"/bob".to_owned()));
}

#[test]
fn a_search_keeps_to_its_folder() {
    let server = Server::start();
    let mut alice = server.user("alice");
    for folder in ["a", "ab"] {
        alice.core("createfolder", &[("path", "/alice"), ("name", folder), ("subpath", "deep/down")]).done();
        alice.upload(&format!("/alice/{folder}/deep/down"), "note.txt", b"x").ok();
    }
    assert_eq!(found(&mut alice, "note", "/alice/a", &[]), ["/alice/a/deep/down/note.txt"]);
    assert_eq!(found(&mut alice, "note", "/alice/a/deep/", &[]), ["/alice/a/deep/down/note.txt"]);
    assert_eq!(found(&mut alice, "note", "/alice", &[]).len(), 2);
    // A search in a folder does not find the folder itself.
    assert!(found(&mut alice, "deep", "/alice/a/deep", &[]).is_empty());
    assert!(found(&mut alice, "note", "/alice/a/deep/down/note.txt", &[]).is_empty());
}

#[test]
fn names_follow_what_happens_to_files() {
    let server = Server::start();
    let mut alice = server.user("alice");
    alice.core("createfolder", &[("path", "/alice"), ("name", "Summer")]).done();
    alice.upload("/alice/Summer", "beach.jpg", b"x").ok();
    alice.core("renamefile", &[("path", "/alice"), ("name", "Summer"), ("newname", "Winter")]).done();
    assert_eq!(found(&mut alice, "beach", "/", &[]), ["/alice/Winter/beach.jpg"]);
    assert!(found(&mut alice, "summer", "/", &[]).is_empty());
    alice
        .core("renamefile", &[("path", "/alice/Winter"), ("name", "beach.jpg"), ("newname", "snow.jpg")])
        .done();
    assert!(found(&mut alice, "beach", "/", &[]).is_empty());
    assert_eq!(found(&mut alice, "snow", "/", &[]), ["/alice/Winter/snow.jpg"]);
    alice
        .core(
            "copyfile",
            &[("path", "/alice"), ("name", "Winter"), ("copyto", "/alice"), ("copytoname", "Copy")],
        )
        .done();
    let mut both = found(&mut alice, "snow", "/", &[]);
    both.sort();
    assert_eq!(both, ["/alice/Copy/snow.jpg", "/alice/Winter/snow.jpg"]);
    alice.core("deletefile", &[("path", "/alice"), ("name", "Winter")]).done();
    assert_eq!(found(&mut alice, "snow", "/", &[]), ["/alice/Copy/snow.jpg"]);
    assert!(found(&mut alice, "winter", "/", &[]).is_empty());
}

#[test]
fn what_other_programs_do_is_found_without_a_visit() {
    let mut server = Server::start();
    let mut alice = server.user("alice");
    write(&server, "/alice/never/visited/by anybody.txt", b"x");
    assert_eq!(found(&mut alice, "anybody", "/", &[]), ["/alice/never/visited/by anybody.txt"]);
    // The file is added to a folder that was visited. The folder's own time shows the change.
    age(&server, "/alice");
    assert_eq!(found(&mut alice, "anybody", "/", &[]).len(), 1);
    write(&server, "/alice/never/visited/by nobody.txt", b"x");
    assert_eq!(found(&mut alice, "nobody", "/", &[]), ["/alice/never/visited/by nobody.txt"]);
    fs::rename(server.data().file("/alice/never"), server.data().file("/alice/once")).unwrap();
    assert_eq!(found(&mut alice, "nobody", "/", &[]), ["/alice/once/visited/by nobody.txt"]);
    fs::remove_file(server.data().file("/alice/once/visited/by nobody.txt")).unwrap();
    let reply = search(&mut alice, "body", "/", &[]);
    assert_eq!(paths_of(&reply), ["/alice/once/visited/by anybody.txt"]);
    assert_eq!(meta(&reply).number("total"), 1);
    // A file that was written in place does not change the time of its folder. The results must be
    // true all the same, and must not contain a file that no longer matches.
    fs::write(server.data().file("/alice/once/visited/by anybody.txt"), vec![0; 5000]).unwrap();
    let reply = search(&mut alice, "body", "/", &[("maxsize", "1")]);
    assert!(paths_of(&reply).is_empty());
    assert_eq!(meta(&reply).number("total"), 0);
    assert_eq!(search(&mut alice, "body", "/", &[]).xml().child("entry").number("fullsize"), 5000);
    server.stop();
    server.start_again();
    alice.follow(&server);
    assert_eq!(found(&mut alice, "anybody", "/", &[]), ["/alice/once/visited/by anybody.txt"]);
    fs::remove_dir_all(server.data().file("/alice/once")).unwrap();
    assert!(found(&mut alice, "body", "/", &[]).is_empty());
}

#[test]
fn sizes_and_dates_bound_a_search() {
    let server = Server::start();
    let mut alice = server.user("alice");
    alice.core("createfolder", &[("path", "/alice"), ("name", "bytes folder")]).done();
    for (name, bytes) in [("bytes 0", 0), ("bytes 1024", 1024), ("bytes 1025", 1025), ("bytes 9000", 9000)] {
        alice.upload("/alice", name, &vec![0; bytes]).ok();
    }
    let mut names = |more: &[(&str, &str)]| -> Vec<String> {
        let paths = found(&mut alice, "bytes", "/", more);
        paths.iter().map(|path| path.trim_start_matches("/alice/bytes ").to_owned()).collect()
    };
    assert_eq!(names(&[]), ["folder", "0", "1024", "1025", "9000"]);
    // Forms of clients send empty limits like this, and so does the answer if no limit was given.
    assert_eq!(names(&[("minsize", "0"), ("maxsize", "0")]), ["folder", "0", "1024", "1025", "9000"]);
    assert_eq!(names(&[("minsize", "1")]), ["1024", "1025", "9000"]);
    assert_eq!(names(&[("maxsize", "1")]), ["0", "1024"]);
    assert_eq!(names(&[("minsize", "1"), ("maxsize", "1")]), ["1024"]);
    assert_eq!(names(&[("minsize", "18446744073709551615")]), Vec::<String>::new());
    assert_eq!(names(&[("searchscope", "folders")]), ["folder"]);
    assert_eq!(names(&[("searchscope", "files")]), ["0", "1024", "1025", "9000"]);
    for (name, date) in [("old", "2020-02-29 12:00:00"), ("new", "2024-05-01 00:00:00")] {
        let query = format!(
            "/core/upload?path=/alice&filename=date%20{name}&offset=0&complete=1&date={}",
            date.replace(' ', "%20")
        );
        let body = crate::harness::Multipart::new().file("file", "x", b"x");
        alice.send(&crate::harness::Request::multipart(&query, body)).ok();
    }
    for (start, end, wanted) in [
        ("", "", vec!["/alice/date new", "/alice/date old"]),
        ("2020-02-29", "", vec!["/alice/date new", "/alice/date old"]),
        ("2020-02-29 12:00:01", "", vec!["/alice/date new"]),
        ("", "2020-02-29", vec!["/alice/date old"]),
        ("", "2020-02-28", vec![]),
        ("2020-03-01", "2024-04-30", vec![]),
    ] {
        let more = [("modifiedstart", start), ("modifiedend", end)];
        assert_eq!(found(&mut alice, "date", "/", &more), wanted, "{start} {end}");
    }
}

#[test]
fn pages_follow_one_another_and_the_best_comes_first() {
    let server = Server::start();
    let mut alice = server.user("alice");
    for name in ["syntax", "my tax", "tax 2023", "tax", "vat and tax"] {
        write(&server, &format!("/alice/{name}"), b"x");
    }
    fs::create_dir(server.data().file("/alice/taxes")).unwrap();
    let all =
        ["tax", "taxes", "tax 2023", "my tax", "vat and tax", "syntax"].map(|name| format!("/alice/{name}"));
    assert_eq!(found(&mut alice, "Tax", "/", &[]), all);
    for (start, size, wanted) in [
        ("0", "2", 0..2),
        ("2", "2", 2..4),
        ("4", "10", 4..6),
        ("6", "1", 6..6),
        ("5", "-1", 5..6),
        ("0", "0", 0..0),
    ] {
        let reply = search(&mut alice, "tax", "/", &[("start", start), ("size", size)]);
        assert_eq!(paths_of(&reply), all[wanted]);
        assert_eq!((meta(&reply).number("total"), meta(&reply).number("totalmatch")), (6, 6));
    }
    let reply = search(&mut alice, "tax", "/", &[("maxsearchentries", "3")]);
    assert_eq!((paths_of(&reply).len(), meta(&reply).number("total")), (3, 3));
    assert!(found(&mut alice, "tax", "/", &[("start", "18446744073709551615")]).is_empty());
}

#[test]
fn an_answer_has_the_form_that_clients_know() {
    let server = Server::start();
    let mut alice = server.user("alice");
    alice.core("createfolder", &[("path", "/alice"), ("name", "Tax")]).done();
    alice.upload("/alice/Tax", "return.pdf", b"12345").ok();
    let given = [("minsize", "0"), ("maxsize", "10"), ("modifiedstart", "2020-01-01"), ("modifiedend", "")];
    let reply = search(&mut alice, "Return", "/alice", &given);
    assert_eq!(reply.xml().name, "entries");
    let meta = meta(&reply);
    assert_eq!(meta.field("id").len(), 24);
    assert!(meta.number("completedtime") > 1_700_000_000, "seconds since 1970");
    let fields = [
        ("status", "COMPLETE"),
        ("statusmessage", ""),
        ("totalmatch", "1"),
        ("total", "1"),
        ("location", "/alice"),
        ("searchstring", "Return"),
        ("minsize", "0"),
        ("maxsize", "10"),
        ("modifiedstart", "2020-01-01 00:00:00"),
        ("modifiedend", ""),
    ];
    for (name, value) in fields {
        assert_eq!(meta.field(name), value, "{name}");
    }
    let entry = reply.xml().child("entry").clone();
    let fields = [
        ("path", "/alice/Tax/return.pdf"),
        ("dirpath", "/alice/Tax"),
        ("name", "return.pdf"),
        ("ext", "pdf"),
        ("fullsize", "5"),
        ("type", "file"),
        ("lastmodifiedby", "alice"),
        ("validity", "VALID"),
        ("userfullpath", "My Files/Tax/return.pdf"),
    ];
    for (name, value) in fields {
        assert_eq!(entry.field(name), value, "{name}");
    }
    // FileCloud's older operation for searching gives the same results.
    let reply = alice.core("search", &[("keyword", "return"), ("location", "/")]);
    assert_eq!(reply.xml().name, "entries");
    assert_eq!(paths_of(&reply), ["/alice/Tax/return.pdf"]);
    assert_eq!(reply.xml().child("meta").number("total"), 1);
    let all = alice.core("search", &[("location", "/alice")]);
    assert_eq!(paths_of(&all).len(), 2, "everything below");
    let all = all.xml().child("meta").clone();
    for (name, value) in [("totalmatch", 2), ("total", 2), ("minsize", 0), ("maxsize", 0)] {
        assert_eq!(all.number(name), value, "{name}");
    }
    let page = |start: &str, limit: &str| {
        let fields = [("location", "/alice"), ("start", start), ("limit", limit)];
        let reply = server.user("alice").core("search", &fields);
        assert_eq!(reply.xml().child("meta").number("totalmatch"), 2, "whatever the page holds");
        paths_of(&reply)
    };
    assert_eq!([page("0", "1"), page("1", "1")].concat(), page("0", "2"));
    assert_eq!((page("0", "2").len(), page("2", "2").len()), (2, 0));
    let json = search(&mut alice.in_json(), "return", "/", &[]).json();
    assert_eq!(json["entry"][0]["name"], "return.pdf");
    assert_eq!(json["meta"]["total"], 1);
    alice.core("cancelsearch", &[("searchid", meta.field("id"))]).done();
    alice.core("cancelsearch", &[]).refused();
}

#[test]
fn terms_are_kept_for_each_user_and_forgotten_on_demand() {
    let mut server = Server::start();
    let (mut alice, mut bob) = (server.user("alice"), server.user("bob"));
    for name in ["tax 2023.pdf", "Café menu.txt"] {
        alice.upload("/alice", name, b"x").ok();
    }
    bob.upload("/bob", "tax", b"x").ok();
    let terms = |caller: &mut Caller, text: &str| -> Vec<String> {
        let reply = caller.core("searchtermsearch", &[("searchterm", text)]);
        let root = reply.xml();
        assert_eq!(root.name, "searchterms");
        root.all("searchterm").map(|term| term.field("term").to_owned()).collect()
    };
    for text in ["tax", "Café", " tax ", "finds nothing", "2023"] {
        search(&mut alice, text, "/", &[]);
    }
    search(&mut alice, "menu", "/", &[("savesearch", "0")]);
    search(&mut bob, "tax", "/", &[]);
    assert_eq!(terms(&mut alice, ""), ["2023", "tax", "Café"]);
    assert_eq!(terms(&mut alice, "CAFE"), ["Café"]);
    assert_eq!(terms(&mut bob, ""), ["tax"]);
    server.stop();
    server.start_again();
    alice.follow(&server);
    bob.follow(&server);
    assert_eq!(terms(&mut alice, "a"), ["tax", "Café"]);
    for number in 0..105 {
        alice.upload("/alice", &format!("n{number:03}n"), b"x").ok();
        search(&mut alice, &format!("n{number:03}"), "/", &[]);
    }
    assert_eq!(terms(&mut alice, "n").len(), 10, "so many are offered at once");
    assert_eq!(terms(&mut alice, "n")[0], "n104");
    assert_eq!(terms(&mut alice, "n00"), ["n009", "n008", "n007", "n006", "n005"], "a hundred are kept");
    alice.core("clearsavedsearchterms", &[]).done();
    assert!(terms(&mut alice, "").is_empty());
    assert_eq!(terms(&mut bob, ""), ["tax"]);
}

#[test]
fn a_call_that_keeps_nothing_is_in_the_log_and_so_is_one_that_does() {
    let server = Server::start();
    let mut alice = server.user("alice");
    alice.upload("/alice", "tax", b"x").ok();
    search(&mut alice, "tax", "/alice", &[("savesearch", "0")]);
    search(&mut alice, "tax", "/alice", &[]);
    search(&mut alice, "tax", "/alice", &[]);
    let rows = server.admin().audit(&[("operation", "dosearch")]);
    assert_eq!(rows.len(), 3);
}

/// An account has one home, in one spelling of its name. A folder with another spelling belongs to
/// nobody, and neither does a folder whose name no account can have.
#[test]
fn what_lies_beside_the_homes_is_found_by_nobody_and_not_counted() {
    let server = Server::start();
    for path in ["/bob/stray.txt", "/bobby/stray.txt", "/Bob/stray.txt", "/a b/stray.txt"] {
        write(&server, path, b"x");
    }
    assert_eq!(found(&mut server.user("bob"), "stray", "/", &[]), ["/bob/stray.txt"]);
    let reply = search(&mut server.admin(), "stray", "/", &[("adminproxyuserid", "alice")]);
    let mut paths = paths_of(&reply);
    paths.sort();
    assert_eq!(paths, ["/bob/stray.txt", "/bobby/stray.txt"]);
    assert_eq!(meta(&reply).field("total"), "2");
}
