//! Tests of recovery after a crash during a replacement. Each state of the disk is built by hand.

use super::*;

/// A volume whose `/a` contains `old`, and its folder `staging`.
fn found() -> (Ground, Volume, PathBuf, String) {
    let ground = Ground::new();
    let volume = ground.volume();
    let old = put(&volume, "/a", "old").stat.content_id();
    let staging = ground.root.join(".cloudlet/staging");
    (ground, volume, staging, old)
}

fn recovered(ground: &Ground, volume: &Volume, sentences: usize, target: &str, versions: &[&str]) {
    let said = volume.recover(&|_| false).unwrap();
    assert_eq!(said.len(), sentences, "{said:?}");
    assert_eq!(ground.read("a").as_deref(), Some(target));
    assert_eq!(ground.hidden_dir("versions"), versions);
    assert!(ground.hidden_dir("staging").is_empty(), "{:?}", ground.hidden_dir("staging"));
    assert!(volume.recover(&|_| false).unwrap().is_empty());
}

#[test]
fn before_anything_was_replaced() {
    let (ground, volume, staging, old) = found();
    fs::write(staging.join("s.data"), "new").unwrap();
    fs::write(staging.join("s.intent"), format!("{old}\n/a\n")).unwrap();
    recovered(&ground, &volume, 1, "old", &[]);
}

#[test]
fn after_the_link() {
    let (ground, volume, staging, _) = found();
    fs::write(staging.join("s.data"), "new").unwrap();
    fs::hard_link(ground.root.join("a"), staging.join("s.old.v")).unwrap();
    recovered(&ground, &volume, 2, "old", &[]);
}

#[test]
fn after_the_link_a_wanted_stage_stays() {
    let (ground, volume, staging, _) = found();
    fs::write(staging.join("s.data"), "new").unwrap();
    fs::hard_link(ground.root.join("a"), staging.join("s.old.v")).unwrap();
    volume.recover(&|id| id == "s").unwrap();
    assert_eq!(
        (ground.hidden_dir("staging"), ground.read("a").unwrap()),
        (vec!["s.data".into()], "old".into())
    );
}

#[test]
fn after_the_rename_over_a_linked_file() {
    let (ground, volume, staging, _) = found();
    fs::hard_link(ground.root.join("a"), staging.join("s.old.v")).unwrap();
    fs::write(staging.join("s.data"), "new").unwrap();
    fs::rename(staging.join("s.data"), ground.root.join("a")).unwrap();
    recovered(&ground, &volume, 1, "new", &["v"]);
}

#[test]
fn after_the_rename_over_a_file_that_has_other_links() {
    let (ground, volume, staging, _) = found();
    fs::hard_link(ground.root.join("a"), ground.root.join("users-link")).unwrap();
    fs::hard_link(ground.root.join("a"), staging.join("s.old.v")).unwrap();
    fs::write(staging.join("s.data"), "new").unwrap();
    fs::rename(staging.join("s.data"), ground.root.join("a")).unwrap();
    recovered(&ground, &volume, 1, "new", &["v"]);
}

#[test]
fn before_the_swap() {
    let (ground, volume, staging, old) = found();
    fs::write(staging.join("s.intent"), format!("{old}\n/a\n")).unwrap();
    fs::write(staging.join("s.old.v"), "new").unwrap();
    recovered(&ground, &volume, 2, "old", &[]);
}

#[test]
fn after_the_swap() {
    let (ground, volume, staging, old) = found();
    fs::write(staging.join("s.intent"), format!("{old}\n/a\n")).unwrap();
    fs::rename(ground.root.join("a"), staging.join("s.old.v")).unwrap();
    fs::write(ground.root.join("a"), "new").unwrap();
    recovered(&ground, &volume, 1, "new", &["v"]);
}

#[test]
fn in_the_gap() {
    let (ground, volume, staging, old) = found();
    fs::write(staging.join("s.intent"), format!("{old}\n/a\n")).unwrap();
    fs::write(staging.join("s.data"), "new").unwrap();
    fs::rename(ground.root.join("a"), staging.join("s.old.v")).unwrap();
    recovered(&ground, &volume, 2, "old", &[]);
}

#[test]
fn in_the_gap_with_a_stranger_in_the_place() {
    let (ground, volume, staging, old) = found();
    fs::write(staging.join("s.intent"), format!("{old}\n/a\n")).unwrap();
    fs::write(staging.join("s.data"), "new").unwrap();
    fs::rename(ground.root.join("a"), staging.join("s.old.v")).unwrap();
    fs::write(ground.root.join("a"), "stranger").unwrap();
    recovered(&ground, &volume, 2, "stranger", &["v"]);
}

#[test]
fn a_linked_move_not_done() {
    let (ground, volume, staging, old) = found();
    fs::write(staging.join("v.intent"), format!("{old}\n/a\n")).unwrap();
    fs::hard_link(ground.root.join("a"), staging.join("v.old.v")).unwrap();
    recovered(&ground, &volume, 1, "old", &[]);
}

#[test]
fn the_version_is_there_and_the_intent_still() {
    let (ground, volume, staging, old) = found();
    fs::write(staging.join("s.intent"), format!("{old}\n/a\n")).unwrap();
    fs::write(ground.root.join(".cloudlet/versions/v"), "older").unwrap();
    recovered(&ground, &volume, 0, "old", &["v"]);
}

#[test]
fn a_torn_intent_and_a_torn_small_file() {
    let (ground, volume, staging, _) = found();
    fs::write(staging.join("s.intent"), "").unwrap();
    fs::write(staging.join("s.tmp"), "12").unwrap();
    recovered(&ground, &volume, 0, "old", &[]);
}

#[test]
fn half_a_copied_folder_and_half_a_removed_one() {
    let (ground, volume, staging, _) = found();
    fs::create_dir_all(staging.join("c.tree/x/y")).unwrap();
    fs::write(staging.join("c.tree/x/f"), "1").unwrap();
    fs::create_dir_all(ground.root.join(".cloudlet/trash/leaving.0/x")).unwrap();
    fs::create_dir_all(ground.root.join(".cloudlet/trash/leaving.7")).unwrap();
    fs::create_dir_all(ground.root.join(".cloudlet/trash/t1")).unwrap();
    assert_eq!(volume.trashed().unwrap(), ["t1"]);
    volume.recover(&|_| false).unwrap();
    assert_eq!(ground.hidden_dir("trash"), ["t1"]);
    assert!(ground.hidden_dir("staging").is_empty());
}

#[test]
fn a_foreign_name_is_left_alone_and_named() {
    let (ground, volume, staging, _) = found();
    fs::write(staging.join("notes from somebody"), "1").unwrap();
    let said = volume.recover(&|_| false).unwrap();
    assert!(said.len() == 1 && said[0].contains("notes from somebody"));
    assert_eq!(ground.hidden_dir("staging").len(), 1);
}
