//! Tests that ARCHITECTURE.md names only files that exist and stays short enough to be read, and
//! that the decisions have a table of contents.

use std::fs;
use std::path::Path;

/// Each path on the page begins in one of these folders.
const TOPS: [&str; 4] = ["", "src", "src/domain", "src/portal"];
const WORDS_MAX: usize = 2000;

#[test]
fn the_map_names_files_that_exist_and_is_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let named = named(&page);
    assert!(named.len() > 30, "{named:?}");
    let missing: Vec<&String> = named.iter().filter(|path| !exists(root, path)).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md names what is not there: {missing:?}");
    let words = page.split_whitespace().count();
    assert!(words <= WORDS_MAX, "{words} words, at most {WORDS_MAX}");
}

#[test]
fn the_decisions_name_files_that_exist_and_are_all_in_the_table_of_contents() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/decisions.md")).unwrap();
    // The decisions also name paths in a data directory, so only source files are checked.
    let sources = named(&page).into_iter().filter(|path| path.ends_with(".rs"));
    let missing: Vec<String> = sources.filter(|path| !exists(root, path)).collect();
    assert!(missing.is_empty(), "docs/decisions.md names what is not there: {missing:?}");
    let groups: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let link = |group: &str| {
        let anchor: String = group.to_lowercase().replace(' ', "-");
        let is_kept = |letter: &char| letter.is_alphanumeric() || *letter == '-';
        format!("* [{group}](#{})", anchor.chars().filter(is_kept).collect::<String>())
    };
    let wanted: Vec<String> = groups.into_iter().map(link).collect();
    let listed: Vec<&str> = page.lines().filter(|line| line.starts_with("* [")).collect();
    assert_eq!(listed, wanted);
    assert!(wanted.len() > 8, "{wanted:?}");
}

#[test]
fn paths_are_found_in_a_page() {
    let page =
        "`api/user/*.rs`, `config.rs`; [x](docs/security.md). `/healthz` `Cloud` `or FAST` `a::b` [y](#z)";
    assert_eq!(named(page), ["api/user", "config.rs", "docs/security.md"]);
}

fn exists(root: &Path, path: &str) -> bool {
    TOPS.iter().any(|top| root.join(top).join(path).exists())
}

/// The paths that a page names, in code or as targets of links: words with a slash or with the
/// extension of a source or a page. `*` stands for any names in a folder.
fn named(page: &str) -> Vec<String> {
    let code = page.split('`').skip(1).step_by(2);
    let links = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let is_path = |text: &&str| {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./*".contains(&byte));
        let is_file = [".rs", ".md", ".ts", ".py"].iter().any(|end| text.ends_with(end));
        is_plain && !text.starts_with('/') && (text.contains('/') || is_file)
    };
    let folder = |text: &str| text.split("/*").next().unwrap_or(text).to_owned();
    code.chain(links).filter(is_path).map(folder).collect()
}
