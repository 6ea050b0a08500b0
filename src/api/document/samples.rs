//! Real answers of all operations, recorded by `tests/samples/record`: the examples of the
//! documentation.

use super::value::packed;
use crate::api::op::Operation;
use crate::domain::accounts::sessions::Side;
use serde_json::Value;

/// Compressed by `build.rs`, because there are many.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/samples.json.gz"));

/// The recorded answers by side and operation, and then by `xml` and `json`. They are in memory
/// only while a description is made.
pub struct Samples(Value);

impl Samples {
    pub fn load() -> Samples {
        Samples(packed(PACKED))
    }

    /// The recorded answers of an operation: the XML as text, the JSON parsed. `None` for answers
    /// that are not text.
    pub fn of(&self, operation: &Operation) -> (Option<Value>, Option<Value>) {
        let (xml, json) = (self.text(operation, "xml"), self.text(operation, "json"));
        let xml = (!xml.is_empty()).then(|| xml.into());
        (xml, serde_json::from_str(json).ok())
    }

    fn text(&self, operation: &Operation, format: &str) -> &str {
        let side = if operation.side == Side::Admin { "admin" } else { "user" };
        self.0[format!("{side}/{}", operation.name)][format].as_str().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::op::Effect;
    use crate::api::table;

    #[test]
    fn every_operation_that_answers_with_a_text_has_a_recorded_sample() {
        let samples = Samples::load();
        for operation in table::all().filter(|operation| operation.effect != Effect::File) {
            let (xml, json) = (samples.text(operation, "xml"), samples.text(operation, "json"));
            let is_recorded = !xml.is_empty() && !json.is_empty();
            assert!(is_recorded, "{}: run tests/samples/record", operation.name);
        }
    }
}
