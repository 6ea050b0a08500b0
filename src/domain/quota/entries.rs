//! Limits the number of files and folders of an account. They are not counted for each new one: a
//! count grants as many as the limit leaves, and they are counted again when these are used up.

use crate::base::guarded::Guarded;
use crate::base::path::CloudPath;
use crate::base::root::Root;
use crate::disk::{Location, Usage};
use crate::domain::Cloud;
use crate::error::{Code, Error, Reason, Result};
use crate::store::{trash, users};
use std::collections::HashMap;
use std::sync::MutexGuard;
use std::time::{Duration, Instant};

/// The part of the limit that an account may use before its first count after a start.
const UNCOUNTED_SHARE: u64 = 200;
/// After a count that leaves nothing, the next count waits this factor times its duration: counting
/// millions keeps a disk busy.
const REST_SHARE: u32 = 50;

/// Folders of a bin that are read from the database at once.
const BIN_FOLDERS_AT_ONCE: usize = 1000;

/// The grants of accounts, by their ids.
#[derive(Default)]
pub struct EntryGrants {
    accounts: Guarded<HashMap<i64, Grant>>,
}

#[derive(Clone, Copy, Default)]
struct Grant {
    /// The limit at the time of the count.
    limit: u64,
    left: u64,
    /// The number of entries that were ever counted here. A count that was running at that time may
    /// not contain them.
    taken: u64,
    /// No new count begins before this time.
    rests_until: Option<Instant>,
}

enum Answer {
    Taken,
    Refused,
    /// All must be counted; this many were taken so far.
    Count(u64),
}

impl EntryGrants {
    fn accounts(&self) -> MutexGuard<'_, HashMap<i64, Grant>> {
        self.accounts.lock()
    }

    fn take(&self, account: i64, limit: u64, more: u64) -> Answer {
        let mut accounts = self.accounts();
        let grant = accounts.entry(account).or_insert(Grant {
            limit,
            left: limit / UNCOUNTED_SHARE,
            ..Grant::default()
        });
        if grant.limit == limit && grant.left >= more {
            grant.left -= more;
            grant.taken += more;
            return Answer::Taken;
        }
        let rests = grant.limit == limit && grant.rests_until.is_some_and(|until| Instant::now() < until);
        if rests { Answer::Refused } else { Answer::Count(grant.taken) }
    }

    /// Takes from the result of a count. `count` is the number that was taken when it began, its
    /// result, and its duration.
    fn take_counted(&self, account: i64, limit: u64, more: u64, count: (u64, u64, Duration)) -> bool {
        let (counted, taken_before, lasted) = count;
        let mut accounts = self.accounts();
        let grant = accounts.entry(account).or_default();
        let meanwhile = grant.taken.saturating_sub(taken_before);
        let left = limit.saturating_sub(counted.saturating_add(meanwhile));
        let fits = more <= left;
        let taken = if fits { more } else { 0 };
        *grant = Grant {
            limit,
            left: left - taken,
            taken: grant.taken + taken,
            rests_until: (!fits).then(|| Instant::now() + lasted.saturating_mul(REST_SHARE)),
        };
        fits
    }
}

/// The number of entries of something: itself and everything below it.
pub(in crate::domain) fn entries(held: &Usage) -> u64 {
    // A file is included in the count of files, a folder is not in that of folders.
    let is_folder = held.levels > 0 || held.files == 0;
    held.files.saturating_add(held.folders).saturating_add(u64::from(is_folder))
}

impl Cloud {
    /// Takes entries that an account is about to make: files, folders, and versions.
    ///
    /// # Errors
    /// `Code::Full` if the account would have more than the setting allows.
    pub(in crate::domain) fn take_entries(&self, root: &Root, more: u64) -> Result<()> {
        let limit = u64::from(self.config().entries_per_account_max.0);
        let Root::Account(id) = *root else { return Ok(()) };
        if limit == 0 || more == 0 {
            return Ok(());
        }
        let is_taken = match self.entry_grants.take(id, limit, more) {
            Answer::Taken => true,
            Answer::Refused => false,
            Answer::Count(taken) => {
                let begun = Instant::now();
                // Files without an account are staged, not stored yet.
                let Some(account) = self.store.read(|read| users::by_id(read, id))? else { return Ok(()) };
                let counted = self.count_entries(root, &account.name)?;
                let count = (counted, taken, begun.elapsed());
                self.entry_grants.take_counted(id, limit, more, count)
            }
        };
        if is_taken {
            return Ok(());
        }
        Err(Error::new(
            Code::Full,
            format!(
                "An account can have {limit} files and folders, old versions and the recycle bin included. Please empty the recycle \
                 bin, or remove something permanently, and try again in some minutes."
            ),
        )
        .for_reason(Reason::Quota))
    }

    fn count_entries(&self, root: &Root, account: &str) -> Result<u64> {
        let held = self.stored_usage(account)?;
        let mut count = held.live.files + held.live.folders + held.versions + held.bin_files;
        let (volume, mut last) = (self.volumes.of_root(root)?, String::new());
        loop {
            let ids = self.store.read(|read| trash::folders_after(read, root, &last, BIN_FOLDERS_AT_ONCE))?;
            for id in &ids {
                count += entries(&volume.usage(Location::Trash(id, &CloudPath::root()))?);
            }
            match ids.into_iter().last() {
                Some(id) => last = id,
                None => return Ok(count),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: i64 = 1;
    const LIMIT: u64 = 2000;

    fn count(counted: u64, taken: u64) -> (u64, u64, Duration) {
        (counted, taken, Duration::from_secs(60))
    }

    #[test]
    fn a_few_are_granted_before_the_first_count_and_then_what_the_limit_leaves() {
        let grants = EntryGrants::default();
        assert!(matches!(grants.take(ANNA, LIMIT, 10), Answer::Taken));
        assert!(matches!(grants.take(ANNA, LIMIT, 1), Answer::Count(10)));
        assert!(grants.take_counted(ANNA, LIMIT, 1, count(1990, 10)));
        assert!(matches!(grants.take(ANNA, LIMIT, 9), Answer::Taken));
        assert!(matches!(grants.take(ANNA, LIMIT, 1), Answer::Count(20)));
        assert!(matches!(grants.take(2, LIMIT, 10), Answer::Taken), "another account");
    }

    #[test]
    fn what_was_made_during_a_count_counts() {
        let grants = EntryGrants::default();
        assert!(grants.take_counted(ANNA, LIMIT, 0, count(1000, 0)));
        assert!(matches!(grants.take(ANNA, LIMIT, 900), Answer::Taken));
        // This count began before any of the 900 entries was there.
        assert!(!grants.take_counted(ANNA, LIMIT, 101, count(1000, 0)));
        assert!(matches!(grants.take(ANNA, LIMIT, 100), Answer::Taken), "what fits is granted");
    }

    #[test]
    fn a_refusal_rests_until_another_limit_is_set() {
        let grants = EntryGrants::default();
        assert!(!grants.take_counted(ANNA, LIMIT, 1, count(LIMIT, 0)));
        assert!(matches!(grants.take(ANNA, LIMIT, 1), Answer::Refused));
        assert!(matches!(grants.take(ANNA, LIMIT + 1, 1), Answer::Count(0)));
        let over = (LIMIT, 0, Duration::ZERO);
        assert!(!grants.take_counted(ANNA, LIMIT, 1, over));
        assert!(
            matches!(grants.take(ANNA, LIMIT, 1), Answer::Count(0)),
            "a quick count is made again at once"
        );
    }
}
