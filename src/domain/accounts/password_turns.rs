//! Turns for hashing passwords. A hash takes 9 MiB and a good part of a second, so only two are
//! made at a time, and networks take turns. Networks from which somebody has signed in to the
//! account before go first, and one of the two turns is theirs alone: strangers who try passwords
//! without end then take neither all processors of a small machine nor all turns.

use crate::base::limits::{HASHES_AT_ONCE_MAX, HASHES_FOR_KNOWN, HASHES_WAITING_MAX};
use crate::base::network::Network;
use crate::domain::runtime::fair_turns::{self, FairTurns};
use crate::error::{Code, Error, Result};
use std::time::Duration;

/// The longest wait for a turn. Even on the slowest machine, all callers before this one are done
/// earlier.
const PATIENCE: Duration = Duration::from_secs(600);

/// The caller that waits for a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiter {
    pub network: Option<Network>,
    /// True if somebody has signed in to the account from this network before.
    pub is_known: bool,
}

impl Waiter {
    /// A waiter for the server itself, or for a signed-in user.
    pub fn of_the_server() -> Waiter {
        Waiter { network: None, is_known: true }
    }
}

pub struct Turns(FairTurns<Option<Network>>);

pub type Turn<'a> = fair_turns::Turn<'a, Option<Network>>;

impl Default for Turns {
    fn default() -> Turns {
        Turns(FairTurns::new(HASHES_AT_ONCE_MAX, HASHES_WAITING_MAX).keeping(HASHES_FOR_KNOWN))
    }
}

impl Turns {
    /// Waits for a turn.
    ///
    /// # Errors
    /// `Code::Busy` if too many callers wait and this one has no better right to a turn.
    pub fn take(&self, waiter: Waiter) -> Result<Turn<'_>> {
        let waiter = fair_turns::Waiter { group: waiter.network, is_preferred: waiter.is_known };
        self.0.take(waiter, PATIENCE).ok_or_else(|| {
            Error::new(Code::Busy, "Too many people sign in at once. Please try again in a moment.")
        })
    }
}
