//! The target of an upload. It is found once before any byte is received, and checked again when
//! all bytes have arrived.

use crate::base::root::Root;
use crate::disk::{Kind, Stage, Volume};
use crate::domain::Cloud;
use crate::domain::access::rights::Replaceable;
use crate::domain::accounts::actor::User;
use crate::domain::files::locks::Purpose;
use crate::domain::upload::by_link::check_size;
use crate::domain::upload::partial::PartOptions;
use crate::error::{Error, Result};
use std::sync::Arc;

/// The place of an uploaded file.
pub(in crate::domain) struct Target {
    pub place: Replaceable,
    /// The volume of the place and of its stages.
    pub volume: Arc<Volume>,
    /// The root to which it belongs.
    pub root: Root,
    /// The maximum size of the file, if a link limits it.
    bytes_max: Option<u64>,
    /// The number that the next move of a folder had when the target was found.
    pub moves_seen: u64,
}

impl Cloud {
    /// Finds the target of a part. An upload that cannot succeed is refused here, before hours of
    /// sending.
    ///
    /// # Errors
    /// As [`Cloud::begin_part`], except for room.
    pub(super) fn find_target(
        &self,
        user: &User,
        place: &Replaceable,
        options: &PartOptions,
    ) -> Result<Target> {
        let moves_seen = self.uploads.moves.next();
        let place = self.view().upload_target(user, place, options.name.as_ref())?;
        let volume = self.volumes.of(place.real())?;
        let above = place.real().parent().unwrap_or_default();
        let is_there = volume.stat(&above)?.is_some_and(|stat| stat.kind == Kind::Folder);
        match volume.check_changeable(place.real()) {
            Err(error) if is_there || error.obstacle.is_some() => return Err(error),
            _ => {}
        }
        if !is_there {
            let above = place.shown().parent().unwrap_or_default();
            return Err(Error::not_there(&above));
        }
        if !place.is_by_link() {
            options.condition.apply(volume.stat(place.real())?.as_ref())?;
        }
        let bytes_max = self.upload_bytes_max(&place)?;
        check_size(options.size.unwrap_or(options.offset), bytes_max)?;
        // An upload by a link changes nothing that is there, so a lock of it does not matter.
        let is_taken = place.is_by_link() && volume.stat(place.real())?.is_some();
        let free = if is_taken { Some(self.free_place(user, &place)?) } else { None };
        self.view().check_unlocked(user, free.as_ref().unwrap_or(&place), Purpose::Change)?;
        let root = self.root_of(place.real())?;
        Ok(Target { place, volume, root, bytes_max, moves_seen })
    }

    /// Checks a target again when all bytes have arrived. If its folder was moved, the target moves
    /// along, and the bytes too if the folder is on another disk. A user who may no longer put
    /// something there is refused.
    ///
    /// # Errors
    /// `Code::Forbidden`, `Code::Offline`.
    pub(super) fn find_again(&self, user: &User, target: &mut Target, stage: Stage) -> Result<Stage> {
        let path = self.uploads.moves.follow(target.place.real(), target.moves_seen);
        let volume = self.volumes.of(&path)?;
        if path == *target.place.real() {
            target.volume = volume;
            return Ok(stage);
        }
        let place = self.view().reach_of(user, &path)?.replaceable()?;
        let (former, root) = (target.place.real().clone(), self.root_of(&path)?);
        let left = std::mem::replace(&mut target.volume, Arc::clone(&volume));
        (target.place, target.root) = (place, root);
        if self.volumes.are_together(&former, &path) {
            return Ok(stage);
        }
        let copied = volume.copy_stage(&left, stage.id(), None);
        self.volumes.discard_quietly(&former, stage.id());
        copied
    }
}

impl Target {
    /// Refuses a file that is larger than a link allows.
    ///
    /// # Errors
    /// `Code::TooLarge`.
    pub fn check_size(&self, bytes: u64) -> Result<()> {
        check_size(bytes, self.bytes_max)
    }
}
