//! Entries among the files that are on another disk: disks that are mounted at or below homes, and
//! homes that are links.

use crate::harness::{Caller, Data, Element, Launch, cloudlet, may_mount, names};
use std::fs;
use std::os::unix::fs::symlink;

/// The findings on the dashboard: the path, the kind of action that is impossible, and the reason.
fn findings(admin: &mut Caller) -> Vec<(String, String, String)> {
    let answer: Element = admin.administer("getfindings", &[]).xml();
    let text = |finding: &Element, field| finding.field(field).to_owned();
    let told = |finding: &Element| (text(finding, "path"), text(finding, "kind"), text(finding, "reason"));
    answer.all("finding").map(told).collect()
}

#[test]
fn a_disk_that_is_mounted_among_the_files_can_be_read_and_is_not_changed() {
    if !may_mount() {
        return eprintln!("NOT TESTED: only root may mount");
    }
    let (mut data, elsewhere) = (Data::with_accounts(), Data::empty());
    for folder in ["usb stick", "bound"] {
        fs::create_dir(data.file("/bob").join(folder)).unwrap();
    }
    fs::create_dir(elsewhere.path("folder")).unwrap();
    // A disk is mounted below a home, a directory of the same disk is mounted below a home, and a
    // disk is mounted at a home.
    data.mount("files/bob/usb stick", 4 << 20);
    data.bind(&elsewhere.path("folder"), "files/bob/bound");
    data.mount("files/alice", 4 << 20);
    for folder in ["bob/usb stick", "bob/bound", "alice"] {
        fs::create_dir(data.file(folder).join("deep")).unwrap();
        fs::write(data.file(folder).join("deep/sea"), "waves").unwrap();
    }
    let server = Launch::on(data).start();
    let (mut alice, mut bob) = (server.user("alice"), server.user("bob"));
    bob.upload("/bob", "plain", b"plain").ok();
    for folder in ["/bob/usb stick", "/bob/bound", "/alice"] {
        let caller = if folder == "/alice" { &mut alice } else { &mut bob };
        let (above, name) = folder.rsplit_once('/').unwrap();
        let (deep, sea) = (format!("{folder}/deep"), format!("{folder}/deep/sea"));
        caller.download(&sea).holds(b"waves");
        let mut refusals = vec![
            caller.upload(folder, "new", b"new"),
            caller.upload(&deep, "sea", b"over"),
            caller.core("createfolder", &[("path", folder), ("name", "new")]),
            caller.core("renamefile", &[("path", &deep), ("name", "sea"), ("newname", "lake")]),
            caller.core("deletefile", &[("path", &deep), ("name", "sea")]),
            caller.core("deletefile", &[("path", folder), ("name", "deep")]),
        ];
        if folder != "/alice" {
            let copied = format!("copy from {name}");
            let copy =
                [("path", deep.as_str()), ("name", "sea"), ("copyto", "/bob"), ("copytoname", &copied)];
            caller.core("copyfile", &copy).done();
            caller.download(&format!("/bob/{copied}")).holds(b"waves");
            let into = [("path", "/bob"), ("name", "plain"), ("copyto", folder), ("copytoname", "plain")];
            refusals.extend([
                caller.core("copyfile", &into),
                caller.core(
                    "renameormove",
                    &[("fromname", "/bob/plain"), ("toname", &format!("{folder}/plain"))],
                ),
                caller.core("renameormove", &[("fromname", &sea), ("toname", "/bob/sea")]),
                caller.core("renameormove", &[("fromname", folder), ("toname", "/bob/other")]),
                caller.core("deletefile", &[("path", above), ("name", name)]),
            ]);
        }
        for reply in refusals {
            let message = reply.refused();
            assert!(
                message.contains(" lies on another disk, which is mounted among the files."),
                "{message}"
            );
            // The message contains the name only, because not everybody who sees it may know the
            // path.
            let is_named = [folder.rsplit('/').next().unwrap(), "deep", "sea"]
                .iter()
                .any(|name| message.starts_with(&format!("{name} lies ")));
            assert!(is_named && message.contains("setting volumes"), "{message}");
        }
        assert_eq!(names(&server.data().file(folder)), ["deep"]);
        assert_eq!(fs::read(server.data().file(&sea)).unwrap(), b"waves");
        assert!(caller.list_names(&format!("/{}/recyclebin", folder.split('/').nth(1).unwrap())).is_empty());
    }
    bob.download("/bob/plain").holds(b"plain");

    // The administrator learns of it at the start, by a check and on the dashboard.
    let path = |below: &str| server.data().file(below).display().to_string();
    let mut expected = ["alice", "bob/bound", "bob/usb stick"].map(path).to_vec();
    expected.sort();
    let mut admin = server.admin();
    let told: Vec<_> = findings(&mut admin);
    assert!(told.iter().map(|(path, ..)| path).eq(&expected), "{told:?}");
    assert!(
        told.iter().all(|(_, kind, reason)| (kind.as_str(), reason.as_str()) == ("change", "mounted")),
        "{told:?}"
    );
    let said = cloudlet(server.data(), &["check"], "").succeeded();
    for path in expected {
        let line = format!(
            "needs a look: {path}. It can be read and copied, but not changed: another disk is mounted there."
        );
        assert_eq!((server.log().matches(&line).count(), said.matches(&line).count()), (1, 1), "{said}");
    }
}

#[test]
fn a_home_that_is_a_link_is_told_as_one() {
    let (data, elsewhere) = (Data::with_accounts(), Data::empty());
    fs::remove_dir(data.file("/bobby")).unwrap();
    symlink(elsewhere.path(""), data.file("/bobby")).unwrap();
    // A link that is not a home is not reported.
    symlink(elsewhere.path(""), data.file("/stranger")).unwrap();
    let server = Launch::on(data).start();
    let credentials = [("userid", "bobby"), ("password", crate::harness::PASSWORD)];
    let message = server.guest().core("loginguest", &credentials).refused();
    assert!(message.starts_with("bobby is a symbolic link on the server"), "{message}");
    assert!(message.contains("setting volumes"), "{message}");

    // Now a home becomes a link while its owner is signed in.
    let mut bob = server.user("bob");
    fs::rename(server.data().file("/bob"), elsewhere.path("bob")).unwrap();
    symlink(elsewhere.path("bob"), server.data().file("/bob")).unwrap();
    for reply in [
        bob.upload("/bob", "new", b"new"),
        bob.core("createfolder", &[("path", "/bob"), ("name", "new")]),
        bob.core("createfolder", &[("path", "/bob"), ("name", "new"), ("subpath", "deep")]),
    ] {
        let message = reply.refused();
        assert!(message.contains("bob is a symbolic link on the server"), "{message}");
    }
    assert_eq!(names(&elsewhere.path("bob")), Vec::<String>::new());
    let told = findings(&mut server.admin());
    let path = |name: &str| server.data().file(name).display().to_string();
    let expected = ["bob", "bobby"].map(|name| (path(name), "change".to_owned(), "ELOOP".to_owned()));
    assert_eq!(told, expected);
    let line = format!("needs a look: {}. It is not followed: a symbolic link is in the way.", path("bobby"));
    assert_eq!(server.log().matches(&line).count(), 1, "{}", server.log());
    // Once the link is removed, it is an ordinary home.
    fs::remove_file(server.data().file("/bobby")).unwrap();
    server.user("bobby").upload("/bobby", "file", b"x").ok();
    assert_eq!(findings(&mut server.admin()).len(), 1);
}
