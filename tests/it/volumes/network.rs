//! Disks behind real network file systems, as homes have them, whose server is stopped, killed and started again under
//! callers. What this machine cannot serve or mount is named on standard error.

mod kinds;
mod mounted;

use super::faulty::{check_disks, new, old};
use super::owners::is_left_alone;
use super::silent::{LATE, begin, is_turned_away, others_go_on};
use crate::harness::{Caller, Connection, Data, Launch, Reply, Request, Server, names, noise, wait_until};
use kinds::Kind;
use mounted::Mounted;
use std::time::Duration;
use std::{fs, thread};

const TOP: &str = "/EXTERNAL/usb";
const FILE: &str = "/EXTERNAL/usb/file";
/// Calls that may be inside a disk that is not local.
const PLACES: usize = 8;
/// A caller who finds no place is turned away within this time.
const TURNED_AWAY_WITHIN: Duration = Duration::from_secs(3);
/// A client that lost its server has found it again within this time.
const FOUND_WITHIN: Duration = Duration::from_secs(120);

fn launch(directory: &std::path::Path) -> Server {
    let volumes = format!("usb={}", directory.display());
    let launch = Launch::on(Data::with_accounts()).setting("CLOUDLET_VOLUMES", volumes);
    launch.setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 1).start()
}

/// Runs a test on such a disk, if this machine has one.
fn on(kind: &'static Kind, scene: impl Fn(&mut Mounted, &mut Server)) {
    let Some(mut disk) = Mounted::mount(kind) else { return };
    let mut server = launch(&disk.directory);
    wait_until("the disk is there", FOUND_WITHIN, || {
        ["online", "readonly"].contains(&&*told(&server, "state"))
    });
    eprintln!("on {}: {}", kind.name, told(&server, "capabilities"));
    match kind.reason {
        None => scene(&mut disk, &mut server),
        Some(reason) => can_only_be_read(&disk, &server, reason),
    }
    // Before the server, which waits for it.
    drop(disk);
    drop(server);
}

/// Tries one of them in each way.
macro_rules! tried {
    ($($module:ident: $kind:ident),*) => {
        $(mod $module {
            #[test]
            fn keeps_everything() {
                super::everything_is_kept(&super::kinds::$kind);
            }

            #[test]
            fn holds_nobody_else_up_when_its_server_is_stopped_or_killed() {
                super::nobody_is_held_up_and_nothing_lost(&super::kinds::$kind);
            }

            #[test]
            fn has_one_owner() {
                super::two_clouds_have_one_owner(&super::kinds::$kind);
            }
        })*
    };
}

tried!(sshfs: SSHFS, rclone: RCLONE, rclone_cache: RCLONE_CACHE,  cifs: CIFS, nfs: NFS, seaweedfs: SEAWEEDFS);

/// The value of a field of the disk in the admin portal.
fn told(server: &Server, field: &str) -> String {
    let volumes = server.admin().administer("getvolumes", &[]).xml();
    let usb = volumes.all("volume").find(|volume| volume.field("name") == "usb").unwrap();
    usb.field(field).to_owned()
}

/// A disk that is not safe says so, and what is on it can be read.
fn can_only_be_read(disk: &Mounted, server: &Server, reason: &str) {
    fs::write(disk.directory.join("there/file"), old()).unwrap();
    let mut bob = server.user("bob");
    wait_until("it is tried", FOUND_WITHIN, || told(server, "state") == "readonly");
    assert_eq!(told(server, "reason"), format!("It can only be read: {reason}."));
    let refused = bob.upload(TOP, "file", &new()).refused();
    assert!(refused.starts_with("This disk can only be read: "), "{refused}");
    wait_until("the file is there", FOUND_WITHIN, || bob.sees(&format!("{TOP}/there/file")));
    bob.download(&format!("{TOP}/there/file")).holds(&old());
}

/// The contents that the disk keeps as versions, the shortest first.
fn kept(disk: &Mounted) -> Vec<Vec<u8>> {
    let versions = disk.directory.join(".cloudlet/versions");
    let mut contents: Vec<Vec<u8>> =
        names(&versions).iter().map(|id| fs::read(versions.join(id)).unwrap()).collect();
    contents.sort_by_key(Vec::len);
    contents
}

fn everything_is_kept(kind: &'static Kind) {
    on(kind, |disk, server| {
        let mut bob = server.user("bob");
        bob.upload(TOP, "file", &old()).ok();
        bob.upload(TOP, "file", &new()).ok();
        bob.upload(TOP, "file", &noise(3, 100)).ok();
        bob.download(FILE).holds(&noise(3, 100));
        assert_eq!(names(&disk.directory.join(".cloudlet/staging")), Vec::<String>::new());
        assert_eq!(kept(disk), [old(), new()], "{}", disk.kind.name);
        bob.core("createfolder", &[("path", TOP), ("name", "folder")]).done();
        bob.core("renameormove", &[("fromname", FILE), ("toname", "/EXTERNAL/usb/folder/file")]).done();
        bob.core("deletefile", &[("path", TOP), ("name", "folder")]).done();
        let back = [("fromname", "/EXTERNAL/usb/recyclebin/folder"), ("toname", "/EXTERNAL/usb/folder")];
        bob.core("renameormove", &back).done();
        bob.download("/EXTERNAL/usb/folder/file").holds(&noise(3, 100));
        check_disks(server);
    });
}

/// The name and content of an upload.
fn upload(number: usize) -> (String, Vec<u8>) {
    (format!("upload{number}"), noise(number as u64, 30_000))
}

/// Uploads by their numbers: those that wait inside the disk, and the answers of the others.
type Crowd = (Vec<(usize, Connection)>, Vec<(usize, Reply)>);

/// Uploads that wait inside the disk, and the answers of those who do not.
fn crowd(server: &Server, bob: &Caller, callers: usize, from: usize) -> Crowd {
    let begun = |number: usize| {
        let (name, content) = upload(number);
        (number, begin(server, bob, &Caller::upload_request(TOP, &name, &content)))
    };
    let all: Vec<(usize, Connection)> = (from..from + callers).map(begun).collect();
    thread::sleep(TURNED_AWAY_WITHIN);
    let (mut waiting, mut answered) = (Vec::new(), Vec::new());
    for (number, mut connection) in all {
        connection.set_patience(Duration::from_millis(50));
        match connection.try_reply() {
            Ok(reply) => answered.push((number, reply)),
            Err(_) => waiting.push((number, connection)),
        }
    }
    (waiting, answered)
}

/// Checks that each upload that was answered for is there, and that no other one is there in parts.
fn is_whole(bob: &mut Caller, disk: &Mounted, answers: &[(usize, Reply)]) {
    let there = bob.list_names(TOP);
    for (number, reply) in answers {
        let (name, content) = upload(*number);
        let is_done = reply.status == 200 && reply.text().trim() == "OK";
        assert!(!is_done || there.contains(&name), "{}: {name} is lost", disk.kind.name);
        if !there.contains(&name) {
            continue;
        }
        let wanted = Request::get(&Caller::download_target(&format!("{TOP}/{name}")));
        // A file that is dated anew while it is sent is cut short, so that it is asked for again.
        wait_until(&name, FOUND_WITHIN, || match bob.try_send(&wanted) {
            Err(_) if disk.kind.dates_late() => false,
            sent => {
                sent.unwrap().holds(&content);
                true
            }
        });
    }
}

fn can_replace(bob: &mut Caller) -> bool {
    bob.upload(TOP, "file", &new()).text().trim() == "OK"
}

fn nobody_is_held_up_and_nothing_lost(kind: &'static Kind) {
    on(kind, |disk, server| {
        let (mut bob, mut admin) = (server.user("bob"), server.admin());
        bob.upload(TOP, "file", &old()).ok();
        let mut all = Vec::new();
        for (round, callers) in [5, 200].into_iter().enumerate() {
            disk.signal("-STOP");
            let (waiting, mut answers) = crowd(server, &bob, callers, 1000 * round);
            assert!(
                waiting.len() <= PLACES,
                "{}: {} of {callers} are still inside",
                disk.kind.name,
                waiting.len()
            );
            others_go_on(server, &mut bob, &mut admin);
            disk.signal("-CONT");
            for (number, mut connection) in waiting {
                connection.set_patience(FOUND_WITHIN);
                answers.push((number, connection.reply()));
            }
            wait_until("it is entered again", FOUND_WITHIN, || can_replace(&mut bob));
            all.append(&mut answers);
        }
        disk.signal("-STOP");
        let (waiting, mut answers) = crowd(server, &bob, 20, 2000);
        disk.kill();
        others_go_on(server, &mut bob, &mut admin);
        disk.start_again();
        for (number, mut connection) in waiting {
            connection.set_patience(FOUND_WITHIN);
            answers.push((number, connection.reply()));
        }
        wait_until("it is found again", FOUND_WITHIN, || can_replace(&mut bob));
        all.append(&mut answers);
        for (_, reply) in &all {
            if reply.status == 503 && reply.text().contains("The disk usb ") {
                is_turned_away(reply);
            }
        }
        bob.download(FILE).holds(&new());
        is_whole(&mut bob, disk, &all);
        check_disks(server);
    });
}

fn two_clouds_have_one_owner(kind: &'static Kind) {
    on(kind, |disk, first| {
        let second_mount = disk.mount_again("second");
        first.user("bob").upload(TOP, "file", b"first").ok();
        disk.wait_for("file", b"first");
        // A mount with a cache shows late what another one wrote, and so it does the lease.
        wait_until("the other mount shows it", LATE, || second_mount.join("file").exists());
        let second = launch(&second_mount);
        is_left_alone(&second, first, &disk.directory);
        assert_eq!(first.stop(), Some(0));
        let mut bob = second.user("bob");
        wait_until("the disk is free", LATE, || bob.sees(FILE));
        bob.download(FILE).holds(b"first");
        drop(second);
    });
}
