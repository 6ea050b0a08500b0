//! The data for sync clients: the version of each entry's newest change, and the entries that are
//! gone.
//!
//! [`nodes`] calls this module for every change of the index, so no entry point can forget it. Only
//! homes that somebody syncs have rows here. Each version belongs to one row, and later changes
//! have greater versions.

use super::access_lists::ABOVE;
use super::nodes::{self, DEPTH_MAX, NodeFacts, NodeRow, Place};
use super::sync_lists::{self, Written};
use super::{Read, Write};
use crate::base::time::now_milliseconds;
use crate::error::Result;
use rusqlite::{Row, params};
use std::collections::HashMap;

/// The precision with which an unused root is noticed: one day.
const ASKED_SECONDS: i64 = 24 * 3600;

/// A home that somebody syncs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootRow {
    /// The version of the newest change.
    pub version: i64,
    /// All deletions after this version are still known.
    pub oldest: i64,
    asked: i64,
}

/// An entry that exists, with the version of its newest change.
#[derive(Debug)]
pub struct EntryRow {
    pub node: NodeRow,
    pub version: i64,
}

/// A path whose entry is gone.
#[derive(Debug)]
pub struct DeletionRow {
    pub path: String,
    pub is_folder: bool,
    /// The last known size.
    pub size_bytes: u64,
    pub version: i64,
    /// Seconds since 1970 UTC.
    pub deleted: i64,
    /// The access lists that decide who is told of it (`store::sync_lists`).
    pub lists: Option<i64>,
}

/// The sync state of a home, if somebody syncs it.
pub fn root(read: &Read, home: i64) -> Result<Option<RootRow>> {
    read.first("SELECT version, oldest, asked FROM sync_roots WHERE node = ?1", [home], |row| {
        Ok(RootRow { version: row.get(0)?, oldest: row.get(1)?, asked: row.get(2)? })
    })
}

/// Starts to record versions for a home, beginning with the entries that the index has. Does
/// nothing if this has been started.
pub fn start(write: &Write, home: i64) -> Result<()> {
    if root(write, home)?.is_some() {
        return Ok(());
    }
    let first = write.now().saturating_mul(1000).max(now_milliseconds()).saturating_mul(1000);
    write.run(
        "INSERT INTO sync_roots (node, version, oldest, asked) VALUES (?1, ?2, ?2, ?3)",
        [home, first, write.now()],
    )?;
    appeared(write, home)
}

/// True if enough time has passed to note again that a client asks.
pub fn is_asked_anew(root: &RootRow, now: i64) -> bool {
    now - root.asked >= ASKED_SECONDS
}

/// Notes that a client has asked.
pub fn asked(write: &Write, home: i64) -> Result<()> {
    write.run("UPDATE sync_roots SET asked = ?2 WHERE node = ?1", [home, write.now()])?;
    Ok(())
}

/// The entries that have changed since a version, in the order of their versions.
pub fn changed_after(read: &Read, home: i64, version: i64, limit: usize) -> Result<Vec<EntryRow>> {
    let sql = format!(
        "SELECT {}, version FROM sync_entries JOIN nodes ON nodes.id = node WHERE root = ?1 AND version > ?2 \
         ORDER BY version LIMIT ?3",
        nodes::COLUMNS
    );
    read.all(&sql, params![home, version, limit], |row| {
        Ok(EntryRow { node: nodes::node(row)?, version: row.get(11)? })
    })
}

/// The version of an entry's newest change, if it is in a home that somebody syncs.
pub fn version(read: &Read, node: i64) -> Result<Option<i64>> {
    read.first("SELECT version FROM sync_entries WHERE node = ?1", [node], |row| row.get(0))
}

/// The paths that are gone since a version, in the order of the versions.
pub fn deleted_after(read: &Read, home: i64, version: i64, limit: usize) -> Result<Vec<DeletionRow>> {
    read.all(
        "SELECT path, is_folder, size_bytes, version, deleted, lists FROM sync_deletions WHERE root = ?1 AND version > ?2 \
         ORDER BY version LIMIT ?3",
        params![home, version, limit],
        |row| {
            Ok(DeletionRow {
                path: row.get(0)?,
                is_folder: row.get(1)?,
                size_bytes: row.get(2)?,
                version: row.get(3)?,
                deleted: row.get(4)?,
                lists: row.get(5)?,
            })
        },
    )
}

/// Removes deletions from before a time, the oldest deletions beyond a number, and roots that no
/// client has asked about since that time.
pub fn trim(write: &Write, before: Option<i64>, deletions_max: i64) -> Result<()> {
    if let Some(before) = before {
        write.run("DELETE FROM sync_roots WHERE asked < ?1", [before])?;
    }
    let homes: Vec<i64> = write.all("SELECT node FROM sync_roots", [], |row| row.get(0))?;
    for home in homes {
        let newest_forgotten = write.one(
            "SELECT max(coalesce((SELECT max(version) FROM sync_deletions WHERE root = ?1 AND deleted < ?2), 0), \
             coalesce((SELECT version FROM sync_deletions WHERE root = ?1 ORDER BY version DESC LIMIT 1 OFFSET ?3), 0))",
            params![home, before.unwrap_or(i64::MIN), deletions_max],
            |row| row.get::<_, i64>(0),
        )?;
        write
            .run("DELETE FROM sync_deletions WHERE root = ?1 AND version <= ?2", [home, newest_forgotten])?;
        write.run(
            "UPDATE sync_roots SET oldest = max(oldest, ?2) WHERE node = ?1",
            [home, newest_forgotten],
        )?;
    }
    // After the clock was set back, these would count as newer than lists that change from now on.
    write.run("UPDATE sync_entries SET appeared = 0 WHERE appeared > ?1", [write.now()])?;
    sync_lists::trim(write)
}

/// Called after a row of the index was stored. `before` is the row that had the same name before.
pub(super) fn saved(write: &Write, id: i64, before: Option<&NodeRow>, facts: &NodeFacts) -> Result<()> {
    match before {
        Some(row) if row.missing_since.is_none() && row.facts.is_folder == facts.is_folder => {
            // A folder's time changes with each of its entries, and those are recorded themselves.
            if facts.is_folder || !facts.differs_from(&row.facts) { Ok(()) } else { changed(write, id) }
        }
        _ => appeared(write, id),
    }
}

/// Records that an entry now exists, together with all known entries below it. What takes the place of an
/// entry has appeared with that one, because a client may not have heard yet that it is gone. Access lists
/// bind it only if the same applied to that one.
pub(super) fn appeared(write: &Write, id: i64) -> Result<()> {
    let Some((place, root)) = synced(write, id)? else { return Ok(()) };
    let (home, path) = (place.home, place.path());
    let nearest = if were_deleted(write, home, &path)? { note_lists(write, id, &path)? } else { None };
    let count = write.run(
        &format!(
            "{BELOW_LISTED} INSERT OR REPLACE INTO sync_entries (node, root, version, appeared) \
             SELECT below.id, ?5, ?6 + row_number() OVER (ORDER BY depth), \
                 CASE WHEN former.node IS NOT NULL THEN former.appeared WHEN gone.path IS NULL THEN ?7 \
                 WHEN gone.lists = access_lists.written THEN gone.appeared ELSE 0 END \
             FROM below LEFT JOIN sync_deletions AS gone ON gone.root = ?5 AND gone.path = below.path \
                 LEFT JOIN sync_entries AS former ON former.node = below.id \
                 LEFT JOIN access_lists ON access_lists.node = below.list WHERE below.id <> ?5"
        ),
        params![id, path, DEPTH_MAX, nearest, home, root.version, write.now()],
    )?;
    write.run(
        &format!("{BELOW} DELETE FROM sync_deletions WHERE root = ?4 AND path IN (SELECT path FROM below)"),
        params![id, path, DEPTH_MAX, home],
    )?;
    count_on(write, home, count)
}

/// True if a deletion is known at a path or below it.
fn were_deleted(read: &Read, home: i64, path: &str) -> Result<bool> {
    read.one(
        "SELECT EXISTS (SELECT 1 FROM sync_deletions WHERE root = ?1 AND path = ?2) \
         OR EXISTS (SELECT 1 FROM sync_deletions WHERE root = ?1 AND path > ?2 || '/' AND path < ?2 || '0')",
        params![home, path],
        |row| row.get(0),
    )
}

/// Records that an entry has new content.
fn changed(write: &Write, id: i64) -> Result<()> {
    let Some((place, root)) = synced(write, id)? else { return Ok(()) };
    let count = write.run(
        "INSERT INTO sync_entries (node, root, version) VALUES (?1, ?2, ?3) \
         ON CONFLICT (node) DO UPDATE SET root = excluded.root, version = excluded.version",
        [id, place.home, root.version + 1],
    )?;
    count_on(write, place.home, count)
}

/// Records that an entry is about to leave its place, together with all known entries below it.
/// Call this before the index changes.
pub(super) fn vanishes(write: &Write, id: i64) -> Result<()> {
    let Some((place, root)) = synced(write, id)? else { return Ok(()) };
    let (home, path) = (place.home, place.path());
    if id == home {
        return write.run("DELETE FROM sync_roots WHERE node = ?1", [home]).map(drop);
    }
    // An entry that is older than the last change of its lists may have been seen by somebody from whom
    // they hide it now, so they do not bind it.
    let nearest = note_lists(write, id, &path)?;
    let count = write.run(
        &format!(
            "{BELOW_LISTED} INSERT OR REPLACE INTO sync_deletions \
                 (root, path, is_folder, size_bytes, version, deleted, appeared, lists) \
             SELECT ?5, path, is_folder, size_bytes, ?6 + row_number() OVER (ORDER BY depth DESC), ?7, appeared, \
                 CASE WHEN appeared > written_changed THEN written END \
             FROM below JOIN nodes ON nodes.id = below.id JOIN sync_entries ON sync_entries.node = below.id \
                 LEFT JOIN access_lists ON access_lists.node = below.list"
        ),
        params![id, path, DEPTH_MAX, nearest, home, root.version, write.now()],
    )?;
    write.run(
        &format!("{BELOW} DELETE FROM sync_entries WHERE node IN (SELECT id FROM below)"),
        params![id, path, DEPTH_MAX],
    )?;
    count_on(write, home, count)
}

/// Writes down the access lists under which an entry lies and those of folders below it. Returns the
/// nearest folder with a list.
fn note_lists(write: &Write, id: i64, path: &str) -> Result<Option<i64>> {
    if !write.one("SELECT EXISTS (SELECT 1 FROM access_lists)", [], |row| row.get::<_, bool>(0))? {
        return Ok(None);
    }
    let mut noted: HashMap<i64, Written> = HashMap::new();
    let mut nearest = None;
    let above: Vec<i64> = write.all(
        &format!("{ABOVE} SELECT id FROM above JOIN access_lists ON node = id ORDER BY depth DESC"),
        params![id, DEPTH_MAX],
        |row| row.get(0),
    )?;
    for folder in above {
        let above = nearest.and_then(|above| noted.get(&above).copied());
        noted.insert(folder, sync_lists::write_down(write, folder, above)?);
        nearest = Some(folder);
    }
    let below: Vec<(i64, Option<i64>)> = write.all(
        &format!("{BELOW_LISTED} SELECT id, within FROM below WHERE list = id AND id <> ?1 ORDER BY depth"),
        params![id, path, DEPTH_MAX, nearest],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    for (folder, within) in below {
        let above = within.and_then(|above| noted.get(&above).copied());
        noted.insert(folder, sync_lists::write_down(write, folder, above)?);
    }
    Ok(nearest)
}

/// The entry ?1 at the path ?2 and all known entries below it, at most ?3 levels deep.
const BELOW: &str = "WITH RECURSIVE below (id, path, depth) AS (SELECT ?1, ?2, 0 UNION ALL \
     SELECT nodes.id, below.path || '/' || nodes.name, below.depth + 1 FROM below JOIN nodes ON nodes.parent = below.id \
     WHERE nodes.missing_since IS NULL AND below.depth < ?3)";

/// The same with the nearest folder that has an access list: of the entry ?1 it is ?4. `within` is that of
/// the folder above.
const BELOW_LISTED: &str = "WITH RECURSIVE below (id, path, depth, list, within) AS (SELECT ?1, ?2, 0, ?4, NULL UNION ALL \
     SELECT nodes.id, below.path || '/' || nodes.name, below.depth + 1, \
         coalesce((SELECT node FROM access_lists WHERE node = nodes.id), below.list), below.list \
     FROM below JOIN nodes ON nodes.parent = below.id \
     WHERE nodes.missing_since IS NULL AND below.depth < ?3)";

/// The location of an entry and the sync state of its root, if somebody syncs it.
fn synced(read: &Read, id: i64) -> Result<Option<(Place, RootRow)>> {
    let is_used = |row: &Row<'_>| row.get(0);
    if !read.one("SELECT EXISTS (SELECT 1 FROM sync_roots)", [], is_used)? {
        return Ok(None);
    }
    let Some(place) = nodes::place(read, id)? else { return Ok(None) };
    Ok(root(read, place.home)?.map(|root| (place, root)))
}

fn count_on(write: &Write, home: i64, count: usize) -> Result<()> {
    write.run("UPDATE sync_roots SET version = version + ?2 WHERE node = ?1", params![home, count])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::shares::Member;
    use super::super::{Store, groups, test_store};
    use super::*;
    use crate::store::access_lists::{self, AccessEntryRow};
    use crate::store::index;

    fn facts(is_folder: bool, inode: u64) -> NodeFacts {
        NodeFacts { is_folder, size_bytes: inode, modified_nanoseconds: 0, inode, changed_nanoseconds: None }
    }

    /// A synced home with the files a, b and c. Returns the ids of the home and of the files.
    fn home(store: &Store) -> (i64, Vec<i64>) {
        let made = store.write(|tx| {
            let top = index::save(tx, nodes::NO_PARENT, "volume", &facts(true, 1), None)?;
            let home = index::save(tx, top, "bob", &facts(true, 2), None)?;
            start(tx, home)?;
            let files = ["a", "b", "c"].into_iter().zip(3..);
            let ids = files.map(|(name, inode)| index::save(tx, home, name, &facts(false, inode), None));
            Ok((home, ids.collect::<Result<_>>()?))
        });
        made.unwrap()
    }

    fn deleted(store: &Store, home: i64) -> Vec<String> {
        let rows = store.read(|read| deleted_after(read, home, 0, 10)).unwrap();
        rows.into_iter().map(|row| row.path).collect()
    }

    fn root_of(store: &Store, home: i64) -> RootRow {
        store.read(|read| root(read, home)).unwrap().unwrap()
    }

    #[test]
    fn the_oldest_deletions_are_forgotten_and_who_missed_them_is_known() {
        let store = test_store();
        let (home, files) = home(&store);
        let first = root_of(&store, home);
        assert_eq!(first.version, first.oldest + 3);
        store.write(move |tx| files.iter().try_for_each(|id| index::mark_missing(tx, *id))).unwrap();
        assert_eq!(deleted(&store, home), ["/bob/a", "/bob/b", "/bob/c"]);
        store.write(|tx| trim(tx, Some(tx.now() - 10), 3)).unwrap();
        assert_eq!((deleted(&store, home).len(), root_of(&store, home).oldest), (3, first.oldest));
        store.write(|tx| trim(tx, None, 2)).unwrap();
        assert_eq!(deleted(&store, home), ["/bob/b", "/bob/c"]);
        let now = root_of(&store, home);
        // A client that knew the first deletion has missed none. An older client has.
        assert_eq!((now.version, now.oldest), (first.version + 3, first.version + 1));
        // No client has asked for so long that the whole home is removed.
        store.write(|tx| trim(tx, Some(tx.now() + 1), 2)).unwrap();
        assert_eq!(store.read(|read| root(read, home)).unwrap(), None);
        assert!(deleted(&store, home).is_empty());
        let left = store.read(|read| changed_after(read, home, 0, 10)).unwrap();
        assert!(left.is_empty());
    }

    /// The home with a folder f, in which lies x, and a folder g with an access list, in which x and y lie.
    /// All came at the second 100, the list of g at 50.
    fn listed_home(store: &Store) -> (i64, [i64; 3]) {
        let (home, _) = home(store);
        let made = store.write(move |tx| {
            tx.now.set(50);
            let g = index::save(tx, home, "g", &facts(true, 20), None)?;
            access_lists::set_inherits(tx, g, true)?;
            tx.now.set(100);
            let f = index::save(tx, home, "f", &facts(true, 21), None)?;
            let x = index::save(tx, f, "x", &facts(false, 22), None)?;
            index::save(tx, g, "x", &facts(false, 23), None)?;
            index::save(tx, g, "y", &facts(false, 24), None)?;
            Ok([f, g, x])
        });
        (home, made.unwrap())
    }

    /// The paths that are gone, each with true if lists bind its deletion.
    fn bound(store: &Store, home: i64) -> Vec<(String, bool)> {
        let rows = store.read(|read| deleted_after(read, home, 0, 20)).unwrap();
        let mut rows: Vec<_> = rows.into_iter().map(|row| (row.path, row.lists.is_some())).collect();
        rows.sort();
        rows
    }

    fn paths(wanted: &[(&str, bool)]) -> Vec<(String, bool)> {
        wanted.iter().map(|(path, is_bound)| ((*path).to_owned(), *is_bound)).collect()
    }

    /// A change of what the lists of two folders show: the outer and the inner one. The group and the account
    /// have the id 5, and the lists name the group.
    type ListChange = fn(&Write, i64, i64) -> Result<()>;

    fn deny_group(tx: &Write, node: i64) -> Result<()> {
        let member = Member::Group(5);
        access_lists::set_entry(tx, &AccessEntryRow { node, member, is_allowed: false, rights: 1 })
    }

    const LIST_CHANGES: [(&str, ListChange); 10] = [
        ("inheriting", |tx, _, inner| access_lists::set_inherits(tx, inner, false)),
        ("inheriting further up", |tx, outer, _| access_lists::set_inherits(tx, outer, false)),
        ("an entry", |tx, _, inner| deny_group(tx, inner)),
        ("no entry", |tx, _, inner| access_lists::remove_entries(tx, inner, Member::Group(5)).map(drop)),
        ("no entry further up", |tx, outer, _| {
            access_lists::remove_entries(tx, outer, Member::Group(5)).map(drop)
        }),
        ("no list", |tx, _, inner| access_lists::delete(tx, inner).map(drop)),
        ("no list further up", |tx, outer, _| access_lists::delete(tx, outer).map(drop)),
        ("a member", |tx, _, _| groups::add_member(tx, 5, 5).map(drop)),
        ("no member", |tx, _, _| groups::remove_member(tx, 5, 5).map(drop)),
        ("no group", |tx, _, _| groups::delete(tx, 5)),
    ];

    #[test]
    fn every_change_of_a_list_leaves_what_was_there_before_unbound() {
        for (name, change) in LIST_CHANGES {
            let store = test_store();
            let (home, _) = home(&store);
            let done = store.write(move |tx| {
                tx.run(
                    "INSERT INTO users (id, name, display_name, password_hash, status, created) \
                     VALUES (5, 'u', '', '', 1, 0)",
                    [],
                )?;
                tx.run(
                    "INSERT INTO groups (id, name, key, email, is_everyone, created) \
                     VALUES (5, 'g', 'g', '', 0, 0)",
                    [],
                )?;
                tx.now.set(50);
                let top = index::save(tx, home, "top", &facts(true, 40), None)?;
                access_lists::set_inherits(tx, top, true)?;
                let outer = index::save(tx, top, "outer", &facts(true, 41), None)?;
                let inner = index::save(tx, outer, "inner", &facts(true, 42), None)?;
                [outer, inner].into_iter().try_for_each(|node| deny_group(tx, node))?;
                tx.now.set(100);
                let before = index::save(tx, inner, "before", &facts(false, 43), None)?;
                let bound = index::save(tx, inner, "bound", &facts(false, 44), None)?;
                index::mark_missing(tx, bound)?;
                tx.now.set(200);
                change(tx, outer, inner)?;
                tx.now.set(300);
                let after = index::save(tx, inner, "after", &facts(false, 45), None)?;
                [before, after].into_iter().try_for_each(|id| index::mark_missing(tx, id))
            });
            done.unwrap();
            let at = |name: &str, is_bound| (format!("/bob/top/outer/inner/{name}"), is_bound);
            let gone = [at("after", true), at("before", false), at("bound", true)];
            assert_eq!(bound(&store, home), gone, "{name}");
        }
    }

    #[test]
    fn what_was_seen_before_its_list_stays_told_when_it_becomes_a_folder() {
        let store = test_store();
        let (home, [f, _, x]) = listed_home(&store);
        let done = store.write(move |tx| {
            tx.now.set(200);
            access_lists::set_inherits(tx, f, true)?;
            tx.now.set(300);
            index::save(tx, f, "x", &facts(true, 30), None)?;
            index::save(tx, x, "in", &facts(false, 31), None)?;
            index::mark_missing(tx, x)
        });
        done.unwrap();
        assert_eq!(bound(&store, home), paths(&[("/bob/f/x", false), ("/bob/f/x/in", true)]));
    }

    #[test]
    fn a_list_that_comes_with_a_moved_folder_does_not_bind_what_was_there_before() {
        let store = test_store();
        let (home, [f, g, _]) = listed_home(&store);
        let done = store.write(move |tx| {
            tx.now.set(200);
            index::relocate(tx, f, home, "h")?;
            index::relocate(tx, g, home, "f")?;
            index::mark_missing(tx, g)
        });
        done.unwrap();
        let gone = [("/bob/f", false), ("/bob/f/x", false), ("/bob/f/y", true)];
        let before = [("/bob/g", false), ("/bob/g/x", true), ("/bob/g/y", true)];
        let all = [gone, before].concat();
        assert_eq!(bound(&store, home), paths(&all));
        // Nor does what was hidden there lose its list on the way back.
        let back = store.write(move |tx| {
            tx.now.set(300);
            index::relocate(tx, g, home, "g")?;
            tx.now.set(400);
            index::mark_missing(tx, g)
        });
        back.unwrap();
        assert_eq!(bound(&store, home), paths(&all));
    }

    #[test]
    fn lists_bind_what_nobody_could_see_since_the_home_was_first_synced() {
        let store = test_store();
        let made = store.write(|tx| {
            let top = index::save(tx, nodes::NO_PARENT, "volume", &facts(true, 1), None)?;
            let home = index::save(tx, top, "bob", &facts(true, 2), None)?;
            let top = index::save(tx, home, "c", &facts(true, 3), None)?;
            let outer = index::save(tx, top, "d", &facts(true, 4), None)?;
            let inner = index::save(tx, outer, "e", &facts(true, 5), None)?;
            index::save(tx, inner, "x", &facts(false, 6), None)?;
            tx.now.set(100);
            [outer, inner].into_iter().try_for_each(|node| access_lists::set_inherits(tx, node, true))?;
            tx.now.set(200);
            start(tx, home)?;
            index::mark_missing(tx, top)?;
            Ok(home)
        });
        let gone = [("/bob/c", false), ("/bob/c/d", true), ("/bob/c/d/e", true), ("/bob/c/d/e/x", true)];
        assert_eq!(bound(&store, made.unwrap()), paths(&gone));
    }

    #[test]
    fn a_list_that_is_made_after_the_clock_was_set_back_does_not_bind_what_was_there() {
        let store = test_store();
        let (home, [f, _, x]) = listed_home(&store);
        let done = store.write(move |tx| {
            tx.now.set(80);
            trim(tx, None, 10)?;
            access_lists::set_inherits(tx, f, true)?;
            tx.now.set(90);
            index::save(tx, f, "later", &facts(false, 40), None)?;
            tx.now.set(500);
            index::mark_missing(tx, x)?;
            index::mark_missing(tx, f)
        });
        done.unwrap();
        let gone = [("/bob/f", false), ("/bob/f/later", true), ("/bob/f/x", false)];
        assert_eq!(bound(&store, home), paths(&gone));
    }

    #[test]
    fn a_folder_that_becomes_a_file_takes_what_was_in_it_along() {
        let store = test_store();
        let (home, _) = home(&store);
        let before = root_of(&store, home).version;
        let told = store
            .write(move |tx| {
                let folder = index::save(tx, home, "d", &facts(true, 10), None)?;
                index::save(tx, folder, "x", &facts(false, 11), None)?;
                index::save(tx, home, "d", &facts(false, 12), None)?;
                changed_after(tx, home, before, 10)
            })
            .unwrap();
        let told: Vec<_> =
            told.iter().map(|row| (row.node.name.as_str(), row.node.facts.is_folder)).collect();
        assert_eq!(told, [("d", false)]);
        assert_eq!(deleted(&store, home), ["/bob/d/x"]);
    }
}
