//! The abilities of disks: found when the disks come, and stored in the database for the next
//! start.

use super::mount::Mount;
use crate::disk::Volume;
use crate::error::Result;
use crate::store::{Store, meta};

/// The key of a volume's abilities, which is independent of its mount point.
fn fact(volume: &Volume) -> String {
    format!("abilities.{}", volume.id())
}

/// Uses the abilities that an earlier start has found, if they are still valid.
pub(super) fn believes_abilities(store: &Store, volume: &Volume) -> bool {
    let kept = store.read(|read| meta::get(read, &fact(volume)));
    let believed = kept.and_then(|kept| match kept {
        Some(kept) => volume.believe_abilities(&kept),
        None => Ok(false),
    });
    believed.unwrap_or_else(|error| {
        log::warn!("the stored abilities of a disk cannot be used: {error}");
        false
    })
}

/// Finds the abilities of a volume, logs the missing ones, and stores them for the next start.
pub(super) fn find_abilities(store: &Store, mount: &Mount, volume: &Volume) {
    log::debug!("tries what the disk {} can do", mount.shown());
    match volume.probe() {
        Ok(abilities) if abilities.lacking().is_empty() => {}
        Ok(abilities) => log::info!(
            "the disk {} ({}): {}",
            mount.shown(),
            abilities.file_system,
            abilities.lacking().join(", ")
        ),
        Err(error) => log::warn!("the abilities of the disk {} are unknown: {error}", mount.shown()),
    }
    if let Err(error) = keep_abilities(store, volume) {
        log::warn!("the next start tries the abilities of the disk {} again: {error}", mount.shown());
    }
}

fn keep_abilities(store: &Store, volume: &Volume) -> Result<()> {
    let (fact, found) = (fact(volume), volume.abilities_to_keep()?);
    if store.read(|read| meta::get(read, &fact))? == found {
        return Ok(());
    }
    store.write(move |tx| match found {
        Some(found) => meta::set(tx, &fact, &found),
        None => meta::remove(tx, &fact),
    })
}
