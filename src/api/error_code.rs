//! Failures for programs: a header with a word that never changes, beside the sentence for people,
//! which may change.
//!
//! It is a header because clients of FileCloud count the children of the envelope.

use crate::error::{Error, Reason};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The header of every failed call.
pub const HEADER: &str = "X-Cloudlet-Error";

/// Each word with its meaning, for the documentation.
pub const WORDS: &[(&str, &str)] = &[
    ("invalid", "A parameter is missing or has a bad value."),
    ("bad-name", "A file or folder cannot have this name."),
    ("name-too-long", "A name or a path is too long."),
    ("bad-user-name", "An account cannot have this name."),
    ("password-too-short", "The new password is too short."),
    ("password-too-long", "The new password is too long."),
    ("common-password", "The password is one of the most common ones."),
    ("bad-display-name", "The display name is not valid."),
    ("bad-email", "It is not an e-mail address."),
    ("not-a-date", "It is not a date."),
    ("not-a-size", "It is not a size in GB."),
    ("not-plain-text", "It is empty, too long, or has control characters."),
    ("has-blanks", "It has blanks or control characters, or is too long."),
    ("not-in-range", "It is not a whole number from `from` to `to`."),
    ("not-one-of", "It is none of `words`, which are separated by commas and percent-encoded."),
    ("into-itself", "A folder cannot be moved or copied into itself."),
    ("archive-encrypted", "The archive is encrypted."),
    ("archive-leads-out", "The archive has paths that lead out of its folder."),
    ("archive-unreadable", "It is no zip archive, or one that is damaged or not known here."),
    ("archive-too-large", "The archive would become too large, or holds too many entries."),
    ("unauthenticated", "Nobody is signed in, or the session has ended."),
    ("credentials", "The user name or the password is not right."),
    ("pairing-code", "The pairing code was used, has expired or never existed."),
    ("one-time-link", "The link was used, has expired or never existed."),
    ("wrong-code", "The code of the second factor is not right."),
    ("used-code", "The code of the second factor was used before."),
    ("clock-off", "The code of the second factor belongs to another time: a clock is off."),
    ("sign-in-ended", "The sign-in does not wait for a code any more. Begin again with the password."),
    ("factor-required", "The account must have a second factor."),
    ("forbidden", "The caller lacks the right."),
    ("old-password", "The old password is not right."),
    ("held", "Very many files were deleted or replaced from here, and nobody has decided about it yet."),
    ("setup-code", "The one-time code of the set-up is not right."),
    ("not-found", "It does not exist, or the caller may not know that it does."),
    ("no-such-user", "There is no user with this name."),
    ("conflict", "It conflicts with what exists."),
    ("user-exists", "Another user has this name."),
    ("email-taken", "The e-mail address belongs to another user."),
    ("last-admin", "Nobody would be left to administer the cloud."),
    ("admin-factor-first", "All administrators would need a second factor, and none has set one up."),
    ("own-account", "Administrators cannot do this with their own account."),
    ("needs-restart", "The setting changes only at a start of the server."),
    ("own-host-name", "The caller uses a name of the server that the new value would not allow."),
    ("exists", "Something with this name exists already."),
    ("changed", "The content has changed since the caller read it."),
    ("upload-under-way", "Another upload of the file is under way."),
    ("upload-incomplete", "Parts of the upload are missing; `getuploadstatus` says which."),
    (
        "locked",
        "Somebody else has locked it. `by` is the account, percent-encoded; visitors by a link are not told.",
    ),
    ("unsupported", "This is not possible with a content of this kind."),
    ("gone", "The outcome is not known any more. Begin anew."),
    ("too-large", "It has more bytes than a limit allows."),
    ("full", "There is not enough free space on the disk."),
    (
        "quota",
        "The quota of the account is exceeded. `limit` and `left` tell it in bytes; neither is there if it is the number of files.",
    ),
    ("offline", "The disk is missing or read-only."),
    ("disk-silent", "The disk is present but does not answer. Try again later."),
    ("disk-busy", "The disk answers, but has as many calls as it can serve. Try again in a moment."),
    ("disk-waking", "The disk is waking up, and others wait for it already. Try again in a moment."),
    ("disk-in-use", "Another server uses the disk, so it is left alone."),
    ("busy", "The server is busy. Try again."),
    ("check-under-way", "A check of the cloud is under way."),
    ("wait", "There were too many wrong passwords or codes. `seconds` tells how long to wait."),
    ("not-offered", "This server does not offer that."),
    ("internal", "Something went wrong on the server. Its log tells what."),
];

/// The value of the header.
pub fn value(error: &Error) -> String {
    match &error.reason {
        Some(Reason::Wait(seconds)) => format!("wait; seconds={seconds}"),
        Some(Reason::LockedBy(owner)) => {
            format!("locked; by={}", utf8_percent_encode(owner, NON_ALPHANUMERIC))
        }
        Some(Reason::StorageLimit { limit, left }) => format!("quota; limit={limit}; left={left}"),
        Some(Reason::NotInRange(from, to)) => format!("not-in-range; from={from}; to={to}"),
        Some(Reason::NotOneOf(words)) => {
            format!("not-one-of; words={}", utf8_percent_encode(&words.join(", "), NON_ALPHANUMERIC))
        }
        Some(reason) => of_reason(reason).to_owned(),
        None => error.code.word().to_owned(),
    }
}

fn of_reason(reason: &Reason) -> &'static str {
    match reason {
        Reason::Exists => "exists",
        Reason::Changed => "changed",
        Reason::UploadUnderWay => "upload-under-way",
        Reason::UploadIncomplete => "upload-incomplete",
        Reason::IntoItself => "into-itself",
        Reason::Quota | Reason::StorageLimit { .. } => "quota",
        Reason::NameTooLong => "name-too-long",
        Reason::BadName => "bad-name",
        Reason::Credentials => "credentials",
        Reason::OldPassword => "old-password",
        Reason::Held => "held",
        Reason::SetupCode => "setup-code",
        Reason::PairingCode => "pairing-code",
        Reason::OneTimeLink => "one-time-link",
        Reason::WrongCode => "wrong-code",
        Reason::UsedCode => "used-code",
        Reason::ArchiveEncrypted => "archive-encrypted",
        Reason::ArchiveLeadsOut => "archive-leads-out",
        Reason::ArchiveUnreadable => "archive-unreadable",
        Reason::ArchiveTooLarge => "archive-too-large",
        Reason::ClockOff => "clock-off",
        Reason::SignInEnded => "sign-in-ended",
        Reason::FactorRequired => "factor-required",
        Reason::PasswordTooShort => "password-too-short",
        Reason::BadUserName => "bad-user-name",
        Reason::PasswordTooLong => "password-too-long",
        Reason::CommonPassword => "common-password",
        Reason::NoSuchUser => "no-such-user",
        Reason::UserExists => "user-exists",
        Reason::BadDisplayName => "bad-display-name",
        Reason::BadEmail => "bad-email",
        Reason::EmailTaken => "email-taken",
        Reason::LastAdmin => "last-admin",
        Reason::AdminFactorFirst => "admin-factor-first",
        Reason::OwnAccount => "own-account",
        Reason::CheckUnderWay => "check-under-way",
        Reason::NotADate => "not-a-date",
        Reason::NotASize => "not-a-size",
        Reason::NeedsRestart => "needs-restart",
        Reason::OwnHostName => "own-host-name",
        Reason::NotPlainText => "not-plain-text",
        Reason::HasBlanks => "has-blanks",
        Reason::NotInRange(..) => "not-in-range",
        Reason::NotOneOf(_) => "not-one-of",
        Reason::Wait(_) => "wait",
        Reason::LockedBy(_) => "locked",
        Reason::DiskSilent => "disk-silent",
        Reason::DiskBusy => "disk-busy",
        Reason::DiskWaking => "disk-waking",
        Reason::DiskInUse { .. } => "disk-in-use",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn every_word_is_documented_once_and_goes_into_a_header() {
        let of_reasons = include_str!("error_code.rs").split("=> \"").skip(1);
        let of_reasons = of_reasons.filter_map(|rest| rest.split('"').next());
        let words: Vec<&str> = of_reasons.chain(Code::ALL.iter().map(|code| code.word())).collect();
        for word in &words {
            let documented = WORDS.iter().filter(|(known, _)| known == word).count();
            assert!(documented == 1 || *word == "wait" || *word == "locked", "{word}: {documented}");
        }
        for (word, _) in WORDS {
            assert!(words.contains(word), "{word} is never said");
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{word}");
        }
    }

    #[test]
    fn values_say_what_belongs_to_them() {
        let error = |reason| Error::new(Code::Busy, "x").for_reason(reason);
        assert_eq!(value(&error(Reason::Wait(12))), "wait; seconds=12");
        assert_eq!(value(&error(Reason::LockedBy("jürgen@home".into()))), "locked; by=j%C3%BCrgen%40home");
        assert_eq!(value(&error(Reason::NotInRange(1, 9))), "not-in-range; from=1; to=9");
        assert_eq!(value(&error(Reason::NotOneOf(&["yes", "no"]))), "not-one-of; words=yes%2C%20no");
        assert_eq!(value(&error(Reason::Quota)), "quota");
        let limit = Reason::StorageLimit { limit: 20_000_000, left: 19 };
        assert_eq!(value(&error(limit)), "quota; limit=20000000; left=19");
        assert_eq!(value(&Error::new(Code::NotFound, "x")), "not-found");
    }
}
