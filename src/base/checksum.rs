//! Checksums of contents with BLAKE3. Computing one on one core takes less time than the disk or
//! the network.

use std::fmt;

/// The checksum of some bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Checksum([u8; 32]);

/// Computes the checksum of bytes that arrive in pieces. A clone continues from the same bytes.
#[derive(Clone, Default)]
pub struct Hasher(blake3::Hasher);

impl Hasher {
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn checksum(&self) -> Checksum {
        Checksum(self.0.finalize().into())
    }
}

impl Checksum {
    pub fn from_bytes(bytes: [u8; 32]) -> Checksum {
        Checksum(bytes)
    }

    /// Reads 64 hexadecimal digits, as `b3sum` writes them.
    pub fn from_hex(text: &str) -> Option<Checksum> {
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
        }
        Some(Checksum(bytes))
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The value of the header `Repr-Digest` (RFC 9530), with an algorithm that is not in its
    /// registry.
    pub fn digest(&self) -> String {
        use base64ct::Encoding;
        format!("blake3=:{}:", base64ct::Base64::encode_string(&self.0))
    }
}

/// In hexadecimal digits, as `b3sum` writes it.
impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_are_read_as_they_are_written() {
        let some = Checksum::from_bytes(std::array::from_fn(|at| at as u8 * 7));
        assert_eq!(Checksum::from_hex(&some.to_string()), Some(some));
        assert_eq!(Checksum::from_hex(&some.to_string().to_uppercase()), Some(some));
        for wrong in ["", "00", &"0".repeat(63), &"0".repeat(65), &"+0".repeat(32), &"\u{e9}".repeat(32)] {
            assert_eq!(Checksum::from_hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn it_is_blake3() {
        // The first of BLAKE3's own test vectors.
        let nothing = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
        assert_eq!(Hasher::default().checksum().to_string(), nothing);
        let (mut first, mut whole) = (Hasher::default(), Hasher::default());
        first.update(b"ab");
        let mut both = first.clone();
        both.update(b"c");
        whole.update(b"abc");
        assert_eq!(both.checksum(), whole.checksum());
        assert_eq!(whole.checksum().digest(), "blake3=:ZDezrDhGUTP/tjt1JzqNtUjFWEZdedsD/TWcbNW9nYU=:");
    }
}
