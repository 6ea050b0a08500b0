//! Names: those that are refused, those that are kept unchanged, and the form in which names by
//! other programs are shown.

use crate::harness::{Multipart, Request, Server, encoded, names, noise};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

#[test]
fn names_that_cannot_be_are_refused_by_every_operation_that_makes_one() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "file", b"x").ok();
    let long = "x".repeat(256);
    let long_in_bytes = "\u{e9}".repeat(128);
    for name in ["", ".", "..", "a/b", "/", "../x", "a\0b", "\0", "a\nb", "\u{7f}", &long, &long_in_bytes] {
        bob.core("createfolder", &[("path", "/bob"), ("name", name)]).refused();
        bob.core("renamefile", &[("path", "/bob"), ("name", "file"), ("newname", name)]).refused();
        if !name.is_empty() {
            bob.core(
                "copyfile",
                &[("path", "/bob"), ("name", "file"), ("copyto", "/bob"), ("copytoname", name)],
            )
            .refused();
        }
        bob.send(&crate::harness::Caller::upload_request("/bob", name, b"y")).refused();
        if !name.contains('/') && !name.is_empty() {
            bob.core("renameormove", &[("fromname", "/bob/file"), ("toname", &format!("/bob/{name}"))])
                .refused();
        }
        assert_eq!(bob.list_names("/bob"), ["file"], "{name:?}");
    }
    assert_eq!(names(&server.data().file("/")), [".cloudlet", "alice", "bob", "bobby"]);
    bob.download("/bob/file").holds(b"x");
}

#[test]
fn unusual_names_go_round_unharmed() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let long = format!("{}.txt", "x".repeat(251));
    let long_in_bytes = format!("{}a", "\u{e9}".repeat(127));
    for (number, name) in [
        "plain.txt",
        "with blanks  and  more",
        " leading and trailing ",
        "trailing dots...",
        "...",
        ".hidden",
        "\u{1f600} \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
        "Gr\u{fc}\u{df}e \u{4e16}\u{754c} \u{5e9}\u{5dc}\u{5d5}\u{5dd}",
        "a&b=c;d+e%20f#g?h",
        "<b>\"quoted\" 'single' & co",
        "back\\slash:colon|pipe*star",
        "CON",
        "nul.txt",
        "~",
        "-rf",
        "$(reboot)",
        "%2e%2e",
        "{}[]^`",
        "\u{202e}gpj.exe",
        &long,
        &long_in_bytes,
    ]
    .iter()
    .enumerate()
    {
        let content = noise(number as u64, 100);
        let path = format!("/bob/{name}");
        bob.upload("/bob", name, &content).ok();
        assert_eq!(bob.list_names("/bob"), [*name]);
        bob.download(&path).holds(&content);
        let folder = [("path", "/bob"), ("name", "in"), ("newname", *name)];
        bob.core("deletefile", &[("path", "/bob"), ("name", name)]).done();
        bob.core("createfolder", &[("path", "/bob"), ("name", "in")]).done();
        bob.core("renamefile", &folder).done();
        bob.upload(&path, "inner", &content).ok();
        bob.download(&format!("{path}/inner")).holds(&content);
        assert_eq!(
            std::fs::read(server.data().file(&path).join("inner")).unwrap(),
            content,
            "it lies on the disk as named"
        );
        bob.core("deletefile", &[("path", "/bob"), ("name", name)]).done();
        assert!(bob.list_names("/bob").is_empty());
    }
}

#[test]
fn new_names_are_composed_and_both_forms_lead_there() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}");
    bob.upload("/bob", decomposed, b"one").ok();
    assert_eq!(bob.list_names("/bob"), [composed]);
    assert_eq!(names(&server.data().file("/bob")), [composed]);
    for name in [composed, decomposed] {
        bob.download(&format!("/bob/{name}")).holds(b"one");
    }
    // Both uploads replace the first file, because it has the same name.
    bob.upload("/bob", composed, b"two").ok();
    bob.upload("/bob", decomposed, b"three").ok();
    assert_eq!(bob.list_names("/bob"), [composed]);
    bob.download(&format!("/bob/{composed}")).holds(b"three");
}

#[test]
fn decomposed_names_from_other_programs_stay_reachable() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let decomposed = "cafe\u{301}";
    std::fs::create_dir(server.data().file("/bob/").join(decomposed)).unwrap();
    std::fs::write(server.data().file("/bob/").join(decomposed).join("re\u{301}sume\u{301}"), "one").unwrap();
    let folder = bob.list_names("/bob").remove(0);
    let file = bob.list_names(&format!("/bob/{folder}")).remove(0);
    bob.download(&format!("/bob/{folder}/{file}")).holds(b"one");
    bob.upload(&format!("/bob/{folder}"), &file, b"two").ok();
    assert_eq!(bob.list_names(&format!("/bob/{folder}")).len(), 1, "no second file beside the first");
    bob.core("deletefile", &[("path", "/bob"), ("name", &folder)]).done();
    assert!(names(&server.data().file("/bob")).is_empty());
}

#[test]
fn names_that_are_no_text_are_shown_and_reachable() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let raw: [&[u8]; 6] = [
        b"caf\xe9.txt",
        b"\xff\xfe",
        b"tab\there",
        b"line\nbreak",
        b"half \xc3",
        "no character of XML \u{fffe}\u{ffff}".as_bytes(),
    ];
    for (number, bytes) in raw.iter().enumerate() {
        std::fs::write(server.data().file("/bob").join(OsStr::from_bytes(bytes)), [number as u8]).unwrap();
    }
    let shown = bob.list_names("/bob");
    assert_eq!(shown.len(), raw.len(), "{shown:?}");
    let mut contents: Vec<Vec<u8>> =
        shown.iter().map(|name| bob.download(&format!("/bob/{name}")).body).collect();
    contents.sort();
    assert_eq!(contents, [[0], [1], [2], [3], [4], [5]]);
    for name in &shown {
        let rename =
            |to: &str| bob.twin().core("renamefile", &[("path", "/bob"), ("name", name), ("newname", to)]);
        let again = rename(&format!("{name} again"));
        // A control character on the disk is shown as another character, which no upload may use.
        if name.chars().any(|sign| matches!(sign, '\u{f701}'..='\u{f71f}' | '\u{f77f}')) {
            again.refused();
            rename(&format!("without {}", name.chars().count())).done();
        } else {
            again.done();
        }
    }
    let renamed = server.data().file("/bob").join(OsStr::from_bytes(b"caf\xe9.txt again"));
    assert!(renamed.is_file(), "the bytes of the name stay what they were");
    for name in bob.list_names("/bob") {
        bob.core("deletefile", &[("path", "/bob"), ("name", &name)]).done();
    }
    assert!(names(&server.data().file("/bob")).is_empty());
}

#[test]
fn bytes_in_a_url_that_are_no_text_harm_nothing() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for bytes in [&b"\xff"[..], b"\xc0\xae\xc0\xae", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"a\xc3"] {
        let name = encoded(bytes);
        let reply = bob.get(&format!("/core/createfolder?path=/bob&name={name}"));
        assert_eq!(reply.refused(), "A parameter of the call is not UTF-8 text.", "{name}");
        // Two such names must stay different, and neither may lead to a file whose name contains
        // the replacement character.
        bob.upload("/bob", "\u{fffd}", b"kept").ok();
        let target = format!("/core/upload?path=/bob&offset=0&complete=1&filename={name}");
        let upload = Request::multipart(&target, Multipart::new().file("file", "x", b"other"));
        assert_eq!(bob.send(&upload).command().1, 0, "{name}");
        assert_eq!(bob.get(&format!("/core/deletefile?path=/bob&name={name}")).command().1, 0, "{name}");
        bob.download("/bob/\u{fffd}").holds(b"kept");
    }
    assert_eq!(names(&server.data().file("/")), [".cloudlet", "alice", "bob", "bobby"]);
}

#[test]
fn names_that_differ_in_case_are_two_files() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "Readme", b"one").ok();
    bob.upload("/bob", "README", b"two").ok();
    bob.download("/bob/Readme").holds(b"one");
    bob.download("/bob/README").holds(b"two");
}

#[test]
fn deep_and_long_paths_are_served_or_refused_with_a_sentence() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let deep = "d/".repeat(100);
    bob.core("createfolder", &[("path", "/bob"), ("name", "top"), ("subpath", &deep)]).done();
    let path = format!("/bob/top/{deep}");
    bob.upload(&path, "file", b"deep").ok();
    bob.download(&format!("{path}file")).holds(b"deep");
    bob.core("createfolder", &[("path", "/bob"), ("name", "top2"), ("subpath", &"d/".repeat(200))]).refused();
    bob.core(
        "createfolder",
        &[("path", "/bob"), ("name", "top3"), ("subpath", &format!("{}/", "x".repeat(250)).repeat(20))],
    )
    .refused();
    bob.core("fileinfo", &[("file", &"/x".repeat(20_000))]).refused();
}
