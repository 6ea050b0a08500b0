//! The API's door: FileCloud calls come in by HTTP, become messages, and go to the operation they name.
//!
//! The operation table drives routing, rights, audit, documentation and tests; nothing about an operation is written
//! twice. Handlers hold no rules: they parse, call one or two functions of the domain and shape the reply.

mod admin;
mod audit;
mod catalogue;
mod csrf;
mod desk;
mod dispatch;
mod document;
mod entry;
mod file_part;
mod media;
mod object;
mod op;
mod params;
mod reply;
mod route;
mod table;
mod user;
mod who;
mod wire;
mod word;
mod zip;

pub use dispatch::Api;
pub use document::{markdown, openapi};
