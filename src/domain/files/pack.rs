//! Saves what the server itself has made, such as an archive, as a new file.

use crate::base::ids::object_id;
use crate::disk::{Commit, Replace, Stage};
use crate::domain::access::rights::Writable;
use crate::domain::accounts::actor::User;
use crate::domain::{Change, Cloud};
use crate::error::{Error, Result};
use std::io::{self, Write};

/// A writer into a stage. It fails once its user may not go on.
struct StageWriter<'a> {
    cloud: &'a Cloud,
    user: &'a User,
    stage: &'a Stage,
    at: u64,
    /// The reason why writing has failed.
    failure: Option<Error>,
}

impl Write for StageWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written =
            self.cloud.check_may_go_on(self.user).and_then(|()| self.stage.write_at(self.at, bytes));
        if let Err(error) = written {
            let cause = io::Error::other(error.to_string());
            self.failure = Some(error);
            return Err(cause);
        }
        self.at += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Cloud {
    /// Saves a new file. `write` writes its content, which has this many bytes.
    ///
    /// # Errors
    /// `Code::Conflict` if the name is taken, `Code::Full` if it does not fit; the errors of
    /// `write`.
    pub fn save_made(
        &self,
        user: &User,
        to: &Writable,
        length: u64,
        write: impl FnOnce(&mut dyn Write) -> Result<()>,
    ) -> Result<Change<()>> {
        let changing = self.begin_change(user, &[to])?;
        let owner = self.root_of(to.real())?;
        self.take_entries(&owner, 1)?;
        let reserved = self.reserve(&owner, length)?;
        let (volume, id) = (self.volumes.of(to.real())?, object_id());
        let stage = volume.stage(&id, Some(length))?;
        let replacement = self.begin_replacement(user, to, changing, reserved);
        let mut writer = StageWriter { cloud: self, user, stage: &stage, at: 0, failure: None };
        let written = write(&mut writer);
        let written = writer.failure.map_or(written, Err);
        let done = written.and_then(|()| {
            let commit = Commit { replace: Replace::Never, modified: None, keep_as: None };
            volume.commit(stage, to.real(), commit)
        });
        let done = done.inspect_err(|_| self.volumes.discard_quietly(to.real(), &id))?;
        Ok(replacement.record(&done).telling(()))
    }
}
