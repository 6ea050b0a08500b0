//! The condition under which an upload may replace a file.

use crate::base::time::nanoseconds;
use crate::disk::{Kind, Replace, Stat};
use crate::error::{Code, Error, Reason, Result};

/// The condition under which an upload may replace a file.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    pub never_replace: bool,
    /// Only a file that was not modified after this time (seconds since 1970 UTC).
    pub unmodified_since: Option<i64>,
    /// Only the content with this ETag.
    pub etag: Option<String>,
}

impl Condition {
    /// Applies the condition to the present file.
    pub(in crate::domain) fn apply(&self, present: Option<&Stat>) -> Result<Replace> {
        match present {
            Some(stat) if stat.kind == Kind::Folder => {
                Err(Error::new(Code::Conflict, "A folder has this name already.").for_reason(Reason::Exists))
            }
            Some(_) if self.never_replace => {
                Err(Error::new(Code::Conflict, "A file with this name exists already.")
                    .for_reason(Reason::Exists))
            }
            Some(stat) => {
                let same = self.etag.as_ref().is_none_or(|etag| *etag == stat.etag());
                let seconds = nanoseconds(stat.modified).div_euclid(1_000_000_000);
                let unmodified = self.unmodified_since.is_none_or(|time| seconds <= time);
                if !same || !unmodified {
                    return Err(Error::new(
                        Code::Conflict,
                        "The file has changed meanwhile and was left as it is.",
                    )
                    .for_reason(Reason::Changed));
                }
                let is_bound = self.etag.is_some() || self.unmodified_since.is_some();
                Ok(if is_bound { Replace::IfMatches(stat.etag()) } else { Replace::Always })
            }
            None if self.etag.is_some() => {
                Err(Error::new(Code::Conflict, "The file that this should replace is not there any more.")
                    .for_reason(Reason::Changed))
            }
            None if self.never_replace || self.unmodified_since.is_some() => Ok(Replace::Never),
            None => Ok(Replace::Always),
        }
    }
}
