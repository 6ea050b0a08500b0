//! Schemas of OpenAPI from the declared values, records and documents.

use super::shapes::numbered;
use super::value::{fixed, object};
use crate::api::record::{DocumentShape, Shape};
use crate::api::schema::{Schema, Values};
use serde_json::{Map, Value};

const EMPTY: &str = r#"{"type":"string","maxLength":0}"#;

/// The schema of a parameter, whose values are texts on the wire, or of a field of a reply.
pub fn of_value(schema: &Schema) -> Value {
    let mut whole = match schema.values {
        Values::Text => object! { "type": "string" },
        Values::Words([""]) => fixed(EMPTY),
        Values::Words(words) => object! { "type": "string", "enum": words },
        Values::Number { minimum, maximum } => {
            let mut number = object! { "type": "integer" };
            for (name, limit) in [("minimum", minimum), ("maximum", maximum)] {
                if let Some(limit) = limit {
                    number[name] = limit.into();
                }
            }
            number
        }
        Values::Numbers(numbers) => object! { "type": "integer", "enum": numbers },
        Values::Records(shape) => list(shape),
        // Numbered fields have no value of their own; see `record_schema`.
        Values::Numbered(_) | Values::NumberedTexts => Value::Object(Map::new()),
    };
    if let Some(format) = schema.format {
        whole["format"] = format.into();
    }
    if let Some(pattern) = schema.pattern {
        whole["pattern"] = pattern.into();
    }
    if let (minimum @ 1.., _) = schema.length {
        whole["minLength"] = minimum.into();
    }
    if let (_, Some(maximum)) = schema.length {
        whole["maxLength"] = maximum.into();
    }
    match schema.may_be_empty {
        true if schema.values == Values::Text && schema.pattern.is_none() && schema.length.0 == 0 => whole,
        true => object! { "anyOf": [whole, fixed(EMPTY)] },
        false => whole,
    }
}

/// The schema of a field of a reply. A flag that is always 0 here is still a flag.
fn of_field(schema: &Schema) -> Value {
    match schema.values {
        Values::Numbers([0, 1] | [0] | [1]) => reference("Flag"),
        _ => of_value(schema),
    }
}

/// A record. Its properties have the order of the XML, or of `x-order` if some of its names have
/// numbers.
pub fn record_schema(shape: &'static Shape) -> Value {
    let (mut properties, mut patterns) = (Map::new(), Map::new());
    let mut order: Vec<String> = Vec::new();
    for field in shape.fields {
        if let Some(fields) = numbered(field) {
            for field in fields {
                let pattern = format!("^{}$", field.parts.join("[0-9]+"));
                order.push(pattern.clone());
                patterns.insert(pattern, described_field(field.schema, field.help));
            }
            continue;
        }
        let mut schema = described_field(field.schema, field.help);
        if field.is_extension {
            schema["x-extension"] = true.into();
        }
        order.push(field.name.into());
        properties.insert(field.name.into(), schema);
    }
    let required: Vec<&str> =
        shape.fields.iter().filter(|field| !field.is_optional).map(|field| field.name).collect();
    let mut schema = object! {
        "type": "object",
        "description": shape.help.trim(),
        "properties": properties,
        "additionalProperties": false,
    };
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    if !patterns.is_empty() {
        schema["patternProperties"] = Value::Object(patterns);
        schema["x-order"] = order.into();
    }
    schema
}

fn described_field(schema: &Schema, help: &str) -> Value {
    let mut described = of_field(schema);
    described["description"] = help.trim().into();
    described
}

/// A document: in XML below its root, in JSON without root. An empty list of records has no key.
pub fn document_schema(shape: &DocumentShape) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    if !shape.meta.fields.is_empty() {
        let schema = match shape.meta_element {
            "meta" => reference(shape.meta.name),
            _ => one(shape.meta),
        };
        properties.insert(shape.meta_element.into(), schema);
        if !shape.is_meta_optional {
            required.push(shape.meta_element);
        }
    }
    let records = if shape.is_single { one(shape.record) } else { list(shape.record) };
    if shape.is_single {
        required.push(shape.element);
    }
    properties.insert(shape.element.into(), records);
    let mut schema = object! {
        "type": "object",
        "description": shape.help.trim(),
        "xml": object! { "name": shape.root },
        "properties": properties,
        "additionalProperties": false,
    };
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema
}

/// Records: in XML elements that have the name of the property. Without records the property is
/// missing.
fn list(record: &Shape) -> Value {
    object! {
        "type": "array",
        "xml": object! { "wrapped": false },
        "items": reference(record.name),
        "minItems": 1,
    }
}

/// The same with exactly one record.
fn one(record: &Shape) -> Value {
    let mut list = list(record);
    list["maxItems"] = 1.into();
    list
}

pub fn reference(name: &str) -> Value {
    object! { "$ref": format!("#/components/schemas/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::record::{Document, Record, record, reply};
    use serde_json::json;

    record! {
        /// A note.
        Note {
            /// A text.
            text: String,
        }
        /// A page of notes.
        Page {
            /// A text.
            name: String,
            /// Its notes.
            notes: Vec<Note>,
        }
        /// The record before the pages.
        PagesMeta {
            /// A text.
            title: String,
        }
    }
    reply! {
        /// Pages.
        Pages = pages(Option<PagesMeta>)[page: Page];
    }

    #[test]
    fn records_within_a_record_are_a_list_that_may_be_missing() {
        let schema = record_schema(Page::SHAPE);
        let notes = json!({
            "type": "array",
            "xml": { "wrapped": false },
            "items": { "$ref": "#/components/schemas/Note" },
            "minItems": 1,
            "description": "Its notes.",
        });
        assert_eq!(schema["properties"]["notes"], notes);
        assert_eq!(schema["required"], json!(["name"]));
    }

    #[test]
    fn what_stands_before_records_may_be_missing() {
        let schema = document_schema(Pages::SHAPE);
        assert_eq!(schema["properties"]["meta"], reference("PagesMeta"));
        assert_eq!(schema.get("required"), None);
    }
}
