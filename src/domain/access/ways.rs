//! The ways by which somebody reaches files. All roots are in memory, so that two questions are
//! answered without a query, for one entry or for a thousand: where does a path lead, and by which
//! path does the person see an entry?

use super::albums::{Album, AlbumFile};
use super::grants::{Grants, Link, Share, Whose};
use super::rights::{NAMES_IN_ALBUM, NO_RIGHTS, RIGHTS_IN_ALBUM, Reach, Rights, Way};
use super::root::{Root, Roots};
use super::traveller::Traveller;
use crate::base::numbered::{numbered, numbered_whole};
use crate::base::path::{BIN_NAME, CloudPath, EXTERNAL, EntryName, SHARED};
use crate::base::share_id::ShareId;
use crate::base::shown_path::ShownPath;
use crate::base::user_name::UserName;
use crate::error::Result;
use crate::store::roots::FORMER;
use crate::store::sync_lists::ListThen;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// All ways of one person.
pub struct Ways {
    grants: Arc<Grants>,
    traveller: Traveller,
    roots: Arc<Roots>,
    /// The time of all answers, in seconds since 1970 UTC.
    now: i64,
}

impl Ways {
    /// The ways of somebody at a time.
    ///
    /// # Errors
    /// For an account or a disk whose name is not valid.
    pub fn new(grants: Arc<Grants>, traveller: Traveller, now: i64) -> Result<Ways> {
        #[cfg(test)]
        crate::base::work_done::note("the ways of a person");
        let mut ways = Ways { grants, traveller, roots: Arc::default(), now };
        let Traveller { account, is_proxy, link, .. } = &ways.traveller;
        ways.roots = match (account, is_proxy, link) {
            // The other values of a traveller matter for links only.
            (Some(account), false, None) => ways.grants.roots_of(*account, now, || ways.all_roots())?,
            _ => Arc::new(ways.all_roots()?),
        };
        Ok(ways)
    }

    /// The entry to which a path leads; `None` without access, whether the entry exists or not.
    pub fn reach(&self, shown: &ShownPath) -> Option<Reach> {
        #[cfg(test)]
        crate::base::work_done::note("a path is followed");
        let shown = shown.usual_form();
        if let Some(above) = self.above_roots(shown.parts()) {
            return Some(above);
        }
        let at = |root: &Root| self.at(root, &shown.parts()[root.shown.parts().len()..]);
        if let Some(root) = self.roots.iter().find(|root| shown.starts_with(&root.shown)) {
            return at(root);
        }
        at(&self.home_of_anybody(shown.parts()).or_else(|| self.root_of_link(shown.parts()))?)
    }

    /// The path by which the person sees a place; `None` if they may not know what is there.
    pub fn seen(&self, real: &CloudPath) -> Option<Reach> {
        self.reached(real).filter(Reach::is_seen)
    }

    /// The path by which the person reaches a place, whether they see it or not; `None` without
    /// access.
    pub(super) fn reached(&self, real: &CloudPath) -> Option<Reach> {
        self.reached_below(real, &ShownPath::root())
    }

    /// The same by roots that are shown below a path.
    fn reached_below(&self, real: &CloudPath, top: &ShownPath) -> Option<Reach> {
        let is_below = |shown: &ShownPath| shown.starts_with(top);
        if let Some(above) = self.above_roots(real.parts()) {
            return Some(above).filter(|above| is_below(above.shown()));
        }
        let at = |root: &Root| self.at(root, &real.parts()[root.real.parts().len()..]);
        let known = self.roots.leading_to(real).filter(|root| is_below(&root.shown)).filter_map(at);
        let linked = self.files_by_link(top).filter(|root| root.real == *real);
        known.chain(linked.filter_map(|root| at(&root))).fold(None, first_with_more).or_else(|| {
            let root = self.home_of_anybody(real.parts())?;
            at(&root).filter(|_| is_below(&root.shown))
        })
    }

    /// The path by which the person sees a place, if it is in a folder that they have reached.
    pub fn seen_in(&self, folder: &Reach, real: &CloudPath) -> Option<Reach> {
        match folder.is_above_roots() {
            true => self.reached_below(real, folder.shown()).filter(Reach::is_seen),
            false => {
                let below = real.parts().strip_prefix(folder.real().parts())?;
                self.below(folder, below).filter(Reach::is_seen)
            }
        }
    }

    /// The entry at these names below an entry that the person has reached, with the rights that
    /// apply to it.
    pub fn below(&self, top: &Reach, names: &[EntryName]) -> Option<Reach> {
        match top.is_above_roots() {
            true => self.reach(&top.shown().below(names).ok()?),
            false => {
                let below = top.below(names).ok()?;
                let rights = self.rights_by(below.way(), below.real());
                (rights != NO_RIGHTS).then(|| below.with_rights(rights))
            }
        }
    }

    /// True if the rights are the same everywhere below an entry that the person has reached.
    pub fn is_even_below(&self, top: &Reach) -> bool {
        self.changes_below(top).next().is_none()
    }

    /// The folders below a reached entry at which rights may change, in no order. Access lists do
    /// not apply to owners and administrators at work.
    fn changes_below<'a>(&'a self, top: &'a Reach) -> impl Iterator<Item = &'a CloudPath> {
        let is_bound = !matches!(top.way(), Way::Above | Way::Own | Way::Proxy);
        is_bound.then(|| self.grants.lists_below(top.real())).into_iter().flatten()
    }

    /// The folders in a folder whose rights differ from those of the folder itself, with their
    /// rights.
    pub(in crate::domain) fn changes_in(&self, folder: &Reach) -> HashMap<EntryName, Rights> {
        let inside = folder.real().parts().len() + 1;
        let changes = self.changes_below(folder).filter(|place| place.parts().len() == inside);
        let change = |place: &CloudPath| Some((place.leaf()?.clone(), self.rights_by(folder.way(), place)));
        changes.filter_map(change).collect()
    }

    /// The folders below a reached entry in which the person lacks some of these rights.
    pub(in crate::domain) fn lacking_below(&self, top: &Reach, wanted: Rights) -> Vec<CloudPath> {
        let lacks = |place: &&CloudPath| !self.rights_by(top.way(), place).has(wanted);
        let mut lacking: Vec<CloudPath> = self.changes_below(top).filter(lacks).cloned().collect();
        lacking.sort();
        lacking
    }

    /// True if the person sees everything below an entry that they have reached.
    pub(in crate::domain) fn shows_all_below(&self, top: &Reach) -> bool {
        self.lacking_below(top, Rights::READ).is_empty()
    }

    /// The names of the entries of a reached folder below which something is hidden from the person.
    pub(in crate::domain) fn partly_hidden_in(&self, folder: &Reach) -> HashSet<EntryName> {
        let inside = folder.real().parts().len();
        let hidden = self.lacking_below(folder, Rights::READ).into_iter();
        hidden.filter_map(|place| place.parts().get(inside).cloned()).collect()
    }

    /// The rights to a deleted entry in a recycle bin, or to the bin: no more than at its place
    /// before. A person to whom access lists apply sees only what they have deleted themselves,
    /// because nobody knows which lists applied to the rest.
    pub(in crate::domain) fn rights_to_deleted(
        &self,
        at: &Reach,
        former: &CloudPath,
        deleted_by: &str,
    ) -> Rights {
        if at.way() != Way::Disk || !self.grants.has_lists_beside(at.real()) {
            return at.rights();
        }
        let own = self.traveller.account.and_then(|account| self.grants.account_name(account));
        match own == Some(deleted_by) {
            true => at.rights().common(self.rights_by(at.way(), former)),
            false => NO_RIGHTS,
        }
    }

    /// The real path to which a path leads, for the audit log; `None` without access.
    pub fn place_text(&self, shown: &ShownPath) -> Option<String> {
        self.reach(shown).map(|reach| reach.real().real_text())
    }

    /// What the person reaches at a path that they do not see, in a folder that they do see: a place
    /// where nothing is. So nobody can tell a hidden entry from one that never was. `None` in
    /// folders that they do not see.
    pub(super) fn nothing_at(&self, shown: &ShownPath) -> Option<Reach> {
        let shown = shown.usual_form();
        let is_seen = |reach: &Reach| reach.is_seen() && !reach.is_above_roots();
        let mut above = (1..shown.parts().len()).rev().map(|names| shown.beginning(names));
        let folder = above.find_map(|above| self.reach(&above).filter(is_seen))?;
        folder.nothing_below(&shown.parts()[folder.shown().parts().len()..]).ok()
    }

    /// The roots below a path, each with its shown and its real path. For an admin at work on
    /// users' data, homes are not among them.
    pub fn roots_below(&self, shown: &ShownPath) -> impl Iterator<Item = Reach> {
        let own = self.roots.iter().filter(move |root| root.shown.starts_with(shown));
        let own = own.filter_map(|root| self.at(root, &[]));
        own.chain(self.files_by_link(shown).filter_map(|root| self.at(&root, &[])))
    }

    /// The files, below a path, of an album that is reached by a link. They are not among the roots:
    /// only who names the link reaches them.
    fn files_by_link(&self, shown: &ShownPath) -> impl Iterator<Item = Root> {
        let is_own = |top: &ShownPath| self.roots.iter().any(|root| root.shown.starts_with(top));
        let linked = self.linked(shown.parts()).filter(|(top, _)| !is_own(top));
        // A link that leads nowhere takes as long as one that never was, however many files it had.
        let leads_somewhere = |link: &Link| !link.has_ended(self.now);
        let linked = linked.filter(|(_, share)| {
            self.may_use_link(share) && share.link.as_ref().is_some_and(leads_somewhere)
        });
        let files =
            linked.into_iter().flat_map(|(top, share)| self.files_of(share, top, Way::Link(share.id)));
        files.filter(move |root| root.shown.starts_with(shown))
    }

    /// The files of an album that the person may see, as roots below its path.
    fn files_of<'a>(
        &'a self,
        share: &'a Share,
        top: ShownPath,
        way: Way,
    ) -> impl Iterator<Item = Root> + use<'a> {
        let files = share.album.iter().flat_map(Album::files);
        let seen = files.filter(move |file| self.rights_by(way, &file.place).has(Rights::READ));
        seen.filter_map(move |file| {
            Some(Root { shown: top.join(&file.name).ok()?, real: file.place.clone(), way })
        })
    }

    /// The names in an album, in its order; none for other folders.
    pub(in crate::domain) fn names_in_album(&self, top: &Reach) -> Vec<EntryName> {
        let own = self.roots.iter().filter(|root| is_file_of(root, top.shown().parts())).cloned();
        let files = own.chain(self.files_by_link(top.shown()));
        files.filter_map(|root| root.shown.leaf().cloned()).collect()
    }

    /// The share by which the person is a member of the album at a path.
    pub(in crate::domain) fn share_of_album(&self, top: &Reach) -> Option<ShareId> {
        let files = self.roots.iter().filter(|root| is_file_of(root, top.shown().parts()));
        files.map(|root| root.way).find_map(|way| match way {
            Way::Share(id) => Some(id),
            _ => None,
        })
    }

    fn all_roots(&self) -> Result<Roots> {
        let mut roots = Vec::new();
        let disks = self.grants.disks();
        if self.traveller.is_proxy {
            let disks = disks.iter().map(|disk| Root::unmoved(&[EXTERNAL, &disk.name], Way::Proxy));
            return Ok(Roots::new(disks.collect::<Result<_>>()?, Vec::new()));
        }
        let link = self.traveller.link.as_ref();
        let link = link.and_then(|link| self.root_of_link(link.usual_form().parts()));
        roots.extend(link.filter(|root| self.rights_by(root.way, &root.real) != NO_RIGHTS));
        let account = self.traveller.account;
        let known = account.and_then(|account| Some((account, self.grants.account_name(account)?)));
        let Some((account, name)) = known else { return Ok(Roots::new(roots, Vec::new())) };
        let own = Root::unmoved(&[name], Way::Own)?;
        let home = own.real.clone();
        if self.grants.has_home(account) {
            roots.push(own);
        }
        for disk in disks.iter().filter(|disk| self.grants.rights_on_disk(disk, account) != NO_RIGHTS) {
            roots.push(Root::unmoved(&[EXTERNAL, &disk.name], Way::Disk)?);
        }
        let (entries, in_albums) = self.shared_roots(account, &home)?;
        roots.extend(entries);
        Ok(Roots::new(roots, in_albums))
    }

    /// What others share with an account: entries, and the files of albums. An entry that comes
    /// both ways is shown with its folder.
    fn shared_roots(&self, account: i64, home: &CloudPath) -> Result<(Vec<Root>, Vec<Root>)> {
        let (mut entries, mut files, mut taken) = (Vec::new(), Vec::new(), HashSet::new());
        for share in self.grants.shares_with(account) {
            let way = Way::Share(share.id);
            let Some(owner) = self.grants.account_name(share.owner) else { continue };
            let shown = ShownPath::parse(&format!("/{SHARED}/{owner}"))?;
            if share.album.is_some() {
                let is_seen = |file: &AlbumFile| self.rights_by(way, &file.place).has(Rights::READ);
                if share.album.iter().flat_map(Album::files).any(is_seen) {
                    let top = shown.join(&free_name(&shown, share, &mut taken)?)?;
                    files.extend(self.files_of(share, top, way));
                }
            } else if !share.place.starts_with(home) && self.rights_by(way, &share.place).has(Rights::READ) {
                let shown = shown.join(&free_name(&shown, share, &mut taken)?)?;
                entries.push(Root { shown, real: share.place.clone(), way });
            }
        }
        Ok((entries, files))
    }

    /// The rights at a place that is reached on a way.
    pub(super) fn rights_by(&self, way: Way, real: &CloudPath) -> Rights {
        let (grants, now) = (&self.grants, self.now);
        match (way, self.traveller.account) {
            (Way::Own | Way::Proxy, _) => Rights::ALL,
            (Way::Disk, Some(account)) => grants.rights_by_disk(account, real),
            (Way::Share(id), Some(account)) => {
                grants.share(id).map_or(NO_RIGHTS, |share| grants.rights_by_share(share, account, real, now))
            }
            (Way::Link(id), account) => {
                let whose = account.map_or(Whose::Visitor, Whose::Account);
                let share = grants.share(id).filter(|share| self.may_use_link(share));
                share.map_or(NO_RIGHTS, |share| grants.rights_by_link(share, whose, real, now))
            }
            (Way::Above | Way::Disk | Way::Share(_), _) => NO_RIGHTS,
        }
    }

    /// True if the link of a share leads the person somewhere: not from outside if it is for the
    /// local network only, not before they have given its password, and not after its last download
    /// unless that was theirs.
    fn may_use_link(&self, share: &Share) -> bool {
        share.link.as_ref().is_some_and(|link| {
            self.traveller.may_use_links
                && (!link.is_home_only || self.traveller.is_at_home)
                && (!link.has_password || self.traveller.opened.contains(&share.id))
                && (!link.is_used_up || self.traveller.resumed.contains(&share.id))
        })
    }

    /// The entry at these names below a root, if the person has any right there.
    fn at(&self, root: &Root, below: &[EntryName]) -> Option<Reach> {
        let (real, shown) = (root.real.below(below).ok()?, root.shown.below(below).ok()?);
        let rights = self.rights_by(root.way, &real);
        (rights != NO_RIGHTS).then(|| Reach::new((real, shown), below.len(), rights, root.way))
    }

    /// The home in which a path lies, or the bin of a removed account, for somebody who reaches all
    /// of them.
    fn home_of_anybody(&self, names: &[EntryName]) -> Option<Root> {
        let first = names.first().filter(|_| self.traveller.is_proxy)?.as_str();
        let is_account = UserName::parse(first).is_ok_and(|name| name.as_str() == first);
        let is_left_bin =
            first.contains(FORMER) && names.get(1).is_some_and(|name| name.as_str() == BIN_NAME);
        (is_account || is_left_bin).then(|| Root::unmoved(&[first], Way::Proxy).ok()).flatten()
    }

    /// The share of a link by its path: the owner's name or the name that stands for it, then the
    /// link's own id. The path may go on.
    fn linked(&self, names: &[EntryName]) -> Option<(ShownPath, &Share)> {
        let [first, owner, link, ..] = names else { return None };
        let share = self.grants.share_of_link(link.as_str()).filter(|_| first.as_str() == SHARED)?;
        let hidden = share.link.as_ref().map(|link| link.hidden_owner.as_str());
        let is_owner = match owner.as_str().strip_prefix('!') {
            Some(hidden_owner) => hidden == Some(hidden_owner),
            None => self.grants.account_name(share.owner) == Some(owner.as_str()),
        };
        if !is_owner {
            return None;
        }
        Some((ShownPath::root().below(&names[..3]).ok()?, share))
    }

    /// True if access lists of an earlier time, from the top down, let the person read what they reach on
    /// a way.
    pub(in crate::domain) fn could_read(&self, way: Way, lists: &[ListThen]) -> bool {
        match (way, self.traveller.account) {
            (Way::Own | Way::Proxy, _) => true,
            (_, account) => {
                let whose = account.map_or(Whose::Visitor, Whose::Account);
                self.grants.left_then(lists, whose).has(Rights::READ)
            }
        }
    }

    /// True if a path begins with that of a link that leads the person somewhere.
    pub(super) fn is_by_working_link(&self, shown: &ShownPath) -> bool {
        let linked = self.linked(shown.usual_form().parts()).map(|(link, _)| link);
        linked.is_some_and(|link| self.reach(&link).is_some())
    }

    /// The root to which the path of a link leads: the shared entry, or a file of an album.
    fn root_of_link(&self, names: &[EntryName]) -> Option<Root> {
        let (shown, share) = self.linked(names)?;
        let way = Way::Link(share.id);
        let Some(album) = &share.album else {
            return Some(Root { shown, real: share.place.clone(), way });
        };
        let mut files = album.files().iter().filter(|file| Some(&file.name) == names.get(3));
        let file = files.find(|file| self.rights_by(way, &file.place).has(Rights::READ))?;
        Some(Root { shown: shown.join(&file.name).ok()?, real: file.place.clone(), way })
    }

    /// The folder at a path that only lists roots; `None` for other paths.
    fn above_roots(&self, names: &[EntryName]) -> Option<Reach> {
        let is_above = match names {
            [] => true,
            [only] => [EXTERNAL, SHARED].contains(&only.as_str()),
            [first, _] if first.as_str() == SHARED => {
                self.roots.iter().any(|root| root.shown.parts().starts_with(names))
            }
            [first, _, _] if first.as_str() == SHARED => return self.album(names),
            _ => false,
        };
        let real = CloudPath::root().below(names).ok().filter(|_| is_above)?;
        Some(Reach::above(real))
    }

    /// The folder that lists the files of an album, with the rights that all of them give together.
    fn album(&self, names: &[EntryName]) -> Option<Reach> {
        let place = CloudPath::root().below(names).ok()?;
        let shown = ShownPath::same_as(&place);
        let own = self.roots.iter().filter(|root| is_file_of(root, names)).cloned();
        let mut rights = NO_RIGHTS;
        for root in own.chain(self.files_by_link(&shown)) {
            rights = rights.with(self.rights_by(root.way, &root.real));
            if rights.has(RIGHTS_IN_ALBUM) {
                break;
            }
        }
        rights.has(Rights::READ).then(|| Reach::of_album(place, rights))
    }
}

/// True for a file of the album at a path.
fn is_file_of(root: &Root, album: &[EntryName]) -> bool {
    let names = root.shown.parts();
    names.len() == NAMES_IN_ALBUM && album.len() + 1 == NAMES_IN_ALBUM && names.starts_with(album)
}

/// Of several ways to the same entry, the first that gives the right to read it, or else the first
/// of all.
fn first_with_more(found: Option<Reach>, next: Reach) -> Option<Reach> {
    match found {
        Some(found) if found.rights().has(Rights::READ) || !next.rights().has(Rights::READ) => Some(found),
        _ => Some(next),
    }
}

/// The name under which a share is shown below its owner. If an older share has the same name, a
/// number is added.
fn free_name(
    owner: &ShownPath,
    share: &Share,
    taken: &mut HashSet<(ShownPath, String)>,
) -> Result<EntryName> {
    let numbered = if share.is_folder { numbered_whole } else { numbered };
    let mut number = 1;
    loop {
        let tried = EntryName::parse(&numbered(share.name.as_str(), number))?;
        if taken.insert((owner.clone(), tried.as_str().to_lowercase())) {
            return Ok(tried);
        }
        number += 1;
    }
}
