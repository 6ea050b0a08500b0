//! The valid values on the wire. They are declared once for parameters and replies. The description
//! of the API, its tables and the types of the portals are made from them.

use super::params::Param;
use super::record::Shape;
use crate::error::{Code, Error, Result};

/// The values that a parameter or a field of a reply can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Its name for people, in the tables of the documentation.
    pub name: &'static str,
    pub values: Values,
    /// The name of a format of OpenAPI: `int64`, `password`.
    pub format: Option<&'static str>,
    /// A regular expression (ECMA-262) for every value.
    pub pattern: Option<&'static str>,
    /// The least and the greatest length of a text. The server counts bytes, the description counts
    /// letters. A text with too many letters has too many bytes as well.
    pub length: Length,
    /// True if an empty text stands for "none".
    pub may_be_empty: bool,
}

type Length = (usize, Option<usize>);
const NO_LENGTH: Length = (0, None);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    Text,
    /// One of some words.
    Words(&'static [&'static str]),
    /// A whole number of 64 bits within limits.
    Number {
        minimum: Option<i64>,
        maximum: Option<i64>,
    },
    /// One of some numbers.
    Numbers(&'static [i64]),
    /// Records within a record of a reply, each below the name of the field. Without records the
    /// name is missing.
    Records(&'static Shape),
    /// Records whose fields become fields of the record around them: `attribute0_name` is the field
    /// `_name` of the first record of the field `attribute`. There may be none.
    Numbered(&'static Shape),
    /// Texts that become fields of the record around them: `path0`, `path1`. There may be none.
    NumberedTexts,
}

impl Schema {
    pub const TEXT: Schema = Schema::text("text");
    pub const NUMBER: Schema = Schema::number("number", None, None);
    /// A number that is not negative: a count, or a size in bytes.
    pub const COUNT: Schema = Schema::number("number", Some(0), None);
    pub const FLAG: Schema = Schema::one_of("flag", &[0, 1]);
    /// A point in time in seconds since 1970 UTC.
    pub const SECONDS: Schema = Schema::number("seconds since 1970 UTC", None, None);

    pub const fn text(name: &'static str) -> Schema {
        Schema {
            name,
            values: Values::Text,
            format: None,
            pattern: None,
            length: NO_LENGTH,
            may_be_empty: false,
        }
    }

    pub const fn number(name: &'static str, minimum: Option<i64>, maximum: Option<i64>) -> Schema {
        let values = Values::Number { minimum, maximum };
        Schema { name, values, format: Some("int64"), pattern: None, length: NO_LENGTH, may_be_empty: false }
    }

    pub const fn one_of(name: &'static str, numbers: &'static [i64]) -> Schema {
        let values = Values::Numbers(numbers);
        Schema { name, values, format: None, pattern: None, length: NO_LENGTH, may_be_empty: false }
    }

    pub const fn words(words: &'static [&'static str]) -> Schema {
        let values = Values::Words(words);
        Schema { name: "word", values, format: None, pattern: None, length: NO_LENGTH, may_be_empty: false }
    }

    pub const fn records(shape: &'static Shape) -> Schema {
        let values = Values::Records(shape);
        Schema {
            name: "records",
            values,
            format: None,
            pattern: None,
            length: NO_LENGTH,
            may_be_empty: false,
        }
    }

    pub const fn numbered(shape: &'static Shape) -> Schema {
        Schema { values: Values::Numbered(shape), ..Schema::text("numbered records") }
    }

    pub const NUMBERED_TEXTS: Schema =
        Schema { values: Values::NumberedTexts, ..Schema::text("numbered texts") };

    pub const fn matching(self, pattern: &'static str) -> Schema {
        Schema { pattern: Some(pattern), ..self }
    }

    /// A text with a least and a greatest number of bytes.
    pub const fn of_bytes(self, minimum: usize, maximum: usize) -> Schema {
        Schema { length: (minimum, Some(maximum)), ..self }
    }

    pub const fn formatted(self, format: &'static str) -> Schema {
        Schema { format: Some(format), ..self }
    }

    /// The same values, or an empty text.
    pub const fn or_empty(self) -> Schema {
        Schema { may_be_empty: true, ..self }
    }
}

/// A whole number within limits.
#[derive(Clone, Copy, Debug)]
pub struct Within<const LEAST: i64, const MOST: i64>(pub u64);

impl<const LEAST: i64, const MOST: i64> Param for Within<LEAST, MOST> {
    const SCHEMA: Schema = Schema::number("number", Some(LEAST), Some(MOST));

    fn parse(text: &str) -> Result<Within<LEAST, MOST>> {
        let number = text.trim().parse::<i64>().ok().filter(|number| (LEAST..=MOST).contains(number));
        number
            .and_then(|number| u64::try_from(number).ok())
            .map(Within)
            .ok_or_else(|| Error::new(Code::Invalid, format!("It must be a number from {LEAST} to {MOST}.")))
    }
}

/// The error for a text that is not one of the declared words.
#[cold]
pub fn not_one_of(words: &[&str]) -> Error {
    Error::new(Code::Invalid, format!("It must be one of {}.", words.join(", ")))
}

/// Makes the variants of an enumeration words on the wire, for parameters and replies. A variant
/// may have further words, which are only read.
macro_rules! words {
    ($( $name:ident { $( $variant:ident = $word:literal $(| $other:literal)* ),+ $(,)? } )+) => { $(
        impl $name {
            const WORDS: &'static [&'static str] = &[ $($word),+ ];

            pub fn word(&self) -> &'static str {
                match self { $( $name::$variant => $word, )+ }
            }
        }

        impl $crate::api::record::Value for $name {
            const SCHEMA: $crate::api::schema::Schema = $crate::api::schema::Schema::words($name::WORDS);

            fn write(&self, name: &'static str, fields: &mut dyn $crate::api::reply::Fields) {
                fields.text(name, self.word());
            }
        }

        impl $crate::api::params::Param for $name {
            const SCHEMA: $crate::api::schema::Schema = $crate::api::schema::Schema::words($name::WORDS);

            fn parse(text: &str) -> $crate::error::Result<$name> {
                match text.trim().to_ascii_lowercase().as_str() {
                    $( $word $(| $other)* => Ok($name::$variant), )+
                    _ => Err($crate::api::schema::not_one_of($name::WORDS)),
                }
            }
        }
    )+ };
}

/// Makes the variants of an enumeration the numbers of a parameter.
macro_rules! numbers {
    ($( $(#[doc = $help:literal])+ $name:ident { $( $variant:ident = $number:literal ),+ $(,)? } )+) => { $(
        $(#[doc = $help])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $( $variant = $number ),+ }

        impl $crate::api::params::Param for $name {
            const SCHEMA: $crate::api::schema::Schema =
                $crate::api::schema::Schema::one_of("number", &[ $($number),+ ]);

            fn parse(text: &str) -> $crate::error::Result<$name> {
                let variants = [ $($name::$variant),+ ];
                let number = text.trim().parse::<i64>().ok();
                variants.into_iter().find(|variant| number == Some(*variant as i64)).ok_or_else(|| {
                    let all = [ $($number),+ ].map(|number: i64| number.to_string()).join(", ");
                    $crate::error::Error::new($crate::error::Code::Invalid, format!("It must be one of {all}."))
                })
            }
        }
    )+ };
}

pub(in crate::api) use {numbers, words};
