//! Checks whose results are stored for administrators. They begin by hand, from the portal or by
//! schedule.

use crate::base::guarded::Guarded;
use crate::base::text::counted;
use crate::base::time::now_seconds;
use crate::disk::local::yield_to_others;
use crate::domain::accounts::account_mail;
use crate::domain::accounts::actor::Admin;
use crate::domain::maintenance::deep_check::Report;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::audit::Outcome;
use crate::store::checks::{self, CheckKind, CheckRow};
use crate::store::mails::MailKind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, MutexGuard};

/// Maximum number of findings in a mail. The administration shows all.
const FINDINGS_MAILED_MAX: usize = 10;
/// Maximum number of findings that are stored for a check, and of characters in one.
const FINDINGS_MAX: usize = 100;
const FINDING_LETTERS_MAX: usize = 500;
const DAY_SECONDS: i64 = 24 * 3600;

/// The running check of this server.
#[derive(Default)]
pub struct Checkups {
    running: Guarded<Option<Running>>,
    /// Number of files checked so far.
    files: AtomicU64,
}

/// A running check.
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

    /// Reports the progress of a check.
    pub(in crate::domain) fn passed(&self, files: u64) {
        self.files.store(files, Ordering::Relaxed);
    }
}

impl CloudView<'_> {
    /// The running check of this server.
    pub fn running_check(&self) -> Option<Running> {
        let checkups = &self.cloud.checkups;
        checkups.running().map(|running| Running { files: checkups.files.load(Ordering::Relaxed), ..running })
    }

    /// The last check of each kind with its findings, the newest first.
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

    /// The time when the next deep check of the schedule is due, in seconds since 1970 UTC; `None`
    /// without one.
    pub fn next_deep_check(&self) -> Result<Option<i64>> {
        self.cloud.next_deep_check()
    }
}

impl Cloud {
    /// Makes a check from the console, and stores its result.
    pub fn check_from_console(&self, deep: bool) -> Result<Report> {
        self.checked_by("(console)", "(console)", deep)
    }

    /// Starts a check for an administrator in the background.
    ///
    /// # Errors
    /// `Code::Busy` while a check is running.
    pub fn begin_check(self: &Arc<Cloud>, admin: &Admin, deep: bool) -> Result<()> {
        self.spawn_check(admin.name().to_owned(), "(server)", deep)
    }

    /// Starts the deep check of the schedule if it is due.
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
            // A failed check is repeated the day after.
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
            "the check did not finish".into(),
            move |cloud| {
                yield_to_others();
                cloud.checked_by(&by, who, deep).map(drop)
            },
            |cloud, _| *cloud.checkups.running() = None,
        )
    }

    /// Makes a check and stores its result, in place of the last check of its kind and in the audit
    /// log.
    fn checked_by(&self, by: &str, who: &'static str, deep: bool) -> Result<Report> {
        let began = now_seconds();
        let done = self.caught(|| self.check(deep));
        if done.is_err() && self.may_go_on().is_err() {
            // The server stops, so the result of the last check stays.
            return done;
        }
        let (row, findings) = row_of(if deep { CheckKind::Deep } else { CheckKind::Quick }, by, began, &done);
        let (outcome, message) = match &done {
            Ok(report) if report.wrong.is_empty() => (Outcome::OK, counted(report.files, "file", "files")),
            Ok(report) => {
                (Outcome::FAILED, counted(report.wrong.len(), "thing is wrong", "things are wrong"))
            }
            Err(error) => (Outcome::FAILED, error.message.to_string()),
        };
        let kind = row.kind.word();
        let is_told = self.view().sends_mail() && outcome != Outcome::OK;
        let noted = self.note_from_inside(who, "check", kind, outcome, &message, move |tx| {
            checks::save(tx, &row, &findings)?;
            if !is_told {
                return Ok(());
            }
            let told =
                findings.iter().take(FINDINGS_MAILED_MAX).map(String::as_str).chain([row.failure.as_str()]);
            let told: Vec<&str> = told.filter(|line| !line.is_empty()).collect();
            account_mail::tell_administrators_daily(
                tx,
                MailKind::CheckFindings,
                &[("findings", &told.join("\n"))],
            )
        });
        if let Err(error) = noted {
            // The database may be the damaged part, so the report of the check matters more than
            // storing it.
            log::error!("the findings of the check could not be stored: {error}");
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

/// A sentence on a single line, even if the names in it have line breaks.
fn one_line(sentence: &str) -> String {
    let plain = |letter: char| if letter.is_control() { '\u{fffd}' } else { letter };
    sentence.chars().take(FINDING_LETTERS_MAX).map(plain).collect()
}
