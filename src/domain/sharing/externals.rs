//! Further volumes: the accounts and groups that may use them, and volumes that administrators add
//! while the cloud runs. These must be below the directories that the configuration allows.

use crate::base::limits::{EXTERNAL_MEMBERS_MAX, EXTERNALS_MAX};
use crate::config::is_volume_name;
use crate::disk::local;
use crate::domain::accounts::account;
use crate::domain::accounts::groups;
use crate::domain::volumes::mount::Source;
use crate::domain::volumes::registry::{Further, Volumes};
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::externals::{self, ExternalMemberRow, ExternalRow};
use crate::store::shares::Member;
use crate::store::{Read, Write, users};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Directories of the system: programs, devices and configuration.
const OF_THE_SYSTEM: [&str; 13] = [
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/root", "/sbin", "/sys", "/usr",
    "/var/lib",
];

/// A further volume and its members.
#[derive(Clone, Debug)]
pub struct External {
    pub volume: Further,
    pub members: Vec<ExternalMember>,
}

/// A member of a volume.
#[derive(Clone, Debug)]
pub struct ExternalMember {
    pub name: String,
    pub member: Member,
    pub may_write: bool,
    /// True if the configuration names the member. Then only the configuration can change it.
    pub is_configured: bool,
}

impl External {
    /// The id of this volume in calls: the id in its mark, or its name if it was never connected.
    pub fn id(&self) -> &str {
        self.volume.id.as_deref().unwrap_or(&self.volume.name)
    }

    pub fn users(&self) -> impl Iterator<Item = &ExternalMember> {
        self.members.iter().filter(|member| matches!(member.member, Member::User(_)))
    }

    pub fn groups(&self) -> impl Iterator<Item = &ExternalMember> {
        self.members.iter().filter(|member| matches!(member.member, Member::Group(_)))
    }

    /// True if an administrator has added it while the cloud ran. Then administrators can change
    /// and remove it.
    pub fn is_added(&self) -> bool {
        self.volume.source == Source::Added
    }

    /// # Errors
    /// `Code::Conflict` if the configuration names the volume.
    fn check_added(&self) -> Result<()> {
        if self.is_added() { Ok(()) } else { Err(configured()) }
    }

    /// # Errors
    /// `Code::Offline` if the disk was never connected.
    fn volume_id(&self) -> Result<String> {
        let never = || Error::new(Code::Offline, "This disk was never connected. Please connect it first.");
        self.volume.id.clone().ok_or_else(never)
    }
}

impl CloudView<'_> {
    /// The further volumes, those of the configuration first.
    pub fn externals(&self) -> Result<Vec<External>> {
        let further = self.cloud.volumes.all_further()?;
        self.cloud.store.read(|read| {
            let given = externals::all_members(read)?;
            let external = |volume: Further| {
                let mut members = configured_members(read, &volume.source)?;
                for row in given.iter().filter(|row| Some(&row.volume) == volume.id.as_ref()) {
                    let ExternalMemberRow { member, may_write, .. } = *row;
                    let name = name_of(read, member)?;
                    let is_configured = false;
                    members.extend(name.map(|name| ExternalMember {
                        name,
                        member,
                        may_write,
                        is_configured,
                    }));
                }
                Ok(External { volume, members })
            };
            further.into_iter().map(external).collect()
        })
    }

    /// A further volume by its id or its name.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such volume.
    pub fn external(&self, id: &str) -> Result<External> {
        let id = id.trim();
        let found =
            self.externals()?.into_iter().find(|external| external.id() == id || external.volume.name == id);
        found.ok_or_else(|| Error::new(Code::NotFound, "There is no such network folder."))
    }

    /// The account with this name, to which a volume is to be given.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such account.
    pub fn external_user(&self, name: &str) -> Result<Member> {
        self.cloud.store.read(|read| account::existing(read, name)).map(|account| Member::User(account.id))
    }

    /// The group with this id, to which a volume is to be given.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such group.
    pub fn external_group(&self, id: i64) -> Result<Member> {
        self.cloud.store.read(|read| groups::checked_id(read, id)).map(Member::Group)
    }
}

impl Cloud {
    /// Adds a directory as a further volume.
    ///
    /// # Errors
    /// `Code::Conflict` for a name that is taken and for too many volumes; `Code::Invalid` for an
    /// invalid name; `Code::Forbidden` for a directory that is not below an allowed one;
    /// `Code::Offline` if the directory cannot be opened as a volume.
    pub fn add_external(&self, name: &str, location: &str) -> Result<Change<()>> {
        let (name, directory) = (checked_name(name)?, self.checked_location(location)?);
        if self.view().externals()?.len() >= EXTERNALS_MAX {
            let sentence = format!("There can be no more than {EXTERNALS_MAX} network folders.");
            return Err(Error::new(Code::Conflict, sentence));
        }
        self.volumes.add(&name, &directory)?;
        let row = ExternalRow { name: name.clone(), directory: directory.display().to_string() };
        let volumes = Arc::clone(&self.volumes);
        let change = Change::new(move |tx| externals::insert(tx, &row));
        Ok(change.undone_by(move || volumes.remove(&name)))
    }

    /// Renames an added volume, or gives it another directory because its disk is mounted there or
    /// the directory was moved. `None` leaves a value as it is. The members of the volume and all
    /// its rows stay.
    ///
    /// # Errors
    /// As [`Cloud::add_external`]; `Code::Conflict` if the configuration names the volume, and if
    /// the directory is not this disk, because the rows about the files of one disk do not fit
    /// another.
    pub fn change_external(
        &self,
        external: &External,
        name: Option<&str>,
        location: Option<&str>,
    ) -> Result<Change<()>> {
        external.check_added()?;
        let Further { name: old_name, directory: old_directory, .. } = external.volume.clone();
        let is_other = |location: &&str| Path::new(location.trim()) != old_directory;
        let directory =
            location.filter(is_other).map(|location| self.checked_location(location)).transpose()?;
        let name = name.map(checked_name).transpose()?.unwrap_or_else(|| old_name.clone());
        let directory = directory.unwrap_or_else(|| old_directory.clone());
        if (&name, &directory) == (&old_name, &old_directory) {
            return Ok(Change::new(|_| Ok(())));
        }
        if self.volumes.further_names().iter().any(|taken| *taken != old_name && is_alike(taken, &name)) {
            return Err(taken());
        }
        self.volumes.remove(&old_name);
        // The volume is opened by its old name first, because the mark of the disk is known by that
        // name.
        let moved =
            self.volumes.add(&old_name, &directory).map_err(|error| match directory == old_directory {
                true => error,
                false => another_disk(error),
            });
        if let Err(error) = moved.and_then(|()| self.rename_volume(&old_name, &name, &directory)) {
            self.volumes.remove(&old_name);
            self.volumes.add(&old_name, &old_directory)?;
            return Err(error);
        }
        let row = ExternalRow { name: name.clone(), directory: directory.display().to_string() };
        let former = old_name.clone();
        let change = Change::new(move |tx| externals::update(tx, &former, &row));
        let volumes = Arc::clone(&self.volumes);
        Ok(change.undone_by(move || {
            volumes.remove(&name);
            add_again(&volumes, &old_name, &old_directory);
        }))
    }

    fn rename_volume(&self, old: &str, new: &str, directory: &Path) -> Result<()> {
        if old == new {
            return Ok(());
        }
        self.volumes.remove(old);
        self.volumes.add(new, directory)
    }

    /// Removes an added volume from the cloud. The files in its directory stay.
    ///
    /// # Errors
    /// `Code::Conflict` if the configuration names the volume.
    pub fn remove_external(&self, external: &External) -> Result<Change<()>> {
        external.check_added()?;
        let (name, directory) = (external.volume.name.clone(), external.volume.directory.clone());
        let (row, volumes) = (name.clone(), Arc::clone(&self.volumes));
        // This happens before the commit, so that nobody is given this disk meanwhile.
        self.volumes.remove(&name);
        let change = Change::new(move |tx| externals::delete(tx, &row));
        Ok(change.undone_by(move || add_again(&volumes, &name, &directory)))
    }

    /// A directory that may be added: it is below an allowed directory, there is no link on the
    /// way, and it contains no data of the cloud, no configuration and no programs.
    fn checked_location(&self, location: &str) -> Result<PathBuf> {
        let refused = || {
            let sentence = "Network folders can be added only below the directories that the setting external_roots names.";
            Error::new(Code::Forbidden, sentence)
        };
        let config = self.config();
        let allowed: Vec<PathBuf> =
            config.external_roots.iter().filter_map(|root| local::real_directory(root)).collect();
        let directory = local::real_directory(Path::new(location.trim())).ok_or_else(refused)?;
        if !allowed.iter().any(|root| directory != *root && directory.starts_with(root)) {
            return Err(refused());
        }
        let own = [local::real_directory(&self.directory), local::directory_of_program()];
        let own = own.into_iter().flatten().chain(OF_THE_SYSTEM.map(PathBuf::from));
        let holds = |taken: &Path| taken.starts_with(&directory) || directory.starts_with(taken);
        let files = [&config.tls_certificate.0, &config.tls_key.0];
        let files = files.into_iter().filter(|file| !file.is_empty()).map(PathBuf::from);
        if own.into_iter().any(|taken| holds(&taken))
            || files.into_iter().any(|file| file.starts_with(&directory))
        {
            let sentence =
                "This directory holds the cloud's data, or configuration or programs of this computer.";
            return Err(Error::new(Code::Forbidden, sentence));
        }
        Ok(directory)
    }
}

impl CloudView<'_> {
    /// Checks that a directory could be added as a volume.
    ///
    /// # Errors
    /// As [`Cloud::add_external`] for the location. Outside of the allowed directories the answer
    /// is always the same, so that it does not tell what exists there.
    pub fn check_external_location(&self, location: &str) -> Result<()> {
        self.cloud.checked_location(location).map(drop)
    }
}

fn add_again(volumes: &Volumes, name: &str, directory: &Path) {
    if let Err(error) = volumes.add(name, directory) {
        log::error!("the disk {name} stays away until the next start: {error}");
    }
}

/// Gives a volume to a member, or changes the rights of the member.
///
/// # Errors
/// `Code::Conflict` if the configuration names the member, and for too many members;
/// `Code::Offline` if the disk was never connected.
pub fn give(tx: &Write, external: &External, member: Member, may_write: bool) -> Result<()> {
    check_not_configured(external, member)?;
    if external.members.len() >= EXTERNAL_MEMBERS_MAX
        && !external.members.iter().any(|one| one.member == member)
    {
        let sentence =
            format!("A network folder can have at most {EXTERNAL_MEMBERS_MAX} members. Please use a group.");
        return Err(Error::new(Code::Conflict, sentence));
    }
    externals::set_member(tx, &ExternalMemberRow { volume: external.volume_id()?, member, may_write })
}

/// Removes a member from a volume.
///
/// # Errors
/// As [`give`]; `Code::NotFound` if the volume has no such member.
pub fn take(tx: &Write, external: &External, member: Member) -> Result<()> {
    check_not_configured(external, member)?;
    match externals::remove_member(tx, &external.volume_id()?, member)? {
        true => Ok(()),
        false => Err(Error::new(Code::NotFound, "This network folder is not given to them.")),
    }
}

fn check_not_configured(external: &External, member: Member) -> Result<()> {
    let is_it = |one: &ExternalMember| one.member == member && one.is_configured;
    if external.members.iter().any(is_it) { Err(configured()) } else { Ok(()) }
}

fn configured() -> Error {
    Error::new(Code::Conflict, "This is set in the configuration (setting volumes). Please change it there.")
}

fn taken() -> Error {
    Error::new(Code::Conflict, "Name already exists").for_reason(Reason::Exists)
}

fn another_disk(reason: Error) -> Error {
    let sentence = "Another disk lies in this directory. Please add it as another network folder.";
    Error::new(Code::Conflict, sentence).because(reason)
}

fn is_alike(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn checked_name(name: &str) -> Result<String> {
    match is_volume_name(name.trim()) {
        true => Ok(name.trim().to_owned()),
        false => Err(Error::new(
            Code::Invalid,
            "The name of a network folder has 1 to 64 bytes: letters, digits, spaces, dots, - and _.",
        )),
    }
}

/// The accounts that the configuration names, or EVERYONE.
fn configured_members(read: &Read, source: &Source) -> Result<Vec<ExternalMember>> {
    let named = |name: String, member| ExternalMember { name, member, may_write: true, is_configured: true };
    match source {
        Source::Added => Ok(Vec::new()),
        Source::Configuration(None) => {
            let member = Member::Group(crate::store::shares::everyone(read)?);
            Ok(name_of(read, member)?.map(|name| named(name, member)).into_iter().collect())
        }
        Source::Configuration(Some(names)) => {
            let mut members = Vec::new();
            for name in names {
                let account = users::by_name(read, name)?;
                members.extend(account.map(|account| named(account.name, Member::User(account.id))));
            }
            Ok(members)
        }
    }
}

fn name_of(read: &Read, member: Member) -> Result<Option<String>> {
    match member {
        Member::User(id) => Ok(users::by_id(read, id)?.map(|account| account.name)),
        Member::Group(id) => groups::name_of(read, id),
    }
}
