//! Cookies (RFC 6265bis).

use memchr::memchr;
use std::fmt::Write;
use std::time::Duration;

/// The value of a `Set-Cookie` header for the whole server. With a `max_age` of `None` the cookie
/// ends with the browser.
///
/// A value may contain only letters, digits and a few signs (section 4.1.1). The caller must encode
/// all others.
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

/// The values of cookies in the `Cookie` headers of a request, in one pass. `None` without the
/// cookie, and if the headers have two different values, because it is unclear which one is meant.
/// Empty values are ignored.
///
/// Browsers send `name=value; name=value`. Scripts also send back the text of `Set-Cookie` headers
/// with all attributes, joined by commas (Windows PowerShell 5.1) or by blanks (PowerShell 7). The
/// values that this server issues contain no separators. So a pair may follow any separator and
/// ends at the next one, and the comma in an `Expires` date does no harm.
pub fn cookies<'a, const N: usize>(
    headers: impl Iterator<Item = &'a str>,
    names: [&str; N],
) -> [Option<&'a str>; N] {
    let mut found = [Found::Nothing; N];
    for header in headers {
        let mut searched = 0;
        while let Some(equals) = memchr(b'=', &header.as_bytes()[searched..]).map(|at| searched + at) {
            let at = name_before(header, searched, equals)
                .and_then(|name| names.iter().position(|wanted| *wanted == name));
            searched = equals + 1;
            let Some(at) = at else { continue };
            let value = up_to_separator(&header[searched..]);
            searched += value.len();
            found[at] = found[at].with(value);
        }
    }
    found.map(|found| match found {
        Found::One(value) => Some(value),
        Found::Nothing | Found::Different => None,
    })
}

/// The values of a name found so far.
#[derive(Clone, Copy)]
enum Found<'a> {
    Nothing,
    One(&'a str),
    Different,
}

impl<'a> Found<'a> {
    /// What is found with one more value.
    fn with(self, value: &'a str) -> Found<'a> {
        let value = value.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(value);
        match self {
            found if value.is_empty() => found,
            Found::Nothing => Found::One(value),
            Found::One(first) if first == value => Found::One(first),
            Found::One(_) | Found::Different => Found::Different,
        }
    }
}

/// The name of the pair whose equals sign is at a position. `None` for a further equals sign in a
/// value. Each pair that begins before `searched` is known.
fn name_before(header: &str, searched: usize, equals: usize) -> Option<&str> {
    match header.as_bytes()[searched..equals].iter().rposition(is_separator) {
        Some(separator) => Some(&header[searched + separator + 1..equals]),
        None => (searched == 0).then_some(&header[..equals]),
    }
}

fn up_to_separator(text: &str) -> &str {
    let end = text.as_bytes().iter().position(is_separator);
    &text[..end.unwrap_or(text.len())]
}

fn is_separator(byte: &u8) -> bool {
    matches!(byte, b';' | b',') || byte.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(header: &'a str, name: &str) -> Option<&'a str> {
        cookies(header.lines(), [name])[0]
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let header = "X-XSRF-TOKEN-user=a; X-XSRF-TOKEN=b;c=\"d\" ; e=; g=h=i";
        for (name, value) in [
            ("X-XSRF-TOKEN", Some("b")),
            ("X-XSRF-TOKEN-user", Some("a")),
            ("TOKEN", None),
            ("c", Some("d")),
            ("e", None),
            ("f", None),
            ("g", Some("h=i")),
            ("h", None),
        ] {
            assert_eq!(found(header, name), value, "{name}");
        }
    }

    #[test]
    fn several_cookies_are_found_in_one_pass_whatever_their_order() {
        let headers = ["c=3; b=; a=1; d=4", "b=2, d=5; a=1; e=\"\"; f=x=y; =z; g"];
        let found = cookies(headers.into_iter(), ["a", "b", "c", "d", "e", "f", "g", "z"]);
        assert_eq!(found, [Some("1"), Some("2"), Some("3"), None, None, Some("x=y"), None, None]);
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
