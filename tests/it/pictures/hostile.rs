//! Files that are not pictures, broken pictures, and requests for the pictures of other users.

use super::samples::*;
use crate::harness::{Caller, Server, noise};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;
use std::time::{Duration, Instant};

/// Every one of these requests must be answered within this time.
const SOON: Duration = Duration::from_secs(5);

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let body = [kind.as_slice(), content].concat();
    let sum = crc32fast::hash(&body);
    [&(content.len() as u32).to_be_bytes(), body.as_slice(), &sum.to_be_bytes()].concat()
}

/// A PNG with these sides in its head and this many zeros as its data.
fn png_of_zeros(width: u32, height: u32, zeros: usize) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![0; zeros]).unwrap();
    let head = [&width.to_be_bytes(), height.to_be_bytes().as_slice(), &[8, 2, 0, 0, 0]].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"IDAT", &packed.finish().unwrap()),
        chunk(b"IEND", b""),
    ]
    .concat()
}

/// A picture whose sides are overwritten by others.
fn claiming(mut picture: Vec<u8>, at: usize, sides: &[u8]) -> Vec<u8> {
    picture[at..at + sides.len()].copy_from_slice(sides);
    picture
}

fn ask(bob: &mut Caller, name: &str, content: &[u8]) -> (u16, String, Duration) {
    bob.upload("/bob", name, content).ok();
    let start = Instant::now();
    let reply = thumb(bob, &format!("/bob/{name}"), &[]);
    let took = start.elapsed();
    let message = if reply.status == 200 { String::new() } else { reply.message() };
    (reply.status, message, took)
}

#[test]
fn a_pixel_bomb_gets_an_error_at_once() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let small = jpeg(&quarters(64, 64));
    let frame = small.windows(2).position(|pair| pair == b"\xff\xc0").unwrap() + 5;
    let before = server.memory_kib();
    for (name, content) in [
        ("huge.png", png_of_zeros(50_000, 50_000, 4096)),
        ("large.png", png_of_zeros(29_000, 29_000, 4096)),
        ("huge.jpg", claiming(small.clone(), frame, &[0xff, 0xdc, 0xff, 0xdc])),
        ("large.jpg", claiming(small.clone(), frame, &[0x70, 0, 0x70, 0])),
        ("huge.gif", claiming(encoded_as(&quarters(64, 64), image::ImageFormat::Gif), 6, &[0xff; 4])),
    ] {
        assert!(content.len() < 64 * 1024, "{name} is small");
        let (status, message, took) = ask(&mut bob, name, &content);
        assert_eq!((status, message.as_str()), (413, "This picture is too large to be shown."), "{name}");
        assert!(took < SOON, "{name} took {took:?}");
    }
    // The picture is small, but its data unpacks to far more than it needs.
    let (_, _, took) = ask(&mut bob, "stuffed.png", &png_of_zeros(10, 10, 200 << 20));
    assert!(took < SOON, "{took:?}");
    let grown = server.memory_kib().saturating_sub(before);
    assert!(grown < 200 * 1024, "{grown} KiB");
}

/// A picture with bytes inserted at a position.
fn holding(picture: &[u8], at: usize, more: &[u8]) -> Vec<u8> {
    [&picture[..at], more, &picture[at..]].concat()
}

fn packed_zeros(count: usize) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let block = vec![0; 1 << 20];
    for _ in 0..count >> 20 {
        packed.write_all(&block).unwrap();
    }
    packed.finish().unwrap()
}

/// An extension block of a GIF for an application, with this many bytes of data.
fn gif_extension(application: &[u8; 11], count: usize) -> Vec<u8> {
    let mut block = [b"\x21\xff\x0b".as_slice(), application].concat();
    for _ in 0..count / 255 {
        block.push(255);
        block.extend([7; 255]);
    }
    block.push(0);
    block
}

/// An extended WebP with the chunks of a plain one, and more chunks after them.
fn extended_webp(plain: &[u8], side: u32, more: &[(&[u8; 4], u32, usize)]) -> Vec<u8> {
    let side = (side - 1).to_le_bytes();
    let flag = |kind: &[u8; 4]| match kind {
        b"ICCP" => 0x20,
        b"EXIF" => 0x08,
        _ => 0x04,
    };
    let flags = more.iter().fold(0, |flags, (kind, ..)| flags | flag(kind));
    let head = [&[flags, 0, 0, 0], &side[..3], &side[..3]].concat();
    let mut chunks = [b"WEBPVP8X".as_slice(), &10u32.to_le_bytes(), &head].concat();
    for (kind, claimed, bytes) in more {
        chunks.extend([kind.as_slice(), &claimed.to_le_bytes(), &vec![1; *bytes]].concat());
    }
    chunks.extend(&plain[12..]);
    [b"RIFF".as_slice(), &(chunks.len() as u32).to_le_bytes(), &chunks].concat()
}

#[test]
fn what_is_packed_beside_the_pixels_takes_no_memory() {
    const MIB: usize = 1 << 20;
    let server = Server::start();
    let mut bob = server.user("bob");
    let picture = quarters(64, 64);
    let (png, jpeg) = (png(&picture), jpeg(&picture));
    let (gif, webp) =
        (encoded_as(&picture, image::ImageFormat::Gif), encoded_as(&picture, image::ImageFormat::WebP));
    let profile = [b"printer\0\0".as_slice(), &packed_zeros(238 * MIB)].concat();
    let text = [b"Comment\0\0".as_slice(), &packed_zeros(200 * MIB)].concat();
    let international = [b"Comment\0\x01\0\0\0".as_slice(), &packed_zeros(200 * MIB)].concat();
    let segment = |marker: u8, beginning: &[u8]| {
        [&[0xff, marker, 0xff, 0xff], beginning, &vec![9; 0xfffd - beginning.len()]].concat()
    };
    let segments = |marker: u8, beginning: &[u8]| segment(marker, beginning).repeat(250);
    let colours = if gif[10] & 0x80 == 0 { 0 } else { 3 << ((gif[10] & 7) + 1) };
    ask(&mut bob, "first.png", &png);
    let before = server.peak_memory_kib();
    for (name, content) in [
        ("profile.png", holding(&png, 33, &chunk(b"iCCP", &profile))),
        ("text.png", holding(&png, 33, &chunk(b"zTXt", &text).repeat(3))),
        ("words.png", holding(&png, 33, &chunk(b"iTXt", &international).repeat(3))),
        ("unknown.png", holding(&png, 33, &chunk(b"aaAa", &vec![3; 15 * MIB]))),
        ("profile.jpg", holding(&jpeg, 2, &segments(0xe2, b"ICC_PROFILE\0\x01\xfa"))),
        ("comments.jpg", holding(&jpeg, 2, &segments(0xfe, b""))),
        ("photoshop.jpg", holding(&jpeg, 2, &segments(0xed, b"Photoshop 3.0\0"))),
        ("more.jpg", holding(&jpeg, 2, &segments(0xe1, b"http://ns.adobe.com/xap/1.0/\0"))),
        ("more.gif", holding(&gif, 13 + colours, &gif_extension(b"XMP DataXMP", 15 * MIB))),
        ("profile.gif", holding(&gif, 13 + colours, &gif_extension(b"ICCRGBG1012", 15 * MIB))),
        ("profile.webp", extended_webp(&webp, 64, &[(b"ICCP", 15 << 20, 15 * MIB)])),
        ("more.webp", extended_webp(&webp, 64, &[(b"EXIF", 8 << 20, 8 * MIB), (b"XMP ", 7 << 20, 7 * MIB)])),
    ] {
        let (status, message, took) = ask(&mut bob, name, &content);
        assert_eq!((status, message.as_str()), (200, ""), "{name}");
        assert!(took < SOON, "{name} took {took:?}");
    }
    // The server must not believe a claimed size.
    let claimed = extended_webp(&webp, 64, &[(b"EXIF", 0xffff_fff0, 0)]);
    assert!([200, 415].contains(&ask(&mut bob, "claimed.webp", &claimed).0));
    // The kernel adds several counters up, so the sum may be smaller than before.
    let grown = server.peak_memory_kib().saturating_sub(before);
    assert!(grown < 24 * 1024, "{grown} KiB");
    // Without its profile, a turned picture would have other colours.
    let turned = bob.core("rotatefsimage", &[("name", "/bob/profile.png"), ("angle", "90")]);
    assert_eq!(turned.refused(), "This picture is too large to be shown.");
    assert!(server.peak_memory_kib().saturating_sub(before) < 32 * 1024);
}

#[test]
fn what_is_cut_to_pieces_is_refused() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let pieces = [chunk(b"tRNS", b""), chunk(b"tEXt", b"a\0b")].concat().repeat(300_000);
    let (status, message, took) = ask(&mut bob, "a.png", &holding(&png(&quarters(64, 64)), 33, &pieces));
    assert!(status == 415 && message.contains("damaged"), "{status} {message}");
    assert!(took < SOON, "{took:?}");
}

#[test]
fn what_is_broken_is_told_or_drawn_as_far_as_it_goes() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let picture = quarters(400, 300);
    for (format, ending) in [
        (image::ImageFormat::Jpeg, "jpg"),
        (image::ImageFormat::Png, "png"),
        (image::ImageFormat::Gif, "gif"),
        (image::ImageFormat::WebP, "webp"),
    ] {
        let whole = encoded_as(&picture, format);
        for part in [1, 2, 4, 7] {
            let name = format!("cut{part}.{ending}");
            let (status, message, took) = ask(&mut bob, &name, &whole[..whole.len() * part / 8]);
            assert!(
                status == 200 || (status == 415 && message.contains("damaged")),
                "{name} {status} {message}"
            );
            assert!(took < SOON, "{name} took {took:?}");
        }
        // Some bytes behind the beginning are changed.
        for seed in 0..12 {
            let mut broken = whole.clone();
            let dirt = noise(seed, 64);
            for pair in dirt.chunks_exact(2) {
                let at = 30 + usize::from(u16::from_le_bytes([pair[0], pair[1]])) % (broken.len() - 30);
                broken[at] ^= pair[0] | 1;
            }
            let (status, _, took) = ask(&mut bob, &format!("dirt{seed}.{ending}"), &broken);
            assert!([200, 413, 415].contains(&status), "{seed} {ending} {status}");
            assert!(took < SOON, "{seed} {ending} took {took:?}");
        }
    }
    // An intact picture is still drawn.
    assert_eq!(ask(&mut bob, "good.jpg", &jpeg(&picture)).0, 200);
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[test]
fn what_is_no_picture_is_never_answered_with_200() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "folder.jpg")]).done();
    for (name, content) in [
        ("text.jpg", b"only words".as_slice()),
        ("empty.jpg", b""),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ] {
        assert_eq!(ask(&mut bob, name, content).0, 415, "{name}");
    }
    for operation in ["getfsthumbimage", "getfsslideimage"] {
        for (path, status) in [
            ("/bob/text.jpg", 415),
            ("/bob/folder.jpg", 415),
            ("/bob", 415),
            ("/", 415),
            ("/bob/nothing.jpg", 404),
            ("/bobby/x.jpg", 403),
        ] {
            let reply = bob.core(operation, &[("name", path)]);
            let (kind, ..) = reply.command();
            assert_eq!(kind, operation);
            reply.failed(status);
        }
        server.guest().core(operation, &[("name", "/bob/text.jpg")]).failed(401);
    }
    let rows = server.admin().audit(&[("operation", "getfsthumbimage")]);
    assert!(rows.iter().any(|row| row.field("outcome") == "unsupported" && row.field("username") == "bob"));
}

#[test]
fn nobody_sees_the_pictures_of_others() {
    let server = Server::start();
    let mut bobby = server.user("bobby");
    bobby.upload("/bobby", "mine.jpg", &jpeg(&quarters(300, 200))).ok();
    drawn(thumb(&mut bobby, "/bobby/mine.jpg", &[]));
    let mut bob = server.user("bob");
    thumb(&mut bob, "/bobby/mine.jpg", &[]).failed(403);
    bob.core("getfsslideimage", &[("name", "/bobby/mine.jpg")]).failed(403);
    bob.core("rotatefsimage", &[("name", "/bobby/mine.jpg"), ("angle", "90")]).refused();
    bob.core("getvideo", &[("filepath", "/bobby/mine.jpg")]).failed(403);
    // No path leads to the stored thumbnails.
    for path in ["/bob/../.cloudlet/thumbs", "/.cloudlet/thumbs", "/bob/.cloudlet/thumbs"] {
        assert!(thumb(&mut bob, path, &[]).status >= 400);
    }
    // An admin at work on users' data can see the picture.
    drawn(server.admin().get(&thumb_target("/bobby/mine.jpg", &[("adminproxyuserid", "alice")])));
}
