//! The commands: what scripts rely on. Exit code 0 for done, 1 for failed, 2 for wrong usage, and a sentence that names
//! what is at fault.

mod accounts;
mod damage;
mod places;
mod settings;
mod usage;
