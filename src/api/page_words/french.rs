//! The words on pages without scripts in French.

use super::{Sentences, Words};

pub(super) const WORDS: Words = Words {
    dead: Sentences {
        title: "Ce lien ne fonctionne pas",
        text: "Il a peut-être expiré, ou l’adresse est incomplète. Demandez-en un nouveau à la personne qui vous l’a envoyé.",
    },
    closed: Sentences {
        title: "Ce lien est protégé par un mot de passe",
        text: "Ouvrez d’abord le lien et saisissez son mot de passe.",
    },
    busy: Sentences { title: "Veuillez patienter un instant", text: "Ouvrez ensuite le lien à nouveau." },
    arrived: Sentences {
        title: "Merci\u{202f}! Votre fichier est bien arrivé.",
        text: "Pour en envoyer un autre, revenez en arrière.",
    },
    not_arrived: Sentences {
        title: "Le fichier n’est pas arrivé",
        text: "Revenez en arrière pour réessayer. La raison\u{202f}:",
    },
    your_name: "Votre nom",
    file: "Fichier",
    send: "Envoyer",
};
