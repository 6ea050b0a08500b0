//! The commands, as scripts use them. The exit code is 0 for success, 1 for a failure and 2 for
//! wrong usage, and a message names the cause.

mod accounts;
mod damage;
mod places;
mod settings;
mod usage;
