//! Sending an answer from a worker: bytes, stretches of a file, or what is made meanwhile.

use super::connection::{Connection, Pace};
use super::response::{Piece, Rest, StreamFraming};
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};

/// Bytes of a made answer that are gathered before they are sent.
const GATHERED_BYTES: usize = 64 * 1024;

/// Sends an answer whole: its first bytes and the rest.
///
/// # Errors
/// The peer is gone or too slow, or what makes the answer failed: the connection must end, so that nobody takes what came
/// for the whole.
pub(super) fn send(connection: &mut Connection, bytes: Vec<u8>, rest: Rest) -> io::Result<()> {
    let mut pace = Pace::default();
    match rest {
        Rest::Nothing => connection.send_all(&bytes, false, &mut pace),
        Rest::Static(content) => {
            connection.send_all(&bytes, !content.is_empty(), &mut pace)?;
            connection.send_all(content, false, &mut pace)
        }
        Rest::File(file, pieces) => send_pieces(connection, &bytes, &file, pieces, &mut pace),
        Rest::Stream(produce, framing) => {
            let mut stream = Stream { connection, pace, head: bytes, gathered: Vec::new(), framing };
            produce(&mut stream)?;
            stream.finish()
        }
    }
}

fn send_pieces(
    connection: &mut Connection,
    head: &[u8],
    file: &OwnedFd,
    pieces: Vec<Piece>,
    pace: &mut Pace,
) -> io::Result<()> {
    let is_empty = pieces.iter().all(|piece| matches!(piece, Piece::Part(start, end) if start == end));
    connection.send_all(head, !is_empty, pace)?;
    let count = pieces.len();
    for (number, piece) in pieces.into_iter().enumerate() {
        match piece {
            Piece::Bytes(bytes) => connection.send_all(&bytes, number + 1 < count, pace)?,
            Piece::Part(start, end) => connection.send_file(file.as_fd(), start, end, pace)?,
        }
    }
    Ok(())
}

/// Frames what an operation writes.
struct Stream<'a> {
    connection: &'a mut Connection,
    pace: Pace,
    /// Until it has left.
    head: Vec<u8>,
    gathered: Vec<u8>,
    framing: StreamFraming,
}

impl Stream<'_> {
    /// Sends what is gathered and these bytes; as one chunk, where the answer is chunked.
    fn flush_with(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = self.gathered.len() + bytes.len();
        let is_chunk = self.framing == StreamFraming::Chunked && length > 0;
        let line = if is_chunk { format!("{length:x}\r\n") } else { String::new() };
        for part in [&self.head, line.as_bytes(), &self.gathered] {
            self.connection.send_all(part, length > 0, &mut self.pace)?;
        }
        self.connection.send_all(bytes, is_chunk, &mut self.pace)?;
        self.head.clear();
        self.gathered.clear();
        if is_chunk { self.connection.send_all(b"\r\n", false, &mut self.pace) } else { Ok(()) }
    }

    fn finish(mut self) -> io::Result<()> {
        match self.framing {
            StreamFraming::Exactly(left) if left > 0 => {
                Err(io::Error::other("fewer bytes were made than promised"))
            }
            StreamFraming::Chunked => {
                self.flush_with(b"")?;
                self.connection.send_all(b"0\r\n\r\n", false, &mut self.pace)
            }
            _ => self.flush_with(b""),
        }
    }
}

impl Write for Stream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let StreamFraming::Exactly(left) = &mut self.framing {
            *left = left
                .checked_sub(bytes.len() as u64)
                .ok_or_else(|| io::Error::other("more bytes were made than promised"))?;
        }
        if self.gathered.len() + bytes.len() > GATHERED_BYTES {
            self.flush_with(bytes)?;
        } else {
            self.gathered.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
