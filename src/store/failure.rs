//! SQLite's errors as errors of cloudlet, and the sentences for them.

use crate::error::{Code, Error};
use std::path::Path;

pub(super) fn damaged() -> Error {
    Error::new(
        Code::Internal,
        "The database is damaged. Stop cloudlet, keep a copy of cloudlet.db, and restore a backup.",
    )
}

/// SQLite's error, as an error of cloudlet.
pub(super) fn failed(error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => {
            Error::new(Code::Full, "The disk that holds the database is full.").because(error)
        }
        Some(ErrorCode::ReadOnly) => {
            Error::new(Code::Offline, "The disk that holds the database is read-only.").because(error)
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::new(Code::Busy, "The database is busy. Please try again.").because(error)
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => damaged().because(error),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Error::new(
            Code::Offline,
            "The database cannot be opened. Check that the service's user may read and write cloudlet.db and its folder.",
        )
        .because(error),
        _ => Error::internal(error),
    }
}

pub(super) fn explain_open(path: &Path, error: Error) -> Error {
    let reason =
        if error.code == Code::Internal && error.cause.is_some() && error.message.starts_with("Something") {
            "It cannot be used.".into()
        } else {
            error.message.clone()
        };
    error.saying(format!("The database {}: {reason}", path.display()))
}
