//! Backup and restore from the command line.

use super::arguments::Arguments;
use super::{Failure, Result, open_cloud, print, settings};
use crate::base::text::counted;
use crate::disk::backup::Restored;
use crate::disk::local::{DataLock, prepare_data_directory};
use crate::domain::maintenance::backup;
use crate::domain::{Cloud, DATABASE_NAME};
use crate::error::{Code, Error};
use std::path::Path;

pub fn back_up(arguments: &Arguments) -> Result<()> {
    let cloud = open_cloud(arguments)?;
    let directory = std::path::absolute(arguments.name()).map_err(Error::internal)?;
    let done = cloud.back_up(&directory)?;
    print(&format!("{}\n", done.sentence()))?;
    let further = done.further_exceptions().iter().map(|exception| format!("also: {exception}\n"));
    print(&further.collect::<String>())?;
    tell_gaps("The backup is made", done.copied.exceptions.count())
}

pub fn restore(arguments: &Arguments) -> Result<()> {
    let settings = settings::read(arguments)?;
    crate::logger::begin(settings.config.log_level, settings.config.log_format);
    let data = arguments.data();
    let backups = Path::new(arguments.name());
    if !backups.is_dir() {
        let sentence = format!("There is no folder {} with a backup.", backups.display());
        return Err(Error::new(Code::NotFound, sentence).into());
    }
    prepare_data_directory(&data)?;
    let lock = DataLock::acquire(&data, Some(DATABASE_NAME))?.ok_or_else(|| {
        Error::new(
            Code::Conflict,
            format!("Another cloudlet uses the data directory {}. Stop it first.", data.display()),
        )
    })?;
    let restored = backup::restore(backups, &data)?;
    // The configuration was restored, too.
    let cloud = Cloud::open(&data, settings::read(arguments)?)?;
    cloud.commit_from_console("restore", arguments.name(), |_| Ok(()))?;
    cloud.close();
    drop(lock);
    let Restored { copied, not_backed_up } = restored;
    let before = not_backed_up.lines().map(|line| format!("not complete in the backup: {line}\n"));
    print(&before.collect::<String>())?;
    let left_out = copied.exceptions.first().iter().map(|exception| format!("NOT restored: {exception}\n"));
    print(&left_out.collect::<String>())?;
    print(&format!(
        "{} restored. Start the server with: cloudlet --data {}\n",
        counted(copied.files, "file is", "files are"),
        data.display()
    ))?;
    tell_gaps("The rest is restored", copied.exceptions.count())
}

fn tell_gaps(done: &str, count: u64) -> Result<()> {
    match count {
        0 => Ok(()),
        1 => Err(Failure::WithExceptions(format!("{done}, but one entry could not be copied."))),
        _ => Err(Failure::WithExceptions(format!("{done}, but {count} entries could not be copied."))),
    }
}
