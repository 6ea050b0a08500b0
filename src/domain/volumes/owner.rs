//! Who uses a disk: one server at a time.

use crate::base::guarded::Guarded;
use crate::base::time::{now_seconds, plain_text};
use crate::disk::{Claim, Claimed, Volume, local};
use crate::error::{Code, Error, Result};
use std::path::Path;
use std::sync::OnceLock;

/// As whom this server claims volumes, once it is one.
#[derive(Default)]
pub(super) struct Owner(OnceLock<String>);

impl Owner {
    /// From now on volumes are claimed; the machine and the data directory are told there.
    pub fn begin(&self, directory: &Path) {
        self.0.get_or_init(|| format!("{} ({})", local::host_name(), directory.display()));
    }

    /// Claims a volume, unless the claim that is held is its own already. Commands beside a server claim nothing.
    ///
    /// # Errors
    /// `Code::Offline` while another server has it.
    pub fn claim(&self, held: &Guarded<Option<Claim>>, shown: &str, volume: &Volume) -> Result<()> {
        let Some(owner) = self.0.get() else { return Ok(()) };
        let mut held = held.lock();
        if held.as_ref().is_some_and(|claim| claim.is_of(volume)) {
            return Ok(());
        }
        match volume.claim(&format!("{owner} since {}", plain_text(now_seconds())))? {
            Claimed::Yes(claim) => *held = Some(claim),
            Claimed::Impossible => {
                log::warn!("the disk {shown} has no locks: nothing keeps a second server away from it");
            }
            Claimed::ByAnother(by) => {
                let by = if by.is_empty() { "another cloudlet" } else { &by };
                let sentence = format!(
                    "The disk {shown} is in use by {by}. It is left alone until that server is stopped."
                );
                return Err(Error::new(Code::Offline, sentence));
            }
        }
        Ok(())
    }
}
