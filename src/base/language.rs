//! The languages that the cloud speaks.

/// A language in which the cloud writes to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    German,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::English, Language::German];
    pub const NAMES: [&str; 2] = ["english", "german"];

    /// The name by which clients choose it.
    pub const fn name(self) -> &'static str {
        match self {
            Language::English => "english",
            Language::German => "german",
        }
    }

    /// The code of ISO 639-1.
    pub const fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// The language with this name or code, in upper or lower case.
    pub fn named(text: &str) -> Option<Language> {
        let text = text.trim();
        Language::ALL
            .into_iter()
            .find(|one| text.eq_ignore_ascii_case(one.name()) || text.eq_ignore_ascii_case(one.code()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_go_by_name_and_code() {
        for (text, wanted) in [
            ("german", Some(Language::German)),
            ("DE", Some(Language::German)),
            (" English ", Some(Language::English)),
            ("deutsch", None),
            ("", None),
        ] {
            assert_eq!(Language::named(text), wanted, "{text}");
        }
        assert_eq!(Language::ALL.map(Language::name), Language::NAMES);
    }
}
