//! Answers: the return values of entry points, and their encoding as head and framed body.

use super::packed::{CommonBytes, Packed, takes_gzip};
use super::range::{Representation, Wanted, date_text, wanted};
use super::request::{Method, Request};
use crate::base::digits::append_decimal;
use crate::base::http_status::Status;
use crate::base::limits::RETRY_AFTER_SECONDS;
use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::io;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::time::{SystemTime, UNIX_EPOCH};

/// The memory reserved for the usual headers of an answer, in bytes.
const HEADERS_BYTES: usize = 256;

/// An answer.
pub struct Response {
    status: Status,
    /// Complete header lines.
    headers: String,
    content_type: Option<&'static str>,
    content: Content,
    representation: Option<Representation>,
    /// Makes the answer for the case that no requested range lies inside the content.
    unsatisfiable: Option<Otherwise>,
    closes: bool,
}

/// Makes a replacement for an answer.
pub type Otherwise = Box<dyn FnOnce() -> Response + Send>;

/// The body of an answer.
pub enum Content {
    Bytes(Vec<u8>),
    Static(&'static [u8]),
    Common(CommonBytes),
    /// A gzip file: sent as it is to clients that accept it, to others as `Unpacked`.
    Packed(Packed),
    /// The unpacked content of a gzip file.
    Unpacked(Packed),
    /// `length` bytes of a file, from its beginning. Before the last bytes are sent, the check
    /// tells whether the file still has the same content.
    File {
        file: OwnedFd,
        length: u64,
        is_unchanged: IsUnchanged,
    },
    /// Made while it is sent. If a length is given, it has exactly that many bytes.
    Stream {
        length: Option<u64>,
        produce: Produce,
    },
}

/// Checks whether a file still has the content that is being sent. If not, the connection is
/// aborted.
pub type IsUnchanged = Box<dyn FnOnce(&OwnedFd) -> bool + Send>;

/// Writes the bytes of a streamed answer. An error aborts the connection, so that nobody takes the
/// part for the whole.
pub type Produce = Box<dyn FnOnce(&mut dyn io::Write) -> io::Result<()> + Send>;

/// An answer ready to be sent. Its head and the bytes in memory have been appended to a buffer;
/// this is the rest.
pub(super) struct Outgoing {
    pub rest: Rest,
    pub keeps_alive: bool,
}

/// The rest that follows the bytes.
pub(super) enum Rest {
    Nothing,
    Common(CommonBytes),
    File(OwnedFd, Vec<Piece>, IsUnchanged),
    /// A stream in chunks, with a fixed length, or until the end of the connection.
    Stream(Produce, StreamFraming),
}

/// The selected part of an answer.
enum Selected {
    Whole,
    Pieces(Vec<Piece>),
    /// Another answer is sent instead.
    Other(Response),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamFraming {
    Chunked,
    Exactly(u64),
    ToTheEnd,
}

/// A piece of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Bytes(Vec<u8>),
    /// Start and end in the content.
    Part(u64, u64),
}

/// True if a line is the header of a name.
fn is_of(line: &str, name: &str) -> bool {
    let (line, name) = (line.as_bytes(), name.as_bytes());
    line.get(name.len()) == Some(&b':') && line[..name.len()].eq_ignore_ascii_case(name)
}

impl Response {
    pub fn new(status: Status, content_type: &'static str, content: Content) -> Response {
        let content_type = Some(content_type);
        Response {
            status,
            headers: String::new(),
            content_type,
            content,
            representation: None,
            unsatisfiable: None,
            closes: false,
        }
    }

    /// An answer without a body.
    pub fn empty(status: Status) -> Response {
        let content = Content::Static(b"");
        Response {
            status,
            headers: String::new(),
            content_type: None,
            content,
            representation: None,
            unsatisfiable: None,
            closes: false,
        }
    }

    /// An answer with a sentence for a person who debugs a client.
    pub fn sentence(status: Status, sentence: &str) -> Response {
        Response::new(
            status,
            "text/plain; charset=utf-8",
            Content::Bytes(format!("{sentence}\n").into_bytes()),
        )
    }

    /// An answer for a caller for whom there is no room now. The connection ends.
    pub fn busy(sentence: &str) -> Response {
        Response::sentence(Status::ServiceUnavailable, sentence).try_again(RETRY_AFTER_SECONDS).close()
    }

    /// Tells the caller after how many seconds to try again.
    pub fn try_again(self, seconds: u64) -> Response {
        self.header("Retry-After", seconds.to_string())
    }

    /// Adds a header. Control characters in the value become `_`, because they would end it.
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Response {
        let value = value.as_ref();
        self.headers.reserve(HEADERS_BYTES);
        self.headers.push_str(name);
        self.headers.push_str(": ");
        match value.bytes().fold(false, |any, byte| any | !(0x20..0x7f).contains(&byte)) {
            false => self.headers.push_str(value),
            true => self
                .headers
                .extend(value.chars().map(|letter| if letter.is_control() { '_' } else { letter })),
        }
        self.headers.push_str("\r\n");
        self
    }

    /// Adds a header unless there is one with this name.
    pub fn default_header(self, name: &str, value: impl AsRef<str>) -> Response {
        if self.line_of(name).is_some() { self } else { self.header(name, value) }
    }

    /// Adds a header instead of all others with this name.
    pub fn only_header(mut self, name: &str, value: impl AsRef<str>) -> Response {
        while let Some(line) = self.line_of(name) {
            self.headers.replace_range(line, "");
        }
        self.header(name, value)
    }

    /// The position of the first header with a name.
    fn line_of(&self, name: &str) -> Option<Range<usize>> {
        let mut end = 0;
        self.headers.split_inclusive('\n').find_map(|line| {
            let start = end;
            end += line.len();
            is_of(line, name).then_some(start..end)
        })
    }

    /// Sets the identity of the content, so that ranges and conditions work.
    pub fn representation(mut self, etag: &str, modified: Option<SystemTime>) -> Response {
        self.representation = Some(Representation { etag: etag.to_owned(), modified, changed: None });
        self
    }

    /// Sets the time of the content's last change of any sort. Call this after
    /// [`Response::representation`].
    pub fn changed(mut self, changed: Option<SystemTime>) -> Response {
        if let Some(representation) = &mut self.representation {
            representation.changed = changed;
        }
        self
    }

    /// Sets the answer for the case that no requested range lies inside the content. The default is
    /// empty.
    pub fn unsatisfiable(mut self, otherwise: impl FnOnce() -> Response + Send + 'static) -> Response {
        self.unsatisfiable = Some(Box::new(otherwise));
        self
    }

    /// Closes the connection after this answer.
    pub fn close(mut self) -> Response {
        self.closes = true;
        self
    }

    /// Sets the status of an unreadable body, unless the answer is already a failure.
    pub(super) fn with_fault(mut self, fault: Option<Status>) -> Response {
        if let Some(fault) = fault.filter(|_| self.status == Status::Ok) {
            self.status = fault;
        }
        self
    }

    /// The number of bytes, if it is known before sending. `None` for a stream without a length.
    pub(super) fn length(&self) -> Option<u64> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes.len() as u64),
            Content::Static(bytes) => Some(bytes.len() as u64),
            Content::Common(bytes) => Some(bytes.len() as u64),
            Content::Packed(packed) => Some(packed.gzip.len() as u64),
            Content::Unpacked(packed) => Some(packed.plain_bytes()),
            Content::File { length, .. } => Some(*length),
            Content::Stream { length, .. } => *length,
        }
    }

    /// True if all bytes are in memory.
    pub(super) fn is_in_memory(&self) -> bool {
        !matches!(self.content, Content::File { .. } | Content::Stream { .. })
    }

    /// Appends the bytes of the answer to a request. `may_keep_alive` is true if the connection may
    /// take a further request.
    pub(super) fn append_to(
        mut self,
        bytes: &mut Vec<u8>,
        request: &Request,
        may_keep_alive: bool,
    ) -> Outgoing {
        self = self.coded_for(request);
        let pieces = match self.selected(request) {
            Selected::Whole => None,
            Selected::Pieces(pieces) => Some(pieces),
            Selected::Other(other) => return other.append_to(bytes, request, may_keep_alive),
        };
        let has_body = *request.method() != Method::Head && self.status != Status::NotModified;
        let length = pieces.as_ref().map_or_else(|| self.length(), |pieces| Some(bytes_of(pieces)));
        let is_chunked = length.is_none() && request.is_http_1_1();
        let is_framed = length.is_some() || is_chunked || !has_body;
        let keeps_alive = may_keep_alive && request.wants_keep_alive() && !self.closes && is_framed;
        self.append_head(bytes, request, keeps_alive);
        match length {
            Some(length) if self.status != Status::NotModified => {
                bytes.extend_from_slice(b"Content-Length: ");
                append_decimal(bytes, length);
                bytes.extend_from_slice(b"\r\n\r\n");
            }
            None if is_chunked => bytes.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n"),
            _ => bytes.extend_from_slice(b"\r\n"),
        }
        let rest = if has_body { self.append_body(bytes, pieces, is_chunked) } else { Rest::Nothing };
        Outgoing { rest, keeps_alive }
    }

    /// Chooses compressed or uncompressed content. Caches treat them as two contents.
    fn coded_for(mut self, request: &Request) -> Response {
        let packed = match self.content {
            Content::Packed(packed) => packed,
            content => return Response { content, ..self },
        };
        if !takes_gzip(request) {
            self.content = Content::Unpacked(packed);
            return self.header("Vary", "Accept-Encoding");
        }
        self.content = Content::Common(packed.gzip);
        if let Some(representation) = &mut self.representation {
            representation.etag.push_str("-gzip");
        }
        self.header("Vary", "Accept-Encoding").header("Content-Encoding", "gzip")
    }

    /// The answer in the form for a request, as [`Response::coded_for`] chooses it. `None` if it
    /// must be unpacked first.
    pub(super) fn at_once_for(self, request: &Request) -> Option<Response> {
        let response = self.coded_for(request);
        match response.content {
            Content::Unpacked(packed) => {
                Some(Response { content: Content::Common(packed.plain_at_once()?), ..response })
            }
            content => Some(Response { content, ..response }),
        }
    }

    /// Applies the conditions and ranges of the request.
    fn selected(&mut self, request: &Request) -> Selected {
        let representation = self.representation.as_ref().filter(|_| self.status == Status::Ok);
        let (Some(representation), Some(length)) = (representation, self.length()) else {
            return Selected::Whole;
        };
        match wanted(request, representation, length) {
            Wanted::Whole => Selected::Whole,
            Wanted::NotModified => {
                self.status = Status::NotModified;
                self.content_type = None;
                Selected::Whole
            }
            Wanted::Failed => Selected::Other(Response::empty(Status::PreconditionFailed)),
            Wanted::Unsatisfiable => {
                let other = self
                    .unsatisfiable
                    .take()
                    .map_or_else(|| Response::empty(Status::RangeNotSatisfiable), |otherwise| otherwise());
                Selected::Other(other.header("Content-Range", format!("bytes */{length}")))
            }
            Wanted::Parts(_) if matches!(self.content, Content::Stream { .. }) => Selected::Whole,
            Wanted::Parts(parts) => {
                self.status = Status::PartialContent;
                Selected::Pieces(match parts.as_slice() {
                    [(start, end)] => {
                        self.put_header(format_args!(
                            "Content-Range: bytes {start}-{}/{length}\r\n",
                            end - 1
                        ));
                        vec![Piece::Part(*start, *end)]
                    }
                    _ => self.multipart(&parts, length),
                })
            }
        }
    }

    /// Encodes several ranges as `multipart/byteranges` (RFC 9110, section 14.6).
    fn multipart(&mut self, parts: &[(u64, u64)], length: u64) -> Vec<Piece> {
        let boundary = crate::base::ids::object_id();
        let inner_type = self.content_type.take().unwrap_or("application/octet-stream");
        self.put_header(format_args!("Content-Type: multipart/byteranges; boundary={boundary}\r\n"));
        let mut pieces = Vec::with_capacity(2 * parts.len() + 1);
        for (start, end) in parts {
            let last = end - 1;
            let head = format!(
                "\r\n--{boundary}\r\nContent-Type: {inner_type}\r\nContent-Range: bytes {start}-{last}/{length}\r\n\r\n"
            );
            pieces.push(Piece::Bytes(head.into_bytes()));
            pieces.push(Piece::Part(*start, *end));
        }
        pieces.push(Piece::Bytes(format!("\r\n--{boundary}--\r\n").into_bytes()));
        pieces
    }

    fn put_header(&mut self, line: fmt::Arguments<'_>) {
        self.headers.write_fmt(line).expect("writing into memory does not fail");
    }

    /// The whole answer, except parts that are not in memory.
    pub fn into_bytes(self, request: &Request) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.append_to(&mut bytes, request, false);
        bytes
    }

    /// Appends the head, without the headers that frame the body.
    fn append_head(&self, bytes: &mut Vec<u8>, request: &Request, keeps_alive: bool) {
        let in_memory = if self.is_in_memory() { self.length().unwrap_or(0) as usize } else { 0 };
        bytes.reserve(320 + self.headers.len() + in_memory);
        bytes.extend_from_slice(b"HTTP/1.1 ");
        append_decimal(bytes, self.status.code().into());
        put(bytes, &[" ", self.status.reason(), "\r\nDate: "]);
        write_date(bytes);
        bytes.extend_from_slice(b"\r\n");
        if let Some(content_type) = self.content_type {
            put(bytes, &["Content-Type: ", content_type, "\r\n"]);
        }
        bytes.extend_from_slice(b"X-Content-Type-Options: nosniff\r\n");
        bytes.extend_from_slice(self.headers.as_bytes());
        if let Some(representation) = self.representation.as_ref().filter(|_| self.status.code() < 400) {
            put(bytes, &["ETag: \"", &representation.etag, "\"\r\nAccept-Ranges: bytes\r\n"]);
            if let Some(date) = representation.modified.and_then(date_text) {
                put(bytes, &["Last-Modified: ", &date, "\r\n"]);
            }
        }
        match (keeps_alive, request.is_http_1_1()) {
            (false, _) => bytes.extend_from_slice(b"Connection: close\r\n"),
            (true, false) => bytes.extend_from_slice(b"Connection: keep-alive\r\n"),
            (true, true) => {}
        }
    }

    /// Appends the bytes in memory, and returns the rest.
    fn append_body(self, bytes: &mut Vec<u8>, pieces: Option<Vec<Piece>>, is_chunked: bool) -> Rest {
        match self.content {
            Content::Bytes(content) => append(bytes, &content, pieces),
            Content::Static(content) => return shared(bytes, CommonBytes::Static(content), pieces),
            Content::Common(content) => return shared(bytes, content, pieces),
            Content::Packed(packed) => return shared(bytes, packed.gzip, pieces),
            Content::Unpacked(packed) => return shared(bytes, packed.plain(), pieces),
            Content::File { file, length, is_unchanged } => {
                let pieces = pieces.unwrap_or_else(|| vec![Piece::Part(0, length)]);
                return Rest::File(file, pieces, is_unchanged);
            }
            Content::Stream { length, produce } => {
                let open = if is_chunked { StreamFraming::Chunked } else { StreamFraming::ToTheEnd };
                return Rest::Stream(produce, length.map_or(open, StreamFraming::Exactly));
            }
        }
        Rest::Nothing
    }
}

/// Sends shared bytes without copying them, or appends the requested pieces of them.
fn shared(bytes: &mut Vec<u8>, content: CommonBytes, pieces: Option<Vec<Piece>>) -> Rest {
    if pieces.is_none() {
        return Rest::Common(content);
    }
    append(bytes, &content, pieces);
    Rest::Nothing
}

fn append(bytes: &mut Vec<u8>, content: &[u8], pieces: Option<Vec<Piece>>) {
    let Some(pieces) = pieces else { return bytes.extend_from_slice(content) };
    for piece in pieces {
        match piece {
            Piece::Bytes(piece) => bytes.extend_from_slice(&piece),
            // The range lies inside the content, and the content is in memory here.
            Piece::Part(start, end) => bytes.extend_from_slice(&content[start as usize..end as usize]),
        }
    }
}

/// The number of bytes in these pieces.
pub(super) fn bytes_of(pieces: &[Piece]) -> u64 {
    let of_one = |piece: &Piece| match piece {
        Piece::Bytes(bytes) => bytes.len() as u64,
        Piece::Part(start, end) => end - start,
    };
    pieces.iter().map(of_one).sum()
}

fn put(bytes: &mut Vec<u8>, texts: &[&str]) {
    texts.iter().for_each(|text| bytes.extend_from_slice(text.as_bytes()));
}

/// Writes the current date, which each thread formats once a second.
fn write_date(bytes: &mut Vec<u8>) {
    thread_local! {
        static MADE: RefCell<(u64, String)> = const { RefCell::new((u64::MAX, String::new())) };
    }
    let now = SystemTime::now();
    let second = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    MADE.with_borrow_mut(|made| {
        if made.0 != second {
            *made = (second, date_text(now).unwrap_or_default());
        }
        bytes.extend_from_slice(made.1.as_bytes());
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::while_used::WhileUsed;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write as _;
    use std::net::Ipv4Addr;

    fn request(head: &str) -> Request {
        let mut request = Request::new(Ipv4Addr::LOCALHOST.into(), 1);
        request.fill(format!("{head}\r\n\r\n").as_bytes()).unwrap();
        request
    }

    fn bytes(response: Response, head: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        response.append_to(&mut bytes, &request(head), true);
        bytes
    }

    fn answer(head: &str) -> String {
        let response = Response::new(Status::Ok, "text/plain", Content::Bytes(b"0123456789".into()))
            .representation("e", None);
        String::from_utf8(bytes(response, head)).unwrap()
    }

    #[test]
    fn packed_content_is_two_contents() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(b"0123456789").unwrap();
        let gzip = encoder.finish().unwrap();
        static PLAIN: WhileUsed = WhileUsed::new();
        let packed = || Packed { gzip: CommonBytes::Counted(gzip.clone().into()), plain: &PLAIN };
        let answer = |head: &str| {
            let response = Response::new(Status::Ok, "text/plain", Content::Packed(packed()));
            let response = response.representation("e", None);
            let mut bytes = Vec::new();
            let outgoing = response.append_to(&mut bytes, &request(head), true);
            let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
            let mut body = bytes.split_off(head);
            if let Rest::Common(rest) = outgoing.rest {
                body.extend_from_slice(&rest);
            }
            (String::from_utf8(bytes).unwrap(), body)
        };
        let (head, body) = answer("GET / HTTP/1.1\r\nHost: x");
        assert!(head.contains("ETag: \"e\"") && head.contains("Vary: Accept-Encoding"), "{head}");
        assert!(head.contains("Content-Length: 10\r\n") && body == b"0123456789", "{head}");
        let (head, body) = answer("GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip");
        assert!(head.contains("Content-Encoding: gzip") && head.contains("ETag: \"e-gzip\""), "{head}");
        assert_eq!(body, gzip);
        let (head, body) = answer("GET / HTTP/1.1\r\nHost: x\r\nRange: bytes=-3");
        assert!(head.contains("Content-Range: bytes 7-9/10\r\n") && body == b"789", "{head}");
        assert!(answer("HEAD / HTTP/1.1\r\nHost: x").1.is_empty());
        for (coding, etag, is_known) in [("gzip", "e-gzip", true), ("gzip", "e", false), ("br", "e", true)] {
            let head = format!(
                "GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: {coding}\r\nIf-None-Match: \"{etag}\""
            );
            assert_eq!(answer(&head).0.starts_with("HTTP/1.1 304 "), is_known, "{coding} {etag}");
        }
    }

    #[test]
    fn parts_are_cut_out_and_counted() {
        let one = answer("GET / HTTP/1.1\r\nHost: x\r\nRange: bytes=2-4");
        assert!(one.starts_with("HTTP/1.1 206 ") && one.ends_with("\r\n\r\n234"), "{one}");
        assert!(one.contains("Content-Range: bytes 2-4/10\r\n") && one.contains("Content-Length: 3\r\n"));
        let two = answer("GET / HTTP/1.1\r\nHost: x\r\nRange: bytes=0-0,-1");
        let (head, body) = two.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{two}");
        assert!(
            head.contains("multipart/byteranges")
                && body.contains("0-0/10\r\n\r\n0\r\n")
                && body.contains("9-9/10\r\n\r\n9\r\n")
        );
        let none = answer("GET / HTTP/1.1\r\nHost: x\r\nRange: bytes=10-");
        assert!(
            none.starts_with("HTTP/1.1 416 ") && none.contains("Content-Range: bytes */10\r\n"),
            "{none}"
        );
    }

    #[test]
    fn some_answers_have_no_body() {
        let head = answer("HEAD / HTTP/1.1\r\nHost: x");
        assert!(head.contains("Content-Length: 10\r\n") && head.ends_with("\r\n\r\n"), "{head}");
        let same = answer("GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"e\"");
        assert!(
            same.starts_with("HTTP/1.1 304 ")
                && same.contains("ETag: \"e\"")
                && !same.contains("Content-Length"),
            "{same}"
        );
    }

    #[test]
    fn the_connection_ends_when_it_should() {
        let stream = || {
            Response::new(Status::Ok, "x", Content::Stream { length: None, produce: Box::new(|_| Ok(())) })
        };
        let ends = |head: &str, response: Response| {
            !response.append_to(&mut Vec::new(), &request(head), true).keeps_alive
        };
        assert!(!ends("GET / HTTP/1.1\r\nHost: x", stream()));
        assert!(ends("GET / HTTP/1.0\r\nConnection: keep-alive", stream()));
        assert!(!ends("GET / HTTP/1.0\r\nConnection: keep-alive", Response::empty(Status::Ok)));
        assert!(ends("GET / HTTP/1.0", Response::empty(Status::Ok)));
        assert!(ends("GET / HTTP/1.1\r\nHost: x\r\nConnection: close", Response::empty(Status::Ok)));
        assert!(ends("GET / HTTP/1.1\r\nHost: x", Response::empty(Status::Ok).close()));
    }

    #[test]
    fn a_header_cannot_end_early() {
        let response = Response::empty(Status::Ok).header("X", "a\r\nSet-Cookie: b");
        let text = String::from_utf8(bytes(response, "GET / HTTP/1.1\r\nHost: x")).unwrap();
        assert!(text.contains("X: a__Set-Cookie: b\r\n"), "{text}");
    }
}
