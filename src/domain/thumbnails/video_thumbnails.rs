//! Thumbnails of videos on a server that cannot draw them itself: a browser that uploads or plays
//! a video draws a frame of it and sends that. This program draws the frame anew, so that nobody
//! gets the bytes that a browser has sent, and keeps it with the other thumbnails. Nobody could draw
//! it again, so it stays with its entry when that is renamed or moved, as long as the content is
//! the same.

use crate::base::ids::object_id;
use crate::domain::access::rights::{Readable, Replaceable};
use crate::domain::accounts::actor::User;
use crate::domain::index::rows;
use crate::domain::thumbnails::drawn::{FRAME, KEPT_BYTES_MAX, ThumbnailCache};
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::picture::is_jpeg;
use crate::programs::{FileKind, HEAD_BYTES, Kind};
use crate::store::video_frames;
use std::io::Read as _;
use std::sync::Arc;

/// The longest side of a frame in pixels.
const SIDE: u32 = 1280;

impl CloudView<'_> {
    /// True if a browser has drawn a frame of this video, and this server cannot draw one itself.
    pub fn has_video_thumbnail(&self, video: &Readable) -> Result<bool> {
        let cloud = self.cloud;
        if cloud.draws_videos() {
            return Ok(false);
        }
        let found = cloud.locate_reached(video).and_then(|located| {
            let Some(located) = located else { return Ok(None) };
            let stat = cloud.stat_of(video.real(), &located)?;
            stat.map_or(Ok(None), |stat| cloud.frame_of(&located, &stat))
        });
        match found {
            Ok(Some(frame)) => cloud.pictures.cache.has(&frame),
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
    ) -> Result<Change<()>> {
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
        let node = video.there(self.node_at(video.real())?)?;
        let (picture, facts) = (format!("{FRAME}{}", object_id()), rows::facts(&stat));
        let (unused, cache) = (picture.clone(), Arc::clone(&self.pictures.cache));
        cache.keep(&picture, &bytes, room)?;
        log::debug!("a browser has drawn the thumbnail of {}", video.real().real_text());
        let change = Change::new(move |tx| video_frames::save(tx, node(tx)?, &facts, &picture));
        let change = change.undone_by(move || remove(&cache, &unused)).holding(changing);
        Ok(change.completed_with(|former| {
            ((), move |cloud: &Cloud| former.iter().for_each(|one| remove(&cloud.pictures.cache, one)))
        }))
    }

    /// True if a program of this machine draws videos.
    fn draws_videos(&self) -> bool {
        self.pictures.programs.lack(self.config().thumbnail_programs, Kind::Video).is_none()
    }
}

/// Removes a frame that nobody is shown any more. If this fails, it is removed with the pictures of
/// contents that are gone.
fn remove(cache: &ThumbnailCache, picture: &str) {
    if let Err(error) = cache.remove(picture) {
        log::warn!("a frame of a video that nobody is shown stays for now: {error}");
    }
}
