//! Changes of the index. Every change notes its version for sync clients, and versions and
//! checksums follow their entry, in the same transaction, and the sizes of the folders above change.
//! `nodes` has the plain rows.

use super::nodes::{NO_PARENT, NodeFacts, NodeRow, by_id, child, children, place};
use super::size_differences::Amount;
use super::{Read, Write, folder_sizes, sync, versions};
use crate::base::path::EXTERNAL;
use crate::error::Result;
use rusqlite::params;

/// Adds an entry, or updates the entry with this name. Returns its id.
pub fn save(
    write: &Write,
    parent: i64,
    name: &str,
    facts: &NodeFacts,
    modified_by: Option<&str>,
) -> Result<i64> {
    let before = child(write, parent, name)?;
    if before.as_ref().is_some_and(|before| before.facts.is_folder && !facts.is_folder) {
        let id = before.as_ref().map_or(NO_PARENT, |before| before.id);
        children(write, id)?.iter().try_for_each(|child| mark_missing(write, child.id))?;
    }
    // If another entry has the same content, the file was moved.
    let same = before.as_ref().filter(|before| {
        before.facts.looks_like(facts)
            && before.modified_by.as_deref() == modified_by
            && modified_by.is_some()
    });
    let counted_before = counted_before(write, before.as_ref(), facts)?;
    let here = write.how();
    let how = match (same, modified_by) {
        (Some(before), _) => before.modified_how.as_str(),
        (None, Some(_)) => &here,
        (None, None) => "",
    };
    let id = write.one(
        "INSERT INTO nodes (parent, name, is_folder, size_bytes, modified_ns, inode, modified_by, modified_how, changed_ns) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (parent, name) DO UPDATE SET is_folder = excluded.is_folder, \
         size_bytes = excluded.size_bytes, modified_ns = excluded.modified_ns, inode = excluded.inode, \
         missing_since = NULL, modified_by = excluded.modified_by, modified_how = excluded.modified_how, \
         changed_ns = excluded.changed_ns RETURNING id",
        params![
            parent,
            name,
            facts.is_folder,
            facts.size_bytes,
            facts.modified_nanoseconds,
            facts.inode as i64,
            modified_by,
            how,
            facts.changed_nanoseconds
        ],
        |row| row.get(0),
    )?;
    if before.as_ref().is_some_and(|before| before.missing_since.is_some()) {
        write.grants_changed();
    }
    sync::saved(write, id, before.as_ref(), facts)?;
    if let Some(counted_before) = counted_before {
        let counts = match facts.is_folder {
            true => folder_now(write, id, before.as_ref())?,
            false => folder_sizes::of_file(facts.size_bytes),
        };
        folder_sizes::note(write, parent, counts - counted_before)?;
    }
    Ok(id)
}

/// What an entry counted in its folder before it is saved; `None` for a folder that stays one, which
/// counts what it did.
fn counted_before(write: &Write, before: Option<&NodeRow>, facts: &NodeFacts) -> Result<Option<Amount>> {
    match before {
        Some(row) if row.missing_since.is_none() && row.facts.is_folder && facts.is_folder => Ok(None),
        Some(row) => folder_sizes::counted(write, row).map(Some),
        None => Ok(Some(Amount::default())),
    }
}

/// What an entry that is a folder from now on counts.
fn folder_now(write: &Write, id: i64, before: Option<&NodeRow>) -> Result<Amount> {
    if before.is_none_or(|row| !row.facts.is_folder) {
        folder_sizes::begin(write, id)?;
    }
    folder_sizes::of_folder(write, id)
}

/// Moves an entry to another folder or name. Everything that refers to its id follows. An entry
/// that was there before is removed.
pub fn relocate(write: &Write, id: i64, parent: i64, name: &str) -> Result<()> {
    write.grants_changed();
    if let Some(displaced) = child(write, parent, name)?.filter(|displaced| displaced.id != id) {
        leaves(write, &displaced)?;
    }
    let moved = by_id(write, id)?;
    moved.as_ref().map_or(Ok(()), |moved| leaves(write, moved))?;
    let home = |read: &Read| place(read, id).map(|place| place.map(|place| place.home));
    let home_before = home(write)?;
    write.run(
        "UPDATE nodes SET parent = -id, missing_since = ?4 WHERE parent = ?1 AND name = ?2 AND id <> ?3",
        params![parent, name, id, write.now()],
    )?;
    write.run(
        "UPDATE nodes SET parent = ?2, name = ?3, missing_since = NULL WHERE id = ?1",
        params![id, parent, name],
    )?;
    if let Some(moved) = moved {
        folder_sizes::note(write, parent, folder_sizes::size_of(write, &moved)?)?;
    }
    if home(write)? != home_before {
        versions::hand_over(write, id)?;
    }
    sync::appeared(write, id)
}

/// Notes that an entry is about to leave its place. Call this before its row changes.
fn leaves(write: &Write, node: &NodeRow) -> Result<()> {
    sync::vanishes(write, node.id)?;
    folder_sizes::note(write, node.parent, -folder_sizes::counted(write, node)?)
}

/// Marks an entry as missing.
pub fn mark_missing(write: &Write, id: i64) -> Result<()> {
    write.grants_changed();
    by_id(write, id)?.map_or(Ok(()), |node| leaves(write, &node))?;
    write.run(
        "UPDATE nodes SET missing_since = ?2 WHERE id = ?1 AND missing_since IS NULL",
        params![id, write.now()],
    )?;
    Ok(())
}

/// Moves an entry out of the tree into the recycle bin, under its id there. Its name in the folder
/// is free at once.
pub fn move_to_bin(write: &Write, id: i64, trash_id: &str) -> Result<()> {
    write.grants_changed();
    by_id(write, id)?.map_or(Ok(()), |node| leaves(write, &node))?;
    write.run(
        "UPDATE nodes SET parent = -id, name = ?2, missing_since = NULL WHERE id = ?1",
        params![id, trash_id],
    )?;
    Ok(())
}

/// Finds an entry and all entries below it.
macro_rules! below {
    ($rest:literal) => {
        concat!(
            "WITH RECURSIVE below(id) AS (SELECT ?1 UNION SELECT nodes.id FROM nodes JOIN below ON nodes.parent = below.id) ",
            $rest
        )
    };
}

/// Removes an entry and all entries below it. Those that have versions stay as missing ones outside
/// of all folders, where they count nowhere.
pub fn delete_below(write: &Write, id: i64) -> Result<()> {
    const KEPT: &str =
        below!("SELECT id FROM below WHERE EXISTS (SELECT 1 FROM versions WHERE node = below.id)");
    const DELETE: &str = below!(
        "DELETE FROM nodes WHERE id IN below AND NOT EXISTS (SELECT 1 FROM versions WHERE node = nodes.id)"
    );
    write.grants_changed();
    if let Some(node) = by_id(write, id)? {
        folder_sizes::note(write, node.parent, -folder_sizes::counted(write, &node)?)?;
    }
    let kept: Vec<i64> = write.all(KEPT, [id], |row| row.get(0))?;
    write.run(DELETE, [id])?;
    for id in &kept {
        write.run(
            "UPDATE nodes SET parent = -id, missing_since = coalesce(missing_since, ?2) WHERE id = ?1",
            params![id, write.now()],
        )?;
    }
    folder_sizes::mend(write, &kept)
}

/// Renames a further volume: rows of `EXTERNAL/<old>` become rows of `EXTERNAL/<new>`. `top` is the
/// index row at the top of the tree.
pub fn rename_disk(write: &Write, top: i64, old: &str, new: &str) -> Result<()> {
    let names = [format!("{EXTERNAL}/{old}"), format!("{EXTERNAL}/{new}")];
    for sql in [
        "UPDATE versions SET owner = ?2 WHERE owner = ?1",
        "UPDATE trash SET owner = ?2, path = '/' || ?2 || substr(path, length(?1) + 2) WHERE owner = ?1",
        "UPDATE uploads SET path = '/' || ?2 || substr(path, length(?1) + 2) \
         WHERE substr(path, 1, length(?1) + 2) = '/' || ?1 || '/'",
    ] {
        write.run(sql, [&names[0], &names[1]])?;
    }
    let Some(above) = child(write, top, EXTERNAL)? else { return Ok(()) };
    match child(write, above.id, old)? {
        Some(node) => relocate(write, node.id, above.id, new),
        None => Ok(()),
    }
}
