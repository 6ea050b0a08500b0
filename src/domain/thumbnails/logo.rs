//! The logo of the cloud. An administrator gives a picture, and this program draws it anew to store
//! and show it.

use crate::base::limits::{LOGO_BYTES_MAX, LOGO_SIDE_MAX};
use crate::domain::thumbnails::stored_picture::{self, StoredPicture};
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::{Write, meta};
use base64ct::{Base64, Encoding};

/// The keys of its values in the table `meta`: the picture in base64, the identifier of its
/// content, and the second since 1970 UTC when it was set.
const IMAGE: &str = "logo";
const ETAG: &str = "logo.etag";
const CHANGED: &str = "logo.changed";

impl CloudView<'_> {
    /// The identifier of the logo's content; `None` if no logo was set.
    pub fn logo_etag(&self) -> Result<Option<String>> {
        self.cloud.store.read(|read| meta::get(read, ETAG))
    }

    /// The logo that an administrator has set.
    pub fn logo(&self) -> Result<Option<StoredPicture>> {
        self.cloud.store.read(|read| {
            let Some((image, changed)) = meta::get(read, IMAGE)?.zip(meta::get(read, CHANGED)?) else {
                return Ok(None);
            };
            let bytes = Base64::decode_vec(&image).map_err(Error::internal)?;
            Ok(Some(StoredPicture::new(bytes, changed.parse().map_err(Error::internal)?)))
        })
    }
}

impl Cloud {
    /// Prepares a new logo from the bytes of a picture.
    ///
    /// # Errors
    /// `Code::Unsupported` if the bytes are not a picture; `Code::TooLarge`; `Code::Busy` if too
    /// many pictures are being drawn.
    pub fn set_logo(&self, picture: Vec<u8>) -> Result<Change<()>> {
        let too_large =
            || Error::new(Code::TooLarge, "This picture is too large for a logo. Please take a smaller one.");
        if picture.len() > LOGO_BYTES_MAX {
            return Err(too_large());
        }
        let bytes = self.small_picture(picture, LOGO_SIDE_MAX)?;
        if bytes.len() > LOGO_BYTES_MAX {
            return Err(too_large());
        }
        let etag = stored_picture::etag(&bytes);
        let image = Base64::encode_string(&bytes);
        Ok(Change::new(move |tx| {
            meta::set(tx, IMAGE, &image)?;
            meta::set(tx, ETAG, &etag)?;
            meta::set(tx, CHANGED, &tx.now().to_string())
        }))
    }
}

/// Removes the logo. Without one, nothing happens.
pub fn remove(tx: &Write) -> Result<()> {
    [IMAGE, ETAG, CHANGED].into_iter().try_for_each(|name| meta::remove(tx, name))
}
