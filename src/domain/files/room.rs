//! Room for entries that are copied or moved.

use crate::base::path::{PATH_BYTES_MAX, PATH_DEPTH_MAX};
use crate::base::root::Root;
use crate::disk::Usage;
use crate::domain::Cloud;
use crate::domain::access::rights::Reach;
use crate::domain::files::location::Located;
use crate::domain::quota::entries::entries;
use crate::domain::quota::reservations::Reserved;
use crate::error::{Code, Error, Reason, Result};

impl Cloud {
    /// The size of an entry, after a check that paths can lead to all of it at its new place.
    ///
    /// # Errors
    /// `Code::Invalid` if paths would be too deep or too long, `Code::NotFound` if it does not
    /// exist.
    pub(in crate::domain) fn held_in_reach(
        &self,
        from: &Reach,
        located: &Located<'_>,
        to: &Reach,
    ) -> Result<Usage> {
        let held = from.there(self.usage_of(from.real(), located)?)?;
        if to.real().can_reach(held.levels, held.path_bytes) {
            return Ok(held);
        }
        let sentence = format!(
            "The entries of this folder would be out of reach there: a path can have {PATH_DEPTH_MAX} names and {PATH_BYTES_MAX} \
             bytes."
        );
        Err(Error::new(Code::Invalid, sentence).for_reason(Reason::NameTooLong))
    }

    /// Reserves room for an entry at a new place that belongs to `owner`.
    ///
    /// # Errors
    /// As [`Cloud::held_in_reach`]; `Code::Full` if it does not fit.
    pub(in crate::domain) fn room_for_copy(
        &self,
        from: &Reach,
        located: &Located<'_>,
        to: &Reach,
        owner: &Root,
    ) -> Result<(u64, Reserved)> {
        let held = self.held_in_reach(from, located, to)?;
        self.take_entries(owner, entries(&held))?;
        let reserved = self.reserve_for_copy(owner, &held)?;
        Ok((held.bytes, reserved))
    }
}
