//! Uploads in parts, while disks are slow to answer.

use crate::base::fault_injection;
use crate::base::root::Root;
use crate::domain::tests::{House, shown};
use crate::domain::upload::part::{Condition, PartOptions};
use crate::error::Result;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Begins an upload in parts, and leaves it after its first bytes.
fn begin(house: &House, target: &str) -> Result<()> {
    let target = house.cloud.view().writable(&house.user, &shown(target))?;
    let options = PartOptions {
        offset: 0,
        is_last: false,
        size: Some(10),
        modified: None,
        condition: Condition::default(),
        name: None,
        connection: 1,
        bytes_announced: Some(5),
    };
    let mut part = house.cloud.begin_part(&house.user, &target, options)?;
    part.write(b"first")?;
    house.settle(part.finish()).map(drop)
}

#[test]
fn a_disk_that_does_not_answer_holds_up_no_upload_to_another() {
    let house = House::new();
    let (wakes, asleep) = mpsc::channel::<()>();
    let (tells, told) = mpsc::channel();
    let (ended, end) = mpsc::channel();
    thread::scope(|scope| {
        let house = &house;
        scope.spawn(move || {
            // The disk sleeps at the first system call.
            fault_injection::before_each(move || {
                tells.send(()).ok();
                asleep.recv().ok();
            });
            begin(house, "/EXTERNAL/disk/a").unwrap();
        });
        told.recv_timeout(Duration::from_secs(30)).expect("the disk is asked");
        let root = Root::Account(house.user.id());
        scope.spawn(move || ended.send(begin(house, "/bob/b").map(|()| house.cloud.incomplete(&root).0)));
        let meanwhile = end.recv_timeout(Duration::from_secs(10));
        // From now on the disk stays awake.
        drop(wakes);
        assert_eq!(meanwhile.expect("the other upload does not wait").unwrap(), 1);
    });
    assert_eq!(house.cloud.incomplete(&Root::Volume("disk".into())).0, 1);
    assert_eq!(house.private("staging").len(), 2);
}
