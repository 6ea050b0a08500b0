//! The words on pages without scripts in English.

use super::{Sentences, Words};

pub(super) const WORDS: Words = Words {
    dead: Sentences {
        title: "This link doesn't work",
        text: "It may have ended, or the address is incomplete. Ask whoever sent it to you for a new one.",
    },
    closed: Sentences {
        title: "This link has a password",
        text: "Open the link and enter its password first.",
    },
    busy: Sentences { title: "Please wait a moment", text: "Then open the link again." },
    arrived: Sentences { title: "Thank you! Your file has arrived.", text: "To send another one, go back." },
    not_arrived: Sentences { title: "The file did not arrive", text: "Go back to try again. The reason:" },
    your_name: "Your name",
    file: "File",
    send: "Send",
};
