//! Locks: the owner of a lock, others who use any operation on the file, and an admin who removes
//! the lock.
//!
//! The other user in these tests is an admin at work on bob's files.

use crate::harness::{Caller, Multipart, Reply, Request, Server, encoded, form, joined, noise, wait_until};
use std::time::Duration;

const AS_ALICE: (&str, &str) = ("adminproxyuserid", "alice");

/// A server with bob's files, and an admin at work on them.
fn ground() -> (Server, Caller, Caller) {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "desk"), ("subpath", "deep")]).done();
    bob.upload("/bob/desk", "plan.txt", b"as it was").ok();
    bob.upload("/bob/desk", "free.txt", b"free").ok();
    let admin = server.admin();
    (server, bob, admin)
}

fn lock(caller: &mut Caller, fields: &[(&str, &str)]) -> Reply {
    caller.core("lock", &[&[("path", "/bob/desk/plan.txt")], fields].concat())
}

fn proxied(admin: &mut Caller, operation: &str, fields: &[(&str, &str)]) -> Reply {
    admin.core(operation, &[fields, &[AS_ALICE]].concat())
}

fn proxy_upload(admin: &mut Caller, folder: &str, name: &str, content: &[u8]) -> Reply {
    let query = form(&[("path", folder), ("filename", name), AS_ALICE]);
    let multipart = Multipart::new().file("file", "file", content);
    admin.send(&Request::multipart(&format!("/core/upload?{query}"), multipart))
}

fn proxy_download(admin: &mut Caller, path: &str) -> Reply {
    admin.get(&format!("{}&adminproxyuserid=alice", Caller::download_target(path)))
}

/// True if the file is locked, true if reading is forbidden, and the owner of the lock.
fn info(caller: &mut Caller, path: &str) -> (i64, i64, String) {
    let root = caller.core("getfilelockinfo", &[("path", path)]).xml();
    let info = root.child("filelockinfo");
    (info.number("locked"), info.number("readlock"), info.field("lockedby").to_owned())
}

/// Two fields of the listing: whether the entry is locked, and whether the caller may lock or
/// unlock it.
fn marks(caller: &mut Caller, folder: &str, name: &str, fields: &[(&str, &str)]) -> (i64, i64) {
    let fields = [&[("path", folder), ("limit", "-1")], fields].concat();
    let root = caller.core("getfilelist", &fields).xml();
    let entry = root.all("entry").find(|entry| entry.field("name") == name).expect("it is listed");
    (entry.number("locked"), entry.number("showlockunlock"))
}

#[test]
fn a_lock_is_told_and_ends() {
    let (_server, mut bob, mut admin) = ground();
    assert_eq!(info(&mut bob, "/bob/desk/plan.txt"), (0, 0, String::new()));
    assert_eq!(marks(&mut bob, "/bob/desk", "plan.txt", &[]), (0, 1));
    lock(&mut bob, &[]).done();
    assert_eq!(info(&mut bob, "/bob/desk/plan.txt"), (1, 0, "bob".into()));
    assert_eq!(marks(&mut bob, "/bob/desk", "plan.txt", &[]), (1, 1));
    assert_eq!(marks(&mut bob, "/bob/desk", "free.txt", &[]), (0, 1));
    assert_eq!(marks(&mut bob, "/bob", "desk", &[]), (0, 1), "only what is in it");
    assert_eq!(marks(&mut bob, "/", "bob", &[]), (0, 0), "a home cannot be locked");
    let entry = bob.core("fileinfo", &[("file", "/bob/desk/plan.txt")]).xml();
    assert_eq!(entry.child("entry").number("locked"), 1);
    // Bob locks it again, with another kind of lock and an end.
    lock(&mut bob, &[("readlock", "1"), ("expiration", "2099-12-31 10:20:30")]).done();
    assert_eq!(info(&mut bob, "/bob/desk/plan.txt"), (1, 1, "bob".into()));
    let locks = bob.core("getalllocks", &[("userid", "bob")]).xml();
    assert_eq!(locks.child("meta").number("total"), 1);
    let record = locks.child("lock");
    let told = ["lockuserid", "lockpath", "lockexpiration", "lockreadlock"].map(|name| record.field(name));
    assert_eq!(told, ["bob", "/bob/desk/plan.txt", "2099-12-31 10:20:30", "1"]);
    assert!(!record.field("lockrid").is_empty());
    assert_eq!(bob.core("getalllocks", &[("userid", "bobby")]).refused(), "You may only see your own locks.");
    assert_eq!(proxied(&mut admin, "getalllocks", &[]).xml().all("lock").count(), 1);
    assert_eq!(proxied(&mut admin, "getalllocks", &[("userid", "bobby")]).xml().all("lock").count(), 0);
    // An end that is too far in the future must not become a date in 1970.
    lock(&mut bob, &[("relative_expiration", "9999999999999999")]).done();
    let far = bob.core("getalllocks", &[]).xml().child("lock").field("lockexpiration").to_owned();
    assert!(far.starts_with("9999-12-"), "{far}");
    bob.core("unlock", &[("path", "/bob/desk/plan.txt")]).done();
    assert_eq!(info(&mut bob, "/bob/desk/plan.txt"), (0, 0, String::new()));
    assert_eq!(bob.core("getalllocks", &[]).xml().all("lock").count(), 0);
    assert_eq!(
        bob.core("unlock", &[("path", "/bob/desk/plan.txt")]).refused(),
        "/bob/desk/plan.txt is not locked."
    );
}

#[test]
fn a_locked_file_is_safe_at_every_door() {
    let (server, mut bob, mut admin) = ground();
    lock(&mut bob, &[]).done();
    let plan = [("path", "/bob/desk"), ("name", "plan.txt")];
    let refusals = [
        proxy_upload(&mut admin, "/bob/desk", "plan.txt", b"theirs"),
        proxied(&mut admin, "deletefile", &plan),
        proxied(&mut admin, "renamefile", &[&plan[..], &[("newname", "other.txt")]].concat()),
        proxied(
            &mut admin,
            "renameormove",
            &[("fromname", "/bob/desk/plan.txt"), ("toname", "/bob/plan.txt")],
        ),
        proxied(
            &mut admin,
            "renameormove",
            &[("fromname", "/bob/desk/free.txt"), ("toname", "/bob/desk/plan.txt"), ("overwrite", "1")],
        ),
        proxied(
            &mut admin,
            "copyfile",
            &[
                ("path", "/bob/desk"),
                ("name", "free.txt"),
                ("copyto", "/bob/desk"),
                ("copytoname", "plan.txt"),
                ("overwrite", "1"),
            ],
        ),
        // These calls change the folder that contains the locked file.
        proxied(&mut admin, "deletefile", &[("path", "/bob"), ("name", "desk")]),
        proxied(&mut admin, "renamefile", &[("path", "/bob"), ("name", "desk"), ("newname", "desks")]),
        proxied(&mut admin, "renameormove", &[("fromname", "/bob/desk"), ("toname", "/bobby/desk")]),
        proxied(&mut admin, "lock", &[("path", "/bob/desk/plan.txt")]),
        proxied(&mut admin, "lock", &[("path", "/bob/desk")]),
    ];
    for reply in refusals {
        assert_eq!(reply.refused(), "/bob/desk/plan.txt is locked by bob.");
    }
    let content = std::fs::read(server.data().file("/bob/desk/plan.txt")).unwrap();
    assert_eq!(content, b"as it was");
    // Other files can be changed, and all can be read.
    proxy_upload(&mut admin, "/bob/desk", "free.txt", b"theirs").ok();
    proxy_download(&mut admin, "/bob/desk/plan.txt").holds(b"as it was");
    // Bob himself can still change the file.
    bob.upload("/bob/desk", "plan.txt", b"mine").ok();
    assert_eq!(info(&mut bob, "/bob/desk/plan.txt"), (1, 0, "bob".into()), "new content, same lock");
    let rows = admin.audit(&[("operation", "deletefile")]);
    let told = ["username", "outcome", "reason"].map(|name| rows[1].field(name));
    assert_eq!(told, ["alice", "locked", "/bob/desk/plan.txt is locked by bob."]);
}

#[test]
fn a_locked_folder_keeps_all_in_it() {
    let (_server, mut bob, mut admin) = ground();
    bob.core("lock", &[("path", "/bob/desk"), ("readlock", "1")]).done();
    let refused = "/bob/desk is locked by bob.";
    assert_eq!(proxy_upload(&mut admin, "/bob/desk/deep", "new.txt", b"x").message(), refused);
    let folder = [("path", "/bob/desk/deep"), ("name", "new")];
    assert_eq!(proxied(&mut admin, "createfolder", &folder).refused(), refused);
    let target = format!("/core/upload?path=%2Fbob&uploadpath=desk%2Fnew&filename=x&{}", form(&[AS_ALICE]));
    let upload = Request::multipart(&target, Multipart::new().file("file", "x", b"x"));
    assert_eq!(admin.send(&upload).message(), refused);
    let names = [("path", "/bob/desk"), ("name", "free.txt")];
    assert_eq!(proxied(&mut admin, "deletefile", &names).refused(), refused);
    assert_eq!(proxy_download(&mut admin, "/bob/desk/free.txt").failed(423), refused);
    assert_eq!(info(&mut bob, "/bob/desk/free.txt"), (1, 1, "bob".into()));
    assert_eq!(marks(&mut bob, "/bob/desk", "free.txt", &[]), (1, 0), "it ends at the folder, not here");
    assert_eq!(
        bob.core("unlock", &[("path", "/bob/desk/free.txt")]).refused(),
        "/bob/desk/free.txt is not locked."
    );
    bob.upload("/bob/desk/deep", "new.txt", b"x").ok();
    assert_eq!(bob.list_names("/bob/desk"), ["deep", "free.txt", "plan.txt"]);
}

#[test]
fn a_read_lock_forbids_downloads_in_every_form() {
    let (_server, mut bob, mut admin) = ground();
    let large = noise(1, 200_000);
    bob.upload("/bob/desk", "large.bin", &large).ok();
    proxy_download(&mut admin, "/bob/desk/plan.txt").holds(b"as it was");
    lock(&mut bob, &[("readlock", "1")]).done();
    bob.core("lock", &[("path", "/bob/desk/large.bin"), ("readlock", "1")]).done();
    let sentence = "/bob/desk/plan.txt is locked by bob.";
    // The file is first small and in the kernel's memory, where the poller could send it, and then
    // large.
    assert_eq!(proxy_download(&mut admin, "/bob/desk/plan.txt").failed(423), sentence);
    assert_eq!(
        proxy_download(&mut admin, "/bob/desk/large.bin").failed(423),
        "/bob/desk/large.bin is locked by bob."
    );
    let zip = |names: &str, folder: &str| {
        format!("/core/downloadfilemulti?filepath={}&{names}&adminproxyuserid=alice", encoded(folder))
    };
    assert_eq!(admin.get(&zip("count=2&fn1=free.txt&fn2=plan.txt", "/bob/desk")).failed(423), sentence);
    let message = admin.get(&zip("count=1&fn1=desk", "/bob")).failed(423);
    assert!(message.ends_with("is locked by bob."), "{message}");
    let copy = [("path", "/bob/desk"), ("name", "plan.txt"), ("copyto", "/bobby")];
    assert_eq!(proxied(&mut admin, "copyfile", &copy).refused(), sentence);
    let copy = [("path", "/bob"), ("name", "desk"), ("copyto", "/bobby")];
    assert!(proxied(&mut admin, "copyfile", &copy).refused().ends_with("is locked by bob."));
    assert!(!server_sees(&mut admin, "/bobby/desk"));
    // The lock does not affect other files, nor bob himself.
    proxy_download(&mut admin, "/bob/desk/free.txt").holds(b"free");
    bob.download("/bob/desk/plan.txt").holds(b"as it was");
    bob.download("/bob/desk/large.bin").holds(&large);
    assert_eq!(bob.get("/core/downloadfilemulti?filepath=%2Fbob&fn1=desk").status, 200);
    bob.core("unlock", &[("path", "/bob/desk/plan.txt")]).done();
    proxy_download(&mut admin, "/bob/desk/plan.txt").holds(b"as it was");
}

fn server_sees(admin: &mut Caller, path: &str) -> bool {
    proxied(admin, "fileexists", &[("file", path)]).result() == 1
}

#[test]
fn a_lock_ends_by_itself() {
    let (server, mut bob, mut admin) = ground();
    lock(&mut bob, &[("relative_expiration", "2"), ("readlock", "1")]).done();
    let refused = proxy_upload(&mut admin, "/bob/desk", "plan.txt", b"theirs").message();
    assert!(refused.starts_with("/bob/desk/plan.txt is locked by bob until 20"), "{refused}");
    proxy_download(&mut admin, "/bob/desk/plan.txt").failed(423);
    wait_until("the lock ends", Duration::from_secs(5), || {
        proxy_download(&mut admin, "/bob/desk/plan.txt").status == 200
    });
    assert_eq!(info(&mut bob, "/bob/desk/plan.txt"), (0, 0, String::new()));
    assert_eq!(marks(&mut bob, "/bob/desk", "plan.txt", &[]), (0, 1));
    proxy_upload(&mut admin, "/bob/desk", "plan.txt", b"theirs").ok();
    // The lock has ended, so others may lock the file. Its former owner learns who has locked it.
    proxied(&mut admin, "lock", &[("path", "/bob/desk/plan.txt")]).done();
    assert_eq!(lock(&mut bob, &[]).refused(), "/bob/desk/plan.txt is locked by alice.");
    let unlocking = bob.core("unlock", &[("path", "/bob/desk/plan.txt")]).refused();
    assert_eq!(unlocking, "/bob/desk/plan.txt is locked by alice.");
    assert_eq!(marks(&mut bob, "/bob/desk", "plan.txt", &[]), (1, 0));
    drop(server);
}

#[test]
fn what_cannot_be_a_lock_is_refused() {
    let (_server, mut bob, _) = ground();
    assert_eq!(
        lock(&mut bob, &[("expiration", "2001-01-01")]).refused(),
        "The lock would end before it begins."
    );
    assert!(lock(&mut bob, &[("expiration", "soon")]).refused().contains("expiration"));
    assert!(lock(&mut bob, &[("relative_expiration", "-1")]).refused().contains("relative_expiration"));
    assert_eq!(bob.core("lock", &[("path", "/bob/nothing")]).refused(), "/bob/nothing does not exist.");
    assert_eq!(
        bob.core("getfilelockinfo", &[("path", "/bob/nothing")]).refused(),
        "/bob/nothing does not exist."
    );
    bob.core("lock", &[("path", "/bob")]).refused();
    let beyond = lock(&mut bob, &[("relative_expiration", "18446744073709551615")]).refused();
    assert!(beyond.contains("relative_expiration"), "{beyond}");
    lock(&mut bob, &[("relative_expiration", "9223372036854775807")]).done();
    lock(&mut bob, &[("expiration", "Sat May 02 2099 00:00:00 GMT+0530 (India Standard Time)")]).done();
    let info = bob.core("getfilelockinfo", &[("path", "/bob/desk/plan.txt")]).xml();
    assert_eq!(info.child("filelockinfo").number("lockexpirationepochutc"), 4_081_343_400);
}

#[test]
fn an_admin_takes_a_lock_away_and_is_seen_doing_it() {
    let (_server, mut bob, mut admin) = ground();
    lock(&mut bob, &[]).done();
    assert_eq!(marks(&mut admin, "/bob/desk", "plan.txt", &[AS_ALICE]), (1, 1));
    proxied(&mut admin, "unlock", &[("path", "/bob/desk/plan.txt")]).done();
    proxy_upload(&mut admin, "/bob/desk", "plan.txt", b"theirs").ok();
    let rows = admin.audit(&[("operation", "unlock")]);
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((row.field("username"), row.field("object")), ("alice", "/bob/desk/plan.txt"));
}

#[test]
fn a_lock_follows_the_file_and_stays_over_a_restart() {
    let (mut server, mut bob, mut admin) = ground();
    lock(&mut bob, &[]).done();
    bob.core("lock", &[("path", "/bob/desk/free.txt"), ("relative_expiration", "1")]).done();
    bob.core("renamefile", &[("path", "/bob/desk"), ("name", "plan.txt"), ("newname", "plan 2.txt")]).done();
    bob.core("renamefile", &[("path", "/bob"), ("name", "desk"), ("newname", "done")]).done();
    assert_eq!(info(&mut bob, "/bob/done/plan 2.txt"), (1, 0, "bob".into()));
    // Another program moves the file, and the next visit notices that.
    let (from, to) = (server.data().file("/bob/done/plan 2.txt"), server.data().file("/bob/moved.txt"));
    std::fs::rename(from, to).unwrap();
    wait_until("the lock is where the file is", Duration::from_secs(5), || {
        bob.list_names("/bob");
        info(&mut bob, "/bob/moved.txt").0 == 1
    });
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    for caller in [&mut bob, &mut admin] {
        caller.follow(&server);
    }
    assert_eq!(info(&mut bob, "/bob/moved.txt"), (1, 0, "bob".into()));
    assert_eq!(
        proxy_upload(&mut admin, "/bob", "moved.txt", b"x").message(),
        "/bob/moved.txt is locked by bob."
    );
    wait_until("the other lock ends", Duration::from_secs(5), || info(&mut bob, "/bob/done/free.txt").0 == 0);
    // A file loses its lock when it is deleted. A new file at the same path is not locked.
    bob.core("deletefile", &[("path", "/bob"), ("name", "moved.txt")]).done();
    assert_eq!(bob.core("getalllocks", &[]).xml().all("lock").count(), 0);
    proxy_upload(&mut admin, "/bob", "moved.txt", b"x").ok();
}

#[test]
fn an_upload_begun_before_the_lock_does_not_end_after_it() {
    let (server, mut bob, mut admin) = ground();
    let query = form(&[("path", "/bob/desk"), ("filename", "plan.txt"), AS_ALICE]);
    let body = Multipart::new().file("file", "file", &noise(1, 100_000));
    let bytes = admin.bytes(&Request::multipart(&format!("/core/upload?{query}"), body));
    let mut slow = server.connect();
    slow.send(&bytes[..60_000]);
    // This also holds for an upload in parts, whose first part came before the lock.
    let part = |offset: &str, complete: &str, content: &[u8]| {
        let fields = [
            ("path", "/bob/desk"),
            ("filename", "plan.txt"),
            ("offset", offset),
            ("complete", complete),
            ("filesize", "20"),
            AS_ALICE,
        ];
        let body = Multipart::new().file("file", "file", content);
        Request::multipart(&format!("/core/upload?{}", form(&fields)), body)
    };
    admin.send(&part("0", "0", b"0123456789")).ok();
    lock(&mut bob, &[]).done();
    slow.send(&bytes[60_000..]);
    let sentence = "/bob/desk/plan.txt is locked by bob.";
    assert_eq!(slow.reply().refused(), sentence);
    assert_eq!(admin.send(&part("10", "1", b"0123456789")).refused(), sentence);
    bob.download("/bob/desk/plan.txt").holds(b"as it was");
    // The parts that came earlier are still there. Without the lock, the rest completes the file.
    bob.core("unlock", &[("path", "/bob/desk/plan.txt")]).done();
    admin.send(&part("10", "1", b"0123456789")).ok();
    bob.download("/bob/desk/plan.txt").holds(b"01234567890123456789");
}

#[test]
fn an_account_goes_with_its_locks_and_in_spite_of_others() {
    let (server, mut bob, mut admin) = ground();
    proxied(&mut admin, "lock", &[("path", "/bob/desk/plan.txt")]).done();
    lock(&mut server.user("bobby"), &[]).refused();
    admin.administer("deleteuser", &[("profile", "bob")]).done();
    assert_eq!(proxied(&mut admin, "getalllocks", &[]).xml().all("lock").count(), 0);
    assert!(!bob.is_signed_in());
    // Bobby locks a file. Then the command line removes his account, and the running server must
    // notice that.
    let mut bobby = server.user("bobby");
    bobby.upload("/bobby", "x", b"x").ok();
    bobby.core("lock", &[("path", "/bobby/x"), ("readlock", "1")]).done();
    proxy_download(&mut admin, "/bobby/x").failed(423);
    crate::harness::cloudlet(server.data(), &["user", "delete", "bobby"], "").succeeded();
    assert_eq!(proxied(&mut admin, "getalllocks", &[]).xml().all("lock").count(), 0);
}

#[test]
fn who_may_not_change_a_file_is_not_offered_its_lock() {
    let (server, mut bob, _) = ground();
    bob.core("createfolder", &[("path", "/bob"), ("name", "Shown")]).done();
    bob.upload("/bob/Shown", "a", b"one").ok();
    let share = bob.core("quickshare", &[("sharelocation", "/bob/Shown")]).xml();
    let share = share.child("share").field("shareid").to_owned();
    let member = [("shareid", share.as_str()), ("userid", "bobby")];
    bob.core("addusertoshare", &member).done();
    for (write, offered) in [("false", 0), ("true", 1)] {
        bob.core("setuseraccessforshare", &[&member[..], &[("write", write)]].concat()).done();
        assert_eq!(marks(&mut server.user("bobby"), "/SHARED/bob/Shown", "a", &[]), (0, offered));
    }
}

#[test]
fn strangers_learn_nothing_of_locks() {
    let (server, mut bob, _) = ground();
    lock(&mut bob, &[]).done();
    let mut bobby = server.user("bobby");
    for operation in ["lock", "unlock", "getfilelockinfo"] {
        let message = bobby.core(operation, &[("path", "/bob/desk/plan.txt")]).refused();
        assert_eq!(message, "You have no access to this path.");
    }
    assert_eq!(bobby.core("getalllocks", &[]).xml().all("lock").count(), 0);
}

#[test]
fn locks_taken_and_changes_made_at_once_end_in_one_order() {
    let (_server, bob, admin) = ground();
    for round in 0..20_u8 {
        let (mut locking, mut changing) = (bob.twin(), admin.twin());
        let (locked, changed) = std::thread::scope(|scope| {
            let locked = scope.spawn(move || lock(&mut locking, &[]).result() == 1);
            let changed = proxy_upload(&mut changing, "/bob/desk", "plan.txt", &[round]).body == b"OK";
            (joined(locked.join()), changed)
        });
        assert!(locked || changed, "one of the two is first");
        let mut bob = bob.twin();
        if locked {
            // Once the lock exists, no write succeeds.
            let content = bob.download("/bob/desk/plan.txt").body;
            assert_eq!(content == [round], changed, "round {round}");
            bob.core("unlock", &[("path", "/bob/desk/plan.txt")]).done();
        }
    }
}
