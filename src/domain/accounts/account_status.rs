//! Decides whether an account may be used.

use crate::store::users::{AccountStatus, UserRow};

/// True if an account may be used at a time (seconds since 1970 UTC).
pub fn may_sign_in(account: &UserRow, now: i64) -> bool {
    is_usable(account.status, account.expires, now)
}

/// True if an account with this status and this time of expiry may be used at a time.
pub fn is_usable(status: AccountStatus, expires: Option<i64>, now: i64) -> bool {
    status != AccountStatus::Disabled && expires.is_none_or(|expires| now < expires)
}
