//! The manifest of a backup: the state of each live file when it was copied.
//!
//! Folders are in the order of the walk: a folder, then everything in it, by name. So a manifest
//! and a walk can be compared by reading both once, in bounded memory:
//!
//! ```text
//! cloudlet backup 1 0123456789abcdef01234567
//! /files/alice
//! 1234 1732435200000000000 1732435200000000000 42 photo.jpg
//! end 1
//! ```

use super::tree::Seen;
use crate::error::{Code, Error, Result};
use rustix::fd::OwnedFd;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};

const HEAD: &str = "cloudlet backup 1 ";

/// The known states of a folder's files, by name.
pub(super) type Files = HashMap<Vec<u8>, Seen>;

pub(super) struct Writer {
    out: BufWriter<File>,
    files: u64,
}

impl Writer {
    pub fn begin(file: OwnedFd, volume: &str) -> Result<Writer> {
        let mut writer = Writer { out: BufWriter::new(File::from(file)), files: 0 };
        writer.write(format!("{HEAD}{volume}").as_bytes())?;
        Ok(writer)
    }

    pub fn folder(&mut self, names: &[u8]) -> Result<()> {
        self.write(&[b"/".as_slice(), &escaped(names)].concat())
    }

    pub fn file(&mut self, name: &[u8], seen: &Seen) -> Result<()> {
        self.files += 1;
        let facts = format!("{} {} {} {} ", seen.size, seen.modified, seen.changed, seen.inode);
        self.write(&[facts.as_bytes(), &escaped(name)].concat())
    }

    pub fn end(mut self) -> Result<()> {
        self.write(format!("end {}", self.files).as_bytes())?;
        self.out.flush().map_err(unwritable)
    }

    fn write(&mut self, line: &[u8]) -> Result<()> {
        self.out.write_all(line).and_then(|()| self.out.write_all(b"\n")).map_err(unwritable)
    }
}

fn unwritable(error: io::Error) -> Error {
    let code = if error.kind() == io::ErrorKind::StorageFull { Code::Full } else { Code::Internal };
    Error::new(code, "The list of the backup's files could not be written.").because(error)
}

pub(super) struct Reader {
    lines: BufReader<File>,
    pub volume: String,
    /// The next folder, whose files have not been read yet.
    ahead: Option<Vec<u8>>,
    /// The number of files, once the end has been read.
    end: Option<u64>,
}

impl Reader {
    /// Reads the head. `None` if it is not a manifest that this program knows.
    pub fn begin(file: OwnedFd) -> Option<Reader> {
        let lines = BufReader::new(File::from(file));
        let mut reader = Reader { lines, volume: String::new(), ahead: None, end: None };
        let head = String::from_utf8(reader.line()?).ok()?;
        reader.volume = head.strip_prefix(HEAD)?.to_owned();
        reader.skip_files();
        Some(reader)
    }

    /// The files of a folder. Empty if the manifest does not have the folder, or cannot be read.
    /// Folders must be asked for in the order of the walk.
    pub fn files_of(&mut self, names: &[u8]) -> Files {
        while let Some(ahead) = &self.ahead {
            match compare(ahead, names) {
                Ordering::Less => self.skip_files(),
                Ordering::Equal => return self.read_files(),
                Ordering::Greater => break,
            }
        }
        Files::new()
    }

    /// The number of files; `None` if the manifest is incomplete or damaged.
    pub fn count(mut self) -> Option<u64> {
        while self.ahead.is_some() {
            self.skip_files();
        }
        self.end
    }

    fn skip_files(&mut self) {
        drop(self.read_files());
    }

    /// Reads up to the next folder.
    fn read_files(&mut self) -> Files {
        let mut files = Files::new();
        self.ahead = None;
        while let Some(line) = self.line() {
            if let Some(folder) = line.strip_prefix(b"/") {
                self.ahead = unescaped(folder);
                return files;
            }
            if let Some(count) = line.strip_prefix(b"end ") {
                self.end = std::str::from_utf8(count).ok().and_then(|count| count.parse().ok());
                return files;
            }
            match file_in(&line) {
                Some((name, seen)) => drop(files.insert(name, seen)),
                None => return files,
            }
        }
        files
    }

    /// Reads a line without its end. `None` at the end, and if it cannot be read: then everything
    /// is copied again.
    fn line(&mut self) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        match self.lines.read_until(b'\n', &mut line) {
            Ok(_) => (line.pop() == Some(b'\n')).then_some(line),
            Err(error) => {
                log::warn!("the manifest of the previous backup cannot be read: {error}");
                None
            }
        }
    }
}

/// Finds folders of a manifest that have moved, by the inode of the first file in each. It is read
/// at the first use, and takes a few bytes for each folder.
pub(super) struct Index {
    file: File,
    places: Option<HashMap<u64, u64>>,
}

impl Index {
    pub fn new(file: OwnedFd) -> Index {
        Index { file: File::from(file), places: None }
    }

    /// The path and files of the folder whose first file had this inode.
    pub fn folder_with(&mut self, inode: u64) -> Option<(Vec<u8>, Files)> {
        let file = &mut self.file;
        let places = self.places.get_or_insert_with(|| {
            places(file).unwrap_or_else(|error| {
                log::warn!("the manifest of the previous backup cannot be read: {error}");
                HashMap::new()
            })
        });
        file.seek(SeekFrom::Start(*places.get(&inode)?)).ok()?;
        let lines = BufReader::new(file.try_clone().ok()?);
        let mut reader = Reader { lines, volume: String::new(), ahead: None, end: None };
        reader.skip_files();
        let names = reader.ahead.take()?;
        Some((names, reader.read_files()))
    }
}

/// The offsets of the folders that have files.
fn places(file: &File) -> io::Result<HashMap<u64, u64>> {
    let mut lines = BufReader::new(file);
    let (mut places, mut folder, mut at) = (HashMap::new(), None, 0);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        if line.starts_with(b"/") {
            folder = Some(at);
        } else if let Some(slot) = folder.take() {
            let first = line.strip_suffix(b"\n").and_then(file_in);
            places.extend(first.map(|(_, seen)| (seen.inode, slot)));
        }
        at += line.len() as u64;
        line.clear();
    }
    Ok(places)
}

fn file_in(line: &[u8]) -> Option<(Vec<u8>, Seen)> {
    let mut parts = line.splitn(5, |byte| *byte == b' ');
    let mut number = || std::str::from_utf8(parts.next()?).ok()?.parse::<i128>().ok();
    let (size, modified, changed, inode) = (number()?, number()?, number()?, number()?);
    let seen = Seen { size: size.try_into().ok()?, modified, changed, inode: inode.try_into().ok()? };
    Some((unescaped(parts.next()?)?, seen))
}

/// Compares paths in the order of the walk: a folder, then everything in it, then its next
/// neighbour.
fn compare(one: &[u8], other: &[u8]) -> Ordering {
    let key = |byte: &u8| if *byte == b'/' { 0 } else { *byte };
    one.iter().map(key).cmp(other.iter().map(key))
}

fn escaped(name: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(name.len());
    for byte in name {
        match byte {
            b'\n' => text.extend_from_slice(b"%0A"),
            b'%' => text.extend_from_slice(b"%25"),
            byte => text.push(*byte),
        }
    }
    text
}

fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut name = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        let (byte, after) = match (*byte, after) {
            (b'%', [b'0', b'A', after @ ..]) => (b'\n', after),
            (b'%', [b'2', b'5', after @ ..]) => (b'%', after),
            (b'%', _) => return None,
            plain => plain,
        };
        name.push(byte);
        rest = after;
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_directory::TestDirectory;

    #[test]
    fn names_come_back() {
        for name in [b"a b".as_slice(), b"100%\n%0A", b"\xff", "zo\u{eb}".as_bytes()] {
            assert!(!escaped(name).contains(&b'\n'));
            assert_eq!(unescaped(&escaped(name)).as_deref(), Some(name));
        }
        assert_eq!(unescaped(b"50%x"), None);
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written_and_a_cut_one_is_known() {
        let directory = TestDirectory::new();
        let path = directory.join("manifest");
        let open = || OwnedFd::from(File::open(&path).unwrap());
        let seen = |inode| Seen { size: 1 << 40, modified: -5, changed: 7, inode };
        let mut writer = Writer::begin(OwnedFd::from(File::create(&path).unwrap()), "v1").unwrap();
        writer.folder(b"").unwrap();
        writer.file(b"x y", &seen(1)).unwrap();
        // The order of the walk is not alphabetical: '-' sorts before '/'.
        for (folder, name) in [(b"a".as_slice(), b"n\n".as_slice()), (b"a/b", b"in"), (b"a-b", b"other")] {
            writer.folder(folder).unwrap();
            writer.file(name, &seen(2)).unwrap();
        }
        writer.end().unwrap();

        let mut reader = Reader::begin(open()).unwrap();
        assert_eq!(reader.volume, "v1");
        assert_eq!(reader.files_of(b""), Files::from([(b"x y".to_vec(), seen(1))]));
        // One folder was skipped, and one is new.
        assert_eq!(reader.files_of(b"a/a"), Files::new());
        assert_eq!(reader.files_of(b"a/b"), Files::from([(b"in".to_vec(), seen(2))]));
        assert_eq!(reader.files_of(b"a-b"), Files::from([(b"other".to_vec(), seen(2))]));
        assert_eq!(reader.files_of(b"z"), Files::new());
        assert_eq!(Reader::begin(open()).unwrap().count(), Some(4));
        let mut index = Index::new(open());
        assert_eq!(index.folder_with(1), Some((Vec::new(), Files::from([(b"x y".to_vec(), seen(1))]))));
        // If several folders have such a file, the last one is found. Its files tell which one it
        // is.
        assert_eq!(
            index.folder_with(2),
            Some((b"a-b".to_vec(), Files::from([(b"other".to_vec(), seen(2))])))
        );
        assert_eq!(index.folder_with(3), None);

        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();
        assert_eq!(Reader::begin(open()).unwrap().count(), None);
        std::fs::write(&path, "something else\n").unwrap();
        assert!(Reader::begin(open()).is_none());
    }
}
