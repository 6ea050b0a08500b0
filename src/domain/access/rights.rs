//! What somebody may do with an entry, and the proofs of it. A proof is made here and nowhere else, by asking for the right
//! that it proves. What works on files takes proofs, never a bare path, and does not ask again.

use crate::base::path::{CloudPath, EntryName};
use crate::base::share_id::ShareId;
use crate::base::shown_path::ShownPath;
use crate::error::{Code, Error, Reason, Result};
use crate::store::shares::LinkRow;
use std::ops::Deref;

/// A set of rights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rights(u8);

/// Without any right, not even to know that something is there.
pub const NO_RIGHTS: Rights = Rights(0);

impl Rights {
    /// To see that something is there, to list it, to look at it.
    pub const READ: Rights = Rights(1);
    /// To have the content.
    pub const DOWNLOAD: Rights = Rights(1 << 1);
    /// To make, replace, rename, and move within the same root.
    pub const WRITE: Rights = Rights(1 << 2);
    pub const DELETE: Rights = Rights(1 << 3);
    /// To pass it on to others.
    pub const SHARE: Rights = Rights(1 << 4);
    /// To have a client keep a copy in step.
    pub const SYNC: Rights = Rights(1 << 5);
    /// To say who else has which rights.
    pub const MANAGE: Rights = Rights(1 << 6);
    pub const ALL: Rights = Rights::READ
        .with(Rights::DOWNLOAD)
        .with(Rights::WRITE)
        .with(Rights::DELETE)
        .with(Rights::SHARE)
        .with(Rights::SYNC)
        .with(Rights::MANAGE);

    /// Both together.
    pub const fn with(self, other: Rights) -> Rights {
        Rights(self.0 | other.0)
    }

    /// Those that both have.
    pub const fn common(self, other: Rights) -> Rights {
        Rights(self.0 & other.0)
    }

    /// These but for some.
    pub const fn without(self, others: Rights) -> Rights {
        Rights(self.0 & !others.0)
    }

    /// As the database keeps them.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// From what the database keeps; bits that mean nothing are dropped.
    pub const fn of_bits(bits: u8) -> Rights {
        Rights(bits).common(Rights::ALL)
    }

    /// What a member of a share has by kept rights. That to delete counts only together with that to write: clients say the
    /// one by denying the other.
    pub const fn as_given(self) -> Rights {
        if self.has(Rights::WRITE) { self } else { self.without(Rights::DELETE) }
    }

    /// Whether all of the wanted ones are among these.
    pub const fn has(self, wanted: Rights) -> bool {
        self.0 & wanted.0 == wanted.0
    }
}

/// What a link allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublicAccess {
    pub is_public: bool,
    pub may_upload: bool,
    pub is_view_only: bool,
    pub is_upload_only: bool,
}

impl PublicAccess {
    /// As the database keeps it.
    pub fn of(row: &LinkRow) -> PublicAccess {
        let LinkRow { is_public, may_upload, is_view_only, is_upload_only, .. } = *row;
        PublicAccess { is_public, may_upload, is_view_only, is_upload_only }
    }

    /// What the link gives. To upload without seeing is to write without reading.
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

/// On which way somebody reaches an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It is a folder above all roots: it belongs to nobody, and lists the roots that one has.
    Above,
    Own,
    /// An administrator at work on users' data.
    Proxy,
    /// A further disk.
    Disk,
    /// Something that somebody shares with them.
    Share(ShareId),
    /// The link of a share.
    Link(ShareId),
}

/// An entry that somebody reaches, whether anything is there or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    real: CloudPath,
    shown: ShownPath,
    /// How many names it lies below the root of its way.
    depth: usize,
    rights: Rights,
    way: Way,
}

/// An entry whose user may see that it is there, list it and look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readable(Reach);

/// An entry whose content its user may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downloadable(Readable);

/// An entry whose content its user may make or replace: one below a root, and a single file that somebody shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaceable(Reach);

/// An entry that its user may make, replace or rename: below a root, never the root itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writable(Replaceable);

/// An entry that its user may delete: below a root, never the root itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletable(Reach);

/// A folder that its user may put something into; a root is one too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(Reach);

/// An entry that its user may share with others: never a root of accounts or disks as a whole, and nothing of a bin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shareable(Reach);

/// A folder whose access list its user may set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manageable(Reach);

/// A change of place: within one root, or to where its user may do more, of what they could copy and delete as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    from: Writable,
    to: Writable,
    wanted: Rights,
}

impl Reach {
    /// An entry so many names below a root, whose names end both paths.
    pub(super) fn new(
        (real, shown): (CloudPath, ShownPath),
        depth: usize,
        rights: Rights,
        way: Way,
    ) -> Reach {
        Reach { real, shown, depth, rights, way }
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
        }
    }

    /// Where it lies. For disk, index, locks, versions, bin and quota.
    pub fn real(&self) -> &CloudPath {
        &self.real
    }

    /// Where its user sees it. For all that people are told.
    pub fn shown(&self) -> &ShownPath {
        &self.shown
    }

    pub fn rights(&self) -> Rights {
        self.rights
    }

    /// On which way it is reached.
    pub fn way(&self) -> Way {
        self.way
    }

    /// How many names it lies below the root of its way.
    #[cfg(test)]
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Whether a link leads there.
    pub fn is_by_link(&self) -> bool {
        matches!(self.way, Way::Link(_))
    }

    /// Whether its user may know that it is there.
    pub fn is_seen(&self) -> bool {
        self.rights.has(Rights::READ)
    }

    /// Whether it is one of the folders that only list roots.
    pub fn is_above_roots(&self) -> bool {
        self.way == Way::Above
    }

    /// Whether it keeps its name and place: a root, what is above the roots, and a recycle bin.
    pub fn is_fixed(&self) -> bool {
        let is_bin = self.real.is_in_bin() && self.real.parts().len() == self.real.root_depth() + 1;
        self.is_above_roots() || self.depth == 0 || is_bin
    }

    /// The account whose files these are; `None` above the roots and on a further volume, which belongs to nobody.
    pub fn account(&self) -> Option<&str> {
        self.real.first().map(EntryName::as_str).filter(|_| self.real.root_depth() == 1)
    }

    /// What was looked for there.
    ///
    /// # Errors
    /// `Code::NotFound` when nothing was found.
    pub fn there<T>(&self, found: Option<T>) -> Result<T> {
        found.ok_or_else(|| Error::not_there(&self.shown))
    }

    /// As its user sees what lies above or below it. Of what is above their root they know no more than the root.
    pub(in crate::domain) fn shown_for(&self, real: &CloudPath) -> ShownPath {
        let below = real.parts().strip_prefix(self.real.parts());
        if let Some(shown) = below.and_then(|below| self.shown.below(below).ok()) {
            return shown;
        }
        let higher = self.real.parts().len().saturating_sub(real.parts().len());
        self.shown.beginning(self.shown.parts().len() - higher.min(self.depth))
    }

    /// The same entry by the names that it has on the disk.
    pub(super) fn spelled(self, real: CloudPath) -> Result<Reach> {
        let above = self.shown.beginning(self.shown.parts().len() - self.depth);
        let shown = above.below(&real.parts()[real.parts().len() - self.depth..])?;
        Ok(Reach { real, shown, ..self })
    }

    /// The same with other rights.
    pub(super) fn with_rights(self, rights: Rights) -> Reach {
        Reach { rights, ..self }
    }

    /// What lies so many names further down, with the same rights.
    pub(super) fn below(&self, names: &[EntryName]) -> Result<Reach> {
        let (real, shown) = (self.real.below(names)?, self.shown.below(names)?);
        Ok(Reach { real, shown, depth: self.depth + names.len(), ..*self })
    }

    fn require(self, wanted: Rights, sentence: &'static str) -> Result<Reach> {
        if self.rights.has(wanted) { Ok(self) } else { Err(Error::new(Code::Forbidden, sentence)) }
    }

    fn require_movable(&self) -> Result<()> {
        if !self.is_fixed() {
            return Ok(());
        }
        Err(Error::new(Code::Forbidden, "This folder belongs to the cloud and stays as it is."))
    }

    /// May its user see what is there?
    ///
    /// # Errors
    /// `Code::Forbidden` without the right; so for all proofs.
    pub fn readable(self) -> Result<Readable> {
        self.require(Rights::READ, NO_ACCESS).map(Readable)
    }

    /// May its user have the content?
    pub fn downloadable(self) -> Result<Downloadable> {
        let readable = self.readable()?;
        readable
            .0
            .require(Rights::DOWNLOAD, "You may look at this, but not download it.")
            .map(|reach| Downloadable(Readable(reach)))
    }

    /// May its user make, replace or rename it?
    pub fn writable(self) -> Result<Writable> {
        self.require_movable()?;
        self.require(Rights::WRITE, NO_CHANGE).map(|reach| Writable(Replaceable(reach)))
    }

    /// May its user make or replace its content? A single file that somebody shares keeps its name and place all the same.
    pub fn replaceable(self) -> Result<Replaceable> {
        let is_shared_itself = self.depth == 0 && matches!(self.way, Way::Share(_));
        if !is_shared_itself {
            self.require_movable()?;
        }
        self.require(Rights::WRITE, NO_CHANGE).map(Replaceable)
    }

    /// May its user delete it?
    pub fn deletable(self) -> Result<Deletable> {
        self.require_movable()?;
        self.require(Rights::DELETE, "You may not delete this.").map(Deletable)
    }

    /// May its user say who may do less, or more, in the folder than above it?
    pub fn manageable(self) -> Result<Manageable> {
        let refused = |sentence| Err(Error::new(Code::Forbidden, sentence));
        if self.is_above_roots() {
            return refused("There is no access list here. Please choose a folder below.");
        }
        if self.real.is_in_bin() {
            return refused("What lies in the recycle bin has no access list. Please restore it first.");
        }
        self.require(Rights::MANAGE, "You may not say who has access to this.").map(Manageable)
    }

    /// May its user put something into the folder?
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
    /// May its user share it with others?
    pub fn shareable(self) -> Result<Shareable> {
        let refused = |sentence| Err(Error::new(Code::Forbidden, sentence));
        if self.is_above_roots() || self.real.parts().len() <= self.real.root_depth() {
            return refused("This cannot be shared as a whole. Please choose something in it.");
        }
        if self.real.is_in_bin() {
            return refused("What lies in the recycle bin cannot be shared. Please restore it first.");
        }
        self.require(Rights::SHARE, "You may not share this.").map(Shareable)
    }

    /// Whether it is the root of its way.
    pub fn is_root_of_way(&self) -> bool {
        self.depth == 0
    }
}

/// The same for the paths of others and for what does not exist.
pub(in crate::domain) const NO_ACCESS: &str = "You have no access to this path.";
const NO_CHANGE: &str = "You may look at this, but not change it.";

impl Folder {
    /// The place of a name in this folder.
    ///
    /// # Errors
    /// `Code::Invalid` for the name of the recycle bin where that is.
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
    /// May its user give it another place?
    ///
    /// # Errors
    /// `Code::Forbidden` where it would leave its root, or give them more, and they may not copy and delete it.
    pub fn moved_to(self, to: Writable) -> Result<Move> {
        let stays = self.way() == to.way() && self.root() == to.root();
        let gain = to.rights().without(self.rights());
        let wanted = if stays && gain == NO_RIGHTS { Rights::WRITE } else { WANTED_TO_LEAVE };
        let from = self.0.0.require(wanted, "You may not move this away from here.")?;
        let from = Writable(Replaceable(from));
        Ok(Move { from, to, wanted: wanted.with(Rights::READ) })
    }
}

/// To take something away from a root is to have it, and to delete it there.
const WANTED_TO_LEAVE: Rights = Rights::READ.with(Rights::DOWNLOAD).with(Rights::WRITE).with(Rights::DELETE);

impl Move {
    pub fn from(&self) -> &Writable {
        &self.from
    }

    pub fn to(&self) -> &Writable {
        &self.to
    }

    /// What its user must be allowed with everything that comes along.
    pub(in crate::domain) fn wanted(&self) -> Rights {
        self.wanted
    }
}

impl Reach {
    /// The root of its way, as its user sees that.
    fn root(&self) -> &[EntryName] {
        let names = self.shown.parts();
        &names[..names.len() - self.depth]
    }
}

/// What is proved of an entry; the entry is the same.
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
