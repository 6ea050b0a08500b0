//! The words of a text, in the form in which the search compares them.

use super::fold::fold;
use unicode_normalization::char::is_combining_mark;

/// The maximum number of compared characters of a word. Longer words are cut.
const WORD_CHARACTERS_MAX: usize = 40;

/// The folded words of a text, each with the offset of its first byte. Words consist of letters and
/// digits. In scripts that do not separate words, every character is a word.
pub fn words(text: &str) -> impl Iterator<Item = (usize, String)> + '_ {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let begins = rest.find(is_in_words)?;
            let word = &rest[begins..];
            let first = word.chars().next()?;
            let length = match stands_alone(first) {
                true => first.len_utf8(),
                false => word.find(|other| !is_in_words(other) || stands_alone(other)).unwrap_or(word.len()),
            };
            let at = text.len() - word.len();
            rest = &word[length..];
            let plain = |character: &char| character.is_alphanumeric();
            let folded: String =
                fold(&word[..length]).chars().filter(plain).take(WORD_CHARACTERS_MAX).collect();
            if !folded.is_empty() {
                return Some((at, folded));
            }
        }
    })
}

/// True if a word is worth searching for: at least two letters, or a character that is a word by
/// itself.
pub fn is_telling(word: &str) -> bool {
    word.chars().nth(1).is_some() || word.chars().any(stands_alone)
}

fn is_in_words(character: char) -> bool {
    character.is_alphanumeric() || is_combining_mark(character)
}

/// Hiragana, Katakana, and Chinese and Japanese ideographs.
fn stands_alone(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fall_into_folded_words() {
        let of = |text: &str| words(text).map(|(_, word)| word).collect::<Vec<_>>();
        assert_eq!(of("Crème Brûlée, 2024-05: \"Süßes\""), ["creme", "brulee", "2024", "05", "susses"]);
        assert_eq!(of("cre\u{300}me don't a.b"), ["creme", "don", "t", "a", "b"]);
        assert_eq!(of("照片2024年ひ"), ["照", "片", "2024", "年", "ひ"]);
        assert!(of(" \u{300} -- \n").is_empty() && of("").is_empty());
        assert_eq!(of(&"x".repeat(100)), ["x".repeat(40)]);
        assert_eq!(words("ä öl").map(|(at, _)| at).collect::<Vec<_>>(), [0, 3]);
        assert!(is_telling("ab") && is_telling("照") && !is_telling("a"));
    }
}
