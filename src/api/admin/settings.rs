//! Settings of the server.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, SettingName, params};
use crate::api::record::{record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::words;
use crate::api::texts::SettingValue;
use crate::config::{Kind, Origin, SETTINGS};
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::error::Result;

ops! { SETTINGS_OPERATIONS: Admin "Settings"
    /// All settings with value, default, help text, and the source of the value.
    "getsettings" admin read list(Nothing) -> Settings;
    /// Changes a setting, at once and permanently. This works only for settings that need no
    /// restart and that no file, environment variable or command line sets.
    "setsetting" admin slow set(Set) -> Command;
}

params! {
    Set {
        /// The setting's name.
        name: SettingName,
        /// The new value; empty for the default. Some are secret, so it is in no log.
        value: SettingValue,
    }
}

record! {
    /// A setting.
    SettingRecord {
        /// The name.
        name: &'static str,
        /// The present value; empty for a secret.
        value: String,
        /// The default value.
        default: &'static str,
        /// Its purpose.
        help: &'static str,
        /// The source of the value.
        source: &'static str,
        /// Whether `setsetting` can change it.
        ischangeable: bool,
        /// The form of the value.
        kind: SettingKind,
        /// The values that it can have, separated by commas.
        choices: String,
    }
}

reply! {
    /// All settings.
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
    let change = context.cloud().change_setting(&params.name.0, params.value.0.reveal(), context.host())?;
    context.settle(change)?;
    Ok(Reply::done())
}
