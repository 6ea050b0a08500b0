//! Names for other systems: characters that lead elsewhere there (`\\`, `:` and control characters) become letters of their own.
//! Different names of a folder stay different.

use crate::error::Result;
use std::borrow::Cow;

/// Marks a letter of a changed name that stands for itself. Doubled where it does so.
const MARK: char = '\u{ff05}';

/// The letter that stands for one that leads elsewhere.
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

/// A name as other systems take it. `is_taken`: whether a sibling is called so.
///
/// A name without such characters stays as it is. Of two changed names none becomes the other: in these a letter that looks like
/// an image is marked. Where a sibling has the new name by itself, a number behind a mark tells them apart, which no other
/// changed name ends with.
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
