//! Pictures as their users see them: small ones for lists, larger ones for slide shows, and turning them.
//!
//! What was drawn is kept on the volume, up to a size that a setting says. Its id names whose content it is and which, so
//! that a changed file never shows an old picture, and nobody's picture is found by another's file.

use crate::base::guarded::Guarded;
use crate::base::ids::{hex, object_id};
use crate::base::path::CloudPath;
use crate::base::root::Root;
use crate::base::shown_path::ShownPath;
use crate::disk::{Commit, Kind, Location, Reader, Replace, Stage, Stat, Volume};
use crate::domain::access::rights::{Readable, Replaceable};
use crate::domain::accounts::actor::User;
use crate::domain::files::location::Located;
use crate::domain::index::{moved, rows};
use crate::domain::volumes::registry::Volumes;
use crate::domain::{Change, Cloud};
use crate::error::{Code, Error, Result};
use crate::picture::{self, DecodeWorker, Drawn, Fit, HEAD_BYTES_MAX, Quarters};
use crate::store::nodes::NodeFacts;
use crate::store::{Read, roots};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Arc, MutexGuard};
use std::time::SystemTime;

/// Bytes of a picture that is kept.
const KEPT_BYTES_MAX: usize = 1 << 20;
/// Pictures that could not be drawn and are not tried again.
const FAILED_MAX: usize = 1000;
/// Bytes that are copied at once.
const BLOCK_BYTES: usize = 256 * 1024;

/// What a picture is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To stand for its file in a list.
    Thumb,
    /// To be looked at.
    Slide,
}

/// A picture that was drawn.
pub struct Picture {
    pub bytes: Vec<u8>,
    pub content_type: &'static str,
    /// Names the content and the size it was drawn for.
    pub etag: String,
    /// Names the content of the file.
    pub file_etag: String,
    pub modified: SystemTime,
    /// When anything about the file last changed.
    pub changed: Option<SystemTime>,
}

/// The pictures of the cloud.
pub struct Pictures {
    worker: DecodeWorker,
    cache: Arc<ThumbnailCache>,
}

/// Where pictures are kept.
struct ThumbnailCache {
    volumes: Arc<Volumes>,
    /// What all of them take up; not known before somebody has looked.
    bytes: Guarded<Option<u64>>,
    failed: Guarded<HashMap<String, Error>>,
}

/// One picture to be drawn.
struct RenderRequest {
    path: CloudPath,
    shown: ShownPath,
    /// To what it belongs.
    root: Root,
    /// Where it lies when it is in a bin: the disk, the entry and the path in it.
    deleted: Option<(Arc<Volume>, String, CloudPath)>,
    /// The side of the square that the kept picture fits into.
    side: u32,
    fit: Fit,
    /// Bytes that kept pictures may take up.
    room: u64,
}

impl Purpose {
    /// The sides of the squares that pictures are drawn for and kept; any other size is made of the next larger one.
    fn sides(self) -> &'static [u32] {
        match self {
            Purpose::Thumb => &[160, 320, 640],
            Purpose::Slide => &[1280, 1920],
        }
    }

    /// The room that a caller wants filled; a side that is not told is as long as the other.
    fn fit(self, width: Option<u64>, height: Option<u64>) -> Fit {
        let sides = self.sides();
        let most = u64::from(sides[sides.len() - 1]);
        let told = |side: Option<u64>| side.filter(|side| *side > 0).map(|side| side.min(most) as u32);
        let (width, height) = (told(width), told(height));
        Fit { width: width.or(height).unwrap_or(sides[0]), height: height.or(width).unwrap_or(sides[0]) }
    }
}

impl Pictures {
    pub fn new(volumes: &Arc<Volumes>) -> Pictures {
        let cache = ThumbnailCache {
            volumes: Arc::clone(volumes),
            bytes: Guarded::default(),
            failed: Guarded::default(),
        };
        Pictures { worker: DecodeWorker::default(), cache: Arc::new(cache) }
    }
}

impl Cloud {
    /// A picture of a file, drawn or as it was kept. It fits into the width and height and is never enlarged.
    ///
    /// # Errors
    /// `Code::NotFound`, `Code::Unsupported` for what is no picture, `Code::TooLarge` for what would cost too much,
    /// `Code::Busy` when too many are being drawn.
    pub fn picture(
        &self,
        file: &Readable,
        purpose: Purpose,
        width: Option<u64>,
        height: Option<u64>,
    ) -> Result<Picture> {
        let path = file.real();
        let located = file.there(self.locate(path)?)?;
        let stat = file.there(self.stat_of(path, &located)?)?;
        if stat.kind == Kind::Folder {
            return Err(Error::new(Code::Unsupported, "This is a folder and no picture."));
        }
        let fit = purpose.fit(width, height);
        let side = purpose.sides().iter().copied().find(|side| *side >= fit.long_side());
        let side = side.unwrap_or(fit.long_side());
        let cache = &self.pictures.cache;
        let root = self.root_of(path)?;
        let id = id_of(&root, &stat, side);
        let kept = if fit == Fit::square(side) { cache.kept(&id)? } else { None };
        let (bytes, stat) = match kept {
            Some(bytes) => (bytes, stat),
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
                let cache = Arc::clone(cache);
                self.pictures.worker.run(move || cache.fetch(&request))?
            }
        };
        Ok(Picture {
            content_type: Drawn::content_type(&bytes),
            bytes,
            etag: format!("{}-{}x{}", stat.etag(), fit.width, fit.height),
            file_etag: stat.etag(),
            modified: stat.modified,
            changed: stat.changed,
        })
    }

    /// Draws a picture of its bytes anew, so that it fits into a square.
    ///
    /// # Errors
    /// As [`Cloud::picture`].
    pub(in crate::domain) fn small_picture(&self, bytes: Vec<u8>, side: u32) -> Result<Vec<u8>> {
        let length = bytes.len() as u64;
        self.pictures.worker.run(move || {
            picture::draw(&mut Cursor::new(bytes), length, Fit::square(side)).map(|drawn| drawn.bytes)
        })
    }

    /// Turns a picture clockwise by an angle in degrees. The content so far is kept as a version.
    ///
    /// # Errors
    /// `Code::Invalid` for another angle than right ones, `Code::Unsupported` for what cannot be turned without loss.
    pub fn turn_picture(&self, user: &User, path: &Replaceable, angle: i64) -> Result<Change<Stat>> {
        let quarters = Quarters::from_degrees(angle)
            .ok_or_else(|| Error::new(Code::Invalid, "A picture is turned by 90, 180 or 270 degrees."))?;
        if path.real().is_in_bin() {
            return Err(Error::new(Code::Forbidden, "Please restore the file from the recycle bin first."));
        }
        let reader = path.there(self.volumes.reader(path.real())?)?;
        let old = *reader.stat();
        let changing = self.begin_change(user, &[path])?;
        let owner = self.root_of(path.real())?;
        let reserved = self.reserve(&owner, old.size)?;
        let id = object_id();
        let volume = self.volumes.of(path.real())?;
        let stage = volume.stage(&id, Some(old.size))?;
        let replacement = self.begin_replacement(user, path.real(), changing, reserved);
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

    /// What kept pictures take up on the disk, in bytes.
    pub(in crate::domain) fn pictures_bytes(&self) -> Result<u64> {
        self.pictures.cache.taken_up()
    }

    /// Removes kept pictures of contents that are gone, and the oldest beyond what may be kept.
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
    /// The picture as it is kept, or drawn and then kept; on the thread that draws.
    fn fetch(&self, request: &RenderRequest) -> Result<(Vec<u8>, Stat)> {
        let reader = match &request.deleted {
            Some((volume, id, below)) => volume.reader(Location::Trash(id, below))?,
            None => self.volumes.reader(&request.path)?,
        };
        let reader = reader.ok_or_else(|| Error::not_there(&request.shown))?;
        let stat = *reader.stat();
        let id = id_of(&request.root, &stat, request.side);
        let bytes = match self.kept(&id)? {
            // Another caller had it drawn meanwhile.
            Some(bytes) => bytes,
            None => self.draw(reader, &id, request).inspect_err(|error| self.remember_failure(&id, error))?,
        };
        if request.fit == Fit::square(request.side) {
            return Ok((bytes, stat));
        }
        let length = bytes.len() as u64;
        Ok((picture::draw(&mut Cursor::new(bytes), length, request.fit)?.bytes, stat))
    }

    fn draw(&self, mut reader: Reader, id: &str, request: &RenderRequest) -> Result<Vec<u8>> {
        let length = reader.stat().size;
        let drawn = picture::draw(&mut reader, length, Fit::square(request.side))?;
        log::debug!("{} was drawn for {} pixels", request.path.real_text(), request.side);
        if !drawn.was_quick && drawn.bytes.len() <= KEPT_BYTES_MAX {
            // Whoever waits for the picture gets it whether there is room to keep it or not.
            if let Err(error) = self.keep(id, &drawn.bytes, request.room) {
                log::warn!("a small picture is not kept: {error}");
            }
        }
        Ok(drawn.bytes)
    }

    fn keep(&self, id: &str, bytes: &[u8], room: u64) -> Result<()> {
        let before = self.taken_up()?;
        self.volumes.main()?.put_thumb(id, bytes)?;
        let after = before + bytes.len() as u64;
        *self.bytes() = Some(after);
        if after > room { self.trim(room) } else { Ok(()) }
    }

    /// What all of them take up; counted once.
    fn taken_up(&self) -> Result<u64> {
        let known = *self.bytes();
        if let Some(bytes) = known {
            return Ok(bytes);
        }
        let bytes = self.volumes.main()?.thumbs()?.iter().map(|(_, stat)| taken_up(stat)).sum();
        *self.bytes() = Some(bytes);
        Ok(bytes)
    }

    /// Removes the oldest, down to nine tenths of the room, when they take up more.
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

    /// Removes one; `false` for one that cannot be removed, which is told.
    fn remove(&self, id: &str) -> Result<bool> {
        match self.volumes.main()?.purge_thumb(id) {
            Ok(()) => Ok(true),
            Err(error) if error.obstacle.is_some() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// One that is kept; `None` also for one that cannot be read.
    fn kept(&self, id: &str) -> Result<Option<Vec<u8>>> {
        self.volumes.main()?.thumb(id).or_else(|error| match error.obstacle {
            Some(_) => Ok(None),
            None => Err(error),
        })
    }

    /// Whether the index knows the content that a kept picture shows.
    fn is_known(&self, read: &Read, id: &str) -> Result<bool> {
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

    /// Fails as before for a picture that could not be drawn.
    fn check(&self, id: &str) -> Result<()> {
        self.failed().get(id).map_or(Ok(()), |error| Err(error.clone()))
    }

    fn remember_failure(&self, id: &str, error: &Error) {
        if matches!(error.code, Code::Unsupported | Code::TooLarge) {
            let mut failed = self.failed();
            if failed.len() >= FAILED_MAX {
                failed.clear();
            }
            failed.insert(id.to_owned(), Error { cause: None, ..error.clone() });
        }
    }

    fn bytes(&self) -> MutexGuard<'_, Option<u64>> {
        self.bytes.lock()
    }

    fn failed(&self) -> MutexGuard<'_, HashMap<String, Error>> {
        self.failed.lock()
    }
}

/// The id of a kept picture. Its parts serve to find out whether its content is still there.
fn id_of(root: &Root, stat: &Stat, side: u32) -> String {
    format!("{}-{:x}-{side}", content_name(root, &rows::facts(stat)), stat.inode)
}

/// Names the content of a file of an account or a further volume: by the account's id, which no other gets, and by the time
/// of change, which tells every write. A file that gets another name of its own is drawn anew.
fn content_name(root: &Root, facts: &NodeFacts) -> String {
    let NodeFacts { inode, size_bytes, modified_nanoseconds, changed_nanoseconds, .. } = facts;
    let changed = changed_nanoseconds.unwrap_or_default();
    let hash =
        Sha256::digest(format!("{root}/{inode:x}-{size_bytes:x}-{modified_nanoseconds:x}-{changed:x}"));
    hex(&hash[..12])
}

/// Bytes of disk.
fn taken_up(stat: &Stat) -> u64 {
    stat.size.max(stat.allocated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::test_directory::TestDirectory;
    use std::collections::BTreeMap;
    use std::fs;

    #[test]
    fn the_room_is_bounded_and_has_a_sensible_default() {
        for (purpose, width, height, wanted) in [
            (Purpose::Thumb, None, None, (160, 160)),
            (Purpose::Thumb, Some(0), Some(0), (160, 160)),
            (Purpose::Thumb, Some(90), None, (90, 90)),
            (Purpose::Thumb, Some(200), Some(50), (200, 50)),
            (Purpose::Thumb, Some(u64::MAX), Some(1), (640, 1)),
            (Purpose::Slide, None, None, (1280, 1280)),
            (Purpose::Slide, Some(9999), None, (1920, 1920)),
        ] {
            let fit = purpose.fit(width, height);
            assert_eq!((fit.width, fit.height), wanted, "{purpose:?} {width:?} {height:?}");
        }
    }

    #[test]
    fn pictures_of_contents_that_are_gone_are_removed() {
        let top = TestDirectory::new();
        let cloud = Cloud::open(&top, Settings::read(BTreeMap::new()).unwrap()).unwrap();
        let (home, cache) = (CloudPath::parse("/anna").unwrap(), Arc::clone(&cloud.pictures.cache));
        fs::create_dir(top.join("files/anna")).unwrap();
        let visit = || {
            let visit = cloud.visit(&home).unwrap().unwrap();
            cloud.mend_now(&visit).unwrap();
        };
        let ids = ["stays", "changes", "goes"].map(|name| {
            fs::write(top.join("files/anna").join(name), name).unwrap();
            let path = home.join(&crate::base::path::EntryName::parse(name).unwrap()).unwrap();
            let id = id_of(&Root::NOBODY, &cloud.volumes.stat(&path).unwrap().unwrap(), 320);
            cache.keep(&id, b"a picture", 1 << 20).unwrap();
            id
        });
        cache.keep("made-by-nobody", b"a picture", 1 << 20).unwrap();
        let kept = || {
            let mut kept: Vec<_> =
                cache.volumes.main().unwrap().thumbs().unwrap().into_iter().map(|(id, _)| id).collect();
            kept.sort();
            kept
        };
        visit();
        cloud.tidy_pictures().unwrap();
        let mut wanted = ids.to_vec();
        wanted.sort();
        assert_eq!(kept(), wanted);
        fs::write(top.join("files/anna/changes"), "changed").unwrap();
        fs::remove_file(top.join("files/anna/goes")).unwrap();
        visit();
        cloud.tidy_pictures().unwrap();
        assert_eq!(kept(), [ids[0].clone()]);
    }

    #[test]
    fn the_oldest_go_first() {
        let top = TestDirectory::new();
        let cloud = Cloud::open(&top, Settings::read(BTreeMap::new()).unwrap()).unwrap();
        let cache = &cloud.pictures.cache;
        for id in ["a", "b", "c", "d"] {
            cache.keep(id, &[7; 4096], 4 * 4096).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let known = *cache.bytes();
        assert_eq!(known, Some(4 * 4096));
        cache.keep("e", &[7; 4096], 4 * 4096).unwrap();
        let mut kept: Vec<_> =
            cache.volumes.main().unwrap().thumbs().unwrap().into_iter().map(|(id, _)| id).collect();
        kept.sort();
        assert_eq!(kept, ["c", "d", "e"], "down to nine tenths");
    }
}
