//! Tests with archives as programs write them, and with archives that state wrong numbers.

use super::{MemberKind, directory, each_member};
use crate::error::{Code, Result};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::{Cursor, Write};

/// A member, and how it is written.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    name: &'a [u8],
    content: &'a [u8],
    method: u16,
    flags: u16,
    mode: u32,
    has_long_numbers: bool,
}

fn member<'a>(name: &'a str, content: &'a [u8]) -> Wanted<'a> {
    Wanted { name: name.as_bytes(), content, method: 8, flags: 0, mode: 0, has_long_numbers: false }
}

fn packed(content: &[u8], method: u16) -> Vec<u8> {
    if method != 8 {
        return content.to_vec();
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn archive(members: &[Wanted<'_>]) -> Vec<u8> {
    let (mut bytes, mut central) = (Vec::new(), Vec::new());
    for one in members {
        let (packed, at) = (packed(one.content, one.method), bytes.len() as u64);
        let numbers = [one.content.len() as u64, packed.len() as u64, at];
        let mut extra = vec![0x55, 0x54, 5, 0, 1, 0, 0, 0, 0x60];
        if one.has_long_numbers {
            extra.extend([1, 0, 24, 0]);
            numbers.iter().for_each(|number| extra.extend(number.to_le_bytes()));
        }
        let short = |number: u64| if one.has_long_numbers { u32::MAX } else { number as u32 };
        let mut common = [20, one.flags, one.method, 0, 0x21].map(u16::to_le_bytes).concat();
        common.extend(crc32fast::hash(one.content).to_le_bytes());
        common.extend([short(numbers[1]), short(numbers[0])].map(u32::to_le_bytes).concat());
        common.extend((one.name.len() as u16).to_le_bytes());
        bytes.extend(0x0403_4b50_u32.to_le_bytes());
        bytes.extend([common.as_slice(), &[0, 0], one.name, &packed].concat());
        central.extend([&0x0201_4b50_u32.to_le_bytes(), [20, 3].as_slice(), &common].concat());
        central.extend([extra.len() as u16, 0, 0, 0].map(u16::to_le_bytes).concat());
        central.extend([one.mode << 16, short(at)].map(u32::to_le_bytes).concat());
        central.extend([one.name, &extra].concat());
    }
    let at = bytes.len() as u32;
    bytes.extend(&central);
    bytes.extend(0x0605_4b50_u32.to_le_bytes());
    bytes.extend([0, 0, members.len() as u16, members.len() as u16].map(u16::to_le_bytes).concat());
    bytes.extend([central.len() as u32, at].map(u32::to_le_bytes).concat());
    bytes.extend(*b"\x02\0hi");
    bytes
}

/// Paths and contents of an archive.
fn read(bytes: &[u8]) -> Result<Vec<(String, MemberKind, Vec<u8>)>> {
    let (mut source, length, mut found) = (Cursor::new(bytes), bytes.len() as u64, Vec::new());
    let place = directory(&mut source, length)?;
    each_member(&mut source, place, |source, member| {
        let names: Vec<String> = member.path()?.iter().map(ToString::to_string).collect();
        let mut content = Vec::new();
        if member.kind == MemberKind::File {
            member.check_known()?;
            member.unpack(source, length, |block| {
                content.extend_from_slice(block);
                Ok(())
            })?;
        }
        assert_eq!(member.modified, Some(0x6000_0000));
        found.push((names.join("/"), member.kind, content));
        Ok(())
    })?;
    Ok(found)
}

fn refusal(bytes: &[u8]) -> Code {
    read(bytes).unwrap_err().code
}

#[test]
fn archives_are_read_as_programs_write_them() {
    let long = vec![7; 200_000];
    let members = [
        Wanted { mode: 0o040_755, method: 0, ..member("a/", b"") },
        Wanted { mode: 0o100_644, ..member("a/b.txt", &long) },
        Wanted { method: 0, flags: 1 << 11, ..member("ä.txt", b"stored") },
        Wanted { has_long_numbers: true, ..member("./a//long.txt", b"long") },
        Wanted { name: b"gr\x81n\\x.txt", ..member("", b"") },
        Wanted { mode: 0o120_777, ..member("link", b"/etc/passwd") },
    ];
    let found = read(&archive(&members)).unwrap();
    let wanted = [
        ("a", MemberKind::Folder, b"".as_slice()),
        ("a/b.txt", MemberKind::File, &long),
        ("ä.txt", MemberKind::File, b"stored"),
        ("a/long.txt", MemberKind::File, b"long"),
        ("grün/x.txt", MemberKind::File, b""),
        ("link", MemberKind::Special, b""),
    ];
    for ((name, kind, content), (wanted, as_kind, bytes)) in found.iter().zip(wanted) {
        assert_eq!((name.as_str(), *kind, content.as_slice()), (wanted, as_kind, bytes));
    }
    assert_eq!(found.len(), wanted.len());
    assert!(read(&archive(&[])).unwrap().is_empty());
    // The first archive ends with further bytes. The second one has Zip64 records at its end.
    assert_eq!(read(&[archive(&members[..1]), vec![0; 100]].concat()).unwrap().len(), 1);
    let mut bytes = archive(&members[..2]);
    let (end, beginning) = (bytes.len() - 24, bytes.len() as u64);
    let number = |at: usize| u32::from_le_bytes(*bytes[end + at..].first_chunk().unwrap());
    let (size, place) = (u64::from(number(12)), u64::from(number(16)));
    bytes.extend(0x0606_4b50_u32.to_le_bytes());
    bytes.extend([&44_u64.to_le_bytes(), [45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0].as_slice()].concat());
    bytes.extend([2, 2, size, place].map(u64::to_le_bytes).concat());
    bytes.extend(
        [&0x0706_4b50_u32.to_le_bytes(), [0; 4].as_slice(), &beginning.to_le_bytes(), &[1, 0, 0, 0]].concat(),
    );
    bytes.extend([0x0605_4b50_u32.to_le_bytes().as_slice(), &[0; 4], &[0xff; 12], &[0; 2]].concat());
    assert_eq!(read(&bytes).unwrap().len(), 2);
}

#[test]
fn paths_that_lead_out_are_refused() {
    for name in ["../a", "a/../../b", "/etc/passwd", "\\a", "..\\a", "C:\\a", "c:a", "a/..", ".."] {
        assert_eq!(refusal(&archive(&[member(name, b"x")])), Code::Forbidden, "{name}");
    }
    for name in ["a\0b", &"x".repeat(300), "a/\u{1}"] {
        assert_eq!(refusal(&archive(&[member(name, b"x")])), Code::Invalid, "{name}");
    }
    for (name, is_of_mac) in
        [("__MACOSX/._a", true), ("a/.DS_Store", true), ("a/__MACOSX/b", false), ("DS_Store", false)]
    {
        let bytes = archive(&[member(name, b"")]);
        let mut source = Cursor::new(&bytes);
        let place = directory(&mut source, bytes.len() as u64).unwrap();
        each_member(&mut source, place, |_, member| {
            assert_eq!(member.is_of_mac(), is_of_mac, "{name}");
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn what_cannot_be_unpacked_is_refused() {
    let one = member("a", b"content");
    for wanted in [Wanted { flags: 1, ..one }, Wanted { method: 12, ..one }, Wanted { method: 99, ..one }] {
        assert_eq!(refusal(&archive(&[wanted])), Code::Unsupported);
    }
    for bytes in [b"".as_slice(), b"no archive", &[0; 22], b"PK\x05\x06"] {
        assert_eq!(refusal(bytes), Code::Unsupported);
    }
    let whole = archive(&[one, member("b", b"other content")]);
    assert_eq!(read(&whole).unwrap().len(), 2);
    // The end record says that this is a part of a split archive.
    let mut parts = whole.clone();
    let end = parts.len() - 24;
    parts[end + 4] = 1;
    assert_eq!(refusal(&parts), Code::Unsupported);
}

#[test]
fn numbers_that_lie_are_refused() {
    let content = vec![0; 100_000];
    let whole = archive(&[member("a", &content)]);
    let end = whole.len() - 24;
    let central = whole.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let with = |at: usize, number: u32| {
        let mut bent = whole.clone();
        bent[at..at + 4].copy_from_slice(&number.to_le_bytes());
        bent
    };
    // Each archive states one wrong number: a size, a checksum, or a position.
    for bent in [
        with(central + 24, 99_999),
        with(central + 24, 100_001),
        with(central + 16, 0),
        with(central + 20, 5),
        with(central + 20, u32::MAX - 1),
        with(central + 42, 4),
        with(central + 42, u32::MAX - 1),
        with(central + 28, u32::MAX),
        with(end + 12, 10),
        with(end + 12, u32::MAX - 1),
        with(end + 16, u32::MAX - 1),
        with(end + 8, 0x0002_0002),
    ] {
        assert_eq!(refusal(&bent), Code::Unsupported);
    }
}

#[test]
fn no_archive_is_too_broken_to_be_read_over() {
    let whole = archive(&[member("a/b", b"content"), Wanted { has_long_numbers: true, ..member("c", b"") }]);
    for end in 0..whole.len() {
        let _ = read_any(&whole[..end]);
    }
    for at in 0..whole.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut broken = whole.clone();
            broken[at] = value;
            let _ = read_any(&broken);
        }
    }
}

fn read_any(bytes: &[u8]) -> Result<()> {
    let mut source = Cursor::new(bytes);
    let place = directory(&mut source, bytes.len() as u64)?;
    each_member(&mut source, place, |source, member| {
        let mut left = member.bytes;
        let _ = member.path();
        let _ = member.unpack(source, bytes.len() as u64, |block| {
            left = left.checked_sub(block.len() as u64).expect("never more than it tells");
            Ok(())
        });
        Ok(())
    })
}
