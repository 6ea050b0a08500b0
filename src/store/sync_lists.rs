//! The access lists that deletions lay under when they happened. Lists change and go, so what sync may
//! tell of a deletion is written down with it.

use super::access_lists::{self, AccessEntryRow};
use super::shares::{self, Member};
use super::{Read, Write, groups};
use crate::error::{Error, Result};
use rusqlite::params;

/// The entries of an access list at the time of a deletion.
pub type ListThen = Vec<EntryThen>;

/// An entry of such a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryThen {
    pub who: WhoThen,
    /// True if the entry allowed its rights, false if it denied them.
    pub is_allowed: bool,
    /// Bits, as `domain::access::rights::Rights` has them.
    pub rights: u8,
}

/// Whom an entry named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhoThen {
    User(i64),
    Everyone,
    /// The accounts that were in the group.
    Group(Vec<i64>),
}

/// A list that was written down, with those further up that applied, too.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    pub id: i64,
    /// The time of their last change, in seconds since 1970 UTC.
    pub changed: i64,
}

/// Writes down the list of a folder as it is now, and notes that with the list. `above` is the nearest list
/// further up. Lists that are the same are one row.
pub(super) fn write_down(write: &Write, folder: i64, above: Option<Written>) -> Result<Written> {
    let list = access_lists::of_node(write, folder)?;
    let (inherits, changed) = list.map_or((true, write.now()), |list| (list.inherits, list.changed));
    let above = above.filter(|_| inherits);
    let entries = access_lists::entries(write, folder)?;
    let text = written(&entries.iter().map(|row| entry_now(write, row)).collect::<Result<_>>()?);
    let row = params![above.map_or(0, |above| above.id), text];
    write.run("INSERT OR IGNORE INTO sync_lists (above, text) VALUES (?1, ?2)", row)?;
    let id = write.one("SELECT id FROM sync_lists WHERE above = ?1 AND text = ?2", row, |row| row.get(0))?;
    let changed = changed.max(above.map_or(0, |above| above.changed));
    let sql = "UPDATE access_lists SET written = ?2, written_changed = ?3 WHERE node = ?1";
    write.run(sql, [folder, id, changed])?;
    Ok(Written { id, changed })
}

fn entry_now(read: &Read, row: &AccessEntryRow) -> Result<EntryThen> {
    let who = match row.member {
        Member::User(id) => WhoThen::User(id),
        Member::Group(id) if id == shares::everyone(read)? => WhoThen::Everyone,
        Member::Group(id) => WhoThen::Group(groups::member_ids(read, id)?),
    };
    Ok(EntryThen { who, is_allowed: row.is_allowed, rights: row.rights })
}

/// A list that was written down, after those further up that applied, too.
pub fn by_id(read: &Read, id: i64) -> Result<Vec<ListThen>> {
    let sql = "WITH RECURSIVE above (id, depth) AS (SELECT ?1, 0 UNION ALL \
            SELECT sync_lists.above, depth + 1 FROM above JOIN sync_lists USING (id)) \
        SELECT text FROM above JOIN sync_lists USING (id) ORDER BY depth DESC";
    let texts: Vec<String> = read.all(sql, [id], |row| row.get(0))?;
    let unreadable = || Error::internal(format!("the access list {id} of deletions cannot be read"));
    texts.iter().map(|text| read_list(text).ok_or_else(unreadable)).collect()
}

/// Removes lists under which no known deletion lay.
pub(super) fn trim(write: &Write) -> Result<()> {
    let sql = "WITH RECURSIVE used (id) AS (SELECT lists FROM sync_deletions WHERE lists IS NOT NULL \
            UNION SELECT above FROM used JOIN sync_lists USING (id)) \
        DELETE FROM sync_lists WHERE id NOT IN (SELECT id FROM used)";
    write.run(sql, []).map(drop)
}

/// A list as text: whom each entry names, whether it allows, and the bits of its rights. For example
/// `u5-3,g6.7+2,e+1`.
fn written(list: &ListThen) -> String {
    let entry = |entry: &EntryThen| {
        let who = match &entry.who {
            WhoThen::User(id) => format!("u{id}"),
            WhoThen::Everyone => "e".to_owned(),
            WhoThen::Group(accounts) => {
                let accounts: Vec<String> = accounts.iter().map(i64::to_string).collect();
                format!("g{}", accounts.join("."))
            }
        };
        format!("{who}{}{}", if entry.is_allowed { '+' } else { '-' }, entry.rights)
    };
    list.iter().map(entry).collect::<Vec<_>>().join(",")
}

fn read_list(text: &str) -> Option<ListThen> {
    text.split_terminator(',').map(read_entry).collect()
}

fn read_entry(text: &str) -> Option<EntryThen> {
    let at = text.find(['+', '-'])?;
    let (who, rights) = (&text[..at], &text[at + 1..]);
    let who = match who.split_at_checked(1)? {
        ("u", id) => WhoThen::User(id.parse().ok()?),
        ("e", "") => WhoThen::Everyone,
        ("g", ids) => {
            let ids = ids.split_terminator('.').map(|id| id.parse().ok());
            WhoThen::Group(ids.collect::<Option<_>>()?)
        }
        _ => return None,
    };
    Some(EntryThen { who, is_allowed: text.as_bytes()[at] == b'+', rights: rights.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::super::{index, nodes, test_store};
    use super::*;
    use crate::store::nodes::NodeFacts;

    #[test]
    fn lists_are_read_as_they_were_written() {
        let entry = |who, is_allowed, rights| EntryThen { who, is_allowed, rights };
        let some = vec![
            entry(WhoThen::User(5), false, 3),
            entry(WhoThen::Group(vec![6, 7]), true, 0),
            entry(WhoThen::Group(Vec::new()), true, 2),
            entry(WhoThen::Everyone, true, 1),
        ];
        for (list, text) in [(some, "u5-3,g6.7+0,g+2,e+1"), (Vec::new(), "")] {
            assert_eq!(written(&list), text);
            assert_eq!(read_list(text), Some(list));
        }
        for broken in ["u", ",u5+3", "x5+3", "u+3", "u5", "u5+", "u5+300", "e5+1", "g5.x+1", "é+1", "+1"] {
            assert_eq!(read_list(broken), None, "{broken}");
        }
    }

    #[test]
    fn lists_further_up_apply_unless_one_does_not_inherit() {
        let store = test_store();
        let texts = store.write(|tx| {
            let mut above = None;
            let mut parent = nodes::NO_PARENT;
            let mut all = Vec::new();
            for (name, inherits, rights) in [("top", true, 1), ("within", true, 2), ("apart", false, 4)] {
                let facts = NodeFacts {
                    is_folder: true,
                    size_bytes: 0,
                    modified_nanoseconds: 0,
                    inode: 1,
                    changed_nanoseconds: None,
                };
                parent = index::save(tx, parent, name, &facts, None)?;
                access_lists::set_inherits(tx, parent, inherits)?;
                let member = Member::Group(shares::everyone(tx)?);
                access_lists::set_entry(
                    tx,
                    &AccessEntryRow { node: parent, member, is_allowed: true, rights },
                )?;
                let this = write_down(tx, parent, above)?;
                let then: Vec<String> = by_id(tx, this.id)?.iter().map(written).collect();
                all.push(then.join(" "));
                above = Some(this);
            }
            Ok(all)
        });
        assert_eq!(texts.unwrap(), ["e+1", "e+1 e+2", "e+4"]);
    }
}
