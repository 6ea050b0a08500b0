//! What stands in the folders above the roots: the homes and the disks that somebody has.

use crate::base::path::{CloudPath, EntryName};
use crate::disk::{Found, Stat};
use crate::domain::CloudView;
use crate::domain::access::rights::Reach;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::homes::home_name;
use crate::error::Result;
use crate::store::users;
use std::collections::HashSet;

impl CloudView<'_> {
    /// What lies in a folder above the roots, as a user sees it. The top holds the user's My Files; for an admin at work on
    /// users' data, everybody's. A disk that is not there is listed all the same.
    pub(in crate::domain) fn roots_in(&self, user: &User, folder: &Reach) -> Result<Vec<Found>> {
        let (ways, depth) = (self.ways(user)?, folder.shown().parts().len());
        let mut found = if folder.shown().is_root() { self.homes(user)? } else { Vec::new() };
        let mut known: HashSet<EntryName> = found.iter().map(|found| found.name.clone()).collect();
        for root in ways.roots_below(folder.shown()) {
            let names = root.shown().parts();
            let Some(name) = names.get(depth).filter(|name| known.insert((*name).clone())) else { continue };
            // Where there are several, a folder above them stands for all.
            let stat = match names.len() == depth + 1 {
                true => self.cloud.volumes.stat(root.real()).ok().flatten(),
                false => None,
            };
            found.push(Found { name: name.clone(), stat: stat.unwrap_or_else(Stat::of_no_disk) });
        }
        Ok(found)
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
