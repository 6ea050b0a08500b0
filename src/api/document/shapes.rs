//! The records and documents of all replies, each once.

use crate::api::record::{DocumentShape, Shape};
use crate::api::reply::Form;
use crate::api::schema::Values;
use crate::api::table;
use std::collections::BTreeMap;

/// Every document that an operation answers, by its name.
pub fn documents() -> Vec<&'static DocumentShape> {
    let shapes = table::all().filter_map(|operation| match operation.answers {
        Form::Document(shape) => Some((shape.name, shape)),
        _ => None,
    });
    shapes.collect::<BTreeMap<_, _>>().into_values().collect()
}

/// Every record of these documents, by its name.
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
    for field in shape.fields {
        if let Values::Records(inner) = field.schema.values {
            add(inner, records);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                let is_twice = record.fields[..at].iter().any(|other| other.name == field.name);
                assert!(!is_twice, "{} {} is declared twice", record.name, field.name);
            }
        }
    }
}
