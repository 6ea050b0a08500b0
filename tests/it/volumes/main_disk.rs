//! The disk with all files hangs. Calls that need no file go on, and reports say what was seen last.

use super::silent::{LATE, begin, list_request, promptly};
use crate::harness::{Caller, Connection, Data, FaultyDisk, Launch, Server, wait_until};
use crate::sweep::operations::{Callers, OPERATIONS, Operation};
use std::fs;
use std::time::Duration;

/// The server counts a disk as silent after half a minute.
const SILENT_WITHIN: Duration = Duration::from_secs(90);
/// The server answers a question that needs no file within this time, even on a busy machine.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// A server whose files lie on a disk that fails on command.
struct Ground {
    // The disk is dropped before the server, which waits for it.
    disk: FaultyDisk,
    server: Server,
}

fn start() -> Option<Ground> {
    let data = Data::with_accounts();
    let (source, files) = (data.path("elsewhere"), data.path("files"));
    fs::rename(&files, &source).unwrap();
    fs::create_dir(&files).unwrap();
    let disk = FaultyDisk::mount(&source, &files, &[])?;
    let server = Launch::on(data).setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 1).start();
    Some(Ground { disk, server })
}

/// Makes the disk hang, and keeps as many callers in it as may enter.
fn hang(disk: &mut FaultyDisk, server: &Server, bob: &Caller) -> Vec<Connection> {
    disk.tell("fault what=hang");
    (0..20).map(|_| begin(server, bob, &list_request("/bob"))).collect()
}

/// True for questions that name no file.
fn needs_no_file(operation: &Operation) -> bool {
    let is_path = |kind: &str| ["path", "paths"].contains(&kind);
    let names_one = operation.parameters.iter().any(|one| one.is_required && is_path(&one.kind));
    // These end the session of the other calls.
    let ends_session = ["logout", "locksession"].contains(&operation.name.as_str());
    !operation.is_action() && !names_one && !ends_session
}

#[test]
fn calls_that_need_no_file_go_on_while_the_disk_with_all_files_hangs() {
    let Some(mut ground) = start() else { return };
    let Ground { disk, server } = &mut ground;
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    bob.list("/bob");
    let _held = hang(disk, server, &bob);
    promptly("a sign-in", || server.user("alice"));
    promptly("the top", || assert_eq!(bob.send(&list_request("/")).status, 200));
    promptly("the profile", || bob.core("getuserprofile", &[]));
    promptly("the health check", || assert_eq!(server.guest().get("/healthz").status, 200));
    promptly("the portal", || assert_eq!(bob.get("/").status, 200));
    promptly("the audit log", || assert!(!admin.audit(&[]).is_empty()));
    promptly("the disks of the admin", || assert_eq!(admin.administer("getvolumes", &[]).status, 200));
    disk.tell("heal");
}

#[test]
fn no_question_without_a_file_fails_while_the_disk_with_all_files_wakes_up_or_is_silent() {
    let Some(mut ground) = start() else { return };
    let Ground { disk, server } = &mut ground;
    let bob = server.user("bob");
    let callers = Callers::of(server);
    let asked: Vec<&Operation> = OPERATIONS.iter().filter(|operation| needs_no_file(operation)).collect();
    assert!(asked.len() > 80, "{}", asked.len());
    let _held = hang(disk, server, &bob);
    for state in ["slow or asleep", "does not answer"] {
        wait_until(state, SILENT_WITHIN, || server.log().contains(state));
        let begun: Vec<(&Operation, Connection)> = asked
            .iter()
            .map(|operation| {
                let caller = callers.lawful(operation);
                (*operation, begin(server, &caller, &operation.request(&operation.sample())))
            })
            .collect();
        for (operation, mut connection) in begun {
            connection.set_patience(ANSWERED_WITHIN);
            let reply = connection.try_reply();
            let status = reply.as_ref().map(|reply| reply.status).unwrap_or_default();
            assert!(
                status != 503 && status != 0,
                "{state}: {} {}: {reply:?}",
                operation.door,
                operation.name
            );
        }
    }
    disk.tell("heal");
}

/// What the reports tell, without what changes by itself.
fn reports(bob: &mut Caller, admin: &mut Caller) -> Vec<(&'static str, String)> {
    let of_bob = [("username", "bob")];
    let stats = admin.administer("getstats", &[]).xml();
    let stats = stats.child("stat");
    let space = |name: &str| stats.field(name).to_owned();
    let field = |reply: crate::harness::Reply, record: &str, name: &str| {
        reply.xml().child(record).field(name).to_owned()
    };
    let names = |reply: crate::harness::Reply, record: &str, name: &str| {
        let names: Vec<String> = reply.xml().all(record).map(|one| one.field(name).to_owned()).collect();
        names.join(" ")
    };
    vec![
        ("size of the disk", space("diskbytes")),
        ("files", space("totalfiles")),
        ("files of bob", field(admin.administer("getuserusage", &of_bob), "usage", "livefiles")),
        ("bytes of bob", field(admin.administer("getuserusage", &of_bob), "usage", "livebytes")),
        ("folders of bob", field(bob.core("getdiskusagedetails", &[]), "usage", "livefolders")),
        ("newest files", names(admin.administer("getlatestfilesadded", &[]), "item", "name")),
        ("all activities", names(bob.core("getactivitybylevel", &[]), "activitystreamrecord", "name")),
        (
            "activities of a folder",
            names(
                bob.core("getactivitystream", &[("parent", "/bob/folder")]),
                "activitystreamrecord",
                "name",
            ),
        ),
        ("what can be synced", names(bob.core("getsyncfolderlist", &[]), "syncfolder", "name")),
        ("kinds of storage", names(admin.administer("getstorage", &[]), "kind", "kind")),
        ("storage of accounts", names(admin.administer("getstoragebyuser", &[]), "usage", "livebytes")),
    ]
}

#[test]
fn reports_tell_what_was_seen_last_while_the_disk_with_all_files_is_silent() {
    let Some(mut ground) = start() else { return };
    let Ground { disk, server } = &mut ground;
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    bob.core("createfolder", &[("path", "/bob"), ("name", "folder")]).done();
    bob.upload("/bob/folder", "inner", b"123").ok();
    bob.upload("/bob", "outer", b"12345").ok();
    ["/bob", "/bob/folder"].iter().for_each(|folder| drop(bob.list(folder)));
    let before = reports(&mut bob, &mut admin);
    let _held = hang(disk, server, &bob);
    wait_until("it is silent", SILENT_WITHIN, || server.log().contains("does not answer"));
    assert_eq!(promptly("the reports", || reports(&mut bob, &mut admin)), before);
    let volumes = admin.administer("getvolumes", &[]).xml();
    let files = volumes.all("volume").next().unwrap();
    assert_eq!(files.field("state"), "silent");
    assert!(files.field("reason").contains("has not answered since"), "{}", files.field("reason"));
    disk.tell("heal");
    wait_until("it is entered again", LATE, || bob.send(&list_request("/bob")).status == 200);
}
