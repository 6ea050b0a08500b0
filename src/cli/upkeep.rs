//! Looking after the data from the command line.

use super::arguments::Arguments;
use super::{Result, open_cloud, print};
use crate::disk::local::yield_to_others;
use crate::domain::Cloud;
use crate::error::{Code, Error};
use crate::store::audit::Filter;
use std::io::{BufWriter, Write};

pub fn check(arguments: &Arguments) -> Result<()> {
    let cloud = open_cloud(arguments)?;
    let deep = arguments.has("deep");
    if deep {
        yield_to_others();
    }
    let report = cloud.check_from_console(deep)?;
    print(&report.noted.iter().map(|line| format!("note: {line}\n")).collect::<String>())?;
    print(&report.mended.iter().map(|line| format!("mended: {line}\n")).collect::<String>())?;
    let findings = report.needs_look.iter().map(|finding| format!("needs a look: {finding}\n"));
    print(&findings.collect::<String>())?;
    print(&report.wrong.iter().map(|line| format!("wrong: {line}\n")).collect::<String>())?;
    if !report.wrong.is_empty() {
        return Err(Error::new(
            Code::Internal,
            format!("{} things do not fit together.", report.wrong.len()),
        )
        .into());
    }
    print(&format!("Everything fits together: {} files in {} folders.\n", report.files, report.folders))?;
    if deep {
        print(&format!(
            "{} contents are what their checksums say; {} had none and have one now.\n",
            report.compared, report.taken
        ))?;
    }
    Ok(())
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
            "The audit log is whole: {} rows, the newest is {}.\nThe newest row of people, to be noted elsewhere: {}\n",
            verified.rows, verified.newest_id, verified.newest
        )),
        Some(id) => Err(Error::new(
            Code::Internal,
            format!("The audit log was changed: row {id} does not follow from the rows before it."),
        )
        .into()),
    }
}

/// Compares the log with what was noted of it earlier, by its own log lines, a backup's or an administrator's.
fn check_noted(cloud: &Cloud, noted: &str) -> Result<()> {
    match cloud.audit_still_holds(noted)? {
        Some(true) => Ok(print("The row that was noted is still there as it was.\n")?),
        None => Ok(print("The row that was noted has been removed since, with all before it.\n")?),
        Some(false) => {
            let sentence = "The audit log was changed: the row that was noted is missing or another one.";
            Err(Error::new(Code::Internal, sentence).into())
        }
    }
}
