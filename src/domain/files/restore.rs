//! Restores entries of the recycle bin to their old folders.

use crate::base::limits::DELETION_UNDO_SECONDS;
use crate::base::numbered::numbered;
use crate::base::path::{CloudPath, EntryName};
use crate::base::shown_path::ShownPath;
use crate::disk::{Kind, Location, Stat};
use crate::domain::access::rights::Writable;
use crate::domain::accounts::actor::User;
use crate::domain::files::location::{Located, Trashed};
use crate::domain::files::recycle_bin::NUMBERS_MAX;
use crate::domain::{Change, Cloud};
use crate::error::{Code, Error, Reason, Result};
use crate::store::trash;

impl Cloud {
    /// Restores a deleted entry to its old place; if the name is taken, with a number after it.
    /// Missing folders above it are made again. The entry is named by its path in the bin or, if
    /// its user has deleted it a moment ago, by its old path: a user who deletes in somebody else's
    /// share does not see that recycle bin.
    ///
    /// # Errors
    /// `Code::NotFound` if it is not in the bin, or if the user has not deleted anything there
    /// lately; `Code::Conflict` if its old place is unknown; `Code::Locked` if somebody else has
    /// locked the folder, and then no folder is made; `Code::Full`.
    pub fn restore(&self, user: &User, from: &Writable) -> Result<Change<Restored>> {
        let trashed = match from.real().is_in_bin() {
            true => self.existing_in_bin(from)?,
            false => self.deleted_just_now(user, from)?,
        };
        self.restore_to(user, from, trashed, |_| false)
    }

    /// The same for a deleted entry that is known. `from` is its path in the bin, or its old path. A
    /// file replaces a file that has taken its name, and that one becomes its version.
    pub(in crate::domain) fn restore_over(
        &self,
        user: &User,
        from: &Writable,
        trashed: Trashed,
    ) -> Result<Change<Restored>> {
        let volume = self.volumes.of_root(&trashed.row.owner)?;
        let stat = volume.stat(Location::Trash(&trashed.row.id, &trashed.below))?;
        let is_file = |stat: &Stat| stat.kind == Kind::File;
        let replaces = stat.as_ref().is_some_and(is_file);
        self.restore_to(user, from, trashed, |there| replaces && is_file(there))
    }

    /// Restores an entry to its old place. If an entry is there that `may_go` does not accept, the
    /// restored entry gets another name beside it.
    fn restore_to(
        &self,
        user: &User,
        from: &Writable,
        trashed: Trashed,
        may_go: impl Fn(&Stat) -> bool,
    ) -> Result<Change<Restored>> {
        let (to, replaces) = self.former_place(user, &trashed, may_go)?;
        let path = to.shown().clone();
        let change = from.clone().moved_to(to)?;
        // The entry returns to the root in which it was. `former_place` has checked this.
        let owner = trashed.row.owner.clone();
        let (change, _) = self.move_located(user, &change, Located::Trash(trashed), &owner, replaces)?;
        Ok(change.map(|stat| Restored { path, stat }))
    }

    /// The entry that a user has deleted at a place a moment ago.
    fn deleted_just_now(&self, user: &User, place: &Writable) -> Result<Trashed> {
        let (owner, since) = (self.root_of(place.real())?, self.now() - DELETION_UNDO_SECONDS);
        let (path, by) = (place.real().real_text(), user.name());
        let row = self.store.read(|read| trash::latest(read, &owner, &path, by, since))?;
        let row =
            row.ok_or_else(|| Error::new(Code::NotFound, "You have deleted nothing at this path just now."))?;
        Ok(Trashed { row, below: CloudPath::root() })
    }

    /// The old place of an entry of the bin, or a free name beside it. The old place may be taken by
    /// an entry that `may_go`; then the result says true. Missing folders above it are made again.
    fn former_place(
        &self,
        user: &User,
        trashed: &Trashed,
        may_go: impl Fn(&Stat) -> bool,
    ) -> Result<(Writable, bool)> {
        let unknown = || {
            Error::new(
                Code::Conflict,
                "It is not known where this was. Please move it to a folder of your choice.",
            )
        };
        let former = CloudPath::parse(&trashed.row.path).map_err(|_| unknown())?;
        let former = trashed.below.parts().iter().try_fold(former, |path, name| path.join(name))?;
        let (above, leaf) = former.parent().zip(former.leaf().cloned()).ok_or_else(unknown)?;
        // The caller chooses the place for entries of a removed account. They do not go to the home
        // of another account of this name.
        if above.is_above_roots() || self.root_of(&above)? != trashed.row.owner {
            return Err(unknown());
        }
        let folder = self.view().reach_of(user, &above)?.folder()?;
        for number in 1..=NUMBERS_MAX {
            let name = EntryName::parse(&numbered(leaf.as_str(), number))?;
            let place = self.view().new_place(&folder, &name)?;
            let there = self.stat(place.real())?;
            let replaces = number == 1 && there.as_ref().is_some_and(&may_go);
            if there.is_none() || replaces {
                let _changing = self.begin_change(user, &[&place])?;
                if self.volumes.stat(folder.real())?.is_none() {
                    self.take_entries(&trashed.row.owner, folder.real().parts().len() as u64)?;
                }
                self.volumes.create_folders(folder.real())?;
                return Ok((place, replaces));
            }
        }
        Err(Error::new(Code::Conflict, "All names like this are taken already.").for_reason(Reason::Exists))
    }
}

/// An entry that was restored.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Its path now, as its user sees it.
    pub path: ShownPath,
    pub stat: Stat,
}
