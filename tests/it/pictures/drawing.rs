//! Thumbnails: their size, orientation and format.

use super::samples::*;
use crate::harness::{Caller, Server};
use image::{DynamicImage, ImageFormat, Luma, Rgba, RgbaImage};

fn slide(caller: &mut Caller, fields: &[(&str, &str)]) -> Vec<u8> {
    drawn(caller.core("getfsslideimage", fields))
}

#[test]
fn a_picture_fits_and_is_never_enlarged() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "wide.jpg", &jpeg(&quarters(2000, 1000))).ok();
    bob.upload("/bob", "tiny.png", &png(&quarters(40, 30))).ok();
    for (fields, wanted) in [
        (&[][..], (160, 80)),
        (&[("width", "0"), ("height", "0")], (160, 80)),
        (&[("width", "100")], (100, 50)),
        (&[("height", "100")], (100, 50)),
        (&[("width", "200"), ("height", "20")], (40, 20)),
        (&[("width", "320"), ("height", "320")], (320, 160)),
        (&[("width", "999999999999"), ("height", "999999999999")], (2000, 1000)),
        (&[("width", "1500")], (1500, 750)),
    ] {
        let picture = drawn(thumb(&mut bob, "/bob/wide.jpg", fields));
        assert_eq!((size(&picture), seen(&picture)), (wanted, WORDS), "{fields:?}");
        let picture = drawn(thumb(&mut bob, "/bob/tiny.png", fields));
        assert_eq!(seen(&picture), WORDS, "{fields:?}");
    }
    assert_eq!(size(&drawn(thumb(&mut bob, "/bob/tiny.png", &[]))), (40, 30));
    assert_eq!(size(&slide(&mut bob, &[("name", "/bob/wide.jpg")])), (1280, 640));
    assert_eq!(size(&slide(&mut bob, &[("name", "/bob/wide.jpg"), ("width", "900")])), (900, 450));
    assert_eq!(size(&slide(&mut bob, &[("name", "/bob/wide.jpg"), ("height", "99999")])), (2000, 1000));
    assert_eq!(size(&slide(&mut bob, &[("name", "/bob/tiny.png")])), (40, 30));
    thumb(&mut bob, "/bob/wide.jpg", &[("width", "wide")]).failed(400);
}

#[test]
fn a_large_photo_is_drawn_at_a_fraction_with_its_colours() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (name, stored, wanted) in [
        ("across.jpg", jpeg(&quarters(1600, 1200)), (320, 240)),
        ("odd.jpg", jpeg(&quarters(1001, 3)), (320, 1)),
        ("upright.jpg", with_exif(&jpeg(&held(&quarters(1200, 1600), 6)), 6, None), (240, 320)),
        ("less than twice.jpg", jpeg(&quarters(500, 375)), (320, 240)),
        ("grey.jpg", jpeg(&quarters(1600, 1200).grayscale()), (320, 240)),
    ] {
        bob.upload("/bob", name, &stored).ok();
        let small = drawn(thumb(&mut bob, &format!("/bob/{name}"), &[("width", "320")]));
        assert_eq!(size(&small), wanted, "{name}");
        if !["grey.jpg", "odd.jpg"].contains(&name) {
            assert_eq!(seen(&small), WORDS, "{name}");
        }
    }
}

#[test]
fn every_orientation_is_shown_the_right_way_up() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let picture = quarters(400, 200);
    for orientation in 1..=8 {
        let stored = with_exif(&jpeg(&held(&picture, orientation)), orientation, None);
        let name = format!("{orientation}.jpg");
        bob.upload("/bob", &name, &stored).ok();
        for (fields, wanted) in [(&[][..], (160, 80)), (&[("width", "100"), ("height", "20")], (40, 20))] {
            let shown = drawn(thumb(&mut bob, &format!("/bob/{name}"), fields));
            assert_eq!((size(&shown), seen(&shown)), (wanted, WORDS), "{orientation} {fields:?}");
        }
    }
}

#[test]
fn the_cameras_own_small_picture_is_used_where_it_is_enough() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let whole = jpeg(&plain(1600, 1200, [240, 240, 240]));
    let own = jpeg(&quarters(160, 120));
    bob.upload("/bob", "camera.jpg", &with_exif(&whole, 1, Some(&own))).ok();
    let small = drawn(thumb(&mut bob, "/bob/camera.jpg", &[]));
    assert_eq!((size(&small), seen(&small)), ((160, 120), WORDS));
    let larger = drawn(thumb(&mut bob, "/bob/camera.jpg", &[("width", "320")]));
    assert_eq!((size(&larger), seen(&larger)), ((320, 240), ["white"; 4]), "drawn from the whole");

    // The small picture in the file is turned together with the photo.
    bob.upload("/bob", "turned.jpg", &with_exif(&whole, 6, Some(&own))).ok();
    let turned = drawn(thumb(&mut bob, "/bob/turned.jpg", &[]));
    assert_eq!((size(&turned), seen(&turned)), ((120, 160), ["blue", "red", "white", "green"]));

    // Cameras add black bars to a small picture if its shape differs from that of the photo.
    let mut barred = plain(160, 120, [0, 0, 0]);
    image::imageops::overlay(&mut barred, &quarters(160, 80), 0, 20);
    let wide = jpeg(&plain(1600, 800, [240, 240, 240]));
    bob.upload("/bob", "barred.jpg", &with_exif(&wide, 1, Some(&jpeg(&barred)))).ok();
    let shown = drawn(thumb(&mut bob, "/bob/barred.jpg", &[]));
    assert_eq!((size(&shown), seen(&shown)), ((160, 80), WORDS));

    // If a program cut the photo or broke the file, the small picture in it shows something else.
    let foreign = jpeg(&quarters(100, 160));
    for (name, own) in [("foreign.jpg", foreign.as_slice()), ("broken.jpg", &own[..200]), ("none.jpg", b"")] {
        bob.upload("/bob", name, &with_exif(&whole, 1, Some(own))).ok();
        let shown = drawn(thumb(&mut bob, &format!("/bob/{name}"), &[]));
        assert_eq!((size(&shown), seen(&shown)), ((160, 120), ["white"; 4]), "{name}");
    }
}

#[test]
fn each_format_is_drawn_and_what_shines_through_still_does() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let picture = quarters(300, 200);
    for (name, format) in [
        ("a.png", ImageFormat::Png),
        ("a.gif", ImageFormat::Gif),
        ("a.webp", ImageFormat::WebP),
        ("named as nothing", ImageFormat::Jpeg),
        ("named wrong.txt", ImageFormat::Png),
    ] {
        bob.upload("/bob", name, &encoded_as(&picture, format)).ok();
        let reply = thumb(&mut bob, &format!("/bob/{name}"), &[]);
        assert_eq!(reply.header("content-type"), Some("image/jpeg"), "{name}");
        assert_eq!((size(&reply.body), seen(&reply.body)), ((160, 107), WORDS), "{name}");
    }
    let glass = RgbaImage::from_fn(300, 200, |x, _| Rgba([220, 20, 20, if x < 150 { 0 } else { 255 }]));
    for (name, format) in [("glass.png", ImageFormat::Png), ("glass.webp", ImageFormat::WebP)] {
        bob.upload("/bob", name, &encoded_as(&DynamicImage::from(glass.clone()), format)).ok();
        let reply = thumb(&mut bob, &format!("/bob/{name}"), &[]);
        assert_eq!(reply.header("content-type"), Some("image/png"), "{name}");
        let shown = image::load_from_memory(&reply.body).unwrap().to_rgba8();
        assert_eq!((shown.get_pixel(20, 50).0[3], shown.get_pixel(140, 50).0[3]), (0, 255), "{name}");
    }
    // This picture has an alpha channel, but no transparent pixel.
    let solid = DynamicImage::from(quarters(300, 200).to_rgba8());
    bob.upload("/bob", "solid.png", &png(&solid)).ok();
    assert_eq!(thumb(&mut bob, "/bob/solid.png", &[]).header("content-type"), Some("image/jpeg"));
    let deep = image::ImageBuffer::<Luma<u16>, _>::from_pixel(300, 200, Luma([0xf0f0]));
    bob.upload("/bob", "deep.png", &png(&DynamicImage::from(deep))).ok();
    assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/deep.png", &[]))), ["white"; 4]);
}
