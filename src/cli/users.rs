//! Accounts on the command line, even beside a running server.

use super::arguments::Arguments;
use super::{Result, open_cloud, open_or_make_cloud, print, usage};
use crate::base::secret::Secret;
use crate::base::user_name::UserName;
use crate::domain::Cloud;
use crate::domain::accounts::account::{self, AccountChange};
use crate::error::Error;
use crate::logger::tell;
use crate::store::users::AccountStatus;
use crate::store::users::UserRow;
use rustix::termios::{self, LocalModes, OptionalActions};
use std::io::{BufRead, IsTerminal};

pub fn add(arguments: &Arguments) -> Result<()> {
    let name = UserName::parse(arguments.name())?;
    let cloud = open_or_make_cloud(arguments)?;
    let mut account = cloud.prepare_account(name.clone(), &read_password(arguments)?)?;
    account.is_admin = arguments.has("admin");
    account.email = arguments.option("email").map(str::to_owned);
    cloud.settle_from_console("user add", name.as_str(), cloud.add_account(account))?;
    print(&format!("{name} can sign in now.\n"))
}

pub fn list(arguments: &Arguments) -> Result<()> {
    let cloud = open_cloud(arguments)?;
    let (all, _) = cloud.view().search_accounts("", 0, u64::MAX)?;
    let line = |account: &UserRow| {
        let status = account.status.word().to_lowercase();
        let admin = if account.is_admin { "admin" } else { "" };
        let columns = [account.name.as_str(), &status, admin, account.email.as_deref().unwrap_or("")];
        columns.join("\t").trim_end().to_owned() + "\n"
    };
    print(&all.iter().map(line).collect::<String>())
}

pub fn password(arguments: &Arguments) -> Result<()> {
    let cloud = open_cloud(arguments)?;
    let hash = cloud.hash_new_password(&read_password(arguments)?)?;
    let change = AccountChange { password_hash: Some(hash), ..AccountChange::default() };
    change_account(&cloud, "user password", arguments.name(), change)?;
    print("The password is changed. All sessions of the account have ended.\n")
}

pub fn reset_factor(arguments: &Arguments) -> Result<()> {
    let cloud = open_cloud(arguments)?;
    let name = arguments.name();
    cloud.settle_from_console("user reset-factor", name, cloud.reset_second_factor(name, None)?)?;
    print("The second factor is removed. All sessions of the account have ended.\n")
}

pub fn disable(arguments: &Arguments) -> Result<()> {
    set_status(arguments, "user disable", AccountStatus::Disabled)
}

pub fn enable(arguments: &Arguments) -> Result<()> {
    set_status(arguments, "user enable", AccountStatus::Full)
}

pub fn delete(arguments: &Arguments) -> Result<()> {
    let cloud = open_cloud(arguments)?;
    let name = arguments.name();
    cloud.settle_from_console("user delete", name, cloud.remove_account(name, "(console)")?)?;
    print("The account is removed. Its files are in the recycle bin.\n")
}

fn set_status(arguments: &Arguments, operation: &'static str, status: AccountStatus) -> Result<()> {
    let cloud = open_cloud(arguments)?;
    change_account(
        &cloud,
        operation,
        arguments.name(),
        AccountChange { status: Some(status), ..AccountChange::default() },
    )
}

fn change_account(cloud: &Cloud, operation: &'static str, name: &str, change: AccountChange) -> Result<()> {
    let account = name.to_owned();
    Ok(cloud.commit_from_console(operation, name, move |tx| account::change(tx, &account, &change))?)
}

/// Reads the password from the first line of standard input. On a terminal, asks for it and hides
/// what is typed.
fn read_password(arguments: &Arguments) -> Result<Secret> {
    let input = std::io::stdin();
    if arguments.has("password-stdin") {
        return read_line(&input);
    }
    if !input.is_terminal() {
        return Err(usage("To read the password from standard input, add --password-stdin."));
    }
    tell("Password: ");
    let before = termios::tcgetattr(&input).map_err(Error::internal)?;
    let mut hidden = before.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    termios::tcsetattr(&input, OptionalActions::Flush, &hidden).map_err(Error::internal)?;
    let password = read_line(&input);
    termios::tcsetattr(&input, OptionalActions::Flush, &before).map_err(Error::internal)?;
    tell("\n");
    password
}

fn read_line(input: &std::io::Stdin) -> Result<Secret> {
    let mut line = String::new();
    input.lock().read_line(&mut line).map_err(Error::internal)?;
    Ok(Secret::new(line.trim_end_matches(['\n', '\r'])))
}
