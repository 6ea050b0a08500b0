//! Small values that clients store for an account.

use crate::api::op::ops;
use crate::api::params::params;
use crate::api::record::{record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::texts::{Line, Lines};
use crate::base::limits::{USER_VALUE_BYTES_MAX, USER_VALUE_NAME_BYTES_MAX};
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::client_values;
use crate::error::Result;
use crate::store::Write;

ops! { VALUES: User "Values of the account"
    /// Stores a small text for the signed-in account. Only the client knows its meaning.
    "setconfigitem" user write set(Set) -> Command;
    /// A text that was stored for the signed-in account, or the default.
    "getconfigitem" user read get(Get) -> ConfigItem;
}

params! {
    Set {
        /// The group of the value.
        key: Line<USER_VALUE_NAME_BYTES_MAX>,
        /// Its name in the group.
        name: Line<USER_VALUE_NAME_BYTES_MAX>,
        /// The text.
        value: Lines<0, USER_VALUE_BYTES_MAX>,
    }
    Get {
        /// The group of the value.
        key: String,
        /// Its name in the group.
        name: String,
        /// The answer if the value was never set; empty if it is missing.
        defaultvalue: Option<String>,
    }
}

record! {
    /// A text that a client stores for an account.
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
    /// A text that a client stores for an account.
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
