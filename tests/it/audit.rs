//! The audit log. It contains every call, it is complete after a power cut, and a changed row is
//! found.

mod export;
mod newest;
mod rows;
mod strangers;
mod tampering;
