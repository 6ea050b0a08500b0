//! The records and documents of all replies, each once.

use crate::api::record::{DocumentShape, FieldShape, Shape};
use crate::api::reply::Form;
use crate::api::schema::{Schema, Values};
use crate::api::table;
use std::collections::BTreeMap;

/// Every document that an operation answers, by name.
pub fn documents() -> Vec<&'static DocumentShape> {
    let shapes = table::all().filter_map(|operation| match operation.answers {
        Form::Document(shape) => Some((shape.name, shape)),
        _ => None,
    });
    shapes.collect::<BTreeMap<_, _>>().into_values().collect()
}

/// Every record of these documents, by name.
pub fn records() -> Vec<&'static Shape> {
    let mut records = BTreeMap::new();
    for document in documents() {
        for shape in [document.meta, document.record] {
            add(shape, &mut records);
        }
    }
    records.into_values().collect()
}

/// Adds a record and those within it.
fn add(shape: &'static Shape, records: &mut BTreeMap<&'static str, &'static Shape>) {
    if shape.fields.is_empty() || records.insert(shape.name, shape).is_some() {
        return;
    }
    add_within(shape, records);
}

/// Adds the records within a record. Numbered records are left out, because their fields are fields
/// of the record itself.
fn add_within(shape: &'static Shape, records: &mut BTreeMap<&'static str, &'static Shape>) {
    for field in shape.fields {
        match field.schema.values {
            Values::Records(inner) => add(inner, records),
            Values::Numbered(inner) => add_within(inner, records),
            _ => {}
        }
    }
}

/// A field whose name has numbers in it.
pub struct NumberedField {
    /// The parts between the numbers, with those before the first and after the last number.
    pub parts: Vec<&'static str>,
    pub schema: &'static Schema,
    pub help: &'static str,
}

/// The fields for which a numbered field stands, in the order of the XML; `None` for any other
/// field.
pub fn numbered(field: &'static FieldShape) -> Option<Vec<NumberedField>> {
    match field.schema.values {
        Values::NumberedTexts => {
            let parts = vec![field.name, ""];
            Some(vec![NumberedField { parts, schema: &Schema::TEXT, help: field.help }])
        }
        Values::Numbered(shape) => {
            let fields = shape.fields.iter().flat_map(|inner| match numbered(inner) {
                Some(fields) => fields,
                None => {
                    vec![NumberedField { parts: vec![inner.name], schema: inner.schema, help: inner.help }]
                }
            });
            let below = |below: NumberedField| NumberedField {
                parts: std::iter::once(field.name).chain(below.parts).collect(),
                ..below
            };
            Some(fields.map(below).collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_name_means_one_thing() {
        let (documents, records) = (documents(), records());
        for operation in table::all() {
            let Form::Document(shape) = operation.answers else { continue };
            assert!(documents.contains(&shape), "{} is declared twice", shape.name);
            for record in [shape.meta, shape.record] {
                assert!(
                    record.fields.is_empty() || records.contains(&record),
                    "{} is declared twice",
                    record.name
                );
            }
        }
        assert!(documents.iter().all(|document| records.iter().all(|record| record.name != document.name)));
    }

    #[test]
    fn everything_is_documented() {
        for record in records() {
            assert!(!record.help.trim().is_empty(), "{}", record.name);
            for (at, field) in record.fields.iter().enumerate() {
                assert!(!field.help.trim().is_empty(), "{} {}", record.name, field.name);
                let below = numbered(field).unwrap_or_default();
                let undocumented = below.iter().find(|below| below.help.trim().is_empty());
                assert!(
                    undocumented.is_none(),
                    "{} {:?}",
                    record.name,
                    undocumented.map(|below| &below.parts)
                );
                let names: BTreeSet<_> = below.iter().map(|below| &below.parts).collect();
                assert_eq!(names.len(), below.len(), "{} {} is declared twice", record.name, field.name);
                let is_twice = record.fields[..at].iter().any(|other| other.name == field.name);
                assert!(!is_twice, "{} {} is declared twice", record.name, field.name);
            }
        }
    }
}
