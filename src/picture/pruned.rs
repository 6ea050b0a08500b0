//! Leaves out the parts of a picture file that are not needed to show it. Texts, thumbnails and
//! colour profiles may be compressed a thousand times, and decoders unpack or copy them before
//! anybody can limit that. So this module reads the structure of the file first, and the decoder
//! gets only the pixels, the orientation, and a colour profile that is not too large.

use super::{Source, damaged};
use crate::error::{Error, Result};
use flate2::read::ZlibDecoder;
use image::ImageFormat;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

/// The maximum size of an Exif block: as much as a JPEG can hold.
const EXIF_BYTES_MAX: u64 = 64 * 1024;
/// The maximum number of remaining ranges. No camera or program makes that many.
const PARTS_MAX: usize = 4096;

/// A picture file with parts left out. It reads as if they had never been there.
pub struct Pruned<'a> {
    source: &'a mut dyn Source,
    /// The remaining ranges, in order.
    parts: Vec<Range<u64>>,
    position: u64,
    length: u64,
    lacks_profile: bool,
    may_read_exif: bool,
}

impl<'a> Pruned<'a> {
    /// Leaves out the unneeded parts of a picture. `profile_bytes_max` limits the unpacked colour
    /// profile.
    ///
    /// # Errors
    /// `Code::Unsupported` if the file has more parts than any real picture.
    pub fn new(
        source: &'a mut dyn Source,
        format: ImageFormat,
        profile_bytes_max: u64,
    ) -> Result<Pruned<'a>> {
        let length = source.seek(SeekFrom::End(0)).map_err(Error::of_io)?;
        source.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
        let mut walk = Walk {
            reader: BufReader::with_capacity(16 * 1024, source),
            at: 0,
            length,
            parts: Vec::new(),
            profile_bytes_max,
            has_exif: false,
            has_profile: false,
            lacks_profile: false,
            may_read_exif: true,
        };
        let walked = match format {
            ImageFormat::Png => walk.png(),
            ImageFormat::Jpeg => walk.jpeg(),
            ImageFormat::WebP => walk.webp(),
            ImageFormat::Gif => walk.gif(),
            _ => Ok(()),
        };
        match walked {
            // If the file is cut off, the decoder reports it.
            Ok(()) | Err(Stop::End) => walk.keep_rest()?,
            Err(Stop::TooMany) => return Err(damaged().because("it consists of too many parts")),
            Err(Stop::Failed(error)) => return Err(Error::of_io(error)),
        }
        let Walk { reader, parts, lacks_profile, may_read_exif, .. } = walk;
        let length = parts.iter().map(|part| part.end - part.start).sum();
        let source = reader.into_inner();
        Ok(Pruned { source, parts, position: 0, length, lacks_profile, may_read_exif })
    }

    /// The number of remaining bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// True if the size of the Exif block is plausible.
    pub fn may_read_exif(&self) -> bool {
        self.may_read_exif
    }

    /// True if a colour profile was too large and left out.
    pub fn lacks_profile(&self) -> bool {
        self.lacks_profile
    }
}

impl Read for Pruned<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut before = 0;
        for part in &self.parts {
            let within = self.position - before;
            let length = part.end - part.start;
            if within < length {
                self.source.seek(SeekFrom::Start(part.start + within))?;
                let count = (&mut *self.source).take(length - within).read(bytes)?;
                self.position += count as u64;
                return Ok(count);
            }
            before += length;
        }
        Ok(0)
    }
}

impl Seek for Pruned<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        // Seeking beyond the end is allowed, and reads nothing.
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?.min(self.length);
        Ok(self.position)
    }
}

/// The reason why reading the structure ends before the pixels.
enum Stop {
    End,
    TooMany,
    Failed(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        if error.kind() == io::ErrorKind::UnexpectedEof { Stop::End } else { Stop::Failed(error) }
    }
}

type Walked<T = ()> = std::result::Result<T, Stop>;

/// A walk through the structure at the beginning of a file.
struct Walk<'a> {
    reader: BufReader<&'a mut dyn Source>,
    /// The offset of the next part.
    at: u64,
    length: u64,
    parts: Vec<Range<u64>>,
    profile_bytes_max: u64,
    has_exif: bool,
    has_profile: bool,
    lacks_profile: bool,
    may_read_exif: bool,
}

impl Walk<'_> {
    /// Reads bytes at an offset near the last one.
    fn read(&mut self, at: u64, bytes: &mut [u8]) -> Walked {
        let here = self.reader.stream_position()?;
        // The difference of two offsets in the file fits into an `i64`.
        self.reader.seek_relative(at as i64 - here as i64)?;
        Ok(self.reader.read_exact(bytes)?)
    }

    fn bytes<const N: usize>(&mut self, at: u64) -> Walked<[u8; N]> {
        let mut bytes = [0; N];
        self.read(at, &mut bytes)?;
        Ok(bytes)
    }

    /// Moves past the next bytes, and keeps or drops them.
    fn pass(&mut self, length: u64, is_kept: bool) -> Walked {
        let end = self.at.saturating_add(length).min(self.length);
        if is_kept {
            let count = self.parts.len();
            match self.parts.last_mut() {
                Some(last) if last.end == self.at => last.end = end,
                _ if count >= PARTS_MAX => return Err(Stop::TooMany),
                _ => self.parts.push(self.at..end),
            }
        }
        self.at = end;
        if end == self.length { Err(Stop::End) } else { Ok(()) }
    }

    fn keep_rest(&mut self) -> Result<()> {
        let rest = self.length - self.at;
        match self.pass(rest, rest > 0) {
            Err(Stop::TooMany) => Err(damaged().because("it consists of too many parts")),
            _ => Ok(()),
        }
    }

    /// True for the first Exif block, if its size is plausible.
    fn wants_exif(&mut self, length: u64) -> bool {
        length <= EXIF_BYTES_MAX && !std::mem::replace(&mut self.has_exif, true)
    }

    /// True for the first colour profile, if it is not too large.
    fn wants_profile(&mut self, length: u64) -> bool {
        let is_first = !std::mem::replace(&mut self.has_profile, true);
        let fits = length <= self.profile_bytes_max;
        self.lacks_profile |= is_first && !fits;
        is_first && fits
    }

    /// Reads chunks (PNG, section 5.3) up to the first with pixels.
    fn png(&mut self) -> Walked {
        self.pass(8, true)?;
        loop {
            let head: [u8; 8] = self.bytes(self.at)?;
            let (length, kind) =
                (u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]])), &head[4..]);
            let is_kept = match kind {
                b"IDAT" | b"IEND" => return Ok(()),
                // `acTL` marks an animation. Its first picture is the one kept here.
                b"IHDR" | b"PLTE" | b"tRNS" | b"acTL" => true,
                b"eXIf" => self.wants_exif(length),
                b"iCCP" => self.png_profile(length)?.is_some_and(|length| self.wants_profile(length)),
                _ => false,
            };
            self.pass(12 + length, is_kept)?;
        }
    }

    /// The unpacked size of the profile in a chunk, counted up to one more than the maximum. `None`
    /// if it cannot be unpacked; the picture may still be good without it.
    fn png_profile(&mut self, length: u64) -> Walked<Option<u64>> {
        // The data follows the profile's name and one byte for the compression method.
        let mut name = Vec::new();
        self.read(self.at + 8, &mut [])?;
        self.reader.by_ref().take(length.min(80)).read_until(0, &mut name)?;
        let before = name.len() as u64 + 1;
        self.bytes::<1>(self.at + 8 + before - 1)?;
        let packed = self.reader.by_ref().take(length.saturating_sub(before));
        let unpacked = ZlibDecoder::new(packed).take(self.profile_bytes_max + 1);
        Ok(io::copy(&mut { unpacked }, &mut io::sink()).ok())
    }

    /// Reads segments (ITU-T T.81, annex B) up to the first scan.
    fn jpeg(&mut self) -> Walked {
        self.pass(2, true)?;
        loop {
            let [mark, kind, high, low] = self.bytes(self.at)?;
            if mark != 0xff {
                return Ok(());
            }
            let length = u64::from(u16::from_be_bytes([high, low]));
            let is_kept = match kind {
                // Any number of fill bytes may precede a marker.
                0xff => {
                    self.pass(1, false)?;
                    continue;
                }
                // This is the first scan, or a marker without a length.
                0x00 | 0x01 | 0xd0..=0xda => return Ok(()),
                // These segments hold the colour information of JFIF and Adobe.
                0xe0 | 0xee => true,
                0xe1 => self.jpeg_is(b"Exif\0\0", length)? && self.wants_exif(length),
                0xe2 => self.jpeg_is(b"ICC_PROFILE\0\x01\x01", length)? && self.wants_profile(length),
                0xe3..=0xef | 0xfe => false,
                _ => true,
            };
            self.pass(2 + length, is_kept)?;
        }
    }

    /// True if the segment's content begins with these bytes. A profile in several segments is left
    /// out, because it is too large.
    fn jpeg_is(&mut self, beginning: &[u8], length: u64) -> Walked<bool> {
        if length < 2 + beginning.len() as u64 {
            return Ok(false);
        }
        let mut found = vec![0; beginning.len()];
        self.read(self.at + 4, &mut found)?;
        Ok(found == beginning)
    }

    /// Reads the chunks of a RIFF file (WebP container specification).
    fn webp(&mut self) -> Walked {
        self.pass(12, true)?;
        loop {
            let head: [u8; 8] = self.bytes(self.at)?;
            let length = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
            let is_kept = match &head[..4] {
                b"VP8X" | b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" => true,
                // If the header announces an Exif or XMP chunk that is missing, a decoder refuses
                // the picture. So these chunks stay. The decoder reads the Exif chunk only on
                // request, and never the XMP chunk.
                b"EXIF" => {
                    self.may_read_exif &= length <= EXIF_BYTES_MAX;
                    true
                }
                b"XMP " => true,
                b"ICCP" => self.wants_profile(length),
                _ => false,
            };
            self.pass(8 + length + length % 2, is_kept)?;
        }
    }

    /// Reads blocks (GIF89a, section 12) up to the first picture.
    fn gif(&mut self) -> Walked {
        let head: [u8; 13] = self.bytes(0)?;
        let colours = if head[10] & 0x80 == 0 { 0 } else { 3 << ((head[10] & 7) + 1) };
        self.pass(13 + colours, true)?;
        loop {
            let [kind, label] = self.bytes(self.at)?;
            if kind != 0x21 {
                return Ok(());
            }
            // This extension names the transparent colour.
            let is_kept = label == 0xf9;
            self.pass(2, is_kept)?;
            loop {
                let [length] = self.bytes(self.at)?;
                self.pass(1 + u64::from(length), is_kept)?;
                if length == 0 {
                    break;
                }
            }
        }
    }
}
