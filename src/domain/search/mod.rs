//! Finding entries by their names and texts.

pub(in crate::domain) mod full_text;
pub mod names;
