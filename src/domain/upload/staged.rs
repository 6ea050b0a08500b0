//! A file whose bytes arrive before its place is known, because the place comes after them.
//!
//! Nobody can see its bytes. Once the place is known, they become a part like any other, with all
//! checks of a part. Until then they belong to nobody, and are removed if anything fails.

use crate::base::checksum::Hasher;
use crate::base::ids::object_id;
use crate::base::path::{CloudPath, EntryName};
use crate::base::root::Root;
use crate::disk::Stage;
use crate::domain::access::rights::{Folder, Replaceable};
use crate::domain::accounts::actor::User;
use crate::domain::quota::reservations::Reserved;
use crate::domain::upload::part::{Part, PartOptions, Received};
use crate::domain::{Change, Cloud};
use crate::error::{Error, Result};
use std::sync::Arc;

/// Number of bytes that are copied at once.
const BLOCK_BYTES: usize = 512 * 1024;

/// A file whose bytes arrive. Dropping it removes them.
pub struct StagedUpload<'a> {
    cloud: &'a Cloud,
    /// A path on the disk that holds the bytes.
    disk: CloudPath,
    stage: Option<Stage>,
    /// Room in the account that owns the folder, or in no account as long as the folder is unknown.
    reserved: Reserved,
    end: u64,
    hasher: Option<Hasher>,
}

impl Cloud {
    /// Begins to stage a file. Without a folder, its bytes go to the disk of the accounts.
    ///
    /// # Errors
    /// `Code::Full` if there cannot be room for the announced bytes; `Code::Offline`.
    pub fn begin_staged(
        &self,
        user: &User,
        folder: Option<&Folder>,
        bytes_announced: Option<u64>,
    ) -> Result<StagedUpload<'_>> {
        let home = || EntryName::parse(user.name()).and_then(|name| CloudPath::root().join(&name));
        let (root, disk) = match folder {
            Some(folder) => (self.root_of(folder.real())?, folder.real().clone()),
            None => (Root::NOBODY, home()?),
        };
        let mut reserved = self.reserve_nothing(&root);
        self.reserve_more(&mut reserved, bytes_announced.unwrap_or(0))?;
        let stage = self.volumes.of(&disk)?.stage(&object_id(), bytes_announced)?;
        let hasher = self.config().checksums.then(Hasher::default);
        Ok(StagedUpload { cloud: self, disk, stage: Some(stage), reserved, end: 0, hasher })
    }
}

impl StagedUpload<'_> {
    /// Writes the next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let end = self.end + bytes.len() as u64;
        self.cloud.reserve_up_to(&mut self.reserved, end)?;
        self.stage()?.write_at(self.end, bytes)?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        self.end = end;
        Ok(())
    }

    /// Puts the bytes in their place: a whole file as it is, a part into its attempt. The rows
    /// record it in the database.
    ///
    /// # Errors
    /// As [`Cloud::begin_part`] and [`Part::finish`].
    pub fn place(
        mut self,
        user: &User,
        target: &Replaceable,
        options: PartOptions,
    ) -> Result<Change<Received>> {
        let options = PartOptions { bytes_announced: Some(self.end), ..options };
        let mut part = self.cloud.check_part(user, target, options)?;
        if part.is_whole_file() && Arc::ptr_eq(&self.cloud.volumes.of(&self.disk)?, &part.target.volume) {
            self.hand_over(&mut part)?;
        } else {
            part.begin()?;
            self.copy_to(&mut part)?;
        }
        part.finish()
    }

    fn stage(&self) -> Result<&Stage> {
        self.stage.as_ref().ok_or_else(|| Error::internal("a staged file was handed over already"))
    }

    /// Gives the bytes to a part as they are, with the room that they use.
    fn hand_over(&mut self, part: &mut Part<'_>) -> Result<()> {
        if self.reserved.root() == part.reserved.root() {
            part.reserved.absorb(self.reserved.take());
        }
        // These bytes are on the disk already.
        let more = self.end.saturating_sub(part.reserved.bytes());
        self.cloud.reserve_of_limit(&mut part.reserved, more)?;
        (part.stage, part.end, part.hasher) = (self.stage.take(), self.end, self.hasher.take());
        Ok(())
    }

    fn copy_to(&self, part: &mut Part<'_>) -> Result<()> {
        let (stage, mut block, mut at) = (self.stage()?, vec![0; BLOCK_BYTES], 0);
        while at < self.end {
            match stage.read_at(at, &mut block)? {
                0 => return Err(Error::internal("a staged file is shorter than what was written")),
                count => {
                    part.write(&block[..count])?;
                    at += count as u64;
                }
            }
        }
        Ok(())
    }
}

impl Drop for StagedUpload<'_> {
    fn drop(&mut self) {
        if let Some(stage) = self.stage.take() {
            let id = stage.id().to_owned();
            drop(stage);
            self.cloud.volumes.discard_quietly(&self.disk, &id);
        }
    }
}

impl<'a> Part<'a> {
    /// The bytes of a whole file, if they must go to another place than planned; `None` for a part
    /// of an attempt.
    pub fn into_staged(mut self) -> Option<StagedUpload<'a>> {
        if !self.is_whole_file() {
            return None;
        }
        let disk = self.target.place.real().clone();
        let (stage, reserved, hasher) = (self.stage.take(), self.reserved.take(), self.hasher.take());
        Some(StagedUpload { cloud: self.cloud, disk, stage, reserved, end: self.end, hasher })
    }
}
