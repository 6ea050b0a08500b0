//! Parameters: the last place with raw texts of callers. `params!` declares the parameters of an
//! operation. Their types tell which texts are valid, whether a parameter is a secret, and how the
//! audit log shows it.

use super::numbering::{Numbering, numbering};
use super::record::{Id, StatusNumber, Value};
use super::schema::{Schema, numbers};
use crate::base::ids;
use crate::base::limits::{FORM_FIELDS_MAX, PASSWORD_BYTES_MAX, TEXT_PARAMETER_BYTES_MAX};
use crate::base::path::{CloudPath, EntryName, NAME_BYTES_MAX, PATH_BYTES_MAX};
use crate::base::secret::Secret;
use crate::base::shown_path::ShownPath;
use crate::base::size;
use crate::base::user_name::UserName;
use crate::domain::accounts::account::EMAIL_BYTES_MAX;
use crate::domain::upload::part::UploadName;
use crate::error::{Code, Error, Reason, Result};
use crate::http::Form;
use crate::store::users::AccountStatus;

/// The form in which the audit log shows a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The value is not shown.
    Hidden,
    /// The value is an object of the call.
    Object,
    /// The value is a name below the path before it.
    Leaf,
    /// The value names several objects.
    Each,
    /// The value is shown as `name=value`, because it says what the call does to the object.
    Named,
}

/// One parameter of an operation, for documentation, tests and the audit log.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its names, separated by `|`: clients use different ones.
    pub names: &'static str,
    pub schema: &'static Schema,
    pub is_required: bool,
    /// Its value if it is not given, as a caller would write it.
    pub default: Option<&'static str>,
    pub shown: Shown,
    pub help: &'static str,
}

impl Field {
    pub const fn of<T: Param>(
        names: &'static str,
        default: Option<&'static str>,
        help: &'static str,
    ) -> Field {
        let is_required = T::IS_REQUIRED && default.is_none();
        Field { names, schema: T::KEPT_SCHEMA, is_required, default, shown: T::SHOWN, help }
    }

    /// The text that a caller gave for it.
    pub fn given<'a>(&self, form: &'a Form) -> Option<&'a str> {
        given(form, self.names)
    }
}

/// The parameters of an operation.
pub trait Params: Sized {
    const FIELDS: &'static [Field];
    /// # Errors
    /// `Code::Invalid` with a sentence that names the parameter.
    fn read(form: &Form) -> Result<Self>;
}

/// A type that a parameter can have.
pub trait Param: Sized {
    /// The valid values.
    const SCHEMA: Schema;
    /// The same, for the tables of parameters.
    const KEPT_SCHEMA: &'static Schema = &Self::SCHEMA;
    const IS_REQUIRED: bool = true;
    const SHOWN: Shown = Shown::Hidden;

    /// Reads a text. The message of an error follows "The parameter NAME cannot be used. ".
    fn parse(text: &str) -> Result<Self>;

    /// Reads it from a form.
    fn take(form: &Form, names: &'static str) -> Result<Self> {
        let name = names.split('|').next().unwrap_or(names);
        let text = given(form, names)
            .ok_or_else(|| Error::new(Code::Invalid, format!("The parameter {name} is missing.")))?;
        Self::parse(text).map_err(|error| unusable(name, error))
    }
}

/// Reads a parameter from a form. If it is missing or empty, its default counts.
///
/// There are hundreds of parameters, so this code exists once for each type and not for each
/// parameter.
///
/// # Errors
/// `Code::Invalid` with a sentence that names the parameter.
#[inline(never)]
pub fn take<T: Param>(form: &Form, names: &'static str, default: Option<&'static str>) -> Result<T> {
    match default {
        Some(text) if given(form, names).is_none_or(str::is_empty) => T::parse(text),
        _ => T::take(form, names),
    }
}

#[cold]
pub fn unusable(name: &str, error: Error) -> Error {
    error.after(format_args!("The parameter {name} cannot be used. "))
}

/// # Errors
/// `Code::Invalid` if a text in the form is not UTF-8, or if the form has too many parameters.
pub fn check_form(form: &Form) -> Result<()> {
    if !form.is_text() {
        return Err(Error::new(Code::Invalid, "A parameter of the call is not UTF-8 text."));
    }
    if !form.is_whole() {
        let sentence = format!("The call has more than {FORM_FIELDS_MAX} parameters.");
        return Err(Error::new(Code::Invalid, sentence));
    }
    Ok(())
}

fn given<'a>(form: &'a Form, names: &str) -> Option<&'a str> {
    names.split('|').find_map(|name| form.get(name))
}

impl<T: Param> Param for Option<T> {
    const SCHEMA: Schema = T::SCHEMA;
    const IS_REQUIRED: bool = false;
    const SHOWN: Shown = T::SHOWN;

    fn parse(text: &str) -> Result<Option<T>> {
        T::parse(text).map(Some)
    }

    fn take(form: &Form, names: &'static str) -> Result<Option<T>> {
        match given(form, names) {
            None | Some("") => Ok(None),
            Some(_) => T::take(form, names).map(Some),
        }
    }
}

/// A value that may be empty to remove something.
#[derive(Clone, Debug)]
pub struct Change<T>(pub Option<Option<T>>);

impl<T: Param> Param for Change<T> {
    const SCHEMA: Schema = T::SCHEMA.or_empty();
    const IS_REQUIRED: bool = false;

    fn parse(text: &str) -> Result<Change<T>> {
        let value = if text.trim().is_empty() { None } else { Some(T::parse(text)?) };
        Ok(Change(Some(value)))
    }

    fn take(form: &Form, names: &'static str) -> Result<Change<T>> {
        let name = names.split('|').next().unwrap_or(names);
        match given(form, names) {
            None => Ok(Change(None)),
            Some(text) => Change::parse(text).map_err(|error| unusable(name, error)),
        }
    }
}

impl Param for ShownPath {
    const SCHEMA: Schema = Schema::text("path").matching("^/").of_bytes(1, PATH_BYTES_MAX);
    const SHOWN: Shown = Shown::Object;

    fn parse(text: &str) -> Result<ShownPath> {
        check_length(text, PATH_BYTES_MAX)?;
        ShownPath::parse(text)
    }
}

/// A path below a folder, such as `a/b`, with or without slashes around it.
#[derive(Clone, Debug, Default)]
pub struct SubPath(pub CloudPath);

impl Param for SubPath {
    const SCHEMA: Schema = Schema::text("path below").of_bytes(0, PATH_BYTES_MAX);
    const SHOWN: Shown = Shown::Leaf;

    fn parse(text: &str) -> Result<SubPath> {
        check_length(text, PATH_BYTES_MAX)?;
        CloudPath::parse(&format!("/{text}")).map(SubPath)
    }
}

impl Param for EntryName {
    const SCHEMA: Schema = Schema::text("name").of_bytes(1, NAME_BYTES_MAX);
    const SHOWN: Shown = Shown::Leaf;

    fn parse(text: &str) -> Result<EntryName> {
        EntryName::parse(text)
    }
}

/// The name of an account in any spelling, or its e-mail address. The account need not exist.
#[derive(Clone, Debug)]
pub struct AccountName(pub String);

impl Param for AccountName {
    const SCHEMA: Schema = Schema::text("user name").of_bytes(1, EMAIL_BYTES_MAX);
    const SHOWN: Shown = Shown::Object;

    fn parse(text: &str) -> Result<AccountName> {
        check_length(text, EMAIL_BYTES_MAX)?;
        let name = UserName::normal_form(text);
        if name.is_empty() {
            return Err(Error::new(Code::Invalid, "It is empty."));
        }
        Ok(AccountName(name))
    }
}

impl Param for UserName {
    const SCHEMA: Schema = Schema::text("user name").of_bytes(1, UserName::BYTES_MAX);
    const SHOWN: Shown = Shown::Object;

    fn parse(text: &str) -> Result<UserName> {
        UserName::parse(text)
    }
}

impl Param for Secret {
    const SCHEMA: Schema = Schema::text("secret").formatted("password").of_bytes(0, PASSWORD_BYTES_MAX);

    fn parse(text: &str) -> Result<Secret> {
        check_length(text, PASSWORD_BYTES_MAX)?;
        Ok(Secret::new(text))
    }
}

impl Param for String {
    const SCHEMA: Schema = Schema::TEXT.of_bytes(0, TEXT_PARAMETER_BYTES_MAX);

    fn parse(text: &str) -> Result<String> {
        check_length(text, TEXT_PARAMETER_BYTES_MAX)?;
        Ok(text.into())
    }
}

/// The name of a setting. The setting need not exist.
#[derive(Clone, Debug)]
pub struct SettingName(pub String);

impl Param for SettingName {
    const SCHEMA: Schema = Schema::text("setting").of_bytes(0, NAME_BYTES_MAX);
    const SHOWN: Shown = Shown::Object;

    fn parse(text: &str) -> Result<SettingName> {
        check_length(text, NAME_BYTES_MAX)?;
        Ok(SettingName(text.trim().into()))
    }
}

/// A parameter that clients send and this server does not use.
#[derive(Clone, Copy, Debug)]
pub struct Ignored;

impl Param for Ignored {
    const SCHEMA: Schema = Schema::text("text, ignored");
    const IS_REQUIRED: bool = false;

    fn parse(_: &str) -> Result<Ignored> {
        Ok(Ignored)
    }

    fn take(_: &Form, _: &'static str) -> Result<Ignored> {
        Ok(Ignored)
    }
}

numbers! {
    /// The order of a list.
    Direction { Ascending = 1, Descending = -1 }
}

impl Param for AccountStatus {
    const SCHEMA: Schema = StatusNumber::SCHEMA;

    fn parse(text: &str) -> Result<AccountStatus> {
        text.trim().parse().ok().and_then(AccountStatus::from_number).ok_or_else(|| {
            Error::new(Code::Invalid, "The status must be 0 (guest), 1 (full), 2 (disabled) or 3 (external).")
        })
    }
}

/// A quota in bytes, given as a number of GB; 0 for no limit.
#[derive(Clone, Copy, Debug)]
pub struct Gigabytes(pub u64);

impl Param for Gigabytes {
    const SCHEMA: Schema =
        Schema::text("number of GB").matching("^\\s*[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)?\\s*([gG][bB])?\\s*$");

    fn parse(text: &str) -> Result<Gigabytes> {
        size::parse_gigabytes(text).map(Gigabytes).ok_or_else(|| {
            Error::new(Code::Invalid, "The size must be a number of GB, or 0 for no limit.")
                .for_reason(Reason::NotASize)
        })
    }
}

/// The id of a record that is a row.
#[derive(Clone, Copy, Debug)]
pub struct RecordId(pub i64);

impl RecordId {
    /// A number that no row has. It stands for the ids that are larger than any row number. Such an
    /// id is well formed, so the operation answers that there is no such record.
    const OF_NOTHING: i64 = i64::MAX;
}

impl Param for RecordId {
    const SCHEMA: Schema = Id::SCHEMA;

    fn parse(text: &str) -> Result<RecordId> {
        let id = text.trim();
        if !ids::is_id(id) {
            return Err(Error::new(Code::Invalid, "It must be an id of 24 hexadecimal digits."));
        }
        Ok(RecordId(ids::parse_record_id(id).unwrap_or(RecordId::OF_NOTHING)))
    }
}

/// The ids of several such records, separated by commas.
#[derive(Clone, Debug)]
pub struct RecordIds(pub Vec<i64>);

impl Param for RecordIds {
    const SCHEMA: Schema =
        Schema::text("ids").matching("^\\s*[0-9a-fA-F]{24}\\s*(,\\s*[0-9a-fA-F]{24}\\s*)*$");

    fn parse(text: &str) -> Result<RecordIds> {
        text.split(',').map(|id| RecordId::parse(id).map(|id| id.0)).collect::<Result<_>>().map(RecordIds)
    }
}

impl Param for UploadName {
    const SCHEMA: Schema = Schema::TEXT.matching("^[A-Za-z0-9-]{8,64}$");

    fn parse(text: &str) -> Result<UploadName> {
        UploadName::parse(text)
    }
}

impl Param for bool {
    const SCHEMA: Schema = Schema::FLAG;

    fn parse(text: &str) -> Result<bool> {
        match text.trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(true),
            "0" | "false" | "no" | "off" | "" => Ok(false),
            _ => Err(Error::new(Code::Invalid, "It must be 1 or 0.")),
        }
    }
}

/// A flag in words, as clients write the rights of members. It may also be 1 or 0.
#[derive(Clone, Copy, Debug)]
pub struct TrueOrFalse(pub bool);

impl Param for TrueOrFalse {
    const SCHEMA: Schema = Schema::words(&["true", "false"]);

    fn parse(text: &str) -> Result<TrueOrFalse> {
        bool::parse(text).map(TrueOrFalse).map_err(|_| Error::new(Code::Invalid, "It must be true or false."))
    }
}

impl Param for u64 {
    const SCHEMA: Schema = Schema::COUNT;

    fn parse(text: &str) -> Result<u64> {
        // The description calls it an `int64`, so larger numbers are refused.
        let number = text.trim().parse::<u64>().ok().filter(|number| i64::try_from(*number).is_ok());
        number.ok_or_else(|| Error::new(Code::Invalid, "It is not a whole number, or it is too large."))
    }
}

impl Param for i64 {
    const SCHEMA: Schema = Schema::NUMBER;

    fn parse(text: &str) -> Result<i64> {
        let number = text.trim().parse();
        number.map_err(|_| Error::new(Code::Invalid, "It is not a whole number, or it is too large."))
    }
}

/// The number of the last change that a sync client knows: `server,12;`, or the bare number.
#[derive(Clone, Copy, Debug)]
pub struct SyncStatus(pub i64);

impl Param for SyncStatus {
    const SCHEMA: Schema = Schema::text("sync status").of_bytes(1, TEXT_PARAMETER_BYTES_MAX);

    fn parse(text: &str) -> Result<SyncStatus> {
        check_length(text, TEXT_PARAMETER_BYTES_MAX)?;
        let first = text.split(';').next().unwrap_or(text);
        let version = first.rsplit(',').next().unwrap_or(first).trim();
        let version = version.parse().ok().filter(|version| *version >= 0);
        version.map(SyncStatus).ok_or_else(|| {
            Error::new(
                Code::Invalid,
                "It must look like server,12; with a number from 0 to 9223372036854775807.",
            )
        })
    }
}

/// Refuses a text that is longer than its schema allows.
///
/// # Errors
/// `Code::Invalid`.
pub fn check_length(text: &str, bytes_max: usize) -> Result<()> {
    if text.trim().len() <= bytes_max {
        return Ok(());
    }
    Err(Error::new(Code::Invalid, format!("It has more than {bytes_max} bytes.")))
}

/// The numbered names `fn1`, `fn2`, ... up to the first missing one.
#[derive(Clone, Debug)]
pub struct Names(pub Vec<EntryName>);

impl Param for Names {
    const SCHEMA: Schema = Schema { name: "names", ..EntryName::SCHEMA };
    const SHOWN: Shown = Shown::Each;

    fn parse(text: &str) -> Result<Names> {
        Ok(Names(vec![EntryName::parse(text)?]))
    }

    fn take(form: &Form, names: &'static str) -> Result<Names> {
        let parsed = numbered(form, names, EntryName::parse)?;
        if parsed.is_empty() {
            return Err(first_is_missing(names));
        }
        Ok(Names(parsed))
    }
}

/// The numbered paths `path1`, `path2`, ... up to the first missing one. There may be none.
#[derive(Clone, Debug)]
pub struct Paths(pub Vec<ShownPath>);

impl Param for Paths {
    const SCHEMA: Schema = Schema { name: "paths", ..ShownPath::SCHEMA };
    const IS_REQUIRED: bool = false;
    const SHOWN: Shown = Shown::Each;

    fn parse(text: &str) -> Result<Paths> {
        Ok(Paths(vec![ShownPath::parse(text)?]))
    }

    fn take(form: &Form, names: &'static str) -> Result<Paths> {
        numbered(form, names, ShownPath::parse).map(Paths)
    }
}

/// The error for numbered names of which none is given.
pub fn first_is_missing(names: &str) -> Error {
    let name = numbering(names).map_or_else(|| names.to_owned(), |numbering| numbering.name(numbering.first));
    Error::new(Code::Invalid, format!("The parameter {name} is missing."))
}

/// The values of `fn1..fnN`, up to the first missing one.
pub fn numbered<T>(form: &Form, names: &str, parse: impl Fn(&str) -> Result<T>) -> Result<Vec<T>> {
    let Numbering { prefix, first, .. } =
        numbering(names).unwrap_or(Numbering { prefix: names, suffix: "", first: 1 });
    let given = (first..).map_while(|number| form.get(&format!("{prefix}{number}")));
    let parsed = (first..)
        .zip(given)
        .map(|(number, text)| parse(text).map_err(|error| unusable(&format!("{prefix}{number}"), error)));
    parsed.collect()
}

/// Declares the parameters of an operation: a struct whose fields have their names, types and
/// documentation, and perhaps a default as in `limit: u64 = 10`.
macro_rules! params {
    ($( $name:ident { $(
        $(#[doc = $help:literal])+ $field:ident $(= $wire:literal)? : $kind:ty $(= $default:literal)?
    ),* $(,)? } )+) => { $(
        #[derive(Clone, Debug)]
        #[allow(dead_code, reason = "some parameters are known so that they can be documented and ignored")]
        pub struct $name { $( $field: $kind, )* }

        impl $crate::api::params::Params for $name {
            const FIELDS: &'static [$crate::api::params::Field] = &[ $( $crate::api::params::Field::of::<$kind>(
                $crate::api::params::wire_name!($field $($wire)?),
                $crate::api::params::default_text!($($default)?),
                concat!($($help),+)) ),* ];

            fn read(_form: &$crate::http::Form) -> $crate::error::Result<$name> {
                $crate::api::params::check_form(_form)?;
                Ok($name { $( $field: $crate::api::params::take::<$kind>(
                    _form,
                    $crate::api::params::wire_name!($field $($wire)?),
                    $crate::api::params::default_text!($($default)?))?, )* })
            }
        }
    )+ };
}

macro_rules! wire_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $wire:literal) => {
        $wire
    };
}

macro_rules! default_text {
    () => {
        None
    };
    ($default:literal) => {
        Some(concat!($default))
    };
}

pub(in crate::api) use {default_text, params, wire_name};

params! {
    Nothing {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::dates::{Date, EndDate};

    fn form(query: &str) -> Form {
        Form::from_query(query)
    }

    #[test]
    fn an_id_that_is_larger_than_any_row_is_the_id_of_nothing() {
        for (text, number) in [
            ("00000000000000000000000a", 10),
            ("000000007fffffffffffffff", i64::MAX),
            ("000000008000000000000000", RecordId::OF_NOTHING),
            ("5f3a9c0d1e2b4a6978c0ffee", RecordId::OF_NOTHING),
            ("FFFFFFFFFFFFFFFFFFFFFFFF", RecordId::OF_NOTHING),
        ] {
            assert_eq!(RecordId::parse(text).unwrap().0, number, "{text}");
        }
        for text in ["", "a", "00000000000000000000000g", "0000000000000000000000001"] {
            assert!(RecordId::parse(text).unwrap_err().message.contains("24 hexadecimal"), "{text}");
        }
        let large = "9223372036854775808";
        assert!(i64::parse(large).unwrap_err().message.contains("too large"));
        assert!(
            SyncStatus::parse(&format!("server,{large};"))
                .unwrap_err()
                .message
                .contains("to 9223372036854775807")
        );
    }

    #[test]
    fn a_missing_or_absurd_parameter_is_named() {
        for (result, name) in [
            (u64::take(&form(""), "offset").map(drop), "offset"),
            (u64::take(&form("offset=-1"), "offset").map(drop), "offset"),
            (u64::take(&form("offset=9223372036854775808"), "offset").map(drop), "offset"),
            (bool::take(&form("complete=maybe"), "complete").map(drop), "complete"),
            (ShownPath::take(&form("path=../x"), "file|path").map(drop), "file"),
            (Names::take(&form("fn2=x"), "fn1..fnN").map(drop), "fn1"),
            (<Option<Date> as Param>::take(&form("date=soon"), "date").map(drop), "date"),
            (<Option<Direction> as Param>::take(&form("sortdir=up"), "sortdir").map(drop), "sortdir"),
            (<Option<AccountStatus> as Param>::take(&form("status=4"), "status").map(drop), "status"),
            (<Option<Gigabytes> as Param>::take(&form("size=-1"), "size").map(drop), "size"),
            (
                <Change<EndDate> as Param>::take(&form("expirationdate=soon"), "expirationdate").map(drop),
                "expirationdate",
            ),
        ] {
            let error = result.unwrap_err();
            assert!(error.code == Code::Invalid && error.message.contains(name), "{error}");
        }
        assert!(<Option<u64> as Param>::take(&form("offset="), "offset").unwrap().is_none());
        for (query, value) in [("", 10), ("limit=", 10), ("limit=0", 0), ("limit=7", 7)] {
            assert_eq!(take::<u64>(&form(query), "limit", Some("10")).unwrap(), value, "{query}");
        }
        assert!(take::<u64>(&form("limit=x"), "limit", Some("10")).is_err());
        assert_eq!(Names::take(&form("fn1=a&fn2=b&fn4=d"), "fn1..fnN").unwrap().0.len(), 2);
    }
}
