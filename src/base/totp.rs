//! One-time codes of an authenticator app: TOTP (RFC 6238) in the variant that all apps support:
//! HMAC-SHA-1, six digits, 30 seconds.

use super::ids::random_bytes;
use super::secret::Secret;
use hmac::{Hmac, Mac};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;

/// Seconds for which a code is shown.
const STEP_SECONDS: i64 = 30;
/// Digits of a code.
pub const DIGITS: usize = 6;
/// The number of steps before and after the current one that are accepted: clocks differ, and
/// people type slowly.
const NEIGHBOURS: i64 = 1;
/// Within this number of steps, a code is still recognised as that of a clock that is wrong: ten
/// minutes.
const RECOGNISED: i64 = 20;
/// The key is as long as the output of SHA-1, which RFC 4226, section 4, recommends.
const KEY_BYTES: usize = 20;

/// The secret that the server shares with an authenticator app.
#[derive(Clone)]
pub struct TotpKey([u8; KEY_BYTES]);

/// The result of comparing a typed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The code is right. It belongs to this step.
    Counts(i64),
    /// The code belongs to a step that was used before, or to an earlier one.
    Used,
    /// The code belongs to this step, which is too far away: a clock is wrong.
    Far(i64),
    No,
}

impl TotpKey {
    pub fn new() -> TotpKey {
        TotpKey(random_bytes())
    }

    /// `None` if the number of bytes is not that of a key.
    pub fn from_bytes(bytes: &[u8]) -> Option<TotpKey> {
        bytes.try_into().ok().map(TotpKey)
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The key as people type it into an app: base 32 (RFC 4648, section 6).
    pub fn text(&self) -> Secret {
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let letter = |index: usize| {
            let value = (0..5).fold(0, |value, bit| {
                let at = index * 5 + bit;
                value << 1 | usize::from(self.0[at / 8] >> (7 - at % 8) & 1)
            });
            char::from(ALPHABET[value])
        };
        Secret::new((0..KEY_BYTES * 8 / 5).map(letter).collect::<String>())
    }

    /// The address that apps read from a QR code. `issuer` names the cloud, and `account` the
    /// person who signs in.
    pub fn address(&self, issuer: &str, account: &str) -> Secret {
        let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let (issuer, account) = (escaped(issuer), escaped(account));
        Secret::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
            self.text().reveal()
        ))
    }

    /// Compares a code with those around a time, in seconds since 1970 UTC. `last` is the last step
    /// whose code was accepted: no code of it or of an earlier step is accepted again (RFC 6238,
    /// section 5.2).
    pub fn fit(&self, code: &Secret, now: i64, last: i64) -> Fit {
        let present = now.div_euclid(STEP_SECONDS);
        let mut fit = Fit::No;
        // All steps are compared, so that the duration reveals nothing.
        for distance in -RECOGNISED..=RECOGNISED {
            let step = present + distance;
            if !code.matches(&self.code(step)) {
                continue;
            }
            let is_near = distance.abs() <= NEIGHBOURS;
            fit = match fit {
                Fit::Counts(_) => fit,
                _ if is_near && step > last => Fit::Counts(step),
                _ if is_near => Fit::Used,
                Fit::Used => fit,
                _ => Fit::Far(step),
            };
        }
        fit
    }

    /// True if codes of a step are not accepted any more.
    pub fn is_past(step: i64, now: i64) -> bool {
        step < now.div_euclid(STEP_SECONDS) - NEIGHBOURS
    }

    /// The code of a step: RFC 4226, section 5.3.
    fn code(&self, step: i64) -> String {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).expect("HMAC takes keys of every length");
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let offset = usize::from(digest[digest.len() - 1] & 15);
        let word = [digest[offset] & 0x7f, digest[offset + 1], digest[offset + 2], digest[offset + 3]];
        format!("{:0width$}", u32::from_be_bytes(word) % 10_u32.pow(DIGITS as u32), width = DIGITS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the test vectors of RFC 4226, appendix D, and RFC 6238, appendix B.
    fn key() -> TotpKey {
        TotpKey::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standards() {
        let of_counters = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        for (step, code) in of_counters.into_iter().enumerate() {
            assert_eq!(key().code(step as i64), code);
        }
        // RFC 6238 prints eight digits. These are their last six.
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(key().fit(&Secret::new(code), time, 0), Fit::Counts(time / 30), "{time}");
        }
    }

    #[test]
    fn codes_of_the_neighbours_count_and_further_ones_are_recognised() {
        let now = 1_111_111_109;
        let present = now / 30;
        let fit = |distance: i64| key().fit(&Secret::new(key().code(present + distance)), now, 0);
        for distance in [-1, 0, 1] {
            assert_eq!(fit(distance), Fit::Counts(present + distance));
        }
        for distance in [-20, -2, 2, 20] {
            assert_eq!(fit(distance), Fit::Far(present + distance));
        }
        for distance in [-21, 21, 1000] {
            assert_eq!(fit(distance), Fit::No);
        }
    }

    #[test]
    fn a_code_counts_once_and_no_earlier_one_after_it() {
        let now = 1_111_111_109;
        let present = now / 30;
        let fit = |distance: i64, last: i64| {
            key().fit(&Secret::new(key().code(present + distance)), now, present + last)
        };
        assert_eq!([fit(-1, 0), fit(0, 0), fit(0, 1)], [Fit::Used; 3]);
        assert_eq!(fit(1, 0), Fit::Counts(present + 1));
    }

    #[test]
    fn what_is_no_code_does_not_fit() {
        for text in ["", "28708", "2870820", "28708a", " 287082", "287 082", "\u{662}87082"] {
            assert_eq!(key().fit(&Secret::new(text), 59, 0), Fit::No, "{text}");
        }
    }

    #[test]
    fn apps_read_the_key_and_whose_it_is() {
        assert_eq!(key().text().reveal(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let address = key().address("Home & co", "zo\u{eb}@example.org");
        assert_eq!(
            address.reveal(),
            "otpauth://totp/Home%20%26%20co:zo%C3%AB%40example%2Eorg?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Home%20%26%20co&algorithm=SHA1&digits=6&period=30"
        );
        assert_ne!(TotpKey::new().bytes(), TotpKey::new().bytes());
        assert!(TotpKey::from_bytes(&[0; 19]).is_none());
    }
}
