//! Thumbnails of videos on a server that cannot draw them itself: a browser that uploads or plays
//! a video draws a frame of it and sends that. This program draws the frame anew, so that nobody
//! gets the bytes that a browser has sent, and keeps it with the other thumbnails.

use crate::domain::access::rights::{Readable, Replaceable};
use crate::domain::accounts::actor::User;
use crate::domain::thumbnails::drawn::{KEPT_BYTES_MAX, frame_id};
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::picture::is_jpeg;
use crate::programs::{FileKind, HEAD_BYTES, Kind};
use std::io::Read as _;

/// The longest side of a frame in pixels.
const SIDE: u32 = 1280;

impl CloudView<'_> {
    /// True if a browser has drawn a frame of this video, and this server cannot draw one itself.
    pub fn has_video_thumbnail(&self, video: &Readable) -> Result<bool> {
        let cloud = self.cloud;
        if cloud.draws_videos() {
            return Ok(false);
        }
        let found = cloud.locate_reached(video).and_then(|located| match located {
            Some(located) => cloud.stat_of(video.real(), &located),
            None => Ok(None),
        });
        match found {
            Ok(Some(stat)) => cloud.pictures.cache.has(&frame_id(&cloud.root_of(video.real())?, &stat)),
            Ok(None) => Ok(false),
            // The videos of other disks are answered for.
            Err(error) if error.is_of_unready_disk() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Cloud {
    /// Makes a frame of a video, which a browser has drawn as a JPEG, the thumbnail of the video.
    /// It belongs to the content that the video has now. With `etag`, that must be this one.
    ///
    /// # Errors
    /// `Code::Conflict` if this server draws videos itself, or the video has changed;
    /// `Code::Unsupported` if the file is not a video or the frame is not a JPEG; as
    /// [`Cloud::picture`] and [`Cloud::begin_change`].
    pub fn set_video_thumbnail(
        &self,
        user: &User,
        video: &Replaceable,
        etag: Option<&str>,
        frame: Vec<u8>,
    ) -> Result<()> {
        if self.draws_videos() {
            return Err(Error::new(Code::Conflict, "This server draws thumbnails of videos itself."));
        }
        if video.real().is_in_bin() {
            return Err(Error::new(Code::Forbidden, "Please restore the file from the recycle bin first."));
        }
        let changing = self.begin_change(user, &[video])?;
        let reader = video.there(self.volumes.reader(video.real())?)?;
        let stat = *reader.stat();
        if etag.is_some_and(|etag| etag.trim_matches('"') != stat.etag()) {
            let changed = Error::new(Code::Conflict, "The video has changed meanwhile.");
            return Err(changed.for_reason(Reason::Changed));
        }
        let mut beginning = Vec::with_capacity(HEAD_BYTES);
        reader.take(HEAD_BYTES as u64).read_to_end(&mut beginning).map_err(Error::of_io)?;
        if FileKind::of(&beginning).is_none_or(|file| file.kind != Kind::Video) {
            return Err(Error::new(Code::Unsupported, "This file is not a video."));
        }
        if !is_jpeg(&frame) {
            return Err(Error::new(Code::Unsupported, "The picture is not a JPEG."));
        }
        let bytes = self.small_picture(frame, SIDE)?;
        let room = u64::from(self.config().thumbs_megabytes) << 20;
        if bytes.len() > KEPT_BYTES_MAX || bytes.len() as u64 > room {
            return Err(Error::new(Code::TooLarge, "This picture is too large to be kept as a thumbnail."));
        }
        self.pictures.cache.keep(&frame_id(&self.root_of(video.real())?, &stat), &bytes, room)?;
        log::debug!("a browser has drawn the thumbnail of {}", video.real().real_text());
        drop(changing);
        Ok(())
    }

    /// True if a program of this machine draws videos.
    fn draws_videos(&self) -> bool {
        self.pictures.programs.lack(self.config().thumbnail_programs, Kind::Video).is_none()
    }
}
