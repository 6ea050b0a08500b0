//! The words on pages without scripts in Spanish.

use super::{Sentences, Words};

pub(super) const WORDS: Words = Words {
    dead: Sentences {
        title: "Este enlace no funciona",
        text: "Puede que haya caducado o que la dirección esté incompleta. Pide uno nuevo a la persona que te lo envió.",
    },
    closed: Sentences {
        title: "Este enlace tiene contraseña",
        text: "Abre primero el enlace y escribe su contraseña.",
    },
    busy: Sentences { title: "Espera un momento, por favor", text: "Después vuelve a abrir el enlace." },
    arrived: Sentences {
        title: "¡Gracias! Tu archivo ha llegado.", text: "Para enviar otro, vuelve atrás."
    },
    not_arrived: Sentences {
        title: "El archivo no ha llegado",
        text: "Vuelve atrás para intentarlo de nuevo. El motivo:",
    },
    your_name: "Tu nombre",
    file: "Archivo",
    send: "Enviar",
};
