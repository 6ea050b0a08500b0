//! Alerts: what needs a look, the same as `getfindings` tells.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, params};
use crate::api::record::{Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::volumes::findings::Finding;
use crate::error::Result;

ops! { ALERTS: Admin "Alerts"
    /// What needs a look: the same as `getfindings` tells.
    "getsysalerts" admin read list(Nothing) -> Alerts;
    /// Puts an alert aside. It comes back when its reason is another.
    "removealert" admin slow remove(Remove) -> Command;
    /// Puts all alerts aside.
    "clearallalerts" admin slow clear(Nothing) -> Command;
}

params! {
    Remove {
        /// The id of the alert.
        rid: String,
    }
}

record! {
    /// Something that needs a look.
    AlertRecord {
        /// The id.
        rid: String,
        /// Always `WARNING`.
        level: &'static str,
        /// What could not be done: `read`, `remove`, `change` or `finish`.
        kind = "type": &'static str,
        /// Where it is, what it is, and what to do about it.
        description: String,
    }
}

reply! {
    /// What needs a look.
    Alerts = alerts(Total)[alert: AlertRecord];
}

fn list(view: &CloudView<'_>, admin: &Admin, _: Nothing) -> Result<Reply<Alerts>> {
    let record = |finding: &Finding| AlertRecord {
        rid: finding.id(),
        level: "WARNING",
        kind: finding.word(),
        description: finding.to_string(),
    };
    Ok(Reply::counted(view.findings(admin)?.0.iter().map(record).collect::<Vec<_>>()))
}

fn remove(context: &mut CallContext<'_>, _: &Admin, params: Remove) -> Result<Reply> {
    context.settle(context.cloud().put_aside(Some(params.rid.trim()))?)?;
    Ok(Reply::done())
}

fn clear(context: &mut CallContext<'_>, _: &Admin, _: Nothing) -> Result<Reply> {
    context.settle(context.cloud().put_aside(None)?)?;
    Ok(Reply::done())
}
