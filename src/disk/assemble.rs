//! Folders that are assembled piece by piece in `staging`, where nobody sees them, and then appear
//! whole. Their entries are new: nothing in them is ever replaced.

use super::attributes::Prescribed;
use super::bytes::write_all;
use super::errno::{at, failed};
use super::hidden_dir::{Staged, checked, staging_path};
use super::move_in::put_new;
use super::replace::{Committed, occupied};
use super::resolve::{self, open_one};
use super::slot::tolerate;
use super::stat::{self, Kind};
use super::sys;
use super::volume::Volume;
use crate::base::path::{CloudPath, EntryName};
use crate::error::{Code, Error, Reason, Result};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::Mode;
use rustix::io::Errno;
use std::time::SystemTime;

/// A folder that is being assembled. Dropping it leaves it in `staging`.
pub struct Assembly {
    id: String,
    top: OwnedFd,
    prescribed: Prescribed,
}

/// A file of an assembly that is being written.
pub struct NewFile {
    file: OwnedFd,
    length: u64,
}

impl NewFile {
    /// Writes bytes behind those that were written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        write_all(&self.file, bytes, self.length).map_err(at("write"))?;
        self.length += bytes.len() as u64;
        Ok(())
    }
}

impl Volume {
    /// Begins a folder under a new id. It will be moved to a path where nothing is yet.
    pub fn assemble(&self, id: &str, to: &CloudPath) -> Result<Assembly> {
        let slot = self.new_place(to)?;
        if let Some(stat) = slot.existing()? {
            return Err(occupied(stat.kind));
        }
        let name = Staged::Tree(checked(id)?).name();
        let tree = (self.hidden_dir.staging.as_fd(), name.as_slice());
        sys::create_folder(tree, Mode::RWXU).map_err(at("mkdir in staging"))?;
        let assembly = (|| {
            let top = open_one(tree, resolve::FOLDER).map_err(at("open in staging"))?;
            Ok(Assembly { id: id.to_owned(), top, prescribed: slot.prescribed()? })
        })();
        assembly.inspect_err(|_| self.discard_assembly(id))
    }

    /// Makes a folder in an assembly, and those above it. One that exists stays. Returns how many
    /// were made.
    ///
    /// # Errors
    /// `Code::Conflict` if a file has one of the names.
    pub fn add_folder(&self, assembly: &Assembly, below: &[EntryName]) -> Result<u64> {
        let mut made = 0;
        for count in 1..=below.len() {
            let (names, leaf) = self.place_in(assembly, &below[..count])?;
            match sys::create_folder((names.as_fd(), &leaf), Mode::RWXU) {
                Err(Errno::EXIST) => {
                    let there = stat::of_name(&names, &leaf).map_err(at("statx"))?;
                    if there.is_none_or(|stat| stat.kind != Kind::Folder) {
                        return Err(twice(&below[..count]));
                    }
                }
                new => {
                    new.map_err(at("mkdir"))?;
                    made += 1;
                }
            }
        }
        Ok(made)
    }

    /// Begins a file in a folder of an assembly.
    ///
    /// # Errors
    /// `Code::Conflict` if the name is taken.
    pub fn add_file(&self, assembly: &Assembly, below: &[EntryName]) -> Result<NewFile> {
        let (names, leaf) = self.place_in(assembly, below)?;
        match sys::create((names.as_fd(), &leaf), Mode::RUSR | Mode::WUSR) {
            Err(Errno::EXIST) => Err(twice(below)),
            made => Ok(NewFile { file: made.map_err(at("create"))?, length: 0 }),
        }
    }

    /// Ends a file: its attributes and its time.
    pub fn finish_file(
        &self,
        assembly: &Assembly,
        done: &NewFile,
        modified: Option<SystemTime>,
    ) -> Result<()> {
        assembly
            .prescribed
            .for_new(Kind::File)
            .put_on(&done.file, Kind::File)
            .map_err(at("finish a file"))?;
        let Some(modified) = modified else { return Ok(()) };
        tolerate(sys::set_modified(&done.file, stat::timespec(modified))).map_err(at("finish a file"))
    }

    /// Puts an assembly in its place, durably and at once. `check` is asked last.
    ///
    /// # Errors
    /// `Code::Conflict` if the name was taken meanwhile.
    pub fn put_assembly(
        &self,
        assembly: &Assembly,
        to: &CloudPath,
        check: &mut dyn FnMut() -> Result<()>,
    ) -> Result<Committed> {
        self.dress_folders(assembly)?;
        sys::sync_file_system(&assembly.top).map_err(at("syncfs"))?;
        check()?;
        let name = Staged::Tree(checked(&assembly.id)?).name();
        let slot = self.new_place(to)?;
        let _turn = self.turns.take(&[self.turn(&slot)]);
        put_new((self.hidden_dir.staging.as_fd(), name.as_slice()), slot.entry())?;
        self.make_durable(&slot, None)?;
        Ok(Committed { stat: slot.require()?, moved: None, kept: None, copied: None })
    }

    /// Removes an assembly that will not be put anywhere.
    pub fn discard_assembly(&self, id: &str) {
        let name = Staged::Tree(id).name();
        let tree = (self.hidden_dir.staging.as_fd(), name.as_slice());
        if let Err(error) = self.remove_tree(tree, &staging_path(&name)) {
            log::warn!("the rest of a folder that was not finished stays until the next start: {error}");
        }
    }

    /// The folder above an entry of an assembly, and the entry's name.
    fn place_in(&self, assembly: &Assembly, below: &[EntryName]) -> Result<(OwnedFd, Vec<u8>)> {
        let Some((leaf, above)) = below.split_last() else {
            return Err(failed("open", Errno::INVAL));
        };
        let folder =
            self.open_beneath(assembly.top.as_fd(), &joined(above), resolve::FOLDER).map_err(at("open"))?;
        Ok((folder, leaf.to_bytes()))
    }

    /// Gives all folders their attributes.
    fn dress_folders(&self, assembly: &Assembly) -> Result<()> {
        let wanted = assembly.prescribed.for_new(Kind::Folder);
        let mut waiting = vec![Vec::new()];
        while let Some(names) = waiting.pop() {
            let folder =
                self.open_beneath(assembly.top.as_fd(), &names, resolve::FOLDER).map_err(at("open"))?;
            for entry in super::directory::entries(&folder).map_err(at("read a folder"))? {
                let is_folder = stat::of_name(&folder, &entry.name).map_err(at("statx"))?;
                if is_folder.is_some_and(|stat| stat.kind == Kind::Folder) {
                    waiting.push(super::skipped::beneath(&names, &entry.name));
                }
            }
            wanted.put_on(&folder, Kind::Folder).map_err(at("finish a folder"))?;
        }
        Ok(())
    }
}

/// The bytes of names with `/` between them.
fn joined(names: &[EntryName]) -> Vec<u8> {
    names.iter().map(EntryName::to_bytes).collect::<Vec<_>>().join(&b'/')
}

fn twice(below: &[EntryName]) -> Error {
    let names: Vec<&str> = below.iter().map(EntryName::as_str).collect();
    let sentence = format!("Two entries have the name {}.", names.join("/"));
    Error::new(Code::Conflict, sentence).for_reason(Reason::Exists)
}
