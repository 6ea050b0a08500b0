//! Hashes and checks passwords in turns: a hash takes 9 MiB, and a board has few cores.

use crate::base::ids::random_bytes;
use crate::base::limits::PASSWORD_BYTES_MAX;
use crate::base::secret::Secret;
use crate::base::text::counted;
use crate::disk::local::stand_back;
use crate::domain::accounts::password_turns::{Turn, Turns, Waiter};
use crate::error::{Code, Error, Reason, Result};
use argon2::password_hash::{Output, ParamsString, PasswordHash, SaltString};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::thread::Builder;
use subtle::ConstantTimeEq;

/// OWASP's password storage cheat sheet lists this among its equivalent settings. It suits a small
/// board best.
const MEMORY_KIB: u32 = 9 * 1024;
const PASSES: u32 = 4;
const ALGORITHM: Algorithm = Algorithm::Argon2id;
const VERSION: Version = Version::V0x13;
const STACK_BYTES: usize = 512 * 1024;
/// The nice value of a hashing thread: on a busy processor it gets a third of the usual share.
const NICENESS: i32 = 5;
/// The nice value of a thread that hashes for a stranger: it gets what others leave.
const NICENESS_FOR_STRANGERS: i32 = 19;
/// The hash that is checked for unknown accounts, so that they take the same time. It is a constant
/// because making it would take longer than the rest of the start. To know its password helps
/// nobody.
const NOBODYS: &str =
    "$argon2id$v=19$m=9216,t=4,p=1$SAtGmewRZpaIG6Ds22grjw$Dy0KAp0jgDfsBafm9mhHvNnTKVtO6vCa3bQZ/lpybAA";

/// All passwords are hashed here.
#[derive(Default)]
pub struct Passwords {
    turns: Turns,
}

/// A turn to check a password.
#[must_use]
pub struct Check<'a> {
    _turn: Turn<'a>,
    niceness: i32,
}

impl Passwords {
    /// The hash of a new password, as a PHC string.
    ///
    /// # Errors
    /// `Code::Busy` if too many callers wait.
    pub fn hash(&self, password: &Secret) -> Result<String> {
        let _turn = self.turns.take(Waiter::of_the_server())?;
        hash_now(password.reveal().as_bytes())
    }

    /// Waits for a turn to check a password.
    ///
    /// # Errors
    /// `Code::Busy` if too many callers wait.
    pub fn begin_check(&self, waiter: Waiter) -> Result<Check<'_>> {
        let niceness = if waiter.is_known { NICENESS } else { NICENESS_FOR_STRANGERS };
        Ok(Check { _turn: self.turns.take(waiter)?, niceness })
    }
}

impl Check<'_> {
    /// True if a password fits a hash. Without a hash, it is false, after the same time.
    pub fn verify(self, password: &Secret, hash: Option<&str>) -> Result<bool> {
        if password.reveal().len() > PASSWORD_BYTES_MAX {
            return Ok(false);
        }
        let stored = PasswordHash::new(hash.unwrap_or(NOBODYS))
            .map_err(|error| Error::internal(format!("a stored password hash cannot be read: {error}")))?;
        Ok(fits(password.reveal().as_bytes(), &stored, self.niceness)? && hash.is_some())
    }
}

/// The hash for an account without a password. Nobody knows its password.
pub fn of_nobody() -> Result<String> {
    let salt = SaltString::encode_b64(&random_bytes::<16>()).map_err(Error::internal)?;
    phc(&salt, &random_bytes::<32>())
}

/// Refuses passwords that are too short, too long or not valid text.
pub fn check_new(password: &Secret, characters_min: u32) -> Result<()> {
    let text = password.reveal();
    if text.chars().count() < characters_min as usize {
        return Err(Error::new(
            Code::Invalid,
            format!(
                "The password is too short: it needs at least {}.",
                counted(characters_min, "character", "characters")
            ),
        )
        .for_reason(Reason::PasswordTooShort));
    }
    if text.len() > PASSWORD_BYTES_MAX || text.contains('\0') {
        return Err(Error::new(Code::Invalid, "The password may have at most 1024 bytes and no NUL.")
            .for_reason(Reason::PasswordTooLong));
    }
    Ok(())
}

fn hash_now(password: &[u8]) -> Result<String> {
    let salt = SaltString::encode_b64(&random_bytes::<16>()).map_err(Error::internal)?;
    let mut raw = [0; 16];
    let salt_bytes = salt.as_salt().decode_b64(&mut raw).map_err(Error::internal)?;
    phc(&salt, &digest(params(), password, salt_bytes, NICENESS)?)
}

/// A hash in its stored form.
fn phc(salt: &SaltString, digest: &[u8; 32]) -> Result<String> {
    let hash = PasswordHash {
        algorithm: ALGORITHM.ident(),
        version: Some(VERSION.into()),
        params: ParamsString::try_from(&params()).map_err(Error::internal)?,
        salt: Some(salt.as_salt()),
        hash: Some(Output::new(digest).map_err(Error::internal)?),
    };
    Ok(hash.to_string())
}

/// True if a password fits a stored hash.
fn fits(password: &[u8], stored: &PasswordHash<'_>, niceness: i32) -> Result<bool> {
    let unreadable = || Error::internal("a stored password hash lacks a part");
    let params = Params::try_from(stored).map_err(Error::internal)?;
    let mut raw = [0; 64];
    let salt = stored.salt.ok_or_else(unreadable)?.decode_b64(&mut raw).map_err(Error::internal)?;
    let wanted = stored.hash.ok_or_else(unreadable)?;
    Ok(bool::from(digest(params, password, salt, niceness)?.ct_eq(wanted.as_bytes())))
}

/// Hashes on a thread of its own with low priority. Otherwise the poller, which serves all clients,
/// would have to wait on a busy processor.
fn digest(params: Params, password: &[u8], salt: &[u8], niceness: i32) -> Result<[u8; 32]> {
    #[cfg(test)]
    crate::base::work_done::note(&format!("a hash with {params:?}"));
    let hash = || {
        stand_back(niceness);
        let mut memory = vec![Block::default(); params.block_count()];
        let mut digest = [0; 32];
        let hasher = Argon2::new(ALGORITHM, VERSION, params.clone());
        hasher.hash_password_into_with_memory(password, salt, &mut digest, &mut memory).map(|()| digest)
    };
    std::thread::scope(|scope| {
        let thread = Builder::new().name("password".into()).stack_size(STACK_BYTES);
        let hashing = thread.spawn_scoped(scope, hash).map_err(Error::internal)?;
        hashing.join().expect("hashing does not panic").map_err(Error::internal)
    })
}

fn params() -> Params {
    Params::new(MEMORY_KIB, PASSES, 1, None).expect("the fixed settings are valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_fits_and_nobody_has_none() {
        let passwords = Passwords::default();
        let hash = passwords.hash(&Secret::new("correct horse")).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=9216,t=4,p=1$"));
        let fits = |password: &str, hash| {
            let check = passwords.begin_check(Waiter::of_the_server()).unwrap();
            check.verify(&Secret::new(password), hash).unwrap()
        };
        assert!(fits("correct horse", Some(hash.as_str())));
        assert!(!fits("correct hors", Some(&hash)));
        assert!(!fits("nobody signs in with this", None));
        assert!(!fits("", Some(&hash)));
    }

    #[test]
    fn an_unknown_account_costs_what_a_known_one_does() {
        let (nobodys, fresh) = (PasswordHash::new(NOBODYS).unwrap(), hash_now(b"x").unwrap());
        let fresh = PasswordHash::new(&fresh).unwrap();
        assert_eq!(
            (nobodys.algorithm, nobodys.version, &nobodys.params),
            (fresh.algorithm, fresh.version, &fresh.params)
        );
        assert_eq!(nobodys.hash.map(|hash| hash.len()), fresh.hash.map(|hash| hash.len()));
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert!(check_new(&Secret::new("1234567"), 8).is_err());
        assert!(check_new(&Secret::new("12345678"), 8).is_ok());
        assert!(check_new(&Secret::new("x".repeat(1025)), 8).is_err());
    }
}
