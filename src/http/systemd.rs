//! Messages to the service manager, and sockets from it: sd_notify(3) and sd_listen_fds(3).

use crate::error::{Code, Error, Result};
use std::net::{SocketAddr, TcpListener};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr as UnixAddress, UnixDatagram};
use std::time::Duration;

/// Sends a state such as `READY=1` to the service manager, if one is running.
pub fn notify(state: &str) {
    let Some(target) = std::env::var_os("NOTIFY_SOCKET") else { return };
    let told = (|| {
        let address = match target.to_str().and_then(|target| target.strip_prefix('@')) {
            Some(name) => UnixAddress::from_abstract_name(name)?,
            None => UnixAddress::from_pathname(&target)?,
        };
        UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address)
    })();
    if let Err(error) = told {
        log::warn!("the service manager could not be told {state}: {error}");
    }
}

/// The interval in which the service manager expects a sign of life. `None` if it expects none
/// (sd_watchdog_enabled(3)).
pub fn watchdog() -> Option<Duration> {
    let is_meant = |id: String| id.parse() == Ok(std::process::id());
    if !std::env::var("WATCHDOG_PID").map_or(true, is_meant) {
        return None;
    }
    std::env::var("WATCHDOG_USEC").ok()?.parse().ok().map(Duration::from_micros)
}

/// Sockets that the service manager has opened for us. Empty if we must open them ourselves.
///
/// # Errors
/// A socket is not a listening TCP socket.
pub fn sockets() -> Result<Vec<(TcpListener, SocketAddr)>> {
    let unusable = |error: std::io::Error| {
        Error::new(Code::Invalid, "A socket from the service manager is not a listening TCP socket.")
            .because(error)
    };
    let mut handed = listenfd::ListenFd::from_env();
    let mut sockets = Vec::new();
    for index in 0..handed.len() {
        if let Some(listener) = handed.take_tcp_listener(index).map_err(unusable)? {
            let address = listener.local_addr().map_err(unusable)?;
            sockets.push((listener, address));
        }
    }
    Ok(sockets)
}
