//! Tests the results of searches, and their order.

use super::*;
use crate::error::{Code, Error};
use crate::store::index;

#[test]
fn a_text_is_words_whatever_is_in_it() {
    let words = |text: &str| Search::parse(text).unwrap().words;
    assert_eq!(words("Tax 2023.PDF"), ["2023.pdf", "tax"]);
    assert_eq!(words("  *.JPG\0 a\ta "), [".jpg", "a"]);
    assert_eq!(words("\"x\" OR (name:y) -z^"), ["\"x\"", "(name:y)", "-z^", "or"]);
    assert!(words(" * ").is_empty() && words("").is_empty());
    assert_eq!(Search::parse(&"x".repeat(1001)).unwrap_err().code, Code::Invalid);
}

#[test]
fn better_matches_come_first() {
    let search = Search::parse("Tax").unwrap();
    let mut names = ["syntax.txt", "my tax", "Tax 2023", "tax", "income-tax.pdf"];
    names.sort_by_key(|name| search.rank(&fold(name), false));
    assert_eq!(names[..2], ["tax", "Tax 2023"]);
    assert_eq!(names[4], "syntax.txt");
    assert!(search.rank("tax 1", true) < search.rank("tax 1", false));
}

#[test]
fn few_among_many_are_found_and_too_many_are_said_to_be() {
    let store = crate::store::test_store();
    store
        .write(|tx| {
            let facts = |is_folder| nodes::NodeFacts {
                is_folder,
                size_bytes: 0,
                modified_nanoseconds: 0,
                inode: 0,
                changed_nanoseconds: None,
            };
            let folder = |parent, name: &str| index::save(tx, parent, name, &facts(true), None);
            let root = folder(nodes::NO_PARENT, "volume")?;
            let (large, small) = (folder(root, "large")?, folder(root, "small")?);
            let also_large = folder(root, "also large")?;
            for number in 0..CANDIDATES_MAX + 1000 {
                index::save(tx, large, &format!("photo {number:05}.jpg"), &facts(false), None)?;
                index::save(tx, also_large, &format!("{number:05}"), &facts(false), None)?;
            }
            let inner = folder(small, "inner")?;
            for (parent, name) in [(inner, "photo of us.jpg"), (also_large, "photo of us too.jpg")] {
                index::save(tx, parent, name, &facts(false), None)?;
            }
            let among = |text: &str, among| {
                let found = find(tx, &Search::parse(text)?, &[], among)?;
                let names: Vec<_> = found.matches.iter().map(|hit| hit.name.clone()).collect();
                Ok::<_, Error>((names, found.is_all))
            };
            let found = |text: &str, root| among(text, Among::Below(root));
            let us = |name: &str| (vec![name.to_owned()], true);
            // There are many candidates outside of both folders. The small folder is walked, and
            // for the large one the candidates are examined.
            assert_eq!(found("photo", small)?, us("photo of us.jpg"));
            assert_eq!(found("ph", small)?, us("photo of us.jpg"));
            assert_eq!(found("photo", also_large)?, us("photo of us too.jpg"));
            assert_eq!(found("us too", also_large)?, us("photo of us too.jpg"));
            // Texts shorter than the indexed parts of names.
            assert_eq!(found("oo", also_large)?, us("photo of us too.jpg"));
            assert_eq!(found("us", root)?.0.len(), 2);
            for text in ["photo", "ph", ""] {
                let (names, is_all) = found(text, large)?;
                assert_eq!((names.len(), is_all), (MATCHES_MAX, false), "{text}");
            }
            // Entries in a missing folder are missing.
            index::mark_missing(tx, inner)?;
            assert!(found("photo of us.jpg", root)?.0.is_empty());
            Ok(())
        })
        .unwrap();
}
