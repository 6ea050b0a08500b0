//! Sends answers from a worker: bytes, ranges of a file, or a stream.

use super::connection::{Connection, Pace, from_disk};
use super::response::{IsUnchanged, Piece, Rest, StreamFraming, bytes_of};
use rustix::io::retry_on_intr;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// The number of bytes at the end of a file that are held back until it is known that the file did
/// not change while it was sent.
const HELD_BYTES: u64 = 4096;
/// The number of bytes of a stream that are collected before they are sent.
const GATHERED_BYTES: usize = 64 * 1024;

/// Sends a whole answer: its first bytes and the rest.
///
/// # Errors
/// The peer is gone or too slow, or making the answer failed. The connection must end, so that
/// nobody takes the part for the whole.
pub(super) fn send(connection: &mut Connection, bytes: Vec<u8>, rest: Rest) -> io::Result<()> {
    connection.set_generous(true)?;
    send_all(connection, bytes, rest)?;
    connection.set_generous(false)
}

fn send_all(connection: &mut Connection, bytes: Vec<u8>, rest: Rest) -> io::Result<()> {
    let mut pace = Pace::default();
    match rest {
        Rest::Nothing => connection.send_all(&bytes, false, &mut pace),
        Rest::Common(content) => {
            connection.send_all(&bytes, !content.is_empty(), &mut pace)?;
            connection.send_all(&content, false, &mut pace)
        }
        Rest::File(file, pieces, is_unchanged) => {
            send_pieces(connection, &bytes, &file, held_back(pieces), is_unchanged, &mut pace)
        }
        Rest::Stream(produce, framing) => {
            let mut stream = Stream { connection, pace, head: bytes, gathered: Vec::new(), framing };
            produce(&mut stream)?;
            stream.finish()
        }
    }
}

/// Appends the rest of a short answer to its first bytes, so that no worker has to wait for the
/// peer. A longer rest is returned as it was.
///
/// # Errors
/// Making the answer failed. The connection must end, because the length was promised.
pub(super) fn gather(bytes: &mut Vec<u8>, rest: Rest, bytes_max: u64) -> io::Result<Rest> {
    match rest {
        Rest::File(file, pieces, is_unchanged) if bytes_of(&pieces) <= bytes_max => {
            bytes.reserve_exact(bytes_of(&pieces) as usize);
            for piece in pieces {
                match piece {
                    Piece::Bytes(piece) => bytes.extend_from_slice(&piece),
                    Piece::Part(start, end) => append_part(bytes, file.as_fd(), start, end)?,
                }
            }
            if is_unchanged(&file) { Ok(Rest::Nothing) } else { Err(was_changed()) }
        }
        Rest::Stream(produce, StreamFraming::Exactly(length)) if length <= bytes_max => {
            let before = bytes.len();
            bytes.reserve_exact(length as usize);
            produce(bytes)?;
            match (bytes.len() - before) as u64 == length {
                true => Ok(Rest::Nothing),
                false => Err(io::Error::other("the answer's length differs from the promised one")),
            }
        }
        rest => Ok(rest),
    }
}

fn was_changed() -> io::Error {
    io::Error::other("the file has changed while it was sent")
}

fn append_part(bytes: &mut Vec<u8>, file: BorrowedFd<'_>, start: u64, end: u64) -> io::Result<()> {
    let mut filled = bytes.len();
    bytes.resize(filled + (end - start) as usize, 0);
    let mut at = start;
    while at < end {
        let read = || retry_on_intr(|| rustix::io::pread(file, &mut bytes[filled..], at));
        let count = from_disk(read)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        (filled, at) = (filled + count, at + count as u64);
    }
    Ok(())
}

/// Splits the end of the file's last range into a piece of its own.
fn held_back(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let last = pieces.iter().rposition(|piece| matches!(piece, Piece::Part(start, end) if start < end));
    if let Some((at, &Piece::Part(start, end))) = last.map(|at| (at, &pieces[at])) {
        let middle = end.saturating_sub(HELD_BYTES).max(start);
        pieces.splice(at..=at, [Piece::Part(start, middle), Piece::Part(middle, end)]);
    }
    pieces
}

/// Sends everything but the end of the file, checks that the file is unchanged, and sends the end.
fn send_pieces(
    connection: &mut Connection,
    head: &[u8],
    file: &OwnedFd,
    pieces: Vec<Piece>,
    is_unchanged: IsUnchanged,
    pace: &mut Pace,
) -> io::Result<()> {
    let last = pieces.iter().rposition(|piece| matches!(piece, Piece::Part(start, end) if start < end));
    let mut is_unchanged = Some(is_unchanged);
    let is_empty = pieces.iter().all(|piece| matches!(piece, Piece::Part(start, end) if start == end));
    connection.send_all(head, !is_empty, pace)?;
    let count = pieces.len();
    for (number, piece) in pieces.into_iter().enumerate() {
        match piece {
            Piece::Bytes(bytes) => connection.send_all(&bytes, number + 1 < count, pace)?,
            Piece::Part(start, end) => {
                if Some(number) == last && !is_unchanged.take().is_none_or(|is_unchanged| is_unchanged(file))
                {
                    return Err(was_changed());
                }
                connection.send_file(file.as_fd(), start, end, pace)?;
            }
        }
    }
    Ok(())
}

/// Frames the bytes that an operation writes.
struct Stream<'a> {
    connection: &'a mut Connection,
    pace: Pace,
    /// The head, until it has been sent.
    head: Vec<u8>,
    gathered: Vec<u8>,
    framing: StreamFraming,
}

impl Stream<'_> {
    /// Sends the collected bytes and these. They are one chunk if the answer is chunked.
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
                Err(io::Error::other("the answer is shorter than promised"))
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
                .ok_or_else(|| io::Error::other("the answer is longer than promised"))?;
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
