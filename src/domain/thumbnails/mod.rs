//! Small pictures of files, the pictures of accounts, and the logo of the cloud.

#[cfg(feature = "thumbs")]
pub mod drawn;
#[cfg(not(feature = "thumbs"))]
#[path = "disabled.rs"]
pub mod drawn;
pub mod logo;
pub mod profile_images;
pub mod stored_picture;
