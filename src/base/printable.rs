//! Makes texts of others safe for a terminal, a log and a spreadsheet.

use std::borrow::Cow;

/// The text on one line, without control sequences for a terminal. Line ends become blanks; other
/// control characters, and those that change the direction of writing, become `\u{1b}` and the
/// like.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' | '\r' => shown.push(' '),
            obeyed if is_obeyed(obeyed) => shown.extend(obeyed.escape_unicode()),
            other => shown.push(other),
        }
    }
    Cow::Owned(shown)
}

fn is_obeyed(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn nothing_is_left_that_a_terminal_obeys() {
        for (text, shown) in [
            ("plain ä 照 \u{1f600}", "plain ä 照 \u{1f600}"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("a\r\nb", "a  b"),
            ("a\tb\u{7f}\u{9b}1m\0", "a\\u{9}b\\u{7f}\\u{9b}1m\\u{0}"),
            ("gpj.\u{202e}exe", "gpj.\\u{202e}exe"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }
}
