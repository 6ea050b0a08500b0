//! What stands in the folders above the roots: the homes and the disks that somebody has.

use crate::base::path::{CloudPath, EXTERNAL, EntryName};
use crate::base::shown_path::ShownPath;
use crate::disk::{Found, Stat};
use crate::domain::CloudView;
use crate::domain::access::rights::Reach;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::homes::home_name;
use crate::error::Result;
use crate::store::users;

impl CloudView<'_> {
    /// What lies in a folder above the roots, as a user sees it. The top holds the user's My Files; for an admin at work on
    /// users' data, everybody's. A disk that is not there is listed all the same.
    pub(in crate::domain) fn roots_in(&self, user: &User, folder: &Reach) -> Result<Vec<Found>> {
        let external = ShownPath::root().join(&EntryName::parse(EXTERNAL)?)?;
        let disks: Vec<Reach> = self.ways(user)?.roots_below(&external).collect();
        if !folder.shown().is_root() {
            let found = |disk: &Reach| {
                let stat = self.cloud.volumes.stat(disk.real()).ok().flatten();
                let name = disk.shown().leaf()?.clone();
                Some(Found { name, stat: stat.unwrap_or_else(Stat::of_no_disk) })
            };
            return Ok(disks.iter().filter_map(found).collect());
        }
        let mut roots = self.homes(user)?;
        // Where there are none, nobody needs a folder for them.
        if !disks.is_empty() {
            roots.push(Found { name: EntryName::parse(EXTERNAL)?, stat: Stat::of_no_disk() });
        }
        Ok(roots)
    }

    /// The homes that a user sees at the top.
    pub(in crate::domain) fn homes(&self, user: &User) -> Result<Vec<Found>> {
        let names = if user.is_proxy() {
            let (accounts, _) = self.cloud.store.read(|read| users::search(read, "", 0, u64::MAX))?;
            accounts.into_iter().map(|account| account.name).collect()
        } else {
            vec![user.name().to_owned()]
        };
        let mut homes = Vec::new();
        for name in names {
            let name = home_name(&name)?;
            if let Some(stat) = self.cloud.volumes.stat(&CloudPath::root().join(&name)?)? {
                homes.push(Found { name, stat });
            }
        }
        Ok(homes)
    }
}
