//! Which contents a person has already, so that a client need not send them.

use crate::base::checksum::Checksum;
use crate::domain::CloudView;
use crate::domain::access::rights::{Reach, Readable};
use crate::domain::access::ways::Ways;
use crate::domain::accounts::actor::User;
use crate::domain::index::facts::facts;
use crate::domain::index::lookup::FolderPaths;
use crate::error::Result;
use crate::store::checksums::{self, ChecksumRow};

/// Number of files of one size that are looked at. A client that is not told of a file sends it.
const FILES_MAX: usize = 64;

/// A content that a client has.
#[derive(Clone, Copy, Debug)]
pub struct Content {
    pub size_bytes: u64,
    /// Without one, a file of the same size is enough.
    pub checksum: Option<Checksum>,
}

impl CloudView<'_> {
    /// For each content a file in a folder and below it that has it, or `None`. Files that the user
    /// may not see do not count. The disk must still have the content whose checksum is stored,
    /// because the client will not send it.
    ///
    /// # Errors
    /// If the database fails.
    pub fn files_with(
        &self,
        user: &User,
        folder: &Readable,
        contents: &[Content],
    ) -> Result<Vec<Option<Reach>>> {
        let ways = self.ways(user)?;
        contents.iter().map(|content| self.file_with(&ways, folder, content)).collect()
    }

    fn file_with(&self, ways: &Ways, folder: &Readable, content: &Content) -> Result<Option<Reach>> {
        for (reach, known) in self.candidates(ways, folder, content)? {
            // A file that cannot be looked at does not count, so the client sends its content.
            let Ok(Some(stat)) = self.cloud.volumes.stat(reach.real()) else { continue };
            if known.is_of(&facts(&stat)) {
                return Ok(Some(reach));
            }
        }
        Ok(None)
    }

    fn candidates(
        &self,
        ways: &Ways,
        folder: &Readable,
        content: &Content,
    ) -> Result<Vec<(Reach, ChecksumRow)>> {
        self.cloud.store.read(|read| {
            let volumes = &*self.cloud.volumes;
            let mut folders = FolderPaths::new(read, volumes);
            let mut found = Vec::new();
            for file in checksums::of_size(read, content.size_bytes, content.checksum.as_ref(), FILES_MAX)? {
                let Some(path) = folders.below(file.folder, &file.name)? else { continue };
                let reach = ways.seen_in(folder, &path).filter(|_| volumes.as_last_seen(&path).is_some());
                found.extend(reach.map(|reach| (reach, file.known)));
            }
            Ok(found)
        })
    }
}
