//! The brake for mass changes. A client that deletes or replaces very many files within ten minutes
//! is held: it can read and add files, but it cannot change existing ones until its owner or an
//! administrator lets it go on or takes its changes back. Until then, retention does not remove
//! what it has deleted and replaced, and nobody can remove it permanently.
//!
//! Each change is stored in its own transaction (`store/recent_changes`), so a crash loses none.
//! `count` counts, `in_place` counts what takes the place of a deleted folder, `encrypted` compares
//! contents, `hold` begins and ends holds, and `take_back` takes changes back.

mod count;
mod encrypted;
mod hold;
mod in_place;
mod take_back;

pub(in crate::domain) use count::Brake;
pub use take_back::Left;

use crate::base::limits::brake::WINDOW_SECONDS;
use crate::domain::Cloud;
use crate::domain::access::rights::Reach;
use crate::domain::accounts::actor::{Client, User};
use crate::error::{Code, Error, Reason, Result};
use crate::store::{Read, recent_changes};
use std::collections::HashSet;

impl Cloud {
    /// The client of a user whose changes are stored; `None` if they are not.
    pub(in crate::domain) fn noted_client(&self, user: &User) -> Option<Client> {
        if self.config().mass_change_limit.0 == 0 || user.is_taking_back() {
            return None;
        }
        let client = user.client();
        (!self.brake.is_free(&client.key, self.now())).then_some(client)
    }

    /// Refuses a change of an existing entry by a held client.
    ///
    /// # Errors
    /// `Code::Locked`.
    pub(in crate::domain) fn check_not_held(&self, user: &User) -> Result<()> {
        if user.is_taking_back() || !self.brake.holds_any() || !self.brake.is_held(&user.client().key) {
            return Ok(());
        }
        let sentence = "Very many files were deleted or replaced from here within a few minutes. Until you or an \
            administrator have decided about it in the portal, existing files cannot be changed from here. Reading \
            and adding files works.";
        Err(Error::new(Code::Locked, sentence).for_reason(Reason::Held))
    }

    /// Refuses to replace an existing entry for a held client.
    ///
    /// # Errors
    /// As [`Cloud::check_not_held`], and those of the disk.
    pub(in crate::domain) fn check_may_fill(&self, user: &User, place: &Reach) -> Result<()> {
        match self.check_not_held(user) {
            Err(error) if self.volumes.stat(place.real())?.is_some() => Err(error),
            _ => Ok(()),
        }
    }

    /// Refuses to remove a version permanently while a hold protects it.
    ///
    /// # Errors
    /// `Code::Locked`.
    pub(in crate::domain) fn check_version_removable(&self, id: &str) -> Result<()> {
        self.check_removable(|read| recent_changes::keeps_version(read, id))
    }

    /// Refuses to remove an entry of a recycle bin permanently while a hold protects it.
    ///
    /// # Errors
    /// `Code::Locked`.
    pub(in crate::domain) fn check_trash_removable(&self, id: &str) -> Result<()> {
        self.check_removable(|read| recent_changes::keeps_trash(read, id))
    }

    fn check_removable(&self, is_kept: impl FnOnce(&Read) -> Result<bool>) -> Result<()> {
        if !self.brake.holds_any() || !self.store.read(is_kept)? {
            return Ok(());
        }
        let sentence = "This is kept until somebody has decided about the very many files that were deleted or replaced \
            together with it.";
        Err(Error::new(Code::Locked, sentence).for_reason(Reason::Held))
    }

    /// The ids of the versions and entries of recycle bins that holds protect from retention at
    /// this time.
    pub(in crate::domain) fn kept_by_brake(&self, now: i64) -> Result<HashSet<String>> {
        self.store.read(|read| recent_changes::kept(read, now - WINDOW_SECONDS))
    }
}
