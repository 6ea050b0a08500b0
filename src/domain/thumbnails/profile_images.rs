//! The pictures of accounts. This program draws each one small from a picture among the account's
//! files, so that others never see the bytes that somebody uploaded.

use crate::base::user_name::UserName;
use crate::domain::access::rights::Readable;
use crate::domain::accounts::actor::User;
use crate::domain::thumbnails::drawn::Purpose;
use crate::domain::thumbnails::stored_picture::StoredPicture;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::{Write, profile_images};

/// Maximum pixels of a side.
const SIDE: u64 = 256;
/// Maximum bytes of a picture.
const BYTES_MAX: usize = 256 * 1024;

impl CloudView<'_> {
    /// True if the account that acts has a picture.
    pub fn has_profile_image(&self, user: &User) -> Result<bool> {
        self.cloud.store.read(|read| profile_images::is_there(read, user.id()))
    }

    /// The picture of an account; `None` if there is no picture or no such account.
    pub fn profile_image(&self, name: &str) -> Result<Option<StoredPicture>> {
        let name = UserName::normal_form(name);
        let found = self.cloud.store.read(|read| profile_images::of_name(read, &name))?;
        Ok(found.map(|(bytes, changed)| StoredPicture::new(bytes, changed)))
    }
}

impl Cloud {
    /// Makes the picture of the account that acts from a picture among its files.
    ///
    /// # Errors
    /// As [`Cloud::picture`]; `Code::Locked`, `Code::TooLarge`.
    pub fn set_profile_image(
        &self,
        user: &User,
        path: &Readable,
    ) -> Result<impl FnOnce(&Write) -> Result<()> + Send + use<>> {
        self.view().check_unlocked(user, path, crate::domain::files::locks::Purpose::Read)?;
        let bytes = self.picture(path, Purpose::Thumb, Some(SIDE), Some(SIDE))?.bytes;
        if bytes.len() > BYTES_MAX {
            return Err(Error::new(
                Code::TooLarge,
                "This picture has too many details. Please choose another one.",
            ));
        }
        let id = user.id();
        Ok(move |tx: &Write| profile_images::set(tx, id, &bytes))
    }
}

/// Removes the picture of the account that acts.
///
/// # Errors
/// `Code::NotFound` if there is none.
pub fn remove(tx: &Write, user: &User) -> Result<()> {
    match profile_images::delete(tx, user.id())? {
        true => Ok(()),
        false => Err(Error::new(Code::NotFound, "This account has no picture.")),
    }
}
