//! Thumbnails of files, the pictures of accounts, and the logo of the cloud.

#[cfg(feature = "thumbs")]
pub mod drawn;
#[cfg(not(feature = "thumbs"))]
#[path = "disabled.rs"]
pub mod drawn;
pub mod logo;
pub mod profile_images;
pub mod stored_picture;
#[cfg(feature = "thumbs")]
mod video_thumbnails;

impl crate::domain::CloudView<'_> {
    /// As [`Cloud::thumbnail_lacks`](crate::domain::Cloud::thumbnail_lacks).
    pub fn thumbnail_lacks(&self) -> Vec<ThumbnailLack> {
        self.cloud.thumbnail_lacks()
    }

    /// As [`Cloud::kinds_without_thumbnails`](crate::domain::Cloud::kinds_without_thumbnails).
    pub fn kinds_without_thumbnails(&self) -> Vec<&'static str> {
        self.cloud.kinds_without_thumbnails()
    }
}

/// A kind of files that have no thumbnails on this machine, with the reason.
#[derive(Clone, Debug)]
pub struct ThumbnailLack {
    pub files: &'static str,
    /// A word for programs.
    pub reason: &'static str,
    pub sentence: String,
}
