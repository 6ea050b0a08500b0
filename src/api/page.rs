//! Pages for people whose browser opens an address of the API: by a link, or by a form without
//! scripts. They are in all languages of the cloud.

use super::page_words::{Sentences, Words};
use crate::base::html::in_html;
use crate::base::language::Language;
use crate::error::{Code, Error, Reason};

/// The form for visitors whose browsers run no scripts.
pub const UPLOAD_FORM: &str = include_str!("pages/upload_form.html");
const MESSAGE: &str = include_str!("pages/message.html");

/// The page after a browser has sent a form with a file.
pub fn after_upload() -> String {
    message(|words| words.arrived, "")
}

/// The page for a failure. It is the same for all links that do not work, whatever the reason.
pub fn of_failure(operation: &str, error: &Error) -> String {
    let is_upload = operation == "upload";
    let choose: fn(&Words) -> Sentences = match error.code {
        _ if is_upload => |words| words.not_arrived,
        Code::Busy => |words| words.busy,
        _ if error.reason == Some(Reason::Credentials) => |words| words.closed,
        _ => |words| words.dead,
    };
    message(choose, if is_upload { &error.message } else { "" })
}

/// A page with a section for each language. The first one is the heading of the page.
fn message(choose: fn(&Words) -> Sentences, detail: &str) -> String {
    let section = |language: Language| {
        let Sentences { title, text } = choose(Words::of(language));
        let heading = if language == Language::default() { "h1" } else { "h2" };
        let (code, title, text) = (language.code(), in_html(title), in_html(text));
        format!("<section lang=\"{code}\"><{heading}>{title}</{heading}><p>{text}</p></section>\n")
    };
    let title = in_html(choose(Words::of(Language::default())).title);
    let values = [
        ("{{title}}", title),
        ("{{sections}}", Language::ALL.map(section).concat()),
        ("{{detail}}", in_html(detail)),
    ];
    filled(MESSAGE, &values)
}

/// A label in all languages.
pub fn label(choose: fn(&Words) -> &'static str) -> String {
    let words = Language::ALL.map(|language| {
        let text = in_html(choose(Words::of(language)));
        format!("<span lang=\"{}\">{text}</span>", language.code())
    });
    words.join(" · ")
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
            let page = of_failure(operation, &Error { code, ..error.clone() });
            assert!(page.contains(wanted) && !page.contains("<b>"), "{page}");
            assert_eq!(page.contains("{{"), operation == "upload", "{page}");
        }
        let closed = of_failure("getuploadform", &error.for_reason(Reason::Credentials));
        assert!(closed.contains("hat ein Passwort"), "{closed}");
        let arrived = after_upload();
        for thanks in ["Thank you!", "Danke!", "Merci\u{202f}!", "¡Gracias!"] {
            assert!(arrived.contains(thanks), "{arrived}");
        }
        assert!(label(|words| words.send).ends_with("<span lang=\"es\">Enviar</span>"));
    }
}
