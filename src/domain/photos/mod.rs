//! Photos and videos by the time at which they were taken, in whatever folder they are.

#[cfg(fuzzing)]
pub mod fuzzing;
mod heif_size;
mod name_time;
mod picture_size;
pub(in crate::domain) mod reading;
pub mod video;
pub mod wall_clock;

use crate::base::shown_path::ShownPath;
use crate::disk::Kind;
use crate::domain::access::rights::Readable;
use crate::domain::accounts::actor::User;
use crate::domain::index::lookup::{self, FolderPaths};
use crate::domain::{Cloud, CloudView};
use crate::error::Result;
use crate::store::photos::{self, PhotoFacts, PhotoRow};
use std::sync::Arc;
use wall_clock::DAY_SECONDS;

/// A photo or a video that a user may see.
#[derive(Clone, Debug)]
pub struct Photo {
    pub path: ShownPath,
    pub row: PhotoRow,
}

/// The photos that a call asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The limits of the time in seconds since 1970, where local times are read as UTC. `to` is not
    /// included.
    pub from: i64,
    pub to: i64,
    /// True for videos only, false for photos only, `None` for both.
    pub is_video: Option<bool>,
}

/// A day, and the number of photos and videos that were taken on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhotoDay {
    /// Days since 1970.
    pub day: i64,
    pub count: usize,
}

/// The days on which photos were taken.
#[derive(Debug)]
pub struct PhotoDays {
    /// The days, the latest first.
    pub days: Vec<PhotoDay>,
    /// True if every folder was indexed at least once and every photo was read.
    pub is_whole: bool,
}

impl Cloud {
    /// The days on which the photos in a folder and below it were taken. New photos are read as far
    /// as that is quick, and the rest in the background.
    ///
    /// # Errors
    /// If the database or a disk fails.
    pub fn photo_days(
        self: &Arc<Cloud>,
        user: &User,
        folder: &Readable,
        wanted: Wanted,
    ) -> Result<PhotoDays> {
        let view = self.view();
        let mut is_whole = true;
        for scope in view.scopes(user, folder)? {
            is_whole &= !self.freshen(&scope)?;
        }
        is_whole &= self.work_off_now(|cloud| &cloud.photos)?;
        let mut days: Vec<PhotoDay> = Vec::new();
        view.each_photo(user, folder, wanted, |photo| {
            let day = photo.row.facts.taken.div_euclid(DAY_SECONDS);
            match days.last_mut().filter(|last| last.day == day) {
                Some(last) => last.count += 1,
                None => days.push(PhotoDay { day, count: 1 }),
            }
            true
        })?;
        Ok(PhotoDays { days, is_whole })
    }
}

impl Wanted {
    fn includes(&self, facts: &PhotoFacts) -> bool {
        (self.from..self.to).contains(&facts.taken)
            && self.is_video.is_none_or(|is_video| is_video == facts.is_video)
    }
}

impl CloudView<'_> {
    /// The photos in a folder and below it, the newest first. For a file, the photo itself.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such folder or file.
    pub fn photos(
        &self,
        user: &User,
        folder: &Readable,
        wanted: Wanted,
        start: usize,
        limit: usize,
    ) -> Result<Vec<Photo>> {
        let stat = folder.there(self.cloud.volumes.stat(folder.real())?)?;
        if stat.kind != Kind::Folder {
            let photo = self.photo(folder)?.filter(|photo| wanted.includes(&photo.row.facts));
            return Ok(photo.into_iter().skip(start).take(limit).collect());
        }
        let (mut found, mut to_skip) = (Vec::new(), start);
        self.each_photo(user, folder, wanted, |photo| {
            match to_skip {
                0 if limit > 0 => found.push(photo),
                _ => to_skip = to_skip.saturating_sub(1),
            }
            found.len() < limit
        })?;
        Ok(found)
    }

    /// The facts that the index has about a photo or a video.
    fn photo(&self, file: &Readable) -> Result<Option<Photo>> {
        self.cloud.store.read(|read| {
            let Some(node) = lookup::find(read, &self.cloud.volumes, file.real())? else { return Ok(None) };
            let row = photos::of_node(read, node.id)?;
            Ok(row.map(|row| Photo { path: file.shown().clone(), row }))
        })
    }

    fn each_photo(
        &self,
        user: &User,
        folder: &Readable,
        wanted: Wanted,
        mut each: impl FnMut(Photo) -> bool,
    ) -> Result<()> {
        let ways = self.ways(user)?;
        self.cloud.store.read(|read| {
            let volumes = &*self.cloud.volumes;
            let mut folders = FolderPaths::new(read, volumes);
            photos::each(read, wanted.from, wanted.to, |row| {
                if !wanted.includes(&row.facts) {
                    return Ok(true);
                }
                let Some(path) = folders.below(row.folder, &row.name)? else { return Ok(true) };
                let reach = ways.seen_in(folder, &path).filter(|_| volumes.as_last_seen(&path).is_some());
                Ok(reach.is_none_or(|reach| each(Photo { path: reach.shown().clone(), row })))
            })
        })
    }
}
