//! Checks that the bytes on the disk have not changed: every content is read and compared with its
//! checksum.
//!
//! A content is damaged if its bytes have changed but its size, times and inode have not: nobody
//! wrote to it. The change time proves this, because no program can set it. If these values have
//! changed, or the change time is unknown, another program may have written the content, so it gets
//! a new checksum.

use crate::base::checksum::{Checksum, Hasher};
use crate::base::path::CloudPath;
use crate::disk::{Location, Reader, Stat, Volume};
use crate::domain::access::rights::Readable;
use crate::domain::files::location::Trashed;
use crate::domain::index::lookup;
use crate::domain::index::rows;
use crate::domain::volumes::findings::{Finding, skip};
use crate::domain::{Cloud, CloudView};
use crate::error::Result;
use crate::store::checksums::VersionChecksum;
use crate::store::nodes::{NodeFacts, NodeRow};
use crate::store::trash::TrashRow;
use crate::store::{Read, checksums};

/// The result of a check.
#[derive(Debug, Default)]
pub struct Report {
    pub files: u64,
    pub folders: u64,
    /// Number of contents that match their checksums.
    pub compared: u64,
    /// Number of contents that got their first checksum.
    pub taken: u64,
    /// Differences between index and disk that were repaired.
    pub mended: Vec<String>,
    /// Sentences about faults.
    pub wrong: Vec<String>,
    /// Facts that are worth knowing but cannot be repaired here.
    pub noted: Vec<String>,
    /// Entries that could not be handled and were skipped.
    pub needs_look: Vec<Finding>,
}

/// Number of bytes that are read at once.
const BLOCK_BYTES: usize = 256 * 1024;
/// Number of checksums that are stored together.
const PENDING_MAX: usize = 256;

/// Compares contents one after the other.
pub(in crate::domain) struct Comparison<'a> {
    cloud: &'a Cloud,
    block: Vec<u8>,
    pending: Vec<(i64, NodeFacts, Checksum)>,
}

impl CloudView<'_> {
    /// The checksum of the content at a path with this stat, if it is known.
    pub fn checksum(&self, path: &Readable, stat: &Stat) -> Result<Option<Checksum>> {
        let known = self.cloud.store.read(|read| {
            let Some(node) = lookup::find(read, &self.cloud.volumes, path.real())? else { return Ok(None) };
            checksums::of_node(read, node.id)
        })?;
        Ok(known.filter(|known| known.is_of(&rows::facts(stat))).map(|known| known.checksum))
    }
}

impl<'a> Comparison<'a> {
    pub fn new(cloud: &'a Cloud) -> Comparison<'a> {
        Comparison { cloud, block: vec![0; BLOCK_BYTES], pending: Vec::new() }
    }

    /// Reads a file to its end, compares it, and stores its checksum if none is known.
    pub fn file(&mut self, path: &CloudPath, report: &mut Report) -> Result<()> {
        let (volumes, name) = (&self.cloud.volumes, path.real_text());
        let volume = volumes.of(path)?;
        self.content(&volume, Location::Files(path), &name, |read| lookup::find(read, volumes, path), report)
    }

    /// As `file`, for everything in an entry of the bin.
    pub fn trashed(&mut self, volume: &Volume, row: TrashRow, report: &mut Report) -> Result<()> {
        let mut waiting = vec![CloudPath::root()];
        while let Some(below) = waiting.pop() {
            let spot = Location::Trash(&row.id, &below);
            let listed = volume.list(spot).or_else(|error| skip(volume, spot, error));
            if let Some(found) = listed? {
                waiting.extend(found.iter().filter_map(|found| below.join(&found.name).ok()));
                continue;
            }
            let former =
                if below.is_root() { row.path.clone() } else { format!("{}{}", row.path, below.real_text()) };
            let name = format!("{former} in the recycle bin");
            let trashed = Trashed { row: row.clone(), below: below.clone() };
            self.content(volume, spot, &name, |read| trashed.node(read), report)?;
        }
        Ok(())
    }

    fn content(
        &mut self,
        volume: &Volume,
        spot: Location<'_>,
        path: &str,
        find: impl FnOnce(&Read) -> Result<Option<NodeRow>>,
        report: &mut Report,
    ) -> Result<()> {
        let reader = volume.reader(spot).or_else(|error| skip(volume, spot, error));
        let Some(reader) = reader? else { return Ok(()) };
        let (stat, checksum) = match self.read(reader) {
            Ok(Some(whole)) => whole,
            // Somebody is writing to it.
            Ok(None) => return Ok(()),
            Err(error) => {
                report.wrong.push(format!("{path} cannot be read: {error}"));
                return Ok(());
            }
        };
        let facts = rows::facts(&stat);
        let found = self.cloud.store.read(|read| match find(read)? {
            Some(node) => Ok(Some((node.id, checksums::of_node(read, node.id)?))),
            None => Ok(None),
        })?;
        let Some((node, known)) = found else { return Ok(()) };
        match known {
            Some(known) if known.checksum == checksum => {
                report.compared += 1;
                if known.is_of(&facts) { Ok(()) } else { self.note(node, facts, checksum) }
            }
            Some(known) if known.is_of(&facts) => {
                report.wrong.push(damaged(path));
                Ok(())
            }
            _ if self.cloud.config().checksums => {
                report.taken += 1;
                self.note(node, facts, checksum)
            }
            _ => Ok(()),
        }
    }

    /// As `file`, for a version.
    pub fn version(&mut self, volume: &Volume, id: &str, report: &mut Report) -> Result<()> {
        let spot = Location::Version(id);
        let reader = volume.reader(spot).or_else(|error| skip(volume, spot, error));
        let Some(reader) = reader? else { return Ok(()) };
        let (stat, checksum) = match self.read(reader) {
            Ok(Some(whole)) => whole,
            Ok(None) => return Ok(()),
            Err(error) => {
                report.wrong.push(format!("the version {id} cannot be read: {error}"));
                return Ok(());
            }
        };
        let changed_nanoseconds = rows::facts(&stat).changed_nanoseconds;
        let found = VersionChecksum { checksum, changed_nanoseconds };
        let is_known_time = |known: &VersionChecksum| {
            known.changed_nanoseconds.is_some() && known.changed_nanoseconds == changed_nanoseconds
        };
        match self.cloud.store.read(|read| checksums::of_version(read, id))? {
            Some(known) if known == found => {
                report.compared += 1;
                return Ok(());
            }
            Some(known) if known.checksum == checksum => report.compared += 1,
            Some(known) if is_known_time(&known) => {
                report.wrong.push(damaged(&format!("the version {id}")));
                return Ok(());
            }
            _ if self.cloud.config().checksums => report.taken += 1,
            _ => return Ok(()),
        }
        let id = id.to_owned();
        self.cloud.store.write(move |tx| checksums::save_version(tx, &id, &found))
    }

    /// Stores the checksums that are not stored yet.
    pub fn finish(&mut self) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() {
            return Ok(());
        }
        self.cloud.store.write(move |tx| {
            pending.iter().try_for_each(|(node, facts, checksum)| checksums::save(tx, *node, facts, checksum))
        })
    }

    fn note(&mut self, node: i64, facts: NodeFacts, checksum: Checksum) -> Result<()> {
        self.pending.push((node, facts, checksum));
        if self.pending.len() < PENDING_MAX { Ok(()) } else { self.finish() }
    }

    /// The checksum of all bytes of a reader; `None` if the content changed meanwhile.
    fn read(&mut self, mut reader: Reader) -> Result<Option<(Stat, Checksum)>> {
        let before = reader.stat_now()?;
        let mut hasher = Hasher::default();
        loop {
            match reader.read(&mut self.block)? {
                0 => break,
                length => hasher.update(&self.block[..length]),
            }
            self.cloud.may_go_on()?;
        }
        reader.needs_no_cache();
        let after = reader.stat_now()?;
        let is_same = rows::facts(&before) == rows::facts(&after);
        Ok(is_same.then(|| (after, hasher.checksum())))
    }
}

fn damaged(what: &str) -> String {
    format!(
        "{what} is damaged: its content changed although nothing wrote to it. Restore it from a backup and check the disk"
    )
}
