//! Tests with real videos, which `ffmpeg` has made, and with files that state wrong sizes.

use super::{VideoFacts, read};
use std::io::Cursor;

const END: &[u8] = include_bytes!("../../../../fuzz/seeds/video/end.mp4");
const UPRIGHT: &[u8] = include_bytes!("../../../../fuzz/seeds/video/upright.mov");
const PIECES: &[u8] = include_bytes!("../../../../fuzz/seeds/video/pieces.mp4");
const WEBM: &[u8] = include_bytes!("../../../../fuzz/seeds/video/small.webm");
const SOUND: &[u8] = include_bytes!("../../../../fuzz/seeds/video/sound.mkv");
const AVI: &[u8] = include_bytes!("../../../../fuzz/seeds/video/small.avi");
/// 2024-05-06 07:08:09 UTC, as `date -u +%s` prints it.
const MADE: i64 = 1_714_979_289;

fn of(bytes: &[u8]) -> VideoFacts {
    read(&mut Cursor::new(bytes), bytes.len() as u64)
}

fn facts(milliseconds: u64, size: (u32, u32), made: Option<i64>) -> VideoFacts {
    VideoFacts { milliseconds: Some(milliseconds).filter(|all| *all > 0), size: Some(size), made }
}

#[test]
fn real_videos_tell_their_length_size_and_time() {
    assert_eq!(of(END), facts(3000, (64, 36), Some(MADE)), "its header stands at the end");
    assert_eq!(of(UPRIGHT), facts(3000, (36, 64), Some(MADE)), "it is turned");
    assert_eq!(of(PIECES), facts(0, (64, 36), None), "it is made of pieces");
    assert_eq!(of(WEBM), facts(3000, (64, 36), None));
    let sound = of(SOUND);
    assert_eq!((sound.size, sound.made), (Some((64, 36)), Some(MADE)));
    assert!(sound.milliseconds.is_some_and(|all| (3000..3100).contains(&all)), "{sound:?}");
    assert_eq!(of(AVI), facts(3000, (64, 36), None));
}

#[test]
fn no_video_is_too_broken_to_be_read_over() {
    for whole in [END, UPRIGHT, PIECES, WEBM, SOUND, AVI] {
        // In a part of a file, each value is correct or missing.
        let known = of(whole);
        for end in (0..whole.len()).step_by(7) {
            let found = read(&mut Cursor::new(&whole[..end]), whole.len() as u64);
            for facts in [of(&whole[..end]), found] {
                assert!(facts.milliseconds.is_none_or(|all| Some(all) == known.milliseconds));
            }
        }
        for at in (0..whole.len()).step_by(3) {
            for value in [0, 1, 0x7f, 0xff] {
                let mut broken = whole.to_vec();
                broken[at] = value;
                let _ = of(&broken);
            }
        }
    }
}

fn one(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), name.as_slice(), content].concat()
}

/// A movie header of version 0 with ticks of a thousandth.
fn header(made: u32, scale: u32, duration: u32) -> Vec<u8> {
    let numbers = [0, made, 0, scale, duration, 0, 0, 0].map(u32::to_be_bytes);
    one(b"mvhd", &numbers.concat())
}

/// A movie header of version 1.
fn long_header(made: u64, scale: u32, duration: u64) -> Vec<u8> {
    let numbers = [made, 0].map(u64::to_be_bytes).concat();
    one(
        b"mvhd",
        &[&[1, 0, 0, 0], numbers.as_slice(), &scale.to_be_bytes(), &duration.to_be_bytes(), &[0; 8]].concat(),
    )
}

#[test]
fn numbers_without_sense_are_left_out() {
    let of_header = |header: Vec<u8>| of(&one(b"moov", &header));
    assert_eq!(of_header(header(0, 1000, 42_000)).milliseconds, Some(42_000));
    assert_eq!(of_header(long_header(0, 90_000, 90_000 * 42)).milliseconds, Some(42_000));
    for lie in [
        header(0, 0, 42_000),
        header(0, 1000, 0),
        header(0, 1000, u32::MAX),
        header(0, 1, u32::MAX - 1),
        long_header(0, 1000, u64::MAX),
        long_header(0, 1, u64::MAX - 1),
        long_header(0, 0, 1),
    ] {
        assert_eq!(of_header(lie).milliseconds, None);
    }
    // These times are 1904, 1970, and one that no signed number can hold.
    for made in [0, 2_082_844_800, 2_082_844_801, u64::MAX] {
        assert_eq!(of_header(long_header(made, 1, 1)).made, None, "{made}");
    }
    assert_eq!(of_header(long_header(2_082_844_800 + MADE as u64, 1, 1)).made, Some(MADE));
}

#[test]
fn sizes_that_lie_end_the_walk() {
    let movie = one(b"moov", &header(0, 1000, 42_000));
    let wide = |size: u64| [&1_u32.to_be_bytes(), b"free".as_slice(), &size.to_be_bytes(), &[0; 8]].concat();
    // The size of this box includes the eight bytes of the size itself.
    assert_eq!(of(&[wide(24), movie.clone()].concat()).milliseconds, Some(42_000));
    for lie in [0, 7, 15, u64::MAX, u64::MAX - 15, i64::MAX as u64] {
        assert_eq!(of(&[wide(lie), movie.clone()].concat()), VideoFacts::default(), "{lie}");
    }
    for lie in 1..8_u32 {
        let box_of_lie = [&lie.to_be_bytes(), b"free".as_slice()].concat();
        assert_eq!(of(&[box_of_lie, movie.clone()].concat()).milliseconds, None, "{lie}");
    }
    // The first movie extends to the end of the file. The second one claims to be longer than that.
    for size in [0_u32, 1_000_000] {
        let mut open = movie.clone();
        open[..4].copy_from_slice(&size.to_be_bytes());
        assert_eq!(of(&open).milliseconds, Some(42_000));
    }
    // Millions of empty boxes cost no more than a few thousand.
    let empty = one(b"free", &[]).repeat(100_000);
    assert_eq!(of(&[empty, movie].concat()), VideoFacts::default());
    // Boxes are followed only to a limited depth.
    let deep = (0..10_000).fold(Vec::new(), |inner, _| one(b"moov", &inner));
    assert_eq!(of(&deep), VideoFacts::default());
}

#[test]
fn elements_that_lie_end_the_walk() {
    let beginning = b"\x1a\x45\xdf\xa3\x80".as_slice();
    // The segment has an unknown size. The duration of 42 seconds is written in four bytes, and
    // then in eight.
    let segment = b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff".as_slice();
    let short = [b"\x15\x49\xa9\x66\x87\x44\x89\x84".as_slice(), &42_000_f32.to_be_bytes()].concat();
    let long = [b"\x15\x49\xa9\x66\x8b\x44\x89\x88".as_slice(), &42_000_f64.to_be_bytes()].concat();
    for info in [&short, &long] {
        assert_eq!(of(&[beginning, segment, info].concat()).milliseconds, Some(42_000));
    }
    for lie in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e300] {
        let info = [b"\x15\x49\xa9\x66\x8b\x44\x89\x88".as_slice(), &lie.to_be_bytes()].concat();
        assert_eq!(of(&[beginning, segment, &info].concat()).milliseconds, None, "{lie}");
    }
    // These are a name of five bytes, a size of nine, a size that is too large, and nothing but
    // empty elements.
    for lie in [b"\x08\0\0\0\0".as_slice(), b"\xec\0", b"\xec\x01\xff\xff\xff\xff\xff\xff\xfe"] {
        assert_eq!(of(&[beginning, segment, lie, &short].concat()), VideoFacts::default());
    }
    let empty = b"\xec\x80".repeat(100_000);
    assert_eq!(of(&[beginning, segment, &empty, &short].concat()), VideoFacts::default());
}
