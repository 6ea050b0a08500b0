//! Every operation that there is, as every caller, without each of its parameters, on a stranger's objects, at every address.
//!
//! Nothing here names the operations: the program's own description (`cloudlet api --openapi`) does, so a new one is
//! swept the day it is added.

mod addresses;
mod administrators;
mod callers;
mod lesser_ways;
pub mod operations;
mod parameters;
mod strangers;
