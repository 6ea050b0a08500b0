//! Thumbnails for lists, larger pictures for slide shows, and turning pictures.
//!
//! Drawn pictures are stored on the volume, up to a size in the settings. The id of a picture names
//! the owner and the content of its file. So a changed file never shows an old picture, and nobody
//! gets the picture of another's file. The frame of a video that a browser has drawn cannot be drawn
//! anew, so it belongs to the entry (`video_thumbnails`).

use crate::base::guarded::Guarded;
use crate::base::ids::{hex, object_id};
use crate::base::path::CloudPath;
use crate::base::root::Root;
use crate::base::shown_path::ShownPath;
use crate::disk::{Commit, Kind, Location, Reader, Replace, Stage, Stat, Volume};
use crate::domain::access::rights::{Readable, Replaceable};
use crate::domain::accounts::actor::User;
use crate::domain::files::location::{Located, node_of};
use crate::domain::index::{moved, rows};
use crate::domain::thumbnails::{ThumbnailLack, stored_picture};
use crate::domain::volumes::registry::Volumes;
use crate::domain::{Change, Cloud};
use crate::error::{Code, Error, Result};
use crate::picture::{self, DecodeWorker, Drawn, Fit, HEAD_BYTES_MAX, Quarters};
use crate::programs::{FileKind, HEAD_BYTES, Kind as ForeignKind, Programs};
use crate::store::nodes::NodeFacts;
use crate::store::{Read, roots, video_frames};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{Cursor, Read as _};
use std::sync::{Arc, MutexGuard};
use std::time::SystemTime;

/// Maximum bytes of a stored picture: enough for a detailed photo of the largest side.
pub(super) const KEPT_BYTES_MAX: usize = 2 << 20;
/// The beginning of the names of stored frames of videos.
pub(super) const FRAME: &str = "frame-";
/// The sides in pixels of the squares that pictures are drawn for and kept. Pictures of other sizes
/// are made from the next larger one.
const SIDES: [u32; 5] = [160, 320, 640, 1280, 2048];
/// The longest side in pixels.
const SIDE_MAX: u32 = SIDES[SIDES.len() - 1];
/// Maximum number of pictures that are remembered because they could not be drawn.
const FAILED_MAX: usize = 1000;
/// Number of bytes that are copied at once.
const BLOCK_BYTES: usize = 256 * 1024;

/// The purpose of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A picture that represents a file in a list.
    Thumb,
    /// A picture that people look at.
    Slide,
}

/// A picture that was drawn.
pub struct Picture {
    pub bytes: Vec<u8>,
    pub content_type: &'static str,
    /// Identifies the content and the size for which it was drawn.
    pub etag: String,
    /// Identifies the content of the file and, if a browser has drawn the frame, that frame.
    pub file_etag: String,
    pub modified: SystemTime,
    /// The time when anything about the file last changed.
    pub changed: Option<SystemTime>,
}

/// The pictures of the cloud.
pub struct Pictures {
    worker: DecodeWorker,
    /// The thread that waits for outside programs, so that pictures do not wait for videos.
    patient: DecodeWorker,
    pub(super) programs: Arc<Programs>,
    pub(super) cache: Arc<ThumbnailCache>,
}

/// The stored pictures.
pub(super) struct ThumbnailCache {
    volumes: Arc<Volumes>,
    /// The bytes of all of them; `None` before they were counted.
    bytes: Guarded<Option<u64>>,
    failed: Guarded<HashMap<String, Error>>,
}

/// A picture to be drawn.
struct RenderRequest {
    path: CloudPath,
    shown: ShownPath,
    /// The owner of the file.
    root: Root,
    /// For a file in a recycle bin: its disk, the entry of the bin, and the path in it.
    deleted: Option<(Arc<Volume>, String, CloudPath)>,
    /// The side of the square for the stored picture.
    side: u32,
    fit: Fit,
    /// Maximum bytes of all stored pictures.
    room: u64,
}

/// A picture of a file in this state. `frame` identifies the frame if a browser has drawn it.
struct OfFile {
    bytes: Vec<u8>,
    stat: Stat,
    frame: Option<String>,
}

/// The result of the decoding thread for a file.
enum Fetched {
    Drawn(Vec<u8>, Stat),
    /// Only an outside program can draw it.
    Foreign(FileKind),
}

impl Purpose {
    /// The side in pixels if the caller asks for none.
    fn usual_side(self) -> u32 {
        match self {
            Purpose::Thumb => 160,
            Purpose::Slide => 1280,
        }
    }

    /// The size that a caller asks for. A side that is not given is as long as the other.
    fn fit(self, width: Option<u64>, height: Option<u64>) -> Fit {
        let told =
            |side: Option<u64>| side.filter(|side| *side > 0).map(|side| side.min(SIDE_MAX.into()) as u32);
        let (width, height) = (told(width), told(height));
        let usual = self.usual_side();
        Fit { width: width.or(height).unwrap_or(usual), height: height.or(width).unwrap_or(usual) }
    }
}

impl Pictures {
    pub fn new(volumes: &Arc<Volumes>) -> Pictures {
        let cache = ThumbnailCache {
            volumes: Arc::clone(volumes),
            bytes: Guarded::default(),
            failed: Guarded::default(),
        };
        Pictures {
            worker: DecodeWorker::new(picture::decoders()),
            patient: DecodeWorker::new(1),
            programs: Arc::default(),
            cache: Arc::new(cache),
        }
    }
}

impl Cloud {
    /// A picture of a file, drawn or stored. It fits into the width and height and is never
    /// enlarged.
    ///
    /// # Errors
    /// `Code::NotFound`; `Code::Unsupported` if the file is not a picture; `Code::TooLarge` if
    /// drawing would take too much memory; `Code::Busy` if too many pictures are being drawn.
    pub fn picture(
        &self,
        file: &Readable,
        purpose: Purpose,
        width: Option<u64>,
        height: Option<u64>,
    ) -> Result<Picture> {
        let path = file.real();
        let located = file.there(self.locate_reached(file)?)?;
        let stat = file.there(self.stat_of(path, &located)?)?;
        if stat.kind == Kind::Folder {
            return Err(Error::new(Code::Unsupported, "This is a folder, not a picture."));
        }
        let fit = purpose.fit(width, height);
        let side = SIDES.into_iter().find(|side| *side >= fit.long_side()).unwrap_or(SIDE_MAX);
        let cache = &self.pictures.cache;
        let root = self.root_of(path)?;
        let id = id_of(&root, &stat, side);
        let kept = if fit == Fit::square(side) { cache.kept(&id)? } else { None };
        let OfFile { bytes, stat, frame } = match kept {
            Some(bytes) => OfFile { bytes, stat, frame: None },
            None => {
                cache.check(&id)?;
                let room = u64::from(self.config().thumbs_megabytes) << 20;
                let deleted = match &located {
                    Located::Trash(trashed) => {
                        Some((located.volume(&self.volumes)?, trashed.row.id.clone(), trashed.below.clone()))
                    }
                    _ => None,
                };
                let request = RenderRequest {
                    path: path.clone(),
                    shown: file.shown().clone(),
                    root,
                    deleted,
                    side,
                    fit,
                    room,
                };
                self.draw_anew(request, &located, &stat)?
            }
        };
        let file_etag = frame.map_or_else(|| stat.etag(), |frame| format!("{}-{frame}", stat.etag()));
        Ok(Picture {
            content_type: Drawn::content_type(&bytes),
            bytes,
            etag: format!("{file_etag}-{}x{}", fit.width, fit.height),
            file_etag,
            modified: stat.modified,
            changed: stat.changed,
        })
    }

    /// Draws a picture that is not stored, either here or by an outside program, or takes the frame
    /// of a browser.
    fn draw_anew(&self, request: RenderRequest, located: &Located<'_>, stat: &Stat) -> Result<OfFile> {
        let Pictures { worker, patient, programs, cache } = &self.pictures;
        let request = Arc::new(request);
        let (fetching, meant) = (Arc::clone(cache), Arc::clone(&request));
        let kind = match worker.run(move || fetching.fetch(&meant))? {
            Fetched::Drawn(bytes, stat) => return Ok(OfFile { bytes, stat, frame: None }),
            Fetched::Foreign(kind) => kind,
        };
        let setting = self.config().thumbnail_programs;
        // This may change at any time, so it is not remembered with the file.
        if let Some(lack) = programs.lack(setting, kind.kind) {
            let lacking = || lack.error(kind.kind);
            let picture = self.frame_of(located, stat)?.ok_or_else(lacking)?;
            let (cache, stat, fit) = (Arc::clone(cache), *stat, request.fit);
            return worker.run(move || cache.frame(&picture, stat, fit))?.ok_or_else(lacking);
        }
        let (cache, programs) = (Arc::clone(cache), Arc::clone(programs));
        patient.run(move || {
            let draw = |reader: Reader| {
                let bytes = programs.draw(setting, kind, reader.handle(), request.side)?;
                let length = bytes.len() as u64;
                picture::draw(&mut Cursor::new(bytes), length, Fit::square(request.side))
            };
            cache.fetch_by(&request, draw).map(|(bytes, stat)| OfFile { bytes, stat, frame: None })
        })
    }

    /// The name of the stored picture that shows this content of a video, if a browser has drawn
    /// one.
    pub(super) fn frame_of(&self, located: &Located<'_>, stat: &Stat) -> Result<Option<String>> {
        self.store.read(|read| {
            let Some(node) = node_of(&self.volumes, read, located)? else { return Ok(None) };
            video_frames::of_content(read, node.id, &rows::facts(stat))
        })
    }

    /// Draws a picture from its bytes, so that it fits into a square.
    ///
    /// # Errors
    /// As [`Cloud::picture`].
    pub(in crate::domain) fn small_picture(&self, bytes: Vec<u8>, side: u32) -> Result<Vec<u8>> {
        let length = bytes.len() as u64;
        self.pictures.worker.run(move || {
            picture::draw(&mut Cursor::new(bytes), length, Fit::square(side)).map(|drawn| drawn.bytes)
        })
    }

    /// Turns a picture clockwise by an angle in degrees. The old content becomes a version.
    ///
    /// # Errors
    /// `Code::Invalid` if the angle is not a multiple of 90 degrees; `Code::Unsupported` if the
    /// picture cannot be turned without loss.
    pub fn turn_picture(&self, user: &User, path: &Replaceable, angle: i64) -> Result<Change<Stat>> {
        let quarters = Quarters::from_degrees(angle)
            .ok_or_else(|| Error::new(Code::Invalid, "A picture can be turned by 90, 180 or 270 degrees."))?;
        if path.real().is_in_bin() {
            return Err(Error::new(Code::Forbidden, "Please restore the file from the recycle bin first."));
        }
        let reader = path.there(self.volumes.reader(path.real())?)?;
        let old = *reader.stat();
        let changing = self.begin_change(user, &[path])?;
        self.check_not_held(user)?;
        let owner = self.root_of(path.real())?;
        let reserved = self.reserve(&owner, old.size)?;
        let id = object_id();
        let volume = self.volumes.of(path.real())?;
        let stage = volume.stage(&id, Some(old.size))?;
        let replacement = self.begin_replacement(user, path, changing, reserved);
        let placed = self.write_turned(reader, &stage, quarters).and_then(|()| {
            let replace = Replace::IfMatches(old.etag());
            let commit = Commit { replace, modified: None, keep_as: Some(replacement.version.clone()) };
            volume.commit(stage, path.real(), commit)
        });
        let done = placed.inspect_err(|_| self.volumes.discard_quietly(path.real(), &id))?;
        Ok(replacement.record(&done).telling(done.stat))
    }

    fn write_turned(&self, mut reader: Reader, stage: &Stage, quarters: Quarters) -> Result<()> {
        let mut beginning = vec![0; HEAD_BYTES_MAX];
        let mut length = 0;
        while length < beginning.len() {
            match reader.read(&mut beginning[length..])? {
                0 => break,
                count => length += count,
            }
        }
        beginning.truncate(length);
        if !picture::is_jpeg(&beginning) {
            drop(beginning);
            let bytes = self.pictures.worker.run(move || {
                let length = reader.stat().size;
                picture::turn_png(&mut reader, length, quarters)
            })?;
            return stage.write_at(0, &bytes);
        }
        let turned = picture::turn_jpeg_head(&beginning, quarters)?;
        stage.write_at(0, &turned)?;
        let (mut at, mut block) = (turned.len() as u64, vec![0; BLOCK_BYTES]);
        loop {
            let count = reader.read(&mut block)?;
            if count == 0 {
                return Ok(());
            }
            stage.write_at(at, &block[..count])?;
            at += count as u64;
        }
    }

    /// The kinds of files that only outside programs draw, and that have no thumbnails here.
    pub fn thumbnail_lacks(&self) -> Vec<ThumbnailLack> {
        let setting = self.config().thumbnail_programs;
        let of_kind = |kind: ForeignKind| {
            let lack = self.pictures.programs.lack(setting, kind)?;
            Some(ThumbnailLack { files: kind.word(), reason: lack.word(), sentence: lack.sentence(kind) })
        };
        ForeignKind::ALL.into_iter().filter_map(of_kind).collect()
    }

    /// The kinds of files without thumbnails, in words for programs.
    pub fn kinds_without_thumbnails(&self) -> Vec<&'static str> {
        self.thumbnail_lacks().into_iter().map(|lack| lack.files).collect()
    }

    /// The bytes of all stored pictures on the disk; `None` if they were never counted and the disk
    /// cannot be entered now.
    pub(in crate::domain) fn pictures_bytes(&self) -> Result<Option<u64>> {
        let known = *self.pictures.cache.bytes();
        if known.is_some() || self.volumes.is_unready(&CloudPath::root()) {
            return Ok(known);
        }
        match self.pictures.cache.taken_up() {
            Err(error) if error.is_of_unready_disk() => Ok(None),
            counted => counted.map(Some),
        }
    }

    /// Removes stored pictures of contents that no longer exist, and the oldest ones beyond the
    /// limit.
    pub fn tidy_pictures(&self) -> Result<()> {
        let cache = &self.pictures.cache;
        for (id, _) in cache.volumes.main()?.thumbs()? {
            if !self.store.read(|read| cache.is_known(read, &id))? {
                cache.remove(&id)?;
            }
        }
        cache.trim(u64::from(self.config().thumbs_megabytes) << 20)
    }
}

impl ThumbnailCache {
    /// The stored picture, or a new one that is then stored. Runs on the drawing thread.
    fn fetch(&self, request: &RenderRequest) -> Result<Fetched> {
        let mut beginning = Vec::with_capacity(HEAD_BYTES);
        self.reader(request)?.take(HEAD_BYTES as u64).read_to_end(&mut beginning).map_err(Error::of_io)?;
        if let Some(kind) = FileKind::of(&beginning) {
            return Ok(Fetched::Foreign(kind));
        }
        let draw = |mut reader: Reader| {
            let length = reader.stat().size;
            picture::draw(&mut reader, length, Fit::square(request.side))
        };
        self.fetch_by(request, draw).map(|(bytes, stat)| Fetched::Drawn(bytes, stat))
    }

    /// The picture as it is kept, or drawn by a closure and then kept.
    fn fetch_by(
        &self,
        request: &RenderRequest,
        draw: impl FnOnce(Reader) -> Result<Drawn>,
    ) -> Result<(Vec<u8>, Stat)> {
        let reader = self.reader(request)?;
        let stat = *reader.stat();
        let id = id_of(&request.root, &stat, request.side);
        // Another caller may have drawn it meanwhile.
        let bytes = match self.kept(&id)? {
            Some(bytes) => bytes,
            None => {
                let drawn = draw(reader).inspect_err(|error| self.remember_failure(&id, error))?;
                log::debug!("{} was drawn for {} pixels", request.path.real_text(), request.side);
                self.keep_if_worth(&id, &drawn, request.room);
                drawn.bytes
            }
        };
        if request.fit == Fit::square(request.side) {
            return Ok((bytes, stat));
        }
        let length = bytes.len() as u64;
        Ok((picture::draw(&mut Cursor::new(bytes), length, request.fit)?.bytes, stat))
    }

    /// The stored frame of a video in a size; `None` if it is gone. It is made smaller each time, so
    /// that a new frame takes the place of all sizes of the old one.
    fn frame(&self, picture: &str, stat: Stat, fit: Fit) -> Result<Option<OfFile>> {
        let Some(frame) = self.kept(picture)? else { return Ok(None) };
        let (tag, length) = (stored_picture::etag(&frame), frame.len() as u64);
        let bytes = picture::draw(&mut Cursor::new(frame), length, fit)?.bytes;
        Ok(Some(OfFile { bytes, stat, frame: Some(tag) }))
    }

    fn reader(&self, request: &RenderRequest) -> Result<Reader> {
        let reader = match &request.deleted {
            Some((volume, id, below)) => volume.reader(Location::Trash(id, below))?,
            None => self.volumes.reader(&request.path)?,
        };
        reader.ok_or_else(|| Error::not_there(&request.shown))
    }

    /// Stores a picture, unless it is too large or was drawn so quickly that it is not worth it.
    fn keep_if_worth(&self, id: &str, drawn: &Drawn, room: u64) {
        if !drawn.was_quick && drawn.bytes.len() <= KEPT_BYTES_MAX {
            // The caller gets the picture even if it cannot be stored.
            if let Err(error) = self.keep(id, &drawn.bytes, room) {
                log::warn!("a thumbnail could not be stored: {error}");
            }
        }
    }

    pub(super) fn keep(&self, id: &str, bytes: &[u8], room: u64) -> Result<()> {
        let before = self.taken_up()?;
        self.volumes.main()?.put_thumb(id, bytes)?;
        let after = before + bytes.len() as u64;
        *self.bytes() = Some(after);
        if after > room { self.trim(room) } else { Ok(()) }
    }

    /// The bytes of all of them, counted once.
    fn taken_up(&self) -> Result<u64> {
        let known = *self.bytes();
        if let Some(bytes) = known {
            return Ok(bytes);
        }
        let bytes = self.volumes.main()?.thumbs()?.iter().map(|(_, stat)| taken_up(stat)).sum();
        *self.bytes() = Some(bytes);
        Ok(bytes)
    }

    /// Removes the oldest pictures if they take more than the limit, until they take nine tenths of
    /// it.
    fn trim(&self, room: u64) -> Result<()> {
        let mut kept = self.volumes.main()?.thumbs()?;
        let mut bytes: u64 = kept.iter().map(|(_, stat)| taken_up(stat)).sum();
        if bytes > room {
            kept.sort_by_key(|(_, stat)| stat.modified);
            for (id, stat) in kept {
                if bytes <= room / 10 * 9 {
                    break;
                }
                if self.remove(&id)? {
                    bytes = bytes.saturating_sub(taken_up(&stat));
                }
            }
        }
        *self.bytes() = Some(bytes);
        Ok(())
    }

    /// Removes a picture. Returns false if it cannot be removed; this is reported.
    pub(super) fn remove(&self, id: &str) -> Result<bool> {
        match self.volumes.main()?.purge_thumb(id) {
            Ok(()) => Ok(true),
            Err(error) if error.obstacle.is_some() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// True if a picture is stored.
    pub(super) fn has(&self, id: &str) -> Result<bool> {
        self.volumes.main()?.has_thumb(id)
    }

    /// A stored picture; `None` also if it cannot be read.
    fn kept(&self, id: &str) -> Result<Option<Vec<u8>>> {
        self.volumes.main()?.thumb(id).or_else(|error| match error.obstacle {
            Some(_) => Ok(None),
            None => Err(error),
        })
    }

    /// True if the index knows the content that a stored picture shows.
    fn is_known(&self, read: &Read, id: &str) -> Result<bool> {
        if id.starts_with(FRAME) {
            return video_frames::is_known(read, id);
        }
        let mut parts = id.split('-');
        let (Some(name), Some(inode)) = (parts.next(), parts.next()) else { return Ok(false) };
        let Ok(inode) = u64::from_str_radix(inode, 16) else { return Ok(false) };
        for (path, facts) in moved::contents_of_inode(read, &self.volumes, inode)? {
            if content_name(&roots::by_name(read, &path.root_name())?, &facts) == name {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns the error of a picture that could not be drawn before.
    fn check(&self, id: &str) -> Result<()> {
        self.failed().get(id).map_or(Ok(()), |error| Err(error.clone()))
    }

    fn remember_failure(&self, id: &str, error: &Error) {
        if matches!(error.code, Code::Unsupported | Code::TooLarge) {
            let mut failed = self.failed();
            if failed.len() >= FAILED_MAX {
                failed.clear();
            }
            let mut error = error.clone();
            error.cause = None;
            failed.insert(id.to_owned(), error);
        }
    }

    fn bytes(&self) -> MutexGuard<'_, Option<u64>> {
        self.bytes.lock()
    }

    fn failed(&self) -> MutexGuard<'_, HashMap<String, Error>> {
        self.failed.lock()
    }
}

/// The id of a stored picture. Its parts tell whether its content still exists.
fn id_of(root: &Root, stat: &Stat, side: u32) -> String {
    format!("{}-{:x}-{side}", content_name(root, &rows::facts(stat)), stat.inode)
}

/// Identifies the content of a file of an account or a further volume. The account's id belongs to
/// no other account, and the time of change tells every write. A file that is renamed gets a new
/// time of change and is drawn anew.
fn content_name(root: &Root, facts: &NodeFacts) -> String {
    let NodeFacts { inode, size_bytes, modified_nanoseconds, changed_nanoseconds, .. } = facts;
    let changed = changed_nanoseconds.unwrap_or_default();
    let hash =
        Sha256::digest(format!("{root}/{inode:x}-{size_bytes:x}-{modified_nanoseconds:x}-{changed:x}"));
    hex(&hash[..12])
}

/// The bytes of a picture on the disk.
fn taken_up(stat: &Stat) -> u64 {
    stat.size.max(stat.allocated)
}

#[cfg(test)]
mod tests;
