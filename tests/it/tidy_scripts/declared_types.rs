//! Tests that the types of replies come from the declared records (`replies.d.ts`), and that no
//! script of the portals writes such a type by hand.

use super::{FOLDER, root, scripts};
use std::collections::BTreeSet;
use std::fs;

/// A type with fewer fields only says what a function needs, and is not taken for a reply.
const FIELDS_MIN: usize = 4;

#[test]
fn no_script_declares_the_type_of_a_reply() {
    let records = records(&fs::read_to_string(root().join("src/portal/replies.d.ts")).unwrap());
    assert!(records.len() > 80, "the records were read: {}", records.len());
    let mut found = Vec::new();
    for (path, text) in scripts(&root().join(FOLDER)) {
        found.extend(findings(&text, &records).into_iter().map(|what| format!("{path}: {what}")));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// A check that never finds anything proves nothing. So this test plants hand-written types.
#[test]
fn planted_types_of_replies_are_found() {
    let records = records(
        "export interface Usage {\n  /** A. */\n  a: number;\n  b?: 0 | 1;\n  c: X[];\n  d: string;\n  e: 0;\n}\n",
    );
    for (text, wanted) in [
        ("/** @typedef {{ a: number, b: string, c: { x: 1 }[], d?: string }} Mine */", 1),
        ("/** @type {{ d: string, c: X, b: number, a: 0 }[]} */", 1),
        (
            "/**\n * @typedef {object} Mine\n * @property {number} a\n * @property {string} [b] c\n * @property {X} c\n * @property {{ x: 1 }} d of\n */",
            1,
        ),
        ("/** @typedef {{ a: number, b: string, c: X }} Few */", 0),
        ("/** @typedef {{ a: number, b: string, c: X, other: Y }} Other */", 0),
        ("/** @typedef {import(\"../replies.js\").Usage} Usage */", 0),
        ("const a = {{ a: 1, b: 2, c: 3, d: 4 }};", 0),
    ] {
        assert_eq!(findings(text, &records).len(), wanted, "{text}");
    }
}

/// The declared records: their names and the names of their fields.
fn records(text: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut records: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("export interface ") {
            records.push((rest.trim_end_matches([' ', '{']).to_owned(), BTreeSet::new()));
        } else if let (Some((name, _)), Some((_, fields))) = (line.trim().split_once(':'), records.last_mut())
        {
            let name = name.trim_end_matches('?').trim_matches('"');
            fields.extend(is_name(name).then(|| name.to_owned()));
        }
    }
    records
}

fn findings(text: &str, records: &[(String, BTreeSet<String>)]) -> Vec<String> {
    let types = comments(text).flat_map(|comment| [inline(comment), vec![listed(comment)]].concat());
    let copies = types.filter(|fields| fields.len() >= FIELDS_MIN).filter_map(|fields| {
        let (name, _) = records.iter().find(|(_, declared)| fields.is_subset(declared))?;
        Some(format!("a type of {fields:?} is {name} of replies.d.ts"))
    });
    copies.collect()
}

fn comments(text: &str) -> impl Iterator<Item = &str> {
    text.split("/**").skip(1).filter_map(|rest| rest.split_once("*/").map(|(comment, _)| comment))
}

/// The fields of each type in double braces.
fn inline(comment: &str) -> Vec<BTreeSet<String>> {
    let inside = comment.match_indices("{{").map(|(at, _)| &comment[at + 2..]);
    inside.map(fields).collect()
}

/// The names before a colon, outside of nested types.
fn fields(text: &str) -> BTreeSet<String> {
    let (mut depth, mut start, mut names) = (0, 0, BTreeSet::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '{' | '(' | '[' | '<' => depth += 1,
            '}' | ')' | ']' | '>' if depth == 0 => break,
            '}' | ')' | ']' | '>' => depth -= 1,
            ',' if depth == 0 => start = at + 1,
            ':' if depth == 0 => {
                let name = text[start..at].trim_matches(['\n', ' ', '*', '?']);
                names.extend(is_name(name).then(|| name.to_owned()));
            }
            _ => {}
        }
    }
    names
}

/// The fields of a type that is written as a list of `@property` lines.
fn listed(comment: &str) -> BTreeSet<String> {
    let properties = comment.lines().filter_map(|line| line.split_once("@property {")).map(|(_, rest)| rest);
    let names = properties.filter_map(|rest| {
        let mut depth = 1;
        let end = rest.char_indices().find(|(_, letter)| {
            depth += i32::from(*letter == '{') - i32::from(*letter == '}');
            depth == 0
        })?;
        let name = rest[end.0 + 1..].split_whitespace().next()?.trim_matches(['[', ']']);
        is_name(name).then(|| name.to_owned())
    });
    names.collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}
