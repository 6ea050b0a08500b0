//! Homes: the folders with the files of accounts.

use crate::base::path::{CloudPath, EntryName};
use crate::base::root::Root;
use crate::domain::Cloud;
use crate::domain::volumes::glance::Aside;
use crate::error::Result;
use crate::store::roots;

impl Cloud {
    /// The root to which a path belongs.
    pub(in crate::domain) fn root_of(&self, path: &CloudPath) -> Result<Root> {
        self.store.read(|read| roots::by_name(read, &path.root_name()))
    }

    /// Creates the home folder of an account if it is missing: at first, or after somebody removed
    /// it on the disk.
    pub(in crate::domain) fn ensure_home(&self, account: &str) -> Result<()> {
        let home = CloudPath::root().join(&home_name(account)?)?;
        match self.volumes.aside(&home)? {
            Aside::Known(Some(_)) => Ok(()),
            Aside::Known(None) => self.volumes.create_folders(&home).map(drop),
            // The user can still sign in. Their next action reports the fault.
            Aside::LastSeen(_) => Ok(()),
        }
    }
}

/// The name of an account's home folder at the top of volume 0.
pub fn home_name(account: &str) -> Result<EntryName> {
    EntryName::parse(account)
}
