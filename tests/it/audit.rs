//! The audit log: every call is in it, what it says is true after a power cut, and a changed row shows.

mod export;
mod newest;
mod rows;
mod strangers;
mod tampering;
