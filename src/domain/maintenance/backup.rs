//! Backups of the whole cloud while it runs, and their schedule.
//!
//! A backup has the files first, then the database, and then once more the hidden data to which the
//! database's rows refer. So each row of the bin and of versions has its content. Content without a
//! row gets one at the first start after a restore, and the next visits update the index of files.

use crate::base::guarded::Guarded;
use crate::base::permits::Permits;
use crate::base::text::counted;
use crate::base::time::{now_seconds, stamp};
use crate::disk::backup::{self, Backups, Copied, Exception, Layout, Restored, Verified};
use crate::disk::database_disk::RESERVE_NAME;
use crate::disk::{Skipped, Wanted, wait_for_answer};
use crate::domain::accounts::account_mail;
use crate::domain::{Cloud, CloudView, DATABASE_NAME, FILES_NAME};
use crate::error::{Code, Error, Result};
use crate::store::audit::Outcome;
use crate::store::checks::{self, CheckKind, CheckRow};
use crate::store::mails::MailKind;
use crate::store::meta;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name in the audit log for backups by the schedule.
const SCHEDULE: &str = "(schedule)";
const LAYOUT: Layout = Layout {
    files: FILES_NAME,
    database: DATABASE_NAME,
    left_out: &["lock", RESERVE_NAME, "lost+found", "restore.partial", "cloudlet-reset.txt"],
};
/// Maximum number of exceptions in the sentence about a backup.
const TOLD_EXCEPTIONS: usize = 5;
/// The number of files that are read back after each backup.
const VERIFIED_FILES: usize = 3;
/// The key for the time and place of the schedule's last backup: `1732435200 /mnt/backup`.
const DONE: &str = "backup_done";

/// Access to the disk with the backups. It is no volume, but can hang as one does.
#[derive(Default)]
pub struct BackupDisk(Guarded<Option<(PathBuf, Arc<Permits>)>>);

impl BackupDisk {
    /// # Errors
    /// As [`Permits::enter`].
    fn enter(&self, directory: &Path) -> Result<()> {
        let permits = match &mut *self.0.lock() {
            Some((known, permits)) if known == directory => Arc::clone(permits),
            other => {
                let asked = directory.to_owned();
                let permits = Permits::new("with the backups".to_owned(), move || wait_for_answer(&asked));
                *other = Some((directory.to_owned(), Arc::clone(&permits)));
                permits
            }
        };
        permits.enter()
    }
}

/// A finished backup.
#[derive(Debug)]
pub struct BackedUp {
    pub name: String,
    pub copied: Copied,
    pub verified: Verified,
    /// Number of older backups that were removed.
    pub removed: usize,
    /// Further volumes, which are disks of their own and not in the backup.
    pub further: Vec<String>,
}

impl BackedUp {
    /// A sentence about it.
    pub fn sentence(&self) -> String {
        let Copied { files, new_files, new_bytes, exceptions } = &self.copied;
        let mut text = format!(
            "Backup {}: {}, {new_files} of them copied ({}); the database is sound; {} read back and {} right.",
            self.name,
            counted(*files, "file", "files"),
            counted(*new_bytes, "byte", "bytes"),
            counted(self.verified.files, "file was", "files were"),
            if self.verified.files == 1 { "is" } else { "are" },
        );
        if self.verified.mended > 0 {
            let mended = match self.verified.mended {
                1 => "1 file of an earlier backup was damaged and is new".to_owned(),
                mended => format!("{mended} files of an earlier backup were damaged and are new"),
            };
            text += &format!(" {mended}.");
        }
        if self.verified.undated > 0 {
            text += " The disk of the backups does not store the dates of files: restored files will have the date when they were copied.";
        }
        if self.removed > 0 {
            text += &format!(" {} removed.", counted(self.removed, "older backup was", "older backups were"));
        }
        if !self.further.is_empty() {
            text += &format!(" Further disks are not part of it: {}.", self.further.join(", "));
        }
        if !exceptions.is_empty() {
            let shown: Vec<String> =
                exceptions.first().iter().take(TOLD_EXCEPTIONS).map(Exception::to_string).collect();
            let more = exceptions.count() - shown.len() as u64;
            let more = if more > 0 {
                format!("; {} named in its file exceptions", counted(more, "more is", "more are"))
            } else {
                String::new()
            };
            text += &format!(" NOT in it as they are: {}{more}.", shown.join("; "));
        }
        text
    }

    /// The known exceptions that the sentence does not name.
    pub fn further_exceptions(&self) -> &[Exception] {
        self.copied.exceptions.first().get(TOLD_EXCEPTIONS..).unwrap_or_default()
    }
}

/// Restores a backup into an empty data directory.
pub fn restore(backup: &Path, data: &Path) -> Result<Restored> {
    backup::restore(backup, data, LAYOUT)
}

impl CloudView<'_> {
    /// The last backup, and the entries that are missing or changed in it; `None` before the first.
    pub fn last_backup_run(&self) -> Result<Option<(CheckRow, Vec<String>)>> {
        self.cloud.store.read(|read| {
            let row = checks::all(read)?.into_iter().find(|check| check.kind == CheckKind::Backup);
            row.map(|row| Ok((row, checks::findings(read, CheckKind::Backup)?))).transpose()
        })
    }
}

impl Cloud {
    /// Makes a backup in a directory, which is created if its parent exists. The outcome is in the
    /// audit log.
    pub fn back_up(&self, directory: &Path) -> Result<BackedUp> {
        self.audited_backup("(console)", directory, true)
    }

    /// Makes the backup of the schedule if it is due.
    pub fn back_up_when_due(&self) -> Result<()> {
        let directory = self.config().backup_to.clone();
        if directory.as_os_str().is_empty() || !self.may_expire() {
            return Ok(());
        }
        let last = self.last_backup()?;
        let every = i64::from(self.config().backup_every_hours) * 3600;
        if last.is_some_and(|last| (last..last.saturating_add(every)).contains(&now_seconds())) {
            return Ok(());
        }
        let done = self.audited_backup(SCHEDULE, &directory, false)?;
        log::info!("{}", done.sentence());
        Ok(())
    }

    /// The time when the last backup in the directory of the settings began, in seconds since 1970
    /// UTC.
    pub(in crate::domain) fn last_backup(&self) -> Result<Option<i64>> {
        let directory = self.config().backup_to.clone();
        let done = self.store.read(|read| meta::get(read, DONE))?;
        Ok(done.as_deref().and_then(|done| began_in(done, &directory)))
    }

    fn audited_backup(&self, who: &'static str, directory: &Path, create: bool) -> Result<BackedUp> {
        let began = now_seconds();
        let done = self.back_up_now(directory, create);
        let (outcome, message) = match &done {
            Ok(done) => (Outcome::OK, done.sentence()),
            Err(error) => (Outcome::FAILED, error.message.to_string()),
        };
        let object = directory.display().to_string();
        let is_scheduled = done.is_ok() && directory == self.config().backup_to;
        let fact = is_scheduled.then(|| format!("{began} {object}"));
        // If a backup ended because the server is stopping, there is nothing to report.
        let run = (done.is_ok() || self.may_go_on().is_ok()).then(|| row_of(who, began, &done));
        // A person who makes a backup by hand sees its result.
        let failure = match &done {
            Err(error) if who == SCHEDULE && self.may_go_on().is_ok() && self.view().sends_mail() => {
                Some(error.message.to_string())
            }
            _ => None,
        };
        let noted = self.note_from_inside(who, "backup", &object, outcome, &message, move |tx| {
            if let Some(reason) = &failure {
                account_mail::tell_administrators_daily(tx, MailKind::BackupFailed, &[("reason", reason)])?;
            }
            if let Some((row, findings)) = &run {
                checks::save(tx, row, findings)?;
            }
            match fact {
                Some(fact) => meta::set(tx, DONE, &fact),
                None => Ok(()),
            }
        });
        match (done, noted) {
            (Err(error), _) => Err(error),
            (Ok(done), noted) => {
                noted?;
                self.tell_newest_audit_row()?;
                Ok(done)
            }
        }
    }

    fn back_up_now(&self, directory: &Path, create: bool) -> Result<BackedUp> {
        self.backup_disk.enter(directory)?;
        let may_go_on = || self.may_go_on().is_ok();
        let backups = Backups::open(directory, &self.directory, LAYOUT, create)?;
        if !create {
            self.refuse_lost(&backups, directory)?;
        }
        let mut snapshot = backups.begin(self.volumes.main()?.id(), &stamp(now_seconds()))?;
        let mut copied = snapshot.copy_files(&may_go_on)?;
        let copy = self.store.copy_to(&snapshot.database()?)?;
        let gone_from_bin = snapshot.bring("trash", &copy.binned()?, &mut copied, &may_go_on)?;
        let gone_versions = snapshot.bring("versions", &copy.versions()?, &mut copied, &may_go_on)?;
        copy.settle(&gone_from_bin, &gone_versions)?;
        let findings = copy.check()?;
        if !findings.is_empty() {
            return Err(Error::new(
                Code::Internal,
                "The copy of the database is damaged. See: cloudlet check",
            )
            .because(findings.join("; ")));
        }
        let verified = snapshot.verify(VERIFIED_FILES, &may_go_on)?;
        let name = snapshot.finish(&mut copied.exceptions)?;
        self.tell_exceptions(copied.exceptions.first());
        let kept = usize::try_from(self.config().backup_keep).unwrap_or(usize::MAX);
        let removed = backups.keep_newest(kept)?.len();
        let further = self.config().volumes.iter().map(|volume| volume.name.clone()).collect();
        Ok(BackedUp { name, copied, verified, removed, further })
    }

    /// Reports the exceptions of a backup: files that need attention on the dashboard, and each
    /// once in the log; all others in the log only.
    fn tell_exceptions(&self, exceptions: &[Exception]) {
        for exception in exceptions {
            let among_files = exception.obstacle.as_ref().and_then(|(names, obstacle)| {
                let below = names.strip_prefix(FILES_NAME.as_bytes())?.strip_prefix(b"/")?;
                Some(Skipped { below: below.to_vec(), wanted: Wanted::Read, obstacle: *obstacle })
            });
            match among_files {
                Some(skipped) => self.findings.note(&self.directory.join(FILES_NAME), skipped),
                None => log::warn!("not in the backup as it is: {exception}"),
            }
        }
    }

    /// Refuses a directory without backups if it had some before: it is the mount point of a
    /// missing disk.
    fn refuse_lost(&self, backups: &Backups, directory: &Path) -> Result<()> {
        let done = self.store.read(|read| meta::get(read, DONE))?;
        let had_some = done.as_deref().and_then(|done| began_in(done, directory)).is_some();
        if had_some && backups.names()?.is_empty() {
            let sentence = format!(
                "None of the earlier backups is in {}. Its disk may not be connected or mounted. If it is a new one, make the \
                 first backup with: cloudlet backup {0}",
                directory.display()
            );
            return Err(Error::new(Code::Offline, sentence));
        }
        Ok(())
    }
}

/// The row of a backup, with its exceptions.
fn row_of(who: &str, began: i64, done: &Result<BackedUp>) -> (CheckRow, Vec<String>) {
    let row = CheckRow {
        kind: CheckKind::Backup,
        by: who.into(),
        began,
        ended: now_seconds(),
        ..CheckRow::default()
    };
    match done {
        Ok(done) => {
            let exceptions = &done.copied.exceptions;
            let findings = exceptions.first().iter().map(Exception::to_string).collect();
            (CheckRow { files: done.copied.files, wrong: exceptions.count(), ..row }, findings)
        }
        Err(error) => (CheckRow { failure: error.message.to_string(), ..row }, Vec::new()),
    }
}

/// The time when the stored last backup began, if it is in this directory.
fn began_in(done: &str, directory: &Path) -> Option<i64> {
    let (began, place) = done.split_once(' ')?;
    began.parse().ok().filter(|_| Path::new(place) == directory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::user_name::UserName;
    use crate::config::{Given, Origin, Settings};
    use crate::disk::refusal::{Refusal, Scope};
    use crate::domain::FILES_NAME;
    use crate::domain::accounts::account::{self, NewAccount};
    use crate::store::audit::Filter;
    use crate::store::mails;
    use crate::test_directory::TestDirectory;
    use rustix::io::Errno;
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::PathBuf;

    /// A cloud that is to be backed up each day, and the directory for that.
    fn scheduled() -> (Cloud, PathBuf, TestDirectory) {
        let top = TestDirectory::new();
        let (data, backups) = (top.join("data"), top.join("backups"));
        fs::create_dir_all(&data).unwrap();
        let text = backups.display().to_string();
        let settings =
            [("backup_to", text.as_str()), ("smtp_host", "localhost"), ("mail_sender", "c@example.org")];
        let given = settings
            .map(|(name, text)| (name.to_owned(), Given { text: text.to_owned(), origin: Origin::File }));
        let given = BTreeMap::from(given);
        (Cloud::open(&data, Settings::read(given).unwrap()).unwrap(), backups, top)
    }

    fn count(backups: &Path) -> usize {
        fs::read_dir(backups).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()).count()
    }

    /// Sets the last backup to this many seconds ago.
    fn age(cloud: &Cloud, backups: &Path, seconds: i64) {
        let done = format!("{} {}", now_seconds() - seconds, backups.display());
        cloud.commit(move |tx| meta::set(tx, DONE, &done)).unwrap();
    }

    #[test]
    fn the_schedule_makes_a_backup_when_it_is_due_and_says_so_in_the_log() {
        let (cloud, backups, _top) = scheduled();
        let error = cloud.back_up_when_due().unwrap_err();
        assert_eq!(error.code, Code::Offline, "the schedule makes no directory: its disk may be missing");
        assert!(!backups.exists());
        fs::create_dir(&backups).unwrap();
        for _ in 0..2 {
            cloud.back_up_when_due().unwrap();
            assert_eq!(count(&backups), 1, "once a day");
        }
        for (seconds, wanted) in [(24 * 3600 - 60, 1), (24 * 3600, 2), (-3600, 3)] {
            age(&cloud, &backups, seconds);
            cloud.back_up_when_due().unwrap();
            assert_eq!(count(&backups), wanted, "{seconds}");
        }
        let rows = cloud.view().audit_page(&Filter::default(), 0, 100).unwrap().rows;
        let outcomes: Vec<_> =
            rows.iter().map(|stored| (&*stored.row.who, stored.row.outcome.word())).collect();
        assert_eq!(
            outcomes,
            [("(schedule)", "ok"), ("(schedule)", "ok"), ("(schedule)", "ok"), ("(schedule)", "failed")]
        );
    }

    #[test]
    fn administrators_are_mailed_once_a_day_that_a_scheduled_backup_failed() {
        let (cloud, backups, _top) = scheduled();
        for (name, is_admin) in [("alice", true), ("bob", false)] {
            let email = Some(format!("{name}@example.org"));
            let name = UserName::parse(name).unwrap();
            let account = NewAccount { is_admin, email, ..NewAccount::with_hash(name, String::new()) };
            cloud.store.write(move |tx| account::add(tx, &account)).unwrap();
        }
        // A person who makes a backup by hand sees by themselves that it fails.
        fs::write(&backups, "no directory").unwrap();
        cloud.back_up(&backups).unwrap_err();
        fs::remove_file(&backups).unwrap();
        let mails = || cloud.store.read(|read| mails::list(read, None, 0, 100)).unwrap().0;
        assert!(mails().is_empty());
        let reason = cloud.back_up_when_due().unwrap_err().message.to_string();
        cloud.back_up_when_due().unwrap_err();
        let told: Vec<_> = mails().into_iter().map(|mail| (mail.address, mail.kind, mail.values)).collect();
        let values = serde_json::json!({ "name": "alice", "reason": reason }).to_string();
        assert_eq!(told, [("alice@example.org".to_owned(), MailKind::BackupFailed, values)]);
    }

    #[test]
    fn a_scheduled_backup_is_made_without_what_cannot_be_read_and_says_so() {
        let (cloud, backups, _top) = scheduled();
        fs::create_dir(&backups).unwrap();
        let files = cloud.directory.join(FILES_NAME);
        fs::create_dir(files.join("bob")).unwrap();
        fs::write(files.join("bob/closed"), "closed").unwrap();
        fs::write(files.join("bob/open"), "open").unwrap();
        let refusal = Refusal::of(&files.join("bob/closed"), Errno::IO, Scope::Everything);
        for _ in 0..2 {
            cloud.back_up_when_due().unwrap();
            assert_eq!(count(&backups), 1, "what cannot be read makes it no more often");
        }
        let (row, findings) = cloud.view().last_backup_run().unwrap().expect("there was a backup");
        assert_eq!((row.wrong, row.failure.as_str()), (1, ""));
        assert!(findings[0].starts_with("files/bob/closed: "), "{findings:?}");
        drop(refusal);
        age(&cloud, &backups, 24 * 3600);
        cloud.back_up_when_due().unwrap();
        let (row, findings) = cloud.view().last_backup_run().unwrap().expect("there was a backup");
        assert_eq!((row.wrong, findings.len()), (0, 0), "once it can be read nothing is said of it");
    }

    #[test]
    fn a_directory_that_has_lost_its_backups_is_taken_for_a_missing_disk() {
        let (cloud, backups, _top) = scheduled();
        cloud.back_up(&backups).unwrap();
        fs::remove_dir_all(&backups).unwrap();
        fs::create_dir(&backups).unwrap();
        age(&cloud, &backups, 48 * 3600);
        assert_eq!(cloud.back_up_when_due().unwrap_err().code, Code::Offline);
        assert_eq!(count(&backups), 0);
        // A person begins a backup anew.
        cloud.back_up(&backups).unwrap();
        age(&cloud, &backups, 48 * 3600);
        cloud.back_up_when_due().unwrap();
        assert_eq!(count(&backups), 2);
    }

    #[test]
    fn a_cloud_that_stops_does_not_wait_for_a_backup() {
        let (cloud, backups, _top) = scheduled();
        cloud.stop_soon();
        assert_eq!(cloud.back_up(&backups).unwrap_err().code, Code::Busy);
        assert_eq!(count(&backups), 0);
    }
}
