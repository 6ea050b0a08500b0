//! Replaces thumbnails in a program that was built without them.

use crate::disk::Stat;
use crate::domain::access::rights::{Readable, Replaceable};
use crate::domain::accounts::actor::User;
use crate::domain::thumbnails::ThumbnailLack;
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Result};
use std::time::SystemTime;

/// The purpose of a picture.
#[derive(Clone, Copy)]
pub enum Purpose {
    Thumb,
    Slide,
}

/// A picture. This program makes none.
pub struct Picture {
    pub bytes: Vec<u8>,
    pub content_type: &'static str,
    pub etag: String,
    pub file_etag: String,
    pub modified: SystemTime,
    pub changed: Option<SystemTime>,
}

impl Cloud {
    pub fn picture(&self, _: &Readable, _: Purpose, _: Option<u64>, _: Option<u64>) -> Result<Picture> {
        Err(left_out())
    }

    pub(in crate::domain) fn small_picture(&self, _: Vec<u8>, _: u32) -> Result<Vec<u8>> {
        Err(left_out())
    }

    pub fn turn_picture(&self, _: &User, _: &Replaceable, _: i64) -> Result<Change<Stat>> {
        Err(left_out())
    }

    pub fn set_video_thumbnail(
        &self,
        _: &User,
        _: &Replaceable,
        _: Option<&str>,
        _: Vec<u8>,
    ) -> Result<Change<()>> {
        Err(left_out())
    }

    pub fn thumbnail_lacks(&self) -> Vec<ThumbnailLack> {
        Vec::new()
    }

    /// The kinds of files without thumbnails, in words for programs: all of them.
    pub fn kinds_without_thumbnails(&self) -> Vec<&'static str> {
        vec!["pictures", "RAW", "videos", "HEIC", "AVIF", "PDF"]
    }

    pub(in crate::domain) fn pictures_bytes(&self) -> Result<Option<u64>> {
        Ok(Some(0))
    }

    pub fn tidy_pictures(&self) -> Result<()> {
        Ok(())
    }
}

impl CloudView<'_> {
    pub fn has_video_thumbnail(&self, _: &Readable) -> Result<bool> {
        Ok(false)
    }
}

fn left_out() -> Error {
    Error::new(Code::NotOffered, "This server was built without thumbnails.")
}
