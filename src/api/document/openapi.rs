//! The description for programs, in OpenAPI 3.1: operations from their table, schemas from the
//! declared replies.

use super::responses::By;
use super::samples::Samples;
use super::schemas::{of_value, record_schema};
use super::shapes::{documents, records};
use super::value::{fixed, object, packed};
use super::{not_offered, responses};
use crate::api::numbering::numbering;
use crate::api::op::{Effect, Operation, Who};
use crate::api::params::Field;
use crate::api::schema::{Schema, Values};
use crate::api::{catalogue, table};
use crate::domain::accounts::account::EMAIL_BYTES_MAX;
use crate::domain::accounts::sessions::Side;
use serde_json::{Map, Value};
use std::io::{self, Write};

/// The introduction: everything that a client must do by itself.
const ABOUT: &str = "\
FileCloud's HTTP API, as cloudlet speaks it. **What a client must set itself:** send `Accept: application/json` (and \
nothing else in it) to get JSON, because replies are XML otherwise; keep the cookies that `loginguest` or `adminlogin` \
sets, and send them back with every call. That is all: no key, no token.

Send calls by POST with a form. Operations that only read, and downloads, may also be called by GET, with the parameters \
in the query. If a parameter comes twice, the last one counts. Unknown parameters are ignored. A flag may also be `true` or \
`false`. A form may also be `multipart/form-data`; any other content type is refused with 415.

A refused action has status 400. A question that finds nothing has 200. So read `result`, which is 0 for a failure. The \
header `X-Cloudlet-Error` of a failed call has a word that never changes; the message is for people. An operation that is \
not described here answers 200 with result 0 and the word `not-offered`.

A browser must send the header `X-XSRF-TOKEN` with the value of the cookie of this name.
";

/// The parts to which operations refer, as far as they never change. `build.rs` packs them.
const COMPONENTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/components.json.gz"));

/// The description for programs.
pub fn openapi() -> String {
    let mut bytes = Vec::new();
    write_openapi(&mut bytes).expect("writing into memory does not fail");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

/// Writes the description piece by piece, because it is large.
///
/// # Errors
/// As those of the writer.
pub fn write_openapi(out: &mut dyn Write) -> io::Result<()> {
    let mut first = "{";
    for (name, value) in head() {
        write!(out, "{first}{}:{value}", Value::from(name))?;
        first = ",";
    }
    let mut first = ",\"paths\":{";
    let samples = Samples::load();
    let offered = table::all().map(|operation| offered(operation, &samples));
    let paths = offered.chain([Side::User, Side::Admin].into_iter().flat_map(missing));
    for (path, methods) in paths {
        write!(out, "{first}{}:{methods}", Value::from(path))?;
        first = ",";
    }
    writeln!(out, "}},\"components\":{}}}", components())
}

/// The components that operations refer to.
fn components() -> Value {
    let mut components = packed(COMPONENTS);
    components["headers"]["Error"] = responses::error_header();
    let mut add = |kind: &str, name: String, value: Value| components[kind][name] = value;
    for (name, response) in responses::shared() {
        add("responses", name, response);
    }
    for (name, schema) in responses::of_failures() {
        add("schemas", name, schema);
    }
    for record in records() {
        add("schemas", record.name.into(), record_schema(record));
    }
    for document in documents() {
        add("schemas", document.name.into(), super::schemas::document_schema(document));
    }
    components
}

/// The part before the operations.
fn head() -> [(&'static str, Value); 4] {
    let info = object! {
        "title": "cloudlet",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "A personal cloud that speaks the FileCloud HTTP API",
        "description": ABOUT,
        "contact": fixed(r#"{"name":"The cloudlet project"}"#),
        "license": fixed(r#"{"name":"MIT OR Apache-2.0","identifier":"MIT OR Apache-2.0"}"#),
    };
    [
        ("openapi", "3.1.0".into()),
        ("info", info),
        ("servers", fixed(r#"[{"url":"/","description":"The server that sent this description"}]"#)),
        ("tags", tags().into()),
    ]
}

/// The path of an operation and its methods.
fn offered(operation: &Operation, samples: &Samples) -> (String, Value) {
    let mut methods = Map::new();
    if may_be_got(operation) {
        methods.insert("get".into(), described(operation, By::Get, samples));
    }
    methods.insert("post".into(), described(operation, By::Post, samples));
    (path(operation.side, operation.name), Value::Object(methods))
}

/// The paths of all operations that FileCloud has and this server does not.
fn missing(side: Side) -> impl Iterator<Item = (String, Value)> {
    not_offered(side)
        .map(move |name| (path(side, name), object! { "post": described_as_missing(side, name) }))
}

fn path(side: Side, name: &str) -> String {
    format!("/{}/{name}", door(side))
}

fn door(side: Side) -> &'static str {
    if side == Side::Admin { "admin" } else { "core" }
}

/// True if a call by GET is as good as one by POST, for every client.
fn may_be_got(operation: &Operation) -> bool {
    !operation.effect.is_action()
}

fn described(operation: &Operation, by: By, samples: &Samples) -> Value {
    let name = format!("{}_{}", door(operation.side), operation.name);
    let operation_id = if by == By::Get { format!("{name}_get") } else { name };
    let help = operation.help.trim();
    let known = catalogue::find(operation.side, operation.name);
    let clients: Vec<&str> =
        known.map_or("", |known| known.clients).split(',').filter(|name| !name.is_empty()).collect();
    let mut described = object! {
        "operationId": operation_id,
        "summary": summary(help),
        "description": help,
        "tags": [tag(operation)],
        "security": security(operation.who),
        "x-who": super::word(operation.who),
        "x-effect": format!("{:?}", operation.effect).to_lowercase(),
        "x-tier": known.map_or("", |known| known.tier),
        "x-clients": clients,
    };
    if by == By::Get {
        let parameters: Vec<Value> =
            operation.fields.iter().map(query_parameter).chain(proxy_parameter(operation)).collect();
        if !parameters.is_empty() {
            described["parameters"] = parameters.into();
        }
    } else if let Some(body) = body(operation) {
        described["requestBody"] = body;
    }
    described["responses"] = responses::of(operation, by, samples);
    described
}

/// The documentation of an operation that other servers have and this one does not.
fn described_as_missing(side: Side, name: &str) -> Value {
    let known = catalogue::find(side, &name.to_lowercase());
    object! {
        "operationId": format!("{}_{name}", door(side)),
        "summary": "Not offered",
        "description": "FileCloud has this operation, but this server does not. It answers result 0.",
        "tags": [MISSING],
        "security": Vec::<Value>::new(),
        "x-tier": known.map_or("", |known| known.tier),
        "responses": responses::of_missing(side, &name.to_lowercase()),
    }
}

const MISSING: &str = "Not offered";

/// The first sentence of a text.
fn summary(help: &str) -> &str {
    help.split_once(". ").map_or(help, |(first, _)| first).trim_end_matches('.')
}

fn tag(operation: &Operation) -> String {
    match operation.side {
        Side::User => operation.area.to_owned(),
        Side::Admin => format!("Administration: {}", operation.area),
    }
}

fn tags() -> Vec<Value> {
    let mut names: Vec<String> = Vec::new();
    for operation in table::all() {
        let name = tag(operation);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let missing =
        object! { "name": MISSING, "description": "Operations of FileCloud that this server does not have." };
    let described = |name: String| {
        let operations = table::all().filter(|operation| tag(operation) == name);
        let all = operations.map(|operation| format!("`{}`", operation.name)).collect::<Vec<_>>().join(", ");
        object! { "name": name, "description": format!("The operations {all}.") }
    };
    names.into_iter().map(described).chain([missing]).collect()
}

/// The cookies that a call needs: none, or those of one kind of session.
fn security(who: Who) -> Value {
    fixed(match who {
        Who::Anyone => "[]",
        Who::User => r#"[{"userSeed":[],"userHash":[]}]"#,
        Who::Proxy => r#"[{"userSeed":[],"userHash":[]},{"adminSeed":[],"adminHash":[]}]"#,
        // Visitors need neither.
        Who::Visitor => r#"[{"userSeed":[],"userHash":[]},{"adminSeed":[],"adminHash":[]},{}]"#,
        Who::Admin => r#"[{"adminSeed":[],"adminHash":[]}]"#,
    })
}

/// The first name of a parameter; of a numbered one the first number.
fn name_of(field: &Field) -> String {
    let name = field.names.split('|').next().unwrap_or(field.names);
    match numbering(name) {
        Some(numbering) => numbering.name(numbering.first),
        None => name.to_owned(),
    }
}

fn help_of(field: &Field) -> String {
    let help = field.help.trim();
    let others: Vec<String> = field.names.split('|').skip(1).map(|name| format!("`{name}`")).collect();
    match (others.is_empty(), numbering(field.names)) {
        (false, _) => format!("{help} May also be called {}.", others.join(" or ")),
        (true, Some(numbering)) => {
            let [second, third] = [1, 2].map(|further| numbering.name(numbering.first + further));
            format!("{help} The next ones are `{second}`, `{third}` and so on.")
        }
        (true, None) => help.to_owned(),
    }
}

fn query_parameter(field: &Field) -> Value {
    object! {
        "name": name_of(field),
        "in": "query",
        "required": field.is_required,
        "description": help_of(field),
        "schema": value_of(field),
    }
}

const PROXY: &str =
    "An administrator's name: the call works on users' data with the rights of an administrator.";

/// The parameter of operations that an administrator may call on users' data.
fn proxy_parameter(operation: &Operation) -> Option<Value> {
    operation.who.may_be_proxy().then(|| {
        object! {
            "name": "adminproxyuserid",
            "in": "query",
            "required": false,
            "description": PROXY,
            "schema": proxy_schema(),
        }
    })
}

fn proxy_schema() -> Value {
    object! { "type": "string", "maxLength": EMAIL_BYTES_MAX, "x-kind": "proxy" }
}

fn value_of(field: &Field) -> Value {
    let mut schema = of_value(field.schema);
    schema["x-kind"] = field.schema.name.into();
    if let Some(default) = field.default {
        schema["default"] = default_of(field.schema, default);
    }
    schema
}

/// A default in the type of its schema.
pub fn default_of(schema: &Schema, text: &'static str) -> Value {
    match (schema.values, text) {
        (Values::Numbers(_), "true") => 1.into(),
        (Values::Numbers(_), "false") => 0.into(),
        (Values::Number { .. } | Values::Numbers(_), number) => {
            number.parse::<i64>().expect("a number").into()
        }
        (_, text) => text.into(),
    }
}

fn body(operation: &Operation) -> Option<Value> {
    let mut properties = Map::new();
    for field in operation.fields {
        let mut schema = value_of(field);
        schema["description"] = help_of(field).into();
        properties.insert(name_of(field), schema);
    }
    if operation.who.may_be_proxy() {
        let mut schema = proxy_schema();
        schema["description"] = PROXY.into();
        properties.insert("adminproxyuserid".into(), schema);
    }
    if properties.is_empty() {
        return None;
    }
    let mut required: Vec<String> =
        operation.fields.iter().filter(|field| field.is_required).map(name_of).collect();
    let media = if operation.effect == Effect::Upload {
        let file = object! {
            "type": "string",
            "contentMediaType": "application/octet-stream",
            "format": "binary",
            "x-kind": "file",
            "description": "The bytes, as a part with a file name. The name of the part does not matter. The parameters may also be in the query.",
        };
        properties.insert("file".into(), file);
        required.push("file".into());
        "multipart/form-data"
    } else {
        "application/x-www-form-urlencoded"
    };
    let mut schema = object! { "type": "object", "properties": properties };
    let is_required = !required.is_empty();
    if is_required {
        schema["required"] = required.into();
    }
    let content = object! { media: object! { "schema": schema } };
    Some(object! { "required": is_required, "content": content })
}
