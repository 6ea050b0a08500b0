//! Real answers of all operations, recorded by `tests/samples/record`: the examples of the documentation.

use crate::api::op::Operation;
use crate::domain::accounts::sessions::Side;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The recorded answer to an operation as `xml` or as `json`; empty for those that are no text.
fn sample(operation: &Operation, format: &str) -> &'static str {
    static SAMPLES: LazyLock<HashMap<String, HashMap<String, String>>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../samples.json")).expect("the recorded samples are JSON")
    });
    let side = if operation.side == Side::Admin { "admin" } else { "user" };
    let recorded = SAMPLES.get(&format!("{side}/{}", operation.name));
    recorded.and_then(|formats| formats.get(format)).map_or("", String::as_str)
}

/// The recorded answers of an operation: as XML, and as JSON that was read.
pub fn examples(operation: &Operation) -> (Option<Value>, Option<Value>) {
    let (xml, json) = (sample(operation, "xml"), sample(operation, "json"));
    let xml = (!xml.is_empty()).then(|| xml.into());
    (xml, serde_json::from_str(json).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::op::Effect;
    use crate::api::table;

    #[test]
    fn every_operation_that_answers_with_a_text_has_a_recorded_sample() {
        for operation in table::all().filter(|operation| operation.effect != Effect::File) {
            let (xml, json) = (sample(operation, "xml"), sample(operation, "json"));
            let is_recorded = !xml.is_empty() && !json.is_empty();
            assert!(is_recorded, "{}: run tests/samples/record", operation.name);
        }
    }
}
