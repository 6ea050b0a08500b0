//! Rules for devices that sign in: a valid id, no block, and perhaps a code instead of the
//! password.

use crate::base::limits::DEVICE_ID_BYTES_MAX;
use crate::base::secret::Secret;
use crate::base::text::is_line;
use crate::error::{Code, Error, Result};
use crate::store::devices::{self, Blocked, DeviceRow, DeviceStatus, NewDevice};
use crate::store::{Read, Write};
use sha2::{Digest, Sha256};

/// `None` if a code is not the device's; otherwise true if the code was made with a second factor.
pub(super) fn code_fits(read: &Read, account: i64, client_id: &str, code: &Secret) -> Result<Option<bool>> {
    let device = devices::find(read, account, client_id)?;
    let device =
        device.filter(|device| device.blocked == Blocked::Nobody && device.code_hash == Some(hash(code)));
    Ok(device.map(|device| device.code_has_factor))
}

/// Stores that a device signs in, and returns its id.
///
/// # Errors
/// `Code::Forbidden` if the device is blocked.
pub(super) fn signs_in(tx: &Write, account: i64, device: &NewDevice, agent: &str) -> Result<i64> {
    devices::save(tx, account, device, DeviceStatus::Known)?;
    let device = own(tx, account, &device.client_id)?;
    if device.blocked != Blocked::Nobody {
        return Err(blocked());
    }
    devices::signed_in(tx, device.id, agent)?;
    Ok(device.id)
}

/// The device of an account with this id.
///
/// # Errors
/// `Code::NotFound`.
pub(super) fn own(read: &Read, account: i64, client_id: &str) -> Result<DeviceRow> {
    devices::find(read, account, client_id)?.ok_or_else(missing)
}

pub(super) fn missing() -> Error {
    Error::new(Code::NotFound, "There is no such device.")
}

pub(super) fn blocked() -> Error {
    Error::new(Code::Forbidden, "This device is blocked.")
}

/// Checks the texts that a device sends about itself. A device without a name gets its id as its
/// name.
pub(super) fn checked(mut device: NewDevice) -> Result<NewDevice> {
    if device.name.trim().is_empty() {
        device.name.clone_from(&device.client_id);
    }
    let NewDevice { client_id, name, api_level, os_type, app_version, os_version } = &device;
    let is_short = |text: &&String| text.is_empty() || is_line(text, DEVICE_ID_BYTES_MAX);
    let are_short = [name, api_level, os_type, app_version, os_version].iter().all(is_short);
    if !is_line(client_id, DEVICE_ID_BYTES_MAX) || !are_short {
        let sentence = format!(
            "The data of a device has at most {DEVICE_ID_BYTES_MAX} bytes and no control characters."
        );
        return Err(Error::new(Code::Invalid, sentence));
    }
    Ok(device)
}

/// The hash of a code, without its case, dashes and blanks: people type it.
pub(super) fn hash(code: &Secret) -> [u8; 32] {
    let letters = code.reveal().chars().filter(char::is_ascii_alphanumeric);
    Sha256::digest(letters.map(|letter| letter.to_ascii_lowercase()).collect::<String>()).into()
}
