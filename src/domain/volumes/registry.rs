//! The disks: volume 0 with every account's files, and further volumes, each a root of its own at `/EXTERNAL/<name>`.
//!
//! A path leads to one volume; what is kept out of sight (bin, old contents, stages) lies on the disk of the root that it
//! belongs to, so that it gets there and back by a rename. A volume is known by the id in its mark. Where that is missing the
//! volume is offline: what concerns it fails with a sentence that names it, nothing is made in its place and nothing that is
//! known of it is forgotten. Whoever asks for it later finds it when it is back.

use crate::base::guarded::{Guarded, GuardedShared};
use crate::base::path::{CloudPath, EXTERNAL, EntryName};
use crate::base::root::Root;
use crate::config::VolumeSetting;
use crate::disk::{Claim, FileSystem, Space, Volume, Waker, local};
use crate::domain::volumes::findings::Findings;
use crate::domain::volumes::owner::Owner;
use crate::domain::{CloudView, FILES_NAME};
use crate::error::{Code, Error, Reason, Result};
use crate::store::{Store, externals, index, meta, nodes};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// How long a volume is believed to be where it was.
const BELIEVED_TIME: Duration = Duration::from_secs(1);
/// The fact that says by which id a volume is known; followed by the name of a further one.
const KNOWN: &str = "volume";

/// The volumes of the cloud.
pub struct Volumes {
    store: Arc<Store>,
    /// The id of volume 0, under which the index has everything.
    id: String,
    main: Arc<Mount>,
    /// Those of the configuration, then those that were added.
    further: GuardedShared<Vec<Arc<Mount>>>,
    /// What a crash left on a volume is ended when it comes, which only the server may do.
    is_serving: AtomicBool,
    /// By whom volumes are used, once this is the server; see [`Volumes::begin_claiming`].
    owner: Owner,
    /// Called when a volume has come.
    waker: OnceLock<Arc<Waker>>,
    /// Told what is passed over on any of them.
    findings: Arc<Findings>,
}

/// One volume, whether it is there or not.
pub(super) struct Mount {
    /// Empty for volume 0.
    name: String,
    directory: PathBuf,
    source: Source,
    state: GuardedShared<State>,
    /// Only one caller looks for it at a time.
    looking: Guarded<()>,
    /// Held by the server as long as the volume is there.
    claim: Guarded<Option<Claim>>,
}

/// Where a further volume comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the configuration, which may name the accounts that may use it; `None` for all.
    Configuration(Option<Vec<String>>),
    /// An administrator has added it in the running cloud.
    Added,
}

/// A further volume, whether it is there or not.
#[derive(Clone, Debug)]
pub struct Further {
    pub name: String,
    pub directory: PathBuf,
    pub source: Source,
    /// The id in its mark; `None` where it was never there.
    pub id: Option<String>,
}

struct State {
    volume: Result<Arc<Volume>>,
    believed: Instant,
    /// It has come since the last start, and what is kept on it was not compared with its rows yet.
    is_unmended: bool,
}

/// A volume as administrators see it.
#[derive(Debug)]
pub struct Seen {
    /// The name in `/EXTERNAL/<name>`; empty for volume 0.
    pub name: String,
    pub directory: PathBuf,
    /// The id in its mark, while it is there.
    pub id: Option<String>,
    /// Why it is not there.
    pub offline: Option<String>,
    pub space: Space,
    pub file_system: FileSystem,
}

impl Volumes {
    /// Opens the volumes of a data directory; makes volume 0 where the database knows of none.
    ///
    /// # Errors
    /// When volume 0 cannot be made. One that is only not there is no failure here.
    pub fn open(
        directory: &Path,
        further: &[VolumeSetting],
        store: Arc<Store>,
        findings: Arc<Findings>,
    ) -> Result<Volumes> {
        let files = directory.join(FILES_NAME);
        let known = store.read(|read| match meta::get(read, KNOWN)? {
            Some(id) => Ok(Some(id)),
            // Before this fact was kept, only the index knew.
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
                    "the disk {} of the configuration stands before an added one of that name",
                    row.name
                );
                continue;
            }
            further.push(Arc::new(Mount::new(row.name, row.directory.into(), Source::Added)));
        }
        let (main, further) = (Arc::new(main), GuardedShared::new(further));
        let (is_serving, owner, waker) = (AtomicBool::new(false), Owner::default(), OnceLock::new());
        let volumes = Volumes { store, id, main, further, is_serving, owner, waker, findings };
        volumes.remember(KNOWN, &volumes.id)?;
        for mount in volumes.mounts() {
            if let Err(error) = volumes.get(&mount) {
                log::error!("{error}");
            }
        }
        Ok(volumes)
    }

    /// From now on each volume is used by this server alone: those that another one uses are left alone, reading included,
    /// until it ends. The machine and the data directory are told there.
    pub(in crate::domain) fn begin_claiming(&self, directory: &Path) {
        self.owner.begin(directory);
        for mount in self.mounts() {
            let Ok(volume) = self.get(&mount) else { continue };
            if let Err(error) = self.owner.claim(&mount.claim, mount.shown(), &volume) {
                log::error!("{error}");
                mount.state.write().volume = Err(error);
            }
        }
    }

    /// From now on volumes that come are tidied up after a crash, and tried for what they can do. Those that are there are
    /// tidied up now, but for the stages that are to be kept; sentences for the log.
    pub(in crate::domain) fn begin_serving(&self, keep_stages: &dyn Fn(&str) -> bool) -> Vec<String> {
        self.is_serving.store(true, Ordering::Release);
        let mut said = Vec::new();
        for mount in self.mounts() {
            if let Ok(volume) = self.get(&mount) {
                match volume.recover(keep_stages) {
                    Ok(sentences) => said.extend(sentences),
                    // Nothing of it is lost: the next start tries again.
                    Err(error) => log::error!(
                        "what a stop left on the disk {} is not tidied up: {error}",
                        mount.shown()
                    ),
                }
                mount.probe(&volume);
            }
        }
        said
    }

    /// Whether this is the server, which alone may tidy up.
    pub(in crate::domain) fn is_serving(&self) -> bool {
        self.is_serving.load(Ordering::Acquire)
    }

    /// A sentence for each disk that keeps no dates of files.
    pub(in crate::domain) fn undated(&self) -> Vec<String> {
        let is_undated = |mount: &Arc<Mount>| {
            self.get(mount).is_ok_and(|volume| volume.probe().is_ok_and(|abilities| !abilities.keeps_times))
        };
        let sentence = |mount: Arc<Mount>| {
            let shown = mount.shown();
            format!("The disk {shown} keeps no dates of files: each is dated by when it was stored.")
        };
        self.mounts().filter(is_undated).map(sentence).collect()
    }

    /// Whom to call when a volume has come.
    pub(in crate::domain) fn call_when_one_comes(&self, waker: Arc<Waker>) {
        self.waker.get_or_init(|| waker);
    }

    /// By this name the index has everything.
    pub fn id(&self) -> &str {
        &self.id
    }

    fn mounts(&self) -> impl Iterator<Item = Arc<Mount>> {
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

    /// Adds a further volume to those that are looked for, and finds out whether it is there.
    ///
    /// # Errors
    /// As [`Volumes::of`]; then it is not added. `Code::Conflict` where another has its name.
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

    /// Looks for an added volume no more. What lies on it stays, and so does what is known of it.
    pub(in crate::domain) fn remove(&self, name: &str) {
        let mut further = self.further.write();
        further.retain(|mount| mount.name != name || mount.source != Source::Added);
    }

    /// The volume that a path leads to.
    ///
    /// # Errors
    /// `Code::Offline` when it is not there, `Code::NotFound` where there is none.
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
            .ok_or_else(|| Error::new(Code::NotFound, format!("There is no disk of the name {name}.")))
    }

    /// The volume with what is kept of a root.
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

    /// The volume with this directory, where it is there.
    pub(in crate::domain) fn at(&self, directory: &Path) -> Option<Arc<Volume>> {
        self.mounts().find(|mount| mount.directory == directory).and_then(|mount| self.get(&mount).ok())
    }

    /// The volumes that are there, each with its directory.
    pub(in crate::domain) fn with_directories(&self) -> Vec<(PathBuf, Arc<Volume>)> {
        self.mounts().filter_map(|mount| Some((mount.directory.clone(), self.get(&mount).ok()?))).collect()
    }

    /// The volumes that are there, each with the path of its top; of volume 0 that is where the accounts' files are.
    pub fn present(&self) -> Vec<(CloudPath, Arc<Volume>)> {
        self.mounts().filter_map(|mount| Some((mount.top(), self.get(&mount).ok()?))).collect()
    }

    /// The volume that a path leads to, where it was there when somebody last looked. For use inside a transaction, where
    /// looking would wait for it.
    pub(in crate::domain) fn as_last_seen(&self, path: &CloudPath) -> Option<Arc<Volume>> {
        let mount = self.mount_of(path).ok()?;
        let state = mount.state.read();
        state.volume.as_ref().ok().cloned()
    }

    /// Whether two paths lie on one volume.
    pub fn are_together(&self, one: &CloudPath, other: &CloudPath) -> bool {
        let name = |path| self.mount_of(path).map(|mount| mount.name.clone()).ok();
        name(one) == name(other)
    }

    /// Those that have come since the start, each once: what is kept on them is to be compared with its rows.
    pub(in crate::domain) fn take_unmended(&self) -> Vec<(CloudPath, Arc<Volume>)> {
        let mut taken = Vec::new();
        for mount in self.mounts() {
            let mut state = mount.state.write();
            if let (true, Ok(volume)) = (std::mem::take(&mut state.is_unmended), &state.volume) {
                taken.push((mount.top(), Arc::clone(volume)));
            }
        }
        taken
    }

    /// The volumes with work that failed half-way, as far as is known without looking for them.
    pub(in crate::domain) fn with_unfinished(&self) -> Vec<(CloudPath, Arc<Volume>)> {
        let found = self.mounts().filter_map(|mount| {
            let state = mount.state.read();
            let volume = state.volume.as_ref().ok().filter(|volume| volume.has_unfinished())?;
            Some((mount.top(), Arc::clone(volume)))
        });
        found.collect()
    }

    /// The names of all further volumes, whether they are there or not.
    pub fn further_names(&self) -> Vec<String> {
        self.further().iter().map(|mount| mount.name.clone()).collect()
    }

    /// The volume of a mount, looked for where it was not there or may have gone.
    fn get(&self, mount: &Mount) -> Result<Arc<Volume>> {
        if let Some(volume) = mount.believed() {
            return Ok(volume);
        }
        let _looking = mount.looking.lock();
        let state = mount.state.read();
        let (before, is_fresh) = (state.volume.clone(), state.believed.elapsed() < BELIEVED_TIME);
        drop(state);
        if is_fresh {
            return before;
        }
        let is_there = before.as_ref().is_ok_and(|volume| volume.is_at(&mount.directory));
        let now = if is_there { before.clone() } else { self.attach(mount) };
        mount.note(&before, &now, is_there);
        if let (Some(waker), true) = (self.waker.get(), now.is_ok() && !is_there) {
            waker.wake();
        }
        now
    }

    /// Opens the volume of a mount, if it is there.
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
        // Before anything is made there. The accounts' files were first.
        if !mount.name.is_empty() {
            self.check_apart(mount)?;
        }
        let depth = if mount.name.is_empty() { 0 } else { 2 };
        let volume = Volume::open(&mount.directory, known.as_deref(), depth);
        let volume = Arc::new(volume.map_err(|error| mount.offline(error))?);
        let (findings, root) = (Arc::clone(&self.findings), mount.directory.clone());
        volume.tell_skipped(Box::new(move |skipped| findings.note(&root, skipped)));
        self.check_single(mount, &volume)?;
        self.owner.claim(&mount.claim, mount.shown(), &volume)?;
        if known.is_none() {
            self.take_over(mount, volume.id())?;
        }
        self.remember(&fact, volume.id())?;
        if self.is_serving() {
            // Parts of uploads that are under way are kept, whoever they belong to.
            for sentence in volume.recover(&|_| true)? {
                log::info!("on the disk {}: {sentence}", mount.shown());
            }
            mount.probe(&volume);
        }
        Ok(volume)
    }

    /// No volume lies within another: each file there would have two paths with the rights of two disks, and what is kept
    /// out of sight on one would be seen on the other.
    fn check_apart(&self, mount: &Mount) -> Result<()> {
        for other in self.mounts().filter(|other| other.name != mount.name) {
            let state = other.state.read();
            let there = state.volume.as_ref().ok().cloned();
            drop(state);
            let is_nested = there.map_or(Ok(false), |there| there.is_nested(&mount.directory));
            if is_nested.map_err(|error| mount.offline(error))? {
                let sentence = format!(
                    "The disk {} lies within the disk {}, or that in it.",
                    mount.shown(),
                    other.shown()
                );
                return Err(Error::new(Code::Offline, sentence).because(mount.directory.display()));
            }
        }
        Ok(())
    }

    /// One disk is one volume: two would each believe to be alone on it.
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

    /// A disk that was known by another name brings along all that is known of it.
    ///
    /// # Errors
    /// `Code::Offline` where that name is still one of a volume.
    fn take_over(&self, mount: &Mount, id: &str) -> Result<()> {
        let prefix = format!("{KNOWN}.");
        let facts = self.store.read(|read| meta::names_of(read, &prefix, id))?;
        for fact in facts {
            // Once: the name of a disk may begin so itself.
            let old = fact.strip_prefix(&prefix).unwrap_or_default().to_owned();
            if self.mount(&old).is_some() {
                let sentence = format!("The disk {} is known as {old}.", mount.shown());
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

impl Mount {
    fn new(name: String, directory: PathBuf, source: Source) -> Mount {
        let long_ago = Instant::now().checked_sub(BELIEVED_TIME).unwrap_or_else(Instant::now);
        let volume = Err(Error::new(Code::Offline, "Nobody has looked for the disk yet."));
        let state = GuardedShared::new(State { volume, believed: long_ago, is_unmended: false });
        Mount { name, directory, source, state, looking: Guarded::new(()), claim: Guarded::default() }
    }

    /// As the log and people read it.
    fn shown(&self) -> &str {
        if self.name.is_empty() { "with the accounts' files" } else { &self.name }
    }

    fn fact(&self) -> String {
        if self.name.is_empty() { KNOWN.to_owned() } else { format!("{KNOWN}.{}", self.name) }
    }

    fn top(&self) -> CloudPath {
        let names = [EXTERNAL, &self.name].map(EntryName::parse).into_iter().flatten();
        match self.name.is_empty() {
            true => CloudPath::root(),
            false => names.fold(CloudPath::root(), |path, name| path.join(&name).unwrap_or(path)),
        }
    }

    fn offline(&self, error: Error) -> Error {
        if error.code != Code::Offline {
            return error;
        }
        let sentence = format!("The disk {} is not there. {}", self.shown(), error.message);
        Error { message: sentence.into(), ..error }.because(self.directory.display())
    }

    /// The volume, where it is known to be there without looking.
    pub(super) fn believed(&self) -> Option<Arc<Volume>> {
        let state = self.state.read();
        let is_fresh = state.believed.elapsed() < BELIEVED_TIME;
        state.volume.as_ref().ok().filter(|_| is_fresh).cloned()
    }

    /// Remembers what was found, and says what has changed.
    fn note(&self, before: &Result<Arc<Volume>>, now: &Result<Arc<Volume>>, is_there: bool) {
        let mut state = self.state.write();
        state.believed = Instant::now();
        match (before, now) {
            (Ok(_), Err(error)) => log::error!("{error}"),
            (Err(first), Err(error)) if first.message != error.message => log::debug!("{error}"),
            (_, Ok(volume)) if !is_there => {
                log::info!("the disk {} is there: {}", self.shown(), self.directory.display());
                state.is_unmended |= before.as_ref().is_ok_and(|before| !Arc::ptr_eq(before, volume));
            }
            _ => {}
        }
        state.is_unmended |= before.is_err() && now.is_ok();
        state.volume.clone_from(now);
        if now.is_err() {
            // It would keep the disk from being unmounted.
            *self.claim.lock() = None;
        }
    }

    /// Finds out what its file system can do, once, and says what it cannot.
    fn probe(&self, volume: &Volume) {
        match volume.probe() {
            Ok(abilities) if abilities.lacking().is_empty() => {}
            Ok(abilities) => log::info!(
                "the disk {} ({}): {}",
                self.shown(),
                abilities.file_system,
                abilities.lacking().join(", ")
            ),
            Err(error) => log::warn!("what the disk {} can do is not known: {error}", self.shown()),
        }
    }
}

impl CloudView<'_> {
    /// Whether it is known without waiting what a path leads to: its volume is there, and spells its names so.
    pub fn is_quick(&self, path: &CloudPath) -> bool {
        let mount = self.cloud.volumes.mount_of(path);
        mount.is_ok_and(|mount| mount.believed().is_some_and(|volume| volume.is_spelled_at_once(path)))
    }

    /// All volumes, volume 0 first.
    pub fn all_volumes(&self) -> Vec<Seen> {
        let volumes = &self.cloud.volumes;
        let see = |mount: Arc<Mount>| {
            let unseen = Seen {
                name: mount.name.clone(),
                directory: mount.directory.clone(),
                id: None,
                offline: None,
                space: Space::default(),
                file_system: FileSystem::default(),
            };
            // One that cannot tell its room would seem full.
            let asked = volumes
                .get(&mount)
                .and_then(|volume| Ok((volume.id().to_owned(), volume.free_space()?, volume.file_system()?)));
            match asked {
                Ok((id, space, file_system)) => Seen { id: Some(id), space, file_system, ..unseen },
                Err(error) => Seen { offline: Some(error.message.into_owned()), ..unseen },
            }
        };
        volumes.mounts().map(see).collect()
    }
}
