//! Writes numbers as digits. `format!` does the same but takes several times as long, which matters
//! for answers with dozens of numbers.

/// Appends a number in decimal digits.
pub fn append_decimal(bytes: &mut Vec<u8>, number: u64) {
    let mut digits = [0; 20];
    let (mut at, mut left) = (digits.len(), number);
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            return bytes.extend_from_slice(&digits[at..]);
        }
    }
}

/// Appends a number in hexadecimal digits, padded to at least `digits`.
pub fn append_hexadecimal(text: &mut String, number: u64, digits: u32) {
    let needed = (u64::BITS - number.leading_zeros()).div_ceil(4).max(digits);
    for place in (0..needed).rev() {
        let digit = (number >> (4 * place) & 15) as u8;
        text.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
    }
}

/// A number with thousands separators: `1,812`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn digits_are_those_of_format() {
        for number in [0, 1, 9, 10, 255, 256, 4095, 4096, u64::MAX / 3, u64::MAX] {
            let mut bytes = b"x".to_vec();
            append_decimal(&mut bytes, number);
            assert_eq!(String::from_utf8(bytes).unwrap(), format!("x{number}"));
            for digits in [1, 8] {
                let mut text = String::new();
                append_hexadecimal(&mut text, number, digits);
                assert_eq!(text, format!("{number:0width$x}", width = digits as usize));
            }
        }
    }
}
