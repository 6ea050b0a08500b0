//! The words on pages without scripts, in each language.

mod english;
mod french;
mod german;
mod spanish;

use crate::base::language::Language;

/// A title and a sentence.
#[derive(Clone, Copy)]
pub struct Sentences {
    pub title: &'static str,
    pub text: &'static str,
}

/// The words in one language.
pub struct Words {
    /// A link that does not work, whatever the reason.
    pub dead: Sentences,
    /// A link with a password that was not entered.
    pub closed: Sentences,
    pub busy: Sentences,
    pub arrived: Sentences,
    pub not_arrived: Sentences,
    /// The labels of the form for a file, and its button.
    pub your_name: &'static str,
    pub file: &'static str,
    pub send: &'static str,
}

impl Words {
    pub const fn of(language: Language) -> &'static Words {
        match language {
            Language::English => &english::WORDS,
            Language::German => &german::WORDS,
            Language::French => &french::WORDS,
            Language::Spanish => &spanish::WORDS,
        }
    }
}
