//! Photos and videos by the time they were taken.

use crate::api::call_context::CallContext;
use crate::api::dates::{Date, EndDate};
use crate::api::op::ops;
use crate::api::params::params;
use crate::api::record::{Seconds, record, reply};
use crate::api::reply::Reply;
use crate::api::schema::words;
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::base::time;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::photos::wall_clock::{DAY_SECONDS, of_server};
use crate::domain::photos::{Photo, PhotoDay, Wanted};
use crate::error::Result;
use crate::store::photos::TimeSource;

ops! { PHOTOS: User "Photos"
    /// The photos and videos in a folder and below it, newest first, by the time that the camera
    /// wrote into the file, or else the time in its name, or else its modification time. Times are
    /// those of the clock where the photo was taken. Files that were not read yet are missing: see
    /// `getphotodays`.
    "getphotos" proxy read photos(ListPhotos) -> Photos;
    /// The days on which photos and videos were taken, latest first, and their number on each day.
    /// New files are read first, as long as this is quick; `iswhole` is 1 if none is left.
    "getphotodays" proxy query days(ListDays) -> PhotoDays;
}

params! {
    ListPhotos {
        /// The full path of the folder, or of one photo; `/` for everything that the caller may read.
        path: ShownPath,
        /// Only photos and videos of this time or later.
        from: Option<Date>,
        /// Only photos and videos of this time or earlier; a date without a time means its end.
        to: Option<EndDate>,
        /// Photos, videos, or both.
        kind: Kind = "all",
        /// Number of records to skip.
        start: u64 = 0,
        /// Maximum number of records, at most 1000.
        limit: u64 = 200,
    }
    ListDays {
        /// The full path of the folder; `/` for everything that the caller may read.
        path: ShownPath,
        /// Photos, videos, or both.
        kind: Kind = "all",
    }
}

/// The kind of files in the reply.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    All,
    Photos,
    Videos,
}

/// The source of a time.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    Camera,
    Name,
    File,
}

words! {
    Kind { All = "all", Photos = "photos", Videos = "videos" }
    Source { Camera = "camera", Name = "name", File = "file" }
}

record! {
    /// A photo or a video.
    PhotoRecord {
        /// The full path.
        path: String as extension,
        /// The name.
        name: String as extension,
        /// Bytes of the file.
        size: u64 as extension,
        /// The time when the file was last modified.
        modifiedepochutc: Seconds as extension,
        /// The time when it was taken, by the clock there: `2026-07-22T03:20:00`.
        taken: String as extension,
        /// The source of that time.
        takenfrom: Source as extension,
        /// Whether it is a video.
        isvideo: bool as extension,
        /// Width in pixels as it is shown; 0 if unknown.
        width: u64 as extension,
        /// Height in pixels as it is shown; 0 if unknown.
        height: u64 as extension,
        /// Length of a video in seconds, at least 1; 0 if unknown, and for photos.
        duration: u64 as extension,
        /// The camera; empty if unknown.
        camera: String as extension,
        /// Latitude in degrees, positive in the north: `48.137154`; empty if unknown.
        latitude: String as extension,
        /// Longitude in degrees, positive in the east; empty if unknown.
        longitude: String as extension,
    }
    /// A day on which photos were taken.
    PhotoDayRecord {
        /// The day: `2026-07-22`.
        day: String as extension,
        /// Number of photos and videos.
        count: u64 as extension,
    }
    /// The number in all.
    PhotoDaysMeta {
        /// Number of photos and videos of all days.
        total: usize as extension,
        /// Whether all folders were scanned at least once, and all photos were read.
        iswhole: bool as extension,
    }
}

reply! {
    /// Photos and videos, newest first.
    Photos = photos()[photo: PhotoRecord];
    /// Days, latest first.
    PhotoDays = photodays(PhotoDaysMeta)[photoday: PhotoDayRecord];
}

/// Maximum number of photos in a page.
const LIMIT_MAX: u64 = 1000;

fn wanted(kind: Kind, from: Option<Date>, to: Option<EndDate>) -> Wanted {
    Wanted {
        from: from.map_or(i64::MIN, |date| of_server(date.0)),
        to: to.map_or(i64::MAX, |date| of_server(date.0) + 1),
        is_video: match kind {
            Kind::All => None,
            Kind::Photos => Some(false),
            Kind::Videos => Some(true),
        },
    }
}

fn photos(view: &CloudView<'_>, user: &User, params: ListPhotos) -> Result<Reply<Photos>> {
    let folder = view.readable(user, &params.path)?;
    let start = usize::try_from(params.start).unwrap_or(usize::MAX);
    let limit = params.limit.min(LIMIT_MAX) as usize;
    let found = view.photos(user, &folder, wanted(params.kind, params.from, params.to), start, limit)?;
    Ok(Reply::list(found.into_iter().map(photo_record).collect::<Vec<_>>()))
}

fn photo_record(Photo { path, row }: Photo) -> PhotoRecord {
    let facts = row.facts;
    let degrees = |degrees: Option<f64>| degrees.map_or(String::new(), |degrees| format!("{degrees:.6}"));
    PhotoRecord {
        name: path.leaf().map_or_else(String::new, EntryName::to_string),
        path: path.to_string(),
        size: row.size_bytes,
        modifiedepochutc: Seconds(row.modified_nanoseconds.div_euclid(1_000_000_000)),
        taken: time::wall_text(facts.taken),
        takenfrom: match facts.source {
            TimeSource::Camera => Source::Camera,
            TimeSource::Name => Source::Name,
            TimeSource::File => Source::File,
        },
        isvideo: facts.is_video,
        width: facts.size.map_or(0, |(width, _)| width.into()),
        height: facts.size.map_or(0, |(_, height)| height.into()),
        duration: facts.milliseconds.map_or(0, |all| ((all + 500) / 1000).max(1)),
        camera: facts.camera,
        latitude: degrees(facts.position.map(|(latitude, _)| latitude)),
        longitude: degrees(facts.position.map(|(_, longitude)| longitude)),
    }
}

fn days(context: &mut CallContext<'_>, user: &User, params: ListDays) -> Result<Reply<PhotoDays>> {
    let folder = context.view().readable(user, &params.path)?;
    let found = context.cloud().photo_days(user, &folder, wanted(params.kind, None, None))?;
    let total = found.days.iter().map(|day| day.count).sum();
    let record = |PhotoDay { day, count }| PhotoDayRecord {
        day: time::wall_text(day * DAY_SECONDS).split('T').next().unwrap_or_default().to_owned(),
        count: count as u64,
    };
    let rows: Vec<PhotoDayRecord> = found.days.into_iter().map(record).collect();
    Ok(Reply::with_meta(PhotoDaysMeta { total, iswhole: found.is_whole }, rows))
}
