//! The body of a request, read on demand: by length or in chunks (RFC 9112, sections 6 and 7).

use super::connection::{Connection, Pace};
use super::multipart::Source;
use super::request::{Framing, Request};
use crate::base::guarded::Guarded;
use crate::base::http_status::Status;
use crate::base::limits::{
    CHUNK_LINE_BYTES_MAX, DRAINED_BODY_BYTES_MAX, GUEST_FORM_BYTES_MAX, TRAILER_BYTES_MAX,
};
use crate::error::{Code, Error, Result};
use std::io;

/// Tells a waiting client to send the body.
pub(super) const INVITATION: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
/// A call reads this error if its caller has already got an answer.
const GONE: &str = "The caller was told that a disk does not answer.";
/// The number of bytes read at once for a whole body.
const BLOCK_BYTES: u64 = 16 * 1024;
/// The number of bytes read at once for lines.
const LINE_BLOCK_BYTES: usize = 4096;

/// A body that has not been read, or only in part.
pub struct Body<'a> {
    /// Lent by the call. `None` if the caller has already got another answer.
    connection: &'a Guarded<Option<Connection>>,
    left: Left,
    announced: Option<u64>,
    /// True if the client waits for `100 Continue` before it sends the body.
    must_invite: bool,
    pace: Pace,
    /// True if only bytes that have already arrived are read: no worker waits for a stranger's
    /// body.
    is_closed: bool,
    /// The reason why nothing more can be read: 400 if the connection broke or the bytes were
    /// invalid, 408 if they came too slowly, 503 if the server stops.
    fault: Option<Status>,
}

/// The part of the body that comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Nothing,
    Bytes(u64),
    /// The line before a chunk.
    ChunkLine,
    ChunkBytes(u64),
    /// The end of line after a chunk.
    ChunkEnd,
}

impl<'a> Body<'a> {
    pub(super) fn new(
        connection: &'a Guarded<Option<Connection>>,
        request: &Request,
        is_closed: bool,
    ) -> Body<'a> {
        let (left, announced) = match request.framing() {
            Framing::None | Framing::Length(0) => (Left::Nothing, Some(0)),
            Framing::Length(length) => (Left::Bytes(length), Some(length)),
            Framing::Chunked => (Left::ChunkLine, None),
        };
        let has_nothing = connection.lock().as_ref().is_none_or(|connection| connection.buffer.is_empty());
        let must_invite = request.expects_continue() && left != Left::Nothing && has_nothing;
        Body { connection, left, announced, must_invite, pace: Pace::default(), is_closed, fault: None }
    }

    /// The body of a request without one.
    #[cfg(test)]
    pub fn none() -> Body<'static> {
        static NOBODY: Guarded<Option<Connection>> = Guarded::new(None);
        Body::new(&NOBODY, &Request::new(std::net::Ipv4Addr::LOCALHOST.into(), 1), true)
    }

    /// The length in bytes, if it was announced.
    pub fn known_length(&self) -> Option<u64> {
        self.announced
    }

    /// True if there is certainly no byte. A chunked body that has not been read yet does not count
    /// as empty.
    pub fn is_empty(&self) -> bool {
        self.left == Left::Nothing
    }

    /// Reads the whole body.
    ///
    /// # Errors
    /// `Code::TooLarge` beyond `bytes_max`. If the announced length is too large, nothing is read.
    pub fn read_to_vec(&mut self, bytes_max: u64) -> Result<Vec<u8>> {
        let too_large =
            || Error::new(Code::TooLarge, format!("The body of a call may have at most {bytes_max} bytes."));
        if self.announced.is_some_and(|length| length > bytes_max) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        loop {
            let filled = bytes.len();
            let block = if let Left::Bytes(left) = self.left { left.min(BLOCK_BYTES) } else { BLOCK_BYTES };
            bytes.resize(filled + block as usize, 0);
            let count = self.read_block(&mut bytes[filled..], false)?;
            bytes.truncate(filled + count);
            if bytes.len() as u64 > bytes_max {
                return Err(too_large());
            }
            if count == 0 || self.is_empty() {
                return Ok(bytes);
            }
        }
    }

    /// Reads and drops a short rest of the body. Returns true if the connection can be used again.
    pub(super) fn drain(&mut self) -> bool {
        if self.left == Left::Nothing {
            return self.fault.is_none();
        }
        let is_short = !matches!(self.left, Left::Bytes(count) if count > DRAINED_BODY_BYTES_MAX);
        if self.fault.is_some() || self.must_invite || !is_short {
            return false;
        }
        let mut nowhere = [0; 16 * 1024];
        let mut room = DRAINED_BODY_BYTES_MAX;
        while self.left != Left::Nothing && room > 0 {
            match self.read_block(&mut nowhere, false) {
                Ok(count) => room = room.saturating_sub(count as u64),
                Err(_) => return false,
            }
        }
        self.left == Left::Nothing
    }

    /// The status for a body that could not be read.
    pub(super) fn fault(&self) -> Option<Status> {
        self.fault
    }

    /// True if it was not read to its end because the server stops.
    pub(super) fn is_cut(&self) -> bool {
        self.fault == Some(Status::ServiceUnavailable)
    }

    fn receive(&mut self, buffer: &mut [u8], fills: bool) -> Result<usize> {
        let count = self.take_arrived(buffer)?;
        if count > 0 {
            if !fills || count == buffer.len() {
                return Ok(count);
            }
            return Ok(count + self.receive_from_socket(&mut buffer[count..], true)?);
        }
        self.receive_from_socket(buffer, fills)
    }

    /// Takes bytes that have arrived with the head. Returns their number.
    fn take_arrived(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut lent = self.connection.lock();
        let Some(connection) = lent.as_mut() else { return self.breaks(GONE) };
        let waiting = &mut connection.buffer;
        let count = waiting.len().min(buffer.len());
        buffer[..count].copy_from_slice(&waiting[..count]);
        waiting.drain(..count);
        Ok(count)
    }

    fn receive_from_socket(&mut self, buffer: &mut [u8], fills: bool) -> Result<usize> {
        if self.is_closed {
            let sentence =
                format!("Without signing in, a body may have at most {GUEST_FORM_BYTES_MAX} bytes.");
            return Err(Error::new(Code::TooLarge, sentence));
        }
        let mut lent = self.connection.lock();
        let Some(connection) = lent.as_mut() else { return self.breaks(GONE) };
        let result = (|| {
            if std::mem::take(&mut self.must_invite) {
                connection.send_all(INVITATION, false, &mut self.pace)?;
            }
            connection.recv(buffer, fills, &mut self.pace)
        })();
        drop(lent);
        match result {
            Ok(0) => self.breaks("The connection ended before the body was complete."),
            Ok(count) => Ok(count),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                self.fault = Some(Status::RequestTimeout);
                Err(Error::new(Code::Invalid, "The body came too slowly."))
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {
                self.fault = Some(Status::ServiceUnavailable);
                Err(Error::new(Code::Busy, "The server is stopping. Please go on when it is there again."))
            }
            Err(error) => self
                .breaks("The connection broke before the body was complete.")
                .map_err(|e| e.because(error)),
        }
    }

    fn breaks<T>(&mut self, sentence: &'static str) -> Result<T> {
        self.fault = Some(Status::BadRequest);
        Err(Error::new(Code::Invalid, sentence))
    }

    /// Reads a line between chunks, without its end.
    fn line(&mut self, bytes_max: usize) -> Result<Vec<u8>> {
        let mut searched = 0;
        loop {
            let mut lent = self.connection.lock();
            let Some(connection) = lent.as_mut() else { return self.breaks(GONE) };
            let waiting = &mut connection.buffer;
            if let Some(found) = memchr::memchr(b'\n', &waiting[searched..]) {
                let end = searched + found;
                let mut line: Vec<u8> = waiting.drain(..=end).collect();
                line.pop();
                if line.pop() != Some(b'\r') || line.len() > bytes_max {
                    return self.breaks("The framing of a chunk in the body is wrong.");
                }
                return Ok(line);
            }
            searched = waiting.len();
            if searched > bytes_max {
                return self.breaks("The framing of a chunk in the body is wrong.");
            }
            drop(lent);
            let mut block = [0; LINE_BLOCK_BYTES];
            let count = self.receive_from_socket(&mut block, false)?;
            let mut lent = self.connection.lock();
            let Some(connection) = lent.as_mut() else { return self.breaks(GONE) };
            connection.buffer.extend_from_slice(&block[..count]);
        }
    }

    /// Reads the length of the next chunk.
    fn chunk_length(&mut self) -> Result<u64> {
        let line = self.line(CHUNK_LINE_BYTES_MAX)?;
        match chunk_length(&line) {
            Some(length) => Ok(length),
            None => self.breaks("The framing of a chunk in the body is wrong."),
        }
    }

    fn pass_over_trailers(&mut self) -> Result<()> {
        let mut room = TRAILER_BYTES_MAX;
        loop {
            let line = self.line(room)?;
            if line.is_empty() {
                return Ok(());
            }
            if !line.contains(&b':') || matches!(line[0], b' ' | b'\t') {
                return self.breaks("A line after the last chunk is not a header.");
            }
            room = room.saturating_sub(line.len());
        }
    }
}

/// The length in the line before a chunk: hexadecimal digits, maybe followed by extensions, which
/// are ignored.
fn chunk_length(line: &[u8]) -> Option<u64> {
    let digits_end = line.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(line.len());
    let (digits, extensions) = line.split_at(digits_end);
    let is_extension =
        extensions.iter().find(|byte| !matches!(byte, b' ' | b'\t')).is_none_or(|byte| *byte == b';');
    let has_control = extensions.iter().any(|byte| *byte < 0x20 && *byte != b'\t' || *byte == 0x7f);
    let length = std::str::from_utf8(digits).ok().and_then(|digits| u64::from_str_radix(digits, 16).ok());
    length.filter(|_| is_extension && !has_control)
}

/// Finds the end of a chunked body that arrives in pieces, without decoding it.
#[derive(Clone, Copy, Default)]
pub(super) struct ChunkScan {
    /// The offset of the next line, which may not have arrived.
    at: usize,
    is_in_trailers: bool,
}

impl ChunkScan {
    /// Continues in a body that has grown. Returns true if no more bytes have to arrive: the body
    /// is complete, or its framing is wrong, which its reader will report.
    pub fn is_over(&mut self, body: &[u8]) -> bool {
        loop {
            let Some(rest) = body.get(self.at..) else { return false };
            let Some(end) = memchr::memchr(b'\n', rest) else { return rest.len() > TRAILER_BYTES_MAX };
            let Some(line) = rest[..end].strip_suffix(b"\r") else { return true };
            self.at += end + 1;
            if self.is_in_trailers {
                if line.is_empty() {
                    return true;
                }
                continue;
            }
            match chunk_length(line) {
                None => return true,
                Some(0) => self.is_in_trailers = true,
                // A line end follows the chunk.
                Some(length) => self.at = self.at.saturating_add(length as usize).saturating_add(2),
            }
        }
    }
}

impl Source for Body<'_> {
    fn read_block(&mut self, buffer: &mut [u8], fills: bool) -> Result<usize> {
        if self.fault.is_some() {
            return Err(Error::new(Code::Invalid, "The body cannot be read any further."));
        }
        loop {
            match self.left {
                Left::Nothing => return Ok(0),
                Left::Bytes(left) => {
                    let wanted = left.min(buffer.len() as u64) as usize;
                    let count = self.receive(&mut buffer[..wanted], fills)?;
                    let left = left - count as u64;
                    self.left = if left == 0 { Left::Nothing } else { Left::Bytes(left) };
                    return Ok(count);
                }
                Left::ChunkLine => {
                    self.left = match self.chunk_length()? {
                        0 => {
                            self.pass_over_trailers()?;
                            Left::Nothing
                        }
                        length => Left::ChunkBytes(length),
                    };
                }
                Left::ChunkBytes(left) => {
                    let wanted = left.min(buffer.len() as u64) as usize;
                    let count = self.receive(&mut buffer[..wanted], fills)?;
                    let left = left - count as u64;
                    self.left = if left == 0 { Left::ChunkEnd } else { Left::ChunkBytes(left) };
                    return Ok(count);
                }
                Left::ChunkEnd => {
                    if !self.line(0)?.is_empty() {
                        return self.breaks("The framing of a chunk in the body is wrong.");
                    }
                    self.left = Left::ChunkLine;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ChunkScan;

    /// The length of the body at which its end is found, byte by byte; `None` if it is not found.
    fn end(body: &[u8]) -> Option<usize> {
        let mut scan = ChunkScan::default();
        let found = (0..=body.len()).find(|length| scan.is_over(&body[..*length]));
        let at_once = ChunkScan::default().is_over(body);
        assert_eq!(found.is_some(), at_once, "in pieces as in one: {}", body.escape_ascii());
        found
    }

    #[test]
    fn the_end_of_a_chunked_body_is_found_whatever_pieces_it_comes_in() {
        for (body, length) in [
            (&b"0\r\n\r\nrest"[..], Some(5)),
            (b"3\r\nabc\r\n0\r\n\r\nrest", Some(13)),
            (b"3;x=y\r\n\n\r\n\r\n0\r\nA: b\r\n\r\n", Some(23)),
            (b"5\r\n0\r\n\r\n\r\n", None),
            (b"3\r\nabc\r\n0\r\n", None),
            (b"ffffffffffffffff\r\nabc\r\n0\r\n\r\n", None),
            (b"x\r\n", Some(3)),
            (b"3\nabc", Some(2)),
            (b"10000000000000000\r\n", Some(19)),
        ] {
            assert_eq!(end(body), length, "{}", body.escape_ascii());
        }
    }
}
