//! Signing in: with a password, and then with the code of a second factor where the account has one.
//!
//! A sign-in whose password was right waits for the code. It has a random token, which the client brings along with the code. Only its hash is kept, in memory.

use crate::base::guarded::Guarded;
use crate::base::ids::{hex, random_bytes};
use crate::base::limits::{SECOND_FACTOR_TIME, WAITING_SIGN_INS_MAX, WRONG_CODES_MAX};
use crate::base::network::Network;
use crate::base::secret::Secret;
use crate::base::totp::TotpKey;
use crate::base::user_name::UserName;
use crate::domain::accounts::device_access;
use crate::domain::accounts::second_factor::{OfferedKey, RecoveryCodes, set_up_already};
use crate::domain::accounts::sessions::{self, Side, SignedIn};
use crate::domain::accounts::sign_in_throttle::{Guesser, Subject};
use crate::domain::{Call, Cloud};
use crate::error::{Code, Error, Reason, Result};
use crate::store::devices::NewDevice;
use crate::store::second_factors;
use crate::store::users::UserRow;
use sha2::{Digest, Sha256};
use std::time::Instant;

/// What clients know a token for codes of an authenticator app by, and what follows where the app has no key yet.
const TOKEN_BEGIN: &str = "2fa_ga_1_";
const SETS_UP: &str = "setup_";

/// The sign-ins that wait, in the order in which they came.
#[derive(Default)]
pub struct WaitingSignIns {
    all: Guarded<Vec<Waiting>>,
}

#[derive(Clone)]
struct Waiting {
    token_hash: [u8; 32],
    /// The account as it was when its password was checked.
    account: UserRow,
    side: Side,
    /// The key that an account without one is offered, of which a second factor is required.
    offered: Option<TotpKey>,
    device: Option<NewDevice>,
    wrong_codes: u32,
    /// By the steady clock: it must not matter when somebody sets the time.
    ends: Instant,
}

/// What comes of a right password.
pub enum SignIn {
    Done(Box<SignedIn>),
    /// The code of a second factor is needed; this is the token to bring it with.
    NeedsCode(Secret),
}

/// A sign-in that is complete.
pub struct Finished {
    pub signed_in: SignedIn,
    /// The recovery codes, where the second factor was set up on the way.
    pub recovery_codes: Option<RecoveryCodes>,
}

impl Cloud {
    /// Checks name (or e-mail address) and password. Begins a session, or waits for the code of a second factor.
    ///
    /// # Errors
    /// `Code::Unauthenticated` with one sentence for all reasons, `Code::Busy` after too many failures.
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
                wrong_codes: 0,
                ends: now + SECOND_FACTOR_TIME,
            },
            now,
        );
        Ok(SignIn::NeedsCode(Secret::new(token)))
    }

    /// Signs a device in with the code that its owner was told, instead of the password. The code was made in a session, and
    /// hands on whether that was begun with a second factor.
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

    /// Ends a sign-in that waits, with its code, and begins the session, on the side that was signed in to.
    ///
    /// # Errors
    /// `Code::Forbidden` for a wrong code, or where no sign-in of the account waits with this token,
    /// `Code::Busy` after too many wrong codes.
    pub fn finish_sign_in(
        &self,
        call: &mut Call<'_>,
        name: &str,
        token: &Secret,
        code: &Secret,
    ) -> Result<Finished> {
        let waiting = self.waiting(name, token)?;
        let checked = self.check_code(waiting.account.id, waiting.offered.as_ref(), code, call.address());
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

    /// The key for the authenticator app of an account that has none yet and needs one: for a sign-in that waits.
    ///
    /// # Errors
    /// `Code::Forbidden` where no sign-in of the account waits with this token, `Code::Conflict` if the account has a
    /// key: nobody is shown it again.
    pub fn key_for_sign_in(&self, name: &str, token: &Secret) -> Result<OfferedKey> {
        let waiting = self.waiting(name, token)?;
        let key = waiting.offered.ok_or_else(set_up_already)?;
        Ok(self.shown(&key, &waiting.account.name))
    }

    /// Sends the code of a sign-in that waits by mail, which is valid as long as the sign-in waits.
    ///
    /// # Errors
    /// `Code::Forbidden` where no sign-in of the account waits with this token; `Code::NotOffered`, as this server sends
    /// no mail.
    pub fn send_code(&self, name: &str, token: &Secret) -> Result<()> {
        self.waiting(name, token)?;
        Err(Error::new(
            Code::NotOffered,
            "This server sends no mail. Use the code of the authenticator app, or a recovery code.",
        ))
    }

    /// The sign-in that waits with a token, if it is of the account with a name or an e-mail address.
    fn waiting(&self, name: &str, token: &Secret) -> Result<Waiting> {
        let waiting = self.waiting_sign_ins.find(token, Instant::now());
        let name = UserName::normal_form(name);
        let is_named = |account: &UserRow| account.name == name || account.email.as_ref() == Some(&name);
        waiting.filter(|waiting| is_named(&waiting.account)).ok_or_else(|| {
            Error::new(Code::Forbidden, "This sign-in has ended. Begin again with the password.")
                .for_reason(Reason::SignInEnded)
        })
    }
}

impl WaitingSignIns {
    /// Of one account only the last few wait.
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
        // Hashes are compared, so the time taken tells nothing about a token.
        self.all.lock().iter().find(|one| one.token_hash == token_hash && now < one.ends).cloned()
    }

    fn wrong_code(&self, token_hash: &[u8; 32]) {
        let mut all = self.all.lock();
        if let Some(one) = all.iter_mut().find(|one| one.token_hash == *token_hash) {
            one.wrong_codes += 1;
        }
        all.retain(|one| one.wrong_codes < WRONG_CODES_MAX);
    }

    fn remove(&self, token_hash: &[u8; 32]) {
        self.all.lock().retain(|one| one.token_hash != *token_hash);
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}
