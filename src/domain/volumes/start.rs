//! The server's work on volumes at its start and at its end. It does not wait long for a disk. A
//! slow disk is treated as one that is connected later.

use super::abilities;
use super::mount::Mount;
use super::owner::leave_claims;
use super::registry::Volumes;
use crate::base::limits::DISK_START_TIME;
use crate::base::path::CloudPath;
use crate::disk::Volume;
use crate::domain::volumes::apart::apart;
use crate::error::Result;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Volumes {
    /// From now on this server claims each volume. A volume that another server uses is left alone,
    /// even by readers, until that server ends. The claim names the machine and the data directory.
    pub(in crate::domain) fn begin_claiming(self: &Arc<Volumes>, directory: &Path) {
        self.owner.begin(directory, self.id());
        for mount in self.mounts() {
            let volumes = Arc::clone(self);
            // Volumes that come later are claimed then.
            let claim = move |mount: &Mount, volume: &Arc<Volume>| {
                volumes.owner.claim(&mount.claim, mount.shown_at(), volume)
            };
            if let Some(Err(error)) = at_start(&mount, claim) {
                log::error!("{error}");
                mount.state.write().volume = Err(error);
            }
        }
    }

    /// Ends the claims of this server, so that other servers can use the disks. Disks that do not
    /// answer stay claimed: the next start takes the claims up.
    pub(in crate::domain) fn end_claiming(&self) {
        leave_claims(self.mounts());
    }

    /// From now on, new volumes are tidied up after a crash, and their abilities are tried. Present
    /// volumes are tidied up now, except for the stages to keep. Returns sentences for the log.
    pub(in crate::domain) fn begin_serving(&self, keep_stages: HashSet<String>) -> Vec<String> {
        self.is_serving.store(true, Ordering::Release);
        let (mut said, keep_stages) = (Vec::new(), Arc::new(keep_stages));
        for mount in self.mounts() {
            let (store, keep_stages) = (Arc::clone(&self.store), Arc::clone(&keep_stages));
            let begin = move |mount: &Mount, volume: &Arc<Volume>| {
                let recovered = volume.recover(&|id| keep_stages.contains(id));
                if !abilities::believes_abilities(&store, volume) {
                    abilities::find_abilities(&store, mount, volume);
                }
                recovered
            };
            match at_start(&mount, begin) {
                Some(Ok(sentences)) => said.extend(sentences),
                // Nothing is lost: the next start tries again.
                Some(Err(error)) => {
                    log::error!("the disk {} could not be tidied up after a stop: {error}", mount.shown());
                }
                None => {}
            }
        }
        said
    }

    /// The ids of the stages on each volume that is present, with the path of its top.
    pub(in crate::domain) fn stages_at_start(&self) -> Result<Vec<(CloudPath, HashSet<String>)>> {
        let staged = |mount: Arc<Mount>| {
            let stages = at_start(&mount, |_, volume| volume.stages())?;
            if let Some(error) = stages.as_ref().err().filter(|_| !mount.name.is_empty()) {
                log::error!("the start goes on without the disk {}: {error}", mount.shown());
                mount.forget();
                return None;
            }
            Some(stages.map(|stages| (mount.top(), stages.into_iter().map(|(id, _)| id).collect())))
        };
        self.mounts().filter_map(staged).collect()
    }

    /// The tops of the volumes that have come and whose hidden entries were not compared with their
    /// rows yet.
    pub(in crate::domain) fn unmended(&self) -> Vec<CloudPath> {
        self.mounts().filter(|mount| mount.state.read().is_unmended).map(|mount| mount.top()).collect()
    }

    /// Compares a volume that is present. The comparison remains to be done if it fails.
    pub(in crate::domain) fn mend<T>(
        &self,
        top: &CloudPath,
        compare: impl FnOnce(&Volume) -> Result<T>,
    ) -> Result<Option<T>> {
        let mount = self.mount_of(top)?;
        let volume = self.get(&mount)?;
        if !std::mem::take(&mut mount.state.write().is_unmended) {
            return Ok(None);
        }
        compare(&volume).map(Some).inspect_err(|_| mount.state.write().is_unmended = true)
    }
}

/// Does work of the start on a disk in a thread of its own, if the disk is present. If that takes
/// longer than a moment, the start goes on. The next caller for the disk waits for the end of this
/// work and looks for the disk anew, as for a disk that comes later.
fn at_start<T: Send + 'static>(
    mount: &Arc<Mount>,
    work: impl FnOnce(&Mount, &Arc<Volume>) -> T + Send + 'static,
) -> Option<T> {
    let volume = mount.last_seen()?;
    let on = Arc::clone(mount);
    let work = move || {
        let _looking = on.looking.lock();
        on.permits.enter()?;
        Ok(work(&on, &volume))
    };
    let done = apart(DISK_START_TIME, work);
    if !matches!(done, Ok(Some(_))) {
        mount.forget();
    }
    match done {
        Ok(Some(done)) => return Some(done),
        Ok(None) => {
            log::error!(
                "the start goes on without the disk {}, which does not answer in time",
                mount.shown()
            );
        }
        Err(error) => log::error!("the start goes on without the disk {}: {error}", mount.shown()),
    }
    None
}
