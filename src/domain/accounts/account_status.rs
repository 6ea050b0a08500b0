//! What an account may do, and whether it may be used.

use crate::store::users::UserRow;

/// What an account may do: the API's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Guest = 0,
    Full = 1,
    Disabled = 2,
    External = 3,
}

impl Status {
    pub fn from_number(number: i64) -> Option<Status> {
        [Status::Guest, Status::Full, Status::Disabled, Status::External]
            .into_iter()
            .find(|status| *status as i64 == number)
    }

    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Status::Guest | Status::External => "GUEST",
            Status::Full => "FULL",
            Status::Disabled => "DISABLED",
        }
    }
}

/// Whether an account may be used at a time (seconds since 1970 UTC).
pub fn may_sign_in(account: &UserRow, now: i64) -> bool {
    is_usable(account.status, account.expires, now)
}

/// The same by what decides it: the number of the status, and when the account expires.
pub fn is_usable(status: i64, expires: Option<i64>, now: i64) -> bool {
    status != Status::Disabled as i64 && expires.is_none_or(|expires| now < expires)
}
