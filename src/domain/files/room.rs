//! Room for what is copied or moved to another place.

use crate::base::path::{CloudPath, PATH_BYTES_MAX, PATH_DEPTH_MAX};
use crate::base::root::Root;
use crate::disk::Usage;
use crate::domain::Cloud;
use crate::domain::access::rights::Reach;
use crate::domain::files::location::Located;
use crate::domain::quota::entries::entries;
use crate::domain::quota::reservations::Reserved;
use crate::error::{Code, Error, Reason, Result};

impl Cloud {
    /// What something holds, where paths can lead to all of it when it lies at another place.
    ///
    /// # Errors
    /// `Code::Invalid` where they would be too deep or too long, `Code::NotFound` when it is not there.
    pub(in crate::domain) fn held_in_reach(
        &self,
        from: &Reach,
        located: &Located<'_>,
        to: &CloudPath,
    ) -> Result<Usage> {
        let held = from.there(self.usage_of(from.real(), located)?)?;
        if to.can_reach(held.levels, held.path_bytes) {
            return Ok(held);
        }
        let sentence = format!(
            "What is in this folder would be out of reach there: a path can have {PATH_DEPTH_MAX} names and {PATH_BYTES_MAX} \
             bytes."
        );
        Err(Error::new(Code::Invalid, sentence).for_reason(Reason::NameTooLong))
    }

    /// Room for what something holds at another place, in `owner`: its bytes, and what is promised for them.
    ///
    /// # Errors
    /// As [`Cloud::held_in_reach`]; `Code::Full` when it does not fit.
    pub(in crate::domain) fn room_for_copy(
        &self,
        from: &Reach,
        located: &Located<'_>,
        to: &CloudPath,
        owner: &Root,
    ) -> Result<(u64, Reserved)> {
        let held = self.held_in_reach(from, located, to)?;
        self.take_entries(owner, entries(&held))?;
        let reserved = self.reserve(owner, held.bytes)?;
        Ok((held.bytes, reserved))
    }
}
