//! The audit log: reading, counting, checking, exporting, trimming.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Date, Direction, EndDate, Ignored, Nothing, params};
use crate::api::record::{Milliseconds, PlainTime, Seconds, Total, record, reply};
use crate::api::reply::{Command, CsvBytes, Reply, Stream};
use crate::api::schema::words;
use crate::api::table;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::error::Result;
use crate::store::audit::Outcome;
use crate::store::audit::{Filter, Stored};
use crate::store::audit_chain::Limits;
use std::sync::Arc;
use std::time::Instant;

ops! { AUDIT: Admin "Audit"
    /// Rows of the audit log, newest first. Everything that happened before the call is in it.
    "getaudit" admin read page(Page) -> AuditPage;
    /// How many calls there were, how many were refused and how many failed, in equal stretches of time up to now.
    "getcallstats" admin read call_counts(Span) -> CallStats;
    /// Recomputes the chain of the whole audit log: a changed or removed row shows.
    "verifyaudit" admin read verify(Nothing) -> AuditVerification;
    /// The audit log as CSV, oldest first.
    "exportaudit" admin file export(Export) -> CsvBytes;
    /// Removes the oldest rows of the audit log.
    "trimauditdb" admin slow trim(Trim) -> Command;
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
        changes: bool = false,
        /// Only rows with a larger id than this: what is new since a row.
        afterid: i64 = 0,
        /// Ignored: rows are ordered by time.
        sortfield: Ignored,
        /// 1 for the oldest first, -1 for the newest first.
        sortdir: Direction = -1,
        /// How many rows to pass over.
        start: u64 = 0,
        /// How many rows to send, 10,000 at most.
        limit: u64 = 1000,
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
        changes: bool = false,
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
pub enum Stretches {
    Hour,
    Day,
}

words! {
    Stretches { Hour = "hour", Day = "day" }
}

record! {
    /// A row of the audit log.
    AuditRecord {
        /// The id: the greater, the newer.
        id: String,
        /// The account that acted.
        username: String,
        /// What happened, in one text.
        message: String,
        /// The address that the call came from.
        ip: String,
        /// When it happened.
        createdon: PlainTime,
        /// What the client called itself.
        agent: String,
        /// The operation.
        operation: String as extension,
        /// What it was about.
        object: String as extension,
        /// How it ended: `ok`, or the word for a failure.
        outcome: String as extension,
        /// Why it failed, or what it told.
        reason: String as extension,
        /// How long it took, in microseconds.
        durationmicroseconds: i64 as extension,
        /// When it happened.
        createdms: Milliseconds as extension,
        /// For how many calls the row stands.
        calls: u64 as extension,
    }
    /// The calls of a stretch of time.
    CallCount {
        /// When the stretch begins.
        start: Seconds,
        /// How many calls there were.
        calls: u64,
        /// How many of them were refused.
        refused: u64,
        /// How many of them failed by the server's fault.
        failed: u64,
    }
    /// What became of the chain of the audit log.
    VerificationRecord {
        /// How many rows there are.
        rows: u64,
        /// The id of the newest row.
        newestid: i64,
        /// The newest link of the chain, to be kept elsewhere.
        newest: String,
        /// The id of the first row that does not fit; empty when all do.
        brokenat: String,
        /// How long the check took, in seconds.
        secondstaken: String,
    }
}

reply! {
    /// Rows of the audit log.
    AuditPage = logs(Total)[log: AuditRecord];
    /// How many calls there were in equal stretches of time.
    CallStats = buckets()[bucket: CallCount];
    /// What became of the chain of the audit log.
    AuditVerification = verifications()[verification: VerificationRecord; 1];
}

const LIMIT_MAX: u64 = 10_000;

/// What `getaudit` and `exportaudit` both select by.
macro_rules! filter {
    ($params:ident) => {
        Filter {
            who: $params.username.unwrap_or_default().to_lowercase(),
            operation: $params.operation.unwrap_or_default().to_lowercase(),
            outcome: $params.outcome.map(Outcome::from_word).unwrap_or_default(),
            address: $params.ip.unwrap_or_default(),
            object: $params.path.unwrap_or_default(),
            from: $params.startdate.map(|date| milliseconds(date.0)),
            to: $params.enddate.map(|date| end_milliseconds(date.0)),
            after_id: 0,
            left_out: if $params.changes { reading() } else { String::new() },
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

fn page(view: &CloudView<'_>, _: &Admin, params: Page) -> Result<Reply<AuditPage>> {
    let filter = Filter {
        after_id: params.afterid,
        oldest_first: params.sortdir == Direction::Ascending,
        ..filter!(params)
    };
    let limit = params.limit.min(LIMIT_MAX);
    let (rows, total) = view.audit_page(&filter, params.start, limit)?;
    let total = usize::try_from(total).unwrap_or(usize::MAX);
    Ok(Reply::with_meta(Total { total }, rows.iter().map(record).collect::<Vec<_>>()))
}

fn record(stored: &Stored) -> AuditRecord {
    let row = &stored.row;
    let parts = [&*row.operation, &row.object, &row.message].into_iter().filter(|part| !part.is_empty());
    AuditRecord {
        id: stored.id.to_string(),
        username: row.who.clone(),
        message: parts.collect::<Vec<_>>().join(" "),
        ip: row.address.clone(),
        createdon: PlainTime(row.at_milliseconds.div_euclid(1000)),
        agent: row.agent.clone(),
        operation: row.operation.clone().into_owned(),
        object: row.object.clone(),
        outcome: row.outcome.word().to_owned(),
        reason: row.message.clone().into_owned(),
        durationmicroseconds: row.duration_microseconds,
        createdms: Milliseconds(row.at_milliseconds),
        calls: row.calls,
    }
}

fn call_counts(view: &CloudView<'_>, _: &Admin, params: Span) -> Result<Reply<CallStats>> {
    const MINUTE: i64 = 60 * 1000;
    let (stretch, stretches) = match params.span {
        Stretches::Day => (60 * MINUTE, 24),
        Stretches::Hour => (MINUTE, 60),
    };
    let (from, counts) = view.call_counts(stretch, stretches)?;
    let rows: Vec<CallCount> = (0..)
        .zip(counts)
        .map(|(number, count)| CallCount {
            start: Seconds((from + number * stretch) / 1000),
            calls: count.calls,
            refused: count.refused,
            failed: count.failed,
        })
        .collect();
    Ok(Reply::list(rows))
}

fn verify(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<AuditVerification>> {
    let begun = Instant::now();
    let verified = view.verify_audit()?;
    Ok(Reply::one(VerificationRecord {
        rows: verified.rows,
        newestid: verified.newest_id,
        newest: verified.newest.to_string(),
        brokenat: verified.broken_at.map(|id| id.to_string()).unwrap_or_default(),
        secondstaken: format!("{:.1}", begun.elapsed().as_secs_f64()),
    }))
}

fn milliseconds(seconds: i64) -> i64 {
    seconds.saturating_mul(1000)
}

fn end_milliseconds(seconds: i64) -> i64 {
    milliseconds(seconds).saturating_add(999)
}

fn export(context: &mut CallContext<'_>, _: &Admin, params: Export) -> Result<Reply<CsvBytes>> {
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
