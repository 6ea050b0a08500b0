//! Splits a script into words, signs, texts and comments. That is enough to leave out its comments
//! and to find its functions.
//!
//! It distinguishes a regular expression from a division by the piece before it, and takes a slash
//! after `)`, `]` or `}` for a division. So it would misread a script in which a statement begins
//! with a regular expression.

/// The kind of a piece of a script.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Space,
    Comment,
    /// A name, a keyword or a number.
    Word,
    /// One character that belongs to no other kind.
    Sign,
    /// A string in quotation marks, with them.
    Text,
    /// A part of a template: from its backtick or a `}` to the next `${` or backtick, with both.
    Template,
    Pattern,
}

/// A piece of a script, with its bytes as they stand there.
#[derive(Debug)]
pub struct Piece<'a> {
    pub kind: Kind,
    pub text: &'a str,
    /// The line that it begins on, from 1.
    pub line: usize,
}

/// After these words a slash begins a regular expression.
const BEFORE_PATTERN: [&str; 12] =
    ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await"];

/// All pieces of a script, in their order: together they are the script.
pub fn pieces(script: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece> = Vec::new();
    // For each template that is open, how many braces are open in its substitution.
    let mut templates: Vec<usize> = Vec::new();
    let (mut rest, mut line) = (script, 1);
    while let Some(first) = rest.chars().next() {
        let ends_substitution = first == '}' && templates.last() == Some(&0);
        let (kind, length) = if first.is_whitespace() {
            (Kind::Space, rest.find(|letter: char| !letter.is_whitespace()).unwrap_or(rest.len()))
        } else if rest.starts_with("//") {
            (Kind::Comment, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            (Kind::Comment, rest.find("*/").map_or(rest.len(), |end| end + 2))
        } else if first == '"' || first == '\'' {
            (Kind::Text, quoted_length(rest, first))
        } else if first == '`' || ends_substitution {
            if ends_substitution {
                templates.pop();
            }
            let length = template_length(rest);
            if rest[..length].ends_with("${") {
                templates.push(0);
            }
            (Kind::Template, length)
        } else if first == '/' && begins_pattern(&pieces) {
            (Kind::Pattern, pattern_length(rest))
        } else if is_word(first) {
            (Kind::Word, rest.find(|letter: char| !is_word(letter)).unwrap_or(rest.len()))
        } else {
            if let Some(open) = templates.last_mut() {
                *open = if first == '{' { *open + 1 } else { *open - usize::from(first == '}') };
            }
            (Kind::Sign, first.len_utf8())
        };
        let (text, after) = rest.split_at(length);
        pieces.push(Piece { kind, text, line });
        line += text.matches('\n').count();
        rest = after;
    }
    pieces
}

/// The script without its comments and the lines that held nothing else.
pub fn without_comments(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    for piece in pieces(script) {
        match piece.kind {
            Kind::Space if piece.text.contains('\n') => end_line(&mut kept, piece.text),
            // A comment of several lines ends a line as a line end does.
            Kind::Comment if piece.text.contains('\n') => end_line(&mut kept, "\n"),
            Kind::Comment => kept.push(' '),
            _ => kept.push_str(piece.text),
        }
    }
    let end = kept.trim_end().len();
    kept.truncate(end);
    kept.push('\n');
    kept
}

/// Begins a new line, with the indentation that `space` ends with.
fn end_line(kept: &mut String, space: &str) {
    let end = kept.trim_end().len();
    kept.truncate(end);
    if !kept.is_empty() {
        kept.push('\n');
    }
    kept.push_str(&space[space.rfind('\n').map_or(0, |at| at + 1)..]);
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

fn begins_pattern(before: &[Piece]) -> bool {
    let last = before.iter().rev().find(|piece| !matches!(piece.kind, Kind::Space | Kind::Comment));
    last.is_none_or(|piece| match piece.kind {
        Kind::Word => BEFORE_PATTERN.contains(&piece.text),
        Kind::Sign => !matches!(piece.text, ")" | "]" | "}"),
        Kind::Template => piece.text.ends_with("${"),
        _ => false,
    })
}

fn quoted_length(text: &str, quote: char) -> usize {
    length_until(text, |rest| rest.starts_with(quote).then_some(1))
}

fn template_length(text: &str) -> usize {
    length_until(
        text,
        |rest| {
            if rest.starts_with("${") { Some(2) } else { rest.starts_with('`').then_some(1) }
        },
    )
}

/// A slash between brackets does not end a regular expression. Its flags belong to it.
fn pattern_length(text: &str) -> usize {
    let mut is_in_brackets = false;
    let length = length_until(text, |rest| {
        match rest.as_bytes()[0] {
            b'[' => is_in_brackets = true,
            b']' => is_in_brackets = false,
            b'/' if !is_in_brackets => return Some(1),
            _ => {}
        }
        None
    });
    let flags = &text[length..];
    length + flags.find(|letter: char| !letter.is_ascii_lowercase()).unwrap_or(flags.len())
}

/// The length up to and including an end. The first character is skipped, and so is every character
/// after a backslash.
fn length_until(text: &str, mut end: impl FnMut(&str) -> Option<usize>) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if is_escaped {
            is_escaped = false;
        } else if letter == '\\' {
            is_escaped = true;
        } else if let Some(length) = end(&text[at..]) {
            return at + length;
        }
    }
    text.len()
}
