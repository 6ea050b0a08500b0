//! Locks: an account keeps others from changing a file or folder with everything in it, or from
//! reading it too.
//!
//! The rows in the database are the truth. Memory only serves to answer without them when nobody
//! else holds a lock, and to end locks: when the clock that never goes back reaches the end, or
//! when the time until the end has passed since the lock was taken or read at the start, whichever
//! comes first. So a clock that stands still or is set back does not prolong a lock.

use crate::base::guarded::Guarded;
use crate::base::path::CloudPath;
use crate::base::shown_path::ShownPath;
use crate::base::time::plain_text;
use crate::domain::access::rights::{Reach, Readable, Replaceable};
use crate::domain::accounts::actor::User;
use crate::domain::index::lookup;
use crate::domain::index::moved;
use crate::domain::volumes::registry::Volumes;
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::locks::{self, LockRow};
use crate::store::{Read, Write};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

/// Maximum number of locks of one account.
const LOCKS_OF_ACCOUNT_MAX: u64 = 1000;

/// 9999-12-30 00:00:00 UTC, which is a date in every time zone.
const LATEST_END: i64 = 253_402_128_000;

/// The purpose for which somebody uses an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Read,
    /// To change, replace, rename, move or delete it, or something in it.
    Change,
}

/// The time when a lock ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Never,
    /// The lock ends this many seconds from now.
    After(i64),
    /// The lock ends at this time, in seconds since 1970 UTC.
    At(i64),
}

/// A lock as users see it.
#[derive(Clone, Debug)]
pub struct Lock {
    /// The id of the entry.
    pub id: i64,
    pub path: ShownPath,
    pub owner: String,
    pub forbids_reading: bool,
    /// In seconds since 1970 UTC; `None` for never.
    pub expires: Option<i64>,
}

/// The locks in memory.
#[derive(Default)]
pub struct Locks {
    state: Guarded<State>,
}

#[derive(Default)]
struct State {
    /// All locks by the ids of their entries. Some may be here whose row is gone.
    held: HashMap<i64, Held>,
    /// Changes that are being made: account and path.
    changing: HashMap<u64, (i64, CloudPath)>,
    /// Locks whose rows are not committed yet: account and path. They do not keep anybody from
    /// reading, but from beginning a change that they would forbid.
    taking: HashMap<u64, (i64, CloudPath)>,
    last_number: u64,
}

#[derive(Clone, Copy)]
struct Held {
    /// Distinguishes this lock from a later one of the same entry.
    number: u64,
    owner: i64,
    forbids_reading: bool,
    expires: Option<i64>,
    ends: Option<Instant>,
}

/// Identifies a lock in memory, so that it can be forgotten when its row is gone.
#[derive(Clone, Copy, Debug)]
struct Gone {
    node: i64,
    number: u64,
}

/// The changes of a transaction to locks. They are applied to memory once it is committed. If it is
/// not, they are dropped, and the locks stay as they were.
struct Settling {
    gone: Vec<Gone>,
    taken: Option<Taking>,
}

/// A lock that is being stored.
struct Taking {
    locks: Arc<Locks>,
    number: u64,
    row: LockRow,
}

impl Drop for Taking {
    fn drop(&mut self) {
        self.locks.state().taking.remove(&self.number);
    }
}

/// A change that is being made. While it exists, nobody else gets a lock on its paths. The closure
/// that writes the rows must own it, so that it exists until the rows match the disk.
#[must_use = "dropped at once, it keeps nobody from locking the file in the middle of the change"]
pub struct ChangeGuard {
    locks: Arc<Locks>,
    numbers: Vec<u64>,
}

impl Held {
    fn is_over(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
            || self.ends.is_some_and(|ends| ends <= Instant::now())
    }

    fn stands_in_the_way(&self, user: i64, purpose: Purpose, now: i64) -> bool {
        let is_meant = purpose == Purpose::Change || self.forbids_reading;
        self.owner != user && is_meant && !self.is_over(now)
    }
}

impl State {
    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    fn hold(&mut self, row: &LockRow, now: i64) {
        let left = row.expires.map(|expires| u64::try_from(expires - now).unwrap_or(0));
        let held = Held {
            number: self.next_number(),
            owner: row.owner,
            forbids_reading: row.forbids_reading,
            expires: row.expires,
            ends: left.and_then(|left| Instant::now().checked_add(Duration::from_secs(left))),
        };
        self.held.insert(row.node, held);
    }
}

impl Locks {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// The locks of others that may forbid a user this purpose.
    fn of_others(&self, user: &User, purpose: Purpose, now: i64) -> HashMap<i64, Gone> {
        let (state, account) = (self.state(), user.id());
        let held = state.held.iter().filter(|(_, held)| held.stands_in_the_way(account, purpose, now));
        held.map(|(node, held)| (*node, Gone { node: *node, number: held.number })).collect()
    }

    /// The locks that are valid now.
    pub(super) fn standing(&self, now: i64) -> HashSet<i64> {
        let state = self.state();
        state.held.iter().filter(|(_, held)| !held.is_over(now)).map(|(node, _)| *node).collect()
    }

    fn forget(&self, gone: &[Gone]) {
        let mut state = self.state();
        for gone in gone {
            if state.held.get(&gone.node).is_some_and(|held| held.number == gone.number) {
                state.held.remove(&gone.node);
            }
        }
    }

    /// # Errors
    /// `Code::Busy` while somebody else is taking a lock on one of the paths.
    fn begin_change(self: &Arc<Locks>, user: &User, paths: &[&Reach]) -> Result<ChangeGuard> {
        let mut state = self.state();
        for path in paths {
            refuse_overlap(&state.taking, user.id(), path, "locking")?;
        }
        let mut numbers = Vec::with_capacity(paths.len());
        for path in paths {
            let number = state.next_number();
            state.changing.insert(number, (user.id(), path.real().clone()));
            numbers.push(number);
        }
        Ok(ChangeGuard { locks: Arc::clone(self), numbers })
    }

    /// Begins to take a lock, unless somebody else is changing or locking the same entry.
    fn begin_taking(self: &Arc<Locks>, row: LockRow, path: &Reach) -> Result<Taking> {
        let mut state = self.state();
        refuse_overlap(&state.changing, row.owner, path, "changing")?;
        refuse_overlap(&state.taking, row.owner, path, "locking")?;
        let number = state.next_number();
        state.taking.insert(number, (row.owner, path.real().clone()));
        Ok(Taking { locks: Arc::clone(self), number, row })
    }
}

/// Refuses paths that overlap with an action of somebody else.
fn refuse_overlap(
    under_way: &HashMap<u64, (i64, CloudPath)>,
    account: i64,
    path: &Reach,
    what: &str,
) -> Result<()> {
    let real = path.real();
    let overlaps = under_way
        .values()
        .any(|(other, at)| *other != account && (at.starts_with(real) || real.starts_with(at)));
    if !overlaps {
        return Ok(());
    }
    let shown = path.shown();
    Err(Error::new(Code::Busy, format!("Somebody is {what} {shown} at this moment. Please try again.")))
}

impl Drop for ChangeGuard {
    fn drop(&mut self) {
        let mut state = self.locks.state();
        for number in &self.numbers {
            state.changing.remove(number);
        }
    }
}

impl CloudView<'_> {
    /// True if a lock of somebody else may keep this user from reading something. It does not wait.
    pub fn may_be_kept_from_reading(&self, user: &User) -> bool {
        !self.cloud.locks.of_others(user, Purpose::Read, self.cloud.now()).is_empty()
    }

    /// Refuses an action that a lock of somebody else forbids: on the path itself, on a folder
    /// above or, for a folder, below it.
    ///
    /// # Errors
    /// `Code::Locked` with the holder of the lock.
    pub fn check_unlocked(&self, user: &User, path: &Reach, purpose: Purpose) -> Result<()> {
        let cloud = self.cloud;
        let others = cloud.locks.of_others(user, purpose, cloud.now());
        if others.is_empty() {
            return Ok(());
        }
        let found = cloud.store.read(|read| in_the_way(read, &cloud.volumes, &others, path.real()))?;
        cloud.locks.forget(&found.gone);
        found.first.map_or(Ok(()), |(row, locked)| Err(refused(&row, path, &path.shown_for(&locked))))
    }

    /// A function that returns true for a path if a lock of another account forbids the user to
    /// read there; `None` if there is no such lock at all.
    pub(in crate::domain) fn forbidden_reading(
        &self,
        user: &User,
    ) -> Option<impl Fn(&Read, &CloudPath) -> Result<bool>> {
        let cloud = self.cloud;
        let others = cloud.locks.of_others(user, Purpose::Read, cloud.now());
        let is_open = others.is_empty();
        let is_in_the_way = move |read: &Read, path: &CloudPath| {
            Ok(in_the_way(read, &cloud.volumes, &others, path)?.first.is_some())
        };
        (!is_open).then_some(is_in_the_way)
    }

    /// The lock that applies to a path: its own, or that of a folder above it.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such entry.
    pub fn lock_of(&self, path: &Readable) -> Result<Option<Lock>> {
        path.there(self.cloud.volumes.stat(path.real())?)?;
        let standing = self.cloud.locks.standing(self.cloud.now());
        if standing.is_empty() {
            return Ok(None);
        }
        self.cloud.store.read(|read| {
            let chain = moved::chain_of_moved(read, &self.cloud.volumes, path.real())?;
            for (depth, node) in chain.iter().enumerate() {
                let node = node.as_ref().filter(|node| standing.contains(&node.id));
                let row = node.map_or(Ok(None), |node| locks::of_node(read, node.id))?;
                if let Some(row) = row {
                    return Ok(Some(Lock::told(row, path.shown_for(&path.real().beginning(depth)))));
                }
            }
            Ok(None)
        })
    }

    /// The locks of an account. Without a name, the user's own; for an admin at work on users'
    /// data, all locks.
    ///
    /// # Errors
    /// `Code::Forbidden` for locks of others, unless the user is such an admin.
    pub fn locks(&self, user: &User, named: Option<&str>) -> Result<Vec<Lock>> {
        if !user.is_proxy() && named.is_some_and(|name| name != user.name()) {
            return Err(Error::new(Code::Forbidden, "You may only see your own locks."));
        }
        let owner = named.or_else(|| (!user.is_proxy()).then(|| user.name()));
        let (standing, ways) = (self.cloud.locks.standing(self.cloud.now()), self.ways(user)?);
        self.cloud.store.read(|read| {
            let mut told = Vec::new();
            for row in locks::all(read)? {
                if !standing.contains(&row.node) || owner.is_some_and(|owner| owner != row.owner_name) {
                    continue;
                }
                let path = lookup::path_of_id(read, &self.cloud.volumes, row.node)?;
                if let Some(reach) = path.and_then(|path| ways.seen(&path)) {
                    told.push(Lock::told(row, reach.shown().clone()));
                }
            }
            Ok(told)
        })
    }
}

impl Lock {
    fn told(row: LockRow, path: ShownPath) -> Lock {
        Lock {
            id: row.node,
            path,
            owner: row.owner_name,
            forbids_reading: row.forbids_reading,
            expires: row.expires,
        }
    }
}

impl Cloud {
    /// Must be called before anything changes on the disk. It refuses changes that a lock of
    /// somebody else forbids, and keeps others from locking the paths until the change is over.
    ///
    /// # Errors
    /// As [`CloudView::check_unlocked`]; `Code::Busy` while somebody else takes a lock;
    /// `Code::Unauthenticated` if the account was removed or disabled since the call began.
    pub fn begin_change(&self, user: &User, paths: &[&Reach]) -> Result<ChangeGuard> {
        self.check_may_go_on(user)?;
        let changing = self.locks.begin_change(user, paths)?;
        for path in paths {
            // An entry that another program moved here gets its old row first, with all that
            // belongs to it.
            self.adopt_external_move(path.real())?;
            self.view().check_unlocked(user, path, Purpose::Change)?;
        }
        Ok(changing)
    }

    /// Prepares a lock, or a new end and kind for the user's own lock. It is valid once it is
    /// committed.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such entry, `Code::Invalid` for an end in the past. Inside
    /// the transaction: `Code::Locked` if somebody else has locked it, or an entry above or below
    /// it; `Code::Busy` while somebody else changes it, and for too many locks.
    pub fn lock(
        &self,
        user: &User,
        path: &Replaceable,
        forbids_reading: bool,
        end: End,
    ) -> Result<Change<()>> {
        let path = path.clone();
        let stat = path.there(self.volumes.stat(path.real())?)?;
        let expires = match end {
            End::Never => None,
            End::After(seconds) => Some(self.now().saturating_add(seconds)),
            End::At(time) => Some(time),
        };
        // An end beyond all calendars is stored as the last date that they have.
        let expires = expires.map(|expires| expires.min(LATEST_END));
        if expires.is_some_and(|expires| expires <= self.now()) {
            return Err(Error::new(Code::Invalid, "The lock would end before it begins."));
        }
        let (held, volumes, rows) = (Arc::clone(&self.locks), Arc::clone(&self.volumes), self.rows());
        let user = user.clone();
        let change = Change::new(move |tx: &Write| {
            let owner = &user.session().account;
            let others = held.of_others(&user, Purpose::Change, tx.now());
            if let Some((row, locked)) = in_the_way(tx, &volumes, &others, path.real())?.first {
                return Err(refused(&row, &path, &path.shown_for(&locked)));
            }
            let gone = remove_ended(tx, &held)?;
            let node = rows.found(tx, path.real(), &stat)?;
            let is_new = locks::of_node(tx, node)?.is_none();
            if is_new && locks::count_of(tx, owner.id)? >= LOCKS_OF_ACCOUNT_MAX {
                return Err(Error::new(
                    Code::Busy,
                    "You hold too many locks. Please end some of them first.",
                ));
            }
            let owner_name = owner.name.clone();
            let row = LockRow { node, owner: owner.id, owner_name, forbids_reading, expires };
            let taken = Some(held.begin_taking(row, &path)?);
            locks::save(tx, node, owner.id, forbids_reading, expires)?;
            Ok(Settling { gone, taken })
        });
        Ok(settled(change))
    }

    /// Prepares the removal of a lock, as [`Cloud::lock`] does.
    ///
    /// # Errors
    /// Inside the transaction: `Code::Conflict` if it is not locked; `Code::Locked` if somebody
    /// else holds the lock and the user is no admin at work on users' data.
    pub fn unlock(&self, user: &User, path: &Replaceable) -> Change<()> {
        let (held, volumes) = (Arc::clone(&self.locks), Arc::clone(&self.volumes));
        let (user, path) = (user.clone(), path.clone());
        settled(Change::new(move |tx| {
            let account = user.id();
            let node = moved::find_moved(tx, &volumes, path.real())?;
            let row = node.map(|node| locks::of_node(tx, node.id)).transpose()?.flatten();
            let held = row.as_ref().and_then(|row| held.state().held.get(&row.node).copied());
            let is_over = held.is_none_or(|held| held.is_over(tx.now()));
            match row {
                Some(row) if row.owner == account || (user.is_proxy() && !is_over) => {
                    locks::delete(tx, row.node)?;
                    let gone = held.map(|held| Gone { node: row.node, number: held.number });
                    Ok(Settling { gone: gone.into_iter().collect(), taken: None })
                }
                Some(row) if !is_over => Err(refused(&row, &path, path.shown())),
                _ => Err(Error::new(Code::Conflict, format!("{} is not locked.", path.shown()))),
            }
        }))
    }

    /// Applies the changes of a committed transaction to the locks in memory.
    fn settle_locks(&self, settling: Settling) {
        let Settling { gone, taken } = settling;
        if let Some(taking) = &taken {
            self.locks.state().hold(&taking.row, self.now());
        }
        self.locks.forget(&gone);
    }

    /// Reads the locks from the database.
    pub(in crate::domain) fn load_locks(&self) -> Result<()> {
        let (rows, now) = (self.store.read(locks::all)?, self.now());
        let mut state = self.locks.state();
        rows.iter().for_each(|row| state.hold(row, now));
        Ok(())
    }
}

fn settled(change: Change<Settling>) -> Change<()> {
    change.completed_with(|settling| ((), move |cloud: &Cloud| cloud.settle_locks(settling)))
}

/// Removes the locks of entries that are no longer in the tree.
pub(in crate::domain) fn unlock_what_left(tx: &Write, volumes: &Volumes) -> Result<()> {
    for row in locks::all(tx)? {
        if lookup::path_of_id(tx, volumes, row.node)?.is_none() {
            locks::delete(tx, row.node)?;
        }
    }
    Ok(())
}

/// Removes the rows of locks that have ended.
fn remove_ended(tx: &Write, held: &Locks) -> Result<Vec<Gone>> {
    let state = held.state();
    let ended = state.held.iter().filter(|(_, held)| held.is_over(tx.now()));
    let ended: Vec<Gone> = ended.map(|(node, held)| Gone { node: *node, number: held.number }).collect();
    drop(state);
    ended.iter().try_for_each(|gone| locks::delete(tx, gone.node))?;
    Ok(ended)
}

/// The result of a search among the locks of others.
#[derive(Default)]
struct InTheWay {
    /// A lock, and the path of its entry.
    first: Option<(LockRow, CloudPath)>,
    /// The locks whose row is gone.
    gone: Vec<Gone>,
}

/// The first of these locks that forbids something at a path.
fn in_the_way(
    read: &Read,
    volumes: &Volumes,
    others: &HashMap<i64, Gone>,
    path: &CloudPath,
) -> Result<InTheWay> {
    let mut found = InTheWay::default();
    if others.is_empty() {
        return Ok(found);
    }
    let chain = moved::chain_of_moved(read, volumes, path)?;
    for (depth, node) in chain.iter().enumerate() {
        let Some(other) = node.as_ref().and_then(|node| others.get(&node.id)) else { continue };
        if found.look_at(read, *other, path.beginning(depth))? {
            return Ok(found);
        }
    }
    let is_whole = chain.len() == path.parts().len() + 1;
    let folder = chain.last().and_then(Option::as_ref).filter(|node| is_whole && node.facts.is_folder);
    let Some(folder) = folder else { return Ok(found) };
    // The path in the index, from which another program may have moved it.
    let Some(known_as) = lookup::path_of(read, volumes, folder)? else { return Ok(found) };
    for (node, other) in others {
        let below = lookup::path_of_id(read, volumes, *node)?.filter(|below| below.starts_with(&known_as));
        if let Some(below) = below {
            if found.look_at(read, *other, below)? {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

impl InTheWay {
    fn look_at(&mut self, read: &Read, other: Gone, path: CloudPath) -> Result<bool> {
        match locks::of_node(read, other.node)? {
            Some(row) => self.first = Some((row, path)),
            None => self.gone.push(other),
        }
        Ok(self.first.is_some())
    }
}

/// The refusal of an entry because of a lock. Who comes by a link learns the name of no account.
fn refused(row: &LockRow, reach: &Reach, path: &ShownPath) -> Error {
    if reach.is_by_link() {
        return Error::new(Code::Locked, format!("{path} is locked at this moment. Please try again later."));
    }
    let owner = &row.owner_name;
    let sentence = match row.expires {
        Some(expires) => format!("{path} is locked by {owner} until {}.", plain_text(expires)),
        None => format!("{path} is locked by {owner}."),
    };
    Error::new(Code::Locked, sentence).for_reason(Reason::LockedBy(owner.clone()))
}
