//! Downloads: bytes, names, parts, conditions and archives.

mod archives;
mod conditional;
mod files;
mod ranges;
mod while_sent;
