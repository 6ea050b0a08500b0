//! Rules for the texts that people and programs choose, such as names, and the words of sentences.

use std::fmt::Display;

/// True if this is one line of text: not empty, at most `bytes_max` bytes, without control
/// characters.
pub fn is_line(text: &str, bytes_max: usize) -> bool {
    !text.is_empty() && text.len() <= bytes_max && !text.chars().any(char::is_control)
}

/// True if this is a text of any number of lines: at most `bytes_max` bytes, and no control
/// characters except line ends and tabs.
pub fn is_lines(text: &str, bytes_max: usize) -> bool {
    let is_forbidden = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
    text.len() <= bytes_max && !text.chars().any(is_forbidden)
}

/// A number and the noun that it counts, such as `1 second` and `2 seconds`, for English sentences.
pub fn counted<N: Display + From<u8> + PartialEq>(count: N, one: &str, many: &str) -> String {
    let noun = if count == N::from(1) { one } else { many };
    format!("{count} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_short_visible_and_not_empty() {
        for (text, is_one) in
            [("a", true), ("äö", true), ("", false), ("äöü", false), ("a\tb", false), ("a\u{85}", false)]
        {
            assert_eq!(is_line(text, 5), is_one, "{text:?}");
        }
    }

    #[test]
    fn one_thing_is_not_called_things() {
        let said = [0, 1, 2].map(|count: u64| counted(count, "second", "seconds"));
        assert_eq!(said, ["0 seconds", "1 second", "2 seconds"]);
        assert_eq!(counted(1_usize, "file is", "files are"), "1 file is");
    }

    #[test]
    fn lines_may_be_parted_and_set_in() {
        for (text, are_some) in
            [("", true), ("a\n\tb", true), ("a\rb", false), ("\u{0}", false), ("123456", false)]
        {
            assert_eq!(is_lines(text, 5), are_some, "{text:?}");
        }
    }
}
