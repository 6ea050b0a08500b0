//! The commands, as scripts use them. Exit code 0 for done, 1 for failed, 2 for wrong usage, and a
//! sentence that names the cause.

mod accounts;
mod damage;
mod places;
mod settings;
mod usage;
