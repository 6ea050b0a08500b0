//! The kinds of mails and the placeholders of their texts. The texts that the program comes with
//! are in `texts`, a file for each language.
//!
//! In a text, `{name}` stands for a value, and an empty line separates paragraphs. The HTML is made
//! from the same text. Besides its own placeholders, every kind has `{cloud}`, the name of this
//! cloud.

use super::texts::{self, Text};
use crate::base::language::Language;
use crate::store::mails::MailKind;

/// The placeholder that every kind has.
pub const CLOUD: &str = "cloud";

/// A kind of mail.
pub struct Kind {
    pub kind: MailKind,
    /// The name under which clients choose it.
    pub word: &'static str,
    pub placeholders: &'static [&'static str],
    /// True if a value is a link or a code that gives access. It is forgotten when the mail was
    /// sent or given up.
    pub is_secret: bool,
    /// After this many seconds the mail is useless, and is not sent any more.
    pub useful_seconds: Option<i64>,
}

impl Kind {
    pub fn text(&self, language: Language) -> Text {
        texts::of(language, self.kind)
    }
}

/// Everything about a kind of mail.
pub fn of(kind: MailKind) -> &'static Kind {
    KINDS.iter().find(|one| one.kind == kind).expect("every kind has a row: a test")
}

/// The names of all kinds.
pub const WORDS: &[&str] = &{
    let mut words = [""; KINDS.len()];
    let mut at = 0;
    while at < words.len() {
        words[at] = KINDS[at].word;
        at += 1;
    }
    words
};

/// The kind with this name.
pub fn named(word: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|one| one.word == word.trim())
}

macro_rules! kinds {
    ($( $kind:ident $word:literal [$($placeholder:literal)*] $(secret $(for $seconds:literal seconds)?)?; )+) => {
        /// All kinds of mails.
        pub const KINDS: &[Kind] = &[
            $( Kind {
                kind: MailKind::$kind,
                word: $word,
                placeholders: &[$($placeholder),*],
                is_secret: kinds!(@is_secret $(secret $(for $seconds)?)?),
                useful_seconds: kinds!(@seconds $(secret $(for $seconds)?)?),
            }, )+
        ];
    };
    (@is_secret secret $($for:tt)*) => { true };
    (@is_secret) => { false };
    (@seconds secret for $seconds:literal) => { Some($seconds) };
    (@seconds $($secret:tt)?) => { None };
}

kinds! {
    Test "test" ["name"];
    Message "message" ["sender" "subject" "message"];
    SignInCode "code" ["name" "code"] secret for 600 seconds;
    NewPlace "newplace" ["name" "device" "address" "when"];
    PasswordReset "passwordreset" ["name" "link"] secret;
    VerifyEmail "verifyemail" ["name" "link"] secret;
    Invitation "invitation" ["name" "sender" "link"] secret;
    Held "held" ["name" "who" "count" "device" "when"];
    ShareLink "sharelink" ["sender" "share" "message" "link"] secret;
    Share "share" ["name" "sender" "share" "message" "link"];
    Limit "limit" ["name" "used" "limit"];
    Disk "disk" ["name" "disks"];
    BackupFailed "backupfailed" ["name" "reason"];
    CheckFindings "checkfindings" ["name" "findings"];
    AccountWaits "accountwaits" ["name" "account" "email" "link"];
    LetIn "letin" ["name" "account" "link"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_row_and_a_word() {
        for number in 1.. {
            let Some(kind) = MailKind::from_number(number) else { break };
            assert_eq!(KINDS.iter().filter(|one| one.kind == kind).count(), 1, "{kind:?}");
            assert_eq!(named(of(kind).word).map(|one| one.kind), Some(kind));
        }
        assert!(
            of(MailKind::SignInCode).useful_seconds == Some(600) && of(MailKind::PasswordReset).is_secret
        );
        assert!(of(MailKind::Test).useful_seconds.is_none() && !of(MailKind::Test).is_secret);
    }
}
