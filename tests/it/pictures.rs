//! Pictures, videos and sounds.

mod drawing;
mod foreign;
mod hostile;
mod keeping;
mod no_room;
mod playing;
mod profile;
mod raw;
pub mod samples;
mod turning;
mod video_thumbnails;
