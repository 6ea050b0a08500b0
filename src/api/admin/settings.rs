//! The settings of the running cloud.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, SettingName, params};
use crate::api::reply::{Reply, Row};
use crate::base::secret::Secret;
use crate::config::{Kind, Origin, SETTINGS};
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::error::Result;

ops! { SETTINGS_OPERATIONS: Admin "Settings"
    /// Every setting with its value, default, meaning, and where the value comes from.
    "getsettings" admin read list(Nothing);
    /// Gives a setting another value, at once and for good. Only settings that need no restart and that are given by
    /// neither file, environment nor command line.
    "setsetting" admin slow set(Set);
}

params! {
    Set {
        /// The setting's name.
        name: SettingName,
        /// Its new value; empty for the default. Some are secret, so it is in no log.
        value: Secret,
    }
}

fn list(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply> {
    let settings = view.settings();
    let rows: Vec<Row> = SETTINGS
        .iter()
        .map(|setting| {
            let (value, origin) = settings.value(setting);
            let (kind, choices) = match setting.kind {
                Kind::Number => ("number", String::new()),
                Kind::Text => ("text", String::new()),
                Kind::List => ("list", String::new()),
                Kind::Secret => ("secret", String::new()),
                Kind::Choice(choices) => ("choice", choices.join(",")),
            };
            Row::new()
                .text("name", setting.name)
                .text("value", value)
                .text("default", setting.default)
                .text("help", setting.help.trim())
                .text("source", origin.text())
                .number("ischangeable", i64::from(setting.is_live && origin <= Origin::Portal))
                .text("kind", kind)
                .text("choices", choices)
        })
        .collect();
    Ok(Reply::records("settings", None, "setting", rows))
}

fn set(context: &mut CallContext<'_>, _: &Admin, params: Set) -> Result<Reply> {
    context.settle(context.cloud().change_setting(&params.name.0, params.value.reveal())?)?;
    Ok(Reply::done())
}
