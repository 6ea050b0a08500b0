//! A zip archive made while it is sent. Its contents are not compressed, so its length is known
//! before.
//!
//! Format: PKWARE APPNOTE 6.3.10. Checksums follow their contents in data descriptors (section
//! 4.3.9), so that nothing is read twice. Sizes and offsets always have the 64-bit form (section
//! 4.5.3), so that files may have any length.

use crate::base::time::{local, now_seconds};
use crate::disk::Spool;
use crate::domain::Cloud;
use crate::domain::files::archive_contents::{Content, Contents, Cursor};
use crate::error::{Error, Result};
use std::io::{self, Write};

const LOCAL_HEADER_BYTES: u64 = 30 + 20;
const DESCRIPTOR_BYTES: u64 = 24;
const CENTRAL_HEADER_BYTES: u64 = 46 + 28;
const TIME_BYTES: u64 = 9;
const END_BYTES: u64 = 56 + 20 + 22;
const VERSION_NEEDED: u16 = 45;
/// Bit 3: sizes and checksum follow the content; bit 11: the name is UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;
/// Number of bytes that are sent at once: few enough to stay in the processor's cache after their
/// checksum was computed.
const BLOCK_BYTES: usize = 128 * 1024;

/// A planned archive.
pub struct Archive {
    contents: Contents,
    length: u64,
    /// The headers at the end, as far as they are known.
    directory: Spool,
    note: Option<Note>,
}

/// A text that comes first in the archive and names the entries that the archive lacks.
pub struct Note {
    pub name: String,
    pub text: String,
}

/// The reason why an archive is incomplete.
#[derive(Debug)]
pub enum Broken {
    /// A promised content cannot be sent.
    Archive(Error),
    /// The client has closed the connection.
    Connection(io::Error),
}

/// An entry of the archive.
struct Member {
    name: String,
    is_folder: bool,
    /// In seconds since 1970 UTC.
    modified: i64,
    size: u64,
    checksum: u32,
    offset: u64,
}

impl Archive {
    /// Plans an archive and reserves the space for its plan.
    pub fn of(contents: Contents, note: Option<Note>, mut directory: Spool) -> Result<Archive> {
        let (mut cursor, mut length, mut directory_length) = (Cursor::default(), END_BYTES, 0);
        if let Some(note) = &note {
            let member = note.member();
            length += member.bytes();
            directory_length += member.central_bytes();
        }
        while let Some(content) = cursor.next(&contents)? {
            let member = Member::of(&content, 0);
            length += member.bytes();
            directory_length += member.central_bytes();
        }
        directory.reserve(directory_length)?;
        Ok(Archive { contents, length, directory, note })
    }

    /// The archive's length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Writes the archive. It breaks off if a file has shrunk, grown or gone meanwhile, or cannot
    /// be read, because the length of the archive was promised.
    pub fn write(self, cloud: &Cloud, out: &mut dyn Write) -> Result<(), Broken> {
        let mut sender = Sender::new(out);
        let (mut cursor, mut directory) = (Cursor::default(), self.directory);
        if let Some(note) = &self.note {
            let member = note.member();
            sender.put(&member.local_header())?;
            sender.put(note.text.as_bytes())?;
            sender.put(&member.descriptor())?;
            directory.append(&member.central_header())?;
        }
        while let Some(content) = cursor.next(&self.contents)? {
            let mut member = Member::of(&content, sender.sent);
            sender.put(&member.local_header())?;
            if !member.is_folder {
                member.checksum = copy(&self.contents, cloud, &content, &mut sender)?;
            }
            sender.put(&member.descriptor())?;
            directory.append(&member.central_header())?;
        }
        let start = sender.sent;
        put_all(&directory, &mut sender)?;
        let count = self.contents.count() + u64::from(self.note.is_some());
        sender.put(&end(count, directory.length(), start))?;
        sender.flush()
    }
}

impl Note {
    fn member(&self) -> Member {
        Member {
            name: self.name.clone(),
            is_folder: false,
            modified: now_seconds(),
            size: self.text.len() as u64,
            checksum: crc32fast::hash(self.text.as_bytes()),
            offset: 0,
        }
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Broken {
        Broken::Archive(error)
    }
}

/// Sends a file and returns its checksum.
fn copy(
    contents: &Contents,
    cloud: &Cloud,
    content: &Content,
    sender: &mut Sender<'_>,
) -> Result<u32, Broken> {
    let mut reader = contents.reader(cloud, content)?;
    let mut checksum = crc32fast::Hasher::new();
    loop {
        let space = sender.space()?;
        let count = reader.read(space)?;
        if count == 0 {
            return Ok(checksum.finalize());
        }
        checksum.update(&space[..count]);
        sender.filled(count);
    }
}

fn put_all(spool: &Spool, sender: &mut Sender<'_>) -> Result<(), Broken> {
    let mut offset = 0;
    loop {
        let count = spool.read_at(offset, sender.space()?)?;
        if count == 0 {
            return Ok(());
        }
        sender.filled(count);
        offset += count as u64;
    }
}

/// Gathers what is sent in one block. Files are read into it, so that nothing is copied and small
/// files are sent together.
struct Sender<'a> {
    out: &'a mut dyn Write,
    block: Vec<u8>,
    filled: usize,
    /// The number of bytes so far, including those in the block.
    sent: u64,
}

impl Sender<'_> {
    fn new(out: &mut dyn Write) -> Sender<'_> {
        Sender { out, block: vec![0; BLOCK_BYTES], filled: 0, sent: 0 }
    }

    fn put(&mut self, mut bytes: &[u8]) -> Result<(), Broken> {
        while !bytes.is_empty() {
            let space = self.space()?;
            let count = space.len().min(bytes.len());
            space[..count].copy_from_slice(&bytes[..count]);
            self.filled(count);
            bytes = &bytes[count..];
        }
        Ok(())
    }

    /// Free space in the block.
    fn space(&mut self) -> Result<&mut [u8], Broken> {
        if self.filled == self.block.len() {
            self.flush()?;
        }
        Ok(&mut self.block[self.filled..])
    }

    /// Notes that this number of bytes was put into the free space.
    fn filled(&mut self, count: usize) {
        self.filled += count;
        self.sent += count as u64;
    }

    fn flush(&mut self) -> Result<(), Broken> {
        self.out.write_all(&self.block[..self.filled]).map_err(Broken::Connection)?;
        self.filled = 0;
        Ok(())
    }
}

impl Member {
    fn of(content: &Content, offset: u64) -> Member {
        Member {
            name: name_in_archive(content),
            is_folder: content.is_folder,
            modified: content.modified_nanoseconds.div_euclid(1_000_000_000),
            size: content.bytes,
            checksum: 0,
            offset,
        }
    }

    /// The number of bytes that it adds to the archive.
    fn bytes(&self) -> u64 {
        let central = self.central_bytes();
        LOCAL_HEADER_BYTES + central - CENTRAL_HEADER_BYTES + self.size + DESCRIPTOR_BYTES + central
    }

    /// The length of its header at the end of the archive.
    fn central_bytes(&self) -> u64 {
        let time = if self.time().is_some() { TIME_BYTES } else { 0 };
        CENTRAL_HEADER_BYTES + time + self.name.len() as u64
    }

    fn local_header(&self) -> Vec<u8> {
        let mut bytes = Bytes::default();
        bytes.u32(0x0403_4b50).u16(VERSION_NEEDED).u16(FLAGS).u16(0).u32(date_time(self.modified));
        bytes.u32(0).u32(u32::MAX).u32(u32::MAX).u16(self.name_length()).u16(20 + self.time_length());
        bytes.0.extend_from_slice(self.name.as_bytes());
        // The sizes have their 64-bit extra field. They are 0 there because they follow in the
        // descriptor.
        bytes.u16(1).u16(16).u64(0).u64(0);
        self.append_time(&mut bytes);
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
            .u32(date_time(self.modified));
        bytes.u32(self.checksum).u32(u32::MAX).u32(u32::MAX).u16(self.name_length());
        bytes.u16(28 + self.time_length()).u16(0).u16(0).u16(0).u32(mode << 16 | dos).u32(u32::MAX);
        bytes.0.extend_from_slice(self.name.as_bytes());
        bytes.u16(1).u16(24).u64(self.size).u64(self.size).u64(self.offset);
        self.append_time(&mut bytes);
        bytes.0
    }

    /// The extended timestamp (0x5455 of Info-ZIP): the time in seconds and UTC, if 32 bits can
    /// hold it.
    fn append_time(&self, bytes: &mut Bytes) {
        if let Some(time) = self.time() {
            bytes.u16(0x5455).u16(5).0.push(1);
            bytes.0.extend_from_slice(&time.to_le_bytes());
        }
    }

    fn time(&self) -> Option<i32> {
        i32::try_from(self.modified).ok()
    }

    fn time_length(&self) -> u16 {
        if self.time().is_some() { TIME_BYTES as u16 } else { 0 }
    }

    fn name_length(&self) -> u16 {
        u16::try_from(self.name.len())
            .expect("a path has at most 4096 bytes, each of which becomes three at most")
    }
}

/// The name below the archive's top. By its type it never begins with `/` and has no `..`.
fn name_in_archive(content: &Content) -> String {
    let mut name = content.portable_name.clone();
    if content.is_folder {
        name.push('/');
    }
    name
}

fn end(entries: u64, directory_bytes: u64, directory_offset: u64) -> Vec<u8> {
    let mut bytes = Bytes::default();
    bytes.u32(0x0606_4b50).u64(44).u16(3 << 8 | VERSION_NEEDED).u16(VERSION_NEEDED).u32(0).u32(0);
    bytes.u64(entries).u64(entries).u64(directory_bytes).u64(directory_offset);
    bytes.u32(0x0706_4b50).u32(0).u64(directory_offset + directory_bytes).u32(1);
    bytes.u32(0x0605_4b50).u16(0).u16(0).u16(u16::MAX).u16(u16::MAX).u32(u32::MAX).u32(u32::MAX).u16(0);
    bytes.0
}

/// MS-DOS date and time of this machine's wall clock, in steps of two seconds from 1980. The lower
/// half is the time.
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
