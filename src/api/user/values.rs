//! Small values that clients keep for an account.

use crate::api::op::ops;
use crate::api::params::params;
use crate::api::record::{record, reply};
use crate::api::reply::{Command, Reply};
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::client_values;
use crate::error::Result;
use crate::store::Write;

ops! { VALUES: User "Values of the account"
    /// Keeps a small text for the signed-in account. What it means is the client's business.
    "setconfigitem" user write set(Set) -> Command;
    /// A text that was kept for the signed-in account, or the default.
    "getconfigitem" user read get(Get) -> ConfigItem;
}

params! {
    Set {
        /// The group of the value, 1 to 100 bytes.
        key: String,
        /// Its name in the group, 1 to 100 bytes.
        name: String,
        /// The text, up to 4000 bytes.
        value: String,
    }
    Get {
        /// The group of the value.
        key: String,
        /// Its name in the group.
        name: String,
        /// What to answer when it was never set; nothing without it.
        defaultvalue: Option<String>,
    }
}

record! {
    /// A text that a client keeps for an account.
    ConfigItemRecord {
        /// The group of the value.
        key: String,
        /// Its name in the group.
        name: String,
        /// The text.
        value: String,
    }
}

reply! {
    /// A text that a client keeps for an account.
    ConfigItem = configitems()[configitem: ConfigItemRecord; 1];
}

fn set(tx: &Write, user: &User, params: Set) -> Result<Reply> {
    client_values::set(tx, user, &params.key, &params.name, &params.value)?;
    Ok(Reply::done())
}

fn get(view: &CloudView<'_>, user: &User, params: Get) -> Result<Reply<ConfigItem>> {
    let kept = view.user_value(user, &params.key, &params.name)?;
    let value = kept.or(params.defaultvalue).unwrap_or_default();
    Ok(Reply::one(ConfigItemRecord { key: params.key, name: params.name, value }))
}
