//! By which ways somebody reaches files. All their roots are in memory, so that two questions are answered for one entry or
//! for a thousand without a query: to where does a path lead that they write, and by which path do they see an entry?

use super::rights::{Deletable, Downloadable, Folder, NO_ACCESS, Reach, Readable, Rights, Way, Writable};
use crate::base::path::{BIN_NAME, CloudPath, EXTERNAL, EntryName};
use crate::base::shown_path::ShownPath;
use crate::base::user_name::UserName;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::error::{Code, Error, Result};
use crate::store::roots::FORMER;

/// All ways of one person.
pub struct Ways {
    /// What is reached on several ways is told by the first of them. Shares and links are further roots.
    roots: Vec<Root>,
    /// An admin at work on users' data, who reaches every home.
    is_proxy: bool,
}

/// A folder with all below it.
#[derive(Clone)]
struct Root {
    shown: ShownPath,
    real: CloudPath,
    rights: Rights,
    way: Way,
}

/// A further disk: its name, and the accounts that may use it; `None` for all.
pub type Disk<'a> = (&'a str, Option<&'a [String]>);

/// What somebody may do on a disk that is given to them.
const RIGHTS_ON_DISK: Rights =
    Rights::READ.with(Rights::DOWNLOAD).with(Rights::WRITE).with(Rights::DELETE).with(Rights::SYNC);

impl Ways {
    /// The ways of an account; with `is_proxy` those of an admin at work on users' data.
    ///
    /// # Errors
    /// For a name that is none.
    pub fn new<'a>(account: &str, is_proxy: bool, disks: impl Iterator<Item = Disk<'a>>) -> Result<Ways> {
        let mut roots = Vec::new();
        if !is_proxy {
            roots.push(Root::unmoved(&[account], Rights::ALL, Way::Own)?);
        }
        for (disk, members) in disks {
            let is_member = members.is_none_or(|members| members.iter().any(|member| member == account));
            if is_proxy {
                roots.push(Root::unmoved(&[EXTERNAL, disk], Rights::ALL, Way::Proxy)?);
            } else if is_member {
                roots.push(Root::unmoved(&[EXTERNAL, disk], RIGHTS_ON_DISK, Way::Disk)?);
            }
        }
        Ok(Ways { roots, is_proxy })
    }

    /// Where a path leads that they write; `None` where they have no access, whether there is anything or not.
    pub fn reach(&self, shown: &ShownPath) -> Option<Reach> {
        let shown = shown.usual_form();
        if is_above_roots(shown.parts()) {
            return CloudPath::root().below(shown.parts()).ok().map(Reach::above);
        }
        let known = self.roots.iter().find(|root| shown.starts_with(&root.shown)).cloned();
        let root = known.or_else(|| self.home_of_anybody(shown.parts()))?;
        root.at(&shown.parts()[root.shown.parts().len()..])
    }

    /// By which path they see what lies somewhere; `None` where they have no access.
    pub fn seen(&self, real: &CloudPath) -> Option<Reach> {
        if is_above_roots(real.parts()) {
            return Some(Reach::above(real.clone()));
        }
        let known = self.roots.iter().find(|root| real.starts_with(&root.real)).cloned();
        let root = known.or_else(|| self.home_of_anybody(real.parts()))?;
        root.at(&real.parts()[root.real.parts().len()..])
    }

    /// By which path they see what lies somewhere, if that is in a folder that they have reached.
    pub fn seen_in(&self, folder: &Reach, real: &CloudPath) -> Option<Reach> {
        match folder.is_above_roots() {
            true => self.seen(real).filter(|reach| reach.shown().starts_with(folder.shown())),
            false => self.below(folder, real.parts().strip_prefix(folder.real().parts())?),
        }
    }

    /// What lies below something that they have reached, with the rights that hold for it.
    pub fn below(&self, top: &Reach, names: &[EntryName]) -> Option<Reach> {
        match top.is_above_roots() {
            true => self.reach(&top.shown().below(names).ok()?),
            // Access control entries will cut the rights here, and in `Root::at`.
            false => top.below(names).ok(),
        }
    }

    /// The roots below a path, each as they see it and where it lies. An admin at work on users' data has no list of homes.
    pub fn roots_below(&self, shown: &ShownPath) -> impl Iterator<Item = Reach> {
        let below = self.roots.iter().filter(move |root| root.shown.starts_with(shown));
        below.filter_map(|root| root.at(&[]))
    }

    /// The home that a path lies in, or the bin that an account left which was removed, for whoever reaches all of them.
    fn home_of_anybody(&self, names: &[EntryName]) -> Option<Root> {
        let first = names.first().filter(|_| self.is_proxy)?.as_str();
        let is_account = UserName::parse(first).is_ok_and(|name| name.as_str() == first);
        let is_left_bin =
            first.contains(FORMER) && names.get(1).is_some_and(|name| name.as_str() == BIN_NAME);
        (is_account || is_left_bin).then(|| Root::unmoved(&[first], Rights::ALL, Way::Proxy).ok()).flatten()
    }
}

impl Root {
    /// A root that its user sees where it lies.
    fn unmoved(names: &[&str], rights: Rights, way: Way) -> Result<Root> {
        let names = names.iter().map(|name| EntryName::parse(name)).collect::<Result<Vec<_>>>()?;
        let real = CloudPath::root().below(&names)?;
        Ok(Root { shown: ShownPath::same_as(&real), real, rights, way })
    }

    fn at(&self, below: &[EntryName]) -> Option<Reach> {
        let paths = (self.real.below(below).ok()?, self.shown.below(below).ok()?);
        Some(Reach::new(paths, below.len(), self.rights, self.way))
    }
}

/// Whether a path is one of the folders that only list roots.
fn is_above_roots(names: &[EntryName]) -> bool {
    match names {
        [] => true,
        [only] => only.as_str() == EXTERNAL,
        _ => false,
    }
}

fn no_access() -> Error {
    Error::new(Code::Forbidden, NO_ACCESS)
}

/// The questions of a call. Each is answered as things are now: what somebody has lost since the call began is lost.
impl CloudView<'_> {
    /// All ways of a user, for a list.
    pub fn ways(&self, user: &User) -> Result<Ways> {
        let ways = Ways::new(user.name(), user.is_proxy(), self.cloud.volumes.members())?;
        #[cfg(test)]
        let ways = ways.with_planted();
        Ok(ways)
    }

    /// Where a path leads that a user writes, by the names that it has on the disk.
    ///
    /// # Errors
    /// `Code::Forbidden` in one sentence for the paths of others and for what does not exist; `Code::Offline` when the disk
    /// is not there.
    pub fn reach(&self, user: &User, shown: &ShownPath) -> Result<Reach> {
        self.spelled(self.ways(user)?.reach(shown).ok_or_else(no_access)?)
    }

    /// The same for where something lies: for places that the cloud itself knows.
    pub(in crate::domain) fn reach_of(&self, user: &User, real: &CloudPath) -> Result<Reach> {
        self.spelled(self.ways(user)?.seen(real).ok_or_else(no_access)?)
    }

    /// As [`CloudView::reach`], if that needs no waiting for the disk.
    pub fn reach_at_once(&self, user: &User, shown: &ShownPath) -> Option<Reach> {
        self.ways(user).ok()?.reach(shown).filter(|reach| self.is_quick(reach.real()))
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

    /// May this user delete what is at the path?
    pub fn deletable(&self, user: &User, shown: &ShownPath) -> Result<Deletable> {
        self.reach(user, shown)?.deletable()
    }

    /// May this user put something into the folder at the path?
    pub fn folder(&self, user: &User, shown: &ShownPath) -> Result<Folder> {
        self.reach(user, shown)?.folder()
    }

    fn spelled(&self, reach: Reach) -> Result<Reach> {
        if reach.is_above_roots() {
            return Ok(reach);
        }
        let real = self.cloud.volumes.spelled(reach.real().clone())?;
        reach.spelled(real)
    }
}

/// A root that is seen elsewhere than where it lies, as those that come will be: for the users on the thread of one test.
#[cfg(test)]
mod planted {
    use super::{CloudPath, Rights, Root, ShownPath, Way, Ways};
    use std::cell::RefCell;

    thread_local!(static PLANTED: RefCell<Option<Root>> = const { RefCell::new(None) });

    impl Ways {
        pub(in crate::domain) fn plant(real: &str, shown: &str, rights: Rights) {
            let (real, shown) = (CloudPath::parse(real).unwrap(), ShownPath::parse(shown).unwrap());
            PLANTED.replace(Some(Root { shown, real, rights, way: Way::Disk }));
        }

        pub(super) fn with_planted(mut self) -> Ways {
            if !self.is_proxy {
                self.roots.extend(PLANTED.with_borrow(Clone::clone));
            }
            self
        }
    }
}
