//! The documentation of the API, from the operation table: a page for people and OpenAPI 3.1 for programs.

use super::op::{Effect, Operation, Who};
use super::params::Field;
use super::{catalogue, error_code, table};
use crate::domain::accounts::sessions::Side;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::sync::LazyLock;

const INTRODUCTION: &str = "\
# The API

Made from the operation table by `cloudlet api`; do not edit it by hand.

Calls come by GET or POST. Parameters may be in the query, in a form body or in multipart fields; the last of a name wins
and unknown ones are ignored. `loginguest` and `adminlogin` begin a session, which travels in cookies.
An action answers `<commands><command><type>OP</type><result>1</result><message></message></command></commands>`, 0 and
a message when it failed; a refused upload answers the message alone, as text. The messages are for people and may change;
programs read the word in the header `X-Cloudlet-Error`.

The status of a refused sign-in or change is 400, and 500 where it is the server's fault. Status 401 says that a session is
missing. Questions are answered with 200, also where the answer is \"no\" or nothing was found. Operations that answer with
bytes say by their status why there are none.

Replies are XML, unless the header `Accept` names `application/json` and nothing else: then they are JSON without the
root, `meta` as an object and the records as a list, whose name is missing when there are none.

Browsers send cookies with whatever a web page makes them call, so calls that change something come from a browser only
with the header `X-XSRF-TOKEN`, which holds what the cookie of this name holds, or by POST with the `Origin` of this server.
A link, a form or an address that is opened changes nothing. A browser is who sends `Sec-Fetch-*`, `Origin` or a
`User-Agent` that begins with `Mozilla/`; a client that calls itself so sends the header back or calls by POST.

Who may call: *anyone*; a *user* who is signed in; *user or proxy*, which is also an administrator who gives
`adminproxyuserid` and so works on users' data; an *admin*.
";

/// The page for people, in Markdown.
pub fn markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    put(&mut page, format_args!("\n## Failures: `{}`\n\n", error_code::HEADER));
    page.push_str("An extension: FileCloud does not send it. There may be more words one day.\n\n| word | meaning |\n| --- | --- |\n");
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
        put(&mut page, format_args!("\n### Not offered yet\n\n{}\n", missing.join(", ")));
    }
    page
}

fn describe(page: &mut String, operation: &Operation) {
    let help = operation.help.trim();
    let is_ours = !catalogue::knows(operation.side, operation.name);
    let extension = if is_ours { " An extension: FileCloud does not have it." } else { "" };
    put(page, format_args!("\n#### {}\n\n{help} For {}.{extension}\n", operation.name, who(operation.who)));
    if operation.fields.is_empty() {
        return;
    }
    page.push_str("\n| parameter | | type | meaning |\n| --- | --- | --- | --- |\n");
    for field in operation.fields {
        let names = field.names.split('|').map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
        let required = if field.is_required { "required" } else { "" };
        put(page, format_args!("| {names} | {required} | {} | {} |\n", field.kind, field.help.trim()));
    }
}

fn put(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("writing into memory does not fail");
}

fn who(who: Who) -> &'static str {
    match who {
        Who::Anyone => "anyone",
        Who::User => "a user",
        Who::Proxy => "a user or proxy",
        Who::Admin => "an admin",
    }
}

/// Operations that FileCloud servers are known to have and this one does not.
fn not_offered(side: Side) -> impl Iterator<Item = &'static str> {
    let known = catalogue::all().filter(move |known| known.side == side);
    let names: BTreeSet<&str> = known.map(|known| known.name).collect();
    names.into_iter().filter(move |name| table::find(side, &name.to_lowercase()).is_none())
}

/// The description for programs.
pub fn openapi() -> String {
    let paths: serde_json::Map<String, Value> = table::all()
        .map(|operation| {
            let door = if operation.side == Side::Admin { "admin" } else { "core" };
            (format!("/{door}/{}", operation.name), json!({ "post": described(operation) }))
        })
        .collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "cloudlet",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "FileCloud's HTTP API. Calls may also come by GET, with the parameters in the query. The header X-Cloudlet-Error of a failed call holds a word that says why.",
        },
        "paths": paths,
    });
    format!("{document:#}\n")
}

fn described(operation: &Operation) -> Value {
    let properties: serde_json::Map<String, Value> =
        operation.fields.iter().map(|field| (name_of(field).to_owned(), schema(field))).collect();
    let required: Vec<&str> =
        operation.fields.iter().filter(|field| field.is_required).map(name_of).collect();
    let media = match operation.effect {
        Effect::Upload => "multipart/form-data",
        _ => "application/x-www-form-urlencoded",
    };
    let known = catalogue::find(operation.side, operation.name);
    json!({
        "operationId": operation.name,
        "summary": operation.help.trim(),
        "tags": [operation.area],
        "x-who": word(operation.who),
        "x-effect": format!("{:?}", operation.effect).to_lowercase(),
        "x-tier": known.map_or("", |known| known.tier),
        "x-clients": known.map_or(Vec::new(), |known| known.clients.split(',').filter(|name| !name.is_empty()).collect()),
        "x-sample-xml": sample(operation, "xml"),
        "x-sample-json": sample(operation, "json"),
        "requestBody": { "content": { media: { "schema": {
            "type": "object",
            "properties": properties,
            "required": required,
        } } } },
        "responses": responses(operation),
    })
}

fn responses(operation: &Operation) -> Value {
    let mut responses = json!({ "200": { "description": "The answer." } });
    let mut add = |status: &str, description: &str| responses[status] = json!({ "description": description });
    if operation.effect == Effect::File {
        add("4XX", "The reason why there are no bytes.");
    } else if operation.effect.is_action() {
        add("400", "Refused: result 0 and the reason.");
        add("500", "The server's fault; its log says more.");
    } else {
        add("200", "The answer, or result 0 and the reason why there is none.");
    }
    if operation.who != Who::Anyone {
        add("401", "Nobody is signed in.");
    }
    responses
}

/// A real answer, recorded by `tests/samples/record`; empty for those that are no text.
fn sample(operation: &Operation, format: &str) -> &'static str {
    static SAMPLES: LazyLock<HashMap<String, HashMap<String, String>>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("samples.json")).expect("the recorded samples are JSON")
    });
    let side = if operation.side == Side::Admin { "admin" } else { "user" };
    let recorded = SAMPLES.get(&format!("{side}/{}", operation.name));
    recorded.and_then(|formats| formats.get(format)).map_or("", String::as_str)
}

fn word(who: Who) -> &'static str {
    match who {
        Who::Anyone => "anyone",
        Who::User => "user",
        Who::Proxy => "proxy",
        Who::Admin => "admin",
    }
}

fn name_of(field: &Field) -> &'static str {
    field.names.split('|').next().unwrap_or(field.names)
}

fn schema(field: &Field) -> Value {
    let kind = match field.kind {
        "number" => "integer",
        _ => "string",
    };
    let mut schema = json!({ "type": kind, "description": field.help.trim(), "x-kind": field.kind });
    if field.is_secret {
        schema["format"] = "password".into();
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_descriptions_hold_every_operation() {
        let (page, document) = (markdown(), openapi());
        let document: Value = serde_json::from_str(&document).unwrap();
        for operation in table::all() {
            assert!(page.contains(&format!("#### {}\n", operation.name)), "{}", operation.name);
        }
        assert_eq!(document["paths"].as_object().unwrap().len(), table::all().count());
    }

    #[test]
    fn every_operation_that_answers_with_a_text_has_a_recorded_sample() {
        for operation in table::all().filter(|operation| operation.effect != Effect::File) {
            let (xml, json) = (sample(operation, "xml"), sample(operation, "json"));
            let is_recorded = !xml.is_empty() && !json.is_empty();
            assert!(is_recorded, "{}: run tests/samples/record", operation.name);
        }
    }
}
