//! Small real pictures, and a function that recognises what a picture shows.

use crate::harness::{Caller, Reply, form};
use image::metadata::Orientation;
use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// The colours of the quarters: upper left, upper right, lower left, lower right.
pub const QUARTERS: [Rgb<u8>; 4] =
    [Rgb([220, 20, 20]), Rgb([20, 200, 20]), Rgb([20, 20, 220]), Rgb([240, 240, 240])];
pub const WORDS: [&str; 4] = ["red", "green", "blue", "white"];

/// A picture of four quarters in four colours, so that every rotation and reflection can be
/// recognised.
pub fn quarters(width: u32, height: u32) -> DynamicImage {
    DynamicImage::from(RgbImage::from_fn(width, height, |x, y| {
        QUARTERS[usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2)]
    }))
}

/// A picture of one colour.
pub fn plain(width: u32, height: u32, colour: [u8; 3]) -> DynamicImage {
    DynamicImage::from(RgbImage::from_pixel(width, height, Rgb(colour)))
}

pub fn encoded_as(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn jpeg(image: &DynamicImage) -> Vec<u8> {
    encoded_as(image, ImageFormat::Jpeg)
}

pub fn png(image: &DynamicImage) -> Vec<u8> {
    encoded_as(image, ImageFormat::Png)
}

/// The picture as a camera stores it if it is held like this, so that the orientation makes it
/// right again.
pub fn held(image: &DynamicImage, orientation: u8) -> DynamicImage {
    // Every orientation is its own inverse, except the two quarter turns.
    let back = match orientation {
        6 => 8,
        8 => 6,
        other => other,
    };
    let mut stored = image.clone();
    stored.apply_orientation(Orientation::from_exif(back).unwrap());
    stored
}

/// Adds an Exif block to a JPEG, with an orientation and perhaps a small picture.
pub fn with_exif(jpeg: &[u8], orientation: u8, thumbnail: Option<&[u8]>) -> Vec<u8> {
    let mut block = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    block.extend([orientation, 0, 0]);
    if let Some(thumbnail) = thumbnail {
        // The second directory follows the first one, at offset 26, and has two entries of 12
        // bytes.
        block.extend(26u32.to_be_bytes());
        block.extend(2u16.to_be_bytes());
        block.extend([b"\x02\x01\0\x04\0\0\0\x01".as_slice(), &56u32.to_be_bytes()].concat());
        let length = thumbnail.len() as u32;
        block.extend([b"\x02\x02\0\x04\0\0\0\x01".as_slice(), &length.to_be_bytes()].concat());
        block.extend(0u32.to_be_bytes());
        block.extend(thumbnail);
    } else {
        block.extend(0u32.to_be_bytes());
    }
    let length = u16::try_from(block.len() + 2).unwrap();
    [&jpeg[..2], b"\xff\xe1", &length.to_be_bytes(), &block, &jpeg[2..]].concat()
}

/// The colours of a picture's quarters, by name.
pub fn seen(bytes: &[u8]) -> [&'static str; 4] {
    let image = image::load_from_memory(bytes).unwrap();
    let (width, height) = image.dimensions();
    let word = |x: u32, y: u32| {
        let found = image.get_pixel(x, y).0;
        let distance = |colour: &Rgb<u8>| {
            (0..3).map(|part| i32::from(colour.0[part]).abs_diff(i32::from(found[part]))).sum::<u32>()
        };
        let nearest = (0..4).min_by_key(|index| distance(&QUARTERS[*index])).unwrap();
        if distance(&QUARTERS[nearest]) < 60 { WORDS[nearest] } else { "another" }
    };
    let (left, right, up, down) = (width / 4, width * 3 / 4, height / 4, height * 3 / 4);
    [word(left, up), word(right, up), word(left, down), word(right, down)]
}

pub fn size(bytes: &[u8]) -> (u32, u32) {
    image::load_from_memory(bytes).unwrap().dimensions()
}

/// The URL path of a thumbnail.
pub fn thumb_target(path: &str, more: &[(&str, &str)]) -> String {
    format!("/core/getfsthumbimage?{}", form(&[&[("name", path)], more].concat()))
}

#[track_caller]
pub fn thumb(caller: &mut Caller, path: &str, more: &[(&str, &str)]) -> Reply {
    caller.get(&thumb_target(path, more))
}

/// The bytes of a picture that the server drew.
#[track_caller]
pub fn drawn(reply: Reply) -> Vec<u8> {
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
    let wanted = if reply.body.starts_with(b"\xff\xd8") { "image/jpeg" } else { "image/png" };
    assert_eq!(reply.header("content-type"), Some(wanted));
    reply.body
}
