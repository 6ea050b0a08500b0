//! The files and folders of an archive: all are found first, and read one after the other later.
//!
//! The list is spooled, so that memory does not grow with it and all of it is known before the
//! first is read. The list is also the queue of the search: folders are read from its beginning
//! while their entries are added at its end.

use crate::base::limits::CONTENTS_MAX;
use crate::base::obstacle::Obstacle;
use crate::base::path::{CloudPath, EntryName};
use crate::base::shown_path::ShownPath;
use crate::base::time::nanoseconds;
use crate::disk::{Kind, Listed, Reader, Records, Spool, Stat};
use crate::domain::access::rights::{Downloadable, Reach, Readable, Rights};
use crate::domain::access::ways::Ways;
use crate::domain::accounts::actor::User;
use crate::domain::files::locks::Purpose;
use crate::domain::files::portable_name;
use crate::domain::volumes::findings::LeftOut;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Result};
use std::borrow::Cow;
use std::collections::HashSet;

const TO_DOWNLOAD: Rights = Rights::READ.with(Rights::DOWNLOAD);

/// The files and folders that were found, folders before their entries.
pub struct Contents {
    /// The user who asked.
    user: User,
    /// The ways of the user at that time.
    ways: Ways,
    /// The folder that contains the chosen names.
    top: Reach,
    /// The entry whose download is counted, where a link limits them: the folder or, above the
    /// roots, the first of the chosen names.
    pub counted: Reach,
    spool: Spool,
    count: u64,
    /// Entries that cannot be read or may not be downloaded, and are left out.
    pub left_out: LeftOut,
}

/// A file or folder in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its path below the folder.
    pub name: String,
    /// The same path in a form for other systems. Different paths stay different.
    pub portable_name: String,
    pub is_folder: bool,
    /// The length of a file; 0 for a folder.
    pub bytes: u64,
    /// The inode number of the file.
    pub inode: u64,
    pub modified_nanoseconds: i64,
}

/// A position in [`Contents`].
#[derive(Default)]
pub struct Cursor(Records);

impl CloudView<'_> {
    /// The entries with these names in a folder, with everything below them.
    ///
    /// # Errors
    /// `Code::NotFound` for a missing name, `Code::Forbidden` for a name that the user may not
    /// read, `Code::Locked` if somebody else has locked any of it for reading, `Code::Conflict` for
    /// a folder that is removed meanwhile, `Code::TooLarge` for too many entries, `Code::Full` or
    /// `Code::Busy` if there is no room for the list.
    pub fn contents(&self, user: &User, folder: &Readable, names: &[EntryName]) -> Result<Contents> {
        let mut contents = Contents {
            user: user.clone(),
            ways: self.ways(user)?,
            top: Reach::clone(folder),
            counted: Reach::clone(folder),
            spool: self.spool()?,
            count: 0,
            left_out: LeftOut::default(),
        };
        self.add_chosen(user, &mut contents, folder, names)?;
        let mut cursor = Cursor::default();
        while let Some(content) = cursor.next(&contents)? {
            self.cloud.check_may_go_on(user)?;
            if content.is_folder {
                let path = contents.path(&content)?;
                let (cloud, changes) = (self.cloud, contents.ways.changes_in(&path));
                let add = |listed: Listed| {
                    let found = match listed {
                        Listed::Found(found) => found,
                        Listed::Skipped { name, obstacle } => {
                            contents.leave_out(&content, &name, obstacle);
                            return Ok(());
                        }
                    };
                    let name = format!("{}/{}", content.name, found.name);
                    if let Some(rights) = changes.get(&found.name).filter(|rights| !rights.has(TO_DOWNLOAD)) {
                        contents.left_out.withhold(name, rights.has(Rights::READ));
                        return Ok(());
                    }
                    let portable = self.portable_in(path.real(), found.name.as_str())?;
                    let portable_name = format!("{}/{portable}", content.portable_name);
                    let place = path.real().join(&found.name)?;
                    contents.add_if_readable(cloud, (&name, &portable_name), &place, &found.stat)
                };
                match self.cloud.each_listed(path.real(), add) {
                    Ok(true) => {}
                    Ok(false) => contents.go_on_past_link(cloud, content.name, &path)?,
                    Err(error) => contents.go_on(cloud, content.name, &path, error)?,
                }
            }
        }
        Ok(contents)
    }

    /// Adds the chosen entries of a folder.
    fn add_chosen(
        &self,
        user: &User,
        contents: &mut Contents,
        folder: &Readable,
        names: &[EntryName],
    ) -> Result<()> {
        let mut added = HashSet::new();
        for name in names {
            let path = self.downloadable(user, &folder.shown().join(name)?)?;
            if contents.counted.is_above_roots() {
                contents.counted = Reach::clone(&path);
            }
            let stat = match self.cloud.stat(path.real()) {
                Ok(stat) => path.there(stat)?,
                Err(error) => {
                    contents.go_on(self.cloud, name.to_string(), &path, error)?;
                    continue;
                }
            };
            self.check_unlocked(user, &path, Purpose::Read)?;
            // Two spellings of a name are one entry.
            let name = path.shown().leaf().unwrap_or(name).clone();
            if added.insert(name.clone()) {
                let portable = match folder.is_above_roots() {
                    true => self.portable_above(&contents.ways, folder, name.as_str())?,
                    false => self.portable_in(folder.real(), name.as_str())?,
                };
                contents.add_if_readable(self.cloud, (name.as_str(), &portable), path.real(), &stat)?;
            }
        }
        Ok(())
    }

    /// The name of a root, in a form for other systems.
    fn portable_above<'a>(&self, ways: &Ways, folder: &Reach, name: &'a str) -> Result<Cow<'a, str>> {
        portable_name::portable(name, |new| {
            let sibling = EntryName::parse(new);
            Ok(sibling.is_ok_and(|new| ways.below(folder, std::slice::from_ref(&new)).is_some()))
        })
    }

    /// A name in a folder, in a form for other systems.
    fn portable_in<'a>(&self, folder: &CloudPath, name: &'a str) -> Result<Cow<'a, str>> {
        portable_name::portable(name, |new| match EntryName::parse(new).and_then(|new| folder.join(&new)) {
            Ok(sibling) => Ok(self.cloud.stat(&sibling)?.is_some()),
            // No entry can have a name that does not parse.
            Err(_) => Ok(false),
        })
    }
}

impl Contents {
    /// Number of files and folders.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Adds a file or folder, unless it is already known that it cannot be read.
    fn add_if_readable(
        &mut self,
        cloud: &Cloud,
        (name, portable_name): (&str, &str),
        path: &CloudPath,
        stat: &Stat,
    ) -> Result<()> {
        match cloud.reading_obstacle(path, stat)? {
            None => self.add(name, portable_name, stat),
            Some(obstacle) => {
                self.left_out.add(name.to_owned(), obstacle);
                Ok(())
            }
        }
    }

    /// Leaves an entry of a folder out. It has been reported already.
    fn leave_out(&mut self, folder: &Content, name: &[u8], obstacle: Obstacle) {
        let name = String::from_utf8_lossy(name);
        self.left_out.add(format!("{}/{name}", folder.name), obstacle);
    }

    /// Skips a folder that cannot be read.
    fn go_on(&mut self, cloud: &Cloud, name: String, path: &Readable, error: Error) -> Result<()> {
        match (error.code, error.obstacle) {
            // These errors concern the list, not a single folder in it.
            (Code::TooLarge | Code::Full, _) | (Code::Busy, None) => Err(error),
            (_, Some(obstacle)) => {
                self.left_out.add(name, obstacle);
                cloud.skip_unreadable::<()>(path.real(), error).map(drop)
            }
            (_, None) => Err(at(path.shown(), error)),
        }
    }

    /// Skips a folder that exists but cannot be opened as a folder.
    ///
    /// # Errors
    /// `Code::Conflict` for a folder that is gone.
    fn go_on_past_link(&mut self, cloud: &Cloud, name: String, path: &Readable) -> Result<()> {
        match cloud.stat(path.real())? {
            Some(stat) if stat.kind == Kind::Folder => {
                let error = changed(path.shown()).about_entry(Obstacle::Link);
                self.go_on(cloud, name, path, error)
            }
            _ => Err(changed(path.shown())),
        }
    }

    /// A name at the top of the archive that none of the chosen entries has.
    pub fn free_name(names: &[EntryName], wanted: &str, extension: &str) -> String {
        let is_free = |name: &String| !names.iter().any(|taken| taken.as_str() == name);
        let numbered = (2..).map(|number| format!("{wanted} ({number}).{extension}"));
        let mut all = std::iter::once(format!("{wanted}.{extension}")).chain(numbered);
        all.find(is_free).unwrap_or_default()
    }

    fn add(&mut self, name: &str, portable_name: &str, stat: &Stat) -> Result<()> {
        if self.count >= CONTENTS_MAX {
            let sentence =
                format!("At most {CONTENTS_MAX} files and folders can be copied or downloaded together.");
            return Err(Error::new(Code::TooLarge, sentence));
        }
        self.count += 1;
        let is_folder = stat.kind == Kind::Folder;
        let bytes = if is_folder { 0 } else { stat.size };
        self.spool.append_record(&[
            &[u8::from(is_folder)],
            &bytes.to_le_bytes(),
            &stat.inode.to_le_bytes(),
            &nanoseconds(stat.modified).to_le_bytes(),
            &(name.len() as u64).to_le_bytes(),
            name.as_bytes(),
            // Nearly all names are the same in both forms.
            if portable_name == name { b"" } else { portable_name.as_bytes() },
        ])
    }

    /// The path of a file or folder.
    fn path(&self, content: &Content) -> Result<Downloadable> {
        let names = content.name.split('/').map(EntryName::parse).collect::<Result<Vec<_>>>()?;
        self.ways.below(&self.top, &names).ok_or_else(|| changed(self.top.shown()))?.downloadable()
    }

    /// Opens a file to read it as it was found. A file that has grown since, such as a log, is read
    /// up to its former length, which is the whole file of that moment.
    ///
    /// # Errors
    /// `Code::Conflict` if the file is shorter, or was replaced by one of another length;
    /// `Code::Unauthenticated` if the account was removed or disabled meanwhile. All other errors
    /// name the file.
    pub fn reader(&self, cloud: &Cloud, content: &Content) -> Result<FileReader> {
        cloud.check_may_go_on(&self.user)?;
        let path = self.path(content)?;
        let reader = cloud.view().reader(&path).map_err(|error| at(path.shown(), error))?;
        let reader = reader.ok_or_else(|| changed(path.shown()))?;
        let has_grown = reader.stat().inode == content.inode && reader.stat().size > content.bytes;
        if reader.stat().size != content.bytes && !has_grown {
            return Err(changed(path.shown()));
        }
        Ok(FileReader { path: path.shown().clone(), reader, rest: content.bytes })
    }
}

/// Reads a file of [`Contents`] as it was found, or fails.
pub struct FileReader {
    path: ShownPath,
    reader: Reader,
    rest: u64,
}

impl FileReader {
    /// Reads the next bytes and returns their number; 0 at the end.
    ///
    /// # Errors
    /// `Code::Conflict` if the file has changed since it was found. All errors name the file.
    pub fn read(&mut self, block: &mut [u8]) -> Result<usize> {
        let named = |error| at(&self.path, error);
        if self.rest == 0 {
            return if self.reader.is_unchanged() { Ok(0) } else { Err(changed(&self.path)) };
        }
        let most = usize::try_from(self.rest).map_or(block.len(), |rest| rest.min(block.len()));
        let count = self.reader.read(&mut block[..most]).map_err(named)?;
        if count == 0 {
            return Err(changed(&self.path));
        }
        self.rest -= count as u64;
        Ok(count)
    }
}

impl Cursor {
    /// The next file or folder; `None` after the last.
    pub fn next(&mut self, contents: &Contents) -> Result<Option<Content>> {
        let Some(record) = self.0.next(&contents.spool)? else { return Ok(None) };
        let whole = || Error::internal("a record of a file is too short");
        let (kind, record) = record.split_first_chunk().ok_or_else(whole)?;
        let (bytes, record) = record.split_first_chunk().ok_or_else(whole)?;
        let (inode, record) = record.split_first_chunk().ok_or_else(whole)?;
        let (modified, record) = record.split_first_chunk().ok_or_else(whole)?;
        let (length, names) = record.split_first_chunk().ok_or_else(whole)?;
        let (name, portable_name) =
            names.split_at_checked(u64::from_le_bytes(*length) as usize).ok_or_else(whole)?;
        let text = |bytes| std::str::from_utf8(bytes).map(str::to_owned).map_err(Error::internal);
        Ok(Some(Content {
            name: text(name)?,
            portable_name: text(if portable_name.is_empty() { name } else { portable_name })?,
            is_folder: kind == &[1],
            bytes: u64::from_le_bytes(*bytes),
            inode: u64::from_le_bytes(*inode),
            modified_nanoseconds: i64::from_le_bytes(*modified),
        }))
    }
}

/// The error, preceded by the path that it concerns.
fn at(path: &ShownPath, error: Error) -> Error {
    error.after(format_args!("{path}: "))
}

fn changed(path: &ShownPath) -> Error {
    Error::new(Code::Conflict, format!("{path} has changed meanwhile. Please try again."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tests::TestCloud;

    fn shown(text: &str) -> ShownPath {
        ShownPath::parse(text).unwrap()
    }

    /// Collects bob's home, which contains a folder.
    fn collected(test: &TestCloud) -> Contents {
        test.folder("/bob/folder");
        let view = test.cloud.view();
        let home = view.readable(&test.user, &shown("/bob")).unwrap();
        view.contents(&test.user, &home, &[EntryName::parse("folder").unwrap()]).unwrap()
    }

    #[test]
    fn a_folder_that_goes_away_meanwhile_is_no_part_of_an_archive() {
        let test = TestCloud::new();
        let mut contents = collected(&test);
        let folder = test.cloud.view().readable(&test.user, &shown("/bob/folder")).unwrap();
        test.delete("/bob/folder").unwrap();
        let error = contents.go_on_past_link(&test.cloud, "folder".into(), &folder).unwrap_err();
        assert_eq!(error.code, Code::Conflict, "{error}");
        assert_eq!(error.message, "/bob/folder has changed meanwhile. Please try again.");
    }

    #[test]
    fn an_archive_of_too_many_entries_is_refused() {
        let test = TestCloud::new();
        let mut contents = collected(&test);
        let folder = test.cloud.view().readable(&test.user, &shown("/bob/folder")).unwrap();
        let stat = test.cloud.stat(folder.real()).unwrap().unwrap();
        contents.count = CONTENTS_MAX - 1;
        contents.add("last", "last", &stat).unwrap();
        let error = contents.add("one too many", "one too many", &stat).unwrap_err();
        assert_eq!((error.code, contents.count), (Code::TooLarge, CONTENTS_MAX), "{error}");
    }
}
