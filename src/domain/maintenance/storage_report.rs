//! Reports how much data the cloud stores, by kind and by account, and the volumes that store it.
//! The numbers come from the rows of the database, without a walk through the disks.

use crate::base::guarded::Guarded;
use crate::base::path::EXTERNAL;
use crate::base::root::Root;
use crate::disk::{FileSystem, Space};
use crate::domain::volumes::glance::{OtherUser, Seen};
use crate::domain::{Cloud, CloudView, FILES_NAME};
use crate::error::Result;
use crate::store::nodes::Held;
use crate::store::users::AccountStatus;
use crate::store::{folder_sizes, trash, users, versions};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A result is used again for this factor times the duration of the count.
const FRESH_TIMES: u32 = 50;

/// The size of all stored data.
#[derive(Debug)]
pub struct Storage {
    /// The time of the count, in seconds since 1970 UTC.
    pub counted: i64,
    /// True if all folders were scanned at least once, so that no file is missing.
    pub is_complete: bool,
    /// The data on the disk with the accounts' files.
    pub main: Kinds,
    /// The data on each further volume, by its name.
    pub further: Vec<(String, Kinds)>,
    /// `None` if they were never counted, because the disk does not answer.
    pub thumbs_bytes: Option<u64>,
    pub database_bytes: u64,
    /// The accounts by name.
    pub accounts: Vec<AccountStorage>,
}

/// The data on a volume.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kinds {
    pub files: Held,
    pub versions: Held,
    pub bin: Held,
    pub uploads: Held,
}

/// The storage of an account.
#[derive(Clone, Debug)]
pub struct AccountStorage {
    pub name: String,
    pub live: Held,
    pub versions: Held,
    pub bin: Held,
    pub incomplete_bytes: u64,
    /// The limit; 0 for none.
    pub quota_bytes: u64,
}

/// The whole cloud in numbers.
#[derive(Clone, Copy, Debug)]
pub struct Totals {
    pub accounts: u64,
    /// Accounts with full rights.
    pub full: u64,
    /// The files, as far as the index knows them.
    pub files: Held,
}

/// The last count.
#[derive(Default)]
pub struct Counted {
    last: Guarded<Option<(Instant, Arc<Storage>)>>,
    /// The unfinished uploads on each disk, as they were last seen, by its name in the index.
    stages: Guarded<HashMap<String, Held>>,
}

/// A disk with files.
#[derive(Debug)]
pub struct VolumeFacts {
    pub id: String,
    pub name: String,
    pub path: String,
    /// The reason why it cannot be used; empty if it can.
    pub trouble: String,
    /// True if it does not answer yet and is waited for.
    pub is_waking: bool,
    /// True if it does not answer any more.
    pub is_silent: bool,
    /// The other server that uses it.
    pub user: Option<OtherUser>,
    pub space: Space,
    pub file_system: FileSystem,
    pub fullness: Fullness,
}

/// The free space of a volume, as a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fullness {
    Fine,
    /// Less than twice the space that must stay free: soon the oldest versions and bin entries are
    /// removed.
    Nearly,
    /// The disk is full, and nothing more is stored.
    Full,
}

impl CloudView<'_> {
    /// The size of all stored data. Counting a large cloud takes a moment, so the last count is
    /// used for a while.
    pub fn storage(&self) -> Result<Arc<Storage>> {
        let mut counted = self.cloud.counted.last.lock();
        if let Some((until, storage)) = &*counted {
            if Instant::now() < *until {
                return Ok(Arc::clone(storage));
            }
        }
        let begun = Instant::now();
        let storage = Arc::new(self.cloud.count_storage()?);
        let fresh: Duration = begun.elapsed().saturating_mul(FRESH_TIMES);
        *counted = Some((Instant::now() + fresh, Arc::clone(&storage)));
        Ok(storage)
    }

    /// The number of accounts, and the size of all their files.
    pub fn totals(&self) -> Result<Totals> {
        let (all, _) = self.search_accounts("", 0, u64::MAX)?;
        let full = all.iter().filter(|account| account.status == AccountStatus::Full).count();
        let files = self.storage()?.files();
        Ok(Totals { accounts: all.len() as u64, full: full as u64, files })
    }

    /// All volumes, the one of users' own files first.
    pub fn volumes(&self) -> Result<Vec<VolumeFacts>> {
        let config = self.config();
        let floor = u64::from(config.free_space_floor_mb.0) * 1024 * 1024;
        let facts = |seen: Seen| {
            let kept = seen.space.total / 100 * u64::from(config.kept_free_percent.0.min(90));
            let is_there = seen.offline.is_none();
            VolumeFacts {
                id: seen.id.unwrap_or_default(),
                name: if seen.name.is_empty() { FILES_NAME.to_owned() } else { seen.name },
                path: seen.directory.display().to_string(),
                trouble: seen.offline.unwrap_or_default(),
                is_waking: seen.is_waking,
                is_silent: seen.is_silent,
                user: seen.user,
                space: seen.space,
                file_system: seen.file_system,
                // Nothing is known about a missing disk.
                fullness: if is_there {
                    Fullness::of(seen.space.available, kept, floor)
                } else {
                    Fullness::Fine
                },
            }
        };
        Ok(self.all_volumes().into_iter().map(facts).collect())
    }

    /// The time when the last backup of the schedule began, in seconds since 1970 UTC.
    pub fn last_backup(&self) -> Result<Option<i64>> {
        self.cloud.last_backup()
    }
}

impl Storage {
    /// The files on all volumes together.
    pub fn files(&self) -> Held {
        self.further.iter().map(|(_, kinds)| kinds.files).chain([self.main.files]).sum()
    }
}

impl Fullness {
    fn of(available: u64, kept: u64, floor: u64) -> Fullness {
        match available {
            available if available <= floor => Fullness::Full,
            available if available < kept.max(floor).saturating_mul(2) => Fullness::Nearly,
            _ => Fullness::Fine,
        }
    }
}

impl Cloud {
    /// The unfinished uploads on each disk. A disk that does not answer has what was last seen.
    fn stages_last_seen(&self) -> Result<HashMap<String, Held>> {
        let seen = self.volumes.stages_in_a_moment()?;
        let mut known = self.counted.stages.lock();
        for (disk, stages) in seen {
            known.insert(disk, stages.into_iter().map(|bytes| Held { files: 1, bytes }).sum());
        }
        Ok(known.clone())
    }

    fn count_storage(&self) -> Result<Storage> {
        let counted = self.now();
        let is_complete = self.was_looked_through()?;
        let stages = self.stages_last_seen()?;
        let volume = self.volumes.id().to_owned();
        let (accounts, live, versions, bin) = self.store.read(|read| {
            Ok((
                users::search(read, "", 0, u64::MAX)?.0,
                folder_sizes::held_by_homes(read, &volume)?,
                versions::held_by_owners(read)?,
                trash::held_by_owners(read)?,
            ))
        })?;
        let of = |held: &HashMap<Root, Held>, root: &Root| held.get(root).copied().unwrap_or_default();
        let accounts: Vec<AccountStorage> = accounts
            .into_iter()
            .map(|account| {
                let root = Root::Account(account.id);
                Ok(AccountStorage {
                    live: live.get(&account.name).copied().unwrap_or_default(),
                    versions: of(&versions, &root),
                    bin: of(&bin, &root),
                    incomplete_bytes: self.incomplete(&root).1,
                    quota_bytes: self.view().storage_limit(&account)?,
                    name: account.name,
                })
            })
            .collect::<Result<_>>()?;
        let prefix = format!("{EXTERNAL}/");
        // On a further volume, or on the disk with the accounts' files.
        let kinds = |volume: Option<&str>| {
            let named = |held: &HashMap<String, Held>| {
                held.iter()
                    .filter(|(root, _)| root.strip_prefix(&prefix) == volume)
                    .map(|(_, held)| *held)
                    .sum()
            };
            let sum = |held: &HashMap<Root, Held>| {
                held.iter().filter(|(root, _)| root.volume() == volume).map(|(_, held)| *held).sum()
            };
            Kinds { files: named(&live), versions: sum(&versions), bin: sum(&bin), uploads: named(&stages) }
        };
        let further = self.volumes.further_names().into_iter().map(|name| {
            let held = kinds(Some(&name));
            (name, held)
        });
        Ok(Storage {
            counted,
            is_complete,
            main: kinds(None),
            further: further.collect(),
            thumbs_bytes: self.pictures_bytes()?,
            database_bytes: self.store.bytes()?,
            accounts,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Fullness::{self, Fine, Full, Nearly};

    #[test]
    fn a_volume_is_nearly_full_before_anything_happens_because_of_it() {
        for (available, kept, floor, wanted) in [
            (100, 50, 10, Fine),
            (99, 50, 10, Nearly),
            (11, 50, 10, Nearly),
            (10, 50, 10, Full),
            (20, 0, 10, Fine),
            (19, 0, 10, Nearly),
            (0, 0, 0, Full),
            (1, 0, 0, Fine),
        ] {
            assert_eq!(Fullness::of(available, kept, floor), wanted, "{available} {kept} {floor}");
        }
    }
}
