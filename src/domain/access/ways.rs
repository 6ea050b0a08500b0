//! By which ways somebody reaches files. All their roots are in memory, so that two questions are answered for one entry or
//! for a thousand without a query: to where does a path lead that they write, and by which path do they see an entry?

use super::grants::{Grants, Share, Whose};
use super::rights::{
    Deletable, Downloadable, Folder, Manageable, NO_ACCESS, NO_RIGHTS, Reach, Readable, Replaceable, Rights,
    Shareable, Way, Writable,
};
use super::traveller::Traveller;
use crate::base::numbered::{numbered, numbered_whole};
use crate::base::path::{BIN_NAME, CloudPath, EXTERNAL, EntryName, SHARED};
use crate::base::shown_path::ShownPath;
use crate::base::user_name::UserName;
use crate::domain::accounts::actor::User;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::roots::FORMER;
use crate::store::trash;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// All ways of one person.
pub struct Ways {
    grants: Arc<Grants>,
    traveller: Traveller,
    /// What is reached on several ways is told by the first of them.
    roots: Vec<Root>,
    /// When it is, in seconds since 1970 UTC: what ends has ended for all questions or for none.
    now: i64,
}

/// A folder, or a single file, with all below it.
#[derive(Clone)]
struct Root {
    shown: ShownPath,
    real: CloudPath,
    way: Way,
}

impl Ways {
    /// The ways of somebody at a time.
    ///
    /// # Errors
    /// For an account or a disk with a name that is none.
    pub fn new(grants: Arc<Grants>, traveller: Traveller, now: i64) -> Result<Ways> {
        let mut ways = Ways { grants, traveller, roots: Vec::new(), now };
        ways.roots = ways.all_roots()?;
        Ok(ways)
    }

    /// Where a path leads that they write; `None` where they have no access, whether there is anything or not.
    pub fn reach(&self, shown: &ShownPath) -> Option<Reach> {
        let shown = shown.usual_form();
        if self.is_above_roots(shown.parts()) {
            return CloudPath::root().below(shown.parts()).ok().map(Reach::above);
        }
        let known = self.roots.iter().find(|root| shown.starts_with(&root.shown)).cloned();
        let root = known
            .or_else(|| self.home_of_anybody(shown.parts()))
            .or_else(|| self.root_of_link(shown.parts()))?;
        self.at(&root, &shown.parts()[root.shown.parts().len()..])
    }

    /// By which path they see what lies somewhere; `None` where they may not know what is there.
    pub fn seen(&self, real: &CloudPath) -> Option<Reach> {
        self.reached(real).filter(Reach::is_seen)
    }

    /// By which path they reach what lies somewhere, whether they see it or not; `None` where they have no access.
    pub(super) fn reached(&self, real: &CloudPath) -> Option<Reach> {
        if self.is_above_roots(real.parts()) {
            return Some(Reach::above(real.clone()));
        }
        let known = self.roots.iter().filter(|root| real.starts_with(&root.real));
        let known = known.filter_map(|root| self.at(root, &real.parts()[root.real.parts().len()..]));
        known.fold(None, first_with_more).or_else(|| {
            let root = self.home_of_anybody(real.parts())?;
            self.at(&root, &real.parts()[root.real.parts().len()..])
        })
    }

    /// By which path they see what lies somewhere, if that is in a folder that they have reached.
    pub fn seen_in(&self, folder: &Reach, real: &CloudPath) -> Option<Reach> {
        match folder.is_above_roots() {
            true => self.seen(real).filter(|reach| reach.shown().starts_with(folder.shown())),
            false => {
                let below = real.parts().strip_prefix(folder.real().parts())?;
                self.below(folder, below).filter(Reach::is_seen)
            }
        }
    }

    /// What lies below something that they have reached, with the rights that hold for it.
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

    /// Whether what they may do is the same everywhere below something that they have reached.
    pub fn is_even_below(&self, top: &Reach) -> bool {
        self.changes_below(top).next().is_none()
    }

    /// The folders below something that they have reached at which what they may do may change, in no order. Owners and
    /// administrators at work are bound by no list.
    fn changes_below<'a>(&'a self, top: &'a Reach) -> impl Iterator<Item = &'a CloudPath> {
        let is_bound = !matches!(top.way(), Way::Above | Way::Own | Way::Proxy);
        is_bound.then(|| self.grants.lists_below(top.real())).into_iter().flatten()
    }

    /// Folders in a folder with what they may do there, where that is not what they may do in the folder itself.
    pub(in crate::domain) fn changes_in(&self, folder: &Reach) -> HashMap<EntryName, Rights> {
        let inside = folder.real().parts().len() + 1;
        let changes = self.changes_below(folder).filter(|place| place.parts().len() == inside);
        let change = |place: &CloudPath| Some((place.leaf()?.clone(), self.rights_by(folder.way(), place)));
        changes.filter_map(change).collect()
    }

    /// The folders below something that they have reached in which they may not do all of this.
    pub(in crate::domain) fn lacking_below(&self, top: &Reach, wanted: Rights) -> Vec<CloudPath> {
        let lacks = |place: &&CloudPath| !self.rights_by(top.way(), place).has(wanted);
        let mut lacking: Vec<CloudPath> = self.changes_below(top).filter(lacks).cloned().collect();
        lacking.sort();
        lacking
    }

    /// What they may do with something deleted that lies in a recycle bin, or with the bin: no more than where it was. Where
    /// lists bind somebody they see only what they have deleted themselves: nobody knows which lists bound the rest.
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

    /// Where a path leads that they write, for the audit log; `None` where they have no access.
    pub fn place_text(&self, shown: &ShownPath) -> Option<String> {
        self.reach(shown).map(|reach| reach.real().real_text())
    }

    /// The roots below a path, each as they see it and where it lies. An admin at work on users' data has no list of homes.
    pub fn roots_below(&self, shown: &ShownPath) -> impl Iterator<Item = Reach> {
        let below = self.roots.iter().filter(move |root| root.shown.starts_with(shown));
        below.filter_map(|root| self.at(root, &[]))
    }

    fn all_roots(&self) -> Result<Vec<Root>> {
        let mut roots = Vec::new();
        let disks = self.grants.disks();
        if self.traveller.is_proxy {
            let disks = disks.iter().map(|disk| Root::unmoved(&[EXTERNAL, &disk.name], Way::Proxy));
            return disks.collect();
        }
        let link = self.traveller.link.as_ref();
        let link = link.and_then(|link| self.root_of_link(link.usual_form().parts()));
        roots.extend(link.filter(|root| self.rights_by(root.way, &root.real) != NO_RIGHTS));
        let Some(account) = self.traveller.account else { return Ok(roots) };
        let Some(name) = self.grants.account_name(account) else { return Ok(roots) };
        let own = Root::unmoved(&[name], Way::Own)?;
        let home = own.real.clone();
        roots.push(own);
        for disk in disks.iter().filter(|disk| self.grants.rights_on_disk(disk, account) != NO_RIGHTS) {
            roots.push(Root::unmoved(&[EXTERNAL, &disk.name], Way::Disk)?);
        }
        let mut taken = HashSet::new();
        for share in self.grants.shares_with(account) {
            let is_given = !share.place.starts_with(&home)
                && self.rights_by(Way::Share(share.id), &share.place).has(Rights::READ);
            let Some(owner) = self.grants.account_name(share.owner).filter(|_| is_given) else { continue };
            let shown = ShownPath::parse(&format!("/{SHARED}/{owner}"))?;
            let name = free_name(&shown, share, &mut taken)?;
            roots.push(Root {
                shown: shown.join(&name)?,
                real: share.place.clone(),
                way: Way::Share(share.id),
            });
        }
        Ok(roots)
    }

    /// What they may do at a place that they reach on some way.
    fn rights_by(&self, way: Way, real: &CloudPath) -> Rights {
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

    /// Whether the link of a share leads them somewhere: not from outside where it is only for home, not before they have
    /// given its password, and not after its last download unless that was theirs.
    fn may_use_link(&self, share: &Share) -> bool {
        share.link.as_ref().is_some_and(|link| {
            self.traveller.may_use_links
                && (!link.is_home_only || self.traveller.is_at_home)
                && (!link.has_password || self.traveller.opened.contains(&share.id))
                && (!link.is_used_up || self.traveller.resumed.contains(&share.id))
        })
    }

    /// What lies so many names below a root, where they may do anything there.
    fn at(&self, root: &Root, below: &[EntryName]) -> Option<Reach> {
        let (real, shown) = (root.real.below(below).ok()?, root.shown.below(below).ok()?);
        let rights = self.rights_by(root.way, &real);
        (rights != NO_RIGHTS).then(|| Reach::new((real, shown), below.len(), rights, root.way))
    }

    /// The home that a path lies in, or the bin that an account left which was removed, for whoever reaches all of them.
    fn home_of_anybody(&self, names: &[EntryName]) -> Option<Root> {
        let first = names.first().filter(|_| self.traveller.is_proxy)?.as_str();
        let is_account = UserName::parse(first).is_ok_and(|name| name.as_str() == first);
        let is_left_bin =
            first.contains(FORMER) && names.get(1).is_some_and(|name| name.as_str() == BIN_NAME);
        (is_account || is_left_bin).then(|| Root::unmoved(&[first], Way::Proxy).ok()).flatten()
    }

    /// The entry of a link, by its path: behind the owner's name, or what stands for it, the link's own id.
    fn root_of_link(&self, names: &[EntryName]) -> Option<Root> {
        let [first, owner, link, ..] = names else { return None };
        let share = self.grants.share_of_link(link.as_str()).filter(|_| first.as_str() == SHARED)?;
        let hidden = share.link.as_ref().map(|link| link.hidden_owner.as_str());
        let is_owner = match owner.as_str().strip_prefix('!') {
            Some(hidden_owner) => hidden == Some(hidden_owner),
            None => self.grants.account_name(share.owner) == Some(owner.as_str()),
        };
        let shown = ShownPath::root().below(&names[..3]).ok()?;
        is_owner.then(|| Root { shown, real: share.place.clone(), way: Way::Link(share.id) })
    }

    /// Whether a path is one of the folders that only list roots.
    fn is_above_roots(&self, names: &[EntryName]) -> bool {
        match names {
            [] => true,
            [only] => [EXTERNAL, SHARED].contains(&only.as_str()),
            [first, _] if first.as_str() == SHARED => {
                self.roots.iter().any(|root| root.shown.parts().starts_with(names))
            }
            _ => false,
        }
    }
}

impl Root {
    /// A root that its user sees where it lies.
    fn unmoved(names: &[&str], way: Way) -> Result<Root> {
        let names = names.iter().map(|name| EntryName::parse(name)).collect::<Result<Vec<_>>>()?;
        let real = CloudPath::root().below(&names)?;
        Ok(Root { shown: ShownPath::same_as(&real), real, way })
    }
}

/// The first of several ways to the same place by which it may be read; one that gives less is better than none.
fn first_with_more(found: Option<Reach>, next: Reach) -> Option<Reach> {
    match found {
        Some(found) if found.rights().has(Rights::READ) || !next.rights().has(Rights::READ) => Some(found),
        _ => Some(next),
    }
}

/// The name of a share below its owner: its own, or with a number where an older one has that.
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

fn no_access() -> Error {
    Error::new(Code::Forbidden, NO_ACCESS)
}

impl Cloud {
    /// Whether a call under way may still do what it began. To be asked before anything of a long call becomes visible.
    ///
    /// # Errors
    /// `Code::Unauthenticated` when the account was removed or disabled meanwhile; `Code::Forbidden` when the link of a visitor
    /// leads nowhere any more.
    pub(in crate::domain) fn check_may_go_on(&self, user: &User) -> Result<()> {
        match user.as_visitor() {
            Some(visitor) => self.view().reach(user, &visitor.link).map(drop),
            None => self.check_account_may_go_on(user),
        }
    }
}

/// The questions of a call. Each is answered as things are now: what somebody has lost since the call began is lost.
impl CloudView<'_> {
    /// All ways of a user, for a list.
    pub fn ways(&self, user: &User) -> Result<Ways> {
        Ways::new(self.grants()?, self.traveller(user), self.cloud.now())
    }

    /// Where a path leads that a user writes, by the names that it has on the disk.
    ///
    /// # Errors
    /// `Code::Forbidden` in one sentence for the paths of others and for what does not exist; `Code::Offline` when the disk
    /// is not there.
    pub fn reach(&self, user: &User, shown: &ShownPath) -> Result<Reach> {
        let ways = self.ways(user)?;
        self.spelled(&ways, ways.reach(shown).ok_or_else(no_access)?)
    }

    /// The same for where something lies: for places that the cloud itself knows.
    pub(in crate::domain) fn reach_of(&self, user: &User, real: &CloudPath) -> Result<Reach> {
        let ways = self.ways(user)?;
        self.spelled(&ways, ways.reached(real).ok_or_else(no_access)?)
    }

    /// As [`CloudView::reach`], if that needs no waiting for the disk or the database.
    pub fn reach_at_once(&self, user: &User, shown: &ShownPath) -> Option<Reach> {
        let ways = Ways::new(self.grants_at_once()?, self.traveller(user), self.cloud.now()).ok()?;
        ways.reach(shown).filter(|reach| self.is_quick(reach.real()))
    }

    /// May this user see what is at the path? The top is readable for everybody: it lists what they have.
    ///
    /// # Errors
    /// As [`CloudView::reach`]; `Code::Forbidden` without the right. The same for the other proofs.
    pub fn readable(&self, user: &User, shown: &ShownPath) -> Result<Readable> {
        self.reach(user, shown)?.readable()
    }

    /// May this user have the content of what is at the path?
    pub fn downloadable(&self, user: &User, shown: &ShownPath) -> Result<Downloadable> {
        self.reach(user, shown)?.downloadable()
    }

    /// May this user make, replace or rename what is at the path?
    pub fn writable(&self, user: &User, shown: &ShownPath) -> Result<Writable> {
        self.reach(user, shown)?.writable()
    }

    /// May this user make or replace the content at the path?
    pub fn replaceable(&self, user: &User, shown: &ShownPath) -> Result<Replaceable> {
        self.reach(user, shown)?.replaceable()
    }

    /// May this user delete what is at the path?
    pub fn deletable(&self, user: &User, shown: &ShownPath) -> Result<Deletable> {
        self.reach(user, shown)?.deletable()
    }

    /// May this user share what is at the path?
    pub fn shareable(&self, user: &User, shown: &ShownPath) -> Result<Shareable> {
        self.reach(user, shown)?.shareable()
    }

    /// May this user set the access list of the folder at the path?
    pub fn manageable(&self, user: &User, shown: &ShownPath) -> Result<Manageable> {
        self.reach(user, shown)?.manageable()
    }

    /// May this user put something into the folder at the path?
    pub fn folder(&self, user: &User, shown: &ShownPath) -> Result<Folder> {
        self.reach(user, shown)?.folder()
    }

    /// Who shares what somebody reaches, or whose it is; `None` for what belongs to nobody.
    pub fn share_owner(&self, reach: &Reach) -> Result<Option<String>> {
        let grants = self.grants()?;
        Ok(match reach.way() {
            Way::Share(id) | Way::Link(id) => {
                grants.share(id).and_then(|share| grants.account_name(share.owner)).map(str::to_owned)
            }
            Way::Above | Way::Own | Way::Proxy | Way::Disk => reach.account().map(str::to_owned),
        })
    }

    /// The name of the file that is shown first in a folder that somebody shares; empty without one.
    pub fn default_file(&self, folder: &Reach) -> Result<String> {
        let grants = self.grants()?;
        Ok(match folder.way() {
            Way::Share(id) | Way::Link(id) if folder.is_root_of_way() => {
                grants.share(id).map_or(String::new(), |share| share.default_file.clone())
            }
            _ => String::new(),
        })
    }

    /// Refuses to do something with a folder and all that it holds where a folder below allows less.
    ///
    /// # Errors
    /// `Code::Forbidden` with the path of such a folder, as far as the user may know of it.
    pub(in crate::domain) fn check_below(&self, user: &User, top: &Reach, wanted: Rights) -> Result<()> {
        let ways = self.ways(user)?;
        for place in ways.lacking_below(top, wanted) {
            if self.cloud.volumes.stat(&place)?.is_none() {
                continue;
            }
            let sentence = match ways.seen_in(top, &place) {
                Some(seen) => format!("You may not do this with {}, which this folder holds.", seen.shown()),
                None => "This folder holds something with which you may not do this.".to_owned(),
            };
            return Err(Error::new(Code::Forbidden, sentence));
        }
        Ok(())
    }

    /// The same entry by the names that it has on the disk. Access lists go by those, so the rights are asked for again.
    fn spelled(&self, ways: &Ways, reach: Reach) -> Result<Reach> {
        if reach.is_above_roots() {
            return Ok(reach);
        }
        let real = self.cloud.volumes.spelled(reach.real().clone())?;
        let reach = reach.spelled(real)?;
        let rights = ways.rights_by(reach.way(), reach.real());
        if rights == NO_RIGHTS {
            return Err(no_access());
        }
        self.deleted(ways, reach.with_rights(rights))
    }

    /// The same where it lies in a recycle bin, as far as that belongs to several.
    fn deleted(&self, ways: &Ways, reach: Reach) -> Result<Reach> {
        let real = reach.real();
        let inside = real.parts().get(real.root_depth() + 1..).filter(|_| real.is_in_bin());
        let Some((name, below)) = inside.and_then(<[EntryName]>::split_first) else { return Ok(reach) };
        if reach.way() != Way::Disk {
            return Ok(reach);
        }
        let owner = self.cloud.root_of(real)?;
        let row = self.cloud.store.read(|read| trash::by_name(read, &owner, name.as_str()))?;
        let Some(row) = row else { return Ok(reach) };
        let former = CloudPath::parse(&row.path)?.below(below)?;
        match ways.rights_to_deleted(&reach, &former, &row.deleted_by) {
            NO_RIGHTS => Err(no_access()),
            rights => Ok(reach.with_rights(rights)),
        }
    }
}
