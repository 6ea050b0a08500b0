//! The effects of background work that ended with a panic, and of a disk that had no time for it.

use crate::base::limits::LOCAL_DISK_PERMITS;
use crate::base::permits;
use crate::config::Watching;
use crate::domain::Cloud;
use crate::domain::index::lookup;
use crate::domain::index::watch::Watch;
use crate::domain::tests::{TestCloud, path};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < end, "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A cloud whose background work panics, with its directory.
fn panicking() -> (Arc<Cloud>, crate::test_directory::TestDirectory) {
    let TestCloud { cloud, directory, .. } = TestCloud::new();
    cloud.panics_in_background.store(true, Ordering::Relaxed);
    (Arc::new(cloud), directory)
}

#[test]
fn a_check_that_panics_has_failed_and_another_can_be_begun() {
    let (cloud, _directory) = panicking();
    let ended = || cloud.view().running_check().is_none();
    cloud.spawn_check("alice".into(), "(server)", false).unwrap();
    wait_until("a check that panicked is under way no longer", ended);
    let checks = cloud.view().checks().unwrap();
    let [(check, findings)] = checks.as_slice() else { panic!("{checks:?}") };
    assert_eq!(check.failure, "Something went wrong on the server. Its log says what.");
    assert_eq!((check.kind.word(), check.by.as_str(), findings.len()), ("quick", "alice", 0));
    cloud.panics_in_background.store(false, Ordering::Relaxed);
    cloud.spawn_check("alice".into(), "(server)", false).unwrap();
    wait_until("the next check ends", ended);
    assert_eq!(cloud.view().checks().unwrap()[0].0.failure, "");
}

#[test]
fn texts_are_read_again_after_a_panic() {
    let (cloud, _directory) = panicking();
    for _ in 0..2 {
        cloud.work_off_in_background(|cloud| &cloud.texts).unwrap();
        wait_until("the reading that panicked is under way no longer", || {
            !cloud.texts.is_running.load(Ordering::Acquire)
        });
    }
    cloud.close();
}

#[test]
fn a_search_looks_through_again_after_a_panic() {
    let (cloud, _directory) = panicking();
    cloud.walk_in_background(&path("/bob")).unwrap();
    wait_until("the walk that panicked is under way no longer", || !cloud.walks.is_running());
}

#[test]
fn changes_are_watched_for_after_a_panic() {
    let TestCloud { cloud, directory, .. } = TestCloud::new();
    let cloud = Arc::new(cloud);
    let watch = Watch::begin(&cloud, Watching::Always).unwrap();
    let is_known = |name: &str| {
        let path = path(&format!("/bob/{name}"));
        cloud.store.read(|read| lookup::find(read, &cloud.volumes, &path)).unwrap().is_some()
    };
    let put = |name: &str| std::fs::write(directory.join("files/bob").join(name), "x").unwrap();
    put("first");
    wait_until("the first is noticed", || is_known("first"));
    cloud.panics_in_background.store(true, Ordering::Relaxed);
    put("second");
    // Events are gathered for a moment before they are handled.
    thread::sleep(Duration::from_secs(1));
    assert!(!is_known("second"));
    cloud.panics_in_background.store(false, Ordering::Relaxed);
    put("third");
    wait_until("the third is noticed", || is_known("third"));
    assert!(is_known("second"), "its folder was visited again");
    cloud.is_stopping.store(true, Ordering::Relaxed);
    watch.stop(Instant::now() + Duration::from_secs(60));
}

#[test]
fn a_disk_with_too_much_to_do_is_watched_when_it_has_time() {
    let TestCloud { cloud, directory, .. } = TestCloud::new();
    let cloud = Arc::new(cloud);
    let is_known = || {
        cloud.store.read(|read| lookup::find(read, &cloud.volumes, &path("/bob/first"))).unwrap().is_some()
    };
    let (ends, all_entered) = (Barrier::new(LOCAL_DISK_PERMITS + 1), Barrier::new(LOCAL_DISK_PERMITS + 1));
    thread::scope(|scope| {
        for _ in 0..LOCAL_DISK_PERMITS {
            scope.spawn(|| {
                let _unit = permits::begin(None);
                cloud.volumes.of(&path("/bob")).unwrap();
                all_entered.wait();
                ends.wait();
            });
        }
        all_entered.wait();
        let watch = Watch::begin(&cloud, Watching::Always).unwrap();
        std::fs::write(directory.join("files/bob/first"), "x").unwrap();
        // Meanwhile the thread that watches is refused once.
        thread::sleep(Duration::from_secs(2));
        assert!(!is_known(), "there is a permit left");
        ends.wait();
        wait_until("the disk is watched", is_known);
        cloud.is_stopping.store(true, Ordering::Relaxed);
        watch.stop(Instant::now() + Duration::from_secs(60));
    });
}
