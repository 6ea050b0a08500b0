//! The documentation of the API, from the operation table and the declared replies: a page for
//! people, OpenAPI 3.1 for programs, and the types of the portals.

mod markdown;
mod openapi;
mod responses;
mod samples;
mod schemas;
mod served;
mod shapes;
mod types;
mod value;

use super::op::Who;
use super::{catalogue, table};
use crate::domain::accounts::sessions::Side;
use std::collections::BTreeSet;

pub use markdown::markdown;
pub use openapi::openapi;
pub use served::description;
pub use types::types;

/// The operations that FileCloud servers have and this one does not.
fn not_offered(side: Side) -> impl Iterator<Item = &'static str> {
    let known = catalogue::all().filter(move |known| known.side == side);
    let names: BTreeSet<&str> = known.map(|known| known.name).collect();
    names.into_iter().filter(move |name| table::find(side, &name.to_lowercase()).is_none())
}

fn word(who: Who) -> &'static str {
    match who {
        Who::Anyone => "anyone",
        Who::User => "user",
        Who::Proxy => "proxy",
        Who::Visitor => "visitor",
        Who::Admin => "admin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::schema::Values;
    use serde_json::Value;

    /// A default must be a value that the server accepts and the description allows.
    #[test]
    fn every_default_is_a_value_of_its_parameter() {
        let mut seen = 0;
        for (operation, field) in
            table::all().flat_map(|one| one.fields.iter().map(move |field| (one, field)))
        {
            let Some(text) = field.default else { continue };
            let default = openapi::default_of(field.schema, text);
            let is_known = match field.schema.values {
                Values::Words(words) => default.as_str().is_some_and(|word| words.contains(&word)),
                Values::Numbers(numbers) => default.as_i64().is_some_and(|number| numbers.contains(&number)),
                Values::Number { minimum, .. } => default.as_i64() >= minimum,
                _ => true,
            };
            assert!(is_known, "{} {}: {text}", operation.name, field.names);
            seen += 1;
        }
        assert!(seen > 20, "{seen} defaults");
    }

    #[test]
    fn both_descriptions_hold_every_operation() {
        let (page, document) = (markdown(), openapi());
        let document: Value = serde_json::from_str(&document).unwrap();
        for operation in table::all() {
            assert!(page.contains(&format!("#### {}\n", operation.name)), "{}", operation.name);
        }
        let missing = [Side::User, Side::Admin].map(|side| not_offered(side).count());
        let described = document["paths"].as_object().unwrap().len();
        assert_eq!(described, table::all().count() + missing.iter().sum::<usize>());
    }
}
