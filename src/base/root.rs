//! Roots: the owners of files, versions and recycle bins.

use super::path::EXTERNAL;
use std::fmt;
use std::str::FromStr;

/// A root of the tree. Its identity stays the same when it is renamed, and when another root later
/// gets its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    /// The files of an account, by its id. An id is never used again, even after the account is
    /// removed.
    Account(i64),
    /// A further volume, by its name.
    Volume(String),
}

impl Root {
    /// The root of entries that lie among the accounts' files and belong to no account. Only
    /// administrators see them.
    pub const NOBODY: Root = Root::Account(0);

    /// The name of a further volume; `None` for the disk with the accounts' files.
    pub fn volume(&self) -> Option<&str> {
        match self {
            Root::Account(_) => None,
            Root::Volume(name) => Some(name),
        }
    }
}

impl Default for Root {
    fn default() -> Root {
        Root::NOBODY
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Root::Account(id) => write!(f, "{id}"),
            Root::Volume(name) => write!(f, "{EXTERNAL}/{name}"),
        }
    }
}

impl FromStr for Root {
    type Err = ();

    fn from_str(text: &str) -> Result<Root, ()> {
        match text.strip_prefix(EXTERNAL).and_then(|rest| rest.strip_prefix('/')) {
            Some(name) if !name.is_empty() => Ok(Root::Volume(name.to_owned())),
            Some(_) => Err(()),
            None => text.parse().map(Root::Account).map_err(drop),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Root;

    #[test]
    fn a_root_is_read_as_it_is_written() {
        for root in [Root::NOBODY, Root::Account(17), Root::Account(-3), Root::Volume("disk".into())] {
            assert_eq!(root.to_string().parse(), Ok(root));
        }
        for text in ["", "bob", "EXTERNAL", "EXTERNAL/", "1x"] {
            assert!(text.parse::<Root>().is_err(), "{text}");
        }
    }
}
