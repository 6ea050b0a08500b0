//! Pages for people whose browser opens an address of the API: by a link, or by a form without
//! scripts. They are in the language that the browser prefers.

use super::page_words::{Sentences, Words};
use crate::base::html::in_html;
use crate::base::language::Language;
use crate::error::{Code, Error, Reason};

/// The form for visitors whose browsers run no scripts.
pub const UPLOAD_FORM: &str = include_str!("pages/upload_form.html");
const MESSAGE: &str = include_str!("pages/message.html");

/// The page after a browser has sent a form with a file.
pub fn after_upload(language: Language) -> String {
    message(language, Words::of(language).arrived, "")
}

/// The page for a failure. It is the same for all links that do not work, whatever the reason.
pub fn of_failure(operation: &str, error: &Error, language: Language) -> String {
    let words = Words::of(language);
    let is_upload = operation == "upload";
    let sentences = match error.code {
        _ if is_upload => words.not_arrived,
        Code::Busy => words.busy,
        _ if error.reason == Some(Reason::Credentials) => words.closed,
        _ => words.dead,
    };
    message(language, sentences, if is_upload { &error.message } else { "" })
}

fn message(language: Language, Sentences { title, text }: Sentences, detail: &str) -> String {
    let values = [
        ("{{language}}", language.code().to_owned()),
        ("{{title}}", in_html(title)),
        ("{{text}}", in_html(text)),
        ("{{detail}}", in_html(detail)),
    ];
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
        let error = Error::new(Code::Invalid, "<b>{{title}}</b>");
        for (operation, code, wanted) in [
            ("upload", Code::Invalid, "&lt;b&gt;{{title}}&lt;/b&gt;"),
            ("openlink", Code::Busy, "Bitte warte"),
            ("share", Code::Unauthenticated, "funktioniert nicht"),
            ("openlink", Code::NotFound, "funktioniert nicht"),
        ] {
            let page = of_failure(operation, &Error::new(code, error.message.clone()), Language::German);
            assert!(page.contains(wanted) && page.contains("lang=\"de\"") && !page.contains("<b>"), "{page}");
            assert_eq!(page.contains("{{"), operation == "upload", "{page}");
        }
        let closed = of_failure("getuploadform", &error.for_reason(Reason::Credentials), Language::German);
        assert!(closed.contains("hat ein Passwort"), "{closed}");
        for (language, thanks) in
            Language::ALL.into_iter().zip(["Thank you!", "Danke!", "Merci\u{202f}!", "¡Gracias!"])
        {
            let arrived = after_upload(language);
            assert!(arrived.contains(thanks), "{arrived}");
        }
    }
}
