//! Uploads in every form that clients send them.

mod at_once;
mod conditions;
mod cut;
mod forms;
pub mod parts;
