//! Parameters in numbered groups: one call describes several things of a kind.

use super::params::{Field, Ignored, Params};
use crate::error::{Code, Error, Result};
use crate::http::Form;
use std::collections::BTreeMap;

/// Groups of parameters that belong together by the number after a prefix: `attribute0_name`,
/// `attribute0_type`, `attribute1_name`. Their `params!` declare the names
/// `attribute0..attributeN_name` and so on.
pub struct NumberedGroup {
    pub prefix: &'static str,
    /// The number of groups; `None` for as many as have consecutive numbers from 0.
    pub total: Option<u64>,
}

impl NumberedGroup {
    /// The groups; `None` if the call has none.
    ///
    /// # Errors
    /// `Code::Invalid` with a sentence that names the parameter, and if there are fewer groups than
    /// the total.
    pub fn read<P: Params>(&self, form: &Form) -> Result<Option<Vec<P>>> {
        let declared = format!("{0}0..{0}N", self.prefix);
        let mut groups: BTreeMap<u64, Form> = BTreeMap::new();
        for (name, value) in form.fields() {
            let Some((number, rest)) = name.strip_prefix(self.prefix).and_then(number_before) else {
                continue;
            };
            groups.entry(number).or_default().set(&format!("{declared}{rest}"), value);
        }
        let total = match self.total {
            Some(total) => total,
            None if groups.is_empty() => return Ok(None),
            None => (0..).take_while(|number| groups.contains_key(number)).count() as u64,
        };
        if total > groups.len() as u64 {
            let sentence = format!("There are fewer than {total} parameters {}0 and so on.", self.prefix);
            return Err(Error::new(Code::Invalid, sentence));
        }
        let read = |number: u64| {
            let group = groups.remove(&number).unwrap_or_default();
            P::read(&group).map_err(|error| {
                let message = error.message.replace(&declared, &format!("{}{number}", self.prefix));
                error.saying(message)
            })
        };
        (0..total).map(read).collect::<Result<Vec<P>>>().map(Some)
    }
}

/// The number at the beginning of a text, and the rest of the text.
fn number_before(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok().map(|number| (number, &text[end..]))
}

/// Several lists of fields as one.
pub const fn joined<const N: usize>(lists: &[&[Field]]) -> [Field; N] {
    let mut all = [Field::of::<Ignored>("", None, ""); N];
    let (mut list, mut from, mut at) = (0, 0, 0);
    while list < lists.len() {
        if from < lists[list].len() {
            all[at] = lists[list][from];
            (from, at) = (from + 1, at + 1);
        } else {
            (list, from) = (list + 1, 0);
        }
    }
    assert!(at == N, "the lists have as many fields as there is room");
    all
}

/// The same fields, all of them optional: for groups of which there may be none.
pub const fn optional<const N: usize>(fields: &[Field]) -> [Field; N] {
    let mut all = joined::<N>(&[fields]);
    let mut at = 0;
    while at < N {
        all[at].is_required = false;
        at += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::params::{Param, params};

    params! {
        Note {
            /// Its text.
            text = "note0..noteN_text": String,
            /// Its number.
            number = "note0..noteN_number": u64 = 3,
        }
    }

    fn read(query: &str, total: Option<u64>) -> Result<Option<Vec<(String, u64)>>> {
        let notes = NumberedGroup { prefix: "note", total }.read::<Note>(&Form::from_query(query))?;
        Ok(notes.map(|notes| notes.into_iter().map(|note| (note.text, note.number)).collect()))
    }

    #[test]
    fn groups_are_read_by_their_numbers() {
        let pair = |text: &str, number| (text.to_owned(), number);
        let both = "note1_text=b&note0_text=a&note0_number=1&note2_text=c";
        let all = vec![pair("a", 1), pair("b", 3), pair("c", 3)];
        assert_eq!(read(both, None).unwrap(), Some(all.clone()));
        assert_eq!(read(both, Some(2)).unwrap(), Some(all[..2].to_vec()));
        assert_eq!(read("notes=7&note=8", None).unwrap(), None);
        assert_eq!(read("", Some(0)).unwrap(), Some(Vec::new()));
        assert_eq!(read("note0_text=a&note2_text=c", None).unwrap(), Some(vec![pair("a", 3)]));
    }

    #[test]
    fn what_is_wrong_in_a_group_is_named_with_its_number() {
        for (query, total, named) in [
            ("note0_text=a&note1_number=1", None, "note1_text"),
            ("note0_text=a&note0_number=x", None, "note0_number"),
            ("note0_text=a", Some(2), "note0"),
            ("note0_text=a", Some(u64::MAX), "note0"),
        ] {
            let error = read(query, total).unwrap_err();
            assert!(error.code == Code::Invalid && error.message.contains(named), "{error}");
        }
        assert!(<String as Param>::IS_REQUIRED && !optional::<2>(Note::FIELDS)[0].is_required);
    }
}
