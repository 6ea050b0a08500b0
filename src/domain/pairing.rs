//! Pairing: somebody who is signed in shows a one-time code, and a device that brings it is signed in without a password.
//!
//! A code is random, valid for some minutes and for one use, and only its hash is kept, in memory: a restart ends all of
//! them. It also ends with the session that made it, with a new password of its account, and with the next code that the
//! same session makes for the same account. The signed-in device is a session like any other, under the device's name.

use super::accounts;
use super::rights::{Admin, User};
use super::sessions::{self, Session, Side, SignedIn};
use super::status::may_sign_in;
use super::throttle::{Guesser, Subject};
use super::{Cloud, Look};
use crate::base::ids::{hex, random_bytes};
use crate::base::secret::Secret;
use crate::error::{Code, Error, Reason, Result};
use crate::store::users::UserRow;
use crate::store::{Write, users};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Codes that wait for their device, of all accounts together.
const PENDING_MAX: usize = 1024;
const DEVICE_NAME_BYTES_MAX: usize = 100;
const BASE_URL_BYTES_MAX: usize = 200;

/// The codes that wait for their device.
#[derive(Default)]
pub struct Pairings {
    pending: Mutex<Vec<Pending>>,
}

struct Pending {
    code_hash: [u8; 32],
    /// By the steady clock: it must not matter when somebody sets the time.
    ends: Instant,
    grant: Grant,
}

/// What a code stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    account: i64,
    password_hash: String,
    /// The session that made the code, by the hash of its token.
    made_in: [u8; 32],
    device_name: Option<String>,
}

/// A fresh code, as it is shown once.
pub struct PairingCode {
    pub code: Secret,
    /// The account that the device will be signed in to.
    pub account: String,
    pub seconds: u32,
    /// Addresses that lead a browser to the pairing, the best first.
    pub links: Vec<String>,
    grant: Grant,
}

/// A device that has brought a code; its session is to be inserted with [`insert`].
pub struct Paired {
    pub signed_in: SignedIn,
    grant: Grant,
}

impl Cloud {
    /// Makes a code for one's own account. It counts once its call is in the audit log: see [`Cloud::offer_pairing`].
    ///
    /// # Errors
    /// `Code::Invalid` for a device name or an address that cannot be one.
    pub fn prepare_pairing(
        &self,
        user: &User,
        device_name: Option<&str>,
        base_url: Option<&str>,
    ) -> Result<PairingCode> {
        self.pairing_code(user.session(), user.name(), device_name, base_url)
    }

    /// Makes a code for somebody's account.
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
        let account = self.store.read(|read| accounts::existing(read, account))?;
        if !may_sign_in(&account, self.now()) {
            return Err(Error::new(Code::Conflict, "This account is disabled or has expired."));
        }
        let code = hex(&random_bytes::<16>());
        let links = match base_url {
            Some(url) => vec![link(&checked_base_url(url)?, &code)],
            None => self.look().pairing_addresses().iter().map(|url| link(url, &code)).collect(),
        };
        let grant = Grant {
            account: account.id,
            password_hash: account.password_hash,
            made_in: session.token_hash,
            device_name: device_name.map(checked_device_name).transpose()?,
        };
        let seconds = self.config().pairing_seconds;
        Ok(PairingCode { code: Secret::new(code), account: account.name, seconds, links, grant })
    }

    /// Lets devices use a code.
    ///
    /// # Errors
    /// `Code::Busy` when too many codes wait already.
    pub fn offer_pairing(&self, pairing: &PairingCode) -> Result<()> {
        let now = Instant::now();
        let ends = now + Duration::from_secs(pairing.seconds.into());
        self.pairings.offer(pairing.code.reveal(), pairing.grant.clone(), now, ends)
    }

    /// Takes a code from a device and prepares the device's session. Whatever comes of it, the code is used up.
    ///
    /// # Errors
    /// `Code::Unauthenticated` with one sentence for all reasons, `Code::Busy` after too many wrong codes.
    pub fn pair(
        &self,
        code: &Secret,
        device_name: Option<&str>,
        address: IpAddr,
        agent: &str,
    ) -> Result<Paired> {
        let device_name = device_name.map(checked_device_name).transpose()?;
        let guess = self.throttle.begin(&Guesser::of_code(Subject::PairingCode, address))?;
        let grant = self.pairings.take(code.reveal(), Instant::now()).ok_or_else(refused)?;
        guess.was_right();
        let account = self.store.read(|read| users::by_id(read, grant.account))?.ok_or_else(refused)?;
        let name = device_name.or_else(|| grant.device_name.clone());
        let name = name.as_deref().unwrap_or(agent);
        Ok(Paired { signed_in: sessions::new_session(Side::User, account, address, name, self.now()), grant })
    }
}

impl Look<'_> {
    /// The addresses that a device on the network can use, the best first; where there are none, all.
    fn pairing_addresses(&self) -> Vec<String> {
        let all = self.addresses();
        let outside: Vec<String> = all.iter().filter(|url| !is_own(url)).cloned().collect();
        if outside.is_empty() { all.to_vec() } else { outside }
    }
}

/// Stores the session of a device.
///
/// # Errors
/// `Code::Unauthenticated` when the session that made the code has ended, or the account has changed since.
pub fn insert(tx: &Write, paired: &Paired) -> Result<()> {
    let account = users::by_id(tx, paired.grant.account)?.ok_or_else(refused)?;
    let holds = |account: &UserRow| account.password_hash == paired.grant.password_hash;
    if !holds(&account) || !sessions::may_give_access(tx, &paired.grant.made_in, account.id)? {
        return Err(refused());
    }
    sessions::insert(tx, &paired.signed_in).map_err(|error| match error.code {
        Code::Unauthenticated => refused(),
        _ => error,
    })
}

impl Pairings {
    fn offer(&self, code: &str, grant: Grant, now: Instant, ends: Instant) -> Result<()> {
        let mut pending = self.pending.lock().expect("nothing panics while holding the codes");
        let is_same = |old: &Grant| old.account == grant.account && old.made_in == grant.made_in;
        pending.retain(|old| now < old.ends && !is_same(&old.grant));
        if pending.len() >= PENDING_MAX {
            return Err(Error::new(Code::Busy, "Too many codes wait for their devices. Please try later."));
        }
        pending.push(Pending { code_hash: hash(code), ends, grant });
        Ok(())
    }

    fn take(&self, code: &str, now: Instant) -> Option<Grant> {
        let code_hash = hash(code);
        let mut pending = self.pending.lock().expect("nothing panics while holding the codes");
        pending.retain(|old| now < old.ends);
        // Hashes are compared, so the time taken tells nothing about a code.
        let at = pending.iter().position(|one| one.code_hash == code_hash)?;
        Some(pending.swap_remove(at).grant)
    }
}

/// Case and blanks around it do not matter: somebody may type it.
fn hash(code: &str) -> [u8; 32] {
    Sha256::digest(code.trim().to_ascii_lowercase()).into()
}

/// The code stands in the fragment, which browsers send to nobody and servers cannot log.
fn link(base_url: &str, code: &str) -> String {
    format!("{}/#/pair/{code}", base_url.trim_end_matches('/'))
}

/// Whether only the machine itself can use an address.
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
    if text.is_empty() || text.len() > DEVICE_NAME_BYTES_MAX || text.chars().any(char::is_control) {
        return Err(Error::new(
            Code::Invalid,
            "The name of a device has 1 to 100 bytes and no control characters.",
        ));
    }
    Ok(text.to_owned())
}

fn checked_base_url(text: &str) -> Result<String> {
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

    #[test]
    fn a_code_works_once_and_in_time() {
        let (pairings, start) = (Pairings::default(), Instant::now());
        pairings.offer("abc", grant(1, 1), start, start + VALID).unwrap();
        assert_eq!(pairings.take("abd", start), None);
        assert_eq!(pairings.take(" ABC ", start + VALID - Duration::from_secs(1)), Some(grant(1, 1)));
        assert_eq!(pairings.take("abc", start), None);
        pairings.offer("abc", grant(1, 1), start, start + VALID).unwrap();
        assert_eq!(pairings.take("abc", start + VALID), None);
    }

    #[test]
    fn the_next_code_of_a_session_for_an_account_takes_the_place_of_the_one_before() {
        let (pairings, now) = (Pairings::default(), Instant::now());
        for (code, grant) in [("a", grant(1, 1)), ("b", grant(1, 2)), ("c", grant(2, 1)), ("d", grant(1, 1))]
        {
            pairings.offer(code, grant, now, now + VALID).unwrap();
        }
        let works = ["a", "b", "c", "d"].map(|code| pairings.take(code, now).is_some());
        assert_eq!(works, [false, true, true, true]);
    }

    #[test]
    fn the_codes_are_bounded_and_old_ones_make_room() {
        let (pairings, now) = (Pairings::default(), Instant::now());
        let offer = |number: usize, now: Instant| {
            pairings.offer(&number.to_string(), grant(number as i64, 1), now, now + VALID)
        };
        (0..PENDING_MAX).for_each(|number| offer(number, now).unwrap());
        assert_eq!(offer(PENDING_MAX, now).unwrap_err().code, Code::Busy);
        offer(PENDING_MAX, now + VALID).unwrap();
        assert_eq!(pairings.pending.lock().unwrap().len(), 1);
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
