//! Work that failed half-way.

use crate::base::path::CloudPath;

/// Work that a failed call has left. No other call knows about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unfinished {
    /// The replacement `id` in a file, whose old content becomes the version `keep_as`. The path of
    /// the file is unknown after a start.
    Replacement { id: String, keep_as: String, file: Option<CloudPath> },
    /// The deletion whose entry lies in the recycle bin under this id.
    Deletion { id: String },
}

impl Unfinished {
    pub(super) fn replacement(id: &str, keep_as: &str, file: Option<&CloudPath>) -> Unfinished {
        Unfinished::Replacement { id: id.to_owned(), keep_as: keep_as.to_owned(), file: file.cloned() }
    }

    /// A replacement that is done on the disk and whose rows could not be committed: the old content
    /// of the file is the version with this id.
    pub fn version_without_row(id: &str, file: &CloudPath) -> Unfinished {
        Unfinished::replacement(id, id, Some(file))
    }
}

impl std::fmt::Display for Unfinished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unfinished::Replacement { id, keep_as, .. } => {
                write!(
                    f,
                    "a replaced content that becomes the version {keep_as} (.cloudlet/versions/{keep_as} or \
                     .cloudlet/staging/{id}.old.{keep_as})"
                )
            }
            Unfinished::Deletion { id } => write!(f, "a deleted entry (.cloudlet/trash/{id})"),
        }
    }
}
