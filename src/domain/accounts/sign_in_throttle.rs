//! Slows down the guessing of passwords and codes without locking anybody out for long.
//!
//! Guesses are counted in three ways: for an account from one network, for a network, and for an
//! account from all networks from which nobody has signed in to it before. Beyond a handful, each
//! further guess doubles the wait, up to a minute. A guess counts from its beginning, so that many
//! guesses at once do not pass. A right guess is not counted. A network from which somebody has
//! signed in to the account before is slowed down by its own guesses only, so that strangers cannot
//! keep the family out.

use crate::base::guarded::Guarded;
use crate::base::limits::{GUESS_COUNTS_MAX, GUESS_WAIT_MAX, GUESSES_FORGOTTEN_AFTER};
use crate::base::network::Network;
use crate::base::text::counted;
use crate::error::{Code, Error, Reason, Result};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::MutexGuard;
use std::time::{Duration, Instant};

/// Number of guesses without any wait.
const FREE_OF_SUBJECT_AND_NETWORK: u32 = 8;
const FREE_OF_NETWORK: u32 = 40;
const FREE_OF_ACCOUNT: u32 = 40;

/// The secret that is guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject<'a> {
    /// The password of an account, whether its name or its e-mail address is given.
    Account(i64),
    /// The password for a name that no account has.
    Nobody(&'a str),
    /// The second factor of an account.
    SecondFactor(i64),
    /// A pairing code. It cannot be guessed in any time, so each network waits only for its own
    /// guesses.
    PairingCode,
    /// The secret of a one-time link. Here, too, each network waits only for its own guesses.
    OneTimeLink,
    /// Requests for a link by mail.
    MailedLink,
    /// New accounts, and questions whether a name is free.
    SignUp,
    /// Requests of devices, and guesses of device ids.
    DeviceRequest,
    SetupCode,
    /// The token in the address of a link. Here, too, each network waits only for its own guesses.
    LinkToken,
    /// The password of a link, by the path of the link, which need not exist.
    LinkPassword(&'a str),
}

/// A guesser and the secret that is guessed.
#[derive(Clone, Copy, Debug)]
pub struct Guesser<'a> {
    pub subject: Subject<'a>,
    pub network: Network,
    /// True if somebody has signed in to the account from this network before.
    pub is_known: bool,
}

#[derive(Default)]
pub struct Throttle {
    /// Hashes names, because strangers choose their length. It is random, so that nobody can find
    /// names with the same hash.
    hasher: RandomState,
    counts: Guarded<HashMap<u64, Count>>,
}

#[derive(Hash)]
enum Key<'a> {
    Both(Subject<'a>, Network),
    Network(Network),
    Account(Subject<'a>),
}

#[derive(Clone, Copy)]
struct Count {
    guesses: u32,
    last: Instant,
}

/// A guess that has begun. It counts as wrong until the caller says that it was right or was not
/// made.
#[must_use]
pub struct Guess<'a> {
    throttle: &'a Throttle,
    begun: Instant,
    /// The key of each count, and the time of the guess before this one.
    counted: Vec<(u64, Option<Instant>)>,
}

impl<'a> Guesser<'a> {
    /// A guesser of a code.
    pub fn of_code(subject: Subject<'a>, address: IpAddr) -> Guesser<'a> {
        Guesser { subject, network: Network::of_caller(address), is_known: false }
    }

    /// The keys of the counts for a guess, each with its number of free guesses. The guesser's own
    /// count comes first.
    fn keys(&self, hasher: &RandomState) -> Vec<(u64, u32)> {
        let mut keys = vec![(Key::Both(self.subject, self.network), FREE_OF_SUBJECT_AND_NETWORK)];
        let is_guessable = matches!(
            self.subject,
            Subject::Account(_) | Subject::Nobody(_) | Subject::SecondFactor(_) | Subject::LinkPassword(_)
        );
        if is_guessable && !self.is_known {
            keys.push((Key::Network(self.network), FREE_OF_NETWORK));
            keys.push((Key::Account(self.subject), FREE_OF_ACCOUNT));
        }
        keys.into_iter().map(|(key, free)| (hasher.hash_one(key), free)).collect()
    }
}

impl Throttle {
    /// Checks that a guess need not wait, before it takes a turn. The guess must still be begun.
    ///
    /// # Errors
    /// `Code::Busy` with the seconds to wait.
    pub fn check(&self, guesser: &Guesser<'_>) -> Result<()> {
        let keys = guesser.keys(&self.hasher);
        admit(&self.counts(), &keys, Instant::now())
    }

    /// Begins a guess.
    ///
    /// # Errors
    /// As [`Throttle::check`].
    pub fn begin(&self, guesser: &Guesser<'_>) -> Result<Guess<'_>> {
        let begun = Instant::now();
        let keys = guesser.keys(&self.hasher);
        let mut counts = self.counts();
        admit(&counts, &keys, begun)?;
        let counted = keys.into_iter().map(|(key, _)| {
            let before = counts.get(&key).copied().filter(|count| !count.is_forgotten(begun));
            let guesses = before.map_or(0, |count| count.guesses).saturating_add(1);
            counts.insert(key, Count { guesses, last: begun });
            (key, before.map(|count| count.last))
        });
        let counted = counted.collect();
        bound(&mut counts, begun);
        Ok(Guess { throttle: self, begun, counted })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<u64, Count>> {
        self.counts.lock()
    }
}

impl Guess<'_> {
    /// Notes that the guess was right, and forgets the wrong guesses of the same secret from the
    /// same network.
    pub fn was_right(self) {
        let own = self.counted.first().map(|(key, _)| *key);
        let throttle = self.throttle;
        self.was_not_made();
        own.and_then(|own| throttle.counts().remove(&own));
    }

    /// Notes that the guess was not made.
    pub fn was_not_made(self) {
        let mut counts = self.throttle.counts();
        for (key, before) in &self.counted {
            let Some(count) = counts.get_mut(key) else { continue };
            count.guesses = count.guesses.saturating_sub(1);
            match before {
                // Nobody has guessed meanwhile.
                Some(before) if count.last == self.begun => count.last = *before,
                _ => {}
            }
            if count.guesses == 0 {
                counts.remove(key);
            }
        }
    }
}

impl Count {
    fn is_forgotten(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) >= GUESSES_FORGOTTEN_AFTER
    }

    fn wait(&self, free: u32, now: Instant) -> Duration {
        if self.is_forgotten(now) || self.guesses < free {
            return Duration::ZERO;
        }
        let doublings = (self.guesses - free).min(6);
        let wait = Duration::from_secs(1 << doublings).min(GUESS_WAIT_MAX);
        wait.saturating_sub(now.saturating_duration_since(self.last))
    }
}

fn admit(counts: &HashMap<u64, Count>, keys: &[(u64, u32)], now: Instant) -> Result<()> {
    let waits = keys.iter().filter_map(|(key, free)| counts.get(key).map(|count| count.wait(*free, now)));
    let wait = waits.max().unwrap_or_default();
    if wait.is_zero() {
        return Ok(());
    }
    let seconds = wait.as_secs() + 1;
    let wait = counted(seconds, "second", "seconds");
    let sentence = format!("Too many wrong passwords or codes. Please wait {wait} and try again.");
    Err(Error::new(Code::Busy, sentence).for_reason(Reason::Wait(seconds)))
}

/// Forgets old counts and, if there are still too many, the older half.
fn bound(counts: &mut HashMap<u64, Count>, now: Instant) {
    if counts.len() > GUESS_COUNTS_MAX {
        counts.retain(|_, count| !count.is_forgotten(now));
    }
    if counts.len() > GUESS_COUNTS_MAX {
        let mut times: Vec<Instant> = counts.values().map(|count| count.last).collect();
        times.sort_unstable();
        let middle = times[times.len() / 2];
        counts.retain(|_, count| count.last > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guesser(account: i64, address: &str, is_known: bool) -> Guesser<'static> {
        let network = Network::of_caller(address.parse().unwrap());
        Guesser { subject: Subject::Account(account), network, is_known }
    }

    fn fail(throttle: &Throttle, guesser: &Guesser<'_>) -> bool {
        throttle.begin(guesser).map(drop).is_ok()
    }

    #[test]
    fn a_handful_is_free_and_then_it_slows_down() {
        let throttle = Throttle::default();
        let home = guesser(1, "192.168.1.2", false);
        assert!((0..FREE_OF_SUBJECT_AND_NETWORK).all(|_| fail(&throttle, &home)));
        assert_eq!(throttle.check(&home).unwrap_err().code, Code::Busy);
        throttle.check(&guesser(2, "192.168.1.2", false)).unwrap();
        throttle.check(&guesser(1, "192.168.1.3", false)).unwrap();
    }

    #[test]
    fn guesses_that_are_all_under_way_count() {
        let throttle = Throttle::default();
        let home = guesser(1, "192.168.1.2", true);
        let under_way: Vec<_> = (0..129).filter_map(|_| throttle.begin(&home).ok()).collect();
        assert_eq!(under_way.len(), FREE_OF_SUBJECT_AND_NETWORK as usize);
    }

    #[test]
    fn right_guesses_and_those_that_were_not_made_are_given_back() {
        let throttle = Throttle::default();
        let network = "192.168.1.2";
        for number in 0..200 {
            throttle.begin(&guesser(number, network, false)).unwrap().was_right();
            throttle.begin(&guesser(1, network, false)).unwrap().was_not_made();
        }
        assert!(throttle.counts().is_empty());
        let stranger = guesser(1, network, false);
        assert!((1..FREE_OF_SUBJECT_AND_NETWORK).all(|_| fail(&throttle, &stranger)));
        throttle.begin(&stranger).unwrap().was_not_made();
        assert!(fail(&throttle, &stranger) && !fail(&throttle, &stranger));
    }

    #[test]
    fn strangers_do_not_keep_out_who_has_signed_in_before() {
        let throttle = Throttle::default();
        for number in 0..200 {
            fail(&throttle, &guesser(1, &format!("10.0.0.{number}"), false));
        }
        throttle.check(&guesser(1, "192.168.1.2", true)).unwrap();
        throttle.check(&guesser(1, "10.0.0.1", true)).unwrap();
        assert!(throttle.check(&guesser(1, "10.0.1.1", false)).is_err());
    }

    #[test]
    fn codes_wait_by_network_alone() {
        let throttle = Throttle::default();
        for subject in [Subject::SetupCode, Subject::PairingCode] {
            for number in 0..200 {
                let address = format!("10.0.{}.{}", number / 20, number % 20).parse().unwrap();
                assert!(fail(&throttle, &Guesser::of_code(subject, address)));
            }
            let guesser = Guesser::of_code(subject, "10.1.0.1".parse().unwrap());
            assert!((0..FREE_OF_SUBJECT_AND_NETWORK).all(|_| fail(&throttle, &guesser)));
            assert!(!fail(&throttle, &guesser));
        }
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one() {
        let throttle = Throttle::default();
        for number in 0..200 {
            fail(&throttle, &guesser(number, &format!("2001:db8::{number:x}"), false));
        }
        assert!(throttle.check(&guesser(999, "2001:db8::ffff", false)).is_err());
        throttle.check(&guesser(999, "2001:db8:0:1::1", false)).unwrap();
    }

    #[test]
    fn the_counts_are_bounded() {
        let throttle = Throttle::default();
        for number in 0..3 * GUESS_COUNTS_MAX {
            let name = format!("user{number}");
            let address = IpAddr::from([10, (number >> 16) as u8, (number >> 8) as u8, number as u8]);
            let guesser =
                Guesser { subject: Subject::Nobody(&name), ..Guesser::of_code(Subject::SetupCode, address) };
            fail(&throttle, &guesser);
            assert!(throttle.counts().len() <= GUESS_COUNTS_MAX);
        }
    }
}
