//! What an operation can answer, by status, for OpenAPI.

use super::not_offered;
use super::samples::Samples;
use super::schemas::reference;
use crate::api::error_code;
use crate::api::failure::{self, Envelope};
use crate::api::op::{Effect, Operation, Who};
use crate::api::reply::{
    Answers, CsvBytes, DescriptionBytes, FileBytes, Form, GzipBytes, PictureBytes, ZipBytes,
};
use crate::api::table;
use crate::domain::accounts::sessions::Side;
use serde_json::{Map, Value, json};

/// Components that are in the description as they stand in a file.
pub fn fixed() -> Value {
    serde_json::from_str(include_str!("components.json")).expect("the components are JSON")
}

/// Schemas of failures that are told in the `meta` of a document.
pub fn of_failures() -> impl Iterator<Item = (String, Value)> {
    failure::roots().into_iter().map(|root| (of_root(root), failed_document(root)))
}

/// The name of the schema of a failure that is told in the `meta` of a document.
fn of_root(root: &str) -> String {
    format!("Failed{}{}", root[..1].to_uppercase(), &root[1..])
}

fn failed_document(root: &str) -> Value {
    json!({
        "type": "object",
        "description": format!("Why an operation with {root} failed."),
        "xml": { "name": root },
        "properties": { "meta": reference("FailedMeta") },
        "required": ["meta"],
        "additionalProperties": false,
    })
}

/// The header with the word for a failure.
pub fn error_header() -> Value {
    let words: Vec<&str> = error_code::WORDS.iter().map(|(word, _)| *word).collect();
    let pattern = format!("^({})(; [a-z]+=.*)?$", words.join("|"));
    let meanings: Vec<String> =
        error_code::WORDS.iter().map(|(word, meaning)| format!("`{word}`: {meaning}")).collect();
    json!({
        "description": format!("Why the call failed, in a word that never changes. {}", meanings.join(" ")),
        "schema": { "type": "string", "pattern": pattern },
    })
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// Failures that many operations answer.
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

/// A failure: its name, its status, and what it says.
type Failure = (&'static str, &'static str, &'static str);

/// All failures.
const FAILURES: &[Failure] = &[
    ("Refused", "400", "Refused, or a parameter cannot be used: result 0 and the reason."),
    ("NotSignedIn", "401", "Nobody is signed in, or the session has ended."),
    ("Forbidden", "403", "The caller lacks the right."),
    ("NotFound", "404", "It is not there, or the caller may not know that it is."),
    ("Conflict", "409", "It does not go together with what is there."),
    ("Gone", "410", "Nobody knows any more what became of it; begin anew."),
    ("TooLarge", "413", "More bytes than a limit allows."),
    ("WrongType", "415", "The body is no form, or a content of this kind cannot be handled."),
    ("NoSuchRange", "416", "The file has no bytes in the range that was asked for."),
    ("Locked", "423", "Somebody else has locked it."),
    ("Failed", "500", "The server's fault; its log says more."),
    ("NotOffered", "501", "This server does not offer that."),
    ("Busy", "503", "Too much is going on, or the disk is not there; trying again helps."),
    ("Full", "507", "There is not enough room on the disk."),
];

/// Failures of every operation, by any method.
const ALWAYS: &[&str] = &["Failed", "Busy"];
/// Failures of every operation whose parameters come in a body.
const OF_BODIES: &[&str] = &["Refused", "TooLarge", "WrongType"];
/// Failures of operations that send what lies in a file or folder.
const OF_FILES: &[&str] = &["Forbidden", "NotFound", "Locked", "Full"];

/// What else an operation says by the status when it has no bytes to send. Each of these is provoked by a test in
/// `tests/it/description/statuses`.
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
        ("geturlforemail" | "getprivateurlforemail", _) => &["NotFound"],
        ("get2fagasecretqrcode", _) => &["Forbidden", "Conflict"],
        // Of an administrator of lesser rights.
        ("exportaudit", _) => &["Forbidden"],
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

/// One of the failures in an envelope.
fn failed((name, _, description): &(&str, &str, &str), envelope: Envelope) -> Value {
    let mut headers = json!({ error_code::HEADER: header("Error") });
    let mut content = failure_content(envelope);
    match *name {
        "NoSuchRange" => headers["Content-Range"] = header("ContentRange"),
        "Refused" => headers["Retry-After"] = header("RetryAfter"),
        "Busy" => {
            headers["Retry-After"] = header("RetryAfter");
            // Where there is no room for a connection, nobody has read yet what is wanted.
            content["text/plain"] = json!({ "schema": reference("Sentence") });
        }
        _ => {}
    }
    json!({ "description": description, "headers": headers, "content": content })
}

fn failure_content(envelope: Envelope) -> Value {
    match envelope {
        Envelope::Command => command_content(),
        Envelope::Meta(root) => documents(reference(&of_root(root)), None, None),
        Envelope::Sentence => with_page(sentence()),
        Envelope::Page => with_page(command_content()),
    }
}

/// The same with the page that a browser is sent which opens an address by a link or a form.
fn with_page(mut content: Value) -> Value {
    content["text/html"] = bytes_content(&["text/html"])["text/html"].clone();
    content
}

fn sentence() -> Value {
    json!({ "text/plain": { "schema": reference("Sentence") } })
}

fn command_content() -> Value {
    let schema = reference("CommandResult");
    let xml = "<commands><command><type>deletefile</type><result>0</result><message>There is nothing at /anna/x.</message></command></commands>";
    json!({
        "application/json": { "schema": schema, "example": { "command": [
            { "type": "deletefile", "result": 0, "message": "There is nothing at /anna/x." },
        ] } },
        "text/xml": { "schema": schema, "example": xml },
    })
}

/// How a call comes.
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
    add_of_server(by, &mut responses);
    Value::Object(responses)
}

/// The answers of an operation (its name in lower case) that this server does not have.
pub fn of_missing(side: Side, name: &str) -> Value {
    let envelope = failure::envelope(side, name);
    let mut responses = Map::new();
    responses.insert("200".into(), failed(&("NotOffered", "200", "Not offered: result 0."), envelope));
    add_failures(envelope, failures_of_missing(), &mut responses);
    add_of_server(By::Post, &mut responses);
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

/// Whatever the body holds, nobody wants it: it need not be a form.
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
fn add_of_server(by: By, responses: &mut Map<String, Value>) {
    if by == By::Get {
        responses.insert("308".into(), response("ToTls"));
    }
    responses.insert("421".into(), response("WrongServer"));
}

fn response(name: &str) -> Value {
    json!({ "$ref": format!("#/components/responses/{name}") })
}

/// The answer when the operation has not failed. A question that fails has this status too.
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
            let schema = if may_fail { json!({ "anyOf": [own, failure_schema(operation)] }) } else { own };
            documents(schema, xml, json)
        }
        Form::Word => {
            let word = json!({ "schema": { "type": "string", "const": "OK" }, "example": "OK" });
            with_page(json!({ "text/plain": word }))
        }
        _ if operation.answers == DescriptionBytes::FORM => {
            json!({ "application/json": { "schema": { "type": "object" } } })
        }
        Form::Bytes(types) => bytes_content(types),
        Form::Redirect => json!({}),
    };
    if operation.effect.is_action() {
        headers.insert("ETag".into(), header("ETag"));
        headers.insert("Set-Cookie".into(), header("SetCookie"));
    }
    headers.extend(bytes_headers(operation));
    let mut success = json!({ "description": "The answer.", "content": content });
    if !headers.is_empty() {
        success["headers"] = Value::Object(headers);
    }
    success
}

fn redirect() -> Value {
    json!({
        "description": "The page is at another address.",
        "headers": { "Location": { "description": "The address.", "schema": { "type": "string" } } },
    })
}

fn failure_schema(operation: &Operation) -> Value {
    match failure::envelope(operation.side, operation.name) {
        Envelope::Meta(root) => reference(&of_root(root)),
        _ => reference("CommandResult"),
    }
}

fn documents(schema: Value, xml: Option<Value>, json: Option<Value>) -> Value {
    let mut content = json!({ "application/json": { "schema": schema }, "text/xml": { "schema": schema } });
    if let Some(json) = json {
        content["application/json"]["example"] = json;
    }
    if let Some(xml) = xml {
        content["text/xml"]["example"] = xml;
    }
    content
}

/// Bytes of some types; of any where none is named.
fn bytes_content(types: &[&str]) -> Value {
    let types = if types.is_empty() { &["application/octet-stream", "*/*"] } else { types };
    let content = types.iter().map(|kind| ((*kind).into(), json!({ "schema": bytes_schema(kind) })));
    Value::Object(content.collect())
}

fn bytes_schema(kind: &str) -> Value {
    json!({ "type": "string", "contentMediaType": kind, "format": "binary" })
}

/// Headers of bytes: what names, dates and cuts them.
fn bytes_headers(operation: &Operation) -> Map<String, Value> {
    let names: &[(&str, &str)] = match operation.answers {
        answers if answers == DescriptionBytes::FORM => {
            &[("ETag", "ETag"), ("Accept-Ranges", "AcceptRanges")]
        }
        answers if answers == ZipBytes::FORM => {
            &[("Content-Disposition", "ContentDisposition"), ("X-Cloudlet-Left-Out", "LeftOut")]
        }
        answers if [CsvBytes::FORM, GzipBytes::FORM].contains(&answers) => {
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

/// Whether parts of the bytes can be asked for: what is made on the way is sent as a whole.
fn has_ranges(operation: &Operation, by: By) -> bool {
    let with_ranges = [FileBytes::FORM, PictureBytes::FORM, DescriptionBytes::FORM];
    by == By::Get && with_ranges.contains(&operation.answers)
}

/// What else comes instead of all bytes: some of them, or the word that the caller has them.
fn bytes_further(operation: &Operation, responses: &mut Map<String, Value>) {
    let Form::Bytes(types) = operation.answers else { return };
    let mut headers = bytes_headers(operation);
    headers.insert("Content-Range".into(), header("ContentRange"));
    let mut content = bytes_content(types);
    content["multipart/byteranges"] = json!({ "schema": bytes_schema("multipart/byteranges") });
    let part = json!({ "description": "The range of bytes that was asked for.", "headers": headers, "content": content });
    responses.insert("206".into(), part);
    responses.insert("304".into(), response("Unchanged"));
    responses.insert("412".into(), response("OtherContent"));
}
