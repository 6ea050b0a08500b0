//! Uploads in every form that clients send them.

mod any_order;
mod at_once;
mod conditions;
mod cut;
mod following;
mod former_account;
mod forms;
mod named;
pub mod parts;
