//! Cookies (RFC 6265bis).

use std::fmt::Write;
use std::time::Duration;

/// The value of a `Set-Cookie` header, for the whole server. `max_age` of `None` ends it with the browser.
///
/// A value may hold only letters, digits and a few signs (section 4.1.1); others must be encoded before.
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

/// The value of a cookie in a `Cookie` header; of several with the name, the first (section 5.8.3: the most specific).
pub fn cookie<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = header;
    loop {
        let end = memchr::memchr(b';', rest.as_bytes());
        let pair = &rest[..end.unwrap_or(rest.len())];
        let value = pair.trim_ascii_start().strip_prefix(name).and_then(|rest| rest.strip_prefix('='));
        if let Some(value) = value {
            let value = value.trim_ascii();
            return Some(value.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(value));
        }
        rest = &rest[end? + 1..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let header = "X-XSRF-TOKEN-user=a; X-XSRF-TOKEN=b;c=\"d\" ; e=; c=x";
        for (name, value) in [
            ("X-XSRF-TOKEN", Some("b")),
            ("X-XSRF-TOKEN-user", Some("a")),
            ("c", Some("d")),
            ("e", Some("")),
            ("f", None),
        ] {
            assert_eq!(cookie(header, name), value, "{name}");
        }
    }

    #[test]
    fn a_secret_cookie_says_so() {
        let text = set_cookie("a", "b", Some(Duration::ZERO), true, true);
        assert_eq!(text, "a=b; Path=/; SameSite=Lax; Max-Age=0; HttpOnly; Secure");
    }
}
