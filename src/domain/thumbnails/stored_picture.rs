//! A picture in the database: of an account, or the logo.

use crate::base::checksum::Hasher;
use crate::base::ids::hex;
use crate::base::time::from_seconds;
use std::time::SystemTime;

/// A picture that this program has drawn and the database holds.
pub struct StoredPicture {
    pub bytes: Vec<u8>,
    pub content_type: &'static str,
    /// Identifies the content.
    pub etag: String,
    pub modified: SystemTime,
}

impl StoredPicture {
    /// `changed` is the time when it was set, in seconds since 1970 UTC.
    pub fn new(bytes: Vec<u8>, changed: i64) -> StoredPicture {
        StoredPicture {
            content_type: if bytes.starts_with(b"\xff\xd8") { "image/jpeg" } else { "image/png" },
            etag: etag(&bytes),
            modified: from_seconds(changed),
            bytes,
        }
    }
}

/// The identifier of a picture's content.
pub fn etag(bytes: &[u8]) -> String {
    let mut hasher = Hasher::default();
    hasher.update(bytes);
    hex(&hasher.checksum().as_bytes()[..16])
}
