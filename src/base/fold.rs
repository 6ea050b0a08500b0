//! Folds text for the search: lower case, without accents.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The folded form of a text. `Crème Brûlée.JPG` and `creme brulee.jpg` have the same form, whether
/// the accents are composed or not. Letters such as `ø` and `ß` become the letters that most people
/// would type for them.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkd().filter(|character| !is_combining_mark(*character)) {
        for lower in character.to_lowercase() {
            match lower {
                'ß' => folded.push_str("ss"),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'ø' => folded.push('o'),
                'ł' => folded.push('l'),
                'đ' => folded.push('d'),
                'ı' => folded.push('i'),
                'ς' => folded.push('σ'),
                other => folded.push(other),
            }
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_composition_do_not_count() {
        for (text, wanted) in [
            ("IMG_0001.JPG", "img_0001.jpg"),
            ("Crème Brûlée", "creme brulee"),
            ("Cre\u{300}me", "creme"),
            ("Straße STRASSE ẞ", "strasse strasse ss"),
            ("Smørrebrød", "smorrebrod"),
            ("İstanbul ısı", "istanbul isi"),
            ("ΟΔΟΣ οδος", "οδοσ οδοσ"),
            ("ﬁle ２０２４", "file 2024"),
            ("Ёлка", "елка"),
            ("照片", "照片"),
            ("", ""),
        ] {
            assert_eq!(fold(text), wanted, "{text}");
            assert_eq!(fold(&fold(text)), wanted, "folding twice changes nothing");
        }
    }
}
