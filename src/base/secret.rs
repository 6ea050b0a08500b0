//! Texts that must never be shown: passwords, tokens, codes.

use std::fmt;
use subtle::ConstantTimeEq;

/// A secret text. Its `Debug` is a mask and it has no `Display`, so it cannot slip into a log or an
/// audit row.
#[derive(Clone, Default)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself. A review looks at every use of this.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares in constant time, so that the duration does not reveal how much of the text was
    /// right.
    pub fn matches(&self, other: &str) -> bool {
        bool::from(self.0.as_bytes().ct_eq(other.as_bytes()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret:?}"), "***");
        assert!(secret.matches("hunter2") && !secret.matches("hunter") && !secret.matches(""));
    }
}
