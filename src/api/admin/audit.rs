//! The audit log: reading, counting, checking, exporting and trimming it.

use crate::api::call_context::CallContext;
use crate::api::dates::{Date, EndDate};
use crate::api::op::ops;
use crate::api::params::{Direction, Nothing, Param, params};
use crate::api::record::{Milliseconds, PlainTime, Seconds, record, reply};
use crate::api::reply::{Command, CsvBytes, Reply, Stream};
use crate::api::schema::{Schema, not_one_of, words};
use crate::api::table;
use crate::base::text::counted;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::error::Result;
use crate::store::audit::Outcome;
use crate::store::audit::{Filter, Stored};
use crate::store::audit_chain::Limits;
use crate::store::audit_sort::SortField;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

ops! { AUDIT: Admin "Audit"
    /// Rows of the audit log, newest first, including everything that happened before the call.
    "getaudit" admin read page(Page) -> AuditPage;
    /// The number of calls, of refused calls and of failed calls, in equal intervals up to now.
    "getcallstats" admin read call_counts(Span) -> CallStats;
    /// Recomputes the chain of the whole audit log, which reveals a changed or removed row.
    "verifyaudit" admin read verify(Nothing) -> AuditVerification;
    /// The audit log as CSV, oldest first.
    "exportaudit" admin file export(Export) -> CsvBytes;
    /// Removes the oldest rows of the audit log.
    "trimauditdb" admin slow trim(Trim) -> Command;
}

params! {
    Page {
        /// Only calls of this account. A name that no account has finds no calls.
        username: Option<String>,
        /// Only calls of this operation. A name that no operation has finds no calls.
        operation: Option<String>,
        /// The earliest time.
        startdate: Option<Date>,
        /// The latest time; a date without a time means the end of that day.
        enddate: Option<EndDate>,
        /// Only calls with this outcome.
        outcome: Option<Outcome>,
        /// Only calls from this address. A text that is no address finds no calls.
        ip: Option<String>,
        /// Only calls of this program or device, by the name that it gives itself.
        agent: Option<String>,
        /// Only calls whose object contains this text.
        path: Option<String>,
        /// 1 to leave out successful calls that changed nothing.
        changes: bool = false,
        /// Only rows with a greater id than this: rows that are new since then.
        afterid: i64 = 0,
        /// The field by which rows are sorted: `username`, `operation`, `outcome` or `ip`. Rows
        /// with the same value come newest first. Any other text sorts by time.
        sortfield: Option<String>,
        /// 1 for ascending order, by time the oldest first; -1 for descending order, by time the
        /// newest first.
        sortdir: Direction = -1,
        /// Number of rows to skip.
        start: u64 = 0,
        /// Maximum number of rows, at most 10,000.
        limit: u64 = 1000,
    }
    Span {
        /// `hour` for 60 intervals of a minute, `day` for 24 intervals of an hour.
        span: Stretches,
    }
    Export {
        /// The latest time; a date without a time means the end of that day.
        enddate: Option<EndDate>,
        /// The earliest time.
        startdate: Option<Date>,
        /// Only calls of this account. A name that no account has finds no calls.
        username: Option<String>,
        /// Only calls of this operation. A name that no operation has finds no calls.
        operation: Option<String>,
        /// Only calls with this outcome.
        outcome: Option<Outcome>,
        /// Only calls from this address. A text that is no address finds no calls.
        ip: Option<String>,
        /// Only calls of this program or device, by the name that it gives itself.
        agent: Option<String>,
        /// Only calls whose object contains this text.
        path: Option<String>,
        /// 1 to leave out successful calls that changed nothing.
        changes: bool = false,
    }
    Trim {
        /// The latest time; a date without a time means the end of that day.
        enddate: EndDate,
        /// The earliest time.
        startdate: Option<Date>,
    }
}

/// The interval for which calls are counted.
#[derive(Clone, Copy, Debug)]
pub enum Stretches {
    Hour,
    Day,
}

impl Param for Outcome {
    const SCHEMA: Schema = Schema::words(Outcome::WORDS);

    fn parse(text: &str) -> Result<Outcome> {
        Outcome::from_word(&text.trim().to_ascii_lowercase()).ok_or_else(|| not_one_of(Outcome::WORDS))
    }
}

words! {
    Stretches { Hour = "hour", Day = "day" }
}

record! {
    /// A row of the audit log.
    AuditRecord {
        /// The id. Newer rows have greater ids.
        id: String,
        /// The account that acted.
        username: String,
        /// The whole event as one text.
        message: String,
        /// The address that the call came from.
        ip: String,
        /// The time when it happened.
        createdon: PlainTime,
        /// The name that the client gave itself.
        agent: String,
        /// The operation.
        operation: String as extension,
        /// The object of the call.
        object: String as extension,
        /// The outcome: `ok`, or the word for a failure.
        outcome: String as extension,
        /// The reason of a failure, or the message of a success.
        reason: String as extension,
        /// Duration in microseconds.
        durationmicroseconds: i64 as extension,
        /// The time when it happened.
        createdms: Milliseconds as extension,
        /// Number of calls for which the row stands.
        calls: u64 as extension,
        /// The display name of the account that acted; for a visitor by a link, the name of the
        /// share. Empty if it is gone.
        actor: String as extension,
    }
    /// Number of rows that match.
    AuditTotal {
        /// Number of rows that match in all.
        total: u64,
        /// 1 if there may be more: counting stops early if too many texts have to be compared.
        atleast: bool as extension,
    }
    /// The calls of an interval.
    CallCount {
        /// The beginning of the interval.
        start: Seconds,
        /// Number of calls.
        calls: u64,
        /// Number of refused calls.
        refused: u64,
        /// Number of calls that failed because of the server.
        failed: u64,
    }
    /// The result of a check of the audit log's chain.
    VerificationRecord {
        /// Number of rows.
        rows: u64,
        /// The id of the newest row.
        newestid: i64,
        /// The newest link of the chain. Keep it elsewhere.
        newest: String,
        /// The id of the first row that does not fit; empty if all do.
        brokenat: String,
        /// Duration of the check in seconds.
        secondstaken: String,
    }
}

reply! {
    /// Rows of the audit log.
    AuditPage = logs(AuditTotal)[log: AuditRecord];
    /// Numbers of calls in equal intervals.
    CallStats = buckets()[bucket: CallCount];
    /// The result of a check of the audit log's chain.
    AuditVerification = verifications()[verification: VerificationRecord; 1];
}

const LIMIT_MAX: u64 = 10_000;

/// The filter of `getaudit` and `exportaudit`.
macro_rules! filter {
    ($params:ident) => {
        Filter {
            who: $params.username.unwrap_or_default().to_lowercase(),
            operation: $params.operation.unwrap_or_default().to_lowercase(),
            outcome: $params.outcome.unwrap_or_default(),
            address: $params.ip.unwrap_or_default(),
            agent: $params.agent.unwrap_or_default(),
            object: $params.path.unwrap_or_default(),
            from: $params.startdate.map(|date| milliseconds(date.0)),
            to: $params.enddate.map(|date| end_milliseconds(date.0)),
            after_id: 0,
            left_out: if $params.changes { reading() } else { String::new() },
            oldest_first: false,
        }
    };
}

/// The operations that change nothing, each between blanks. A row does not say whether the
/// operation was the user's or the administrator's of this name. So a name counts as changing
/// nothing if either does.
fn reading() -> String {
    let reading = table::all().filter(|operation| !operation.effect.is_changing());
    reading.fold(String::from(" "), |names, operation| names + operation.name + " ")
}

fn page(view: &CloudView<'_>, _: &Admin, params: Page) -> Result<Reply<AuditPage>> {
    let is_ascending = params.sortdir == Direction::Ascending;
    let field = match params.sortfield.as_deref() {
        Some("username") => Some(SortField::Who),
        Some("operation") => Some(SortField::Operation),
        Some("outcome") => Some(SortField::Outcome),
        Some("ip") => Some(SortField::Address),
        _ => None,
    };
    let oldest_first = field.is_none() && is_ascending;
    let filter = Filter { after_id: params.afterid, oldest_first, ..filter!(params) };
    let limit = params.limit.min(LIMIT_MAX);
    let page = match field {
        Some(field) => view.sorted_audit_page(&filter, (field, !is_ascending), params.start, limit)?,
        None => view.audit_page(&filter, params.start, limit)?,
    };
    let meta = AuditTotal { total: page.total, atleast: !page.is_whole };
    let names = view.names_of_actors(&page.rows)?;
    let records = page.rows.iter().map(|stored| record(stored, &names)).collect::<Vec<_>>();
    Ok(Reply::with_meta(meta, records))
}

fn record(stored: &Stored, names: &HashMap<String, String>) -> AuditRecord {
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
        actor: names.get(&row.who).cloned().unwrap_or_default(),
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
    // The log has the row of this call before any row is removed.
    context.commit(|_| Ok(()))?;
    let own_row = context.call.began_milliseconds();
    let removed = cloud.trim_audit(Limits::until(end_milliseconds(params.enddate.0).min(own_row - 1)))?;
    Ok(Reply::said(format!("{} removed", counted(removed, "row", "rows"))))
}
