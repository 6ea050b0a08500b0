//! Who may do what where. A path becomes a `Readable` or a `Writable` here and nowhere else: the proof that this user holds
//! the right there. What works on files takes these, never a bare path.

use crate::base::path::{CloudPath, EXTERNAL, EntryName};
use crate::base::user_name::UserName;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::error::{Code, Error, Reason, Result};
use crate::store::roots::FORMER;

/// A path its user may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readable(CloudPath);

/// A path its user may change: below a user's root, never the root itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writable(CloudPath);

/// A folder its user may put something into; a user's root is one too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(CloudPath);

impl CloudView<'_> {
    /// May this user see what is at the path? The top is readable for everybody: it lists what they have.
    ///
    /// # Errors
    /// `Code::Forbidden`; `Code::Offline` when the disk is not there.
    pub fn readable(&self, user: &User, path: &CloudPath) -> Result<Readable> {
        self.in_reach(user, path).map(Readable)
    }

    /// Whether this user may know of the path, whether its disk is there or not.
    pub fn may_know(&self, user: &User, path: &CloudPath) -> bool {
        self.in_own_reach(user, path).is_ok()
    }

    /// May this user replace, move or delete what is at the path?
    pub fn writable(&self, user: &User, path: &CloudPath) -> Result<Writable> {
        let path = self.in_reach(user, path)?;
        let (depth, names) = (path.root_depth(), path.parts().len());
        let is_bin_itself = names == depth + 1 && path.is_in_bin();
        if names <= depth || is_bin_itself {
            return Err(Error::new(Code::Forbidden, "This folder belongs to the cloud and stays as it is."));
        }
        Ok(Writable(path))
    }

    /// May this user put something into the folder at the path?
    pub fn folder(&self, user: &User, path: &CloudPath) -> Result<Folder> {
        let path = self.in_reach(user, path)?;
        if path.is_above_roots() {
            return Err(Error::new(
                Code::Forbidden,
                "Nothing can be put here. Please choose a folder below.",
            ));
        }
        if path.is_in_bin() {
            return Err(Error::new(
                Code::Forbidden,
                "Nothing can be put into the recycle bin. It holds what was deleted.",
            ));
        }
        Ok(Folder(path))
    }

    /// The path in its one form, when it lies in an account whose files this user may reach, or on a disk that they may
    /// use. The answer is the same for other people's paths and for accounts that do not exist.
    fn in_reach(&self, user: &User, path: &CloudPath) -> Result<CloudPath> {
        self.cloud.volumes.spelled(self.in_own_reach(user, path)?)
    }

    fn in_own_reach(&self, user: &User, path: &CloudPath) -> Result<CloudPath> {
        let Some(first) = path.first() else { return Ok(CloudPath::root()) };
        if first.as_str() == user.name() {
            return Ok(path.clone());
        }
        let refused = || Error::new(Code::Forbidden, "You have no access to this path.");
        if first.as_str().eq_ignore_ascii_case(EXTERNAL) {
            let mut open = self.cloud.volumes.open_to(user.name(), user.is_proxy());
            let may_use = path.parts().get(1).is_none_or(|name| open.any(|open| open == name.as_str()));
            let first = EntryName::parse(EXTERNAL)?;
            return if may_use { Ok(path.clone().with_first(first)) } else { Err(refused()) };
        }
        // The bin that an account left behind which was removed.
        if user.is_proxy() && path.is_in_bin() && first.as_str().contains(FORMER) {
            return Ok(path.clone());
        }
        let account = UserName::normal_form(first.as_str());
        if !user.is_proxy() && account != user.name() {
            return Err(refused());
        }
        let account = UserName::parse(&account).and_then(|name| EntryName::parse(name.as_str()));
        Ok(path.clone().with_first(account.map_err(|_| refused())?))
    }
}

/// A path in its usual form, whoever wrote it: the account in its normal form, the folder of further disks in capitals.
pub fn usual_form(path: &CloudPath) -> CloudPath {
    let Some(first) = path.first() else { return CloudPath::root() };
    let first = match first.as_str().eq_ignore_ascii_case(EXTERNAL) {
        true => EXTERNAL.to_owned(),
        false => UserName::normal_form(first.as_str()),
    };
    EntryName::parse(&first).map_or_else(|_| path.clone(), |first| path.clone().with_first(first))
}

impl Readable {
    pub fn path(&self) -> &CloudPath {
        &self.0
    }

    /// The account whose files these are; `None` at the top and on a further volume, which belongs to nobody.
    pub fn account(&self) -> Option<&str> {
        self.0.first().map(EntryName::as_str).filter(|_| self.0.root_depth() == 1)
    }
}

impl Writable {
    pub fn path(&self) -> &CloudPath {
        &self.0
    }
}

impl Folder {
    pub fn path(&self) -> &CloudPath {
        &self.0
    }

    /// The place of a name in this folder.
    ///
    /// # Errors
    /// `Code::Invalid` for the name of the recycle bin where that is.
    pub fn place(&self, name: &EntryName) -> Result<Writable> {
        if self.0.is_bin(name) {
            return Err(Error::new(
                Code::Invalid,
                "The name \"recyclebin\" is reserved for the recycle bin.",
            )
            .for_reason(Reason::BadName));
        }
        Ok(Writable(self.0.join(name)?))
    }
}
