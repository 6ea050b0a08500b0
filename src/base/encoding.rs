//! Decodes text files: UTF-16 if there is a byte order mark, else UTF-8, else Windows-1252, the
//! encoding of old Western texts. Its letters are those of Latin-1.

/// The bytes 0x80 to 0x9f in Windows-1252 (WHATWG Encoding Standard). Unused ones are U+FFFD.
const WINDOWS_1252: [char; 32] = [
    '\u{20ac}', '\u{fffd}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}',
    '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{fffd}', '\u{17d}', '\u{fffd}', '\u{fffd}', '\u{2018}',
    '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}',
    '\u{203a}', '\u{153}', '\u{fffd}', '\u{17e}', '\u{178}',
];

/// The byte order of UTF-16, as the function that joins two bytes.
type Order = fn([u8; 2]) -> u16;

fn utf_16_order(bytes: &[u8]) -> Option<Order> {
    match bytes {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        _ => None,
    }
}

/// True if a file with this beginning can be text. Only UTF-16 text contains NUL bytes.
pub fn may_be_text(beginning: &[u8]) -> bool {
    utf_16_order(beginning).is_some() || !beginning.contains(&0)
}

/// The text of some bytes, or `None` if they are not text.
pub fn decode(bytes: Vec<u8>) -> Option<String> {
    if let Some(order) = utf_16_order(&bytes) {
        let units = bytes[2..].chunks_exact(2);
        let is_whole = units.remainder().is_empty();
        let units = units.map(|unit| order([unit[0], unit[1]]));
        let text = char::decode_utf16(units).collect::<Result<String, _>>().ok()?;
        return (is_whole && !text.contains('\0')).then_some(text);
    }
    if bytes.contains(&0) {
        return None;
    }
    String::from_utf8(bytes).map_or_else(|error| windows_1252(error.as_bytes()), Some)
}

fn windows_1252(bytes: &[u8]) -> Option<String> {
    let letter = |byte: u8| match byte {
        // Text contains no control characters except white space, so these bytes are something
        // else.
        0..=8 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f => None,
        0x80..=0x9f => Some(WINDOWS_1252[usize::from(byte - 0x80)]).filter(|letter| *letter != '\u{fffd}'),
        _ => Some(char::from(byte)),
    };
    bytes.iter().map(|byte| letter(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_in_the_encodings_that_people_have() {
        let utf_16 = |text: &str, mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
            mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
        };
        let text = "Gr\u{fc}\u{df}e \u{20ac} \u{1f600}";
        assert_eq!(decode(utf_16(text, [0xff, 0xfe], u16::to_le_bytes)).as_deref(), Some(text));
        assert_eq!(decode(utf_16(text, [0xfe, 0xff], u16::to_be_bytes)).as_deref(), Some(text));
        assert_eq!(decode(text.into()).as_deref(), Some(text));
        assert_eq!(
            decode(b"Gr\xfc\xdfe \x80\t\r\n".into()).as_deref(),
            Some("Gr\u{fc}\u{df}e \u{20ac}\t\r\n")
        );
        for none in [
            &b"\xff\xd8\xff\xe0\x00\x10JFIF"[..],
            b"\xff\xd8 \x01\x02",
            b"a\0b",
            b"\xff\xfea",
            b"\xff\xfe\x00\xd8",
            b"\xe9\x81",
        ] {
            assert_eq!(decode(none.into()), None, "{none:?}");
        }
        assert!(may_be_text(b"\xff\xfea\0") && may_be_text(b"a") && !may_be_text(b"a\0"));
    }
}
