//! Decodes a JPEG at a fraction of its size: an eighth, a quarter or a half. Of each block of 8 x 8
//! pixels only the coarse part is computed, so a thumbnail of a photo takes less time, and little
//! memory for its pixels.

use super::exif::Exif;
use super::jpeg::Frame;
use super::pruned::Pruned;
use super::{Facts, Fit};
use image::{DynamicImage, GrayImage, RgbImage};
use jpeg_decoder::{Decoder, PixelFormat};
use std::io::BufReader;

/// The picture, at least as large as needed, with its metadata. `None` if another decoder is
/// better: for a picture that is not twice as large, for rare colours, and for damaged files, of
/// which that decoder shows the intact part.
pub fn decode(source: &mut Pruned<'_>, frame: Frame, fit: Fit) -> Option<(DynamicImage, Facts)> {
    let mut decoder = Decoder::new(BufReader::with_capacity(64 * 1024, source));
    decoder.read_info().ok()?;
    let format = decoder.info()?.pixel_format;
    let orientation = decoder.exif_data().and_then(Exif::read).map_or(1, |exif| exif.orientation());
    let fit = if orientation > 4 { fit.turned() } else { fit };
    let wanted = fitting(frame, fit)?;
    let (width, height) = decoder.scale(wanted.0, wanted.1).ok()?;
    let is_smaller = u32::from(width) < frame.width;
    // The decoder chooses a scale at which one side is long enough. Both must be.
    let is_enough = width >= wanted.0 && height >= wanted.1;
    if !is_smaller || !is_enough || !matches!(format, PixelFormat::L8 | PixelFormat::RGB24) {
        return None;
    }
    let pixels = decoder.decode().ok()?;
    let (width, height) = (width.into(), height.into());
    let image = match format {
        PixelFormat::L8 => DynamicImage::from(GrayImage::from_raw(width, height, pixels)?),
        _ => DynamicImage::from(RgbImage::from_raw(width, height, pixels)?),
    };
    Some((image, Facts { orientation, profile: decoder.icc_profile() }))
}

/// The size of the picture once it fits; `None` if it fits already.
fn fitting(frame: Frame, fit: Fit) -> Option<(u16, u16)> {
    let (width, height) = (f64::from(frame.width), f64::from(frame.height));
    let ratio = (f64::from(fit.width) / width).min(f64::from(fit.height) / height);
    let side = |length: f64| (length * ratio).ceil().max(1.0) as u16;
    (ratio < 1.0).then(|| (side(width), side(height)))
}
