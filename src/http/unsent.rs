//! The rest of an answer in memory. The bytes that do not fit into the socket leave the worker, and
//! the poller sends them.

use super::connection::Connection;
use super::packed::CommonBytes;
use std::io::{self, ErrorKind::WouldBlock};

/// Bytes that wait for room in the socket.
#[derive(Default)]
pub(super) struct Unsent {
    bytes: Vec<u8>,
    /// Content that follows the bytes. Connections share it, so it costs no memory for each of
    /// them.
    content: CommonBytes,
    /// The number of bytes that were sent, of the head and the content together.
    sent: usize,
}

impl Unsent {
    pub fn new(bytes: Vec<u8>, content: CommonBytes) -> Unsent {
        Unsent { bytes, content, sent: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.sent == self.bytes.len() + self.content.len()
    }

    /// The memory that it holds, in bytes.
    pub fn held_bytes(&self) -> usize {
        self.bytes.capacity()
    }

    /// Sends as much as fits without waiting and returns the number of bytes. Everything is sent
    /// when this is empty and the connection has nothing unsent.
    pub fn send_now(&mut self, connection: &mut Connection) -> io::Result<usize> {
        let before = self.sent;
        while !self.is_empty() {
            let (part, has_more) = match self.bytes.get(self.sent..).filter(|left| !left.is_empty()) {
                Some(left) => (left, !self.content.is_empty()),
                None => (&self.content[self.sent - self.bytes.len()..], false),
            };
            match connection.send_now(part, has_more) {
                Ok(0) => break,
                Ok(count) => self.sent += count,
                Err(error) if error.kind() == WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        if self.is_empty() && connection.has_unsent() {
            connection.send_now(&[], false)?;
        }
        let count = self.sent - before;
        if self.sent >= self.bytes.len() {
            self.sent -= std::mem::take(&mut self.bytes).len();
        }
        Ok(count)
    }
}
