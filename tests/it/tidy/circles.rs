//! Tests that there are no circles of files: a file must not use another one that uses it, directly
//! or through others. Imports, paths and methods count, the methods as far as `Owners` finds them.
//! A `mod.rs` may use the files of its folder, and these may use what it shares.

use super::owners::Owners;
use super::{Source, sources};
use std::collections::{BTreeMap, BTreeSet};

/// The circles that are allowed. ARCHITECTURE.md says why.
const NAMED: [&[&str]; 1] = [&["api::params", "api::record", "api::reply", "api::schema"]];

#[test]
fn no_files_use_each_other_in_a_circle() {
    let found = circles(&sources("src"));
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// A check that never finds anything proves nothing. So this test plants each kind of circle in a
/// few files.
#[test]
fn planted_circles_are_found() {
    let list = ("src/domain/files/list.rs", "use crate::base::size; impl Cloud { pub fn list(&self) {} }");
    let shared = ("src/disk/mod.rs", "mod a; mod b; pub use a::Way; pub struct Root;");
    for (first, second, wanted) in [
        (("src/disk/a.rs", "use super::b::B;"), ("src/disk/b.rs", "use super::a::A;"), "disk::a -> disk::b"),
        (("src/disk/a.rs", "use super::b::B;"), ("src/disk/b.rs", "use super::Way;"), "disk::a -> disk::b"),
        (
            ("src/disk/a.rs", "fn f() { crate::disk::b::g(); }"),
            ("src/disk/b.rs", "fn g() { super::Way::new(); }"),
            "disk::a -> disk::b",
        ),
        (
            ("src/disk/a.rs", "use super::b::B; impl Volume { fn open(&self) {} }"),
            ("src/disk/b.rs", "impl Volume { fn read(&self) { self.open(); } }"),
            "disk::a -> disk::b",
        ),
        (
            ("src/disk/a.rs", "impl Volume { fn open(&self) {} fn close(&self) { self.sync(); } }"),
            ("src/disk/b.rs", "impl Volume { fn sync(&self) {} }\nfn f(volume: &Volume) { volume.open(); }"),
            "disk::a -> disk::b",
        ),
        (
            ("src/domain/index/x.rs", "impl Cloud { fn f(&self) { self.list() } }"),
            ("src/base/size.rs", "fn f() { crate::domain::index::x::f() }"),
            "base::size -> domain::index::x -> domain::files::list",
        ),
        (
            ("src/store/mod.rs", "mod a; use a::A;"),
            ("src/store/a.rs", "use crate::disk::Root; use crate::base::x;"),
            "",
        ),
    ] {
        let planted: Vec<_> = [list, shared, first, second].map(owned).into();
        let found = circles(&planted);
        let is_wanted = found.len() == usize::from(!wanted.is_empty()) && found.concat().contains(wanted);
        assert!(is_wanted, "{first:?} {second:?}\nfound {found:?}");
    }
}

fn owned((path, text): (&str, &str)) -> (String, String) {
    (path.to_owned(), text.to_owned())
}

/// The files that each file uses, each with the line and the name that is used there.
type Uses = BTreeMap<String, BTreeMap<String, (usize, String)>>;

/// The shortest circle of every group of files that use each other.
fn circles(sources: &[(String, String)]) -> Vec<String> {
    let uses = uses(sources);
    let mut found = Vec::new();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for file in uses.keys() {
        let Some(circle) = shortest_circle(&uses, file) else { continue };
        if circle.iter().any(|file| told.contains(file)) {
            continue;
        }
        told.extend(&circle);
        let steps = circle.iter().zip(circle.iter().cycle().skip(1));
        let reasons = steps.map(|(from, to)| {
            let (line, what) = &uses[*from][*to];
            format!("    {from}:{line} uses {what}")
        });
        found.push(format!("{} -> {file}\n{}", circle.join(" -> "), reasons.collect::<Vec<_>>().join("\n")));
    }
    found
}

/// The files on the shortest way from a file back to itself.
fn shortest_circle<'a>(uses: &'a Uses, start: &'a str) -> Option<Vec<&'a str>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next: Vec<&str> = vec![start];
    while !next.is_empty() {
        let mut after = Vec::new();
        for from in next {
            for to in uses.get(from).into_iter().flat_map(BTreeMap::keys) {
                if to == start {
                    let mut way = vec![from];
                    while *way.last()? != start {
                        way.push(before[way.last()?]);
                    }
                    way.reverse();
                    return Some(way);
                }
                if !before.contains_key(to.as_str()) {
                    before.insert(to, from);
                    after.push(to.as_str());
                }
            }
        }
        next = after;
    }
    None
}

fn uses(sources: &[(String, String)]) -> Uses {
    let sources: Vec<Source> = sources.iter().map(|(path, text)| Source::read(path, text)).collect();
    let owners = Owners::of(&sources, |source| source.module.join("::"));
    let files = Files::of(&sources);
    let mut uses = Uses::new();
    for source in &sources {
        let from = source.module.join("::");
        for (line, to, what) in [files.paths(source), owners.uses(source)].concat() {
            let is_shared_here = from.starts_with(&format!("{to}::"));
            let is_named = NAMED.iter().any(|circle| circle.contains(&&*from) && circle.contains(&&*to));
            if to != from && !is_shared_here && !is_named {
                uses.entry(from.clone()).or_default().entry(to).or_insert((line, what));
            }
        }
    }
    uses
}

/// The modules that are files, and the names that each module re-exports.
struct Files {
    modules: BTreeSet<Vec<String>>,
    handed_on: BTreeMap<Vec<String>, Vec<String>>,
}

impl Files {
    fn of(sources: &[Source]) -> Files {
        let modules = sources.iter().map(|source| source.module.clone()).collect();
        let mut files = Files { modules, handed_on: BTreeMap::new() };
        for source in sources {
            for path in source.paths.iter().filter(|path| path.is_handed_on) {
                let Some(names) = files.absolute(&path.names, &path.place) else { continue };
                let name = names[names.len() - 1..].to_vec();
                files.handed_on.insert([source.module.clone(), name].concat(), names);
            }
        }
        files
    }

    /// The files that a source names by paths.
    fn paths(&self, source: &Source) -> Vec<(usize, String, String)> {
        let mut uses = Vec::new();
        for path in source.paths.iter().filter(|path| !path.is_test && !path.is_handed_on) {
            let Some(mut names) = self.absolute(&path.names, &path.place) else { continue };
            while let Some(more) = self.handed_on_by(&names) {
                names = more;
            }
            let file = (1..=names.len()).rev().find(|length| self.modules.contains(&names[..*length]));
            if let Some(length) = file {
                uses.push((path.line, names[..length].join("::"), names.join("::")));
            }
        }
        uses
    }

    fn handed_on_by(&self, names: &[String]) -> Option<Vec<String>> {
        (2..=names.len()).find_map(|length| {
            let to = self.handed_on.get(&names[..length])?;
            // A module and a name that it re-exports may be the same word, as in `pub use
            // entry::entry`.
            let is_module = names.len() > length && to.starts_with(&names[..length]);
            (!is_module).then(|| [to, &names[length..]].concat())
        })
    }

    /// The path from the top; `None` if it leads to another crate or to an item of the same file.
    fn absolute(&self, names: &[String], place: &[String]) -> Option<Vec<String>> {
        let steps = names.iter().take_while(|name| *name == "super").count();
        let above = place.len().saturating_sub(steps);
        match names[0].as_str() {
            "crate" => Some(names[1..].to_vec()),
            "super" => Some([&place[..above], &names[steps..]].concat()),
            "self" => Some([place, &names[1..]].concat()),
            _ => {
                let below = [place, &names[..1]].concat();
                self.modules.contains(&below).then(|| [place, names].concat())
            }
        }
    }
}
