//! The queries that read the audit log. `audit_chain` appends, removes and verifies rows.

pub use super::audit_row::{AuditRow, Outcome, Stored};
use super::audit_row::{STORED_COLUMNS, stored};
use super::{Read, audit_chain};
use crate::error::Result;
use rusqlite::{ToSql, params};

/// A filter of rows. Empty fields do not restrict. The newest rows come first.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub who: String,
    pub operation: String,
    pub outcome: Outcome,
    pub address: String,
    /// Part of the object.
    pub object: String,
    /// Milliseconds since 1970 UTC, inclusive.
    pub from: Option<i64>,
    pub to: Option<i64>,
    /// Only rows with a larger id.
    pub after_id: i64,
    /// Operations, each between blanks, whose successful rows are left out.
    pub left_out: String,
    pub oldest_first: bool,
}

const MATCHES: &str = "(?1 = '' OR who = ?1) AND (?2 = '' OR operation = ?2) AND (?3 = '' OR outcome = ?3) \
     AND (?4 = '' OR address = ?4) AND (?5 = '' OR instr(object, ?5)) AND at_ms BETWEEN ?6 AND ?7 AND id > ?8";

const NOT_LEFT_OUT: &str = "(?9 = '' OR outcome <> ?10 OR NOT instr(?9, ' ' || operation || ' '))";

/// One page of the matching rows, and the number of all matching rows.
pub fn page(read: &Read, filter: &Filter, start: u64, limit: u64) -> Result<(Vec<Stored>, u64)> {
    let total = if filter.is_open() {
        // Known from the ends of the chains, without counting rows.
        audit_chain::rows(read)?
    } else {
        let bounds = filter.bounds(read)?;
        let sql = format!("SELECT count(*) FROM audit WHERE {MATCHES} AND {NOT_LEFT_OUT}");
        read.one(&sql, filter.values(&bounds).as_slice(), |row| row.get::<_, i64>(0))?.unsigned_abs()
    };
    Ok((matching(read, filter, start, limit)?, total))
}

/// At most `limit` matching rows, from `start` on.
pub fn matching(read: &Read, filter: &Filter, start: u64, limit: u64) -> Result<Vec<Stored>> {
    let bounds = filter.bounds(read)?;
    let order = if filter.oldest_first { "ASC" } else { "DESC" };
    let sql = format!(
        "SELECT {STORED_COLUMNS} FROM audit WHERE {MATCHES} AND {NOT_LEFT_OUT} ORDER BY id {order} LIMIT ?11 OFFSET ?12"
    );
    let [limit, start] = [limit, start].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    let mut values = filter.values(&bounds);
    values.extend([&limit as &dyn ToSql, &start]);
    read.all(&sql, values.as_slice(), stored)
}

/// The numbers of calls in one period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    pub calls: u64,
    /// Calls without a session or without the right.
    pub refused: u64,
    /// Calls that failed because of the server.
    pub failed: u64,
}

/// The numbers of calls in consecutive periods of the given length, from a time on (milliseconds).
pub fn counts(
    read: &Read,
    from: i64,
    stretch_milliseconds: i64,
    stretches: usize,
) -> Result<Vec<CallCounts>> {
    let rows = read.all(
        "SELECT (at_ms - ?2) / ?3, sum(calls), sum(iif(outcome IN (?4, ?5), calls, 0)), \
         sum(iif(outcome = ?6, calls, 0)) FROM audit WHERE id > ?1 AND at_ms >= ?2 GROUP BY 1",
        params![
            id_before(read, from)?,
            from,
            stretch_milliseconds,
            Outcome::UNAUTHENTICATED,
            Outcome::FORBIDDEN,
            Outcome::FAILED
        ],
        |row| {
            let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
            Ok((
                row.get::<_, i64>(0)?,
                CallCounts { calls: number(1)?, refused: number(2)?, failed: number(3)? },
            ))
        },
    )?;
    let mut counts = vec![CallCounts::default(); stretches];
    for (stretch, count) in rows {
        if let Some(place) = usize::try_from(stretch).ok().and_then(|stretch| counts.get_mut(stretch)) {
            *place = count;
        }
    }
    Ok(counts)
}

/// An id such that all rows before it are older than a time (milliseconds), found by binary search:
/// ids grow with time, and an index of times would cost one write per call. If the clock was set
/// back, newer rows may lie before the id.
fn id_before(read: &Read, time: i64) -> Result<i64> {
    let (mut low, mut high) =
        read.one("SELECT coalesce(min(id), 1) - 1, coalesce(max(id), 0) FROM audit", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })?;
    while low < high {
        let middle = low + (high - low + 1) / 2;
        // Ids have gaps, because rows of strangers are removed by themselves.
        let sql = "SELECT at_ms FROM audit WHERE id <= ?1 ORDER BY id DESC LIMIT 1";
        let at = read.first(sql, [middle], |row| row.get::<_, i64>(0))?;
        if at.is_some_and(|at| at < time) { low = middle } else { high = middle - 1 }
    }
    Ok(low)
}

impl Filter {
    /// True if every row passes.
    fn is_open(&self) -> bool {
        let texts = [&self.who, &self.operation, &self.address, &self.object, &self.left_out];
        texts.into_iter().all(String::is_empty)
            && self.outcome == Outcome::default()
            && self.from.is_none()
            && self.to.is_none()
            && self.after_id == 0
    }

    /// The earliest time, the latest time, and the id after which rows can match. Ids grow with
    /// time, so rows before that id need not be read.
    fn bounds(&self, read: &Read) -> Result<[i64; 3]> {
        let by_time = self.from.map_or(Ok(0), |from| id_before(read, from))?;
        Ok([self.from.unwrap_or(i64::MIN), self.to.unwrap_or(i64::MAX), self.after_id.max(by_time)])
    }

    /// The values of the parameters of `MATCHES` and `NOT_LEFT_OUT`, in their order.
    fn values<'a>(&'a self, bounds: &'a [i64; 3]) -> Vec<&'a dyn ToSql> {
        let mut values: Vec<&dyn ToSql> =
            vec![&self.who, &self.operation, &self.outcome, &self.address, &self.object];
        values.extend(bounds.iter().map(|bound| bound as &dyn ToSql));
        values.extend([&self.left_out as &dyn ToSql, &Outcome::OK]);
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_store;

    fn row(operation: &'static str, at_milliseconds: i64) -> AuditRow {
        let who = "anna".into();
        AuditRow {
            at_milliseconds,
            who,
            operation: operation.into(),
            outcome: Outcome::OK,
            ..AuditRow::default()
        }
    }

    #[test]
    fn times_are_found_by_halving() {
        let store = test_store();
        for at in 1..=100 {
            store.record_audit(row(if at % 10 == 0 { "upload" } else { "getfilelist" }, at * 10));
        }
        store.flush_audit().unwrap();
        for (time, before) in [(0, 0), (10, 0), (11, 1), (500, 49), (1000, 99), (1001, 100)] {
            assert_eq!(store.read(|read| id_before(read, time)).unwrap(), before, "{time}");
        }
        let counted = store.read(|read| counts(read, 501, 250, 2)).unwrap();
        assert_eq!(counted.iter().map(|count| count.calls).collect::<Vec<_>>(), [25, 25]);
        let filter =
            Filter { from: Some(501), operation: "upload".into(), after_id: 70, ..Filter::default() };
        assert_eq!(store.read(|read| page(read, &filter, 0, 10)).unwrap().1, 3);
    }
}
