//! A connection: its socket, the bytes that came and are not used yet, and the pace a peer must keep.
//!
//! Sockets block, with a short time limit for each system call, because only then `MSG_WAITALL` fills a large buffer at
//! once; what must not wait asks with `MSG_DONTWAIT`.

use crate::base::limits::{PACE_BYTES_MIN, STALL_TIME};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, ioctl_fionbio, retry_on_intr};
use rustix::net::{RecvFlags, SendFlags, Shutdown, recv, send, shutdown, sockopt};
use std::io;
use std::net::IpAddr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

/// How long one waiting system call lasts at most: so often the pace is looked at.
const CALL_TIME: Duration = Duration::from_secs(1);
/// Bytes that sendfile(2) is asked for at once.
const SLICE_BYTES: u64 = 512 * 1024;

/// An accepted connection.
pub(super) struct Connection {
    socket: OwnedFd,
    pub peer: IpAddr,
    pub id: u64,
    /// What came and is not used yet.
    pub buffer: Vec<u8>,
    waits_briefly: bool,
}

/// Watches that a peer does not stall: in the time that is spent waiting for it, some bytes must move.
#[derive(Default)]
pub(super) struct Pace {
    waited: Duration,
    bytes: u64,
}

impl Pace {
    /// Notes a wait for the peer that began at a time, and the bytes that have moved in it.
    fn waited_since(&mut self, begun: Instant, bytes: usize) -> io::Result<()> {
        self.waited += begun.elapsed();
        self.bytes += bytes as u64;
        if self.bytes >= PACE_BYTES_MIN {
            *self = Pace::default();
        }
        if self.waited < STALL_TIME { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
    }
}

impl Connection {
    pub fn new(socket: OwnedFd, peer: IpAddr, id: u64) -> Connection {
        Connection { socket, peer, id, buffer: Vec::new(), waits_briefly: false }
    }

    /// What has arrived, without waiting; 0 at the end of the connection, `WouldBlock` when there is nothing.
    pub fn recv_now(&self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(retry_on_intr(|| recv(&self.socket, &mut *buffer, RecvFlags::DONTWAIT))?.0)
    }

    /// Throws away what has arrived, without waiting; as `recv_now`.
    pub fn discard_now(&self) -> io::Result<usize> {
        // tcp(7): with MSG_TRUNC the bytes are discarded, not copied; the buffer only says how many.
        let mut nowhere = [0_u8; 64 * 1024];
        Ok(retry_on_intr(|| recv(&self.socket, &mut nowhere[..], RecvFlags::DONTWAIT | RecvFlags::TRUNC))?.1)
    }

    /// Sends what fits, without waiting. `has_more`: further bytes follow at once.
    pub fn send_now(&self, bytes: &[u8], has_more: bool) -> io::Result<usize> {
        let more = if has_more { SendFlags::MORE } else { SendFlags::empty() };
        Ok(retry_on_intr(|| send(&self.socket, bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL | more))?)
    }

    /// Reads from the socket, the pace kept; 0 at the end of the connection. With `fills` it waits for the whole buffer,
    /// though no longer than a second: whoever watches an upload must see that it goes on.
    pub fn recv(&mut self, buffer: &mut [u8], fills: bool, pace: &mut Pace) -> io::Result<usize> {
        self.wait_briefly()?;
        let flags = if fills { RecvFlags::WAITALL } else { RecvFlags::empty() };
        loop {
            let begun = Instant::now();
            match recv(&self.socket, &mut *buffer, flags) {
                Ok((_, count)) => {
                    // A trickle is noticed too, though each byte of it is a success.
                    pace.waited_since(begun, count)?;
                    return Ok(count);
                }
                Err(Errno::AGAIN | Errno::INTR) => pace.waited_since(begun, 0)?,
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// Sends all bytes, the pace kept.
    pub fn send_all(&mut self, mut bytes: &[u8], has_more: bool, pace: &mut Pace) -> io::Result<()> {
        self.wait_briefly()?;
        let flags = SendFlags::NOSIGNAL | if has_more { SendFlags::MORE } else { SendFlags::empty() };
        while !bytes.is_empty() {
            let begun = Instant::now();
            let count = match send(&self.socket, bytes, flags) {
                Ok(count) => count,
                Err(Errno::AGAIN | Errno::INTR) => 0,
                Err(errno) => return Err(errno.into()),
            };
            bytes = &bytes[count..];
            pace.waited_since(begun, count)?;
        }
        Ok(())
    }

    /// Sends a stretch of a file, the pace kept.
    ///
    /// # Errors
    /// `UnexpectedEof` when the file has become shorter: the length was promised.
    pub fn send_file(
        &mut self,
        file: BorrowedFd<'_>,
        mut start: u64,
        end: u64,
        pace: &mut Pace,
    ) -> io::Result<()> {
        // One waiting call for all costs a fifth more than slices and waiting for room in between.
        ioctl_fionbio(&self.socket, true)?;
        let sent = self.send_slices(file, &mut start, end, pace);
        ioctl_fionbio(&self.socket, false)?;
        sent
    }

    fn send_slices(
        &self,
        file: BorrowedFd<'_>,
        start: &mut u64,
        end: u64,
        pace: &mut Pace,
    ) -> io::Result<()> {
        while *start < end {
            let slice = (end - *start).min(SLICE_BYTES) as usize;
            match rustix::fs::sendfile(&self.socket, file, Some(start), slice) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => pace.waited_since(Instant::now(), count)?,
                Err(Errno::AGAIN) => {
                    let begun = Instant::now();
                    self.wait_for_room()?;
                    pace.waited_since(begun, 0)?;
                }
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(())
    }

    fn wait_for_room(&self) -> io::Result<()> {
        let mut socket = [PollFd::new(&self.socket, PollFlags::OUT)];
        let time = rustix::event::Timespec { tv_sec: CALL_TIME.as_secs() as _, tv_nsec: 0 };
        match poll(&mut socket, Some(&time)) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Says that nothing more will be sent; the peer reads to the end of what was.
    pub fn finish_sending(&self) {
        // It fails only when the peer is gone already, and then there is nothing to say.
        let _ = shutdown(&self.socket, Shutdown::Write);
    }

    fn wait_briefly(&mut self) -> io::Result<()> {
        if !self.waits_briefly {
            sockopt::set_socket_timeout(&self.socket, sockopt::Timeout::Recv, Some(CALL_TIME))?;
            sockopt::set_socket_timeout(&self.socket, sockopt::Timeout::Send, Some(CALL_TIME))?;
            self.waits_briefly = true;
        }
        Ok(())
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
