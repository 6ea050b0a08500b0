//! An answer of the server, which is read strictly.

use super::Element;
use flate2::read::GzDecoder;
use std::fmt;
use std::io::{self, BufRead, Read};

/// The way in which the end of a body is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// The answer has no body, because it answers a HEAD request or has status 1xx, 204 or 304.
    NoBody,
    Length,
    Chunked,
    /// The body ends when the connection ends.
    Close,
}

/// Operations that only answer a question and change nothing.
const QUESTIONS: &[&str] = &[
    "cancelsearch",
    "dosearch",
    "fileexists",
    "fileinfo",
    "findheldfiles",
    "findvideothumbnails",
    "getactivitystream",
    "getalllocks",
    "getaccessdetailsforpath",
    "getaudit",
    "getcallstats",
    "getdailystats",
    "getcommentsforitem",
    "getdiskusagedetails",
    "getfavoritelistforitem",
    "getfavoritesinlist",
    "getfavoritesinnamedlist",
    "getfilelist",
    "getfilelockinfo",
    "getfolderproperties",
    "getsessionsforuser",
    "getsyncdelta",
    "getuploadstatus",
    "getuser",
    "getuserusage",
    "getversions",
    "isnotificationfilterset",
    "search",
    "searchtermsearch",
];

/// An answer of the server.
#[derive(Clone)]
pub struct Reply {
    pub version: String,
    pub status: u16,
    /// The headers. Their names are in lower case.
    pub headers: Vec<(String, String)>,
    pub framing: Framing,
    pub body: Vec<u8>,
}

impl Reply {
    /// Reads the head of an answer and its body to the end.
    pub fn read(from: &mut impl BufRead, is_to_head: bool) -> io::Result<Reply> {
        let mut reply = Reply::read_head(from, is_to_head)?;
        match reply.framing {
            Framing::NoBody => {}
            Framing::Length => {
                let length: u64 =
                    reply.header("content-length").unwrap().parse().map_err(|_| wrong("a length"))?;
                let taken = from.take(length).read_to_end(&mut reply.body)? as u64;
                if taken != length {
                    return Err(io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        format!("{taken} of {length} bytes came"),
                    ));
                }
            }
            Framing::Chunked => read_chunks(from, &mut reply.body)?,
            Framing::Close => drop(from.read_to_end(&mut reply.body)?),
        }
        Ok(reply)
    }

    /// Reads the head of an answer and leaves its body where it is.
    pub fn read_head(from: &mut impl BufRead, is_to_head: bool) -> io::Result<Reply> {
        let status_line = line(from)?;
        let mut parts = status_line.splitn(3, ' ');
        let version = parts.next().unwrap_or("").to_owned();
        let status =
            parts.next().and_then(|status| status.parse().ok()).ok_or_else(|| wrong(&status_line))?;
        // Clients show the reason phrase to people, so each status must have one.
        let has_reason = parts.next().is_some_and(|reason| !reason.trim().is_empty());
        if !matches!(version.as_str(), "HTTP/1.0" | "HTTP/1.1")
            || !(100..600).contains(&status)
            || !has_reason
        {
            return Err(wrong(&status_line));
        }
        let mut headers = Vec::new();
        loop {
            let header = line(from)?;
            if header.is_empty() {
                break;
            }
            let (name, value) = header.split_once(": ").ok_or_else(|| wrong(&header))?;
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let mut reply = Reply { version, status, headers, framing: Framing::NoBody, body: Vec::new() };
        reply.framing = reply.framing_of(is_to_head)?;
        Ok(reply)
    }

    fn framing_of(&self, is_to_head: bool) -> io::Result<Framing> {
        let (length, coding) = (self.header("content-length"), self.header("transfer-encoding"));
        match (length, coding) {
            (Some(_), Some(_)) => Err(wrong("both a length and a transfer coding")),
            _ if is_to_head || self.status < 200 || matches!(self.status, 204 | 304) => Ok(Framing::NoBody),
            (Some(_), None) => Ok(Framing::Length),
            (None, Some("chunked")) => Ok(Framing::Chunked),
            (None, Some(_)) => Err(wrong("an unknown transfer coding")),
            (None, None) => Ok(Framing::Close),
        }
    }

    /// The value of a header, whose name is given in lower case. Two headers with the same name are
    /// a failure.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers(name);
        let value = values.next();
        assert!(values.next().is_none(), "more than one {name} in {self:?}");
        value
    }

    /// All values of a header, whose name is given in lower case.
    pub fn headers<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |header| header.0 == name).map(|header| header.1.as_str())
    }

    /// True if the server says that it closes the connection.
    pub fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    /// The answer with its body decompressed.
    pub fn unpacked(&self) -> Reply {
        let mut reply = self.clone();
        if reply.header("content-encoding") == Some("gzip") {
            reply.body.clear();
            GzDecoder::new(&*self.body).read_to_end(&mut reply.body).expect("the body is gzip");
        }
        reply
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|_| panic!("the body is no text: {self:?}"))
    }

    /// The body as XML. Fails if it is not well-formed.
    pub fn xml(&self) -> Element {
        Element::parse(self.text()).unwrap_or_else(|wrong| panic!("{wrong}: {self:?}"))
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|wrong| panic!("{wrong}: {self:?}"))
    }

    /// The type, the result and the message of the command envelope, in either format. A refused
    /// upload is a bare sentence, and some operations report a failure in the `meta` of their
    /// document. In both cases there is no type.
    pub fn command(&self) -> (String, i64, String) {
        if self.header("content-type").is_some_and(|kind| kind.starts_with("text/plain")) {
            assert_ne!(self.text(), "OK", "{self:?}");
            return ("upload".into(), 0, self.text().to_owned());
        }
        if self.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
            let json = self.json();
            if let Some(message) = json["meta"]["message"].as_str() {
                assert_eq!(json["meta"]["result"], 0, "{self:?}");
                return (String::new(), 0, message.to_owned());
            }
            let command = &json["command"][0];
            let text = |name: &str| {
                command[name].as_str().unwrap_or_else(|| panic!("no {name}: {self:?}")).to_owned()
            };
            let result = command["result"].as_i64().unwrap_or_else(|| panic!("no result: {self:?}"));
            return (text("type"), result, text("message"));
        }
        let root = self.xml();
        if let ("shares" | "groups", [meta]) = (root.name.as_str(), root.children.as_slice()) {
            return (String::new(), meta.number("result"), meta.field("message").to_owned());
        }
        assert_eq!(root.name, "commands", "{self:?}");
        let command = root.child("command");
        (command.field("type").to_owned(), command.number("result"), command.field("message").to_owned())
    }

    /// The result of the command envelope.
    pub fn result(&self) -> i64 {
        self.command().1
    }

    /// The message of the command envelope.
    pub fn message(&self) -> String {
        self.command().2
    }

    /// Expects status 200 and result 1.
    #[track_caller]
    pub fn done(self) -> Reply {
        assert_eq!((self.status, self.result()), (200, 1), "{self:?}");
        self
    }

    /// Expects result 0 and a message, which is returned. The status is 400 for an action and 200
    /// for a question.
    #[track_caller]
    pub fn refused(self) -> String {
        let (operation, result, message) = self.command();
        let status = if QUESTIONS.contains(&operation.as_str()) { 200 } else { 400 };
        assert_eq!((self.status, result), (status, 0), "{self:?}");
        assert!(!message.is_empty(), "refused without a word: {self:?}");
        message
    }

    /// Expects status 200, result 0 and a message, which is returned. An operation that does not
    /// exist is answered like this.
    #[track_caller]
    pub fn declined(self) -> String {
        let (_, result, message) = self.command();
        assert_eq!((self.status, result), (200, 0), "{self:?}");
        assert!(!message.is_empty(), "declined without a word: {self:?}");
        message
    }

    /// Expects this status, the command envelope, result 0 and a message, which is returned.
    #[track_caller]
    pub fn failed(self, status: u16) -> String {
        let (_, result, message) = self.command();
        assert_eq!((self.status, result), (status, 0), "{self:?}");
        assert!(!message.is_empty(), "refused without a word: {self:?}");
        message
    }

    /// Expects status 200 and exactly these bytes.
    #[track_caller]
    pub fn holds(self, bytes: &[u8]) -> Reply {
        assert_eq!(self.status, 200, "{self:?}");
        assert!(self.body == bytes, "{} bytes instead of {}: {self:?}", self.body.len(), bytes.len());
        self
    }

    /// Expects the bare text `OK`, which answers an upload.
    #[track_caller]
    pub fn ok(self) -> Reply {
        self.holds(b"OK")
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.body[..self.body.len().min(2000)];
        write!(f, "{} {} {:?} {}", self.version, self.status, self.headers, shown.escape_ascii())
    }
}

fn read_chunks(from: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let size_line = line(from)?;
        let size = u64::from_str_radix(&size_line, 16).map_err(|_| wrong(&size_line))?;
        if from.take(size).read_to_end(body)? as u64 != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let end = line(from)?;
        if !end.is_empty() {
            return Err(wrong(&end));
        }
        if size == 0 {
            return Ok(());
        }
    }
}

/// Reads a line, which must end with CR LF.
fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut bytes = Vec::new();
    from.take(64 * 1024).read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let text = String::from_utf8(bytes).map_err(|bytes| wrong(&format!("{bytes:?}")))?;
    text.strip_suffix("\r\n").map(str::to_owned).ok_or_else(|| wrong(&text))
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("this is no HTTP reply: {what}"))
}
