//! Signing in: with a password, and then with the code of a second factor if the account has one.
//!
//! A sign-in whose password was right waits for the code. It has a random token, which the client
//! sends together with the code. Only the hash of the token is kept, in memory.

use crate::base::guarded::Guarded;
use crate::base::ids::{digits, hex, random_bytes};
use crate::base::limits::{MAILED_CODES_MAX, SECOND_FACTOR_TIME, WAITING_SIGN_INS_MAX, WRONG_CODES_MAX};
use crate::base::network::Network;
use crate::base::secret::Secret;
use crate::base::totp::{DIGITS, TotpKey};
use crate::base::user_name::UserName;
use crate::domain::accounts::account_mail;
use crate::domain::accounts::device_access;
use crate::domain::accounts::second_factor::{OfferedKey, RecoveryCodes, set_up_already};
use crate::domain::accounts::sessions::{self, Side, SignedIn};
use crate::domain::accounts::sign_in_throttle::{Guesser, Subject};
use crate::domain::{Call, Cloud};
use crate::error::{Code, Error, Reason, Result};
use crate::smtp;
use crate::store::devices::NewDevice;
use crate::store::mails::MailKind;
use crate::store::second_factors;
use crate::store::users::UserRow;
use sha2::{Digest, Sha256};
use std::time::Instant;

/// The beginning of tokens for codes of an authenticator app, by which clients know them, and the
/// text that follows if the app has no key yet.
const TOKEN_BEGIN: &str = "2fa_ga_1_";
const SETS_UP: &str = "setup_";

/// The sign-ins that wait, in the order in which they began.
#[derive(Default)]
pub struct WaitingSignIns {
    all: Guarded<Vec<Waiting>>,
}

#[derive(Clone)]
struct Waiting {
    token_hash: [u8; 32],
    /// The account at the time when its password was checked.
    account: UserRow,
    side: Side,
    /// The key that is offered to an account that must have a second factor and has none.
    offered: Option<TotpKey>,
    device: Option<NewDevice>,
    /// The code that was mailed last.
    mailed: Option<Secret>,
    mails: u32,
    wrong_codes: u32,
    /// Monotonic, so that a change of the system time does not matter.
    ends: Instant,
}

/// The result of a sign-in with the correct password.
pub enum SignIn {
    Done(Box<SignedIn>),
    /// The code of a second factor is needed, together with this token.
    NeedsCode(Secret),
}

/// A sign-in that is complete.
pub struct Finished {
    pub signed_in: SignedIn,
    /// The recovery codes, if the second factor was set up during the sign-in.
    pub recovery_codes: Option<RecoveryCodes>,
}

impl Cloud {
    /// Checks name (or e-mail address) and password. Begins a session, or waits for the code of a
    /// second factor.
    ///
    /// # Errors
    /// `Code::Unauthenticated` with the same message for all reasons, `Code::Busy` after too many
    /// failures.
    pub fn sign_in(
        &self,
        call: &mut Call<'_>,
        side: Side,
        name: &str,
        password: &Secret,
        device: Option<NewDevice>,
    ) -> Result<SignIn> {
        let device = device.map(device_access::checked).transpose()?;
        let account = self.check_sign_in(side, name, password, call.address())?;
        if let Some(device) = &device {
            self.check_device(account.id, device)?;
        }
        let has_factor = self.store.read(|read| second_factors::exists(read, account.id))?;
        if !has_factor && !self.view().requires_second_factor(account.id)? {
            let signed_in = sessions::new_session(side, account, call.address(), call.agent(), self.now());
            let signed_in = signed_in.on_device(device);
            return self
                .begin_session(call, signed_in, sessions::insert)
                .map(|signed_in| SignIn::Done(Box::new(signed_in)));
        }
        let kind = if has_factor { "" } else { SETS_UP };
        let token = format!("{TOKEN_BEGIN}{kind}{}", hex(&random_bytes::<16>()));
        let now = Instant::now();
        self.waiting_sign_ins.add(
            Waiting {
                token_hash: hash(&token),
                account,
                side,
                offered: (!has_factor).then(TotpKey::new),
                device,
                mailed: None,
                mails: 0,
                wrong_codes: 0,
                ends: now + SECOND_FACTOR_TIME,
            },
            now,
        );
        Ok(SignIn::NeedsCode(Secret::new(token)))
    }

    /// Signs a device in with the code that its owner got, instead of the password. The code was
    /// made in a session, and hands on whether that session had a second factor.
    ///
    /// # Errors
    /// As [`Cloud::sign_in`].
    pub fn sign_in_by_device_code(
        &self,
        call: &mut Call<'_>,
        name: &str,
        device: NewDevice,
        code: &Secret,
    ) -> Result<SignIn> {
        let device = device_access::checked(device)?;
        let (name, network) = (UserName::normal_form(name), Network::of_caller(call.address()));
        let (account, is_known) = self.account_to_sign_in(&name, network)?;
        let subject = account.as_ref().map_or(Subject::Nobody(&name), |account| Subject::Account(account.id));
        let guess = self.throttle.begin(&Guesser { subject, network, is_known })?;
        let id = account.as_ref().map_or(0, |account| account.id);
        let fits = self.store.read(|read| device_access::code_fits(read, id, &device.client_id, code))?;
        let (Some(account), Some(has_factor)) = (account, fits) else { return Err(sessions::refused()) };
        self.check_device(account.id, &device)?;
        let signed_in = sessions::new_session(Side::User, account, call.address(), call.agent(), self.now())
            .with_factor(has_factor)
            .on_device(Some(device));
        let signed_in = self.begin_session(call, signed_in, sessions::insert)?;
        guess.was_right();
        Ok(SignIn::Done(Box::new(signed_in)))
    }

    /// Completes a sign-in that waits for a code, and begins the session on its side.
    ///
    /// # Errors
    /// `Code::Forbidden` for a wrong code, or if no sign-in of the account waits with this token;
    /// `Code::Busy` after too many wrong codes.
    pub fn finish_sign_in(
        &self,
        call: &mut Call<'_>,
        name: &str,
        token: &Secret,
        code: &Secret,
    ) -> Result<Finished> {
        let waiting = self.waiting(name, token)?;
        let (offered, mailed) = (waiting.offered.as_ref(), waiting.mailed.as_ref());
        let checked = self.check_code(waiting.account.id, offered, mailed, code, call.address());
        let (guess, given) = match checked {
            Ok(given) => given,
            Err(error) => {
                if error.code == Code::Forbidden {
                    self.waiting_sign_ins.wrong_code(&waiting.token_hash);
                }
                return Err(error);
            }
        };
        let recovery_codes = given.new_recovery_codes();
        let (side, now) = (waiting.side, self.now());
        let signed_in =
            sessions::new_session(side, waiting.account, call.address(), call.agent(), now).with_factor(true);
        let signed_in = signed_in.on_device(waiting.device);
        let signed_in = self.begin_session(call, signed_in, move |tx, signed_in| {
            given.use_up(tx)?;
            sessions::insert(tx, signed_in)
        })?;
        guess.was_right();
        self.waiting_sign_ins.remove(&waiting.token_hash);
        Ok(Finished { signed_in, recovery_codes })
    }

    /// The key for the authenticator app during a sign-in to an account that needs one and has
    /// none.
    ///
    /// # Errors
    /// `Code::Forbidden` if no sign-in of the account waits with this token; `Code::Conflict` if
    /// the account has a key, which is never shown again.
    pub fn key_for_sign_in(&self, name: &str, token: &Secret) -> Result<OfferedKey> {
        let waiting = self.waiting(name, token)?;
        let key = waiting.offered.ok_or_else(set_up_already)?;
        Ok(self.shown(&key, &waiting.account.name))
    }

    /// Mails a code for a sign-in that waits. It is valid as long as the sign-in waits, works once,
    /// and replaces the last code.
    ///
    /// # Errors
    /// `Code::Forbidden` if no sign-in of the account waits with this token; `Code::NotOffered`
    /// without a mail server, if the settings do not allow it, if the account has no address, and
    /// if the second factor is not set up yet; `Code::Busy` after too many mails.
    pub fn send_code(&self, call: &mut Call<'_>, name: &str, token: &Secret) -> Result<()> {
        let waiting = self.waiting(name, token)?;
        let config = self.config();
        let has_address = waiting.account.email.as_deref().is_some_and(smtp::is_address);
        if !self.view().sends_mail()
            || !config.mail_sign_in_codes
            || !has_address
            || waiting.offered.is_some()
        {
            let sentence =
                "No code can be mailed here. Use the code of the authenticator app, or a recovery code.";
            return Err(Error::new(Code::NotOffered, sentence));
        }
        let code = self.waiting_sign_ins.begin_mailing(&waiting.token_hash)?;
        let (account, mailed) = (waiting.account, code.clone());
        call.commit(move |tx| {
            let values = [("name", account.display_name.as_str()), ("code", mailed.reveal())];
            account_mail::queue_for(tx, &account, MailKind::SignInCode, &values).map(drop)
        })?;
        self.waiting_sign_ins.mailed(&waiting.token_hash, code);
        Ok(())
    }

    /// The sign-in that waits with a token, if it belongs to the account with a name or an e-mail
    /// address.
    fn waiting(&self, name: &str, token: &Secret) -> Result<Waiting> {
        let waiting = self.waiting_sign_ins.find(token, Instant::now());
        let name = UserName::normal_form(name);
        let is_named = |account: &UserRow| account.name == name || account.email.as_ref() == Some(&name);
        waiting.filter(|waiting| is_named(&waiting.account)).ok_or_else(sign_in_ended)
    }
}

impl WaitingSignIns {
    /// Only the latest sign-ins of an account wait.
    fn add(&self, new: Waiting, now: Instant) {
        let mut all = self.all.lock();
        all.retain(|one| now < one.ends);
        let of_account = all.iter().filter(|one| one.account.id == new.account.id).count();
        let mut too_many = (of_account + 1).saturating_sub(WAITING_SIGN_INS_MAX);
        all.retain(|one| {
            let is_too_many = one.account.id == new.account.id && too_many > 0;
            too_many -= usize::from(is_too_many);
            !is_too_many
        });
        all.push(new);
    }

    fn find(&self, token: &Secret, now: Instant) -> Option<Waiting> {
        let token_hash = hash(token.reveal());
        // Hashes are compared, so the duration reveals nothing about a token.
        self.all.lock().iter().find(|one| one.token_hash == token_hash && now < one.ends).cloned()
    }

    fn wrong_code(&self, token_hash: &[u8; 32]) {
        let mut all = self.all.lock();
        if let Some(one) = all.iter_mut().find(|one| one.token_hash == *token_hash) {
            one.wrong_codes += 1;
        }
        all.retain(|one| one.wrong_codes < WRONG_CODES_MAX);
    }

    /// Makes a code to be mailed, and counts it.
    fn begin_mailing(&self, token_hash: &[u8; 32]) -> Result<Secret> {
        let mut all = self.all.lock();
        let one = all.iter_mut().find(|one| one.token_hash == *token_hash).ok_or_else(sign_in_ended)?;
        if one.mails >= MAILED_CODES_MAX {
            let sentence =
                "The code was mailed several times. Look among the unwanted mails, or begin again.";
            return Err(Error::new(Code::Busy, sentence));
        }
        one.mails += 1;
        Ok(Secret::new(digits(DIGITS)))
    }

    /// Stores the code that was mailed.
    fn mailed(&self, token_hash: &[u8; 32], code: Secret) {
        if let Some(one) = self.all.lock().iter_mut().find(|one| one.token_hash == *token_hash) {
            one.mailed = Some(code);
        }
    }

    fn remove(&self, token_hash: &[u8; 32]) {
        self.all.lock().retain(|one| one.token_hash != *token_hash);
    }
}

fn sign_in_ended() -> Error {
    Error::new(Code::Forbidden, "This sign-in has ended. Begin again with the password.")
        .for_reason(Reason::SignInEnded)
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}
