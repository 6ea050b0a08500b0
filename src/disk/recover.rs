//! Start-up: ends what a crash left half done, and says so.
//!
//! Must run before anything else uses the volume. Running it twice does no more than running it once.

use super::private::{Staged, names};
use super::tree::{is_leaving, remove_leaving, remove_tree};
use super::volume::Volume;
use super::{errno::at, sys};
use crate::error::Result;
use rustix::fd::AsFd;

impl Volume {
    /// Finishes or undoes what a crash left, and removes stages nobody wants: those for which `keep_stages` says no.
    /// Returns sentences for the log.
    pub fn recover(&self, keep_stages: &dyn Fn(&str) -> bool) -> Result<Vec<String>> {
        let mut said = Vec::new();
        self.recover_replacements(&mut said)?;
        for name in names(&self.private.staging)? {
            let entry = (self.private.staging.as_fd(), name.as_slice());
            let remove = || sys::remove(entry).map_err(at("remove from staging"));
            match Staged::read(&name) {
                Some(Staged::Data(id)) if keep_stages(id) => {}
                Some(Staged::Data(id)) => {
                    remove()?;
                    said.push(format!("removed: the unfinished upload or copy {id}"));
                }
                Some(Staged::Tree(id)) => {
                    remove_tree(&self.private, entry)?;
                    said.push(format!("removed: the unfinished copy of a folder {id}"));
                }
                // An intent without content set aside: nothing had been begun, or all was done.
                Some(Staged::Intent(_) | Staged::Temporary(_)) => remove()?,
                Some(Staged::Old(..)) | None => said.push(format!(
                    "left alone: .cloudlet/staging/{}, which this program did not make",
                    name.escape_ascii()
                )),
            }
        }
        for name in names(&self.private.trash)?.into_iter().filter(|name| is_leaving(name)) {
            remove_leaving(&self.private, name)?;
            said.push("removed: the rest of a deleted folder".to_owned());
        }
        Ok(said)
    }

    fn recover_replacements(&self, said: &mut Vec<String>) -> Result<()> {
        for name in names(&self.private.staging)? {
            if let Some(Staged::Old(id, keep_as)) = Staged::read(&name) {
                let sentence = self.settle(id, keep_as)?;
                said.extend(sentence.map(|sentence| format!("{sentence} ({id})")));
            }
        }
        Ok(())
    }
}
