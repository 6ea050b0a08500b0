//! A connection: its socket, received bytes that have not been used, and the pace that its peer
//! must keep.
//!
//! Sockets block, with a short time limit for each system call, because only blocking sockets fill
//! a large buffer at once with `MSG_WAITALL`. Calls that must not wait use `MSG_DONTWAIT`.

use super::listener::limit_unsent;
use super::tls::{CIPHER_BYTES, Session};
use crate::base::limits::{KERNEL_UNSENT_BYTES_MAX, PACE_BYTES_MIN, STALL_TIME};
use crate::base::network::Network;
use crate::base::permits;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, ioctl_fionbio, retry_on_intr};
use rustix::net::{RecvFlags, SendFlags, Shutdown, recv, send, shutdown, sockopt};
use std::io::{self, ErrorKind::WouldBlock};
use std::net::IpAddr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The longest time of one blocking system call. The pace, and whether the server stops, are checked
/// that often.
const CALL_TIME: Duration = Duration::from_millis(500);
/// The number of bytes in one sendfile(2).
const SLICE_BYTES: u64 = 512 * 1024;
/// The number of bytes that are encrypted at once.
const FILE_BLOCK_BYTES: usize = 64 * 1024;

/// The sender of a connection's requests, as far as is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    /// Nothing has been read yet.
    Unknown,
    /// The last request was not from somebody signed in, or is not complete.
    Stranger,
    /// The last request was from somebody signed in.
    SignedIn,
    /// A proxy passes requests of any callers on.
    Proxy,
}

/// An accepted connection.
pub(super) struct Connection {
    socket: Socket,
    pub peer: IpAddr,
    pub id: u64,
    /// Received bytes that have not been used.
    pub buffer: Vec<u8>,
    /// The bytes that the poller counts for this connection while a worker has it, or while it
    /// waits.
    pub counted_bytes: u32,
    sender: Sender,
    waits_briefly: bool,
    /// `None` for plain HTTP.
    tls: Option<Box<Session>>,
}

/// A socket whose transfers are cut when the server stops.
struct Socket {
    descriptor: OwnedFd,
    is_cut: Arc<AtomicBool>,
}

impl Socket {
    /// # Errors
    /// `ConnectionAborted` if the server stops and waits for no peer any longer.
    fn check_not_cut(&self) -> io::Result<()> {
        match self.is_cut.load(Ordering::Relaxed) {
            true => Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the server stops")),
            false => Ok(()),
        }
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

/// Checks that a peer does not stall: while the server waits for it, a minimum of bytes must move.
#[derive(Default)]
pub(super) struct Pace {
    waited: Duration,
    bytes: u64,
}

impl Pace {
    /// Counts a wait for the peer since `begun`, and the bytes that moved in it.
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
    /// `is_cut` is set when the server stops: transfers fail from then on.
    pub fn new(
        descriptor: OwnedFd,
        peer: IpAddr,
        id: u64,
        tls: Option<Session>,
        is_cut: &Arc<AtomicBool>,
    ) -> Connection {
        Connection {
            socket: Socket { descriptor, is_cut: Arc::clone(is_cut) },
            peer,
            id,
            buffer: Vec::new(),
            counted_bytes: 0,
            sender: Sender::Unknown,
            waits_briefly: false,
            tls: tls.map(Box::new),
        }
    }

    /// Notes that a trusted proxy is the peer.
    pub fn is_from_a_proxy(&mut self) {
        self.sender = Sender::Proxy;
    }

    /// Notes whether a request is from somebody signed in.
    pub fn has_request_of(&mut self, is_known: bool) {
        if self.sender != Sender::Proxy {
            self.sender = if is_known { Sender::SignedIn } else { Sender::Stranger };
        }
    }

    /// The network whose strangers send the requests, as far as is known. `None` if somebody signed in
    /// does, or a proxy, which has callers of many networks.
    pub fn strangers(&self) -> Option<Network> {
        matches!(self.sender, Sender::Unknown | Sender::Stranger).then(|| self.network())
    }

    /// True if nothing has been read yet.
    pub fn is_new(&self) -> bool {
        self.sender == Sender::Unknown
    }

    /// Notes that something has been read.
    pub fn was_read(&mut self) {
        if self.is_new() {
            self.sender = Sender::Stranger;
        }
    }

    /// The network of the peer, which counts as one caller.
    pub fn network(&self) -> Network {
        Network::of_caller(self.peer)
    }

    /// True if nobody on the way can read along.
    pub fn is_secure(&self) -> bool {
        self.tls.is_some()
    }

    /// True if no part of a request has come and no handshake is in progress.
    pub fn is_ready_for_a_request(&self) -> bool {
        self.buffer.is_empty() && self.tls.as_ref().is_none_or(|tls| !tls.is_handshaking())
    }

    /// Reads received bytes without waiting. Returns 0 at the end of the connection, and
    /// `WouldBlock` if there are none.
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

    /// Drops received bytes without waiting. Returns the same as `recv_now`.
    pub fn discard_now(&self) -> io::Result<usize> {
        // tcp(7): MSG_TRUNC drops the bytes without copying them. The buffer only gives the number.
        let mut nowhere = [0_u8; 64 * 1024];
        let flags = RecvFlags::DONTWAIT | RecvFlags::TRUNC;
        Ok(retry_on_intr(|| recv(&self.socket, &mut nowhere[..], flags))?.1)
    }

    /// Sends as much as fits without waiting and returns the number of bytes. `has_more` means that
    /// further bytes follow at once. With TLS, at most one encrypted block is kept until there is
    /// room; `has_unsent` tells whether it has been sent.
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

    /// True if encrypted records wait for room in the socket.
    pub fn has_unsent(&self) -> bool {
        self.tls.as_ref().is_some_and(|tls| !tls.unsent().is_empty())
    }

    /// The memory for received bytes, and that of TLS with its records.
    pub fn held_bytes(&self) -> usize {
        self.buffer.capacity() + self.tls.as_ref().map_or(0, |tls| tls.held_bytes())
    }

    /// Reads from the peer, at its minimum pace. Returns 0 at the end of the connection. With
    /// `fills` it waits until the buffer is full, but no longer than half a second, so that the
    /// progress of an upload can be shown.
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

    /// Sends all bytes, at the peer's minimum pace.
    pub fn send_all(&mut self, bytes: &[u8], has_more: bool, pace: &mut Pace) -> io::Result<()> {
        self.wait_briefly()?;
        let Some(tls) = &mut self.tls else { return send_patiently(&self.socket, bytes, has_more, pace) };
        for part in bytes.chunks(FILE_BLOCK_BYTES) {
            tls.write(part)?;
            send_patiently(&self.socket, &tls.take_unsent(), has_more, pace)?;
        }
        Ok(())
    }

    /// Sends a range of a file, at the peer's minimum pace.
    ///
    /// # Errors
    /// `UnexpectedEof` if the file has become shorter than the promised length.
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
        // A single blocking call for the whole range costs a fifth more than slices with waits in
        // between.
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
            let read = || retry_on_intr(|| rustix::io::pread(file, &mut block[..wanted], at));
            let count = from_disk(read)?;
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
            self.socket.check_not_cut()?;
            let slice = (end - *start).min(SLICE_BYTES) as usize;
            // The socket does not block here, so this waits only for the disk.
            match from_disk(|| rustix::fs::sendfile(&self.socket, file, Some(start), slice)) {
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
        let time = rustix::event::Timespec { tv_sec: 0, tv_nsec: CALL_TIME.as_nanos() as _ };
        match permits::away(|| poll(&mut socket, Some(&time))) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Sets how much of an answer the kernel may buffer: as much as it likes, or the usual limit. A
    /// download that has a worker of its own costs less with large buffers.
    pub fn set_generous(&self, is_generous: bool) -> io::Result<()> {
        limit_unsent(&self.socket, if is_generous { u32::MAX } else { KERNEL_UNSENT_BYTES_MAX })?;
        Ok(())
    }

    /// Tells the peer that nothing more will be sent. The peer reads everything sent before.
    pub fn finish_sending(&mut self) {
        // Both calls fail only if the peer is gone. Then nobody needs to be told.
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

/// Makes one system call on the disk of a file that is being sent.
pub(super) fn from_disk<T>(call: impl FnOnce() -> rustix::io::Result<T>) -> rustix::io::Result<T> {
    permits::on_disk(call).unwrap_or(Err(Errno::TIMEDOUT))
}

fn recv_from(socket: &Socket, buffer: &mut [u8], flags: RecvFlags) -> io::Result<usize> {
    Ok(retry_on_intr(|| recv(socket, &mut *buffer, flags))?.0)
}

/// Reads, and waits as long as the pace allows.
fn recv_patiently(
    socket: &Socket,
    buffer: &mut [u8],
    flags: RecvFlags,
    pace: &mut Pace,
) -> io::Result<usize> {
    loop {
        socket.check_not_cut()?;
        let begun = Instant::now();
        match permits::away(|| recv(socket, &mut *buffer, flags)) {
            Ok((_, count)) => {
                // A peer that sends single bytes slowly is noticed, too, although each read
                // succeeds.
                pace.waited_since(begun, count)?;
                return Ok(count);
            }
            Err(Errno::AGAIN | Errno::INTR) => pace.waited_since(begun, 0)?,
            Err(errno) => return Err(errno.into()),
        }
    }
}

/// Sends as much as fits without waiting.
fn send_to(socket: &Socket, bytes: &[u8], has_more: bool) -> io::Result<usize> {
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL | more(has_more);
    Ok(retry_on_intr(|| send(socket, bytes, flags))?)
}

/// Sends all bytes, and waits as long as the pace allows.
fn send_patiently(socket: &Socket, mut bytes: &[u8], has_more: bool, pace: &mut Pace) -> io::Result<()> {
    let flags = SendFlags::NOSIGNAL | more(has_more);
    while !bytes.is_empty() {
        socket.check_not_cut()?;
        let begun = Instant::now();
        let count = match permits::away(|| send(socket, bytes, flags)) {
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

/// Sends as many records as fit. If none fits, that is no failure.
fn flush_now(socket: &Socket, tls: &mut Session) -> io::Result<()> {
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
