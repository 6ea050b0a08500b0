//! Real answers of all operations, recorded by `tests/samples/record`: the examples of the documentation.

use crate::api::op::Operation;
use crate::domain::accounts::sessions::Side;
use flate2::read::GzDecoder;
use serde_json::Value;
use std::collections::HashMap;

/// Packed by `build.rs`, as there are many.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/samples.json.gz"));

/// The recorded answers by side and operation, and in these by `xml` and `json`. They are in memory only while a description
/// is made.
pub struct Samples(HashMap<String, HashMap<String, String>>);

impl Samples {
    pub fn load() -> Samples {
        Samples(
            serde_json::from_reader(GzDecoder::new(PACKED)).expect("the recorded samples are packed JSON"),
        )
    }

    /// The recorded answers of an operation: as XML, and as JSON that was read. None for those that are no text.
    pub fn of(&self, operation: &Operation) -> (Option<Value>, Option<Value>) {
        let (xml, json) = (self.text(operation, "xml"), self.text(operation, "json"));
        let xml = (!xml.is_empty()).then(|| xml.into());
        (xml, serde_json::from_str(json).ok())
    }

    fn text(&self, operation: &Operation, format: &str) -> &str {
        let side = if operation.side == Side::Admin { "admin" } else { "user" };
        let recorded = self.0.get(&format!("{side}/{}", operation.name));
        recorded.and_then(|formats| formats.get(format)).map_or("", String::as_str)
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
