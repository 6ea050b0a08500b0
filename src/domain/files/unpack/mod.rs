//! Unpacks a zip archive into a new folder beside it. The folder is assembled where nobody sees it
//! and appears when it is whole.

#[cfg(fuzzing)]
pub mod fuzzing;
pub mod zip;

use self::zip::{Directory, Member, MemberKind};
use crate::base::ids::object_id;
use crate::base::limits::unpack::{BYTES_MAX, ENTRIES_MAX, RATIO_MAX, UNASKED_BYTES};
use crate::base::path::EntryName;
use crate::base::time::from_seconds;
use crate::disk::{Assembly, Reader, Volume};
use crate::domain::access::rights::{Downloadable, Folder, Reach, Writable};
use crate::domain::accounts::actor::User;
use crate::domain::files::locks::Purpose;
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};

/// Number of names that are tried for a new entry.
const NAMES_MAX: u32 = 1000;

/// An archive that was unpacked.
#[derive(Clone, Debug)]
pub struct Unpacked {
    /// The new folder.
    pub folder: Reach,
    /// The number of members that were left out, such as links.
    pub left_out: u64,
}

/// The content of an archive, as its directory states it.
struct Plan {
    directory: Directory,
    length: u64,
    files: u64,
    bytes: u64,
    left_out: u64,
    /// The longest path: the number of its names, and of its bytes.
    names: usize,
    path_bytes: usize,
    /// The folder that holds everything else; `None` if there is none.
    top: Top,
}

/// The top of an archive: one folder that holds everything, or several entries.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Top {
    Unknown,
    One(EntryName),
    Many,
}

impl Plan {
    /// Reads the whole directory before anything is written.
    fn of(reader: &mut Reader, mut go_on: impl FnMut() -> Result<()>) -> Result<Plan> {
        let length = reader.stat().size;
        let directory = zip::directory(reader, length)?;
        if directory.count > ENTRIES_MAX {
            return Err(too_many());
        }
        let (files, bytes, left_out, names, path_bytes) = (0, 0, 0, 0, 0);
        let mut plan =
            Plan { directory, length, files, bytes, left_out, names, path_bytes, top: Top::Unknown };
        let (mut packed_bytes, mut count) = (0_u64, 0);
        zip::each_member(reader, directory, |_, member| {
            go_on()?;
            count += 1;
            if count > ENTRIES_MAX {
                return Err(too_many());
            }
            packed_bytes = packed_bytes.saturating_add(member.packed_bytes);
            plan.add(&member)
        })?;
        // A small archive can claim to be huge by members that share their contents.
        let is_shared = packed_bytes > length;
        let is_bomb = plan.bytes > UNASKED_BYTES && plan.bytes / RATIO_MAX > length;
        if is_shared || is_bomb || plan.bytes > BYTES_MAX {
            return Err(Error::new(
                Code::TooLarge,
                "This archive would become too large, so nothing of it was unpacked.",
            )
            .for_reason(Reason::ArchiveTooLarge));
        }
        Ok(plan)
    }

    fn add(&mut self, member: &Member) -> Result<()> {
        let path = member.path()?;
        let Some(first) = path.first().filter(|_| !member.is_of_mac()) else { return Ok(()) };
        match member.kind {
            MemberKind::Special => {
                self.left_out += 1;
                return Ok(());
            }
            MemberKind::Folder => {}
            MemberKind::File => {
                member.check_known()?;
                self.files += 1;
                self.bytes = self.bytes.saturating_add(member.bytes);
            }
        }
        let is_below = path.len() > 1 || member.kind == MemberKind::Folder;
        self.top = match &self.top {
            Top::Unknown if is_below => Top::One(first.clone()),
            Top::One(top) if is_below && top == first => Top::One(top.clone()),
            _ => Top::Many,
        };
        self.names = self.names.max(path.len());
        self.path_bytes = self.path_bytes.max(path.iter().map(|name| 1 + name.as_str().len()).sum());
        Ok(())
    }
}

impl Cloud {
    /// Unpacks an archive into a new folder beside it. The folder gets the name of the archive or,
    /// if the archive holds a single folder with everything in it, the name of that. A number is
    /// added if the name is taken.
    ///
    /// # Errors
    /// `Code::Unsupported` for a file that is no archive, and for a damaged or encrypted archive;
    /// `Code::Forbidden` for paths that lead out of the folder; `Code::TooLarge` for a bomb;
    /// `Code::Full` if it does not fit.
    pub fn unpack(&self, user: &User, archive: &Downloadable, folder: &Folder) -> Result<Change<Unpacked>> {
        if archive.real().is_in_bin() {
            return Err(Error::new(
                Code::Forbidden,
                "Please restore the archive from the recycle bin first.",
            ));
        }
        self.view().check_unlocked(user, archive, Purpose::Read)?;
        let mut reader = archive.there(self.volumes.reader(archive.real())?)?;
        let plan = Plan::of(&mut reader, || self.check_may_go_on(user))?;
        let own = archive.shown().leaf().map_or("", EntryName::as_str);
        let name = match &plan.top {
            Top::One(name) => name.as_str(),
            _ => own.rsplit_once('.').map_or(own, |(stem, _)| if stem.is_empty() { own } else { stem }),
        };
        let to = self.view().free_place(folder, name, "")?;
        if !to.real().can_reach(plan.names, plan.path_bytes) {
            let sentence = "A path in this archive would be too long there.";
            return Err(Error::new(Code::Invalid, sentence).for_reason(Reason::NameTooLong));
        }
        let changing = self.begin_change(user, &[&to])?;
        let owner = self.root_of(to.real())?;
        self.take_entries(&owner, 1 + plan.files)?;
        let reserved = self.reserve(&owner, plan.bytes)?;
        let replacement = self.begin_replacement(user, &to, changing, reserved);
        let (volume, id) = (self.volumes.of(to.real())?, object_id());
        let assembly = volume.assemble(&id, to.real())?;
        let unpacking = Unpacking { cloud: self, user, plan: &plan, volume: &volume, assembly: &assembly };
        let done = unpacking.run(&mut reader).and_then(|folders| {
            self.take_entries(&owner, folders)?;
            volume.put_assembly(&assembly, to.real(), &mut || self.check_may_go_on(user))
        });
        let done = done.inspect_err(|_| volume.discard_assembly(&id))?;
        let unpacked = Unpacked { folder: Reach::clone(&to), left_out: plan.left_out };
        Ok(replacement.record(&done).telling(unpacked))
    }
}

/// An archive on its way into a folder.
struct Unpacking<'a> {
    cloud: &'a Cloud,
    user: &'a User,
    plan: &'a Plan,
    volume: &'a Volume,
    assembly: &'a Assembly,
}

impl Unpacking<'_> {
    /// Writes all members, and returns the number of folders that were made.
    fn run(&self, reader: &mut Reader) -> Result<u64> {
        let (mut folders, mut bytes, mut files) = (0, 0_u64, 0);
        zip::each_member(reader, self.plan.directory, |reader, member| {
            let path = member.path()?;
            if path.is_empty() || member.is_of_mac() || member.kind == MemberKind::Special {
                return Ok(());
            }
            // The folder in the archive that holds everything becomes the new folder.
            let below = &path[usize::from(self.plan.top != Top::Many)..];
            let (above, is_file) = match member.kind {
                MemberKind::File => (&below[..below.len().saturating_sub(1)], true),
                _ => (below, false),
            };
            folders += self.volume.add_folder(self.assembly, above)?;
            if folders > ENTRIES_MAX {
                return Err(too_many());
            }
            if is_file {
                bytes += member.bytes;
                files += 1;
                // Another program has written to the archive meanwhile.
                if bytes > self.plan.bytes || files > self.plan.files {
                    return Err(Error::new(
                        Code::Conflict,
                        "The archive has changed meanwhile. Please try again.",
                    ));
                }
                self.write(reader, &member, below)?;
            }
            Ok(())
        })?;
        Ok(folders)
    }

    fn write(&self, reader: &mut Reader, member: &Member, below: &[EntryName]) -> Result<()> {
        member.check_known()?;
        let mut file = self.volume.add_file(self.assembly, below)?;
        member.unpack(reader, self.plan.length, |block| {
            self.cloud.check_may_go_on(self.user)?;
            file.write(block)
        })?;
        self.volume.finish_file(self.assembly, &file, member.modified.map(from_seconds))
    }
}

impl CloudView<'_> {
    /// A place in a folder for a new entry: the name, or else `name (2)` and so on. `ending` stays at
    /// the end.
    ///
    /// # Errors
    /// As [`CloudView::new_place`]; `Code::Conflict` if very many such names are taken.
    pub fn free_place(&self, folder: &Folder, name: &str, ending: &str) -> Result<Writable> {
        let numbered = (2..NAMES_MAX).map(|number| format!("{name} ({number}){ending}"));
        for wanted in std::iter::once(format!("{name}{ending}")).chain(numbered) {
            let place = self.new_place(folder, &EntryName::parse(&wanted)?)?;
            if self.cloud.volumes.stat(place.real())?.is_none() {
                return Ok(place);
            }
        }
        Err(Error::new(
            Code::Conflict,
            "Very many entries have this name already. Please choose another one.",
        ))
    }
}

fn too_many() -> Error {
    Error::new(
        Code::TooLarge,
        format!(
            "This archive holds more than {ENTRIES_MAX} files and folders, so nothing of it was unpacked."
        ),
    )
    .for_reason(Reason::ArchiveTooLarge)
}
