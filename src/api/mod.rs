//! The API's door: FileCloud calls come in by HTTP, become messages, and go to the operation they name.
//!
//! The operation table drives routing, rights, audit, documentation and tests; nothing about an operation is written
//! twice. Handlers hold no rules: they parse, call one or two functions of the domain and shape the reply.

mod admin;
mod authenticate;
mod call_context;
mod catalogue;
mod csrf;
mod dispatch;
mod document;
mod encode;
mod entry;
mod error_code;
mod failure;
mod file_part;
mod media;
mod object;
mod op;
mod origin;
mod page;
mod params;
mod record;
mod reply;
mod route;
mod schema;
mod table;
mod user;
mod zip;

pub use dispatch::Api;
pub use document::{markdown, openapi, types};
