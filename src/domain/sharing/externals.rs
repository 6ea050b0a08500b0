//! Further volumes as administrators give them to people: whom each is given, and adding some in the running cloud, below
//! the directories that the configuration allows for it.

use crate::base::limits::{EXTERNAL_MEMBERS_MAX, EXTERNALS_MAX};
use crate::config::is_volume_name;
use crate::disk::local;
use crate::domain::accounts::account;
use crate::domain::accounts::groups;
use crate::domain::volumes::registry::{Further, Source, Volumes};
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

/// A further volume with those that it is given to.
#[derive(Clone, Debug)]
pub struct External {
    pub volume: Further,
    pub members: Vec<ExternalMember>,
}

/// Somebody to whom a volume is given.
#[derive(Clone, Debug)]
pub struct ExternalMember {
    pub name: String,
    pub member: Member,
    pub may_write: bool,
    is_configured: bool,
}

impl External {
    /// What stands for it in calls: the id of the volume, or its name while it was never there.
    pub fn id(&self) -> &str {
        self.volume.id.as_deref().unwrap_or(&self.volume.name)
    }

    pub fn users(&self) -> impl Iterator<Item = &ExternalMember> {
        self.members.iter().filter(|member| matches!(member.member, Member::User(_)))
    }

    pub fn groups(&self) -> impl Iterator<Item = &ExternalMember> {
        self.members.iter().filter(|member| matches!(member.member, Member::Group(_)))
    }

    /// # Errors
    /// `Code::Conflict` for one of the configuration.
    fn check_added(&self) -> Result<()> {
        match self.volume.source {
            Source::Added => Ok(()),
            Source::Configuration(_) => Err(configured()),
        }
    }

    /// # Errors
    /// `Code::Offline` while it was never there.
    fn volume_id(&self) -> Result<String> {
        let never = || Error::new(Code::Offline, "This disk was never there. Please connect it first.");
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

    /// One of them, by its id or its name.
    ///
    /// # Errors
    /// `Code::NotFound` without such a one.
    pub fn external(&self, id: &str) -> Result<External> {
        let id = id.trim();
        let found =
            self.externals()?.into_iter().find(|external| external.id() == id || external.volume.name == id);
        found.ok_or_else(|| Error::new(Code::NotFound, "There is no such network folder."))
    }

    /// The account of a name, or the group of an id, to which a volume is to be given.
    ///
    /// # Errors
    /// `Code::NotFound` without such a one.
    pub fn external_user(&self, name: &str) -> Result<Member> {
        self.cloud.store.read(|read| account::existing(read, name)).map(|account| Member::User(account.id))
    }

    /// The same for a group.
    ///
    /// # Errors
    /// As [`CloudView::external_user`].
    pub fn external_group(&self, id: i64) -> Result<Member> {
        self.cloud.store.read(|read| groups::checked_id(read, id)).map(Member::Group)
    }
}

impl Cloud {
    /// Adds a directory as a further volume; its name in the end.
    ///
    /// # Errors
    /// `Code::Conflict` for a name that is taken and for too many, `Code::Invalid` for a name that cannot be one,
    /// `Code::Forbidden` for a directory that is not below an allowed one, `Code::Offline` where it cannot be a volume.
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

    /// Gives an added volume another name. Its members and all that is known of it stay.
    ///
    /// # Errors
    /// As [`Cloud::add_external`]; `Code::Conflict` for another directory and for one of the configuration.
    pub fn rename_external(&self, external: &External, name: &str, location: &str) -> Result<Change<()>> {
        external.check_added()?;
        let (old, directory) = (external.volume.name.clone(), external.volume.directory.clone());
        if self.checked_location(location)? != directory {
            let sentence = "A network folder keeps its directory. Please add another one.";
            return Err(Error::new(Code::Conflict, sentence));
        }
        let name = checked_name(name)?;
        if name == old {
            return Ok(Change::new(|_| Ok(())));
        }
        if self.volumes.further_names().iter().any(|taken| *taken != old && is_alike(taken, &name)) {
            return Err(taken());
        }
        self.volumes.remove(&old);
        if let Err(error) = self.volumes.add(&name, &directory) {
            self.volumes.add(&old, &directory)?;
            return Err(error);
        }
        let (former, new) = (old.clone(), name.clone());
        let change = Change::new(move |tx| externals::rename(tx, &former, &new));
        let volumes = Arc::clone(&self.volumes);
        Ok(change.undone_by(move || {
            volumes.remove(&name);
            add_again(&volumes, &old, &directory);
        }))
    }

    /// Removes an added volume from the cloud. What lies in its directory stays there.
    ///
    /// # Errors
    /// `Code::Conflict` for one of the configuration.
    pub fn remove_external(&self, external: &External) -> Result<Change<()>> {
        external.check_added()?;
        let (name, directory) = (external.volume.name.clone(), external.volume.directory.clone());
        let (row, volumes) = (name.clone(), Arc::clone(&self.volumes));
        // Before the commit: whoever asks after it finds no disk to be given.
        self.volumes.remove(&name);
        let change = Change::new(move |tx| externals::delete(tx, &row));
        Ok(change.undone_by(move || add_again(&volumes, &name, &directory)))
    }

    /// A directory that may be added: below one of those that the configuration allows, without links on the way, and not
    /// where data, configuration or programs are.
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
            let sentence = "This directory holds data, configuration or programs of the machine.";
            return Err(Error::new(Code::Forbidden, sentence));
        }
        Ok(directory)
    }
}

impl CloudView<'_> {
    /// Checks that a directory could be added as a volume.
    ///
    /// # Errors
    /// As [`Cloud::add_external`] for the location: outside of the allowed directories always the same, whatever is there.
    pub fn check_external_location(&self, location: &str) -> Result<()> {
        self.cloud.checked_location(location).map(drop)
    }
}

fn add_again(volumes: &Volumes, name: &str, directory: &Path) {
    if let Err(error) = volumes.add(name, directory) {
        log::error!("the disk {name} is there again from the next start on: {error}");
    }
}

/// Gives a volume to somebody, or changes what they may do.
///
/// # Errors
/// `Code::Conflict` for somebody whom the configuration names, and for too many; `Code::Offline` for a volume that was
/// never there.
pub fn give(tx: &Write, external: &External, member: Member, may_write: bool) -> Result<()> {
    check_not_configured(external, member)?;
    if external.members.len() >= EXTERNAL_MEMBERS_MAX
        && !external.members.iter().any(|one| one.member == member)
    {
        let sentence = format!("It can be given to {EXTERNAL_MEMBERS_MAX} at most. Please use a group.");
        return Err(Error::new(Code::Conflict, sentence));
    }
    externals::set_member(tx, &ExternalMemberRow { volume: external.volume_id()?, member, may_write })
}

/// Takes a volume away from somebody.
///
/// # Errors
/// As [`give`]; `Code::NotFound` where they have not got it.
pub fn take(tx: &Write, external: &External, member: Member) -> Result<()> {
    check_not_configured(external, member)?;
    match externals::remove_member(tx, &external.volume_id()?, member)? {
        true => Ok(()),
        false => Err(Error::new(Code::NotFound, "The network folder is not given to them.")),
    }
}

fn check_not_configured(external: &External, member: Member) -> Result<()> {
    let is_it = |one: &ExternalMember| one.member == member && one.is_configured;
    if external.members.iter().any(is_it) { Err(configured()) } else { Ok(()) }
}

fn configured() -> Error {
    Error::new(Code::Conflict, "The configuration says so (the setting volumes). Please change it there.")
}

fn taken() -> Error {
    Error::new(Code::Conflict, "Name already exists").for_reason(Reason::Exists)
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

/// Those whom the configuration names, or EVERYONE.
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
