//! Declared replies: `record!` declares the fields of a record, `reply!` the document that contains
//! the records.
//!
//! A declaration gives the bytes on the wire, the schemas of the description, the tables of the
//! documentation and the types of the portals. So these always agree.

use super::reply::{AnyRecord, Fields};
use super::schema::Schema;
use crate::base::ids::record_id;
use crate::base::size::size_text;
use crate::base::time::{month_text, plain_text};
use crate::store::users::AccountStatus;
use std::borrow::Cow;

/// A record of a reply. Its fields are written in this order.
pub trait Record {
    const SHAPE: &'static Shape;
    fn write(&self, fields: &mut dyn Fields);
}

/// The declaration of a record.
#[derive(Debug, PartialEq, Eq)]
pub struct Shape {
    /// The name of its schema.
    pub name: &'static str,
    pub help: &'static str,
    pub fields: &'static [FieldShape],
}

/// One field of a record.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldShape {
    pub name: &'static str,
    /// Not the schema itself: there are two thousand fields and few schemas, each of which the
    /// compiler keeps once.
    pub schema: &'static Schema,
    /// True if it may be missing.
    pub is_optional: bool,
    /// True if FileCloud servers do not send it.
    pub is_extension: bool,
    pub help: &'static str,
}

impl FieldShape {
    pub const fn of<T: Value>(name: &'static str, help: &'static str, is_extension: bool) -> FieldShape {
        FieldShape { name, schema: T::KEPT_SCHEMA, is_optional: T::IS_OPTIONAL, is_extension, help }
    }
}

/// A document of records, which an operation answers.
pub trait Document {
    /// The record before the records: `()` for none, an `Option` if it may be missing.
    type Meta: Meta;
    type Record: Record;
    const SHAPE: &'static DocumentShape;
}

/// The declaration of a document.
#[derive(Debug, PartialEq, Eq)]
pub struct DocumentShape {
    /// The name of its schema.
    pub name: &'static str,
    pub help: &'static str,
    /// The root of the XML; JSON has none.
    pub root: &'static str,
    pub meta: &'static Shape,
    /// The name of the record before the records.
    pub meta_element: &'static str,
    /// True if the record before the records may be missing.
    pub is_meta_optional: bool,
    /// The name of each record.
    pub element: &'static str,
    pub record: &'static Shape,
    /// True if there is always exactly one record.
    pub is_single: bool,
}

/// The record that may come before the records of a document.
pub trait Meta {
    const SHAPE: &'static Shape;
    const IS_OPTIONAL: bool = false;
    /// The record, if there is one.
    fn into_record(self) -> Option<Box<dyn AnyRecord>>;
}

impl<T: Record + Send + 'static> Meta for T {
    const SHAPE: &'static Shape = T::SHAPE;

    fn into_record(self) -> Option<Box<dyn AnyRecord>> {
        Some(Box::new(self))
    }
}

impl<T: Record + Send + 'static> Meta for Option<T> {
    const SHAPE: &'static Shape = T::SHAPE;
    const IS_OPTIONAL: bool = true;

    fn into_record(self) -> Option<Box<dyn AnyRecord>> {
        self.and_then(Meta::into_record)
    }
}

/// A type that a field can have.
pub trait Value {
    const SCHEMA: Schema;
    const KEPT_SCHEMA: &'static Schema = &Self::SCHEMA;
    const IS_OPTIONAL: bool = false;
    fn write(&self, name: &'static str, fields: &mut dyn Fields);
}

impl Record for () {
    const SHAPE: &'static Shape = &Shape { name: "", help: "", fields: &[] };

    fn write(&self, _: &mut dyn Fields) {}
}

macro_rules! texts {
    ($($kind:ty),+) => { $(
        impl Value for $kind {
            const SCHEMA: Schema = Schema::TEXT;

            fn write(&self, name: &'static str, fields: &mut dyn Fields) {
                fields.text(name, self);
            }
        }
    )+ };
}

texts!(String, &str, Cow<'_, str>);

impl Value for i64 {
    const SCHEMA: Schema = Schema::NUMBER;

    fn write(&self, name: &'static str, fields: &mut dyn Fields) {
        fields.number(name, *self);
    }
}

macro_rules! counts {
    ($($kind:ty),+) => { $(
        impl Value for $kind {
            const SCHEMA: Schema = Schema::COUNT;

            /// A number that is too large becomes the largest one.
            fn write(&self, name: &'static str, fields: &mut dyn Fields) {
                fields.number(name, i64::try_from(*self).unwrap_or(i64::MAX));
            }
        }
    )+ };
}

counts!(u32, u64, usize);

impl Value for bool {
    const SCHEMA: Schema = Schema::FLAG;

    fn write(&self, name: &'static str, fields: &mut dyn Fields) {
        fields.number(name, i64::from(*self));
    }
}

/// A field that is missing if it has no value.
impl<T: Value> Value for Option<T> {
    const SCHEMA: Schema = T::SCHEMA;
    const IS_OPTIONAL: bool = true;

    fn write(&self, name: &'static str, fields: &mut dyn Fields) {
        if let Some(value) = self {
            value.write(name, fields);
        }
    }
}

/// Records within a record: an element with the field's name for each record, or a list in JSON.
/// Without records the name is missing.
impl<T: Record> Value for Vec<T> {
    const SCHEMA: Schema = Schema::records(T::SHAPE);
    const IS_OPTIONAL: bool = true;

    fn write(&self, name: &'static str, fields: &mut dyn Fields) {
        fields.records(name, self.len(), &|index, fields| self[index].write(fields));
    }
}

/// Records whose fields become fields of the record around them, numbered from 0. The field `_name`
/// of the second record of `attribute` becomes `attribute1_name`.
pub struct Numbered<T>(pub Vec<T>);

impl<T: Record> Value for Numbered<T> {
    const SCHEMA: Schema = Schema::numbered(T::SHAPE);
    const IS_OPTIONAL: bool = true;

    fn write(&self, name: &'static str, fields: &mut dyn Fields) {
        for (number, record) in self.0.iter().enumerate() {
            record.write(&mut Prefixed { prefix: format!("{name}{number}"), fields });
        }
    }
}

/// Texts that become fields of the record around them, numbered from 0: `path0`, `path1`.
pub struct NumberedTexts(pub Vec<String>);

impl Value for NumberedTexts {
    const SCHEMA: Schema = Schema::NUMBERED_TEXTS;
    const IS_OPTIONAL: bool = true;

    fn write(&self, name: &'static str, fields: &mut dyn Fields) {
        for (number, text) in self.0.iter().enumerate() {
            fields.text(&format!("{name}{number}"), text);
        }
    }
}

/// Writes the fields of a numbered record into the record around it.
struct Prefixed<'a> {
    prefix: String,
    fields: &'a mut dyn Fields,
}

impl Fields for Prefixed<'_> {
    fn text(&mut self, name: &str, value: &str) {
        self.fields.text(&format!("{}{name}", self.prefix), value);
    }

    fn number(&mut self, name: &str, value: i64) {
        self.fields.number(&format!("{}{name}", self.prefix), value);
    }

    fn records(&mut self, name: &str, count: usize, write: &dyn Fn(usize, &mut dyn Fields)) {
        self.fields.records(&format!("{}{name}", self.prefix), count, write);
    }
}

/// A field that is an empty text if it has no value.
pub struct OrEmpty<T>(pub Option<T>);

impl<T: Value> Value for OrEmpty<T> {
    const SCHEMA: Schema = T::SCHEMA.or_empty();

    fn write(&self, name: &'static str, fields: &mut dyn Fields) {
        match &self.0 {
            Some(value) => value.write(name, fields),
            None => fields.text(name, ""),
        }
    }
}

/// A field that always has the same value here. Other servers may send other values.
macro_rules! fixed {
    ($( $(#[doc = $help:literal])+ $name:ident = $value:literal as $form:ident, $schema:expr; )+) => { $(
        $(#[doc = $help])+
        pub struct $name;

        impl Value for $name {
            const SCHEMA: Schema = $schema;

            fn write(&self, name: &'static str, fields: &mut dyn Fields) {
                fields.$form(name, $value);
            }
        }
    )+ };
}

fixed! {
    /// A flag that is not set.
    No = 0 as number, Schema::one_of("flag", &[0]);
    /// A flag that is set.
    Yes = 1 as number, Schema::one_of("flag", &[1]);
    /// A text that is empty.
    Empty = "" as text, Schema::words(&[""]);
}

macro_rules! wrapped {
    ($( $(#[doc = $help:literal])+ $name:ident($inner:ty), $schema:expr, |$value:ident| $form:ident $written:expr; )+) => { $(
        $(#[doc = $help])+
        pub struct $name(pub $inner);

        impl Value for $name {
            const SCHEMA: Schema = $schema;

            fn write(&self, name: &'static str, fields: &mut dyn Fields) {
                let $value = &self.0;
                fields.$form(name, $written);
            }
        }
    )+ };
}

wrapped! {
    /// A point in time, in seconds since 1970 UTC.
    Seconds(i64), Schema::SECONDS, |seconds| number *seconds;
    /// A point in time, in milliseconds since 1970 UTC.
    Milliseconds(i64), Schema::number("milliseconds since 1970 UTC", None, None), |time| number *time;
    /// A point in time (seconds since 1970 UTC) in the server's time zone, as `2024-12-31
    /// 23:59:59`.
    PlainTime(i64), Schema::text("time as 2024-12-31 23:59:59").matching(PLAIN_TIME),
        |seconds| text &plain_text(*seconds);
    /// A point in time (seconds since 1970 UTC) in the server's time zone, as `2024-Dec-31
    /// 23:59:59`.
    MonthTime(i64), Schema::text("time as 2024-Dec-31 23:59:59").matching(MONTH_TIME),
        |seconds| text &month_text(*seconds);
    /// A point in time in the server's time zone that is a text already, as `Dec 31, 2024 11:59
    /// PM`.
    ListTime(String), Schema::text("time as Dec 31, 2024 11:59 PM").matching(LIST_TIME).or_empty(),
        |text| text text;
    /// A size in bytes, as people read it: `1.5 MB`.
    SizeText(u64), Schema::text("size as 1.5 MB"), |bytes| text &size_text(*bytes);
    /// The identifier of a row.
    Id(i64), Schema::text("id").matching("^[0-9a-f]{24}$"), |id| text &record_id(*id);
    /// A flag in words, as clients read the rights of members.
    TextFlag(bool), Schema::words(&["true", "false"]), |flag| text if *flag { "true" } else { "false" };
    /// The number of an account's status: 0 guest, 1 full, 2 disabled, 3 external.
    StatusNumber(AccountStatus), Schema::one_of("status", &[0, 1, 2, 3]), |status| number status.number();
}

const PLAIN_TIME: &str = "^-?[0-9]{3,}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$";
const MONTH_TIME: &str = "^-?[0-9]{3,}-[A-Z][a-z]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$";
const LIST_TIME: &str = "^[A-Z][a-z]{2} [0-9]{1,2}, -?[0-9]+ [0-9]{1,2}:[0-9]{2} [AP]M$";

/// Declares records: a struct whose fields have their names on the wire, types and documentation.
/// `as extension` declares a field that FileCloud servers do not send.
macro_rules! record {
    ($( $(#[doc = $about:literal])+ $name:ident $(<$life:lifetime>)? { $(
        $(#[doc = $help:literal])+ $field:ident $(= $wire:literal)? : $kind:ty $(as $origin:ident)?
    ),+ $(,)? } )+) => { $(
        $(#[doc = $about])+
        pub struct $name $(<$life>)? { $( $(#[doc = $help])+ pub $field: $kind, )+ }

        impl $(<$life>)? $crate::api::record::Record for $name $(<$life>)? {
            const SHAPE: &'static $crate::api::record::Shape = &$crate::api::record::Shape {
                name: stringify!($name),
                help: concat!($($about),+),
                fields: &[ $( $crate::api::record::FieldShape::of::<$kind>(
                    $crate::api::params::wire_name!($field $($wire)?),
                    concat!($($help),+),
                    $crate::api::record::is_extension!($($origin)?),
                ) ),+ ],
            };

            fn write(&self, fields: &mut dyn $crate::api::reply::Fields) {
                $( $crate::api::record::Value::write(
                    &self.$field, $crate::api::params::wire_name!($field $($wire)?), fields); )+
            }
        }
    )+ };
}

/// Declares documents: `Name = root(Meta)[element: Record]`, or `[element: Record; 1]` if there is
/// always exactly one record. `Meta` is the record before the records. It may be left out; an
/// `Option` may be missing in an answer. Its name is `meta` unless the declaration gives another
/// one: `root(Meta as name)`.
macro_rules! reply {
    ($( $(#[doc = $help:literal])+ $name:ident = $root:ident($($meta:ty $(as $meta_element:ident)?)?)[$element:ident: $record:ty $(; $count:tt)?]; )+) => { $(
        $(#[doc = $help])+
        pub struct $name;

        impl $crate::api::record::Document for $name {
            type Meta = $crate::api::record::meta!($($meta)?);
            type Record = $record;
            const SHAPE: &'static $crate::api::record::DocumentShape = &$crate::api::record::DocumentShape {
                name: stringify!($name),
                help: concat!($($help),+),
                root: stringify!($root),
                meta: <$crate::api::record::meta!($($meta)?) as $crate::api::record::Meta>::SHAPE,
                meta_element: $crate::api::record::meta_element!($($($meta_element)?)?),
                is_meta_optional: <$crate::api::record::meta!($($meta)?) as $crate::api::record::Meta>::IS_OPTIONAL,
                element: stringify!($element),
                record: <$record as $crate::api::record::Record>::SHAPE,
                is_single: $crate::api::record::is_single!($($count)?),
            };
        }

        impl $crate::api::reply::Answers for $name {
            const FORM: $crate::api::reply::Form =
                $crate::api::reply::Form::Document(<$name as $crate::api::record::Document>::SHAPE);
        }
    )+ };
}

macro_rules! is_extension {
    () => {
        false
    };
    (extension) => {
        true
    };
}

macro_rules! is_single {
    () => {
        false
    };
    (1) => {
        true
    };
}

macro_rules! meta {
    () => {
        ()
    };
    ($meta:ty) => {
        $meta
    };
}

macro_rules! meta_element {
    () => {
        "meta"
    };
    ($name:ident) => {
        stringify!($name)
    };
}

pub(in crate::api) use {is_extension, is_single, meta, meta_element, record, reply};

record! {
    /// The number of records.
    Total {
        /// The number of all records.
        total: usize,
    }
}
