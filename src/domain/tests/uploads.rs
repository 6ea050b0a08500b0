//! Uploads in parts, while disks are slow to answer.

use crate::base::fault_injection;
use crate::base::root::Root;
use crate::domain::tests::{TestCloud, shown};
use crate::domain::upload::part::{Condition, PartOptions};
use crate::error::Result;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Begins an upload in parts, and leaves it after its first bytes.
fn begin(test: &TestCloud, target: &str) -> Result<()> {
    let target = test.cloud.view().writable(&test.user, &shown(target))?;
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
    let mut part = test.cloud.begin_part(&test.user, &target, options)?;
    part.write(b"first")?;
    test.settle(part.finish()).map(drop)
}

#[test]
fn a_disk_that_does_not_answer_holds_up_no_upload_to_another() {
    let test = TestCloud::new();
    let (wakes, asleep) = mpsc::channel::<()>();
    let (tells, told) = mpsc::channel();
    let (ended, end) = mpsc::channel();
    thread::scope(|scope| {
        let test = &test;
        scope.spawn(move || {
            // The disk sleeps at the first system call.
            fault_injection::before_each(move || {
                tells.send(()).ok();
                asleep.recv().ok();
            });
            begin(test, "/EXTERNAL/disk/a").unwrap();
        });
        told.recv_timeout(Duration::from_secs(30)).expect("the disk is asked");
        let root = Root::Account(test.user.id());
        scope.spawn(move || ended.send(begin(test, "/bob/b").map(|()| test.cloud.incomplete(&root).0)));
        let meanwhile = end.recv_timeout(Duration::from_secs(10));
        // From now on the disk stays awake.
        drop(wakes);
        assert_eq!(meanwhile.expect("the other upload does not wait").unwrap(), 1);
    });
    assert_eq!(test.cloud.incomplete(&Root::Volume("disk".into())).0, 1);
    assert_eq!(test.private("staging").len(), 2);
}
