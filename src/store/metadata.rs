//! Metadata: definitions of sets, and values on entries of the index.

use super::built_in_values::queries;
use super::names::{self, COLUMNS, Named};
use super::shares::Member;
use super::{Read, Write};
use crate::base::fold::fold;
use crate::error::Result;
use rusqlite::{Row, params};

/// The kinds of sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    /// Its values are computed. Nobody changes them, and they are not stored.
    BuiltIn,
    /// Every entry has this set.
    Default,
    /// An entry has this set if somebody has added it.
    Custom,
}

/// The types of an attribute's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeType {
    Text = 1,
    Integer = 2,
    Decimal = 3,
    Boolean = 4,
    Date = 5,
    Enumeration = 6,
    List = 7,
}

impl AttributeType {
    pub const ALL: [AttributeType; 7] = [
        AttributeType::Text,
        AttributeType::Integer,
        AttributeType::Decimal,
        AttributeType::Boolean,
        AttributeType::Date,
        AttributeType::Enumeration,
        AttributeType::List,
    ];

    pub fn number(self) -> i64 {
        self as i64
    }

    pub fn from_number(number: i64) -> Option<AttributeType> {
        AttributeType::ALL.into_iter().find(|kind| kind.number() == number)
    }
}

/// A set of attributes.
#[derive(Clone, Debug)]
pub struct SetRow {
    pub id: i64,
    pub name: String,
    /// The name in the form for comparing.
    pub key: String,
    pub description: String,
    pub kind: SetKind,
    pub is_disabled: bool,
    /// True if every entry may have the set; false if only entries below its places may.
    pub is_everywhere: bool,
}

/// An attribute of a set.
#[derive(Clone, Debug)]
pub struct AttributeRow {
    /// 0 for an attribute that is not stored yet.
    pub id: i64,
    pub name: String,
    pub description: String,
    pub kind: AttributeType,
    pub is_required: bool,
    pub is_disabled: bool,
    pub default_value: String,
    /// The values of an enumeration.
    pub choices: Vec<String>,
}

/// The rights of a member to the values of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetMember {
    pub member: Member,
    pub may_read: bool,
    pub may_write: bool,
}

const SET: &str = "id, name, key, description, kind, is_disabled, is_everywhere";

/// All sets by name: the default first, and those that are built in last.
pub fn all(read: &Read) -> Result<Vec<SetRow>> {
    read.all(&format!("SELECT {SET} FROM metadata_sets ORDER BY kind = 1, kind, key"), [], set)
}

/// A set by its id.
pub fn by_id(read: &Read, id: i64) -> Result<Option<SetRow>> {
    read.first(&format!("SELECT {SET} FROM metadata_sets WHERE id = ?1"), [id], set)
}

/// A set by its name in the form for comparing.
pub fn by_key(read: &Read, key: &str) -> Result<Option<SetRow>> {
    read.first(&format!("SELECT {SET} FROM metadata_sets WHERE key = ?1"), [key], set)
}

/// The number of sets.
pub fn count(read: &Read) -> Result<u64> {
    read.one("SELECT count(*) FROM metadata_sets", [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// The attributes of a set in their order.
pub fn attributes(read: &Read, set: i64) -> Result<Vec<AttributeRow>> {
    let sql = "SELECT id, name, description, type, is_required, is_disabled, default_value, choices \
         FROM metadata_attributes WHERE metadata_set = ?1 ORDER BY position, id";
    read.all(sql, [set], |row| {
        Ok(AttributeRow {
            id: row.get(0)?,
            name: row.get(1)?,
            description: row.get(2)?,
            kind: AttributeType::from_number(row.get(3)?).unwrap_or(AttributeType::Text),
            is_required: row.get(4)?,
            is_disabled: row.get(5)?,
            default_value: row.get(6)?,
            choices: row.get::<_, String>(7)?.lines().map(str::to_owned).collect(),
        })
    })
}

/// The members who may see or change the values of a set.
pub fn members(read: &Read, set: i64) -> Result<Vec<SetMember>> {
    let sql = "SELECT may_read, may_write, user, \"group\" FROM metadata_members WHERE metadata_set = ?1 \
         ORDER BY user, \"group\"";
    read.all(sql, [set], |row| set_member(row, 0))
}

/// The rights that sets give to an account and to its groups, with the ids of the sets.
pub fn members_of_user(read: &Read, user: i64) -> Result<Vec<(i64, SetMember)>> {
    let sql = "SELECT metadata_set, may_read, may_write, user, \"group\" FROM metadata_members \
         WHERE user = ?1 OR \"group\" IN (SELECT id FROM groups WHERE is_everyone \
         UNION SELECT \"group\" FROM group_members WHERE user = ?1)";
    read.all(sql, [user], |row| Ok((row.get(0)?, set_member(row, 1)?)))
}

/// The folders below which a set can be used.
pub fn places(read: &Read, set: i64) -> Result<Vec<i64>> {
    read.all("SELECT node FROM metadata_places WHERE metadata_set = ?1 ORDER BY node", [set], |row| {
        row.get(0)
    })
}

/// Stores a set and returns its id.
pub fn insert(write: &Write, set: &SetRow) -> Result<i64> {
    write.run(
        "INSERT INTO metadata_sets (name, key, description, kind, is_disabled, is_everywhere) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![set.name, set.key, set.description, kind_number(set.kind), set.is_disabled, set.is_everywhere],
    )?;
    Ok(write.last_id())
}

/// Changes everything about a set except its kind.
pub fn update(write: &Write, set: &SetRow) -> Result<()> {
    write.run(
        "UPDATE metadata_sets SET name = ?2, key = ?3, description = ?4, is_disabled = ?5, is_everywhere = ?6 WHERE id = ?1",
        params![set.id, set.name, set.key, set.description, set.is_disabled, set.is_everywhere],
    )?;
    Ok(())
}

/// Removes a set with all its values.
pub fn delete(write: &Write, id: i64) -> Result<()> {
    write.run("DELETE FROM metadata_sets WHERE id = ?1", [id]).map(drop)
}

/// Stores an attribute, or changes the stored attribute with its id.
pub fn save_attribute(write: &Write, set: i64, position: usize, attribute: &AttributeRow) -> Result<()> {
    let id = (attribute.id != 0).then_some(attribute.id);
    write.run(
        "INSERT INTO metadata_attributes \
             (id, metadata_set, position, name, description, type, is_required, is_disabled, default_value, choices) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
         ON CONFLICT (id) DO UPDATE SET position = ?3, name = ?4, description = ?5, type = ?6, is_required = ?7, \
             is_disabled = ?8, default_value = ?9, choices = ?10",
        params![
            id,
            set,
            i64::try_from(position).unwrap_or(i64::MAX),
            attribute.name,
            attribute.description,
            attribute.kind.number(),
            attribute.is_required,
            attribute.is_disabled,
            attribute.default_value,
            attribute.choices.join("\n"),
        ],
    )?;
    Ok(())
}

/// Removes an attribute with its values.
pub fn delete_attribute(write: &Write, id: i64) -> Result<()> {
    write.run("DELETE FROM metadata_attributes WHERE id = ?1", [id]).map(drop)
}

/// True if any entry has a value of this attribute.
pub fn is_used(read: &Read, attribute: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM metadata_values WHERE attribute = ?1)";
    read.one(sql, [attribute], |row| row.get(0))
}

/// Replaces the members who may see or change the values of a set.
pub fn set_members(write: &Write, set: i64, members: &[SetMember]) -> Result<()> {
    write.run("DELETE FROM metadata_members WHERE metadata_set = ?1", [set])?;
    for SetMember { member, may_read, may_write } in members {
        let (user, group) = member.columns();
        write.run(
            "INSERT OR REPLACE INTO metadata_members (metadata_set, user, \"group\", may_read, may_write) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![set, user, group, may_read, may_write],
        )?;
    }
    Ok(())
}

/// Replaces the folders below which a set can be used.
pub fn set_places(write: &Write, set: i64, nodes: &[i64]) -> Result<()> {
    write.run("DELETE FROM metadata_places WHERE metadata_set = ?1", [set])?;
    for node in nodes {
        write.run(
            "INSERT OR IGNORE INTO metadata_places (metadata_set, node) VALUES (?1, ?2)",
            [set, *node],
        )?;
    }
    Ok(())
}

/// The sets that an entry has.
pub fn sets_of_node(read: &Read, node: i64) -> Result<Vec<i64>> {
    read.all("SELECT metadata_set FROM metadata_entries WHERE node = ?1", [node], |row| row.get(0))
}

/// The values of an entry, each with the id of its attribute.
pub fn values_of_node(read: &Read, node: i64) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT attribute, value FROM metadata_values WHERE node = ?1";
    read.all(sql, [node], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The bytes of all values of an entry.
pub fn bytes_of_node(read: &Read, node: i64) -> Result<u64> {
    let sql = "SELECT coalesce(sum(length(CAST(value AS BLOB))), 0) FROM metadata_values WHERE node = ?1";
    read.one(sql, [node], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// Gives an entry a set. Returns false if it has it already.
pub fn add_to_node(write: &Write, node: i64, set: i64) -> Result<bool> {
    let sql = "INSERT OR IGNORE INTO metadata_entries (node, metadata_set) VALUES (?1, ?2)";
    write.run(sql, [node, set]).map(|rows| rows > 0)
}

/// Takes a set with its values from an entry. Returns false if it does not have it.
pub fn remove_from_node(write: &Write, node: i64, set: i64) -> Result<bool> {
    let sql = "DELETE FROM metadata_entries WHERE node = ?1 AND metadata_set = ?2";
    write.run(sql, [node, set]).map(|rows| rows > 0)
}

/// Sets a value of an entry that has the set. An empty value is removed.
pub fn set_value(write: &Write, node: i64, set: i64, attribute: i64, value: &str) -> Result<()> {
    if value.is_empty() {
        let sql = "DELETE FROM metadata_values WHERE node = ?1 AND attribute = ?2";
        return write.run(sql, [node, attribute]).map(drop);
    }
    write.run(
        "INSERT INTO metadata_values (node, metadata_set, attribute, value, folded) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (node, attribute) DO UPDATE SET value = ?4, folded = ?5",
        params![node, set, attribute, value, fold(value)],
    )?;
    Ok(())
}

/// Passes entries to a closure until it returns false: those that have, in one of these sets, a
/// value that contains a folded text, or a built-in value that the text names. Returns true if all
/// were passed.
pub fn visit_with_value(
    read: &Read,
    sets: &[i64],
    text: &str,
    mut each: impl FnMut(&Named<'_>) -> Result<bool>,
) -> Result<bool> {
    let stored = stored_values(sets);
    let built_in: String =
        queries(read, sets, text, false)?.iter().map(|query| format!(" UNION ALL {query}")).collect();
    let sql = format!(
        "SELECT {COLUMNS} FROM nodes WHERE missing_since IS NULL AND parent > 0 AND id IN \
         (SELECT node FROM metadata_values WHERE {stored}{built_in}) ORDER BY id"
    );
    names::run(read, &sql, [text], &mut each)
}

/// True if an entry has, in one of these sets, a value that contains a folded text, or a built-in
/// value that the text names.
pub fn has_value(read: &Read, node: i64, sets: &[i64], text: &str) -> Result<bool> {
    let stored = stored_values(sets);
    let built_in: String =
        queries(read, sets, text, true)?.iter().map(|query| format!(" OR EXISTS ({query})")).collect();
    let sql = format!("SELECT EXISTS (SELECT 1 FROM metadata_values WHERE node = ?2 AND {stored}){built_in}");
    read.one(&sql, params![text, node], |row| row.get(0))
}

/// The condition for values in some sets that contain the folded text `?1`.
fn stored_values(sets: &[i64]) -> String {
    let sets = sets.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    format!("metadata_set IN ({sets}) AND instr(folded, ?1)")
}

fn set(row: &Row<'_>) -> rusqlite::Result<SetRow> {
    Ok(SetRow {
        id: row.get(0)?,
        name: row.get(1)?,
        key: row.get(2)?,
        description: row.get(3)?,
        kind: match row.get(4)? {
            1 => SetKind::BuiltIn,
            2 => SetKind::Default,
            _ => SetKind::Custom,
        },
        is_disabled: row.get(5)?,
        is_everywhere: row.get(6)?,
    })
}

fn kind_number(kind: SetKind) -> i64 {
    match kind {
        SetKind::BuiltIn => 1,
        SetKind::Default => 2,
        SetKind::Custom => 3,
    }
}

fn set_member(row: &Row<'_>, first: usize) -> rusqlite::Result<SetMember> {
    Ok(SetMember {
        may_read: row.get(first)?,
        may_write: row.get(first + 1)?,
        member: Member::of_columns(row, first + 2)?,
    })
}
