//! Devices: programs and phones that sign in under an id of their own. They wait for approval where that is asked for, can be
//! blocked, which ends their sessions at once, and are told what an administrator wants of them.

use crate::base::ids::spoken_code;
use crate::base::limits::DEVICE_MESSAGE_BYTES_MAX;
use crate::base::secret::Secret;
use crate::base::text::is_lines;
use crate::base::user_name::UserName;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::device_access::{blocked, checked, hash, missing, own};
use crate::domain::accounts::sign_in_throttle::{Guesser, Subject};
use crate::domain::{Call, Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::devices::{self, Blocked, CommandRow, DeviceCommand, DeviceRow, DeviceStatus, NewDevice};
use crate::store::{Read, Write, users};

/// Whose approval a device waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    ForOwner,
    ForAdmin,
}

impl Cloud {
    /// Notes that a device asks to be let in to an account. Nobody learns whether there is such an account.
    ///
    /// # Errors
    /// `Code::Invalid` for a device that does not say who it is, `Code::Busy` after too many requests from one network.
    pub fn request_device(&self, call: &mut Call<'_>, name: &str, device: NewDevice) -> Result<Waits> {
        let device = checked(device)?;
        // Each request counts as a guess: nobody asks often.
        drop(self.throttle.begin(&Guesser::of_code(Subject::DeviceRequest, call.address()))?);
        let name = UserName::normal_form(name);
        let account = self.store.read(|read| users::by_name_or_email(read, &name))?;
        let Some(account) = account else { return self.waits_for(0, false) };
        let known = self.store.read(|read| devices::find(read, account.id, &device.client_id))?;
        let is_allowed = known.is_some_and(|known| known.is_allowed);
        call.commit(move |tx| {
            devices::save(tx, account.id, &device, DeviceStatus::Waiting)?;
            devices::waits(tx, account.id, &device.client_id)
        })?;
        self.waits_for(account.id, is_allowed)
    }

    fn waits_for(&self, account: i64, is_allowed: bool) -> Result<Waits> {
        let may_connect = is_allowed || self.view().policy_of(account)?.devices.0;
        Ok(if may_connect { Waits::ForOwner } else { Waits::ForAdmin })
    }

    /// Approves a device of one's own, and makes the code by which it signs in instead of the password.
    ///
    /// # Errors
    /// `Code::NotFound` without such a device, `Code::Conflict` for one that is blocked or that an administrator has to allow
    /// first.
    pub fn approve_device(&self, call: &mut Call<'_>, user: &User, client_id: &str) -> Result<Secret> {
        let device = self.store.read(|read| own(read, user.id(), client_id))?;
        if device.blocked != Blocked::Nobody {
            return Err(blocked());
        }
        if self.waits_for(user.id(), device.is_allowed)? == Waits::ForAdmin {
            return Err(Error::new(Code::Conflict, "An administrator has to allow this device first."));
        }
        let code = Secret::new(spoken_code());
        let (code_hash, has_factor) = (hash(&code), user.session().has_factor);
        call.commit(move |tx| devices::approve(tx, device.id, &code_hash, has_factor))?;
        Ok(code)
    }

    /// Refuses a device that may not sign in. One that an administrator has to allow first waits for that from now on.
    ///
    /// # Errors
    /// `Code::Forbidden`.
    pub(super) fn check_device(&self, account: i64, device: &NewDevice) -> Result<()> {
        let known = self.store.read(|read| devices::find(read, account, &device.client_id))?;
        if known.as_ref().is_some_and(|known| known.blocked != Blocked::Nobody) {
            return Err(blocked());
        }
        if self.waits_for(account, known.is_some_and(|known| known.is_allowed))? == Waits::ForOwner {
            return Ok(());
        }
        let device = device.clone();
        self.store.write(move |tx| {
            devices::save(tx, account, &device, DeviceStatus::Waiting)?;
            devices::waits(tx, account, &device.client_id)
        })?;
        Err(Error::new(Code::Forbidden, "An administrator has to allow this device first."))
    }

    /// What a device is to do, for the device itself: whoever knows the id that it has given itself.
    ///
    /// # Errors
    /// `Code::Busy` after too many ids that there are not.
    pub fn commands_for_device(&self, call: &Call<'_>, client_id: &str) -> Result<Vec<CommandRow>> {
        let guess = self.throttle.begin(&Guesser::of_code(Subject::DeviceRequest, call.address()))?;
        let commands = self.store.read(|read| devices::commands(read, client_id, None))?;
        if !commands.is_empty() {
            guess.was_right();
        }
        Ok(commands)
    }
}

impl CloudView<'_> {
    /// Whether a name or an e-mail address is that of a user.
    pub fn is_account(&self, name: &str, user: &User) -> bool {
        let account = &user.session().account;
        account.name == name || account.email.as_deref() == Some(name)
    }

    /// The devices of an account, or of all, the last used first.
    pub fn devices(&self, account: Option<i64>) -> Result<Vec<DeviceRow>> {
        self.cloud.store.read(|read| devices::all(read, account))
    }

    /// Whether a device waits for an administrator.
    pub fn waits_for_admin(&self, device: &DeviceRow) -> Result<bool> {
        let waits = device.status == DeviceStatus::Waiting && device.blocked == Blocked::Nobody;
        Ok(waits && self.cloud.waits_for(device.user, device.is_allowed)? == Waits::ForAdmin)
    }

    /// The commands that devices with an id have not acknowledged, of an account or of all.
    pub fn device_commands(&self, client_id: &str, account: Option<i64>) -> Result<Vec<CommandRow>> {
        self.cloud.store.read(|read| devices::commands(read, client_id, account))
    }
}

/// Blocks a device of one's own, or lets it in again, which somebody cannot whom an administrator has blocked.
///
/// # Errors
/// `Code::NotFound` without such a device, `Code::Forbidden` for one that an administrator has blocked.
pub fn set_own_blocked(tx: &Write, user: &User, client_id: &str, is_blocked: bool) -> Result<()> {
    let device = own(tx, user.id(), client_id)?;
    if device.blocked == Blocked::Admin {
        return Err(Error::new(Code::Forbidden, "An administrator has blocked this device."));
    }
    devices::set_blocked(tx, device.id, if is_blocked { Blocked::Owner } else { Blocked::Nobody })
}

/// Removes a device of one's own. One that an administrator has blocked stays, so that it stays blocked.
///
/// # Errors
/// As [`set_own_blocked`].
pub fn remove_own(tx: &Write, user: &User, client_id: &str) -> Result<()> {
    let device = own(tx, user.id(), client_id)?;
    if device.blocked == Blocked::Admin {
        return Err(Error::new(Code::Forbidden, "An administrator has blocked this device."));
    }
    devices::delete(tx, device.id)
}

/// Removes the devices with an id, of whomever they are.
///
/// # Errors
/// `Code::NotFound` without any.
pub fn remove(tx: &Write, client_id: &str) -> Result<()> {
    of_all(tx, client_id)?.into_iter().try_for_each(|id| devices::delete(tx, id))
}

/// Allows the devices with an id, of whomever they are, which ends a block.
///
/// # Errors
/// As [`remove`].
pub fn allow(tx: &Write, client_id: &str) -> Result<()> {
    of_all(tx, client_id)?.into_iter().try_for_each(|id| devices::allow(tx, id))
}

/// Tells the devices with an id what to do. A block holds at once, whatever they do.
///
/// # Errors
/// As [`remove`]; `Code::Invalid` for a message that cannot be one.
pub fn tell(tx: &Write, client_id: &str, command: DeviceCommand, message: &str) -> Result<()> {
    if !is_lines(message, DEVICE_MESSAGE_BYTES_MAX) {
        let sentence =
            format!("A message has at most {DEVICE_MESSAGE_BYTES_MAX} bytes and no control characters.");
        return Err(Error::new(Code::Invalid, sentence));
    }
    of_all(tx, client_id)?.into_iter().try_for_each(|id| {
        if command != DeviceCommand::Message {
            devices::set_blocked(tx, id, Blocked::Admin)?;
        }
        devices::add_command(tx, id, command, message)
    })
}

/// Removes commands that were acknowledged or taken back, of those that may be: `None` for all.
///
/// # Errors
/// `Code::NotFound` without one of them.
pub fn remove_commands(tx: &Write, ids: &[i64], among: Option<&[CommandRow]>) -> Result<()> {
    ids.iter().try_for_each(|id| {
        let may = among.is_none_or(|among| among.iter().any(|command| command.id == *id));
        match may && devices::delete_command(tx, *id)? {
            true => Ok(()),
            false => Err(Error::new(Code::NotFound, "There is no such command.")),
        }
    })
}

fn of_all(read: &Read, client_id: &str) -> Result<Vec<i64>> {
    let ids = devices::ids(read, client_id, None)?;
    if ids.is_empty() { Err(missing()) } else { Ok(ids) }
}
