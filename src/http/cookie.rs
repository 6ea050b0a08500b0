//! Cookies (RFC 6265bis).

use std::fmt::Write;
use std::time::Duration;

/// The value of a `Set-Cookie` header for the whole server. With a `max_age` of `None` the cookie
/// ends with the browser.
///
/// A value may contain only letters, digits and a few signs (section 4.1.1). Other characters must
/// be encoded before.
pub fn set_cookie(
    name: &str,
    value: &str,
    max_age: Option<Duration>,
    is_http_only: bool,
    is_secure: bool,
) -> String {
    let mut text = format!("{name}={value}; Path=/; SameSite=Lax");
    if let Some(max_age) = max_age {
        write!(text, "; Max-Age={}", max_age.as_secs()).expect("writing into memory does not fail");
    }
    if is_http_only {
        text.push_str("; HttpOnly");
    }
    if is_secure {
        text.push_str("; Secure");
    }
    text
}

/// The value of a cookie in the `Cookie` headers of a request. `None` without the cookie, and if
/// the headers have two different values, because it is unclear which one is meant. Empty values
/// are ignored.
///
/// Browsers send `name=value; name=value`. Scripts also send back the text of `Set-Cookie` headers
/// with all attributes, joined by commas (Windows PowerShell 5.1) or by blanks (PowerShell 7). The
/// values that this server issues contain no separators. So a pair may follow any separator and
/// ends at the next one, and the comma in an `Expires` date does no harm.
pub fn cookie<'a>(headers: impl Iterator<Item = &'a str>, name: &str) -> Option<&'a str> {
    let mut values = headers.flat_map(|header| values(header, name)).filter(|value| !value.is_empty());
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// All values of a name in one header.
fn values<'a>(header: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    memchr::memmem::find_iter(header.as_bytes(), name.as_bytes()).filter_map(move |at| {
        let is_whole = at == 0 || is_separator(header.as_bytes()[at - 1]);
        let rest = header[at..].strip_prefix(name)?.strip_prefix('=').filter(|_| is_whole)?;
        let end = rest.bytes().position(is_separator).unwrap_or(rest.len());
        let value = &rest[..end];
        Some(value.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(value))
    })
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b';' | b',') || byte.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(header: &'a str, name: &str) -> Option<&'a str> {
        cookie(header.lines(), name)
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let header = "X-XSRF-TOKEN-user=a; X-XSRF-TOKEN=b;c=\"d\" ; e=";
        for (name, value) in [
            ("X-XSRF-TOKEN", Some("b")),
            ("X-XSRF-TOKEN-user", Some("a")),
            ("TOKEN", None),
            ("c", Some("d")),
            ("e", None),
            ("f", None),
        ] {
            assert_eq!(found(header, name), value, "{name}");
        }
    }

    #[test]
    fn the_text_of_set_cookie_headers_is_understood_however_it_was_joined() {
        let set = [
            "X-XSRF-TOKEN=abc; Path=/; SameSite=Lax",
            "tonido-login-user=alice; Path=/; SameSite=Lax; HttpOnly",
            "tonido-login-seed=5f; Expires=Wed, 09 Jun 2027 10:18:14 GMT; Path=/",
            "tonido-login-hash=9e; Path=/; HttpOnly; Secure",
            "tonido-share-login-seed=; Path=/; HttpOnly",
        ];
        for separator in [",", ", ", " ", "; ", ";", "\r\n", "\t"] {
            let header = set.join(separator);
            for (name, value) in [
                ("X-XSRF-TOKEN", Some("abc")),
                ("tonido-login-user", Some("alice")),
                ("tonido-login-seed", Some("5f")),
                ("tonido-login-hash", Some("9e")),
                ("tonido-share-login-seed", None),
                ("login-hash", None),
            ] {
                assert_eq!(found(&header, name), value, "{name} in {header}");
            }
        }
    }

    #[test]
    fn two_different_values_are_none() {
        for (header, value) in [
            ("a=1; a=1", Some("1")),
            ("a=1\na=1", Some("1")),
            ("a=; a=1", Some("1")),
            ("a=1; Path=/,a=", Some("1")),
            ("a=1; a=2", None),
            ("a=1, a=2", None),
            ("a=1 a=2", None),
            ("a=1\na=2", None),
            ("a=1; b=x,a=2; Path=/", None),
        ] {
            assert_eq!(found(header, "a"), value, "{header}");
        }
    }

    #[test]
    fn a_secret_cookie_says_so() {
        let text = set_cookie("a", "b", Some(Duration::ZERO), true, true);
        assert_eq!(text, "a=b; Path=/; SameSite=Lax; Max-Age=0; HttpOnly; Secure");
    }
}
