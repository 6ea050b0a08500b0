//! What a call is about, as the audit log says it.

use super::params::{Field, Names, Param, Shown, SubPath};
use crate::base::shown_path::ShownPath;
use crate::http::Form;
use std::borrow::Cow;

/// Bytes of a row's object in the audit log, and of several that are listed in one.
const OBJECT_BYTES_MAX: usize = 2048;
const EACH_BYTES_MAX: usize = OBJECT_BYTES_MAX - 32;

/// What a call is about, for the audit log: its paths and accounts. Paths are in the form in which they are acted upon, so
/// that whoever looks for one finds all rows about it, however it was written.
pub fn object(fields: &[Field], form: &Form) -> String {
    let mut object = String::with_capacity(64);
    let mut follows_path = false;
    for field in fields.iter().filter(|field| field.shown != Shown::Hidden) {
        if field.shown == Shown::Each {
            append_each(&mut object, field, form);
            continue;
        }
        let Some(text) = field.given(form).filter(|text| !text.is_empty()) else { continue };
        let is_below = field.schema.name == SubPath::SCHEMA.name && !object.is_empty();
        if (field.shown == Shown::Leaf && follows_path) || is_below {
            if !object.ends_with('/') {
                object.push('/');
            }
        } else if !object.is_empty() {
            object.push_str(" -> ");
        }
        let text = match field.schema.name {
            name if name == ShownPath::SCHEMA.name => acted_upon(text),
            name if name == SubPath::SCHEMA.name => acted_upon(&format!("/{text}")).into_owned().into(),
            _ => Cow::Borrowed(text),
        };
        object.push_str(if is_below { text.trim_start_matches('/') } else { &text });
        follows_path =
            field.schema.name == ShownPath::SCHEMA.name || field.schema.name == SubPath::SCHEMA.name;
    }
    cut(&mut object, OBJECT_BYTES_MAX);
    object
}

/// A path as it is acted upon; what is none stays as it is, without repeated slashes.
fn acted_upon(text: &str) -> Cow<'_, str> {
    match ShownPath::parse(text) {
        Ok(path) => path.usual_form().to_string().into(),
        Err(_) => {
            let names: Vec<&str> = text.split('/').filter(|name| !name.is_empty()).collect();
            format!("{}{}", if text.starts_with('/') { "/" } else { "" }, names.join("/")).into()
        }
    }
}

/// Appends each of the numbered names or paths of a field, whole, below the folder that came before if they are names; how
/// many more there are where not all have room.
fn append_each(object: &mut String, field: &Field, form: &Form) {
    let prefix = field.names.split("1..").next().unwrap_or(field.names);
    let is_names = field.schema.name == Names::SCHEMA.name;
    let folder = if is_names { std::mem::take(object) } else { String::new() };
    let mut left_out = 0_usize;
    for text in (1..).map_while(|number| form.get(&format!("{prefix}{number}"))) {
        let path = match is_names {
            true => format!("{}/{text}", folder.trim_end_matches('/')),
            false => acted_upon(text).into_owned(),
        };
        if left_out > 0 || object.len() + path.len() > EACH_BYTES_MAX {
            left_out += 1;
            continue;
        }
        if !object.is_empty() {
            object.push_str(" | ");
        }
        object.push_str(&path);
    }
    if object.is_empty() {
        *object = folder;
    }
    if left_out > 0 {
        object.push_str(&format!(" and {left_out} more"));
    }
}

fn cut(text: &mut String, bytes_max: usize) {
    let end = (0..=bytes_max.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.truncate(end);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::params::Paths;
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
