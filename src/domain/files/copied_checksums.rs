//! Checksums of files that were copied or moved to another disk. A known checksum holds for the
//! copy too if the file did not change during the copy. So a deep check also finds errors of
//! copying. The frames of moved videos go along.

use crate::base::path::{CloudPath, EntryName};
use crate::disk::{CopyEvent, Records, Spool, Stat, Volume};
use crate::domain::Cloud;
use crate::domain::files::location::Located;
use crate::domain::files::location::node_of;
use crate::domain::index::lookup;
use crate::domain::index::rows;
use crate::domain::volumes::registry::Volumes;
use crate::error::{Error, Result};
use crate::store::checksums::ChecksumRow;
use crate::store::nodes::{self, NodeFacts, NodeRow};
use crate::store::{Read, Write, checksums, index, video_frames};
use std::sync::Arc;

/// Number of files whose checksums are handed on in one transaction.
const BATCH_FILES: usize = 256;

/// The files of a folder that is being copied, spooled.
pub(in crate::domain) struct CopiedFiles(Option<Spool>);

/// A copied file.
struct Copied {
    below: Vec<EntryName>,
    source: NodeFacts,
    copy: NodeFacts,
}

/// Checksums to be handed on after the rows of a copied folder are committed.
pub(in crate::domain) struct Handover {
    files: CopiedFiles,
    /// The id in the index of the folder that was copied or moved.
    source: i64,
    to: CloudPath,
    has_moved: bool,
}

impl Cloud {
    /// A list for the files of a folder that is copied with their checksums, or moved, to a volume.
    pub(in crate::domain) fn copied_files(&self, target: &Arc<Volume>, has_moved: bool) -> CopiedFiles {
        CopiedFiles((has_moved || self.config().checksums).then(|| self.spool_on(target)))
    }

    /// The id in the index of the copied entry.
    pub(in crate::domain) fn source_node(&self, located: &Located<'_>) -> Result<Option<i64>> {
        self.store.read(|read| Ok(node_of(&self.volumes, read, located)?.map(|node| node.id)))
    }

    /// Prepares to hand the checksums of a folder's files on to the place where it was copied or
    /// moved.
    pub(in crate::domain) fn handover(
        &self,
        files: CopiedFiles,
        source: Option<i64>,
        to: &CloudPath,
        has_moved: bool,
    ) -> Option<Handover> {
        let is_any = files.0.as_ref().is_some_and(|spool| spool.length() > 0);
        let source = source.filter(|_| is_any)?;
        Some(Handover { files, source, to: to.clone(), has_moved })
    }
}

/// Hands the checksum of a file on to its copy, if it belongs to exactly this content.
pub(in crate::domain) fn hand_on(
    tx: &Write,
    from: i64,
    source: &NodeFacts,
    to: i64,
    copy: &NodeFacts,
) -> Result<()> {
    match known_of(tx, from, source)? {
        Some(known) => checksums::save(tx, to, copy, &known.checksum),
        None => Ok(()),
    }
}

/// The checksum of an entry, if it belongs to exactly this content.
fn known_of(read: &Read, node: i64, facts: &NodeFacts) -> Result<Option<ChecksumRow>> {
    Ok(checksums::of_node(read, node)?.filter(|known| known.is_of(facts)))
}

impl CopiedFiles {
    /// Notes a file. If there is no room for this, later files have no checksums until the next
    /// deep check.
    pub fn note(&mut self, event: &CopyEvent<'_>) {
        let CopyEvent::File(file) = event else { return };
        let Some(spool) = &mut self.0 else { return };
        let [source, copy] = [&file.source, &file.copy].map(facts_as_bytes);
        if let Err(error) = spool.append_record(&[&source, &copy, file.below]) {
            log::warn!("checksums are not handed on to a copy: {error}");
            self.0 = None;
        }
    }
}

impl Handover {
    /// Hands the checksums on. A failure does no harm: a deep check computes missing checksums.
    pub fn run(self, cloud: &Cloud) {
        if let Err(error) = self.hand_on_all(cloud) {
            log::warn!("checksums are not handed on to {}: {error}", self.to.real_text());
        }
    }

    fn hand_on_all(&self, cloud: &Cloud) -> Result<()> {
        let Some(spool) = &self.files.0 else { return Ok(()) };
        let (mut records, mut batch) = (Records::default(), Vec::with_capacity(BATCH_FILES));
        loop {
            let record = records.next(spool)?.map(Copied::read).transpose()?;
            let is_end = record.is_none();
            // Names that the index spells in another way are not found.
            batch.extend(record.flatten());
            if is_end || batch.len() == BATCH_FILES {
                self.hand_on_some(cloud, std::mem::take(&mut batch))?;
            }
            if is_end {
                return Ok(());
            }
        }
    }

    fn hand_on_some(&self, cloud: &Cloud, mut batch: Vec<Copied>) -> Result<()> {
        let volume = cloud.volumes.of(&self.to)?;
        // Files that were changed or moved after the copy are left out.
        batch.retain(|file| {
            let stat = file.place(&self.to).and_then(|path| volume.stat(&path));
            matches!(stat, Ok(Some(stat)) if rows::facts(&stat) == file.copy)
        });
        let (volumes, source, to) = (Arc::clone(&cloud.volumes), self.source, self.to.clone());
        let has_moved = self.has_moved;
        cloud.store.write(move |tx| {
            for file in &batch {
                let Some(node) = descend(tx, source, &file.below)? else { continue };
                if has_moved {
                    video_frames::moved(tx, node.id, &file.source, &file.copy)?;
                }
                let Some(known) = known_of(tx, node.id, &file.source)? else { continue };
                let target = match has_moved {
                    true => Some(node.id),
                    false => file_at(tx, &volumes, &file.place(&to)?, &file.copy)?,
                };
                if let Some(target) = target {
                    checksums::save(tx, target, &file.copy, &known.checksum)?;
                }
            }
            Ok(())
        })
    }
}

impl Copied {
    /// The path of the copy.
    fn place(&self, to: &CloudPath) -> Result<CloudPath> {
        self.below.iter().try_fold(to.clone(), |path, name| path.join(name))
    }

    /// `None` for a file whose path is not in the index because it is not valid text.
    fn read(record: &[u8]) -> Result<Option<Copied>> {
        let whole = || Error::internal("a record of a copied file is too short");
        let (source, record) = record.split_first_chunk().ok_or_else(whole)?;
        let (copy, below) = record.split_first_chunk().ok_or_else(whole)?;
        let names =
            std::str::from_utf8(below).ok().map(|below| below.split('/').map(EntryName::parse).collect());
        let Some(Ok(below)) = names else { return Ok(None) };
        Ok(Some(Copied { below, source: facts_of_bytes(source), copy: facts_of_bytes(copy) }))
    }
}

/// The entry with a path below another entry.
fn descend(read: &Read, from: i64, below: &[EntryName]) -> Result<Option<NodeRow>> {
    let mut node = nodes::by_id(read, from)?;
    for name in below {
        let Some(above) = node else { return Ok(None) };
        node = nodes::child(read, above.id, name.as_str())?;
    }
    Ok(node)
}

/// The id of a new file; `None` if the index already has another content there.
fn file_at(tx: &Write, volumes: &Volumes, path: &CloudPath, facts: &NodeFacts) -> Result<Option<i64>> {
    match lookup::find(tx, volumes, path)? {
        Some(there) if there.missing_since.is_none() => Ok((there.facts == *facts).then_some(there.id)),
        _ => {
            let above = rows::folder_id(tx, volumes, &path.parent().unwrap_or_default())?;
            let Some(leaf) = path.leaf() else { return Ok(None) };
            index::save(tx, above, leaf.as_str(), facts, None).map(Some)
        }
    }
}

/// Stands for an unknown change time in a record.
const NOT_KNOWN: i64 = i64::MIN;

fn facts_as_bytes(stat: &Stat) -> [u8; 32] {
    let facts = rows::facts(stat);
    let changed = facts.changed_nanoseconds.unwrap_or(NOT_KNOWN);
    let numbers = [facts.size_bytes, facts.modified_nanoseconds as u64, facts.inode, changed as u64];
    let mut bytes = [0; 32];
    for (place, number) in bytes.chunks_exact_mut(8).zip(numbers) {
        place.copy_from_slice(&number.to_le_bytes());
    }
    bytes
}

fn facts_of_bytes(bytes: &[u8; 32]) -> NodeFacts {
    let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
    NodeFacts {
        is_folder: false,
        size_bytes: number(0),
        modified_nanoseconds: number(8) as i64,
        inode: number(16),
        changed_nanoseconds: Some(number(24) as i64).filter(|changed| *changed != NOT_KNOWN),
    }
}
