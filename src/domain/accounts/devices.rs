//! Devices: programs and phones that sign in with an id of their own. They may need an approval
//! first, they can be blocked, which ends their sessions at once, and administrators can send them
//! commands.

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

/// The person whose approval a device needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    ForOwner,
    ForAdmin,
}

impl Cloud {
    /// Stores a device's request for access to an account. The answer does not tell whether the
    /// account exists.
    ///
    /// # Errors
    /// `Code::Invalid` for a device without a valid id, `Code::Busy` after too many requests from
    /// one network.
    pub fn request_device(&self, call: &mut Call<'_>, name: &str, device: NewDevice) -> Result<Waits> {
        let device = checked(device)?;
        // Each request counts as a guess, which limits their number.
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

    /// Approves a device of the user, and makes the code by which it signs in instead of the
    /// password.
    ///
    /// # Errors
    /// `Code::NotFound` without such a device, `Code::Conflict` for a device that is blocked or
    /// that an administrator has to allow first.
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

    /// Refuses a device that may not sign in. If an administrator has to allow the device first,
    /// its request is stored.
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

    /// The commands for a device. Anybody who knows the id of the device may ask.
    ///
    /// # Errors
    /// `Code::Busy` after too many unknown ids.
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
    /// True if a name or an e-mail address belongs to the user.
    pub fn is_account(&self, name: &str, user: &User) -> bool {
        let account = &user.session().account;
        account.name == name || account.email.as_deref() == Some(name)
    }

    /// The devices of an account, or of all accounts, the last used first.
    pub fn devices(&self, account: Option<i64>) -> Result<Vec<DeviceRow>> {
        self.cloud.store.read(|read| devices::all(read, account))
    }

    /// True if a device waits for an administrator.
    pub fn waits_for_admin(&self, device: &DeviceRow) -> Result<bool> {
        let waits = device.status == DeviceStatus::Waiting && device.blocked == Blocked::Nobody;
        Ok(waits && self.cloud.waits_for(device.user, device.is_allowed)? == Waits::ForAdmin)
    }

    /// The commands that devices with this id have not acknowledged, of one account or of all.
    pub fn device_commands(&self, client_id: &str, account: Option<i64>) -> Result<Vec<CommandRow>> {
        self.cloud.store.read(|read| devices::commands(read, client_id, account))
    }
}

/// Blocks a device of the user, or unblocks it unless an administrator has blocked it.
///
/// # Errors
/// `Code::NotFound` without such a device, `Code::Forbidden` for a device that an administrator has
/// blocked.
pub fn set_own_blocked(tx: &Write, user: &User, client_id: &str, is_blocked: bool) -> Result<()> {
    let device = own(tx, user.id(), client_id)?;
    if device.blocked == Blocked::Admin {
        return Err(Error::new(Code::Forbidden, "An administrator has blocked this device."));
    }
    devices::set_blocked(tx, device.id, if is_blocked { Blocked::Owner } else { Blocked::Nobody })
}

/// Removes a device of the user. A device that an administrator has blocked stays, so that it stays
/// blocked.
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

/// Removes the devices with this id from all accounts.
///
/// # Errors
/// `Code::NotFound` if there is none.
pub fn remove(tx: &Write, client_id: &str) -> Result<()> {
    of_all(tx, client_id)?.into_iter().try_for_each(|id| devices::delete(tx, id))
}

/// Allows the devices with this id in all accounts, and ends a block.
///
/// # Errors
/// As [`remove`].
pub fn allow(tx: &Write, client_id: &str) -> Result<()> {
    of_all(tx, client_id)?.into_iter().try_for_each(|id| devices::allow(tx, id))
}

/// Sends a command to the devices with this id. A block takes effect at once, before the device
/// knows of it.
///
/// # Errors
/// As [`remove`]; `Code::Invalid` for a message that is not valid.
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

/// Removes commands that were acknowledged or taken back. `among` limits which ones may be removed;
/// `None` for all.
///
/// # Errors
/// `Code::NotFound` if one of them does not exist.
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
