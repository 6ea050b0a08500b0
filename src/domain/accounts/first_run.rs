//! The first run: without any account, a one-time code from the console creates the first admin. If
//! homes exist but the database knows no account, the server refuses: it has the wrong database.

use crate::base::guarded::Guarded;
use crate::base::ids::spoken_code;
use crate::base::secret::Secret;
use crate::base::user_name::UserName;
use crate::domain::accounts::account::{self, NewAccount};
use crate::domain::accounts::sign_in_throttle::{Guesser, Subject};
use crate::domain::{Call, Cloud, CloudView, DATABASE_NAME, FILES_NAME};
use crate::error::{Code, Error, Reason, Result};
use crate::store::users;
use std::net::IpAddr;
use std::path::Path;

#[derive(Default)]
pub struct Setup {
    code: Guarded<Option<Secret>>,
}

impl Cloud {
    /// The code to print on the console; `None` if an account exists.
    pub fn begin_setup(&self) -> Result<Option<String>> {
        if self.store.read(users::counts)?.accounts > 0 {
            return Ok(None);
        }
        let code = spoken_code();
        *self.setup.code.lock() = Some(Secret::new(code.clone()));
        Ok(Some(code))
    }

    /// Checks the code and creates the first admin.
    ///
    /// # Errors
    /// `Code::Conflict` if an account exists, `Code::Forbidden` for a wrong code, `Code::Busy`
    /// after too many.
    pub fn set_up(
        &self,
        call: &mut Call<'_>,
        code: &Secret,
        name: UserName,
        password: &Secret,
    ) -> Result<()> {
        let account = self.check_setup(code, name, password, call.address())?;
        call.is_by(account.name.as_str());
        self.ensure_home(account.name.as_str())?;
        call.commit(move |tx| finish_setup(tx, &account))
    }

    fn check_setup(
        &self,
        code: &Secret,
        name: UserName,
        password: &Secret,
        address: IpAddr,
    ) -> Result<NewAccount> {
        if !self.view().awaits_setup()? {
            return Err(already_done());
        }
        let guess = self.throttle.begin(&Guesser::of_code(Subject::SetupCode, address))?;
        let typed: String = code.reveal().chars().filter(char::is_ascii_alphanumeric).collect();
        let fits = {
            let printed = self.setup.code.lock();
            printed.as_ref().is_some_and(|printed| {
                Secret::new(printed.reveal().replace('-', "")).matches(&typed.to_ascii_lowercase())
            })
        };
        if !fits {
            return Err(Error::new(
                Code::Forbidden,
                "The code is not right. It stands on the console or in the log of the server.",
            )
            .for_reason(Reason::SetupCode));
        }
        guess.was_right();
        let mut account = self.prepare_account(name, password)?;
        account.is_admin = true;
        Ok(account)
    }
}

impl Cloud {
    /// Refuses to create a new database beside the files of accounts: the old database is missing,
    /// and with it everything that it knows of the accounts.
    ///
    /// # Errors
    /// `Code::Conflict` with advice.
    pub fn check_database_is_there(directory: &Path) -> Result<()> {
        match Cloud::is_in(directory) {
            true => Ok(()),
            false => refuse_homes_without_accounts(directory, &[]),
        }
    }
}

/// Checks that a cloud without accounts has no homes, except those of accounts that the database
/// knew.
pub(in crate::domain) fn refuse_homes_without_accounts(directory: &Path, known: &[String]) -> Result<()> {
    let homes = crate::disk::local::folders(&directory.join(FILES_NAME))?;
    let homes: Vec<&str> = homes
        .iter()
        .map(String::as_str)
        .filter(|name| !is_no_home(name) && !known.iter().any(|one| one == name))
        .collect();
    if homes.is_empty() {
        return Ok(());
    }
    let shown = homes.iter().take(HOMES_SHOWN_MAX).copied().collect::<Vec<_>>().join(", ");
    let sentence = format!(
        "There are files of {} accounts in {} ({shown}), but {DATABASE_NAME} is missing or knows no account. Put \
         {DATABASE_NAME} back, from a file {DATABASE_NAME}.saved-... beside it or from a backup. If these files are to \
         begin a new cloud, make their accounts first: cloudlet user add NAME --admin --data {}",
        homes.len(),
        directory.join(FILES_NAME).display(),
        directory.display(),
    );
    Err(Error::new(Code::Conflict, sentence))
}

/// Maximum number of homes that a message names.
const HOMES_SHOWN_MAX: usize = 5;

/// True for the names of other entries beside homes: hidden folders, and folders that file systems
/// create.
fn is_no_home(name: &str) -> bool {
    name.starts_with('.') || name == "lost+found"
}

impl CloudView<'_> {
    /// True until the first account exists.
    pub fn awaits_setup(&self) -> Result<bool> {
        Ok(self.cloud.store.read(users::counts)?.accounts == 0)
    }
}

/// Inserts the first admin. Of two calls at the same time, only one succeeds.
fn finish_setup(tx: &crate::store::Write, account: &NewAccount) -> Result<()> {
    if users::counts(tx)?.accounts > 0 {
        return Err(already_done());
    }
    account::add(tx, account).map(drop)
}

fn already_done() -> Error {
    Error::new(Code::Conflict, "This cloud is set up already. Please sign in.")
}
