//! The audit log: reading, counting, checking, exporting, trimming.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Date, EndDate, Nothing, Param, params};
use crate::api::reply::{Reply, Row, Stream};
use crate::api::table;
use crate::base::time::plain_text;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::error::{Code, Error, Result};
use crate::store::audit::{Filter, Stored};
use crate::store::audit_chain::Limits;
use std::sync::Arc;
use std::time::Instant;

ops! { AUDIT: Admin "Audit"
    /// Rows of the audit log, newest first. Everything that happened before the call is in it.
    "getaudit" admin read page(Page);
    /// How many calls there were, how many were refused and how many failed, in equal stretches of time up to now.
    "getcallstats" admin read call_counts(Span);
    /// Recomputes the chain of the whole audit log: a changed or removed row shows.
    "verifyaudit" admin read verify(Nothing);
    /// The audit log as CSV, oldest first.
    "exportaudit" admin file export(Export);
    /// Removes the oldest rows of the audit log.
    "trimauditdb" admin slow trim(Trim);
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
        /// 1 to leave out what only read and was answered.
        changes: Option<bool>,
        /// Only rows with a larger id than this: what is new since a row.
        afterid: Option<i64>,
        /// Ignored: rows are ordered by time.
        sortfield: Option<String>,
        /// 1 for the oldest first.
        sortdir: Option<i64>,
        /// How many rows to pass over.
        start: Option<u64>,
        /// How many rows to send, 1000 without it.
        limit: Option<u64>,
    }
    Span {
        /// `hour` for 60 stretches of a minute, `day` for 24 of an hour.
        span: Stretches,
    }
    Export {
        /// The latest time; a date without a time means the end of that day.
        enddate: Option<EndDate>,
        /// The earliest time.
        startdate: Option<Date>,
        /// Only calls of this account.
        username: Option<String>,
        /// Only calls of this operation.
        operation: Option<String>,
        /// Only calls with this outcome.
        outcome: Option<String>,
        /// Only calls from this address.
        ip: Option<String>,
        /// Only calls whose object contains this text.
        path: Option<String>,
        /// 1 to leave out what only read and was answered.
        changes: Option<bool>,
    }
    Trim {
        /// The latest time; a date without a time means the end of that day.
        enddate: EndDate,
        /// The earliest time.
        startdate: Option<Date>,
    }
}

/// How far back calls are counted.
#[derive(Clone, Copy, Debug)]
enum Stretches {
    Hour,
    Day,
}

impl Param for Stretches {
    const KIND: &'static str = "hour or day";

    fn parse(text: &str) -> Result<Stretches> {
        match text.trim().to_ascii_lowercase().as_str() {
            "hour" => Ok(Stretches::Hour),
            "day" => Ok(Stretches::Day),
            _ => Err(Error::new(Code::Invalid, "It is one of hour, day.")),
        }
    }
}

const LIMIT: u64 = 1000;
const LIMIT_MAX: u64 = 10_000;

/// What `getaudit` and `exportaudit` both select by.
macro_rules! filter {
    ($params:ident) => {
        Filter {
            who: $params.username.unwrap_or_default().to_lowercase(),
            operation: $params.operation.unwrap_or_default().to_lowercase(),
            outcome: $params.outcome.unwrap_or_default(),
            address: $params.ip.unwrap_or_default(),
            object: $params.path.unwrap_or_default(),
            from: $params.startdate.map(|date| milliseconds(date.0)),
            to: $params.enddate.map(|date| end_milliseconds(date.0)),
            after_id: 0,
            left_out: if $params.changes.unwrap_or(false) { reading() } else { String::new() },
            oldest_first: false,
        }
    };
}

/// The operations that change nothing, each between blanks. A row does not say whether it was the user's or the
/// administrator's operation of a name: what only reads for one of them is no change.
fn reading() -> String {
    let reading = table::all().filter(|operation| !operation.effect.is_changing());
    reading.fold(String::from(" "), |names, operation| names + operation.name + " ")
}

fn page(view: &CloudView<'_>, _: &Admin, params: Page) -> Result<Reply> {
    let filter = Filter {
        after_id: params.afterid.unwrap_or(0),
        oldest_first: params.sortdir.is_some_and(|direction| direction > 0),
        ..filter!(params)
    };
    let limit = params.limit.unwrap_or(LIMIT).min(LIMIT_MAX);
    let (rows, total) = view.audit_page(&filter, params.start.unwrap_or(0), limit)?;
    let meta = Row::new().number("total", total);
    Ok(Reply::records("logs", Some(meta), "log", rows.iter().map(record).collect::<Vec<_>>()))
}

fn record(stored: &Stored) -> Row {
    let row = &stored.row;
    let parts = [&*row.operation, &row.object, &row.message].into_iter().filter(|part| !part.is_empty());
    let message = parts.collect::<Vec<_>>().join(" ");
    Row::new()
        .text("id", stored.id.to_string())
        .text("username", row.who.clone())
        .text("message", message)
        .text("ip", row.address.clone())
        .text("createdon", plain_text(row.at_milliseconds.div_euclid(1000)))
        .text("agent", row.agent.clone())
        .text("operation", row.operation.clone())
        .text("object", row.object.clone())
        .text("outcome", row.outcome.clone())
        .text("reason", row.message.clone())
        .number("durationmicroseconds", row.duration_microseconds)
        .number("createdms", row.at_milliseconds)
        .number("calls", row.calls)
}

fn call_counts(view: &CloudView<'_>, _: &Admin, params: Span) -> Result<Reply> {
    const MINUTE: i64 = 60 * 1000;
    let (stretch, stretches) = match params.span {
        Stretches::Day => (60 * MINUTE, 24),
        Stretches::Hour => (MINUTE, 60),
    };
    let (from, counts) = view.call_counts(stretch, stretches)?;
    let rows: Vec<Row> = (0..)
        .zip(counts)
        .map(|(number, count)| {
            Row::new()
                .number("start", (from + number * stretch) / 1000)
                .number("calls", count.calls)
                .number("refused", count.refused)
                .number("failed", count.failed)
        })
        .collect();
    Ok(Reply::records("buckets", None, "bucket", rows))
}

fn verify(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply> {
    let begun = Instant::now();
    let verified = view.verify_audit()?;
    let row = Row::new()
        .number("rows", verified.rows)
        .number("newestid", verified.newest_id)
        .text("newest", verified.newest.to_string())
        .text("brokenat", verified.broken_at.map(|id| id.to_string()).unwrap_or_default())
        .text("secondstaken", format!("{:.1}", begun.elapsed().as_secs_f64()));
    Ok(Reply::record("verifications", "verification", row))
}

fn milliseconds(seconds: i64) -> i64 {
    seconds.saturating_mul(1000)
}

fn end_milliseconds(seconds: i64) -> i64 {
    milliseconds(seconds).saturating_add(999)
}

fn export(context: &mut CallContext<'_>, _: &Admin, params: Export) -> Result<Reply> {
    let cloud = Arc::clone(context.cloud());
    cloud.flush_audit()?;
    let filter = filter!(params);
    let produce = Box::new(move |out: &mut dyn std::io::Write| cloud.export_audit(&filter, out));
    let (content_type, name) = ("text/csv; charset=utf-8", "audit.csv".into());
    Ok(Reply::stream(Stream { content_type, name, length: None, left_out: 0, produce }))
}

fn trim(context: &mut CallContext<'_>, _: &Admin, params: Trim) -> Result<Reply> {
    let cloud = context.cloud();
    cloud.flush_audit()?;
    if let Some(from) = params.startdate {
        cloud.check_no_audit_gap(milliseconds(from.0))?;
    }
    // That somebody removes rows is in the log before the first of them is gone.
    context.commit(|_| Ok(()))?;
    let own_row = context.call.began_milliseconds();
    let removed = cloud.trim_audit(Limits::until(end_milliseconds(params.enddate.0).min(own_row - 1)))?;
    Ok(Reply::said(format!("{removed} rows removed")))
}
