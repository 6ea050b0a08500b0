//! Reads facts about photos and videos from the headers of their files: the time, the place, the
//! camera and the duration. New and changed files wait in the database.

use super::heif_size::shown_size;
use super::name_time::time_in_name;
use super::picture_size::stored_size;
use super::video::{self, VideoFacts};
use super::wall_clock::{DAY_SECONDS, of_server, photo_time};
use crate::base::path::CloudPath;
use crate::disk::Reader;
use crate::domain::Cloud;
use crate::domain::index::lookup;
use crate::domain::runtime::background::caught;
use crate::domain::runtime::backlog::Backlog;
use crate::error::{Error, Result};
use crate::store::nodes::{self, NodeRow};
use crate::store::photos::{self, PhotoFacts, TimeSource};
use crate::store::{Read, Write};
use exif::{Exif, In, Tag, Value};
use std::io::{self, BufReader, Seek, SeekFrom};
use std::sync::atomic::AtomicBool;

/// Number of files that are read before their rows are written in one transaction.
const BATCH_FILES: usize = 64;
/// The maximum number of bytes that are read of a file. A photo has these data at the beginning, and
/// a video at either end. A broken file may refer to any position.
const READ_BYTES_MAX: u64 = 2 * 1024 * 1024;
/// The version of what is read. After an update that reads more, the files that may have more to
/// tell are read again. Since version 2, the size of a picture is read without an Exif block, too;
/// since version 3, that of HEIC and AVIF pictures.
const READER_VERSION: &str = "3";
const CAMERA_CHARACTERS_MAX: usize = 100;
/// Endings of the names of videos. The schema of the table names the endings of photos and videos.
const VIDEOS: &[&str] = &["3gp", "avi", "m4v", "mkv", "mov", "mp4", "webm"];
const PHOTOS: &[&str] =
    &["arw", "avif", "cr2", "dng", "gif", "heic", "heif", "jpeg", "jpg", "nef", "png", "tif", "tiff", "webp"];
/// Those that tell by boxes how they are shown.
const BOXED: &[&str] = &["avif", "heic", "heif"];

/// The work of reading photos.
pub fn backlog() -> Backlog {
    Backlog {
        thread: "photos",
        task: "reading when photos were taken",
        step: Cloud::read_some_photos,
        is_running: AtomicBool::new(false),
    }
}

impl Cloud {
    /// Reads new and changed photos for a limited time.
    pub fn read_photos(&self) -> Result<()> {
        self.work_off_patiently(&self.photos)
    }

    /// Reads some photos after the given one. Returns false if none was left. Photos on a disk that
    /// is missing are read when it is back.
    fn read_some_photos(&self, after: &mut i64) -> Result<bool> {
        if *after == 0 {
            self.read_again_after_update()?;
        }
        let due = self.store.read(|read| photos::due(read, *after, BATCH_FILES))?;
        let Some(last) = due.last() else { return Ok(false) };
        *after = *last;
        let mut found = Vec::new();
        for id in due {
            let Some((node, path)) = self.store.read(|read| self.place(read, id))? else {
                found.push((id, None));
                continue;
            };
            if self.volumes.is_answering(&path) {
                let facts = self.photo_facts(&node, &path);
                found.push((id, Some((node, facts))));
            }
        }
        self.store
            .write(move |tx: &Write| found.iter().try_for_each(|(id, read)| keep(tx, *id, read.as_ref())))?;
        Ok(true)
    }

    fn read_again_after_update(&self) -> Result<()> {
        if self.store.read(photos::reader_version)?.as_deref() == Some(READER_VERSION) {
            return Ok(());
        }
        self.store.write(|tx: &Write| photos::read_sizes_again(tx, READER_VERSION))
    }

    fn place(&self, read: &Read, id: i64) -> Result<Option<(NodeRow, CloudPath)>> {
        let is_file = |node: &NodeRow| node.missing_since.is_none() && !node.facts.is_folder;
        let Some(node) = nodes::by_id(read, id)?.filter(is_file) else { return Ok(None) };
        Ok(lookup::path_of(read, &self.volumes, &node)?.map(|path| (node, path)))
    }

    /// The facts about a photo or video; `None` for any other file. Facts that cannot be read are
    /// left out.
    fn photo_facts(&self, node: &NodeRow, path: &CloudPath) -> Option<PhotoFacts> {
        let is_one_of = |endings: &[&str]| {
            let ending = node.name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
            endings.contains(&ending.as_str())
        };
        let is_video = is_one_of(VIDEOS);
        if !is_video && !is_one_of(PHOTOS) {
            return None;
        }
        let exif = if is_video { None } else { self.exif_of(path) };
        let video = if is_video { self.video_of(path) } else { VideoFacts::default() };
        let now = self.now();
        let made = video.made.filter(|made| *made <= now + DAY_SECONDS).map(of_server);
        let of_camera =
            exif.as_ref().and_then(|exif| taken(exif, now)).or(made).map(|time| (time, TimeSource::Camera));
        let of_name = || time_in_name(&node.name, now).map(|time| (time, TimeSource::Name));
        let of_file = || {
            let modified = node.facts.modified_nanoseconds.div_euclid(1_000_000_000);
            (of_server(modified.min(now)), TimeSource::File)
        };
        let (taken, source) = of_camera.or_else(of_name).unwrap_or_else(of_file);
        let boxed =
            if is_one_of(BOXED) { self.read_of(path, |file, _| shown_size(file)).flatten() } else { None };
        let of_photo = || boxed.or_else(|| self.size_of(path, exif.as_ref()));
        let size = if is_video { video.size } else { of_photo() };
        Some(PhotoFacts {
            taken,
            source,
            is_video,
            size,
            milliseconds: video.milliseconds,
            camera: exif.as_ref().map_or_else(String::new, camera),
            position: exif.as_ref().and_then(position),
        })
    }

    fn exif_of(&self, path: &CloudPath) -> Option<Exif> {
        // Most pictures that are not photos have no such data.
        self.read_of(path, |file, _| exif::Reader::new().read_from_container(&mut BufReader::new(file)).ok())?
    }

    /// Width and height of a photo as it is shown.
    fn size_of(&self, path: &CloudPath, exif: Option<&Exif>) -> Option<(u32, u32)> {
        let of_header = || self.read_of(path, |file, _| stored_size(file))?;
        let (width, height) = exif.and_then(size).or_else(of_header)?;
        Some(if exif.is_some_and(is_on_side) { (height, width) } else { (width, height) })
    }

    fn video_of(&self, path: &CloudPath) -> VideoFacts {
        self.read_of(path, |mut file, length| video::read(&mut file, length)).unwrap_or_default()
    }

    /// Reads the headers of a file by a closure, which gets the file and its length.
    fn read_of<T>(&self, path: &CloudPath, read: impl FnOnce(Limited, u64) -> T) -> Option<T> {
        let read = || {
            let Some(reader) = self.volumes.reader(path)? else { return Ok(None) };
            let length = reader.stat().size;
            Ok::<_, Error>(Some(read(Limited { reader, left: READ_BYTES_MAX }, length)))
        };
        caught(read).unwrap_or_else(|error| {
            log::debug!("reading when {} was taken: {error}", path.real_text());
            None
        })
    }
}

/// Stores the facts about a file, unless the file has changed since it was read. Then it still
/// waits.
fn keep(tx: &Write, id: i64, read: Option<&(NodeRow, Option<PhotoFacts>)>) -> Result<()> {
    let Some((node, facts)) = read else { return photos::set(tx, id, None) };
    match nodes::by_id(tx, id)? {
        Some(now) if now.facts == node.facts && now.name == node.name => photos::set(tx, id, facts.as_ref()),
        Some(_) => Ok(()),
        None => photos::set(tx, id, None),
    }
}

/// A file of which only a limited number of bytes is read.
struct Limited {
    reader: Reader,
    left: u64,
}

impl io::Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let count = io::Read::read(&mut self.reader, &mut buffer[..most])?;
        self.left -= count as u64;
        Ok(count)
    }
}

impl Seek for Limited {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}

/// The time at which the camera took a photo, by the local clock.
fn taken(exif: &Exif, now: i64) -> Option<i64> {
    let time = |tag| {
        let field = exif.get_field(tag, In::PRIMARY)?;
        let Value::Ascii(texts) = &field.value else { return None };
        let time = exif::DateTime::from_ascii(texts.first()?).ok()?;
        let date = [time.year.into(), time.month.into(), time.day.into()];
        photo_time(date, [time.hour.into(), time.minute.into(), time.second.into()], now)
    };
    time(Tag::DateTimeOriginal).or_else(|| time(Tag::DateTimeDigitized))
}

/// Width and height of a photo as they are stored.
fn size(exif: &Exif) -> Option<(u32, u32)> {
    let width = number(exif, Tag::PixelXDimension).or_else(|| number(exif, Tag::ImageWidth))?;
    let height = number(exif, Tag::PixelYDimension).or_else(|| number(exif, Tag::ImageLength))?;
    (width > 0 && height > 0).then_some((width, height))
}

/// True if a photo is shown turned by a right angle: with an orientation from 5 on (Exif 2.32,
/// section 4.6.5.1).
fn is_on_side(exif: &Exif) -> bool {
    number(exif, Tag::Orientation).is_some_and(|orientation| (5..=8).contains(&orientation))
}

fn number(exif: &Exif, tag: Tag) -> Option<u32> {
    exif.get_field(tag, In::PRIMARY).and_then(|field| field.value.get_uint(0))
}

/// The camera's maker and model. Many models begin with the maker.
fn camera(exif: &Exif) -> String {
    let text = |tag| {
        let field = exif.get_field(tag, In::PRIMARY);
        let bytes = field.and_then(|field| match &field.value {
            Value::Ascii(texts) => texts.first().cloned(),
            _ => None,
        });
        let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
        let printable = text.chars().map(|character| if character.is_control() { ' ' } else { character });
        printable.take(CAMERA_CHARACTERS_MAX).collect::<String>().trim().to_owned()
    };
    let (maker, model) = (text(Tag::Make), text(Tag::Model));
    let first = maker.split(' ').next().unwrap_or_default();
    if model.starts_with(first) { model } else { format!("{maker} {model}").trim().to_owned() }
}

/// Latitude and longitude in degrees.
fn position(exif: &Exif) -> Option<(f64, f64)> {
    let degrees = |tag, reference, negative: &[u8], most: f64| {
        let field = exif.get_field(tag, In::PRIMARY)?;
        let Value::Rational(parts) = &field.value else { return None };
        let [degrees, minutes, seconds] = parts.first_chunk::<3>()?.map(|part| part.to_f64());
        let value = degrees + minutes / 60.0 + seconds / 3600.0;
        let side = exif.get_field(reference, In::PRIMARY)?;
        let Value::Ascii(texts) = &side.value else { return None };
        let is_negative = texts.first().is_some_and(|text| text.as_slice() == negative);
        // A comparison with NaN is false, so NaN is never accepted.
        (value <= most).then_some(if is_negative { -value } else { value })
    };
    let latitude = degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, b"S", 90.0)?;
    let longitude = degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, b"W", 180.0)?;
    // Cameras without reception write zeros.
    (latitude != 0.0 || longitude != 0.0).then_some((latitude, longitude))
}
