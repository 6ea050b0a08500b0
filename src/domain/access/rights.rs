//! The rights of a user to an entry, and the proofs of these rights. Only this file makes proofs,
//! when the right is asked for. Code that works on files takes proofs, never a bare path, and does
//! not ask again.

use crate::base::ids::letters_and_digits;
use crate::base::path::{CloudPath, EntryName, SHARED};
use crate::base::share_id::ShareId;
use crate::base::shown_path::ShownPath;
use crate::error::{Code, Error, Reason, Result};
use crate::store::shares::LinkRow;
use crate::store::trash::TrashRow;
use std::ops::Deref;
use std::sync::Arc;

/// The number of names in the path of an album's file, `/SHARED/<owner>/<album>/<file>`. No other
/// root has so many.
pub(super) const NAMES_IN_ALBUM: usize = 4;

/// A set of rights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rights(u8);

/// No right at all, not even to know that an entry exists.
pub const NO_RIGHTS: Rights = Rights(0);

/// The most that a shared album can give.
pub const RIGHTS_IN_ALBUM: Rights = Rights::READ.with(Rights::DOWNLOAD);

impl Rights {
    /// The right to see that an entry exists, to list it, and to look at it.
    pub const READ: Rights = Rights(1);
    /// The right to download the content.
    pub const DOWNLOAD: Rights = Rights(1 << 1);
    /// The right to create, to replace, to rename, and to move within the same root.
    pub const WRITE: Rights = Rights(1 << 2);
    pub const DELETE: Rights = Rights(1 << 3);
    /// The right to share an entry with others.
    pub const SHARE: Rights = Rights(1 << 4);
    /// The right to let a client keep a copy in sync.
    pub const SYNC: Rights = Rights(1 << 5);
    /// The right to change the access list of a folder.
    pub const MANAGE: Rights = Rights(1 << 6);
    pub const ALL: Rights = Rights::READ
        .with(Rights::DOWNLOAD)
        .with(Rights::WRITE)
        .with(Rights::DELETE)
        .with(Rights::SHARE)
        .with(Rights::SYNC)
        .with(Rights::MANAGE);

    /// The rights of both sets.
    pub const fn with(self, other: Rights) -> Rights {
        Rights(self.0 | other.0)
    }

    /// The rights that are in both sets.
    pub const fn common(self, other: Rights) -> Rights {
        Rights(self.0 & other.0)
    }

    /// These rights without the given ones.
    pub const fn without(self, others: Rights) -> Rights {
        Rights(self.0 & !others.0)
    }

    /// The rights as the database stores them.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The rights that the database has stored. Unknown bits are dropped.
    pub const fn of_bits(bits: u8) -> Rights {
        Rights(bits).common(Rights::ALL)
    }

    /// The rights that stored rights give to a member of a share. The right to delete counts only
    /// together with the right to write: clients deny it by denying the right to write.
    pub const fn as_given(self) -> Rights {
        if self.has(Rights::WRITE) { self } else { self.without(Rights::DELETE) }
    }

    /// True if these rights contain all the wanted ones.
    pub const fn has(self, wanted: Rights) -> bool {
        self.0 & wanted.0 == wanted.0
    }
}

/// The rights that a link gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublicAccess {
    pub is_public: bool,
    pub may_upload: bool,
    pub is_view_only: bool,
    pub is_upload_only: bool,
}

impl PublicAccess {
    /// The access that the row of a link stores.
    pub fn of(row: &LinkRow) -> PublicAccess {
        let LinkRow { is_public, may_upload, is_view_only, is_upload_only, .. } = *row;
        PublicAccess { is_public, may_upload, is_view_only, is_upload_only }
    }

    /// The rights of visitors who come by the link. To upload without seeing is to write without
    /// reading.
    pub fn rights(self) -> Rights {
        if !self.is_public {
            return NO_RIGHTS;
        }
        if self.is_upload_only {
            return Rights::WRITE;
        }
        let look = if self.is_view_only { Rights::READ } else { Rights::READ.with(Rights::DOWNLOAD) };
        if self.may_upload { look.with(Rights::WRITE) } else { look }
    }
}

/// The way by which a user reaches an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A folder above all roots. It belongs to nobody and lists the roots that the user has.
    Above,
    Own,
    /// An administrator at work on users' data.
    Proxy,
    /// A further disk.
    Disk,
    /// An entry that somebody shares with the user.
    Share(ShareId),
    /// An entry that is reached by the link of a share.
    Link(ShareId),
}

/// An entry that a user reaches, whether it exists or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    real: CloudPath,
    shown: ShownPath,
    /// Number of names from the root of its way down to it.
    depth: usize,
    rights: Rights,
    way: Way,
    /// The deleted entry that this entry is or lies in, if the rights depend on it.
    deleted: Option<Arc<TrashRow>>,
    /// True for a place that stands for a hidden entry, so that nothing can be put there.
    is_nothing: bool,
}

/// An entry that its user may see, list and look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readable(Reach);

/// An entry whose content its user may download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downloadable(Readable);

/// An entry whose content its user may create or replace: an entry below a root, or a single file
/// that somebody shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaceable(Reach);

/// An entry that its user may create, replace or rename: below a root, never the root itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writable(Replaceable);

/// An entry that its user may delete: below a root, never the root itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletable(Reach);

/// A folder into which its user may put something. It can be a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(Reach);

/// An entry that its user may share with others: never the whole root of an account or disk, and
/// nothing in a recycle bin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shareable(Reach);

/// A folder whose access list its user may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manageable(Reach);

/// A move of an entry. A move that leaves the root, or that gives the user more rights, also needs
/// the rights to copy and to delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    from: Writable,
    to: Writable,
    wanted: Rights,
}

impl Reach {
    /// An entry below a root. The last `depth` names of both paths lie below the root.
    pub(super) fn new(
        (real, shown): (CloudPath, ShownPath),
        depth: usize,
        rights: Rights,
        way: Way,
    ) -> Reach {
        Reach { real, shown, depth, rights, way, deleted: None, is_nothing: false }
    }

    /// A folder above the roots.
    pub(super) fn above(real: CloudPath) -> Reach {
        let shown = ShownPath::same_as(&real);
        Reach {
            depth: real.parts().len(),
            real,
            shown,
            rights: Rights::READ.with(Rights::DOWNLOAD),
            way: Way::Above,
            deleted: None,
            is_nothing: false,
        }
    }

    /// The folder that lists the files of an album. Its path begins with `/SHARED`.
    pub(in crate::domain) fn of_album(place: CloudPath, rights: Rights) -> Reach {
        Reach { rights: rights.common(RIGHTS_IN_ALBUM), ..Reach::above(place) }
    }

    /// The real path, for disk, index, locks, versions, bin and quota.
    pub fn real(&self) -> &CloudPath {
        &self.real
    }

    /// The path as its user sees it, for everything that people read.
    pub fn shown(&self) -> &ShownPath {
        &self.shown
    }

    pub fn rights(&self) -> Rights {
        self.rights
    }

    /// The way by which the user reaches the entry.
    pub fn way(&self) -> Way {
        self.way
    }

    /// Number of names from the root of its way down to it.
    #[cfg(test)]
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// True if it is reached by a link.
    pub fn is_by_link(&self) -> bool {
        matches!(self.way, Way::Link(_))
    }

    /// True for a file that its user reaches as part of an album. It is a root of its own.
    pub(in crate::domain) fn is_in_album(&self) -> bool {
        let root = self.root();
        root.len() == NAMES_IN_ALBUM && root[0].as_str() == SHARED
    }

    /// True if its user may know that it exists.
    pub fn is_seen(&self) -> bool {
        self.rights.has(Rights::READ)
    }

    /// True for one of the folders that only list roots.
    pub fn is_above_roots(&self) -> bool {
        self.way == Way::Above
    }

    /// True if it can be neither renamed nor moved: a root, a folder above the roots, or a recycle
    /// bin.
    pub fn is_fixed(&self) -> bool {
        let is_bin = self.real.is_in_bin() && self.real.parts().len() == self.real.root_depth() + 1;
        self.is_above_roots() || self.depth == 0 || is_bin
    }

    /// The account that owns the files; `None` above the roots and on a further volume, which
    /// belongs to nobody.
    pub fn account(&self) -> Option<&str> {
        self.real.first().map(EntryName::as_str).filter(|_| self.real.root_depth() == 1)
    }

    /// The value that was found for this entry.
    ///
    /// # Errors
    /// `Code::NotFound` when nothing was found.
    pub fn there<T>(&self, found: Option<T>) -> Result<T> {
        found.ok_or_else(|| Error::not_there(&self.shown))
    }

    /// The path at which the user sees an entry above or below this one. For an entry above their
    /// root, it is the root.
    pub(in crate::domain) fn shown_for(&self, real: &CloudPath) -> ShownPath {
        let below = real.parts().strip_prefix(self.real.parts());
        if let Some(shown) = below.and_then(|below| self.shown.below(below).ok()) {
            return shown;
        }
        let higher = self.real.parts().len().saturating_sub(real.parts().len());
        self.shown.beginning(self.shown.parts().len() - higher.min(self.depth))
    }

    /// The same entry with the spelling of its names on the disk.
    pub(super) fn spelled(self, real: CloudPath) -> Result<Reach> {
        let above = self.shown.beginning(self.shown.parts().len() - self.depth);
        let shown = above.below(&real.parts()[real.parts().len() - self.depth..])?;
        Ok(Reach { real, shown, ..self })
    }

    /// The same entry with other rights.
    pub(super) fn with_rights(self, rights: Rights) -> Reach {
        Reach { rights, ..self }
    }

    /// The same entry with the rights to a deleted entry, which it is or lies in. Code that works
    /// on it uses this deleted entry, not one that has taken its name in the bin meanwhile.
    pub(super) fn of_deleted(self, row: TrashRow, rights: Rights) -> Reach {
        Reach { rights, deleted: Some(Arc::new(row)), ..self }
    }

    /// The deleted entry for which the rights were found.
    pub(in crate::domain) fn deleted(&self) -> Option<&TrashRow> {
        self.deleted.as_deref()
    }

    /// The entry at these names below this one, with the same rights.
    pub(super) fn below(&self, names: &[EntryName]) -> Result<Reach> {
        let (real, shown) = (self.real.below(names)?, self.shown.below(names)?);
        Ok(Reach { real, shown, depth: self.depth + names.len(), ..self.clone() })
    }

    /// A place below this folder where nothing is, shown as the path with these names. Its real path
    /// has a name that nobody knows, so that no code finds the hidden entry.
    pub(super) fn nothing_below(&self, names: &[EntryName]) -> Result<Reach> {
        let [_, further @ ..] = names else { return Err(Error::internal("a hidden entry has no name")) };
        let unknown = EntryName::parse(&letters_and_digits(UNKNOWN_NAME_CHARACTERS))?;
        let real = self.real.join(&unknown)?.below(further)?;
        Ok(Reach { real, is_nothing: further.is_empty(), ..self.below(names)? })
    }

    fn require(self, wanted: Rights, sentence: &'static str) -> Result<Reach> {
        if self.rights.has(wanted) { Ok(self) } else { Err(Error::new(Code::Forbidden, sentence)) }
    }

    /// Refuses to put something where a hidden entry is.
    fn require_free(&self) -> Result<()> {
        if self.is_nothing { self.there(None) } else { Ok(()) }
    }

    fn require_movable(&self) -> Result<()> {
        if !self.is_fixed() {
            return Ok(());
        }
        Err(Error::new(Code::Forbidden, "This folder belongs to the cloud and stays as it is."))
    }

    /// Proves that its user may see it.
    ///
    /// # Errors
    /// `Code::Forbidden` without the right. All proofs fail so.
    pub fn readable(self) -> Result<Readable> {
        self.require(Rights::READ, NO_ACCESS).map(Readable)
    }

    /// Proves that its user may download the content.
    pub fn downloadable(self) -> Result<Downloadable> {
        let readable = self.readable()?;
        readable
            .0
            .require(Rights::DOWNLOAD, "You may look at this, but not download it.")
            .map(|reach| Downloadable(Readable(reach)))
    }

    /// Proves that its user may create, replace or rename it.
    pub fn writable(self) -> Result<Writable> {
        self.require_movable()?;
        self.require_free()?;
        self.require(Rights::WRITE, NO_CHANGE).map(|reach| Writable(Replaceable(reach)))
    }

    /// Proves that its user may create or replace its content. This includes a single file that
    /// somebody shares, which keeps its name and place.
    pub fn replaceable(self) -> Result<Replaceable> {
        let is_shared_itself = self.depth == 0 && matches!(self.way, Way::Share(_));
        if !is_shared_itself {
            self.require_movable()?;
        }
        self.require_free()?;
        self.require(Rights::WRITE, NO_CHANGE).map(Replaceable)
    }

    /// Proves that its user may delete it.
    pub fn deletable(self) -> Result<Deletable> {
        self.require_movable()?;
        self.require(Rights::DELETE, "You may not delete this.").map(Deletable)
    }

    /// Proves that its user may change the access list of the folder.
    pub fn manageable(self) -> Result<Manageable> {
        let refused = |sentence| Err(Error::new(Code::Forbidden, sentence));
        if self.is_above_roots() {
            return refused("There is no access list here. Please choose a folder below.");
        }
        if self.real.is_in_bin() {
            return refused("Entries in the recycle bin have no access list. Please restore this one first.");
        }
        self.require(Rights::MANAGE, "You may not say who has access to this.").map(Manageable)
    }

    /// Proves that its user may put something into the folder.
    pub fn folder(self) -> Result<Folder> {
        let refused = |sentence| Err(Error::new(Code::Forbidden, sentence));
        if self.is_above_roots() {
            return refused("Nothing can be put here. Please choose a folder below.");
        }
        if self.real.is_in_bin() {
            return refused("Nothing can be put into the recycle bin. It holds what was deleted.");
        }
        self.require(Rights::WRITE, NO_CHANGE).map(Folder)
    }
}

impl Reach {
    /// Proves that its user may share it with others.
    pub fn shareable(self) -> Result<Shareable> {
        let refused = |sentence| Err(Error::new(Code::Forbidden, sentence));
        if self.is_above_roots() || self.real.parts().len() <= self.real.root_depth() {
            return refused("This cannot be shared as a whole. Please choose something in it.");
        }
        if self.real.is_in_bin() {
            return refused("Entries in the recycle bin cannot be shared. Please restore this one first.");
        }
        self.require(Rights::SHARE, "You may not share this.").map(Shareable)
    }

    /// True for the root of its way.
    pub fn is_root_of_way(&self) -> bool {
        self.depth == 0
    }

    /// True if it lies in the root of its way itself, and not further down.
    pub fn is_in_root_of_way(&self) -> bool {
        self.depth == 1
    }
}

/// Number of characters of a name that nobody knows, with 124 random bits.
const UNKNOWN_NAME_CHARACTERS: usize = 24;

/// The message is the same for paths of others and for paths that do not exist.
pub(in crate::domain) const NO_ACCESS: &str = "You have no access to this path.";
pub(super) const NOT_BY_LINK: &str = "By a link you may look, download and upload, as far as it lets you. \
    For anything else please ask its owner to share this with you.";
const NO_CHANGE: &str = "You may look at this, but not change it.";

impl Folder {
    /// The entry with this name in this folder.
    ///
    /// # Errors
    /// `Code::Invalid` for the name of the recycle bin in a folder that has one.
    pub fn place(&self, name: &EntryName) -> Result<Writable> {
        if self.0.real.is_bin(name) {
            return Err(Error::new(
                Code::Invalid,
                "The name \"recyclebin\" is reserved for the recycle bin.",
            )
            .for_reason(Reason::BadName));
        }
        self.0.below(std::slice::from_ref(name)).map(|reach| Writable(Replaceable(reach)))
    }
}

impl Writable {
    /// Proves that its user may move it to another place.
    ///
    /// # Errors
    /// `Code::Forbidden` if the move leaves its root, or gives the user more rights, and the user
    /// may not copy and delete it.
    pub fn moved_to(self, to: Writable) -> Result<Move> {
        let stays = self.way() == to.way() && self.root() == to.root();
        let gain = to.rights().without(self.rights());
        let wanted = if stays && gain == NO_RIGHTS { Rights::WRITE } else { WANTED_TO_LEAVE };
        let from = self.0.0.require(wanted, "You may not move this away from here.")?;
        let from = Writable(Replaceable(from));
        Ok(Move { from, to, wanted: wanted.with(Rights::READ) })
    }
}

/// The rights that a move out of a root needs: it is a copy, and a deletion there.
const WANTED_TO_LEAVE: Rights = Rights::READ.with(Rights::DOWNLOAD).with(Rights::WRITE).with(Rights::DELETE);

impl Move {
    pub fn from(&self) -> &Writable {
        &self.from
    }

    pub fn to(&self) -> &Writable {
        &self.to
    }

    /// The rights that the user needs for everything below the moved entry.
    pub(in crate::domain) fn wanted(&self) -> Rights {
        self.wanted
    }
}

impl Reach {
    /// The root of its way, as its user sees it.
    fn root(&self) -> &[EntryName] {
        let names = self.shown.parts();
        &names[..names.len() - self.depth]
    }
}

/// Proofs wrap an entry without changing it.
macro_rules! proofs {
    ($($proof:ty => $of:ty),+) => { $(
        impl Deref for $proof {
            type Target = $of;

            fn deref(&self) -> &$of {
                &self.0
            }
        }
    )+ };
}

proofs!(Readable => Reach, Downloadable => Readable, Replaceable => Reach, Writable => Replaceable, Deletable => Reach, Folder => Reach, Shareable => Reach,
        Manageable => Reach);
