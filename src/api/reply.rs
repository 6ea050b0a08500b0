//! The answer of an operation, before it becomes XML, JSON or bytes.

use super::record::{Document, DocumentShape, Meta, Record, Total};
use crate::base::checksum::Checksum;
use crate::base::secret::Secret;
use crate::disk::Stat;
use crate::domain::thumbnails::stored_picture::StoredPicture;
use crate::error::Error;
use crate::http::{Packed, Produce};
use std::marker::PhantomData;
use std::os::fd::OwnedFd;
use std::time::SystemTime;

/// The answer of an operation, in its declared form. Without a declaration that is the command
/// envelope.
pub struct Reply<F = Command> {
    answer: Answer,
    form: PhantomData<F>,
}

/// The answer of an operation, in any form.
pub struct Answer {
    pub content: Content,
    /// Whole values of `Set-Cookie` headers.
    pub cookies: Vec<String>,
    /// Identifies the content that the call has made.
    pub etag: Option<String>,
    /// The checksum of the content that is sent.
    pub checksum: Option<Checksum>,
}

/// The form of an operation's answer if it does not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The command envelope.
    Command,
    Document(&'static DocumentShape),
    /// The bare text `OK`.
    Word,
    /// Bytes of one of these media types; if none is named, of the type for the name of the file.
    Bytes(&'static [&'static str]),
    /// The address of another page.
    Redirect,
}

/// A form that a reply can be declared to have.
pub trait Answers {
    const FORM: Form;
}

macro_rules! forms {
    ($( $(#[doc = $help:literal])+ $name:ident = $form:expr; )+) => { $(
        $(#[doc = $help])+
        pub struct $name;

        impl Answers for $name {
            const FORM: Form = $form;
        }
    )+ };
}

forms! {
    /// The command envelope.
    Command = Form::Command;
    /// The bare text `OK`.
    Word = Form::Word;
    /// A file of any type.
    FileBytes = Form::Bytes(&[]);
    /// A picture that the server has made.
    PictureBytes = Form::Bytes(&["image/jpeg", "image/png"]);
    /// An archive of files.
    ZipBytes = Form::Bytes(&["application/zip"]);
    /// A table.
    CsvBytes = Form::Bytes(&["text/csv"]);
    /// A file in gzip's format.
    GzipBytes = Form::Bytes(&["application/gzip"]);
    /// The certificate of an authority.
    AuthorityBytes = Form::Bytes(&[
        "application/x-x509-ca-cert",
        "application/x-pem-file",
        "application/x-apple-aspen-config",
    ]);
    /// A page for browsers.
    PageBytes = Form::Bytes(&["text/html"]);
    /// A text.
    TextBytes = Form::Bytes(&["text/plain"]);
    /// The address of another page.
    Redirect = Form::Redirect;
    /// The description of the API.
    DescriptionBytes = Form::Bytes(&["application/json"]);
}

pub enum Content {
    /// The command envelope: 1 for done, 0 for failed, and other numbers that the operation
    /// defines.
    Command {
        result: i64,
        message: String,
    },
    Records(Records),
    /// The bare text `OK` after an upload.
    Word,
    Prepared(Prepared),
    /// A text.
    Text(String),
    /// A page that runs no scripts.
    Page(String),
    /// The address of another page, relative to that of the call.
    Redirect(String),
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
    /// True if the browser may show it, provided that its type is harmless.
    pub is_inline: bool,
}

/// Bytes that stay the same until the program ends.
pub struct Prepared {
    pub content_type: &'static str,
    pub packed: Packed,
    /// Identifies the content.
    pub etag: String,
}

/// A picture made from a file.
pub struct Picture {
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
    /// Identifies the picture.
    pub etag: String,
    /// The time when the file was modified.
    pub modified: SystemTime,
    /// The time when anything about the file last changed.
    pub changed: Option<SystemTime>,
    pub keeping: Keeping,
}

/// The time for which a browser may keep a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// For ever: its address always means this picture.
    Lasting,
    /// The browser asks each time whether the picture is still the same.
    Checked,
    /// The reply is not shown, because it contains a secret.
    Never,
}

pub enum Source {
    Handle(OwnedFd),
    Bytes(Vec<u8>),
}

pub struct Stream {
    pub content_type: &'static str,
    /// The name under which it is saved.
    pub name: String,
    /// In bytes, if it is known before.
    pub length: Option<u64>,
    /// The number of requested entries that it lacks because they cannot be read.
    pub left_out: u64,
    pub produce: Produce,
}

/// A document of records: its declaration, the record before the records, and the records.
pub struct Records {
    pub shape: &'static DocumentShape,
    pub meta: Option<Box<dyn AnyRecord>>,
    pub rows: Box<dyn AnyRows>,
}

/// Receives the fields of one record in their order.
pub trait Fields {
    fn text(&mut self, name: &str, value: &str);
    fn number(&mut self, name: &str, value: i64);
    /// Records below a name: their number, and a function that writes the fields of one record.
    fn records(&mut self, name: &str, count: usize, write: &dyn Fn(usize, &mut dyn Fields));
}

/// Records that are written one after the other.
pub trait Rows: Send {
    type Record: Record;

    fn count(&self) -> usize;
    /// Writes the record with an index, which is less than the count.
    fn write(&self, index: usize, fields: &mut dyn Fields);
    /// The reason why the last record could not be written. Some records are read only while they
    /// are sent.
    fn failure(&self) -> Option<Error> {
        None
    }
}

/// [`Rows`] of any record.
pub trait AnyRows: Send {
    fn count(&self) -> usize;
    fn write(&self, index: usize, fields: &mut dyn Fields);
    fn failure(&self) -> Option<Error>;
}

impl<T: Rows> AnyRows for T {
    fn count(&self) -> usize {
        Rows::count(self)
    }

    fn write(&self, index: usize, fields: &mut dyn Fields) {
        Rows::write(self, index, fields);
    }

    fn failure(&self) -> Option<Error> {
        Rows::failure(self)
    }
}

/// Any [`Record`].
pub trait AnyRecord: Send {
    fn write(&self, fields: &mut dyn Fields);
}

impl<T: Record + Send> AnyRecord for T {
    fn write(&self, fields: &mut dyn Fields) {
        Record::write(self, fields);
    }
}

impl<T: Record + Send> Rows for Vec<T> {
    type Record = T;

    fn count(&self) -> usize {
        self.len()
    }

    fn write(&self, index: usize, fields: &mut dyn Fields) {
        Record::write(&self[index], fields);
    }
}

impl<F> Reply<F> {
    fn of(content: Content) -> Reply<F> {
        let answer = Answer { content, cookies: Vec::new(), etag: None, checksum: None };
        Reply { answer, form: PhantomData }
    }

    pub fn into_answer(self) -> Answer {
        self.answer
    }

    pub fn with_etag(mut self, etag: String) -> Reply<F> {
        self.answer.etag = Some(etag);
        self
    }

    pub fn with_checksum(mut self, checksum: Option<Checksum>) -> Reply<F> {
        self.answer.checksum = checksum;
        self
    }

    pub fn with_cookies(mut self, cookies: Vec<String>) -> Reply<F> {
        self.answer.cookies = cookies;
        self
    }
}

impl Reply<Command> {
    /// Done, without a message.
    pub fn done() -> Reply {
        Reply::said("")
    }

    /// Done, with a message.
    pub fn said(message: impl Into<String>) -> Reply {
        Reply::of(Content::Command { result: 1, message: message.into() })
    }

    /// Something that waits for an administrator.
    pub fn waits_for_admin(message: &str) -> Reply {
        Reply::of(Content::Command { result: 2, message: message.into() })
    }

    /// A sign-in that waits for the code of a second factor. The message is the token that has to
    /// come with the code.
    pub fn needs_code(token: &Secret) -> Reply {
        Reply::of(Content::Command { result: 3, message: token.reveal().to_owned() })
    }

    /// Yes or no in the command envelope, to a question that has not failed.
    pub fn answer(yes: bool, message: &str) -> Reply {
        Reply::of(Content::Command { result: i64::from(yes), message: message.into() })
    }
}

impl Reply<Word> {
    /// The word that clients expect after an upload.
    pub fn ok() -> Reply<Word> {
        Reply::of(Content::Word)
    }
}

impl Reply<DescriptionBytes> {
    pub fn description(description: Prepared) -> Reply<DescriptionBytes> {
        Reply::of(Content::Prepared(description))
    }
}

impl Reply<PageBytes> {
    pub fn page(html: String) -> Reply<PageBytes> {
        Reply::of(Content::Page(html))
    }
}

impl Reply<TextBytes> {
    pub fn text(text: String) -> Reply<TextBytes> {
        Reply::of(Content::Text(text))
    }
}

impl Reply<Redirect> {
    pub fn to(address: String) -> Reply<Redirect> {
        Reply::of(Content::Redirect(address))
    }
}

impl Reply<FileBytes> {
    pub fn file(file: File) -> Reply<FileBytes> {
        Reply::of(Content::File(file))
    }
}

impl Reply<PictureBytes> {
    /// A picture in the database. Another one may replace it at the same address.
    pub fn stored_picture(
        StoredPicture { bytes, content_type, etag, modified }: StoredPicture,
    ) -> Reply<PictureBytes> {
        let keeping = Keeping::Checked;
        Reply::picture(Picture { content_type, bytes, etag, modified, changed: None, keeping })
    }

    pub fn picture(picture: Picture) -> Reply<PictureBytes> {
        Reply::of(Content::Picture(picture))
    }
}

impl<F> Reply<F> {
    pub fn stream(stream: Stream) -> Reply<F> {
        Reply::of(Content::Stream(stream))
    }
}

impl<D: Document> Reply<D> {
    fn records(meta: Option<Box<dyn AnyRecord>>, rows: impl Rows<Record = D::Record> + 'static) -> Reply<D> {
        Reply::of(Content::Records(Records { shape: D::SHAPE, meta, rows: Box::new(rows) }))
    }

    /// Records with the record before them.
    pub fn with_meta(meta: D::Meta, rows: impl Rows<Record = D::Record> + 'static) -> Reply<D> {
        Reply::records(meta.into_record(), rows)
    }
}

impl<D: Document<Meta = ()>> Reply<D> {
    /// Records alone.
    pub fn list(rows: impl Rows<Record = D::Record> + 'static) -> Reply<D> {
        Reply::records(None, rows)
    }

    /// One record.
    pub fn one(record: D::Record) -> Reply<D>
    where
        D::Record: Send + 'static,
    {
        Reply::list(vec![record])
    }
}

impl<D: Document<Meta = Total>> Reply<D> {
    /// Records with their number.
    pub fn counted(rows: impl Rows<Record = D::Record> + 'static) -> Reply<D> {
        Reply::with_meta(Total { total: rows.count() }, rows)
    }
}
