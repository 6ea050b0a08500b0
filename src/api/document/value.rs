//! JSON values of the description. `json!` expands to all of its steps wherever it is used; the
//! functions here are in the program once.

use flate2::read::GzDecoder;
use serde_json::Value;
use std::io::Read;

/// An object with these members.
macro_rules! object {
    ($($name:tt: $value:expr),+ $(,)?) => {
        $crate::api::document::value::object_of(&mut [$(($name, serde_json::Value::from($value))),+])
    };
}
pub(super) use object;

/// The object that takes these members.
#[inline(never)]
pub fn object_of(members: &mut [(&str, Value)]) -> Value {
    members.iter_mut().map(|(name, value)| ((*name).to_owned(), value.take())).collect()
}

/// A value that never changes, from its text.
#[inline(never)]
pub fn fixed(json: &str) -> Value {
    serde_json::from_str(json).expect("the program's own texts are JSON")
}

/// The same from a text that `build.rs` has packed.
pub fn packed(gzip: &[u8]) -> Value {
    let mut json = String::new();
    GzDecoder::new(gzip).read_to_string(&mut json).expect("build.rs has packed it");
    fixed(&json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_object_has_its_members_in_their_order() {
        let name = "c";
        let made = object! { "b": 1, "a": vec!["x"], name: object! { "d": fixed("[{}]") } };
        assert_eq!(made, json!({ "b": 1, "a": ["x"], "c": { "d": [{}] } }));
        assert_eq!(made.to_string(), r#"{"b":1,"a":["x"],"c":{"d":[{}]}}"#);
    }
}
