//! A connection: its socket, the bytes that came and are not used yet, and the pace a peer must keep.
//!
//! Sockets block, with a short time limit for each system call, because only then `MSG_WAITALL` fills a large buffer at
//! once; what must not wait asks with `MSG_DONTWAIT`.

use super::listener::limit_unsent;
use super::tls::{CIPHER_BYTES, Session};
use crate::base::limits::{KERNEL_UNSENT_BYTES_MAX, PACE_BYTES_MIN, STALL_TIME};
use crate::base::network::Network;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, ioctl_fionbio, retry_on_intr};
use rustix::net::{RecvFlags, SendFlags, Shutdown, recv, send, shutdown, sockopt};
use std::io::{self, ErrorKind::WouldBlock};
use std::net::IpAddr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

/// How long one waiting system call lasts at most: so often the pace is looked at.
const CALL_TIME: Duration = Duration::from_secs(1);
/// Bytes that sendfile(2) is asked for at once.
const SLICE_BYTES: u64 = 512 * 1024;
/// Bytes that are encrypted at once.
const FILE_BLOCK_BYTES: usize = 64 * 1024;

/// An accepted connection.
pub(super) struct Connection {
    socket: OwnedFd,
    pub peer: IpAddr,
    pub id: u64,
    /// What came and is not used yet.
    pub buffer: Vec<u8>,
    waits_briefly: bool,
    /// `None` for plain HTTP.
    tls: Option<Box<Session>>,
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
    pub fn new(socket: OwnedFd, peer: IpAddr, id: u64, tls: Option<Session>) -> Connection {
        Connection { socket, peer, id, buffer: Vec::new(), waits_briefly: false, tls: tls.map(Box::new) }
    }

    /// Who counts as one with its peer.
    pub fn network(&self) -> Network {
        Network::of_caller(self.peer)
    }

    /// Whether nobody on the way can read along.
    pub fn is_secure(&self) -> bool {
        self.tls.is_some()
    }

    /// Whether nothing of a request has come, nor a handshake is under way.
    pub fn is_ready_for_a_request(&self) -> bool {
        self.buffer.is_empty() && self.tls.as_ref().is_none_or(|tls| !tls.is_handshaking())
    }

    /// What has arrived, without waiting; 0 at the end of the connection, `WouldBlock` when there is nothing.
    pub fn recv_now(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else { return recv_from(&self.socket, buffer, RecvFlags::DONTWAIT) };
        loop {
            match tls.plaintext(buffer) {
                Err(error) if error.kind() == WouldBlock => {}
                read => return read,
            }
            let mut records = [0; CIPHER_BYTES];
            let count = recv_from(&self.socket, &mut records, RecvFlags::DONTWAIT)?;
            if count == 0 {
                return Ok(0);
            }
            let fed = tls.feed(&records[..count]);
            flush_now(&self.socket, tls)?;
            fed?;
        }
    }

    /// Throws away what has arrived, without waiting; as `recv_now`.
    pub fn discard_now(&self) -> io::Result<usize> {
        // tcp(7): with MSG_TRUNC the bytes are discarded, not copied; the buffer only says how many.
        let mut nowhere = [0_u8; 64 * 1024];
        let flags = RecvFlags::DONTWAIT | RecvFlags::TRUNC;
        Ok(retry_on_intr(|| recv(&self.socket, &mut nowhere[..], flags))?.1)
    }

    /// Sends what fits, without waiting; how many bytes. `has_more`: further bytes follow at once. With TLS so many are
    /// taken, a block of them at most is kept until there is room, and `has_unsent` tells whether they have left.
    pub fn send_now(&mut self, bytes: &[u8], has_more: bool) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else { return send_to(&self.socket, bytes, has_more) };
        let mut taken = 0;
        loop {
            flush_now(&self.socket, tls)?;
            if taken == bytes.len() || !tls.unsent().is_empty() {
                return Ok(taken);
            }
            let block = &bytes[taken..bytes.len().min(taken + FILE_BLOCK_BYTES)];
            tls.write(block)?;
            taken += block.len();
        }
    }

    /// Whether records wait for room.
    pub fn has_unsent(&self) -> bool {
        self.tls.as_ref().is_some_and(|tls| !tls.unsent().is_empty())
    }

    /// Bytes of memory that it holds for what has come and for what waits for room.
    pub fn held_bytes(&self) -> usize {
        self.buffer.capacity() + self.tls.as_ref().map_or(0, |tls| tls.unsent().len())
    }

    /// Reads from the peer, the pace kept; 0 at the end of the connection. With `fills` it waits for the whole buffer,
    /// though no longer than a second: whoever watches an upload must see that it goes on.
    pub fn recv(&mut self, buffer: &mut [u8], fills: bool, pace: &mut Pace) -> io::Result<usize> {
        self.wait_briefly()?;
        let Some(tls) = &mut self.tls else {
            let flags = if fills { RecvFlags::WAITALL } else { RecvFlags::empty() };
            return recv_patiently(&self.socket, buffer, flags, pace);
        };
        let (mut filled, begun) = (0, Instant::now());
        loop {
            match tls.plaintext(&mut buffer[filled..]) {
                Ok(0) => return Ok(filled),
                Ok(count) => filled += count,
                Err(error) if error.kind() == WouldBlock => {
                    let mut records = [0; CIPHER_BYTES];
                    let count = recv_patiently(&self.socket, &mut records, RecvFlags::empty(), pace)?;
                    if count == 0 {
                        return Ok(filled);
                    }
                    tls.feed(&records[..count])?;
                    send_patiently(&self.socket, &tls.take_unsent(), false, pace)?;
                }
                Err(error) => return Err(error),
            }
            let is_enough = filled == buffer.len() || !fills || begun.elapsed() >= CALL_TIME;
            if filled > 0 && is_enough {
                return Ok(filled);
            }
        }
    }

    /// Sends all bytes, the pace kept.
    pub fn send_all(&mut self, bytes: &[u8], has_more: bool, pace: &mut Pace) -> io::Result<()> {
        self.wait_briefly()?;
        let Some(tls) = &mut self.tls else { return send_patiently(&self.socket, bytes, has_more, pace) };
        for part in bytes.chunks(FILE_BLOCK_BYTES) {
            tls.write(part)?;
            send_patiently(&self.socket, &tls.take_unsent(), has_more, pace)?;
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
        if self.tls.is_some() {
            return self.send_file_encrypted(file, start, end, pace);
        }
        // One waiting call for all costs a fifth more than slices and waiting for room in between.
        ioctl_fionbio(&self.socket, true)?;
        let sent = self.send_slices(file, &mut start, end, pace);
        ioctl_fionbio(&self.socket, false)?;
        sent
    }

    fn send_file_encrypted(
        &mut self,
        file: BorrowedFd<'_>,
        start: u64,
        end: u64,
        pace: &mut Pace,
    ) -> io::Result<()> {
        let mut block = vec![0; FILE_BLOCK_BYTES];
        let mut at = start;
        while at < end {
            let wanted = (end - at).min(FILE_BLOCK_BYTES as u64) as usize;
            let count = retry_on_intr(|| rustix::io::pread(file, &mut block[..wanted], at))?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            at += count as u64;
            self.send_all(&block[..count], at < end, pace)?;
        }
        Ok(())
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

    /// Lets the kernel take as much of an answer as it likes, or as little as is usual: for somebody with a worker of their
    /// own, who downloads, the larger blocks cost less.
    pub fn set_generous(&self, is_generous: bool) -> io::Result<()> {
        limit_unsent(&self.socket, if is_generous { u32::MAX } else { KERNEL_UNSENT_BYTES_MAX })?;
        Ok(())
    }

    /// Says that nothing more will be sent; the peer reads to the end of what was.
    pub fn finish_sending(&mut self) {
        // Both fail only when the peer is gone already, and then there is nothing to say.
        if let Some(tls) = &mut self.tls {
            let _ = tls.end().and_then(|()| flush_now(&self.socket, tls));
        }
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

fn recv_from(socket: &OwnedFd, buffer: &mut [u8], flags: RecvFlags) -> io::Result<usize> {
    Ok(retry_on_intr(|| recv(socket, &mut *buffer, flags))?.0)
}

/// Reads, waiting as long as the pace allows.
fn recv_patiently(
    socket: &OwnedFd,
    buffer: &mut [u8],
    flags: RecvFlags,
    pace: &mut Pace,
) -> io::Result<usize> {
    loop {
        let begun = Instant::now();
        match recv(socket, &mut *buffer, flags) {
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

/// Sends what fits, without waiting.
fn send_to(socket: &OwnedFd, bytes: &[u8], has_more: bool) -> io::Result<usize> {
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL | more(has_more);
    Ok(retry_on_intr(|| send(socket, bytes, flags))?)
}

/// Sends all bytes, waiting as long as the pace allows.
fn send_patiently(socket: &OwnedFd, mut bytes: &[u8], has_more: bool, pace: &mut Pace) -> io::Result<()> {
    let flags = SendFlags::NOSIGNAL | more(has_more);
    while !bytes.is_empty() {
        let begun = Instant::now();
        let count = match send(socket, bytes, flags) {
            Ok(count) => count,
            Err(Errno::AGAIN | Errno::INTR) => 0,
            Err(errno) => return Err(errno.into()),
        };
        bytes = &bytes[count..];
        pace.waited_since(begun, count)?;
    }
    Ok(())
}

fn more(has_more: bool) -> SendFlags {
    if has_more { SendFlags::MORE } else { SendFlags::empty() }
}

/// Sends what of the records fits; that nothing does is no failure.
fn flush_now(socket: &OwnedFd, tls: &mut Session) -> io::Result<()> {
    while !tls.unsent().is_empty() {
        match send_to(socket, tls.unsent(), false) {
            Ok(count) => tls.sent(count),
            Err(error) if error.kind() == WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
