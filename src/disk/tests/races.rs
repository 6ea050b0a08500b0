//! Tests in which another program swaps folders for symlinks, and other threads write the same
//! name.

use super::super::resolve::Resolution;
use super::*;
use crate::disk::{CopyOptions, Unchanged};
use crate::error::Code;
use rustix::fs::{RenameFlags, renameat_with};
use std::io::Read;
use std::os::unix::fs::symlink;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

#[test]
fn a_swapped_folder_leads_nowhere() {
    for resolution in [Resolution::Beneath, Resolution::Stepwise] {
        let ground = Ground::new();
        let volume = ground.volume_by(resolution);
        volume.create_folders(&path("/a/dir")).unwrap();
        fs::write(ground.root.join("a/dir/secret"), "inside").unwrap();
        symlink(&ground.outside, ground.root.join("a/link")).unwrap();
        let (dir, link) = (ground.root.join("a/dir"), ground.root.join("a/link"));
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    renameat_with(CWD, &dir, CWD, &link, RenameFlags::EXCHANGE).unwrap();
                }
            });
            let end = Instant::now() + Duration::from_millis(700);
            let mut round = 0;
            while Instant::now() < end {
                round += 1;
                work(&volume, round);
            }
            stop.store(true, Ordering::Relaxed);
            assert!(round > 10);
        });
        assert!(ground.outside_is_untouched());
    }
}

/// Runs everything that goes through `/a/dir`. Failures are expected, but nothing outside may be
/// read.
fn work(volume: &Volume, round: u32) {
    if let Ok(Some((file, _))) = volume.open_file(&path("/a/dir/secret")) {
        let mut text = String::new();
        fs::File::from(file).read_to_string(&mut text).unwrap();
        assert_eq!(text, "inside");
    }
    if let Ok(Some(found)) = volume.list(&path("/a/dir")) {
        assert!(found.iter().all(|found| found.name.as_str() != "secret" || found.stat.size == 6));
    }
    let id = format!("r{round}");
    let stage = staged(volume, &id, "new");
    if volume.commit(stage, &path("/a/dir/new"), over(Some(&format!("v{round}")))).is_err() {
        volume.discard_stage(&id).unwrap();
    }
    let _ = volume.create_folder(&path("/a/dir/folder"), None);
    let _ = volume.rename(&path("/a/dir/new"), &path("/a/dir/moved"), true, None);
    let options = CopyOptions {
        id: format!("c{round}"),
        replace: false,
        keep_as: None,
        is_whole: false,
        without: Vec::new(),
    };
    let _ = volume.copy(&path("/a/dir"), &path(&format!("/copy{round}")), options);
    if let Ok(Some(found)) = volume.list(&path(&format!("/copy{round}"))) {
        assert!(found.iter().all(|found| found.name.as_str() != "secret" || found.stat.size == 6));
    }
    let trash = format!("t{round}");
    for name in ["/a/dir/folder".to_owned(), "/a/dir/moved".to_owned(), format!("/copy{round}")] {
        if volume.trash(&path(&name), &trash).is_ok() {
            volume.purge_trash(&trash, &CloudPath::root()).unwrap();
        }
    }
}

#[test]
fn of_two_writers_with_the_same_condition_one_wins() {
    let ground = Ground::new();
    let volume = ground.volume();
    let mut etag = put(&volume, "/a", "start").stat.etag();
    for round in 0..20 {
        let results: Vec<_> = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..3)
                .map(|writer| {
                    let (volume, etag) = (&volume, etag.clone());
                    scope.spawn(move || {
                        let id = format!("s{round}-{writer}");
                        let keep_as = Some(format!("v{round}-{writer}"));
                        let options = Commit { replace: Replace::IfMatches(etag), modified: None, keep_as };
                        volume.commit(staged(volume, &id, &id), &path("/a"), options)
                    })
                })
                .collect();
            writers.into_iter().map(|writer| writer.join().unwrap()).collect()
        });
        let won: Vec<_> = results.iter().flatten().collect();
        assert_eq!(won.len(), 1);
        assert!(
            results.iter().flat_map(|result| result.as_ref().err()).all(|error| error.code == Code::Conflict)
        );
        etag = won[0].stat.etag();
        assert_eq!(volume.versions().unwrap().len(), round + 1);
    }
}

#[test]
fn a_file_that_is_replaced_at_any_moment_of_a_download_is_one_content() {
    let ground = Ground::new();
    let volume = ground.volume();
    let replace = |version: &str| {
        volume.commit(staged(&volume, version, "next"), &path("/a"), over(Some(version))).unwrap();
    };
    put(&volume, "/a", "first");
    let (handle, stat) = volume.open_file(&path("/a")).unwrap().unwrap();
    replace("before");
    assert!(Unchanged::since(&handle, stat).holds(&handle), "before its first byte is read");

    let (handle, stat) = volume.open_file(&path("/a")).unwrap().unwrap();
    let unchanged = Unchanged::since(&handle, stat);
    replace("while");
    assert!(unchanged.holds(&handle), "while it is read");

    // Whoever writes into the file itself changes its content.
    for text in ["other", "less", ""] {
        put(&volume, "/a", "first");
        let (handle, stat) = volume.open_file(&path("/a")).unwrap().unwrap();
        // The kernel's times have a precision of a few milliseconds.
        std::thread::sleep(Duration::from_millis(20));
        fs::write(ground.root.join("a"), text).unwrap();
        assert!(!Unchanged::since(&handle, stat).holds(&handle), "{text:?} before its first byte is read");
    }
}
