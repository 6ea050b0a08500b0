//! Names for other systems: characters that have another meaning there (`\\`, `:` and control
//! characters) are replaced by other letters. Different names of a folder stay different.

use crate::error::Result;
use std::borrow::Cow;

/// Marks a letter of a changed name that stands for itself. If the mark itself stands there, it is
/// doubled.
const MARK: char = '\u{ff05}';

/// The replacement of a letter; `None` if the letter can stay.
fn image(letter: char) -> Option<char> {
    match letter {
        '\\' => Some('\u{ff3c}'),
        ':' => Some('\u{ff1a}'),
        control if control.is_control() => char::from_u32(0xe000 + u32::from(control)),
        _ => None,
    }
}

fn is_image(letter: char) -> bool {
    matches!(letter, '\u{ff3c}' | '\u{ff1a}' | '\u{e000}'..='\u{e09f}')
}

/// A name in a form for other systems. `is_taken` tells whether another entry of the folder has a
/// name.
///
/// Names without such characters stay as they are. Two changed names never become the same, because
/// letters that look like replacements are marked in them. If another entry has the new name by
/// itself, a mark and a number are added. No other changed name ends like this.
pub fn portable(name: &str, is_taken: impl Fn(&str) -> Result<bool>) -> Result<Cow<'_, str>> {
    if !name.chars().any(|letter| image(letter).is_some()) {
        return Ok(Cow::Borrowed(name));
    }
    let mut changed = String::with_capacity(name.len() + 8);
    for letter in name.chars() {
        if letter == MARK || is_image(letter) {
            changed.push(MARK);
        }
        changed.push(image(letter).unwrap_or(letter));
    }
    let mut numbered = changed.clone();
    let mut number = 2;
    while is_taken(&numbered)? {
        numbered = format!("{changed}{MARK}{number}");
        number += 1;
    }
    Ok(Cow::Owned(numbered))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn different_names_stay_different() {
        let names = [
            "a:b",
            "a\u{ff1a}b",
            "a\u{ff05}\u{ff1a}b",
            "a\u{ff1a}b\u{ff05}2",
            "a:b\u{ff1a}",
            "a\u{ff1a}b:",
            "a\\b",
            "a\u{ff3c}b",
            "a\u{80}b",
            "a\u{e080}b",
            "a:\u{ff05}2",
            "a:",
            "a\u{ff1a}",
            "plain",
        ];
        let changed: BTreeSet<String> = names
            .iter()
            .map(|name| portable(name, |new| Ok(names.contains(&new))).unwrap().into_owned())
            .collect();
        assert_eq!(changed.len(), names.len(), "{changed:?}");
        assert!(
            changed.iter().all(|name| !name.contains(['\\', ':']) && !name.chars().any(char::is_control))
        );
        assert!(changed.contains("a\u{ff1a}b") && changed.contains("plain"), "what needs no change has none");
        assert_eq!(portable("a:b", |_| Ok(false)).unwrap(), "a\u{ff1a}b");
    }
}
