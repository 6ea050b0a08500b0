//! Creates policies, changes their names and values, gives them to accounts and groups, and removes
//! them.

use super::policies::existing;
use super::policy_keys::{KEYS, Policy};
use super::way_in;
use crate::base::limits::{POLICIES_MAX, POLICY_NAME_BYTES_MAX};
use crate::base::text::is_line;
use crate::base::user_name::UserName;
use crate::domain::accounts::{account, groups};
use crate::error::{Code, Error, Reason, Result};
use crate::store::policies::{self, Holder};
use crate::store::shares::Member;
use crate::store::{Read, Write};

/// The account or group that gets a policy.
#[derive(Clone, Copy)]
pub enum Recipient<'a> {
    /// An account, by its name.
    User(&'a str),
    /// A group, by its id.
    Group(i64),
}

/// Creates a policy without values.
///
/// # Errors
/// `Code::Conflict` for a name that is taken, and if there are too many; `Code::Invalid` for a name
/// that is not valid.
pub fn add(tx: &Write, name: &str, is_default: bool) -> Result<()> {
    if policies::all(tx)?.len() >= POLICIES_MAX {
        return Err(Error::new(Code::Conflict, "There are too many policies. Please remove one first."));
    }
    let (name, key) = checked_name(tx, name, None)?;
    let id = policies::insert(tx, &name, &key)?;
    if is_default {
        policies::set_default(tx, id)?;
    }
    Ok(())
}

/// Changes the name of a policy and its values. An empty value removes the key from the policy.
///
/// # Errors
/// `Code::NotFound` without such a policy; `Code::Invalid` for a value that is not valid for its
/// key; `Code::Conflict` if it would not be certain that an administrator can still sign in; the
/// errors of [`add`] for the name.
pub fn change(tx: &Write, id: i64, name: Option<&str>, values: &[(&'static str, String)]) -> Result<()> {
    let policy = existing(tx, id)?;
    if let Some(name) = name {
        let (name, key) = checked_name(tx, name, Some(policy.id))?;
        policies::rename(tx, id, &name, &key)?;
    }
    set_values(tx, Holder::Policy(id), values)
}

/// Changes the values of the default policy.
///
/// # Errors
/// `Code::Invalid` for a value that is not valid for its key.
pub fn change_default(tx: &Write, values: &[(&'static str, String)]) -> Result<()> {
    let default = policies::all(tx)?.into_iter().find(|row| row.is_default);
    let default = default.ok_or_else(|| Error::internal("there is no default policy"))?;
    set_values(tx, Holder::Policy(default.id), values)
}

/// Changes values for a single account. An empty value leaves a key to the account's policies.
///
/// # Errors
/// `Code::NotFound` without such an account; `Code::Invalid` for a value that is not valid for its
/// key.
pub fn change_for_account(tx: &Write, name: &str, values: &[(&'static str, String)]) -> Result<()> {
    let account = account::existing(tx, name)?;
    set_values(tx, Holder::User(account.id), values)
}

/// Removes a policy. Accounts and groups that had it have none then.
///
/// # Errors
/// `Code::NotFound` without such a policy; `Code::Conflict` for the default, and as [`change`].
pub fn remove(tx: &Write, id: i64) -> Result<()> {
    if existing(tx, id)?.is_default {
        return Err(Error::new(
            Code::Conflict,
            "The default policy stays. Make another one the default first.",
        ));
    }
    way_in::kept(tx, || policies::delete(tx, id))
}

/// Makes a policy the default instead of the present one.
///
/// # Errors
/// `Code::NotFound` without such a policy.
pub fn make_default(tx: &Write, id: i64) -> Result<()> {
    let policy = existing(tx, id)?;
    if policy.is_default { Ok(()) } else { way_in::kept(tx, || policies::set_default(tx, id)) }
}

/// Gives an account or a group a policy, which replaces the one that it had; `None` gives it none.
///
/// # Errors
/// `Code::NotFound` without such a policy, account or group.
pub fn assign(tx: &Write, to: Recipient<'_>, policy: Option<i64>) -> Result<()> {
    let member = match to {
        Recipient::User(name) => Member::User(account::existing(tx, name)?.id),
        Recipient::Group(id) => Member::Group(groups::checked_id(tx, id)?),
    };
    let policy = policy.map(|id| existing(tx, id)).transpose()?;
    way_in::kept(tx, || policies::assign(tx, member, policy.map(|policy| policy.id)))
}

/// Removes the values for a single account, and takes its policy away.
///
/// # Errors
/// `Code::NotFound` without such an account.
pub fn reset(tx: &Write, name: &str) -> Result<()> {
    let account = account::existing(tx, name)?;
    way_in::kept(tx, || {
        policies::remove_values_of_user(tx, account.id)?;
        policies::assign(tx, Member::User(account.id), None)
    })
}

fn set_values(tx: &Write, holder: Holder, values: &[(&'static str, String)]) -> Result<()> {
    way_in::kept(tx, || set_all(tx, holder, values))
}

fn set_all(tx: &Write, holder: Holder, values: &[(&'static str, String)]) -> Result<()> {
    for (name, text) in values {
        let text = text.trim();
        if text.is_empty() {
            policies::set_value(tx, holder, name, None)?;
            continue;
        }
        let mut said = Policy::default();
        said.set(name, text)?;
        policies::set_value(tx, holder, name, said.text(name).as_deref())?;
    }
    Ok(())
}

/// A name and its normal form. `but` is the policy itself when it is changed: it may keep its name.
fn checked_name(read: &Read, name: &str, but: Option<i64>) -> Result<(String, String)> {
    let name = name.trim();
    if !is_line(name, POLICY_NAME_BYTES_MAX) {
        return Err(Error::new(
            Code::Invalid,
            format!("The name of a policy has 1 to {POLICY_NAME_BYTES_MAX} bytes and no control characters."),
        )
        .for_reason(Reason::NotPlainText));
    }
    let key = UserName::normal_form(name);
    if policies::by_key(read, &key)?.is_some_and(|taken| Some(taken.id) != but) {
        return Err(Error::new(Code::Conflict, format!("There is a policy {name} already."))
            .for_reason(Reason::Exists));
    }
    Ok((name.to_owned(), key))
}

/// All keys for which there is a text, with their texts.
pub fn given_values<'a>(text_of: impl Fn(&str) -> Option<&'a str>) -> Vec<(&'static str, String)> {
    KEYS.iter().filter_map(|key| Some((key.name, text_of(key.name)?.to_owned()))).collect()
}
