//! Small values that clients keep for an account.

use crate::api::op::ops;
use crate::api::params::params;
use crate::api::reply::{Reply, Row};
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::client_values;
use crate::error::Result;
use crate::store::Write;

ops! { VALUES: User "Values of the account"
    /// Keeps a small text for the signed-in account. What it means is the client's business.
    "setconfigitem" user write set(Set);
    /// A text that was kept for the signed-in account, or the default.
    "getconfigitem" user read get(Get);
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

fn set(tx: &Write, user: &User, params: Set) -> Result<Reply> {
    client_values::set(tx, user, &params.key, &params.name, &params.value)?;
    Ok(Reply::done())
}

fn get(view: &CloudView<'_>, user: &User, params: Get) -> Result<Reply> {
    let kept = view.user_value(user, &params.key, &params.name)?;
    let value = kept.or(params.defaultvalue).unwrap_or_default();
    let row = Row::new().text("key", params.key).text("name", params.name).text("value", value);
    Ok(Reply::record("configitems", "configitem", row))
}
