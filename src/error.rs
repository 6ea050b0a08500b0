//! The error type of the whole program. It has three readers: a code and a reason are for programs,
//! a sentence is for the user, and a cause is for the log.
//!
//! Only the API's encoder turns it into bytes. Absence is `Ok(None)`, never an error.

use crate::base::http_status::Status;
use crate::base::obstacle::Obstacle;
use crate::base::owner_note::OwnerNote;
use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// Declares each code once: its word for programs, its outcome in the audit log, and the HTTP
/// status if the answer would have been the bytes of a file. `api::encode` decides about other
/// answers.
macro_rules! codes {
    ($( $(#[$note:meta])* $name:ident $word:literal $outcome:literal $status:ident; )+) => {
        /// The kind of failure. It decides the HTTP status, if one is due, and a command's exit
        /// code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $( $(#[$note])* $name, )+
        }

        impl Code {
            pub const ALL: &[Code] = &[$( Code::$name, )+];

            /// The word for programs. It never changes.
            pub fn word(self) -> &'static str {
                match self {
                    $( Code::$name => $word, )+
                }
            }

            /// The outcome of a call in the audit log. It never changes.
            pub const fn outcome(self) -> &'static str {
                match self {
                    $( Code::$name => $outcome, )+
                }
            }

            /// The HTTP status if the answer would have been the bytes of a file.
            pub fn status(self) -> Status {
                match self {
                    $( Code::$name => Status::$status, )+
                }
            }
        }
    };
}

codes! {
    /// A parameter is missing or has an impossible value.
    Invalid "invalid" "invalid" BadRequest;
    /// No session, or a session that has ended.
    Unauthenticated "unauthenticated" "unauthenticated" Unauthorized;
    /// Signed in, but without the right.
    Forbidden "forbidden" "forbidden" Forbidden;
    /// The object does not exist, or the caller may not know that it does.
    NotFound "not-found" "not found" NotFound;
    /// The object exists already, or has changed meanwhile.
    Conflict "conflict" "conflict" Conflict;
    /// Another account has locked the object.
    Locked "locked" "locked" Locked;
    /// The operation is not possible with this kind of content.
    Unsupported "unsupported" "unsupported" UnsupportedMediaType;
    /// The object existed once, and nothing more is known about it.
    Gone "gone" "gone" Gone;
    /// More bytes than a limit allows.
    TooLarge "too-large" "too large" ContentTooLarge;
    /// No space left on the volume.
    Full "full" "full" InsufficientStorage;
    /// The volume is read-only or not there.
    Offline "offline" "offline" ServiceUnavailable;
    /// A limit of simultaneous work is reached. Trying again later helps.
    Busy "busy" "busy" ServiceUnavailable;
    /// A known operation that this server does not offer.
    NotOffered "not-offered" "not offered" NotImplemented;
    /// A fault of the server or the machine.
    Internal "internal" "failed" InternalServerError;
}

/// The exact reason, if a program can do more with it than with the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Something with this name exists already.
    Exists,
    /// The archive is encrypted.
    ArchiveEncrypted,
    /// The archive has paths that lead out of its folder.
    ArchiveLeadsOut,
    /// It is no archive, or one that is damaged or not known here.
    ArchiveUnreadable,
    /// The archive would become too large, or holds too much.
    ArchiveTooLarge,
    /// The content has changed since the caller read it.
    Changed,
    UploadUnderWay,
    UploadIncomplete,
    IntoItself,
    /// The account has as many files as it may have.
    Quota,
    /// The account has this storage limit, of which so many bytes are left.
    StorageLimit {
        limit: u64,
        left: u64,
    },
    NameTooLong,
    BadName,
    Credentials,
    OldPassword,
    /// Very many files were deleted or replaced, and nobody has decided about it yet.
    Held,
    SetupCode,
    PairingCode,
    /// The link was used, is too old, or has never existed.
    OneTimeLink,
    /// This is not the code of the second factor.
    WrongCode,
    /// The code of the second factor was used before.
    UsedCode,
    /// The code of the second factor belongs to another time.
    ClockOff,
    /// No sign-in waits for this code any more.
    SignInEnded,
    /// The account must have a second factor.
    FactorRequired,
    PasswordTooShort,
    BadUserName,
    PasswordTooLong,
    /// This is one of the passwords that everybody tries first.
    CommonPassword,
    NoSuchUser,
    UserExists,
    BadDisplayName,
    BadEmail,
    /// Another account has the e-mail address.
    EmailTaken,
    /// Nobody would be left who can administer the cloud.
    LastAdmin,
    /// All administrators would need a second factor, and none has one.
    AdminFactorFirst,
    OwnAccount,
    CheckUnderWay,
    NotADate,
    /// This is not a size in GB.
    NotASize,
    /// The setting changes only at a start.
    NeedsRestart,
    /// The caller's own name for the server would not be allowed any more.
    OwnHostName,
    /// The text has control characters, or is too long.
    NotPlainText,
    /// The text may not have blanks but has some, or is too long.
    HasBlanks,
    /// This is not a whole number between these two, inclusive.
    NotInRange(u32, u32),
    /// This is not one of these words.
    NotOneOf(&'static [&'static str]),
    /// There were too many wrong passwords or codes. The next one is allowed after this many
    /// seconds.
    Wait(u64),
    /// The account that has locked it.
    LockedBy(String),
    /// The disk is there but does not answer. Trying again later helps.
    DiskSilent,
    /// The disk answers, but as many callers as it can serve at once are inside.
    DiskBusy,
    /// The disk is waking up, and as many callers as it can serve wait for it already.
    DiskWaking,
    /// Another server uses the disk.
    DiskInUse {
        by: Box<OwnerNote>,
        /// True if its claim stays if that server never comes back.
        is_leased: bool,
    },
}

/// A failure. Its details are boxed, because results are returned everywhere and few of them are
/// failures.
#[derive(Clone, Debug)]
pub struct Error(Box<Details>);

/// The details of a failure: a code, a sentence for the caller, and a cause for the log, which
/// callers never see.
#[derive(Clone, Debug)]
pub struct Details {
    pub code: Code,
    pub reason: Option<Reason>,
    pub message: Cow<'static, str>,
    pub cause: Option<String>,
    /// The obstacle, if the failure concerns one entry of a disk and others can still be handled.
    pub obstacle: Option<Obstacle>,
}

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A failure with a sentence for the caller.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Error {
        Error::with_sentence(code, message.into())
    }

    // The compiler keeps what leads here apart from what usually runs.
    #[cold]
    fn with_sentence(code: Code, message: Cow<'static, str>) -> Error {
        Error(Box::new(Details { code, reason: None, message, cause: None, obstacle: None }))
    }

    /// The sentence for the caller.
    pub fn into_message(self) -> Cow<'static, str> {
        self.0.message
    }

    /// Puts a text before the sentence for the caller.
    pub fn after(self, text: impl fmt::Display) -> Error {
        let message = format!("{text}{}", self.message);
        self.saying(message)
    }

    /// Replaces the sentence for the caller.
    pub fn saying(mut self, message: impl Into<Cow<'static, str>>) -> Error {
        self.message = message.into();
        self
    }

    /// True if the disk is there, but cannot be entered now: it does not answer, or is busy.
    pub fn is_of_unready_disk(&self) -> bool {
        matches!(self.reason, Some(Reason::DiskSilent | Reason::DiskWaking | Reason::DiskBusy))
    }

    /// Sets the exact reason, if there is one.
    pub fn for_reason(mut self, reason: impl Into<Option<Reason>>) -> Error {
        self.reason = reason.into();
        self
    }

    /// Adds the obstacle of one entry of a disk.
    pub fn about_entry(mut self, obstacle: Obstacle) -> Error {
        self.obstacle = Some(obstacle);
        self
    }

    /// Adds a cause for the log: the system's own words.
    #[cold]
    pub fn because(mut self, cause: impl fmt::Display) -> Error {
        self.cause = Some(match self.cause.take() {
            Some(first) => format!("{first}; {cause}"),
            None => cause.to_string(),
        });
        self
    }

    /// Nothing exists at the path, or the caller may not know that something does.
    #[cold]
    pub fn not_there(path: &impl fmt::Display) -> Error {
        Error::new(Code::NotFound, format!("{path} does not exist."))
    }

    /// A failure that is not the caller's fault. The caller learns only that.
    #[cold]
    pub fn internal(cause: impl fmt::Display) -> Error {
        Error::new(Code::Internal, "Something went wrong on the server. Its log says what.").because(cause)
    }

    /// The failure that an error of `std::io` carries, such as that of a disk behind `io::Read`. Any
    /// other is internal.
    pub fn of_io(error: std::io::Error) -> Error {
        error.downcast().unwrap_or_else(Error::internal)
    }
}

impl Deref for Error {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
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
