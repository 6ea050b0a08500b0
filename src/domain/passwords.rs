//! Hashing and checking passwords, at most two at a time: each takes 9 MiB and a board has few cores.

use crate::base::ids::random_bytes;
use crate::base::secret::Secret;
use crate::error::{Code, Error, Result};
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::{Condvar, Mutex};

/// OWASP's password storage cheat sheet gives this as one of its equivalent settings; it is the one that fits a small board.
const MEMORY_KIB: u32 = 9 * 1024;
const PASSES: u32 = 4;
/// Hashes at the same time, and callers that may wait for their turn.
const TURNS: usize = 2;
const WAITING_MAX: usize = 32;
/// Checked for unknown accounts, so that they cost the same time. Made once and for all, because making it takes longer
/// than everything else at the start; whoever knows the password behind it knows nothing.
const NOBODYS: &str =
    "$argon2id$v=19$m=9216,t=4,p=1$SAtGmewRZpaIG6Ds22grjw$Dy0KAp0jgDfsBafm9mhHvNnTKVtO6vCa3bQZ/lpybAA";
/// Longer passwords are refused before they cost anything.
const PASSWORD_BYTES_MAX: usize = 1024;

/// The one place where passwords are hashed.
pub struct Passwords {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    running: usize,
    waiting: usize,
}

impl Passwords {
    pub fn new() -> Passwords {
        Passwords { state: Mutex::default(), freed: Condvar::new() }
    }

    /// The hash of a new password, as a PHC string.
    pub fn hash(&self, password: &Secret) -> Result<String> {
        self.in_turn(|| hash_now(password.reveal().as_bytes()))?
    }

    /// Whether a password fits a hash. Without one the answer is no, after the same time.
    pub fn verify(&self, password: &Secret, hash: Option<&str>) -> Result<bool> {
        if password.reveal().len() > PASSWORD_BYTES_MAX {
            return Ok(false);
        }
        let stored = PasswordHash::new(hash.unwrap_or(NOBODYS))
            .map_err(|error| Error::internal(format!("a stored password hash cannot be read: {error}")))?;
        let fits =
            self.in_turn(|| hasher().verify_password(password.reveal().as_bytes(), &stored).is_ok())?;
        Ok(fits && hash.is_some())
    }

    fn in_turn<T>(&self, work: impl FnOnce() -> T) -> Result<T> {
        let mut state = self.state.lock().expect("nothing panics while holding the turns");
        if state.waiting >= WAITING_MAX {
            return Err(Error::new(
                Code::Busy,
                "Too many people sign in at once. Please try again in a moment.",
            ));
        }
        state.waiting += 1;
        while state.running >= TURNS {
            state = self.freed.wait(state).expect("nothing panics while holding the turns");
        }
        state.waiting -= 1;
        state.running += 1;
        drop(state);
        let result = work();
        self.state.lock().expect("nothing panics while holding the turns").running -= 1;
        self.freed.notify_one();
        Ok(result)
    }
}

/// Refuses passwords that are too short, too long or no text.
pub fn check_new(password: &Secret, characters_min: u32) -> Result<()> {
    let text = password.reveal();
    if text.chars().count() < characters_min as usize {
        return Err(Error::new(
            Code::Invalid,
            format!("The password is too short: it needs at least {characters_min} characters."),
        ));
    }
    if text.len() > PASSWORD_BYTES_MAX || text.contains('\0') {
        return Err(Error::new(Code::Invalid, "The password may have at most 1024 bytes and no NUL."));
    }
    Ok(())
}

fn hash_now(password: &[u8]) -> Result<String> {
    let salt = SaltString::encode_b64(&random_bytes::<16>()).map_err(Error::internal)?;
    Ok(hasher().hash_password(password, &salt).map_err(Error::internal)?.to_string())
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("the fixed settings are valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_fits_and_nobody_has_none() {
        let passwords = Passwords::new();
        let hash = passwords.hash(&Secret::new("correct horse")).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=9216,t=4,p=1$"));
        assert!(passwords.verify(&Secret::new("correct horse"), Some(&hash)).unwrap());
        assert!(!passwords.verify(&Secret::new("correct hors"), Some(&hash)).unwrap());
        assert!(!passwords.verify(&Secret::new("nobody signs in with this"), None).unwrap());
        assert!(!passwords.verify(&Secret::new(""), Some(&hash)).unwrap());
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
