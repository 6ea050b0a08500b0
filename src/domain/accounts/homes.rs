//! Homes: the folders of accounts' files.

use crate::base::path::{CloudPath, EntryName};
use crate::base::root::Root;
use crate::domain::Cloud;
use crate::error::{Code, Result};
use crate::store::roots;

impl Cloud {
    /// To what a path belongs.
    pub(in crate::domain) fn root_of(&self, path: &CloudPath) -> Result<Root> {
        self.store.read(|read| roots::by_name(read, &path.root_name()))
    }

    /// Makes the folder of an account's files where it is missing: at first, or after somebody removed it on the disk.
    pub(in crate::domain) fn ensure_home(&self, account: &str) -> Result<()> {
        let home = CloudPath::root().join(&home_name(account)?)?;
        match self.volumes.stat(&home) {
            Ok(Some(_)) => Ok(()),
            Ok(None) => self.volumes.create_folders(&home).map(drop),
            // People can sign in all the same, and are told at what they do next.
            Err(error) if error.code == Code::Offline => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// The folder of an account's files at the top of volume 0.
pub fn home_name(account: &str) -> Result<EntryName> {
    EntryName::parse(account)
}
