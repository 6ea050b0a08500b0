//! A zip archive made while it is sent: contents stored as they are, so its length is known before.
//!
//! Format: PKWARE APPNOTE 6.3.10. Checksums follow their contents in data descriptors (section 4.3.9), so nothing is
//! read twice; sizes and offsets are always in the 64-bit form (section 4.5.3), so files may have any length.

use crate::base::time::{local, nanoseconds};
use crate::disk::Kind;
use crate::domain::Cloud;
use crate::domain::tree::Content;
use crate::error::{Code, Error, Result};
use std::io::{self, Write};

/// Entries of one archive; each costs memory until it is sent.
const ENTRIES_MAX: usize = 200_000;
const LOCAL_HEADER_BYTES: u64 = 30 + 20;
const DESCRIPTOR_BYTES: u64 = 24;
const CENTRAL_HEADER_BYTES: u64 = 46 + 28;
const END_BYTES: u64 = 56 + 20 + 22;
const VERSION_NEEDED: u16 = 45;
/// Bit 3: sizes and checksum follow the content; bit 11: the name is UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;
const BLOCK_BYTES: usize = 256 * 1024;

/// A planned archive.
pub struct Archive {
    contents: Vec<Content>,
}

/// What the directory at the end says about an entry.
struct Written {
    name: String,
    is_folder: bool,
    date_time: u32,
    checksum: u32,
    size: u64,
    offset: u64,
}

impl Archive {
    /// # Errors
    /// `Code::TooLarge` for too many entries.
    pub fn plan(contents: Vec<Content>) -> Result<Archive> {
        if contents.len() > ENTRIES_MAX {
            return Err(Error::new(
                Code::TooLarge,
                format!("At most {ENTRIES_MAX} files and folders can be downloaded together."),
            ));
        }
        Ok(Archive { contents })
    }

    /// The archive's length in bytes.
    pub fn length(&self) -> u64 {
        let of_entry = |content: &Content| {
            let name = name_in_archive(content).len() as u64;
            LOCAL_HEADER_BYTES + CENTRAL_HEADER_BYTES + DESCRIPTOR_BYTES + 2 * name + size(content)
        };
        self.contents.iter().map(of_entry).sum::<u64>() + END_BYTES
    }

    /// Writes the archive. A file that has shrunk, grown or gone meanwhile breaks it off: its length was promised.
    pub fn write(self, cloud: &Cloud, out: &mut dyn Write) -> io::Result<()> {
        let mut offset = 0;
        let mut written = Vec::with_capacity(self.contents.len());
        let mut block = vec![0; BLOCK_BYTES];
        for content in &self.contents {
            let mut entry = Written {
                name: name_in_archive(content),
                is_folder: content.stat.kind == Kind::Folder,
                date_time: date_time(nanoseconds(content.stat.modified).div_euclid(1_000_000_000)),
                checksum: 0,
                size: size(content),
                offset,
            };
            out.write_all(&entry.local_header())?;
            if !entry.is_folder {
                entry.checksum = copy(cloud, content, entry.size, &mut block, out)?;
            }
            out.write_all(&entry.descriptor())?;
            offset += LOCAL_HEADER_BYTES + entry.name.len() as u64 + entry.size + DESCRIPTOR_BYTES;
            written.push(entry);
        }
        let mut directory_bytes = 0;
        for entry in &written {
            let header = entry.central_header();
            directory_bytes += header.len() as u64;
            out.write_all(&header)?;
        }
        out.write_all(&end(written.len() as u64, directory_bytes, offset))
    }
}

fn copy(
    cloud: &Cloud,
    content: &Content,
    size: u64,
    block: &mut [u8],
    out: &mut dyn Write,
) -> io::Result<u32> {
    let changed = || io::Error::other(format!("{} has changed while it was sent", content.path.path()));
    let mut reader = cloud.look().reader(&content.path).map_err(io::Error::other)?.ok_or_else(changed)?;
    let mut checksum = crc32fast::Hasher::new();
    let mut rest = size;
    loop {
        let count = reader.read(block).map_err(io::Error::other)?;
        rest = rest.checked_sub(count as u64).ok_or_else(changed)?;
        if count == 0 {
            return if rest == 0 { Ok(checksum.finalize()) } else { Err(changed()) };
        }
        checksum.update(&block[..count]);
        out.write_all(&block[..count])?;
    }
}

fn size(content: &Content) -> u64 {
    if content.stat.kind == Kind::File { content.stat.size } else { 0 }
}

/// The name below the archive's top. What leads elsewhere on other systems is taken out of it: `\`, `:` and control
/// characters; names never begin with `/` and have no `..` by their type.
fn name_in_archive(content: &Content) -> String {
    let plain = |letter: char| if matches!(letter, '\\' | ':') || letter.is_control() { '_' } else { letter };
    let mut name: String = content.name.chars().map(plain).collect();
    if content.stat.kind == Kind::Folder {
        name.push('/');
    }
    name
}

impl Written {
    fn local_header(&self) -> Vec<u8> {
        let mut bytes = Bytes::default();
        bytes.u32(0x0403_4b50).u16(VERSION_NEEDED).u16(FLAGS).u16(0).u32(self.date_time);
        bytes.u32(0).u32(u32::MAX).u32(u32::MAX).u16(self.name_length()).u16(20);
        bytes.0.extend_from_slice(self.name.as_bytes());
        // The sizes stand in the 64-bit extra field, and are 0 there because they follow in the descriptor.
        bytes.u16(1).u16(16).u64(0).u64(0);
        bytes.0
    }

    fn descriptor(&self) -> Vec<u8> {
        let mut bytes = Bytes::default();
        bytes.u32(0x0807_4b50).u32(self.checksum).u64(self.size).u64(self.size);
        bytes.0
    }

    fn central_header(&self) -> Vec<u8> {
        // Made by UNIX: the upper half of the attributes is the mode.
        let (mode, dos) = if self.is_folder { (0o040_755_u32, 0x10) } else { (0o100_644, 0) };
        let mut bytes = Bytes::default();
        bytes
            .u32(0x0201_4b50)
            .u16(3 << 8 | VERSION_NEEDED)
            .u16(VERSION_NEEDED)
            .u16(FLAGS)
            .u16(0)
            .u32(self.date_time);
        bytes.u32(self.checksum).u32(u32::MAX).u32(u32::MAX).u16(self.name_length()).u16(28);
        bytes.u16(0).u16(0).u16(0).u32(mode << 16 | dos).u32(u32::MAX);
        bytes.0.extend_from_slice(self.name.as_bytes());
        bytes.u16(1).u16(24).u64(self.size).u64(self.size).u64(self.offset);
        bytes.0
    }

    fn name_length(&self) -> u16 {
        u16::try_from(self.name.len()).expect("a path has at most 4096 bytes")
    }
}

fn end(entries: u64, directory_bytes: u64, directory_offset: u64) -> Vec<u8> {
    let mut bytes = Bytes::default();
    bytes.u32(0x0606_4b50).u64(44).u16(3 << 8 | VERSION_NEEDED).u16(VERSION_NEEDED).u32(0).u32(0);
    bytes.u64(entries).u64(entries).u64(directory_bytes).u64(directory_offset);
    bytes.u32(0x0706_4b50).u32(0).u64(directory_offset + directory_bytes).u32(1);
    bytes.u32(0x0605_4b50).u16(0).u16(0).u16(u16::MAX).u16(u16::MAX).u32(u32::MAX).u32(u32::MAX).u16(0);
    bytes.0
}

/// MS-DOS date and time (two-second steps from 1980) of the box's wall clock: time in the lower half.
fn date_time(seconds: i64) -> u32 {
    let wall = local(seconds);
    if wall.year() < 1980 || wall.year() > 2107 {
        return 1 << 21 | 1 << 16;
    }
    let part = |value: i8| u32::from(value.unsigned_abs());
    let years = u32::from(wall.year().unsigned_abs() - 1980);
    let date = years << 9 | part(wall.month()) << 5 | part(wall.day());
    date << 16 | part(wall.hour()) << 11 | part(wall.minute()) << 5 | (part(wall.second()) / 2)
}

/// Numbers in little-endian order.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn u16(&mut self, number: u16) -> &mut Bytes {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    fn u32(&mut self, number: u32) -> &mut Bytes {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    fn u64(&mut self, number: u64) -> &mut Bytes {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }
}
