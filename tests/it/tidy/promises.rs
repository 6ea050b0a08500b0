//! Tests that each promise in `docs/security.md` names tests that check it, and that these tests
//! exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The text between a promise and its tests.
const TESTS: &str = "Tests: ";

/// The promises of a page: its list items, each joined to one line. Links to the page's sections
/// are left out.
fn promises(page: &str) -> Vec<String> {
    let mut promises: Vec<String> = Vec::new();
    let mut is_inside = false;
    for line in page.lines() {
        match (line.strip_prefix("* "), line.strip_prefix("  ")) {
            (Some(text), _) => {
                is_inside = !text.starts_with('[');
                promises.extend(is_inside.then(|| text.to_owned()));
            }
            (None, Some(text)) if is_inside => {
                let promise = promises.last_mut().expect("its first line came before");
                promise.push(' ');
                promise.push_str(text);
            }
            _ => is_inside = false,
        }
    }
    promises
}

/// The texts between pairs of this character.
fn marked(text: &str, mark: char) -> Vec<&str> {
    text.split(mark).skip(1).step_by(2).collect()
}

/// Collects the names of the tests and browser scenarios below a folder.
fn collect(folder: &Path, tests: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() && !path.ends_with("node_modules") {
            collect(&path, tests);
        } else if extension == Some("rs") {
            tests.extend(functions(&fs::read_to_string(&path).unwrap()));
        } else if extension == Some("mjs") {
            let text = fs::read_to_string(&path).unwrap();
            let named = text.lines().filter_map(|line| line.trim().strip_prefix("name: \""));
            tests.extend(named.filter_map(|name| name.split('"').next()).map(str::to_owned));
        }
    }
}

/// The names of the functions after each attribute `#[test]`.
fn functions(source: &str) -> Vec<String> {
    let tests = source.split("#[test]").skip(1);
    let name = |rest: &str| {
        let line = rest.lines().find(|line| line.trim().starts_with("fn "))?;
        Some(line.trim().strip_prefix("fn ")?.split('(').next()?.to_owned())
    };
    tests.filter_map(name).collect()
}

/// The faults of a promise: it names no test, or a test that does not exist.
fn faults(promise: &str, tests: &BTreeSet<String>) -> Vec<String> {
    let beginning: String = promise.chars().take(50).collect();
    let named = promise.split_once(TESTS).map_or("", |(_, named)| named);
    let all: Vec<&str> = marked(named, '`').into_iter().chain(marked(named, '"')).collect();
    if all.is_empty() {
        return vec![format!("\"{beginning}...\" names no test")];
    }
    let missing = all.into_iter().filter(|name| !tests.contains(*name));
    missing.map(|name| format!("\"{beginning}...\" names a test that does not exist: {name}")).collect()
}

#[test]
fn each_promise_of_security_names_tests_that_exist() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    for folder in ["src", "tests/it", "tests/browser"] {
        collect(&top.join(folder), &mut tests);
    }
    let promises = promises(&fs::read_to_string(top.join("docs/security.md")).unwrap());
    assert!(promises.len() > 30, "{promises:?}");
    let faults: Vec<String> = promises.iter().flat_map(|promise| faults(promise, &tests)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_promise_without_a_test_is_found() {
    let page = "# Title\n\n* [A section](#a-section)\n\n* One promise\n  in two lines.\n  Tests: `is_there`.\n* Another.\n\
        \n* A third. Tests: `is_gone`, \"a scene\".\n";
    let source = "#[test]\n#[cfg(unix)]\nfn is_there() {}\nfn is_gone() {}\n";
    let tests: BTreeSet<String> = functions(source).into_iter().collect();
    let found: Vec<Vec<String>> = promises(page).iter().map(|promise| faults(promise, &tests)).collect();
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [0, 1, 2], "{found:?}");
}
