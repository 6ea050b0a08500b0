//! Two clouds that use one disk. The first one has it. The second one says so and leaves it alone,
//! and gets it as soon as the first one has stopped or was killed.

use crate::harness::{
    Caller, Data, FaultyDisk, Launch, SERVICE_USER, Server, may_change_owners, names, run, wait_until,
};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(20);
const TOP: &str = "/EXTERNAL/usb";

fn launch(directory: &Path) -> Launch {
    let volumes = format!("usb={}", directory.display());
    Launch::on(Data::with_accounts()).setting("CLOUDLET_VOLUMES", volumes)
}

fn list(caller: &mut Caller) -> String {
    caller.core("getfilelist", &[("path", TOP)]).message()
}

fn is_there(caller: &mut Caller) -> bool {
    caller.core("getfilelist", &[("path", TOP)]).xml().name != "commands"
}

/// Checks that the second cloud names the owner of the disk and neither reads nor writes there,
/// while its own files work.
pub fn is_left_alone(second: &Server, first: &Server, directory: &Path) {
    is_left_alone_as("", second, first, directory);
}

/// The same, and `cause` is the kind of the reason; empty if it depends on the disk.
fn is_left_alone_as(cause: &str, second: &Server, first: &Server, directory: &Path) {
    let mut bob = second.user("bob");
    let owner = format!("({}) since ", first.data().path("").display());
    let message = list(&mut bob);
    assert!(message.starts_with("The disk usb is in use by ") && message.contains(&owner), "{message}");
    let staging = names(&directory.join(".cloudlet/staging"));
    for reply in [
        bob.upload(TOP, "file", b"second"),
        bob.core("createfolder", &[("path", TOP), ("name", "second")]),
        bob.core("deletefile", &[("path", TOP), ("name", "file")]),
        bob.core("fileinfo", &[("file", "/EXTERNAL/usb/file")]),
    ] {
        assert!(reply.message().contains("is in use by"), "{reply:?}");
    }
    assert_eq!(bob.download("/EXTERNAL/usb/file").status, 503);
    assert_eq!(names(&directory.join(".cloudlet/staging")), staging);
    let volumes = second.admin().administer("getvolumes", &[]).xml();
    let usb = volumes.all("volume").find(|volume| volume.field("name") == "usb").unwrap();
    assert_eq!(usb.field("state"), "offline");
    assert!(usb.field("reason").contains(&owner), "{}", usb.field("reason"));
    // The parts of the reason, from which the portal makes a sentence in the person's language.
    let told = usb.field("cause");
    assert!(if cause.is_empty() { ["in-use", "leased"].contains(&told) } else { told == cause }, "{told}");
    let (by, since) = (usb.field("usedby"), usb.field("usedsince"));
    assert!(by.ends_with(&format!("({})", first.data().path("").display())), "{by}");
    assert!(since.len() == "2024-07-19 14:32:57".len() && since.starts_with("20"), "{since}");
    let refused = bob.core("getfilelist", &[("path", TOP)]);
    assert_eq!(refused.header("x-cloudlet-error"), Some("disk-in-use"));
    bob.upload("/bob", "own", b"works").ok();
}

fn ten_turns(directory: &Path) {
    let mut first = launch(directory).start();
    first.user("bob").upload(TOP, "file", b"first").ok();
    // The second cloud must not remove files that are being uploaded to the first one.
    std::fs::write(directory.join(".cloudlet/staging/abc.data"), b"under way").unwrap();
    let mut second = launch(directory).start();
    for turn in 0..10 {
        is_left_alone_as("in-use", &second, &first, directory);
        assert!(directory.join(".cloudlet/staging/abc.data").exists() || turn > 0);
        if turn % 2 == 0 {
            first.kill();
        } else {
            assert_eq!(first.stop(), Some(0));
        }
        let mut bob = second.user("bob");
        wait_until("the disk is free", LONGEST, || is_there(&mut bob));
        bob.download("/EXTERNAL/usb/file").holds(b"first");
        first.start_again();
        (first, second) = (second, first);
    }
}

#[test]
fn two_clouds_on_one_disk_do_not_touch_each_others_work() {
    let ground = Data::empty();
    let disk = ground.path("disk");
    std::fs::create_dir_all(disk.join("folder")).unwrap();
    ten_turns(&disk);
}

#[test]
fn two_mounts_of_a_disk_that_passes_locks_on_have_one_owner() {
    let ground = Data::empty();
    let [source, one, two] = ["source", "one", "two"].map(|name| ground.path(name));
    [&source, &one, &two].into_iter().for_each(|path| std::fs::create_dir(path).unwrap());
    let Some(first_disk) = FaultyDisk::mount(&source, &one, &["pass-locks"]) else { return };
    let Some(second_disk) = FaultyDisk::mount(&source, &two, &["pass-locks"]) else { return };
    let mut first = launch(&one).start();
    first.user("bob").upload(TOP, "file", b"first").ok();
    let second = launch(&two).start();
    is_left_alone(&second, &first, &source);
    first.kill();
    let mut bob = second.user("bob");
    wait_until("the disk is free", LONGEST, || is_there(&mut bob));
    bob.download("/EXTERNAL/usb/file").holds(b"first");
    drop((second, first, second_disk, first_disk));
}

#[test]
fn two_mounts_of_a_disk_that_passes_no_locks_on_have_one_owner_by_its_lease() {
    let ground = Data::empty();
    let [source, one, two] = ["source", "one", "two"].map(|name| ground.path(name));
    [&source, &one, &two].into_iter().for_each(|path| std::fs::create_dir(path).unwrap());
    let Some(first_disk) = FaultyDisk::mount(&source, &one, &[]) else { return };
    let Some(second_disk) = FaultyDisk::mount(&source, &two, &[]) else { return };
    let mut first = launch(&one).start();
    first.user("bob").upload(TOP, "file", b"first").ok();
    let mut second = launch(&two).start();
    is_left_alone(&second, &first, &source);
    let free = |directory: &Path| run(&["disk", "free", directory.to_str().unwrap()], "");
    assert!(free(&one).failed().contains("A running server uses the disk"));
    // A killed server takes its lease again when it is started.
    first.kill();
    is_left_alone_as("leased", &second, &first, &source);
    first.start_again();
    first.user("bob").download("/EXTERNAL/usb/file").holds(b"first");
    // If the owner never comes back, a person must free the disk.
    first.kill();
    let message = list(&mut second.user("bob"));
    assert!(message.ends_with(&format!("cloudlet disk free {}", two.display())), "{message}");
    let owner = format!("({}) since ", first.data().path("").display());
    let said = free(&two).succeeded();
    assert!(said.starts_with("The disk is free. It was in use by ") && said.contains(&owner), "{said}");
    let mut bob = second.user("bob");
    wait_until("the disk is free", LONGEST, || is_there(&mut bob));
    bob.download("/EXTERNAL/usb/file").holds(b"first");
    first.start_again();
    is_left_alone(&first, &second, &source);
    // A server that stops leaves the disk to the next one.
    assert_eq!(second.stop(), Some(0));
    let mut bob = first.user("bob");
    wait_until("the disk is free", LONGEST, || is_there(&mut bob));
    // If a lease was ended by mistake, its server leaves the disk to the new owner.
    let lease = source.join(".cloudlet/lease");
    std::fs::write(&lease, "0123456789abcdef01234567\nanother (there) since then\n").unwrap();
    wait_until("it is noticed", LONGEST, || !is_there(&mut bob));
    let message = list(&mut bob);
    assert!(message.contains("in use by another (there) since then. "), "{message}");
    std::fs::remove_file(&lease).unwrap();
    wait_until("the disk is free", LONGEST, || is_there(&mut bob));
    assert!(lease.exists());
    drop((second, first, second_disk, first_disk));
}

#[test]
fn freeing_what_is_no_claimed_disk_says_so() {
    let ground = Data::empty();
    let free = |name: &str| run(&["disk", "free", ground.path(name).to_str().unwrap()], "");
    std::fs::create_dir_all(ground.path("plain")).unwrap();
    std::fs::create_dir_all(ground.path("disk/.cloudlet")).unwrap();
    std::fs::write(ground.path("disk/.cloudlet/volume.json"), "{\"id\": \"0123456789abcdef01234567\"}")
        .unwrap();
    std::fs::write(ground.path("file"), "x").unwrap();
    for name in ["plain", "missing", "file"] {
        assert!(free(name).failed().contains("not be connected or mounted"), "{name}");
    }
    assert_eq!(free("disk").succeeded(), "No server has claimed the disk.\n");
    // If another program wrote the lease, no owner is known.
    std::fs::write(ground.path("disk/.cloudlet/lease"), "").unwrap();
    assert_eq!(free("disk").succeeded(), "The disk is free. Its claim named no server.\n");
}

#[test]
fn a_mark_that_belongs_to_root_does_not_keep_the_owner_out() {
    use std::os::unix::fs::chown;
    if !may_change_owners() {
        return;
    }
    let ground = Data::empty();
    let disk = ground.path("disk");
    std::fs::create_dir_all(disk.join("folder")).unwrap();
    ground.give_to(SERVICE_USER);
    let mut server = launch(&disk).run_as_service().start();
    assert_eq!(server.stop(), Some(0));
    for name in [".cloudlet/volume.json", ".cloudlet/owner"] {
        let path = disk.join(name);
        chown(&path, Some(0), Some(0)).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    }
    server.start_again();
    let second = launch(&disk).run_as_service().start();
    is_left_alone(&second, &server, &disk);
    server.user("bob").upload(TOP, "file", b"x").ok();
}
