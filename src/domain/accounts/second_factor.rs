//! The second factor of an account: the code of an authenticator app, or a recovery code, together
//! with the password.
//!
//! `sessions::insert` enforces it: it stores no session without a second factor if the account has
//! one or must have one. Pairing and device codes begin sessions in another way; they hand on
//! whether a second factor was given.

use crate::base::guarded::Guarded;
use crate::base::ids::spoken_code;
use crate::base::limits::{RECOVERY_CODES, SECOND_FACTOR_TIME};
use crate::base::network::Network;
use crate::base::secret::Secret;
use crate::base::totp::{DIGITS, Fit, TotpKey};
use crate::domain::accounts::actor::User;
use crate::domain::accounts::sessions;
use crate::domain::accounts::sign_in_throttle::{Guess, Guesser, Subject};
use crate::domain::{Call, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::{Write, known_networks, second_factors};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Instant;

/// Facts about second factors that are in memory only: a restart ends all of them.
#[derive(Default)]
pub struct SecondFactors {
    /// Keys that accounts have been shown but have not confirmed.
    offered: Guarded<HashMap<i64, Offered>>,
    /// Time steps whose codes were refused with the hint that a clock is wrong, by account. They
    /// never count: otherwise, the hint would tell an attacker which code will be right later.
    told: Guarded<HashMap<i64, Vec<i64>>>,
}

struct Offered {
    key: TotpKey,
    ends: Instant,
}

/// The second factor of an account, as its owner sees it.
pub struct FactorState {
    /// The time at which it was set up, in seconds since 1970 UTC.
    pub since: Option<i64>,
    pub recovery_codes: u64,
    pub is_required: bool,
}

/// A key that is offered to an authenticator app.
pub struct OfferedKey {
    pub text: Secret,
    /// The text of the QR code for the app.
    pub address: Secret,
}

/// A code that was found correct. The call that it allows uses it up in its transaction.
#[must_use]
pub struct GivenCode {
    account: i64,
    kind: Kind,
}

enum Kind {
    /// The code of a time step.
    Step(i64),
    /// A recovery code, by its hash.
    Recovery([u8; 32]),
    /// A code that was mailed for a sign-in, and ends with the sign-in.
    Mailed,
    /// The first code of a new key. It stores the key and these recovery codes for the account.
    First(TotpKey, i64, RecoveryCodes),
}

/// Codes for an owner who has lost the app.
#[derive(Clone)]
pub struct RecoveryCodes(Vec<Secret>);

impl RecoveryCodes {
    fn new() -> RecoveryCodes {
        RecoveryCodes((0..RECOVERY_CODES).map(|_| Secret::new(spoken_code())).collect())
    }

    /// The codes, to be shown once.
    pub fn reveal(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Secret::reveal)
    }

    fn store(&self, tx: &Write, account: i64) -> Result<()> {
        let hashes: Vec<[u8; 32]> = self.0.iter().map(|code| recovery_hash(account, code.reveal())).collect();
        second_factors::set_recovery_codes(tx, account, &hashes)
    }
}

impl GivenCode {
    /// Uses the code up.
    ///
    /// # Errors
    /// `Code::Forbidden` if it was used meanwhile, `Code::Conflict` if the account got another key
    /// meanwhile.
    pub(in crate::domain) fn use_up(self, tx: &Write) -> Result<()> {
        let is_fresh = match self.kind {
            Kind::Step(step) => second_factors::count(tx, self.account, step)?,
            Kind::Recovery(hash) => second_factors::use_recovery_code(tx, self.account, &hash)?,
            Kind::Mailed => true,
            Kind::First(key, step, codes) => {
                if second_factors::of_user(tx, self.account)?.is_some() {
                    return Err(set_up_already());
                }
                second_factors::set(tx, self.account, key.bytes(), step)?;
                codes.store(tx, self.account)?;
                true
            }
        };
        if is_fresh { Ok(()) } else { Err(used()) }
    }

    /// The recovery codes that come with a new key; `None` for other codes.
    pub(in crate::domain) fn new_recovery_codes(&self) -> Option<RecoveryCodes> {
        match &self.kind {
            Kind::First(.., codes) => Some(codes.clone()),
            _ => None,
        }
    }
}

impl CloudView<'_> {
    /// The second factor of a signed-in user.
    pub fn second_factor(&self, user: &User) -> Result<FactorState> {
        let is_required = self.requires_second_factor(user.id())?;
        self.cloud.store.read(|read| {
            let factor = second_factors::of_user(read, user.id())?;
            let recovery_codes = second_factors::recovery_codes(read, user.id())?;
            Ok(FactorState { since: factor.map(|factor| factor.created), recovery_codes, is_required })
        })
    }

    /// True if an account has a second factor.
    pub fn has_second_factor(&self, account: i64) -> Result<bool> {
        self.cloud.store.read(|read| second_factors::exists(read, account))
    }
}

impl Cloud {
    /// Makes a key for a signed-in user who wants a second factor. It counts only after one of its
    /// codes is confirmed.
    ///
    /// # Errors
    /// `Code::Forbidden` for a wrong password, `Code::Conflict` if the account has a second factor.
    pub fn offer_second_factor(&self, user: &User, password: &Secret, address: IpAddr) -> Result<OfferedKey> {
        self.check_own_password(user, password, address)?;
        if self.view().has_second_factor(user.id())? {
            return Err(set_up_already());
        }
        let (key, now) = (TotpKey::new(), Instant::now());
        let shown = self.shown(&key, user.name());
        let mut offered = self.second_factors.offered.lock();
        offered.retain(|_, offered| now < offered.ends);
        offered.insert(user.id(), Offered { key, ends: now + SECOND_FACTOR_TIME });
        Ok(shown)
    }

    pub(super) fn shown(&self, key: &TotpKey, account: &str) -> OfferedKey {
        OfferedKey { text: key.text(), address: key.address(&self.config().name, account) }
    }

    /// Sets up the offered key as the second factor of an account when its code is right, and ends
    /// the account's other sessions, which began with the password alone.
    ///
    /// # Errors
    /// `Code::Forbidden` for a wrong code, `Code::Conflict` without an offer or if the account has a second factor.
    pub fn confirm_second_factor(
        &self,
        call: &mut Call<'_>,
        user: &User,
        code: &Secret,
    ) -> Result<RecoveryCodes> {
        let offered =
            self.second_factors.offered.lock().get(&user.id()).map(|one| (one.key.clone(), one.ends));
        let Some((key, _)) = offered.filter(|(_, ends)| Instant::now() < *ends) else {
            return Err(Error::new(Code::Conflict, "This took too long. Begin again with the password."));
        };
        let (guess, given) = self.check_code(user.id(), Some(&key), None, code, call.address())?;
        let codes = given.new_recovery_codes().ok_or_else(|| Error::internal("a new key has no codes"))?;
        let signed_in = user.clone();
        call.commit(move |tx| {
            given.use_up(tx)?;
            sessions::factor_given(tx, signed_in.session())?;
            sessions::end_all(tx, signed_in.id(), Some(signed_in.session()))
        })?;
        guess.was_right();
        self.second_factors.offered.lock().remove(&user.id());
        Ok(codes)
    }

    /// Makes new recovery codes, which replace the old ones.
    ///
    /// # Errors
    /// `Code::Forbidden` for a wrong code.
    pub fn renew_recovery_codes(
        &self,
        call: &mut Call<'_>,
        user: &User,
        code: &Secret,
    ) -> Result<RecoveryCodes> {
        let (guess, given) = self.check_code(user.id(), None, None, code, call.address())?;
        let (codes, account) = (RecoveryCodes::new(), user.id());
        let stored = codes.clone();
        call.commit(move |tx| {
            given.use_up(tx)?;
            stored.store(tx, account)
        })?;
        guess.was_right();
        Ok(codes)
    }

    /// Removes the second factor of an account for its owner.
    ///
    /// # Errors
    /// `Code::Conflict` if a second factor is required, `Code::Forbidden` for a wrong code.
    pub fn remove_own_second_factor(&self, call: &mut Call<'_>, user: &User, code: &Secret) -> Result<()> {
        if self.view().requires_second_factor(user.id())? {
            return Err(Error::new(Code::Conflict, "A second factor is required of this account.")
                .for_reason(Reason::FactorRequired));
        }
        let (guess, given) = self.check_code(user.id(), None, None, code, call.address())?;
        let account = user.id();
        call.commit(move |tx| {
            given.use_up(tx)?;
            second_factors::delete(tx, account).map(drop)
        })?;
        guess.was_right();
        Ok(())
    }

    /// Checks a code of an account: by a key that it was offered, otherwise by the code that was
    /// mailed, its own key and its recovery codes. The guess counts as wrong until the caller says
    /// that it was right.
    ///
    /// # Errors
    /// `Code::Forbidden` with the fault; `Code::Busy` after too many wrong codes.
    pub(super) fn check_code(
        &self,
        account: i64,
        offered: Option<&TotpKey>,
        mailed: Option<&Secret>,
        code: &Secret,
        address: IpAddr,
    ) -> Result<(Guess<'_>, GivenCode)> {
        let network = Network::of_caller(address);
        let is_known = self.store.read(|read| known_networks::knows(read, account, network))?;
        let guesser = Guesser { subject: Subject::SecondFactor(account), network, is_known };
        let guess = self.throttle.begin(&guesser)?;
        let typed: String = code.reveal().chars().filter(|letter| letter.is_alphanumeric()).collect();
        let kind = match offered {
            Some(key) => {
                let step = self.fitting_step(account, key, &Secret::new(typed), i64::MIN)?;
                Kind::First(key.clone(), step, RecoveryCodes::new())
            }
            None if mailed.is_some_and(|mailed| mailed.matches(&typed)) => Kind::Mailed,
            None if typed.len() == DIGITS => {
                let factor = self.store.read(|read| second_factors::of_user(read, account))?;
                let factor = factor.ok_or_else(wrong)?;
                let key = TotpKey::from_bytes(&factor.key)
                    .ok_or_else(|| Error::internal("a stored key of a second factor has another length"))?;
                Kind::Step(self.fitting_step(account, &key, &Secret::new(typed), factor.last_step)?)
            }
            None => {
                let hash = recovery_hash(account, &typed);
                let is_one =
                    self.store.read(|read| second_factors::has_recovery_code(read, account, &hash))?;
                if !is_one {
                    return Err(wrong());
                }
                Kind::Recovery(hash)
            }
        };
        Ok((guess, GivenCode { account, kind }))
    }

    fn fitting_step(&self, account: i64, key: &TotpKey, code: &Secret, last: i64) -> Result<i64> {
        let now = self.now();
        let mut told = self.second_factors.told.lock();
        match key.fit(code, now, last) {
            Fit::Counts(step) if told.get(&account).is_some_and(|steps| steps.contains(&step)) => {
                Err(wrong())
            }
            Fit::Counts(step) => Ok(step),
            Fit::Used => Err(used()),
            Fit::Far(step) => {
                let steps = told.entry(account).or_default();
                steps.retain(|step| !TotpKey::is_past(*step, now));
                steps.push(step);
                Err(Error::new(
                    Code::Forbidden,
                    "The code belongs to another time. Check the clock of the phone, and that of the server.",
                )
                .for_reason(Reason::ClockOff))
            }
            Fit::No => Err(wrong()),
        }
    }
}

/// Removes the second factor of an account whose owner has lost it, and ends its sessions, so that
/// somebody who has found the phone cannot go on in them.
///
/// # Errors
/// `Code::NotFound` if there is none.
pub(in crate::domain) fn reset(tx: &Write, account: i64) -> Result<()> {
    if !second_factors::delete(tx, account)? {
        return Err(Error::new(Code::NotFound, "This account has no second factor."));
    }
    sessions::end_all(tx, account, None)
}

/// The hash of a recovery code, without its case, dashes and blanks: people type it from paper. The
/// account is part of the hash, so that the same code of another account has another hash.
fn recovery_hash(account: i64, code: &str) -> [u8; 32] {
    let letters = code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
    Sha256::digest(format!("{account} {}", letters.collect::<String>())).into()
}

fn wrong() -> Error {
    Error::new(Code::Forbidden, "This code is not right. Use the newest one that the app shows.")
        .for_reason(Reason::WrongCode)
}

fn used() -> Error {
    Error::new(Code::Forbidden, "This code was used already. Wait for the next one.")
        .for_reason(Reason::UsedCode)
}

pub(super) fn set_up_already() -> Error {
    Error::new(Code::Conflict, "This account has a second factor already.")
}
