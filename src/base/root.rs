//! What files, old contents and recycle bins belong to.

use super::path::EXTERNAL;
use std::fmt;
use std::str::FromStr;

/// A root of the tree, by what stays the same when it gets another name or its name is given again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    /// The files of an account, by its id. No other account ever gets the id, also when this one is removed.
    Account(i64),
    /// A further volume, by its name.
    Volume(String),
}

impl Root {
    /// That of what lies among the accounts' files and belongs to no account. Only administrators see it.
    pub const NOBODY: Root = Root::Account(0);

    /// The name of the further volume; `None` on the disk with the accounts' files.
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
