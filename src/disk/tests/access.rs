//! Tests of what users can and cannot see and reach.

use super::super::resolve::Resolution;
use super::*;
use crate::disk::{Cached, Kind, local};
use crate::error::Code;
use rustix::fs::{FileType, mknodat};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const WAYS: [Resolution; 2] = [Resolution::Beneath, Resolution::Stepwise];

#[test]
fn symlinks_and_special_files_are_not_there() {
    for resolution in WAYS {
        let ground = Ground::new();
        let volume = ground.volume_by(resolution);
        fs::create_dir(ground.root.join("a")).unwrap();
        symlink(&ground.outside, ground.root.join("a/link")).unwrap();
        symlink(ground.outside.join("secret"), ground.root.join("a/file")).unwrap();
        symlink(ground.outside.join("new"), ground.root.join("a/dangling")).unwrap();
        mknodat(CWD, ground.root.join("a/fifo"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        for name in ["/a/link", "/a/link/secret", "/a/file", "/a/dangling", "/a/fifo"] {
            assert!(volume.stat(&path(name)).unwrap().is_none(), "{name}");
            assert!(volume.open_file(&path(name)).unwrap().is_none(), "{name}");
            assert!(matches!(volume.read_cached(&path(name), 100), Cached::WouldBlock), "{name}");
            assert!(volume.list(&path(name)).unwrap().is_none(), "{name}");
            assert!(volume.trash(&path(name), "t").is_err(), "{name}");
            assert!(volume.rename(&path(name), &path("/b"), true, None).is_err(), "{name}");
            let stage = staged(&volume, "s", "mine");
            assert!(volume.commit(stage, &path(name), over(Some("v"))).is_err(), "{name}");
            volume.discard_stage("s").unwrap();
            assert!(volume.create_folder(&path(name), None).is_err(), "{name}");
        }
        assert!(volume.create_folders(&path("/a/link/x/y")).is_err());
        assert!(volume.list(&path("/a")).unwrap().unwrap().is_empty());
        assert!(ground.outside_is_untouched());
        volume.trash(&path("/a"), "t").unwrap();
        volume.purge_trash("t", &CloudPath::root()).unwrap();
        assert!(ground.outside_is_untouched() && ground.hidden_dir("trash").is_empty());
    }
}

#[test]
fn the_private_folder_is_out_of_reach() {
    for resolution in WAYS {
        let ground = Ground::new();
        let volume = ground.volume_by(resolution);
        for name in ["/.cloudlet", "/.Cloudlet", "/.CLOUDLET/volume.json", "/.cloudlet/staging"] {
            assert!(volume.stat(&path(name)).unwrap().is_none(), "{name}");
            assert!(volume.list(&path(name)).unwrap().is_none(), "{name}");
            assert!(volume.open_file(&path(name)).unwrap().is_none(), "{name}");
            assert!(volume.create_folder(&path(name), None).is_err(), "{name}");
            assert!(volume.trash(&path(name), "t").is_err(), "{name}");
            assert!(volume.rename(&path(name), &path("/x"), false, None).is_err(), "{name}");
            let stage = staged(&volume, "s", "mine");
            assert_eq!(volume.commit(stage, &path(name), over(None)).unwrap_err().code, Code::Invalid);
            volume.discard_stage("s").unwrap();
        }
        assert!(volume.list(&CloudPath::root()).unwrap().unwrap().is_empty());
        assert_eq!(volume.usage(&CloudPath::root()).unwrap(), Default::default());
        volume.create_folders(&path("/alice/.cloudlet")).unwrap();
    }
}

#[test]
fn names_in_any_form_stay_reachable_and_apart() {
    for resolution in WAYS {
        let ground = Ground::new();
        let volume = ground.volume_by(resolution);
        let (composed, parted) = ("/x/caf\u{e9}", "/x/cafe\u{301}");
        let spelled = |text: &str| volume.spelled(path(text)).unwrap();
        // A new name is composed, and both spellings find it.
        volume.create_folders(&spelled(parted)).unwrap();
        assert_eq!(ground.names("x"), ["caf\u{e9}"]);
        put(&volume, &spelled(&format!("{parted}/e\u{301}.txt")).real_text(), "one");
        assert_eq!(ground.read("x/caf\u{e9}/\u{e9}.txt").unwrap(), "one");
        assert!(volume.open_file(&spelled(&format!("{parted}/e\u{301}.txt"))).unwrap().is_some());
        // The disk is asked for a path byte by byte.
        assert!(volume.stat(&path(&format!("{composed}/e\u{301}.txt"))).unwrap().is_none());
        // A decomposed name beside it on the disk is another entry.
        fs::write(ground.root.join("x/caf\u{e9}/e\u{301}.txt"), "two").unwrap();
        let read = |name: &str| volume.stat(&spelled(name)).unwrap().map(|stat| stat.inode);
        assert_ne!(read(&format!("{composed}/e\u{301}.txt")), read(&format!("{composed}/\u{e9}.txt")));
        assert_eq!(read(&format!("{parted}/e\u{301}.txt")), read(&format!("{composed}/e\u{301}.txt")));
        // Bytes that are not text, and control characters.
        let raw = std::ffi::OsStr::from_bytes(b"caf\xe9\n");
        fs::write(ground.root.join(raw), "raw").unwrap();
        let found = volume.list(&CloudPath::root()).unwrap().unwrap();
        let name = &found.iter().find(|found| found.stat.kind == Kind::File).unwrap().name;
        let reached = CloudPath::root().join(name).unwrap();
        assert!(volume.open_file(&reached).unwrap().is_some());
        volume.rename(&reached, &path("/plain"), false, None).unwrap();
        assert_eq!(ground.read("plain").unwrap(), "raw");
    }
}

#[test]
fn a_cached_file_is_read_at_once() {
    let ground = Ground::new();
    let volume = ground.volume();
    put(&volume, "/a", "hello");
    assert!(matches!(volume.read_cached(&path("/a"), 4), Cached::WouldBlock));
    // The read may be refused by the file system or the kernel, but its result is never wrong.
    if let Cached::Ready(bytes, stat) = volume.read_cached(&path("/a"), 5) {
        assert_eq!((bytes.as_slice(), stat.size), (b"hello".as_slice(), 5));
    }
    assert!(matches!(volume.read_cached(&path("/none"), 5), Cached::WouldBlock));
    assert!(matches!(volume.read_cached(&CloudPath::root(), 5), Cached::WouldBlock));
}

#[test]
fn a_missing_volume_is_offline_and_nothing_is_made() {
    let ground = Ground::new();
    let code = |root: &Path, known| Volume::open(root, known, 0).err().unwrap().code;
    assert_eq!(code(&ground.root, Some("0123456789abcdef01234567")), Code::Offline);
    assert_eq!(code(&ground.root.join("none"), None), Code::Offline);
    assert!(ground.names("").is_empty());
    let id = ground.volume().id().to_owned();
    assert_eq!(id.len(), 24);
    assert_eq!(Volume::open(&ground.root, Some(&id), 0).unwrap().id(), id);
    // Another disk in its place is not mistaken for it, and not changed.
    assert_eq!(code(&ground.root, Some("0123456789abcdef01234567")), Code::Offline);
    assert_eq!(ground.volume().id(), id);
    let mode = |name| fs::metadata(ground.root.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(".cloudlet"), mode(".cloudlet/trash"), mode(".cloudlet/volume.json")),
        (0o700, 0o700, 0o600)
    );
    // A private folder that is a symlink is refused.
    fs::remove_dir(ground.root.join(".cloudlet/trash")).unwrap();
    symlink(&ground.outside, ground.root.join(".cloudlet/trash")).unwrap();
    assert_eq!(code(&ground.root, None), Code::Offline);
}

#[test]
fn what_a_file_system_can_do_is_found_out_and_nothing_is_left_of_the_trial() {
    let ground = Ground::new();
    let volume = ground.volume();
    assert_eq!(volume.abilities(), None);
    let abilities = volume.probe().unwrap().clone();
    assert!(abilities.case_counts && abilities.has_links && abilities.has_modes, "{abilities:?}");
    assert_eq!((abilities.refused.as_str(), abilities.name_bytes_max), ("", 255));
    assert_eq!(abilities.lacking(), Vec::<String>::new());
    assert_eq!(volume.abilities(), Some(&abilities));
    for folder in ["staging", "trash", "versions"] {
        assert!(ground.hidden_dir(folder).is_empty());
    }
}

#[test]
fn a_volume_below_a_mount_name_is_the_same_by_longer_paths() {
    let ground = Ground::new();
    let volume = Volume::open(&ground.root, None, 2).unwrap();
    volume.create_folders(&path("/x/y/a/b")).unwrap();
    put(&volume, "/x/y/a/one", "1");
    assert_eq!(
        (ground.names("a"), ground.read("a/one").as_deref()),
        (vec!["b".into(), "one".into()], Some("1"))
    );
    let listed = |folder| volume.list(&path(folder)).unwrap().unwrap().len();
    assert_eq!((listed("/x/y"), listed("/x/y/a")), (1, 2));
    assert!(volume.stat(&path("/x/y/.cloudlet")).unwrap().is_none());
    assert!(volume.stat(&path("/x/y")).unwrap().is_some());
    assert_eq!(volume.trash(&path("/x/y"), "t").unwrap_err().code, Code::Invalid);
    volume.trash(&path("/x/y/a"), "t").unwrap();
    volume.rename(Location::Trash("t", &path("/one")), &path("/x/y/two"), false, None).unwrap();
    assert_eq!(ground.read("two").as_deref(), Some("1"));
    assert!(volume.usage(&path("/x/y")).unwrap().files == 1);
}

#[test]
fn a_volume_knows_whether_it_is_still_there() {
    let ground = Ground::new();
    let volume = ground.volume();
    assert!(volume.is_at(&ground.root));
    assert!(!Volume::looks_unmounted(&ground.root).unwrap());
    fs::rename(&ground.root, ground.top.join("away")).unwrap();
    assert!(!volume.is_at(&ground.root));
    assert_eq!(Volume::looks_unmounted(&ground.root).unwrap_err().code, Code::Offline);
    fs::create_dir(&ground.root).unwrap();
    assert!(!volume.is_at(&ground.root) && Volume::looks_unmounted(&ground.root).unwrap());
    assert!(volume.is_at(&ground.top.join("away")));
}

#[test]
fn usage_counts_all_levels_but_no_symlinks() {
    let ground = Ground::new();
    let volume = ground.volume();
    volume.create_folders(&path("/a/b/c")).unwrap();
    put(&volume, "/a/one", "1");
    put(&volume, "/a/b/c/three", "333");
    symlink(&ground.outside, ground.root.join("a/link")).unwrap();
    let usage = volume.usage(&path("/a")).unwrap();
    assert_eq!((usage.files, usage.folders, usage.bytes), (2, 2, 4));
    assert_eq!(volume.usage(&path("/none")).unwrap(), Default::default());
    let space = volume.free_space().unwrap();
    assert!(space.total >= space.available && space.available > 0);
}

#[test]
fn folders_are_made_with_their_bits_and_time() {
    let ground = Ground::new();
    let volume = ground.volume();
    let time = UNIX_EPOCH + Duration::new(1_000_000_000, 123_456_789);
    assert_eq!(volume.create_folder(&path("/a"), Some(time)).unwrap().modified, time);
    assert_eq!(fs::metadata(ground.root.join("a")).unwrap().permissions().mode() & 0o777, 0o750);
    assert_eq!(volume.create_folder(&path("/a"), None).unwrap_err().code, Code::Conflict);
    assert_eq!(volume.create_folder(&path("/b/c"), None).unwrap_err().code, Code::NotFound);
    assert_eq!(volume.create_folder(&CloudPath::root(), None).unwrap_err().code, Code::Invalid);
    put(&volume, "/file", "x");
    assert_eq!(volume.create_folders(&path("/file/b")).unwrap_err().code, Code::Conflict);
    assert_eq!(volume.create_folders(&path("/x/y/z")).unwrap().kind, Kind::Folder);
    volume.create_folders(&path("/x/y/z")).unwrap();
    assert_eq!(volume.set_modified(&path("/file"), time).unwrap().modified, time);
}

#[test]
fn very_deep_trees_are_removed() {
    let ground = Ground::new();
    let volume = ground.volume();
    volume.create_folder(&path("/deep"), None).unwrap();
    let mut here = openat(CWD, ground.root.join("deep"), resolve::FOLDER, Mode::empty()).unwrap();
    for _ in 0..3000 {
        rustix::fs::mkdirat(&here, "deeper", Mode::RWXU).unwrap();
        here = openat(&here, "deeper", resolve::FOLDER, Mode::empty()).unwrap();
    }
    volume.usage(&path("/deep")).unwrap();
    volume.trash(&path("/deep"), "t").unwrap();
    volume.purge_trash("t", &CloudPath::root()).unwrap();
    assert!(ground.hidden_dir("trash").is_empty());
}

#[test]
fn the_local_files_are_private_and_bounded() {
    let ground = Ground::new();
    let directory = ground.top.join("data/inner");
    local::create_private_directory(&directory).unwrap();
    local::create_private_directory(&directory).unwrap();
    let file = directory.join("key");
    assert!(local::read_text(&file, 10).unwrap().is_none());
    local::write_private(&file, b"first").unwrap();
    local::write_private(&file, b"second").unwrap();
    assert_eq!(local::read_text(&file, 6).unwrap().unwrap(), "second");
    assert_eq!(local::read_text(&file, 5).unwrap_err().code, Code::TooLarge);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&directory).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(names(&directory), ["key"]);
    let held = local::DataLock::acquire(&directory, None).unwrap();
    assert!(held.is_some() && local::DataLock::acquire(&directory, None).unwrap().is_none());
    drop(held);
    assert!(local::DataLock::acquire(&directory, None).unwrap().is_some());
}

#[test]
fn the_networks_word_is_of_the_last_hour() {
    let ground = Ground::new();
    let mark = ground.top.join("synchronized");
    assert!(!local::was_touched_lately(&mark));
    let file = fs::File::create(&mark).unwrap();
    assert!(local::was_touched_lately(&mark));
    let (now, hour) = (SystemTime::now(), Duration::from_secs(3600));
    // The file was changed long ago, or at a future time, because somebody has set the clock back.
    for touched in [now - hour, now + hour] {
        file.set_modified(touched).unwrap();
        assert!(!local::was_touched_lately(&mark));
    }
}
