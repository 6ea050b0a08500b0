//! Finding entries by their names and texts.

mod finder;
pub(in crate::domain) mod full_text;
pub mod names;
pub mod query;

pub use finder::MATCHES_MAX;
