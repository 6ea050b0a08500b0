//! The API: turns FileCloud calls over HTTP into calls of operations.
//!
//! The operation table drives routing, rights, audit, documentation and tests. Nothing about an
//! operation is written twice. Handlers contain no rules: they parse parameters, call one or two
//! functions of the domain and shape the reply.

mod admin;
mod authenticate;
mod body_kind;
mod call_context;
mod catalogue;
mod csrf;
mod dates;
mod dispatch;
mod document;
mod encode;
mod entry;
#[cfg(test)]
mod equal_work;
mod error_code;
mod failure;
mod file_part;
mod languages;
mod media;
mod metadata;
mod numbered_groups;
mod numbering;
mod object;
mod op;
mod origin;
mod page;
mod page_words;
mod params;
mod record;
mod reply;
mod route;
mod schema;
mod shown;
mod table;
mod texts;
mod user;
mod zip;

pub use dispatch::Api;
pub use document::{markdown, openapi, types};
