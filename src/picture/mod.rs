//! Pictures: made small, and turned. What comes in here was made by anybody, so everything about it is limited before it
//! is decoded, one picture is decoded at a time, and a decoder that fails takes nothing else with it.
//!
//! It knows bytes alone; no user and no file.

mod draw;
mod exif;
mod jpeg;
mod pruned;
mod turn;
mod worker;

pub use draw::{Drawn, draw};
pub use jpeg::is_jpeg;
pub use turn::{HEAD_BYTES_MAX, Quarters, turn_jpeg_head, turn_png};
pub use worker::DecodeWorker;

use crate::error::{Code, Error};
use std::io::{Read, Seek};

/// What a picture is read from. One type for all sources: each further one would bring all decoders into the program
/// once more.
pub trait Source: Read + Seek {}

impl<S: Read + Seek> Source for S {}

/// The room that a picture is to fit into, in pixels.
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

    /// The same room for a picture that lies on its side.
    fn turned(self) -> Fit {
        Fit { width: self.height, height: self.width }
    }
}

/// It is none of the kinds of pictures that are known here.
fn no_picture() -> Error {
    Error::new(Code::Unsupported, "This file is no picture that can be shown.")
}

fn damaged() -> Error {
    Error::new(Code::Unsupported, "This picture is damaged and cannot be shown.")
}

fn too_large() -> Error {
    Error::new(Code::TooLarge, "This picture is too large to be shown.")
}
