//! Counts the storage that an account uses, and compares it with its limit.

use crate::base::path::CloudPath;
use crate::disk::{Usage, local};
use crate::domain::accounts::homes::home_name;
use crate::domain::index::lookup;
use crate::domain::{Cloud, CloudView};
use crate::error::Result;
use crate::store::{nodes, trash, versions};

/// The storage of an account, in bytes and counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccountUsage {
    pub live: Usage,
    pub versions: u64,
    pub versions_bytes: u64,
    pub bin_folders: u64,
    pub bin_files: u64,
    pub bin_bytes: u64,
    pub incomplete_files: u64,
    /// Bytes of unfinished uploads, including those that are announced.
    pub incomplete_bytes: u64,
    /// The limit; 0 for none.
    pub quota_bytes: u64,
}

/// The used part of a limit in whole percent; 0 without a limit.
pub fn percent(used: u64, limit: u64) -> u64 {
    used.saturating_mul(100).checked_div(limit).unwrap_or(0)
}

impl AccountUsage {
    /// All bytes together.
    pub fn bytes(&self) -> u64 {
        [self.live.bytes, self.versions_bytes, self.bin_bytes, self.incomplete_bytes]
            .into_iter()
            .fold(0, u64::saturating_add)
    }
}

impl CloudView<'_> {
    /// Bytes that an account can still store: within its limit, and within the disk's space that
    /// need not stay free.
    pub fn free_bytes(&self, usage: &AccountUsage) -> Result<u64> {
        let (_, available) = self.space()?;
        let floor = u64::from(self.config().free_space_floor_mb.0) * 1024 * 1024;
        let left = match usage.quota_bytes {
            0 => u64::MAX,
            quota => quota.saturating_sub(usage.bytes()),
        };
        Ok(available.saturating_sub(floor).min(left))
    }

    /// The storage of an account as far as the index knows, without its unfinished uploads.
    pub fn indexed_usage(&self, account: &str) -> Result<AccountUsage> {
        self.cloud.indexed_usage(account)
    }

    /// The size of the file system with the accounts' files, and its free space, in bytes, as they
    /// were last seen.
    pub fn space(&self) -> Result<(u64, u64)> {
        let space = self.cloud.volumes.space_of_main()?;
        Ok((space.total, space.available))
    }

    /// The memory that this process has resident, in bytes.
    pub fn memory_bytes(&self) -> Result<u64> {
        local::resident_bytes()
    }

    /// The size of the database, in bytes.
    pub fn database_bytes(&self) -> Result<u64> {
        self.cloud.store.bytes()
    }
}

impl Cloud {
    /// The storage of an account without its unfinished uploads.
    pub(in crate::domain) fn stored_usage(&self, account: &str) -> Result<AccountUsage> {
        let home = CloudPath::root().join(&home_name(account)?)?;
        self.usage_with(account, &home, self.volumes.usage(&home)?)
    }

    /// The same as far as the index knows, which needs no disk.
    pub(in crate::domain) fn indexed_usage(&self, account: &str) -> Result<AccountUsage> {
        let home = CloudPath::root().join(&home_name(account)?)?;
        let (files, folders, bytes) = self.store.read(|read| {
            let node = lookup::find(read, &self.volumes, &home)?;
            node.map_or(Ok((0, 0, 0)), |node| nodes::held_below(read, node.id))
        })?;
        self.usage_with(account, &home, Usage { files, folders, bytes, ..Usage::default() })
    }

    fn usage_with(&self, account: &str, home: &CloudPath, live: Usage) -> Result<AccountUsage> {
        let root = self.root_of(home)?;
        let account = self.view().account(account)?;
        let quota_bytes = account.map_or(Ok(0), |account| self.view().storage_limit(&account))?;
        self.store.read(|read| {
            let (versions, versions_bytes) = versions::usage(read, &root)?;
            let (bin_folders, bin_files, bin_bytes) = trash::usage(read, &root)?;
            Ok(AccountUsage {
                live,
                versions,
                versions_bytes,
                bin_folders,
                bin_files,
                bin_bytes,
                quota_bytes,
                ..AccountUsage::default()
            })
        })
    }
}
