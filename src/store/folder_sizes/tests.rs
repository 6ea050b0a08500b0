//! Thousands of random changes of the index, after which each folder has the size that its rows add
//! up to.

use super::*;
use crate::error::Error;
use crate::store::nodes::NodeFacts;
use crate::store::{Store, index, nodes, test_store};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const STEPS: usize = 1500;
const FOLDERS_MAX: usize = 60;
/// The row of the home, which stays.
const HOME: i64 = 2;

/// Numbers that look random and are the same in every run.
#[derive(Clone)]
struct Numbers(Arc<AtomicU64>);

impl Numbers {
    fn below(&self, end: usize) -> usize {
        let step = |state: u64| {
            Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407))
        };
        let state = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).unwrap();
        (state >> 33) as usize % end
    }

    fn of<T: Copy>(&self, all: &[T]) -> Option<T> {
        (!all.is_empty()).then(|| all[self.below(all.len())])
    }
}

struct Node {
    id: i64,
    parent: i64,
    is_folder: bool,
    bytes: i64,
    is_missing: bool,
    stored: Option<(bool, Amount)>,
}

fn all_nodes(read: &Read) -> Result<Vec<Node>> {
    let sql = "SELECT id, parent, is_folder, size_bytes, missing_since IS NOT NULL, is_visited, bytes, files, unvisited \
         FROM nodes LEFT JOIN folder_sizes ON node = id";
    read.all(sql, [], |row| {
        let stored: Option<bool> = row.get(5)?;
        let amount = |row: &Row<'_>| -> rusqlite::Result<Amount> {
            Ok(Amount { bytes: row.get(6)?, files: row.get(7)?, unvisited: row.get(8)? })
        };
        Ok(Node {
            id: row.get(0)?,
            parent: row.get(1)?,
            is_folder: row.get(2)?,
            bytes: row.get(3)?,
            is_missing: row.get(4)?,
            stored: stored.map(|is_visited| amount(row).map(|amount| (is_visited, amount))).transpose()?,
        })
    })
}

/// The size that the rows below a folder add up to.
fn added_up(below: &HashMap<i64, Vec<&Node>>, folder: &Node) -> Amount {
    let (is_visited, _) = folder.stored.expect("every folder has a size");
    let own = Amount { unvisited: i64::from(!is_visited), ..Amount::default() };
    let there = below.get(&folder.id).into_iter().flatten().filter(|node| !node.is_missing);
    there.fold(own, |sum, node| match node.is_folder {
        true => sum + added_up(below, node),
        false => sum + Amount { bytes: node.bytes, files: 1, unvisited: 0 },
    })
}

fn check(store: &Store) {
    let nodes = store.read(all_nodes).unwrap();
    let mut below: HashMap<i64, Vec<&Node>> = HashMap::new();
    for node in &nodes {
        below.entry(node.parent).or_default().push(node);
    }
    for folder in nodes.iter().filter(|node| node.is_folder) {
        let stored = folder.stored.map(|(_, amount)| amount);
        assert_eq!(stored, Some(added_up(&below, folder)), "the folder {}", folder.id);
    }
    assert_eq!(store.read(wrong).unwrap(), Vec::<i64>::new());
}

fn facts(is_folder: bool, size_bytes: usize) -> NodeFacts {
    let size_bytes = if is_folder { 0 } else { size_bytes as u64 };
    NodeFacts { is_folder, size_bytes, modified_nanoseconds: 0, inode: 1, changed_nanoseconds: None }
}

fn is_below(read: &Read, mut id: i64, top: i64) -> Result<bool> {
    while id > NO_PARENT {
        if id == top {
            return Ok(true);
        }
        id = nodes::by_id(read, id)?.map_or(NO_PARENT, |node| node.parent);
    }
    Ok(false)
}

/// One random change.
fn change(tx: &Write, numbers: &Numbers) -> Result<()> {
    let nodes = all_nodes(tx)?;
    let ids = |is_wanted: fn(&Node) -> bool| -> Vec<i64> {
        nodes.iter().filter(|node| is_wanted(node)).map(|node| node.id).collect()
    };
    let folders = ids(|node| node.is_folder);
    let Some(folder) = numbers.of(&folders) else { return Ok(()) };
    let node = numbers.of(&ids(|node| node.id > HOME)).unwrap_or(0);
    let name = format!("{}", numbers.below(8));
    match numbers.below(14) {
        0..=5 => {
            let is_folder = numbers.below(3) == 0 && folders.len() < FOLDERS_MAX;
            index::save(tx, folder, &name, &facts(is_folder, numbers.below(1000)), None).map(drop)
        }
        6 | 7 if node > 0 => match is_below(tx, folder, node)? {
            true => Ok(()),
            false => index::relocate(tx, node, folder, &name),
        },
        8 if node > 0 => index::mark_missing(tx, node),
        9 if node > 0 => index::move_to_bin(tx, node, &format!("bin {node}")),
        10 => match numbers.of(&ids(|node| node.parent < NO_PARENT)) {
            Some(deleted) => index::delete_below(tx, deleted),
            None => Ok(()),
        },
        11 => set_visited(tx, folder),
        // Entries with versions stay when what is around them is removed.
        12 if node > 0 => tx
            .run(
                "INSERT OR IGNORE INTO versions (id, node, owner, size_bytes, modified_ns, created, created_by, number) \
                 VALUES (?1, ?2, 'bob', 1, 1, 1, 'bob', 1)",
                rusqlite::params![format!("version {node}"), node],
            )
            .map(drop),
        _ => nodes::forget_missing(tx, i64::MAX).map(drop),
    }
}

/// A few changes, some of which are undone.
fn changes(tx: &Write, numbers: &Numbers) -> Result<()> {
    let fails = |numbers: &Numbers| match numbers.below(4) {
        0 => Err(Error::internal("as planned")),
        _ => Ok(()),
    };
    for _ in 0..numbers.below(6) {
        change(tx, numbers)?;
    }
    // The result does not matter: what failed is undone.
    let _ = tx.attempt(|tx| {
        change(tx, numbers)?;
        let _ = tx.attempt(|tx| change(tx, numbers).and_then(|()| fails(numbers)));
        fails(numbers)
    });
    change(tx, numbers)?;
    fails(numbers)
}

#[test]
fn after_any_changes_each_folder_has_the_size_of_its_rows() {
    let store = test_store();
    let numbers = Numbers(Arc::new(AtomicU64::new(16)));
    store
        .write(|tx| {
            let top = index::save(tx, NO_PARENT, "volume", &facts(true, 0), None)?;
            assert_eq!(index::save(tx, top, "home", &facts(true, 0), None)?, HOME);
            Ok(())
        })
        .unwrap();
    for step in 0..STEPS {
        let own = numbers.clone();
        match step % 7 {
            // Several changes in one transaction.
            0..=5 => store.write_later(move |tx| changes(tx, &own)),
            _ => {
                let _ = store.write(move |tx| changes(tx, &own));
            }
        }
        if step % 7 == 6 {
            check(&store);
        }
    }
    let nodes = store.read(all_nodes).unwrap();
    let folders = nodes.iter().filter(|node| node.is_folder).count();
    assert!(folders > 10 && nodes.len() > folders + 10, "{folders} folders among {}", nodes.len());
}

#[test]
fn more_changes_than_wait_are_added_up_in_between() {
    let store = test_store();
    let made = store.write(|tx| {
        let top = index::save(tx, NO_PARENT, "volume", &facts(true, 0), None)?;
        let folders = ["a", "b"].map(|name| index::save(tx, top, name, &facts(true, 0), None));
        let folders: Result<Vec<i64>> = folders.into_iter().collect();
        for number in 0..2000 {
            let folder = folders.as_ref().map(|folders| folders[number % 2]).map_err(Error::clone)?;
            index::save(tx, folder, &format!("{number}"), &facts(false, 3), None)?;
        }
        Ok(top)
    });
    let top = made.unwrap();
    check(&store);
    let size = store.read(|read| of_node(read, top)).unwrap().unwrap();
    assert_eq!((size.bytes, size.is_exact), (6000, false));
}

#[test]
fn a_size_is_exact_once_all_folders_were_visited() {
    let store = test_store();
    let made = store.write(|tx| {
        let top = index::save(tx, NO_PARENT, "volume", &facts(true, 0), None)?;
        let folder = index::save(tx, top, "a \"quoted\\ \u{1}", &facts(true, 0), None)?;
        let inner = index::save(tx, folder, "inner", &facts(true, 0), None)?;
        index::save(tx, inner, "file", &facts(false, 7), None)?;
        Ok([top, folder, inner])
    });
    let [top, folder, inner] = made.unwrap();
    let size = || {
        let names = ["nothing".to_owned(), "a \"quoted\\ \u{1}".to_owned()];
        let sizes = store.read(|read| of_folders(read, top, &names)).unwrap();
        assert_eq!(sizes.len(), 1);
        let size = sizes[&names[1]];
        assert_eq!(Some(size), store.read(|read| of_node(read, folder)).unwrap());
        (size.bytes, size.is_exact)
    };
    assert_eq!(size(), (7, false));
    store.write(move |tx| set_visited(tx, folder)).unwrap();
    assert_eq!(size(), (7, false));
    store.write(move |tx| set_visited(tx, inner).and_then(|()| set_visited(tx, inner))).unwrap();
    assert_eq!(size(), (7, true));
    // A folder that is another one now is not known again.
    store
        .write(move |tx| {
            index::save(tx, folder, "inner", &facts(false, 5), None)?;
            index::save(tx, folder, "inner", &facts(true, 0), None).map(drop)
        })
        .unwrap();
    assert_eq!(size(), (0, false));
    check(&store);
}

#[test]
fn sizes_that_are_too_large_or_wrong_hurt_nobody() {
    let store = test_store();
    let large = NodeFacts { size_bytes: i64::MAX as u64, ..facts(false, 0) };
    let made = store.write(move |tx| {
        let top = index::save(tx, NO_PARENT, "volume", &facts(true, 0), None)?;
        let folder = index::save(tx, top, "a", &facts(true, 0), None)?;
        for name in ["x", "y", "z"] {
            index::save(tx, folder, name, &large, None)?;
        }
        Ok([top, folder])
    });
    let [top, folder] = made.unwrap();
    let size = store.read(|read| of_node(read, top)).unwrap().unwrap();
    assert_eq!(size.bytes, i64::MAX as u64);
    store
        .write(move |tx| {
            index::save(tx, folder, "x", &facts(false, 5), None)?;
            index::save(tx, folder, "y", &facts(false, 6), None)?;
            index::save(tx, folder, "z", &facts(false, 7), None)?;
            tx.run("UPDATE folder_sizes SET files = files + 9 WHERE node = ?1", [top]).map(drop)
        })
        .unwrap();
    // A check finds what does not agree, and what is on its way meanwhile counts once.
    let found = store.read(wrong).unwrap();
    assert!(found.contains(&top), "{found:?}");
    store
        .write(move |tx| {
            index::save(tx, folder, "new", &facts(false, 8), None)?;
            mend(tx, &found)
        })
        .unwrap();
    check(&store);
    let size = store.read(|read| of_node(read, top)).unwrap().unwrap();
    assert_eq!(size.bytes, 26);
}
