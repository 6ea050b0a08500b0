//! The index of names for the search, and the folders whose names are complete in it.

use super::{Read, Write, failed};
use crate::base::fold::fold;
use crate::error::Result;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, Params, Row, params};

/// The maximum length of an indexed part, in characters.
const PART_CHARACTERS: usize = 3;
/// Marks the beginning and the end of a name in its parts.
const BEGINNING: char = '\u{1}';
const END: char = '\u{2}';
/// The offset that turns characters into token characters for SQLite. The tokens lie in a
/// private-use area, which names hardly use. A name that does use it may become a wrong candidate,
/// which does no harm.
const TOKEN_OFFSET: u32 = 0xe000;
/// The maximum number of parts in one query. More parts would not change the result, because
/// candidates are compared with the text afterwards.
const PARTS_MAX: usize = 12;

/// A candidate of a search: an entry that may match.
#[derive(Debug)]
pub struct Named<'a> {
    pub id: i64,
    pub parent: i64,
    pub name: &'a str,
    pub is_folder: bool,
    pub size_bytes: u64,
    pub modified_nanoseconds: i64,
}

/// The entries that a search considers.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// Entries that may contain all of these folded texts, none of which is empty. Some of these
    /// entries may not contain them.
    Containing(&'a [String]),
    /// Entries that may begin with this folded text.
    Beginning(&'a str),
    /// Entries that may be equal to this folded text.
    Exactly(&'a str),
    All,
    In(i64),
}

/// A folder in the index.
#[derive(Debug)]
pub struct KnownFolder {
    pub name: String,
    /// The folder's time of modification at its last complete visit, in nanoseconds since 1970 UTC.
    pub visited_nanoseconds: Option<i64>,
}

pub(super) const COLUMNS: &str = "nodes.id, parent, name, is_folder, size_bytes, modified_ns";

/// Registers the SQL functions that the schema's triggers call for names.
pub(super) fn register(connection: &Connection) -> Result<()> {
    type OfName = fn(&str) -> String;
    let functions: [(&str, OfName); 2] = [("fold_name", fold), ("name_parts", name_parts)];
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    for (name, function) in functions {
        let run = move |context: &rusqlite::functions::Context<'_>| {
            Ok(function(
                context
                    .get_raw(0)
                    .as_str()
                    .map_err(|error| rusqlite::Error::UserFunctionError(error.into()))?,
            ))
        };
        connection.create_scalar_function(name, 1, flags, run).map_err(failed)?;
    }
    Ok(())
}

/// Passes entries that are not missing to a closure until it returns false. Returns true if all
/// entries were passed.
pub fn visit(
    read: &Read,
    source: Source<'_>,
    mut each: impl FnMut(&Named<'_>) -> Result<bool>,
) -> Result<bool> {
    let mut find = |question: String| {
        run(
            read,
            &format!(
                "SELECT {COLUMNS} FROM node_names JOIN nodes ON nodes.id = node_names.rowid \
                 WHERE node_names MATCH ?1 AND missing_since IS NULL"
            ),
            [question],
            &mut each,
        )
    };
    match source {
        Source::Containing(texts) => find(question(texts)),
        Source::Beginning(text) => find(question(&[format!("{BEGINNING}{text}")])),
        Source::Exactly(text) => find(question(&[format!("{BEGINNING}{text}{END}")])),
        Source::All => run(
            read,
            &format!("SELECT {COLUMNS} FROM nodes WHERE parent > 0 AND missing_since IS NULL ORDER BY id"),
            [],
            &mut each,
        ),
        Source::In(parent) => run(
            read,
            &format!("SELECT {COLUMNS} FROM nodes WHERE parent = ?1 AND missing_since IS NULL"),
            [parent],
            &mut each,
        ),
    }
}

pub(super) fn run<P: Params>(
    read: &Read,
    sql: &str,
    params: P,
    each: &mut dyn FnMut(&Named<'_>) -> Result<bool>,
) -> Result<bool> {
    let mut statement = read.connection.prepare_cached(sql).map_err(failed)?;
    let mut rows = statement.query(params).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        if !each(&named(row).map_err(failed)?)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn named<'a>(row: &'a Row<'_>) -> rusqlite::Result<Named<'a>> {
    Ok(Named {
        id: row.get(0)?,
        parent: row.get(1)?,
        name: row.get_ref(2)?.as_str()?,
        is_folder: row.get(3)?,
        size_bytes: row.get(4)?,
        modified_nanoseconds: row.get(5)?,
    })
}

/// All parts of a name up to the maximum length, each written as a token for SQLite.
fn name_parts(name: &str) -> String {
    let characters: Vec<char> = [BEGINNING].into_iter().chain(fold(name).chars()).chain([END]).collect();
    let mut parts = String::with_capacity(12 * characters.len());
    for length in 1..=PART_CHARACTERS {
        for part in characters.windows(length) {
            append_token(part, &mut parts);
            parts.push(' ');
        }
    }
    parts
}

fn append_token(part: &[char], to: &mut String) {
    let is_part_of_token = |character: char| character.is_ascii_alphanumeric() || !character.is_ascii();
    to.extend(part.iter().map(|character| match is_part_of_token(*character) {
        true => *character,
        false => char::from_u32(TOKEN_OFFSET + u32::from(*character)).unwrap_or(*character),
    }));
}

/// The full-text query for the parts that cover the texts. Each part is quoted, so that no
/// character is syntax. A text that is not longer than a part is used only if no text is longer: it
/// occurs in too many names to narrow the search.
fn question(texts: &[String]) -> String {
    let texts: Vec<Vec<char>> = texts.iter().map(|text| text.chars().collect()).collect();
    let longest = texts.iter().map(|text| text.len().min(PART_CHARACTERS)).max().unwrap_or(0);
    let mut parts = Vec::new();
    for characters in texts.iter().filter(|text| !text.is_empty() && text.len() >= longest) {
        let length = characters.len().min(PART_CHARACTERS);
        let last = characters.len() - length;
        for start in (0..last).step_by(length).chain([last]) {
            let mut part = String::from("\"");
            append_token(&characters[start..start + length], &mut part);
            parts.push(part + "\"");
        }
    }
    parts.truncate(PARTS_MAX);
    parts.join(" AND ")
}

/// A folder by its id.
pub fn folder(read: &Read, id: i64) -> Result<Option<KnownFolder>> {
    read.first("SELECT name, visited_ns FROM nodes WHERE id = ?1", [id], known_folder)
}

/// The folders in a folder, without missing ones.
pub fn folders_in(read: &Read, parent: i64) -> Result<Vec<KnownFolder>> {
    read.all(
        "SELECT name, visited_ns FROM nodes INDEXED BY nodes_folders \
         WHERE parent = ?1 AND is_folder = 1 AND missing_since IS NULL",
        [parent],
        known_folder,
    )
}

/// Stores the folder's time of modification at a complete visit. `None` if the visit may be
/// incomplete.
pub fn set_visited(write: &Write, id: i64, modified_nanoseconds: Option<i64>) -> Result<()> {
    write.run("UPDATE nodes SET visited_ns = ?2 WHERE id = ?1", params![id, modified_nanoseconds])?;
    Ok(())
}

fn known_folder(row: &Row<'_>) -> rusqlite::Result<KnownFolder> {
    Ok(KnownFolder { name: row.get(0)?, visited_nanoseconds: row.get(1)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::index;
    use crate::store::nodes::{self, NO_PARENT, NodeFacts};
    use crate::store::test_store;

    fn found(read: &Read, texts: &[&str]) -> Vec<String> {
        let texts: Vec<String> = texts.iter().copied().map(str::to_owned).collect();
        let mut names = Vec::new();
        let all = visit(read, Source::Containing(&texts), |named| {
            names.push(named.name.to_owned());
            Ok(true)
        });
        assert!(all.unwrap());
        names
    }

    #[test]
    fn parts_cover_a_text_and_are_never_syntax() {
        assert_eq!(question(&["abcdefgh".into(), "xy".into()]), r#""abc" AND "def" AND "fgh""#);
        assert_eq!(question(&["abc".into()]), r#""abc""#);
        assert_eq!(question(&["ab".into(), "c".into()]), r#""ab""#);
        assert_eq!(question(&["a".into(), "照".into()]), r#""a" AND "照""#);
        let quoted = "\"a\u{e022}\u{e02a}\" AND \"or\u{e020}\" AND \"r\u{e020}\u{e4}\"";
        assert_eq!(question(&["a\"*".into(), "or \u{e4}".into()]), quoted);
        assert_eq!(question(&["x".repeat(250)]).split(" AND ").count(), PARTS_MAX);
        assert_eq!(
            name_parts("A."),
            "\u{e001} a \u{e02e} \u{e002} \u{e001}a a\u{e02e} \u{e02e}\u{e002} \
            \u{e001}a\u{e02e} a\u{e02e}\u{e002} "
        );
    }

    #[test]
    fn short_texts_and_beginnings_are_found() {
        let store = test_store();
        store
            .write(|tx| {
                let facts = NodeFacts {
                    is_folder: false,
                    size_bytes: 1,
                    modified_nanoseconds: 2,
                    inode: 3,
                    changed_nanoseconds: None,
                };
                let root = index::save(tx, NO_PARENT, "volume id", &facts, None)?;
                for name in ["a", "ab", "b a", "Österreich", "照片", "x-y.z"] {
                    index::save(tx, root, name, &facts, None)?;
                }
                for (text, wanted) in [
                    ("a", &["a", "ab", "b a"][..]),
                    ("ab", &["ab"]),
                    (" a", &["b a"]),
                    ("o", &["Österreich"]),
                    ("片", &["照片"]),
                    ("照片", &["照片"]),
                    ("-", &["x-y.z"]),
                    (".z", &["x-y.z"]),
                    ("q", &[]),
                ] {
                    assert_eq!(found(tx, &[text]), wanted, "{text}");
                }
                let by = |source| {
                    let mut names = Vec::new();
                    visit(tx, source, |named| {
                        names.push(named.name.to_owned());
                        Ok(true)
                    })?;
                    Ok::<_, crate::error::Error>(names)
                };
                assert_eq!(by(Source::Beginning("a"))?, ["a", "ab"]);
                assert_eq!(by(Source::Exactly("a"))?, ["a"]);
                assert_eq!(by(Source::Beginning("osterr"))?, ["Österreich"]);
                assert_eq!(by(Source::Exactly("osterr"))?, Vec::<String>::new());
                assert_eq!(by(Source::Exactly("x-y.z"))?, ["x-y.z"]);
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn the_index_follows_the_nodes() {
        let store = test_store();
        store
            .write(|tx| {
                let facts = NodeFacts {
                    is_folder: false,
                    size_bytes: 1,
                    modified_nanoseconds: 2,
                    inode: 3,
                    changed_nanoseconds: None,
                };
                let root = index::save(tx, NO_PARENT, "volume id", &facts, None)?;
                let file = index::save(tx, root, "Crème \"brûlée\".txt", &facts, None)?;
                let other = index::save(tx, root, "other creme", &facts, None)?;
                assert_eq!(found(tx, &["creme \"br", ".txt"]), ["Crème \"brûlée\".txt"]);
                assert!(found(tx, &["volume"]).is_empty(), "the root of a volume is no name of the tree");
                index::save(tx, root, "other creme", &NodeFacts { size_bytes: 9, ..facts }, None)?;
                assert_eq!(found(tx, &["creme"]).len(), 2);
                index::relocate(tx, file, root, "pudding")?;
                assert_eq!(found(tx, &["creme"]), ["other creme"]);
                assert_eq!(found(tx, &["pudding"]), ["pudding"]);
                index::mark_missing(tx, other)?;
                assert!(found(tx, &["creme"]).is_empty());
                index::save(tx, root, "other creme", &facts, None)?;
                assert_eq!(found(tx, &["creme"]), ["other creme"]);
                index::move_to_bin(tx, other, "0123456789abcdef01234567")?;
                assert!(found(tx, &["creme"]).is_empty() && found(tx, &["0123456789"]).is_empty());
                index::relocate(tx, other, root, "back again")?;
                assert_eq!(found(tx, &["back again"]), ["back again"]);
                index::mark_missing(tx, other)?;
                assert_eq!(nodes::forget_missing(tx, i64::MAX)?, 1);
                assert!(found(tx, &["back again"]).is_empty());
                Ok(())
            })
            .unwrap();
        assert!(store.integrity().unwrap().is_empty());
    }

    #[test]
    fn a_check_while_others_change_the_index_finds_no_damage_that_is_none() {
        let store = test_store();
        let facts = NodeFacts {
            is_folder: false,
            size_bytes: 1,
            modified_nanoseconds: 2,
            inode: 3,
            changed_nanoseconds: None,
        };
        let root = store.write(move |tx| index::save(tx, NO_PARENT, "volume id", &facts, None)).unwrap();
        // SQLite merges the segments of an index after about so many changes.
        for number in 0..100 {
            let name = format!("file {number}");
            store.write(move |tx| index::save(tx, root, &name, &facts, None)).unwrap();
            assert_eq!(store.integrity().unwrap(), Vec::<String>::new(), "after {number}");
        }
    }
}
