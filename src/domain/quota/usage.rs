//! How much an account holds, and how much it may.

use crate::base::path::CloudPath;
use crate::disk::{Usage, local};
use crate::domain::access::rights::Readable;
use crate::domain::accounts::account_status::Status;
use crate::domain::{Cloud, CloudView};
use crate::error::Result;
use crate::store::nodes::Held;
use crate::store::{trash, users, versions};

/// What an account holds, in bytes and counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccountUsage {
    pub live: Usage,
    pub versions: u64,
    pub versions_bytes: u64,
    pub bin_folders: u64,
    pub bin_files: u64,
    pub bin_bytes: u64,
    pub incomplete_files: u64,
    /// Unfinished uploads, with all that they announced.
    pub incomplete_bytes: u64,
    /// 0: no limit.
    pub quota_bytes: u64,
}

/// The whole cloud in numbers.
#[derive(Clone, Copy, Debug)]
pub struct Totals {
    pub accounts: u64,
    /// Accounts with full rights.
    pub full: u64,
    /// As far as the index knows.
    pub files: Held,
}

/// How much of a limit is used, in whole percent; 0 without a limit.
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

    /// The bytes without those of unfinished uploads.
    pub fn stored_bytes(&self) -> u64 {
        self.bytes().saturating_sub(self.incomplete_bytes)
    }
}

impl CloudView<'_> {
    /// What an account holds. Walks its files, so it takes its time.
    pub fn account_usage(&self, account: &str) -> Result<AccountUsage> {
        self.cloud.account_usage(account)
    }

    /// What an account may still store, in bytes: what its limit leaves, and what the disk has room
    /// for above what stays free.
    pub fn free_bytes(&self, usage: &AccountUsage) -> Result<u64> {
        let (_, available) = self.space()?;
        let floor = u64::from(self.config().free_space_floor_mb.0) * 1024 * 1024;
        let left = match usage.quota_bytes {
            0 => u64::MAX,
            quota => quota.saturating_sub(usage.bytes()),
        };
        Ok(available.saturating_sub(floor).min(left))
    }

    /// What a folder holds, itself not counted.
    pub fn usage(&self, path: &Readable) -> Result<Option<Usage>> {
        self.cloud.usage(path.path())
    }

    /// What the file system of the accounts' files holds, and what is free, in bytes.
    pub fn space(&self) -> Result<(u64, u64)> {
        let space = self.cloud.volumes.main()?.free_space()?;
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

    /// How many accounts there are and what all their files are together.
    pub fn totals(&self) -> Result<Totals> {
        let (all, _) = self.search_accounts("", 0, u64::MAX)?;
        let full = all.iter().filter(|account| account.status == Status::Full as i64).count();
        let files = self.storage()?.files();
        Ok(Totals { accounts: all.len() as u64, full: full as u64, files })
    }
}

impl Cloud {
    pub(in crate::domain) fn account_usage(&self, account: &str) -> Result<AccountUsage> {
        let home = CloudPath::root().join(&crate::domain::accounts::account::home_name(account)?)?;
        let live = self.volumes.usage(&home)?;
        let root = self.root_of(&home)?;
        let (incomplete_files, incomplete_bytes) = self.incomplete(&root);
        self.store.read(|read| {
            let (versions, versions_bytes) = versions::usage(read, &root)?;
            let (bin_folders, bin_files, bin_bytes) = trash::usage(read, &root)?;
            let quota_bytes = users::by_name(read, account)?.map_or(0, |account| account.quota_bytes);
            Ok(AccountUsage {
                live,
                versions,
                versions_bytes,
                bin_folders,
                bin_files,
                bin_bytes,
                incomplete_files,
                incomplete_bytes,
                quota_bytes,
            })
        })
    }
}
