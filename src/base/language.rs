//! The languages that the cloud speaks. This is their only list: the build, the operations, the
//! settings and the mails take it from here, and a check compares that of the portals with it.
//!
//! A further language is a line here, `messages/*.CODE.json` for the portals, a file of mails in
//! `domain/mail/texts`, and one of the words on pages without scripts in `api/page_words`.

macro_rules! languages {
    ($( $(#[$default:meta])* $language:ident $name:literal $code:literal; )+) => {
        /// A language in which the cloud writes to people.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum Language {
            $( $(#[$default])* $language, )+
        }

        impl Language {
            pub const ALL: [Language; Language::NAMES.len()] = [$( Language::$language ),+];
            pub const NAMES: [&str; [$( $code ),+].len()] = [$( $name ),+];
            /// What clients may write to choose one: the names and the codes.
            pub const WORDS: &[&str] = &[$( $name, )+ $( $code, )+];

            /// The name by which clients choose it.
            pub const fn name(self) -> &'static str {
                match self {
                    $( Language::$language => $name, )+
                }
            }

            /// The code of ISO 639-1.
            pub const fn code(self) -> &'static str {
                match self {
                    $( Language::$language => $code, )+
                }
            }
        }
    };
}

languages! {
    #[default]
    English "english" "en";
    German "german" "de";
    French "french" "fr";
    Spanish "spanish" "es";
}

impl Language {
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
            ("Fr", Some(Language::French)),
            ("spanish", Some(Language::Spanish)),
            (" English ", Some(Language::English)),
            ("deutsch", None),
            ("", None),
        ] {
            assert_eq!(Language::named(text), wanted, "{text}");
        }
        assert_eq!(Language::ALL.map(Language::name), Language::NAMES);
        for word in Language::WORDS {
            assert!(Language::named(word).is_some(), "{word}");
        }
    }
}
