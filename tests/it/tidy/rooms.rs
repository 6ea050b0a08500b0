//! Tests the order of the domain's rooms: a room may use only the rooms before it, whether by an
//! import, a method or a field. A method of `Cloud` belongs to the room whose file defines it.

use super::owners::{Owners, Use};
use super::{Source, end_of_group, sources};
use std::collections::BTreeSet;

/// The rooms in their order. Rooms in the same line do not use each other.
const ROOMS: [&[&str]; 10] = [
    &["runtime", "volumes"],
    &["mail"],
    &["accounts", "index"],
    &["access", "quota"],
    &["files"],
    &["metadata"],
    &["photos", "search", "social", "sync", "thumbnails", "upload"],
    &["remove_account"],
    &["sharing"],
    &["maintenance"],
];
/// The modules that every room may use: `Cloud` itself, calls and changes.
const COMMON: [&str; 3] = ["call", "change", "mod"];

#[test]
fn the_rooms_of_the_domain_use_those_below_alone() {
    let findings = findings(&sources("src/domain"));
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

/// A check that never finds anything proves nothing. So this test plants each kind of breach in a
/// few files.
#[test]
fn planted_breaches_between_rooms_are_found() {
    let cloud =
        ("src/domain/mod.rs", "pub struct Cloud { uploads: Arc<upload::part::Uploads>, store: Arc<Store> }");
    let files = (
        "src/domain/files/a.rs",
        "impl Cloud { pub fn list(&self) {} }\nimpl CloudView<'_> { fn seen(&self) {} }",
    );
    let rows = ("src/domain/files/b.rs", "impl IndexRows { fn restored(&self) {} }");
    let index = (
        "src/domain/index/rows.rs",
        "impl IndexRows { fn saved(&self) {} }\nimpl Cloud { fn visit(&self) {} }",
    );
    for (path, text, wanted) in [
        ("src/domain/index/x.rs", "use crate::domain::files::a;", "index may not use files (files::a)"),
        (
            "src/domain/index/x.rs",
            "use crate::domain::{Cloud, sync::Root};",
            "index may not use sync (sync::Root)",
        ),
        ("src/domain/index/x.rs", "use super::super::files::a;", "index may not use files (files::a)"),
        ("src/domain/volumes/x.rs", "use crate::domain::runtime::clock;", "volumes may not use runtime"),
        (
            "src/domain/index/x.rs",
            "fn f(cloud: &Cloud) { cloud.list(); }",
            "index may not use files (Cloud::list)",
        ),
        (
            "src/domain/index/x.rs",
            "fn f(t: &T) { t.cloud\n    .list(); }",
            "x.rs:2: index may not use files (Cloud::list)",
        ),
        ("src/domain/index/x.rs", "fn f() { g(Cloud::list) }", "index may not use files (Cloud::list)"),
        (
            "src/domain/index/x.rs",
            "impl Cloud { fn f(&self) { self.list() } }",
            "index may not use files (Cloud::list)",
        ),
        (
            "src/domain/index/x.rs",
            "fn f(c: &Cloud) { c.view().seen() }",
            "index may not use files (CloudView::seen)",
        ),
        (
            "src/domain/index/x.rs",
            "fn f(c: &Cloud) { c.rows().restored() }",
            "index may not use files (IndexRows::restored)",
        ),
        (
            "src/domain/files/x.rs",
            "fn f(cloud: &Cloud) { cloud.uploads.lock(); }",
            "files may not use upload (Cloud::uploads)",
        ),
        ("src/domain/attic/x.rs", "fn f() {}", "attic is no room"),
        ("src/domain/attic.rs", "fn f() {}", "attic is no room"),
    ] {
        let planted: Vec<_> = [cloud, files, rows, index, (path, text)].map(owned).into();
        let found = findings(&planted);
        assert!(found.len() == 1 && found[0].contains(wanted), "{path}: {text}\nfound {found:?}");
    }
}

#[test]
fn sound_rooms_have_no_findings() {
    let planted: Vec<_> = [
        (
            "src/domain/mod.rs",
            "pub struct Cloud { uploads: Arc<upload::part::Uploads> }\nuse maintenance::x;",
        ),
        ("src/domain/change.rs", "impl Cloud { fn settle(&self) {} }"),
        ("src/domain/index/a.rs", "impl Cloud { fn visit(&self) {} fn list(&self) {} }"),
        (
            "src/domain/files/a.rs",
            "impl Cloud { fn f(&self) { self.visit(); self.settle(); self.stop; self.store.list(); } }",
        ),
        ("src/domain/files/b.rs", "impl Listing { fn list(&self) { self.list(); volume.stop(); } }"),
        ("src/domain/maintenance/a.rs", "impl Cloud { fn stop(&self) { self.uploads.lock(); } }"),
        ("src/domain/files/c.rs", "#[cfg(test)] mod tests { fn f(cloud: &Cloud) { cloud.stop() } }"),
        ("src/domain/tests/a.rs", "use crate::domain::maintenance::a;"),
    ]
    .map(owned)
    .into();
    let found = findings(&planted);
    assert!(found.is_empty(), "{found:?}");
}

fn owned((path, text): (&str, &str)) -> (String, String) {
    (path.to_owned(), text.to_owned())
}

/// The places where a room uses another one that it may not use.
fn findings(sources: &[(String, String)]) -> Vec<String> {
    let sources: Vec<Source> = sources.iter().map(|(path, text)| Source::read(path, text)).collect();
    let mut owners = Owners::of(&sources, |source| room_of(&source.module).unwrap_or("").to_owned());
    for (name, room) in sources.iter().flat_map(fields) {
        owners.add("Cloud", name, room);
    }
    let mut found = BTreeSet::new();
    for source in &sources {
        let Some(from) = room_of(&source.module) else { continue };
        let Some(here) = rank(from) else {
            found.insert(source.finding(1, &format!("{from} is no room: give it a place in ROOMS")));
            continue;
        };
        for (line, to, what) in [imports(source), owners.uses(source)].concat() {
            if to != from && rank(&to).is_some_and(|there| there >= here) {
                found.insert(source.finding(line, &format!("{from} may not use {to} ({what})")));
            }
        }
    }
    found.into_iter().collect()
}

/// The room of a module; `None` for tests and for modules that every room may use.
fn room_of(module: &[String]) -> Option<&str> {
    let room = module.get(1)?.as_str();
    (room != "tests" && !COMMON.contains(&room)).then_some(room)
}

fn rank(room: &str) -> Option<usize> {
    ROOMS.iter().position(|rooms| rooms.contains(&room))
}

fn imports(source: &Source) -> Vec<Use> {
    let mut uses = Vec::new();
    for path in source.paths.iter().filter(|path| !path.is_test) {
        let steps = path.names.iter().take_while(|name| *name == "super").count();
        let kept = path.place.len().saturating_sub(steps);
        let names = match path.names[0].as_str() {
            "crate" => path.names[1..].to_vec(),
            "super" => [&path.place[..kept], &path.names[steps..]].concat(),
            _ => continue,
        };
        if names.len() > 2 && names[0] == "domain" {
            uses.push((path.line, names[1].clone(), names[1..].join("::")));
        }
    }
    uses
}

/// The fields of `Cloud` whose type tells to which room they belong.
fn fields(source: &Source) -> Vec<(String, String)> {
    let tokens = &source.tokens;
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let Some(at) = (0..tokens.len()).find(|at| text(*at) == "struct" && text(at + 1) == "Cloud") else {
        return Vec::new();
    };
    let (open, mut fields, mut name) = (at + 2, Vec::new(), "");
    for (at, token) in tokens.iter().enumerate().take(end_of_group(tokens, open)).skip(open) {
        let is_path = text(at + 1) == ":" && text(at + 2) == ":";
        if token.is_word() && text(at + 1) == ":" && !is_path && text(at - 1) != ":" {
            name = text(at);
        }
        if is_path && rank(text(at)).is_some() {
            fields.push((name.to_owned(), text(at).to_owned()));
        }
    }
    fields
}
