//! The ids of shares.

use super::ids::{hex, random_bytes};
use std::fmt;
use std::str::FromStr;

/// The id of a share: 24 hexadecimal digits, in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShareId([u8; 12]);

impl ShareId {
    /// An id that no share has yet.
    pub fn random() -> ShareId {
        ShareId(random_bytes())
    }

    pub fn text(self) -> String {
        hex(&self.0)
    }
}

impl fmt::Display for ShareId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl fmt::Debug for ShareId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ShareId {
    type Err = ();

    fn from_str(text: &str) -> Result<ShareId, ()> {
        let digits = text.as_bytes();
        if digits.len() != 24 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(());
        }
        let mut id = [0; 12];
        for (at, byte) in id.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(drop)?;
        }
        Ok(ShareId(id))
    }
}

#[cfg(test)]
mod tests {
    use super::ShareId;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let id = ShareId::random();
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in
            ["", "null", "+0112233445566778899aab", "00112233445566778899aabg", "é0112233445566778899aabb"]
        {
            assert!(text.parse::<ShareId>().is_err(), "{text}");
        }
    }
}
