//! Makes the texts of a mail from a template: subject, plain text and HTML.

use super::kinds::{CLOUD, Kind};
use crate::base::html::in_html;
use crate::base::limits::mail::{SUBJECT_BYTES_MAX, TEMPLATE_BYTES_MAX};
use crate::base::text::{is_line, is_lines};
use crate::error::{Code, Error, Reason, Result};
use serde_json::{Map, Value};

/// The texts of a mail.
#[derive(Debug, PartialEq, Eq)]
pub struct Filled {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// A piece of a template.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Words(&'a str),
    Placeholder(&'a str),
}

/// The pieces of a template. A brace that begins no placeholder is an ordinary character.
fn pieces(template: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest) = (Vec::new(), template);
    let mut words = 0;
    while let Some(at) = rest[words..].find('{').map(|at| at + words) {
        let name = rest[at + 1..].split_once('}').map(|(name, _)| name);
        let is_name = |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
        match name.filter(is_name) {
            Some(name) => {
                pieces.push(Piece::Words(&rest[..at]));
                pieces.push(Piece::Placeholder(name));
                rest = &rest[at + name.len() + 2..];
                words = 0;
            }
            None => words = at + 1,
        }
    }
    pieces.push(Piece::Words(rest));
    pieces
}

/// Checks a text that an administrator wrote for a kind of mail.
///
/// # Errors
/// `Code::Invalid` for a placeholder that the kind does not have, for a subject that is not one
/// line, for an empty or too long text, and for a text without its link or code.
pub fn check(kind: &Kind, subject: &str, text: &str) -> Result<()> {
    if !is_line(subject, SUBJECT_BYTES_MAX) {
        let sentence = format!("A subject is one line of 1 to {SUBJECT_BYTES_MAX} bytes.");
        return Err(Error::new(Code::Invalid, sentence).for_reason(Reason::NotPlainText));
    }
    if text.trim().is_empty() || !is_lines(text, TEMPLATE_BYTES_MAX) {
        let sentence = format!("A text has 1 to {TEMPLATE_BYTES_MAX} bytes.");
        return Err(Error::new(Code::Invalid, sentence).for_reason(Reason::NotPlainText));
    }
    let is_known = |name: &str| name == CLOUD || kind.placeholders.contains(&name);
    for piece in pieces(subject).into_iter().chain(pieces(text)) {
        if let Piece::Placeholder(name) = piece {
            if !is_known(name) {
                let known: Vec<String> =
                    kind.placeholders.iter().chain([&CLOUD]).map(|name| format!("{{{name}}}")).collect();
                let sentence = format!("This mail has no {{{name}}}. It has {}.", known.join(", "));
                return Err(Error::new(Code::Invalid, sentence));
            }
        }
    }
    let must_have = ["link", "code"].into_iter().filter(|name| kind.placeholders.contains(name));
    for name in must_have {
        if !pieces(text).contains(&Piece::Placeholder(name)) {
            let sentence = format!("The text needs {{{name}}}. Without it the mail is useless.");
            return Err(Error::new(Code::Invalid, sentence));
        }
        if pieces(subject).contains(&Piece::Placeholder(name)) {
            // Subjects are shown on locked screens.
            let sentence = format!("{{{name}}} belongs in the text, not in the subject.");
            return Err(Error::new(Code::Invalid, sentence));
        }
    }
    Ok(())
}

/// Fills subject and text of a template with values, and makes the HTML from the same text.
pub fn fill(subject: &str, text: &str, values: &Map<String, Value>) -> Filled {
    let value = |name: &str| values.get(name).and_then(Value::as_str).unwrap_or_default();
    let plain = |template: &str| -> String {
        let texts = pieces(template).into_iter().map(|piece| match piece {
            Piece::Words(words) => words,
            Piece::Placeholder(name) => value(name),
        });
        texts.collect()
    };
    let html: String = pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Words(words) => in_html(words),
            Piece::Placeholder(name) => value_in_html(value(name)),
        })
        .collect();
    Filled { subject: plain(subject), text: without_gaps(&plain(text)), html: page(&without_gaps(&html)) }
}

/// A subject with the values that are known. The other placeholders stay, so that a client or a
/// person can fill them.
pub fn known(subject: &str, values: &Map<String, Value>) -> String {
    let texts = pieces(subject).into_iter().map(|piece| match piece {
        Piece::Words(words) => words.to_owned(),
        Piece::Placeholder(name) => {
            let value = values.get(name).and_then(Value::as_str);
            value.map_or_else(|| format!("{{{name}}}"), str::to_owned)
        }
    });
    texts.collect()
}

/// A text with one empty line between paragraphs and none at its beginning and end.
fn without_gaps(text: &str) -> String {
    let lines = text.replace("\r\n", "\n");
    let paragraphs = lines.split("\n\n").map(|paragraph| paragraph.trim_matches('\n'));
    paragraphs.filter(|paragraph| !paragraph.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// A page of escaped paragraphs. It has no pictures and loads nothing from any server.
fn page(html: &str) -> String {
    let mut page = String::from(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head>\
         <body style=\"font-family:sans-serif;font-size:16px;line-height:1.5;max-width:36em;margin:1em\">",
    );
    for paragraph in html.split("\n\n") {
        page.push_str("<p>");
        page.push_str(&paragraph.replace('\n', "<br>\n"));
        page.push_str("</p>\n");
    }
    page.push_str("</body></html>\n");
    page
}

/// A value in HTML: a link if it is the address of a page.
fn value_in_html(value: &str) -> String {
    let escaped = in_html(value);
    let is_address = ["https://", "http://"].iter().any(|begin| value.starts_with(begin));
    let is_one = is_address && !value.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    if is_one { format!("<a href=\"{escaped}\">{escaped}</a>") } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::Language;
    use crate::domain::mail::kinds::{KINDS, of};
    use crate::store::mails::MailKind;

    fn values(values: &[(&str, &str)]) -> Map<String, Value> {
        values.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect()
    }

    #[test]
    fn all_texts_that_the_program_comes_with_are_good_and_use_every_placeholder() {
        for kind in KINDS {
            for language in Language::ALL {
                let text = kind.text(language);
                check(kind, text.subject, text.text).unwrap();
                for name in kind.placeholders {
                    let is_used = pieces(text.subject).into_iter().chain(pieces(text.text));
                    assert!(
                        is_used.into_iter().any(|piece| piece == Piece::Placeholder(name)),
                        "{} {name}",
                        kind.word
                    );
                }
            }
        }
    }

    #[test]
    fn values_are_words_and_never_markup_or_placeholders() {
        let filled = fill(
            "{name} & co",
            "Hi {name},\n\n{link}\n{nothing} {Not one} { {}\n\n{message}\n\nEnd",
            &values(&[("name", "<b>{link}</b>"), ("link", "https://a.org/?a=1&b=\"x\""), ("message", "")]),
        );
        assert_eq!(filled.subject, "<b>{link}</b> & co");
        assert_eq!(filled.text, "Hi <b>{link}</b>,\n\nhttps://a.org/?a=1&b=\"x\"\n {Not one} { {}\n\nEnd");
        assert!(filled.html.contains("<p>Hi &lt;b&gt;{link}&lt;/b&gt;,</p>"), "{}", filled.html);
        let link = "https://a.org/?a=1&amp;b=&quot;x&quot;";
        assert!(filled.html.contains(&format!("<a href=\"{link}\">{link}</a><br>")), "{}", filled.html);
        for no_link in ["javascript:alert(1)", "https://a.org x", "ftp://a.org", " https://a.org"] {
            assert!(!fill("s", "{link}", &values(&[("link", no_link)])).html.contains("<a "), "{no_link}");
        }
    }

    #[test]
    fn a_subject_keeps_the_placeholders_without_a_value() {
        let values = values(&[("sender", "{share}"), ("cloud", "Home")]);
        let subject = known("{sender} of {cloud}: {share} {} {", &values);
        assert_eq!(subject, "{share} of Home: {share} {} {");
    }

    #[test]
    fn texts_that_cannot_work_are_refused() {
        let code = of(MailKind::SignInCode);
        check(code, "Hello {name}", "Your code: {code} ({cloud})").unwrap();
        for (subject, text) in [
            ("Hello", "no code"),
            ("{code}", "{code}"),
            ("Hello", "{code} {password}"),
            ("{link}", "{code}"),
            ("", "{code}"),
            ("a\nBcc: eve@example.org", "{code}"),
            ("Hello", "{code}\u{0}"),
            ("Hello", ""),
        ] {
            assert!(check(code, subject, text).is_err(), "{subject:?} {text:?}");
        }
        assert!(check(code, "Hello", &format!("{{code}}{}", "x".repeat(TEMPLATE_BYTES_MAX))).is_err());
    }
}
