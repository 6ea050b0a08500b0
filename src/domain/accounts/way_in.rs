//! Makes sure that an administrator can still sign in after a change of policies.
//!
//! An administrator of whom a second factor is required sets it up at the sign-in. This works only
//! with a program that shows the key, and while the clocks of server and phone agree. It is certain
//! to work only when somebody has done it. So a second factor can be required of all administrators
//! only if one of them has one.

use super::admin_areas::AdminRights;
use super::policies::Policies;
use crate::error::{Code, Error, Reason, Result};
use crate::store::users::{AccountStatus, UserRow};
use crate::store::{Read, Write, second_factors, users};

/// Makes a change of policies or of their members.
///
/// # Errors
/// `Code::Conflict` if all administrators would need a second factor after the change, and none has
/// one; the errors of the change itself.
pub(super) fn kept<T>(tx: &Write, change: impl FnOnce() -> Result<T>) -> Result<T> {
    let was_sure = is_sure(tx)?;
    let outcome = change()?;
    if was_sure && !is_sure(tx)? {
        let sentence = "This would require a second factor of every administrator, and none of them has set one up. Set \
                        up your own first.";
        return Err(Error::new(Code::Conflict, sentence).for_reason(Reason::AdminFactorFirst));
    }
    Ok(outcome)
}

/// True if an administrator with all rights, whose account does not expire, can still sign in: the
/// administrator has the required second factor, or needs none.
fn is_sure(read: &Read) -> Result<bool> {
    let policies = Policies::read(read)?;
    if !policies.require_a_second_factor() {
        return Ok(true);
    }
    for account in users::admins(read)? {
        let is_required = || policies.of_account(account.id).requires_second_factor();
        if is_lasting(read, &account)? && (!is_required() || second_factors::exists(read, account.id)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_lasting(read: &Read, account: &UserRow) -> Result<bool> {
    let is_full = account.status == AccountStatus::Full && account.expires.is_none();
    Ok(is_full && AdminRights::read(read, account.id)?.is_full())
}
