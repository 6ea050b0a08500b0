//! Turns pictures without loss. A JPEG gets another orientation in its Exif block, and a PNG gets
//! its pixels turned. Other formats would lose quality or their animation, and are refused.

use super::draw::{decode, failed};
use super::exif::{Exif, block};
use super::jpeg::{Head, exif_segment};
use super::pruned::Pruned;
use super::{Source, damaged, too_large};
use crate::base::limits::picture::FILE_BYTES_MAX;
use crate::error::{Code, Error, Result};
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::metadata::Orientation;
use image::{ImageEncoder, ImageFormat};
use std::io::{BufReader, ErrorKind, Seek, SeekFrom};

/// The number of bytes at the beginning of a JPEG in which the Exif block and the frame header must
/// lie.
pub const HEAD_BYTES_MAX: usize = 1024 * 1024;
/// The maximum size in bytes of the colour profile in a turned picture. The largest profiles, for
/// printers, have two million.
const PROFILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The turn, clockwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quarters {
    One,
    Two,
    Three,
}

impl Quarters {
    /// From an angle in degrees, clockwise. `None` if it is not a multiple of a right angle.
    pub fn from_degrees(angle: i64) -> Option<Quarters> {
        match angle.rem_euclid(360) {
            90 => Some(Quarters::One),
            180 => Some(Quarters::Two),
            270 => Some(Quarters::Three),
            _ => None,
        }
    }

    fn count(self) -> usize {
        match self {
            Quarters::One => 1,
            Quarters::Two => 2,
            Quarters::Three => 3,
        }
    }

    /// The orientation after this turn.
    fn after(self, orientation: u8) -> u8 {
        // The orientation after a quarter turn: 1, 6, 3, 8 form one cycle, the mirrored ones
        // another.
        const NEXT: [u8; 9] = [6, 6, 7, 8, 5, 2, 3, 4, 1];
        (0..self.count()).fold(orientation, |before, _| NEXT[usize::from(before.min(8))])
    }
}

/// The beginning of a JPEG with a new orientation. The rest of the file stays as it is.
///
/// # Errors
/// `Code::Unsupported` if the beginning is not a complete JPEG header, or has no room for the
/// orientation.
pub fn turn_jpeg_head(beginning: &[u8], quarters: Quarters) -> Result<Vec<u8>> {
    let head = Head::read(beginning).filter(|head| head.frame.is_some()).ok_or_else(damaged)?;
    let exif = head.exif_block(beginning).and_then(Exif::read);
    let (block, replaced) = match (exif, head.exif) {
        (Some(exif), Some(segment)) => (exif.with_orientation(quarters.after(exif.orientation())), segment),
        // There is no readable block, so a new one is put before any other.
        _ => (block(quarters.after(1)), head.exif_place..head.exif_place),
    };
    let segment = exif_segment(&block).ok_or_else(|| {
        Error::new(
            Code::Unsupported,
            "This picture has no room for its new orientation, so it cannot be turned.",
        )
    })?;
    Ok([&beginning[..replaced.start], &segment, &beginning[replaced.end..]].concat())
}

/// A PNG with turned pixels.
///
/// # Errors
/// `Code::Unsupported` for another format and for an animation, `Code::TooLarge` if turning would
/// take too much memory.
pub fn turn_png(source: &mut dyn Source, length: u64, quarters: Quarters) -> Result<Vec<u8>> {
    if length > FILE_BYTES_MAX {
        return Err(too_large());
    }
    source.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
    let mut signature = [0; 8];
    let is_long = match source.read_exact(&mut signature) {
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => return Err(Error::of_io(error)),
        read => read.is_ok(),
    };
    let is_png = is_long && signature == *b"\x89PNG\r\n\x1a\n";
    if !is_png {
        return Err(Error::new(Code::Unsupported, "Only JPEG and PNG pictures can be turned."));
    }
    let mut pruned = Pruned::new(source, ImageFormat::Png, PROFILE_BYTES_MAX)?;
    if pruned.lacks_profile() {
        // Without the profile, its colours would be wrong.
        return Err(too_large());
    }
    let png = PngDecoder::new(BufReader::new(&mut pruned)).map_err(failed)?;
    if png.is_apng().map_err(failed)? {
        return Err(Error::new(Code::Unsupported, "An animated picture cannot be turned."));
    }
    pruned.rewind().map_err(Error::internal)?;
    // The picture, the turned picture, and the resulting file.
    let (mut image, facts) =
        decode(&mut pruned, ImageFormat::Png, &|decoder| decoder.total_bytes().saturating_mul(3))?;
    let orientation = Orientation::from_exif(quarters.after(facts.orientation));
    image.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    let mut bytes = Vec::new();
    let mut encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    if let Some(profile) = facts.profile {
        encoder.set_icc_profile(profile).map_err(Error::internal)?;
    }
    image.write_with_encoder(encoder).map_err(Error::internal)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, Rgb, RgbImage};

    #[test]
    fn a_turn_after_an_orientation_is_what_the_pixels_show() {
        let mut pixels = RgbImage::new(3, 2);
        for (x, y, pixel) in pixels.enumerate_pixels_mut() {
            *pixel = Rgb([x as u8, y as u8, 0]);
        }
        let image = DynamicImage::from(pixels);
        let shown = |orientation: u8| {
            let mut shown = image.clone();
            shown.apply_orientation(Orientation::from_exif(orientation).unwrap());
            shown
        };
        for orientation in 1..=8 {
            let before = shown(orientation);
            assert_eq!(shown(Quarters::One.after(orientation)), before.rotate90(), "{orientation}");
            assert_eq!(shown(Quarters::Two.after(orientation)), before.rotate180(), "{orientation}");
            assert_eq!(shown(Quarters::Three.after(orientation)), before.rotate270(), "{orientation}");
        }
    }

    #[test]
    fn angles_are_right_ones() {
        for (angle, wanted) in [
            (90, Some(Quarters::One)),
            (-90, Some(Quarters::Three)),
            (270, Some(Quarters::Three)),
            (-180, Some(Quarters::Two)),
            (0, None),
            (360, None),
            (45, None),
            (i64::MIN, None),
        ] {
            assert_eq!(Quarters::from_degrees(angle), wanted, "{angle}");
        }
    }
}
