//! Checks of all code that reads a stranger's bytes before the sender is known.

use super::form::Form;
use super::multipart::{Multipart, Source};
use super::range::{self, Representation, Wanted};
use super::request::{Request, Scan, scan};
use crate::error::Result;
use std::net::{IpAddr, Ipv4Addr};

/// The length of the requested content in bytes.
const LENGTH: u64 = 1000;

/// The end of a head is found at the same place whether the head arrives whole or in pieces. A head
/// that can be read has a path.
pub fn request_head(bytes: &[u8]) {
    let Scan::Complete(end) = scan(bytes, 0) else { return };
    let (first, _) = bytes.split_at(end / 2);
    if let Scan::Partial(from) = scan(first, 0) {
        assert!(matches!(scan(bytes, from), Scan::Complete(found) if found == end));
    }
    let mut request = new_request();
    if request.fill(&bytes[..end]).is_ok() {
        assert!(request.path().starts_with('/') || request.path() == "*", "{:?}", request.path());
        let _ = (request.query(), request.framing(), request.cookies(["a"]), request.host().is_some());
        let _ = (request.wants_keep_alive(), request.expects_continue());
    }
}

/// All requested parts lie within the content, and none is empty.
pub fn range(bytes: &[u8]) {
    let Ok(value) = std::str::from_utf8(bytes) else { return };
    let mut request = new_request();
    let head = format!("GET / HTTP/1.1\r\nHost: a\r\nRange: {value}\r\n\r\n");
    if request.fill(head.as_bytes()).is_err() {
        return;
    }
    let representation = Representation { etag: "tag".to_owned(), modified: None, changed: None };
    if let Wanted::Parts(parts) = range::wanted(&request, &representation, LENGTH) {
        assert!(!parts.is_empty() && parts.iter().all(|(start, end)| start < end && *end <= LENGTH));
    }
}

/// A complete form returns the same value of a name each time.
pub fn form(bytes: &[u8]) {
    let mut form = Form::default();
    form.add_urlencoded(bytes);
    let before = form.get("op").map(str::to_owned);
    form.set("another", "value");
    assert_eq!(form.get("op").map(str::to_owned), before);
    assert!(form.get("another") == Some("value") || !form.is_whole());
}

/// A body has the same parts, no matter in which pieces it arrives. The first byte is the length of
/// the pieces.
pub fn multipart(bytes: &[u8]) {
    let Some((first, body)) = bytes.split_first() else { return };
    let whole = parts(body, body.len().max(1));
    let pieces = parts(body, usize::from(*first).max(1));
    assert_eq!(whole, pieces);
}

/// The names and contents of all parts; `None` for a body that cannot be read.
fn parts(body: &[u8], piece_bytes: usize) -> Option<Vec<(String, Vec<u8>)>> {
    let mut source = Pieces { left: body, piece_bytes };
    let mut multipart = Multipart::new("b", &mut source);
    let mut parts = Vec::new();
    while let Some(head) = multipart.next_part().ok()? {
        let mut content = Vec::new();
        multipart
            .copy_part(&mut |block| {
                content.extend_from_slice(block);
                Ok(())
            })
            .ok()?;
        parts.push((head.name, content));
    }
    Some(parts)
}

struct Pieces<'a> {
    left: &'a [u8],
    piece_bytes: usize,
}

impl Source for Pieces<'_> {
    fn read_block(&mut self, buffer: &mut [u8], _fills: bool) -> Result<usize> {
        let count = self.left.len().min(self.piece_bytes).min(buffer.len());
        let (now, later) = self.left.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.left = later;
        Ok(count)
    }
}

fn new_request() -> Request {
    Request::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 1)
}
