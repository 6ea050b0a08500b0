//! The records of all replies as TypeScript declarations, for the type check of the portals.

use super::shapes::{NumberedField, numbered, records};
use crate::api::record::{FieldShape, Shape};
use crate::api::schema::{Schema, Values};
use std::borrow::Cow;

const HEAD: &str =
    "// The records of the API's replies. Generated: cloudlet api --types > src/portal/replies.d.ts\n";

/// The content of `src/portal/replies.d.ts`: one interface for each record.
pub fn types() -> String {
    let mut text = HEAD.to_owned();
    for record in records() {
        text += &interface(record);
    }
    text
}

fn interface(record: &'static Shape) -> String {
    let fields: String = record.fields.iter().map(property).collect();
    format!("\n/** {} */\nexport interface {} {{\n{fields}}}\n", one_line(record.help), record.name)
}

fn property(field: &'static FieldShape) -> String {
    if let Some(fields) = numbered(field) {
        let property = |field: NumberedField| {
            let name = field.parts.join("${number}");
            format!("  /** {} */\n  [name: `{name}`]: {};\n", one_line(field.help), type_of(field.schema))
        };
        return fields.into_iter().map(property).collect();
    }
    let optional = if field.is_optional { "?" } else { "" };
    format!("  /** {} */\n  {}{optional}: {};\n", one_line(field.help), field.name, type_of(field.schema))
}

fn type_of(schema: &Schema) -> String {
    let mut kinds = Vec::<Cow<'static, str>>::new();
    match schema.values {
        Values::Text => kinds.push("string".into()),
        Values::Number { .. } => kinds.push("number".into()),
        Values::Words(words) => kinds.extend(words.iter().map(|word| format!("\"{word}\"").into())),
        Values::Numbers(numbers) => kinds.extend(numbers.iter().map(|number| number.to_string().into())),
        Values::Records(shape) => kinds.push(format!("{}[]", shape.name).into()),
        // Numbered fields have no type of their own; see `property`.
        Values::Numbered(_) | Values::NumberedTexts => {}
    }
    let is_text = matches!(schema.values, Values::Text | Values::Records(_));
    if schema.may_be_empty && !is_text && !kinds.iter().any(|kind| kind == "\"\"") {
        kinds.push("\"\"".into());
    }
    kinds.join(" | ")
}

fn one_line(help: &str) -> String {
    help.split_whitespace().collect::<Vec<_>>().join(" ").replace("*/", "* /")
}
