//! Reports findings: entries on the disks that were skipped, mounts among the files, and moves that
//! were interrupted when the server stopped.

use crate::base::limits::{DISK_START_TIME, FINDINGS_MAX};
use crate::base::path::CloudPath;
use crate::domain::accounts::actor::Admin;
use crate::domain::accounts::admin_areas::AdminArea;
use crate::domain::accounts::homes::home_name;
use crate::domain::files::recycle_bin::path_in_bin;
use crate::domain::volumes::apart::apart;
use crate::domain::volumes::findings::Finding;
use crate::domain::{Change, Cloud, CloudView, FILES_NAME};
use crate::error::{Code, Error, Result};
use crate::store::mails::MailStatus;
use crate::store::sign_ups::{self, Waits};
use crate::store::{alerts, holds, mails, trash, users};
use std::collections::HashSet;

impl CloudView<'_> {
    /// The findings that are not dismissed, each tried again now, and true if there may be more.
    ///
    /// # Errors
    /// Those of the database.
    pub fn findings(&self, admin: &Admin) -> Result<(Vec<Finding>, bool)> {
        let (mut findings, is_overfull) = self.cloud.findings_now()?;
        let aside = self.cloud.store.read(alerts::aside)?;
        let sees_accounts = admin.rights().may(AdminArea::Users, false);
        let is_seen = |finding: &Finding| sees_accounts || !finding.is_of_account();
        findings.retain(|finding| is_seen(finding) && !aside.contains(&finding.id()));
        Ok((findings, is_overfull))
    }
}

impl Cloud {
    /// Dismisses a finding by its id, or all of them. It comes back when its reason changes.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such finding.
    pub fn put_aside(&self, id: Option<&str>) -> Result<Change<()>> {
        let ids: HashSet<String> = self.findings_now()?.0.iter().map(Finding::id).collect();
        if id.is_some_and(|id| !ids.contains(id)) {
            return Err(Error::new(Code::NotFound, "There is no such alert; it may be gone already."));
        }
        let wanted: Vec<String> = id.map_or_else(|| ids.iter().cloned().collect(), |id| vec![id.to_owned()]);
        Ok(Change::new(move |tx| {
            for old in alerts::aside(tx)?.difference(&ids) {
                alerts::forget(tx, old)?;
            }
            wanted.iter().try_for_each(|id| alerts::put_aside(tx, id))
        }))
    }

    fn findings_now(&self) -> Result<(Vec<Finding>, bool)> {
        self.note_elsewhere();
        let (mut findings, is_overfull) = self.findings.still(|root| self.volumes.at(root));
        findings.extend(self.broken_off()?);
        findings.extend(self.mails_given_up()?);
        findings.extend(self.accounts_waiting()?);
        findings.extend(self.store.read(holds::all)?.iter().map(Finding::held));
        Ok((findings, is_overfull))
    }

    /// Accounts that wait for an administrator.
    fn accounts_waiting(&self) -> Result<Vec<Finding>> {
        self.store.read(|read| {
            let waiting = sign_ups::waiting(read)?;
            let for_admin = waiting.iter().filter(|(_, waits)| **waits == Waits::ForAdmin);
            let accounts = for_admin.map(|(id, _)| users::by_id(read, *id));
            let mut accounts: Vec<_> = accounts.filter_map(Result::transpose).collect::<Result<_>>()?;
            accounts.sort_by_key(|account| (account.created, account.id));
            Ok(accounts.iter().map(Finding::account_waits).collect())
        })
    }

    /// Mails that were given up, one finding for each address.
    fn mails_given_up(&self) -> Result<Vec<Finding>> {
        let given_up = Some(MailStatus::GivenUp);
        let (mails, _) = self.store.read(|read| mails::list(read, given_up, 0, FINDINGS_MAX as u64))?;
        let mut told = HashSet::new();
        Ok(mails.iter().filter(|mail| told.insert(&mail.address)).map(Finding::mail_given_up).collect())
    }

    /// Notes entries among the files that are on another disk: mounts at or below homes, and homes
    /// that are links.
    pub(in crate::domain) fn note_elsewhere(&self) {
        if let Err(error) = self.find_elsewhere() {
            log::warn!("what is mounted among the files is not known: {error}");
        }
    }

    fn find_elsewhere(&self) -> Result<()> {
        for (directory, volume) in self.volumes.with_directories() {
            let searched = directory.clone();
            let found = apart(DISK_START_TIME, move || volume.mounted_within(&searched))?;
            found.into_iter().flatten().for_each(|skipped| self.findings.note(&directory, skipped));
        }
        let directory = self.directory.join(FILES_NAME);
        let Some(main) = self.volumes.as_last_seen(&CloudPath::root()) else { return Ok(()) };
        let accounts = self.view().search_accounts("", 0, u64::MAX)?.0;
        let homes: Vec<_> = accounts.iter().map(|account| home_name(&account.name)).collect::<Result<_>>()?;
        let linked = move || Ok(homes.iter().filter_map(|home| main.linked_home(home)).collect::<Vec<_>>());
        let found = apart(DISK_START_TIME, linked)?;
        found.into_iter().flatten().for_each(|skipped| self.findings.note(&directory, skipped));
        Ok(())
    }

    /// As [`CloudView::findings`], for the console.
    pub(in crate::domain) fn all_findings(&self) -> Vec<Finding> {
        self.note_elsewhere();
        self.findings.still(|root| self.volumes.at(root)).0
    }

    /// Entries that lie in a bin because the server stopped while they were moved, or because they
    /// could not be put back.
    pub(in crate::domain) fn broken_off(&self) -> Result<Vec<Finding>> {
        self.store.read(|read| {
            let in_bin = trash::of_nobody(read)?.into_iter().filter(|row| !self.on_their_way.has(&row.id));
            let told = in_bin.take(FINDINGS_MAX).map(|row| {
                let there = path_in_bin(read, &row.owner, &row.name)?;
                Ok(Finding::broken_off(&row, &there))
            });
            told.collect()
        })
    }
}
