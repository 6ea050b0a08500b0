//! Tests the rules for the scripts of the portals: functions fit on a screen, and files have one
//! subject. The page also names every module of its first view, so that the browser loads all of
//! them at once.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

mod declared_types;
#[path = "../../build/javascript.rs"]
mod javascript;
mod needed_rights;

use javascript::{Kind, Piece, pieces, without_comments};

const FUNCTION_LINES_MAX: usize = 60;
const FILE_LINES_MAX: usize = 600;
const FOLDER: &str = "src/portal/static";

#[test]
fn functions_and_files_of_the_portals_are_short() {
    let scripts = scripts(&root().join(FOLDER));
    assert!(scripts.len() > 100, "the scripts were read: {}", scripts.len());
    let findings: Vec<String> = scripts.iter().flat_map(|(path, text)| findings(path, text)).collect();
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

/// A check that never finds anything proves nothing. So this test plants functions that are too
/// long.
#[test]
fn planted_breaches_are_found() {
    let lines = |count: usize| "  g();\n".repeat(count);
    let long = lines(FUNCTION_LINES_MAX);
    for (text, wanted) in [
        (format!("function f() {{\n{long}}}\n"), "f has 62 lines"),
        (format!("export async function f(a, b = () => {{}}) {{\n{long}}}\n"), "f has 62 lines"),
        (format!("const f = async (a) => {{\n{long}}};\n"), "f has 62 lines"),
        (format!("const f = (\n  a,\n) => g(\n{}\n);\n", "  1,\n".repeat(60)), "f has 65 lines"),
        (format!("go(one => {{\n{long}}});\n"), "a function has 62 lines"),
        (format!("const a = {{ f(b) {{\n{long}}} }};\n"), "f has 62 lines"),
        (format!("const a = {{ f: function () {{\n{long}}} }};\n"), "f has 62 lines"),
        (format!("class A {{ f() {{\n{long}}} }}\n"), "f has 62 lines"),
        // A text, a template, a pattern and a comment contain signs that look like the end of the
        // function.
        (
            format!(
                "function f() {{\n  a(\"}}\", `}} ${{b({{ c: `}}` }})}} }}`, /[/}}]\\/}}/u); // }}\n{}}}\n",
                lines(59)
            ),
            "f has 62 lines",
        ),
        ("g();\n".repeat(FILE_LINES_MAX + 1), "601 lines"),
    ] {
        let found = findings("x.js", &text);
        assert!(found.len() == 1 && found[0].contains(wanted), "{text}\nfound {found:?}");
    }
}

#[test]
fn sound_scripts_have_no_findings() {
    let long = "  g();\n".repeat(FUNCTION_LINES_MAX - 2);
    for text in [
        format!("function f() {{\n{long}}}\nfunction g() {{\n{long}}}\n"),
        format!("if (a) {{\n{long}{long}}}\nfor (const b of c) {{\n{long}{long}}}\n"),
        format!("const a = [\n{long}{long}];\n"),
        format!("/* function f() {{\n{long}{long}}} */\n"),
        format!("const a = `${{f()}}\n{long}{long}`;\n"),
    ] {
        let found = findings("x.js", &text);
        assert!(found.is_empty(), "{text}\nfound {found:?}");
    }
}

#[test]
fn scripts_come_without_their_comments_and_say_the_same() {
    for (script, wanted) in [
        ("// a\n\nf(); // b\n", "f();\n"),
        (
            "/** @param {A} a */\nfunction f(a) {\n  // b\n  return a / 2; /* c */\n}\n",
            "function f(a) {\n  return a / 2;\n}\n",
        ),
        (
            "f(\"// a\", '/* b */', `// ${c /* d */}\n\n  // e`);\n",
            "f(\"// a\", '/* b */', `// ${c  }\n\n  // e`);\n",
        ),
        ("const a = /\\/\\*[/*]/g.test(b) || c / d; // e\n", "const a = /\\/\\*[/*]/g.test(b) || c / d;\n"),
        ("return /* a\n*/ b;\n", "return\n b;\n"),
        ("a = b/* c */+ d;", "a = b + d;\n"),
    ] {
        assert_eq!(without_comments(script), wanted, "{script}");
    }
    for (path, script) in scripts(&root().join(FOLDER)) {
        let shipped = without_comments(&script);
        assert!(meaning(&shipped) == meaning(&script), "{path} says something else without its comments");
        assert!(pieces(&shipped).iter().all(|piece| piece.kind != Kind::Comment), "{path} has comments left");
    }
}

/// If the page names all modules, the browser loads them at once, and not one after the other as
/// each names the next.
#[test]
fn the_page_names_every_module_of_its_first_view() {
    let page = fs::read_to_string(root().join(FOLDER).join("user/index.html")).unwrap();
    let named: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("<link rel=\"modulepreload\" href=\"{{assets}}/"))
        .map(|line| line.trim_end_matches("\">").to_owned())
        .collect();
    let mut wanted = BTreeSet::new();
    for first in ["user/app.js", "user/views/files.js"] {
        add_imported(first, &mut wanted);
    }
    // The page loads this module by its own script element.
    wanted.remove("user/app.js");
    assert_eq!(named, wanted);
}

/// The words, signs and texts of a script, with a mark for each line break between two of them.
fn meaning(script: &str) -> Vec<String> {
    let mut meaning: Vec<String> = Vec::new();
    let mut ends_line = false;
    for piece in pieces(script) {
        if matches!(piece.kind, Kind::Space | Kind::Comment) {
            ends_line |= piece.text.contains('\n');
            continue;
        }
        if ends_line && !meaning.is_empty() {
            meaning.push("\n".to_owned());
        }
        ends_line = false;
        meaning.push(piece.text.to_owned());
    }
    meaning
}

/// Adds a module and all modules that it imports at its start, each by its path below the folder.
fn add_imported(module: &str, found: &mut BTreeSet<String>) {
    if !found.insert(module.to_owned()) {
        return;
    }
    let script = fs::read_to_string(root().join(FOLDER).join(module)).unwrap();
    let tokens = tokens(&script);
    for pair in tokens.windows(2) {
        if pair[0].text != "from" || pair[1].kind != Kind::Text {
            continue;
        }
        let mut path = PathBuf::from(module);
        path.pop();
        for part in pair[1].text.trim_matches('"').split('/') {
            match part {
                "." => {}
                ".." => assert!(path.pop(), "{module} imports from outside"),
                name => path.push(name),
            }
        }
        add_imported(path.to_str().unwrap(), found);
    }
}

fn findings(path: &str, text: &str) -> Vec<String> {
    let mut found = long_functions(path, &tokens(text));
    let lines = text.lines().count();
    if lines > FILE_LINES_MAX {
        found.push(format!("{path}: {lines} lines, at most {FILE_LINES_MAX} are one subject"));
    }
    found
}

fn tokens(text: &str) -> Vec<Piece<'_>> {
    pieces(text).into_iter().filter(|piece| !matches!(piece.kind, Kind::Space | Kind::Comment)).collect()
}

fn long_functions(path: &str, tokens: &[Piece]) -> Vec<String> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let Some((first, last)) = function_at(tokens, at) else { continue };
        let end = tokens[last].line + tokens[last].text.matches('\n').count();
        let lines = end + 1 - tokens[first].line;
        if lines > FUNCTION_LINES_MAX {
            let name = name_of(tokens, first);
            let line = tokens[first].line;
            found.push(format!("{path}:{line}: {name} has {lines} lines, at most {FUNCTION_LINES_MAX} fit"));
        }
    }
    found
}

/// The first and the last token of a function. The given token is `function`, the arrow, or the
/// name of a method.
fn function_at(tokens: &[Piece], at: usize) -> Option<(usize, usize)> {
    const NO_METHODS: [&str; 7] = ["if", "for", "while", "switch", "catch", "function", "with"];
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    if text(at) == "function" {
        let parameters = (at..tokens.len()).find(|at| text(*at) == "(")?;
        let body = end_of_group(tokens, parameters) + 1;
        return (text(body) == "{").then(|| (at, end_of_group(tokens, body)));
    }
    if text(at) == "=" && text(at + 1) == ">" && at > 0 {
        let first = if text(at - 1) == ")" { start_of_group(tokens, at - 1) } else { at - 1 };
        return Some((first, end_of_body(tokens, at + 2)));
    }
    let follows_function = at > 0 && matches!(text(at - 1), "function" | "*");
    if tokens[at].kind == Kind::Word
        && text(at + 1) == "("
        && !follows_function
        && !NO_METHODS.contains(&text(at))
    {
        let body = end_of_group(tokens, at + 1) + 1;
        return (text(body) == "{").then(|| (at, end_of_group(tokens, body)));
    }
    None
}

/// The name of a function: its own, or that of the variable or property that holds it.
fn name_of(tokens: &[Piece], first: usize) -> String {
    let is_name = |at: usize| tokens[at].kind == Kind::Word && tokens[at].text != "async";
    let text = |at: usize| tokens[at].text;
    if text(first) == "function" {
        if is_name(first + 1) {
            return text(first + 1).to_owned();
        }
    } else if is_name(first) && tokens.get(first + 1).is_some_and(|token| token.text == "(") {
        return text(first).to_owned();
    }
    let before = first - usize::from(first > 0 && text(first - 1) == "async");
    if before > 1 && matches!(text(before - 1), "=" | ":") && is_name(before - 2) {
        return text(before - 2).to_owned();
    }
    "a function".to_owned()
}

/// The last token of an arrow function's body, which is a block or an expression.
fn end_of_body(tokens: &[Piece], body: usize) -> usize {
    let mut at = body;
    if tokens[at].text == "{" {
        return end_of_group(tokens, at);
    }
    while at < tokens.len() && !matches!(tokens[at].text, "," | ";" | ")" | "]" | "}") {
        at = if matches!(tokens[at].text, "(" | "[" | "{") { end_of_group(tokens, at) + 1 } else { at + 1 };
    }
    at - 1
}

/// The index of the token that closes the group which this token opens.
fn end_of_group(tokens: &[Piece], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        depth += depth_of(token);
        if depth == 0 {
            return at;
        }
    }
    tokens.len() - 1
}

/// The index of the token that opens the group which this token closes.
fn start_of_group(tokens: &[Piece], close: usize) -> usize {
    let mut depth = 0;
    for at in (0..=close).rev() {
        depth += depth_of(&tokens[at]);
        if depth == 0 {
            return at;
        }
    }
    0
}

fn depth_of(token: &Piece) -> i32 {
    match token.text {
        "{" | "(" | "[" => 1,
        "}" | ")" | "]" => -1,
        _ => 0,
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every script below a folder, with its path.
fn scripts(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(scripts(&path));
        } else if path.extension().is_some_and(|ending| ending == "js") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}
