//! Work that failed half-way.

/// Work that a failed call has left. No other call knows about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unfinished {
    /// The replacement `id`, whose old content becomes the version `keep_as`.
    Replacement { id: String, keep_as: String },
    /// The deletion whose entry lies in the recycle bin under this id.
    Deletion { id: String },
}

impl Unfinished {
    pub(super) fn replacement(id: &str, keep_as: &str) -> Unfinished {
        Unfinished::Replacement { id: id.to_owned(), keep_as: keep_as.to_owned() }
    }
}

impl std::fmt::Display for Unfinished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unfinished::Replacement { id, keep_as } => {
                write!(
                    f,
                    "a replaced content that becomes the version {keep_as} (.cloudlet/staging/{id}.old.{keep_as})"
                )
            }
            Unfinished::Deletion { id } => write!(f, "a deleted entry (.cloudlet/trash/{id})"),
        }
    }
}
