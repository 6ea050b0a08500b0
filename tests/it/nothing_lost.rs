//! Nobody removes, restores or replaces the entries of others by accident. This file also tests the
//! checksums of copies and of a deep check.

use crate::harness::{Caller, Multipart, Reply, Request, Server, cloudlet, form, joined, noise};
use std::fs;

const AS_ALICE: (&str, &str) = ("adminproxyuserid", "alice");

fn proxied(admin: &mut Caller, operation: &str, fields: &[(&str, &str)]) -> Reply {
    admin.core(operation, &[fields, &[AS_ALICE]].concat())
}

fn delete(caller: &mut Caller, folder: &str, name: &str) -> String {
    caller.core("deletefile", &[("path", folder), ("name", name)]).done().message()
}

/// The ids of a file's contents, the present one first.
fn versions(caller: &mut Caller, folder: &str, name: &str) -> Vec<String> {
    let reply = caller.core("getversions", &[("filepath", folder), ("filename", name)]).xml();
    reply.all("version").map(|version| version.field("fileid").to_owned()).collect()
}

fn chosen<'a>(folder: &'a str, name: &'a str, id: &'a str) -> [(&'a str, &'a str); 3] {
    [("filepath", folder), ("filename", name), ("fileid", id)]
}

/// Creates a folder with a file that has a version.
fn furnish(bob: &mut Caller) {
    bob.core("createfolder", &[("path", "/bob"), ("name", "desk")]).done();
    bob.upload("/bob/desk", "plan", b"old").ok();
    bob.upload("/bob/desk", "plan", b"newer").ok();
}

#[test]
fn a_lock_keeps_the_old_contents_from_everybody_else() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    furnish(&mut bob);
    bob.upload("/bob", "free", b"1").ok();
    bob.upload("/bob", "free", b"22").ok();
    let ids = versions(&mut bob, "/bob/desk", "plan");
    let refused = "/bob/desk/plan is locked by bob.";
    bob.core("lock", &[("path", "/bob/desk/plan")]).done();
    for operation in ["makeversionlive", "deleteversion"] {
        for id in &ids {
            let reply = proxied(&mut admin, operation, &chosen("/bob/desk", "plan", id));
            assert_eq!(reply.refused(), refused, "{operation}");
        }
    }
    bob.core("unlock", &[("path", "/bob/desk/plan")]).done();
    // A lock of the admin also stops the owner, for any number of files.
    proxied(&mut admin, "lock", &[("path", "/bob/desk/plan")]).done();
    let refused = "/bob/desk/plan is locked by alice.";
    assert_eq!(bob.core("deleteallversions", &[]).refused(), refused);
    assert_eq!(bob.core("makeversionlive", &chosen("/bob/desk", "plan", &ids[1])).refused(), refused);
    assert_eq!(versions(&mut bob, "/bob/desk", "plan"), ids);
    assert_eq!(versions(&mut bob, "/bob", "free").len(), 2, "nothing is half done");
    bob.download("/bob/desk/plan").holds(b"newer");
    proxied(&mut admin, "unlock", &[("path", "/bob/desk/plan")]).done();
    assert_eq!(bob.core("deleteallversions", &[]).done().message(), "2 removed");
}

#[test]
fn a_lock_keeps_a_folder_from_what_others_restore() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    furnish(&mut bob);
    bob.core("createfolder", &[("path", "/bob/desk"), ("name", "drawer")]).done();
    bob.upload("/bob/desk/drawer", "note", b"note").ok();
    let note = delete(&mut bob, "/bob/desk/drawer", "note");
    let drawer = delete(&mut bob, "/bob/desk", "drawer");
    bob.core("lock", &[("path", "/bob/desk")]).done();
    let refused = "/bob/desk is locked by bob.";
    for path in [&note, &drawer] {
        let reply = proxied(&mut admin, "restorefromrecyclebin", &[("path", path)]);
        assert_eq!(reply.refused(), refused, "{path}");
        let moved = [("fromname", path.as_str()), ("toname", "/bob/desk/again")];
        assert_eq!(proxied(&mut admin, "renameormove", &moved).refused(), refused, "{path}");
    }
    // Not even the missing folder was created.
    assert_eq!(bob.list_names("/bob/desk"), ["plan"]);
    assert!(!server.data().file("/bob/desk/drawer").exists());
    // A locked file does not prevent restoring an entry beside it.
    bob.core("unlock", &[("path", "/bob/desk")]).done();
    bob.core("lock", &[("path", "/bob/desk/plan")]).done();
    let restored = proxied(&mut admin, "restorefromrecyclebin", &[("path", &note)]).done().message();
    assert_eq!(restored, "/bob/desk/drawer/note");
    // The owner of the lock can restore all the same.
    bob.core("lock", &[("path", "/bob/desk")]).done();
    let restored = bob.core("restorefromrecyclebin", &[("path", &drawer)]).done().message();
    assert_eq!(restored, "/bob/desk/drawer (2)");
}

#[test]
fn old_contents_belong_to_whoever_has_the_file_now() {
    let server = Server::start();
    let (mut bob, mut bobby, mut admin) = (server.user("bob"), server.user("bobby"), server.admin());
    furnish(&mut bob);
    let moved = [("fromname", "/bob/desk"), ("toname", "/bobby/desk")];
    proxied(&mut admin, "renameormove", &moved).done();
    let held = |caller: &mut Caller, name: &str| {
        let usage = caller.core("getdiskusagedetails", &[("username", name), ("level", "2")]).xml();
        usage.child("usage").number("versionedfiles")
    };
    assert_eq!((held(&mut bob, "bob"), held(&mut bobby, "bobby")), (0, 1));
    assert_eq!(bob.core("deleteallversions", &[]).done().message(), "0 removed");
    assert_eq!(versions(&mut bobby, "/bobby/desk", "plan").len(), 2);
    // The file moves from bobby's bin to bob.
    let bin = delete(&mut bobby, "/bobby/desk", "plan");
    proxied(&mut admin, "renameormove", &[("fromname", &bin), ("toname", "/bob/plan")]).done();
    assert_eq!(bobby.core("deleteallversions", &[]).done().message(), "0 removed");
    assert_eq!(versions(&mut bob, "/bob", "plan").len(), 2);
    assert_eq!(bob.core("deleteallversions", &[]).done().message(), "1 removed");
    cloudlet(server.data(), &["check"], "").succeeded();
}

#[test]
fn deletions_at_once_are_told_where_each_of_them_is() {
    let server = Server::start();
    let mut bob = server.user("bob");
    const MANY: usize = 12;
    for number in 0..MANY {
        bob.core("createfolder", &[("path", "/bob"), ("name", &number.to_string())]).done();
        bob.upload(&format!("/bob/{number}"), "note", number.to_string().as_bytes()).ok();
    }
    let told: Vec<(usize, String)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..MANY)
            .map(|number| {
                let mut bob = bob.twin();
                scope.spawn(move || (number, delete(&mut bob, &format!("/bob/{number}"), "note")))
            })
            .collect();
        threads.into_iter().map(|thread| joined(thread.join())).collect()
    });
    for (number, path) in told {
        bob.download(&path).holds(number.to_string().as_bytes());
    }
}

fn digest(content: &[u8]) -> String {
    use base64ct::Encoding;
    format!("blake3=:{}:", base64ct::Base64::encode_string(blake3::hash(content).as_bytes()))
}

fn told(caller: &mut Caller, path: &str) -> Option<String> {
    let reply = caller.get(&format!("{}&checksum=1", Caller::download_target(path)));
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.header("repr-digest").map(str::to_owned)
}

#[test]
fn a_copy_has_the_checksum_of_what_it_is_a_copy_of() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(1, 200_000);
    bob.upload("/bob", "one", &content).ok();
    let copy = |bob: &mut Caller, name: &str, to: &str| {
        let fields =
            [("path", "/bob"), ("name", name), ("copyto", "/bob"), ("copytoname", to), ("overwrite", "1")];
        bob.core("copyfile", &fields).done();
    };
    copy(&mut bob, "one", "two");
    assert_eq!(told(&mut bob, "/bob/two"), Some(digest(&content)));
    // The file is copied over another file, and out of the bin.
    bob.upload("/bob", "three", b"three").ok();
    copy(&mut bob, "two", "three");
    assert_eq!(told(&mut bob, "/bob/three"), Some(digest(&content)));
    let bin = delete(&mut bob, "/bob", "two");
    let name = bin.rsplit('/').next().unwrap();
    let fields = [("path", "/bob/recyclebin"), ("name", name), ("copyto", "/bob"), ("copytoname", "four")];
    bob.core("copyfile", &fields).done();
    assert_eq!(told(&mut bob, "/bob/four"), Some(digest(&content)));
    // A file that another program has written has no checksum, and its copy does not get an old
    // one.
    fs::write(server.data().file("/bob/one"), "by hand").unwrap();
    copy(&mut bob, "one", "five");
    assert_eq!(told(&mut bob, "/bob/five"), None);
    // The copy of a damaged file must not count as correct.
    server.data().damage(&server.data().file("/bob/three"));
    copy(&mut bob, "three", "six");
    let said = cloudlet(server.data(), &["check", "--deep"], "");
    for name in ["three", "six"] {
        assert!(said.stdout.contains(&format!("wrong: /bob/{name} is damaged")), "{said:?}");
    }
}

#[test]
fn a_deep_check_reads_the_bin_too() {
    let server = Server::start();
    let mut bob = server.user("bob");
    furnish(&mut bob);
    bob.upload("/bob", "note", &noise(2, 50_000)).ok();
    fs::write(server.data().file("/bob/desk/by hand"), "x").unwrap();
    bob.list("/bob/desk");
    delete(&mut bob, "/bob", "note");
    delete(&mut bob, "/bob", "desk");
    let said = cloudlet(server.data(), &["check", "--deep"], "").succeeded();
    // The note, the plan and its version have checksums. The file that was written by hand had
    // none.
    let counted = "Files that match their checksum: 3. Files with a first checksum: 1.";
    assert!(said.contains(counted), "{said}");
    let trash = server.data().file("/.cloudlet/trash");
    for entry in fs::read_dir(&trash).unwrap() {
        let path = entry.unwrap().path();
        server.data().damage(&if path.is_dir() { path.join("plan") } else { path });
    }
    let said = cloudlet(server.data(), &["check", "--deep"], "");
    for name in ["/bob/note", "/bob/desk/plan"] {
        assert!(said.stdout.contains(&format!("wrong: {name} in the recycle bin is damaged")), "{said:?}");
    }
    assert!(said.failed().contains("Problems found: 2"));
}

/// An admin uploads, so that the lock of another user stops the upload.
#[test]
fn a_folder_that_holds_a_locked_file_still_takes_others() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    furnish(&mut bob);
    bob.core("lock", &[("path", "/bob/desk/plan")]).done();
    let query = form(&[("path", "/bob"), ("uploadpath", "desk"), ("filename", "new"), AS_ALICE]);
    let body = Multipart::new().file("file", "new", b"new");
    admin.send(&Request::multipart(&format!("/core/upload?{query}"), body)).ok();
    bob.download("/bob/desk/new").holds(b"new");
}

/// The programs with which a file's contents were made, the present one first, and those of the
/// latest activities.
fn made_with(caller: &mut Caller, name: &str) -> (Vec<String>, Vec<String>) {
    let versions = caller.core("getversions", &[("filepath", "/bob"), ("filename", name)]).xml();
    let path = format!("/bob/{name}");
    let happened = caller.core("getactivitystream", &[("parent", path.as_str())]).xml();
    let how = |root: &crate::harness::Element, record: &str| {
        root.all(record).map(|record| record.field("how").to_owned()).collect()
    };
    (how(&versions, "version"), how(&happened, "activitystreamrecord"))
}

#[test]
fn what_something_was_made_with_is_told() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    for (agent, content) in [("curl/8.5.0", "1"), (browser, "22"), ("", "333")] {
        let request = Caller::upload_request("/bob", "file", content.as_bytes());
        let request = if agent.is_empty() { request } else { request.header("User-Agent", agent) };
        bob.send(&request).ok();
    }
    let (versions, happened) = made_with(&mut bob, "file");
    assert_eq!(versions, ["", "Web browser", "curl"]);
    assert_eq!(happened, ["", "Web browser", "curl"]);
    // A program that renames a file has not written it.
    let fields = [("path", "/bob"), ("name", "file"), ("newname", "renamed")];
    let rename = Request::post("/core/renamefile", &fields).header("User-Agent", browser);
    bob.send(&rename).done();
    let promoted = self::versions(&mut bob, "/bob", "renamed")[2].clone();
    server.stop();
    server.start_again();
    bob.follow(&server);
    let (versions, happened) = made_with(&mut bob, "renamed");
    assert_eq!(versions, ["", "Web browser", "curl"]);
    assert_eq!(happened[0], "Web browser");
    // A program that restores a version has written the file.
    let fields = form(&chosen("/bob", "renamed", &promoted));
    let promote = Request::get(&format!("/core/makeversionlive?{fields}")).header("User-Agent", "wget 1.21");
    bob.send(&promote).done();
    assert_eq!(made_with(&mut bob, "renamed").0, ["wget", "", "Web browser"]);
    // A change by another program on the disk has no calling program.
    fs::write(server.data().file("/bob/renamed"), "by hand").unwrap();
    bob.list("/bob");
    crate::harness::wait_until("the change is noticed", std::time::Duration::from_secs(5), || {
        made_with(&mut bob, "renamed").0[0].is_empty()
    });
}
