//! Thumbnails of files, the pictures of accounts, and the logo of the cloud.

#[cfg(feature = "thumbs")]
pub mod drawn;
#[cfg(not(feature = "thumbs"))]
#[path = "disabled.rs"]
pub mod drawn;
pub mod logo;
pub mod profile_images;
pub mod stored_picture;

impl crate::domain::CloudView<'_> {
    /// As [`Cloud::thumbnail_lacks`](crate::domain::Cloud::thumbnail_lacks).
    pub fn thumbnail_lacks(&self) -> Vec<ThumbnailLack> {
        self.cloud.thumbnail_lacks()
    }
}

/// A kind of files that have no thumbnails on this machine, and why.
#[derive(Clone, Debug)]
pub struct ThumbnailLack {
    pub files: &'static str,
    /// A word for programs.
    pub reason: &'static str,
    pub sentence: String,
}
