//! Adds a number to a name that is already taken.

use super::path::NAME_BYTES_MAX;

/// The maximum length of an extension in bytes, with its dot. A longer part after a dot belongs to
/// the name.
const EXTENSION_BYTES_MAX: usize = 16;

/// A name with a number before its extension. If it would be too long, the name is cut.
pub fn numbered(name: &str, number: u32) -> String {
    let dot = name.rfind('.').filter(|dot| *dot > 0 && name.len() - dot <= EXTENSION_BYTES_MAX);
    numbered_at(name, dot.unwrap_or(name.len()), number)
}

/// The same for a name without an extension: all its dots belong to the name.
pub fn numbered_whole(name: &str, number: u32) -> String {
    numbered_at(name, name.len(), number)
}

fn numbered_at(name: &str, at: usize, number: u32) -> String {
    if number < 2 {
        return name.to_owned();
    }
    let (stem, extension) = name.split_at(at);
    let number = format!(" ({number})");
    let mut end = stem.len().min(NAME_BYTES_MAX - number.len() - extension.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{number}{extension}", &stem[..end])
}

#[cfg(test)]
mod tests {
    use super::{numbered, numbered_whole};

    #[test]
    fn numbers_stand_before_the_extension_and_names_stay_short_enough() {
        assert_eq!(numbered("a.txt", 1), "a.txt");
        assert_eq!(numbered("a.tar.gz", 2), "a.tar (2).gz");
        assert_eq!(numbered(".profile", 3), ".profile (3)");
        assert_eq!(numbered("folder", 12), "folder (12)");
        assert_eq!(numbered_whole("version 1.2", 2), "version 1.2 (2)");
        let long = numbered(&format!("{}.jpeg", "\u{e9}".repeat(125)), 1000);
        assert!(long.len() <= 255 && long.ends_with(" (1000).jpeg"), "{long}");
    }
}
