//! Small values that clients store for an account. The cloud knows the meaning only of those that
//! are named below.

use crate::base::limits::{USER_VALUE_BYTES_MAX, USER_VALUE_NAME_BYTES_MAX, USER_VALUES_MAX};
use crate::base::text::{is_line, is_lines};
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::error::{Code, Error, Result};
use crate::store::{Write, user_values};

/// Key and name of the value that says whether the list of activities is folded away: 1 or 0.
pub const ACTIVITY_COLLAPSED: (&str, &str) = ("activity", "collapsed");

impl CloudView<'_> {
    /// A value of an account; `None` if it was never set.
    pub fn user_value(&self, user: &User, key: &str, name: &str) -> Result<Option<String>> {
        self.cloud.store.read(|read| user_values::get(read, user.id(), key, name))
    }
}

/// Sets a value of an account.
///
/// # Errors
/// `Code::Invalid` for a name or a value that is too long or empty, `Code::Conflict` when there are too many.
pub fn set(tx: &Write, user: &User, key: &str, name: &str, value: &str) -> Result<()> {
    for text in [key, name] {
        if !is_line(text, USER_VALUE_NAME_BYTES_MAX) {
            return Err(Error::new(
                Code::Invalid,
                format!(
                    "Key and name have 1 to {USER_VALUE_NAME_BYTES_MAX} bytes and no control characters."
                ),
            ));
        }
    }
    if !is_lines(value, USER_VALUE_BYTES_MAX) {
        return Err(Error::new(
            Code::Invalid,
            format!("A value has at most {USER_VALUE_BYTES_MAX} bytes and no control characters."),
        ));
    }
    user_values::set(tx, user.id(), key, name, value)?;
    if user_values::count(tx, user.id())? > USER_VALUES_MAX {
        return Err(Error::new(
            Code::Conflict,
            format!("There can be no more than {USER_VALUES_MAX} values of an account."),
        ));
    }
    Ok(())
}
