//! Tests the architecture. It reads the sources and fails if a module uses a layer above it or
//! another entry point or back end, if a back end's library is used outside of its folder, or if
//! code has grown beyond what fits on a screen.

mod bare_paths;
mod circles;
mod map;
mod owners;
mod promises;
mod rooms;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The layers, lowest first. A module uses its own folder and the layers below.
const LAYERS: [Layer; 5] = [
    Layer { modules: &["base", "config", "error", "test_directory"], may_use_each_other: true },
    Layer { modules: &["disk", "http", "picture", "programs", "smtp", "store"], may_use_each_other: false },
    Layer { modules: &["domain"], may_use_each_other: false },
    Layer { modules: &["api", "monitor", "portal", "webdav"], may_use_each_other: false },
    Layer {
        modules: &[
            "allocator",
            "cli",
            "fuzzing",
            "host_names",
            "jobs",
            "keys",
            "lib",
            "logger",
            "mailing",
            "main",
            "reach",
            "serve",
        ],
        may_use_each_other: true,
    },
];

struct Layer {
    modules: &'static [&'static str],
    may_use_each_other: bool,
}

/// Crates and items that only some modules may use.
const FENCES: [Fence; 15] = [
    Fence { path: "rusqlite", modules: &["store"], free: &[] },
    // The parameters of the machine are plain values, which every module may read.
    Fence {
        path: "rustix",
        modules: &[
            "disk",
            "http",
            "picture",
            "programs",
            "cli",
            "host_names",
            "jobs",
            "keys",
            "main",
            "serve",
        ],
        free: &["param"],
    },
    Fence { path: "landlock", modules: &["programs"], free: &[] },
    Fence { path: "seccompiler", modules: &["programs"], free: &[] },
    Fence { path: "jpeg_decoder", modules: &["picture"], free: &[] },
    Fence { path: "image", modules: &["picture"], free: &[] },
    // `programs` tells the kernel which rights it gives up, and asks where a program lies.
    Fence { path: "std::fs", modules: &["disk", "programs"], free: &[] },
    // Every module may use `sendfile`: it moves bytes between two handles that are open already.
    Fence { path: "rustix::fs", modules: &["disk"], free: &["sendfile"] },
    Fence { path: "rustix::net", modules: &["http"], free: &[] },
    Fence { path: "std::os::unix::net", modules: &["http"], free: &[] },
    Fence { path: "mdns_sd", modules: &["http"], free: &[] },
    Fence { path: "socket2", modules: &["http"], free: &[] },
    Fence { path: "lettre", modules: &["smtp"], free: &[] },
    Fence { path: "if_addrs", modules: &["http"], free: &[] },
    // Addresses are plain values, which every module may use.
    Fence {
        path: "std::net",
        modules: &["http", "smtp"],
        free: &["IpAddr", "Ipv4Addr", "Ipv6Addr", "SocketAddr"],
    },
];

struct Fence {
    path: &'static str,
    modules: &'static [&'static str],
    /// Names below the path that every module may use.
    free: &'static [&'static str],
}

const FUNCTION_LINES_MAX: usize = 60;
const FILE_LINES_MAX: usize = 600;

#[test]
fn the_source_keeps_its_architecture() {
    let findings: Vec<String> = sources("src").iter().flat_map(|(path, text)| findings(path, text)).collect();
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn the_tests_skip_and_postpone_nothing() {
    let findings: Vec<String> = sources("tests/it")
        .iter()
        .flat_map(|(path, text)| {
            let source = Source::read(path, text);
            [forbidden_words(&source), long_file(path, text)].concat()
        })
        .collect();
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn every_module_has_a_floor_and_unsafe_code_is_forbidden() {
    let modules: BTreeSet<String> =
        sources("src").iter().map(|(path, _)| module_path(path)[0].clone()).collect();
    assert!(modules.contains("main") && modules.contains("domain"), "the source was read: {modules:?}");
    let unplaced: Vec<&String> = modules.iter().filter(|module| floor_of(module).is_none()).collect();
    assert!(unplaced.is_empty(), "give these a layer in LAYERS: {unplaced:?}");
    for crate_root in ["src/lib.rs", "src/main.rs"] {
        let text = fs::read_to_string(root().join(crate_root)).unwrap();
        assert!(text.contains("#![forbid(unsafe_code)]"), "{crate_root} forbids unsafe code");
    }
}

/// A check that never finds anything proves nothing. So this test plants each kind of breach in a
/// text.
#[test]
fn planted_breaches_are_found() {
    let long_function = format!("fn f() {{\n{}}}\n", "    g();\n".repeat(FUNCTION_LINES_MAX));
    let long_file = "\n".repeat(FILE_LINES_MAX + 1);
    for (path, text, wanted) in [
        ("src/base/x.rs", "use crate::domain::Cloud;", "base may not use domain"),
        ("src/domain/x.rs", "use crate::{base::size, api::Api};", "domain may not use api"),
        (
            "src/domain/x.rs",
            "fn f() { crate::http::go(); crate::portal::stop(); }",
            "domain may not use portal",
        ),
        ("src/api/x.rs", "use crate::portal::assets;", "api may not use portal"),
        ("src/store/x.rs", "use crate::disk::Volume;", "store may not use disk"),
        ("src/store/x.rs", "macro_rules! m { () => { $crate::http::go() }; }", "store may not use http"),
        ("src/config.rs", "use super::domain;", "config may not use domain"),
        ("src/api/user/x.rs", "use super::super::super::portal::assets;", "api may not use portal"),
        ("src/api/x.rs", "use crate::plugins::all;", "plugins has no layer"),
        ("src/api/x.rs", "use rusqlite::Connection;", "api may not touch rusqlite"),
        ("src/domain/x.rs", "fn f() { std::fs::read(\"x\"); }", "domain may not touch std::fs"),
        ("src/domain/x.rs", "use std::{fmt, fs};", "domain may not touch std::fs"),
        (
            "src/http/x.rs",
            "use rustix::{fd::OwnedFd, fs::{openat, sendfile}};",
            "http may not touch rustix::fs",
        ),
        ("src/domain/x.rs", "use std::net::{IpAddr, TcpStream};", "domain may not touch std::net"),
        ("src/disk/x.rs", "use rustix::net::connect;", "disk may not touch rustix::net"),
        ("src/api/x.rs", "use rustix::io::read;", "api may not touch rustix"),
        ("src/api/x.rs", "use std::os::unix::net::UnixStream;", "api may not touch std::os::unix::net"),
        ("src/domain/x.rs", "use image::DynamicImage;", "domain may not touch image"),
        ("src/serve.rs", "use mdns_sd::ServiceDaemon;", "serve may not touch mdns_sd"),
        ("src/serve.rs", "fn f() { if_addrs::get_if_addrs(); }", "serve may not touch if_addrs"),
        ("src/api/x.rs", "fn f() { unsafe { g() } }", "unsafe"),
        ("src/api/x.rs", "fn f() { todo!() }", "todo!"),
        ("src/api/x.rs", "fn f() { unimplemented!(\"later\") }", "unimplemented!"),
        ("src/api/x.rs", "fn f() { dbg!(1); }", "dbg!"),
        ("src/jobs.rs", "fn f() { eprintln!(\"{}\", 1); }", "eprintln! panics"),
        ("src/api/x.rs", "#[cfg(test)] mod tests { #[test] #[ignore] fn f() {} }", "#[ignore]"),
        ("src/api/x.rs", "#[cfg(test)] mod tests { #[test] #[ignore = \"slow\"] fn f() {} }", "#[ignore]"),
        ("src/api/x.rs", &long_function, "f has 62 lines"),
        ("src/api/x.rs", &long_file, "601 lines"),
    ] {
        let found = findings(path, text);
        assert!(found.len() == 1 && found[0].contains(wanted), "{path}: {text}\nfound {found:?}");
    }
}

#[test]
fn sound_code_has_no_findings() {
    let long_test = format!("#[cfg(test)]\nmod tests {{\nfn f() {{\n{}}}\n}}\n", "    g();\n".repeat(100));
    for (path, text) in [
        (
            "src/api/x.rs",
            "use crate::domain::Cloud; use crate::http::{Form, Request}; use super::wire; use crate::api::op;",
        ),
        ("src/base/x.rs", "use crate::error::Error; #[cfg(test)] mod tests { use super::*; }"),
        ("src/main.rs", "mod cli; fn main() { crate::cli::run(crate::store::open()); }"),
        ("src/domain/x.rs", "use std::net::{IpAddr, SocketAddr}; fn f(a: std::net::IpAddr) {}"),
        (
            "src/domain/x.rs",
            "/* crate::api */ // std::fs\nfn f() { g(\"crate::api\", r#\"std::fs \"unsafe\" \"#, '\"', b'\\''); }",
        ),
        ("src/domain/x.rs", "#[cfg(test)] mod tests { use std::fs; fn f() { super::g(); } }"),
        ("src/domain/tests/x.rs", "use std::fs;"),
        (
            "src/disk/x.rs",
            "use std::fs; use rustix::fs::openat; fn f<'a>(x: &'a str) -> [u8; { 3 }] { [0; 3] }",
        ),
        ("src/api/x.rs", &long_test),
    ] {
        let found = findings(path, text);
        assert!(found.is_empty(), "{path}: {text}\nfound {found:?}");
    }
}

/// All breaches in a file of the program.
fn findings(path: &str, text: &str) -> Vec<String> {
    let source = Source::read(path, text);
    [
        calls_up_or_sideways(&source),
        broken_fences(&source),
        forbidden_words(&source),
        panicking_output(&source),
        long_functions(&source),
        long_file(path, text),
    ]
    .concat()
}

fn calls_up_or_sideways(source: &Source) -> Vec<String> {
    let from = &source.module[0];
    let mut found = Vec::new();
    for path in &source.paths {
        let Some(to) = path.module_reached() else { continue };
        let wrong = match (floor_of(from), floor_of(to)) {
            (_, None) => Some(format!("{to} has no layer")),
            (Some(here), Some(there)) => {
                let may = from == to || there < here || (there == here && LAYERS[here].may_use_each_other);
                (!may).then(|| format!("{from} may not use {to}"))
            }
            (None, Some(_)) => None,
        };
        found.extend(wrong.map(|wrong| source.finding(path.line, &wrong)));
    }
    found
}

fn broken_fences(source: &Source) -> Vec<String> {
    let from = source.module[0].as_str();
    let mut found = Vec::new();
    for path in source.paths.iter().filter(|path| !path.is_test) {
        let text = path.names.join("::");
        for fence in FENCES.iter().filter(|fence| !fence.modules.contains(&from)) {
            let Some(rest) = text.strip_prefix(fence.path) else { continue };
            let is_free = fence.free.iter().any(|name| rest.split("::").nth(1) == Some(name));
            if (rest.is_empty() || rest.starts_with("::")) && !is_free {
                found.push(source.finding(path.line, &format!("{from} may not touch {}", fence.path)));
            }
        }
    }
    found
}

fn forbidden_words(source: &Source) -> Vec<String> {
    let text = |at: usize| source.tokens.get(at).map_or("", |token| token.text.as_str());
    let mut found = Vec::new();
    for (at, token) in source.tokens.iter().enumerate() {
        let is_called = text(at + 1) == "!";
        let wrong = match token.text.as_str() {
            "unsafe" => "unsafe code",
            "todo" if is_called => "todo!",
            "unimplemented" if is_called => "unimplemented!",
            "dbg" if is_called => "dbg!",
            "ignore" if at > 1 && text(at - 1) == "[" && text(at - 2) == "#" => "#[ignore]",
            _ => continue,
        };
        found.push(source.finding(token.line, wrong));
    }
    found
}

/// These macros panic if standard output or standard error cannot be written.
fn panicking_output(source: &Source) -> Vec<String> {
    const MACROS: [&str; 4] = ["print", "println", "eprint", "eprintln"];
    let calls = source
        .tokens
        .windows(2)
        .filter(|pair| !pair[0].is_test && MACROS.contains(&pair[0].text.as_str()) && pair[1].text == "!");
    calls
        .map(|pair| source.finding(pair[0].line, &format!("{}! panics: logger::tell", pair[0].text)))
        .collect()
}

fn long_functions(source: &Source) -> Vec<String> {
    let tokens = &source.tokens;
    let mut found = Vec::new();
    for at in 0..tokens.len().saturating_sub(1) {
        let is_free = tokens[at].is_test || tokens[at].is_macro;
        if is_free || tokens[at].text != "fn" || !tokens[at + 1].is_word() {
            continue;
        }
        let Some(body) = body_of(tokens, at) else { continue };
        let lines = tokens[end_of_group(tokens, body)].line - tokens[at].line + 1;
        if lines > FUNCTION_LINES_MAX {
            let name = &tokens[at + 1].text;
            found.push(source.finding(
                tokens[at].line,
                &format!("{name} has {lines} lines, at most {FUNCTION_LINES_MAX} fit"),
            ));
        }
    }
    found
}

fn long_file(path: &str, text: &str) -> Vec<String> {
    let lines = text.lines().count();
    let is_long = lines > FILE_LINES_MAX;
    is_long
        .then(|| format!("{path}: {lines} lines, at most {FILE_LINES_MAX} are one subject"))
        .into_iter()
        .collect()
}

fn floor_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.modules.contains(&module))
}

/// A source file, split into tokens.
struct Source {
    file: String,
    /// The path of the file's module from the top: for `src/api/user/files.rs` it is `api`, `user`,
    /// `files`.
    module: Vec<String>,
    tokens: Vec<Token>,
    paths: Vec<UsedPath>,
}

/// A word or a sign of the source. Comments and the insides of strings are left out.
struct Token {
    text: String,
    line: usize,
    is_test: bool,
    is_macro: bool,
}

/// A path that the code names, for example `crate::x::y`. Groups in braces become several paths.
struct UsedPath {
    names: Vec<String>,
    line: usize,
    is_test: bool,
    /// True for `pub use`, which offers the name from this module too.
    is_handed_on: bool,
    /// The module in which the code stands.
    place: Vec<String>,
}

impl Token {
    fn is_word(&self) -> bool {
        self.text.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_')
    }
}

impl UsedPath {
    /// The top module to which the path leads, if the path begins with `crate` or `super`.
    fn module_reached(&self) -> Option<&String> {
        if self.names[0] == "crate" {
            return self.names.get(1);
        }
        let steps = self.names.iter().take_while(|name| *name == "super").count();
        if steps == 0 {
            return None;
        }
        let above = self.place.len().saturating_sub(steps);
        if above > 0 { self.place.first() } else { self.names.get(steps) }
    }
}

impl Source {
    fn read(path: &str, text: &str) -> Source {
        let mut tokens = tokens(text);
        mark_tests(&mut tokens, path.contains("/tests/"));
        mark_macros(&mut tokens);
        let module = module_path(path);
        let paths = used_paths(&tokens, &module);
        Source { file: path.to_owned(), module, tokens, paths }
    }

    fn finding(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.file)
    }
}

fn module_path(path: &str) -> Vec<String> {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').map(str::to_owned).collect()
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let length = if first.is_whitespace() {
            first.len_utf8()
        } else if let Some(length) = unread_length(rest) {
            length
        } else {
            let word =
                rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
            let length = if word > 0 { word } else { first.len_utf8() };
            tokens.push(Token { text: rest[..length].to_owned(), line, is_test: false, is_macro: false });
            length
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// The length of the comment, string, character or lifetime that begins here.
fn unread_length(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(text.find("*/").map_or(text.len(), |end| end + 2));
    }
    let prefix = text.bytes().take(3).position(|byte| b"\"'#".contains(&byte))?;
    if !["", "b", "c", "r", "br", "cr"].contains(&&text[..prefix]) {
        return None;
    }
    let (prefix, quoted) = text.split_at(prefix);
    let length = match quoted.as_bytes()[0] {
        b'"' if !prefix.ends_with('r') => quoted_length(quoted, '"'),
        b'"' | b'#' if prefix.ends_with('r') => {
            let hashes = quoted.bytes().take_while(|byte| *byte == b'#').count();
            let end = format!("\"{}", "#".repeat(hashes));
            // Without a quotation mark this is a raw name, such as r#type.
            let inside = quoted[hashes..].strip_prefix('"')?;
            inside.find(&end).map(|at| hashes + 1 + at + end.len())
        }
        b'\'' => {
            let mut letters = quoted.chars().skip(1);
            let is_character = letters.next() == Some('\\') || letters.next() == Some('\'');
            if is_character { quoted_length(quoted, '\'') } else { Some(1) }
        }
        _ => None,
    }?;
    Some(prefix.len() + length)
}

fn quoted_length(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if letter == quote && !is_escaped {
            return Some(at + 1);
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    None
}

fn mark_tests(tokens: &mut [Token], is_test_file: bool) {
    const ATTRIBUTE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    for at in 0..tokens.len() {
        tokens[at].is_test |= is_test_file;
        let follows = |(offset, wanted): (usize, &&str)| {
            tokens.get(at + offset).is_some_and(|token| token.text == **wanted)
        };
        if ATTRIBUTE.iter().enumerate().all(follows) {
            let end = match tokens[at..].iter().position(|token| token.text == "{" || token.text == ";") {
                Some(offset) if tokens[at + offset].text == "{" => end_of_group(tokens, at + offset),
                Some(offset) => at + offset,
                None => tokens.len() - 1,
            };
            tokens[at..=end].iter_mut().for_each(|token| token.is_test = true);
        }
    }
}

fn mark_macros(tokens: &mut [Token]) {
    for at in 0..tokens.len().saturating_sub(3) {
        if tokens[at].text == "macro_rules" {
            let end = end_of_group(tokens, at + 3);
            tokens[at..=end].iter_mut().for_each(|token| token.is_macro = true);
        }
    }
}

/// The index of the token that closes the group which this token opens.
fn end_of_group(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len() - 1
}

/// The index of the token that opens the body of a function; `None` if the function is only
/// declared.
fn body_of(tokens: &[Token], mut at: usize) -> Option<usize> {
    loop {
        match tokens.get(at)?.text.as_str() {
            "(" | "[" => at = end_of_group(tokens, at),
            "{" => return Some(at),
            ";" => return None,
            _ => {}
        }
        at += 1;
    }
}

fn used_paths(tokens: &[Token], module: &[String]) -> Vec<UsedPath> {
    let mut paths = Vec::new();
    // The inline modules around the token, each with the index of the token that closes it.
    let mut inside: Vec<(String, usize)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        inside.retain(|(_, end)| at <= *end);
        let is_inline = |name: usize| tokens.get(name + 1).is_some_and(|token| token.text == "{");
        if tokens[at].text == "mod" && is_inline(at + 1) {
            inside.push((tokens[at + 1].text.clone(), end_of_group(tokens, at + 2)));
            at += 3;
            continue;
        }
        let goes_on = at > 0 && (tokens[at - 1].text == ":" || tokens[at - 1].text == ".");
        if !tokens[at].is_word() || goes_on {
            at += 1;
            continue;
        }
        let place: Vec<String> =
            module.iter().cloned().chain(inside.iter().map(|(name, _)| name.clone())).collect();
        let text = |back: usize| at.checked_sub(back).map_or("", |at| tokens[at].text.as_str());
        let is_handed_on = text(1) == "use" && (text(2) == "pub" || text(2) == ")");
        let mut found = Vec::new();
        at = spread(tokens, at, &mut Vec::new(), &mut found);
        let paths_here = found.into_iter().filter(|(names, _)| names.len() > 1);
        paths.extend(paths_here.map(|(names, at)| UsedPath {
            names,
            line: tokens[at].line,
            is_test: tokens[at].is_test,
            is_handed_on,
            place: place.clone(),
        }));
    }
    paths
}

/// Splits a path such as `a::b::{c, d::e}` into whole paths, each with the index of its last token.
/// Returns the index of the token after it.
fn spread(
    tokens: &[Token],
    mut at: usize,
    before: &mut Vec<String>,
    found: &mut Vec<(Vec<String>, usize)>,
) -> usize {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let depth = before.len();
    before.push(tokens[at].text.clone());
    while text(at + 1) == ":" && text(at + 2) == ":" {
        if text(at + 3) == "{" {
            let end = end_of_group(tokens, at + 3);
            at += 4;
            while at < end {
                at = if tokens[at].is_word() { spread(tokens, at, before, found) } else { at + 1 };
            }
            before.truncate(depth);
            return end + 1;
        }
        if !tokens.get(at + 3).is_some_and(Token::is_word) {
            break;
        }
        at += 3;
        before.push(tokens[at].text.clone());
    }
    found.push((before.clone(), at));
    before.truncate(depth);
    at + 1
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder of the project, with its path from the project's root.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            sources.extend(self::sources(&path));
        } else if path.ends_with(".rs") {
            sources.push((path, fs::read_to_string(entry.path()).unwrap()));
        }
    }
    sources
}
