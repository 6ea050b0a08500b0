//! Guesses from the beginnings of an old and a new content whether somebody has encrypted the file.

/// The number of bytes that are compared.
pub const SAMPLE_BYTES: usize = 4096;
/// Fewer bytes do not show anything.
const SAMPLE_BYTES_MIN: usize = 64;
/// A content looks random if its entropy is at least this part of the greatest entropy that so many
/// bytes can have. Random bytes reach 0.89 and more, and texts and tables at most 0.8.
const RANDOM_FROM: f64 = 0.87;

/// The first bytes of contents that look random although they are not: compressed pictures, films,
/// documents and archives.
const KNOWN_BEGINNINGS: &[&[u8]] = &[
    b"%PDF-",
    b"PK\x03\x04",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n",
    b"GIF8",
    b"RIFF",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"ID3",
    b"OggS",
    b"fLaC",
    b"\x1aE\xdf\xa3",
    b"\xd0\xcf\x11\xe0",
    b"SQLite format 3",
];
/// Films and pictures of phones have this signature after a length of four bytes.
const LATER_BEGINNING: (usize, &[u8]) = (4, b"ftyp");

/// True if `new` looks random and has no known beginning, and `old` did not look random or had a
/// known beginning.
pub fn looks_encrypted(old: &[u8], new: &[u8]) -> bool {
    looks_random(new)
        && !has_known_beginning(new)
        && (has_known_beginning(old) || !looks_random(old))
        && old.len() >= SAMPLE_BYTES_MIN
}

fn has_known_beginning(content: &[u8]) -> bool {
    let (from, mark) = LATER_BEGINNING;
    KNOWN_BEGINNINGS.iter().any(|mark| content.starts_with(mark))
        || content.get(from..).is_some_and(|later| later.starts_with(mark))
}

fn looks_random(content: &[u8]) -> bool {
    if content.len() < SAMPLE_BYTES_MIN {
        return false;
    }
    let mut counts = [0_u32; 256];
    content.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let length = content.len() as f64;
    let parts = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / length);
    let entropy: f64 = parts.map(|part| -part * part.log2()).sum();
    entropy >= RANDOM_FROM * length.min(256.0).log2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::random_bytes;

    fn random(length: usize) -> Vec<u8> {
        (0..length.div_ceil(32)).flat_map(|_| random_bytes::<32>()).take(length).collect()
    }

    fn text(length: usize) -> Vec<u8> {
        let line = "Dear Anna, the flat costs 812.50 a month; see you on Sunday at 10:30!\n";
        line.bytes().cycle().take(length).collect()
    }

    #[test]
    fn what_was_readable_and_is_random_now_looks_encrypted() {
        for length in [64, 100, 256, 257, 1000, SAMPLE_BYTES] {
            assert!(looks_encrypted(&text(length), &random(length)), "{length}");
        }
        let compressed = |beginning: &[u8]| [beginning, &random(SAMPLE_BYTES)].concat();
        for beginning in [&b"%PDF-1.7"[..], b"\xff\xd8\xff\xe0", b"PK\x03\x04", b"\0\0\0\x18ftypheic"] {
            assert!(looks_encrypted(&compressed(beginning), &random(SAMPLE_BYTES)), "{beginning:?}");
        }
    }

    #[test]
    fn people_s_own_changes_do_not() {
        let jpeg = |length| [&b"\xff\xd8\xff\xe0"[..], &random(length)].concat();
        let pairs = [
            (text(4096), text(4000)),
            (text(4096), [text(100), b"more".to_vec()].concat()),
            (jpeg(4000), jpeg(4000)),
            (text(4000), jpeg(4000)),
            (random(4096), random(4096)),
            (random(4096), text(4096)),
            (Vec::new(), random(4096)),
            (text(4096), random(40)),
            (text(4096), (0..=255).cycle().take(60).collect()),
            (text(4096), text(4096).iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()),
        ];
        for (old, new) in pairs {
            let beginnings = [&old, &new].map(|content| content[..content.len().min(16)].to_vec());
            assert!(!looks_encrypted(&old, &new), "{beginnings:?}");
        }
    }
}
