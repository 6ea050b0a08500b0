//! The questions of a call about entries: where a path leads, and which rights its user has there.
//! Each answer is a proof.

use super::rights::{
    Deletable, Downloadable, Folder, Manageable, NO_ACCESS, NO_RIGHTS, NOT_BY_LINK, Reach, Readable,
    Replaceable, Rights, Shareable, Way, Writable,
};
use super::ways::Ways;
use crate::base::path::{CloudPath, EntryName};
use crate::base::shown_path::ShownPath;
use crate::disk::Kind;
use crate::domain::accounts::actor::User;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::trash;

impl Cloud {
    /// Checks that a running call may still do what it began. A long call asks before anything of
    /// it becomes visible.
    ///
    /// # Errors
    /// `Code::Unauthenticated` if the account was removed or disabled meanwhile; `Code::Forbidden`
    /// if the link of a visitor does not work any more.
    pub(in crate::domain) fn check_may_go_on(&self, user: &User) -> Result<()> {
        match user.as_visitor() {
            Some(visitor) => self.view().reach(user, &visitor.link).map(drop),
            None => self.check_account_may_go_on(user),
        }
    }
}

/// Each answer holds for the present: rights that were lost since the call began are lost.
impl CloudView<'_> {
    /// All ways of a user. Calls with many paths use them.
    pub fn ways(&self, user: &User) -> Result<Ways> {
        Ways::new(self.grants()?, self.traveller(user), self.cloud.now())
    }

    /// The entry to which a user's path leads, with its names spelled as on the disk.
    ///
    /// # Errors
    /// `Code::Forbidden`, with one sentence, for paths without access, whether there is an entry or
    /// not; `Code::Offline` if the disk is missing.
    pub fn reach(&self, user: &User, shown: &ShownPath) -> Result<Reach> {
        let ways = self.ways(user)?;
        match ways.reach(shown) {
            Some(reach) => self.spelled(&ways, reach),
            None => match ways.nothing_at(shown) {
                Some(nothing) => Ok(nothing),
                None => Err(self.why_no_access(user, shown)?),
            },
        }
    }

    /// The refusal of a path without access. Who has opened a link that works is told what links are
    /// for.
    fn why_no_access(&self, user: &User, shown: &ShownPath) -> Result<Error> {
        if user.is_kept_from_links() && self.ways(&user.by_links())?.is_by_working_link(shown) {
            return Ok(Error::new(Code::Forbidden, NOT_BY_LINK));
        }
        Ok(no_access())
    }

    /// The proof of a right to the entry at a path. A user who lacks the right, and does not see
    /// the entry either, is answered as if nothing were there.
    fn prove<Proof>(
        &self,
        user: &User,
        shown: &ShownPath,
        proof: impl Fn(Reach) -> Result<Proof>,
    ) -> Result<Proof> {
        let reach = self.reach(user, shown)?;
        if reach.is_seen() {
            return proof(reach);
        }
        let proved = proof(reach.clone());
        match self.ways(user)?.nothing_at(shown).filter(|_| proved.is_err()) {
            Some(nothing) => proof(nothing),
            None => proved,
        }
    }

    /// The entry at a real path that the cloud itself knows, as the user reaches it.
    pub(in crate::domain) fn reach_of(&self, user: &User, real: &CloudPath) -> Result<Reach> {
        let ways = self.ways(user)?;
        self.spelled(&ways, ways.reached(real).ok_or_else(no_access)?)
    }

    /// As [`CloudView::ways`], if that needs no waiting for the database.
    pub fn ways_at_once(&self, user: &User) -> Option<Ways> {
        Ways::new(self.grants_at_once()?, self.traveller(user), self.cloud.now()).ok()
    }

    /// As [`CloudView::reach`] by ways that were found before, if that needs no waiting for the
    /// disk.
    pub fn reach_at_once(&self, ways: &Ways, shown: &ShownPath) -> Option<Reach> {
        ways.reach(shown).filter(|reach| self.is_quick(reach.real()))
    }

    /// May this user see the entry at the path? Everybody may read the top, which lists what they
    /// have.
    ///
    /// # Errors
    /// As [`CloudView::reach`]; `Code::Forbidden` without the right to an entry that the user sees.
    /// The other proofs have the same errors, and `Code::NotFound` for an entry that is hidden in a
    /// folder that the user sees.
    pub fn readable(&self, user: &User, shown: &ShownPath) -> Result<Readable> {
        self.prove(user, shown, Reach::readable)
    }

    /// May this user download the content of the entry at the path?
    pub fn downloadable(&self, user: &User, shown: &ShownPath) -> Result<Downloadable> {
        self.prove(user, shown, Reach::downloadable)
    }

    /// May this user make, replace or rename the entry at the path?
    pub fn writable(&self, user: &User, shown: &ShownPath) -> Result<Writable> {
        self.prove(user, shown, Reach::writable)
    }

    /// May this user make or replace the content at the path?
    pub fn replaceable(&self, user: &User, shown: &ShownPath) -> Result<Replaceable> {
        self.prove(user, shown, Reach::replaceable)
    }

    /// May this user delete the entry at the path?
    pub fn deletable(&self, user: &User, shown: &ShownPath) -> Result<Deletable> {
        self.prove(user, shown, Reach::deletable)
    }

    /// May this user share the entry at the path?
    pub fn shareable(&self, user: &User, shown: &ShownPath) -> Result<Shareable> {
        self.prove(user, shown, Reach::shareable)
    }

    /// May this user set the access list of the folder at the path?
    pub fn manageable(&self, user: &User, shown: &ShownPath) -> Result<Manageable> {
        self.prove(user, shown, Reach::manageable)
    }

    /// May this user put something into the folder at the path?
    pub fn folder(&self, user: &User, shown: &ShownPath) -> Result<Folder> {
        self.prove(user, shown, Reach::folder)
    }

    /// The account that shares a reached entry, or that owns it; `None` if it belongs to nobody.
    pub fn share_owner(&self, reach: &Reach) -> Result<Option<String>> {
        let grants = self.grants()?;
        Ok(match reach.way() {
            Way::Share(id) | Way::Link(id) => {
                grants.share(id).and_then(|share| grants.account_name(share.owner)).map(str::to_owned)
            }
            Way::Above | Way::Own | Way::Proxy | Way::Disk => reach.account().map(str::to_owned),
        })
    }

    /// The name of the file that is shown first in a shared folder, if the user may see it.
    pub fn default_file(&self, user: &User, folder: &Reach) -> Result<Option<EntryName>> {
        let grants = self.grants()?;
        let named = match folder.way() {
            Way::Share(id) | Way::Link(id) if folder.is_root_of_way() => {
                grants.share(id).and_then(|share| share.default_file.clone())
            }
            _ => None,
        };
        let Some(name) = named else { return Ok(None) };
        let is_seen =
            self.ways(user)?.below(folder, std::slice::from_ref(&name)).is_some_and(|at| at.is_seen());
        Ok(is_seen.then_some(name))
    }

    /// Checks that a right holds in a folder and in all folders below it.
    ///
    /// # Errors
    /// `Code::Forbidden` if it does not, with the path of such a folder if the user may know it.
    pub(in crate::domain) fn check_below(&self, user: &User, top: &Reach, wanted: Rights) -> Result<()> {
        let ways = self.ways(user)?;
        for place in ways.lacking_below(top, wanted) {
            if self.cloud.volumes.stat(&place)?.is_none() {
                continue;
            }
            let sentence = match ways.seen_in(top, &place) {
                Some(seen) => {
                    format!("This folder contains {}, with which you may not do this.", seen.shown())
                }
                None => "This folder contains something with which you may not do this.".to_owned(),
            };
            return Err(Error::new(Code::Forbidden, sentence));
        }
        Ok(())
    }

    /// The same entry with its names spelled as on the disk. Access lists depend on that spelling,
    /// so the rights are asked for again.
    fn spelled(&self, ways: &Ways, reach: Reach) -> Result<Reach> {
        if reach.is_above_roots() {
            return Ok(reach);
        }
        let asked = reach.shown().clone();
        let real = self.cloud.volumes.spelled(reach.real().clone())?;
        let reach = reach.spelled(real)?;
        let rights = ways.rights_by(reach.way(), reach.real());
        if rights == NO_RIGHTS || reach.is_in_album() && self.has_folder_at(reach.real())? {
            return ways.nothing_at(&asked).ok_or_else(no_access);
        }
        match self.deleted(ways, reach.with_rights(rights))? {
            Some(reach) => Ok(reach),
            None => ways.nothing_at(&asked).ok_or_else(no_access),
        }
    }

    /// True if the disk has a folder at a place. Another program may have put one where the index
    /// knows a file.
    fn has_folder_at(&self, place: &CloudPath) -> Result<bool> {
        Ok(self.cloud.volumes.stat(place)?.is_some_and(|stat| stat.kind == Kind::Folder))
    }

    /// An entry in the recycle bin of a disk, with the rights that the user has to it there:
    /// several people share such a bin. `None` without rights.
    fn deleted(&self, ways: &Ways, reach: Reach) -> Result<Option<Reach>> {
        let real = reach.real();
        let inside = real.parts().get(real.root_depth() + 1..).filter(|_| real.is_in_bin());
        let Some((name, below)) = inside.and_then(<[EntryName]>::split_first) else { return Ok(Some(reach)) };
        if reach.way() != Way::Disk {
            return Ok(Some(reach));
        }
        let owner = self.cloud.root_of(real)?;
        let row = self.cloud.store.read(|read| trash::find(read, &owner, name))?;
        let Some(row) = row else { return Ok(Some(reach)) };
        let former = CloudPath::parse(&row.path)?.below(below)?;
        Ok(match ways.rights_to_deleted(&reach, &former, &row.deleted_by) {
            NO_RIGHTS => None,
            rights => Some(reach.of_deleted(row, rights)),
        })
    }
}

fn no_access() -> Error {
    Error::new(Code::Forbidden, NO_ACCESS)
}
