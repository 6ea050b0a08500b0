//! Rights: what users may do with which files, the ways by which they reach files, and the proofs
//! of their rights.

pub mod albums;
pub(in crate::domain) mod begun_downloads;
pub mod grants;
mod proofs;
pub(in crate::domain) mod remembered;
pub mod rights;
mod root;
pub(in crate::domain) mod roots;
#[cfg(test)]
mod tests;
pub(in crate::domain) mod traveller;
pub mod ways;
