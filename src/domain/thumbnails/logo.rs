//! The logo of the cloud. An administrator gives a picture; what is kept and shown is drawn anew by this program.

use crate::base::checksum::Hasher;
use crate::base::ids::hex;
use crate::base::limits::{LOGO_BYTES_MAX, LOGO_SIDE_MAX};
use crate::base::time::from_seconds;
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::{Write, meta};
use base64ct::{Base64, Encoding};
use std::time::SystemTime;

/// The facts that hold it: the picture in base64, what names its content, and when it was set, in seconds since 1970 UTC.
const IMAGE: &str = "logo";
const ETAG: &str = "logo.etag";
const CHANGED: &str = "logo.changed";

/// The logo of the cloud.
pub struct Logo {
    pub bytes: Vec<u8>,
    /// Names the content.
    pub etag: String,
    pub modified: SystemTime,
}

impl CloudView<'_> {
    /// What names the content of the logo; `None` where an administrator has set none.
    pub fn logo_etag(&self) -> Result<Option<String>> {
        self.cloud.store.read(|read| meta::get(read, ETAG))
    }

    /// The logo that an administrator has set.
    pub fn logo(&self) -> Result<Option<Logo>> {
        self.cloud.store.read(|read| {
            let (image, etag) = (meta::get(read, IMAGE)?, meta::get(read, ETAG)?);
            let changed =
                meta::get(read, CHANGED)?.and_then(|seconds| seconds.parse().ok()).unwrap_or_default();
            let Some((image, etag)) = image.zip(etag) else { return Ok(None) };
            let bytes = Base64::decode_vec(&image).map_err(Error::internal)?;
            Ok(Some(Logo { bytes, etag, modified: from_seconds(changed) }))
        })
    }
}

impl Cloud {
    /// Prepares another logo, of the bytes of a picture.
    ///
    /// # Errors
    /// `Code::Unsupported` for what is no picture, `Code::TooLarge`, `Code::Busy` when too many pictures are being drawn.
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
        let mut hasher = Hasher::default();
        hasher.update(&bytes);
        let etag = hex(&hasher.checksum().as_bytes()[..16]);
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
