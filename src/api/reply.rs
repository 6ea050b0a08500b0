//! What an operation answers, before it becomes XML, JSON or bytes.

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

/// The answer of an operation, of a declared form: the command envelope where nothing else is said.
pub struct Reply<F = Command> {
    answer: Answer,
    form: PhantomData<F>,
}

/// The answer of an operation, whatever its form.
pub struct Answer {
    pub content: Content,
    /// Whole values of `Set-Cookie` headers.
    pub cookies: Vec<String>,
    /// Names the content that the call has made.
    pub etag: Option<String>,
    /// The checksum of the content that is sent.
    pub checksum: Option<Checksum>,
}

/// What an operation answers when it has not failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The command envelope.
    Command,
    Document(&'static DocumentShape),
    /// The bare text `OK`.
    Word,
    /// Bytes of one of some media types; without any, of the type that belongs to the name of the file.
    Bytes(&'static [&'static str]),
    /// The address of another page.
    Redirect,
}

/// A form that a reply is declared to have.
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
    /// A file, of whatever type.
    FileBytes = Form::Bytes(&[]);
    /// A picture that the server has made.
    PictureBytes = Form::Bytes(&["image/jpeg", "image/png"]);
    /// An archive of files.
    ZipBytes = Form::Bytes(&["application/zip"]);
    /// A table.
    CsvBytes = Form::Bytes(&["text/csv"]);
    /// A file in gzip's format.
    GzipBytes = Form::Bytes(&["application/gzip"]);
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
    /// The command envelope: 1 for done, 0 for failed, others where the operation says so.
    Command {
        result: i64,
        message: String,
    },
    Records(Records),
    /// The bare text `OK` after an upload.
    Word,
    Prepared(&'static Prepared),
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
    /// Whether it may be shown in the browser, where its type is harmless.
    pub is_inline: bool,
}

/// Bytes that are the same until the program ends.
pub struct Prepared {
    pub content_type: &'static str,
    pub packed: Packed,
    /// Names the content.
    pub etag: String,
}

/// A picture that was drawn of a file.
pub struct Picture {
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
    /// Names the picture.
    pub etag: String,
    /// When the file was modified.
    pub modified: SystemTime,
    /// When anything about the file last changed.
    pub changed: Option<SystemTime>,
    pub keeping: Keeping,
}

/// How long a browser may keep a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Its address means this picture for ever.
    Lasting,
    /// It asks each time whether the picture is still the same.
    Checked,
    /// It shows a secret.
    Never,
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

/// A document of records: the root's name, what stands before the records, and the records.
pub struct Records {
    pub shape: &'static DocumentShape,
    pub meta: Option<Box<dyn AnyRecord>>,
    pub rows: Box<dyn AnyRows>,
}

/// Takes the fields of one record in their order.
pub trait Fields {
    fn text(&mut self, name: &str, value: &str);
    fn number(&mut self, name: &str, value: i64);
    /// Records below a name: their count, and what writes the fields of the one of an index.
    fn records(&mut self, name: &str, count: usize, write: &dyn Fn(usize, &mut dyn Fields));
}

/// Records that can be written one after the other.
pub trait Rows: Send {
    type Record: Record;

    fn count(&self) -> usize;
    /// Writes the record of an index below the count.
    fn write(&self, index: usize, fields: &mut dyn Fields);
    /// Why the last record could not be written, where records are read only while they are sent.
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
    /// Done, with nothing to say.
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

    /// A sign-in that waits for the code of a second factor, with the token to bring it with.
    pub fn needs_code(token: &Secret) -> Reply {
        Reply::of(Content::Command { result: 3, message: token.reveal().to_owned() })
    }

    /// An answer in the command envelope that is neither done nor failed: yes or no.
    pub fn answer(yes: bool, message: &str) -> Reply {
        Reply::of(Content::Command { result: i64::from(yes), message: message.into() })
    }
}

impl Reply<Word> {
    /// The word that clients wait for after an upload.
    pub fn ok() -> Reply<Word> {
        Reply::of(Content::Word)
    }
}

impl Reply<DescriptionBytes> {
    pub fn description(description: &'static Prepared) -> Reply<DescriptionBytes> {
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
    /// A picture that the database holds. Another one may take its place.
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

    /// Records and what stands before them.
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
    /// Records and how many they are.
    pub fn counted(rows: impl Rows<Record = D::Record> + 'static) -> Reply<D> {
        Reply::with_meta(Total { total: rows.count() }, rows)
    }
}
