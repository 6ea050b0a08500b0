//! Slows down guessing of passwords without locking anybody out for long.
//!
//! Three counts of failures: of an account from an address, of an address, and of an account from all addresses that never
//! signed in to it. Beyond a handful each further failure doubles the wait, up to a minute. A place that has signed in
//! to the account before is only held up by its own failures, so a stranger cannot keep the family out.

use crate::error::{Code, Error, Reason, Result};
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Failures without any wait.
const FREE_OF_ACCOUNT_AND_ADDRESS: u32 = 8;
const FREE_OF_ADDRESS: u32 = 40;
const FREE_OF_ACCOUNT: u32 = 40;
const WAIT_MAX: Duration = Duration::from_secs(60);
/// A count without a failure for so long is forgotten.
const FORGET_AFTER: Duration = Duration::from_secs(15 * 60);
/// Counts and known places in memory; beyond this the oldest are forgotten.
const COUNTS_MAX: usize = 4096;

#[derive(Default)]
pub struct Throttle {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    counts: HashMap<Key, Count>,
    known: HashSet<(String, u128)>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Both(String, u128),
    Address(u128),
    Account(String),
}

struct Count {
    failures: u32,
    last: Instant,
}

impl Throttle {
    /// Whether a password may be tried now.
    ///
    /// # Errors
    /// `Code::Busy` with the seconds to wait.
    pub fn admit(&self, account: &str, address: IpAddr) -> Result<()> {
        let now = Instant::now();
        let state = self.state.lock().expect("nothing panics while holding the counts");
        let place = place(address);
        let known = state.known.contains(&(account.to_owned(), place));
        let wait = keys(account, place, known)
            .into_iter()
            .filter_map(|(key, free)| state.counts.get(&key).map(|count| count.wait(free, now)))
            .max()
            .unwrap_or_default();
        if wait.is_zero() {
            return Ok(());
        }
        let seconds = wait.as_secs() + 1;
        Err(Error::new(
            Code::Busy,
            format!("Too many wrong passwords. Please wait {seconds} seconds and try again."),
        )
        .for_reason(Reason::Wait(seconds)))
    }

    pub fn failed(&self, account: &str, address: IpAddr) {
        let now = Instant::now();
        let mut state = self.state.lock().expect("nothing panics while holding the counts");
        let place = place(address);
        let known = state.known.contains(&(account.to_owned(), place));
        for (key, _) in keys(account, place, known) {
            let count = state.counts.entry(key).or_insert(Count { failures: 0, last: now });
            count.failures = count.failures.saturating_add(1);
            count.last = now;
        }
        if state.counts.len() > COUNTS_MAX {
            state.counts.retain(|_, count| now - count.last < FORGET_AFTER);
        }
        if state.counts.len() > COUNTS_MAX {
            let mut times: Vec<Instant> = state.counts.values().map(|count| count.last).collect();
            times.sort_unstable();
            let middle = times[times.len() / 2];
            state.counts.retain(|_, count| count.last > middle);
        }
    }

    pub fn succeeded(&self, account: &str, address: IpAddr) {
        let mut state = self.state.lock().expect("nothing panics while holding the counts");
        let place = place(address);
        state.counts.remove(&Key::Both(account.to_owned(), place));
        if state.known.len() >= COUNTS_MAX {
            state.known.clear();
        }
        state.known.insert((account.to_owned(), place));
    }
}

impl Count {
    fn wait(&self, free: u32, now: Instant) -> Duration {
        let since = now - self.last;
        if since >= FORGET_AFTER || self.failures < free {
            return Duration::ZERO;
        }
        let doublings = (self.failures - free).min(6);
        Duration::from_secs(1 << doublings).min(WAIT_MAX).saturating_sub(since)
    }
}

/// The counts that concern an attempt, each with the failures it has free.
fn keys(account: &str, place: u128, known: bool) -> Vec<(Key, u32)> {
    let mut keys = vec![(Key::Both(account.to_owned(), place), FREE_OF_ACCOUNT_AND_ADDRESS)];
    if !known {
        keys.push((Key::Address(place), FREE_OF_ADDRESS));
        keys.push((Key::Account(account.to_owned()), FREE_OF_ACCOUNT));
    }
    keys
}

/// One number a place: an IPv4 address, or the /64 network of an IPv6 one, in which anybody can pick addresses at will.
fn place(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_handful_is_free_and_then_it_slows_down() {
        let throttle = Throttle::default();
        let home = address("192.168.1.2");
        for _ in 0..FREE_OF_ACCOUNT_AND_ADDRESS {
            throttle.admit("anna", home).unwrap();
            throttle.failed("anna", home);
        }
        assert_eq!(throttle.admit("anna", home).unwrap_err().code, Code::Busy);
        throttle.admit("bert", home).unwrap();
        throttle.admit("anna", address("192.168.1.3")).unwrap();
    }

    #[test]
    fn strangers_do_not_keep_out_who_has_signed_in_before() {
        let throttle = Throttle::default();
        let home = address("192.168.1.2");
        throttle.succeeded("anna", home);
        for number in 0..200 {
            throttle.failed("anna", address(&format!("10.0.0.{number}")));
        }
        throttle.admit("anna", home).unwrap();
        assert!(throttle.admit("anna", address("10.0.1.1")).is_err());
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_place() {
        let throttle = Throttle::default();
        for number in 0..200 {
            throttle.failed(&format!("user{number}"), address(&format!("2001:db8::{number:x}")));
        }
        assert!(throttle.admit("somebody", address("2001:db8::ffff")).is_err());
        throttle.admit("somebody", address("2001:db8:0:1::1")).unwrap();
    }

    #[test]
    fn the_counts_are_bounded() {
        let throttle = Throttle::default();
        for number in 0..3 * COUNTS_MAX {
            throttle.failed(&format!("user{number}"), address("10.0.0.1"));
        }
        assert!(throttle.state.lock().unwrap().counts.len() <= COUNTS_MAX + 3);
    }
}
