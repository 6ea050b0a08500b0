//! Tests that everything on which programs rely stays the same between releases, or is recorded as
//! a break. The description is compared with that of the last release: `tests/data/api-release.txt`
//! holds a line for each thing on which a program can rely, and `tests/data/api-breaks.txt` holds
//! the lines that were broken on purpose since then.
//!
//! At a release, `CLOUDLET_RECORD_API=1 cargo test --test it description` writes the first file
//! anew and empties the second.

use crate::harness::{Data, cloudlet};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn description() -> Value {
    let text = cloudlet(&Data::empty(), &["api", "--openapi"], "").succeeded();
    serde_json::from_str(&text).expect("the description is JSON")
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// A line for each thing on which a program can rely.
fn reduced(document: &Value) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for (path, methods) in entries(&document["paths"]) {
        let post = &methods["post"];
        if post.get("x-effect").is_none() {
            continue;
        }
        lines.insert(format!("{path} for {}", post["x-who"].as_str().unwrap_or_default()));
        for (_, media) in entries(&post["requestBody"]["content"]) {
            lines.extend(parameters(path, &media["schema"]));
        }
        for (media, content) in entries(&post["responses"]["200"]["content"]) {
            lines.insert(format!("{path} answers {media} {}", type_of(&content["schema"])));
        }
    }
    for (name, schema) in entries(&document["components"]["schemas"]) {
        lines.extend(fields(name, schema));
    }
    lines
}

fn parameters(path: &str, schema: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, property) in entries(&schema["properties"]) {
        lines.push(format!("{path} takes {name}: {}", type_of(property)));
        let values = property["enum"].as_array().into_iter().flatten();
        lines.extend(values.map(|value| format!("{path} takes {name}={value}")));
        if let Some(default) = property.get("default") {
            lines.push(format!("{path} without {name} is with {default}"));
        }
    }
    lines.extend(required(schema).map(|name| format!("{path} needs {name}")));
    lines
}

fn fields(record: &str, schema: &Value) -> Vec<String> {
    let fields = entries(&schema["properties"]).chain(entries(&schema["patternProperties"]));
    let mut lines: Vec<String> =
        fields.map(|(name, property)| format!("{record} has {name}: {}", type_of(property))).collect();
    lines.extend(required(schema).map(|name| format!("{record} always has {name}")));
    lines
}

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn type_of(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(either) = schema["anyOf"].as_array() {
        return either.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    match schema["type"].as_str() {
        Some("array") => format!("list of {}", type_of(&schema["items"])),
        Some(kind) => kind.to_owned(),
        None => "anything".to_owned(),
    }
}

/// The callers that the description names, from the narrowest to the widest. If an operation moves
/// to a wider kind of caller, it stays open to its earlier callers.
const CALLERS: [&str; 4] = ["user", "proxy", "visitor", "anyone"];

/// True if a line names the callers of an operation, and a new line lets more callers use it.
fn is_opened(line: &str, new: &BTreeSet<String>) -> bool {
    let Some((path, caller)) = line.split_once(" for ") else { return false };
    let rank = |caller: &str| CALLERS.iter().position(|one| *one == caller);
    let wider = rank(caller).map_or(&[][..], |rank| &CALLERS[rank + 1..]);
    wider.iter().any(|caller| new.contains(&format!("{path} for {caller}")))
}

/// True if a line says that a field is a record, and a new line names another record that has all
/// fields of the old one.
fn is_extended(line: &str, old: &BTreeSet<String>, new: &BTreeSet<String>) -> bool {
    let Some((field, record)) = line.rsplit_once(": ") else { return false };
    let of = |record: &str, lines: &BTreeSet<String>| -> BTreeSet<String> {
        let rest = |line: &String| line.strip_prefix(&format!("{record} ")).map(str::to_owned);
        lines.iter().filter_map(rest).collect()
    };
    let had = of(record, old);
    let others = new.iter().filter_map(|line| line.strip_prefix(&format!("{field}: ")));
    !had.is_empty() && others.into_iter().any(|other| had.is_subset(&of(other, new)))
}

/// The changes that break a program: lines that are missing, and lines with new requirements.
fn breaks(old: &BTreeSet<String>, new: &BTreeSet<String>) -> BTreeSet<String> {
    let is_gone =
        |line: &&String| !line.contains(" needs ") && !is_opened(line, new) && !is_extended(line, old, new);
    let gone = old.difference(new).filter(is_gone).map(|line| format!("gone: {line}"));
    let is_old = |line: &str| {
        let path = line.split(' ').next().unwrap_or(line);
        old.iter().any(|line| line.starts_with(&format!("{path} ")))
    };
    let needed = new.difference(old).filter(|line| line.contains(" needs ") && is_old(line));
    gone.chain(needed.map(|line| format!("new: {line}"))).collect()
}

fn lines_of(name: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn nothing_that_programs_rely_on_is_broken_without_being_written_down() {
    let new = reduced(&description());
    if std::env::var_os("CLOUDLET_RECORD_API").is_some() {
        let text: String = new.iter().map(|line| format!("{line}\n")).collect();
        fs::write(file("api-release.txt"), text).unwrap();
        fs::write(file("api-breaks.txt"), BREAKS).unwrap();
    }
    let written_down: BTreeSet<String> = lines_of("api-breaks.txt");
    let found = breaks(&lines_of("api-release.txt"), &new);
    let unsaid: Vec<_> = found.difference(&written_down).collect();
    assert!(
        unsaid.is_empty(),
        "these changes break programs. Take them back, or add the lines to tests/data/api-breaks.txt and tell them in \
         CHANGELOG.md: {unsaid:#?}"
    );
    let stale: Vec<_> = written_down.difference(&found).collect();
    assert!(stale.is_empty(), "tests/data/api-breaks.txt says what is not so: {stale:#?}");
}

const BREAKS: &str = "\
# What was broken on purpose since the last release, as the test in tests/it/description names it. CHANGELOG.md tells it
# to people.
";

#[test]
fn each_kind_of_break_is_found_and_additions_are_none() {
    let text = r##"{ "paths": { "/core/x": { "post": { "x-effect": "read", "x-who": "user",
        "requestBody": { "content": { "form": { "schema": { "required": ["a"], "properties": {
            "a": { "type": "string" }, "b": { "type": "integer", "enum": [1, 2], "default": 1 } } } } } },
        "responses": { "200": { "content": { "application/json": { "schema": { "$ref": "#/c/s/X" } } } } }
    } } }, "components": { "schemas": { "X": { "required": ["f"], "properties": { "f": { "type": "integer" },
        "r": { "$ref": "#/c/s/R" } } }, "R": { "required": ["t"], "properties": { "t": { "type": "integer" } } } } } }"##;
    let old = reduced(&serde_json::from_str(text).unwrap());
    for (from, to, name) in [
        (r#""user""#, r#""admin""#, "gone: /core/x for user"),
        (r#""a": { "type": "string" }"#, r#""a": { "type": "integer" }"#, "gone: /core/x takes a: string"),
        ("[1, 2]", "[1]", "gone: /core/x takes b=2"),
        (r#""default": 1"#, r#""default": 2"#, "gone: /core/x without b is with 1"),
        (r#"["a"]"#, r#"["a", "b"]"#, "new: /core/x needs b"),
        ("#/c/s/X", "#/c/s/Y", "gone: /core/x answers application/json X"),
        (r#""f": {"#, r#""g": {"#, "gone: X has f: integer"),
        (r#"["f"]"#, "[]", "gone: X always has f"),
        ("/core/x", "/core/y", "gone: /core/x for user"),
        (r##""r": { "$ref": "#/c/s/R" }"##, r##""r": { "$ref": "#/c/s/X" }"##, "gone: X has r: R"),
    ] {
        let new = reduced(&serde_json::from_str(&text.replace(from, to)).unwrap());
        assert!(breaks(&old, &new).contains(name), "{name}: {:?}", breaks(&old, &new));
    }
    for (from, to) in [
        (r#""user""#, r#""visitor""#),
        ("[1, 2]", "[1, 2, 3]"),
        (r#""f": {"#, r#""g": { "type": "string" }, "f": {"#),
        (r#"["a"]"#, "[]"),
        (
            r##""r": { "$ref": "#/c/s/R" } } }"##,
            r##""r": { "$ref": "#/c/s/S" } } }, "S": { "required": ["t"], "properties": { "t": { "type": "integer" },
                "u": { "type": "integer" } } }"##,
        ),
        (r#""paths": {"#, r#""paths": { "/core/new": { "post": { "x-effect": "read" } },"#),
    ] {
        let new = reduced(&serde_json::from_str(&text.replacen(from, to, 1)).unwrap());
        assert_eq!(breaks(&old, &new), BTreeSet::new(), "{to}");
    }
}
