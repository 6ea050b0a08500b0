//! Favorites: everybody has a list of stars and may make further lists of entries. Each user sees
//! only their own lists, and in them only existing entries that they may read.

use crate::base::limits::{FAVORITE_LIST_NAME_BYTES_MAX, FAVORITE_LISTS_MAX, FAVORITES_MAX};
use crate::base::path::EntryName;
use crate::base::text::is_line;
use crate::domain::access::rights::Readable;
use crate::domain::accounts::actor::User;
use crate::domain::files::annotations;
use crate::domain::files::operations::Entry;
use crate::domain::index::lookup;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::favorites::{self, ListRow, STARS};
use crate::store::{Read, Write, nodes, shares};

/// The name of the list that everybody has.
pub const STARS_NAME: &str = "Favorites";

/// The name of a shared album whose list has a name that no folder can have.
const NAME_OF_ALBUM: &str = "Album";

/// A list with the number of its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    pub id: i64,
    pub name: String,
    /// The number of its entries, including those that cannot be seen at present.
    pub count: u64,
}

impl CloudView<'_> {
    /// The lists of a user, the stars first.
    pub fn favorite_lists(&self, user: &User) -> Result<Vec<List>> {
        self.cloud.store.read(|read| {
            let mut lists = vec![stars()];
            lists.extend(favorites::lists(read, user.id())?);
            lists.into_iter().map(|list| counted(read, user, list)).collect()
        })
    }

    /// The lists of a user that contain an entry.
    pub fn favorite_lists_of(&self, user: &User, path: &Readable) -> Result<Vec<List>> {
        self.cloud.store.read(|read| {
            let Some(node) = lookup::find(read, &self.cloud.volumes, path.real())? else {
                return Ok(Vec::new());
            };
            let favorites = favorites::of_node(read, user.id(), node.id)?;
            favorites.iter().map(|row| counted(read, user, existing(read, user.id(), row.list)?)).collect()
        })
    }

    /// The entries of a user's list as they are on the disk now.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such list.
    pub fn favorites_in(&self, user: &User, list: i64) -> Result<Vec<Entry>> {
        let (volumes, ways) = (&self.cloud.volumes, self.ways(user)?);
        let known = self.cloud.store.read(|read| {
            existing(read, user.id(), list)?;
            let mut known = Vec::new();
            for favorite in favorites::in_list(read, user.id(), list)? {
                let Some(node) = nodes::by_id(read, favorite.node)? else { continue };
                let path = lookup::path_of(read, volumes, &node)?;
                let Some(reach) = path.and_then(|path| ways.seen(&path)) else { continue };
                let mark = annotations::of_entry(read, user, &ways, &reach, &node)?;
                let mark = annotations::Mark { favorite: Some(favorite), ..mark };
                known.push((reach, mark, node.modified_by));
            }
            Ok(known)
        })?;
        let mut entries = Vec::new();
        for (reach, mark, modified_by) in known {
            if let Some(stat) = volumes.stat_if_present(reach.real())? {
                entries.push(Entry {
                    lock: self.lock_mark(user, &reach)?,
                    reach,
                    stat,
                    modified_by,
                    mark,
                    deleted: None,
                });
            }
        }
        Ok(entries)
    }

    /// The id of a user's list with a name.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such list.
    pub fn favorite_list_named(&self, user: &User, name: &str) -> Result<i64> {
        self.cloud.store.read(|read| named(read, user.id(), name))
    }
}

impl Cloud {
    /// Adds an entry to a list of a user. The result runs in a transaction.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such entry; in the transaction, if there is no such list.
    pub fn set_favorite(
        &self,
        user: &User,
        list: i64,
        path: &Readable,
    ) -> Result<impl FnOnce(&Write) -> Result<()> + Send + use<>> {
        let (node, user) = (path.there(self.node_at(path.real())?)?, user.id());
        Ok(move |tx: &Write| {
            existing(tx, user, list)?;
            favorites::insert(tx, user, list, node(tx)?)?;
            check_count(tx, user)
        })
    }

    /// Removes an entry from a list of a user. The result runs in a transaction.
    pub fn unset_favorite(
        &self,
        user: &User,
        list: i64,
        path: &Readable,
    ) -> impl FnOnce(&Write) -> Result<()> + Send + use<> {
        let (rows, user, path) = (self.rows(), user.id(), path.real().clone());
        move |tx: &Write| {
            existing(tx, user, list)?;
            match rows.known(tx, &path)? {
                Some(node) => favorites::delete(tx, user, list, node.id),
                None => Ok(()),
            }
        }
    }

    /// Replaces the entries of a user's list by others in their order. The result runs in a
    /// transaction.
    ///
    /// # Errors
    /// As [`Cloud::set_favorite`].
    pub fn replace_favorites(
        &self,
        user: &User,
        list: i64,
        paths: &[Readable],
    ) -> Result<impl FnOnce(&Write) -> Result<()> + Send + use<>> {
        let mut found = Vec::new();
        for path in paths {
            found.push(path.there(self.node_at(path.real())?)?);
        }
        let user = user.id();
        Ok(move |tx: &Write| {
            existing(tx, user, list)?;
            favorites::clear(tx, user, list)?;
            for node in found {
                favorites::insert(tx, user, list, node(tx)?)?;
            }
            check_count(tx, user)
        })
    }
}

/// Makes a list of a user and returns its id.
///
/// # Errors
/// `Code::Invalid` for a bad name; `Code::Conflict` for a name that is taken and for too many
/// lists.
pub fn add_list(tx: &Write, user: &User, name: &str) -> Result<i64> {
    let name = checked_name(tx, user, name, None)?;
    if favorites::lists(tx, user.id())?.len() >= FAVORITE_LISTS_MAX {
        return Err(Error::new(
            Code::Conflict,
            format!("There can be no more than {FAVORITE_LISTS_MAX} lists. Please remove one first."),
        ));
    }
    favorites::insert_list(tx, user.id(), &name)
}

/// Renames a list of a user.
///
/// # Errors
/// As [`add_list`]; `Code::Conflict` for the stars.
pub fn rename_list(tx: &Write, user: &User, list: i64, name: &str) -> Result<()> {
    own_list(tx, user, list)?;
    let name = checked_name(tx, user, name, Some(list))?;
    favorites::rename_list(tx, user.id(), list, &name)?;
    shares::rename_album(tx, list, name_as_folder(&name)?.as_str())
}

/// The name of a user's list for the people with whom it is shared as an album.
///
/// # Errors
/// `Code::NotFound` if there is no such list; `Code::Conflict` for the stars.
pub(in crate::domain) fn name_of_album(read: &Read, user: &User, list: i64) -> Result<EntryName> {
    own_list(read, user, list)?;
    name_as_folder(&existing(read, user.id(), list)?.name)
}

/// The name of a list as that of a folder. Names of lists have other rules.
fn name_as_folder(name: &str) -> Result<EntryName> {
    let possible = EntryName::parse(&name.replace('/', "-")).and_then(|name| name.check_new().map(|()| name));
    possible.or_else(|_| EntryName::parse(NAME_OF_ALBUM))
}

/// Removes a list of a user, and its share if it is shared. Its entries stay where they are.
///
/// # Errors
/// `Code::NotFound` if there is no such list; `Code::Conflict` for the stars.
pub fn remove_list(tx: &Write, user: &User, list: i64) -> Result<()> {
    own_list(tx, user, list)?;
    favorites::delete_list(tx, user.id(), list)
}

/// Empties a user's list with a name.
///
/// # Errors
/// `Code::NotFound` if there is no such list.
pub fn clear_list_named(tx: &Write, user: &User, name: &str) -> Result<()> {
    let list = named(tx, user.id(), name)?;
    favorites::clear(tx, user.id(), list)
}

fn stars() -> ListRow {
    ListRow { id: STARS, name: STARS_NAME.to_owned() }
}

fn counted(read: &Read, user: &User, list: ListRow) -> Result<List> {
    let count = favorites::count_in_list(read, user.id(), list.id)?;
    Ok(List { id: list.id, name: list.name, count })
}

fn existing(read: &Read, user: i64, list: i64) -> Result<ListRow> {
    if list == STARS {
        return Ok(stars());
    }
    favorites::list_by_id(read, user, list)?.ok_or_else(no_such_list)
}

fn own_list(read: &Read, user: &User, list: i64) -> Result<()> {
    if list == STARS {
        return Err(Error::new(
            Code::Conflict,
            "This list of favorites belongs to every account. It cannot be renamed, removed or shared.",
        ));
    }
    existing(read, user.id(), list).map(drop)
}

fn named(read: &Read, user: i64, name: &str) -> Result<i64> {
    let name = name.trim();
    if name.eq_ignore_ascii_case(STARS_NAME) {
        return Ok(STARS);
    }
    favorites::list_by_name(read, user, name)?.map(|list| list.id).ok_or_else(no_such_list)
}

fn no_such_list() -> Error {
    Error::new(Code::NotFound, "There is no such list of favorites.")
}

fn checked_name(read: &Read, user: &User, name: &str, of: Option<i64>) -> Result<String> {
    let name = name.trim();
    if !is_line(name, FAVORITE_LIST_NAME_BYTES_MAX) {
        return Err(Error::new(
            Code::Invalid,
            format!(
                "The name of a list has 1 to {FAVORITE_LIST_NAME_BYTES_MAX} bytes and no control characters."
            ),
        ));
    }
    let is_taken = name.eq_ignore_ascii_case(STARS_NAME)
        || favorites::list_by_name(read, user.id(), name)?.is_some_and(|list| Some(list.id) != of);
    if is_taken {
        return Err(
            Error::new(Code::Conflict, "There is already a list with this name.").for_reason(Reason::Exists)
        );
    }
    Ok(name.to_owned())
}

fn check_count(read: &Read, user: i64) -> Result<()> {
    if favorites::count(read, user)? > FAVORITES_MAX {
        return Err(Error::new(
            Code::Conflict,
            format!("There can be no more than {FAVORITES_MAX} favorites. Please remove some first."),
        ));
    }
    Ok(())
}
