//! Turns a reply into bytes, in one place for both formats.
//!
//! The XML has no declaration, no blanks between elements, and an empty value as `<x></x>`, because
//! some clients read fixed positions and search with patterns. The JSON has no root: `meta` is an
//! object, and the records are an array under their name, which is missing if there are none.

use super::reply::{
    Answer, AnyRows, Content, Fields, File, Keeping, Picture, Prepared, Records, Source, Stream,
};
use super::{media, page};
use crate::base::digits::append_decimal;
use crate::base::language::Language;
use crate::disk::Unchanged;
use crate::http::{self, Response, Status};
use std::io::{self, Write};
use std::os::fd::OwnedFd;

const XML: &str = "text/xml; charset=utf-8";
/// The media type of a sentence.
pub const TEXT: &str = "text/plain; charset=utf-8";
/// The name of the record before the records of most documents.
const META: &str = "meta";
const JSON: &str = "application/json; charset=utf-8";
/// Documents with at most this many records are sent in one piece with their length; larger ones
/// are made while they are sent.
const ROWS_AT_ONCE_MAX: usize = 256;
/// Number of bytes of a larger document that are sent together.
const PIECE_BYTES: usize = 128 * 1024;
/// Files that are shown in a browser may do nothing: no scripts, no forms, no requests.
const SANDBOX: &str =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'";

/// Pages of this server run no scripts.
const PAGE: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xml,
    Json,
    /// A person opens an address in a browser: a page in this language if the operation has one,
    /// otherwise XML.
    Page(Language),
}

impl Format {
    fn content_type(self) -> &'static str {
        match self {
            Format::Xml | Format::Page(_) => XML,
            Format::Json => JSON,
        }
    }
}

/// Writes the fields of one record.
type WriteFields<'a> = dyn Fn(&mut dyn Fields) + 'a;

/// The bytes of an answer. `kind` is the name in the command envelope.
pub fn response(format: Format, kind: &'static str, reply: Answer) -> Response {
    let response = match reply.content {
        Content::Command { result, message } => {
            plain(format, Status::Ok, command(format, kind, result, &message))
        }
        Content::Records(records) => document(format, records),
        Content::Word => match format {
            Format::Page(language) => message_page(Status::Ok, page::after_upload(language)),
            Format::Xml | Format::Json => Response::new(Status::Ok, TEXT, http::Content::Static(b"OK"))
                .header("Cache-Control", "no-store"),
        },
        Content::Prepared(content) => prepared(content),
        Content::File(file) => download(file),
        Content::Text(text) => Response::new(Status::Ok, TEXT, http::Content::Bytes(text.into_bytes()))
            .header("Cache-Control", "no-store"),
        // Without an origin browsers do not tell from where the form is sent.
        Content::Page(html) => in_page(Status::Ok, html).header("Referrer-Policy", "same-origin"),
        Content::Redirect(address) => {
            Response::empty(Status::SeeOther).header("Location", address).header("Cache-Control", "no-store")
        }
        Content::Picture(picture) => drawn(picture),
        Content::Stream(stream) => streamed(stream),
    };
    let response =
        reply.cookies.into_iter().fold(response, |response, cookie| response.header("Set-Cookie", cookie));
    let response = match reply.checksum {
        Some(checksum) => response.header("Repr-Digest", checksum.digest()),
        None => response,
    };
    match reply.etag {
        Some(etag) => response.header("ETag", format!("\"{etag}\"")),
        None => response,
    }
}

/// The headers of an answer to a visitor: no cache shares it, no search engine indexes it, no
/// foreign page frames it, and its address is not sent to other sites.
pub fn for_visitor(response: Response) -> Response {
    response
        .only_header("Cache-Control", "no-store")
        .header("X-Robots-Tag", "noindex, nofollow")
        .header("X-Frame-Options", "SAMEORIGIN")
        .default_header("Referrer-Policy", "no-referrer")
}

/// A complete answer.
pub fn plain(format: Format, status: Status, bytes: Vec<u8>) -> Response {
    Response::new(status, format.content_type(), http::Content::Bytes(bytes))
        .header("Cache-Control", "no-store")
}

/// The command envelope.
pub fn command(format: Format, kind: &str, result: i64, message: &str) -> Vec<u8> {
    let row = |fields: &mut dyn Fields| {
        fields.text("type", kind);
        fields.number("result", result);
        fields.text("message", message);
    };
    let mut bytes = Vec::with_capacity(128 + message.len());
    opening(&mut bytes, format, "commands", (META, None));
    list(&mut bytes, format, "command", false);
    record(&mut bytes, format, "command", true, row);
    closing(&mut bytes, format, "commands", true);
    bytes
}

/// A failure in the `meta` of a document without records.
pub fn failed_document(format: Format, root: &str, message: &str) -> Vec<u8> {
    let meta = |fields: &mut dyn Fields| {
        fields.number("result", 0);
        fields.text("message", message);
    };
    let mut bytes = Vec::with_capacity(128 + message.len());
    opening(&mut bytes, format, root, (META, Some(&meta)));
    closing(&mut bytes, format, root, false);
    bytes
}

fn document(format: Format, records: Records) -> Response {
    let count = records.rows.count();
    if count <= ROWS_AT_ONCE_MAX {
        let mut bytes = Vec::with_capacity(1024);
        let written = write_document(format, &records, &mut bytes);
        written.expect("writing into memory does not fail");
        return plain(format, Status::Ok, bytes);
    }
    let produce = Box::new(move |out: &mut dyn Write| write_document(format, &records, out));
    Response::new(Status::Ok, format.content_type(), http::Content::Stream { length: None, produce })
        .header("Cache-Control", "no-store")
}

fn write_document(format: Format, records: &Records, out: &mut dyn Write) -> io::Result<()> {
    let rows: &dyn AnyRows = records.rows.as_ref();
    let mut bytes =
        Vec::with_capacity(if rows.count() > ROWS_AT_ONCE_MAX { PIECE_BYTES + 8192 } else { 1024 });
    let meta = records.meta.as_ref().map(|meta| move |fields: &mut dyn Fields| meta.write(fields));
    let meta = meta.as_ref().map(|meta| meta as &WriteFields<'_>);
    opening(&mut bytes, format, records.shape.root, (records.shape.meta_element, meta));
    if rows.count() > 0 {
        list(&mut bytes, format, records.shape.element, meta.is_some());
    }
    for index in 0..rows.count() {
        record(&mut bytes, format, records.shape.element, index == 0, |fields| rows.write(index, fields));
        if let Some(error) = rows.failure() {
            // An incomplete document must not be taken for a complete one.
            return Err(io::Error::other(error));
        }
        if bytes.len() >= PIECE_BYTES {
            out.write_all(&bytes)?;
            bytes.clear();
        }
    }
    closing(&mut bytes, format, records.shape.root, rows.count() > 0);
    out.write_all(&bytes)
}

/// Begins a document with the record before its records. In JSON it is an object if it is called
/// `meta`, otherwise a list with one record.
fn opening(bytes: &mut Vec<u8>, format: Format, root: &str, (name, meta): (&str, Option<&WriteFields<'_>>)) {
    match format {
        Format::Xml | Format::Page(_) => tag(bytes, "<", root),
        Format::Json => bytes.push(b'{'),
    }
    let Some(meta) = meta else { return };
    let is_list = format == Format::Json && name != META;
    if format == Format::Json {
        json_text(bytes, name);
        bytes.extend_from_slice(if is_list { b":[" } else { b":" });
    }
    record(bytes, format, name, true, meta);
    if is_list {
        bytes.push(b']');
    }
}

/// Begins the records.
fn list(bytes: &mut Vec<u8>, format: Format, name: &str, follows_meta: bool) {
    if format == Format::Json {
        if follows_meta {
            bytes.push(b',');
        }
        json_text(bytes, name);
        bytes.extend_from_slice(b":[");
    }
}

fn record(
    bytes: &mut Vec<u8>,
    format: Format,
    name: &str,
    is_first: bool,
    write: impl FnOnce(&mut dyn Fields),
) {
    match format {
        Format::Xml | Format::Page(_) => {
            tag(bytes, "<", name);
            write(&mut XmlFields(bytes));
            tag(bytes, "</", name);
        }
        Format::Json => {
            bytes.extend_from_slice(if is_first { b"{" } else { b",{" });
            write(&mut JsonFields { bytes, is_first: true });
            bytes.push(b'}');
        }
    }
}

fn closing(bytes: &mut Vec<u8>, format: Format, root: &str, has_records: bool) {
    match format {
        Format::Xml | Format::Page(_) => tag(bytes, "</", root),
        Format::Json => bytes.extend_from_slice(if has_records { b"]}" } else { b"}" }),
    }
}

fn tag(bytes: &mut Vec<u8>, open: &str, name: &str) {
    bytes.extend_from_slice(open.as_bytes());
    bytes.extend_from_slice(name.as_bytes());
    bytes.push(b'>');
}

struct XmlFields<'a>(&'a mut Vec<u8>);

impl Fields for XmlFields<'_> {
    fn text(&mut self, name: &str, value: &str) {
        tag(self.0, "<", name);
        xml_text(self.0, value);
        tag(self.0, "</", name);
    }

    fn number(&mut self, name: &str, value: i64) {
        tag(self.0, "<", name);
        decimal(self.0, value);
        tag(self.0, "</", name);
    }

    fn records(&mut self, name: &str, count: usize, write: &dyn Fn(usize, &mut dyn Fields)) {
        for index in 0..count {
            record(self.0, Format::Xml, name, index == 0, |fields| write(index, fields));
        }
    }
}

struct JsonFields<'a> {
    bytes: &'a mut Vec<u8>,
    is_first: bool,
}

impl JsonFields<'_> {
    fn name(&mut self, name: &str) {
        if !std::mem::replace(&mut self.is_first, false) {
            self.bytes.push(b',');
        }
        json_text(self.bytes, name);
        self.bytes.push(b':');
    }
}

impl Fields for JsonFields<'_> {
    fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        json_text(self.bytes, value);
    }

    fn number(&mut self, name: &str, value: i64) {
        self.name(name);
        decimal(self.bytes, value);
    }

    fn records(&mut self, name: &str, count: usize, write: &dyn Fn(usize, &mut dyn Fields)) {
        if count == 0 {
            return;
        }
        self.name(name);
        self.bytes.push(b'[');
        for index in 0..count {
            record(self.bytes, Format::Json, name, index == 0, |fields| write(index, fields));
        }
        self.bytes.push(b']');
    }
}

fn json_text(bytes: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(bytes, text).expect("a text is always JSON");
}

fn decimal(bytes: &mut Vec<u8>, value: i64) {
    if value < 0 {
        bytes.push(b'-');
    }
    append_decimal(bytes, value.unsigned_abs());
}

/// True if a byte may begin a character that XML text cannot contain unescaped. Beyond ASCII these
/// are only U+FFFE and U+FFFF, which begin with this byte.
fn may_need_escape(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, b'&' | b'<' | b'>' | b'"' | 0xef)
}

/// Text with XML's special characters escaped. Characters that XML 1.0 (section 2.2) cannot contain
/// become U+FFFD.
fn xml_text(bytes: &mut Vec<u8>, text: &str) {
    // This examines every byte without a branch, so that the compiler can examine sixteen at once.
    if !text.bytes().fold(false, |found, byte| found | may_need_escape(byte)) {
        return bytes.extend_from_slice(text.as_bytes());
    }
    let mut plain_from = 0;
    for (at, character) in text.char_indices() {
        let replacement = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\r' => "&#13;",
            '\t' | '\n' => continue,
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => "\u{fffd}",
            _ => continue,
        };
        bytes.extend_from_slice(&text.as_bytes()[plain_from..at]);
        bytes.extend_from_slice(replacement.as_bytes());
        plain_from = at + character.len_utf8();
    }
    bytes.extend_from_slice(&text.as_bytes()[plain_from..]);
}

fn download(file: File) -> Response {
    let media = media::of_name(&file.name);
    let is_shown = file.is_inline && media.may_be_shown;
    let content = match file.source {
        Source::Handle(handle) => {
            let unchanged = Unchanged::since(&handle, file.stat);
            let is_unchanged = Box::new(move |handle: &OwnedFd| unchanged.holds(handle));
            http::Content::File { file: handle, length: file.stat.size, is_unchanged }
        }
        Source::Bytes(bytes) => http::Content::Bytes(bytes),
    };
    let response = Response::new(Status::Ok, media.content_type, content)
        .header("Content-Disposition", disposition(&file.name, is_shown))
        .header("Cache-Control", "private, no-cache");
    let response = if is_shown { response.header("Content-Security-Policy", SANDBOX) } else { response };
    response.representation(&file.stat.etag(), Some(file.stat.modified)).changed(file.stat.changed)
}

/// Bytes that stay the same until the program ends.
pub fn prepared(content: Prepared) -> Response {
    Response::new(Status::Ok, content.content_type, http::Content::Packed(content.packed))
        .header("Cache-Control", "no-cache")
        .representation(&content.etag, None)
}

/// A page that tells something and has no form.
pub fn message_page(status: Status, html: String) -> Response {
    in_page(status, html).header("Referrer-Policy", "no-referrer")
}

/// A page without scripts. It can send a form to this server only.
fn in_page(status: Status, html: String) -> Response {
    Response::new(status, "text/html; charset=utf-8", http::Content::Bytes(html.into_bytes()))
        .header("Cache-Control", "no-store")
        .header("Content-Security-Policy", PAGE)
}

/// A picture of a file. Another account that signs in with the same browser must not see it without
/// a new request.
fn drawn(picture: Picture) -> Response {
    let control = match picture.keeping {
        Keeping::Lasting => "private, max-age=2592000, immutable",
        Keeping::Checked => "private, max-age=0, must-revalidate",
        Keeping::Never => "no-store",
    };
    Response::new(Status::Ok, picture.content_type, http::Content::Bytes(picture.bytes))
        .header("Cache-Control", control)
        .header("Vary", "Cookie")
        .header("Content-Security-Policy", SANDBOX)
        .representation(&picture.etag, Some(picture.modified))
        .changed(picture.changed)
}

/// The header with the number of entries that an archive lacks because they cannot be read. A text
/// in the archive names them.
const LEFT_OUT: &str = "X-Cloudlet-Left-Out";

fn streamed(stream: Stream) -> Response {
    let response = Response::new(
        Status::Ok,
        stream.content_type,
        http::Content::Stream { length: stream.length, produce: stream.produce },
    )
    .header("Content-Disposition", disposition(&stream.name, false))
    .header("Cache-Control", "no-store");
    match stream.left_out {
        0 => response,
        count => response.header(LEFT_OUT, count.to_string()),
    }
}

/// The header that names a download (RFC 6266): an ASCII name for old clients, and the whole name
/// in the form of RFC 8187. The whole name keeps characters that turn the reading direction. A name
/// that looks like another type does no harm, because the browser saves the file and does not open
/// it.
fn disposition(name: &str, is_shown: bool) -> String {
    let kind = if is_shown { "inline" } else { "attachment" };
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
        return [kind, "; filename=\"", name, "\"; filename*=UTF-8''", name].concat();
    }
    let ascii: String = name
        .chars()
        .map(|letter| if letter.is_ascii_graphic() || letter == ' ' { letter } else { '_' })
        .map(|letter| if matches!(letter, '"' | '\\' | '%') { '_' } else { letter })
        .collect();
    const PLAIN: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    let encoded = percent_encoding::utf8_percent_encode(name, PLAIN);
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::record::{Document, record, reply};
    use crate::api::reply::Reply;

    fn text(format: Format, records: &Records) -> String {
        let mut bytes = Vec::new();
        write_document(format, records, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_command_envelope_has_its_exact_bytes() {
        let bytes = command(Format::Xml, "loginguest", 1, "");
        let wanted = "<commands><command><type>loginguest</type><result>1</result><message></message></command></commands>";
        assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
        let bytes = command(Format::Json, "loginguest", 0, "a \"b\"");
        let wanted = r#"{"command":[{"type":"loginguest","result":0,"message":"a \"b\""}]}"#;
        assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
    }

    record! {
        /// The record before the others.
        SizesMeta {
            /// How many there are.
            total: u32,
            /// This field is always empty.
            message: &'static str,
        }
        /// A record.
        Size {
            /// A text.
            name: &'static str,
            /// This field has no value.
            absent: Option<bool>,
            /// A number.
            size: u32,
        }
    }
    record! {
        /// A record with records in it.
        Parcel {
            /// A text.
            name: &'static str,
            /// The records in this one.
            sizes: Vec<Size>,
            /// Parcels in the parcel.
            parcels: Vec<Inner>,
            /// A number.
            weight: u32,
        }
        /// A record that is part of another one and has records of its own.
        Inner {
            /// The records in this one.
            sizes: Vec<Size>,
        }
    }
    reply! {
        /// A document.
        Sizes = entries(SizesMeta)[entry: Size];
        /// A document whose records have records.
        Parcels = parcels(Option<SizesMeta>)[parcel: Parcel];
    }

    fn sizes(count: u32) -> Vec<Size> {
        (0..count).map(|size| Size { name: "<", absent: None, size }).collect()
    }

    #[test]
    fn records_within_records_are_elements_or_a_list() {
        let parcel =
            Parcel { name: "a", sizes: sizes(2), parcels: vec![Inner { sizes: sizes(1) }], weight: 7 };
        let empty = Parcel { name: "b", sizes: vec![], parcels: vec![Inner { sizes: vec![] }], weight: 0 };
        let records = [vec![parcel], vec![empty], vec![]].map(|rows| {
            let Content::Records(records) = Reply::<Parcels>::with_meta(None, rows).into_answer().content
            else {
                panic!("records are answered as records")
            };
            records
        });
        let [full, hollow, none] = records.each_ref().map(|records| text(Format::Xml, records));
        assert_eq!(
            full,
            "<parcels><parcel><name>a</name><sizes><name>&lt;</name><size>0</size></sizes><sizes><name>&lt;</name><size>1</size></sizes>\
             <parcels><sizes><name>&lt;</name><size>0</size></sizes></parcels><weight>7</weight></parcel></parcels>"
        );
        assert_eq!(
            hollow,
            "<parcels><parcel><name>b</name><parcels></parcels><weight>0</weight></parcel></parcels>"
        );
        assert_eq!(none, "<parcels></parcels>");
        let [full, hollow, none] = records.each_ref().map(|records| text(Format::Json, records));
        assert_eq!(
            full,
            r#"{"parcel":[{"name":"a","sizes":[{"name":"<","size":0},{"name":"<","size":1}],"parcels":[{"sizes":[{"name":"<","size":0}]}],"weight":7}]}"#
        );
        assert_eq!(hollow, r#"{"parcel":[{"name":"b","parcels":[{}],"weight":0}]}"#);
        assert_eq!(none, "{}");
    }

    #[test]
    fn what_may_be_missing_before_records_is_there_when_it_is_given() {
        let meta = Some(SizesMeta { total: 0, message: "none" });
        let reply = Reply::<Parcels>::with_meta(meta, vec![]).into_answer();
        let Content::Records(records) = reply.content else { panic!("records are answered as records") };
        assert_eq!(text(Format::Json, &records), r#"{"meta":{"total":0,"message":"none"}}"#);
        let is_optional = [Parcels::SHAPE, Sizes::SHAPE].map(|shape| shape.is_meta_optional);
        assert_eq!(is_optional, [true, false]);
    }

    #[test]
    fn records_in_both_formats() {
        let records = |count: u32| Records {
            shape: Sizes::SHAPE,
            meta: Some(Box::new(SizesMeta { total: count, message: "" })),
            rows: Box::new(
                (0..count).map(|size| Size { name: "<&>\u{1}\r", absent: None, size }).collect::<Vec<_>>(),
            ),
        };
        assert_eq!(
            text(Format::Xml, &records(1)),
            "<entries><meta><total>1</total><message></message></meta><entry><name>&lt;&amp;&gt;\u{fffd}&#13;</name><size>0</size></entry></entries>"
        );
        assert_eq!(text(Format::Json, &records(0)), r#"{"meta":{"total":0,"message":""}}"#);
        assert_eq!(
            text(Format::Json, &records(2)),
            r#"{"meta":{"total":2,"message":""},"entry":[{"name":"<&>\u0001\r","size":0},{"name":"<&>\u0001\r","size":1}]}"#
        );
        serde_json::from_str::<serde_json::Value>(&text(Format::Json, &records(3000))).unwrap();
    }

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let header = disposition("a\"b\r\nX: y\u{202e}gpj.exe", false);
        assert!(!header.contains('\r') && !header.contains('\n') && header.is_ascii());
        assert!(
            header.starts_with("attachment; filename=\"a_b__X: y_gpj.exe\"; filename*=UTF-8''a%22b%0D%0A")
        );
    }
}
