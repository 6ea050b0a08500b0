//! One error for the whole program, with three readers: a code and a reason for programs, a sentence for the user, a cause
//! for the log.
//!
//! Only `api::wire` turns it into bytes. Absent is `Ok(None)`, never an error.

use crate::base::obstacle::Obstacle;
use crate::base::shown_path::ShownPath;
use std::borrow::Cow;
use std::fmt;

/// What kind of failure it is; decides the HTTP status where one is due and the exit code of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// A parameter is missing or cannot be what it says.
    Invalid,
    /// No session, or a session that has ended.
    Unauthenticated,
    /// Signed in, but without the right.
    Forbidden,
    /// The object does not exist, or the caller may not know that it does.
    NotFound,
    /// The object is there already, or has changed meanwhile.
    Conflict,
    /// Somebody else has locked it.
    Locked,
    /// The content is of a kind that this cannot be done with.
    #[cfg_attr(not(feature = "thumbs"), expect(dead_code, reason = "only pictures are looked into"))]
    Unsupported,
    /// It was there once; nobody knows any more what became of it.
    Gone,
    /// More bytes than a limit allows.
    TooLarge,
    /// No room left on the volume.
    Full,
    /// The volume is read-only or not there.
    Offline,
    /// A limit of simultaneous work is reached; trying again later helps.
    Busy,
    /// A known operation that this server does not offer.
    NotOffered,
    /// Our fault, or the machine's.
    Internal,
}

/// Why exactly, where a program can do better with it than with the code alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Something with this name is there already.
    Exists,
    /// The content is another than the caller knows.
    Changed,
    UploadUnderWay,
    UploadIncomplete,
    IntoItself,
    /// More than the account may hold.
    Quota,
    NameTooLong,
    BadName,
    Credentials,
    OldPassword,
    SetupCode,
    PairingCode,
    PasswordTooShort,
    BadUserName,
    /// Too many wrong passwords; after so many seconds another may be tried.
    Wait(u64),
    /// The account that has locked it.
    LockedBy(String),
}

/// A failure: a code, a sentence for the person who asked, and the cause for the log (never shown to callers).
#[derive(Clone, Debug)]
pub struct Error {
    pub code: Code,
    pub reason: Option<Reason>,
    pub message: Cow<'static, str>,
    pub cause: Option<String>,
    /// Where it is about one entry of a disk, and others can be handled all the same: what stands in the way.
    pub obstacle: Option<Obstacle>,
}

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A failure with its public sentence.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Error {
        Error { code, reason: None, message: message.into(), cause: None, obstacle: None }
    }

    /// Says why exactly.
    pub fn for_reason(self, reason: Reason) -> Error {
        Error { reason: Some(reason), ..self }
    }

    /// Says that it is about one entry of a disk.
    pub fn about_entry(self, obstacle: Obstacle) -> Error {
        Error { obstacle: Some(obstacle), ..self }
    }

    /// Adds what the log should know: the system's own words.
    pub fn because(mut self, cause: impl fmt::Display) -> Error {
        self.cause = Some(match self.cause.take() {
            Some(first) => format!("{first}; {cause}"),
            None => cause.to_string(),
        });
        self
    }

    /// Nothing is at a path, or the caller may not know that something is.
    pub fn not_there(path: &ShownPath) -> Error {
        Error::new(Code::NotFound, format!("{path} does not exist."))
    }

    /// A failure that is not the caller's: the public sentence says only that.
    pub fn internal(cause: impl fmt::Display) -> Error {
        Error::new(Code::Internal, "Something went wrong on the server. Its log says what.").because(cause)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(f, "{} ({cause})", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Error {}
