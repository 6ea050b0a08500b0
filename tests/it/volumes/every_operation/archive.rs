//! Reads the archives that the server makes.

/// The names and contents of a zip archive as the server writes it: not compressed, with 64-bit fields (APPNOTE.TXT, section
/// 4.3.14). `None` for other bytes and for a part of an archive. The end of a content is left out if it is this tag.
pub fn unpacked(bytes: &[u8], tag: &[u8]) -> Option<Vec<u8>> {
    let end = bytes.len().checked_sub(22 + 20 + 56).filter(|at| bytes[*at..].starts_with(b"PK\x06\x06"))?;
    let (entries, mut at) = (number(bytes, end + 32, 8)?, number(bytes, end + 48, 8)?);
    let mut all = Vec::new();
    for _ in 0..entries {
        // An entry of the directory (section 4.3.12) and its 64-bit field (section 4.5.3).
        let (name, extra) = (number(bytes, at + 28, 2)?, number(bytes, at + 30, 2)?);
        let sizes = at + 46 + name;
        let (size, local) = (number(bytes, sizes + 4, 8)?, number(bytes, sizes + 20, 8)?);
        let begin = local + 30 + number(bytes, local + 26, 2)? + number(bytes, local + 28, 2)?;
        let content = bytes.get(begin..begin + size)?;
        all.extend_from_slice(bytes.get(at + 46..sizes)?);
        all.extend_from_slice(content.strip_suffix(tag).unwrap_or(content));
        at = sizes + extra;
    }
    Some(all)
}

/// A number of some bytes, the smallest first.
fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    bytes
        .get(at..at + size)
        .map(|digits| digits.iter().rev().fold(0, |sum, digit| sum << 8 | usize::from(*digit)))
}
