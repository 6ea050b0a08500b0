//! Tests of writing, moving, copying and deleting.

use super::*;
use crate::disk::{CopyOptions, Kind};
use crate::error::Code;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, UNIX_EPOCH};

fn copy_as(id: &str, replace: bool) -> CopyOptions {
    CopyOptions { id: id.into(), replace, keep_as: None, is_whole: false, without: Vec::new() }
}

#[test]
fn a_commit_replaces_whole_and_keeps_the_old() {
    let ground = Ground::new();
    let volume = ground.volume();
    let time = UNIX_EPOCH + Duration::new(5, 7);
    let options = Commit { replace: Replace::Never, modified: Some(time), keep_as: Some("v0".into()) };
    let first = volume.commit(staged(&volume, "s1", "one"), &path("/a"), options.clone()).unwrap();
    assert_eq!((first.stat.size, first.stat.modified, first.kept.is_none()), (3, time, true));
    assert_eq!(volume.stat(&path("/a")).unwrap().unwrap(), first.stat);
    let refused = volume.commit(staged(&volume, "s2", "two"), &path("/a"), options).unwrap_err();
    assert_eq!(refused.code, Code::Conflict);

    let stage = volume.open_stage("s2").unwrap().unwrap();
    let second = volume.commit(stage, &path("/a"), over(Some("v1"))).unwrap();
    let kept = second.kept.unwrap();
    assert_eq!((kept.before.etag(), kept.now.content_id()), (first.stat.etag(), first.stat.content_id()));
    assert_ne!(second.stat.etag(), first.stat.etag());
    assert_eq!(ground.read("a").unwrap(), "two");
    assert_eq!(ground.read(".cloudlet/versions/v1").unwrap(), "one");
    assert!(ground.hidden_dir("staging").is_empty());

    let matching =
        |etag: &str| Commit { replace: Replace::IfMatches(etag.into()), modified: None, keep_as: None };
    let stale = volume.commit(staged(&volume, "s3", "three"), &path("/a"), matching(&first.stat.etag()));
    assert_eq!(stale.unwrap_err().code, Code::Conflict);
    let stage = volume.open_stage("s3").unwrap().unwrap();
    volume.commit(stage, &path("/a"), matching(&second.stat.etag())).unwrap();
    assert_eq!(ground.read("a").unwrap(), "three");

    let promoted = volume.rename(Location::Version("v1"), &path("/a"), true, Some("v2")).unwrap();
    assert_eq!(promoted.stat.content_id(), first.stat.content_id());
    assert_eq!(promoted.moved.unwrap().etag(), kept.now.etag());
    assert_eq!(ground.read("a").unwrap(), "one");
    assert_eq!(volume.open_file(Location::Version("v2")).unwrap().unwrap().1.size, 5);
    assert!(volume.open_file(Location::Version("v1")).unwrap().is_none());
    assert!(ground.hidden_dir("staging").is_empty());
    volume.purge_version("v2").unwrap();
    volume.purge_version("v2").unwrap();
    assert!(
        volume.open_file(Location::Version("v2")).unwrap().is_none() && volume.versions().unwrap().is_empty()
    );
}

#[test]
fn bits_follow_the_rule_and_the_replaced_file() {
    let ground = Ground::new();
    let volume = ground.volume();
    let mode = |name: &str| fs::metadata(ground.root.join(name)).unwrap().permissions().mode() & 0o7777;
    put(&volume, "/a", "x");
    assert_eq!(mode("a"), 0o640);
    fs::set_permissions(ground.root.join("a"), fs::Permissions::from_mode(0o664)).unwrap();
    put(&volume, "/a", "y");
    assert_eq!(mode("a"), 0o664);
    volume.create_folder(&path("/shared"), None).unwrap();
    fs::set_permissions(ground.root.join("shared"), fs::Permissions::from_mode(0o2770)).unwrap();
    volume.create_folder(&path("/shared/b"), None).unwrap();
    assert_eq!(mode("shared/b"), 0o2750);
}

#[test]
fn stages_go_on_where_they_stopped() {
    let ground = Ground::new();
    let volume = ground.volume();
    let stage = volume.stage("up-1", Some(1 << 20)).unwrap();
    assert_eq!(stage.length().unwrap(), 0);
    stage.write_at(3, b"def").unwrap();
    stage.sync().unwrap();
    drop(stage);
    assert!(volume.stage("up-1", None).is_err());
    let stage = volume.open_stage("up-1").unwrap().unwrap();
    assert_eq!((stage.id(), stage.length().unwrap()), ("up-1", 6));
    stage.write_at(0, b"abc").unwrap();
    assert_eq!(volume.stages().unwrap()[0].0, "up-1");
    volume.commit(stage, &path("/a"), over(None)).unwrap();
    assert_eq!(ground.read("a").unwrap(), "abcdef");
    assert!(volume.open_stage("up-1").unwrap().is_none() && volume.stages().unwrap().is_empty());
    for id in ["", "../x", "a/b", ".", "a.b", &"x".repeat(65)] {
        assert_eq!(volume.stage(id, None).unwrap_err().code, Code::Invalid);
        assert_eq!(volume.purge_trash(id, &CloudPath::root()).unwrap_err().code, Code::Invalid);
    }
    let large = volume.stage("large", Some(1 << 60)).unwrap_err();
    assert!(matches!(large.code, Code::Full | Code::TooLarge), "{large}");
    assert!(volume.stages().unwrap().is_empty());
}

#[test]
fn offsets_go_beyond_four_gigabytes() {
    let ground = Ground::new();
    let volume = ground.volume();
    let stage = volume.stage("s", None).unwrap();
    stage.write_at(5 << 30, b"end").unwrap();
    let stat = volume.commit(stage, &path("/big"), over(None)).unwrap().stat;
    assert_eq!(stat.size, (5 << 30) + 3);
}

#[test]
fn a_rename_replaces_only_files_and_only_when_asked() {
    let ground = Ground::new();
    let volume = ground.volume();
    put(&volume, "/a", "a");
    put(&volume, "/b", "b");
    volume.create_folders(&path("/f/g")).unwrap();
    volume.create_folder(&path("/h"), None).unwrap();
    let code = |from: &str, to: &str, replace| {
        volume.rename(&path(from), &path(to), replace, None).err().map(|error| error.code)
    };
    assert_eq!(code("/a", "/b", false), Some(Code::Conflict));
    assert_eq!(code("/a", "/f", true), Some(Code::Conflict));
    assert_eq!(code("/f", "/a", true), Some(Code::Conflict));
    assert_eq!(code("/f", "/h", true), Some(Code::Conflict));
    assert_eq!(code("/f", "/f/g/f", false), Some(Code::Invalid));
    assert_eq!(code("/none", "/x", false), Some(Code::NotFound));
    assert_eq!(code("/", "/x", false), Some(Code::Invalid));
    assert_eq!(code("/a", "/none/x", false), Some(Code::NotFound));
    assert_eq!(code("/a", "/a", false), None);
    assert_eq!(code("/f", "/h/f", false), None);
    let moved = volume.rename(&path("/a"), &path("/b"), true, Some("v")).unwrap();
    assert_eq!((moved.stat.size, moved.kept.unwrap().now.size), (1, 1));
    assert_eq!((ground.read("a"), ground.read("b").unwrap().as_str()), (None, "a"));
    assert_eq!(ground.read(".cloudlet/versions/v").unwrap(), "b");
    assert!(ground.hidden_dir("staging").is_empty());
}

#[test]
fn two_links_to_one_file_become_one() {
    let ground = Ground::new();
    let volume = ground.volume();
    put(&volume, "/a", "x");
    fs::hard_link(ground.root.join("a"), ground.root.join("b")).unwrap();
    assert_eq!(volume.rename(&path("/a"), &path("/b"), false, None).unwrap_err().code, Code::Conflict);
    volume.rename(&path("/a"), &path("/b"), true, None).unwrap();
    assert_eq!((ground.read("a"), ground.read("b").unwrap().as_str()), (None, "x"));
}

#[test]
fn copies_are_whole_and_keep_their_times() {
    let (ground, other) = (Ground::new(), Ground::new());
    let (volume, second) = (ground.volume(), other.volume());
    let time = UNIX_EPOCH + Duration::new(1_000_000, 5);
    volume.create_folders(&path("/f/g")).unwrap();
    put(&volume, "/f/g/deep", &"x".repeat(300_000));
    put(&volume, "/f/empty", "");
    symlink(&ground.outside, ground.root.join("f/link")).unwrap();
    for name in ["/f/g/deep", "/f/g", "/f"] {
        volume.set_modified(&path(name), time).unwrap();
    }
    // A copy into the folder itself contains the folder's earlier content.
    for (target, to) in [(&volume, "/copy"), (&volume, "/f/g/copy"), (&second, "/copy")] {
        volume.set_modified(&path("/f/g"), time).unwrap();
        let committed =
            target.copy_from(&volume, &path("/f"), &path(to), copy_as("c", false), &mut |_| Ok(())).unwrap();
        assert_eq!((committed.stat.kind, committed.stat.modified), (Kind::Folder, time));
        let deep = target.stat(&path(&format!("{to}/g/deep"))).unwrap().unwrap();
        assert_eq!((deep.size, deep.modified), (300_000, time));
        assert!(target.stat(&path(&format!("{to}/empty"))).unwrap().is_some());
    }
    assert_eq!(ground.names("copy"), ["empty", "g"]);
    assert_eq!(
        volume.copy(&path("/f"), &path("/copy"), copy_as("c", true)).unwrap_err().code,
        Code::Conflict
    );
    assert_eq!(
        volume.copy(&path("/f/empty"), &path("/copy"), copy_as("c", true)).unwrap_err().code,
        Code::Conflict
    );
    volume.copy(&path("/f/g/deep"), &path("/one"), copy_as("c", false)).unwrap();
    assert_eq!(
        volume.copy(&path("/f/empty"), &path("/one"), copy_as("c", false)).unwrap_err().code,
        Code::Conflict
    );
    let keeping = CopyOptions { keep_as: Some("v".into()), ..copy_as("c", true) };
    volume.copy(&path("/f/empty"), &path("/one"), keeping).unwrap();
    assert_eq!((ground.read("one").unwrap().len(), ground.hidden_dir("versions").len()), (0, 1));
    assert!(ground.hidden_dir("staging").is_empty() && other.hidden_dir("staging").is_empty());
    assert!(ground.outside_is_untouched());
}

#[test]
fn deleted_folders_come_back_whole() {
    let ground = Ground::new();
    let volume = ground.volume();
    volume.create_folders(&path("/f/g")).unwrap();
    put(&volume, "/f/g/x", "12345");
    volume.trash(&path("/f"), "t1").unwrap();
    assert!(volume.stat(&path("/f")).unwrap().is_none());
    assert_eq!(
        (volume.trashed().unwrap(), volume.usage(Location::Trash("t1", &CloudPath::root())).unwrap().bytes),
        (vec!["t1".into()], 5)
    );
    volume.create_folder(&path("/f"), None).unwrap();
    assert_eq!(
        volume.rename(Location::Trash("t1", &CloudPath::root()), &path("/f"), false, None).unwrap_err().code,
        Code::Conflict
    );
    volume.rename(Location::Trash("t1", &CloudPath::root()), &path("/f (2)"), false, None).unwrap();
    assert_eq!(ground.read("f (2)/g/x").unwrap(), "12345");
    assert_eq!(
        volume
            .rename(Location::Trash("t1", &CloudPath::root()), &path("/again"), false, None)
            .unwrap_err()
            .code,
        Code::NotFound
    );
    put(&volume, "/file", "x");
    volume.trash(&path("/file"), "t2").unwrap();
    volume.purge_trash("t2", &CloudPath::root()).unwrap();
    assert!(volume.stat(Location::Trash("t2", &CloudPath::root())).unwrap().is_none());
    assert_eq!(volume.trash(&path("/none"), "t3").unwrap_err().code, Code::NotFound);
}

#[test]
fn thumbs_are_replaced_whole() {
    let ground = Ground::new();
    let volume = ground.volume();
    assert!(volume.thumb("n1").unwrap().is_none());
    volume.put_thumb("n1", b"one").unwrap();
    volume.put_thumb("n1", b"two").unwrap();
    assert_eq!(volume.thumb("n1").unwrap().unwrap(), b"two");
    assert_eq!(volume.thumbs().unwrap().iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["n1"]);
    volume.purge_thumb("n1").unwrap();
    assert!(volume.thumbs().unwrap().is_empty() && ground.hidden_dir("staging").is_empty());
}
