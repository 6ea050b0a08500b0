//! What may still be stored: each account's limit for its own files, and the room that stays free on each disk. Whatever is on its way holds
//! a reservation, so that many uploads and copies at once are together no more than each of them after the other.

use crate::base::guarded::Guarded;
use crate::base::root::Root;
use crate::base::size::size_text;
use crate::domain::Cloud;
use crate::error::{Code, Error, Reason, Result};
use crate::store::users;
use std::collections::HashMap;
use std::sync::{Arc, MutexGuard};

const MIB: u64 = 1024 * 1024;
/// Bytes that are reserved together for what has no known length.
const GROWTH_BYTES: u64 = 8 * MIB;
/// How often an account is counted again because something was stored meanwhile.
const COUNTS_MAX: usize = 4;

/// The bytes that are promised, by what they are stored in.
#[derive(Default)]
pub struct Reservations {
    accounts: Guarded<HashMap<Root, Promised>>,
}

#[derive(Clone, Copy, Default)]
struct Promised {
    bytes: u64,
    /// All that was ever let go: what was stored while an account was being counted may be missing in the count.
    let_go: u64,
}

/// Bytes promised to something on its way. They are let go when it is dropped, which must not be before what was stored
/// can be counted.
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

    /// Promises bytes if they fit below a limit together with what an account holds by a count that began when this
    /// much had been let go.
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

    /// In what it is stored.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Hands all of it on.
    pub fn take(&mut self) -> Reserved {
        Reserved {
            reservations: Arc::clone(&self.reservations),
            root: self.root.clone(),
            bytes: std::mem::take(&mut self.bytes),
        }
    }

    /// Takes over another reservation of the same account.
    pub fn absorb(&mut self, mut other: Reserved) {
        self.bytes = self.bytes.saturating_add(std::mem::take(&mut other.bytes));
    }

    /// Lets go what is more than this.
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
    /// Promises an account room for what is about to be stored.
    ///
    /// # Errors
    /// `Code::Full` when that would be more than the account may hold, or too little room would be left on the disk.
    pub(in crate::domain) fn reserve(&self, root: &Root, bytes: u64) -> Result<Reserved> {
        let mut reserved = self.reserve_nothing(root);
        self.reserve_more(&mut reserved, bytes)?;
        Ok(reserved)
    }

    /// As [`Cloud::reserve`], for what grows.
    pub(in crate::domain) fn reserve_more(&self, reserved: &mut Reserved, more: u64) -> Result<()> {
        let floor = u64::from(self.config().free_space_floor_mb.0) * MIB;
        if self.volumes.of_root(&reserved.root)?.free_space()?.available < more.saturating_add(floor) {
            return Err(Error::new(
                Code::Full,
                format!(
                    "There is not enough room on the disk: {} must stay free. Empty the recycle bin, or delete or move away \
                     something large.",
                    size_text(floor)
                ),
            ));
        }
        self.reserve_of_limit(reserved, more)
    }

    /// As [`Cloud::reserve_more`], for bytes whose end nobody knows: some more are reserved than have arrived.
    pub(in crate::domain) fn reserve_up_to(&self, reserved: &mut Reserved, arrived: u64) -> Result<()> {
        let Some(more) = arrived.checked_sub(reserved.bytes()).filter(|more| *more > 0) else {
            return Ok(());
        };
        let grown = self.reserve_more(reserved, more.max(GROWTH_BYTES));
        grown.or_else(|_| self.reserve_more(reserved, more))
    }

    /// As [`Cloud::reserve`], for what is on the disk already and only comes to another account.
    pub(in crate::domain) fn reserve_for_move(&self, root: &Root, bytes: u64) -> Result<Reserved> {
        let mut reserved = self.reserve_nothing(root);
        self.reserve_of_limit(&mut reserved, bytes)?;
        Ok(reserved)
    }

    /// What was promised before the last stop, whatever the limits are now.
    pub(in crate::domain) fn reserve_unasked(&self, root: &Root, bytes: u64) -> Reserved {
        let mut reserved = self.reserve_nothing(root);
        self.reservations.promise(root, bytes, None);
        reserved.bytes = bytes;
        reserved
    }

    pub(in crate::domain) fn reserve_nothing(&self, root: &Root) -> Reserved {
        Reserved { reservations: Arc::clone(&self.reservations), root: root.clone(), bytes: 0 }
    }

    /// Promises room within the account's limit, whatever the disk has.
    pub(in crate::domain) fn reserve_of_limit(&self, reserved: &mut Reserved, more: u64) -> Result<()> {
        // What has its room already is not asked again.
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
        for _ in 0..COUNTS_MAX {
            let let_go = self.reservations.of(&root).let_go;
            let used = self.stored_usage(&account.name)?.bytes();
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
        .for_reason(Reason::Quota))
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
        one.shrink_to(12);
        assert_eq!(reservations.of(&ANNA).bytes, 12);
        drop(one);
        let end = reservations.of(&ANNA);
        assert_eq!((end.bytes, end.let_go), (0, 15));
    }
}
