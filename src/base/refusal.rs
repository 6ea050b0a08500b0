//! Reasons why a text cannot be the value of a setting.

use crate::error::Reason;

/// The reason why a text cannot be the value of a setting: a sentence that continues after the
/// setting's name and text, and a reason for programs, if they can use one.
#[derive(Debug)]
pub struct Refusal {
    pub sentence: String,
    pub reason: Option<Reason>,
}

impl Refusal {
    pub fn of(reason: Reason, sentence: impl Into<String>) -> Refusal {
        Refusal { sentence: sentence.into(), reason: Some(reason) }
    }

    pub fn not_in_range(from: u32, to: u32) -> Refusal {
        Refusal::of(Reason::NotInRange(from, to), format!("is not a whole number from {from} to {to}"))
    }

    pub fn not_one_of(words: &'static [&'static str]) -> Refusal {
        Refusal::of(Reason::NotOneOf(words), format!("is not one of {}", words.join(", ")))
    }
}

impl<T: Into<String>> From<T> for Refusal {
    fn from(sentence: T) -> Refusal {
        Refusal { sentence: sentence.into(), reason: None }
    }
}
