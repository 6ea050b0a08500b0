//! Every operation, called by every kind of caller, without each of its parameters, on other
//! people's files, and at every address.
//!
//! This file does not list the operations. The program's own description (`cloudlet api --openapi`)
//! does, so a new operation is tested from the day it is added.

mod addresses;
mod administrators;
mod callers;
mod lesser_ways;
pub mod operations;
mod parameters;
mod strangers;
