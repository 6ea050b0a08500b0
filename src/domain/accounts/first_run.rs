//! The first run: with no account yet, a one-time code from the console creates the first admin.

use crate::base::ids::spoken_code;
use crate::base::secret::Secret;
use crate::base::user_name::UserName;
use crate::domain::accounts::account::{self, NewAccount};
use crate::domain::accounts::sign_in_throttle::{Guesser, Subject};
use crate::domain::{Call, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::users;
use std::net::IpAddr;
use std::sync::Mutex;

#[derive(Default)]
pub struct Setup {
    code: Mutex<Option<Secret>>,
}

impl Cloud {
    /// The code to print on the console; `None` when there is an account already.
    pub fn begin_setup(&self) -> Result<Option<String>> {
        if self.store.read(users::counts)?.0 > 0 {
            return Ok(None);
        }
        let code = spoken_code();
        *self.setup.code.lock().expect("nothing panics while holding the code") =
            Some(Secret::new(code.clone()));
        Ok(Some(code))
    }

    /// Checks the code and makes the first admin.
    ///
    /// # Errors
    /// `Code::Conflict` when there is an account already, `Code::Forbidden` for a wrong code, `Code::Busy` after too many.
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
            let printed = self.setup.code.lock().expect("nothing panics while holding the code");
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

impl CloudView<'_> {
    /// Whether the first account is still to be created.
    pub fn awaits_setup(&self) -> Result<bool> {
        Ok(self.cloud.store.read(users::counts)?.0 == 0)
    }
}

/// Inserts the first admin; of two at once only one succeeds.
fn finish_setup(tx: &crate::store::Write, account: &NewAccount) -> Result<()> {
    if users::counts(tx)?.0 > 0 {
        return Err(already_done());
    }
    account::add(tx, account)
}

fn already_done() -> Error {
    Error::new(Code::Conflict, "This cloud is set up already. Please sign in.")
}
