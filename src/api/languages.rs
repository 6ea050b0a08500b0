//! The languages of the cloud as values on the wire.

use super::params::Param;
use super::record::Value;
use super::reply::Fields;
use super::schema::Schema;
use crate::base::language::Language;
use crate::error::{Code, Error, Result};

impl Param for Language {
    const SCHEMA: Schema = Schema::words(Language::WORDS);

    fn parse(text: &str) -> Result<Language> {
        Language::named(text).ok_or_else(|| {
            let [first @ .., last] = &Language::NAMES;
            Error::new(Code::Invalid, format!("This cloud speaks {} and {last}.", first.join(", ")))
        })
    }
}

impl Value for Language {
    const SCHEMA: Schema = Schema::words(&Language::NAMES);

    fn write(&self, name: &'static str, fields: &mut dyn Fields) {
        fields.text(name, self.name());
    }
}
