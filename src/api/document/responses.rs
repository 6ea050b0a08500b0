//! What an operation can answer, by status, for OpenAPI.

use super::samples::examples;
use super::schemas::reference;
use crate::api::error_code;
use crate::api::failure::{self, Envelope};
use crate::api::op::{Effect, Operation, Who};
use crate::api::reply::{Answers, DescriptionBytes, Form};
use crate::domain::accounts::sessions::Side;
use serde_json::{Map, Value, json};

/// Schemas of what is no declared document: the command envelope and bare texts.
pub fn envelopes() -> Vec<(String, Value)> {
    let in_meta = failure::roots().into_iter().map(|root| (of_root(root), failed_document(root)));
    let shared = [
        (
            "CommandRecord",
            json!({
                "type": "object",
                "description": "What became of a call.",
                "properties": {
                    "type": { "type": "string", "description": "The operation." },
                    "result": { "type": "integer", "enum": [0, 1, 2, 3], "description": "1 for done or yes, 0 for failed or no. Operations that answer with 2 or 3 say what it means." },
                    "message": { "type": "string", "description": "A sentence for people; empty where there is nothing to say." },
                },
                "required": ["type", "result", "message"],
                "additionalProperties": false,
            }),
        ),
        (
            "CommandResult",
            json!({
                "type": "object",
                "description": "The command envelope.",
                "xml": { "name": "commands" },
                "properties": {
                    "command": {
                        "type": "array",
                        "xml": { "name": "command", "wrapped": false },
                        "items": reference("CommandRecord"),
                        "minItems": 1,
                        "maxItems": 1,
                    },
                },
                "required": ["command"],
                "additionalProperties": false,
            }),
        ),
        (
            "FailedMeta",
            json!({
                "type": "object",
                "description": "Why there is no record.",
                "properties": {
                    "result": { "$ref": "#/components/schemas/Flag", "description": "Always 0." },
                    "message": { "type": "string", "description": "A sentence for people." },
                },
                "required": ["result", "message"],
                "additionalProperties": false,
            }),
        ),
        ("Sentence", json!({ "type": "string", "description": "A sentence for people." })),
    ];
    shared.map(|(name, schema)| (name.to_owned(), schema)).into_iter().chain(in_meta).collect()
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

/// Headers that more than one answer has.
pub fn headers() -> Value {
    let text = |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    let words: Vec<&str> = error_code::WORDS.iter().map(|(word, _)| *word).collect();
    let pattern = format!("^({})(; [a-z]+=.*)?$", words.join("|"));
    let meanings: Vec<String> =
        error_code::WORDS.iter().map(|(word, meaning)| format!("`{word}`: {meaning}")).collect();
    json!({
        "Error": {
            "description": format!("Why the call failed, in a word that never changes. {}", meanings.join(" ")),
            "schema": { "type": "string", "pattern": pattern },
        },
        "SetCookie": text("A cookie of the session, or one that takes it away. There are several."),
        "ETag": text("Names the content."),
        "LastModified": text("When the content was modified."),
        "ContentDisposition": text("The name to save it under, and whether to show it."),
        "ContentRange": text("Which bytes these are, and of how many."),
        "AcceptRanges": text("That ranges of bytes are answered."),
        "ReprDigest": text("The checksum of the whole content, where it was asked for and is known."),
        "RetryAfter": {
            "description": "After how many seconds trying again helps.",
            "schema": { "type": "integer", "minimum": 0 },
        },
        "LeftOut": {
            "description": "How much of what was asked for could not be read and is not in the archive.",
            "schema": { "type": "integer" },
        },
    })
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// The answers that many operations have.
pub fn shared() -> Value {
    let mut responses = Map::new();
    let further =
        failure::roots().into_iter().map(Envelope::Meta).chain([Envelope::Sentence, Envelope::Page]);
    let further: Vec<Envelope> = further.collect();
    for failure @ (name, ..) in FAILURES {
        responses.insert((*name).into(), failed(failure, Envelope::Command));
        let is_wanted = |envelope: &&Envelope| {
            let is_of_bytes = BYTES.contains(name) || *name == "NoSuchRange";
            (**envelope == Envelope::Page && is_of_bytes) || ALWAYS.contains(name) || *name == "NotSignedIn"
        };
        for envelope in further.iter().filter(is_wanted) {
            responses.insert(in_envelope(name, *envelope), failed(failure, *envelope));
        }
    }
    responses.insert(
        "WrongServer".into(),
        json!({ "description": "The call names another server: see the setting `host_names`.", "content": sentence() }),
    );
    responses.insert(
        "ToTls".into(),
        json!({
            "description": "A GET by plain HTTP, where the setting `redirect_to_tls` wants HTTPS.",
            "headers": { "Location": { "description": "The same address by HTTPS.", "schema": { "type": "string" } } },
        }),
    );
    responses.insert(
        "OtherContent".into(),
        json!({ "description": "The content is another than the call is about (`If-Match`, `If-Unmodified-Since`)." }),
    );
    responses.insert(
        "Unchanged".into(),
        json!({
            "description": "The caller has this content already.",
            "headers": {
                "ETag": header("ETag"),
                "Last-Modified": header("LastModified"),
                "Content-Disposition": header("ContentDisposition"),
            },
        }),
    );
    Value::Object(responses)
}

/// Failures: the name of each, its status, and what it says.
const FAILURES: &[(&str, &str, &str)] = &[
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

/// Failures that every operation can have.
const ALWAYS: &[&str] = &["Refused", "TooLarge", "WrongType", "Failed", "Busy"];
/// Further ones of operations that answer with bytes.
const BYTES: &[&str] = &["Forbidden", "NotFound", "Conflict", "Gone", "Locked", "NotOffered", "Full"];

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

/// The answers of an operation.
pub fn of(operation: &Operation, has_examples: bool) -> Value {
    let mut responses = Map::new();
    match operation.answers {
        Form::Redirect => responses.insert("303".into(), redirect()),
        _ => responses.insert("200".into(), success(operation, has_examples)),
    };
    if let Form::Bytes(types) = operation.answers {
        bytes_further(operation, types, &mut responses);
    }
    let is_bytes = operation.effect == Effect::File;
    let envelope = failure::envelope(operation.side, operation.name);
    for (name, status, _) in FAILURES {
        let is_possible = ALWAYS.contains(name)
            || (*name == "NotSignedIn" && operation.who != Who::Anyone)
            || (is_bytes && BYTES.contains(name))
            || (*name == "NoSuchRange" && responses.contains_key("206"))
            || (*name == "Gone" && operation.name == "getsyncdelta");
        if is_possible {
            responses.insert((*status).into(), response(&in_envelope(name, envelope)));
        }
    }
    responses.insert("308".into(), response("ToTls"));
    responses.insert("421".into(), response("WrongServer"));
    Value::Object(responses)
}

/// The answers of an operation (its name in lower case) that this server does not have.
pub fn of_missing(side: Side, name: &str) -> Value {
    let envelope = failure::envelope(side, name);
    let mut responses = Map::new();
    responses.insert("200".into(), failed(&("NotOffered", "200", "Not offered: result 0."), envelope));
    for (name, status, _) in FAILURES.iter().filter(|(name, ..)| ALWAYS.contains(name)) {
        responses.insert((*status).into(), response(&in_envelope(name, envelope)));
    }
    responses.insert("308".into(), response("ToTls"));
    responses.insert("421".into(), response("WrongServer"));
    Value::Object(responses)
}

fn response(name: &str) -> Value {
    json!({ "$ref": format!("#/components/responses/{name}") })
}

/// The answer when the operation has not failed. A question that fails has this status too.
fn success(operation: &Operation, has_examples: bool) -> Value {
    let (xml, json) = if has_examples { examples(operation) } else { (None, None) };
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
    let mut content = Map::new();
    for kind in if types.is_empty() { &["application/octet-stream", "*/*"] } else { types } {
        let schema = match *kind {
            "application/json" => json!({ "type": "object" }),
            kind => json!({ "type": "string", "contentMediaType": kind, "format": "binary" }),
        };
        content.insert((*kind).into(), json!({ "schema": schema }));
    }
    Value::Object(content)
}

/// Headers of bytes: what names, dates and cuts them.
fn bytes_headers(operation: &Operation) -> Map<String, Value> {
    let mut headers = Map::new();
    if operation.answers == DescriptionBytes::FORM {
        headers.insert("ETag".into(), header("ETag"));
        headers.insert("Accept-Ranges".into(), header("AcceptRanges"));
    }
    if operation.effect != Effect::File {
        return headers;
    }
    headers.insert("Content-Disposition".into(), header("ContentDisposition"));
    headers.insert("X-Cloudlet-Left-Out".into(), header("LeftOut"));
    headers.insert("ETag".into(), header("ETag"));
    headers.insert("Last-Modified".into(), header("LastModified"));
    headers.insert("Accept-Ranges".into(), header("AcceptRanges"));
    headers.insert("Repr-Digest".into(), header("ReprDigest"));
    headers
}

/// What else comes instead of all bytes: some of them, or the word that the caller has them.
fn bytes_further(operation: &Operation, types: &[&str], responses: &mut Map<String, Value>) {
    let is_made_on_the_way =
        types.iter().any(|kind| ["application/zip", "text/csv", "text/html"].contains(kind));
    let is_content = operation.effect == Effect::File || operation.answers == DescriptionBytes::FORM;
    if !is_content || is_made_on_the_way {
        return;
    }
    let mut headers = bytes_headers(operation);
    headers.insert("Content-Range".into(), header("ContentRange"));
    let mut content = bytes_content(types);
    content["multipart/byteranges"] = json!({ "schema": { "type": "string", "contentMediaType": "multipart/byteranges", "format": "binary" } });
    let part = json!({ "description": "The range of bytes that was asked for.", "headers": headers, "content": content });
    responses.insert("206".into(), part);
    responses.insert("304".into(), response("Unchanged"));
    responses.insert("412".into(), response("OtherContent"));
}
