//! The audit log: reading, exporting, trimming.

use crate::api::desk::Desk;
use crate::api::op::ops;
use crate::api::params::{Date, EndDate, params};
use crate::api::reply::{Reply, Row, Stream};
use crate::base::time::plain_text;
use crate::domain::Look;
use crate::domain::audit::csv_head;
use crate::domain::rights::Admin;
use crate::error::Result;
use crate::store::Write;
use crate::store::audit::{self, Filter, Stored};
use std::sync::Arc;

ops! { AUDIT: Admin "Audit"
    /// Rows of the audit log, newest first. Everything that happened before the call is in it.
    "getaudit" admin read page(Page);
    /// The audit log as CSV, oldest first.
    "exportaudit" admin file export(Range);
    /// Removes the oldest rows of the audit log.
    "trimauditdb" admin write trim(Range);
}

params! {
    Page {
        /// Only calls of this account.
        username: Option<String>,
        /// Only calls of this operation.
        operation: Option<String>,
        /// The earliest time.
        startdate: Option<Date>,
        /// The latest time; a date without a time means the end of that day.
        enddate: Option<EndDate>,
        /// Only calls with this outcome: `ok`, or the word for a failure.
        outcome: Option<String>,
        /// Only calls from this address.
        ip: Option<String>,
        /// Only calls whose object contains this text.
        path: Option<String>,
        /// Ignored: rows are ordered by time.
        sortfield: Option<String>,
        /// 1 for the oldest first.
        sortdir: Option<i64>,
        /// How many rows to pass over.
        start: Option<u64>,
        /// How many rows to send, 1000 without it.
        limit: Option<u64>,
    }
    Range {
        /// The latest time; a date without a time means the end of that day.
        enddate: EndDate,
        /// The earliest time.
        startdate: Option<Date>,
    }
}

const LIMIT: u64 = 1000;
const LIMIT_MAX: u64 = 10_000;

fn page(look: &Look<'_>, _: &Admin, params: Page) -> Result<Reply> {
    let filter = Filter {
        who: params.username.unwrap_or_default().to_lowercase(),
        operation: params.operation.unwrap_or_default().to_lowercase(),
        outcome: params.outcome.unwrap_or_default(),
        address: params.ip.unwrap_or_default(),
        object: params.path.unwrap_or_default(),
        from: params.startdate.map(|date| milliseconds(date.0)),
        to: params.enddate.map(|date| milliseconds(date.0).saturating_add(999)),
        oldest_first: params.sortdir.is_some_and(|direction| direction > 0),
    };
    let limit = params.limit.unwrap_or(LIMIT).min(LIMIT_MAX);
    let (rows, total) = look.audit_page(&filter, params.start.unwrap_or(0), limit)?;
    let meta = Row::new().number("total", total);
    Ok(Reply::records("logs", Some(meta), "log", rows.iter().map(record).collect::<Vec<_>>()))
}

fn record(stored: &Stored) -> Row {
    let row = &stored.row;
    let message =
        if row.message.is_empty() { row.object.clone() } else { format!("{} {}", row.object, row.message) };
    Row::new()
        .text("id", stored.id.to_string())
        .text("username", row.who.clone())
        .text("message", format!("{} {}", row.operation, message).trim().to_owned())
        .text("ip", row.address.clone())
        .text("createdon", plain_text(row.at_milliseconds.div_euclid(1000)))
        .text("agent", row.agent.clone())
        .text("operation", row.operation.clone())
        .text("object", row.object.clone())
        .text("outcome", row.outcome.clone())
        .text("reason", row.message.clone())
        .number("durationmicroseconds", row.duration_microseconds)
        .number("createdms", row.at_milliseconds)
}

fn milliseconds(seconds: i64) -> i64 {
    seconds.saturating_mul(1000)
}

fn export(desk: &mut Desk<'_>, _: &Admin, params: Range) -> Result<Reply> {
    let cloud = Arc::clone(desk.cloud());
    cloud.flush_audit()?;
    let from = params.startdate.map(|date| milliseconds(date.0));
    let to = Some(milliseconds(params.enddate.0).saturating_add(999));
    let produce = Box::new(move |out: &mut dyn std::io::Write| {
        out.write_all(csv_head().as_bytes())?;
        cloud.export_audit(from, to, out)
    });
    Ok(Reply::stream(Stream {
        content_type: "text/csv; charset=utf-8",
        name: "audit.csv".into(),
        length: None,
        produce,
    }))
}

fn trim(tx: &Write, _: &Admin, params: Range) -> Result<Reply> {
    let from = params.startdate.map(|date| milliseconds(date.0));
    let removed = audit::trim(tx, from, milliseconds(params.enddate.0).saturating_add(999))?;
    Ok(Reply::said(format!("{removed} rows removed")))
}
