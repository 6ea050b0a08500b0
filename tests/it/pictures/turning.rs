//! Turning pictures. No part of a picture is lost, and the old content stays as a version.

use super::samples::*;
use crate::harness::{Caller, Server, names};
use image::{DynamicImage, ImageFormat};

fn turn(bob: &mut Caller, path: &str, angle: &str) -> crate::harness::Reply {
    bob.core("rotatefsimage", &[("name", path), ("angle", angle)])
}

fn versions(server: &Server) -> usize {
    names(&server.data().path("files/.cloudlet/versions")).len()
}

#[test]
fn a_jpeg_is_turned_without_being_packed_anew() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let plain_one = jpeg(&quarters(400, 200));
    let comment = [&plain_one[..2], b"\xff\xfe\0\x06word", &plain_one[2..]].concat();
    let small = jpeg(&quarters(160, 80));
    for (name, content) in [
        ("bare.jpg", plain_one.clone()),
        ("comment.jpg", comment),
        ("exif.jpg", with_exif(&plain_one, 1, None)),
        ("camera.jpg", with_exif(&plain_one, 1, Some(&small))),
    ] {
        bob.upload("/bob", name, &content).ok();
        let (path, pixels) = (format!("/bob/{name}"), image::load_from_memory(&content).unwrap());
        let etag = turn(&mut bob, &path, "90").done().header("etag").unwrap().trim_matches('"').to_owned();
        let entry = bob.core("fileinfo", &[("file", &path)]).xml().child("entry").clone();
        assert_eq!((entry.field("etag"), entry.field("lastmodifiedby")), (etag.as_str(), "bob"), "{name}");
        let shown = drawn(thumb(&mut bob, &path, &[]));
        assert_eq!((size(&shown), seen(&shown)), ((80, 160), ["blue", "red", "white", "green"]), "{name}");
        let turned = bob.download(&path).body;
        assert!(image::load_from_memory(&turned).unwrap() == pixels, "the same pixels: {name}");
        for _ in 0..3 {
            turn(&mut bob, &path, "90").done();
        }
        let shown = drawn(thumb(&mut bob, &path, &[]));
        assert_eq!((size(&shown), seen(&shown)), ((160, 80), WORDS), "all the way round: {name}");
        let round = bob.download(&path).body;
        assert_eq!(round.len(), turned.len(), "it does not grow with each turn: {name}");
    }
    assert_eq!(versions(&server), 16, "what each of the four was before, each time");
}

#[test]
fn angles_are_clockwise_and_go_on_from_what_the_camera_said() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (angle, wanted) in [
        ("90", ["blue", "red", "white", "green"]),
        ("-90", ["green", "white", "red", "blue"]),
        ("270", ["green", "white", "red", "blue"]),
        ("180", ["white", "blue", "green", "red"]),
        ("-180", ["white", "blue", "green", "red"]),
    ] {
        for orientation in 1..=8 {
            let stored = with_exif(&jpeg(&held(&quarters(64, 32), orientation)), orientation, None);
            bob.upload("/bob", "a.jpg", &stored).ok();
            turn(&mut bob, "/bob/a.jpg", angle).done();
            assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/a.jpg", &[]))), wanted, "{angle} {orientation}");
        }
    }
}

#[test]
fn a_png_keeps_every_pixel() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let noise = crate::harness::noise(7, 50 * 30 * 4);
    let glass = DynamicImage::from(image::RgbaImage::from_raw(50, 30, noise).unwrap());
    bob.upload("/bob", "a.png", &png(&glass)).ok();
    turn(&mut bob, "/bob/a.png", "-90").done();
    let turned = bob.download("/bob/a.png").body;
    assert!(image::load_from_memory(&turned).unwrap() == glass.rotate270());
    assert_eq!(versions(&server), 1);
    let usage = bob.core("getdiskusagedetails", &[]).xml();
    assert_eq!(usage.child("usage").number("versionedfiles"), 1);
}

#[test]
fn what_cannot_be_turned_stays_as_it_is() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let picture = quarters(60, 40);
    let whole = jpeg(&picture);
    for (name, content, angle, words) in [
        ("a.gif", encoded_as(&picture, ImageFormat::Gif), "90", "Only JPEG and PNG"),
        ("a.webp", encoded_as(&picture, ImageFormat::WebP), "90", "Only JPEG and PNG"),
        ("text.jpg", b"only words".to_vec(), "90", "Only JPEG and PNG"),
        ("cut.jpg", whole[..15].to_vec(), "90", "damaged"),
        ("cut.png", png(&picture)[..60].to_vec(), "90", "damaged"),
        ("a.jpg", whole.clone(), "45", "90, -90, 180"),
        ("a.jpg", whole.clone(), "0", "90, -90, 180"),
    ] {
        bob.upload("/bob", name, &content).ok();
        let message = turn(&mut bob, &format!("/bob/{name}"), angle).refused();
        assert!(message.contains(words), "{name}: {message}");
        bob.download(&format!("/bob/{name}")).holds(&content);
    }
    turn(&mut bob, "/bob/nothing.jpg", "90").refused();
    turn(&mut bob, "/bob", "90").refused();
    turn(&mut bob, "/bobby/a.jpg", "90").refused();
    bob.core("rotatefsimage", &[("name", "/bob/a.jpg")]).refused();
    server.guest().core("rotatefsimage", &[("name", "/bob/a.jpg"), ("angle", "90")]).failed(401);
    let folder = server.data().path("files/.cloudlet");
    assert_eq!(names(&folder.join("staging")), Vec::<String>::new(), "nothing is left behind");
    // The only version comes from the second upload of a.jpg. The refused calls made none.
    assert_eq!(versions(&server), 1);
}
