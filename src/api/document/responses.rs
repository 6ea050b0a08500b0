//! The possible answers of an operation by status, for OpenAPI.

use super::not_offered;
use super::samples::Samples;
use super::schemas::reference;
use super::value::{fixed, object, object_of};
use crate::api::error_code;
use crate::api::failure::{self, Envelope};
use crate::api::op::{Effect, Operation, Who};
use crate::api::reply::{
    Answers, AuthorityBytes, CsvBytes, DescriptionBytes, FileBytes, Form, GzipBytes, PictureBytes, ZipBytes,
};
use crate::api::table;
use crate::api::user::certificate::BEFORE_TRUST;
use crate::domain::accounts::sessions::Side;
use serde_json::{Map, Value};

/// The schemas of failures in the `meta` of a document.
pub fn of_failures() -> impl Iterator<Item = (String, Value)> {
    failure::roots().into_iter().map(|root| (of_root(root), failed_document(root)))
}

/// The name of such a schema.
fn of_root(root: &str) -> String {
    format!("Failed{}{}", root[..1].to_uppercase(), &root[1..])
}

fn failed_document(root: &str) -> Value {
    object! {
        "type": "object",
        "description": format!("Why an operation with {root} failed."),
        "xml": object! { "name": root },
        "properties": object! { "meta": reference("FailedMeta") },
        "required": ["meta"],
        "additionalProperties": false,
    }
}

/// The header with the word for a failure.
pub fn error_header() -> Value {
    let words: Vec<&str> = error_code::WORDS.iter().map(|(word, _)| *word).collect();
    let pattern = format!("^({})(; [a-z]+=.*)?$", words.join("|"));
    let meanings: Vec<String> =
        error_code::WORDS.iter().map(|(word, meaning)| format!("`{word}`: {meaning}")).collect();
    object! {
        "description": format!("Why the call failed, in a word that never changes. {}", meanings.join(" ")),
        "schema": object! { "type": "string", "pattern": pattern },
    }
}

fn header(name: &str) -> Value {
    object! { "$ref": format!("#/components/headers/{name}") }
}

/// Failures that many operations share.
pub fn shared() -> Map<String, Value> {
    let mut responses = Map::new();
    let mut add = |envelope, failure: &Failure| {
        responses.entry(in_envelope(failure.0, envelope)).or_insert_with(|| failed(failure, envelope));
    };
    for operation in table::all() {
        let envelope = failure::envelope(operation.side, operation.name);
        let failures = [By::Get, By::Post].into_iter().flat_map(|by| failures(operation, by));
        failures.for_each(|failure| add(envelope, failure));
    }
    for side in [Side::User, Side::Admin] {
        for name in not_offered(side) {
            let envelope = failure::envelope(side, &name.to_lowercase());
            failures_of_missing().for_each(|failure| add(envelope, failure));
        }
    }
    responses
}

/// A failure: its name, its status and its description.
type Failure = (&'static str, &'static str, &'static str);

/// All failures.
const FAILURES: &[Failure] = &[
    ("Refused", "400", "Refused, or a parameter has a bad value: result 0 and the reason."),
    ("NotSignedIn", "401", "Nobody is signed in, or the session has ended."),
    ("Forbidden", "403", "The caller lacks the right."),
    ("NotFound", "404", "It does not exist, or the caller may not know that it does."),
    ("Conflict", "409", "It conflicts with what exists."),
    ("Gone", "410", "The outcome is not known any more. Begin anew."),
    ("TooLarge", "413", "It has more bytes than a limit allows."),
    ("WrongType", "415", "The body is not a form, or a content of this kind cannot be handled."),
    ("NoSuchRange", "416", "The file has no bytes in the requested range."),
    ("Malformed", "422", "A parameter is missing or has a bad value, or is not an e-mail address."),
    ("Locked", "423", "Somebody else has locked it."),
    ("Failed", "500", "Something went wrong on the server. Its log tells what."),
    ("NotOffered", "501", "This server does not offer that."),
    ("Busy", "503", "The server is busy, or the disk is missing. Try again later."),
    ("Full", "507", "There is not enough free space on the disk."),
];

/// Failures of every operation, for all methods.
const ALWAYS: &[&str] = &["Failed", "Busy"];
/// Failures of every operation with parameters in a body.
const OF_BODIES: &[&str] = &["Refused", "TooLarge", "WrongType"];
/// Failures of operations that send files or contents of folders.
const OF_FILES: &[&str] = &["Forbidden", "NotFound", "Locked", "Full"];

/// Further failures that an operation reports by the status, because it has no bytes to send. A
/// test in `tests/it/description/statuses` provokes each of them.
fn further(operation: &Operation) -> &'static [&'static str] {
    match (operation.name, operation.answers) {
        ("downloadversionedfile", _) => &["Forbidden", "NotFound", "Locked"],
        (_, answers) if answers == FileBytes::FORM => OF_FILES,
        ("downloadfilemulti", _) => &["Forbidden", "NotFound", "Conflict", "TooLarge", "Locked", "Full"],
        ("getfsthumbimage" | "getfsslideimage", _) if cfg!(feature = "thumbs") => {
            &["Forbidden", "NotFound", "TooLarge", "WrongType", "Locked"]
        }
        ("getfsthumbimage" | "getfsslideimage", _) => &["Forbidden", "NotFound", "Locked", "NotOffered"],
        ("getprofileimage" | "getpublicshareimage" | "openlink", _) => &["NotFound"],
        ("getuploadform" | "docedit", _) => &["Forbidden", "NotFound"],
        ("geturlforemail" | "getprivateurlforemail" | "downloadcertificate", _) => &["NotFound"],
        ("get2fagasecretqrcode", _) => &["Forbidden", "Conflict"],
        // For an administrator with lesser rights.
        ("exportaudit" | "exportusers", _) => &["Forbidden"],
        ("createprofile", _) => &["Malformed"],
        ("getsyncdelta", _) => &["Gone"],
        _ => &[],
    }
}

/// The name of a failure in an envelope.
fn in_envelope(name: &str, envelope: Envelope) -> String {
    match envelope {
        Envelope::Command => name.to_owned(),
        Envelope::Meta(root) => format!("{name}{}", of_root(root)),
        Envelope::Sentence => format!("{name}AsText"),
        Envelope::Page => format!("{name}AsPage"),
    }
}

/// A failure in its envelope.
fn failed((name, _, description): &(&str, &str, &str), envelope: Envelope) -> Value {
    let mut headers = object_of(&mut [(error_code::HEADER, header("Error"))]);
    let mut content = failure_content(envelope);
    match *name {
        "NoSuchRange" => headers["Content-Range"] = header("ContentRange"),
        "Refused" => headers["Retry-After"] = header("RetryAfter"),
        "Busy" => {
            headers["Retry-After"] = header("RetryAfter");
            // A server without room for a further connection has not read the request yet.
            content["text/plain"] = object! { "schema": reference("Sentence") };
        }
        _ => {}
    }
    object! { "description": *description, "headers": headers, "content": content }
}

fn failure_content(envelope: Envelope) -> Value {
    match envelope {
        Envelope::Command => command_content(),
        Envelope::Meta(root) => documents(reference(&of_root(root)), None, None),
        Envelope::Sentence => with_page(sentence()),
        Envelope::Page => with_page(command_content()),
    }
}

/// The same, and the page for a browser that opens an address by a link or a form.
fn with_page(mut content: Value) -> Value {
    content["text/html"] = bytes_content(&["text/html"])["text/html"].clone();
    content
}

fn sentence() -> Value {
    object! { "text/plain": object! { "schema": reference("Sentence") } }
}

fn command_content() -> Value {
    let xml = "<commands><command><type>deletefile</type><result>0</result><message>There is nothing at /anna/x.</message></command></commands>";
    let json = r#"{"command":[{"type":"deletefile","result":0,"message":"There is nothing at /anna/x."}]}"#;
    documents(reference("CommandResult"), Some(xml.into()), Some(fixed(json)))
}

/// The method of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum By {
    Get,
    Post,
}

/// The answers of an operation.
pub fn of(operation: &Operation, by: By, samples: &Samples) -> Value {
    let mut responses = Map::new();
    match operation.answers {
        Form::Redirect => responses.insert("303".into(), redirect()),
        _ => responses.insert("200".into(), success(operation, by, samples)),
    };
    if has_ranges(operation, by) {
        bytes_further(operation, &mut responses);
    }
    let envelope = failure::envelope(operation.side, operation.name);
    add_failures(envelope, failures(operation, by), &mut responses);
    add_of_server(operation.name, by, &mut responses);
    Value::Object(responses)
}

/// The answers of an operation (its name in lower case) that this server does not offer.
pub fn of_missing(side: Side, name: &str) -> Value {
    let envelope = failure::envelope(side, name);
    let mut responses = Map::new();
    responses.insert("200".into(), failed(&("NotOffered", "200", "Not offered: result 0."), envelope));
    add_failures(envelope, failures_of_missing(), &mut responses);
    add_of_server(name, By::Post, &mut responses);
    Value::Object(responses)
}

fn failures(operation: &Operation, by: By) -> impl Iterator<Item = &'static Failure> {
    FAILURES.iter().filter(move |(name, ..)| {
        ALWAYS.contains(name)
            || (by == By::Post && OF_BODIES.contains(name))
            || (*name == "Refused" && operation.effect == Effect::File)
            || (*name == "NotSignedIn" && operation.who != Who::Anyone)
            || (*name == "NoSuchRange" && has_ranges(operation, by))
            || further(operation).contains(name)
    })
}

/// The body of such a call is not read, so it may be anything.
fn failures_of_missing() -> impl Iterator<Item = &'static Failure> {
    FAILURES.iter().filter(|(name, ..)| ALWAYS.contains(name) || ["Refused", "TooLarge"].contains(name))
}

fn add_failures(
    envelope: Envelope,
    failures: impl Iterator<Item = &'static Failure>,
    responses: &mut Map<String, Value>,
) {
    for (name, status, _) in failures {
        responses.insert((*status).into(), response(&in_envelope(name, envelope)));
    }
}

/// Answers of the server before it looks for an operation.
fn add_of_server(name: &str, by: By, responses: &mut Map<String, Value>) {
    if by == By::Get && !BEFORE_TRUST.contains(&name) {
        responses.insert("308".into(), response("ToTls"));
    }
    responses.insert("414".into(), response("AddressTooLong"));
    responses.insert("421".into(), response("WrongServer"));
    responses.insert("431".into(), response("HeadersTooLong"));
}

fn response(name: &str) -> Value {
    object! { "$ref": format!("#/components/responses/{name}") }
}

/// The answer of an operation that has not failed. A question that fails has this status too.
fn success(operation: &Operation, by: By, samples: &Samples) -> Value {
    let (xml, json) = if by == By::Post { samples.of(operation) } else { (None, None) };
    let may_fail = !operation.effect.is_action();
    let mut headers = Map::new();
    if may_fail && operation.effect != Effect::File {
        headers.insert(error_code::HEADER.into(), header("Error"));
        headers.insert("Retry-After".into(), header("RetryAfter"));
    }
    let content = match operation.answers {
        Form::Command => documents(reference("CommandResult"), xml, json),
        Form::Document(shape) => {
            let own = reference(shape.name);
            let schema = if may_fail {
                object! { "anyOf": [own, failure_schema(operation)] }
            } else {
                own
            };
            documents(schema, xml, json)
        }
        Form::Word => {
            with_page(fixed(r#"{"text/plain":{"schema":{"type":"string","const":"OK"},"example":"OK"}}"#))
        }
        _ if operation.answers == DescriptionBytes::FORM => {
            fixed(r#"{"application/json":{"schema":{"type":"object"}}}"#)
        }
        Form::Bytes(types) => bytes_content(types),
        Form::Redirect => Value::Object(Map::new()),
    };
    if operation.effect.is_action() {
        headers.insert("ETag".into(), header("ETag"));
        headers.insert("Set-Cookie".into(), header("SetCookie"));
    }
    headers.extend(bytes_headers(operation));
    let mut success = object! { "description": "The answer.", "content": content };
    if !headers.is_empty() {
        success["headers"] = Value::Object(headers);
    }
    success
}

fn redirect() -> Value {
    object! {
        "description": "The page is at another address.",
        "headers": fixed(r#"{"Location":{"description":"The address.","schema":{"type":"string"}}}"#),
    }
}

fn failure_schema(operation: &Operation) -> Value {
    match failure::envelope(operation.side, operation.name) {
        Envelope::Meta(root) => reference(&of_root(root)),
        _ => reference("CommandResult"),
    }
}

fn documents(schema: Value, xml: Option<Value>, json: Option<Value>) -> Value {
    let as_json = object! { "schema": schema.clone() };
    let mut content = object! { "application/json": as_json, "text/xml": object! { "schema": schema } };
    if let Some(json) = json {
        content["application/json"]["example"] = json;
    }
    if let Some(xml) = xml {
        content["text/xml"]["example"] = xml;
    }
    content
}

/// Bytes of these types, or of any type if none is named.
fn bytes_content(types: &[&str]) -> Value {
    let types = if types.is_empty() { &["application/octet-stream", "*/*"] } else { types };
    let content = types.iter().map(|kind| ((*kind).into(), object! { "schema": bytes_schema(kind) }));
    Value::Object(content.collect())
}

fn bytes_schema(kind: &str) -> Value {
    object! { "type": "string", "contentMediaType": kind, "format": "binary" }
}

/// The headers of bytes: their name, date and range.
fn bytes_headers(operation: &Operation) -> Map<String, Value> {
    let names: &[(&str, &str)] = match operation.answers {
        answers if answers == DescriptionBytes::FORM => {
            &[("ETag", "ETag"), ("Accept-Ranges", "AcceptRanges")]
        }
        answers if answers == ZipBytes::FORM => {
            &[("Content-Disposition", "ContentDisposition"), ("X-Cloudlet-Left-Out", "LeftOut")]
        }
        answers if [AuthorityBytes::FORM, CsvBytes::FORM, GzipBytes::FORM].contains(&answers) => {
            &[("Content-Disposition", "ContentDisposition")]
        }
        _ if has_ranges(operation, By::Get) => &[
            ("Content-Disposition", "ContentDisposition"),
            ("ETag", "ETag"),
            ("Last-Modified", "LastModified"),
            ("Accept-Ranges", "AcceptRanges"),
            ("Repr-Digest", "ReprDigest"),
        ],
        _ => &[],
    };
    names.iter().map(|(name, declared)| ((*name).into(), header(declared))).collect()
}

/// True if parts of the bytes can be requested. Bytes that are made while they are sent have no
/// parts.
fn has_ranges(operation: &Operation, by: By) -> bool {
    let with_ranges = [FileBytes::FORM, PictureBytes::FORM, DescriptionBytes::FORM];
    by == By::Get && with_ranges.contains(&operation.answers)
}

/// The answers instead of all bytes: some of them, or a confirmation that the caller has them
/// already.
fn bytes_further(operation: &Operation, responses: &mut Map<String, Value>) {
    let Form::Bytes(types) = operation.answers else { return };
    let mut headers = bytes_headers(operation);
    headers.insert("Content-Range".into(), header("ContentRange"));
    let mut content = bytes_content(types);
    content["multipart/byteranges"] = object! { "schema": bytes_schema("multipart/byteranges") };
    let part = object! { "description": "The range of bytes that was asked for.", "headers": headers, "content": content };
    responses.insert("206".into(), part);
    responses.insert("304".into(), response("Unchanged"));
    responses.insert("412".into(), response("OtherContent"));
}
