//! Rules for files that are uploaded by a link: they replace nothing, and a link may limit their
//! size.

use crate::base::ids::object_id;
use crate::base::numbered::{numbered, numbered_whole};
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::base::size::size_text;
use crate::disk::Kind;
use crate::domain::access::rights::{Folder, NO_ACCESS, Reach, Replaceable, Way};
use crate::domain::accounts::actor::User;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::shares;

/// Number of names that are tried if a name is taken.
const NUMBERS_MAX: u32 = 1000;

impl CloudView<'_> {
    /// The folder at a path that an upload names. Whoever sees nothing by their link names its top,
    /// so that nobody finds out which folders are there.
    ///
    /// # Errors
    /// `Code::Forbidden`.
    pub fn folder_for_upload(&self, user: &User, path: &ShownPath) -> Result<Folder> {
        let folder = self.folder(user, path)?;
        match !is_blind(&folder) || folder.is_root_of_way() {
            true => Ok(folder),
            false => Err(Error::new(Code::Forbidden, NO_ACCESS)),
        }
    }

    /// The place of an uploaded file in a folder. The folder is bound by the rule of
    /// [`CloudView::folder_for_upload`].
    ///
    /// # Errors
    /// `Code::Forbidden`.
    pub fn place_for_upload(&self, user: &User, folder: &ShownPath, name: &EntryName) -> Result<Replaceable> {
        let place = self.place_of_content(user, folder, name)?;
        match !is_blind(&place) || place.is_in_root_of_way() {
            true => Ok(place),
            false => Err(Error::new(Code::Forbidden, NO_ACCESS)),
        }
    }
}

impl Cloud {
    /// As [`Cloud::folder_below`]. By a link that shows nothing, a folder whose name is taken by
    /// something else gets a free number, so that nobody finds out what is there.
    pub fn folder_below_for_upload(
        &self,
        user: &User,
        folder: &Folder,
        below: &[EntryName],
    ) -> Result<Folder> {
        let mut names = below.to_vec();
        if is_blind(folder) {
            for at in 0..names.len() {
                names[at] = self.free_folder_name(user, folder, &names[..=at])?;
            }
        }
        self.folder_below(user, folder, &names)
    }

    /// The last of some names below a folder, or this name with a number, at which a folder is or
    /// can be.
    fn free_folder_name(&self, user: &User, folder: &Folder, names: &[EntryName]) -> Result<EntryName> {
        let Some((wanted, above)) = names.split_last() else { return Err(Error::internal("no name")) };
        let view = self.view();
        for number in 1..=NUMBERS_MAX {
            let Ok(name) = EntryName::parse(&numbered_whole(wanted.as_str(), number)) else { break };
            let path = folder.shown().below(above)?.join(&name)?;
            let Ok(place) = view.folder(user, &path) else { continue };
            if self.volumes.stat(place.real())?.is_none_or(|stat| stat.kind == Kind::Folder) {
                return Ok(name);
            }
        }
        EntryName::parse(&format!("{} {}", object_id(), short(wanted.as_str())))
    }

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

/// True for an entry that is reached by a link that does not show it.
fn is_blind(reach: &Reach) -> bool {
    reach.is_by_link() && !reach.is_seen()
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
