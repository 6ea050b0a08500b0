//! Real answers of all operations, recorded by `tests/samples/record`: the examples of the documentation.

use crate::api::op::Operation;
use crate::domain::accounts::sessions::Side;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The recorded answer to an operation as `xml` or as `json`; empty for those that are no text.
pub fn sample(operation: &Operation, format: &str) -> &'static str {
    static SAMPLES: LazyLock<HashMap<String, HashMap<String, String>>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../samples.json")).expect("the recorded samples are JSON")
    });
    let side = if operation.side == Side::Admin { "admin" } else { "user" };
    let recorded = SAMPLES.get(&format!("{side}/{}", operation.name));
    recorded.and_then(|formats| formats.get(format)).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::op::Effect;
    use crate::api::record::{FieldShape, Shape};
    use crate::api::reply::Form;
    use crate::api::schema::Values;
    use crate::api::table;
    use serde_json::Value;

    /// A tag and the text before it.
    type Tag<'a> = (&'a str, &'a str);

    /// The tags of an XML document in their order, each with the text before it.
    fn tags(xml: &str) -> Vec<Tag<'_>> {
        let pieces = xml.split('<').map(|piece| piece.split_once('>').unwrap_or((piece, "")));
        let pieces: Vec<Tag<'_>> = pieces.skip(1).collect();
        let texts = std::iter::once("").chain(pieces.iter().map(|(_, text)| *text));
        pieces.iter().zip(texts).map(|((tag, _), text)| (*tag, text)).collect()
    }

    /// The fields of one element with its tags around it, and what follows it.
    fn element<'a, 'b>(name: &str, tags: &'b [Tag<'a>]) -> (Vec<Tag<'a>>, &'b [Tag<'a>]) {
        let end = (1..tags.len()).step_by(2).find(|at| tags[*at].0 == format!("/{name}")).expect(name);
        let fields = tags[1..end].chunks(2).map(|field| (field[0].0, field[1].1)).collect();
        (fields, &tags[end + 1..])
    }

    fn check_text(field: &FieldShape, text: &str) {
        if field.schema.may_be_empty && text.is_empty() {
            return;
        }
        match field.schema.values {
            Values::Text => {}
            Values::Words(words) => assert!(words.contains(&text), "{}: {text}", field.name),
            Values::Number { .. } => drop(text.parse::<i64>().expect(field.name)),
            Values::Numbers(numbers) => {
                assert!(numbers.contains(&text.parse().expect(field.name)), "{}: {text}", field.name);
            }
        }
    }

    /// Fields come in the declared order, and only optional ones may be missing.
    fn check_fields(shape: &Shape, fields: &[Tag<'_>], operation: &str) {
        let mut declared = shape.fields.iter();
        for (name, text) in fields {
            let field = declared.by_ref().find(|field| field.name == *name || !field.is_optional);
            let field = field.filter(|field| field.name == *name);
            check_text(field.unwrap_or_else(|| panic!("{operation}: {name} is not declared here")), text);
        }
        let missing = declared.find(|field| !field.is_optional);
        assert!(missing.is_none(), "{operation}: {missing:?} is missing");
    }

    fn check_json(shape: &Shape, record: &Value, operation: &str) {
        for (name, value) in record.as_object().expect(operation) {
            let field = shape.fields.iter().find(|field| field.name == name);
            let field = field.unwrap_or_else(|| panic!("{operation}: {name} is not declared"));
            let is_number = !matches!(field.schema.values, Values::Text | Values::Words(_));
            let is_empty = field.schema.may_be_empty && value.as_str() == Some("");
            assert!(value.is_number() == is_number || is_empty, "{operation} {name}: {value}");
        }
    }

    #[test]
    fn every_operation_that_answers_with_a_text_has_a_recorded_sample() {
        for operation in table::all().filter(|operation| operation.effect != Effect::File) {
            let (xml, json) = (sample(operation, "xml"), sample(operation, "json"));
            let is_recorded = !xml.is_empty() && !json.is_empty();
            assert!(is_recorded, "{}: run tests/samples/record", operation.name);
        }
    }

    #[test]
    fn recorded_documents_are_as_they_are_declared() {
        let mut seen = 0;
        for operation in table::all() {
            let Form::Document(shape) = operation.answers else { continue };
            let xml = sample(operation, "xml");
            let tags = tags(xml);
            assert_eq!(tags[0].0, shape.root, "{}", operation.name);
            let mut rest = &tags[1..];
            if !shape.meta.fields.is_empty() {
                let (fields, after) = element("meta", rest);
                check_fields(shape.meta, &fields, operation.name);
                rest = after;
            }
            while rest.first().is_some_and(|(tag, _)| *tag == shape.element) {
                let (fields, after) = element(shape.element, rest);
                check_fields(shape.record, &fields, operation.name);
                rest = after;
                seen += 1;
            }
            let end = format!("/{}", shape.root);
            assert!(rest.iter().map(|(tag, _)| *tag).eq([end.as_str()]), "{}", operation.name);
            let json: Value = serde_json::from_str(sample(operation, "json")).expect(operation.name);
            json.get("meta").into_iter().for_each(|meta| check_json(shape.meta, meta, operation.name));
            let records = json.get(shape.element).and_then(Value::as_array);
            records.into_iter().flatten().for_each(|record| check_json(shape.record, record, operation.name));
        }
        assert!(seen > 50, "{seen} records");
    }
}
