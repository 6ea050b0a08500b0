//! The kinds of mails: their subjects, the placeholders of their texts, and the texts that the
//! program comes with.
//!
//! In a text, `{name}` stands for a value, and an empty line separates paragraphs. The HTML is made
//! from the same text. Besides its own placeholders, every kind has `{cloud}`, the name of this
//! cloud.

use crate::base::language::Language;
use crate::store::mails::MailKind;

/// The placeholder that every kind has.
pub const CLOUD: &str = "cloud";

/// A kind of mail.
pub struct Kind {
    pub kind: MailKind,
    /// The name under which clients choose it.
    pub word: &'static str,
    pub placeholders: &'static [&'static str],
    /// True if a value is a link or a code that gives access. It is forgotten when the mail was
    /// sent or given up.
    pub is_secret: bool,
    /// After this many seconds the mail is useless, and is not sent any more.
    pub useful_seconds: Option<i64>,
    english: Text,
    german: Text,
}

/// The subject and the text of a mail.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    pub subject: &'static str,
    pub text: &'static str,
}

impl Kind {
    pub fn text(&self, language: Language) -> Text {
        match language {
            Language::English => self.english,
            Language::German => self.german,
        }
    }
}

/// Everything about a kind of mail.
pub fn of(kind: MailKind) -> &'static Kind {
    KINDS.iter().find(|one| one.kind == kind).expect("every kind has a row: a test")
}

/// The names of all kinds.
pub const WORDS: &[&str] = &{
    let mut words = [""; KINDS.len()];
    let mut at = 0;
    while at < words.len() {
        words[at] = KINDS[at].word;
        at += 1;
    }
    words
};

/// The kind with this name.
pub fn named(word: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|one| one.word == word.trim())
}

macro_rules! kinds {
    ($( $kind:ident $word:literal [$($placeholder:literal)*] $(secret $(for $seconds:literal seconds)?)?
        en $en_subject:literal $en_text:literal
        de $de_subject:literal $de_text:literal; )+) => {
        /// All kinds of mails.
        pub const KINDS: &[Kind] = &[
            $( Kind {
                kind: MailKind::$kind,
                word: $word,
                placeholders: &[$($placeholder),*],
                is_secret: kinds!(@is_secret $(secret $(for $seconds)?)?),
                useful_seconds: kinds!(@seconds $(secret $(for $seconds)?)?),
                english: Text { subject: $en_subject, text: $en_text },
                german: Text { subject: $de_subject, text: $de_text },
            }, )+
        ];
    };
    (@is_secret secret $($for:tt)*) => { true };
    (@is_secret) => { false };
    (@seconds secret for $seconds:literal) => { Some($seconds) };
    (@seconds $($secret:tt)?) => { None };
}

kinds! {
    Test "test" ["name"]
        en "Test mail of {cloud}"
        "Hello {name},\n\nthis is a test. Mail from {cloud} arrives."
        de "Testmail von {cloud}"
        "Hallo {name},\n\ndies ist ein Test. E-Mails von {cloud} kommen an.";
    Message "message" ["sender" "subject" "message"]
        en "{subject}"
        "{sender} writes to you from {cloud}:\n\n{message}"
        de "{subject}"
        "{sender} schreibt dir aus {cloud}:\n\n{message}";
    SignInCode "code" ["name" "code"] secret for 600 seconds
        en "Your code for {cloud}"
        "Hello {name},\n\nyour code to sign in is\n\n{code}\n\nIt works once, within 10 minutes. If you are not signing in right now, somebody knows your password: change it."
        de "Dein Code für {cloud}"
        "Hallo {name},\n\ndein Code zum Anmelden ist\n\n{code}\n\nEr gilt einmal, innerhalb von 10 Minuten. Wenn du dich gerade nicht anmeldest, kennt jemand dein Passwort: Ändere es.";
    NewPlace "newplace" ["name" "device" "address" "when"]
        en "Sign-in to {cloud} from a new place"
        "Hello {name},\n\nsomebody has signed in to your account at a place that is new to {cloud}.\n\nWith: {device}\nFrom: {address}\nWhen: {when}\n\nIf it was you, there is nothing to do. If not, change your password now: this signs out all other devices."
        de "Anmeldung bei {cloud} von einem neuen Ort"
        "Hallo {name},\n\njemand hat sich bei deinem Konto von einem Ort angemeldet, den {cloud} noch nicht kennt.\n\nMit: {device}\nVon: {address}\nWann: {when}\n\nWenn du das warst, ist nichts zu tun. Wenn nicht, ändere jetzt dein Passwort: Damit werden alle anderen Geräte abgemeldet.";
    PasswordReset "passwordreset" ["name" "link"] secret
        en "Choose a new password for {cloud}"
        "Hello {name},\n\nsomebody, probably you, wants a new password for your account. With this link you choose one:\n\n{link}\n\nIt works once and for a short time. If it was not you, there is nothing to do: your password stays."
        de "Neues Passwort für {cloud}"
        "Hallo {name},\n\njemand, vermutlich du, möchte ein neues Passwort für dein Konto. Mit diesem Link wählst du eines:\n\n{link}\n\nEr gilt einmal und nur kurze Zeit. Wenn du das nicht warst, ist nichts zu tun: Dein Passwort bleibt.";
    VerifyEmail "verifyemail" ["name" "link"] secret
        en "Confirm your e-mail address for {cloud}"
        "Hello {name},\n\nplease confirm with this link that this address is yours:\n\n{link}\n\nIf you have no account at {cloud}, there is nothing to do."
        de "Bestätige deine E-Mail-Adresse für {cloud}"
        "Hallo {name},\n\nbitte bestätige mit diesem Link, dass diese Adresse dir gehört:\n\n{link}\n\nWenn du kein Konto bei {cloud} hast, ist nichts zu tun.";
    Invitation "invitation" ["name" "sender" "link"] secret
        en "{sender} invites you to {cloud}"
        "Hello {name},\n\n{sender} has created an account for you at {cloud}. With this link you choose a password and begin:\n\n{link}"
        de "{sender} lädt dich zu {cloud} ein"
        "Hallo {name},\n\n{sender} hat bei {cloud} ein Konto für dich angelegt. Mit diesem Link wählst du ein Passwort und legst los:\n\n{link}";
    Held "held" ["name" "who" "count" "device" "when"]
        en "{cloud}: {count} files were deleted or replaced"
        "Hello {name},\n\nin the account {who}, {count} files were deleted or replaced within ten minutes. {cloud} has stopped this.\n\nWith: {device}\nSince: {when}\n\nIf this was you, let it go on. If not, take it all back: one button in the portal brings everything back. Nothing is lost until then. A computer that encrypts files by itself has a virus. Disconnect it first."
        de "{cloud}: {count} Dateien wurden gelöscht oder ersetzt"
        "Hallo {name},\n\nim Konto {who} wurden innerhalb von zehn Minuten {count} Dateien gelöscht oder ersetzt. {cloud} hat das angehalten.\n\nMit: {device}\nSeit: {when}\n\nWenn du das warst, lass es weiterlaufen. Wenn nicht, nimm alles zurück: Ein Knopf im Portal bringt alles wieder. Bis dahin geht nichts verloren. Ein Computer, der von selbst Dateien verschlüsselt, hat einen Virus. Trenne ihn zuerst vom Netz.";
    ShareLink "sharelink" ["sender" "share" "message" "link"] secret
        en "{sender} shares \"{share}\" with you"
        "{sender} shares \"{share}\" with you:\n\n{link}\n\n{message}"
        de "{sender} teilt „{share}“ mit dir"
        "{sender} teilt „{share}“ mit dir:\n\n{link}\n\n{message}";
    Share "share" ["name" "sender" "share" "message" "link"]
        en "{sender} shares \"{share}\" with you"
        "Hello {name},\n\n{sender} shares \"{share}\" with you. You will find it in your account:\n\n{link}\n\n{message}"
        de "{sender} teilt „{share}“ mit dir"
        "Hallo {name},\n\n{sender} teilt „{share}“ mit dir. Du findest es in deinem Konto:\n\n{link}\n\n{message}";
    Limit "limit" ["name" "used" "limit"]
        en "Your storage at {cloud} is nearly full"
        "Hello {name},\n\n{used} of your {limit} are used. Delete what you do not need, and empty the recycle bin, or ask an administrator for more."
        de "Dein Speicher bei {cloud} ist fast voll"
        "Hallo {name},\n\n{used} von deinen {limit} sind belegt. Lösche, was du nicht brauchst, und leere den Papierkorb, oder bitte einen Administrator um mehr.";
    Disk "disk" ["name" "disks"]
        en "A disk of {cloud} is nearly full"
        "Hello {name},\n\nthere is little space left:\n\n{disks}\n\nUploads stop when a disk is full. Nothing that is stored is lost."
        de "Eine Platte von {cloud} ist fast voll"
        "Hallo {name},\n\nes ist nur noch wenig Platz:\n\n{disks}\n\nIst eine Platte voll, geht kein Upload mehr. Nichts Gespeichertes geht verloren.";
    BackupFailed "backupfailed" ["name" "reason"]
        en "The backup of {cloud} has failed"
        "Hello {name},\n\nthe scheduled backup could not be made:\n\n{reason}\n\nIt will be tried again. Earlier backups are untouched."
        de "Die Sicherung von {cloud} ist fehlgeschlagen"
        "Hallo {name},\n\ndie geplante Sicherung konnte nicht gemacht werden:\n\n{reason}\n\nSie wird erneut versucht. Frühere Sicherungen sind unberührt.";
    CheckFindings "checkfindings" ["name" "findings"]
        en "The check of {cloud} has found something"
        "Hello {name},\n\nthe check of database and disk has found something that needs a look:\n\n{findings}\n\nThe administration shows more, including what to do."
        de "Die Prüfung von {cloud} hat etwas gefunden"
        "Hallo {name},\n\ndie Prüfung von Datenbank und Platte hat etwas gefunden, das angesehen werden sollte:\n\n{findings}\n\nIn der Verwaltung steht mehr, auch was zu tun ist.";
    AccountWaits "accountwaits" ["name" "account" "email" "link"]
        en "{account} asks for an account at {cloud}"
        "Hello {name},\n\n{account} ({email}) has asked for an account and waits to be let in. You can let them in or refuse here:\n\n{link}\n\nOthers may wait there too: this mail comes once an hour at most."
        de "{account} bittet um ein Konto bei {cloud}"
        "Hallo {name},\n\n{account} ({email}) hat um ein Konto gebeten und wartet auf Einlass. Hier lässt du sie herein oder lehnst ab:\n\n{link}\n\nDort warten vielleicht noch andere: Diese Mail kommt höchstens einmal in der Stunde.";
    LetIn "letin" ["name" "account" "link"]
        en "Your account at {cloud} is ready"
        "Hello {name},\n\nyou can sign in now with the name {account} and the password that you have chosen:\n\n{link}"
        de "Dein Konto bei {cloud} ist bereit"
        "Hallo {name},\n\ndu kannst dich jetzt mit dem Namen {account} und dem Passwort anmelden, das du gewählt hast:\n\n{link}";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_row_and_a_word() {
        for number in 1.. {
            let Some(kind) = MailKind::from_number(number) else { break };
            assert_eq!(KINDS.iter().filter(|one| one.kind == kind).count(), 1, "{kind:?}");
            assert_eq!(named(of(kind).word).map(|one| one.kind), Some(kind));
        }
        assert!(
            of(MailKind::SignInCode).useful_seconds == Some(600) && of(MailKind::PasswordReset).is_secret
        );
        assert!(of(MailKind::Test).useful_seconds.is_none() && !of(MailKind::Test).is_secret);
    }
}
