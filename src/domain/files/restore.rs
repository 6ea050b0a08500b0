//! Restores what is in the recycle bin to the folder where it was.

use crate::base::limits::DELETION_UNDO_SECONDS;
use crate::base::numbered::numbered;
use crate::base::path::{CloudPath, EntryName};
use crate::base::shown_path::ShownPath;
use crate::disk::Stat;
use crate::domain::access::rights::Writable;
use crate::domain::accounts::actor::User;
use crate::domain::files::location::{Located, Trashed};
use crate::domain::files::recycle_bin::NUMBERS_MAX;
use crate::domain::{Change, Cloud};
use crate::error::{Code, Error, Reason, Result};
use crate::store::trash;

impl Cloud {
    /// Puts something in the bin back where it was, or beside that under a numbered name; folders above it that are gone are
    /// made again.
    ///
    /// # Errors
    /// `Code::NotFound` when it is not in the bin, `Code::Conflict` when it is not known where it was, `Code::Locked` when
    /// somebody else has locked the folder: then no folder is made either; `Code::Full`.
    pub fn restore(&self, user: &User, from: &Writable) -> Result<Change<Restored>> {
        self.restore_to(user, from.clone(), self.existing_in_bin(from)?)
    }

    /// Takes back what somebody has deleted at a place a moment ago. The recycle bin of whoever shares the place with them is
    /// closed to them.
    ///
    /// # Errors
    /// `Code::NotFound` when they have deleted nothing there, or longer ago; else as [`Cloud::restore`].
    pub fn take_back_deletion(&self, user: &User, place: &Writable) -> Result<Change<Restored>> {
        let (owner, since) = (self.root_of(place.real())?, self.now() - DELETION_UNDO_SECONDS);
        let (path, by) = (place.real().real_text(), user.name());
        let row = self.store.read(|read| trash::latest(read, &owner, &path, by, since))?;
        let row = row.ok_or_else(|| Error::new(Code::NotFound, "You have not deleted this just now."))?;
        self.restore_to(user, place.clone(), Trashed { row, below: CloudPath::root() })
    }

    /// Puts something in the bin back. `from` is where its user reaches it, or where it was.
    fn restore_to(&self, user: &User, from: Writable, trashed: Trashed) -> Result<Change<Restored>> {
        let to = self.former_place(user, &trashed)?;
        let path = to.shown().clone();
        let change = from.moved_to(to)?;
        // It comes back to the root that it was in: `former_place` has looked.
        let owner = trashed.row.owner.clone();
        let (change, _) = self.move_located(user, &change, Located::Trash(trashed), &owner, false)?;
        Ok(change.map(|stat| Restored { path, stat }))
    }

    /// Where something in the bin was, or where there is room for it next to that; the folders above are made again.
    fn former_place(&self, user: &User, trashed: &Trashed) -> Result<Writable> {
        let unknown = || {
            Error::new(
                Code::Conflict,
                "It is not known where this was. Please move it to a folder of your choice.",
            )
        };
        let former = CloudPath::parse(&trashed.row.path).map_err(|_| unknown())?;
        let former = trashed.below.parts().iter().try_fold(former, |path, name| path.join(name))?;
        let (above, leaf) = former.parent().zip(former.leaf().cloned()).ok_or_else(unknown)?;
        // What an account that is gone left behind goes where the caller says, not into the home of one of its name.
        if above.is_above_roots() || self.root_of(&above)? != trashed.row.owner {
            return Err(unknown());
        }
        let folder = self.view().reach_of(user, &above)?.folder()?;
        for number in 1..=NUMBERS_MAX {
            let name = EntryName::parse(&numbered(leaf.as_str(), number))?;
            let place = self.view().new_place(&folder, &name)?;
            if self.stat(place.real())?.is_none() {
                let _changing = self.begin_change(user, &[&place])?;
                if self.volumes.stat(folder.real())?.is_none() {
                    self.take_entries(&trashed.row.owner, folder.real().parts().len() as u64)?;
                }
                self.volumes.create_folders(folder.real())?;
                return Ok(place);
            }
        }
        Err(Error::new(Code::Conflict, "Everything with this name exists already.")
            .for_reason(Reason::Exists))
    }
}

/// What is no longer in the bin.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Its path now, as its user sees it.
    pub path: ShownPath,
    pub stat: Stat,
}
