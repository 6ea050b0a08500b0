//! Downloads: bytes, names, ranges, conditions and archives.

mod archives;
mod conditional;
mod files;
mod ranges;
mod while_sent;
