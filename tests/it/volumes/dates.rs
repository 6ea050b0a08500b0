//! Dates of files on file systems in user space. Many of them accept only both times of a file
//! together, or silently store none.

use super::sticks::{Stick, TOP, on_bindfs, on_each};
use crate::harness::{Caller, Data, Server, cloudlet, finish, form, program};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

const LONG_AGO: i64 = 1_000_000_000;

/// Fails unless a file or folder has the old date, within the precision of the coarsest of these
/// file systems.
#[track_caller]
fn is_from_long_ago(path: &Path) {
    let modified = fs::metadata(path).unwrap().mtime();
    assert!((modified - LONG_AGO).abs() <= 2, "{}: {modified}", path.display());
}

fn upload(bob: &mut Caller, folder: &str, name: &str) {
    let query = form(&[("path", folder), ("filename", name), ("date", &LONG_AGO.to_string())]);
    let multipart = crate::harness::Multipart::new().file("file_contents", "file", b"x");
    bob.send(&crate::harness::Request::multipart(&format!("/core/upload?{query}"), multipart)).ok();
}

fn dates_are_kept(server: Server, mut bob: Caller, stick: Stick) {
    let (home, top) = (server.data().file("/bob"), stick.directory.clone());
    let date = LONG_AGO.to_string();
    bob.core("createfolder", &[("path", TOP), ("name", "made"), ("date", &date)]).done();
    is_from_long_ago(&top.join("made"));
    for folder in [TOP, "/bob"] {
        bob.core("createfolder", &[("path", folder), ("name", "folder")]).done();
        upload(&mut bob, &format!("{folder}/folder"), "file");
    }
    for place in [&home, &top] {
        is_from_long_ago(&place.join("folder/file"));
        set_folder_date(&place.join("folder"));
    }
    // Replaced, copied and moved files keep their dates. They move from disk to disk, alone and
    // with their folder.
    upload(&mut bob, "/EXTERNAL/stick/folder", "file");
    is_from_long_ago(&top.join("folder/file"));
    set_folder_date(&top.join("folder"));
    for (from, to) in [(TOP, "here"), ("/bob", "from home")] {
        let fields = [("path", from), ("name", "folder"), ("copyto", TOP), ("copytoname", to)];
        bob.core("copyfile", &fields).done();
        is_from_long_ago(&top.join(to));
        is_from_long_ago(&top.join(to).join("file"));
    }
    let moves = [
        ("/EXTERNAL/stick/here", "/bob/here", home.join("here")),
        ("/EXTERNAL/stick/from home/file", "/bob/file", home.join("file")),
        ("/bob/here", "/EXTERNAL/stick/back", top.join("back")),
        ("/bob/file", "/EXTERNAL/stick/back file", top.join("back file")),
    ];
    for (from, to, place) in moves {
        bob.core("renameormove", &[("fromname", from), ("toname", to)]).done();
        is_from_long_ago(&place);
    }
    is_from_long_ago(&top.join("back/file"));
    let volumes = server.admin().administer("getvolumes", &[]).xml();
    let told = volumes.all("volume").find(|volume| volume.field("name") == "stick").unwrap();
    assert!(told.field("capabilities").contains("dates"), "{told:?}");
}

/// Sets the date of a folder as another program would. It changed when entries were made in the
/// folder.
fn set_folder_date(path: &Path) {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(LONG_AGO as u64);
    let times = fs::FileTimes::new().set_modified(time).set_accessed(time);
    fs::File::open(path).unwrap().set_times(times).unwrap();
}

#[test]
fn dates_are_kept_on_sticks() {
    on_each(dates_are_kept);
}

#[test]
fn dates_are_kept_behind_bindfs() {
    on_bindfs(dates_are_kept);
}

/// The backups are on the stick, and so are the files that are restored from them.
fn backups_keep_dates(server: Server, mut bob: Caller, stick: Stick) {
    bob.core("createfolder", &[("path", "/bob"), ("name", "folder")]).done();
    upload(&mut bob, "/bob/folder", "file");
    set_folder_date(&server.data().file("/bob/folder"));
    let (shelf, new) = (stick.directory.join("shelf"), stick.directory.join("new"));
    let mut command = program();
    command.args(["backup", shelf.to_str().unwrap(), "--data"]).arg(server.data().path(""));
    let said = finish(&mut command, "").succeeded();
    assert!(!said.contains("dates"), "{said}");
    let backup = fs::read_dir(&shelf).unwrap().map(|entry| entry.unwrap().path());
    let backup = backup.filter(|path| path.is_dir()).last().unwrap().join("data/files/bob");
    is_from_long_ago(&backup.join("folder"));
    is_from_long_ago(&backup.join("folder/file"));
    let restored = Data::empty();
    cloudlet(&restored, &["restore", shelf.to_str().unwrap()], "").succeeded();
    fs::create_dir(&new).unwrap();
    let mut command = program();
    finish(command.args(["restore", shelf.to_str().unwrap(), "--data"]).arg(&new), "").succeeded();
    for files in [restored.path("files"), new.join("files")] {
        is_from_long_ago(&files.join("bob/folder"));
        is_from_long_ago(&files.join("bob/folder/file"));
    }
}

#[test]
fn backups_on_sticks_keep_dates() {
    on_each(backups_keep_dates);
}

#[test]
fn backups_behind_bindfs_keep_dates() {
    on_bindfs(backups_keep_dates);
}
