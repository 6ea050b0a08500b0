//! The types of the settings for mail.

use super::{Kind, Value};
use crate::base::language::Language;
use crate::base::refusal::Refusal;
use crate::base::secret::Secret;
use crate::error::Reason;

/// The protection of the connection to a mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// The connection begins unencrypted. It continues with TLS, or not at all.
    StartTls,
    /// TLS from the first byte.
    Tls,
    None,
}

impl Value for MailSecurity {
    const KIND: Kind = Kind::Choice(&["starttls", "tls", "none"]);

    fn read(text: &str) -> Result<MailSecurity, Refusal> {
        match text.trim().to_ascii_lowercase().as_str() {
            "starttls" => Ok(MailSecurity::StartTls),
            "tls" => Ok(MailSecurity::Tls),
            "none" => Ok(MailSecurity::None),
            _ => Err(Refusal::not_one_of(&["starttls", "tls", "none"])),
        }
    }
}

/// The name or the IP address of a server. Empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerHost(pub String);

impl Value for ServerHost {
    const KIND: Kind = Kind::Text;

    fn read(text: &str) -> Result<ServerHost, Refusal> {
        let name = text.trim();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte);
        match name.len() <= 253 && name.bytes().all(is_plain) {
            true => Ok(ServerHost(name.to_ascii_lowercase())),
            false => Err("is not the name of a server, like mail.example.org".into()),
        }
    }
}

/// A port of TCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port(pub u16);

impl Value for Port {
    const KIND: Kind = Kind::Number;

    fn read(text: &str) -> Result<Port, Refusal> {
        let number = text.trim().parse().ok().filter(|number| *number != 0);
        number.map(Port).ok_or_else(|| Refusal::not_in_range(1, u16::MAX.into()))
    }
}

/// The address of a mailbox. Empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailAddress(pub String);

impl Value for MailAddress {
    const KIND: Kind = Kind::Text;

    fn read(text: &str) -> Result<MailAddress, Refusal> {
        let text = text.trim();
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"<>()[],;:\\\"".contains(&byte);
        let parts = text.split_once('@');
        let is_one = parts.is_some_and(|(user, host)| {
            !user.is_empty()
                && !host.contains('@')
                && host.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        });
        match text.is_empty() || (is_one && text.len() <= 254 && text.bytes().all(is_plain)) {
            true => Ok(MailAddress(text.into())),
            false => Err("is not an e-mail address, like cloud@example.org".into()),
        }
    }
}

/// A password for another server. Unlike this server's own secrets, it may contain blanks.
#[derive(Clone, Debug, Default)]
pub struct Password(pub Secret);

impl Value for Password {
    const KIND: Kind = Kind::Secret;

    fn read(text: &str) -> Result<Password, Refusal> {
        if text.len() > 500 || text.chars().any(char::is_control) {
            return Err(Refusal::of(Reason::NotPlainText, "is not a plain text of up to 500 bytes"));
        }
        Ok(Password(Secret::new(text)))
    }
}

impl Value for Language {
    const KIND: Kind = Kind::Choice(&Language::NAMES);

    fn read(text: &str) -> Result<Language, Refusal> {
        Language::named(text).ok_or_else(|| Refusal::not_one_of(&Language::NAMES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_or_server_is_refused() {
        for good in ["", "a@b.org", " cloud+x@mail.example.org "] {
            assert!(MailAddress::read(good).is_ok(), "{good}");
        }
        for bad in [
            "a",
            "@b.org",
            "a@",
            "a@b@c.org",
            "A <a@b.org>",
            "a@b.org\r\nBcc: c@d.org",
            "a@b.org,c@d.org",
            "a b@c.org",
        ] {
            assert!(MailAddress::read(bad).is_err(), "{bad}");
        }
        for (text, is_one) in [
            ("", true),
            ("mail.example.org", true),
            ("::1", true),
            ("a b", false),
            ("a/b", false),
            ("a\r\nb", false),
        ] {
            assert_eq!(ServerHost::read(text).is_ok(), is_one, "{text:?}");
        }
        for (text, is_one) in
            [("587", true), ("1", true), ("0", false), ("65536", false), ("", false), ("-1", false)]
        {
            assert_eq!(Port::read(text).is_ok(), is_one, "{text:?}");
        }
    }
}
