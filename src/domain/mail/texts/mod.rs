//! The texts of mails that the program comes with, in each language.

/// Subject and text of every kind of mail, in one language.
macro_rules! texts {
    ($( $kind:ident $subject:literal $text:literal; )+) => {
        pub(super) fn of(kind: MailKind) -> Text {
            match kind {
                $( MailKind::$kind => Text { subject: $subject, text: $text }, )+
            }
        }
    };
}

mod english;
mod french;
mod german;
mod spanish;

use crate::base::language::Language;
use crate::store::mails::MailKind;

/// The subject and the text of a mail.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    pub subject: &'static str,
    pub text: &'static str,
}

/// The text of a kind of mail in a language.
pub fn of(language: Language, kind: MailKind) -> Text {
    match language {
        Language::English => english::of(kind),
        Language::German => german::of(kind),
        Language::French => french::of(kind),
        Language::Spanish => spanish::of(kind),
    }
}
