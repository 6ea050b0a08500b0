//! Metadata: sets of attributes that administrators define, and their values on files and folders.

mod attribute;
mod built_in;
pub mod sets;
pub mod values;
