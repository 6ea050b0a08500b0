//! Checks that are noted, so that an administrator sees later what they found; begun by hand, from the portal or on schedule.

use crate::base::guarded::Guarded;
use crate::base::time::now_seconds;
use crate::disk::local::yield_to_others;
use crate::domain::accounts::actor::Admin;
use crate::domain::maintenance::deep_check::Report;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::audit::Outcome;
use crate::store::checks::{self, CheckKind, CheckRow};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, MutexGuard};

/// Findings that are kept of a check, and letters of one.
const FINDINGS_MAX: usize = 100;
const FINDING_LETTERS_MAX: usize = 500;
const DAY_SECONDS: i64 = 24 * 3600;

/// The check that this server does at the moment.
#[derive(Default)]
pub struct Checkups {
    running: Guarded<Option<Running>>,
    /// Files that it has come past.
    files: AtomicU64,
}

/// A check under way.
#[derive(Clone, Copy, Debug)]
pub struct Running {
    pub is_deep: bool,
    /// In seconds since 1970 UTC.
    pub since: i64,
    pub files: u64,
}

impl Checkups {
    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock()
    }

    /// Says how far a check has come.
    pub(in crate::domain) fn passed(&self, files: u64) {
        self.files.store(files, Ordering::Relaxed);
    }
}

impl CloudView<'_> {
    /// The check that this server does at the moment.
    pub fn running_check(&self) -> Option<Running> {
        let checkups = &self.cloud.checkups;
        checkups.running().map(|running| Running { files: checkups.files.load(Ordering::Relaxed), ..running })
    }

    /// The last check of each kind with what it found wrong, the newest first.
    pub fn checks(&self) -> Result<Vec<(CheckRow, Vec<String>)>> {
        self.cloud.store.read(|read| {
            let with_findings = |check: CheckRow| {
                let findings = checks::findings(read, check.kind)?;
                Ok((check, findings))
            };
            let is_check = |check: &CheckRow| check.kind != CheckKind::Backup;
            checks::all(read)?.into_iter().filter(is_check).map(with_findings).collect()
        })
    }

    /// When the next deep check is due by the schedule, in seconds since 1970 UTC; `None` without one.
    pub fn next_deep_check(&self) -> Result<Option<i64>> {
        self.cloud.next_deep_check()
    }
}

impl Cloud {
    /// Checks from the console, and notes what was found.
    pub fn check_from_console(&self, deep: bool) -> Result<Report> {
        self.checked_by("(console)", "(console)", deep)
    }

    /// Begins a check for an administrator, in the background.
    ///
    /// # Errors
    /// `Code::Busy` while one is under way.
    pub fn begin_check(self: &Arc<Cloud>, admin: &Admin, deep: bool) -> Result<()> {
        self.spawn_check(admin.name().to_owned(), "(server)", deep)
    }

    /// Begins the deep check that the settings ask for, when it is time.
    pub fn begin_due_check(self: &Arc<Cloud>) -> Result<()> {
        let is_due = self.next_deep_check()?.is_some_and(|due| due <= self.now());
        if !is_due || !self.may_expire() || self.checkups.running().is_some() {
            return Ok(());
        }
        self.spawn_check("(schedule)".to_owned(), "(schedule)", true)
    }

    fn next_deep_check(&self) -> Result<Option<i64>> {
        let days = i64::from(self.config().deep_check_days.0);
        if days == 0 {
            return Ok(None);
        }
        let last = self.store.read(checks::all)?.into_iter().find(|check| check.kind == CheckKind::Deep);
        Ok(Some(last.map_or(0, |last| {
            // One that failed is tried again the day after.
            last.began + if last.failure.is_empty() { days * DAY_SECONDS } else { DAY_SECONDS }
        })))
    }

    pub(in crate::domain) fn spawn_check(
        self: &Arc<Cloud>,
        by: String,
        who: &'static str,
        deep: bool,
    ) -> Result<()> {
        {
            let mut running = self.checkups.running();
            if running.is_some() {
                return Err(
                    Error::new(Code::Busy, "A check is under way already.").for_reason(Reason::CheckUnderWay)
                );
            }
            *running = Some(Running { is_deep: deep, since: now_seconds(), files: 0 });
        }
        self.checkups.passed(0);
        self.spawn_once(
            "check",
            "the check did not come to its end".into(),
            move |cloud| {
                yield_to_others();
                cloud.checked_by(&by, who, deep).map(drop)
            },
            |cloud, _| *cloud.checkups.running() = None,
        )
    }

    /// Checks and notes it, in the place of the last check of its kind and in the audit log.
    fn checked_by(&self, by: &str, who: &'static str, deep: bool) -> Result<Report> {
        let began = now_seconds();
        let done = self.caught(|| self.check(deep));
        if done.is_err() && self.may_go_on().is_err() {
            // The server stops: what was found before stays.
            return done;
        }
        let (row, findings) = row_of(if deep { CheckKind::Deep } else { CheckKind::Quick }, by, began, &done);
        let (outcome, message) = match &done {
            Ok(report) if report.wrong.is_empty() => (Outcome::OK, format!("{} files", report.files)),
            Ok(report) => (Outcome::FAILED, format!("{} things are wrong", report.wrong.len())),
            Err(error) => (Outcome::FAILED, error.message.to_string()),
        };
        let kind = row.kind.word();
        let noted = self.note_from_inside(who, "check", kind, outcome, &message, move |tx| {
            checks::save(tx, &row, &findings)
        });
        if let Err(error) = noted {
            // A damaged database is what a check may be about: its report matters more.
            log::error!("what the check found cannot be noted: {error}");
        }
        done
    }
}

fn row_of(kind: CheckKind, by: &str, began: i64, done: &Result<Report>) -> (CheckRow, Vec<String>) {
    let row = CheckRow { kind, by: by.into(), began, ended: now_seconds(), ..CheckRow::default() };
    match done {
        Ok(report) => {
            let row = CheckRow {
                files: report.files,
                folders: report.folders,
                compared: report.compared,
                taken: report.taken,
                mended: report.mended.len() as u64,
                wrong: report.wrong.len() as u64,
                ..row
            };
            (row, report.wrong.iter().take(FINDINGS_MAX).map(|sentence| one_line(sentence)).collect())
        }
        Err(error) => (CheckRow { failure: error.message.to_string(), ..row }, Vec::new()),
    }
}

/// A sentence that stays on its line, whatever is in the names that it tells of.
fn one_line(sentence: &str) -> String {
    let plain = |letter: char| if letter.is_control() { '\u{fffd}' } else { letter };
    sentence.chars().take(FINDING_LETTERS_MAX).map(plain).collect()
}
