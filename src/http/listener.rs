//! Listening sockets.

use crate::base::limits::{BACKLOG, KERNEL_UNSENT_BYTES_MAX};
use crate::error::{Code, Error, Result};
use rustix::io::{Errno, ioctl_fionbio};
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, getsockname, listen, socket_with, sockopt};
use socket2::SockRef;
use std::net::SocketAddr;
use std::os::fd::{AsFd, OwnedFd};

/// A listening socket.
pub(super) struct Listener {
    pub socket: OwnedFd,
    /// The address with the actual port.
    pub address: SocketAddr,
    pub is_secure: bool,
}

impl Listener {
    /// Starts to listen on an address.
    ///
    /// # Errors
    /// Names the address, what is wrong with it and what to do.
    pub fn bind(address: SocketAddr, is_secure: bool) -> Result<Listener> {
        let (socket, real) = listen_on(address).map_err(|errno| unusable(address, errno))?;
        Ok(Listener { socket, address: real, is_secure })
    }

    /// Uses a socket that the service manager has opened.
    ///
    /// # Errors
    /// As `bind`.
    pub fn taken(socket: OwnedFd, address: SocketAddr) -> Result<Listener> {
        prepare(&socket).map_err(|errno| unusable(address, errno))?;
        Ok(Listener { socket, address, is_secure: false })
    }
}

fn listen_on(address: SocketAddr) -> rustix::io::Result<(OwnedFd, SocketAddr)> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)?;
    // A restart must not wait for the last connections of the previous run.
    sockopt::set_socket_reuseaddr(&socket, true)?;
    if address.is_ipv6() {
        // 0.0.0.0 and [::] can be used together.
        sockopt::set_ipv6_v6only(&socket, true)?;
    }
    bind(&socket, &address)?;
    prepare(&socket)?;
    let real = SocketAddr::try_from(getsockname(&socket)?)?;
    Ok((socket, real))
}

/// Sets the options of every listening socket.
fn prepare(socket: &OwnedFd) -> rustix::io::Result<()> {
    ioctl_fionbio(socket, true)?;
    // Accepted sockets inherit this option (tcp(7)): small answers are sent at once.
    sockopt::set_tcp_nodelay(socket, true)?;
    // Accepted sockets inherit this option, too.
    limit_unsent(socket, KERNEL_UNSENT_BYTES_MAX)?;
    // On a socket that is listening already, this only changes the backlog.
    listen(socket, BACKLOG)
}

/// Limits the bytes of an answer that the kernel buffers unsent. Bytes in flight to the peer do not
/// count, so that fast connections are used as well as before.
pub(super) fn limit_unsent(socket: &impl AsFd, bytes: u32) -> rustix::io::Result<()> {
    SockRef::from(socket)
        .set_tcp_notsent_lowat(bytes)
        .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::INVAL))
}

fn unusable(address: SocketAddr, errno: Errno) -> Error {
    let (code, sentence) = match errno {
        Errno::ADDRINUSE => (
            Code::Conflict,
            format!(
                "The port {} is already in use: another program, or another cloudlet, listens on {address}. Stop it, or choose another port with --listen.",
                address.port()
            ),
        ),
        Errno::ACCESS | Errno::PERM => (
            Code::Forbidden,
            format!(
                "The port {} may not be used by this user. Choose one from 1024 on with --listen.",
                address.port()
            ),
        ),
        Errno::ADDRNOTAVAIL => (
            Code::NotFound,
            format!(
                "This machine does not have the address {}. Choose another one with --listen; 0.0.0.0 means all.",
                address.ip()
            ),
        ),
        _ => (Code::Internal, format!("The server cannot listen on {address}.")),
    };
    Error::new(code, sentence).because(errno)
}
