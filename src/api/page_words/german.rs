//! The words on pages without scripts in German.

use super::{Sentences, Words};

pub(super) const WORDS: Words = Words {
    dead: Sentences {
        title: "Dieser Link funktioniert nicht",
        text: "Er ist vielleicht abgelaufen, oder die Adresse ist unvollständig. Bitte die Person, die ihn dir geschickt hat, um einen neuen.",
    },
    closed: Sentences {
        title: "Dieser Link hat ein Passwort",
        text: "Öffne zuerst den Link und gib sein Passwort ein.",
    },
    busy: Sentences { title: "Bitte warte einen Moment", text: "Öffne den Link dann noch einmal." },
    arrived: Sentences {
        title: "Danke! Deine Datei ist angekommen.",
        text: "Um noch eine zu senden, geh zurück.",
    },
    not_arrived: Sentences {
        title: "Die Datei ist nicht angekommen",
        text: "Geh zurück, um es noch einmal zu versuchen. Der Grund:",
    },
    your_name: "Dein Name",
    file: "Datei",
    send: "Senden",
};
