//! Counts what takes the place of a folder that the same client has deleted as a whole. Such a
//! folder is replaced: its files count as deleted, and those that have a file of the same name in
//! their place count as overwritten.

use super::count::{Counting, DeletedFolder};
use crate::base::limits::brake::COUNTED_MAX;
use crate::base::path::{CloudPath, EntryName};
use crate::base::root::Root;
use crate::disk::{Kind, Location, Volume};
use crate::domain::Cloud;
use crate::domain::accounts::actor::Client;
use crate::error::Result;

/// A deleted folder and the client that has deleted it.
struct Former<'a> {
    client: &'a Client,
    folder: DeletedFolder,
    root: &'a Root,
    /// The disk with the folder and with what takes its place.
    volume: &'a Volume,
}

impl Cloud {
    /// Counts a new entry at a place where, or below which, the client has deleted a folder.
    pub(in crate::domain) fn count_in_place(&self, client: &Client, place: &CloudPath, root: &Root) {
        let deleted = self.brake.folder_deleted_at(&client.key, self.now(), place);
        let Some((folder, below)) = deleted else { return };
        if below == 0 {
            // The folder itself was counted when it was deleted.
            let files = folder.files.saturating_sub(1);
            self.count_change(client, Counting::new((&folder.trash, "files"), files));
        }
        let counted = self.volumes.of(place).and_then(|volume| {
            let former = Former { client, folder, root, volume: &volume };
            self.count_overwritten(&former, place, below)
        });
        if let Err(error) = counted {
            log::warn!("what takes the place of a deleted folder cannot be compared with it: {error}");
        }
    }

    /// Counts the files at a place and below it that have the place of files of the deleted folder.
    /// It ends when the client is held.
    fn count_overwritten(&self, former: &Former<'_>, place: &CloudPath, below: usize) -> Result<()> {
        let top = place.beginning(place.parts().len() - below);
        let mut waiting = vec![place.clone()];
        let mut seen = 0;
        while let Some(at) = waiting.pop() {
            let Some(stat) = former.volume.stat(&at)? else { continue };
            if stat.kind != Kind::Folder {
                self.count_file(former, &at, &at.parts()[top.parts().len()..], below > 0)?;
                continue;
            }
            for found in former.volume.list(&at)?.unwrap_or_default() {
                seen += 1;
                waiting.extend(at.join(&found.name));
            }
            if seen > COUNTED_MAX || self.brake.is_held(&former.client.key) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Counts a file if the deleted folder has one of its name. `is_alone` is true if the files of
    /// the folder are replaced one by one, so that its deletion counts here.
    fn count_file(
        &self,
        former: &Former<'_>,
        place: &CloudPath,
        names: &[EntryName],
        is_alone: bool,
    ) -> Result<()> {
        let (trash, top) = (&former.folder.trash, CloudPath::root());
        let was_file = |old: &CloudPath| {
            former
                .volume
                .stat(Location::Trash(trash, old))
                .map(|old| old.is_some_and(|old| old.kind == Kind::File))
        };
        let old = top.below(names)?;
        if names.is_empty() || !was_file(&old)? || self.brake.is_held(&former.client.key) {
            return Ok(());
        }
        let weight = self.weight_of(place, former.root, Location::Trash(trash, &old));
        let change = Counting::new(place.real_text(), weight + u64::from(is_alone));
        self.count_change(former.client, change);
        Ok(())
    }
}
