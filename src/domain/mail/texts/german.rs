//! The texts of mails in German.

use super::{MailKind, Text};

texts! {
    Test "Testmail von {cloud}"
        "Hallo {name},\n\ndies ist ein Test. E-Mails von {cloud} kommen an.";
    Message "{subject}"
        "{sender} schreibt dir aus {cloud}:\n\n{message}";
    SignInCode "Dein Code für {cloud}"
        "Hallo {name},\n\ndein Code zum Anmelden ist\n\n{code}\n\nEr gilt einmal, innerhalb von 10 Minuten. Wenn du dich gerade nicht anmeldest, kennt jemand dein Passwort: Ändere es.";
    NewPlace "Anmeldung bei {cloud} von einem neuen Ort"
        "Hallo {name},\n\njemand hat sich bei deinem Konto von einem Ort angemeldet, den {cloud} noch nicht kennt.\n\nMit: {device}\nVon: {address}\nWann: {when}\n\nWenn du das warst, ist nichts zu tun. Wenn nicht, ändere jetzt dein Passwort: Damit werden alle anderen Geräte abgemeldet.";
    PasswordReset "Neues Passwort für {cloud}"
        "Hallo {name},\n\njemand, vermutlich du, möchte ein neues Passwort für dein Konto. Mit diesem Link wählst du eines:\n\n{link}\n\nEr gilt einmal und nur kurze Zeit. Wenn du das nicht warst, ist nichts zu tun: Dein Passwort bleibt.";
    VerifyEmail "Bestätige deine E-Mail-Adresse für {cloud}"
        "Hallo {name},\n\nbitte bestätige mit diesem Link, dass diese Adresse dir gehört:\n\n{link}\n\nWenn du kein Konto bei {cloud} hast, ist nichts zu tun.";
    Invitation "{sender} lädt dich zu {cloud} ein"
        "Hallo {name},\n\n{sender} hat bei {cloud} ein Konto für dich angelegt. Mit diesem Link wählst du ein Passwort und legst los:\n\n{link}";
    Held "Gelöschte oder ersetzte Dateien bei {cloud}: {count}"
        "Hallo {name},\n\nim Konto {who} wurden innerhalb von zehn Minuten Dateien gelöscht oder ersetzt: {count}. {cloud} hat das angehalten.\n\nMit: {device}\nSeit: {when}\n\nWenn du das warst, lass es weiterlaufen. Wenn nicht, nimm alles zurück: Ein Knopf im Portal bringt alles wieder. Bis dahin geht nichts verloren. Ein Computer, der von selbst Dateien verschlüsselt, hat einen Virus. Trenne ihn zuerst vom Netz.";
    ShareLink "{sender} teilt „{share}“ mit dir"
        "{sender} teilt „{share}“ mit dir:\n\n{link}\n\n{message}";
    Share "{sender} teilt „{share}“ mit dir"
        "Hallo {name},\n\n{sender} teilt „{share}“ mit dir. Du findest es in deinem Konto:\n\n{link}\n\n{message}";
    Limit "Dein Speicher bei {cloud} ist fast voll"
        "Hallo {name},\n\n{used} von deinen {limit} sind belegt. Lösche, was du nicht brauchst, und leere den Papierkorb, oder bitte einen Administrator um mehr.";
    Disk "Eine Platte von {cloud} ist fast voll"
        "Hallo {name},\n\nes ist nur noch wenig Platz:\n\n{disks}\n\nIst eine Platte voll, geht kein Upload mehr. Nichts Gespeichertes geht verloren.";
    BackupFailed "Die Sicherung von {cloud} ist fehlgeschlagen"
        "Hallo {name},\n\ndie geplante Sicherung konnte nicht gemacht werden:\n\n{reason}\n\nSie wird erneut versucht. Frühere Sicherungen sind unberührt.";
    CheckFindings "Die Prüfung von {cloud} hat etwas gefunden"
        "Hallo {name},\n\ndie Prüfung von Datenbank und Platte hat etwas gefunden, das angesehen werden sollte:\n\n{findings}\n\nIn der Verwaltung steht mehr, auch was zu tun ist.";
    AccountWaits "{account} bittet um ein Konto bei {cloud}"
        "Hallo {name},\n\n{account} ({email}) hat um ein Konto gebeten und wartet auf Einlass. Hier lässt du sie herein oder lehnst ab:\n\n{link}\n\nDort warten vielleicht noch andere: Diese Mail kommt höchstens einmal in der Stunde.";
    LetIn "Dein Konto bei {cloud} ist bereit"
        "Hallo {name},\n\ndu kannst dich jetzt mit dem Namen {account} und dem Passwort anmelden, das du gewählt hast:\n\n{link}";
}
