//! Backup and restore from the command line.

use super::arguments::Arguments;
use super::{Result, open_cloud, print, settings};
use crate::disk::local::{DataLock, prepare_data_directory};
use crate::domain::{Cloud, backup};
use crate::error::{Code, Error};
use std::path::Path;

pub fn back_up(arguments: &Arguments) -> Result<()> {
    let cloud = open_cloud(arguments)?;
    let directory = std::path::absolute(arguments.name()).map_err(Error::internal)?;
    let done = cloud.back_up(&directory)?;
    print(&format!("{}\n", done.sentence()))?;
    refuse_gaps(done.copied.left_out.len())
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
    let lock = DataLock::acquire(&data)?.ok_or_else(|| {
        Error::new(Code::Conflict, format!("A cloudlet serves the data directory {}.", data.display()))
    })?;
    let restored = backup::restore(backups, &data)?;
    // Its configuration came with it.
    let cloud = Cloud::open(&data, settings::read(arguments)?)?;
    cloud.commit_from_console("restore", arguments.name(), |_| Ok(()))?;
    cloud.close();
    drop(lock);
    let left_out = restored.left_out.iter().map(|sentence| format!("NOT restored: {sentence}\n"));
    print(&left_out.collect::<String>())?;
    print(&format!("{} files are restored. Start it: cloudlet --data {}\n", restored.files, data.display()))?;
    refuse_gaps(restored.left_out.len())
}

fn refuse_gaps(count: usize) -> Result<()> {
    match count {
        0 => Ok(()),
        _ => Err(Error::new(Code::Internal, format!("{count} entries could not be copied.")).into()),
    }
}
