//! The settings of the running cloud.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, SettingName, params};
use crate::api::record::{record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::words;
use crate::base::secret::Secret;
use crate::config::{Kind, Origin, SETTINGS};
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::error::Result;

ops! { SETTINGS_OPERATIONS: Admin "Settings"
    /// Every setting with its value, default, meaning, and where the value comes from.
    "getsettings" admin read list(Nothing) -> Settings;
    /// Gives a setting another value, at once and for good. Only settings that need no restart and that are given by
    /// neither file, environment nor command line.
    "setsetting" admin slow set(Set) -> Command;
}

params! {
    Set {
        /// The setting's name.
        name: SettingName,
        /// Its new value; empty for the default. Some are secret, so it is in no log.
        value: Secret,
    }
}

record! {
    /// A setting.
    SettingRecord {
        /// The name.
        name: &'static str,
        /// The value now; empty for a secret.
        value: String,
        /// The value without anybody's doing.
        default: &'static str,
        /// What it is for.
        help: &'static str,
        /// Where the value comes from.
        source: &'static str,
        /// Whether `setsetting` can change it.
        ischangeable: bool,
        /// What the value is.
        kind: SettingKind,
        /// The words that it can be, separated by commas.
        choices: String,
    }
}

reply! {
    /// Every setting.
    Settings = settings()[setting: SettingRecord];
}

pub enum SettingKind {
    Number,
    Text,
    Lines,
    List,
    Secret,
    Choice,
}

words! {
    SettingKind { Number = "number", Text = "text", Lines = "lines", List = "list", Secret = "secret", Choice = "choice" }
}

fn list(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<Settings>> {
    let settings = view.settings();
    let rows: Vec<SettingRecord> = SETTINGS
        .iter()
        .map(|setting| {
            let (value, origin) = settings.value(setting);
            let (kind, choices) = match setting.kind {
                Kind::Number => (SettingKind::Number, String::new()),
                Kind::Text => (SettingKind::Text, String::new()),
                Kind::Lines => (SettingKind::Lines, String::new()),
                Kind::List => (SettingKind::List, String::new()),
                Kind::Secret => (SettingKind::Secret, String::new()),
                Kind::Choice(choices) => (SettingKind::Choice, choices.join(",")),
            };
            SettingRecord {
                name: setting.name,
                value: value.to_owned(),
                default: setting.default,
                help: setting.help.trim(),
                source: origin.text(),
                ischangeable: setting.is_live && origin <= Origin::Portal,
                kind,
                choices,
            }
        })
        .collect();
    Ok(Reply::list(rows))
}

fn set(context: &mut CallContext<'_>, _: &Admin, params: Set) -> Result<Reply> {
    context.settle(context.cloud().change_setting(&params.name.0, params.value.reveal())?)?;
    Ok(Reply::done())
}
