//! The values that an attribute can have.

use crate::base::limits::METADATA_VALUE_BYTES_MAX;
use crate::base::text::is_lines;
use crate::base::time;
use crate::error::{Code, Error, Result};
use crate::store::metadata::{AttributeRow, AttributeType};
use std::num::IntErrorKind;

/// Checks a text as the value of an attribute, and returns the form in which it is stored; empty
/// for no value.
///
/// # Errors
/// `Code::Invalid` for a value that the attribute cannot have.
pub(super) fn checked_value(attribute: &AttributeRow, text: &str) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n");
    let wrong = |what: &str| Err(Error::new(Code::Invalid, format!("{}: {what}", attribute.name)));
    if !is_lines(&text, METADATA_VALUE_BYTES_MAX) {
        let most = METADATA_VALUE_BYTES_MAX;
        return wrong(&format!("a value has at most {most} bytes and no control characters."));
    }
    if text.is_empty() {
        return Ok(text);
    }
    match attribute.kind {
        AttributeType::Text => Ok(text),
        AttributeType::Integer => match text.parse::<i64>() {
            Ok(number) => Ok(number.to_string()),
            Err(error) => match error.kind() {
                IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => {
                    wrong("this number is outside of -9223372036854775808 to 9223372036854775807.")
                }
                _ => wrong("this must be a whole number."),
            },
        },
        AttributeType::Decimal => match text.parse::<f64>() {
            Ok(number) if number.is_finite() && text.len() <= 100 => Ok(text),
            _ => wrong("this must be a number such as 2.5."),
        },
        AttributeType::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok("true".into()),
            "false" | "0" => Ok("false".into()),
            _ => wrong("this must be true or false."),
        },
        AttributeType::Date => match time::parse(&text) {
            Some(seconds) => Ok(time::plain_text(seconds)),
            None => wrong("this must be a date such as 2024-12-31."),
        },
        AttributeType::Enumeration if attribute.choices.contains(&text) => Ok(text),
        AttributeType::Enumeration => wrong("this must be one of the listed values."),
        AttributeType::List => {
            let items = text.split([',', '\n']).map(str::trim).filter(|item| !item.is_empty());
            Ok(items.collect::<Vec<_>>().join(","))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(kind: AttributeType) -> AttributeRow {
        AttributeRow {
            id: 1,
            name: "Kind".into(),
            description: String::new(),
            kind,
            is_required: false,
            is_disabled: false,
            default_value: String::new(),
            choices: vec!["red".into(), "dark blue".into()],
        }
    }

    #[test]
    fn a_value_is_of_the_type_of_its_attribute() {
        use AttributeType::{Boolean, Date, Decimal, Enumeration, Integer, List, Text};
        for (kind, text, value) in [
            (Text, " a\r\nb ", Some("a\nb")),
            (Text, "a\u{7}", None),
            (Integer, "-07", Some("-7")),
            (Integer, "7.5", None),
            (Integer, "9223372036854775808", None),
            (Decimal, "2.50", Some("2.50")),
            (Decimal, "2,5", None),
            (Decimal, "NaN", None),
            (Boolean, "TRUE", Some("true")),
            (Boolean, "0", Some("false")),
            (Boolean, "maybe", None),
            (Date, "2024-02-29", Some("2024-02-29 00:00:00")),
            (Date, "2024-02-29 13:05:09", Some("2024-02-29 13:05:09")),
            (Date, "2023-02-29", None),
            (Enumeration, "dark blue", Some("dark blue")),
            (Enumeration, "blue", None),
            (List, " a, ,b b,", Some("a,b b")),
            (Integer, "  ", Some("")),
        ] {
            assert_eq!(checked_value(&attribute(kind), text).ok().as_deref(), value, "{kind:?} {text:?}");
        }
        assert!(checked_value(&attribute(Text), &"x".repeat(METADATA_VALUE_BYTES_MAX + 1)).is_err());
    }
}
