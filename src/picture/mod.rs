//! Draws thumbnails and turns pictures. Anybody may have made the input. So its size and cost are
//! checked before decoding, only one picture is decoded at a time, and a failing decoder affects
//! only its own picture.
//!
//! This layer knows only bytes: no users and no files.

mod draw;
mod exif;
#[cfg(fuzzing)]
pub mod fuzzing;
mod jpeg;
mod pruned;
mod raw;
mod scaled;
mod turn;
mod worker;

pub use draw::{Drawn, decoders, draw};
pub use jpeg::is_jpeg;
pub use turn::{HEAD_BYTES_MAX, Quarters, turn_jpeg_head, turn_png};
pub use worker::DecodeWorker;

use crate::error::{Code, Error};
use std::io::{Read, Seek};

/// The source of a picture's bytes. It is a dynamic type, because each further static type would
/// compile all decoders into the program once more.
pub trait Source: Read + Seek {}

impl<S: Read + Seek> Source for S {}

/// The size in pixels that a picture must fit into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    pub width: u32,
    pub height: u32,
}

impl Fit {
    pub fn square(side: u32) -> Fit {
        Fit { width: side, height: side }
    }

    pub fn long_side(self) -> u32 {
        self.width.max(self.height)
    }

    /// The same size for a picture that lies on its side.
    fn turned(self) -> Fit {
        Fit { width: self.height, height: self.width }
    }
}

/// Metadata that is kept with the pixels.
#[derive(Default)]
struct Facts {
    orientation: u8,
    profile: Option<Vec<u8>>,
}

/// The error for files that are not a supported kind of picture.
fn no_picture() -> Error {
    Error::new(Code::Unsupported, "This file is not a picture that can be shown.")
}

fn damaged() -> Error {
    Error::new(Code::Unsupported, "This picture is damaged and cannot be shown.")
}

fn too_large() -> Error {
    Error::new(Code::TooLarge, "This picture is too large to be shown.")
}
