//! The brake for mass changes. A client that deletes or replaces very many files is stopped, and
//! one call restores all of them.

use crate::archives::{archive, made, unzip};
use crate::harness::{Caller, Data, Element, Launch, Reply, Request, Server, joined, noise, wait_until};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

const FILES: usize = 2000;
const SCRIPT: &str = "PowerShell";
const HELD: &str = "Very many files were deleted or replaced from here";

/// The text of the page with this number.
fn text(number: usize) -> Vec<u8> {
    let line = format!("Dear diary, this is page {number}. We were at the lake, and the water was cold.\n");
    line.repeat(1 + number % 7).into_bytes()
}

fn encrypted(number: usize) -> Vec<u8> {
    noise(number as u64 + 1, 300 + number % 500)
}

/// A server on which bob has this many text files in his folder `diary`, and a script that is
/// signed in as bob.
fn start(limit: usize, files: usize) -> (Server, Caller) {
    let data = Data::in_memory();
    data.fill();
    let diary = data.file("/bob/diary");
    fs::create_dir_all(&diary).unwrap();
    for number in 0..files {
        fs::write(diary.join(name(number)), text(number)).unwrap();
    }
    let server = Launch::on(data).setting("CLOUDLET_MASS_CHANGE_LIMIT", limit).start();
    let mut script = script(&server);
    assert_eq!(script.list("/bob/diary").len(), files);
    (server, script)
}

fn script(server: &Server) -> Caller {
    let mut script = Caller::new(server.address).always("User-Agent", SCRIPT);
    script.sign_in("bob");
    script
}

fn name(number: usize) -> String {
    format!("page {number}.txt")
}

fn page(number: usize) -> String {
    format!("/bob/diary/{}", name(number))
}

/// The names and contents below a folder on the disk.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut contents = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_str().unwrap().to_owned();
        if entry.file_type().unwrap().is_dir() {
            let below = self::contents(&entry.path());
            contents.extend(below.into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            contents.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    contents
}

fn diary(server: &Server) -> BTreeMap<String, Vec<u8>> {
    contents(&server.data().file("/bob/diary"))
}

fn untouched(files: usize) -> BTreeMap<String, Vec<u8>> {
    (0..files).map(|number| (name(number), text(number))).collect()
}

fn holds(caller: &mut Caller) -> Vec<Element> {
    caller.core("getholds", &[]).xml().all("hold").cloned().collect()
}

#[track_caller]
fn take_back(caller: &mut Caller, hold: &Element) -> Element {
    let reply = caller.core("takebackhold", &[("holdid", hold.field("holdid"))]);
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.xml()
}

/// The number of files that were restored, and of those that were not.
fn counts(taken: &Element) -> (i64, i64) {
    let meta = taken.child("meta");
    (meta.number("cameback"), meta.number("stayed"))
}

#[track_caller]
fn is_held(reply: Reply) {
    assert_eq!(reply.header("x-cloudlet-error"), Some("held"), "{reply:?}");
    let message = reply.refused();
    assert!(message.starts_with(HELD), "{message}");
}

#[test]
fn two_thousand_encrypted_files_come_back_with_one_call() {
    // The last change exceeds the limit, so all files are encrypted.
    let (server, mut script) = start(FILES * 10 - 1, FILES);
    for number in 0..FILES {
        script.upload("/bob/diary", &name(number), &encrypted(number)).ok();
    }
    // Bob signs in now, because the server ends a connection that is idle for a minute.
    let mut bob = server.user("bob");
    assert!(diary(&server).iter().all(|(name, bytes)| !bytes.starts_with(b"Dear") && name.contains("page")));
    let holds = holds(&mut bob);
    assert_eq!(holds.len(), 1);
    let numbers = ["replaced", "deleted", "isown"].map(|name| holds[0].number(name));
    assert_eq!((holds[0].field("agent"), numbers), (SCRIPT, [FILES as i64, 0, 0]));
    is_held(script.upload("/bob/diary", &name(0), b"once more"));
    let taken = take_back(&mut bob, &holds[0]);
    assert_eq!(counts(&taken), (FILES as i64, 0), "{taken:?}");
    assert!(diary(&server) == untouched(FILES), "byte for byte");
    assert!(!script.is_signed_in() && self::holds(&mut bob).is_empty());
}

/// Replaces texts by other texts until the script is stopped.
fn replace_pages(script: &mut Caller, count: usize) {
    for number in 0..count {
        script.upload("/bob/diary", &name(number), format!("page {number} is empty").as_bytes()).ok();
    }
}

fn rename(caller: &mut Caller, from: &str, to: &str) -> Reply {
    caller.core("renameormove", &[("fromname", from), ("toname", to)])
}

fn delete(caller: &mut Caller, number: usize) -> Reply {
    caller.core("deletefile", &[("path", "/bob/diary"), ("name", &name(number))])
}

/// Does to a page one of the things that ransomware does to files.
fn harm(script: &mut Caller, number: usize) {
    let (page, locked) = (page(number), format!("{}.locked", page(number)));
    let locked_name = format!("{}.locked", name(number));
    match number % 6 {
        0 => drop(script.upload("/bob/diary", &name(number), &encrypted(number)).ok()),
        // The script replaces and renames the file, in either order.
        1 => {
            script.upload("/bob/diary", &name(number), &encrypted(number)).ok();
            rename(script, &page, &locked).done();
        }
        2 => {
            rename(script, &page, &locked).done();
            script.upload("/bob/diary", &locked_name, &encrypted(number)).ok();
        }
        // The script uploads a new file and deletes the old one.
        3 => {
            script.upload("/bob/stolen", &locked_name, &encrypted(number)).ok();
            delete(script, number).done();
        }
        // The script deletes the file and puts another one in its place.
        4 => {
            delete(script, number).done();
            script.upload("/bob/diary", &name(number), &encrypted(number)).ok();
        }
        // The script uploads a new file and moves it over the old one.
        _ => {
            script.upload("/bob/stolen", &name(number), &encrypted(number)).ok();
            let from = format!("/bob/stolen/{}", name(number));
            script.core("renameormove", &[("fromname", &from), ("toname", &page), ("overwrite", "1")]).done();
        }
    }
}

#[test]
fn renamed_deleted_and_moved_files_come_back_with_their_names() {
    // Of each six pages, four are encrypted, each of which counts ten, and two are deleted. The
    // last page exceeds the limit.
    let (server, mut script) = start(10 * (4 * 10 + 2), 61);
    script.core("createfolder", &[("path", "/bob"), ("name", "stolen")]).done();
    (0..60).for_each(|number| harm(&mut script, number));
    rename(&mut script, "/bob/diary", "/bob/gone").done();
    let mut bob = server.user("bob");
    assert_eq!(holds(&mut bob).len(), 0, "nothing is held at the limit");
    script.core("deletefile", &[("path", "/bob/gone"), ("name", &name(60))]).done();
    let hold = holds(&mut bob).remove(0);
    assert_eq!((hold.number("replaced"), hold.number("deleted")), (40, 21));
    assert_eq!(counts(&take_back(&mut bob, &hold)), (61, 0));
    assert!(diary(&server) == untouched(61), "{:?}", diary(&server).keys());
    assert!(!server.data().file("/bob/gone").exists());
    let of_script = contents(&server.data().file("/bob/stolen"));
    assert_eq!(of_script.len(), 20, "what is new stays: {:?}", of_script.keys());
    // The listing, the checksums and the versions must agree with the disk.
    assert_eq!(bob.list("/bob/diary").len(), 61);
    for number in [0, 1, 2, 3, 4, 5, 60] {
        assert_eq!(bob.download(&page(number)).body, text(number), "{number}");
    }
}

/// Uploads an archive in which a folder `diary` has as many encrypted pages.
fn upload_encrypted(script: &mut Caller, files: usize) {
    let pages: Vec<_> =
        (0..files).map(|number| (format!("diary/{}", name(number)), encrypted(number))).collect();
    let members: Vec<_> =
        pages.iter().map(|(name, content)| (name.as_str(), 0o100_644, 0, content.as_slice())).collect();
    script.upload("/bob", "diary.zip", &archive(&members)).ok();
}

#[test]
fn pages_that_an_unpacked_archive_replaces_come_back() {
    // Every page but the last reaches the limit.
    let (server, mut script) = start(10 * 60 - 1, 60);
    upload_encrypted(&mut script, 60);
    // Unpacking adds a folder beside the other one, which harms nothing.
    let (beside, _) = made(unzip(&mut script, "/bob/diary.zip"));
    let mut bob = server.user("bob");
    assert!(beside == "/bob/diary (2)" && holds(&mut bob).is_empty() && diary(&server) == untouched(60));
    let over = |script: &mut Caller, number: usize| {
        let fields = [("fromname", format!("{beside}/{}", name(number))), ("toname", page(number))];
        let [from, to] = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        script.core("renameormove", &[from, to, ("overwrite", "1")])
    };
    for number in 0..60 {
        over(&mut script, number).done();
    }
    let hold = holds(&mut bob).remove(0);
    assert_eq!((hold.number("replaced"), hold.number("deleted")), (60, 0));
    // The held client still unpacks, but what it unpacks takes the place of nothing.
    let (third, _) = made(unzip(&mut script, "/bob/diary.zip"));
    let from = format!("{third}/{}", name(0));
    is_held(script.core("renameormove", &[("fromname", &from), ("toname", &page(0)), ("overwrite", "1")]));
    assert_eq!(counts(&take_back(&mut bob, &hold)), (60, 0));
    assert!(diary(&server) == untouched(60), "byte for byte");
}

#[test]
fn a_folder_whose_place_an_unpacked_archive_takes_comes_back_beside_it() {
    let (server, mut script) = start(5, 40);
    upload_encrypted(&mut script, 40);
    script.core("deletefile", &[("path", "/bob"), ("name", "diary")]).done();
    let mut bob = server.user("bob");
    // A folder that is only deleted counts once, because it comes back as a whole.
    assert!(holds(&mut bob).is_empty());
    // Now it is replaced, so its files count.
    assert_eq!(made(unzip(&mut script, "/bob/diary.zip")).0, "/bob/diary");
    let hold = holds(&mut bob).remove(0);
    assert_eq!((hold.number("replaced"), hold.number("deleted")), (0, 40));
    is_held(delete(&mut script, 0));
    let taken = take_back(&mut bob, &hold);
    assert_eq!(counts(&taken), (1, 0), "{taken:?}");
    let left: Vec<_> = taken.all("entry").map(|entry| entry.field("message")).collect();
    assert_eq!(left, ["Its name is taken by a folder, so it came back as /bob/diary (2)."]);
    assert!(contents(&server.data().file("/bob/diary (2)")) == untouched(40), "byte for byte");
    assert_eq!(diary(&server).len(), 40, "what the archive held stays");

    // Without a hold, one call restores the folder from the bin.
    let mut other = Caller::new(server.address).always("User-Agent", "curl");
    other.sign_in("bob");
    other.core("deletefile", &[("path", "/bob"), ("name", "diary (2)")]).done();
    bob.core("restorefromrecyclebin", &[("path", "/bob/recyclebin/diary (2)")]).done();
    assert!(contents(&server.data().file("/bob/diary (2)")) == untouched(40));
}

/// The files of a home as people have them: letters, tables and photos in folders of years and
/// months, each with its content.
fn family_papers() -> BTreeMap<String, Vec<u8>> {
    let mut papers = BTreeMap::new();
    for year in 2021..2025 {
        for month in 1..=12 {
            for number in 0..5 {
                let at = format!("{year}/{month:02}");
                let seed = year * 100 + month * 10 + number;
                papers.insert(format!("{at}/letter {number}.txt"), text(seed));
                papers.insert(format!("{at}/bills/bill {number}.csv"), text(seed + 1));
                let photo = [&b"\xff\xd8\xff\xe0"[..], &noise(seed as u64, 400)].concat();
                papers.insert(format!("{at}/photos/photo {number}.jpg"), photo);
            }
        }
    }
    papers
}

/// Writes these files into a folder of bob's, and opens each folder once, as bob has done.
fn write_papers(server: &Server, bob: &mut Caller, papers: &BTreeMap<String, Vec<u8>>) {
    let folder = server.data().file("/bob/papers");
    for (name, content) in papers {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
    let mut opened = vec!["/bob/papers".to_owned()];
    while let Some(folder) = opened.pop() {
        let below = bob.list(&folder).into_iter().filter(|entry| entry.field("type") == "dir");
        opened.extend(below.map(|entry| entry.field("path").to_owned()));
    }
}

/// Uploads an archive with these files in a folder `papers`.
fn upload_papers<'a>(script: &mut Caller, papers: impl Iterator<Item = (&'a String, Vec<u8>)>) {
    let files: Vec<_> = papers.map(|(name, content)| (format!("papers/{name}"), content)).collect();
    let members: Vec<_> =
        files.iter().map(|(name, content)| (name.as_str(), 0o100_644, 0, content.as_slice())).collect();
    script.upload("/bob", "papers.zip", &archive(&members)).ok();
}

#[test]
fn a_home_that_is_swapped_for_an_encrypted_archive_is_stopped_and_comes_back() {
    // The setting as it comes: 1,000 changes in ten minutes.
    let (server, mut script) = start(1000, 1);
    let papers = family_papers();
    assert_eq!(papers.len(), 720);
    let mut bob = server.user("bob");
    write_papers(&server, &mut bob, &papers);
    let locked = |number: usize| noise(7000 + number as u64, 300);
    upload_papers(&mut script, papers.keys().enumerate().map(|(number, name)| (name, locked(number))));
    script.core("deletefile", &[("path", "/bob"), ("name", "papers")]).done();
    assert!(holds(&mut bob).is_empty(), "somebody may delete a folder");
    assert_eq!(made(unzip(&mut script, "/bob/papers.zip")).0, "/bob/papers");
    let hold = holds(&mut bob).remove(0);
    assert_eq!(hold.number("deleted"), 720);
    is_held(delete(&mut script, 0));
    assert_eq!(counts(&take_back(&mut bob, &hold)), (1, 0));
    assert!(contents(&server.data().file("/bob/papers (2)")) == papers, "byte for byte");
}

#[test]
fn files_that_are_sent_one_by_one_into_the_place_of_a_deleted_folder_count() {
    let (server, mut script) = start(60, 100);
    script.core("deletefile", &[("path", "/bob"), ("name", "diary")]).done();
    script.core("createfolder", &[("path", "/bob"), ("name", "diary")]).done();
    // New names harm nothing.
    (0..100).for_each(|number| drop(script.upload("/bob/diary", &format!("new {number}"), b"new").ok()));
    let mut bob = server.user("bob");
    assert!(holds(&mut bob).is_empty());
    // Each counts as deleted and as overwritten by something that looks encrypted.
    for number in 0..6 {
        assert!(holds(&mut bob).is_empty(), "{number}");
        script.upload("/bob/diary", &name(number), &encrypted(number)).ok();
    }
    assert_eq!(holds(&mut bob).len(), 1);
}

#[test]
fn a_folder_that_is_moved_into_the_place_of_a_deleted_one_replaces_it() {
    let (server, mut script) = start(60, 40);
    script.core("createfolder", &[("path", "/bob"), ("name", "other")]).done();
    for number in 0..40 {
        script.upload("/bob/other", &name(number), format!("page {number} is empty").as_bytes()).ok();
    }
    script.core("deletefile", &[("path", "/bob"), ("name", "diary")]).done();
    let mut bob = server.user("bob");
    assert!(holds(&mut bob).is_empty());
    // 40 deleted and 40 overwritten.
    rename(&mut script, "/bob/other", "/bob/diary").done();
    let hold = holds(&mut bob).remove(0);
    let taken = take_back(&mut bob, &hold);
    assert_eq!(counts(&taken).1, 0, "{taken:?}");
    assert!(diary(&server) == untouched(40), "it is in its own place: {taken:?}");
}

#[test]
fn a_held_client_reads_and_adds_but_changes_nothing_that_exists() {
    let (server, mut script) = start(20, 40);
    script.core("createfolder", &[("path", "/bob"), ("name", "other")]).done();
    script.upload("/bob/other", "mine.txt", b"mine").ok();
    replace_pages(&mut script, 21);
    is_held(script.upload("/bob/diary", &name(30), b"empty"));
    is_held(delete(&mut script, 30));
    is_held(rename(&mut script, &page(30), "/bob/diary/other.txt"));
    is_held(rename(&mut script, "/bob/diary", "/bob/gone"));
    let copy = [("path", "/bob/other"), ("name", "mine.txt"), ("copyto", "/bob/diary")];
    script.core("copyfile", &copy).done();
    is_held(script.core("copyfile", &[copy[0], copy[1], copy[2], ("overwrite", "1")]));
    is_held(script.core("emptyrecyclebin", &[]));
    is_held(script.core("deleteallversions", &[]));
    // Another session of the same program at the same address is the same client.
    is_held(delete(&mut self::script(&server), 30));
    script.upload("/bob/diary", "new.txt", b"new").ok();
    script.core("createfolder", &[("path", "/bob"), ("name", "new")]).done();
    assert_eq!(script.download(&page(30)).body, text(30));
    assert_eq!(script.list("/bob/diary").len(), 42);
    // Bob's other clients and other people can still make changes.
    let mut bob = server.user("bob");
    delete(&mut bob, 39).done();
    bob.upload("/bob/diary", &name(38), b"changed").ok();
    assert_eq!(holds(&mut bob)[0].number("replaced"), 21);
}

#[test]
fn a_hold_outlasts_a_start_and_keeps_what_it_needs() {
    let (mut server, mut script) = start(20, 40);
    for number in 0..21 {
        delete(&mut script, number).done();
    }
    server.kill();
    server.start_again();
    script.follow(&server);
    is_held(delete(&mut script, 30));
    let mut bob = server.user("bob");
    // Nobody can permanently remove what the hold protects. Other entries in the bin can be
    // removed.
    delete(&mut bob, 39).done();
    let message = bob.core("emptyrecyclebin", &[]).refused();
    assert!(message.starts_with("1 removed, but 21 could not be."), "{message}");
    let bin = "/bob/recyclebin";
    let fields = [("path", bin), ("name", "page 3.txt")];
    assert!(bob.core("deletefile", &fields).refused().starts_with("This is kept"));
    let hold = holds(&mut bob).remove(0);
    assert_eq!(counts(&take_back(&mut bob, &hold)), (21, 0));
    let mut wanted = untouched(40);
    wanted.remove(&name(39));
    assert!(diary(&server) == wanted);
}

#[test]
fn a_kill_in_the_middle_of_taking_back_loses_nothing() {
    let (mut server, mut script) = start(299, 300);
    replace_pages(&mut script, 300);
    let mut bob = server.user("bob");
    let hold = holds(&mut bob).remove(0);
    let folder = server.data().file("/bob/diary");
    let back = || contents(&folder).values().filter(|bytes| bytes.starts_with(b"Dear")).count();
    let (mut twin, id) = (bob.twin(), hold.field("holdid").to_owned());
    let call = std::thread::spawn(move || {
        let request = Request::post("/core/takebackhold", &[("holdid", &id)]);
        twin.try_send(&request).is_ok()
    });
    wait_until("some files are back", Duration::from_secs(20), || back() > 10);
    server.kill();
    let was_answered = joined(call.join());
    let before = back();
    eprintln!("killed when {before} of 300 files were back; the call was answered: {was_answered}");
    server.start_again();
    bob.follow(&server);
    if !was_answered {
        let hold = holds(&mut bob).remove(0);
        let (came_back, stayed) = counts(&take_back(&mut bob, &hold));
        assert!(stayed == 0 && came_back >= 300 - before as i64, "{came_back} {stayed}");
    }
    assert!(diary(&server) == untouched(300), "all of them");
    assert!(holds(&mut bob).is_empty());
}

#[test]
fn later_changes_of_others_are_kept_as_versions_and_what_stays_is_named() {
    let (server, mut script) = start(20, 40);
    replace_pages(&mut script, 20);
    delete(&mut script, 20).done();
    let mut bob = server.user("bob");
    bob.upload("/bob/diary", &name(0), b"rescued by hand").ok();
    bob.upload("/bob/diary", &name(20), b"written anew").ok();
    // Bob has deleted one page himself, alice has locked one, and one was renamed.
    delete(&mut bob, 1).done();
    rename(&mut bob, &page(3), "/bob/diary/renamed.txt").done();
    let hold = holds(&mut bob).remove(0);
    let taken = take_back(&mut bob, &hold);
    assert_eq!(counts(&taken), (20, 1), "{taken:?}");
    let left: Vec<_> =
        taken.all("entry").map(|entry| (entry.field("path"), entry.field("message"))).collect();
    let sentence =
        "Somebody has deleted it later. If it is in the recycle bin, restore it there and try again.";
    assert_eq!(left, [(page(1).as_str(), sentence)]);
    let now = diary(&server);
    assert_eq!(now["renamed.txt"], text(3), "it is where bob has put it");
    for number in [0, 20] {
        assert_eq!(now[&name(number)], text(number));
        let versions =
            bob.core("getversions", &[("filepath", "/bob/diary"), ("filename", &name(number))]).xml();
        let sizes: Vec<_> = versions.all("version").map(|version| version.number("sizeinbytes")).collect();
        let wanted = if number == 0 { 15 } else { 12 };
        assert!(sizes.contains(&wanted), "{sizes:?}");
    }
    // Bob restores the page that he deleted, and the same call restores the rest.
    bob.core("restorefromrecyclebin", &[("path", &format!("/bob/recyclebin/{}", name(1)))]).done();
    let hold = holds(&mut bob).remove(0);
    assert_eq!((hold.number("replaced"), counts(&take_back(&mut bob, &hold))), (1, (1, 0)));
    assert_eq!(diary(&server)[&name(1)], text(1));
}

#[test]
fn what_was_done_in_the_share_of_somebody_else_comes_back() {
    let (server, mut script) = start(20, 1);
    let mut alice = server.user("alice");
    alice.core("createfolder", &[("path", "/alice"), ("name", "ours")]).done();
    for number in 0..21 {
        alice.upload("/alice/ours", &name(number), &text(number)).ok();
    }
    let id = alice
        .core("quickshare", &[("sharelocation", "/alice/ours")])
        .xml()
        .child("share")
        .field("shareid")
        .to_owned();
    alice.core("addusertoshare", &[("shareid", &id), ("userid", "bob")]).done();
    alice.core("setuseraccessforshare", &[("shareid", &id), ("userid", "bob"), ("write", "true")]).done();
    let shared = "/SHARED/alice/ours";
    for number in 0..10 {
        script.core("deletefile", &[("path", shared), ("name", &name(number))]).done();
    }
    for number in 10..21 {
        script.upload(shared, &name(number), format!("page {number} is empty").as_bytes()).ok();
    }
    let mut bob = server.user("bob");
    let hold = holds(&mut bob).remove(0);
    let taken = take_back(&mut bob, &hold);
    assert_eq!(counts(&taken), (21, 0), "{taken:?}");
    assert!(contents(&server.data().file("/alice/ours")) == untouched(21));
    assert!(holds(&mut alice).is_empty(), "it was bob's");
}

#[test]
fn people_s_own_work_is_not_held() {
    let (server, mut script) = start(20, 40);
    // Any number of new files is harmless.
    for number in 0..60 {
        script.upload("/bob", &format!("photo {number}.jpg"), &noise(number, 300)).ok();
    }
    // A program may save the same file again and again.
    for number in 0..60 {
        script.upload("/bob/diary", &name(0), format!("draft {number}").as_bytes()).ok();
    }
    // Somebody may sort files into other folders.
    for number in 1..40 {
        rename(&mut script, &page(number), &format!("/bob/{}", name(number))).done();
    }
    // Somebody may delete a folder with everything in it by one call, and begin a new one.
    script.core("deletefile", &[("path", "/bob"), ("name", "diary")]).done();
    script.core("createfolder", &[("path", "/bob"), ("name", "diary")]).done();
    (100..160).for_each(|number| drop(script.upload("/bob/diary", &name(number), &text(number)).ok()));
    let mut bob = server.user("bob");
    assert!(holds(&mut bob).is_empty());
}

#[test]
fn zero_turns_the_brake_off() {
    let (server, mut script) = start(0, 200);
    (0..200).for_each(|number| drop(script.upload("/bob/diary", &name(number), &encrypted(number)).ok()));
    assert!(holds(&mut server.user("bob")).is_empty());
}

#[test]
fn somebody_lets_it_go_on_but_not_the_program_itself() {
    let (server, mut script) = start(20, 100);
    replace_pages(&mut script, 21);
    let hold = holds(&mut script).remove(0);
    assert_eq!(hold.number("isown"), 1);
    let id = hold.field("holdid");
    let sentence = "This is the browser or program that is held. Please give your password.";
    assert_eq!(script.core("endhold", &[("holdid", id)]).refused(), sentence);
    script.core("endhold", &[("holdid", id), ("password", "wrong")]).refused();
    // Other users cannot see or end the hold.
    let mut bobby = server.user("bobby");
    assert!(holds(&mut bobby).is_empty());
    for operation in ["endhold", "takebackhold"] {
        let reply = bobby.core(operation, &[("holdid", id)]);
        assert_eq!(reply.refused(), "There is no hold with this number.");
    }
    let mut bob = server.user("bob");
    bob.core("endhold", &[("holdid", id)]).done();
    // For an hour the changes of this client do not count.
    for number in 0..100 {
        script.upload("/bob/diary", &name(number), b"empty").ok();
    }
    assert!(holds(&mut bob).is_empty());
}

#[test]
fn the_owner_and_the_administrators_are_told_and_an_administrator_decides() {
    let (server, mut script) = start(20, 40);
    replace_pages(&mut script, 21);
    let told = |caller: &mut Caller| {
        let toasts = caller.core("gettoasts", &[]).xml();
        toasts.all("toast").filter(|toast| toast.number("messagetype") == 105).count()
    };
    assert_eq!(["alice", "bob", "bobby"].map(|name| told(&mut server.user(name))), [1, 1, 0]);
    let mut admin = server.admin();
    let alerts = admin.administer("getsysalerts", &[]).xml();
    let alert = alerts.all("alert").find(|alert| alert.field("type") == "decide");
    let alert = alert.unwrap_or_else(|| panic!("{alerts:?}"));
    assert!(alert.field("description").contains("21 files were replaced"), "{alert:?}");
    let proxy = [("adminproxyuserid", "bob")];
    let hold = admin.core("getholds", &proxy).xml().child("hold").clone();
    assert_eq!((hold.field("username"), hold.number("isown")), ("bob", 0));
    let fields = [proxy[0], ("holdid", hold.field("holdid"))];
    assert_eq!(counts(&admin.core("takebackhold", &fields).xml()), (21, 0));
    assert!(diary(&server) == untouched(40));
    let alerts = admin.administer("getsysalerts", &[]).xml();
    assert!(alerts.all("alert").all(|alert| alert.field("type") != "decide"));
    let audited: Vec<String> = ["hold", "takebackhold"]
        .map(|operation| admin.audit(&[("operation", operation)]).remove(0).field("username").to_owned())
        .into();
    assert_eq!(audited, ["(server)", "alice"]);
}
