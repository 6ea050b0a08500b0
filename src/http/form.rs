//! The parameters of a call: query, urlencoded body and multipart fields in one list, decoded once.
//! The last value of a name wins.

use crate::base::limits::FORM_FIELDS_MAX;
use std::borrow::Cow;

/// Decoded parameters. Names are compared without surrounding blanks, because one client sends
/// `authtype `.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    has_no_text: bool,
    has_too_many: bool,
}

impl Form {
    /// The parameters of a query (without `?`).
    pub fn from_query(query: &str) -> Form {
        let mut form = Form::default();
        form.add_urlencoded(query.as_bytes());
        form
    }

    /// Adds the parameters of an `application/x-www-form-urlencoded` text (WHATWG URL, section
    /// 5.1). A wrong escape stays as it is. Bytes that are not UTF-8 become U+FFFD, and
    /// [`Form::is_text`] reports them. Parameters beyond the limit are left out, and
    /// [`Form::is_whole`] reports that.
    pub fn add_urlencoded(&mut self, bytes: &[u8]) {
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if self.fields.len() >= FORM_FIELDS_MAX {
                self.has_too_many = true;
                return;
            }
            let (name, value) = match memchr::memchr(b'=', pair) {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &b""[..]),
            };
            let [name, value] = [name, value].map(|bytes| {
                let bytes = decoded(bytes);
                let text = String::from_utf8_lossy(&bytes);
                // The result is borrowed if the bytes were valid UTF-8.
                self.has_no_text |= matches!(text, Cow::Owned(_));
                text.into_owned()
            });
            self.fields.push((name.trim().to_owned(), value));
        }
    }

    /// Adds a decoded parameter.
    pub fn set(&mut self, name: &str, value: &str) {
        if self.fields.len() < FORM_FIELDS_MAX {
            self.fields.push((name.trim().to_owned(), value.to_owned()));
        } else {
            self.has_too_many = true;
        }
    }

    /// True if all parameters are here. A part of a request must not be acted on.
    pub fn is_whole(&self) -> bool {
        !self.has_too_many
    }

    /// True if all parameters were UTF-8. Different invalid bytes become the same text, so they
    /// must not be acted on.
    pub fn is_text(&self) -> bool {
        !self.has_no_text
    }

    /// All parameters as they came: names and values.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().rev().find(|field| field.0 == name).map(|field| field.1.as_str())
    }
}

fn decoded(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr2(b'+', b'%', bytes).is_none() {
        return Cow::Borrowed(bytes);
    }
    let spaced: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    Cow::Owned(percent_encoding::percent_decode(&spaced).collect())
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn the_last_of_a_name_wins() {
        let mut form = Form::from_query("sharename=&a=1&sharename=x%2Fy&&=&b");
        assert_eq!((form.get("sharename"), form.get("a"), form.get("b")), (Some("x/y"), Some("1"), Some("")));
        form.add_urlencoded(b"a=2");
        form.set("a ", "3");
        assert_eq!((form.get("a"), form.get("c")), (Some("3"), None));
    }

    #[test]
    fn badly_escaped_values_arrive_as_they_are() {
        for (query, value) in [
            ("p=/a b/\u{e4}:?", "/a b/\u{e4}:?"),
            ("p=a+b%20c", "a b c"),
            ("p=100%", "100%"),
            ("p=%zz%4", "%zz%4"),
            ("p=%C3%A4", "\u{e4}"),
            ("p=%ff", "\u{fffd}"),
            ("p=%2570", "%70"),
            ("p=a=b", "a=b"),
        ] {
            let form = Form::from_query(query);
            assert_eq!(form.get("p"), Some(value), "{query}");
            assert_eq!(form.is_text(), value != "\u{fffd}", "{query}");
        }
    }
}
