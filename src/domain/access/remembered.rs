//! The grants of all accounts, read from the database and remembered until they change.

use super::albums::Album;
use super::grants::{AccessEntry, AccessList, Account, Disk, Given, Grants, Link, Share};
use super::rights::{NO_RIGHTS, PublicAccess, Rights};
use crate::base::guarded::GuardedShared;
use crate::base::path::{CloudPath, EntryName, SHARED};
use crate::base::share_id::ShareId;
use crate::domain::CloudView;
use crate::domain::accounts::policies::Policies;
use crate::domain::index::lookup;
use crate::domain::volumes::mount::Source;
use crate::domain::volumes::registry::{Further, Volumes};
use crate::error::Result;
use crate::store::shares::{LinkRow, Member, MemberRow, ShareRow, Source as Shared};
use crate::store::users::UserRow;
use crate::store::{Read, access_lists, externals, meta, nodes, shares, users};
use std::collections::HashMap;
use std::sync::Arc;

/// The grants that were read last, with their version in the database.
#[derive(Default)]
pub struct Remembered(GuardedShared<Option<OfVersion>>);

type OfVersion = ((u64, u64), Arc<Grants>);

impl Remembered {
    fn of(&self, version: (u64, u64)) -> Option<Arc<Grants>> {
        let remembered = self.0.read();
        remembered.as_ref().filter(|(of, _)| *of == version).map(|(_, grants)| Arc::clone(grants))
    }
}

impl CloudView<'_> {
    /// The grants as they are now.
    pub(in crate::domain) fn grants(&self) -> Result<Arc<Grants>> {
        // The version is read first: after a change in between, the grants look too old, never too
        // new.
        let version = self.cloud.store.grants_version()?;
        if let Some(grants) = self.cloud.grants.of(version) {
            return Ok(grants);
        }
        let (disks, policies) = (self.given_disks()?, self.policies()?);
        let given = self.cloud.store.read(|read| self.read_given(read, disks, &policies))?;
        let grants = Arc::new(Grants::new(given));
        let mut remembered = self.cloud.grants.0.write();
        *remembered = Some((version, Arc::clone(&grants)));
        Ok(grants)
    }

    fn given_disks(&self) -> Result<Vec<Disk>> {
        let members = self.cloud.store.read(externals::all_members)?;
        let disk = |volume: Further| {
            let given = members.iter().filter(|row| Some(&row.volume) == volume.id.as_ref());
            Disk {
                given: given.map(|row| (row.member, row.may_write)).collect(),
                name: volume.name,
                members: match volume.source {
                    Source::Configuration(members) => members,
                    Source::Added => Some(Vec::new()),
                },
            }
        };
        Ok(self.cloud.volumes.all_further()?.into_iter().map(disk).collect())
    }

    /// The grants as they are now, if they need not be read from the database.
    pub(in crate::domain) fn grants_at_once(&self) -> Option<Arc<Grants>> {
        self.cloud.grants.of(self.cloud.store.grants_version().ok()?)
    }

    /// True if questions about rights are answered from memory at present.
    pub fn knows_grants(&self) -> bool {
        self.grants_at_once().is_some()
    }

    fn read_given(&self, read: &Read, disks: Vec<Disk>, policies: &Policies) -> Result<Given> {
        let (volumes, config) = (&self.cloud.volumes, self.config());
        let may_use_links = |owner| policies.of_account(owner).effective(&config).links.0;
        let (accounts, _) = users::search(read, "", 0, u64::MAX)?;
        let account =
            |row: UserRow| (row.id, Account { name: row.name, status: row.status, expires: row.expires });
        let mut members: HashMap<String, Vec<MemberRow>> = HashMap::new();
        for row in shares::all_members(read)? {
            members.entry(row.share.clone()).or_default().push(row);
        }
        let mut given = Given {
            accounts: accounts.into_iter().map(account).collect(),
            memberships: shares::memberships(read)?,
            everyone: shares::everyone(read)?,
            disks,
            team: meta::team_account(read)?,
            ..Given::default()
        };
        for row in shares::all(read)? {
            let Some(what) = what(read, volumes, &given.accounts, &row)? else { continue };
            let members = members.remove(&row.id).unwrap_or_default();
            let link = if may_use_links(row.owner) { link(&row.link) } else { None };
            given.shares.extend(share(&row, what, link, &members));
        }
        let mut entries: HashMap<i64, Vec<AccessEntry>> = HashMap::new();
        for row in access_lists::all_entries(read)? {
            let rights = Rights::of_bits(row.rights);
            let entry = AccessEntry { member: row.member, is_allowed: row.is_allowed, rights };
            entries.entry(row.node).or_default().push(entry);
        }
        for row in access_lists::all(read)? {
            let Some(place) = lookup::path_of_id(read, volumes, row.node)? else {
                given.has_resting_lists = true;
                continue;
            };
            let entries = entries.remove(&row.node).unwrap_or_default();
            given.lists.insert(place, AccessList { inherits: row.inherits, entries });
        }
        Ok(given)
    }
}

/// What a share gives at present.
struct What {
    place: CloudPath,
    is_folder: bool,
    album: Option<Album>,
}

/// What a share gives; `None` if its entry is missing.
fn what(
    read: &Read,
    volumes: &Volumes,
    accounts: &HashMap<i64, Account>,
    row: &ShareRow,
) -> Result<Option<What>> {
    match row.source {
        Shared::Entry(node) => {
            // Nobody reaches entries in the bin until they are restored.
            let node = nodes::by_id(read, node)?.filter(|node| node.missing_since.is_none());
            let Some(node) = node else { return Ok(None) };
            let place = lookup::path_of(read, volumes, &node)?;
            Ok(place.map(|place| What { place, is_folder: node.facts.is_folder, album: None }))
        }
        Shared::Album(list) => {
            let Some(owner) = accounts.get(&row.owner) else { return Ok(None) };
            let album = Some(Album::read(read, volumes, row.owner, list)?);
            // A single bad name must not take everybody's rights away.
            let place = place_of_album(&owner.name, &row.name).ok();
            Ok(place.map(|place| What { place, is_folder: true, album }))
        }
    }
}

/// The path that stands for the place of an album. It begins with `/SHARED`, where no file lies.
pub(in crate::domain) fn place_of_album(owner: &str, name: &str) -> Result<CloudPath> {
    let names = [SHARED, owner, name].into_iter().map(EntryName::parse).collect::<Result<Vec<_>>>()?;
    CloudPath::root().below(&names)
}

fn share(
    row: &ShareRow,
    What { place, is_folder, album }: What,
    link: Option<Link>,
    members: &[MemberRow],
) -> Option<Share> {
    let left = members.iter().filter(|row| row.has_left).filter_map(|row| match row.member {
        Member::User(id) => Some(id),
        Member::Group(_) => None,
    });
    Some(Share {
        id: row.id.parse::<ShareId>().ok()?,
        owner: row.owner,
        name: EntryName::parse(&row.name).ok().or_else(|| place.leaf().cloned())?,
        place,
        is_folder,
        album,
        link,
        left: left.collect(),
        default_file: row.default_file.clone(),
        members: members.iter().map(|row| (row.member, Rights::of_bits(row.rights).as_given())).collect(),
    })
}

fn link(row: &LinkRow) -> Option<Link> {
    let rights = PublicAccess::of(row).rights();
    (rights != NO_RIGHTS).then(|| Link {
        id: row.link_id.clone(),
        hidden_owner: row.hidden_owner.clone(),
        rights,
        has_password: row.password_hash.is_some(),
        is_home_only: row.is_home_only,
        ends: row.ends,
        is_limited: row.downloads_max > 0,
        is_used_up: row.downloads_max > 0 && row.downloads_used >= row.downloads_max,
    })
}
