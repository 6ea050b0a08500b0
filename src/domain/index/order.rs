//! The entries of a folder in an order, folders first, as records one after the other: in memory if
//! they are few, otherwise in an unnamed file. So the cost of reading a part depends on the part
//! only, not on the folder.

use crate::base::path::{EntryName, append_name_bytes};
use crate::disk::{Brief, Found, Kind, Spool};
use crate::domain::index::facts::Visited;
use crate::error::{Error, Result};
use std::cmp::Ordering;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// Maximum number of bytes of an order that stay in memory while it is read.
const MEMORY_BYTES_MAX: usize = 1024 * 1024;
/// Size of a block of records.
const BLOCK_BYTES: usize = 64 * 1024;
/// The position of one entry in this many is stored.
const STRIDE: usize = 64;
/// Number of entries that are read at once when all are read.
const CHUNK: usize = 512;

/// The sort key of a listing. Folders always come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Name,
    Date,
    Size,
}

/// An entry as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub name: EntryName,
    pub brief: Brief,
}

/// The entries of a folder with the disk's values: 47 bytes each, and the name.
#[derive(Default)]
pub struct Gathered {
    /// Records in blocks. A single growing buffer would be in memory twice while it is copied.
    blocks: Vec<Vec<u8>>,
    /// The position of each record: the number of its block times `BLOCK_BYTES`, and its place in
    /// the block.
    places: Vec<u32>,
    name_bytes: usize,
    has_other_letters: bool,
}

/// A record: the values, the length of the name in two bytes, and the name.
#[derive(Clone, Copy)]
struct Record<'a> {
    brief: &'a [u8; Brief::BYTES],
    name: &'a [u8],
}

impl Record<'_> {
    fn is_file(&self) -> bool {
        Brief::kind_of(self.brief) == Kind::File
    }

    fn name(&self) -> &str {
        std::str::from_utf8(self.name).unwrap_or_default()
    }
}

impl Gathered {
    pub fn of(found: &[Found]) -> Result<Gathered> {
        let mut gathered = Gathered::default();
        found.iter().try_for_each(|entry| gathered.push(entry)).map(|()| gathered)
    }

    pub fn push(&mut self, found: &Found) -> Result<()> {
        self.add(found.name.as_str(), &found.stat.brief())
    }

    fn add(&mut self, name: &str, brief: &Brief) -> Result<()> {
        let length = Brief::BYTES + 2 + name.len();
        if self.blocks.last().is_none_or(|block| block.len() + length > BLOCK_BYTES) {
            // The first block grows, because most folders have few entries.
            let capacity = if self.blocks.is_empty() { 0 } else { BLOCK_BYTES };
            self.blocks.push(Vec::with_capacity(capacity));
        }
        let number = self.blocks.len() - 1;
        let block = &mut self.blocks[number];
        let place = u32::try_from(number * BLOCK_BYTES + block.len()).map_err(Error::internal)?;
        brief.append_to(block);
        block.extend_from_slice(&u16::try_from(name.len()).map_err(Error::internal)?.to_le_bytes());
        block.extend_from_slice(name.as_bytes());
        self.places.push(place);
        self.name_bytes += name.len();
        self.has_other_letters |= !name.is_ascii();
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    fn record(&self, place: u32) -> Record<'_> {
        let (number, at) = (place as usize / BLOCK_BYTES, place as usize % BLOCK_BYTES);
        let parts = self.blocks[number][at..].split_first_chunk().and_then(|(brief, rest)| {
            let (length, rest) = rest.split_first_chunk()?;
            Some((brief, rest.get(..u16::from_le_bytes(*length).into())?))
        });
        let (brief, name) = parts.expect("a place is that of a whole record");
        Record { brief, name }
    }

    /// The positions of the entries in an order.
    fn sorted(&mut self, sort: Sort) -> Vec<u32> {
        let mut places = std::mem::take(&mut self.places);
        places.sort_unstable_by(|&a, &b| {
            let (a, b) = (self.record(a), self.record(b));
            let by_kind = a.is_file().cmp(&b.is_file());
            by_kind.then_with(|| compare_keys(sort, a, b)).then_with(|| match self.has_other_letters {
                true => compare_any(a.name(), b.name()),
                false => compare_ascii(a.name, b.name),
            })
        });
        places
    }
}

/// Compares entries of one kind by everything except their names.
fn compare_keys(sort: Sort, a: Record<'_>, b: Record<'_>) -> Ordering {
    if sort == Sort::Name {
        return Ordering::Equal;
    }
    let (one, other) = (Brief::read(a.brief), Brief::read(b.brief));
    match sort {
        Sort::Date => one.modified.cmp(&other.modified),
        // A folder has no size of its own.
        Sort::Size if one.kind == Kind::File => one.size.cmp(&other.size),
        Sort::Name | Sort::Size => Ordering::Equal,
    }
}

/// Compares names regardless of case; if they are equal then, by case.
fn compare_any(one: &str, other: &str) -> Ordering {
    let lower = one.chars().flat_map(char::to_lowercase);
    lower.cmp(other.chars().flat_map(char::to_lowercase)).then_with(|| one.cmp(other))
}

/// The same for ASCII names, which is faster.
fn compare_ascii(one: &[u8], other: &[u8]) -> Ordering {
    let lower = one.iter().map(u8::to_ascii_lowercase);
    lower.cmp(other.iter().map(u8::to_ascii_lowercase)).then_with(|| one.cmp(other))
}

/// Entries in ascending order. Each record has the values, the length of the name, and the name as
/// on the disk.
pub struct Order {
    folders: usize,
    total: usize,
    bytes: Bytes,
    /// The positions of every [`STRIDE`]th entry.
    places: Vec<u64>,
}

enum Bytes {
    Memory(Vec<u8>),
    Spooled(Spool),
}

impl Order {
    /// Sorts entries. `spool` takes them if they are many; if the disk has no room, they stay in
    /// memory.
    pub fn of(mut gathered: Gathered, sort: Sort, spool: impl FnOnce() -> Result<Spool>) -> Order {
        let sorted = gathered.sorted(sort);
        let length = gathered.name_bytes + sorted.len() * (Brief::BYTES + 1);
        let spooled = (length > MEMORY_BYTES_MAX).then(|| -> Result<_> {
            let mut spool = spool()?;
            spool.reserve(length as u64)?;
            let places = write_down(&gathered, &sorted, &mut |bytes| spool.append(bytes))?;
            Ok((Bytes::Spooled(spool), places))
        });
        let in_memory = || {
            let mut all = Vec::with_capacity(length);
            let written = write_down(&gathered, &sorted, &mut |bytes| {
                all.extend_from_slice(bytes);
                Ok(())
            });
            (Bytes::Memory(all), written.unwrap_or_default())
        };
        let (bytes, places) = match spooled {
            Some(Ok(spooled)) => spooled,
            Some(Err(error)) => {
                log::info!("a large folder is listed from memory: {error}");
                in_memory()
            }
            None => in_memory(),
        };
        let folders = sorted.partition_point(|place| !gathered.record(*place).is_file());
        Order { folders, total: sorted.len(), bytes, places }
    }

    /// Bytes of memory that it uses.
    pub fn memory_bytes(&self) -> usize {
        let bytes = match &self.bytes {
            Bytes::Memory(bytes) => bytes.len(),
            Bytes::Spooled(_) => 64 * 1024,
        };
        bytes + 8 * self.places.len()
    }

    pub fn total(&self) -> usize {
        self.total
    }

    /// The entries of a range, ascending.
    pub fn read(&self, range: Range<usize>) -> Result<Vec<Shown>> {
        let mut shown = Vec::with_capacity(range.len());
        if range.is_empty() {
            return Ok(shown);
        }
        let first = range.start / STRIDE;
        let (from, to) = (self.places[first], self.places.get(range.end.div_ceil(STRIDE)).copied());
        let block = self.bytes(from, to.unwrap_or(self.length()))?;
        let mut rest = block.as_slice();
        for index in first * STRIDE..range.end {
            let (entry, after) = next(rest).ok_or_else(|| Error::internal("a listing ends too early"))?;
            rest = after;
            if index >= range.start {
                shown.push(entry()?);
            }
        }
        Ok(shown)
    }

    fn length(&self) -> u64 {
        match &self.bytes {
            Bytes::Memory(bytes) => bytes.len() as u64,
            Bytes::Spooled(spool) => spool.length(),
        }
    }

    fn bytes(&self, from: u64, to: u64) -> Result<Vec<u8>> {
        let spool = match &self.bytes {
            Bytes::Memory(bytes) => return Ok(bytes[from as usize..to as usize].to_vec()),
            Bytes::Spooled(spool) => spool,
        };
        let mut block = vec![0; (to - from) as usize];
        let mut filled = 0;
        while filled < block.len() {
            match spool.read_at(from + filled as u64, &mut block[filled..])? {
                0 => return Err(Error::internal("a spool is shorter than what was written")),
                count => filled += count,
            }
        }
        Ok(block)
    }

    /// Hands all entries to a closure, ascending.
    fn each(&self, mut each: impl FnMut(usize, &Shown) -> Result<()>) -> Result<()> {
        for start in (0..self.total).step_by(CHUNK) {
            let chunk = self.read(start..self.total.min(start + CHUNK))?;
            for (index, shown) in chunk.iter().enumerate() {
                each(start + index, shown)?;
            }
        }
        Ok(())
    }
}

impl Visited for Order {
    fn count(&self) -> usize {
        self.total
    }

    fn each_entry(&self, each: &mut dyn FnMut(&EntryName, &Brief) -> Result<()>) -> Result<()> {
        self.each(|_, shown| each(&shown.name, &shown.brief))
    }
}

/// Writes entries one after the other. Returns the positions of every [`STRIDE`]th entry.
fn write_down(
    gathered: &Gathered,
    sorted: &[u32],
    write: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<Vec<u64>> {
    let (mut places, mut length, mut record) = (Vec::new(), 0, Vec::new());
    for (index, &place) in sorted.iter().enumerate() {
        if index % STRIDE == 0 {
            places.push(length);
        }
        let entry = gathered.record(place);
        record.clear();
        record.extend_from_slice(entry.brief);
        record.push(0);
        append_name_bytes(entry.name(), &mut record);
        // No name on a disk has more than 255 bytes.
        record[Brief::BYTES] = (record.len() - Brief::BYTES - 1) as u8;
        write(&record)?;
        length += record.len() as u64;
    }
    Ok(places)
}

/// The entry at the beginning of some bytes, and the remaining bytes.
fn next(bytes: &[u8]) -> Option<(impl FnOnce() -> Result<Shown> + '_, &[u8])> {
    let (brief, rest) = bytes.split_first_chunk::<{ Brief::BYTES }>()?;
    let (length, rest) = rest.split_first()?;
    let (name, rest) = rest.split_at_checked(usize::from(*length))?;
    let entry = move || {
        let name = EntryName::from_bytes(name).ok_or_else(|| Error::internal("no name in a listing"))?;
        Ok(Shown { name, brief: Brief::read(brief) })
    };
    Some((entry, rest))
}

/// The names of a folder that somebody wants and may see.
#[derive(Clone, Debug, Default)]
pub struct NameFilter {
    /// In lower case; empty for all names.
    text: String,
    hidden: HashSet<EntryName>,
}

impl NameFilter {
    /// Names that contain a text, in any case; an empty text selects all.
    pub fn containing(text: &str) -> NameFilter {
        NameFilter { text: text.to_lowercase(), hidden: HashSet::new() }
    }

    /// The same filter without some names.
    pub fn without(self, hidden: HashSet<EntryName>) -> NameFilter {
        NameFilter { hidden, ..self }
    }

    fn wants_all(&self) -> bool {
        self.text.is_empty() && self.hidden.is_empty()
    }

    fn wants(&self, name: &EntryName) -> bool {
        !self.hidden.contains(name)
            && (self.text.is_empty() || name.as_str().to_lowercase().contains(&self.text))
    }
}

/// An order in either direction, perhaps with some names only.
pub struct View {
    order: Arc<Order>,
    /// The wanted entries; `None` for all.
    wanted: Option<Vec<u32>>,
    folders: usize,
    total: usize,
    is_descending: bool,
}

impl View {
    pub fn new(order: Arc<Order>, is_descending: bool, filter: &NameFilter) -> Result<View> {
        let (mut folders, mut total, mut wanted) = (order.folders, order.total, None);
        if !filter.wants_all() {
            let mut numbers: Vec<u32> = Vec::new();
            order.each(|index, shown| {
                if filter.wants(&shown.name) {
                    numbers.push(index as u32);
                }
                Ok(())
            })?;
            folders = numbers.partition_point(|number| (*number as usize) < order.folders);
            (total, wanted) = (numbers.len(), Some(numbers));
        }
        Ok(View { order, wanted, folders, total, is_descending })
    }

    pub fn total(&self) -> usize {
        self.total
    }

    /// The entries of a range that ends before the total.
    pub fn read(&self, range: Range<usize>) -> Result<Vec<Shown>> {
        let numbers: Vec<usize> = range.map(|index| self.number(index)).collect();
        let mut shown = Vec::with_capacity(numbers.len());
        // Neighbours are read together, in either direction.
        for run in numbers.chunk_by(|one, other| one.abs_diff(*other) == 1) {
            let (low, high) = (run[0].min(run[run.len() - 1]), run[0].max(run[run.len() - 1]));
            let mut entries = self.order.read(low..high + 1)?;
            if run[0] > run[run.len() - 1] {
                entries.reverse();
            }
            shown.extend(entries);
        }
        Ok(shown)
    }

    /// The number in the order of the entry at an index.
    fn number(&self, index: usize) -> usize {
        let index = match self.is_descending {
            false => index,
            true if index < self.folders => self.folders - 1 - index,
            true => self.total - 1 - (index - self.folders),
        };
        self.wanted.as_ref().map_or(index, |wanted| wanted[index] as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    fn gathered(names: &[&str]) -> Gathered {
        let mut gathered = Gathered::default();
        for (number, name) in names.iter().enumerate() {
            let name = EntryName::parse(name).unwrap();
            let kind = if name.as_str().starts_with('d') { Kind::Folder } else { Kind::File };
            let modified = UNIX_EPOCH + Duration::new(number as u64 * 7 % 5, 3);
            let (size, inode) = (number as u64 * 11 % 3, number as u64);
            gathered.add(name.as_str(), &Brief { kind, size, modified, inode, changed: None }).unwrap();
        }
        gathered
    }

    fn no_spool() -> Result<Spool> {
        Err(Error::internal("no disk here"))
    }

    fn names(shown: &[Shown]) -> Vec<&str> {
        shown.iter().map(|shown| shown.name.as_str()).collect()
    }

    #[test]
    fn names_are_ordered_whatever_their_case_and_folders_come_first() {
        let found = gathered(&["b", "Ä", "a", "d2", "B", "\u{f7ff}x", "D", "d1", "ä", "ab"]);
        let order = Arc::new(Order::of(found, Sort::Name, no_spool));
        let all = order.read(0..10).unwrap();
        assert_eq!(names(&all), ["d1", "d2", "a", "ab", "B", "b", "D", "Ä", "ä", "\u{f7ff}x"]);
        let view = View::new(Arc::clone(&order), true, &NameFilter::default()).unwrap();
        let descending = view.read(0..10).unwrap();
        assert_eq!(names(&descending), ["d2", "d1", "\u{f7ff}x", "ä", "Ä", "D", "b", "B", "ab", "a"]);
        let view = View::new(Arc::clone(&order), false, &NameFilter::containing("B")).unwrap();
        assert_eq!(view.total(), 3);
        assert_eq!(names(&view.read(0..3).unwrap()), ["ab", "B", "b"]);
        assert_eq!(names(&view.read(1..2).unwrap()), ["B"]);
        let hidden = ["B", "d2", "none"].map(|name| EntryName::parse(name).unwrap()).into();
        let view = View::new(order, false, &NameFilter::default().without(hidden)).unwrap();
        assert_eq!(names(&view.read(0..4).unwrap()), ["d1", "a", "ab", "b"], "as if they were not there");
        assert_eq!(view.total(), 8);
    }

    #[test]
    fn every_part_of_every_order_is_what_lies_there_in_the_whole() {
        let names: Vec<String> =
            (0..700).map(|number| format!("{}{}", ["f", "d", "é"][number % 3], number)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for sort in [Sort::Name, Sort::Date, Sort::Size] {
            let order = Arc::new(Order::of(gathered(&names), sort, no_spool));
            for (is_descending, filter) in [(false, ""), (true, ""), (false, "7"), (true, "7")] {
                let view =
                    View::new(Arc::clone(&order), is_descending, &NameFilter::containing(filter)).unwrap();
                let whole = view.read(0..view.total()).unwrap();
                let is_sorted = whole.windows(2).all(|pair| {
                    let (one, other) = (&pair[0].brief, &pair[1].brief);
                    let key = |brief: &Brief| match sort {
                        Sort::Name => 0,
                        Sort::Date => brief.modified.duration_since(UNIX_EPOCH).unwrap().as_secs(),
                        Sort::Size if brief.kind == Kind::Folder => 0,
                        Sort::Size => brief.size,
                    };
                    one.kind != other.kind
                        || if is_descending { key(one) >= key(other) } else { key(one) <= key(other) }
                });
                assert!(
                    is_sorted
                        && whole
                            .iter()
                            .skip_while(|shown| shown.brief.kind == Kind::Folder)
                            .all(|shown| shown.brief.kind == Kind::File)
                );
                for (start, end) in [(0, 1), (5, 70), (63, 64), (64, 65), (100, whole.len()), (7, 7)] {
                    let end = end.min(whole.len());
                    assert_eq!(view.read(start.min(end)..end).unwrap(), whole[start.min(end)..end]);
                }
            }
        }
    }
}
