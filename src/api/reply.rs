//! What an operation answers, before it becomes XML, JSON or bytes.

use crate::base::checksum::Checksum;
use crate::disk::Stat;
use crate::error::Error;
use crate::http::Produce;
use std::borrow::Cow;
use std::os::fd::OwnedFd;
use std::time::SystemTime;

/// The answer of an operation.
pub struct Reply {
    pub content: Content,
    /// Whole values of `Set-Cookie` headers.
    pub cookies: Vec<String>,
    /// Names the content that the call has made.
    pub etag: Option<String>,
    /// The checksum of the content that is sent.
    pub checksum: Option<Checksum>,
}

pub enum Content {
    /// The command envelope: 1 for done, 0 for failed, others where the operation says so.
    Command {
        result: i64,
        message: String,
    },
    Records(Records),
    /// A text of a media type; bare `OK` after an upload.
    Text(&'static str, Cow<'static, str>),
    File(File),
    Picture(Picture),
    /// Bytes made while they are sent.
    Stream(Stream),
}

/// A file to download.
pub struct File {
    pub name: String,
    pub stat: Stat,
    pub source: Source,
    /// Whether it may be shown in the browser, where its type is harmless.
    pub is_inline: bool,
}

/// A picture that was drawn of a file.
pub struct Picture {
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
    /// Names the picture.
    pub etag: String,
    /// When the file was modified.
    pub modified: SystemTime,
    /// Whether its address means this picture for ever.
    pub is_lasting: bool,
}

pub enum Source {
    Handle(OwnedFd),
    Bytes(Vec<u8>),
}

pub struct Stream {
    pub content_type: &'static str,
    /// The name to save it under.
    pub name: String,
    /// In bytes, where it is known before.
    pub length: Option<u64>,
    /// How much of what was asked for is not in it, as it cannot be read.
    pub left_out: u64,
    pub produce: Produce,
}

/// A document of records: the root's name, an optional `meta`, and the records.
pub struct Records {
    pub root: &'static str,
    pub meta: Option<Row>,
    pub name: &'static str,
    pub rows: Box<dyn Rows>,
}

/// Takes the fields of one record in their order.
pub trait Fields {
    fn text(&mut self, name: &str, value: &str);
    fn number(&mut self, name: &str, value: i64);
}

/// Records that can be written one after the other.
pub trait Rows: Send {
    fn count(&self) -> usize;
    /// Writes the record of an index below the count.
    fn write(&self, index: usize, fields: &mut dyn Fields);
    /// Why the last record could not be written, where records are read only while they are sent.
    fn failure(&self) -> Option<Error> {
        None
    }
}

/// A value of a field.
pub enum Value {
    Text(String),
    Number(i64),
}

/// A small record.
#[derive(Default)]
pub struct Row(Vec<(&'static str, Value)>);

impl Row {
    pub fn new() -> Row {
        Row::default()
    }

    pub fn text(mut self, name: &'static str, value: impl Into<String>) -> Row {
        self.0.push((name, Value::Text(value.into())));
        self
    }

    /// A count, size, time or flag; what does not fit is the largest number.
    pub fn number(mut self, name: &'static str, value: impl TryInto<i64>) -> Row {
        self.0.push((name, Value::Number(value.try_into().unwrap_or(i64::MAX))));
        self
    }

    pub fn write(&self, fields: &mut dyn Fields) {
        for (name, value) in &self.0 {
            match value {
                Value::Text(text) => fields.text(name, text),
                Value::Number(number) => fields.number(name, *number),
            }
        }
    }
}

impl Rows for Vec<Row> {
    fn count(&self) -> usize {
        self.len()
    }

    fn write(&self, index: usize, fields: &mut dyn Fields) {
        self[index].write(fields);
    }
}

impl Reply {
    fn of(content: Content) -> Reply {
        Reply { content, cookies: Vec::new(), etag: None, checksum: None }
    }

    /// Done, with nothing to say.
    pub fn done() -> Reply {
        Reply::said("")
    }

    /// Done, with a message.
    pub fn said(message: impl Into<String>) -> Reply {
        Reply::of(Content::Command { result: 1, message: message.into() })
    }

    /// An answer in the command envelope that is neither done nor failed: yes or no.
    pub fn answer(yes: bool, message: &str) -> Reply {
        Reply::of(Content::Command { result: i64::from(yes), message: message.into() })
    }

    pub fn text(text: &str) -> Reply {
        Reply::typed("text/plain; charset=utf-8", text.to_owned())
    }

    /// A text of a media type of its own.
    pub fn typed(content_type: &'static str, text: impl Into<Cow<'static, str>>) -> Reply {
        Reply::of(Content::Text(content_type, text.into()))
    }

    pub fn file(file: File) -> Reply {
        Reply::of(Content::File(file))
    }

    pub fn picture(picture: Picture) -> Reply {
        Reply::of(Content::Picture(picture))
    }

    pub fn stream(stream: Stream) -> Reply {
        Reply::of(Content::Stream(stream))
    }

    pub fn records(
        root: &'static str,
        meta: Option<Row>,
        name: &'static str,
        rows: impl Rows + 'static,
    ) -> Reply {
        Reply::of(Content::Records(Records { root, meta, name, rows: Box::new(rows) }))
    }

    /// One record below its root.
    pub fn record(root: &'static str, name: &'static str, row: Row) -> Reply {
        Reply::records(root, None, name, vec![row])
    }

    pub fn with_etag(mut self, etag: String) -> Reply {
        self.etag = Some(etag);
        self
    }

    pub fn with_checksum(mut self, checksum: Option<Checksum>) -> Reply {
        self.checksum = checksum;
        self
    }

    pub fn with_cookies(mut self, cookies: Vec<String>) -> Reply {
        self.cookies = cookies;
        self
    }
}
