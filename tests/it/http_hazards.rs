//! Requests that killed, hung or confused other small servers.
//!
//! Two such hazards are tested elsewhere: files above 4 GiB on a 32-bit build need an emulator
//! (`cross/`), and a stalled TLS handshake is in `tls.rs`.

mod connections;
mod early_answers;
mod framing;
mod heads;
mod held;
mod names;
mod networks;
mod replies;
mod stopping;
mod strangers;
mod unread;
