//! Metadata: sets of attributes that administrators define, and their values on files and folders.

mod attribute;
pub mod sets;
pub mod values;
