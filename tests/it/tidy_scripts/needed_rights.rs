//! Tests that the admin portal offers no action that the server refuses for lack of rights: a
//! script that calls a changing operation must ask for the right with `needs`, `mayCall` and their
//! like (`admin/allowed.js`).

use super::{FOLDER, root, scripts};
use crate::harness::{Element, Server};
use std::collections::BTreeSet;

/// The functions that call an operation. Those that ask for the right to call it are in the other
/// list.
const CALLS: &[&str] =
    &["command(", "call(", "makeLink(", "makePairing(", "act(", "tell(", "answer(", "change("];
const GUARDS: &[&str] = &["needs(\"", "mayCall(\"", "changing(\"", "operation: \"", "adding: \""];
/// Operations on people's files are guarded by this prefix and their name.
const USER_SIDE: &str = "core/";

/// An area of the administration, with its operations that change something.
type Area = (String, Vec<String>);

#[test]
fn the_admin_portal_asks_for_the_right_to_each_change() {
    let reply = Server::start().admin().administer("getadminoperations", &[]).xml();
    let area = |one: &Element| -> Area {
        let names = one.field("changing").split(',').filter(|name| !name.is_empty());
        (one.field("opname").to_owned(), names.map(str::to_owned).collect())
    };
    let areas: Vec<Area> = reply.all("operation").map(area).collect();
    let scripts = scripts(&root().join(FOLDER).join("admin"));
    // The documentation page calls any operation that its reader chooses.
    let scripts: Vec<_> = scripts.into_iter().filter(|(path, _)| !path.contains("/docs/")).collect();
    let found = findings(&scripts, &areas);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// A check that never finds anything proves nothing. So this test plants calls without a right.
#[test]
fn planted_changes_without_a_right_are_found() {
    let areas = [
        ("Users".to_owned(), vec!["adduser".to_owned(), "deleteuser".to_owned()]),
        ("Files of users".to_owned(), vec!["deleteshare".to_owned()]),
    ];
    let calls = r#"await command("adduser", {}); await command("deleteshare", {});"#;
    for (text, count) in [
        (calls.to_owned(), 2),
        (format!(r#"{calls} needs("deleteuser", b);"#), 1),
        (format!(r#"{calls} needs("deleteuser", b); needs("core/deleteshare", b);"#), 0),
        (format!(r#"{calls} mayCall("adduser"); list({{ operation: "core/deleteshare" }});"#), 0),
        (r#"icon("adduser"); const name = "deleteuser";"#.to_owned(), 0),
    ] {
        let scripts = [("admin/users/a.js".to_owned(), text.clone())];
        assert_eq!(findings(&scripts, &areas).len(), count, "{text}");
        let elsewhere = ("admin/groups/b.js".to_owned(), r#"needs("adduser", b)"#.to_owned());
        let [script] = scripts;
        assert_eq!(findings(&[script, elsewhere], &areas).len(), count, "guarded in another folder: {text}");
    }
}

/// The areas in which the scripts of a folder and its view change something without asking for the
/// right.
fn findings(scripts: &[(String, String)], areas: &[Area]) -> Vec<String> {
    let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let mut found = BTreeSet::new();
    for (path, text) in scripts {
        let called = areas.iter().filter(|(_, names)| names.iter().any(|name| calls(text, name)));
        for (area, names) in called {
            let view = format!("views/{}.js", folder(path).rsplit('/').next().unwrap_or_default());
            let is_beside = |other: &str| folder(other) == folder(path) || other.ends_with(&view);
            let mut beside = scripts.iter().filter(|(other, _)| is_beside(other));
            if !beside.any(|(_, text)| names.iter().any(|name| guards(text, name))) {
                found.insert(format!("{path} changes {area} without needs(..)"));
            }
        }
    }
    found.into_iter().collect()
}

fn calls(text: &str, name: &str) -> bool {
    let literal = format!("\"{name}\"");
    text.lines().any(|line| {
        line.split_once(&literal).is_some_and(|(before, _)| CALLS.iter().any(|call| before.contains(call)))
    })
}

fn guards(text: &str, name: &str) -> bool {
    let asks = |guard: &&str| {
        text.contains(&format!("{guard}{name}\"")) || text.contains(&format!("{guard}{USER_SIDE}{name}\""))
    };
    GUARDS.iter().any(asks)
}
