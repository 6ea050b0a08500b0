//! Pictures, videos and sounds.

mod drawing;
mod hostile;
mod keeping;
mod playing;
mod samples;
mod turning;
