//! The texts of mails in English.

use super::{MailKind, Text};

texts! {
    Test "Test mail of {cloud}"
        "Hello {name},\n\nthis is a test. Mail from {cloud} arrives.";
    Message "{subject}"
        "{sender} writes to you from {cloud}:\n\n{message}";
    SignInCode "Your code for {cloud}"
        "Hello {name},\n\nyour code to sign in is\n\n{code}\n\nIt works once, within 10 minutes. If you are not signing in right now, somebody knows your password: change it.";
    NewPlace "Sign-in to {cloud} from a new place"
        "Hello {name},\n\nsomebody has signed in to your account at a place that is new to {cloud}.\n\nWith: {device}\nFrom: {address}\nWhen: {when}\n\nIf it was you, there is nothing to do. If not, change your password now: this signs out all other devices.";
    PasswordReset "Choose a new password for {cloud}"
        "Hello {name},\n\nsomebody, probably you, wants a new password for your account. With this link you choose one:\n\n{link}\n\nIt works once and for a short time. If it was not you, there is nothing to do: your password stays.";
    VerifyEmail "Confirm your e-mail address for {cloud}"
        "Hello {name},\n\nplease confirm with this link that this address is yours:\n\n{link}\n\nIf you have no account at {cloud}, there is nothing to do.";
    Invitation "{sender} invites you to {cloud}"
        "Hello {name},\n\n{sender} has created an account for you at {cloud}. With this link you choose a password and begin:\n\n{link}";
    Held "Files deleted or replaced at {cloud}: {count}"
        "Hello {name},\n\nin the account {who}, files were deleted or replaced within ten minutes: {count}. {cloud} has stopped this.\n\nWith: {device}\nSince: {when}\n\nIf this was you, let it go on. If not, take it all back: one button in the portal brings everything back. Nothing is lost until then. A computer that encrypts files by itself has a virus. Disconnect it first.";
    ShareLink "{sender} shares \"{share}\" with you"
        "{sender} shares \"{share}\" with you:\n\n{link}\n\n{message}";
    Share "{sender} shares \"{share}\" with you"
        "Hello {name},\n\n{sender} shares \"{share}\" with you. You will find it in your account:\n\n{link}\n\n{message}";
    Limit "Your storage at {cloud} is nearly full"
        "Hello {name},\n\n{used} of your {limit} are used. Delete what you do not need, and empty the recycle bin, or ask an administrator for more.";
    Disk "A disk of {cloud} is nearly full"
        "Hello {name},\n\nthere is little space left:\n\n{disks}\n\nUploads stop when a disk is full. Nothing that is stored is lost.";
    BackupFailed "The backup of {cloud} has failed"
        "Hello {name},\n\nthe scheduled backup could not be made:\n\n{reason}\n\nIt will be tried again. Earlier backups are untouched.";
    CheckFindings "The check of {cloud} has found something"
        "Hello {name},\n\nthe check of database and disk has found something that needs a look:\n\n{findings}\n\nThe administration shows more, including what to do.";
    AccountWaits "{account} asks for an account at {cloud}"
        "Hello {name},\n\n{account} ({email}) has asked for an account and waits to be let in. You can let them in or refuse here:\n\n{link}\n\nOthers may wait there too: this mail comes once an hour at most.";
    LetIn "Your account at {cloud} is ready"
        "Hello {name},\n\nyou can sign in now with the name {account} and the password that you have chosen:\n\n{link}";
}
