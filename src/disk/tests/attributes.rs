//! Tests of attributes and their inheritance, compared with what the kernel itself does.

use super::*;
use crate::disk::{CopyOptions, Kind, Volume};
use rustix::fs::{Mode, XattrFlags, chmod, getxattr, setxattr};
use rustix::io::Errno;
use std::os::unix::fs::MetadataExt;

const ACCESS: &str = "system.posix_acl_access";
const DEFAULT: &str = "system.posix_acl_default";
const NOTE: &str = "user.note";

/// Tags of acl(5).
const OWNER: u16 = 1;
const USER: u16 = 2;
const GROUP: u16 = 4;
const NAMED_GROUP: u16 = 8;
const MASK: u16 = 16;
const OTHERS: u16 = 32;

fn list(entries: &[(u16, u16)]) -> Vec<u8> {
    let mut bytes = 2u32.to_le_bytes().to_vec();
    for (tag, permissions) in entries {
        let id = if [USER, NAMED_GROUP].contains(tag) { 1234 } else { u32::MAX };
        bytes.extend_from_slice(&tag.to_le_bytes());
        bytes.extend_from_slice(&permissions.to_le_bytes());
        bytes.extend_from_slice(&id.to_le_bytes());
    }
    bytes
}

/// A shared folder: a named user may do everything, and the folder's own group nothing.
fn share() -> Vec<u8> {
    list(&[(OWNER, 7), (USER, 7), (GROUP, 0), (MASK, 7), (OTHERS, 0)])
}

fn give(path: &Path, name: &str, value: &[u8]) {
    setxattr(path, name, value, XattrFlags::empty()).unwrap();
}

fn has(path: &Path, name: &str) -> Option<Vec<u8>> {
    let mut value = vec![0; 1024];
    match getxattr(path, name, value.as_mut_slice()) {
        Ok(length) => {
            value.truncate(length);
            Some(value)
        }
        Err(Errno::NODATA) => None,
        Err(errno) => panic!("{path:?} {name}: {errno}"),
    }
}

fn bits(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

/// All attributes that are compared.
fn dress_of(path: &Path) -> (u32, u32, Option<Vec<u8>>, Option<Vec<u8>>) {
    let default = if path.is_dir() { has(path, DEFAULT) } else { None };
    (bits(path), fs::symlink_metadata(path).unwrap().gid(), has(path, ACCESS), default)
}

/// A volume on a disk with access lists. If the temporary directory of this machine has none, the
/// test says so.
fn ground() -> Option<(Ground, Volume)> {
    let ground = Ground::new();
    let volume = ground.volume();
    let abilities = volume.probe().unwrap();
    if abilities.has_access_lists && abilities.has_attributes {
        return Some((ground, volume));
    }
    eprintln!("NOT TESTED: the temporary directory of this machine keeps no access lists or attributes");
    None
}

fn copy_as(id: &str) -> CopyOptions {
    CopyOptions { id: id.into(), replace: false, keep_as: None, is_whole: false, without: Vec::new() }
}

/// Makes an entry by a plain system call, without this program's code. Returns its attributes.
fn by_the_kernel(folder: &Path, kind: Kind) -> (u32, u32, Option<Vec<u8>>, Option<Vec<u8>>) {
    let path = folder.join("by the kernel");
    // Both calls ask for all rights. A default list replaces the umask.
    match kind {
        Kind::File => drop(fs::File::create(&path).unwrap()),
        Kind::Folder => fs::create_dir(&path).unwrap(),
    }
    dress_of(&path)
}

#[test]
fn new_entries_get_what_the_kernel_would_give_them_below_a_default_list() {
    let Some((ground, volume)) = ground() else { return };
    let lists = [
        share(),
        list(&[(OWNER, 7), (USER, 6), (GROUP, 5), (NAMED_GROUP, 7), (MASK, 5), (OTHERS, 5)]),
        list(&[(OWNER, 6), (GROUP, 7), (OTHERS, 0)]),
    ];
    for (number, default) in lists.iter().enumerate() {
        for group in [None, Some(4321)] {
            let name = format!("{number}{}", group.is_some());
            let top = ground.root.join(&name);
            volume.create_folder(&path(&format!("/{name}")), None).unwrap();
            give(&top, DEFAULT, default);
            if let Some(group) = group {
                if std::os::unix::fs::chown(&top, None, Some(group)).is_err() {
                    eprintln!("NOT TESTED: only root may give a folder a group of others");
                    continue;
                }
                chmod(&top, Mode::from_raw_mode(0o2770)).unwrap();
            }
            let file = by_the_kernel(&top, Kind::File);
            fs::remove_file(top.join("by the kernel")).unwrap();
            let folder = by_the_kernel(&top, Kind::Folder);
            put(&volume, &format!("/{name}/file"), "x");
            volume.create_folder(&path(&format!("/{name}/folder")), None).unwrap();
            put(&volume, "/plain", "x");
            volume.copy(&path("/plain"), &path(&format!("/{name}/copy")), copy_as("c")).unwrap();
            volume.create_folders(&path("/tree/deep")).unwrap();
            put(&volume, "/tree/deep/file", "x");
            volume.copy(&path("/tree"), &path(&format!("/{name}/tree")), copy_as("t")).unwrap();
            for (made, kernel) in [
                ("file", &file),
                ("copy", &file),
                ("tree/deep/file", &file),
                ("folder", &folder),
                ("tree", &folder),
                ("tree/deep", &folder),
            ] {
                assert_eq!(dress_of(&top.join(made)), *kernel, "{made} below {default:?} {group:?}");
            }
        }
    }
}

#[test]
fn a_replacement_keeps_what_the_file_has() {
    let Some((ground, volume)) = ground() else { return };
    let file = ground.root.join("file");
    put(&volume, "/file", "one");
    // The group has no rights, and the group bits show the mask of the list.
    give(&file, ACCESS, &list(&[(OWNER, 6), (USER, 6), (GROUP, 0), (MASK, 6), (OTHERS, 4)]));
    give(&file, NOTE, b"mine");
    if std::os::unix::fs::chown(&file, Some(99), Some(98)).is_err() {
        eprintln!("NOT TESTED: only root may give files to others");
    }
    let owner = |path: &Path| (path.metadata().unwrap().uid(), path.metadata().unwrap().gid());
    let before = (dress_of(&file), owner(&file));
    assert_eq!(before.0.0 & 0o070, 0o060);
    volume.commit(staged(&volume, "s", "two"), &path("/file"), over(Some("old"))).unwrap();
    assert_eq!(
        (dress_of(&file), owner(&file), has(&file, NOTE)),
        (before.0.clone(), before.1, Some(b"mine".to_vec()))
    );

    // The same holds if a copy replaces it, and if a version is restored.
    put(&volume, "/other", "three");
    let replacing = CopyOptions { replace: true, keep_as: Some("older".into()), ..copy_as("c") };
    volume.copy(&path("/other"), &path("/file"), replacing).unwrap();
    assert_eq!((ground.read("file").unwrap().as_str(), dress_of(&file)), ("three", before.0.clone()));
    let changed = list(&[(OWNER, 6), (USER, 4), (GROUP, 4), (MASK, 4), (OTHERS, 0)]);
    give(&file, ACCESS, &changed);
    volume.rename(Location::Version("old"), &path("/file"), true, Some("newer")).unwrap();
    assert_eq!(ground.read("file").unwrap(), "one");
    assert_eq!((has(&file, ACCESS), has(&file, NOTE)), (Some(changed), Some(b"mine".to_vec())));
    // A file without a list does not get the list of its version.
    rustix::fs::removexattr(&file, ACCESS).unwrap();
    chmod(&file, Mode::from_raw_mode(0o604)).unwrap();
    volume.rename(Location::Version("newer"), &path("/file"), true, Some("newest")).unwrap();
    assert_eq!((bits(&file), has(&file, ACCESS)), (0o604, None));
}

#[test]
fn a_copy_can_be_run_and_brings_along_what_programs_noted() {
    let Some((ground, volume)) = ground() else { return };
    volume.create_folders(&path("/tools/sub")).unwrap();
    for (name, mode) in [("run", 0o755), ("mine", 0o700), ("plain", 0o644), ("closed", 0o600)] {
        put(&volume, &format!("/tools/sub/{name}"), "x");
        let file = ground.root.join("tools/sub").join(name);
        chmod(&file, Mode::from_raw_mode(mode)).unwrap();
        give(&file, NOTE, name.as_bytes());
    }
    give(&ground.root.join("tools/sub"), NOTE, b"sub");
    volume.copy(&path("/tools"), &path("/copy"), copy_as("t")).unwrap();
    for (name, mode) in [("run", 0o750), ("mine", 0o740), ("plain", 0o640), ("closed", 0o640)] {
        volume.copy(&path(&format!("/tools/sub/{name}")), &path(&format!("/{name}")), copy_as("c")).unwrap();
        for copy in [ground.root.join(name), ground.root.join("copy/sub").join(name)] {
            assert_eq!((bits(&copy), has(&copy, NOTE)), (mode, Some(name.into())), "{copy:?}");
        }
    }
    assert_eq!(has(&ground.root.join("copy/sub"), NOTE), Some(b"sub".to_vec()));
}

#[test]
fn what_moves_to_another_disk_keeps_all_where_its_folder_prescribes_nothing() {
    let (Some((ground, volume)), Some((other, second))) = (ground(), ground()) else { return };
    volume.create_folders(&path("/f")).unwrap();
    put(&volume, "/f/file", "x");
    let access = list(&[(OWNER, 7), (USER, 6), (GROUP, 0), (MASK, 6), (OTHERS, 1)]);
    give(&ground.root.join("f/file"), ACCESS, &access);
    give(&ground.root.join("f"), DEFAULT, &share());
    chmod(ground.root.join("f"), Mode::from_raw_mode(0o711)).unwrap();
    let (folder, file) = (dress_of(&ground.root.join("f")), dress_of(&ground.root.join("f/file")));
    let moving = |id| CopyOptions { is_whole: true, ..copy_as(id) };
    second.copy_from(&volume, &path("/f"), &path("/f"), moving("a"), &mut |_| Ok(())).unwrap();
    second.copy_from(&volume, &path("/f/file"), &path("/file"), moving("b"), &mut |_| Ok(())).unwrap();
    assert_eq!(dress_of(&other.root.join("f")), folder);
    assert_eq!(
        (dress_of(&other.root.join("f/file")), dress_of(&other.root.join("file"))),
        (file.clone(), file)
    );
    // A shared folder decides who may read its new entries.
    second.create_folder(&path("/share"), None).unwrap();
    give(&other.root.join("share"), DEFAULT, &share());
    second.copy_from(&volume, &path("/f/file"), &path("/share/file"), moving("c"), &mut |_| Ok(())).unwrap();
    let expected = list(&[(OWNER, 7), (USER, 7), (GROUP, 0), (MASK, 6), (OTHERS, 0)]);
    assert_eq!(has(&other.root.join("share/file"), ACCESS), Some(expected));
}

/// Entries that pass through `staging` do not inherit from the volume's top.
#[test]
fn what_the_top_of_a_disk_prescribes_does_not_reach_other_folders() {
    let ground = Ground::new();
    fs::create_dir(ground.root.join("apart")).unwrap();
    chmod(&ground.root, Mode::from_raw_mode(0o2775)).unwrap();
    if setxattr(&ground.root, DEFAULT, &share(), XattrFlags::empty()).is_err() {
        eprintln!("NOT TESTED: the temporary directory of this machine keeps no access lists");
        return;
    }
    let volume = ground.volume();
    put(&volume, "/apart/file", "x");
    volume.create_folder(&path("/apart/folder"), None).unwrap();
    volume.copy(&path("/apart/folder"), &path("/apart/copy"), copy_as("c")).unwrap();
    for (name, mode) in [("file", 0o640), ("folder", 0o750), ("copy", 0o750)] {
        let made = ground.root.join("apart").join(name);
        assert_eq!((bits(&made), has(&made, ACCESS)), (mode, None), "{name}");
    }
    assert_eq!(bits(&ground.root.join(".cloudlet")) & 0o077, 0, "what is kept is for nobody else");
    put(&volume, "/file", "x");
    let expected = list(&[(OWNER, 6), (USER, 7), (GROUP, 0), (MASK, 6), (OTHERS, 0)]);
    assert_eq!(has(&ground.root.join("file"), ACCESS), Some(expected));
}
