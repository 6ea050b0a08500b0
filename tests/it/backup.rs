//! Backups of the running server, their failures, restoring, and moving to a new machine.

mod attributes;
mod moving;
mod restoring;
mod taking;
mod trouble;
mod unreadable;

use crate::harness::{Caller, Data, cloudlet, names};
use std::path::PathBuf;

/// An empty directory for backups, outside of the data.
fn shelf() -> Data {
    Data::empty()
}

/// Makes a backup and returns the output of the command.
fn back_up(data: &Data, shelf: &Data) -> String {
    cloudlet(data, &["backup", &text(shelf)], "").succeeded()
}

/// Makes a backup that must fail, and returns the output of the command.
fn fail_to_back_up(data: &Data, directory: &str) -> String {
    cloudlet(data, &["backup", directory], "").failed()
}

/// Restores the newest backup into a new directory.
fn restored(shelf: &Data) -> Data {
    let data = Data::empty();
    cloudlet(&data, &["restore", &text(shelf)], "").succeeded();
    data
}

fn text(data: &Data) -> String {
    data.path("").display().to_string()
}

/// The names of the complete backups, the oldest first.
fn backups(shelf: &Data) -> Vec<String> {
    let mut all = names(&shelf.path(""));
    all.retain(|name| name.ends_with('Z'));
    all
}

/// The other entries in the directory of backups.
fn rest(shelf: &Data) -> Vec<String> {
    let mut all = names(&shelf.path(""));
    all.retain(|name| !name.ends_with('Z') && name != "lock");
    all
}

/// The path of a file in one of the backups.
fn kept(shelf: &Data, number: usize, path: &str) -> PathBuf {
    let name = backups(shelf).remove(number);
    shelf.path(&name).join("data/files").join(path.trim_start_matches('/'))
}

/// Creates entries of every kind that a cloud can contain.
fn furnish(bob: &mut Caller) {
    bob.core("createfolder", &[("path", "/bob"), ("name", "Photos")]).done();
    bob.upload("/bob/Photos", "sea.jpg", b"the sea").ok();
    bob.upload("/bob", "letter", b"first words").ok();
    bob.upload("/bob", "letter", b"second thoughts").ok();
    bob.upload("/bob", "100% \u{eb}\u{304}.txt", b"a name to be careful with").ok();
    bob.upload("/bob", "old", b"thrown away").ok();
    bob.core("deletefile", &[("path", "/bob"), ("name", "old")]).done();
}
