//! Pairing: a signed-in user shows a one-time code, and a device that sends it is signed in without
//! a password.
//!
//! A code is random, works for some minutes and once, and only its hash is kept, in memory: a
//! restart ends all codes. A code also ends with the session that made it, with a new password of
//! its account, and with the next code that the same session makes for the same account. Only the
//! latest codes of an account wait, so that its codes do not keep others from pairing. The session
//! of the device is like any other, and has the device's name.

use crate::base::guarded::Guarded;
use crate::base::ids::{hex, object_id, random_bytes};
use crate::base::limits::PAIRING_CODES_MAX;
use crate::base::secret::Secret;
use crate::base::text::is_line;
use crate::domain::accounts::account;
use crate::domain::accounts::account_status::may_sign_in;
use crate::domain::accounts::actor::{Admin, User};
use crate::domain::accounts::device_access;
use crate::domain::accounts::sessions::{self, Session, Side, SignedIn};
use crate::domain::accounts::sign_in_throttle::{Guesser, Subject};
use crate::domain::{Call, Change, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::devices::NewDevice;
use crate::store::users::UserRow;
use crate::store::{Write, users};
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};

pub const DEVICE_NAME_BYTES_MAX: usize = 100;
pub const BASE_URL_BYTES_MAX: usize = 200;

/// The codes that wait for their device.
#[derive(Default)]
pub struct Pairings {
    /// The codes in the order in which they were made.
    pending: Guarded<Vec<Pending>>,
}

struct Pending {
    /// The account that made it.
    maker: i64,
    code_hash: [u8; 32],
    /// Monotonic, so that a change of the system time does not matter.
    ends: Instant,
    grant: Grant,
}

/// The account to which a code gives access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    account: i64,
    password_hash: String,
    /// The session that made the code, by the hash of its token.
    made_in: [u8; 32],
    device_name: Option<String>,
}

/// A new code, as it is shown once.
pub struct PairingCode {
    pub code: Secret,
    /// The account that the device will be signed in to.
    pub account: String,
    pub seconds: u32,
    /// Addresses that lead a browser to the pairing, the best first.
    pub links: Vec<String>,
    maker: i64,
    grant: Grant,
}

impl Cloud {
    /// Makes a code for the user's own account. It works only after [`Cloud::offer_pairing`].
    ///
    /// # Errors
    /// `Code::Invalid` for a device name or an address that is not valid; `Code::Forbidden` for an
    /// account that may connect no devices.
    pub fn prepare_pairing(
        &self,
        user: &User,
        device_name: Option<&str>,
        base_url: Option<&str>,
    ) -> Result<PairingCode> {
        self.pairing_code(user.session(), user.name(), device_name, base_url)
    }

    /// Makes a code for another account.
    ///
    /// # Errors
    /// As [`Cloud::prepare_pairing`]; `Code::NotFound` without such an account, `Code::Conflict` when it is disabled.
    pub fn prepare_pairing_for(
        &self,
        admin: &Admin,
        account: &str,
        device_name: Option<&str>,
        base_url: Option<&str>,
    ) -> Result<PairingCode> {
        self.pairing_code(admin.session(), account, device_name, base_url)
    }

    fn pairing_code(
        &self,
        session: &Session,
        account: &str,
        device_name: Option<&str>,
        base_url: Option<&str>,
    ) -> Result<PairingCode> {
        let account = self.store.read(|read| account::existing(read, account))?;
        if !may_sign_in(&account, self.now()) {
            return Err(Error::new(Code::Conflict, "This account is disabled or has expired."));
        }
        self.view().check_may_connect(account.id)?;
        let needs_factor =
            self.view().requires_second_factor(account.id)? || self.view().has_second_factor(account.id)?;
        if needs_factor && session.account.id != account.id {
            let sentence = "This account has a second factor, so its owner alone can pair devices with it.";
            return Err(Error::new(Code::Conflict, sentence).for_reason(Reason::FactorRequired));
        }
        let code = hex(&random_bytes::<16>());
        let links = match base_url {
            Some(url) => vec![link(&checked_base_url(url)?, &code)],
            None => self.view().pairing_addresses().iter().map(|url| link(url, &code)).collect(),
        };
        let grant = Grant {
            account: account.id,
            password_hash: account.password_hash,
            made_in: session.token_hash,
            device_name: device_name.map(checked_device_name).transpose()?,
        };
        let seconds = self.config().pairing_seconds;
        let maker = session.account.id;
        Ok(PairingCode { code: Secret::new(code), account: account.name, seconds, links, maker, grant })
    }

    /// Lets devices use a code. The code gives access to an account: it does not work before the
    /// row of the call is on the disk, and must not be shown before.
    pub fn offer_pairing(&self, pairing: PairingCode) -> Change<()> {
        Change::new(|_| Ok(())).completed_by(move |cloud| {
            let now = Instant::now();
            let ends = now + Duration::from_secs(pairing.seconds.into());
            let code_hash = hash(pairing.code.reveal());
            let pending = Pending { maker: pairing.maker, code_hash, ends, grant: pairing.grant };
            cloud.pairings.offer(pending, now);
        })
    }

    /// Uses up the code that a device sends, even if pairing fails, and begins the device's
    /// session.
    ///
    /// # Errors
    /// `Code::Unauthenticated` with the same message for all reasons, also if the session that made
    /// the code has ended, or the account has changed since; `Code::Busy` after too many wrong
    /// codes; `Code::Forbidden` for an account that may connect no devices.
    pub fn pair(&self, call: &mut Call<'_>, code: &Secret, device_name: Option<&str>) -> Result<SignedIn> {
        let address = call.address();
        let device_name = device_name.map(checked_device_name).transpose()?;
        let guess = self.throttle.begin(&Guesser::of_code(Subject::PairingCode, address))?;
        let grant = self.pairings.take(code.reveal(), Instant::now()).ok_or_else(refused)?;
        guess.was_right();
        let account = self.store.read(|read| users::by_id(read, grant.account))?.ok_or_else(refused)?;
        self.view().check_may_connect(account.id)?;
        let name = device_name.or_else(|| grant.device_name.clone());
        let name = name.as_deref().unwrap_or(call.agent());
        let has_factor =
            self.store.read(|read| sessions::hands_on_factor(read, &grant.made_in, account.id))?;
        let signed_in = sessions::new_session(Side::User, account, address, name, self.now());
        // A device with an invalid name has its id in the list of devices.
        let name = if is_line(name, DEVICE_NAME_BYTES_MAX) { name.to_owned() } else { String::new() };
        let client_id = format!("paired-{}", object_id());
        let device = device_access::checked(NewDevice { client_id, name, ..NewDevice::default() })?;
        let signed_in = signed_in.with_factor(has_factor).on_device(Some(device));
        self.begin_session(call, signed_in, move |tx, signed_in| insert(tx, signed_in, &grant))
    }
}

impl CloudView<'_> {
    /// The addresses at which devices in the network reach the server, the best first; if there are
    /// none, all addresses.
    pub(in crate::domain) fn pairing_addresses(&self) -> Vec<String> {
        let all = self.addresses();
        let outside: Vec<String> = all.iter().filter(|url| !is_own(url)).cloned().collect();
        if outside.is_empty() { all.to_vec() } else { outside }
    }

    /// The best address of the cloud, without a `/` at its end; empty where none is known.
    pub fn best_address(&self) -> String {
        self.pairing_addresses().first().map_or("", |base| base.trim_end_matches('/')).to_owned()
    }
}

/// Stores the session of a device.
///
/// # Errors
/// `Code::Unauthenticated` if the session that made the code has ended, or the account has changed
/// since.
fn insert(tx: &Write, signed_in: &SignedIn, grant: &Grant) -> Result<()> {
    let account = users::by_id(tx, grant.account)?.ok_or_else(refused)?;
    let holds = |account: &UserRow| account.password_hash == grant.password_hash;
    if !holds(&account) || !sessions::may_give_access(tx, &grant.made_in, account.id)? {
        return Err(refused());
    }
    sessions::insert(tx, signed_in).map_err(|error| match error.code {
        Code::Unauthenticated => refused(),
        _ => error,
    })
}

impl Pairings {
    fn offer(&self, new: Pending, now: Instant) {
        let mut pending = self.pending.lock();
        let is_same = |old: &Grant| old.account == new.grant.account && old.made_in == new.grant.made_in;
        pending.retain(|old| now < old.ends && !is_same(&old.grant));
        let mut older = pending.iter().filter(|old| old.maker == new.maker).count();
        pending.retain(|old| {
            let is_too_many = old.maker == new.maker && older >= PAIRING_CODES_MAX;
            older -= usize::from(is_too_many);
            !is_too_many
        });
        pending.push(new);
    }

    fn take(&self, code: &str, now: Instant) -> Option<Grant> {
        let code_hash = hash(code);
        let mut pending = self.pending.lock();
        pending.retain(|old| now < old.ends);
        // Hashes are compared, so the duration reveals nothing about a code.
        let at = pending.iter().position(|one| one.code_hash == code_hash)?;
        Some(pending.remove(at).grant)
    }
}

/// The hash of a code, without its case and the blanks around it: people may type it.
fn hash(code: &str) -> [u8; 32] {
    Sha256::digest(code.trim().to_ascii_lowercase()).into()
}

/// The code is in the fragment, which browsers do not send and servers cannot log.
fn link(base_url: &str, code: &str) -> String {
    format!("{}/#/pair/{code}", base_url.trim_end_matches('/'))
}

/// True if only the machine itself can use an address.
fn is_own(url: &str) -> bool {
    url.contains("//127.") || url.contains("//[::1]")
}

fn refused() -> Error {
    Error::new(
        Code::Unauthenticated,
        "This pairing code is not valid (any more). Please show a new one and scan that.",
    )
    .for_reason(Reason::PairingCode)
}

fn checked_device_name(text: &str) -> Result<String> {
    let text = text.trim();
    if !is_line(text, DEVICE_NAME_BYTES_MAX) {
        return Err(Error::new(
            Code::Invalid,
            "The name of a device has 1 to 100 bytes and no control characters.",
        ));
    }
    Ok(text.to_owned())
}

pub(in crate::domain) fn checked_base_url(text: &str) -> Result<String> {
    let text = text.trim();
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let is_plain =
        |rest: &str| rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"#?\"<>\\".contains(&byte));
    match rest.filter(|rest| !rest.is_empty() && text.len() <= BASE_URL_BYTES_MAX && is_plain(rest)) {
        Some(_) => Ok(text.to_owned()),
        None => Err(Error::new(Code::Invalid, "The address of the cloud begins with http:// or https://.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(account: i64, session: u8) -> Grant {
        Grant { account, password_hash: String::new(), made_in: [session; 32], device_name: None }
    }

    const VALID: Duration = Duration::from_secs(300);

    fn offer(pairings: &Pairings, code: &str, maker: i64, grant: Grant, now: Instant) {
        pairings.offer(Pending { maker, code_hash: hash(code), ends: now + VALID, grant }, now);
    }

    #[test]
    fn a_code_works_once_and_in_time() {
        let (pairings, start) = (Pairings::default(), Instant::now());
        offer(&pairings, "abc", 1, grant(1, 1), start);
        assert_eq!(pairings.take("abd", start), None);
        assert_eq!(pairings.take(" ABC ", start + VALID - Duration::from_secs(1)), Some(grant(1, 1)));
        assert_eq!(pairings.take("abc", start), None);
        offer(&pairings, "abc", 1, grant(1, 1), start);
        assert_eq!(pairings.take("abc", start + VALID), None);
    }

    #[test]
    fn the_next_code_of_a_session_for_an_account_takes_the_place_of_the_one_before() {
        let (pairings, now) = (Pairings::default(), Instant::now());
        for (code, grant) in [("a", grant(1, 1)), ("b", grant(1, 2)), ("c", grant(2, 1)), ("d", grant(1, 1))]
        {
            offer(&pairings, code, 1, grant, now);
        }
        let works = ["a", "b", "c", "d"].map(|code| pairings.take(code, now).is_some());
        assert_eq!(works, [false, true, true, true]);
    }

    #[test]
    fn of_many_codes_of_an_account_the_last_ones_wait_and_those_of_others_stay() {
        let (pairings, now) = (Pairings::default(), Instant::now());
        offer(&pairings, "other", 2, grant(2, 200), now);
        for number in 0..200 {
            offer(&pairings, &number.to_string(), 1, grant(1, number), now);
        }
        assert_eq!(pairings.pending.lock().len(), 1 + PAIRING_CODES_MAX);
        let works = |code: &str| pairings.take(code, now).is_some();
        assert!(works("other") && works("199") && works(&(200 - PAIRING_CODES_MAX).to_string()));
        assert!(!works(&(199 - PAIRING_CODES_MAX).to_string()));
    }

    #[test]
    fn links_lead_to_the_pairing_and_only_web_addresses_are_taken() {
        for url in ["http://a:8080/", "https://a/cloud"] {
            assert!(link(&checked_base_url(url).unwrap(), "c").ends_with("/#/pair/c"));
        }
        assert_eq!(link("http://a:8080/", "c"), "http://a:8080/#/pair/c");
        for url in [
            "",
            "http://",
            "javascript:x",
            "//a",
            "http://a b",
            "http://a/#x",
            &format!("http://{}", "a".repeat(200)),
        ] {
            assert_eq!(checked_base_url(url).unwrap_err().code, Code::Invalid, "{url}");
        }
        assert!(is_own("http://127.0.0.1:1/") && is_own("http://[::1]:1/") && !is_own("http://192.168.1.2/"));
    }
}
