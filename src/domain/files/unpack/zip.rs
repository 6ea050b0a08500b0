//! Reads the directory of a zip archive (PKWARE APPNOTE 6.3.10) and its members, one after the
//! other. Anybody may have made the archive: its numbers are bounds that may lie, and memory does not
//! grow with it.

use crate::base::path::{EntryName, PATH_BYTES_MAX};
use crate::base::time;
use crate::error::{Code, Error, Reason, Result};
use flate2::read::DeflateDecoder;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

const END: u32 = 0x0605_4b50;
const LONG_END: u32 = 0x0606_4b50;
const LONG_END_PLACE: u32 = 0x0706_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const LOCAL: u32 = 0x0403_4b50;
const END_BYTES: usize = 22;
const COMMENT_BYTES_MAX: usize = 0xffff;
const CENTRAL_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;
/// Bits of the flags.
const ENCRYPTED: u16 = 1;
const UTF8: u16 = 1 << 11;
/// Methods of compression.
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const BUFFER_BYTES: usize = 64 * 1024;
/// The upper half of the characters of MS-DOS, in which old archives name their members.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// The location of the directory of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directory {
    at: u64,
    bytes: u64,
    /// The number of members, as the archive states it.
    pub count: u64,
}

/// The kind of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    File,
    Folder,
    /// A symbolic link or the like, which is not unpacked.
    Special,
}

/// A member of an archive, as its directory tells.
#[derive(Clone, Debug)]
pub struct Member {
    pub name: String,
    pub kind: MemberKind,
    pub bytes: u64,
    pub packed_bytes: u64,
    /// In seconds since 1970 UTC.
    pub modified: Option<i64>,
    is_encrypted: bool,
    method: u16,
    checksum: u32,
    header_at: u64,
}

/// Finds the directory of an archive of this many bytes.
///
/// # Errors
/// `Code::Unsupported` if it is no zip archive, or one in several parts.
pub fn directory(source: &mut (impl Read + Seek), length: u64) -> Result<Directory> {
    let most = (END_BYTES + COMMENT_BYTES_MAX).min(usize::try_from(length).unwrap_or(usize::MAX));
    let begin = length - most as u64;
    let tail = bytes_at(source, begin, most)?;
    let is_end = |at: &usize| {
        long(&tail, *at) == END && at + END_BYTES + usize::from(short(&tail, at + 20)) <= tail.len()
    };
    let at = (0..=most.saturating_sub(END_BYTES)).rev().find(is_end).ok_or_else(no_archive)?;
    let numbers = [short(&tail, at + 4), short(&tail, at + 6), short(&tail, at + 8), short(&tail, at + 10)];
    let [disk, first_disk, count_here, count] = numbers;
    let (bytes, place) = (long(&tail, at + 12), long(&tail, at + 16));
    let is_long = numbers.contains(&u16::MAX) || bytes == u32::MAX || place == u32::MAX;
    let end = begin + at as u64;
    let found = if is_long { long_directory(source, end)? } else { None };
    let directory = match found {
        Some(directory) => directory,
        None if disk != 0 || first_disk != 0 || count_here != count => return Err(in_parts()),
        None => Directory { at: place.into(), bytes: bytes.into(), count: count.into() },
    };
    let is_inside = directory.at.checked_add(directory.bytes).is_some_and(|behind| behind <= end);
    if is_inside { Ok(directory) } else { Err(damaged()) }
}

/// The location of the directory by the Zip64 records, sections 4.3.14 and 4.3.15. `None` if there
/// are none.
fn long_directory(source: &mut (impl Read + Seek), end: u64) -> Result<Option<Directory>> {
    const PLACE_BYTES: usize = 20;
    const LONG_END_BYTES: usize = 56;
    let Some(at) = end.checked_sub(PLACE_BYTES as u64) else { return Ok(None) };
    let place = bytes_at(source, at, PLACE_BYTES)?;
    if long(&place, 0) != LONG_END_PLACE {
        return Ok(None);
    }
    let at = wide(&place, 8);
    if at.checked_add(LONG_END_BYTES as u64).is_none_or(|behind| behind > end) {
        return Err(damaged());
    }
    let numbers = bytes_at(source, at, LONG_END_BYTES)?;
    if long(&numbers, 0) != LONG_END {
        return Err(damaged());
    }
    if long(&numbers, 16) != 0 || long(&numbers, 20) != 0 || wide(&numbers, 24) != wide(&numbers, 32) {
        return Err(in_parts());
    }
    Ok(Some(Directory { at: wide(&numbers, 48), bytes: wide(&numbers, 40), count: wide(&numbers, 32) }))
}

/// Passes the members of an archive to a closure, in the order of its directory.
///
/// # Errors
/// `Code::Unsupported` if the directory is damaged; the errors of the closure.
pub fn each_member<S: Read + Seek>(
    source: &mut S,
    directory: Directory,
    mut each: impl FnMut(&mut S, Member) -> Result<()>,
) -> Result<()> {
    let (mut at, behind) = (directory.at, directory.at + directory.bytes);
    let mut count = 0;
    while at < behind {
        let head = bytes_at(source, at, CENTRAL_BYTES)?;
        let lengths = [28, 30, 32].map(|place| usize::from(short(&head, place)));
        let more = lengths.iter().sum::<usize>();
        let end = at + (CENTRAL_BYTES + more) as u64;
        if long(&head, 0) != CENTRAL || end > behind {
            return Err(damaged());
        }
        let rest = bytes_at(source, at + CENTRAL_BYTES as u64, more)?;
        let (name, rest) = rest.split_at(lengths[0]);
        each(source, Member::read(&head, name, &rest[..lengths[1]])?)?;
        at = end;
        count += 1;
    }
    if count == directory.count { Ok(()) } else { Err(damaged()) }
}

impl Member {
    fn read(head: &[u8], name: &[u8], extra: &[u8]) -> Result<Member> {
        let flags = short(head, 8);
        let name = text_of(name, flags);
        let mut member = Member {
            kind: kind_of(head, &name),
            name,
            bytes: long(head, 24).into(),
            packed_bytes: long(head, 20).into(),
            modified: dos_time(short(head, 12), short(head, 14)),
            is_encrypted: flags & ENCRYPTED != 0,
            method: short(head, 10),
            checksum: long(head, 16),
            header_at: long(head, 42).into(),
        };
        member.read_extra(extra)?;
        Ok(member)
    }

    /// Reads the Zip64 field (section 4.5.3), and the time in UTC (field 0x5455 of Info-ZIP).
    fn read_extra(&mut self, mut extra: &[u8]) -> Result<()> {
        let limit = u64::from(u32::MAX);
        while extra.len() >= 4 {
            let (id, length) = (short(extra, 0), usize::from(short(extra, 2)));
            let Some(field) = extra.get(4..4 + length) else { return Ok(()) };
            if id == 1 {
                let numbers = [&mut self.bytes, &mut self.packed_bytes, &mut self.header_at];
                let mut given = field.chunks_exact(8);
                for number in numbers.into_iter().filter(|number| **number == limit) {
                    *number = wide(given.next().ok_or_else(damaged)?, 0);
                }
            } else if id == 0x5455 && length >= 5 && field[0] & 1 != 0 {
                self.modified = Some(i64::from(long(field, 1) as i32));
            }
            extra = &extra[4 + length..];
        }
        Ok(())
    }

    /// The names of its path, in the folder that the archive becomes.
    ///
    /// # Errors
    /// `Code::Forbidden` for a path that leads out of that folder, `Code::Invalid` for a name that
    /// nothing can have.
    pub fn path(&self) -> Result<Vec<EntryName>> {
        // Old programs of Windows write their own separators.
        let name = self.name.replace('\\', "/");
        let bytes = name.as_bytes();
        let has_drive = bytes.get(1) == Some(&b':') && bytes.first().is_some_and(u8::is_ascii_alphabetic);
        let parts = || name.split('/');
        if name.starts_with('/') || has_drive || parts().any(|part| part == "..") {
            return Err(Error::new(
                Code::Forbidden,
                "This archive wants to put files outside of its folder, so nothing of it was unpacked.",
            )
            .for_reason(Reason::ArchiveLeadsOut));
        }
        if name.len() > PATH_BYTES_MAX {
            let sentence = "A path in this archive is too long.";
            return Err(Error::new(Code::Invalid, sentence).for_reason(Reason::NameTooLong));
        }
        let named = parts().filter(|part| !part.is_empty() && *part != ".").map(|part| {
            let name = EntryName::parse(part)?.nfc();
            name.check_new().map(|()| name)
        });
        named.collect()
    }

    /// True for entries of which only Apple's computers make use.
    pub fn is_of_mac(&self) -> bool {
        let mut parts = self.name.split('/').filter(|part| !part.is_empty());
        let last = parts.clone().next_back();
        parts.next() == Some("__MACOSX") || last == Some(".DS_Store")
    }

    /// Refuses a member that cannot be unpacked.
    ///
    /// # Errors
    /// `Code::Unsupported` for an encrypted member and for a method that is not known here.
    pub fn check_known(&self) -> Result<()> {
        if self.is_encrypted {
            let sentence = "This archive is encrypted. Please unpack it where you know its password.";
            return Err(Error::new(Code::Unsupported, sentence).for_reason(Reason::ArchiveEncrypted));
        }
        let is_sound = self.method == DEFLATED || (self.method == STORED && self.bytes == self.packed_bytes);
        match self.method {
            STORED | DEFLATED if is_sound => Ok(()),
            STORED | DEFLATED => Err(damaged()),
            _ => Err(unreadable("This archive is compressed in a way that is not known here.")),
        }
    }

    /// Passes the content to a closure, block by block. The closure never gets more bytes than the
    /// directory states.
    ///
    /// # Errors
    /// `Code::Unsupported` if the content is damaged or longer than it should be.
    pub fn unpack(
        &self,
        source: &mut (impl Read + Seek),
        length: u64,
        mut each: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let head = bytes_at(source, self.header_at, LOCAL_BYTES)?;
        let more = u64::from(short(&head, 26)) + u64::from(short(&head, 28));
        let begin = self.header_at + LOCAL_BYTES as u64 + more;
        let is_inside = begin.checked_add(self.packed_bytes).is_some_and(|end| end <= length);
        let is_same = short(&head, 6) & ENCRYPTED == 0 && short(&head, 8) == self.method;
        if long(&head, 0) != LOCAL || !is_inside || !is_same {
            return Err(damaged());
        }
        source.seek(SeekFrom::Start(begin)).map_err(Error::of_io)?;
        let mut packed = BufReader::with_capacity(BUFFER_BYTES, source.take(self.packed_bytes));
        let mut inflated;
        let content: &mut dyn Read = match self.method {
            STORED => &mut packed,
            _ => {
                inflated = DeflateDecoder::new(packed);
                &mut inflated
            }
        };
        let (mut checksum, mut left, mut block) =
            (crc32fast::Hasher::new(), self.bytes, vec![0; BUFFER_BYTES]);
        loop {
            let count = match content.read(&mut block) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if is_of_the_archive(&error) => return Err(damaged().because(error)),
                Err(error) => return Err(Error::of_io(error)),
            };
            left = left.checked_sub(count as u64).ok_or_else(damaged)?;
            checksum.update(&block[..count]);
            each(&block[..count])?;
        }
        if left == 0 && checksum.finalize() == self.checksum { Ok(()) } else { Err(damaged()) }
    }
}

fn is_of_the_archive(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
    )
}

/// The kind of a member by its name and, if it was made by Unix or a Mac, by its mode.
fn kind_of(head: &[u8], name: &str) -> MemberKind {
    const UNIX: u16 = 3;
    const MAC: u16 = 19;
    let mode = long(head, 38) >> 16 & 0o170_000;
    match (short(head, 4) >> 8, mode) {
        (UNIX | MAC, 0 | 0o040_000 | 0o100_000) => {}
        (UNIX | MAC, _) => return MemberKind::Special,
        _ => {}
    }
    if name.ends_with(['/', '\\']) { MemberKind::Folder } else { MemberKind::File }
}

/// Decodes a name. It is UTF-8 if it is valid as such, whatever the archive says, and otherwise in
/// the code page of MS-DOS.
fn text_of(bytes: &[u8], flags: u16) -> String {
    let of_dos = |byte: &u8| match byte {
        0..0x80 => char::from(*byte),
        _ => CP437.chars().nth(usize::from(byte - 0x80)).unwrap_or('_'),
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) if flags & UTF8 != 0 => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => bytes.iter().map(of_dos).collect(),
    }
}

/// A time of MS-DOS, by the clock of this machine; `None` if there is no such time.
fn dos_time(of_day: u16, date: u16) -> Option<i64> {
    let (year, month, day) = (1980 + (date >> 9), date >> 5 & 15, date & 31);
    let (hour, minute, second) = (of_day >> 11, of_day >> 5 & 63, 2 * (of_day & 31));
    time::parse(&format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"))
}

fn bytes_at(source: &mut (impl Read + Seek), at: u64, count: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    let read = source.seek(SeekFrom::Start(at)).and_then(|_| source.read_exact(&mut bytes));
    match read {
        Ok(()) => Ok(bytes),
        Err(error) if is_of_the_archive(&error) => Err(damaged().because(error)),
        Err(error) => Err(Error::of_io(error)),
    }
}

fn short(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |number| u16::from_le_bytes(*number))
}

fn long(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |number| u32::from_le_bytes(*number))
}

fn wide(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |number| u64::from_le_bytes(*number))
}

fn no_archive() -> Error {
    unreadable("This file is not a zip archive.")
}

fn in_parts() -> Error {
    unreadable("This archive is one of several parts, which cannot be unpacked here.")
}

fn damaged() -> Error {
    unreadable("This archive is damaged, so nothing of it was unpacked.")
}

fn unreadable(sentence: &'static str) -> Error {
    Error::new(Code::Unsupported, sentence).for_reason(Reason::ArchiveUnreadable)
}

#[cfg(test)]
mod tests;
