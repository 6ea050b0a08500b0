//! The audit log for entry points and commands. Before it is read, all rows that wait are written.

use crate::base::csv;
use crate::base::time::{now_milliseconds, plain_text};
use crate::domain::{Change, Cloud, CloudView};
use crate::error::Result;
use crate::store::Write;
use crate::store::audit::Outcome;
use crate::store::audit::{self, AuditRow, CallCounts, Filter, Page, Stored};
use crate::store::audit_chain::{self, Chain, Limits, Verified};
use crate::store::audit_index;
use crate::store::audit_sort::{self, SortField};
use crate::store::{shares, users};
use std::collections::{BTreeSet, HashMap};
use std::io;

/// Number of rows that an export reads at once.
const EXPORT_ROWS: u64 = 1000;
/// Number of rows that are removed in one transaction.
const TRIMMED_AT_ONCE_ROWS: u32 = 2000;
const DAY_MILLISECONDS: i64 = 24 * 3600 * 1000;

impl CloudView<'_> {
    /// A page of the rows that match, and their number in all.
    pub fn audit_page(&self, filter: &Filter, start: u64, limit: u64) -> Result<Page> {
        self.cloud.store.flush_audit()?;
        self.cloud.store.read(|read| audit::page(read, filter, start, limit))
    }

    /// As [`CloudView::audit_page`], sorted by a field.
    pub fn sorted_audit_page(
        &self,
        filter: &Filter,
        (field, descending): (SortField, bool),
        start: u64,
        limit: u64,
    ) -> Result<Page> {
        self.cloud.store.flush_audit()?;
        self.cloud.store.read(|read| audit_sort::page(read, filter, field, descending, start, limit))
    }

    /// The names that people see in these rows: the display names of accounts, and the names of the
    /// shares by whose links visitors came. Removed ones are left out.
    pub fn names_of_actors(&self, rows: &[Stored]) -> Result<HashMap<String, String>> {
        let actors: BTreeSet<&str> = rows.iter().map(|stored| &*stored.row.who).collect();
        self.cloud.store.read(|read| {
            let mut names = HashMap::new();
            for who in actors {
                let name = match who.strip_prefix("link:") {
                    Some(share) => shares::by_id(read, share)?.map(|share| share.name),
                    None => users::by_name(read, who)?.map(|user| user.display_name),
                };
                names.extend(name.map(|name| (who.to_owned(), name)));
            }
            Ok(names)
        })
    }

    /// Numbers of calls in the latest intervals, the newest last, and the beginning of the first
    /// interval (milliseconds since 1970 UTC). Everything that happened before is counted.
    pub fn call_counts(&self, stretch_milliseconds: i64, stretches: usize) -> Result<(i64, Vec<CallCounts>)> {
        self.cloud.store.flush_audit()?;
        let end = now_milliseconds().div_euclid(stretch_milliseconds) + 1;
        let from = (end - stretches as i64) * stretch_milliseconds;
        let counts =
            self.cloud.store.read(|read| audit::counts(read, from, stretch_milliseconds, stretches))?;
        Ok((from, counts))
    }

    /// Number of calls since the beginning, including trimmed ones.
    pub fn calls_ever(&self) -> Result<u64> {
        self.cloud.store.read(audit_chain::calls_ever)
    }

    /// Recomputes the whole chain.
    pub fn verify_audit(&self) -> Result<Verified> {
        self.cloud.verify_audit()
    }
}

impl Cloud {
    /// Notes a call that changed nothing. The row is written a little later, with others. Returns
    /// false, without noting it, if too many rows wait.
    pub fn note(&self, row: AuditRow) -> bool {
        self.store.queue_audit(row)
    }

    /// As [`Cloud::note`], but waits if too many rows wait.
    pub fn note_waiting(&self, row: AuditRow) {
        self.store.record_audit(row);
    }

    /// Writes every row that matches as CSV, oldest first, in bounded memory.
    pub fn export_audit(&self, filter: &Filter, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(CSV_HEAD.as_bytes())?;
        let mut filter = Filter { oldest_first: true, ..filter.clone() };
        loop {
            let read = self.store.read(|read| audit::matching(read, &filter, EXPORT_ROWS));
            let rows = read.map_err(io::Error::other)?;
            let Some(newest) = rows.last() else { return Ok(()) };
            filter.after_id = newest.id;
            out.write_all(rows.iter().map(csv_line).collect::<String>().as_bytes())?;
        }
    }

    /// Writes all rows that wait.
    pub fn flush_audit(&self) -> Result<()> {
        self.store.flush_audit()
    }

    /// Removes rows that are older than the setting allows, or more than it allows.
    pub fn trim_old_audit(&self) -> Result<()> {
        let config = self.config();
        let to = match self.may_expire() {
            true => now_milliseconds() - i64::from(config.audit_days) * DAY_MILLISECONDS,
            false => i64::MIN,
        };
        let rows = config.audit_rows_max.into();
        let limits = Limits { to, rows, bytes: u64::from(config.audit_mb_max) * 1024 * 1024 };
        let removed = self.trim_audit(limits)?;
        if removed > 0 {
            log::info!("{removed} old rows of the audit log were removed");
        }
        self.tell_newest_audit_row()
    }

    /// Writes the newest row of people's calls to the server's log, outside of the database.
    pub(in crate::domain) fn tell_newest_audit_row(&self) -> Result<()> {
        let newest = self.store.read(audit_chain::newest)?;
        log::info!("the newest row of the audit log is {newest}");
        Ok(())
    }

    /// Removes the rows of both chains beyond these limits. It does so in small transactions, so
    /// that nobody waits for long and memory stays constant for millions of rows. Returns their
    /// number.
    pub fn trim_audit(&self, limits: Limits) -> Result<u64> {
        let mut removed = 0;
        for chain in Chain::ALL {
            loop {
                let slice = move |tx: &Write| audit_chain::trim(tx, chain, &limits, TRIMMED_AT_ONCE_ROWS);
                let count = self.store.write(slice)?;
                removed += count;
                if count < u64::from(TRIMMED_AT_ONCE_ROWS) {
                    break;
                }
            }
        }
        self.index_audit()?;
        Ok(removed)
    }

    /// Updates the index of the audit log block by block, so that nobody waits for long.
    pub fn index_audit(&self) -> Result<()> {
        self.store.write(audit_index::forget_removed)?;
        while let Some(full) = self.store.read(audit_index::next_full_block)? {
            self.may_go_on()?;
            self.store.write(move |tx| audit_index::add(tx, &full))?;
        }
        Ok(())
    }

    /// Commits a change made on the console, with its row in the audit log.
    pub fn commit_from_console<T: Send + 'static>(
        &self,
        operation: &'static str,
        object: &str,
        change: impl FnOnce(&Write) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.note_from_inside("(console)", operation, object, Outcome::OK, "", change)
    }

    /// As [`Cloud::commit_from_console`], for a change that includes work on the disk.
    pub fn settle_from_console<T: Send + 'static>(
        &self,
        operation: &'static str,
        object: &str,
        change: Change<T>,
    ) -> Result<T> {
        change.settle(self, |rows| self.commit_from_console(operation, object, rows))
    }

    /// Commits a change that no call of the API has requested, with its row in the audit log. `who`
    /// is in brackets, which no account's name has.
    pub(in crate::domain) fn note_from_inside<T: Send + 'static>(
        &self,
        who: &'static str,
        operation: &'static str,
        object: &str,
        outcome: Outcome,
        message: &str,
        change: impl FnOnce(&Write) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let row = AuditRow {
            at_milliseconds: now_milliseconds(),
            who: who.into(),
            agent: concat!("cloudlet/", env!("CARGO_PKG_VERSION")).into(),
            operation: operation.into(),
            object: object.into(),
            outcome,
            message: message.to_owned().into(),
            ..AuditRow::default()
        };
        self.store.write(move |tx| {
            let value = change(tx)?;
            audit_chain::append(tx, &row)?;
            Ok(value)
        })
    }

    /// True if the row that was noted as the newest, `1234:abcdef`, is unchanged; `None` if it was
    /// removed because of its age.
    pub fn audit_still_holds(&self, noted: &str) -> Result<Option<bool>> {
        self.store.read(|read| audit_chain::still_holds(read, noted))
    }

    /// Refuses a range of rows that does not begin with the oldest.
    pub fn check_no_audit_gap(&self, from_milliseconds: i64) -> Result<()> {
        self.store.read(|read| audit_chain::check_no_gap(read, from_milliseconds))
    }

    /// Recomputes the whole chain.
    pub fn verify_audit(&self) -> Result<Verified> {
        self.store.flush_audit()?;
        self.store.read(audit_chain::verify)
    }
}

/// The first line of an export.
const CSV_HEAD: &str =
    "id,time,username,ip,operation,object,outcome,message,duration in microseconds,agent\r\n";

/// A row as a line of CSV (RFC 4180).
fn csv_line(stored: &Stored) -> String {
    let row = &stored.row;
    let (id, time) = (stored.id.to_string(), plain_text(row.at_milliseconds.div_euclid(1000)));
    let duration = row.duration_microseconds.to_string();
    let columns = [
        id.as_str(),
        &time,
        &row.who,
        &row.address,
        &row.operation,
        &row.object,
        row.outcome.word(),
        &row.message,
        &duration,
        &row.agent,
    ];
    csv::line(columns)
}
