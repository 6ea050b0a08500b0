//! Settings by their FileCloud names.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, Param, SettingName, Shown, first_is_missing, numbered, params};
use crate::api::record::{record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::Schema;
use crate::api::schema::Within;
use crate::api::texts::SettingValue;
use crate::base::limits::SETTINGS_PER_CALL_MAX;
use crate::base::secret::Secret;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::error::{Code, Error, Reason, Result};
use crate::http::Form;

ops! { CONFIG_SETTINGS: Admin "Settings"
    /// Settings by their FileCloud names: the names of `getsettings` in capital letters after
    /// `TONIDOCLOUD_`, and the keys of the default policy. Flags are 1 or 0. Secrets and unknown
    /// names have an empty value.
    "getconfigsetting" admin read get(Get) -> ConfigSettings;
    /// Changes settings, all of them or none.
    "setconfigsetting" admin slow set(Set) -> Command;
    /// Restores the defaults of settings.
    "clearconfigsetting" admin slow clear(Get) -> Command;
    /// Restores the defaults of all settings that were changed while the server ran. The default
    /// policy stays.
    "clearallconfigsetting" admin slow clear_all(Nothing) -> Command;
    /// Checks whether a directory of this machine can be added as a network folder. Outside of the
    /// directories in the setting `external_roots`, the answer is always the same.
    "checksettingpath" admin read check_path(Path) -> Command;
    /// Checks whether this server answers at an address. Nothing is sent over the network.
    "checkserverurl" admin read check_url(Url) -> Command;
    /// Checks whether a place for files can be used: only `local`, below the directories in the
    /// setting `external_roots`.
    "checkstoragesetting" admin read check_storage(Storage) -> Command;
}

/// Number of settings in a call.
type SettingCount = Within<1, { SETTINGS_PER_CALL_MAX as i64 }>;

params! {
    Get {
        /// Number of names.
        count: SettingCount,
        /// A name. For a name that this server does not have, `isvalid` is 0.
        names = "param0..paramN": SettingNames,
    }
    Set {
        /// Number of names.
        count: SettingCount,
        /// A name.
        names = "param0..paramN": SettingNames,
        /// Its new value; empty for the default.
        values = "value0..valueN": SettingValues,
    }
    Path {
        /// The directory.
        path: String,
    }
    Url {
        /// The address.
        urlpath: String,
    }
    Storage {
        /// The kind of the place for files.
        storagetype: StorageType,
        /// The directory.
        path: Option<String>,
    }
}

/// The kind of a place for files.
#[derive(Clone, Copy, Debug)]
struct StorageType;

const STORAGE_TYPES: &[&str] = &["local"];

impl Param for StorageType {
    const SCHEMA: Schema = Schema::words(STORAGE_TYPES);

    fn parse(text: &str) -> Result<StorageType> {
        if STORAGE_TYPES.iter().any(|known| text.trim().eq_ignore_ascii_case(known)) {
            return Ok(StorageType);
        }
        let sentence = "This server stores files only on local disks.";
        Err(Error::new(Code::NotOffered, sentence).for_reason(Reason::NotOneOf(STORAGE_TYPES)))
    }
}

/// The numbered names of settings `param0`, `param1`, ... up to the first missing one.
#[derive(Clone, Debug)]
struct SettingNames(Vec<String>);

impl Param for SettingNames {
    const SCHEMA: Schema = SettingName::SCHEMA;
    const SHOWN: Shown = Shown::Each;

    fn parse(text: &str) -> Result<SettingNames> {
        Ok(SettingNames(vec![SettingName::parse(text)?.0]))
    }

    fn take(form: &Form, names: &'static str) -> Result<SettingNames> {
        let given = numbered(form, names, |text| SettingName::parse(text).map(|name| name.0))?;
        if given.is_empty() { Err(first_is_missing(names)) } else { Ok(SettingNames(given)) }
    }
}

/// The numbered values `value0`, `value1`, ... up to the first missing one. Some are secret, so
/// they are in no log.
#[derive(Clone, Debug)]
struct SettingValues(Vec<Secret>);

impl Param for SettingValues {
    const SCHEMA: Schema = SettingValue::SCHEMA;

    fn parse(text: &str) -> Result<SettingValues> {
        Ok(SettingValues(vec![SettingValue::parse(text)?.0]))
    }

    fn take(form: &Form, names: &'static str) -> Result<SettingValues> {
        let given = numbered(form, names, |text| SettingValue::parse(text).map(|value| value.0))?;
        if given.is_empty() { Err(first_is_missing(names)) } else { Ok(SettingValues(given)) }
    }
}

record! {
    /// A setting by its FileCloud name.
    ConfigSettingRecord {
        /// The name from the call.
        param: String,
        /// The value; empty for a secret and for an unknown name.
        value: String,
        /// Whether the setting exists.
        isvalid: bool,
        /// Whether `setconfigsetting` can change it.
        ischangeable: bool as extension,
    }
}

reply! {
    /// Settings by their FileCloud names.
    ConfigSettings = settings()[setting: ConfigSettingRecord];
}

/// Checks that there are as many names as the call says.
fn counted<T>(count: u64, mut given: Vec<T>, prefix: &str) -> Result<Vec<T>> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    if given.len() < count {
        let sentence = format!("The parameter {prefix}{} is missing.", given.len());
        return Err(Error::new(Code::Invalid, sentence));
    }
    given.truncate(count);
    Ok(given)
}

fn get(view: &CloudView<'_>, _: &Admin, params: Get) -> Result<Reply<ConfigSettings>> {
    let names = counted(params.count.0, params.names.0, "param")?;
    let record = |param: String| {
        let setting = view.config_setting(&param)?;
        let (isvalid, ischangeable) = (setting.is_known, setting.is_changeable);
        Ok(ConfigSettingRecord { param, value: setting.value, isvalid, ischangeable })
    };
    Ok(Reply::list(names.into_iter().map(record).collect::<Result<Vec<_>>>()?))
}

fn set(context: &mut CallContext<'_>, _: &Admin, params: Set) -> Result<Reply> {
    let names = counted(params.count.0, params.names.0, "param")?;
    let values = counted(params.count.0, params.values.0, "value")?;
    let values = values.iter().map(|value| Some(value.reveal().to_owned()));
    let changes = names.into_iter().zip(values).collect();
    context.settle(context.cloud().change_config_settings(changes, context.host())?)?;
    Ok(Reply::done())
}

fn clear(context: &mut CallContext<'_>, _: &Admin, params: Get) -> Result<Reply> {
    let names = counted(params.count.0, params.names.0, "param")?;
    let changes = names.into_iter().map(|name| (name, None)).collect();
    context.settle(context.cloud().change_config_settings(changes, context.host())?)?;
    Ok(Reply::done())
}

fn clear_all(context: &mut CallContext<'_>, _: &Admin, _: Nothing) -> Result<Reply> {
    context.settle(context.cloud().clear_config_settings(context.host())?)?;
    Ok(Reply::done())
}

fn check_path(view: &CloudView<'_>, _: &Admin, params: Path) -> Result<Reply> {
    view.check_external_location(&params.path)?;
    Ok(Reply::done())
}

fn check_url(view: &CloudView<'_>, _: &Admin, params: Url) -> Result<Reply> {
    view.check_server_url(&params.urlpath)?;
    Ok(Reply::done())
}

fn check_storage(view: &CloudView<'_>, _: &Admin, params: Storage) -> Result<Reply> {
    view.check_external_location(params.path.as_deref().unwrap_or_default())?;
    Ok(Reply::done())
}
