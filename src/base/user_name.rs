//! The rules for user names.

use crate::error::{Code, Error, Reason, Result};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// The names that no account can have, because paths begin with them.
const RESERVED: [&str; 3] = ["shared", "external", "network"];

/// A user name in its normal form: lower case, NFC, made of letters, digits and `. _ - @`,
/// beginning with a letter or digit. So `Bob` and `bob` are the same account with the same folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserName(String);

impl UserName {
    pub const BYTES_MAX: usize = 64;

    /// The normal form of a name that a caller wrote in any spelling, to find the account.
    pub fn normal_form(text: &str) -> String {
        if text.is_ascii() {
            return text.trim().to_ascii_lowercase();
        }
        text.trim().nfc().collect::<String>().to_lowercase().nfc().collect()
    }

    /// True for a name in its normal form. It is fast for the usual names, because every path of a
    /// call is asked.
    pub fn is_normal_form(text: &str) -> bool {
        match text.is_ascii() {
            true => {
                let is_blank =
                    |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'\t'..=b'\r' | b' '));
                let bytes = text.as_bytes();
                let has_capitals = bytes.iter().fold(false, |any, byte| any | byte.is_ascii_uppercase());
                !is_blank(bytes.first()) && !is_blank(bytes.last()) && !has_capitals
            }
            false => UserName::normal_form(text) == text,
        }
    }

    /// Reads the name of a new account.
    ///
    /// # Errors
    /// `Code::Invalid` with the rules for names.
    pub fn parse(text: &str) -> Result<UserName> {
        let name = UserName::normal_form(text);
        let starts_well = name.chars().next().is_some_and(char::is_alphanumeric);
        let is_plain = name.chars().all(|letter| letter.is_alphanumeric() || "._-@".contains(letter));
        if !starts_well || !is_plain || name.ends_with('.') || name.len() > UserName::BYTES_MAX {
            return Err(Error::new(
                Code::Invalid,
                "A user name has 1 to 64 letters, digits and . _ - @, begins with a letter or digit and does not end with a dot.",
            ).for_reason(Reason::BadUserName));
        }
        if RESERVED.contains(&name.as_str()) {
            return Err(Error::new(
                Code::Invalid,
                format!("The name {name} is reserved. Please take another one."),
            )
            .for_reason(Reason::BadUserName));
        }
        Ok(UserName(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
