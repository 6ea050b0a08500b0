//! The documentation of the API, from the operation table and the declared replies: a page for people, OpenAPI 3.1 for
//! programs, and the types of the portals.

mod markdown;
mod samples;
mod shapes;

use super::op::{Effect, Operation, Who};
use super::params::Field;
use super::{catalogue, table};
use crate::domain::accounts::sessions::Side;
use samples::sample;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub use markdown::markdown;

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
    let kind = match field.schema.name {
        "number" => "integer",
        _ => "string",
    };
    let mut schema = json!({ "type": kind, "description": field.help.trim(), "x-kind": field.schema.name });
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
}
