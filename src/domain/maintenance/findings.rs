//! Tells what needs a look: what was passed over on the disks, what is mounted among the files, and what was on its way when the
//! server stopped.

use crate::base::limits::FINDINGS_MAX;
use crate::domain::accounts::actor::Admin;
use crate::domain::accounts::homes::home_name;
use crate::domain::files::recycle_bin::path_in_bin;
use crate::domain::volumes::findings::Finding;
use crate::domain::{Change, Cloud, CloudView, FILES_NAME};
use crate::error::{Code, Error, Result};
use crate::store::{alerts, trash};
use std::collections::HashSet;

impl CloudView<'_> {
    /// What needs a look and was not put aside, tried again at this moment; whether there may be more.
    ///
    /// # Errors
    /// Those of the database.
    pub fn findings(&self, _: &Admin) -> Result<(Vec<Finding>, bool)> {
        let (mut findings, is_overfull) = self.cloud.findings_now()?;
        let aside = self.cloud.store.read(alerts::aside)?;
        findings.retain(|finding| !aside.contains(&finding.id()));
        Ok((findings, is_overfull))
    }
}

impl Cloud {
    /// Puts one of the findings aside, by its id, or all of them. It comes back when its reason is another.
    ///
    /// # Errors
    /// `Code::NotFound` for one that there is not.
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
        Ok((findings, is_overfull))
    }

    /// Notes what lies among the files and is on another disk: mounts at or below homes, and homes that are links.
    pub(in crate::domain) fn note_elsewhere(&self) {
        if let Err(error) = self.find_elsewhere() {
            log::warn!("what is mounted among the files is not known: {error}");
        }
    }

    fn find_elsewhere(&self) -> Result<()> {
        for (directory, volume) in self.volumes.with_directories() {
            for skipped in volume.mounted_within(&directory)? {
                self.findings.note(&directory, skipped);
            }
        }
        let (main, directory) = (self.volumes.main()?, self.directory.join(FILES_NAME));
        for account in self.view().search_accounts("", 0, u64::MAX)?.0 {
            let linked = main.linked_home(&home_name(&account.name)?);
            linked.into_iter().for_each(|skipped| self.findings.note(&directory, skipped));
        }
        Ok(())
    }

    /// As [`CloudView::findings`], for the console.
    pub(in crate::domain) fn all_findings(&self) -> Vec<Finding> {
        self.note_elsewhere();
        self.findings.still(|root| self.volumes.at(root)).0
    }

    /// What was on its way when the server stopped, or could not be put back, and lies in a bin since.
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
