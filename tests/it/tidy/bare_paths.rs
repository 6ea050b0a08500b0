//! Tests that the functions of the domain take a proof of rights, and never a bare path, wherever a
//! person acts.

use super::{Source, Token, end_of_group, sources};

/// The rooms that turn paths into proofs, or that act for no person.
const BELOW_PROOFS: [&str; 6] = ["access", "accounts", "index", "maintenance", "quota", "volumes"];
/// The types through which entry points use the domain.
const ENTRY_TYPES: [&str; 2] = ["Cloud", "CloudView"];

#[test]
fn who_acts_shows_a_proof_and_no_bare_path() {
    let found = findings(&sources("src/domain"));
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// A check that never finds anything proves nothing. So this test plants each kind of breach in a
/// text.
#[test]
fn planted_bare_paths_are_found_and_proofs_are_not() {
    for (text, wanted) in [
        ("impl Cloud { fn f(&self, user: &User, path: &CloudPath) {} }", "f takes"),
        ("fn g(path: CloudPath, at: (&User, u8)) {}", "g takes"),
        ("fn h<'a>(user: &'a User, paths: &'a [CloudPath]) {}", "h takes"),
        ("impl CloudView<'_> { pub fn k(&self, path: &CloudPath) {} }", "k takes"),
        ("impl Cloud { pub fn l(&self, f: u8, path: Option<&CloudPath>) {} }", "l takes"),
        ("fn m<F: Fn(u8)>(f: F, user: &User, path: &CloudPath) {}", "m takes"),
        ("impl Cloud { pub(in crate::domain) fn f(&self, path: &CloudPath) {} }", ""),
        ("impl Cloud { pub fn f(&self, user: &User, path: &Readable) -> Result<CloudPath> {} }", ""),
        ("impl Cloud { fn f(&self, user: &User, is_wanted: impl Fn(&CloudPath) -> bool) {} }", ""),
        ("impl Listing { pub fn f(&self, path: &CloudPath) {} }", ""),
        ("#[cfg(test)] mod tests { fn f(user: &User, path: &CloudPath) {} }", ""),
    ] {
        let found = findings(&[("src/domain/files/x.rs".to_owned(), text.to_owned())]);
        let is_wanted = found.len() == usize::from(!wanted.is_empty()) && found.concat().contains(wanted);
        assert!(is_wanted, "{text}\nfound {found:?}");
        let below = findings(&[("src/domain/access/x.rs".to_owned(), text.to_owned())]);
        assert!(below.is_empty(), "{below:?}");
    }
}

fn findings(sources: &[(String, String)]) -> Vec<String> {
    sources.iter().flat_map(|(path, text)| findings_in(&Source::read(path, text))).collect()
}

fn findings_in(source: &Source) -> Vec<String> {
    let room = source.module.get(1).map_or("", String::as_str);
    let (tokens, mut found) = (&source.tokens, Vec::new());
    if BELOW_PROOFS.contains(&room) {
        return found;
    }
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.text == text);
    let doors: Vec<_> = super::owners::impls(source)
        .into_iter()
        .filter(|(of, _)| ENTRY_TYPES.contains(&of.as_str()))
        .collect();
    for at in (0..tokens.len()).filter(|at| is(*at, "fn") && !tokens[*at].is_test) {
        let Some(name) = tokens.get(at + 1).filter(|token| token.is_word()) else { continue };
        let is_list = |at: &usize| is(*at, "(") && !is_closure(&tokens[*at - 1]);
        let Some(open) = (at + 2..tokens.len()).find(is_list) else { continue };
        let taken = parameters(&tokens[open..=end_of_group(tokens, open)]);
        let is_open = at > 0 && is(at - 1, "pub") && doors.iter().any(|(_, inside)| inside.contains(&at));
        if taken.contains(&"CloudPath") && (is_open || taken.contains(&"User")) {
            found.push(
                source.finding(name.line, &format!("{} takes a bare path: ask for a proof", name.text)),
            );
        }
    }
    found
}

/// The words in the parameters of a function, without the parameters of closures among them.
fn parameters(tokens: &[Token]) -> Vec<&str> {
    let (mut words, mut at) = (Vec::new(), 0);
    while let Some(token) = tokens.get(at) {
        if is_closure(token) && tokens.get(at + 1).is_some_and(|next| next.text == "(") {
            at = end_of_group(tokens, at + 1);
        } else {
            words.push(token.text.as_str());
        }
        at += 1;
    }
    words
}

fn is_closure(token: &Token) -> bool {
    ["Fn", "FnMut", "FnOnce"].contains(&token.text.as_str())
}
