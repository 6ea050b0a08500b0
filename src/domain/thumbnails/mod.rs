//! Small pictures of files, and the pictures of accounts.

#[cfg(feature = "thumbs")]
pub mod drawn;
#[cfg(not(feature = "thumbs"))]
#[path = "disabled.rs"]
pub mod drawn;
pub mod profile_images;
