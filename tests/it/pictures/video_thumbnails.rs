//! Thumbnails of videos on a server without a program for them: browsers draw a frame and send it.

use super::samples::*;
use crate::harness::{Caller, Data, Launch, Multipart, Reply, Request, Server, form, names};
use crate::links::link;
use std::fs;

const SIDE: &[(&str, &str)] = &[("width", "320")];
/// The beginning of a video, and nothing that a decoder could use.
const VIDEO: &[u8] = b"\x1a\x45\xdf\xa3 a video by its first bytes";

/// A server that finds no program, and bob's video.
fn ground() -> (Server, Caller) {
    let data = Data::with_accounts();
    let nothing = data.path("programs");
    fs::create_dir(&nothing).unwrap();
    let server = Launch::on(data).setting("PATH", nothing.display()).start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "a.webm", VIDEO).ok();
    (server, bob)
}

fn request(path: &str, more: &[(&str, &str)], frame: &[u8]) -> Request {
    let fields = form(&[&[("path", path)], more].concat());
    let body = Multipart::new().file("file", "frame.jpg", frame);
    Request::multipart(&format!("/core/setvideothumbnail?{fields}"), body)
}

fn set(caller: &mut Caller, path: &str, frame: &[u8]) -> Reply {
    caller.send(&request(path, &[], frame))
}

/// The videos among these that have a thumbnail by a browser.
fn found(caller: &mut Caller, paths: &[&str]) -> Vec<String> {
    let numbered: Vec<String> = (1..=paths.len()).map(|number| format!("path{number}")).collect();
    let fields: Vec<(&str, &str)> = numbered.iter().map(String::as_str).zip(paths.iter().copied()).collect();
    let root = caller.core("findvideothumbnails", &fields).xml();
    root.all("videothumbnail").map(|one| one.field("path").to_owned()).collect()
}

fn kept(server: &Server) -> Vec<Vec<u8>> {
    let folder = server.data().path("files/.cloudlet/thumbs");
    names(&folder).iter().map(|name| fs::read(folder.join(name)).unwrap()).collect()
}

fn has_none(caller: &mut Caller, path: &str) {
    assert!(thumb(caller, path, SIDE).failed(415).contains("no pictures of videos"), "{path}");
    assert!(found(caller, &[path]).is_empty(), "{path}");
}

#[test]
fn a_browser_gives_a_video_its_thumbnail() {
    let (mut server, mut bob) = ground();
    has_none(&mut bob, "/bob/a.webm");
    let before = fs::metadata(server.data().file("/bob/a.webm")).unwrap();
    let etag = bob.list("/bob")[0].field("etag").to_owned();
    // The frame hides a text in an Exif block and one behind the picture.
    let frame =
        [with_exif(&jpeg(&quarters(640, 480)), 1, None), b"<script>secret</script>".to_vec()].concat();
    bob.send(&request("/bob/a.webm", &[("ifetag", &etag)], &frame)).done();
    let small = drawn(thumb(&mut bob, "/bob/a.webm", SIDE));
    assert_eq!((size(&small), seen(&small)), ((320, 240), WORDS));
    assert_eq!(size(&drawn(bob.get("/core/getfsslideimage?name=/bob/a.webm"))), (640, 480), "never enlarged");
    assert_eq!(found(&mut bob, &["/bob", "/bob/none.webm", "/bob/a.webm", "/bobby/x"]), ["/bob/a.webm"]);
    // The server has drawn what it keeps, and the video is as it was.
    let all = kept(&server);
    assert_eq!(all.len(), 1, "all sizes are made of the one frame");
    for word in [b"Exif".as_slice(), b"secret"] {
        assert!(!all[0].windows(word.len()).any(|window| window == word));
    }
    let after = fs::metadata(server.data().file("/bob/a.webm")).unwrap();
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
    bob.download("/bob/a.webm").holds(VIDEO);
    assert_eq!(bob.list("/bob")[0].field("etag"), etag);
    // It stays over a restart, and another frame takes its place in every size and every browser.
    server.stop();
    server.start_again();
    bob.follow(&server);
    let lasting = thumb_target("/bob/a.webm", &[("width", "320"), ("etag", &etag)]);
    let reply = bob.get(&lasting);
    assert_eq!(reply.header("cache-control"), Some("private, max-age=0, must-revalidate"));
    let old = reply.header("etag").unwrap().to_owned();
    set(&mut bob, "/bob/a.webm", &jpeg(&plain(640, 480, [20, 20, 220]))).done();
    let again = bob.send(&Request::get(&lasting).header("If-None-Match", &old));
    assert_eq!(seen(&drawn(again)), ["blue"; 4]);
    assert_eq!(kept(&server).len(), 1);
}

#[test]
fn only_who_may_change_a_video_gives_it_a_thumbnail() {
    let (server, mut bob) = ground();
    let frame = jpeg(&quarters(64, 48));
    let share = bob.core("addshare", &[("sharelocation", "/bob/a.webm")]).xml();
    let id = share.child("share").field("shareid").to_owned();
    bob.core("addusertoshare", &[("shareid", &id), ("userid", "bobby")]).done();
    let mut reader = server.user("bobby");
    let shared = "/SHARED/bob/a.webm";
    has_none(&mut reader, shared);
    assert_eq!(set(&mut reader, shared, &frame).refused(), "You may look at this, but not change it.");
    set(&mut reader, "/bob/a.webm", &frame).refused();
    set(&mut server.guest(), "/bob/a.webm", &frame).failed(401);
    // Nobody does so by a link, even by one for uploads.
    bob.core("createfolder", &[("path", "/bob"), ("name", "open")]).done();
    bob.upload("/bob/open", "b.webm", VIDEO).ok();
    let open = link(&mut bob, "/bob/open", &[("allowpublicupload", "1")]);
    let by_link = format!("{}/b.webm", open.path);
    for caller in [&mut server.guest(), &mut reader] {
        assert_ne!(set(caller, &by_link, &frame).status, 200);
    }
    has_none(&mut bob, "/bob/a.webm");
    has_none(&mut bob, "/bob/open/b.webm");
    // Not while somebody else has locked it.
    let mut alice = server.admin();
    alice.core("lock", &[("path", "/bob/a.webm"), ("adminproxyuserid", "alice")]).done();
    assert!(set(&mut bob, "/bob/a.webm", &frame).refused().contains("locked"));
    alice.core("unlock", &[("path", "/bob/a.webm"), ("adminproxyuserid", "alice")]).done();
    // Who may write does, and everybody who sees the video sees it.
    let member = [("shareid", id.as_str()), ("userid", "bobby"), ("write", "true")];
    bob.core("setuseraccessforshare", &member).done();
    set(&mut reader, shared, &frame).done();
    drawn(thumb(&mut bob, "/bob/a.webm", SIDE));
    assert_eq!(found(&mut reader, &[shared, "/bob/a.webm"]), [shared]);
    // Visitors see it as well, and ask about what links show them and nothing else.
    set(&mut bob, "/bob/open/b.webm", &frame).done();
    let mut visitor = server.guest();
    drawn(thumb(&mut visitor, &by_link, SIDE));
    let other = link(&mut bob, "/bob/a.webm", &[]);
    set(&mut bob, "/bob/a.webm", &frame).done();
    assert_eq!(found(&mut visitor, &[&other.path]), [other.path.as_str()], "the link of the video itself");
    let asked =
        [&by_link, "/bob/a.webm", shared, &format!("{}/none.webm", open.path), "/", "/SHARED", &open.path];
    assert_eq!(found(&mut visitor, &asked), [by_link.as_str()]);
    visitor.core("findvideothumbnails", &[("path1", "/bob/a.webm"), ("path2", &by_link)]).failed(401);
    visitor.core("findvideothumbnails", &[]).failed(401);
    let blind = link(&mut bob, "/bob/open", &[("allowpublicuploadonly", "1")]);
    let closed = link(&mut bob, "/bob/open", &[("sharepassword", "sesame 12")]);
    let ended = link(&mut bob, "/bob/open", &[("validityperiod", "2001-01-01 00:00:00")]);
    for link in [&blind, &closed, &ended] {
        // Neither by a call of its own nor beside a link that is open.
        assert_eq!(found(&mut visitor, &[&by_link, &format!("{}/b.webm", link.path)]), [by_link.as_str()]);
        assert!(found(&mut visitor, &[&format!("{}/b.webm", link.path)]).is_empty());
    }
    let rows = alice.audit(&[("operation", "setvideothumbnail")]);
    assert!(rows.iter().any(|row| row.field("outcome") == "forbidden" && row.field("username") == "bobby"));
    assert!(rows.iter().any(|row| row.field("outcome") == "ok" && row.field("username") == "bob"));
}

#[test]
fn what_is_no_video_or_no_frame_is_refused() {
    let (server, mut bob) = ground();
    let frame = jpeg(&quarters(64, 48));
    bob.upload("/bob", "text.webm", b"only words").ok();
    bob.upload("/bob", "photo.jpg", &frame).ok();
    bob.core("createfolder", &[("path", "/bob"), ("name", "folder.webm")]).done();
    for path in ["/bob/text.webm", "/bob/photo.jpg", "/bob/folder.webm", "/bob/none.webm", "/bob", "/"] {
        set(&mut bob, path, &frame).refused();
    }
    let huge = {
        let at = frame.windows(2).position(|pair| pair == b"\xff\xc0").unwrap() + 5;
        let mut picture = frame.clone();
        picture[at..at + 4].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
        picture
    };
    let page = b"<!doctype html><script>alert(1)</script>".to_vec();
    let long = [frame.clone(), vec![0; 512 * 1024]].concat();
    for (picture, wanted) in [
        (page.clone(), "The picture is not a JPEG."),
        (png(&quarters(64, 48)), "The picture is not a JPEG."),
        (Vec::new(), "The picture is not a JPEG."),
        ([b"\xff\xd8\xff".to_vec(), page].concat(), "damaged"),
        (frame[..frame.len() / 8].to_vec(), "damaged"),
        (huge, "This picture is too large to be shown."),
        (long, "The file has at most 524288 bytes."),
    ] {
        let said = set(&mut bob, "/bob/a.webm", &picture).refused();
        assert!(said.contains(wanted), "{said}");
    }
    let body = Multipart::new().file("file", "frame.jpg", &frame).field("path", "/bob/a.webm");
    bob.send(&Request::multipart("/core/setvideothumbnail", body)).refused();
    let body = Multipart::new().file("file", "frame.jpg", &frame).field("ifetag", "another");
    bob.send(&Request::multipart("/core/setvideothumbnail?path=/bob/a.webm", body)).refused();
    bob.core("setvideothumbnail", &[("path", "/bob/a.webm")]).refused();
    let changed = bob.send(&request("/bob/a.webm", &[("ifetag", "another")], &frame));
    assert_eq!(changed.header("x-cloudlet-error"), Some("changed"));
    has_none(&mut bob, "/bob/a.webm");
    assert!(kept(&server).is_empty());
    let many: Vec<String> = (0..=200).map(|number| format!("/bob/{number}")).collect();
    let numbered: Vec<String> = (1..=many.len()).map(|number| format!("path{number}")).collect();
    let fields: Vec<(&str, &str)> =
        numbered.iter().map(String::as_str).zip(many.iter().map(String::as_str)).collect();
    assert!(bob.core("findvideothumbnails", &fields).refused().contains("at most 200 paths"));
    // A server that draws videos takes no frames of others.
    let data = Data::with_accounts();
    let programs = data.path("programs");
    fs::create_dir(&programs).unwrap();
    let ffmpeg = programs.join("ffmpeg");
    fs::write(&ffmpeg, "#!/bin/sh\nexit 1\n").unwrap();
    std::process::Command::new("chmod").arg("755").arg(&ffmpeg).status().unwrap();
    let server = Launch::on(data)
        .setting("PATH", programs.display())
        .setting("CLOUDLET_THUMBNAIL_PROGRAMS", "always")
        .start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "a.webm", VIDEO).ok();
    let said = set(&mut bob, "/bob/a.webm", &frame).refused();
    assert_eq!(said, "This server draws thumbnails of videos itself.");
}

#[test]
fn it_belongs_to_the_content_of_the_video() {
    let (server, mut bob) = ground();
    let frame = jpeg(&quarters(640, 480));
    set(&mut bob, "/bob/a.webm", &frame).done();
    // A copy is another file.
    bob.core("createfolder", &[("path", "/bob"), ("name", "copies")]).done();
    bob.core("copyfile", &[("path", "/bob"), ("name", "a.webm"), ("copyto", "/bob/copies")]).done();
    has_none(&mut bob, "/bob/copies/a.webm");
    drawn(thumb(&mut bob, "/bob/a.webm", SIDE));
    // A new content has none, whether it came by an upload or another program wrote it.
    bob.upload("/bob", "a.webm", &[VIDEO, b" of another day"].concat()).ok();
    has_none(&mut bob, "/bob/a.webm");
    set(&mut bob, "/bob/a.webm", &frame).done();
    let path = server.data().file("/bob/a.webm");
    let before = path.metadata().unwrap();
    let mut content = fs::read(&path).unwrap();
    content.reverse();
    content[..4].copy_from_slice(b"\x1a\x45\xdf\xa3");
    fs::write(&path, content).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
    has_none(&mut bob, "/bob/a.webm");
    // What another program has renamed may have another content, too.
    set(&mut bob, "/bob/a.webm", &frame).done();
    fs::rename(&path, server.data().file("/bob/b.webm")).unwrap();
    has_none(&mut bob, "/bob/b.webm");
}

#[test]
fn it_stays_with_a_video_that_is_renamed_or_moved() {
    for checksums in ["yes", "no"] {
        let data = Data::with_accounts();
        let (nothing, disk) = (data.path("programs"), data.path("family"));
        for folder in [&nothing, &disk, &disk.join("Photos")] {
            fs::create_dir(folder).unwrap();
        }
        let volumes = format!("family={}", disk.display());
        let launch = Launch::on(data).setting("PATH", nothing.display()).setting("CLOUDLET_VOLUMES", volumes);
        let server = launch.setting("CLOUDLET_CHECKSUMS", checksums).start();
        let (mut bob, frame) = (server.user("bob"), jpeg(&quarters(640, 480)));
        bob.core("createfolder", &[("path", "/bob"), ("name", "trip")]).done();
        for (folder, name) in [("/bob", "a.webm"), ("/bob/trip", "b.webm")] {
            bob.upload(folder, name, VIDEO).ok();
            set(&mut bob, &format!("{folder}/{name}"), &frame).done();
        }
        let has = |bob: &mut Caller, path: &str| {
            assert_eq!(found(bob, &[path]), [path], "checksums: {checksums}");
            assert_eq!(size(&drawn(thumb(bob, path, SIDE))), (320, 240), "{path}");
        };
        // To another name, into a folder, with the folder, and out of it.
        for (from, to, shown) in [
            ("/bob/a.webm", "/bob/c.webm", "/bob/c.webm"),
            ("/bob/c.webm", "/bob/trip/c.webm", "/bob/trip/c.webm"),
            ("/bob/trip", "/bob/sea", "/bob/sea/c.webm"),
            ("/bob/sea/c.webm", "/bob/c.webm", "/bob/c.webm"),
            // To another disk and back, alone and with its folder.
            ("/bob/c.webm", "/EXTERNAL/family/c.webm", "/EXTERNAL/family/c.webm"),
            ("/EXTERNAL/family/c.webm", "/bob/c.webm", "/bob/c.webm"),
            ("/bob/sea", "/EXTERNAL/family/sea", "/EXTERNAL/family/sea/b.webm"),
            ("/EXTERNAL/family/sea", "/bob/trip", "/bob/trip/b.webm"),
        ] {
            bob.core("renameormove", &[("fromname", from), ("toname", to)]).done();
            has(&mut bob, shown);
        }
        // Into the bin and out of it, where it gets no other one.
        for (folder, name, video) in [("/bob", "c.webm", "c.webm"), ("/bob", "trip", "trip/b.webm")] {
            bob.core("deletefile", &[("path", folder), ("name", name)]).done();
            has(&mut bob, &format!("/bob/recyclebin/{video}"));
            set(&mut bob, &format!("/bob/recyclebin/{video}"), &frame).refused();
            bob.core("restorefromrecyclebin", &[("path", &format!("/bob/recyclebin/{name}"))]).done();
            has(&mut bob, &format!("{folder}/{video}"));
        }
        // What it takes the place of had another one.
        bob.upload("/bob/trip", "c.webm", &[VIDEO, b" of another day"].concat()).ok();
        set(&mut bob, "/bob/trip/c.webm", &jpeg(&plain(640, 480, [20, 20, 220]))).done();
        let over = [("fromname", "/bob/c.webm"), ("toname", "/bob/trip/c.webm"), ("overwrite", "1")];
        bob.core("renameormove", &over).done();
        assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/trip/c.webm", SIDE))), WORDS);
    }
}
