//! Who may do what where.

pub mod rights;
