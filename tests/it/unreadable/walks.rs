//! Visits skip unreadable entries and report them.

use super::{beside_root, close, finding, findings, folder, open};
use crate::harness::{Caller, Data, Disk, Launch, Server, cloudlet, may_change_owners};
use std::fs;

/// A server with three folders in bob's home: one is closed, one shows only its names, and one
/// contains a closed file.
fn ground() -> Option<Server> {
    beside_root(|data| {
        for name in ["closed", "names only", "open"] {
            folder(&data.file(&format!("/bob/{name}")));
        }
        fs::write(data.file("/bob/open/secret"), b"secret").unwrap();
        close(&data.file("/bob/open/secret"), 0o600);
        close(&data.file("/bob/closed"), 0o700);
        close(&data.file("/bob/names only"), 0o744);
    })
}

fn names_synced(bob: &mut Caller) -> Vec<String> {
    let answer = bob.core("getsyncdelta", &[("path", "/bob"), ("status", "0")]).xml();
    let mut paths: Vec<String> =
        answer.all("record").map(|record| record.field("fullpath").to_owned()).collect();
    paths.sort();
    paths
}

#[test]
fn a_closed_folder_in_a_home_leaves_all_else_as_it_is() {
    let Some(server) = ground() else { return };
    let (mut alice, mut bob) = (server.admin(), server.user("bob"));
    alice.administer("updateuser", &[("profile", "bob"), ("size", "0.001")]).done();
    bob.upload("/bob", "new", b"12345").ok();
    assert_eq!(bob.list_names("/bob"), ["closed", "names only", "open", "new"]);
    let usage = alice.administer("getuserusage", &[("username", "bob")]).xml();
    assert_eq!(usage.child("usage").number("livebytes"), 5 + 7 + 6, "what the server can look at");
    let properties = bob.core("getfolderproperties", &[("path", "/bob")]).xml();
    assert_eq!(properties.child("usage").number("totalfolders"), 3);
    let found = bob.core("dosearch", &[("searchstring", "file"), ("searchloc", "/bob")]).xml();
    assert_eq!(found.all("entry").map(|entry| entry.field("path")).collect::<Vec<_>>(), ["/bob/open/file"]);

    let [closed, names_only] = ["/bob/closed", "/bob/names only"].map(|path| server.data().file(path));
    let told = [finding("read", &closed, "EACCES"), finding("read", &names_only, "EACCES")];
    assert_eq!(findings(&mut alice), told);
    let line = format!("needs a look: {}.", closed.display());
    assert_eq!(server.log().matches(&line).count(), 1, "{}", server.log());
    let said = cloudlet(server.data(), &["check"], "").succeeded();
    assert!(said.contains(&line) && said.contains("No problems found"), "{said}");

    // Once it can be read, it is no longer reported.
    open(&closed);
    assert_eq!(findings(&mut alice), told[1..]);
}

#[test]
fn a_sync_client_is_not_told_that_what_cannot_be_read_was_deleted() {
    let Some(server) = beside_root(|data| folder(&data.file("/bob/f"))) else { return };
    let mut bob = server.user("bob");
    let before = names_synced(&mut bob);
    assert!(before.iter().any(|path| path.ends_with("/f/file")), "{before:?}");
    for mode in [0o700, 0o744] {
        close(&server.data().file("/bob/f"), mode);
        bob.upload("/bob", &format!("new {mode}"), b"1").ok();
        bob.core("getfilelist", &[("path", "/bob/f")]);
        let answer = bob.core("getsyncdelta", &[("path", "/bob"), ("status", "0")]).xml();
        let deleted: Vec<&str> = answer
            .all("record")
            .filter(|record| record.field("isdeleted") == "1")
            .map(|record| record.field("fullpath"))
            .collect();
        assert!(deleted.is_empty(), "{deleted:?}");
        assert!(names_synced(&mut bob).iter().any(|path| path.ends_with("/f/file")));
    }
}

#[test]
fn a_copy_and_an_archive_name_what_they_lack() {
    let Some(server) = ground() else { return };
    let (mut alice, mut bob) = (server.admin(), server.user("bob"));
    let copy = [("path", "/bob"), ("name", "open"), ("copyto", "/bob"), ("copytoname", "copy")];
    let said = bob.core("copyfile", &copy).done().message();
    assert_eq!(said, "Copied, but not everything (left out: 1). secret: the server may not open it");
    assert_eq!(bob.list_names("/bob/copy"), ["file"]);
    let reply = bob.get("/core/downloadfilemulti?count=2&filepath=/bob&fn1=open&fn2=closed");
    assert_eq!((reply.status, reply.header("x-cloudlet-left-out")), (200, Some("2")), "{reply:?}");
    let holds = |text: &str| reply.body.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    for text in [
        "NOT IN THIS ARCHIVE.txt",
        "open/secret: the server may not open it\r\n",
        "closed: the server may not open it\r\n",
        "open/file",
        "content",
    ] {
        assert!(holds(text), "{text}");
    }
    assert!(!holds("open/secret\0"), "{:?}", reply.header("Content-Length"));
    let reply = bob.get("/core/downloadfilemulti?count=1&filepath=/bob&fn1=copy");
    assert_eq!((reply.status, reply.header("x-cloudlet-left-out")), (200, None));
    let secret = server.data().file("/bob/open/secret");
    assert!(findings(&mut alice).contains(&finding("read", &secret, "EACCES")));
    // Its content is not reported as damage by a deep check either.
    let said = cloudlet(server.data(), &["check", "--deep"], "").succeeded();
    assert!(said.contains(&format!("needs a look: {}.", secret.display())), "{said}");
}

#[test]
fn a_disk_of_its_own_brings_its_lost_and_found_and_nobody_sees_it() {
    if !may_change_owners() {
        return;
    }
    let data = Data::with_accounts();
    let place = data.path("disk");
    fs::create_dir(&place).unwrap();
    let disk = Disk::mount_ext4(place.clone(), &data.path("image"));
    for top in [place.clone(), data.path("files")] {
        let lost = top.join("lost+found");
        if !lost.exists() {
            fs::create_dir(&lost).unwrap();
        }
    }
    fs::create_dir(place.join("Photos")).unwrap();
    let launch = Launch::on(data).setting("CLOUDLET_VOLUMES", format!("disk={}", place.display()));
    let launch = launch.setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 0).run_as_service();
    for top in [place.clone(), launch.data().path("files")] {
        close(&top.join("lost+found"), 0o700);
    }
    let server = launch.start();
    let (mut alice, mut bob) = (server.admin(), server.user("bob"));
    bob.upload("/EXTERNAL/disk/Photos", "sea", b"waves").ok();
    assert_eq!(bob.list_names("/EXTERNAL/disk"), ["Photos"]);
    let properties = bob.core("getfolderproperties", &[("path", "/EXTERNAL/disk")]).xml();
    assert_eq!(properties.child("usage").number("totalfolders"), 1);
    let reply = bob.get("/core/downloadfilemulti?count=1&filepath=/EXTERNAL&fn1=disk");
    assert_eq!((reply.status, reply.header("x-cloudlet-left-out")), (200, None));
    let answer = bob.core("getsyncdelta", &[("path", "/EXTERNAL/disk"), ("status", "0")]).xml();
    assert!(answer.all("record").any(|record| record.field("fullpath").ends_with("/Photos/sea")));
    assert_eq!(findings(&mut alice), Vec::<[String; 3]>::new());
    let said = cloudlet(server.data(), &["check"], "");
    assert!(!said.stdout.contains("lost+found"), "{said:?}");
    drop(server);
    drop(disk);
}
