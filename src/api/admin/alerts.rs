//! Alerts: the findings of `getfindings` in FileCloud's form.

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
    /// Findings that need attention, as in `getfindings`.
    "getsysalerts" admin read list(Nothing) -> Alerts;
    /// Dismisses an alert. It comes back when its reason changes.
    "removealert" admin slow remove(Remove) -> Command;
    /// Dismisses all alerts.
    "clearallalerts" admin slow clear(Nothing) -> Command;
}

params! {
    Remove {
        /// The id of the alert.
        rid: String,
    }
}

record! {
    /// A finding that needs attention.
    AlertRecord {
        /// The id.
        rid: String,
        /// Always `WARNING`.
        level: &'static str,
        /// The action that failed: `read`, `remove`, `change`, `finish` or `send`; `decide`
        /// where a client is held, `letin` where
        /// an account waits for an administrator.
        kind = "type": &'static str,
        /// The place, the fault, and what to do about it.
        description: String,
    }
}

reply! {
    /// Findings that need attention.
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
