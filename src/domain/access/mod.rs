//! Who may do what where: by which ways somebody reaches files, and the proofs of their rights.

pub(in crate::domain) mod begun_downloads;
pub mod grants;
pub(in crate::domain) mod remembered;
pub mod rights;
pub(in crate::domain) mod roots;
#[cfg(test)]
mod tests;
pub(in crate::domain) mod traveller;
pub mod ways;
