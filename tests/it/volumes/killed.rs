//! Moves to another disk, during which the server is killed.

use crate::harness::{Data, Launch, joined, names, wait_until};
use std::fs;
use std::path::Path;
use std::time::Duration;

const FILES: usize = 2000;

/// Makes a folder that takes a while to copy.
fn fill(folder: &Path) {
    fs::create_dir(folder).unwrap();
    for number in 0..FILES {
        fs::write(folder.join(number.to_string()), number.to_string()).unwrap();
    }
}

#[test]
fn a_folder_on_its_way_to_another_disk_is_whole_in_the_bin_and_on_the_dashboard() {
    let (data, disk) = (Data::with_accounts(), Data::empty());
    fs::create_dir(disk.path("folder")).unwrap();
    fill(&data.file("/bob/album"));
    let launch = Launch::on(data).setting("CLOUDLET_VOLUMES", format!("disk={}", disk.path("").display()));
    let mut server = launch.setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 1).start();
    let (mut bob, album) = (server.user("bob"), server.data().file("/bob/album"));
    assert_eq!(bob.list_names("/bob"), ["album"]);
    std::thread::scope(|scope| {
        let moving = scope.spawn(|| {
            let fields = [("fromname", "/bob/album"), ("toname", "/EXTERNAL/disk/album")];
            let request = crate::harness::Request::post("/core/renameormove", &fields);
            bob.try_send(&request).map(|reply| reply.text().to_owned())
        });
        wait_until("the folder has left its place", Duration::from_secs(20), || !album.exists());
        server.kill();
        let said = joined(moving.join());
        assert!(said.is_err(), "the server was killed too late: {said:?}");
    });
    server.start_again();
    bob.follow(&server);
    assert_eq!(names(&disk.path("")), [".cloudlet", "folder"]);
    assert!(names(&disk.path(".cloudlet/staging")).is_empty(), "half a copy is none");
    assert_eq!(bob.list_names("/bob/recyclebin"), ["album"]);
    let mut alice = server.admin();
    let told = alice.administer("getfindings", &[]).xml().child("finding").clone();
    assert_eq!(["kind", "path", "reason"].map(|field| told.field(field)), ["finish", "/bob/album", "stop"]);
    assert!(told.field("advice").contains("/bob/recyclebin/album"), "{told:?}");
    bob.core("restorefromrecyclebin", &[("path", "/bob/recyclebin/album")]).done();
    assert_eq!(names(&album).len(), FILES);
    assert_eq!(alice.administer("getfindings", &[]).xml().all("finding").count(), 0);
    // The second attempt succeeds.
    bob.core("renameormove", &[("fromname", "/bob/album"), ("toname", "/EXTERNAL/disk/album")]).done();
    assert_eq!(names(&disk.path("album")).len(), FILES);
}
