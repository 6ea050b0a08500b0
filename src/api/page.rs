//! Pages for people whose browser opens an address of the API: by a link, or by a form without
//! scripts. They are in English and in German.

use crate::base::html::in_html;
use crate::error::{Code, Error, Reason};

/// The form for visitors whose browsers run no scripts.
pub const UPLOAD_FORM: &str = include_str!("pages/upload_form.html");
const MESSAGE: &str = include_str!("pages/message.html");

/// The texts of a page, in English and in German.
struct Words {
    title: [&'static str; 2],
    text: [&'static str; 2],
}

const DEAD: Words = Words {
    title: ["This link doesn't work", "Dieser Link funktioniert nicht"],
    text: [
        "It may have ended, or the address is incomplete. Ask whoever sent it to you for a new one.",
        "Er ist vielleicht abgelaufen, oder die Adresse ist unvollständig. Bitte die Person, die ihn dir geschickt hat, um einen neuen.",
    ],
};
const CLOSED: Words = Words {
    title: ["This link has a password", "Dieser Link hat ein Passwort"],
    text: ["Open the link and enter its password first.", "Öffne zuerst den Link und gib sein Passwort ein."],
};
const BUSY: Words = Words {
    title: ["Please wait a moment", "Bitte warte einen Moment"],
    text: ["Then open the link again.", "Öffne den Link dann noch einmal."],
};
const ARRIVED: Words = Words {
    title: ["Thank you! Your file has arrived.", "Danke! Deine Datei ist angekommen."],
    text: ["To send another one, go back.", "Um noch eine zu senden, geh zurück."],
};
const NOT_ARRIVED: Words = Words {
    title: ["The file did not arrive", "Die Datei ist nicht angekommen"],
    text: ["Go back to try again. The reason:", "Geh zurück, um es noch einmal zu versuchen. Der Grund:"],
};

/// The page after a browser has sent a form with a file.
pub fn after_upload() -> String {
    message(&ARRIVED, "")
}

/// The page for a failure. It is the same for all links that do not work, whatever the reason.
pub fn of_failure(operation: &str, error: &Error) -> String {
    let is_upload = operation == "upload";
    let words = match error.code {
        _ if is_upload => &NOT_ARRIVED,
        Code::Busy => &BUSY,
        _ if error.reason == Some(Reason::Credentials) => &CLOSED,
        _ => &DEAD,
    };
    message(words, if is_upload { &error.message } else { "" })
}

fn message(words: &Words, detail: &str) -> String {
    let ([title_en, title_de], [text_en, text_de]) = (words.title, words.text);
    let values = [title_en, title_de, text_en, text_de, detail].map(in_html);
    let names = ["{{title-en}}", "{{title-de}}", "{{text-en}}", "{{text-de}}", "{{detail}}"];
    let values: Vec<(&str, String)> = names.into_iter().zip(values).collect();
    filled(MESSAGE, &values)
}

/// A template with its placeholders filled. Each is replaced once, so that no value is taken for
/// another placeholder.
pub fn filled(template: &str, values: &[(&str, String)]) -> String {
    let (mut page, mut rest) = (String::new(), template);
    while let Some(start) = rest.find("{{") {
        page.push_str(&rest[..start]);
        rest = &rest[start..];
        let value = values.iter().find(|(place, _)| rest.starts_with(place));
        let (place, value) = value.map_or(("{{", "{{"), |(place, value)| (*place, value));
        page.push_str(value);
        rest = &rest[place.len()..];
    }
    page.push_str(rest);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_all_its_values_and_escapes_them() {
        let error = Error::new(Code::Invalid, "<b>{{title-en}}</b>");
        for (operation, code, wanted) in [
            ("upload", Code::Invalid, "&lt;b&gt;{{title-en}}&lt;/b&gt;"),
            ("openlink", Code::Busy, "Bitte warte"),
            ("share", Code::Unauthenticated, "funktioniert nicht"),
            ("openlink", Code::NotFound, "funktioniert nicht"),
        ] {
            let page = of_failure(operation, &Error { code, ..error.clone() });
            assert!(page.contains(wanted) && !page.contains("<b>"), "{page}");
            assert_eq!(page.contains("{{"), operation == "upload", "{page}");
        }
        let closed = of_failure("getuploadform", &error.for_reason(Reason::Credentials));
        assert!(closed.contains("hat ein Passwort"), "{closed}");
        assert!(after_upload().contains("Danke!"));
    }
}
