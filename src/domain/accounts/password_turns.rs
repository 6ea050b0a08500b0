//! Turns for hashing passwords, which takes 9 MiB and a good part of a second: two at a time, in turn by network. Those who
//! have signed in from their network before go first.

use crate::base::limits::{HASHES_AT_ONCE_MAX, HASHES_WAITING_MAX};
use crate::base::network::Network;
use crate::domain::runtime::fair_turns::{self, FairTurns};
use crate::error::{Code, Error, Result};
use std::time::Duration;

/// Longer than so many hashes take on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(600);

/// Who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiter {
    pub network: Option<Network>,
    /// Whether somebody has signed in to the account from there before.
    pub is_known: bool,
}

impl Waiter {
    /// The server itself, or somebody who is signed in.
    pub fn of_the_server() -> Waiter {
        Waiter { network: None, is_known: true }
    }
}

pub struct Turns(FairTurns<Option<Network>>);

pub type Turn<'a> = fair_turns::Turn<'a, Option<Network>>;

impl Default for Turns {
    fn default() -> Turns {
        Turns(FairTurns::new(HASHES_AT_ONCE_MAX, HASHES_WAITING_MAX))
    }
}

impl Turns {
    /// Waits for a turn.
    ///
    /// # Errors
    /// `Code::Busy` when too many wait, and others have more right to.
    pub fn take(&self, waiter: Waiter) -> Result<Turn<'_>> {
        let waiter = fair_turns::Waiter { group: waiter.network, is_preferred: waiter.is_known };
        self.0.take(waiter, PATIENCE).ok_or_else(|| {
            Error::new(Code::Busy, "Too many people sign in at once. Please try again in a moment.")
        })
    }
}
