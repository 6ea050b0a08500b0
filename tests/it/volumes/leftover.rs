//! What others have left on a disk: another cloud its bin, its versions and its uploads, and
//! root a mark or a lease that the server may not read.

use crate::harness::{Data, Launch, SERVICE_USER, Server, may_change_owners, names, wait_until};
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::time::Duration;

const TOP: &str = "/EXTERNAL/usb";
const LONGEST: Duration = Duration::from_secs(20);

fn launch(directory: &Path) -> Launch {
    let volumes = format!("usb={}", directory.display());
    Launch::on(Data::with_accounts()).setting("CLOUDLET_VOLUMES", volumes)
}

/// The state of the disk and the reason for it, as administrators see them.
fn seen(server: &Server) -> (String, String) {
    super::silent::state(&mut server.admin())
}

#[test]
fn a_disk_of_another_cloud_comes_with_all_that_is_on_it() {
    let ground = Data::empty();
    let disk = ground.path("disk");
    fs::create_dir_all(disk.join("folder")).unwrap();
    let mut first = launch(&disk).start();
    let mut bob = first.user("bob");
    bob.upload(TOP, "file", b"old").ok();
    bob.upload(TOP, "file", b"new").ok();
    bob.upload(TOP, "gone", b"deleted").ok();
    bob.core("deletefile", &[("path", TOP), ("name", "gone")]).done();
    assert_eq!(first.stop(), Some(0));
    // The second cloud knows nothing of what lies there hidden.
    let mut second = launch(&disk).start();
    assert_eq!(seen(&second), ("online".into(), String::new()));
    let mut bob = second.user("bob");
    for _ in 0..2 {
        bob.download(&format!("{TOP}/file")).holds(b"new");
        let mut kept: Vec<Vec<u8>> = ["trash", "versions"]
            .iter()
            .flat_map(|name| fs::read_dir(disk.join(".cloudlet").join(name)).unwrap())
            .map(|entry| fs::read(entry.unwrap().path()).unwrap())
            .collect();
        kept.sort();
        assert_eq!(kept, [b"deleted".to_vec(), b"old".to_vec()]);
        assert_eq!(second.stop(), Some(0));
        second.start_again();
        bob.follow(&second);
    }
    // People reach all of it.
    let old = bob.list_names(&format!("{TOP}/recyclebin")).len()
        + bob.core("getversions", &[("filepath", TOP), ("filename", "file")]).xml().all("version").count();
    assert_eq!(old, 3, "the file as it is, as it was, and the deleted one");
    // The first cloud has its own disk back, with its rows.
    assert_eq!(second.stop(), Some(0));
    first.start_again();
    let mut bob = first.user("bob");
    bob.download(&format!("{TOP}/file")).holds(b"new");
    assert_eq!(names(&disk.join(".cloudlet/staging")), Vec::<String>::new());
}

#[test]
fn what_the_server_may_not_read_of_a_disk_is_named_and_keeps_it_away() {
    if !may_change_owners() {
        return;
    }
    let ground = Data::empty();
    let disk = ground.path("disk");
    fs::create_dir_all(disk.join("folder")).unwrap();
    ground.give_to(SERVICE_USER);
    let mut server = launch(&disk).run_as_service().start();
    for name in ["lease", "volume.json"] {
        let file = disk.join(".cloudlet").join(name);
        assert_eq!(server.stop(), Some(0));
        if name == "lease" {
            fs::write(&file, "0123456789abcdef01234567\nanother (there) since then\n").unwrap();
        }
        chown(&file, Some(0), Some(0)).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        server.start_again();
        let (state, reason) = seen(&server);
        assert_eq!(state, "offline", "{name}: {reason}");
        assert!(reason.contains("usb") && reason.contains(name), "{name}: {reason}");
        assert!(server.log().contains(&reason), "{}", server.log());
        server.user("bob").upload("/bob", "own", b"works").ok();
        match name {
            "lease" => fs::remove_file(&file).unwrap(),
            _ => chown(&file, Some(SERVICE_USER), Some(SERVICE_USER)).unwrap(),
        }
        wait_until("it is there", LONGEST, || seen(&server).0 == "online");
    }
}
