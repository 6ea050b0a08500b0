//! A volume, whether it is present or not.

use super::last_seen::Looks;
use crate::base::guarded::{Guarded, GuardedShared};
use crate::base::path::{CloudPath, EXTERNAL, EntryName};
use crate::base::permits::{Answers, Permits};
use crate::disk::{Claim, Volume, wait_for_answer};
use crate::error::{Code, Error, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The time for which a volume counts as present without another look.
pub(super) const BELIEVED_TIME: Duration = Duration::from_secs(1);
/// The beginning of the keys that store the ids of volumes; the name of a further volume follows.
pub(super) const KNOWN: &str = "volume";

/// A volume, whether it is present or not.
pub(super) struct Mount {
    /// Empty for volume 0.
    pub(super) name: String,
    pub(super) directory: PathBuf,
    pub(super) source: Source,
    pub(super) state: GuardedShared<State>,
    /// Held while a caller looks for the volume.
    pub(super) looking: Guarded<()>,
    /// Held by the server while the volume is present.
    pub(super) claim: Guarded<Option<Claim>>,
    pub(super) permits: Arc<Permits>,
    pub(super) looks: Looks,
}

/// The origin of a further volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The configuration names the volume, and perhaps the accounts that may use it; `None` for
    /// all.
    Configuration(Option<Vec<String>>),
    /// An administrator has added it in the running cloud.
    Added,
}

pub(super) struct State {
    pub(super) volume: Result<Arc<Volume>>,
    pub(super) believed: Instant,
    /// True if it has come since the last start and its data was not compared with the rows yet.
    pub(super) is_unmended: bool,
}

impl State {
    pub(super) fn unknown() -> State {
        let believed = Instant::now().checked_sub(BELIEVED_TIME).unwrap_or_else(Instant::now);
        let volume = Err(Error::new(Code::Offline, "Nobody has looked for the disk yet."));
        State { volume, believed, is_unmended: false }
    }
}

impl Mount {
    pub(super) fn new(name: String, directory: PathBuf, source: Source) -> Mount {
        let state = GuardedShared::new(State::unknown());
        let asked = directory.clone();
        let permits = Permits::new(shown(&name).to_owned(), move || wait_for_answer(&asked));
        let (looking, claim) = (Guarded::new(()), Guarded::default());
        Mount { name, directory, source, state, looking, claim, permits, looks: Looks::default() }
    }

    /// Its name in the log and for people.
    pub(super) fn shown(&self) -> &str {
        shown(&self.name)
    }

    /// The same, with its directory.
    pub(super) fn shown_at(&self) -> (&str, &Path) {
        (self.shown(), &self.directory)
    }

    pub(super) fn fact(&self) -> String {
        if self.name.is_empty() { KNOWN.to_owned() } else { format!("{KNOWN}.{}", self.name) }
    }

    pub(super) fn top(&self) -> CloudPath {
        let names = [EXTERNAL, &self.name].map(EntryName::parse).into_iter().flatten();
        match self.name.is_empty() {
            true => CloudPath::root(),
            false => names.fold(CloudPath::root(), |path, name| path.join(&name).unwrap_or(path)),
        }
    }

    pub(super) fn offline(&self, error: Error) -> Error {
        if error.code != Code::Offline {
            return error;
        }
        let sentence = format!("The disk {} is not there. {}", self.shown(), error.message);
        error.saying(sentence).because(self.directory.display())
    }

    /// The volume, if it counts as present without another look.
    pub(super) fn believed(&self) -> Option<Arc<Volume>> {
        let state = self.state.read();
        let is_fresh = state.believed.elapsed() < BELIEVED_TIME;
        state.volume.as_ref().ok().filter(|_| is_fresh).cloned()
    }

    /// The volume, if it was present at the last look and is not known to hang.
    pub(super) fn last_seen(&self) -> Option<Arc<Volume>> {
        let is_prompt = self.permits.answers() == Answers::Promptly;
        let state = self.state.read();
        state.volume.as_ref().ok().filter(|_| is_prompt).cloned()
    }

    /// True if it was present at the last look, whether it answers now or not.
    pub(super) fn was_present(&self) -> bool {
        self.state.read().volume.is_ok()
    }

    /// True if it does not answer, and a path is known to be spelled as on the disk.
    pub(super) fn spells_without_answer(&self, path: &CloudPath) -> bool {
        self.permits.answers() != Answers::Promptly
            && self.state.read().volume.as_ref().is_ok_and(|volume| volume.is_spelled_at_once(path))
    }

    /// The next caller looks for it again.
    pub(super) fn forget(&self) {
        *self.state.write() = State::unknown();
    }

    /// False if somebody has ended the claim of this server, so that another server may use it.
    pub(super) fn holds_claim(&self, volume: &Volume) -> bool {
        self.claim.lock().as_ref().is_none_or(|claim| claim.holds(volume))
    }

    /// Ends the claim of this server, so that another one can use the disk.
    pub(super) fn leave_claim(&self, volume: &Volume) -> Result<()> {
        self.claim.lock().take().map_or(Ok(()), |claim| claim.leave(volume))
    }

    /// The reason why it was missing at the last look.
    pub(super) fn presence(&self) -> Result<()> {
        self.state.read().volume.as_ref().map(drop).map_err(Clone::clone)
    }

    /// Remembers the result of a look, and logs changes.
    pub(super) fn note(&self, before: &Result<Arc<Volume>>, now: &Result<Arc<Volume>>, is_there: bool) {
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
            // The claim would keep the disk from being unmounted.
            *self.claim.lock() = None;
        }
    }
}

/// The name of a disk in the log and for people.
fn shown(name: &str) -> &str {
    if name.is_empty() { "with the accounts' files" } else { name }
}
