//! Finishes work that failed half-way, while the program runs. The next start would finish it, too
//! (see `recover`), but a disk may fail only for a minute, and the next start may be months away.

use super::errno::failed;
use super::hidden_dir::{Staged, names};
use super::set_aside::Settled;
use super::stat;
use super::unfinished::Unfinished;
use super::volume::Volume;
use crate::error::{Error, Result};
use rustix::io::Errno;

impl Volume {
    /// The set-aside content in `staging` that belongs to no running call. Earlier versions of this
    /// program left some on network file systems.
    pub fn set_aside_and_left(&self) -> Result<Vec<Unfinished>> {
        // The running calls are read first. A call that begins later is not among the names.
        let running = self.replacing.lock().clone();
        let mut left = Vec::new();
        for name in names(&self.hidden_dir.staging)? {
            match Staged::read(&name) {
                Some(Staged::Old(id, keep_as)) if !running.contains(id) => {
                    left.push(Unfinished::replacement(id, keep_as, None));
                }
                _ => {}
            }
        }
        Ok(left)
    }

    /// Tries all unfinished work again. Returns the work that is now finished on the disk and whose
    /// rows are missing, and the errors of the rest, which is tried again later.
    pub fn finish_unfinished(&self) -> (Vec<Unfinished>, Vec<Error>) {
        let (mut finished, mut errors) = (Vec::new(), Vec::new());
        let all = self.unfinished.lock().clone();
        for work in all {
            match self.finish(&work) {
                Ok(()) => {
                    self.unfinished.lock().remove(&work);
                    finished.push(work);
                }
                Err(error) => errors.push(error),
            }
        }
        (finished, errors)
    }

    fn finish(&self, work: &Unfinished) -> Result<()> {
        let Unfinished::Replacement { id, keep_as, .. } = work else { return Ok(()) };
        if !matches!(self.settle(id, keep_as)?, Settled::Nothing) {
            return Ok(());
        }
        match stat::of_name(&self.hidden_dir.versions, keep_as.as_bytes()) {
            Ok(_) => Ok(()),
            // If the disk shows neither name, it is not believed.
            Err(Errno::NOENT) => {
                Err(Error::internal(format!("the set-aside content {id} is not shown by the disk")))
            }
            Err(errno) => Err(failed("statx", errno)),
        }
    }
}
