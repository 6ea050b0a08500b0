//! The audit log: it contains every call, it is true after a power cut, and a changed row is found.

mod export;
mod newest;
mod rows;
mod strangers;
mod tampering;
