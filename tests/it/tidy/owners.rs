//! Finds the file that defines a method or field which a source uses.

use super::{Source, end_of_group};
use std::collections::BTreeMap;

/// The variable names that are always of these types. Each type has methods in several files.
const RECEIVERS: [(&str, &str); 4] =
    [("cloud", "Cloud"), ("view", "CloudView"), ("rows", "IndexRows"), ("volume", "Volume")];

/// A line, the file that owns what is used there, and what is used.
pub type Use = (usize, String, String);

/// The owner of each method and field, by the type and the name. The name of a method ends with
/// brackets. `None` if several files define it.
pub struct Owners(BTreeMap<(String, String), Option<String>>);

impl Owners {
    pub fn of(sources: &[Source], owner: impl Fn(&Source) -> String) -> Owners {
        let mut owners = Owners(BTreeMap::new());
        for source in sources {
            for (of, inside) in impls(source) {
                for at in inside {
                    let (token, name) = (&source.tokens[at], source.tokens.get(at + 1));
                    if let ("fn", false, Some(name)) = (token.text.as_str(), token.is_test, name) {
                        owners.add(&of, format!("{}()", name.text), owner(source));
                    }
                }
            }
        }
        owners
    }

    pub fn add(&mut self, of: &str, name: String, owner: String) {
        let known = self.0.entry((of.to_owned(), name)).or_insert_with(|| Some(owner.clone()));
        if known.as_ref() != Some(&owner) {
            *known = None;
        }
    }

    /// The methods and fields that a source names.
    pub fn uses(&self, source: &Source) -> Vec<Use> {
        let tokens = &source.tokens;
        let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
        let mut uses = Vec::new();
        let mut meant = |at: usize, of: &str, is_method: bool| {
            let name = if is_method { format!("{}()", text(at)) } else { text(at).to_owned() };
            if let Some(Some(owner)) = self.0.get(&(of.to_owned(), name)) {
                uses.push((tokens[at].line, owner.clone(), format!("{of}::{}", text(at))));
            }
        };
        for (of, inside) in impls(source) {
            for at in inside.filter(|at| !tokens[*at].is_test) {
                if text(at) == "self" && text(at + 1) == "." {
                    meant(at + 2, &of, text(at + 3) == "(");
                }
            }
        }
        for at in (0..tokens.len()).filter(|at| !tokens[*at].is_test) {
            let after = if text(at + 1) == "(" && text(at + 2) == ")" { at + 3 } else { at + 1 };
            if let (".", Some((_, of))) = (text(after), RECEIVERS.iter().find(|(name, _)| *name == text(at)))
            {
                meant(after + 1, of, text(after + 2) == "(");
            }
            if text(at + 1) == ":" && text(at + 2) == ":" && RECEIVERS.iter().any(|(_, of)| *of == text(at)) {
                meant(at + 3, text(at), true);
            }
        }
        uses
    }
}

/// The types for which a source defines methods, each with the tokens of these.
pub fn impls(source: &Source) -> Vec<(String, std::ops::Range<usize>)> {
    let (tokens, mut found) = (&source.tokens, Vec::new());
    for at in 0..tokens.len() {
        if tokens[at].text != "impl" {
            continue;
        }
        let head =
            tokens[at..].iter().position(|token| token.text == "{" || token.text == ";" || token.text == "=");
        let Some(open) = head.map(|length| at + length).filter(|open| tokens[*open].text == "{") else {
            continue;
        };
        let words: Vec<&str> = tokens[at + 1..open].iter().map(|token| token.text.as_str()).collect();
        let name = words.iter().find(|word| word.starts_with(char::is_uppercase) && word.len() > 1);
        if let Some(name) = name.filter(|_| !words.contains(&"for")) {
            found.push(((*name).to_owned(), open..end_of_group(tokens, open)));
        }
    }
    found
}
