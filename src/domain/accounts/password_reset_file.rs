//! Resets a lost password from a file in the data directory, or on a boot partition that any
//! computer can write. Anybody who can write there owns the machine anyway.
//!
//! The file has two lines, a user name and a new password. It is read once at the start. The
//! account then has this password and is an admin.

use crate::base::secret::Secret;
use crate::disk::local::{read_bytes, remove_file};
use crate::domain::Cloud;
use crate::domain::accounts::account::{self, AccountChange};
use crate::domain::accounts::password_turns::Waiter;
use crate::error::{Code, Error, Result};
use crate::store::meta;
use crate::store::users::AccountStatus;
use std::path::Path;

const FILE_NAME: &str = "cloudlet-reset.txt";
const FILE_BYTES_MAX: u64 = 1024;
/// Keys of the hashes of files that were used and could not be removed. Each place has its own key,
/// so that a file in one place does not make the file in the other work again.
const USED_IN_DATA: &str = "reset_used.data";
const USED_ELSEWHERE: &str = "reset_used.setting";

impl Cloud {
    /// Reads the file, if there is one. Its faults are logged and do not keep the server from
    /// starting.
    pub fn reset_by_file(&self) {
        let elsewhere = self.config().reset_file.clone();
        let places = [(self.directory.join(FILE_NAME), USED_IN_DATA), (elsewhere, USED_ELSEWHERE)];
        for (path, fact) in places.iter().filter(|(path, _)| !path.as_os_str().is_empty()) {
            if let Err(error) = self.reset_by(path, fact) {
                log::error!("{}: nothing was reset. {error}", path.display());
            }
        }
    }

    fn reset_by(&self, path: &Path, fact: &'static str) -> Result<()> {
        let Some(bytes) = read_bytes(path, FILE_BYTES_MAX)? else { return Ok(()) };
        let text = text_of(&bytes)
            .ok_or_else(|| Error::new(Code::Invalid, "It is no text. Please save it as UTF-8."))?;
        let text = text.trim_start_matches('\u{feff}').trim_end();
        let content = Secret::new(text);
        let used = self.store.read(|read| meta::get(read, fact))?;
        let is_used = used.as_deref().map_or(Ok(false), |used| {
            self.passwords.begin_check(Waiter::of_the_server())?.verify(&content, Some(used))
        })?;
        if is_used {
            log::warn!("{} has worked once and will not work again. Please remove it.", path.display());
            return Ok(());
        }
        let (name, password) = lines(text)?;
        // The slow hash is used, because a fast one would help to guess the password in the file.
        let used = self.passwords.hash(&content)?;
        let change = AccountChange {
            password_hash: Some(self.hash_new_password(&Secret::new(password))?),
            status: Some(AccountStatus::Full),
            is_admin: Some(true),
            ..AccountChange::default()
        };
        let account = self.reset_account(name, change, fact, used)?;
        log::warn!("{}: {account} has a new password and is an administrator", path.display());
        match remove_file(path) {
            Ok(()) => self.store.write(move |tx| meta::remove(tx, fact)),
            Err(error) => {
                log::warn!("{} cannot be removed and will not work again: {error}", path.display());
                Ok(())
            }
        }
    }

    /// Changes the account and stores the hash of the used file in one transaction. Returns the
    /// account's name.
    fn reset_account(
        &self,
        name: &str,
        mut change: AccountChange,
        fact: &'static str,
        used: String,
    ) -> Result<String> {
        let account = self.store.read(|read| account::existing(read, name))?;
        let now = self.now();
        if account.expires.is_some_and(|expires| expires <= now) {
            change.expires = Some(None);
        }
        let name = account.name.clone();
        self.commit_from_console("reset by file", &account.name, move |tx| {
            account::change(tx, &name, &change)?;
            // Setting the same password again ends the sessions too.
            crate::domain::accounts::sessions::end_all(tx, account.id, None)?;
            meta::set(tx, fact, &used)
        })?;
        Ok(account.name)
    }
}

/// The text in any editor's encoding: PowerShell of Windows writes UTF-16 by default.
fn text_of(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return String::from_utf8(bytes.to_vec()).ok(),
    };
    let pairs = bytes.chunks_exact(2);
    let is_whole = pairs.remainder().is_empty();
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().ok().filter(|_| is_whole)
}

fn lines(text: &str) -> Result<(&str, &str)> {
    let mut lines = text.lines();
    match (lines.next().map(str::trim), lines.next(), lines.next()) {
        (Some(name), Some(password), None) if !name.is_empty() && !password.is_empty() => {
            Ok((name, password))
        }
        _ => {
            Err(Error::new(Code::Invalid, "It needs two lines: the name of the user, and the new password."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{lines, text_of};

    #[test]
    fn a_text_is_read_in_what_windows_writes_too() {
        let text = "\u{feff}zo\u{eb}\r\nmy \u{1f511}\r\n";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [text.as_bytes(), &little, &big] {
            assert_eq!(text_of(bytes).as_deref(), Some(text));
        }
        for bytes in [&b"\xff\xfea"[..], b"\xff\xfe\x00\xd8", b"caf\xe9"] {
            assert_eq!(text_of(bytes), None);
        }
    }

    #[test]
    fn a_name_and_a_password_are_two_lines() {
        assert_eq!(lines("anna \nmy password").unwrap(), ("anna", "my password"));
        assert_eq!(lines("anna\r\nmy password").unwrap(), ("anna", "my password"));
        for text in ["", "anna", "anna\n", "\npassword", "anna\npassword\nmore"] {
            assert!(lines(text).is_err(), "{text:?}");
        }
    }
}
