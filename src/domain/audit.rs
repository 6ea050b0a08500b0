//! The audit log as doors and commands use it. Whoever reads it first has everything written that happened before.

use super::{Cloud, Look};
use crate::error::Result;
use crate::store::audit::{self, AuditRow, Filter, Stored, Verified};

/// Rows read at once for an export.
const EXPORT_ROWS: u32 = 1000;

impl Look<'_> {
    /// One page of the rows that match, and how many match in all.
    pub fn audit_page(&self, filter: &Filter, start: u64, limit: u64) -> Result<(Vec<Stored>, u64)> {
        self.cloud.store.flush_audit()?;
        self.cloud.store.read(|read| audit::page(read, filter, start, limit))
    }
}

impl Cloud {
    /// Notes a call that changed nothing; written with others a little later. Gives the row back when too many wait.
    pub fn note(&self, row: AuditRow) -> std::result::Result<(), AuditRow> {
        self.store.queue_audit(row)
    }

    /// As [`Cloud::note`], waiting where it must.
    pub fn note_waiting(&self, row: AuditRow) {
        self.store.record_audit(row);
    }

    /// Hands every row between two times (milliseconds since 1970 UTC, inclusive) to a function, oldest first, in
    /// bounded memory.
    pub fn export_audit(
        &self,
        from: Option<i64>,
        to: Option<i64>,
        mut each: impl FnMut(&Stored) -> Result<()>,
    ) -> Result<()> {
        let wanted = from.unwrap_or(i64::MIN)..=to.unwrap_or(i64::MAX);
        let mut last = 0;
        loop {
            let rows = self.store.read(|read| audit::after(read, last, EXPORT_ROWS))?;
            let Some(newest) = rows.last() else { return Ok(()) };
            last = newest.id;
            rows.iter().filter(|stored| wanted.contains(&stored.row.at_milliseconds)).try_for_each(&mut each)?;
        }
    }

    /// Writes all rows that wait.
    pub fn flush_audit(&self) -> Result<()> {
        self.store.flush_audit()
    }

    /// Recomputes the whole chain.
    pub fn verify_audit(&self) -> Result<Verified> {
        self.store.flush_audit()?;
        self.store.read(audit::verify)
    }
}
