//! Raw photos of cameras. The server draws the picture inside them, upright. A broken file does no
//! harm.

use super::samples::*;
use crate::harness::{Caller, Server};

const SIDE: &[(&str, &str)] = &[("width", "320")];

/// A TIFF of little-endian numbers (TIFF 6.0, section 2): an orientation, a picture in a directory below the first, and
/// bytes of a sensor.
fn raw(orientation: u8, picture: &[u8], sensor: usize) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, value: u32| {
        [&tag.to_le_bytes(), kind.to_le_bytes().as_slice(), &1_u32.to_le_bytes(), &value.to_le_bytes()]
            .concat()
    };
    let directory = |entries: &[Vec<u8>]| {
        [&(entries.len() as u16).to_le_bytes(), entries.concat().as_slice(), &[0; 4]].concat()
    };
    const FIRST: u32 = 8;
    const SECOND: u32 = FIRST + 2 + 2 * 12 + 4;
    const PICTURE: u32 = SECOND + 2 + 2 * 12 + 4;
    let first = directory(&[entry(0x112, 3, orientation.into()), entry(0x14a, 4, SECOND)]);
    let second = directory(&[entry(0x201, 4, PICTURE), entry(0x202, 4, picture.len() as u32)]);
    [b"II*\0".as_slice(), &FIRST.to_le_bytes(), &first, &second, picture, &vec![7; sensor]].concat()
}

fn status(bob: &mut Caller, name: &str, bytes: &[u8]) -> u16 {
    bob.upload("/bob", name, bytes).ok();
    thumb(bob, &format!("/bob/{name}"), SIDE).status
}

#[test]
fn the_picture_inside_a_raw_photo_is_drawn_upright() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let image = quarters(1600, 1200);
    for (orientation, name) in
        (1..=8).zip(["a.cr2", "b.CR2", "c.nef", "d.NEF", "e.arw", "f.ARW", "g.dng", "h.DNG"])
    {
        let inner = jpeg(&held(&image, orientation));
        bob.upload("/bob", name, &raw(orientation, &inner, 100_000)).ok();
        let bytes = drawn(thumb(&mut bob, &format!("/bob/{name}"), SIDE));
        assert_eq!(seen(&bytes), WORDS, "{name}");
    }
    // The picture inside may have the orientation itself. It must not be turned twice.
    let inner = with_exif(&jpeg(&held(&image, 6)), 6, None);
    bob.upload("/bob", "own.nef", &raw(6, &inner, 10)).ok();
    assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/own.nef", SIDE))), WORDS);
}

#[test]
fn raw_photos_that_lie_get_a_sentence() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let whole = raw(6, &jpeg(&quarters(64, 64)), 100);
    assert_eq!(status(&mut bob, "whole.dng", &whole), 200);
    assert_eq!(status(&mut bob, "cut.dng", &whole[..60]), 415);
    assert_eq!(status(&mut bob, "sensor.dng", &raw(1, b"what the sensor saw", 100)), 415);
    // First the stated length of the picture is larger than the file. Then a directory refers to
    // the first one. Then a frame is too large.
    let with = |at: usize, bytes: [u8; 4]| {
        let mut bent = whole.clone();
        bent[at..at + 4].copy_from_slice(&bytes);
        bent
    };
    assert_eq!(status(&mut bob, "long.dng", &with(8 + 30 + 2 + 12 + 8, u32::MAX.to_le_bytes())), 415);
    assert_eq!(status(&mut bob, "circle.dng", &with(8 + 2 + 12 + 8, 8_u32.to_le_bytes())), 415);
    let frame = whole.windows(2).position(|pair| pair == b"\xff\xc0").unwrap() + 5;
    assert_eq!(status(&mut bob, "huge.dng", &with(frame, [0xff, 0xdc, 0xff, 0xdc])), 413);
    // The file of a raw photo is never written to.
    bob.core("rotatefsimage", &[("name", "/bob/whole.dng"), ("angle", "90")]).refused();
    assert_eq!(std::fs::read(server.data().file("/bob/whole.dng")).unwrap(), whole);
}
