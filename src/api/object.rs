//! The object of a call, for the audit log.

use super::numbering::{Numbering, numbering};
use super::params::{Field, Names, Param, Shown, SubPath};
use super::shown::ShareId;
use crate::base::shown_path::ShownPath;
use crate::http::Form;
use std::borrow::Cow;

/// Maximum bytes of a row's object in the audit log, and of a list in it.
const OBJECT_BYTES_MAX: usize = 2048;
const EACH_BYTES_MAX: usize = OBJECT_BYTES_MAX - 32;

/// The object of a call for the audit log: its paths and accounts. Paths have their usual form, so
/// that a search for one finds all rows about it, however it was spelled in the call.
pub struct Object(Vec<Part>);

impl Object {
    pub fn of(fields: &[Field], form: &Form) -> Object {
        Object(parts(fields, form))
    }

    pub fn text(&self) -> String {
        joined(&self.0, |part| part.text.as_str().into())
    }

    /// The id of the share that the call is about.
    pub fn share(&self) -> Option<&str> {
        let part = self.0.iter().find(|part| part.is_share)?;
        part.text.split_once('=').map(|(_, id)| id)
    }

    /// The text, followed by the real paths if the user sees others: `shown = real`. The path of
    /// the shared entry stands for the id of its share.
    pub fn with_places(&self, place: impl Fn(&ShownPath) -> Option<String>, shared: Option<&str>) -> String {
        let shown = self.text();
        let real = joined(&self.0, |part| {
            let place = match &part.path {
                Some(path) => place(path),
                None if part.is_path => ShownPath::parse(&part.text).ok().and_then(|path| place(&path)),
                None if part.is_share => shared.map(str::to_owned),
                None => None,
            };
            place.map_or_else(|| part.text.as_str().into(), Cow::Owned)
        });
        if real == shown { shown } else { format!("{shown} = {real}") }
    }
}

/// The text of an object that is needed once.
pub fn object(fields: &[Field], form: &Form) -> String {
    Object::of(fields, form).text()
}

/// A path, name or account in the object of a call.
struct Part {
    /// The text between it and the part before it.
    separator: &'static str,
    text: String,
    is_path: bool,
    is_share: bool,
    /// The path, if it was read and nothing was appended to the text since.
    path: Option<ShownPath>,
}

fn joined<'a>(parts: &'a [Part], text: impl Fn(&'a Part) -> Cow<'a, str>) -> String {
    let mut all = String::with_capacity(64);
    for part in parts {
        all.push_str(part.separator);
        all.push_str(&text(part));
    }
    cut(&mut all, OBJECT_BYTES_MAX);
    all
}

fn parts(fields: &[Field], form: &Form) -> Vec<Part> {
    // What is shown by name comes after all objects.
    let (mut parts, mut by_name): (Vec<Part>, Vec<Part>) = (Vec::new(), Vec::new());
    let mut follows_path = false;
    for field in fields.iter().filter(|field| field.shown != Shown::Hidden) {
        if field.shown == Shown::Each {
            append_each(&mut parts, field, form);
            continue;
        }
        if field.shown == Shown::Named {
            let is_share = field.schema.name == ShareId::SCHEMA.name;
            let part = |text| Part { separator: " ", text, is_path: false, is_share, path: None };
            by_name.extend(named(field, form).map(part));
            continue;
        }
        let Some(text) = field.given(form).filter(|text| !text.is_empty()) else { continue };
        let is_path = field.schema.name == ShownPath::SCHEMA.name;
        let is_below = field.schema.name == SubPath::SCHEMA.name && !parts.is_empty();
        let path = if is_path { read(text) } else { None };
        let text = match field.schema.name {
            _ if is_path => path.as_ref().map_or_else(|| squeezed(text), ShownPath::to_string).into(),
            name if name == SubPath::SCHEMA.name => acted_upon(&format!("/{text}")).into(),
            _ => Cow::Borrowed(text),
        };
        match parts.last_mut().filter(|_| is_below || field.shown == Shown::Leaf && follows_path) {
            Some(above) => {
                if !above.text.ends_with('/') {
                    above.text.push('/');
                }
                above.text.push_str(if is_below { text.trim_start_matches('/') } else { &text });
                above.path = None;
            }
            None => {
                let separator = if parts.is_empty() { "" } else { " -> " };
                parts.push(Part { separator, text: text.into_owned(), is_path, is_share: false, path });
            }
        }
        follows_path = is_path || field.schema.name == SubPath::SCHEMA.name;
    }
    parts.append(&mut by_name);
    if let Some(first) = parts.first_mut() {
        first.separator = "";
    }
    parts
}

/// A field as `name=value`. A numbered field gives one such text for each of its parameters, whose
/// numbers may have gaps.
fn named<'a>(field: &'a Field, form: &'a Form) -> Box<dyn Iterator<Item = String> + 'a> {
    let Some(numbering) = numbering(field.names) else {
        let name = field.names.split('|').next().unwrap_or(field.names);
        return Box::new(field.given(form).map(move |text| format!("{name}={text}")).into_iter());
    };
    let is_one = move |name: &str| {
        let number = name.strip_prefix(numbering.prefix).and_then(|rest| rest.strip_suffix(numbering.suffix));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let given = form.fields().filter(move |(name, _)| is_one(name));
    Box::new(given.map(|(name, text)| format!("{name}={text}")))
}

/// A path in its usual form. A text that is not a path stays as it is, without repeated slashes.
fn acted_upon(text: &str) -> String {
    read(text).map_or_else(|| squeezed(text), |path| path.to_string())
}

/// A path in its usual form; `None` if the text is not a path.
fn read(text: &str) -> Option<ShownPath> {
    ShownPath::parse(text).ok().map(ShownPath::into_usual_form)
}

/// A text without repeated slashes.
fn squeezed(text: &str) -> String {
    let names: Vec<&str> = text.split('/').filter(|name| !name.is_empty()).collect();
    format!("{}{}", if text.starts_with('/') { "/" } else { "" }, names.join("/"))
}

/// Appends the numbered names or paths of a field. Names are appended as paths below the folder
/// before them. If not all have room, the number of further ones follows.
fn append_each(parts: &mut Vec<Part>, field: &Field, form: &Form) {
    let Some(Numbering { prefix, first, .. }) = numbering(field.names) else { return };
    let is_names = field.schema.name == Names::SCHEMA.name;
    let folder = if is_names { parts.pop() } else { None };
    let above = folder.as_ref().map_or("", |folder| folder.text.trim_end_matches('/'));
    let mut length: usize = parts.iter().map(|part| part.separator.len() + part.text.len()).sum();
    let (mut left_out, mut listed) = (0_usize, Vec::new());
    for text in (first..).map_while(|number| form.get(&format!("{prefix}{number}"))) {
        let path = match is_names {
            true => format!("{above}/{text}"),
            false => acted_upon(text),
        };
        if left_out > 0 || length + path.len() > EACH_BYTES_MAX {
            left_out += 1;
            continue;
        }
        let separator = if parts.is_empty() && listed.is_empty() { "" } else { " | " };
        length += separator.len() + path.len();
        listed.push(Part { separator, text: path, is_path: true, is_share: false, path: None });
    }
    match folder {
        Some(folder) if listed.is_empty() => parts.push(folder),
        _ => parts.append(&mut listed),
    }
    if left_out > 0 {
        let text = format!("{left_out} more");
        parts.push(Part { separator: " and ", text, is_path: false, is_share: false, path: None });
    }
}

fn cut(text: &mut String, bytes_max: usize) {
    let end = (0..=bytes_max.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.truncate(end);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::params::{AccountName, Paths, RecordId};
    use crate::api::shown::Noted;
    use crate::base::path::EntryName;
    use crate::base::secret::Secret;

    const FIELDS: &[Field] = &[
        Field::of::<ShownPath>("path", None, ""),
        Field::of::<EntryName>("name", None, ""),
        Field::of::<Secret>("password", None, ""),
        Field::of::<Option<ShownPath>>("copyto", None, ""),
        Field::of::<Option<EntryName>>("copytoname", None, ""),
    ];

    fn form(query: &str) -> Form {
        Form::from_query(query)
    }

    #[test]
    fn the_object_shows_paths_and_no_secrets() {
        let given = form("path=/a/&name=b&password=hunter2&copyto=/c&copytoname=d");
        assert_eq!(object(FIELDS, &given), "/a/b -> /c/d");
        assert_eq!(object(FIELDS, &form("path=/&name=b")), "/b");
        assert_eq!(object(FIELDS, &form("name=b&copyto=")), "b");
        let upload = [
            Field::of::<ShownPath>("path", None, ""),
            Field::of::<Option<SubPath>>("uploadpath", None, ""),
            Field::of::<EntryName>("filename", None, ""),
        ];
        assert_eq!(object(&upload, &form("path=/a&uploadpath=/b/c/&filename=d")), "/a/b/c/d");
        let names = [Field::of::<EntryName>("name", None, ""), Field::of::<EntryName>("newname", None, "")];
        assert_eq!(object(&names, &form("name=a&newname=b")), "a -> b");
        assert_eq!(
            object(FIELDS, &form(&format!("path=/{}", "%C3%A4".repeat(3000)))).len(),
            OBJECT_BYTES_MAX - 1
        );
    }

    #[test]
    fn where_it_lies_is_told_where_it_is_seen_elsewhere() {
        let place = |shown: &ShownPath| {
            let shown = shown.to_string();
            let below = shown.strip_prefix("/SHARED/bob/Holiday");
            below
                .map(|below| format!("/bob/2024/Holiday{below}"))
                .or_else(|| shown.starts_with("/anna").then_some(shown))
        };
        let told = |fields, query: &str| Object::of(fields, &form(query)).with_places(place, None);
        assert_eq!(told(FIELDS, "path=/anna&name=b"), "/anna/b");
        assert_eq!(told(FIELDS, "path=/shared/bob&name=Holiday"), "/SHARED/bob/Holiday = /bob/2024/Holiday");
        assert_eq!(
            told(FIELDS, "path=/SHARED/bob/Holiday&name=b&copyto=/anna"),
            "/SHARED/bob/Holiday/b -> /anna = /bob/2024/Holiday/b -> /anna"
        );
        assert_eq!(
            told(FIELDS, "path=/SHARED/eve/x&name=b"),
            "/SHARED/eve/x/b",
            "not to those without access"
        );
        let names = [Field::of::<ShownPath>("filepath", None, ""), Field::of::<Names>("fn1..fnN", None, "")];
        assert_eq!(
            told(&names, "filepath=/SHARED/bob/Holiday&fn1=a&fn2=b"),
            "/SHARED/bob/Holiday/a | /SHARED/bob/Holiday/b = /bob/2024/Holiday/a | /bob/2024/Holiday/b"
        );
    }

    #[test]
    fn a_share_is_told_by_its_id_and_its_place() {
        let fields = [
            Field::of::<ShareId>("shareid", None, ""),
            Field::of::<AccountName>("userid", None, ""),
            Field::of::<Noted<RecordId>>("groupid", None, ""),
        ];
        let object = |query: &str| Object::of(&fields, &form(query));
        let member = object("shareid=0a1b&userid=anna&groupid=2");
        assert_eq!((member.share(), member.text().as_str()), (Some("0a1b"), "anna shareid=0a1b groupid=2"));
        assert_eq!(
            member.with_places(|_| None, Some("/bob/Holiday")),
            "anna shareid=0a1b groupid=2 = anna /bob/Holiday groupid=2"
        );
        assert_eq!(object("shareid=0a1b").with_places(|_| None, Some("/bob/x")), "shareid=0a1b = /bob/x");
        assert_eq!(object("shareid=0a1b").with_places(|_| None, None), "shareid=0a1b");
        assert_eq!(object("userid=anna").share(), None);
    }

    #[test]
    fn the_object_is_the_path_that_is_acted_upon() {
        let slashes = "/".repeat(3000);
        for (written, acted_upon) in [
            (format!("{slashes}anna{slashes}x"), "/anna/x"),
            ("/%20%20ANNA%20//x".into(), "/anna/x"),
            ("/external/usb//a/".into(), "/EXTERNAL/usb/a"),
            (format!("{slashes}anna/../x"), "/anna/../x"),
            ("anna//x".into(), "anna/x"),
            ("///".into(), "/"),
        ] {
            assert_eq!(object(FIELDS, &form(&format!("path={written}"))), acted_upon, "{written:.60}");
        }
    }

    #[test]
    fn each_of_several_is_named_as_far_as_there_is_room() {
        let names = [Field::of::<ShownPath>("filepath", None, ""), Field::of::<Names>("fn1..fnN", None, "")];
        assert_eq!(object(&names, &form("filepath=//a/&fn1=b&fn2=c&fn4=d")), "/a/b | /a/c");
        assert_eq!(object(&names, &form("filepath=/a")), "/a");
        let paths = [Field::of::<Paths>("path1..pathN", None, "")];
        assert_eq!(object(&paths, &form("path1=/a//b&path2=/c")), "/a/b | /c");
        let many: String = (1..=1000).map(|number| format!("&fn{number}=name%20{number}")).collect();
        let shown = object(&names, &form(&format!("filepath=/a{many}")));
        assert!(shown.len() <= OBJECT_BYTES_MAX && shown.ends_with(" more"), "{shown}");
        let (listed, left_out) = shown.rsplit_once(" and ").unwrap();
        let left_out: usize = left_out.trim_end_matches(" more").parse().unwrap();
        assert_eq!(listed.split(" | ").count() + left_out, 1000);
    }
}
