//! The documentation of the API, from the operation table and the declared replies: a page for people, OpenAPI 3.1 for
//! programs, and the types of the portals.

mod markdown;
mod openapi;
mod responses;
mod samples;
mod schemas;
mod served;
mod shapes;

use super::op::Who;
use super::{catalogue, table};
use crate::domain::accounts::sessions::Side;
use std::collections::BTreeSet;

pub use markdown::markdown;
pub use openapi::openapi;
pub use served::{description, description_at_once};

/// Operations that FileCloud servers are known to have and this one does not.
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
        Who::Admin => "admin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

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
