//! Parameters that are texts with limits. The description tells the limits, and the server refuses
//! texts beyond them.

use super::params::{Param, check_length};
use super::schema::Schema;
use crate::base::limits::LONG_SETTING_BYTES_MAX;
use crate::base::secret::Secret;
use crate::base::text::is_line;
use crate::domain::accounts::account::{DISPLAY_NAME_BYTES_MAX, EMAIL_BYTES_MAX, checked_display_name};
use crate::error::{Code, Error, Reason, Result};
use std::ops::Deref;

/// One line of text: not empty, with a maximum of bytes and without control characters. Blanks
/// around it do not count.
#[derive(Clone, Debug, Default)]
pub struct Line<const BYTES_MAX: usize>(pub String);

impl<const BYTES_MAX: usize> Param for Line<BYTES_MAX> {
    const SCHEMA: Schema = Schema::TEXT.of_bytes(1, BYTES_MAX);

    fn parse(text: &str) -> Result<Line<BYTES_MAX>> {
        if is_line(text.trim(), BYTES_MAX) {
            return Ok(Line(text.to_owned()));
        }
        let sentence = format!("It must have 1 to {BYTES_MAX} bytes and no control characters.");
        Err(Error::new(Code::Invalid, sentence))
    }
}

impl<const BYTES_MAX: usize> Deref for Line<BYTES_MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// A text of lines, with a least and a greatest number of bytes. Blanks around it do not count, and
/// each end of a line counts as one byte.
#[derive(Clone, Debug, Default)]
pub struct Lines<const BYTES_MIN: usize, const BYTES_MAX: usize>(pub String);

impl<const BYTES_MIN: usize, const BYTES_MAX: usize> Param for Lines<BYTES_MIN, BYTES_MAX> {
    const SCHEMA: Schema = Schema::TEXT.of_bytes(BYTES_MIN, BYTES_MAX);

    fn parse(text: &str) -> Result<Lines<BYTES_MIN, BYTES_MAX>> {
        let inside = text.trim();
        let bytes = inside.len() - inside.matches("\r\n").count();
        if (BYTES_MIN..=BYTES_MAX).contains(&bytes) {
            return Ok(Lines(text.to_owned()));
        }
        Err(Error::new(Code::Invalid, format!("It must have {BYTES_MIN} to {BYTES_MAX} bytes.")))
    }
}

impl<const BYTES_MIN: usize, const BYTES_MAX: usize> Deref for Lines<BYTES_MIN, BYTES_MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// An e-mail address. It may be empty if the operation says what that means.
#[derive(Clone, Debug)]
pub struct Email(pub String);

impl Param for Email {
    const SCHEMA: Schema = Schema::text("e-mail address").of_bytes(0, EMAIL_BYTES_MAX);

    fn parse(text: &str) -> Result<Email> {
        check_length(text, EMAIL_BYTES_MAX).map_err(|error| error.for_reason(Reason::BadEmail))?;
        Ok(Email(text.to_owned()))
    }
}

/// A new password for an account. Its least length is a setting.
#[derive(Clone, Debug)]
pub struct NewPassword(pub Secret);

impl Param for NewPassword {
    const SCHEMA: Schema = Secret::SCHEMA;

    fn parse(text: &str) -> Result<NewPassword> {
        let too_long = |error: Error| error.for_reason(Reason::PasswordTooLong);
        Secret::parse(text).map(NewPassword).map_err(too_long)
    }
}

impl Deref for NewPassword {
    type Target = Secret;

    fn deref(&self) -> &Secret {
        &self.0
    }
}

/// The value of a setting, which may be a secret.
#[derive(Clone, Debug)]
pub struct SettingValue(pub Secret);

impl Param for SettingValue {
    const SCHEMA: Schema = Secret::SCHEMA.of_bytes(0, LONG_SETTING_BYTES_MAX);

    fn parse(text: &str) -> Result<SettingValue> {
        check_length(text, LONG_SETTING_BYTES_MAX)?;
        Ok(SettingValue(Secret::new(text)))
    }
}

/// A name that others see.
#[derive(Clone, Debug)]
pub struct DisplayName(pub String);

impl Param for DisplayName {
    const SCHEMA: Schema = Schema::TEXT.of_bytes(1, DISPLAY_NAME_BYTES_MAX);

    fn parse(text: &str) -> Result<DisplayName> {
        checked_display_name(text).map(DisplayName)
    }
}

impl Deref for DisplayName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}
