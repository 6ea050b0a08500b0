//! Checks that database and disk agree. The disk is the truth about files, so the index is updated.
//! Differences that cannot be repaired without losing something are only reported.

use crate::base::path::{BIN_NAME, CloudPath};
use crate::base::text::counted;
use crate::disk::{Found, Kind, Unfinished};
use crate::domain::Cloud;
use crate::domain::maintenance::deep_check::{Comparison, Report};
use crate::error::Result;
use crate::store::disks::Disk;
use crate::store::{audit_chain, folder_sizes, trash, uploads, versions};
use std::collections::HashSet;
use std::time::Duration;

/// Seconds after which differences are checked a second time.
const SECOND_LOOK_AFTER: Duration = Duration::from_secs(2);

impl Cloud {
    /// Checks everything. With `deep`, every byte of every content is read, and compared with its
    /// checksum if that is known.
    pub(in crate::domain) fn check(&self, deep: bool) -> Result<Report> {
        let mut report = Report::default();
        report.wrong.extend(self.store.integrity()?.into_iter().map(|line| format!("database: {line}")));
        self.store.flush_audit()?;
        if let Some(id) = self.store.read(audit_chain::verify)?.broken_at {
            report.wrong.push(format!("audit log: row {id} does not follow from the rows before it"));
        }
        report.noted.extend(self.volumes.abilities());
        report.noted.extend(self.thumbnail_lacks().into_iter().map(|lack| lack.sentence));
        self.check_set_aside(&mut report)?;
        self.check_kept(&mut report)?;
        self.check_tree(deep, &mut report)?;
        self.check_folder_sizes(&mut report)?;
        report.needs_look = self.all_findings();
        Ok(report)
    }

    /// Checks contents that were set aside and are not versions yet. The server completes these. A
    /// check beside it cannot know which of them are being replaced at the moment.
    fn check_set_aside(&self, report: &mut Report) -> Result<()> {
        for (top, volume) in self.volumes.present() {
            let left = volume.set_aside_and_left()?;
            if self.volumes.is_serving() {
                left.iter().for_each(|work| volume.note_unfinished(work.clone()));
                self.mend_unfinished();
                let remain = volume.set_aside_and_left()?;
                let ended = left.iter().filter(|work| !remain.contains(work));
                report.mended.extend(ended.map(|work| format!("{}: {work}", top.real_text())));
                report.wrong.extend(remain.iter().map(|work| not_a_version(&top, work)));
            } else if !left.is_empty() {
                std::thread::sleep(SECOND_LOOK_AFTER);
                let again = volume.set_aside_and_left()?;
                let remain = left.iter().filter(|work| again.contains(work));
                report.wrong.extend(remain.map(|work| not_a_version(&top, work)));
            }
        }
        Ok(())
    }

    /// Checks that bin, versions and unfinished uploads have a row each, and each row its content.
    fn check_kept(&self, report: &mut Report) -> Result<()> {
        let mut findings = self.kept_findings()?;
        if !findings.is_empty() {
            // An entry that is being moved gets its row a little later.
            std::thread::sleep(SECOND_LOOK_AFTER);
            let again = self.kept_findings()?;
            findings.retain(|finding| again.contains(finding));
        }
        let missing = self.view().all_volumes().into_iter().filter_map(|volume| volume.offline);
        report.wrong.extend(missing.map(|reason| format!("not checked: {reason}")));
        report.wrong.extend(findings);
        Ok(())
    }

    fn kept_findings(&self) -> Result<Vec<String>> {
        let rows = self.store.read(uploads::all)?;
        let (mut staged, mut unfinished, mut findings) = (HashSet::new(), HashSet::new(), Vec::new());
        for (top, volume) in self.volumes.present() {
            let disk = Disk::of_root(&self.root_of(&top)?);
            staged.extend(volume.stages()?.into_iter().map(|(id, _)| id));
            let is_here =
                |path: &str| CloudPath::parse(path).is_ok_and(|path| self.volumes.are_together(&top, &path));
            unfinished.extend(rows.iter().filter(|row| is_here(&row.path)).map(|row| row.id.clone()));
            let in_bin = volume.trashed()?.into_iter().collect();
            let bin_rows = self.store.read(|read| trash::ids(read, &disk))?.into_iter().collect();
            let kept = volume.versions()?.into_iter().collect();
            let version_rows = self.store.read(|read| versions::ids(read, &disk))?.into_iter().collect();
            compare("recycle bin", &in_bin, &bin_rows, &mut findings);
            compare("versions", &kept, &version_rows, &mut findings);
        }
        // A stage without a row belongs to a running upload, or the next start removes it.
        compare("unfinished uploads", &(&staged & &unfinished), &unfinished, &mut findings);
        Ok(findings)
    }

    /// Checks that the sizes of folders agree with their entries in the index.
    fn check_folder_sizes(&self, report: &mut Report) -> Result<()> {
        let wrong = self.store.read(folder_sizes::wrong)?;
        if wrong.is_empty() {
            return Ok(());
        }
        let folders = counted(wrong.len(), "folder", "folders");
        report.mended.push(format!("the sizes of {folders} in the index"));
        self.store.write(move |tx| folder_sizes::mend(tx, &wrong))
    }

    fn check_tree(&self, deep: bool, report: &mut Report) -> Result<()> {
        let mut comparison = deep.then(|| Comparison::new(self));
        let mut waiting: Vec<CloudPath> = self.volumes.present().map(|(top, _)| top).collect();
        while let Some(folder) = waiting.pop() {
            self.may_go_on()?;
            let Some(visit) = self.visit(&folder)? else { continue };
            if visit.has_bin_name {
                let sentence = "has the name of the recycle bin and is out of reach: rename it on the disk";
                report.wrong.push(format!("{}/{BIN_NAME} {sentence}", folder.real_text()));
            }
            let drifted = visit.differing(self)?;
            if drifted > 0 && !folder.is_root() {
                self.mend_now(&visit)?;
                let entries = counted(drifted, "entry", "entries");
                report.mended.push(format!("{entries} of {} in the index", folder.real_text()));
            } else if drifted == 0 {
                self.catch_up(&visit)?;
            }
            for Found { name, stat } in visit.found {
                let path = folder.join(&name)?;
                if stat.kind == Kind::Folder {
                    report.folders += 1;
                    waiting.push(path);
                } else {
                    report.files += 1;
                    self.checkups.passed(report.files);
                    comparison.as_mut().map_or(Ok(()), |comparison| comparison.file(&path, report))?;
                }
            }
        }
        let Some(mut comparison) = comparison else { return Ok(()) };
        for (top, volume) in self.volumes.present() {
            let disk = Disk::of_root(&self.root_of(&top)?);
            for row in self.store.read(|read| trash::on_disk(read, &disk))? {
                comparison.trashed(&volume, row, report)?;
            }
            for id in volume.versions()? {
                self.may_go_on()?;
                comparison.version(&volume, &id, report)?;
            }
        }
        comparison.finish()
    }
}

fn not_a_version(top: &CloudPath, work: &Unfinished) -> String {
    format!(
        "{}: {work}: the disk does not let this work finish; the next start or a check in the portal tries again",
        top.real_text()
    )
}

fn compare(what: &str, on_disk: &HashSet<String>, rows: &HashSet<String>, findings: &mut Vec<String>) {
    let without_row =
        on_disk.difference(rows).map(|id| format!("{what}: {id} lies on the disk without a row"));
    let without_content =
        rows.difference(on_disk).map(|id| format!("{what}: {id} has a row but is not on the disk"));
    findings.extend(without_row.chain(without_content));
}
