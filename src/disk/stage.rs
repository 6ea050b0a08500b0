//! Stages: unfinished files, written at their final offsets where no user can see them.
//!
//! A stage stays until it is committed or discarded, so an interrupted upload can continue. After a
//! power cut, only the bytes that [`Stage::sync`] has confirmed are certain to be there, whatever
//! the length is.

use super::attributes::Attributes;
use super::bytes::{copy_bytes, write_all};
use super::early_sync::EarlySync;
use super::errno::{at, failed, obstacle};
use super::hidden_dir::{Staged, checked, names, staging_path};
use super::lookup::open_private;
use super::skipped::Wanted;
use super::slot::tolerate;
use super::stat::{self, Kind, Stat};
use super::sys;
use super::volume::Volume;
use crate::error::Result;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::time::SystemTime;

/// An unfinished file. Dropping it leaves the file on the disk.
#[derive(Debug)]
pub struct Stage {
    pub(super) file: OwnedFd,
    pub(super) id: String,
    early: EarlySync,
    /// The attributes that it gets if it replaces nothing. `None` if it inherits from its folder.
    pub(super) wanted: Option<Attributes>,
}

impl Volume {
    /// Begins a stage under a new id. If the length is known, its space is reserved at once. If it
    /// does not fit, `Code::Full` says so before any byte is sent.
    pub fn stage(&self, id: &str, length_hint: Option<u64>) -> Result<Stage> {
        self.require_safe()?;
        let name = Staged::Data(checked(id)?).name();
        let file = sys::create((self.hidden_dir.staging.as_fd(), &name), Mode::RUSR | Mode::WUSR)
            .map_err(at("create a stage"))?;
        let stage = Stage { file, id: id.to_owned(), early: EarlySync::default(), wanted: None };
        stage.reserve(length_hint.unwrap_or(0)).inspect_err(|_| {
            if let Err(error) = self.discard_stage(id) {
                log::warn!("a stage that could not be begun stays until the next start: {error}");
            }
        })?;
        Ok(stage)
    }

    /// Opens a stage to continue it; `None` if it does not exist.
    pub fn open_stage(&self, id: &str) -> Result<Option<Stage>> {
        let name = Staged::Data(checked(id)?).name();
        let flags = OFlags::RDWR | OFlags::NONBLOCK;
        let found = open_private(&self.hidden_dir.staging, &name, flags)?;
        Ok(found.map(|(file, _)| Stage {
            file,
            id: id.to_owned(),
            early: EarlySync::default(),
            wanted: None,
        }))
    }

    /// Copies a stage of another volume, to be continued here under the same id. It replaces the
    /// rest of an earlier try. After a failure nothing of the copy remains.
    pub fn copy_stage(&self, source: &Volume, id: &str, length_hint: Option<u64>) -> Result<Stage> {
        let original = source.open_stage(id)?.ok_or_else(|| failed("open a stage", Errno::NOENT))?;
        self.discard_stage(id)?;
        let copy = self.stage(id, length_hint)?;
        let copied = copy_bytes(&original.file, &copy.file, original.length()?, &mut || true);
        let copied = copied.map_err(at("copy a stage")).and_then(|()| copy.sync());
        copied.map(|()| copy).inspect_err(|_| {
            if let Err(error) = self.discard_stage(id) {
                log::warn!("a part of a copied stage stays until the next start: {error}");
            }
        })
    }

    /// The ids of all stages, with the space in bytes that each takes or will take: its length, or
    /// more if space is reserved.
    pub fn stages(&self) -> Result<Vec<(String, u64)>> {
        let mut stages = Vec::new();
        for name in names(&self.hidden_dir.staging)? {
            let Some(Staged::Data(id)) = Staged::read(&name) else { continue };
            match stat::of_name(&self.hidden_dir.staging, &name) {
                Ok(Some(stat)) => stages.push((id.to_owned(), stat.size.max(stat.allocated))),
                Ok(None) | Err(Errno::NOENT) => {}
                Err(errno) => match obstacle(errno) {
                    Some(obstacle) => self.skip(staging_path(&name), Wanted::Read, obstacle),
                    None => return Err(failed("statx", errno)),
                },
            }
        }
        Ok(stages)
    }

    /// Removes a stage. If it does not exist, that is no failure.
    pub fn discard_stage(&self, id: &str) -> Result<()> {
        let name = Staged::Data(checked(id)?).name();
        match sys::remove((self.hidden_dir.staging.as_fd(), &name)) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(failed("remove a stage", errno)),
        }
    }
}

impl Stage {
    /// The id of the stage.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Writes all bytes at an offset. Several threads may write at different offsets.
    pub fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<()> {
        write_all(&self.file, bytes, offset).map_err(at("write a stage"))?;
        self.early.wrote(&self.file, bytes.len());
        Ok(())
    }

    /// Reads bytes at an offset. Returns their number, 0 at the end.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        sys::read_at(&self.file, buffer, offset).map_err(at("read a stage"))
    }

    /// The length in bytes: the end of the furthest write.
    pub fn length(&self) -> Result<u64> {
        Ok(self.stat()?.size)
    }

    /// Cuts the stage off, or extends it with zeros.
    pub fn truncate(&self, length: u64) -> Result<()> {
        sys::truncate(&self.file, length).map_err(at("truncate a stage"))
    }

    /// Waits until everything written is on the disk. After a failure the stage must be discarded:
    /// the kernel may have dropped data that it could not write, and a second try would not report
    /// it.
    pub fn sync(&self) -> Result<()> {
        self.early.finish().and_then(|()| sys::sync_data(&self.file)).map_err(at("fdatasync a stage"))
    }

    pub(super) fn stat(&self) -> Result<Stat> {
        stat::of_handle(&self.file).map_err(at("statx"))?.ok_or_else(|| failed("statx", Errno::NOENT))
    }

    /// Reserves space: `Code::Full` if there is too little.
    pub fn reserve(&self, length: u64) -> Result<()> {
        match length {
            0 => Ok(()),
            _ => match sys::reserve(&self.file, length) {
                // Reserving is optional: without it, a full disk is noticed when writing.
                Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(()),
                other => other.map_err(at("reserve room")),
            },
        }
    }

    /// The last steps before a stage is put in its place: attributes, time, and syncing to the
    /// disk.
    pub(super) fn finish(&self, attributes: &Attributes, modified: Option<SystemTime>) -> Result<()> {
        /// File systems round sizes up by less than this.
        const ROUNDING_BYTES: u64 = 1 << 20;
        let stat = self.stat()?;
        // Otherwise the space reserved beyond the end would be lost.
        let trim = stat.allocated > stat.size.saturating_add(ROUNDING_BYTES);
        let modified = modified.or(trim.then_some(stat.modified));
        (|| {
            if trim {
                sys::truncate(&self.file, stat.size)?;
            }
            attributes.put_on(&self.file, Kind::File)?;
            if let Some(time) = modified {
                tolerate(sys::set_modified(&self.file, stat::timespec(time)))?;
            }
            self.early.finish()?;
            sys::sync(&self.file)
        })()
        .map_err(at("finish a stage"))
    }
}
