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

    /// The language that a browser prefers, by its `Accept-Language` (RFC 9110, section 12.5.4), in
    /// lines as they were sent. Without one that the cloud speaks it is the default.
    pub fn preferred<'a>(lines: impl Iterator<Item = &'a str>) -> Language {
        let mut best = (0.0, Language::default());
        for range in lines.flat_map(|line| line.split(',')) {
            let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
            let code = tag.split('-').next().unwrap_or("").trim();
            let Some(language) = Language::ALL.into_iter().find(|one| code.eq_ignore_ascii_case(one.code()))
            else {
                continue;
            };
            let weight = weight.trim().strip_prefix("q=").map_or(1.0, |text| text.parse().unwrap_or(0.0));
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_say_which_language_they_prefer() {
        for (lines, wanted) in [
            (&[][..], Language::English),
            (&["de"], Language::German),
            (&["fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5"], Language::French),
            (&["nl, en;q=0.4, es-MX;q=0.5"], Language::Spanish),
            (&["en;q=0.1", "DE-at;q=0.2"], Language::German),
            (&["it", "pt;q=0.9"], Language::English),
            (&["de;q=0, fr;q=x, ;;,-"], Language::English),
            (&["de;q=NaN, es;q=0.1"], Language::Spanish),
        ] {
            assert_eq!(Language::preferred(lines.iter().copied()), wanted, "{lines:?}");
        }
    }

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
