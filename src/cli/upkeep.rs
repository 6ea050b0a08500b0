//! Commands that check the data.

use super::arguments::Arguments;
use super::{Result, open_cloud, print};
use crate::base::text::counted;
use crate::disk::local::yield_to_others;
use crate::disk::{Ended, end_lease};
use crate::domain::Cloud;
use crate::error::{Code, Error};
use crate::store::audit::Filter;
use std::io::{BufWriter, Write};
use std::path::Path;

pub fn check(arguments: &Arguments) -> Result<()> {
    let cloud = open_cloud(arguments)?;
    let deep = arguments.has("deep");
    if deep {
        yield_to_others();
    }
    let report = cloud.check_from_console(deep)?;
    print(&report.noted.iter().map(|line| format!("note: {line}\n")).collect::<String>())?;
    print(&report.mended.iter().map(|line| format!("repaired: {line}\n")).collect::<String>())?;
    let findings = report.needs_look.iter().map(|finding| format!("needs a look: {finding}\n"));
    print(&findings.collect::<String>())?;
    print(&report.wrong.iter().map(|line| format!("wrong: {line}\n")).collect::<String>())?;
    if !report.wrong.is_empty() {
        return Err(Error::new(Code::Internal, format!("Problems found: {}.", report.wrong.len())).into());
    }
    let (files, folders) =
        (counted(report.files, "file", "files"), counted(report.folders, "folder", "folders"));
    print(&format!("No problems found: {files} in {folders}.\n"))?;
    if deep {
        print(&format!(
            "Files that match their checksum: {}. Files with a first checksum: {}.\n",
            report.compared, report.taken
        ))?;
    }
    Ok(())
}

pub fn free_disk(arguments: &Arguments) -> Result<()> {
    match end_lease(Path::new(arguments.name()))? {
        Ended::Was(note) if note.is_empty() => Ok(print("The disk is free. Its claim named no server.\n")?),
        Ended::Was(note) => Ok(print(&format!("The disk is free. It was in use by {note}.\n"))?),
        Ended::Free => Ok(print("No server has claimed the disk.\n")?),
        Ended::InUse => {
            let sentence = "A running server uses the disk. Stop it, and the disk is free.";
            Err(Error::new(Code::Busy, sentence).into())
        }
    }
}

pub fn export_audit(arguments: &Arguments) -> Result<()> {
    let cloud = open_cloud(arguments)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let written = cloud.export_audit(&Filter::default(), &mut out).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error.downcast::<Error>().unwrap_or_else(Error::internal).into())
        }
        _ => Ok(()),
    }
}

pub fn verify_audit(arguments: &Arguments) -> Result<()> {
    let cloud = open_cloud(arguments)?;
    let verified = cloud.verify_audit()?;
    if let Some(noted) = arguments.option("newest") {
        check_noted(&cloud, noted)?;
    }
    match verified.broken_at {
        None => print(&format!(
            "The audit log is intact: {}, the newest is {}.\nThe newest row of people, to be noted elsewhere: {}\n",
            counted(verified.rows, "row", "rows"),
            verified.newest_id,
            verified.newest
        )),
        Some(id) => Err(Error::new(
            Code::Internal,
            format!("The audit log was changed: row {id} does not follow from the rows before it."),
        )
        .into()),
    }
}

/// Compares the log with a row that was noted earlier, in the server's log, in a backup or by an
/// administrator.
fn check_noted(cloud: &Cloud, noted: &str) -> Result<()> {
    match cloud.audit_still_holds(noted)? {
        Some(true) => Ok(print("The noted row is still there and unchanged.\n")?),
        None => Ok(print("The noted row has been removed since, together with all earlier rows.\n")?),
        Some(false) => {
            let sentence = "The audit log was changed: the noted row is missing or different.";
            Err(Error::new(Code::Internal, sentence).into())
        }
    }
}
