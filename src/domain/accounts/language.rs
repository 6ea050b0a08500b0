//! The language of a person: in which the cloud writes to them. Portals have a language of the browser besides.

use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::client_values;
use crate::error::{Code, Error, Result};
use crate::store::{Write, user_values};

/// Key and name of the value that holds the language.
const KEPT: (&str, &str) = ("account", "language");

/// The languages that the cloud speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    German,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::English, Language::German];

    /// The name by which clients choose it.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "english",
            Language::German => "german",
        }
    }

    /// The code of ISO 639-1.
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// By its name or code, in whatever case.
    pub fn named(text: &str) -> Option<Language> {
        let text = text.trim();
        Language::ALL
            .into_iter()
            .find(|one| text.eq_ignore_ascii_case(one.name()) || text.eq_ignore_ascii_case(one.code()))
    }
}

impl CloudView<'_> {
    /// The language of an account by its id; English where it never chose one.
    pub fn language(&self, account: i64) -> Result<Language> {
        let (key, name) = KEPT;
        let kept = self.cloud.store.read(|read| user_values::get(read, account, key, name))?;
        Ok(kept.and_then(|kept| Language::named(&kept)).unwrap_or_default())
    }
}

/// Chooses the language of the acting account.
///
/// # Errors
/// `Code::Invalid` for one that the cloud does not speak.
pub fn choose(tx: &Write, user: &User, text: &str) -> Result<()> {
    let Some(language) = Language::named(text) else {
        let names = Language::ALL.map(Language::name).join(" and ");
        return Err(Error::new(Code::Invalid, format!("This cloud speaks {names}.")));
    };
    let (key, name) = KEPT;
    client_values::set(tx, user, key, name, language.name())
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
    }
}
