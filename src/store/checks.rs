//! Results of the last checks of database and disk, and of the last backup: one row for each kind,
//! with the first findings.

use super::{Read, Write};
use crate::error::Result;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Row, ToSql, params};

/// The kinds of checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CheckKind {
    /// Compares the database with the disks.
    #[default]
    Quick,
    /// Reads the contents too and compares them with their checksums.
    Deep,
    /// A backup. Its findings are the entries that it could not copy.
    Backup,
}

impl CheckKind {
    /// The word in the column and in the API. It never changes.
    pub fn word(self) -> &'static str {
        match self {
            CheckKind::Quick => "quick",
            CheckKind::Deep => "deep",
            CheckKind::Backup => "backup",
        }
    }
}

impl ToSql for CheckKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}

impl FromSql for CheckKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<CheckKind> {
        let word = value.as_str()?;
        let all = [CheckKind::Quick, CheckKind::Deep, CheckKind::Backup];
        all.into_iter().find(|kind| kind.word() == word).ok_or(FromSqlError::InvalidType)
    }
}

/// The result of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckRow {
    pub kind: CheckKind,
    pub by: String,
    /// In seconds since 1970 UTC.
    pub began: i64,
    pub ended: i64,
    pub files: u64,
    pub folders: u64,
    pub compared: u64,
    pub taken: u64,
    pub mended: u64,
    pub wrong: u64,
    /// The reason why the check was not completed. Empty if it was.
    pub failure: String,
}

/// Stores a check and replaces the previous one of its kind.
pub fn save(write: &Write, check: &CheckRow, findings: &[String]) -> Result<()> {
    write.run("DELETE FROM check_findings WHERE kind = ?1", [check.kind])?;
    write.run(
        "INSERT OR REPLACE INTO checks (kind, by, began, ended, files, folders, compared, taken, mended, wrong, failure) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            check.kind,
            check.by,
            check.began,
            check.ended,
            check.files,
            check.folders,
            check.compared,
            check.taken,
            check.mended,
            check.wrong,
            check.failure
        ],
    )?;
    for (number, sentence) in findings.iter().enumerate() {
        let sql = "INSERT INTO check_findings (kind, number, sentence) VALUES (?1, ?2, ?3)";
        write.run(sql, params![check.kind, number as i64, sentence])?;
    }
    Ok(())
}

/// The last check of each kind, the newest first.
pub fn all(read: &Read) -> Result<Vec<CheckRow>> {
    read.all(
        "SELECT kind, by, began, ended, files, folders, compared, taken, mended, wrong, failure FROM checks \
         ORDER BY ended DESC",
        [],
        check,
    )
}

/// The findings of the last check of a kind.
pub fn findings(read: &Read, kind: CheckKind) -> Result<Vec<String>> {
    let sql = "SELECT sentence FROM check_findings WHERE kind = ?1 ORDER BY number";
    read.all(sql, [kind], |row| row.get(0))
}

fn check(row: &Row<'_>) -> rusqlite::Result<CheckRow> {
    let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
    Ok(CheckRow {
        kind: row.get(0)?,
        by: row.get(1)?,
        began: row.get(2)?,
        ended: row.get(3)?,
        files: number(4)?,
        folders: number(5)?,
        compared: number(6)?,
        taken: number(7)?,
        mended: number(8)?,
        wrong: number(9)?,
        failure: row.get(10)?,
    })
}
