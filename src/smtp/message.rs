//! A mail as it is sent (RFC 5322): headers, plain text and HTML. Names and subjects become one
//! line before they become headers, so that no text of a person can add a header.

use crate::base::limits::mail::{HEADER_LETTERS_MAX, LINE_LETTERS_MAX};
use crate::error::{Code, Error, Result};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Message, MultiPart};
use lettre::{Address, message};
use std::time::{Duration, SystemTime};

/// A sender or receiver of mail.
#[derive(Clone, Copy, Debug)]
pub struct Mailbox<'a> {
    /// The name of the person; may be empty.
    pub name: &'a str,
    pub address: &'a str,
}

/// The texts of a mail.
pub struct Words<'a> {
    pub subject: &'a str,
    pub text: &'a str,
    pub html: &'a str,
}

/// A mail that is ready to be sent.
pub struct Letter {
    pub(super) from: Address,
    pub(super) to: Address,
    bytes: Vec<u8>,
}

/// True if a text is the address of a mailbox.
pub fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}

impl Letter {
    /// Writes a mail. `id` distinguishes it from all other mails of the sender, even if it is sent
    /// twice.
    ///
    /// # Errors
    /// `Code::Invalid` if an address is not valid.
    pub fn write(
        (from, to): (Mailbox<'_>, Mailbox<'_>),
        words: &Words<'_>,
        id: &str,
        written_seconds: i64,
    ) -> Result<Letter> {
        let written = SystemTime::UNIX_EPOCH + Duration::from_secs(written_seconds.max(0).unsigned_abs());
        let (sender, receiver) = (mailbox(from)?, mailbox(to)?);
        let header = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.into());
        let message = Message::builder()
            .from(sender.clone())
            .to(receiver.clone())
            .subject(one_line(words.subject, HEADER_LETTERS_MAX))
            .date(written)
            .message_id(Some(format!("<{id}@{}>", sender.email.domain())))
            // RFC 3834: with this header, no automatic reply is sent.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .multipart(MultiPart::alternative_plain_html(words.text.to_owned(), words.html.to_owned()))
            .map_err(|error| Error::internal(format!("a mail could not be written: {error}")))?;
        Ok(Letter { from: sender.email, to: receiver.email, bytes: message.formatted() })
    }

    /// The mail in the form for SMTP's DATA, with its end: RFC 5321, section 4.5.2.
    pub(super) fn transparent(&self) -> Vec<u8> {
        let mut sent = Vec::with_capacity(self.bytes.len() + 64);
        for line in self.bytes.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                sent.push(b'.');
            }
            sent.extend_from_slice(line);
        }
        if !sent.ends_with(b"\r\n") {
            sent.extend_from_slice(b"\r\n");
        }
        sent.extend_from_slice(b".\r\n");
        sent
    }
}

fn mailbox(who: Mailbox<'_>) -> Result<message::Mailbox> {
    let address: Address = who.address.parse().map_err(|_| {
        Error::new(Code::Invalid, format!("{} is not an e-mail address.", one_line(who.address, 100)))
    })?;
    let name = Some(one_line(who.name, LINE_LETTERS_MAX)).filter(|name| !name.is_empty());
    Ok(message::Mailbox::new(name, address))
}

/// A text as one line: line ends and other control characters become blanks, and a text that is too
/// long is cut.
pub(super) fn one_line(text: &str, letters_max: usize) -> String {
    let letters = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    letters.take(letters_max).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(name: &str, subject: &str, text: &str) -> Letter {
        let from = Mailbox { name: "Our cloud", address: "cloud@example.org" };
        let to = Mailbox { name, address: "anna@example.org" };
        let html = format!("<p>{text}</p>");
        let words = Words { subject, text, html: &html };
        Letter::write((from, to), &words, "1.2", 1_800_000_000).unwrap()
    }

    /// The names of the headers before the first empty line.
    fn headers(letter: &Letter) -> Vec<String> {
        let text = String::from_utf8(letter.bytes.clone()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        lines.map(|line| line.split(':').next().unwrap().to_owned()).collect()
    }

    #[test]
    fn nothing_that_people_write_adds_a_header() {
        let plain = headers(&letter("Anna", "Hello", "Hi"));
        assert_eq!(
            plain,
            ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
        );
        for evil in [
            "a\r\nBcc: eve@example.org",
            "a\nBcc: e@e.e",
            "a\rBcc: e@e.e",
            "\r\n\r\nbody",
            "a\u{85}B: c",
            "a\0b",
        ] {
            assert_eq!(headers(&letter(evil, "Hello", "Hi")), plain, "{evil:?} as a name");
            assert_eq!(headers(&letter("Anna", evil, "Hi")), plain, "{evil:?} as a subject");
        }
        for evil in [
            "a@b.org\r\nBcc: eve@example.org",
            "a@b.org> SIZE=1\r\nRCPT TO:<eve@example.org",
            "a@b.org\n",
            "a@b.org, e@e.org",
            "<a@b.org>",
            "Anna <a@b.org>",
            "a b@c.org",
            "@b.org",
            "a@",
            "",
        ] {
            assert!(!is_address(evil), "{evil:?}");
        }
        assert!(
            is_address("anna.b+c@mail.example.org")
                && is_address("a@192.168.1.2") == is_address("a@[192.168.1.2]")
        );
    }

    #[test]
    fn a_dot_at_the_begin_of_a_line_does_not_end_the_mail() {
        let sent = letter("Anna", "Dots", "one\n.\n..two\n.three").transparent();
        let text = String::from_utf8(sent).unwrap();
        assert!(text.ends_with("\r\n.\r\n"));
        assert_eq!(text.matches("\r\n.\r\n").count(), 1, "{text}");
        assert!(
            text.contains("\r\n..\r\n") && text.contains("\r\n...two\r\n") && text.contains("\r\n..three"),
            "{text}"
        );
    }
}
