//! Thumbnails are stored by the server and by browsers, and are never shown for another content.

use super::samples::*;
use crate::harness::{Caller, Data, Launch, PASSWORD, Request, Server, names};
use image::DynamicImage;
use std::path::PathBuf;

const SIDE: &[(&str, &str)] = &[("width", "320")];

fn kept(server: &Server) -> Vec<PathBuf> {
    let folder = server.data().path("files/.cloudlet/thumbs");
    names(&folder).iter().map(|name| folder.join(name)).collect()
}

/// A server that has stored the thumbnail of one file, and another picture that the test has put in
/// its place. A client that gets this picture got the stored one.
fn ground() -> (Server, Caller, Vec<u8>) {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "a.jpg", &jpeg(&quarters(800, 600))).ok();
    assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/a.jpg", SIDE))), WORDS);
    let files = kept(&server);
    assert_eq!(files.len(), 1, "{files:?}");
    let mark = jpeg(&plain(320, 240, [240, 240, 240]));
    std::fs::write(&files[0], &mark).unwrap();
    (server, bob, mark)
}

#[test]
fn a_picture_is_drawn_once_also_for_other_sizes_and_after_a_restart() {
    let (mut server, mut bob, mark) = ground();
    thumb(&mut bob, "/bob/a.jpg", SIDE).holds(&mark);
    let other = drawn(thumb(&mut bob, "/bob/a.jpg", &[("width", "200")]));
    assert_eq!((size(&other), seen(&other)), ((200, 150), ["white"; 4]), "made of the next larger one");
    server.stop();
    server.start_again();
    bob.follow(&server);
    thumb(&mut bob, "/bob/a.jpg", SIDE).holds(&mark);
    assert_eq!(kept(&server).len(), 1);
}

#[test]
fn what_is_in_the_bin_is_seen_as_well() {
    let (_server, mut bob, _) = ground();
    bob.core("createfolder", &[("path", "/bob"), ("name", "trip")]).done();
    bob.upload("/bob/trip", "b.png", &png(&quarters(800, 600))).ok();
    bob.upload("/bob", "c.jpg", &jpeg(&plain(800, 600, [20, 20, 220]))).ok();
    for name in ["a.jpg", "trip", "c.jpg"] {
        bob.core("deletefile", &[("path", "/bob"), ("name", name)]).done();
    }
    // Renaming a file changes its time of change, so its thumbnail is drawn again. Files in a moved
    // folder keep theirs.
    assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/recyclebin/a.jpg", SIDE))), WORDS);
    assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/recyclebin/trip/b.png", SIDE))), WORDS);
    assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/recyclebin/c.jpg", &[("width", "90")]))), ["blue"; 4]);
    thumb(&mut bob, "/bob/recyclebin/trip", SIDE).failed(415);
    let turned = bob.core("rotatefsimage", &[("name", "/bob/recyclebin/a.jpg"), ("angle", "90")]).refused();
    assert_eq!(turned, "Please restore the file from the recycle bin first.");
    thumb(&mut bob, "/bob/recyclebin", SIDE).failed(415);
    thumb(&mut bob, "/bob/recyclebin/none.jpg", SIDE).failed(404);
    bob.core("emptyrecyclebin", &[]).done();
    thumb(&mut bob, "/bob/recyclebin/a.jpg", SIDE).failed(404);
}

#[test]
fn it_goes_with_its_file_and_not_with_its_name() {
    let (server, mut bob, _) = ground();
    bob.core("renamefile", &[("path", "/bob"), ("name", "a.jpg"), ("newname", "b.jpg")]).done();
    assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/b.jpg", SIDE))), WORDS);
    bob.upload("/bob", "a.jpg", &jpeg(&plain(800, 600, [20, 20, 220]))).ok();
    assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/a.jpg", SIDE))), ["blue"; 4]);
    bob.upload("/bob", "b.jpg", &jpeg(&plain(800, 600, [20, 200, 20]))).ok();
    assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/b.jpg", SIDE))), ["green"; 4]);
    // Another program writes the file in place.
    std::fs::write(server.data().file("/bob/b.jpg"), jpeg(&plain(800, 600, [220, 20, 20]))).unwrap();
    assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/b.jpg", SIDE))), ["red"; 4]);
}

#[test]
fn another_account_does_not_meet_it() {
    let (server, mut bob, mark) = ground();
    let (home, away) = (server.data().file("/bob"), server.data().path("away"));
    std::fs::create_dir(server.data().file("/bob/trip")).unwrap();
    thumb(&mut bob, "/bob/a.jpg", SIDE).holds(&mark);
    // Another account gets the very same files, with the same inodes: first an account with another
    // name, and then a new account with the old name.
    let other = server.data().file("/bobby");
    std::fs::remove_dir(&other).ok();
    std::fs::rename(&home, &other).unwrap();
    let mut bobby = server.user("bobby");
    assert_eq!(seen(&drawn(thumb(&mut bobby, "/bobby/a.jpg", SIDE))), WORDS);
    std::fs::rename(&other, &away).unwrap();
    let mut alice = server.admin();
    alice.administer("deleteuser", &[("profile", "bob")]).done();
    let fields = [("username", "bob"), ("password", PASSWORD)];
    alice.administer("adduser", &fields).done();
    std::fs::remove_dir(&home).ok();
    std::fs::rename(&away, &home).unwrap();
    let mut bob = server.user("bob");
    assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/a.jpg", SIDE))), WORDS);
}

#[test]
fn a_change_in_place_never_shows_the_old_one() {
    let (server, mut bob, mark) = ground();
    thumb(&mut bob, "/bob/a.jpg", SIDE).holds(&mark);
    let path = server.data().file("/bob/a.jpg");
    let before = path.metadata().unwrap();
    // The file gets another picture with the same length and time of modification.
    let mut content = jpeg(&plain(800, 600, [20, 20, 220]));
    assert!(content.len() as u64 <= before.len());
    content.resize(usize::try_from(before.len()).unwrap(), 0);
    std::fs::write(&path, content).unwrap();
    std::fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(before.modified().unwrap())
        .unwrap();
    let after = path.metadata().unwrap();
    assert_eq!((after.len(), after.modified().unwrap()), (before.len(), before.modified().unwrap()));
    assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/a.jpg", SIDE))), ["blue"; 4]);
    // The thumbnail of another size is not made from the old one either.
    assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/a.jpg", &[("width", "200")]))), ["blue"; 4]);
}

#[test]
fn what_the_browser_has_already_is_not_sent_again() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "a.jpg", &jpeg(&quarters(800, 600))).ok();
    let file_etag = bob.list("/bob")[0].field("etag").to_owned();
    let target = thumb_target("/bob/a.jpg", SIDE);
    let reply = bob.get(&target);
    assert_eq!(reply.header("cache-control"), Some("private, max-age=0, must-revalidate"));
    assert_eq!(reply.header("vary"), Some("Cookie"));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    let etag = reply.header("etag").unwrap().to_owned();
    assert_eq!(etag, format!("\"{file_etag}-320x320\""));
    let again = bob.send(&Request::get(&target).header("If-None-Match", &etag));
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(etag.as_str())));
    let other = bob.get(&thumb_target("/bob/a.jpg", &[("width", "160")]));
    assert_ne!(other.header("etag"), Some(etag.as_str()), "another size is another picture");

    let lasting = |etag: &str| thumb_target("/bob/a.jpg", &[("width", "320"), ("etag", etag)]);
    let reply = bob.get(&lasting(&file_etag));
    assert_eq!(reply.header("cache-control"), Some("private, max-age=2592000, immutable"));
    bob.upload("/bob", "a.jpg", &jpeg(&plain(800, 600, [20, 20, 220]))).ok();
    let reply = bob.get(&lasting(&file_etag));
    assert_eq!(reply.header("cache-control"), Some("private, max-age=0, must-revalidate"), "an old name");
    let changed = bob.send(&Request::get(&target).header("If-None-Match", &etag));
    assert_eq!(seen(&drawn(changed)), ["blue"; 4]);
}

#[test]
fn what_is_kept_is_bounded_and_nobodys_data() {
    let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_THUMBS_MEGABYTES", 1).start();
    let mut bob = server.user("bob");
    let mut stored = 0;
    for number in 0..12u32 {
        // Noise cannot be compressed, so the thumbnails are large.
        let noise = crate::harness::noise(number.into(), 640 * 640 * 3);
        let picture = DynamicImage::from(image::RgbImage::from_raw(640, 640, noise).unwrap());
        let content = jpeg(&picture);
        stored += content.len() as u64;
        bob.upload("/bob", &format!("{number}.jpg"), &content).ok();
        drawn(thumb(&mut bob, &format!("/bob/{number}.jpg"), &[("width", "640")]));
    }
    let bytes: u64 = kept(&server).iter().map(|path| path.metadata().unwrap().len()).sum();
    assert!(bytes > 100_000 && bytes <= 1 << 20, "{bytes} bytes are kept");
    let usage = bob.core("getdiskusagedetails", &[]).xml();
    assert_eq!(usage.child("usage").number("storageusage"), i64::try_from(stored).unwrap());
    assert_eq!(usage.child("usage").number("totalfiles"), 12);
    // The newest thumbnails must have stayed.
    let before = kept(&server).len();
    drawn(thumb(&mut bob, "/bob/11.jpg", &[("width", "640")]));
    assert_eq!(kept(&server).len(), before);
}
