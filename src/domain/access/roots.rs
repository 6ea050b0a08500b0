//! The entries of the folders above the roots: the homes and disks of a user.

use crate::base::path::{CloudPath, EntryName};
use crate::disk::{Found, Kind, Stat};
use crate::domain::CloudView;
use crate::domain::access::rights::Reach;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::homes::home_name;
use crate::domain::volumes::glance::Aside;
use crate::error::Result;
use crate::store::users;
use std::collections::HashSet;

impl CloudView<'_> {
    /// The folders to walk through: the folder that is asked for or, if it is above the roots, the
    /// roots of the user. Missing disks are left out.
    pub(in crate::domain) fn scopes(&self, user: &User, below: &Reach) -> Result<Vec<CloudPath>> {
        let volumes = &self.cloud.volumes;
        if !below.is_above_roots() {
            // Deleted entries are not walked through.
            let is_there = !below.real().is_in_bin() && volumes.stat(below.real())?.is_some();
            return below.there(is_there.then(|| vec![below.real().clone()]));
        }
        let mut scopes = Vec::new();
        if user.is_proxy() && below.shown().is_root() {
            scopes.push(CloudPath::root());
        }
        let roots = self.ways(user)?;
        // Each file of an album would be walked through by itself, and an album may hold thousands.
        let roots = roots.roots_below(below.shown()).filter(|root| !root.is_in_album());
        let roots = roots.map(|root| root.real().clone());
        scopes.extend(roots.filter(|real| real.root_depth() == 1 || volumes.is_answering(real)));
        Ok(scopes)
    }

    /// The files of shared albums that a user sees below a folder above the roots. `scopes` leaves
    /// them out.
    pub(in crate::domain) fn files_in_albums(&self, user: &User, below: &Reach) -> Result<Vec<CloudPath>> {
        if !below.is_above_roots() {
            return Ok(Vec::new());
        }
        let ways = self.ways(user)?;
        let files = ways.roots_below(below.shown()).filter(Reach::is_in_album);
        Ok(files.map(|file| file.real().clone()).collect())
    }

    /// The entries of a folder above the roots, as a user sees them. The top holds the user's My
    /// Files; for an admin at work on users' data, the homes of all users. A missing disk is listed
    /// too.
    pub(in crate::domain) fn roots_in(&self, user: &User, folder: &Reach) -> Result<Vec<Found>> {
        let (ways, depth) = (self.ways(user)?, folder.shown().parts().len());
        let mut found = if folder.shown().is_root() { self.homes(user)? } else { Vec::new() };
        let mut known: HashSet<EntryName> = found.iter().map(|found| found.name.clone()).collect();
        for root in ways.roots_below(folder.shown()) {
            let names = root.shown().parts();
            let Some(name) = names.get(depth).filter(|name| known.insert((*name).clone())) else { continue };
            // A folder above several roots stands for all of them.
            let stat = match names.len() == depth + 1 {
                true => self.cloud.volumes.aside(root.real()).ok(),
                false => None,
            };
            let (Aside::Known(stat) | Aside::LastSeen(stat)) = stat.unwrap_or(Aside::LastSeen(None));
            let is_file = stat.as_ref().is_some_and(|stat| stat.kind == Kind::File);
            if root.is_in_album() && names.len() == depth + 1 && !is_file {
                continue;
            }
            found.push(Found { name: name.clone(), stat: stat.unwrap_or_else(Stat::of_no_disk) });
        }
        Ok(found)
    }

    /// The homes that a user sees at the top.
    pub(in crate::domain) fn homes(&self, user: &User) -> Result<Vec<Found>> {
        let names = if user.is_proxy() {
            let (accounts, _) = self.cloud.store.read(|read| users::search(read, "", 0, u64::MAX))?;
            accounts.into_iter().map(|account| account.name).collect()
        } else if user.session().account.status.has_home() {
            vec![user.name().to_owned()]
        } else {
            Vec::new()
        };
        let mut homes = Vec::new();
        for name in names {
            let name = home_name(&name)?;
            match self.cloud.volumes.aside(&CloudPath::root().join(&name)?)? {
                Aside::Known(None) => {}
                Aside::Known(Some(stat)) => homes.push(Found { name, stat }),
                Aside::LastSeen(_) => homes.push(Found { name, stat: Stat::of_no_disk() }),
            }
        }
        Ok(homes)
    }
}
