//! The page for people, in Markdown.

use super::not_offered;
use super::shapes::{numbered, records};
use crate::api::op::{Operation, Who};
use crate::api::record::Shape;
use crate::api::reply::Form;
use crate::api::schema::{Schema, Values};
use crate::api::{catalogue, error_code, table};
use crate::domain::accounts::sessions::Side;
use std::fmt::Write;

const INTRODUCTION: &str = "\
# The API

Made from the operation table by `cloudlet api`; do not edit it by hand.

Send calls by GET or POST. Parameters may be in the query, in a form body or in multipart fields. If a name comes twice, the
last one counts. Unknown parameters are ignored. `loginguest` and `adminlogin` begin a session, whose cookies come with
every further call.

An action answers `<commands><command><type>OP</type><result>1</result><message></message></command></commands>`. If it
failed, the result is 0 and there is a message. A refused upload answers the message alone, as text. On the admin side
`addgroup`, `updategroup` and `getgroupbyname` fail with `<groups><meta><result>0</result><message>..</message></meta></groups>`.
The messages are for people and may change. Programs read the word in the header `X-Cloudlet-Error`.

The status of a refused sign-in or change is 400, or 500 for a fault of the server. Status 401 tells that a session is
missing. A question has status 200, even if the answer is \"no\" or nothing was found. Operations that answer with bytes
tell by their status why there are none.

Replies are XML. If the header `Accept` names `application/json` and nothing else, they are JSON without the root: `meta` is
an object, and the records are a list whose name is missing if there are none.

Browsers send cookies with every call that a web page causes. So a browser must send a changing call either with the header
`X-XSRF-TOKEN`, whose value is that of the cookie of this name, or by POST with the `Origin` of this server. A link, a form
or an address that is opened changes nothing. The server takes a client for a browser if it sends `Sec-Fetch-*`, `Origin` or
a `User-Agent` that begins with `Mozilla/`. A client with such a name sends the header, or calls by POST.

Programs get the same as OpenAPI 3.1, with the schema of every answer, at `/openapi.json`.

Who may call: *anyone*; a *user* who is signed in; *user or proxy*, which includes an administrator who gives
`adminproxyuserid` and so works on users' data; a *visitor*, who comes by a link without any session; an *admin*. The first
path in a visitor's call begins with the path of the link, `/SHARED/<owner>/<link id>`. For an upload this path must be in
the address.
";

const RECORDS: &str = "
## Records

The fields of the replies, in the order of the XML. An extension is a field that FileCloud does not send. Times without a
zone are in the time zone of the server. `N` in a name stands for a number from 0: the fields of `attribute0_..` belong
together.
";

/// The page for people, in Markdown.
pub fn markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    put(&mut page, format_args!("\n## Failures: `{}`\n\n", error_code::HEADER));
    page.push_str("The header is an extension: FileCloud does not send it. Further words may be added.\n\n| word | meaning |\n| --- | --- |\n");
    for (word, meaning) in error_code::WORDS {
        put(&mut page, format_args!("| `{word}` | {meaning} |\n"));
    }
    for (side, title) in
        [(Side::User, "User operations: `/core/OP`"), (Side::Admin, "Admin operations: `/admin/OP`")]
    {
        put(&mut page, format_args!("\n## {title}\n"));
        let mut area = "";
        for operation in table::all().filter(|operation| operation.side == side) {
            if operation.area != area {
                area = operation.area;
                put(&mut page, format_args!("\n### {area}\n"));
            }
            describe(&mut page, operation);
        }
        let missing: Vec<&str> = not_offered(side).collect();
        put(&mut page, format_args!("\n### Not offered\n\n{}\n", missing.join(", ")));
    }
    describe_records(&mut page);
    page
}

fn describe(page: &mut String, operation: &Operation) {
    let help = operation.help.trim();
    let is_ours = !catalogue::knows(operation.side, operation.name);
    let extension = if is_ours { " An extension: FileCloud does not have it." } else { "" };
    put(page, format_args!("\n#### {}\n\n{help} For {}.{extension}\n", operation.name, who(operation.who)));
    describe_parameters(page, operation);
    describe_answer(page, operation);
}

fn describe_parameters(page: &mut String, operation: &Operation) {
    if operation.fields.is_empty() {
        return;
    }
    page.push_str("\n| parameter | | type | meaning |\n| --- | --- | --- | --- |\n");
    for field in operation.fields {
        let names = field.names.split('|').map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
        let required = match field.default {
            Some(default) => format!("default {}", flag(default)),
            None if field.is_required => "required".to_owned(),
            None => String::new(),
        };
        let kind = kind(field.schema);
        put(page, format_args!("| {names} | {required} | {kind} | {} |\n", field.help.trim()));
    }
}

/// The answer of an operation. The command envelope is not described each time.
fn describe_answer(page: &mut String, operation: &Operation) {
    match operation.answers {
        Form::Command => {}
        Form::Redirect => page.push_str("\nAnswers the address of another page.\n"),
        Form::Word => page.push_str("\nAnswers the text `OK`.\n"),
        Form::Bytes([]) => page.push_str("\nAnswers the bytes of a file.\n"),
        Form::Bytes(types) => {
            let types = types.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
            put(page, format_args!("\nAnswers {types}.\n"));
        }
        Form::Document(shape) => {
            let before = shape.meta_element;
            let meta = match shape.meta.fields {
                [] => String::new(),
                _ if shape.is_meta_optional => {
                    format!("`{before}` ({}), which may be missing, and ", link(shape.meta))
                }
                _ => format!("`{before}` ({}) and ", link(shape.meta)),
            };
            let many = if shape.is_single { "one" } else { "any number of" };
            let (root, element, record) = (shape.root, shape.element, link(shape.record));
            put(page, format_args!("\nAnswers `{root}` with {meta}{many} `{element}` ({record}).\n"));
        }
    }
}

/// A default as it is written on the wire.
fn flag(text: &'static str) -> &'static str {
    match text {
        "true" => "1",
        "false" => "0",
        text => text,
    }
}

fn link(shape: &Shape) -> String {
    format!("[{}](#{})", shape.name, shape.name.to_lowercase())
}

/// The records of all replies, each once.
fn describe_records(page: &mut String) {
    page.push_str(RECORDS);
    for shape in records() {
        put(page, format_args!("\n### {}\n\n{}\n", shape.name, shape.help.trim()));
        page.push_str("\n| field | | type | meaning |\n| --- | --- | --- | --- |\n");
        for field in shape.fields {
            if let Some(fields) = numbered(field) {
                for field in fields {
                    let (name, kind) = (field.parts.join("N"), kind(field.schema));
                    put(
                        page,
                        format_args!("| `{name}` | may be missing | {kind} | {} |\n", field.help.trim()),
                    );
                }
                continue;
            }
            let optional = if field.is_optional { "may be missing" } else { "" };
            let extension = if field.is_extension { " An extension." } else { "" };
            let (name, kind, help) = (field.name, kind(field.schema), field.help.trim());
            put(page, format_args!("| `{name}` | {optional} | {kind} | {help}{extension} |\n"));
        }
    }
}

/// The valid values, for a table.
fn kind(schema: &Schema) -> String {
    let kind = match schema.values {
        Values::Text if schema.name == Schema::TEXT.name => match schema.length {
            (minimum, Some(maximum)) => format!("text of {minimum} to {maximum} bytes"),
            _ => schema.name.to_owned(),
        },
        Values::Text | Values::Number { .. } => schema.name.to_owned(),
        Values::Words([""]) => "always empty".to_owned(),
        Values::Words(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or "),
        Values::Numbers([0, 1]) => "flag".to_owned(),
        Values::Numbers([only]) => format!("always {only}"),
        Values::Numbers(numbers) => numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(" or "),
        Values::Records(shape) => format!("any number of {}", link(shape)),
        // Numbered fields have no common type. Each of them has its own.
        Values::Numbered(_) | Values::NumberedTexts => schema.name.to_owned(),
    };
    if schema.may_be_empty { format!("{kind}, or empty") } else { kind }
}

fn put(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("writing into memory does not fail");
}

fn who(who: Who) -> &'static str {
    match who {
        Who::Anyone => "anyone",
        Who::User => "a user",
        Who::Proxy => "a user or proxy",
        Who::Visitor => "a user, proxy or visitor",
        Who::Admin => "an admin",
    }
}
