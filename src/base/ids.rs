//! Random identifiers and tokens. All come from the kernel's generator.

/// Random bytes.
///
/// # Panics
/// If the kernel has no random numbers: nothing is safe without them.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the kernel gives random bytes");
    bytes
}

/// Bytes as lower-case hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// An identifier in the API's form: 24 hexadecimal digits.
pub fn object_id() -> String {
    hex(&random_bytes::<12>())
}

/// A row's number, in the API's form of an identifier: 24 hexadecimal digits.
pub fn record_id(number: i64) -> String {
    format!("{number:024x}")
}

/// The number that [`record_id`] wrote.
pub fn parse_record_id(text: &str) -> Option<i64> {
    is_id(text).then(|| i64::from_str_radix(text, 16).ok()).flatten()
}

/// True if a text has the form of an identifier. It may be the identifier of nothing.
pub fn is_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A random UUID (version 4, RFC 9562), the form of the `-seed` cookies.
pub fn uuid() -> String {
    let mut bytes = random_bytes::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    in_uuid_form(bytes)
}

/// Bytes in the text form of a UUID (RFC 9562, section 4).
pub fn in_uuid_form(bytes: [u8; 16]) -> String {
    let digits = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}

/// Random decimal digits; each is equally likely.
pub fn digits(length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        // 250 is the largest multiple of 10 in a byte.
        let usable = random_bytes::<16>().into_iter().filter(|byte| *byte < 250);
        text.extend(usable.map(|byte| char::from(b'0' + byte % 10)).take(length - text.len()));
    }
    text
}

/// Random lower-case letters and digits; each of the 36 is equally likely.
pub fn letters_and_digits(length: usize) -> String {
    const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(length);
    while text.len() < length {
        // 252 is the largest multiple of 36 in a byte. Higher values are skipped, so that all
        // letters are equally likely.
        let usable = random_bytes::<32>().into_iter().filter(|byte| *byte < 252);
        text.extend(
            usable.map(|byte| char::from(ALPHABET[usize::from(byte % 36)])).take(length - text.len()),
        );
    }
    text
}

/// A code that a person reads from the console and types: three groups of four letters, without
/// letters that look alike.
pub fn spoken_code() -> String {
    const ALPHABET: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let letters: Vec<char> = random_bytes::<12>()
        .into_iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]))
        .collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_shape_clients_know() {
        assert_eq!(object_id().len(), 24);
        let uuid = uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert_eq!(letters_and_digits(20).len(), 20);
        assert_ne!(letters_and_digits(20), letters_and_digits(20));
        assert_eq!(hex(&[0, 255, 16]), "00ff10");
        assert_eq!(spoken_code().len(), 14);
    }
}
