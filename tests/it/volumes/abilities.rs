//! Disks that can do less than others: exFAT and FAT, as on most USB sticks, if this machine can
//! create and mount them.

use super::sticks::{TOP, on_each};
use crate::harness::{finish, names, noise, program};

#[test]
fn a_stick_holds_files_versions_and_a_bin() {
    on_each(|mut server, mut bob, stick| {
        for content in ["one", "two", "three"] {
            bob.upload(TOP, "Note.txt", content.as_bytes()).ok();
        }
        bob.download("/EXTERNAL/stick/Note.txt").holds(b"three");
        let of = [("filepath", TOP), ("filename", "Note.txt")];
        let versions = bob.core("getversions", &of).xml();
        assert_eq!(versions.all("version").count(), 3);
        assert_eq!(names(&stick.directory.join(".cloudlet/staging")), Vec::<String>::new());
        bob.core("createfolder", &[("path", TOP), ("name", "Folder")]).done();
        bob.core("renameormove", &[("fromname", "/EXTERNAL/stick/Note.txt"), ("toname", "/bob/Note.txt")])
            .done();
        bob.core(
            "renameormove",
            &[("fromname", "/bob/Note.txt"), ("toname", "/EXTERNAL/stick/Folder/Note.txt")],
        )
        .done();
        bob.core("deletefile", &[("path", TOP), ("name", "Folder")]).done();
        bob.core(
            "renameormove",
            &[("fromname", "/EXTERNAL/stick/recyclebin/Folder"), ("toname", "/EXTERNAL/stick/Folder")],
        )
        .done();
        bob.download("/EXTERNAL/stick/Folder/Note.txt").holds(b"three");
        assert!(server.log().contains("names that differ only in case are the same"), "{}", server.log());
        assert_eq!(server.stop(), Some(0));
    });
}

#[test]
fn names_that_a_stick_cannot_hold_are_refused_with_the_reason() {
    on_each(|_server, mut bob, stick| {
        bob.upload("/bob", "a:b", b"x").ok();
        bob.upload(TOP, "plain", b"x").ok();
        let message = bob.upload(TOP, "a:b", b"x").refused();
        assert_eq!(message, "This disk cannot store names with the character : in them.");
        for reply in [
            bob.core("createfolder", &[("path", TOP), ("name", "what?")]),
            bob.core("renamefile", &[("path", TOP), ("name", "plain"), ("newname", "pl*in")]),
            bob.core(
                "copyfile",
                &[("path", TOP), ("name", "plain"), ("copyto", TOP), ("copytoname", "\"p\"")],
            ),
            bob.core("renameormove", &[("fromname", "/bob/a:b"), ("toname", "/EXTERNAL/stick/a:b")]),
        ] {
            let message = reply.refused();
            assert!(message.starts_with("This disk cannot store names with the character"), "{message}");
        }
        bob.download("/bob/a:b").holds(b"x");
        assert_eq!(names(&stick.directory), [".cloudlet", "plain"]);
    });
}

#[test]
fn names_that_differ_only_in_case_are_one() {
    on_each(|server, mut bob, stick| {
        bob.core("createfolder", &[("path", TOP), ("name", "Folder")]).done();
        bob.upload("/EXTERNAL/stick/Folder", "Note", b"one").ok();
        let fields = [
            ("fullpath", "/EXTERNAL/stick/FOLDER/note"),
            ("parent", "/EXTERNAL/stick/FOLDER"),
            ("isfile", "1"),
            ("text", "seen"),
        ];
        assert_eq!(bob.core("addcommentforitem", &fields).xml().name, "comments");
        bob.upload("/EXTERNAL/stick/folder", "NOTE", b"two").ok();
        assert_eq!(names(&stick.directory.join("Folder")), ["Note"]);
        assert_eq!(bob.list_names("/EXTERNAL/stick/Folder"), ["Note"]);
        bob.download("/EXTERNAL/stick/fOLDER/nOTE").holds(b"two");
        // A comment on the file is found by either spelling.
        for path in ["/EXTERNAL/stick/Folder/Note", "/EXTERNAL/stick/folder/note"] {
            let comments = bob.core("getcommentsforitem", &[("fullpath", path)]).xml();
            assert_eq!(comments.all("comment").count(), 1, "{path}");
        }
        let versions =
            bob.core("getversions", &[("filepath", "/EXTERNAL/stick/Folder"), ("filename", "note")]).xml();
        assert_eq!(versions.all("version").count(), 2);
        // A lock holds for every spelling.
        let mut alice = server.user("alice");
        alice.core("lock", &[("path", "/EXTERNAL/stick/Folder/Note")]).done();
        bob.upload("/EXTERNAL/stick/FOLDER", "note", b"three").refused();
        // A file can be renamed to another spelling of its name.
        let fields = [("path", "/EXTERNAL/stick/Folder"), ("name", "Note"), ("newname", "NOTE")];
        alice.core("renamefile", &fields).done();
        assert_eq!(names(&stick.directory.join("Folder")), ["NOTE"]);
    });
}

#[test]
fn what_was_done_on_a_stick_is_found_whole_by_a_check() {
    on_each(|mut server, mut bob, stick| {
        bob.core("createfolder", &[("path", TOP), ("name", "Trip")]).done();
        let content = noise(1, 300_000);
        bob.upload("/EXTERNAL/stick/Trip", "\u{e4} \u{1f600}.jpg", &content).ok();
        bob.upload("/EXTERNAL/stick/Trip", "Note", b"one").ok();
        bob.upload("/EXTERNAL/stick/Trip", "Note", b"two").ok();
        // A folder gets another spelling, moves as a whole to the accounts' disk, and moves back.
        for (from, to) in [
            ("/EXTERNAL/stick/Trip", "/EXTERNAL/stick/TRIP"),
            ("/EXTERNAL/stick/TRIP", "/bob/Trip"),
            ("/bob/Trip", "/EXTERNAL/stick/trip"),
        ] {
            bob.core("renameormove", &[("fromname", from), ("toname", to)]).done();
        }
        assert_eq!(bob.list_names("/EXTERNAL/stick"), ["trip"]);
        assert_eq!(names(&stick.directory), [".cloudlet", "trip"]);
        assert_eq!(bob.list_names("/EXTERNAL/stick/trip"), ["Note", "\u{e4} \u{1f600}.jpg"]);
        bob.download("/EXTERNAL/stick/trip/\u{e4} \u{1f600}.jpg").holds(&content);
        let copy = [("path", TOP), ("name", "trip"), ("copyto", TOP), ("copytoname", "copy")];
        bob.core("copyfile", &copy).done();
        bob.core("deletefile", &[("path", TOP), ("name", "copy")]).done();
        let of = [("filepath", "/EXTERNAL/stick/trip"), ("filename", "Note")];
        assert_eq!(bob.core("getversions", &of).xml().all("version").count(), 2);
        assert_eq!(server.stop(), Some(0));
        let mut check = program();
        check.args(["check", "--deep", "--data"]).arg(server.data().path(""));
        finish(check.env("CLOUDLET_VOLUMES", server.setting("CLOUDLET_VOLUMES")), "").succeeded();
    });
}
