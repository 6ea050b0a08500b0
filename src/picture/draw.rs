//! Draws thumbnails: from the thumbnail that the camera has embedded if it is large enough, else
//! from the whole picture.

use super::exif::Exif;
use super::jpeg::{Frame, Head};
use super::pruned::Pruned;
use super::raw::{self, Part};
use super::{Facts, Fit, Source, damaged, no_picture, too_large};
use crate::base::limits::picture::{FILE_BYTES_MAX, MEMORY_BYTES_MAX, SIDE_MAX, WAIT_TIME};
use crate::error::{Error, Result};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, Limits};
use std::io::{self, BufReader, Cursor, ErrorKind, Read, Seek, SeekFrom};
use std::sync::LazyLock;
use std::time::Instant;

/// The quality from 0 to 100. In a thumbnail, nobody sees a difference to a higher one.
const JPEG_QUALITY: u8 = 82;
/// The number of bytes at the beginning that are searched for the camera's thumbnail.
const BEGINNING_BYTES: u64 = 256 * 1024;
/// The maximum size in bytes of a colour profile in a thumbnail. Larger profiles describe printers.
const PROFILE_BYTES_MAX: u64 = 8 * 1024;
/// The maximum length in pixels of a side of the camera's thumbnail.
const CAMERA_SIDE_MAX: u32 = 1024;

/// A thumbnail, ready to be sent.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub bytes: Vec<u8>,
    /// True if drawing was so fast that caching is not worth it.
    pub was_quick: bool,
}

impl Drawn {
    /// The media type of a drawn thumbnail.
    pub fn content_type(bytes: &[u8]) -> &'static str {
        if super::is_jpeg(bytes) { "image/jpeg" } else { "image/png" }
    }
}

/// Draws a picture upright so that it fits the given size. It is never enlarged. The result is a
/// JPEG, or a PNG if the picture has transparency. `length` is the size of the source in bytes. Of a
/// raw photo, the largest picture inside it is drawn.
///
/// # Errors
/// `Code::Unsupported` if the source is not a picture or damaged, `Code::TooLarge` if drawing would
/// take too much memory.
pub fn draw(source: &mut dyn Source, length: u64, fit: Fit) -> Result<Drawn> {
    let mut source = Timed { source, until: Instant::now() + WAIT_TIME };
    let mut beginning = Vec::new();
    source.by_ref().take(BEGINNING_BYTES).read_to_end(&mut beginning).map_err(Error::of_io)?;
    if !raw::is_tiff(&beginning) {
        return draw_begun(&mut source, beginning, length, fit, 1);
    }
    drop(beginning);
    let preview = raw::preview(&mut source, length).map_err(Error::of_io)?.ok_or_else(no_picture)?;
    let length = preview.range.end - preview.range.start;
    let mut part = Part::new(&mut source, preview.range);
    let mut beginning = Vec::new();
    part.by_ref().take(BEGINNING_BYTES).read_to_end(&mut beginning).map_err(Error::of_io)?;
    draw_begun(&mut part, beginning, length, fit, preview.orientation)
}

/// Draws a picture whose beginning was read. `held` is its orientation if the picture states none.
fn draw_begun(source: &mut dyn Source, beginning: Vec<u8>, length: u64, fit: Fit, held: u8) -> Result<Drawn> {
    if length > FILE_BYTES_MAX {
        return Err(too_large());
    }
    let mut frame = None;
    if let Some(head) = Head::read(&beginning) {
        frame = head.frame;
        let exif = head.exif_block(&beginning).and_then(Exif::read);
        let exif = exif.filter(|exif| held == 1 || exif.orientation() != 1);
        if let Some(drawn) = exif.zip(frame).and_then(|(exif, frame)| camera_picture(&exif, &frame, fit)) {
            return Ok(drawn);
        }
    }
    let format = format_of(&beginning)?;
    drop(beginning);
    let mut pruned = Pruned::new(source, format, PROFILE_BYTES_MAX)?;
    let length = pruned.length();
    if format == ImageFormat::Jpeg && frame.is_none() {
        // Long segments precede the frame header. They are pruned now, so it is searched for again.
        let mut beginning = Vec::new();
        pruned.by_ref().take(BEGINNING_BYTES).read_to_end(&mut beginning).map_err(Error::of_io)?;
        frame = Head::read(&beginning).and_then(|head| head.frame);
        if frame.is_none() {
            return Err(damaged());
        }
        pruned.rewind().map_err(Error::internal)?;
    }
    let upright = |facts: Facts| Facts {
        orientation: if facts.orientation > 1 { facts.orientation } else { held },
        ..facts
    };
    if let Some((image, facts)) = frame.and_then(|frame| scaled(&mut pruned, frame, fit)) {
        return Ok(Drawn { bytes: finished(image, &upright(facts), fit)?, was_quick: false });
    }
    pruned.rewind().map_err(Error::internal)?;
    let (image, facts) = decode(&mut pruned, format, &|decoder| {
        let copies = match format {
            // The memory for the whole file and, for a progressive JPEG, for its coefficients.
            ImageFormat::Jpeg => length + frame.map_or(0, |frame| frame.aside_bytes),
            ImageFormat::Png => 0,
            // The memory for the canvas and a frame, or for colour planes.
            _ => decoder.total_bytes().saturating_mul(3) / 2,
        };
        decoder.total_bytes().saturating_add(copies)
    })?;
    let bytes = finished(image, &upright(facts), fit)?;
    Ok(Drawn { bytes, was_quick: false })
}

/// Decodes a JPEG at a fraction of its size. `None` if it must be decoded whole, or if it would be
/// too large for that, because its claimed size may be wrong.
fn scaled(source: &mut Pruned<'_>, frame: Frame, fit: Fit) -> Option<(DynamicImage, Facts)> {
    let whole = u64::from(frame.width) * u64::from(frame.height) * 3 + frame.aside_bytes + source.length();
    let is_bounded = whole <= *MEMORY && frame.width.max(frame.height) <= SIDE_MAX;
    if is_bounded { super::scaled::decode(source, frame, fit) } else { None }
}

/// The number of pictures that are decoded at the same time. Together they take an eighth of the
/// machine's memory at most, as one alone does.
pub fn decoders() -> usize {
    let most = *MEMORY_BYTES_MAX.end();
    let has_cores = std::thread::available_parallelism().is_ok_and(|cores| cores.get() >= 2);
    if has_cores && total_memory() / 8 >= 2 * most { 2 } else { 1 }
}

/// The format of a picture, from its first bytes.
pub(super) fn format_of(beginning: &[u8]) -> Result<ImageFormat> {
    let known = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP];
    image::guess_format(beginning).ok().filter(|format| known.contains(format)).ok_or_else(no_picture)
}

/// Decodes a picture if it fits into memory. If it is an animation, only the first frame is
/// decoded. `cost` is the memory for the pixels in bytes; everything else has been pruned.
pub(super) fn decode(
    source: &mut Pruned<'_>,
    format: ImageFormat,
    cost: &dyn Fn(&dyn ImageDecoder) -> u64,
) -> Result<(DynamicImage, Facts)> {
    let memory = *MEMORY;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(memory);
    let may_read_exif = source.may_read_exif();
    let mut reader = ImageReader::with_format(BufReader::with_capacity(64 * 1024, source), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(failed)?;
    if cost(&decoder) > memory {
        return Err(too_large());
    }
    let exif = if may_read_exif { decoder.exif_metadata().map_err(failed)? } else { None };
    let facts = Facts {
        orientation: exif.as_deref().and_then(Exif::read).map_or(1, |exif| exif.orientation()),
        profile: decoder.icc_profile().map_err(failed)?,
    };
    Ok((DynamicImage::from_decoder(decoder).map_err(failed)?, facts))
}

/// The number of bytes that drawing may use on this machine.
static MEMORY: LazyLock<u64> =
    LazyLock::new(|| (total_memory() / 8).clamp(*MEMORY_BYTES_MAX.start(), *MEMORY_BYTES_MAX.end()));

/// The bytes of memory of this machine.
#[allow(clippy::useless_conversion, reason = "the numbers are shorter on 32-bit boards")]
fn total_memory() -> u64 {
    let system = rustix::system::sysinfo();
    u64::from(system.totalram).saturating_mul(system.mem_unit.into())
}

/// The camera's thumbnail, if it is large enough and shows the same picture.
fn camera_picture(exif: &Exif<'_>, frame: &Frame, fit: Fit) -> Option<Drawn> {
    let bytes = exif.thumbnail()?;
    let own = Head::read(bytes)?.frame?;
    let sides = (own.width.max(own.height), own.width.min(own.height));
    if sides.1 == 0 || sides.0 > CAMERA_SIDE_MAX || frame.width < own.width || frame.height < own.height {
        return None;
    }
    let mut bytes = Cursor::new(bytes);
    let mut pruned = Pruned::new(&mut bytes, ImageFormat::Jpeg, 0).ok()?;
    let (image, _) = decode(&mut pruned, ImageFormat::Jpeg, &|decoder| decoder.total_bytes()).ok()?;
    // Cameras add black bars if the picture's aspect ratio differs.
    let shape = |width: u32, height: u32| f64::from(width) / f64::from(height.max(1));
    let (wanted, found) = (shape(frame.width, frame.height), shape(own.width, own.height));
    let image = if wanted >= found {
        let height = (f64::from(own.width) / wanted).round() as u32;
        image.crop_imm(0, own.height.saturating_sub(height) / 2, own.width, height)
    } else {
        let width = (f64::from(own.height) * wanted).round() as u32;
        image.crop_imm(own.width.saturating_sub(width) / 2, 0, width, own.height)
    };
    let kept = f64::from(image.width()) * f64::from(image.height());
    let is_same = kept >= 0.6 * f64::from(own.width) * f64::from(own.height);
    // The thumbnail must fill the requested size: enlarged, it would look worse than the picture.
    let fit_here = if exif.orientation() > 4 { fit.turned() } else { fit };
    let is_enough = image.width() >= fit_here.width || image.height() >= fit_here.height;
    if !is_same || !is_enough {
        return None;
    }
    let facts = Facts { orientation: exif.orientation(), profile: None };
    finished(image, &facts, fit).ok().map(|bytes| Drawn { bytes, was_quick: true })
}

/// Scales the picture, turns it upright, and encodes it.
fn finished(image: DynamicImage, facts: &Facts, fit: Fit) -> Result<Vec<u8>> {
    let fit = if facts.orientation > 4 { fit.turned() } else { fit };
    let is_larger = image.width() > fit.width || image.height() > fit.height;
    let mut small = if is_larger { image.thumbnail(fit.width, fit.height) } else { image };
    small.apply_orientation(Orientation::from_exif(facts.orientation).unwrap_or(Orientation::NoTransforms));
    let mut bytes = Vec::new();
    let is_colourful = small.color().has_color();
    let profile = facts.profile.as_ref().filter(|profile| {
        let space: &[u8] = if is_colourful { b"RGB " } else { b"GRAY" };
        profile.get(16..20) == Some(space)
    });
    if small.color().has_alpha() {
        let pixels = small.to_rgba8();
        if pixels.pixels().any(|pixel| pixel.0[3] < u8::MAX) {
            let mut encoder = PngEncoder::new(&mut bytes);
            if let Some(profile) = profile.filter(|_| is_colourful) {
                encoder.set_icc_profile(profile.clone()).map_err(Error::internal)?;
            }
            DynamicImage::from(pixels).write_with_encoder(encoder).map_err(Error::internal)?;
            return Ok(bytes);
        }
    }
    let plain = match is_colourful {
        true => DynamicImage::from(small.into_rgb8()),
        false => DynamicImage::from(small.into_luma8()),
    };
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile.clone()).map_err(Error::internal)?;
    }
    plain.write_with_encoder(encoder).map_err(Error::internal)?;
    Ok(bytes)
}

/// Translates a decoder's error.
pub(super) fn failed(error: ImageError) -> Error {
    match error {
        ImageError::Limits(_) => too_large(),
        ImageError::IoError(cause) if is_of_the_disk(&cause) => Error::of_io(cause),
        ImageError::Unsupported(_) => no_picture().because(error),
        _ => damaged().because(error),
    }
}

/// True if reading the disk failed. Decoders report damaged data with other kinds of errors.
fn is_of_the_disk(error: &io::Error) -> bool {
    !matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput)
}

/// A source that fails after a deadline, for a disk that hangs or a decoder that seeks back and
/// forth.
struct Timed<'a> {
    source: &'a mut dyn Source,
    until: Instant,
}

impl Timed<'_> {
    fn in_time(&mut self) -> io::Result<&mut dyn Source> {
        if Instant::now() > self.until {
            return Err(io::Error::new(ErrorKind::TimedOut, "the picture takes too long"));
        }
        Ok(self.source)
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.in_time()?.read(bytes)
    }
}

impl Seek for Timed<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.in_time()?.seek(to)
    }
}
