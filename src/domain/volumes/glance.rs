//! Glances at disks: their present state if they answer within a moment, otherwise the state that
//! was last seen.
//!
//! Lists and reports glance at all disks, although nobody has asked for a single one. So they do
//! not access a disk themselves: a thread does, and they wait for it only for a moment. Only a
//! local disk that has not been slow needs no thread.

use super::last_seen::LastSeen;
use super::mount::Mount;
use super::registry::Volumes;
use crate::base::limits::{DISK_GLANCE_TIME, DISK_WAKING_TIME};
use crate::base::owner_note::OwnerNote;
use crate::base::path::CloudPath;
use crate::base::permits::{self, Answers};
use crate::base::time::plain_text;
use crate::disk::{FileSystem, Space, Stat, Volume};
use crate::domain::CloudView;
use crate::domain::volumes::apart::{apart, spawn_for_disk};
use crate::error::{Code, Error, Reason, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The time for which a state is used again where many entries are shown.
const BELIEVED_TIME: Duration = Duration::from_secs(1);
/// Only a state that was seen after the request is used.
const NOW: Duration = Duration::ZERO;

/// A volume as administrators see it.
#[derive(Debug)]
pub struct Seen {
    /// The name in `/EXTERNAL/<name>`; empty for volume 0.
    pub name: String,
    pub directory: PathBuf,
    /// The id in its mark, while it is present.
    pub id: Option<String>,
    /// A sentence that says why it is missing, or that it does not answer. The other fields then
    /// have the values that were last seen.
    pub offline: Option<String>,
    /// True if it does not answer yet and is waited for: it may be spinning up.
    pub is_waking: bool,
    /// True if it is there, but has not answered for longer than any disk needs to spin up.
    pub is_silent: bool,
    /// The other server that uses it.
    pub user: Option<OtherUser>,
    pub space: Space,
    pub file_system: FileSystem,
}

/// Another server that uses a disk of this one.
#[derive(Debug)]
pub struct OtherUser {
    pub note: OwnerNote,
    /// True if the disk stays its own if it never comes back, until a person frees the disk.
    pub is_leased: bool,
}

/// The state of a disk.
struct Glanced {
    mount: Arc<Mount>,
    /// `Ok` if it is present and answers.
    result: Result<()>,
    last: Option<LastSeen>,
}

/// The entry at a path, for callers that only glance.
pub(in crate::domain) enum Aside {
    /// The disk answers: this is the entry, or there is none.
    Known(Option<Stat>),
    /// The disk is missing or does not answer. If the path is its top, this was seen last.
    LastSeen(Option<Stat>),
}

impl Volumes {
    fn look(&self, mount: &Mount) -> Result<LastSeen> {
        let volume = self.get(mount)?;
        // A disk whose space is unknown would seem full.
        let (space, file_system) = (volume.free_space()?, volume.file_system()?);
        Ok(LastSeen { top: volume.stat(&mount.top())?, space, file_system, volume })
    }

    /// Begins to look at a disk, unless a look is running or has ended within a time.
    fn begin_look(self: &Arc<Volumes>, mount: &Arc<Mount>, believed: Duration) {
        if matches!(mount.permits.answers(), Answers::Silent(_)) || !mount.looks.begin(believed) {
            return;
        }
        if mount.permits.is_prompt_and_local() {
            return mount.looks.end(self.look(mount));
        }
        let (volumes, looked_at) = (Arc::clone(self), Arc::clone(mount));
        let look = move || {
            let unit = permits::begin(None);
            let seen = volumes.look(&looked_at);
            drop(unit);
            looked_at.looks.end(seen);
        };
        if let Err(error) = spawn_for_disk(look) {
            mount.looks.end(Err(error));
        }
    }

    /// The result of a look, for which it waits at most for a time.
    fn end_look(mount: Arc<Mount>, time: Duration) -> Glanced {
        let ended = mount.looks.wait(time);
        let (answers, last) = (mount.permits.answers(), mount.looks.last());
        let result = match ended {
            Some(Ok(())) if answers == Answers::Promptly => mount.presence(),
            // It answers those who are inside, so it is there.
            Some(Err(error))
                if matches!(error.reason, Some(Reason::DiskBusy))
                    && answers == Answers::Promptly
                    && last.is_some() =>
            {
                mount.presence()
            }
            Some(Err(error)) if answers == Answers::Promptly => Err(error),
            _ => Err(mount.unanswered(answers)),
        };
        Glanced { mount, result, last }
    }

    /// Glances at disks for at most a time. Disks that were seen within `believed` are not looked
    /// at again.
    fn glance(
        self: &Arc<Volumes>,
        mounts: Vec<Arc<Mount>>,
        time: Duration,
        believed: Duration,
    ) -> Vec<Glanced> {
        mounts.iter().for_each(|mount| self.begin_look(mount, believed));
        mounts.into_iter().map(|mount| Volumes::end_look(mount, time)).collect()
    }

    /// The volumes that are present and answer within a time.
    fn answering(self: &Arc<Volumes>, time: Duration) -> Vec<(Arc<Mount>, Arc<Volume>)> {
        let all = self.glance(self.mounts().collect(), time, NOW).into_iter();
        all.filter_map(|Glanced { mount, result, last }| Some((mount, result.ok().and(last)?.volume)))
            .collect()
    }

    /// The space of the disk with the accounts' files, as it was last seen if the disk cannot be
    /// entered now.
    ///
    /// # Errors
    /// If the disk is missing, or was never seen.
    pub(in crate::domain) fn space_of_main(self: &Arc<Volumes>) -> Result<Space> {
        let mount = self.mount_of(&CloudPath::root())?;
        let seen = self.glance(vec![Arc::clone(&mount)], DISK_GLANCE_TIME, NOW).pop();
        match seen {
            Some(Glanced { result: Err(error), .. }) if !error.is_of_unready_disk() => Err(error),
            Some(Glanced { last: Some(last), .. }) => Ok(last.space),
            _ => Err(mount.unanswered(mount.permits.answers())),
        }
    }

    /// The volumes that are present, each with its directory.
    pub(in crate::domain) fn with_directories(self: &Arc<Volumes>) -> Vec<(PathBuf, Arc<Volume>)> {
        let all = self.answering(DISK_GLANCE_TIME).into_iter();
        all.map(|(mount, volume)| (mount.directory.clone(), volume)).collect()
    }

    /// The volume with this directory, if it is present and answers.
    pub(in crate::domain) fn at(self: &Arc<Volumes>, directory: &Path) -> Option<Arc<Volume>> {
        let mount = self.mounts().find(|mount| mount.directory == directory)?;
        let Glanced { result, last, .. } = self.glance(vec![mount], DISK_GLANCE_TIME, BELIEVED_TIME).pop()?;
        result.ok().and(last).map(|last| last.volume)
    }

    /// The volumes that are present, each with the path of its top; for volume 0 that is the top of
    /// the accounts' files. It serves work in the background, which takes one disk after the other:
    /// disks that wake up are waited for, and those that do not answer are left out.
    pub fn present(self: &Arc<Volumes>) -> impl Iterator<Item = (CloudPath, Arc<Volume>)> + use<> {
        self.entered().filter_map(Result::ok)
    }

    /// The same volumes. There is an error for each that answers but cannot be entered now.
    pub fn entered(self: &Arc<Volumes>) -> impl Iterator<Item = Result<(CloudPath, Arc<Volume>)>> + use<> {
        let all = self.answering(DISK_WAKING_TIME).into_iter();
        all.map(|(mount, volume)| mount.permits.enter().map(|()| (mount.top(), volume)))
    }

    /// The sizes of the unfinished uploads on each disk that answers within a moment, by the disk's
    /// name in the index. Reports use it, so no other disk is waited for.
    pub(in crate::domain) fn stages_in_a_moment(self: &Arc<Volumes>) -> Result<Vec<(String, Vec<u64>)>> {
        let mut all = Vec::new();
        for (mount, volume) in self.answering(DISK_GLANCE_TIME) {
            let (top, permits) = (mount.top(), Arc::clone(&mount.permits));
            let list = move || permits.enter().and_then(|()| volume.stages());
            match self.within(&top, DISK_GLANCE_TIME, list) {
                Ok(Some(stages)) => {
                    all.push((top.root_name(), stages.into_iter().map(|(_, bytes)| bytes).collect()));
                }
                Ok(None) => {}
                Err(error) if error.code == Code::Offline || error.is_of_unready_disk() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    /// A sentence about the abilities of each disk that is present.
    pub(in crate::domain) fn abilities(self: &Arc<Volumes>) -> Vec<String> {
        let sentence = |(top, volume): (CloudPath, Arc<Volume>)| {
            let mount = self.mount_of(&top)?;
            let abilities = volume.probe()?;
            let kind = abilities.file_system;
            Ok(format!("The disk {} ({kind}) {}.", mount.shown(), abilities.sentence()))
        };
        let untried = |error: Error| format!("The abilities of a disk could not be tried: {error}");
        self.present().map(|present| sentence(present).unwrap_or_else(untried)).collect()
    }

    /// Looks for all disks, and waits for each at most for a time.
    pub(in crate::domain) fn look_for_all(self: &Arc<Volumes>, time: Duration) {
        // One after the other, because each is compared with those before it.
        for mount in self.mounts() {
            for Glanced { result, .. } in self.glance(vec![mount], time, NOW) {
                if let Err(error) = result {
                    log::error!("{error}");
                }
            }
        }
    }

    /// The entry at a path, for a call that shows it beside others.
    pub(in crate::domain) fn aside(self: &Arc<Volumes>, path: &CloudPath) -> Result<Aside> {
        if path.is_above_roots() && !path.is_root() {
            return Ok(Aside::Known(Some(Stat::of_no_disk())));
        }
        let mount = self.mount_of(path)?;
        let is_top = *path == mount.top();
        let Some(glanced) = self.glance(vec![mount], DISK_GLANCE_TIME, BELIEVED_TIME).pop() else {
            return Ok(Aside::LastSeen(None));
        };
        let Glanced { mount, result, last } = glanced;
        match (result, last) {
            (Ok(()), Some(last)) if is_top => return Ok(Aside::Known(last.top)),
            (Ok(()), _) => {}
            (Err(_), last) => return Ok(Aside::LastSeen(last.and_then(|last| last.top).filter(|_| is_top))),
        }
        let (volumes, asked) = (Arc::clone(self), path.clone());
        match self.within(path, DISK_GLANCE_TIME, move || volumes.get(&mount)?.stat(&asked)) {
            Ok(None) => Ok(Aside::LastSeen(None)),
            Ok(Some(stat)) => Ok(Aside::Known(stat)),
            Err(error) if error.code == Code::Offline || error.is_of_unready_disk() => {
                Ok(Aside::LastSeen(None))
            }
            Err(error) => Err(error),
        }
    }

    /// Does work on the disk of a path in a thread of its own, which may have to wait for the disk.
    /// `None` if it takes longer than a time; the thread goes on.
    ///
    /// # Errors
    /// As the work, and `Code::Busy` if no thread can be started.
    pub(in crate::domain) fn within<T: Send + 'static>(
        &self,
        path: &CloudPath,
        time: Duration,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<Option<T>> {
        if path.is_above_roots() && !path.is_root() || self.mount_of(path)?.permits.is_prompt_and_local() {
            return work().map(Some);
        }
        apart(time, work)
    }

    /// The entry at a path; `None` also if its disk is missing or does not answer.
    pub(in crate::domain) fn stat_if_present(self: &Arc<Volumes>, path: &CloudPath) -> Result<Option<Stat>> {
        Ok(match self.aside(path)? {
            Aside::Known(stat) => stat,
            Aside::LastSeen(_) => None,
        })
    }

    /// True if the disk of a path is present, but does not answer within a moment or is busy.
    pub(in crate::domain) fn is_unready(self: &Arc<Volumes>, path: &CloudPath) -> bool {
        let Ok(mount) = self.mount_of(path) else { return false };
        let glanced = self.glance(vec![mount], DISK_GLANCE_TIME, BELIEVED_TIME);
        glanced.iter().any(|glanced| glanced.result.as_ref().is_err_and(Error::is_of_unready_disk))
    }

    /// True if the disk of a path is present and answers.
    pub(in crate::domain) fn is_answering(self: &Arc<Volumes>, path: &CloudPath) -> bool {
        let Ok(mount) = self.mount_of(path) else { return false };
        let glanced = self.glance(vec![mount], DISK_GLANCE_TIME, BELIEVED_TIME);
        glanced.iter().all(|glanced| glanced.result.is_ok())
    }
}

impl OtherUser {
    /// The server because of which a disk is left alone.
    fn of(error: &Error) -> Option<OtherUser> {
        let Some(Reason::DiskInUse { by, is_leased }) = &error.reason else { return None };
        Some(OtherUser { note: OwnerNote::clone(by), is_leased: *is_leased })
    }
}

impl Mount {
    /// The reason why there is no news of a disk that is present.
    fn unanswered(&self, answers: Answers) -> Error {
        let shown = self.shown();
        let sentence = match answers {
            Answers::Promptly => format!("The disk {shown} has not answered yet."),
            Answers::Waking(since) => {
                format!("The disk {shown} is waking up, since {}.", plain_text(since / 1000))
            }
            Answers::Silent(since) => {
                format!("The disk {shown} has not answered since {}.", plain_text(since / 1000))
            }
        };
        Error::new(Code::Offline, sentence).for_reason(Reason::DiskSilent)
    }
}

impl CloudView<'_> {
    /// All volumes, volume 0 first. Those that do not answer have the state that was last seen.
    pub fn all_volumes(&self) -> Vec<Seen> {
        let volumes = &self.cloud.volumes;
        let see = |Glanced { mount, result, last }: Glanced| {
            let offline = result.err();
            let is_unanswered = offline.as_ref().is_some_and(Error::is_of_unready_disk);
            let user = offline.as_ref().and_then(OtherUser::of);
            let last = last.filter(|_| offline.is_none() || is_unanswered);
            let answers = mount.permits.answers();
            Seen {
                name: mount.name.clone(),
                directory: mount.directory.clone(),
                id: last.as_ref().map(|last| last.volume.id().to_owned()),
                offline: offline.map(|error| error.into_message().into_owned()),
                is_waking: is_unanswered && matches!(answers, Answers::Waking(_)),
                is_silent: is_unanswered && matches!(answers, Answers::Silent(_)),
                user,
                space: last.as_ref().map(|last| last.space).unwrap_or_default(),
                file_system: last.map(|last| last.file_system).unwrap_or_default(),
            }
        };
        volumes.glance(volumes.mounts().collect(), DISK_GLANCE_TIME, NOW).into_iter().map(see).collect()
    }
}
