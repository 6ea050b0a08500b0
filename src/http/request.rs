//! The head of a request (RFC 9112), read strictly: anything that two servers could read
//! differently is refused.

use super::cookie;
use crate::base::host::Host;
use crate::base::http_status::Status;
use crate::base::limits::{HEAD_BYTES_MAX, HEADERS_MAX};
use std::mem::MaybeUninit;
use std::net::IpAddr;
use std::ops::Range;

/// The methods that are distinguished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    Post,
    Other,
}

/// The framing of the body (section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    None,
    Length(u64),
    Chunked,
}

/// The refusal of a request: the status, and a sentence for a person who debugs a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: Status,
    pub sentence: &'static str,
}

/// The head of a request and its origin.
#[derive(Debug)]
pub struct Request {
    /// The bytes of the head. Bytes that are not UTF-8 are U+FFFD.
    head: String,
    method: Method,
    path: Range<usize>,
    query: Range<usize>,
    headers: Vec<(Range<usize>, Range<usize>)>,
    /// The requested host, with the port if there is one. Empty if the request has none.
    host: Range<usize>,
    is_http_1_1: bool,
    wants_keep_alive: bool,
    expects_continue: bool,
    framing: Framing,
    peer: IpAddr,
    connection: u64,
    is_secure: bool,
    /// True if a trusted proxy has sent the request.
    is_forwarded: bool,
    /// True if a trusted proxy has reported several addresses, or none: the caller's own address is
    /// uncertain then.
    is_origin_unclear: bool,
}

/// Headers that proxies and tunnels add.
const PROXY_HEADERS: [&str; 6] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via", "cf-connecting-ip"];

/// The state of the search for the end of a head.
#[derive(Debug)]
pub enum Scan {
    /// The head is incomplete. The search continues at this position.
    Partial(usize),
    /// The head ends at this position.
    Complete(usize),
    Refused(Refusal),
}

const fn refuse<T>(status: Status, sentence: &'static str) -> Result<T, Refusal> {
    Err(Refusal { status, sentence })
}

/// Searches the end of a head. `from` is the position that an earlier search of the same bytes
/// returned.
pub fn scan(bytes: &[u8], from: usize) -> Scan {
    let mut at = from;
    while let Some(found) = memchr::memchr(b'\n', &bytes[at..]) {
        let end = at + found;
        if end == 0 || bytes[end - 1] != b'\r' {
            return Scan::Refused(Refusal {
                status: Status::BadRequest,
                sentence: "A line ends without a carriage return.",
            });
        }
        if end + 1 > HEAD_BYTES_MAX {
            break;
        }
        if end >= 3 && bytes[end - 2] == b'\n' {
            return Scan::Complete(end + 1);
        }
        at = end + 1;
    }
    if bytes.len() < HEAD_BYTES_MAX {
        return Scan::Partial(bytes.len());
    }
    let is_first_line = memchr::memchr(b'\n', &bytes[..HEAD_BYTES_MAX]).is_none();
    Scan::Refused(match is_first_line {
        true => {
            Refusal { status: Status::UriTooLong, sentence: "The first line of the request is too long." }
        }
        false => Refusal {
            status: Status::RequestHeaderFieldsTooLarge,
            sentence: "The headers of the request are too long.",
        },
    })
}

impl Request {
    /// An empty request, to be filled.
    pub fn new(peer: IpAddr, connection: u64) -> Request {
        Request {
            head: String::new(),
            method: Method::Other,
            path: 0..0,
            query: 0..0,
            headers: Vec::new(),
            host: 0..0,
            is_http_1_1: true,
            wants_keep_alive: false,
            expects_continue: false,
            framing: Framing::None,
            peer,
            connection,
            is_secure: false,
            is_forwarded: false,
            is_origin_unclear: false,
        }
    }

    /// The memory that it holds, in bytes.
    pub(super) fn held_bytes(&self) -> usize {
        self.head.capacity() + self.headers.capacity() * size_of::<(Range<usize>, Range<usize>)>()
    }

    /// Sets the origin of the next request.
    pub fn is_from(&mut self, peer: IpAddr, connection: u64, is_secure: bool) {
        (self.peer, self.connection, self.is_secure) = (peer, connection, is_secure);
        (self.is_forwarded, self.is_origin_unclear) = (false, false);
    }

    /// Takes the caller's address from the headers of trusted proxies: the right-most address that
    /// does not belong to a proxy. Also takes whether the connection to the first proxy was secure.
    /// Anybody can write these headers, so they count only from trusted proxies.
    pub(super) fn believe(&mut self, is_proxy: impl Fn(IpAddr) -> bool) {
        if !is_proxy(self.peer) {
            return;
        }
        // Some proxies add a line instead of extending the existing one, so the last line is
        // theirs.
        let forwarded = self.lines("x-forwarded-for").rev().flat_map(|line| line.rsplit(','));
        let addresses = forwarded.map(|text| text.trim().parse::<IpAddr>().ok());
        let mut addresses = addresses.map(|address| address.map(|address| address.to_canonical()));
        let caller = addresses.find(|address| address.is_none_or(|address| !is_proxy(address))).flatten();
        let is_origin_unclear = caller.is_none() || addresses.next().is_some();
        drop(addresses);
        self.is_secure |= self.header("x-forwarded-proto").is_some_and(|proto| proto.trim() == "https");
        self.peer = caller.unwrap_or(self.peer);
        (self.is_forwarded, self.is_origin_unclear) = (true, is_origin_unclear);
    }

    /// True if an origin (scheme, host and port of a page) is this server, as the caller asked for
    /// it or as a trusted proxy reports it.
    pub fn is_own_origin(&self, origin: &str) -> bool {
        let scheme = if self.is_secure { "https://" } else { "http://" };
        let Some(host) = origin.strip_prefix(scheme) else { return false };
        let mut before = self.lines("x-forwarded-host").flat_map(|line| line.split(','));
        self.head[self.host.clone()] == *host || (self.is_forwarded && before.any(|name| name.trim() == host))
    }

    /// The requested host. `None` if the request has none, which never happens with browsers.
    pub fn host(&self) -> Option<Host<'_>> {
        Host::read(&self.head[self.host.clone()])
    }

    /// True if a trusted proxy has sent the request.
    pub fn is_forwarded(&self) -> bool {
        self.is_forwarded
    }

    /// True if the request seems to come directly from the address [`Request::peer`]: no untrusted
    /// proxy has passed it on.
    pub fn comes_straight(&self) -> bool {
        match self.is_forwarded {
            true => !self.is_origin_unclear,
            false => PROXY_HEADERS.iter().all(|name| self.header(name).is_none()),
        }
    }

    /// True if, as far as known, nobody on the way can read along.
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Reads a complete head, which replaces the previous one.
    pub fn fill(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.head.clear();
        self.headers.clear();
        match std::str::from_utf8(bytes) {
            Ok(text) => self.head.push_str(text),
            Err(_) => self.head.push_str(&String::from_utf8_lossy(bytes)),
        }
        let base = self.head.as_ptr() as usize;
        let span = |text: &str| {
            let start = text.as_ptr() as usize - base;
            start..start + text.len()
        };
        let mut headers = [const { MaybeUninit::uninit() }; HEADERS_MAX];
        let mut parsed = httparse::Request::new(&mut []);
        match parsed.parse_with_uninit_headers(self.head.as_bytes(), &mut headers) {
            Ok(httparse::Status::Complete(_)) => {}
            Ok(httparse::Status::Partial) => {
                return refuse(Status::BadRequest, "The head of the request is not complete.");
            }
            Err(httparse::Error::TooManyHeaders) => {
                return refuse(Status::RequestHeaderFieldsTooLarge, "The request has too many headers.");
            }
            Err(httparse::Error::Version) => {
                return refuse(
                    Status::HttpVersionNotSupported,
                    "This server only speaks HTTP/1.0 and HTTP/1.1.",
                );
            }
            Err(_) => return refuse(Status::BadRequest, "The head of the request cannot be read."),
        }
        self.method = match parsed.method {
            Some("GET") => Method::Get,
            Some("HEAD") => Method::Head,
            Some("POST") => Method::Post,
            _ => Method::Other,
        };
        self.is_http_1_1 = parsed.version == Some(1);
        let target = parsed.path.map_or(0..0, &span);
        for header in parsed.headers.iter() {
            let Ok(value) = std::str::from_utf8(header.value) else {
                return refuse(Status::BadRequest, "A header of the request cannot be read.");
            };
            self.headers.push((span(header.name), span(value)));
        }
        self.check_headers()?;
        self.split_target(target)
    }

    /// Splits a target in origin form or absolute form (section 3.2). Other forms are refused:
    /// appended to this server's name, `@host/x` would lead to another server.
    fn split_target(&mut self, target: Range<usize>) -> Result<(), Refusal> {
        let text = &self.head[target.clone()];
        let mut start = target.start;
        if !text.starts_with('/') {
            let scheme_bytes = ["http://", "https://"]
                .into_iter()
                .find(|scheme| {
                    text.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
                })
                .map(str::len);
            let Some(scheme_bytes) = scheme_bytes else {
                return refuse(Status::BadRequest, "The target of the request is neither a path nor a URL.");
            };
            let authority = &text[scheme_bytes..];
            let authority = &authority[..authority.find(['/', '?']).unwrap_or(authority.len())];
            if Host::read(authority).is_none() {
                return refuse(Status::BadRequest, "The URL in the request has no host.");
            }
            // The host in the target replaces the header (section 3.2.2).
            self.host = start + scheme_bytes..start + scheme_bytes + authority.len();
            start = self.host.end;
        }
        let query_at = self.head[start..target.end].find('?').map_or(target.end, |at| start + at);
        self.path = start..query_at;
        self.query = (query_at + 1).min(target.end)..target.end;
        Ok(())
    }

    fn check_headers(&mut self) -> Result<(), Refusal> {
        let (mut lengths, mut codings, mut hosts) = (0, 0, 0);
        let (mut closes, mut keeps) = (false, false);
        self.framing = Framing::None;
        self.expects_continue = false;
        self.host = 0..0;
        for (name, span) in &self.headers {
            let (name, value) = (&self.head[name.clone()], &self.head[span.clone()]);
            if name.eq_ignore_ascii_case("content-length") {
                lengths += 1;
                self.framing = Framing::Length(length(value)?);
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                codings += 1;
                if !value.trim().eq_ignore_ascii_case("chunked") || !self.is_http_1_1 {
                    return refuse(
                        Status::BadRequest,
                        "This server only knows the transfer coding \"chunked\" of HTTP/1.1.",
                    );
                }
                self.framing = Framing::Chunked;
            } else if name.eq_ignore_ascii_case("host") {
                hosts += 1;
                self.host = span.clone();
            } else if name.eq_ignore_ascii_case("connection") {
                closes |= has_token(value, "close");
                keeps |= has_token(value, "keep-alive");
            } else if name.eq_ignore_ascii_case("expect") {
                if !value.trim().eq_ignore_ascii_case("100-continue") {
                    return refuse(
                        Status::ExpectationFailed,
                        "This server only knows the expectation \"100-continue\".",
                    );
                }
                self.expects_continue = self.is_http_1_1;
            }
        }
        if lengths + codings > 1 {
            return refuse(Status::BadRequest, "The request has more than one length for its body.");
        }
        if hosts > 1 || (hosts == 0 && self.is_http_1_1) {
            return refuse(Status::BadRequest, "The request must have exactly one Host header.");
        }
        if !self.host.is_empty() && self.host().is_none() {
            return refuse(Status::BadRequest, "The Host header is neither a name nor an address.");
        }
        self.wants_keep_alive = !closes && (self.is_http_1_1 || keeps);
        Ok(())
    }

    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path as it was sent: percent-encoded, without the query.
    pub fn path(&self) -> &str {
        // A URL without a path means the root.
        if self.path.is_empty() { "/" } else { &self.head[self.path.clone()] }
    }

    /// The query as it was sent, without `?`. Empty if there is none.
    pub fn query(&self) -> &str {
        &self.head[self.query.clone()]
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.lines(name).next()
    }

    /// All values of a header, in order.
    pub fn lines(&self, name: &str) -> impl DoubleEndedIterator<Item = &str> {
        let named = move |header: &&(Range<usize>, Range<usize>)| {
            self.head[header.0.clone()].eq_ignore_ascii_case(name)
        };
        self.headers.iter().filter(named).map(|header| &self.head[header.1.clone()])
    }

    /// The values of cookies. `None` if there is none of the name, or two different ones.
    pub fn cookies<const N: usize>(&self, names: [&str; N]) -> [Option<&str>; N] {
        cookie::cookies(self.lines("cookie"), names)
    }

    /// The address of the caller.
    pub fn peer(&self) -> IpAddr {
        self.peer
    }

    /// The number of the connection. It is unique while the server runs.
    pub fn connection(&self) -> u64 {
        self.connection
    }

    pub(super) fn framing(&self) -> Framing {
        self.framing
    }

    pub(super) fn is_http_1_1(&self) -> bool {
        self.is_http_1_1
    }

    pub(super) fn wants_keep_alive(&self) -> bool {
        self.wants_keep_alive
    }

    pub(super) fn expects_continue(&self) -> bool {
        self.expects_continue
    }
}

/// Reads `Content-Length` (RFC 9110, section 8.6), which consists only of digits.
fn length(value: &str) -> Result<u64, Refusal> {
    let is_plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(length) if is_plain => Ok(length),
        _ => refuse(Status::BadRequest, "The Content-Length is not a number."),
    }
}

fn has_token(value: &str, token: &str) -> bool {
    value.split(',').any(|part| part.trim().eq_ignore_ascii_case(token))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn read(head: &str) -> Result<Request, Refusal> {
        let mut request = Request::new(Ipv4Addr::LOCALHOST.into(), 1);
        request.fill(head.as_bytes()).map(|()| request)
    }

    #[test]
    fn a_head_is_found_whatever_pieces_it_comes_in() {
        let bytes = b"GET / HTTP/1.1\r\nHost: x\r\n\r\nrest";
        let mut from = 0;
        for end in 0..27 {
            match scan(&bytes[..end], from) {
                Scan::Partial(next) => from = next,
                other => panic!("{end}: {other:?}"),
            }
        }
        assert!(matches!(scan(bytes, from), Scan::Complete(27)));
        assert!(matches!(scan(bytes, 0), Scan::Complete(27)));
    }

    #[test]
    fn endless_heads_and_bare_line_ends_are_refused() {
        let status = |bytes: &[u8]| match scan(bytes, 0) {
            Scan::Refused(refusal) => refusal.status.code(),
            other => panic!("{other:?}"),
        };
        assert_eq!(status(b"GET / HTTP/1.1\nHost: x\n\n"), 400);
        assert_eq!(status(b"\n"), 400);
        assert_eq!(status(&[b'a'; HEAD_BYTES_MAX]), 414);
        assert_eq!(status(format!("GET / HTTP/1.1\r\nX: {}", "a".repeat(HEAD_BYTES_MAX)).as_bytes()), 431);
    }

    #[test]
    fn a_request_is_read() {
        let request = read("POST /core/upload?a=1&b=%20 HTTP/1.1\r\nHOST: x\r\ncontent-length: 7\r\nCookie: a=1; b=2\r\nExpect: 100-Continue\r\n\r\n").unwrap();
        assert_eq!(
            (request.path(), request.query(), *request.method()),
            ("/core/upload", "a=1&b=%20", Method::Post)
        );
        assert_eq!(
            (request.header("Host"), request.cookies(["b"])[0], request.header("x")),
            (Some("x"), Some("2"), None)
        );
        assert_eq!((request.framing(), request.expects_continue()), (Framing::Length(7), true));
        assert!(request.wants_keep_alive());
    }

    #[test]
    fn only_proxies_are_believed() {
        let headers = "X-Forwarded-For: 1.1.1.1, 2.2.2.2 ,127.0.0.9\r\nX-Forwarded-Proto: https";
        let mut request = read(&format!("GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n")).unwrap();
        request.believe(|_| false);
        assert_eq!((request.peer(), request.is_secure()), (Ipv4Addr::LOCALHOST.into(), false));
        request.believe(|address| address.is_loopback());
        assert_eq!((request.peer(), request.is_secure()), (Ipv4Addr::new(2, 2, 2, 2).into(), true));
        let mut request =
            read("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.1.1.1, nonsense\r\n\r\n").unwrap();
        request.believe(|address| address.is_loopback());
        assert_eq!(request.peer(), Ipv4Addr::LOCALHOST);
    }

    #[test]
    fn targets_have_their_forms() {
        for (target, path, query) in [
            ("/", "/", ""),
            ("/a?b?c", "/a", "b?c"),
            ("http://host/a?b", "/a", "b"),
            ("http://host", "/", ""),
            ("http://host?x", "/", "x"),
            ("HTTPS://host:8443/a", "/a", ""),
            ("http://[::1]/a", "/a", ""),
            ("/a?u=http://x/y", "/a", "u=http://x/y"),
            ("/\u{e4}", "/\u{e4}", ""),
            ("//evil.example/x", "//evil.example/x", ""),
        ] {
            let request = read(&format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n")).unwrap();
            assert_eq!((request.path(), request.query()), (path, query), "{target}");
        }
        for target in [
            "@evil/x",
            "x",
            "evil.example:80",
            "*",
            "?a",
            "http:///x",
            "http://@evil/x",
            "http://a@evil/x",
            "http://a:b@evil/",
            "ftp://host/",
            "javascript://x/",
            "http:/x",
            "http://ho st/",
            "http://host%2f/x",
        ] {
            let refusal = read(&format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n")).map(drop).unwrap_err();
            assert!(matches!(refusal.status.code(), 400 | 505), "{target}: {refusal:?}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for (line, status) in [
            ("Content-Length: 1\r\nContent-Length: 1", 400),
            ("Content-Length: 1, 1", 400),
            ("Content-Length: +5", 400),
            ("Content-Length: -1", 400),
            ("Content-Length: 0x1", 400),
            ("Content-Length: ", 400),
            ("Content-Length: 18446744073709551616", 400),
            ("Content-Length: 1\r\nTransfer-Encoding: chunked", 400),
            ("Transfer-Encoding: xchunked", 400),
            ("Transfer-Encoding: gzip, chunked", 400),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400),
            ("Host: y", 400),
            ("X : y", 400),
            (" folded", 400),
            ("X: a\0b", 400),
            ("Expect: tea", 417),
        ] {
            let refusal =
                read(&format!("POST / HTTP/1.1\r\nHost: x\r\n{line}\r\n\r\n")).map(drop).unwrap_err();
            assert_eq!(refusal.status.code(), status, "{line}");
        }
        assert_eq!(read("GET / HTTP/1.1\r\n\r\n").unwrap_err().status.code(), 400);
        for host in ["a@evil", "a/b", "a b", "a:b", "b\u{fc}ro", "x, y", "[::1"] {
            let refusal = read(&format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).unwrap_err();
            assert_eq!(refusal.status.code(), 400, "{host}");
        }
        assert_eq!(read("GET / HTTP/2.0\r\nHost: x\r\n\r\n").unwrap_err().status.code(), 505);
        assert!(read("GET / HTTP/1.0\r\n\r\n").is_ok_and(|request| !request.wants_keep_alive()));
        let many = "A: b\r\n".repeat(HEADERS_MAX);
        assert_eq!(read(&format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n")).unwrap_err().status.code(), 431);
    }
}
