//! Paths as people write and see them.

use super::path::{CloudPath, EXTERNAL, EntryName, SHARED};
use super::user_name::UserName;
use crate::error::Result;
use std::borrow::Cow;
use std::fmt;

/// The path of an entry as one person sees it. For the person's own files it has the same names as
/// the real location, a [`CloudPath`]. Entries shared by others have a path of their own. Only
/// `domain::access` translates between the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShownPath(CloudPath);

impl ShownPath {
    /// Reads a path that a caller wrote.
    ///
    /// # Errors
    /// `Code::Invalid` with a sentence for the user if it is not a path.
    pub fn parse(text: &str) -> Result<ShownPath> {
        CloudPath::parse(text).map(ShownPath)
    }

    /// The path with the same names as the real location.
    pub fn same_as(real: &CloudPath) -> ShownPath {
        ShownPath(real.clone())
    }

    /// The top: the path without names.
    pub fn root() -> ShownPath {
        ShownPath::default()
    }

    /// True for the top.
    pub fn is_root(&self) -> bool {
        self.0.is_root()
    }

    /// The names, from the top down.
    pub fn parts(&self) -> &[EntryName] {
        self.0.parts()
    }

    /// The first name; `None` at the top.
    pub fn first(&self) -> Option<&EntryName> {
        self.0.first()
    }

    /// The last name; `None` at the top.
    pub fn leaf(&self) -> Option<&EntryName> {
        self.0.leaf()
    }

    /// The folder this path lies in; `None` at the top.
    pub fn parent(&self) -> Option<ShownPath> {
        self.0.parent().map(ShownPath)
    }

    /// The path of the first `names` names, or the whole path if it has fewer.
    pub fn beginning(&self, names: usize) -> ShownPath {
        ShownPath(self.0.beginning(names))
    }

    /// The path with one more name at its end; `Code::Invalid` if it becomes too long or too deep.
    pub fn join(&self, name: &EntryName) -> Result<ShownPath> {
        self.0.join(name).map(ShownPath)
    }

    /// The path with further names at its end; `Code::Invalid` if it becomes too long or too deep.
    pub fn below(&self, names: &[EntryName]) -> Result<ShownPath> {
        self.0.below(names).map(ShownPath)
    }

    /// True if this path is `above` or lies below it, compared by whole names.
    pub fn starts_with(&self, above: &ShownPath) -> bool {
        self.0.starts_with(&above.0)
    }

    /// The path in its usual form: an account's name in its normal form, and the folders of further
    /// disks and of what others share in capitals.
    pub fn usual_form(&self) -> Cow<'_, ShownPath> {
        let Some(first) = self.first() else { return Cow::Borrowed(self) };
        let capitals = [EXTERNAL, SHARED].into_iter().find(|name| first.as_str().eq_ignore_ascii_case(name));
        let is_normal = |name: &EntryName| UserName::is_normal_form(name.as_str());
        let is_usual = match capitals {
            Some(SHARED) => first.as_str() == SHARED && self.parts().get(1).is_none_or(is_normal),
            Some(name) => first.as_str() == name,
            None => is_normal(first),
        };
        if is_usual {
            return Cow::Borrowed(self);
        }
        let mut names = self.parts().to_vec();
        // The account's name is the first name, or the second one after `/SHARED`.
        let account = if capitals == Some(SHARED) { names.get_mut(1) } else { None };
        if let Some(account) = account {
            set_name(account, &UserName::normal_form(account.as_str()));
        }
        let usual = capitals.map_or_else(|| UserName::normal_form(first.as_str()), str::to_owned);
        set_name(&mut names[0], &usual);
        CloudPath::root().below(&names).map_or(Cow::Borrowed(self), |path| Cow::Owned(ShownPath(path)))
    }

    /// As [`ShownPath::usual_form`], for a path that is not needed any more.
    pub fn into_usual_form(self) -> ShownPath {
        let other = match self.usual_form() {
            Cow::Owned(usual) => Some(usual),
            Cow::Borrowed(_) => None,
        };
        other.unwrap_or(self)
    }
}

/// Replaces a name, if the new text can be a name.
fn set_name(name: &mut EntryName, text: &str) {
    if let Ok(usual) = EntryName::parse(text) {
        *name = usual;
    }
}

impl fmt::Display for ShownPath {
    /// Writes a leading `/` and none at the end. The top is `/`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.real_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_usual_form() {
        for (written, usual) in [
            ("/", "/"),
            ("/bob", "/bob"),
            ("/BOB/A", "/bob/A"),
            ("/ Bob /x", "/bob/x"),
            ("/zoe\u{308}/x", "/zo\u{eb}/x"),
            ("/external/Disk", "/EXTERNAL/Disk"),
            ("/eXternal", "/EXTERNAL"),
            ("/Shared/Bob/X", "/SHARED/bob/X"),
            ("/shared/!aB/X", "/SHARED/!ab/X"),
            ("/shared", "/SHARED"),
            ("/bob#3/recyclebin", "/bob#3/recyclebin"),
        ] {
            let path = ShownPath::parse(written).unwrap();
            assert_eq!(path.usual_form().to_string(), usual, "{written:?}");
            assert_eq!(path.into_usual_form().to_string(), usual, "{written:?}");
        }
    }
}
