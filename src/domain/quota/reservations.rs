//! Reservations of storage: for the limit of each account, and for the space that must stay free on
//! each disk. Everything that is being stored holds a reservation, so that many uploads and copies
//! at once get no more than one after the other would.

use crate::base::guarded::Guarded;
use crate::base::root::Root;
use crate::base::size::size_text;
use crate::disk::{Usage, Volume};
use crate::domain::Cloud;
use crate::error::{Code, Error, Reason, Result};
use crate::store::users;
use std::collections::HashMap;
use std::sync::{Arc, MutexGuard};

const MIB: u64 = 1024 * 1024;
/// Bytes that are reserved at once for content of unknown length.
const GROWTH_BYTES: u64 = 8 * MIB;
/// Number of times that an account is counted again because something was stored meanwhile.
const COUNTS_MAX: usize = 4;

/// The reserved bytes, by the root that stores them.
#[derive(Default)]
pub struct Reservations {
    accounts: Guarded<HashMap<Root, Promised>>,
}

#[derive(Clone, Copy, Default)]
struct Promised {
    bytes: u64,
    /// Number of bytes that were ever released. Bytes that were stored during a count may be
    /// missing in it.
    let_go: u64,
}

/// Reserved bytes. They are released when this is dropped, which must not happen before a count can
/// see what was stored.
pub struct Reserved {
    reservations: Arc<Reservations>,
    root: Root,
    bytes: u64,
}

impl Reservations {
    fn accounts(&self) -> MutexGuard<'_, HashMap<Root, Promised>> {
        self.accounts.lock()
    }

    fn of(&self, root: &Root) -> Promised {
        self.accounts().get(root).copied().unwrap_or_default()
    }

    /// Reserves bytes if they fit below a limit. `room` is the limit, the bytes of the account by a
    /// count, and the number of bytes that had been released when the count began.
    fn promise(&self, root: &Root, more: u64, room: Option<(u64, u64, u64)>) -> bool {
        let mut accounts = self.accounts();
        let promised = accounts.entry(root.clone()).or_default();
        let fits = room.is_none_or(|(limit, used, let_go)| {
            let meanwhile = promised.let_go - let_go;
            [promised.bytes, meanwhile, more].into_iter().fold(used, u64::saturating_add) <= limit
        });
        if fits {
            promised.bytes = promised.bytes.saturating_add(more);
        }
        fits
    }

    fn let_go(&self, root: &Root, bytes: u64) {
        if let Some(promised) = self.accounts().get_mut(root) {
            promised.bytes = promised.bytes.saturating_sub(bytes);
            promised.let_go = promised.let_go.saturating_add(bytes);
        }
    }
}

impl Reserved {
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The root that stores them.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Moves all of it to a new reservation.
    pub fn take(&mut self) -> Reserved {
        Reserved {
            reservations: Arc::clone(&self.reservations),
            root: self.root.clone(),
            bytes: std::mem::take(&mut self.bytes),
        }
    }

    /// Moves all of it to a new reservation for a root, to which the content may have moved
    /// meanwhile.
    pub fn take_for(&mut self, root: &Root) -> Reserved {
        let reservations = Arc::clone(&self.reservations);
        let mut taken = Reserved { reservations, root: root.clone(), bytes: 0 };
        taken.absorb(self.take());
        taken
    }

    /// Adds another reservation to this one. If it is for another root, it counts for this one's
    /// from now on.
    pub fn absorb(&mut self, mut other: Reserved) {
        if other.root == self.root {
            self.bytes = self.bytes.saturating_add(std::mem::take(&mut other.bytes));
        } else {
            self.reservations.promise(&self.root, other.bytes, None);
            self.bytes = self.bytes.saturating_add(other.bytes);
        }
    }

    /// Releases the bytes beyond this number.
    pub fn shrink_to(&mut self, bytes: u64) {
        let more = self.bytes.saturating_sub(bytes);
        self.reservations.let_go(&self.root, more);
        self.bytes -= more;
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.shrink_to(0);
    }
}

impl Cloud {
    /// Reserves room for content that an account is about to store.
    ///
    /// # Errors
    /// `Code::Full` if the account would exceed its limit, or if too little space would stay free
    /// on the disk.
    pub(in crate::domain) fn reserve(&self, root: &Root, bytes: u64) -> Result<Reserved> {
        let mut reserved = self.reserve_nothing(root);
        self.reserve_more(&mut reserved, bytes)?;
        Ok(reserved)
    }

    /// As [`Cloud::reserve`], to enlarge a reservation.
    pub(in crate::domain) fn reserve_more(&self, reserved: &mut Reserved, more: u64) -> Result<()> {
        let volume = self.volumes.of_root(&reserved.root)?;
        self.check_free_space(&volume, more)?;
        self.reserve_of_limit(reserved, more)
    }

    /// As [`Cloud::reserve`], for a copy. On the disk it needs no space for the holes of files, if
    /// the disk supports holes; for the limit, the length of the files counts, as in usage.
    pub(in crate::domain) fn reserve_for_copy(&self, root: &Root, held: &Usage) -> Result<Reserved> {
        let volume = self.volumes.of_root(root)?;
        let has_holes = volume.abilities().is_some_and(|abilities| abilities.is_sparse);
        self.check_free_space(&volume, if has_holes { held.bytes_without_holes } else { held.bytes })?;
        self.reserve_for_move(root, held.bytes)
    }

    fn check_free_space(&self, volume: &Volume, more: u64) -> Result<()> {
        let floor = u64::from(self.config().free_space_floor_mb.0) * MIB;
        if volume.free_space()?.available >= more.saturating_add(floor) {
            return Ok(());
        }
        let sentence = format!(
            "There is not enough room on the disk: {} must stay free. Empty the recycle bin, or delete or move away \
             something large.",
            size_text(floor)
        );
        Err(Error::new(Code::Full, sentence))
    }

    /// As [`Cloud::reserve_more`], for content of unknown length: more is reserved than has
    /// arrived.
    pub(in crate::domain) fn reserve_up_to(&self, reserved: &mut Reserved, arrived: u64) -> Result<()> {
        let Some(more) = arrived.checked_sub(reserved.bytes()).filter(|more| *more > 0) else {
            return Ok(());
        };
        let grown = self.reserve_more(reserved, more.max(GROWTH_BYTES));
        grown.or_else(|_| self.reserve_more(reserved, more))
    }

    /// As [`Cloud::reserve`], for content that is on the disk already and only moves to another
    /// account.
    pub(in crate::domain) fn reserve_for_move(&self, root: &Root, bytes: u64) -> Result<Reserved> {
        let mut reserved = self.reserve_nothing(root);
        self.reserve_of_limit(&mut reserved, bytes)?;
        Ok(reserved)
    }

    /// Reserves bytes that were reserved before the last stop, even beyond the present limits.
    pub(in crate::domain) fn reserve_unasked(&self, root: &Root, bytes: u64) -> Reserved {
        let mut reserved = self.reserve_nothing(root);
        self.reservations.promise(root, bytes, None);
        reserved.bytes = bytes;
        reserved
    }

    pub(in crate::domain) fn reserve_nothing(&self, root: &Root) -> Reserved {
        Reserved { reservations: Arc::clone(&self.reservations), root: root.clone(), bytes: 0 }
    }

    /// Reserves room within the account's limit, without regard to the disk.
    pub(in crate::domain) fn reserve_of_limit(&self, reserved: &mut Reserved, more: u64) -> Result<()> {
        // The caller needs no more room.
        if more == 0 {
            return Ok(());
        }
        let root = reserved.root.clone();
        let account = match root {
            Root::Account(id) => self.store.read(|read| users::by_id(read, id))?,
            Root::Volume(_) => None,
        };
        let limited = match account {
            Some(account) => Some((self.view().storage_limit(&account)?, account)),
            None => None,
        };
        let Some((limit, account)) = limited.filter(|(limit, _)| *limit > 0) else {
            self.reservations.promise(&root, more, None);
            reserved.bytes += more;
            return Ok(());
        };
        let mut left = 0;
        for _ in 0..COUNTS_MAX {
            let let_go = self.reservations.of(&root).let_go;
            let used = self.stored_usage(&account.name)?.bytes();
            left = limit.saturating_sub(used);
            if self.reservations.promise(&root, more, Some((limit, used, let_go))) {
                reserved.bytes += more;
                return Ok(());
            }
            if self.reservations.of(&root).let_go == let_go {
                break;
            }
        }
        Err(Error::new(
            Code::Full,
            format!(
                "This would exceed the storage limit of {}. Empty the recycle bin, or delete something.",
                size_text(limit)
            ),
        )
        .for_reason(Reason::StorageLimit { limit, left }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: Root = Root::Account(1);

    #[test]
    fn what_was_let_go_during_a_count_still_counts() {
        let reservations = Arc::new(Reservations::default());
        let before = reservations.of(&ANNA).let_go;
        assert!(reservations.promise(&ANNA, 60, Some((100, 0, before))));
        assert!(!reservations.promise(&ANNA, 60, Some((100, 0, before))), "both are too much");
        // The first is stored while the second counts, which therefore sees nothing of it.
        reservations.let_go(&ANNA, 60);
        assert!(!reservations.promise(&ANNA, 60, Some((100, 0, before))));
        let now = reservations.of(&ANNA).let_go;
        assert!(!reservations.promise(&ANNA, 60, Some((100, 60, now))));
        assert!(reservations.promise(&ANNA, 40, Some((100, 60, now))));
    }

    #[test]
    fn a_reservation_is_let_go_once() {
        let reservations = Arc::new(Reservations::default());
        let of = |bytes| {
            assert!(reservations.promise(&ANNA, bytes, None));
            Reserved { reservations: Arc::clone(&reservations), root: ANNA, bytes }
        };
        let (mut one, two) = (of(10), of(5));
        one.absorb(two);
        assert_eq!((one.bytes(), reservations.of(&ANNA).bytes), (15, 15));
        // One of another root counts here from now on, and there no longer.
        let bob = Root::Account(2);
        assert!(reservations.promise(&bob, 3, None));
        one.absorb(Reserved { reservations: Arc::clone(&reservations), root: bob.clone(), bytes: 3 });
        assert_eq!((one.bytes(), reservations.of(&ANNA).bytes, reservations.of(&bob).bytes), (18, 18, 0));
        let mut one = one.take_for(&bob).take_for(&ANNA);
        assert_eq!((one.bytes(), reservations.of(&ANNA).bytes, reservations.of(&bob).bytes), (18, 18, 0));
        one.shrink_to(12);
        assert_eq!(reservations.of(&ANNA).bytes, 12);
        drop(one);
        let end = reservations.of(&ANNA);
        assert_eq!((end.bytes, end.let_go), (0, 36));
    }
}
