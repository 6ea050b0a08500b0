//! The grants of all accounts at one moment: disks, shares with their links, and access lists of
//! folders. All of it is in memory, so that rights are found without a query.

use super::albums::Album;
use super::rights::{NO_RIGHTS, RIGHTS_IN_ALBUM, Rights};
use super::root::Roots;
use crate::base::guarded::Guarded;
use crate::base::path::{CloudPath, EntryName};
use crate::base::share_id::ShareId;
use crate::domain::accounts::account_status::is_usable;
use crate::error::Result;
use crate::store::shares::Member;
use crate::store::sync_lists::{EntryThen, ListThen, WhoThen};
use crate::store::users::AccountStatus;
use std::collections::HashMap;
use std::sync::Arc;

/// The rights on a disk that is given to somebody.
const RIGHTS_ON_DISK: Rights =
    Rights::READ.with(Rights::DOWNLOAD).with(Rights::WRITE).with(Rights::DELETE).with(Rights::SYNC);

/// The rights on a disk that is given to somebody for reading only.
const RIGHTS_TO_READ_DISK: Rights = Rights::READ.with(Rights::DOWNLOAD).with(Rights::SYNC);

/// All grants at one moment.
#[derive(Debug, Default)]
pub struct Grants {
    /// Accounts by their ids.
    accounts: HashMap<i64, Account>,
    /// The groups of accounts, but not EVERYONE.
    groups: HashMap<i64, Vec<i64>>,
    /// The group that everybody is a member of, visitors too.
    everyone: i64,
    disks: Vec<Disk>,
    /// Shares, oldest first.
    shares: Vec<Share>,
    by_id: HashMap<ShareId, usize>,
    by_link: HashMap<String, usize>,
    by_member: HashMap<Member, Vec<usize>>,
    /// Shares by the places of their entries. Albums are not among them, because nothing of an album
    /// can be passed on.
    by_place: HashMap<CloudPath, Vec<usize>>,
    /// Access lists by the places of their folders.
    lists: HashMap<CloudPath, AccessList>,
    /// True if folders with access lists lie in recycle bins.
    has_resting_lists: bool,
    /// The account whose folders are team folders.
    team: Option<i64>,
    /// The roots of accounts, each with the second for which they hold. They are remembered because
    /// most calls ask for them twice, and many calls come within a second.
    roots: Guarded<HashMap<i64, RootsAt>>,
}

/// A second, and the roots that an account had in that second.
type RootsAt = (i64, Arc<Roots>);

/// Maximum number of accounts whose roots are remembered. Beyond it, all are forgotten and found
/// anew.
const ROOTS_REMEMBERED_MAX: usize = 256;

/// An account that can give something.
#[derive(Clone, Debug)]
pub struct Account {
    pub name: String,
    pub status: AccountStatus,
    /// Seconds since 1970 UTC.
    pub expires: Option<i64>,
}

/// A further disk.
#[derive(Clone, Debug)]
pub struct Disk {
    pub name: String,
    /// The names of the accounts that the configuration lets use it; `None` for all accounts.
    pub members: Option<Vec<String>>,
    /// The members to whom an administrator has given it as well, each with true if they may write
    /// there.
    pub given: Vec<(Member, bool)>,
}

/// A share whose entry exists, or of an album.
#[derive(Clone, Debug)]
pub struct Share {
    pub id: ShareId,
    /// The account that shares.
    pub owner: i64,
    pub name: EntryName,
    /// The path of the entry. For an album, a path at which no file can lie.
    pub place: CloudPath,
    pub is_folder: bool,
    /// `None` if an entry is shared.
    pub album: Option<Album>,
    /// `None` if no link leads to the share.
    pub link: Option<Link>,
    pub members: Vec<(Member, Rights)>,
    /// Accounts that have left the share, even if a group of theirs still has it.
    pub left: Vec<i64>,
    /// The name of the file that is shown first.
    pub default_file: Option<EntryName>,
}

/// With whom something is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// It is shared with accounts or groups, or with nobody yet.
    Private,
    /// It is shared with everybody who has the link.
    Public,
}

/// The link of a share, and the rights that it gives.
#[derive(Clone, Debug)]
pub struct Link {
    /// The last name in the path of the link.
    pub id: String,
    /// The name that stands for the owner in the path of the link.
    pub hidden_owner: String,
    pub rights: Rights,
    pub has_password: bool,
    /// True if the link works in the local network only.
    pub is_home_only: bool,
    /// Seconds since 1970 UTC.
    pub ends: Option<i64>,
    /// True if the number of downloads is limited.
    pub is_limited: bool,
    /// True if no download is left. The link then works only for those whose download was counted.
    pub is_used_up: bool,
}

/// The access list of a folder.
#[derive(Clone, Debug)]
pub struct AccessList {
    /// True if the lists of the folders above apply too.
    pub inherits: bool,
    pub entries: Vec<AccessEntry>,
}

/// An entry of an access list: the rights that it gives to one member or takes away.
#[derive(Clone, Copy, Debug)]
pub struct AccessEntry {
    pub member: Member,
    /// True if the rights are allowed, false if they are denied.
    pub is_allowed: bool,
    pub rights: Rights,
}

/// The rows from which [`Grants`] are made.
#[derive(Debug, Default)]
pub struct Given {
    pub accounts: HashMap<i64, Account>,
    /// Pairs of account and group.
    pub memberships: Vec<(i64, i64)>,
    pub everyone: i64,
    pub disks: Vec<Disk>,
    /// The shares, oldest first.
    pub shares: Vec<Share>,
    pub lists: HashMap<CloudPath, AccessList>,
    pub has_resting_lists: bool,
    pub team: Option<i64>,
}

/// The person whose rights are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Account(i64),
    /// Somebody without an account who comes by a link.
    Visitor,
}

impl Grants {
    pub fn new(given: Given) -> Grants {
        let Given { accounts, memberships, everyone, disks, shares, lists, has_resting_lists, team } = given;
        let mut grants =
            Grants { accounts, everyone, disks, lists, has_resting_lists, team, ..Grants::default() };
        for (account, group) in memberships {
            grants.groups.entry(account).or_default().push(group);
        }
        for (at, share) in shares.iter().enumerate() {
            grants.by_id.insert(share.id, at);
            if let Some(link) = &share.link {
                grants.by_link.insert(link.id.clone(), at);
            }
            if share.album.is_none() {
                grants.by_place.entry(share.place.clone()).or_default().push(at);
            }
            for (member, _) in &share.members {
                grants.by_member.entry(*member).or_default().push(at);
            }
        }
        grants.shares = shares;
        grants
    }

    /// The roots of an account at a second. `make` must use nothing but these grants.
    pub(super) fn roots_of(
        &self,
        account: i64,
        now: i64,
        make: impl FnOnce() -> Result<Roots>,
    ) -> Result<Arc<Roots>> {
        if let Some((_, roots)) = self.roots.lock().get(&account).filter(|(of, _)| *of == now) {
            return Ok(Arc::clone(roots));
        }
        let roots = Arc::new(make()?);
        let mut remembered = self.roots.lock();
        if remembered.len() >= ROOTS_REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(account, (now, Arc::clone(&roots)));
        Ok(roots)
    }

    pub(super) fn disks(&self) -> &[Disk] {
        &self.disks
    }

    /// True for a folder of the account that holds the team folders, and for everything in such a
    /// folder.
    pub(in crate::domain) fn is_in_team_folder(&self, place: &CloudPath) -> bool {
        let owner = self.team.and_then(|id| self.account_name(id));
        place.parts().len() > 1 && owner.is_some() && place.first().map(EntryName::as_str) == owner
    }

    pub(super) fn account_name(&self, id: i64) -> Option<&str> {
        self.accounts.get(&id).map(|account| account.name.as_str())
    }

    /// True if an account has a home folder.
    pub(super) fn has_home(&self, id: i64) -> bool {
        self.accounts.get(&id).is_some_and(|account| account.status.has_home())
    }

    pub fn share(&self, id: ShareId) -> Option<&Share> {
        self.by_id.get(&id).map(|at| &self.shares[*at])
    }

    /// The share whose link has this id.
    pub fn share_of_link(&self, link: &str) -> Option<&Share> {
        self.by_link.get(link).map(|at| &self.shares[*at])
    }

    /// The shares with an account, oldest first, including those that give nothing at present.
    pub(super) fn shares_with(&self, account: i64) -> impl Iterator<Item = &Share> {
        let groups = self.groups_of(Whose::Account(account)).map(Member::Group);
        let members = std::iter::once(Member::User(account)).chain(groups);
        let mut found: Vec<usize> =
            members.filter_map(|member| self.by_member.get(&member)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|at| &self.shares[at])
    }

    /// The rights of an account on a disk.
    pub(super) fn rights_on_disk(&self, disk: &Disk, account: i64) -> Rights {
        let Some(name) = self.account_name(account) else { return NO_RIGHTS };
        let is_member = disk.members.as_ref().is_none_or(|members| members.iter().any(|one| one == name));
        let configured = if is_member { RIGHTS_ON_DISK } else { NO_RIGHTS };
        let is_own = |member: Member| match member {
            Member::User(id) => id == account,
            Member::Group(group) => self.is_in(Whose::Account(account), group),
        };
        let given = disk.given.iter().filter(|(member, _)| is_own(*member));
        given.fold(configured, |all, (_, may_write)| {
            all.with(if *may_write { RIGHTS_ON_DISK } else { RIGHTS_TO_READ_DISK })
        })
    }

    /// The rights of an account at a place on a disk that is given to it.
    pub(super) fn rights_by_disk(&self, account: i64, place: &CloudPath) -> Rights {
        let name = place.parts().get(1).map(EntryName::as_str);
        let disk = self.disks.iter().find(|disk| Some(disk.name.as_str()) == name);
        let given = disk.map_or(NO_RIGHTS, |disk| self.rights_on_disk(disk, account));
        self.cut(Whose::Account(account), place, given)
    }

    /// The rights of an account at a place below the entry of a share, or at a file of an album, at
    /// a time.
    pub(super) fn rights_by_share(&self, share: &Share, account: i64, place: &CloudPath, now: i64) -> Rights {
        let most = share.most_at(place);
        if most == NO_RIGHTS {
            return NO_RIGHTS;
        }
        self.given(share, account, place, self.passed_on(share, place, now).common(most))
    }

    /// The rights that the link of a share gives at a place below its entry, at a time.
    pub(super) fn rights_by_link(&self, share: &Share, whose: Whose, place: &CloudPath, now: i64) -> Rights {
        let Some(link) = share.link.as_ref().filter(|link| !link.has_ended(now)) else { return NO_RIGHTS };
        let most = share.most_at(place);
        if most == NO_RIGHTS {
            return NO_RIGHTS;
        }
        self.cut(whose, place, link.rights.common(most).common(self.passed_on(share, place, now)))
    }

    /// The rights that an account has by a share: no more than the owner of the share can pass on.
    fn given(&self, share: &Share, account: i64, place: &CloudPath, passed_on: Rights) -> Rights {
        if share.owner == account || share.left.contains(&account) {
            return NO_RIGHTS;
        }
        let is_mine = |member: Member| match member {
            Member::User(user) => user == account,
            Member::Group(group) => self.is_in(Whose::Account(account), group),
        };
        let mine = share.members.iter().filter(|(member, _)| is_mine(*member));
        let given = mine.fold(NO_RIGHTS, |all, (_, rights)| all.with(*rights));
        self.cut(Whose::Account(account), place, given.common(passed_on))
    }

    /// The rights that the owner of a share can pass on at a place below its entry: never more than
    /// their own, and none without the right to share.
    fn passed_on(&self, share: &Share, place: &CloudPath, now: i64) -> Rights {
        let own = self.rights_of(share.owner, place, now);
        if own.has(Rights::SHARE) { own } else { NO_RIGHTS }
    }

    /// The rights of an account at a place, by all ways together.
    pub(in crate::domain) fn rights_of(&self, account: i64, place: &CloudPath, now: i64) -> Rights {
        let first_hand = self.rights_without_shares(account, place, now);
        if first_hand == Rights::ALL {
            return first_hand;
        }
        // Rights that were passed on may be passed on again, even in circles. So the rights of all
        // owners grow together, beginning with those that come from nobody, until nothing is added
        // any more.
        let covering: Vec<&Share> = (1..=place.parts().len())
            .filter_map(|names| self.by_place.get(&place.beginning(names)))
            .flatten()
            .map(|at| &self.shares[*at])
            .collect();
        let mut rights: HashMap<i64, Rights> = HashMap::new();
        for one in covering.iter().map(|share| share.owner).chain([account]) {
            rights.insert(one, self.rights_without_shares(one, place, now));
        }
        loop {
            let before = rights.clone();
            for share in &covering {
                let passed_on = before.get(&share.owner).copied().filter(|own| own.has(Rights::SHARE));
                let Some(passed_on) = passed_on else { continue };
                for (one, all) in &mut rights {
                    let may_have = self.accounts.get(one).is_some_and(|one| one.may_give(now));
                    let given = if may_have { self.given(share, *one, place, passed_on) } else { NO_RIGHTS };
                    *all = all.with(given);
                }
            }
            if rights == before {
                return rights.get(&account).copied().unwrap_or(NO_RIGHTS);
            }
        }
    }

    /// The rights of an account at a place that do not come from a share.
    fn rights_without_shares(&self, account: i64, place: &CloudPath, now: i64) -> Rights {
        let Some(own) = self.accounts.get(&account).filter(|account| account.may_give(now)) else {
            return NO_RIGHTS;
        };
        if place.root_depth() == 1 {
            // Somebody who was made a guest has no folder any more, so what they shared of it rests.
            let is_own = place.first().is_some_and(|first| first.as_str() == own.name);
            return if is_own && own.status.has_home() { Rights::ALL } else { NO_RIGHTS };
        }
        self.rights_by_disk(account, place)
    }

    /// The given rights, reduced by the access lists from the top down to a place.
    pub(super) fn cut(&self, whose: Whose, place: &CloudPath, given: Rights) -> Rights {
        if self.lists.is_empty() || given == NO_RIGHTS {
            return given;
        }
        given.common(self.left_by(|folder| self.lists.get(folder), whose, place))
    }

    /// All rights, reduced by these access lists.
    fn left_by<'a>(
        &self,
        lists: impl Fn(&CloudPath) -> Option<&'a AccessList>,
        whose: Whose,
        place: &CloudPath,
    ) -> Rights {
        let lists = (1..=place.parts().len()).filter_map(|names| lists(&place.beginning(names)));
        self.left_under(lists, whose)
    }

    fn left_under<'a>(&self, lists: impl IntoIterator<Item = &'a AccessList>, whose: Whose) -> Rights {
        lists.into_iter().fold(Rights::ALL, |left, list| {
            self.said(list, whose, if list.inherits { left } else { Rights::ALL })
        })
    }

    /// All rights, reduced by access lists of an earlier time, from the top down.
    pub(super) fn left_then(&self, lists: &[ListThen], whose: Whose) -> Rights {
        let entry = |then: &EntryThen| {
            let member = match &then.who {
                WhoThen::User(id) => Member::User(*id),
                WhoThen::Everyone => Member::Group(self.everyone),
                // Whoever was in the group then is in that of everybody now.
                WhoThen::Group(accounts) => match whose {
                    Whose::Account(id) if accounts.contains(&id) => Member::Group(self.everyone),
                    _ => return None,
                },
            };
            let rights = Rights::of_bits(then.rights);
            Some(AccessEntry { member, is_allowed: then.is_allowed, rights })
        };
        // Of lists that did not inherit, those further up were not written down.
        let list =
            |then: &ListThen| AccessList { inherits: true, entries: then.iter().filter_map(entry).collect() };
        self.left_under(&lists.iter().map(list).collect::<Vec<_>>(), whose)
    }

    /// The rights that anybody would gain at a folder if its list were replaced. `None` stands for
    /// no list.
    pub(in crate::domain) fn gain_by_list(&self, place: &CloudPath, list: Option<&AccessList>) -> Rights {
        let now = |folder: &CloudPath| self.lists.get(folder);
        let then = |folder: &CloudPath| if folder == place { list } else { self.lists.get(folder) };
        let everybody = self.accounts.keys().map(|id| Whose::Account(*id)).chain([Whose::Visitor]);
        everybody.fold(NO_RIGHTS, |gain, whose| {
            gain.with(self.left_by(then, whose, place).without(self.left_by(now, whose, place)))
        })
    }

    /// Applies a folder's own list to the rights that come from above. Entries for the account
    /// itself come before entries for its groups. A member to whom the list allows something has
    /// exactly those rights; a member to whom it only denies something keeps the others.
    fn said(&self, list: &AccessList, whose: Whose, above: Rights) -> Rights {
        let of = |wanted: &dyn Fn(Member) -> bool| -> Vec<&AccessEntry> {
            list.entries.iter().filter(|entry| wanted(entry.member)).collect()
        };
        let own =
            of(&|member| matches!((member, whose), (Member::User(id), Whose::Account(own)) if id == own));
        let is_own = !own.is_empty();
        let entries = match is_own {
            true => own,
            false => of(&|member| matches!(member, Member::Group(group) if self.is_in(whose, group))),
        };
        let all_of = |is_allowed: bool| {
            let some = entries.iter().filter(|entry| entry.is_allowed == is_allowed);
            some.fold(None, |all: Option<Rights>, entry| Some(all.unwrap_or(NO_RIGHTS).with(entry.rights)))
        };
        match (all_of(true), all_of(false)) {
            (None, None) => above,
            (None, Some(denied)) => above.without(denied),
            (Some(allowed), Some(denied)) if is_own => allowed.without(denied),
            (Some(allowed), _) => allowed,
        }
    }

    /// With whom the entry at a place is shared; `None` if nobody shares it.
    pub(in crate::domain) fn sharing_at(&self, place: &CloudPath) -> Option<Sharing> {
        let mut shares = self.by_place.get(place)?.iter().map(|at| &self.shares[*at]);
        let is_public = shares.any(|share| share.link.is_some());
        Some(if is_public { Sharing::Public } else { Sharing::Private })
    }

    /// The shared entries of a folder, with whom each is shared.
    pub(in crate::domain) fn sharing_in(
        &self,
        folder: &CloudPath,
    ) -> impl Iterator<Item = (&EntryName, Sharing)> {
        let depth = folder.parts().len();
        let inside = move |place: &&CloudPath| place.parts().len() == depth + 1 && place.starts_with(folder);
        let shared = self.by_place.keys().filter(inside);
        shared.filter_map(|place| Some((place.leaf()?, self.sharing_at(place)?)))
    }

    /// The folders below a place that have an access list, where rights may change.
    pub(super) fn lists_below(&self, place: &CloudPath) -> impl Iterator<Item = &CloudPath> {
        self.lists.keys().filter(move |folder| *folder != place && folder.starts_with(place))
    }

    /// True if folders of the same account or disk have an access list, or may have had one before
    /// they were deleted.
    pub(super) fn has_lists_beside(&self, place: &CloudPath) -> bool {
        self.has_resting_lists || self.lists_beside(place) > 0
    }

    pub(in crate::domain) fn list_at(&self, place: &CloudPath) -> Option<&AccessList> {
        self.lists.get(place)
    }

    /// The number of folders of the same account or disk that have an access list.
    pub(in crate::domain) fn lists_beside(&self, place: &CloudPath) -> usize {
        let root = place.beginning(place.root_depth());
        self.lists.keys().filter(|folder| folder.starts_with(&root)).count()
    }

    fn is_in(&self, whose: Whose, group: i64) -> bool {
        self.groups_of(whose).any(|own| own == group)
    }

    fn groups_of(&self, whose: Whose) -> impl Iterator<Item = i64> {
        let own = match whose {
            Whose::Account(account) => self.groups.get(&account),
            Whose::Visitor => None,
        };
        own.into_iter().flatten().copied().chain(std::iter::once(self.everyone))
    }
}

impl Link {
    pub(super) fn has_ended(&self, now: i64) -> bool {
        self.ends.is_some_and(|ends| ends <= now)
    }
}

impl Share {
    /// The most that the share can give at a place: everything below its entry or, in an album,
    /// looking at exactly its files.
    fn most_at(&self, place: &CloudPath) -> Rights {
        match &self.album {
            None if place.starts_with(&self.place) => Rights::ALL,
            Some(album) if album.holds(place) => RIGHTS_IN_ALBUM,
            None | Some(_) => NO_RIGHTS,
        }
    }
}

impl Account {
    /// True if the account may sign in at this time, so that its shares count.
    fn may_give(&self, now: i64) -> bool {
        is_usable(self.status, self.expires, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1000;

    #[test]
    fn the_roots_of_an_account_are_made_once_a_second() {
        let grants = Grants::new(Given::default());
        let made = std::cell::Cell::new(0);
        let count = |account, now| {
            let roots = grants.roots_of(account, now, || {
                made.set(made.get() + 1);
                Ok(Roots::default())
            });
            assert_eq!(roots.unwrap().iter().count(), 0);
            made.get()
        };
        assert_eq!([count(1, NOW), count(1, NOW), count(2, NOW), count(1, NOW)], [1, 1, 2, 2]);
        assert_eq!([count(1, NOW + 1), count(1, NOW + 1), count(1, NOW)], [3, 3, 4]);
        let refused = grants.roots_of(3, NOW, || Err(crate::error::Error::internal("unknown")));
        assert!(refused.is_err());
        assert_eq!(count(3, NOW), 5);
    }
}
