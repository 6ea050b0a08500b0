//! The sizes of folders in listings: kept by the index, exact once everything below was visited, and
//! marked until then.

use crate::harness::{Caller, Data, Element, Launch, Server, cloudlet, form, wait_until};
use crate::links::ground;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The size of a folder as its entry tells it, and whether it is exact; `None` if it tells none.
fn told(entry: &Element) -> Option<(i64, bool)> {
    let size = entry.all("foldersize").next()?;
    Some((size.text.parse().unwrap(), entry.number("foldersizeexact") == 1))
}

/// The size of a folder in the listing of the folder above it.
fn listed(caller: &mut Caller, path: &str) -> Option<(i64, bool)> {
    let (above, name) = path.rsplit_once('/').unwrap();
    let entries = caller.list(above);
    let entry = entries.iter().find(|entry| entry.field("name") == name);
    told(entry.unwrap_or_else(|| panic!("{path} is not listed")))
}

/// The size that `fileinfo` tells.
fn single(caller: &mut Caller, path: &str) -> Option<(i64, bool)> {
    told(caller.core("fileinfo", &[("file", path)]).xml().child("entry"))
}

/// Waits until the rows have followed a visit.
#[track_caller]
fn becomes(caller: &mut Caller, path: &str, size: i64, is_exact: bool) {
    let wanted = Some((size, is_exact));
    wait_until(&format!("{path}: {wanted:?}"), Duration::from_secs(10), || {
        listed(caller, path) == wanted && single(caller, path) == wanted
    });
}

fn folder(caller: &mut Caller, path: &str) {
    let (above, name) = path.rsplit_once('/').unwrap();
    caller.core("createfolder", &[("path", above), ("name", name)]).done();
}

fn delete(caller: &mut Caller, path: &str) -> String {
    let (above, name) = path.rsplit_once('/').unwrap();
    caller.core("deletefile", &[("path", above), ("name", name)]).message()
}

fn move_to(caller: &mut Caller, from: &str, to: &str) {
    caller.core("renameormove", &[("fromname", from), ("toname", to)]).done();
}

#[test]
fn a_folder_has_the_size_of_what_is_put_into_it_at_once() {
    let server = Server::start();
    let mut bob = server.user("bob");
    folder(&mut bob, "/bob/Photos");
    assert_eq!(listed(&mut bob, "/bob/Photos"), Some((0, true)));
    bob.core("createfolder", &[("path", "/bob/Photos"), ("name", "2024"), ("subpath", "May/Sea")]).done();
    bob.upload("/bob/Photos/2024/May/Sea", "waves", b"12345").ok();
    bob.upload("/bob/Photos/2024", "list", b"123").ok();
    for (path, size) in [("/bob/Photos", 8), ("/bob/Photos/2024", 8), ("/bob/Photos/2024/May", 5)] {
        assert_eq!(
            (listed(&mut bob, path), single(&mut bob, path)),
            (Some((size, true)), Some((size, true)))
        );
    }
    // The fields that FileCloud's clients know stay as they were.
    let entries = bob.list("/bob");
    assert_eq!((entries[0].number("fullsize"), entries[0].field("size")), (0, ""));
    let json = bob.in_json().core("getfilelist", &[("path", "/bob")]).json();
    assert_eq!(json["entry"][0]["foldersize"], 8);
    // A file has no size of a folder.
    assert_eq!(single(&mut bob, "/bob/Photos/2024/list"), None);

    bob.upload("/bob/Photos/2024", "list", b"1234567").ok();
    assert_eq!(listed(&mut bob, "/bob/Photos"), Some((12, true)));
    move_to(&mut bob, "/bob/Photos/2024/May", "/bob/May");
    assert_eq!(
        (listed(&mut bob, "/bob/Photos"), listed(&mut bob, "/bob/May")),
        (Some((7, true)), Some((5, true)))
    );
    let bin = delete(&mut bob, "/bob/May");
    assert_eq!(single(&mut bob, "/bob"), Some((7, true)), "the recycle bin does not count");
    assert_eq!(single(&mut bob, &bin), Some((5, true)), "in the bin it has its own");
    move_to(&mut bob, &bin, "/bob/Photos/back");
    assert_eq!(single(&mut bob, "/bob/Photos"), Some((12, true)));
    // With an upload, the folders above come into being.
    let query = form(&[("path", "/bob/Photos"), ("uploadpath", "new/inner")]);
    let query = format!(
        "{query}&{}",
        form(&[("filename", "x"), ("offset", "0"), ("complete", "1"), ("filesize", "4")])
    );
    let body = crate::harness::Multipart::new().file("file_contents", "x", b"1234");
    bob.send(&crate::harness::Request::multipart(&format!("/core/upload?{query}"), body)).ok();
    assert_eq!(listed(&mut bob, "/bob/Photos/new"), Some((4, true)));
    assert_eq!(single(&mut bob, "/bob/Photos"), Some((16, true)));
}

#[test]
fn what_other_programs_do_counts_after_a_visit_and_is_marked_until_then() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let on_disk = |path: &str| server.data().file(path);
    bob.list("/bob");
    fs::create_dir_all(on_disk("/bob/outside/inner/deep")).unwrap();
    fs::write(on_disk("/bob/outside/note"), [1; 100]).unwrap();
    fs::write(on_disk("/bob/outside/inner/deep/note"), [1; 1000]).unwrap();
    becomes(&mut bob, "/bob/outside", 0, false);
    bob.list("/bob/outside");
    becomes(&mut bob, "/bob/outside", 100, false);
    bob.list("/bob/outside/inner");
    becomes(&mut bob, "/bob/outside", 100, false);
    bob.list("/bob/outside/inner/deep");
    becomes(&mut bob, "/bob/outside", 1100, true);

    // An empty folder comes where one was before.
    folder(&mut bob, "/bob/empty");
    bob.list("/bob/empty");
    delete(&mut bob, "/bob/empty");
    fs::create_dir(on_disk("/bob/empty")).unwrap();
    becomes(&mut bob, "/bob/empty", 0, false);
    bob.list("/bob/empty");
    becomes(&mut bob, "/bob/empty", 0, true);
    fs::remove_dir(on_disk("/bob/empty")).unwrap();
    bob.list("/bob");

    // A file grows, a folder is moved by hand, and one is removed.
    fs::write(on_disk("/bob/outside/note"), [1; 150]).unwrap();
    bob.list("/bob/outside");
    becomes(&mut bob, "/bob/outside", 1150, true);
    fs::rename(on_disk("/bob/outside/inner"), on_disk("/bob/moved")).unwrap();
    bob.list("/bob");
    bob.list("/bob/outside");
    becomes(&mut bob, "/bob/moved", 1000, true);
    becomes(&mut bob, "/bob/outside", 150, true);
    fs::remove_dir_all(on_disk("/bob/moved")).unwrap();
    bob.list("/bob");
    wait_until("the home is smaller", Duration::from_secs(10), || {
        single(&mut bob, "/bob") == Some((150, true))
    });
    // A file takes the place of a folder, and a folder that of the file.
    fs::remove_dir_all(on_disk("/bob/outside")).unwrap();
    fs::write(on_disk("/bob/outside"), [1; 7]).unwrap();
    bob.list("/bob");
    wait_until("the home has a file", Duration::from_secs(10), || {
        single(&mut bob, "/bob") == Some((7, true))
    });
    fs::remove_file(on_disk("/bob/outside")).unwrap();
    fs::create_dir(on_disk("/bob/outside")).unwrap();
    bob.upload("/bob/outside", "new", b"12").ok();
    assert!(single(&mut bob, "/bob/outside").is_some_and(|(size, _)| size == 2));
    bob.list("/bob/outside");
    becomes(&mut bob, "/bob/outside", 2, true);
}

#[test]
fn nobody_learns_the_size_of_what_is_hidden() {
    let data = Data::with_accounts();
    let disk = data.path("family");
    fs::create_dir_all(disk.join("Open/Closed")).unwrap();
    fs::create_dir_all(disk.join("Beside")).unwrap();
    fs::write(disk.join("Open/Closed/secret.txt"), "whisper").unwrap();
    let volumes = format!("family={}", disk.display());
    let server = Launch::on(data).setting("CLOUDLET_VOLUMES", volumes).start();
    let (mut admin, mut bob, mut bobby) = (server.admin(), server.user("bob"), server.user("bobby"));
    let (top, open, beside) = ("/EXTERNAL/family", "/EXTERNAL/family/Open", "/EXTERNAL/family/Beside");
    for path in [top, open, beside, "/EXTERNAL/family/Open/Closed"] {
        bobby.list(path);
    }
    becomes(&mut bobby, open, 7, true);
    becomes(&mut bob, open, 7, true);
    let fields =
        [("path", "/EXTERNAL/family/Open/Closed"), ("type", "user"), ("value", "bob"), ("perm", "R")];
    let further = [("flag", "deny"), ("adminproxyuserid", "alice")];
    admin.core("addaclentry", &[&fields[..], &further[..]].concat()).done();

    assert_eq!((listed(&mut bob, open), single(&mut bob, open), single(&mut bob, top)), (None, None, None));
    assert_eq!((listed(&mut bob, beside), single(&mut bob, beside)), (Some((0, true)), Some((0, true))));
    assert_eq!((listed(&mut bobby, open), single(&mut bobby, top)), (Some((7, true)), Some((7, true))));
    // The list is gone, and so is the secret.
    let fields = [("path", "/EXTERNAL/family/Open/Closed"), ("type", "user"), ("value", "bob")];
    admin.core("deleteaclentry", &[&fields[..], &further[1..]].concat()).done();
    assert_eq!(single(&mut bob, open), Some((7, true)));
}

#[test]
fn visitors_by_a_link_learn_no_sizes_and_members_of_a_share_do() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[]);
    ground.bob.core("addusertoshare", &[("shareid", &link.id), ("userid", "bobby")]).done();
    assert_eq!(listed(&mut ground.server.user("bobby"), "/SHARED/bob/Holiday/sea"), Some((3, true)));
    let entries = ground.guest().list(&link.path);
    let sea = entries.iter().find(|entry| entry.field("name") == "sea").unwrap();
    assert_eq!((told(sea), single(&mut ground.guest(), &format!("{}/sea", link.path))), (None, None));
}

#[test]
fn a_check_corrects_a_size_that_is_wrong() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    folder(&mut bob, "/bob/Photos");
    bob.upload("/bob/Photos", "x", b"12345").ok();
    bob.list("/bob");
    server.stop();
    let said = cloudlet(server.data(), &["check"], "").succeeded();
    assert!(!said.contains("the sizes of"), "{said}");
    let database = rusqlite::Connection::open(server.data().path("cloudlet.db")).unwrap();
    let set = "UPDATE folder_sizes SET bytes = 99 WHERE node = (SELECT id FROM nodes WHERE name = 'Photos')";
    assert_eq!(database.execute(set, []).unwrap(), 1);
    drop(database);
    let said = cloudlet(server.data(), &["check"], "").succeeded();
    assert!(said.contains("the sizes of 2 folders in the index"), "{said}");
    server.start_again();
    bob.follow(&server);
    bob.sign_in("bob");
    assert_eq!(
        (single(&mut bob, "/bob/Photos"), single(&mut bob, "/bob")),
        (Some((5, true)), Some((5, true)))
    );
}

/// The size of everything below a directory.
fn on_disk(directory: &Path) -> i64 {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    let sizes = entries.map(|entry| match entry.file_type().unwrap().is_dir() {
        true => on_disk(&entry.path()),
        false => entry.metadata().unwrap().len() as i64,
    });
    sizes.sum()
}

/// Compares the sizes of all folders below a folder with the disk.
fn compare(caller: &mut Caller, data: &Data, path: &str) {
    for entry in caller.list(path).iter().filter(|entry| entry.field("type") == "dir") {
        let below = entry.field("path");
        if below.ends_with("/recyclebin") {
            continue;
        }
        assert_eq!(told(entry), Some((on_disk(&data.file(below)), true)), "{below}");
        compare(caller, data, below);
    }
}

/// All folders below a directory, as paths of the API.
fn folders(directory: &Path, path: &str, all: &mut Vec<String>) {
    all.push(path.to_owned());
    for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            folders(&entry.path(), &format!("{path}/{}", entry.file_name().to_str().unwrap()), all);
        }
    }
}

/// One random change, through the API or on the disk. Returns where a deleted entry lies now.
fn change(bob: &mut Caller, data: &Data, pick: &mut impl FnMut(usize) -> usize) -> Option<String> {
    let mut all = Vec::new();
    folders(&data.file("/bob"), "/bob", &mut all);
    let (one, other) = (all[pick(all.len())].clone(), all[pick(all.len())].clone());
    let name = format!("n{}", pick(5));
    let inner = format!("{one}/{name}");
    let content = vec![b'x'; pick(2000)];
    match pick(9) {
        0 | 1 => drop(bob.upload(&one, &name, &content)),
        2 => drop(bob.core("createfolder", &[("path", &one), ("name", &name)])),
        3 if one != "/bob" && !other.starts_with(&one) => {
            drop(
                bob.core("renameormove", &[("fromname", &one), ("toname", &format!("{other}/m{}", pick(4)))]),
            );
        }
        4 if bob.sees(&inner) => return Some(delete(bob, &inner)),
        5 if one != "/bob" && !other.starts_with(&one) => {
            let (above, name) = one.rsplit_once('/').unwrap();
            drop(bob.core("copyfile", &[("path", above), ("name", name), ("copyto", &other)]));
        }
        6 => drop(fs::write(data.file(&inner), content)),
        7 => drop(fs::create_dir(data.file(&inner))),
        8 if one != "/bob" && pick(3) == 0 => drop(fs::remove_dir_all(data.file(&one))),
        _ => {}
    }
    None
}

#[test]
fn after_many_changes_here_and_by_other_programs_all_sizes_are_those_of_the_disk() {
    const STEPS: usize = 300;
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let mut state = 20_240_611_u64;
    let mut pick = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % end
    };
    let mut deleted = Vec::new();
    for step in 1..=STEPS {
        deleted.extend(change(&mut bob, server.data(), &mut pick));
        if let Some(bin) = if pick(2) == 0 { deleted.pop() } else { None } {
            drop(bob.core("renameormove", &[("fromname", &bin), ("toname", &format!("/bob/r{}", pick(4)))]));
        }
        if step % 75 == 0 {
            // Everything is visited by a check beside the server.
            server.stop();
            cloudlet(server.data(), &["check"], "").succeeded();
            let said = cloudlet(server.data(), &["check"], "").succeeded();
            assert!(!said.contains("the sizes of"), "{said}");
            server.start_again();
            bob.follow(&server);
            bob.sign_in("bob");
            compare(&mut bob, server.data(), "/bob");
        }
    }
}

#[test]
fn searches_favorites_and_the_bin_tell_the_sizes_of_folders() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "Photos"), ("subpath", "2024/May")]).done();
    bob.upload("/bob/Photos/2024", "list", b"123").ok();
    bob.upload("/bob/Photos/2024/May", "waves", b"12345").ok();
    const STARS: &str = "000000000000000000000000";
    let found = |bob: &mut Caller, name: &str| {
        let reply = bob.core("dosearch", &[("searchstring", name), ("searchloc", "/")]).xml();
        let entries: Vec<Option<(i64, bool)>> = reply.all("entry").map(told).collect();
        entries
    };
    assert_eq!(found(&mut bob, "2024"), [Some((8, true))]);
    assert_eq!(found(&mut bob, "waves"), [None], "a file has no size of a folder");
    bob.core("setfavorite", &[("id", STARS), ("name", "/bob/Photos/2024/May")]).done();
    let favorites = bob.core("getfavoritesinlist", &[("id", STARS)]).xml();
    assert_eq!(told(favorites.child("entry")), Some((5, true)));

    let bin = delete(&mut bob, "/bob/Photos/2024");
    assert_eq!((listed(&mut bob, &bin), single(&mut bob, &bin)), (Some((8, true)), Some((8, true))));
    let below = format!("{bin}/May");
    assert_eq!((listed(&mut bob, &below), single(&mut bob, &below)), (Some((5, true)), Some((5, true))));
    assert_eq!(listed(&mut bob, &format!("{bin}/list")), None);
    delete(&mut bob, &below);
    assert_eq!((listed(&mut bob, &bin), single(&mut bob, &bin)), (Some((3, true)), Some((3, true))));
}
