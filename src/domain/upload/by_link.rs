//! Rules for files that are uploaded by a link: they replace nothing, and a link may limit their
//! size.

use crate::base::ids::object_id;
use crate::base::numbered::numbered;
use crate::base::path::EntryName;
use crate::base::size::size_text;
use crate::domain::Cloud;
use crate::domain::access::rights::{Replaceable, Way};
use crate::domain::accounts::actor::User;
use crate::error::{Code, Error, Result};
use crate::store::shares;

/// Number of names that are tried if a name is taken.
const NUMBERS_MAX: u32 = 1000;

impl Cloud {
    /// The maximum size of a file in bytes, if it is uploaded by a link that has a limit.
    pub(in crate::domain) fn upload_bytes_max(&self, target: &Replaceable) -> Result<Option<u64>> {
        let Way::Link(share) = target.way() else { return Ok(None) };
        let share = self.store.read(|read| shares::by_id(read, &share.to_string()))?;
        Ok(share.map(|share| share.link.upload_bytes_max).filter(|max| *max > 0))
    }

    /// The place of a file that is uploaded by a link. If its name is taken, it gets a free number.
    pub(in crate::domain) fn free_place(&self, user: &User, target: &Replaceable) -> Result<Replaceable> {
        let (Some(above), Some(wanted)) = (target.shown().parent(), target.real().leaf()) else {
            return Ok(target.clone());
        };
        let view = self.view();
        let folder = view.folder(user, &above)?;
        for number in 1..=NUMBERS_MAX {
            let Ok(name) = EntryName::parse(&numbered(wanted.as_str(), number)) else { break };
            let place = view.place_of_same_name(&folder, &name)?;
            if self.volumes.stat(place.real())?.is_none() {
                return Ok(Replaceable::clone(&place));
            }
        }
        let name = EntryName::parse(&format!("{} {}", object_id(), short(wanted.as_str())))?;
        folder.place(&name).map(|place| Replaceable::clone(&place))
    }
}

/// The ending of a name, which shows the kind of the file.
fn short(name: &str) -> &str {
    let start = name.char_indices().rev().nth(31).map_or(0, |(at, _)| at);
    &name[start..]
}

/// Refuses a file that is larger than a link allows.
///
/// # Errors
/// `Code::TooLarge`.
pub(in crate::domain) fn check_size(bytes: u64, bytes_max: Option<u64>) -> Result<()> {
    match bytes_max {
        Some(max) if bytes > max => {
            Err(Error::new(Code::TooLarge, format!("A file may have at most {} here.", size_text(max))))
        }
        _ => Ok(()),
    }
}
