//! An authenticator app as RFC 6238 describes it: HMAC-SHA-1, six digits, and a new code every 30
//! seconds.

use hmac::{Hmac, Mac};
use sha1::Sha1;
use std::time::{SystemTime, UNIX_EPOCH};

/// An authenticator app that has received a key.
pub struct Authenticator {
    key: Vec<u8>,
    /// The time step of the last code that `code` returned.
    last: u64,
}

impl Authenticator {
    /// `text` is the key in base 32.
    pub fn new(text: &str) -> Authenticator {
        let (mut key, mut bits, mut count) = (Vec::new(), 0_u32, 0);
        for letter in text.bytes() {
            let value = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'2'..=b'7' => letter - b'2' + 26,
                other => panic!("{other} is no letter of base 32"),
            };
            bits = bits << 5 | u32::from(value);
            count += 5;
            if count >= 8 {
                count -= 8;
                key.push((bits >> count) as u8);
            }
        }
        Authenticator { key, last: 0 }
    }

    /// Returns a code that was not used before: the present one or, if that was returned already,
    /// the one of the next 30 seconds. The server accepts both at any time.
    pub fn code(&mut self) -> String {
        self.last = present().max(self.last + 1);
        self.code_of(self.last)
    }

    /// The code of the step that lies this many steps after now, or before now if the number is
    /// negative.
    pub fn code_at(&self, distance: i64) -> String {
        self.code_of(present().checked_add_signed(distance).expect("it is long after 1970"))
    }

    fn code_of(&self, step: u64) -> String {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.key).expect("HMAC takes every key");
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let offset = usize::from(digest[19] & 15);
        let word = u32::from_be_bytes(digest[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", word % 1_000_000)
    }
}

fn present() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 30
}
