//! Mails to account owners.

use super::admin_areas::{AdminArea, AdminRights};
use crate::base::network::Network;
use crate::base::time::plain_text;
use crate::domain::accounts::chosen_language::chosen;
use crate::domain::mail::{self, Receiver};
use crate::error::{Code, Result};
use crate::smtp;
use crate::store::mails::MailKind;
use crate::store::users::{AccountStatus, UserRow};
use crate::store::{Write, known_networks, mails, users};
use std::net::IpAddr;

/// The shortest time between two mails about accounts that wait: strangers cause them, and they
/// must not fill a mailbox.
const ACCOUNT_WAITS_PAUSE_SECONDS: i64 = 3600;
const DAY_SECONDS: i64 = 24 * 3600;

/// Queues a mail for an account, in its language. Returns false if the account has no address.
///
/// # Errors
/// As [`mail::queue`].
pub fn queue_for(tx: &Write, account: &UserRow, kind: MailKind, values: &[(&str, &str)]) -> Result<bool> {
    let Some(address) = account.email.clone().filter(|address| smtp::is_address(address)) else {
        return Ok(false);
    };
    let language = chosen(tx, account.id)?;
    let to = Receiver { name: account.display_name.clone(), address, language };
    mail::queue(tx, kind, &to, values).map(|()| true)
}

/// Tells an account about the change that the transaction makes. The change matters more than the
/// mail: if the mail cannot be queued, it is left out and the log says so.
pub(in crate::domain) fn tell(
    tx: &Write,
    account: &UserRow,
    kind: MailKind,
    values: &[(&str, &str)],
) -> Result<()> {
    let values = [&[("name", account.display_name.as_str())], values].concat();
    match tx.attempt(|tx| queue_for(tx, account, kind, &values)) {
        Err(error) if matches!(error.code, Code::Busy | Code::Invalid | Code::TooLarge) => {
            log::warn!("{} is not told by mail: {error}", account.name);
            Ok(())
        }
        told => told.map(drop),
    }
}

/// Tells all administrators, unless they got a mail of the same kind within a day: a fault may
/// repeat every hour.
pub(in crate::domain) fn tell_administrators_daily(
    tx: &Write,
    kind: MailKind,
    values: &[(&str, &str)],
) -> Result<()> {
    if mails::count_since(tx, kind, tx.now() - DAY_SECONDS)? > 0 {
        return Ok(());
    }
    administrators(tx)?.iter().try_for_each(|account| tell(tx, account, kind, values))
}

/// Informs the administrators who may change accounts that an account waits for approval. `link`
/// leads to the list of waiting accounts.
pub(super) fn tell_of_waiting_account(tx: &Write, name: &str, email: &str, link: &str) -> Result<()> {
    let kind = MailKind::AccountWaits;
    if mails::count_since(tx, kind, tx.now() - ACCOUNT_WAITS_PAUSE_SECONDS)? > 0 {
        return Ok(());
    }
    for account in administrators(tx)? {
        if AdminRights::read(tx, account.id)?.may(AdminArea::Users, true) {
            tell(tx, &account, kind, &[("account", name), ("email", email), ("link", link)])?;
        }
    }
    Ok(())
}

/// The administrators whose accounts are not disabled.
fn administrators(tx: &Write) -> Result<Vec<UserRow>> {
    let (mut accounts, _) = users::search(tx, "", 0, u64::MAX)?;
    accounts.retain(|account| account.is_admin && account.status != AccountStatus::Disabled);
    Ok(accounts)
}

/// Tells an account that somebody signs in to it from an unknown network. The first network of an
/// account is its owner's, so no mail is sent for it.
pub(super) fn tell_of_new_place(tx: &Write, account: &UserRow, address: IpAddr, device: &str) -> Result<()> {
    let network = Network::of_caller(address);
    if known_networks::knows(tx, account.id, network)? || !known_networks::are_any(tx, account.id)? {
        return Ok(());
    }
    let (address, when) = (address.to_string(), plain_text(tx.now()));
    let values = [("device", device), ("address", address.as_str()), ("when", when.as_str())];
    tell(tx, account, MailKind::NewPlace, &values)
}
