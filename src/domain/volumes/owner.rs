//! The owner of a disk: one server at a time uses it.

use super::apart::begin_apart;
use super::mount::Mount;
use crate::base::guarded::Guarded;
use crate::base::ids::hex;
use crate::base::limits::DISK_GLANCE_TIME;
use crate::base::owner_note::OwnerNote;
use crate::base::time::{now_seconds, plain_text};
use crate::disk::{Claim, Claimant, Claimed, Volume, local};
use crate::error::{Code, Error, Reason, Result};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// The length of a server's id in bytes.
const ID_BYTES: usize = 12;

/// The name under which this server claims volumes, once it has begun.
#[derive(Default)]
pub(super) struct Owner(OnceLock<Server>);

/// This server, as others see it.
struct Server {
    /// Differs between the clouds of a machine, and between the machines on which copies of a data
    /// directory lie.
    id: String,
    /// The names of the machine and the data directory.
    name: String,
}

impl Owner {
    /// From now on volumes are claimed for the cloud in a data directory.
    pub fn begin(&self, directory: &Path, cloud: &str) {
        let directory = local::real_directory(directory).unwrap_or_else(|| directory.to_owned());
        let facts = format!("{}\n{cloud}\n{}", local::machine_id(), directory.display());
        let hash = Sha256::digest(facts.as_bytes());
        let id = hex(hash.get(..ID_BYTES).unwrap_or_default());
        let name = format!("{} ({})", local::host_name(), directory.display());
        self.0.get_or_init(|| Server { id, name });
    }

    /// True if volumes are claimed.
    pub fn has_begun(&self) -> bool {
        self.0.get().is_some()
    }

    /// Claims a volume, unless the held claim is this volume's. Commands beside a server claim
    /// nothing.
    ///
    /// # Errors
    /// `Code::Offline` while another server uses it.
    pub fn claim(
        &self,
        held: &Guarded<Option<Claim>>,
        (shown, directory): (&str, &Path),
        volume: &Volume,
    ) -> Result<()> {
        let Some(Server { id, name }) = self.0.get() else { return Ok(()) };
        let mut held = held.lock();
        if held.as_ref().is_some_and(|claim| claim.is_of(volume)) {
            return Ok(());
        }
        // Its lock would keep this server out as well.
        *held = None;
        let note = OwnerNote { name: name.clone(), since: plain_text(now_seconds()) }.to_string();
        let left_alone = |note: &str, is_leased: bool| {
            let by = Box::new(OwnerNote::parse(note));
            let named = if note.is_empty() { "another cloudlet" } else { note };
            let mut sentence = format!(
                "The disk {shown} is in use by {named}. It is left alone until that server is stopped."
            );
            if is_leased {
                let command = format!("cloudlet disk free {}", directory.display());
                sentence += &format!(" If it never comes back, this frees the disk: {command}");
            }
            Err(Error::new(Code::Offline, sentence).for_reason(Reason::DiskInUse { by, is_leased }))
        };
        let claimed = volume.claim(&Claimant { id: id.clone(), note });
        match claimed.map_err(|error| unknown_owner(shown, directory, error))? {
            Claimed::Yes(claim) => *held = Some(claim),
            Claimed::Unguarded(claim, error) => {
                log::warn!(
                    "a server on another machine could use the disk {shown} at the same time: {error}"
                );
                *held = Some(claim);
            }
            Claimed::ByAnother(note) => return left_alone(&note, false),
            Claimed::LeasedToAnother(note) => return left_alone(&note, true),
        }
        Ok(())
    }
}

/// The failure to find out who uses a disk. It names the disk and where to look, whatever the cause.
fn unknown_owner(shown: &str, directory: &Path, mut error: Error) -> Error {
    if error.code == Code::Offline {
        return error;
    }
    let sentence = format!(
        "The disk {shown} is left alone, because the server cannot find out whether another one uses it. It must be able to read \
         lease and volume.json in {}. {}",
        directory.join(".cloudlet").display(),
        error.message
    );
    error.code = Code::Offline;
    error.obstacle = None;
    error.saying(sentence)
}

/// Ends the claims of disks that would stay there otherwise. All are waited for, for a moment.
pub(super) fn leave_claims(mounts: impl Iterator<Item = Arc<Mount>>) {
    let begin = |mount: Arc<Mount>| {
        let (on, volume) = (Arc::clone(&mount), mount.last_seen()?);
        let leave = move || {
            on.permits.enter()?;
            on.leave_claim(&volume)
        };
        Some((mount, begin_apart(leave)))
    };
    let begun: Vec<_> = mounts.filter_map(begin).collect();
    let deadline = Instant::now() + DISK_GLANCE_TIME;
    for (mount, begun) in begun {
        let left = deadline.saturating_duration_since(Instant::now());
        let ended = begun.and_then(|begun| begun.within(left)?.ok_or_else(|| Error::internal("too slow")));
        if let Err(error) = ended {
            log::warn!("a claim of the disk {} may stay until the next start: {error}", mount.shown());
        }
    }
}
