//! The disks: volume 0 with every account's files, and further volumes. Each of these is a root of
//! its own at `/EXTERNAL/<name>`.
//!
//! A path leads to one volume. Hidden entries (recycle bin, versions, stages) lie on the disk of
//! their root, so that a rename moves them there and back. The id in its mark identifies a volume.
//! If the mark is missing, the volume is offline: calls for it fail with a sentence that names it,
//! nothing is made in its place, and its rows stay. The first call after its return finds it.

use super::abilities;
use crate::base::guarded::{Guarded, GuardedShared};
use crate::base::path::CloudPath;
use crate::base::permits::Answers;
use crate::base::root::Root;
use crate::config::VolumeSetting;
use crate::disk::{Volume, Waker, local};
use crate::domain::volumes::findings::Findings;
use crate::domain::volumes::mount::{BELIEVED_TIME, KNOWN, Mount, Source};
use crate::domain::volumes::owner::{Owner, leave_claims};
use crate::domain::{CloudView, FILES_NAME, KEYS_NAME};
use crate::error::{Code, Error, Reason, Result};
use crate::store::{Store, externals, index, meta, nodes};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// The volumes of the cloud.
pub struct Volumes {
    pub(super) store: Arc<Store>,
    /// The id of volume 0. All rows of the index lie below this name.
    id: String,
    main: Arc<Mount>,
    /// The volumes of the configuration, and then the added ones.
    further: GuardedShared<Vec<Arc<Mount>>>,
    /// True for the server. Only the server completes work that a crash has left unfinished on a
    /// volume.
    pub(super) is_serving: AtomicBool,
    /// The owner of the volumes, once this is the server; see [`Volumes::begin_claiming`].
    pub(super) owner: Owner,
    /// Woken when a volume has come.
    waker: OnceLock<Arc<Waker>>,
    /// Receives the entries that are skipped on all volumes.
    findings: Arc<Findings>,
    /// Held while a volume that has come is compared with the others.
    registering: Guarded<()>,
}

/// A further volume, whether it is present or not.
#[derive(Clone, Debug)]
pub struct Further {
    pub name: String,
    pub directory: PathBuf,
    pub source: Source,
    /// The id in its mark; `None` if it was never present.
    pub id: Option<String>,
}

impl Volumes {
    /// Opens the volumes of a data directory. Makes volume 0 if the database knows of none.
    ///
    /// # Errors
    /// If volume 0 cannot be made. If it is only missing, that is no error here.
    pub fn open(
        directory: &Path,
        further: &[VolumeSetting],
        store: Arc<Store>,
        findings: Arc<Findings>,
    ) -> Result<Volumes> {
        let files = directory.join(FILES_NAME);
        let known = store.read(|read| match meta::get(read, KNOWN)? {
            Some(id) => Ok(Some(id)),
            // Older databases have no such fact; there only the index knows the id.
            None => nodes::root_name(read),
        })?;
        let main = Mount::new(String::new(), files, Source::Added);
        let id = match known {
            Some(id) => id,
            None => {
                local::create_private_directory(&main.directory)?;
                Volume::open(&main.directory, None, 0)?.id().to_owned()
            }
        };
        let configured = further.iter().map(|setting| {
            let source = Source::Configuration(setting.members.clone());
            Mount::new(setting.name.clone(), setting.directory.clone(), source)
        });
        let mut further: Vec<Arc<Mount>> = configured.map(Arc::new).collect();
        for row in store.read(externals::all)? {
            if further.iter().any(|mount| mount.name.to_lowercase() == row.name.to_lowercase()) {
                log::warn!(
                    "the disk {} of the configuration is used, and an added one with that name is not",
                    row.name
                );
                continue;
            }
            further.push(Arc::new(Mount::new(row.name, row.directory.into(), Source::Added)));
        }
        let (main, further) = (Arc::new(main), GuardedShared::new(further));
        let (is_serving, owner, waker) = (AtomicBool::new(false), Owner::default(), OnceLock::new());
        let registering = Guarded::new(());
        let volumes = Volumes { store, id, main, further, is_serving, owner, waker, findings, registering };
        volumes.remember(KNOWN, &volumes.id)?;
        Ok(volumes)
    }

    /// True for the server, which alone may tidy up.
    pub(in crate::domain) fn is_serving(&self) -> bool {
        self.is_serving.load(Ordering::Acquire)
    }

    /// Sets the waker for volumes that come.
    pub(in crate::domain) fn call_when_one_comes(&self, waker: Arc<Waker>) {
        self.waker.get_or_init(|| waker);
    }

    /// The name in the index below which all its rows lie.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn mounts(&self) -> impl Iterator<Item = Arc<Mount>> {
        std::iter::once(Arc::clone(&self.main)).chain(self.further())
    }

    fn further(&self) -> Vec<Arc<Mount>> {
        self.further.read().clone()
    }

    fn mount(&self, name: &str) -> Option<Arc<Mount>> {
        self.further().iter().find(|mount| mount.name == name).cloned()
    }

    /// The further volumes.
    pub fn all_further(&self) -> Result<Vec<Further>> {
        let mounts = self.further();
        self.store.read(|read| {
            let further = mounts.iter().map(|mount| {
                Ok(Further {
                    name: mount.name.clone(),
                    directory: mount.directory.clone(),
                    source: mount.source.clone(),
                    id: meta::get(read, &mount.fact())?,
                })
            });
            further.collect()
        })
    }

    /// Adds a further volume and looks for it.
    ///
    /// # Errors
    /// As [`Volumes::of`], and then the volume is not added; `Code::Conflict` if another has its
    /// name.
    pub(in crate::domain) fn add(&self, name: &str, directory: &Path) -> Result<()> {
        let mount = Arc::new(Mount::new(name.to_owned(), directory.to_owned(), Source::Added));
        {
            let mut further = self.further.write();
            if further.iter().any(|other| other.name.to_lowercase() == name.to_lowercase()) {
                return Err(Error::new(Code::Conflict, "Name already exists").for_reason(Reason::Exists));
            }
            further.push(Arc::clone(&mount));
        }
        self.get(&mount).map(drop).inspect_err(|_| self.remove(name))
    }

    /// Removes an added volume. Its files and its rows stay. Another server can have it.
    pub(in crate::domain) fn remove(&self, name: &str) {
        let is_meant = |mount: &Arc<Mount>| mount.name == name && mount.source == Source::Added;
        let mut further = self.further.write();
        let (removed, left): (Vec<Arc<Mount>>, _) =
            std::mem::take(&mut *further).into_iter().partition(is_meant);
        *further = left;
        drop(further);
        leave_claims(removed.into_iter());
    }

    /// The volume to which a path leads.
    ///
    /// # Errors
    /// `Code::Offline` if it is missing; `Code::NotFound` if there is no such volume.
    pub fn of(&self, path: &CloudPath) -> Result<Arc<Volume>> {
        self.get(&*self.mount_of(path)?)
    }

    pub(super) fn mount_of(&self, path: &CloudPath) -> Result<Arc<Mount>> {
        if path.root_depth() == 1 {
            return Ok(Arc::clone(&self.main));
        }
        let name = path
            .parts()
            .get(1)
            .ok_or_else(|| Error::new(Code::Invalid, "Please choose one of the disks below."))?;
        self.mount(name.as_str())
            .ok_or_else(|| Error::new(Code::NotFound, format!("There is no disk named {name}.")))
    }

    /// The volume that holds the recycle bin, versions and stages of a root.
    ///
    /// # Errors
    /// As [`Volumes::of`].
    pub fn of_root(&self, root: &Root) -> Result<Arc<Volume>> {
        let Some(name) = root.volume() else { return self.main() };
        match self.mount(name) {
            Some(mount) => self.get(&mount),
            None => {
                Err(Error::new(Code::Offline, format!("The disk {name} is no longer among the volumes.")))
            }
        }
    }

    /// Volume 0.
    pub fn main(&self) -> Result<Arc<Volume>> {
        self.get(&self.main)
    }

    /// The volume to which a path leads, if it was present at the last look. For use inside a
    /// transaction, where a new look would make the transaction wait.
    pub(in crate::domain) fn as_last_seen(&self, path: &CloudPath) -> Option<Arc<Volume>> {
        self.mount_of(path).ok()?.last_seen()
    }

    /// True if the volume to which a path leads was present at the last look, whether it answers
    /// now or not.
    pub(in crate::domain) fn was_present(&self, path: &CloudPath) -> bool {
        self.mount_of(path).is_ok_and(|mount| mount.was_present())
    }

    /// True if two paths lie on one volume.
    pub fn are_together(&self, one: &CloudPath, other: &CloudPath) -> bool {
        let name = |path| self.mount_of(path).map(|mount| mount.name.clone()).ok();
        name(one) == name(other)
    }

    /// The volumes with work that failed half-way, as known without a new look. This thread has
    /// entered them.
    pub(in crate::domain) fn with_unfinished(&self) -> Vec<(CloudPath, Arc<Volume>)> {
        let found = self.mounts().filter_map(|mount| {
            let volume = mount.last_seen().filter(|volume| volume.has_unfinished())?;
            mount.permits.enter().ok().map(|()| (mount.top(), volume))
        });
        found.collect()
    }

    /// The names of all further volumes, whether they are present or not.
    pub fn further_names(&self) -> Vec<String> {
        self.further().iter().map(|mount| mount.name.clone()).collect()
    }

    /// The volume of a mount. Looks for it if it was missing or may have gone.
    ///
    /// # Errors
    /// As [`crate::base::permits::Permits::enter`] and [`Volumes::of`].
    pub(super) fn get(&self, mount: &Mount) -> Result<Arc<Volume>> {
        mount.permits.enter()?;
        if let Some(volume) = mount.believed() {
            return Ok(volume);
        }
        let _looking = mount.looking.lock();
        loop {
            let state = mount.state.read();
            let (before, is_fresh) = (state.volume.clone(), state.believed.elapsed() < BELIEVED_TIME);
            drop(state);
            if is_fresh {
                return before;
            }
            let began = self.part();
            let is_there = before
                .as_ref()
                .is_ok_and(|volume| volume.is_at(&mount.directory) && mount.holds_claim(volume));
            let now = if is_there { before.clone() } else { self.attach(mount) };
            let now = self.register(mount, &before, now, is_there);
            if is_there || now.is_err() || self.part() == began {
                if let (Some(waker), true) = (self.waker.get(), now.is_ok() && !is_there) {
                    waker.wake();
                }
                return now;
            }
            // The disk came while the server was starting. The server does more with disks that
            // come later.
            mount.forget();
        }
    }

    /// True if this process claims new volumes, and true if it tidies them up.
    fn part(&self) -> (bool, bool) {
        (self.owner.has_begun(), self.is_serving())
    }

    /// Remembers the result of a look for a volume. Several volumes may come at once, so they are
    /// compared again, one after the other.
    fn register(
        &self,
        mount: &Mount,
        before: &Result<Arc<Volume>>,
        now: Result<Arc<Volume>>,
        is_there: bool,
    ) -> Result<Arc<Volume>> {
        let has_come = now.is_ok() && !is_there;
        let registering = self.registering.lock();
        let now = now.and_then(|volume| match has_come {
            true => self.check_single(mount, &volume).map(|()| volume),
            false => Ok(volume),
        });
        mount.note(before, &now, is_there);
        drop(registering);
        if !has_come || mount.name.is_empty() {
            return now;
        }
        let apart = now.clone().and_then(|volume| self.check_apart(mount).map(|()| volume));
        if apart.is_err() && now.is_ok() {
            mount.note(&now, &apart, false);
        }
        apart
    }

    /// Opens the volume of a mount, if it is present.
    fn attach(&self, mount: &Mount) -> Result<Arc<Volume>> {
        let fact = mount.fact();
        let known = match mount.name.is_empty() {
            true => Some(self.id.clone()),
            false => self.store.read(|read| meta::get(read, &fact))?,
        };
        if known.is_none()
            && Volume::looks_unmounted(&mount.directory).map_err(|error| mount.offline(error))?
        {
            let sentence = format!(
                "The directory of the disk {} is empty, and no disk is mounted there. Mount the disk; or, if the directory \
                 itself is meant, make a folder in it.",
                mount.name
            );
            return Err(Error::new(Code::Offline, sentence).because(mount.directory.display()));
        }
        // This is checked before anything is made on the volume. Volume 0 needs no check, because
        // it is opened first.
        if !mount.name.is_empty() {
            self.check_apart(mount)?;
        }
        let depth = if mount.name.is_empty() { 0 } else { 2 };
        let volume = Volume::open(&mount.directory, known.as_deref(), depth);
        let volume = Arc::new(volume.map_err(|error| mount.offline(error))?);
        mount.permits.set_local(volume.is_local());
        let (findings, root) = (Arc::clone(&self.findings), mount.directory.clone());
        volume.tell_skipped(Box::new(move |skipped| findings.note(&root, skipped)));
        self.check_single(mount, &volume)?;
        self.owner.claim(&mount.claim, mount.shown_at(), &volume)?;
        if known.is_none() {
            self.take_over(mount, volume.id())?;
        }
        self.remember(&fact, volume.id())?;
        if self.is_serving() {
            // All stages are kept, because uploads may be using them.
            for sentence in volume.recover(&|_| true)? {
                log::info!("on the disk {}: {sentence}", mount.shown());
            }
            abilities::find_abilities(&self.store, mount, &volume);
        }
        Ok(volume)
    }

    /// Checks that no volume lies within another. Otherwise each file there would have two paths
    /// with the rights of two disks, and hidden entries of one disk would be visible on the other.
    /// No volume may show the server's own data.
    fn check_apart(&self, mount: &Mount) -> Result<()> {
        for other in self.mounts().filter(|other| other.name != mount.name) {
            let state = other.state.read();
            let there = state.volume.as_ref().ok().cloned();
            drop(state);
            let is_nested = match there {
                None => Ok(false),
                // A disk that does not answer is not entered. Its path tells enough for now.
                Some(_) if other.permits.answers() != Answers::Promptly => {
                    Ok(other.directory.starts_with(&mount.directory)
                        || mount.directory.starts_with(&other.directory))
                }
                Some(there) => there.is_nested(&mount.directory),
            };
            if is_nested.map_err(|error| mount.offline(error))? {
                let sentence = format!(
                    "The disk {} lies within the disk {}, or the other way round.",
                    mount.shown(),
                    other.shown()
                );
                return Err(Error::new(Code::Offline, sentence).because(mount.directory.display()));
            }
        }
        self.check_not_own(mount)
    }

    /// Checks that a volume shows nothing of the server's own: whoever may use it would read the
    /// database or the keys. Another folder in the data directory is fine.
    fn check_not_own(&self, mount: &Mount) -> Result<()> {
        let Some(data) = self.main.directory.parent() else { return Ok(()) };
        let within = |inner: &Path, outer: &Path| {
            Volume::lies_within(inner, outer).map_err(|error| mount.offline(error))
        };
        if !within(data, &mount.directory)? && !within(&mount.directory, &data.join(KEYS_NAME))? {
            return Ok(());
        }
        let sentence = format!(
            "The directory of the disk {} holds what this server keeps for itself, such as its database or its keys. Name \
             another directory in the setting volumes.",
            mount.shown()
        );
        Err(Error::new(Code::Offline, sentence).because(mount.directory.display()))
    }

    /// Checks that no disk has two names. Two volumes on one disk would each take the disk for
    /// theirs alone.
    fn check_single(&self, mount: &Mount, volume: &Volume) -> Result<()> {
        let is_same = |other: &Arc<Mount>| {
            let state = other.state.read();
            state.volume.as_ref().is_ok_and(|there| there.id() == volume.id())
        };
        let others = self.mounts().filter(|other| other.name != mount.name);
        match others.filter(|other| !other.name.is_empty() || volume.id() == self.id).find(is_same) {
            Some(other) => Err(Error::new(
                Code::Offline,
                format!("The disk {} is the same as {}.", mount.shown(), other.shown()),
            )),
            None => Ok(()),
        }
    }

    /// Gives the rows of a disk to its new name, if it was known by another name.
    ///
    /// # Errors
    /// `Code::Offline` if another volume still has that name.
    fn take_over(&self, mount: &Mount, id: &str) -> Result<()> {
        let prefix = format!("{KNOWN}.");
        let facts = self.store.read(|read| meta::names_of(read, &prefix, id))?;
        for fact in facts {
            // The prefix is removed once, because the name of a disk may begin with it too.
            let old = fact.strip_prefix(&prefix).unwrap_or_default().to_owned();
            if self.mount(&old).is_some() {
                let sentence = format!("The disk {} is already in use under the name {old}.", mount.shown());
                return Err(Error::new(Code::Offline, sentence).because(mount.directory.display()));
            }
            log::info!("the disk {} was known as {old}", mount.shown());
            let (new, top) = (mount.name.clone(), self.id.clone());
            self.store.write(move |tx| {
                meta::remove(tx, &fact)?;
                match nodes::child(tx, nodes::NO_PARENT, &top)? {
                    Some(top) => index::rename_disk(tx, top.id, &old, &new),
                    None => Ok(()),
                }
            })?;
        }
        Ok(())
    }

    fn remember(&self, fact: &str, id: &str) -> Result<()> {
        if self.store.read(|read| meta::get(read, fact))?.as_deref() == Some(id) {
            return Ok(());
        }
        let (fact, id) = (fact.to_owned(), id.to_owned());
        self.store.write(move |tx| meta::set_volume(tx, &fact, &id))
    }
}

impl CloudView<'_> {
    /// True if it is known without waiting where a path leads: its volume is present, and the names
    /// are spelled as on the disk.
    pub fn is_quick(&self, path: &CloudPath) -> bool {
        let mount = self.cloud.volumes.mount_of(path);
        mount.is_ok_and(|mount| mount.believed().is_some_and(|volume| volume.is_spelled_at_once(path)))
    }
}
