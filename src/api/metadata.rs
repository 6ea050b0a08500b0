//! Parameters and fields of metadata sets that both sides use: ids, flags and attributes.

use super::params::{Param, RecordId, Shown};
use super::record::{Id, NumberedTexts, Value, record};
use super::reply::Fields;
use super::schema::{Schema, numbers};
use crate::api::params::check_length;
use crate::base::ids::record_id;
use crate::error::Result;
use crate::store::metadata::{self, AttributeRow, SetKind};

/// The row of the default set, and the id by which clients of FileCloud know it.
const DEFAULT_ROW: i64 = 1;
const DEFAULT_ID: &str = "55557777bbbbccccddddaaaa";
/// The same for the built-in sets: the facts about photos, and the life cycle.
const BUILT_IN: [(i64, &str); 2] = [(-1, "55557777bbbbccccddddaaab"), (-2, "55557777bbbbccccddddaaac")];

/// The id of a metadata set, shown in the audit log.
#[derive(Clone, Copy, Debug)]
pub struct SetId(pub i64);

impl Value for SetId {
    const SCHEMA: Schema = Id::SCHEMA;

    fn write(&self, name: &'static str, fields: &mut dyn Fields) {
        match self.0 {
            DEFAULT_ROW => fields.text(name, DEFAULT_ID),
            row => match BUILT_IN.iter().find(|(built_in, _)| *built_in == row) {
                Some((_, id)) => fields.text(name, id),
                None => fields.text(name, &record_id(row)),
            },
        }
    }
}

impl Param for SetId {
    const SCHEMA: Schema = RecordId::SCHEMA;
    const SHOWN: Shown = Shown::Named;

    fn parse(text: &str) -> Result<SetId> {
        match text.trim() {
            id if id.eq_ignore_ascii_case(DEFAULT_ID) => Ok(SetId(DEFAULT_ROW)),
            id => match BUILT_IN.iter().find(|(_, built_in)| id.eq_ignore_ascii_case(built_in)) {
                Some((row, _)) => Ok(SetId(*row)),
                None => RecordId::parse(id).map(|id| SetId(id.0)),
            },
        }
    }
}

/// The id of an attribute, shown in the audit log.
#[derive(Clone, Copy, Debug)]
pub struct AttributeId(pub i64);

impl Param for AttributeId {
    const SCHEMA: Schema = RecordId::SCHEMA;
    const SHOWN: Shown = Shown::Named;

    fn parse(text: &str) -> Result<AttributeId> {
        let digits = text.trim();
        // The ids of built-in attributes are negative.
        let number =
            u64::from_str_radix(digits, 16).ok().map(|number| i64::from_be_bytes(number.to_be_bytes()));
        match number.filter(|number| *number < 0 && record_id(*number).eq_ignore_ascii_case(digits)) {
            Some(number) => Ok(AttributeId(number)),
            None => RecordId::parse(text).map(|id| AttributeId(id.0)),
        }
    }
}

/// A text that the audit log shows.
#[derive(Clone, Debug)]
pub struct Told<const BYTES_MAX: usize>(pub String);

impl<const BYTES_MAX: usize> Param for Told<BYTES_MAX> {
    const SCHEMA: Schema = Schema::TEXT.of_bytes(0, BYTES_MAX);
    const SHOWN: Shown = Shown::Named;

    fn parse(text: &str) -> Result<Told<BYTES_MAX>> {
        check_length(text, BYTES_MAX)?;
        Ok(Told(text.into()))
    }
}

/// A flag in the form of metadata: 1, or empty.
pub struct OneOrEmpty(pub bool);

impl Value for OneOrEmpty {
    const SCHEMA: Schema = Schema::words(&["1", ""]);

    fn write(&self, name: &'static str, fields: &mut dyn Fields) {
        fields.text(name, if self.0 { "1" } else { "" });
    }
}

numbers! {
    /// The type of an attribute's values: 1 text, 2 whole number, 3 decimal number, 4 boolean, 5
    /// date, 6 enumeration, 7 list separated by commas.
    AttributeType { Text = 1, Integer = 2, Decimal = 3, Boolean = 4, Date = 5, Enumeration = 6, List = 7 }
    /// The kind of a set: 1 built in, 2 default, 3 custom.
    SetType { BuiltIn = 1, Default = 2, Custom = 3 }
}

impl AttributeType {
    pub fn stored(self) -> metadata::AttributeType {
        metadata::AttributeType::from_number(self as i64).unwrap_or(metadata::AttributeType::Text)
    }
}

/// The number of an attribute's type.
pub struct TypeNumber(pub metadata::AttributeType);

impl Value for TypeNumber {
    const SCHEMA: Schema = AttributeType::SCHEMA;

    fn write(&self, name: &'static str, fields: &mut dyn Fields) {
        fields.number(name, self.0.number());
    }
}

/// The number of the kind of a set.
pub struct KindNumber(pub SetKind);

impl Value for KindNumber {
    const SCHEMA: Schema = SetType::SCHEMA;

    fn write(&self, name: &'static str, fields: &mut dyn Fields) {
        let kind = match self.0 {
            SetKind::BuiltIn => SetType::BuiltIn,
            SetKind::Default => SetType::Default,
            SetKind::Custom => SetType::Custom,
        };
        fields.number(name, kind as i64);
    }
}

record! {
    /// An attribute of a metadata set. Its fields are fields of the set: those of the first one
    /// begin with `attribute0`.
    MetadataAttribute {
        /// The id.
        id = "_attributeid": Id,
        /// The name.
        name = "_name": String,
        /// Its purpose.
        description = "_description": String,
        /// 1 text, 2 whole number, 3 decimal number, 4 boolean, 5 date, 6 enumeration, 7 list
        /// separated by commas.
        kind = "_type": TypeNumber,
        /// The value of a new entry.
        defaultvalue = "_defaultvalue": String,
        /// Whether it must have a value.
        required = "_required": OneOrEmpty,
        /// Whether its values cannot be changed any more.
        disabled = "_disabled": OneOrEmpty,
        /// The values to choose from, for an enumeration.
        choices = "_predefinedvalue": NumberedTexts,
        /// The number of values to choose from, for an enumeration.
        choices_total = "_predefinedvalues_total": Option<usize>,
    }
}

impl From<AttributeRow> for MetadataAttribute {
    fn from(row: AttributeRow) -> MetadataAttribute {
        MetadataAttribute {
            id: Id(row.id),
            name: row.name,
            description: row.description,
            kind: TypeNumber(row.kind),
            defaultvalue: row.default_value,
            required: OneOrEmpty(row.is_required),
            disabled: OneOrEmpty(row.is_disabled),
            choices_total: (row.kind == metadata::AttributeType::Enumeration).then_some(row.choices.len()),
            choices: NumberedTexts(row.choices),
        }
    }
}
