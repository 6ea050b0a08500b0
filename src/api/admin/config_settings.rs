//! Settings by the names that clients of FileCloud know.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, Param, Shown, first_is_missing, numbered, params};
use crate::api::record::{record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::Schema;
use crate::api::schema::Within;
use crate::base::limits::SETTINGS_PER_CALL_MAX;
use crate::base::secret::Secret;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::error::{Code, Error, Reason, Result};
use crate::http::Form;

ops! { CONFIG_SETTINGS: Admin "Settings"
    /// Settings by FileCloud's names: those of `getsettings` in capital letters behind `TONIDOCLOUD_`, and the keys of the default
    /// policy. Flags are 1 or 0. A secret is not told, and an unknown name has no value.
    "getconfigsetting" admin read get(Get) -> ConfigSettings;
    /// Gives settings other values, all of them or none.
    "setconfigsetting" admin slow set(Set) -> Command;
    /// Brings the defaults of settings back.
    "clearconfigsetting" admin slow clear(Get) -> Command;
    /// Brings the defaults of all settings back that were changed in the running cloud. The default policy stays.
    "clearallconfigsetting" admin slow clear_all(Nothing) -> Command;
    /// Whether a directory of this machine can be added as a network folder. Outside of the directories that the setting
    /// `external_roots` names the answer is always the same.
    "checksettingpath" admin read check_path(Path) -> Command;
    /// Whether this server answers at an address. Nothing is asked over the network.
    "checkserverurl" admin read check_url(Url) -> Command;
    /// Whether a place for files can be used: `local`, below the directories that the setting `external_roots` names.
    "checkstoragesetting" admin read check_storage(Storage) -> Command;
}

/// How many settings a call is about.
type SettingCount = Within<1, { SETTINGS_PER_CALL_MAX as i64 }>;

params! {
    Get {
        /// How many names there are.
        count: SettingCount,
        /// A name.
        names = "param0..paramN": SettingNames,
    }
    Set {
        /// How many names there are.
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
        /// Only `local`.
        storagetype: String,
        /// The directory.
        path: Option<String>,
    }
}

/// The numbered names of settings `param0`, `param1`, ... up to the first that is missing.
#[derive(Clone, Debug)]
struct SettingNames(Vec<String>);

impl Param for SettingNames {
    const SCHEMA: Schema = Schema::text("setting");
    const SHOWN: Shown = Shown::Each;

    fn parse(text: &str) -> Result<SettingNames> {
        Ok(SettingNames(vec![text.trim().into()]))
    }

    fn take(form: &Form, names: &'static str) -> Result<SettingNames> {
        let given = numbered(form, names, |text| Ok(text.trim().to_owned()))?;
        if given.is_empty() { Err(first_is_missing(names)) } else { Ok(SettingNames(given)) }
    }
}

/// The numbered values `value0`, `value1`, ... up to the first that is missing. Some are secret, so they are in no log.
#[derive(Clone, Debug)]
struct SettingValues(Vec<Secret>);

impl Param for SettingValues {
    const SCHEMA: Schema = Secret::SCHEMA;

    fn parse(text: &str) -> Result<SettingValues> {
        Ok(SettingValues(vec![Secret::new(text)]))
    }

    fn take(form: &Form, names: &'static str) -> Result<SettingValues> {
        let given = numbered(form, names, |text| Ok(Secret::new(text)))?;
        if given.is_empty() { Err(first_is_missing(names)) } else { Ok(SettingValues(given)) }
    }
}

record! {
    /// A setting by FileCloud's name for it.
    ConfigSettingRecord {
        /// The name, as it was asked for.
        param: String,
        /// The value; empty for a secret and for an unknown name.
        value: String,
        /// Whether there is such a setting.
        isvalid: bool,
        /// Whether `setconfigsetting` can change it.
        ischangeable: bool as extension,
    }
}

reply! {
    /// Settings by FileCloud's names.
    ConfigSettings = settings()[setting: ConfigSettingRecord];
}

/// As many names as the call says.
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
    context.settle(context.cloud().change_config_settings(names.into_iter().zip(values).collect())?)?;
    Ok(Reply::done())
}

fn clear(context: &mut CallContext<'_>, _: &Admin, params: Get) -> Result<Reply> {
    let names = counted(params.count.0, params.names.0, "param")?;
    let changes = names.into_iter().map(|name| (name, None)).collect();
    context.settle(context.cloud().change_config_settings(changes)?)?;
    Ok(Reply::done())
}

fn clear_all(context: &mut CallContext<'_>, _: &Admin, _: Nothing) -> Result<Reply> {
    context.settle(context.cloud().clear_config_settings()?)?;
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
    if !params.storagetype.trim().eq_ignore_ascii_case("local") {
        let sentence = "This server keeps files on local disks alone.";
        return Err(Error::new(Code::NotOffered, sentence).for_reason(Reason::NotOneOf(&["local"])));
    }
    view.check_external_location(params.path.as_deref().unwrap_or_default())?;
    Ok(Reply::done())
}
