//! Changes of the index. Every change notes its version for sync clients, and versions and
//! checksums follow their entry, in the same transaction. `nodes` has the plain rows.

use super::nodes::{NO_PARENT, NodeFacts, child, children, place};
use super::{Read, Write, sync, versions};
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
    Ok(id)
}

/// Moves an entry to another folder or name. Everything that refers to its id follows. An entry
/// that was there before is removed.
pub fn relocate(write: &Write, id: i64, parent: i64, name: &str) -> Result<()> {
    write.grants_changed();
    if let Some(displaced) = child(write, parent, name)?.filter(|displaced| displaced.id != id) {
        sync::vanishes(write, displaced.id)?;
    }
    sync::vanishes(write, id)?;
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
    if home(write)? != home_before {
        versions::hand_over(write, id)?;
    }
    sync::appeared(write, id)
}

/// Marks an entry as missing.
pub fn mark_missing(write: &Write, id: i64) -> Result<()> {
    write.grants_changed();
    sync::vanishes(write, id)?;
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
    sync::vanishes(write, id)?;
    write.run(
        "UPDATE nodes SET parent = -id, name = ?2, missing_since = NULL WHERE id = ?1",
        params![id, trash_id],
    )?;
    Ok(())
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
