//! Favorites: the stars, which every account has, and further lists.

use crate::api::call_context::CallContext;
use crate::api::entry::{EntryList, EntryRecord};
use crate::api::op::ops;
use crate::api::params::{Paths, RecordId, params};
use crate::api::record::{Id, Yes, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::words;
use crate::api::texts::Line;
use crate::base::ids::record_id;
use crate::base::limits::FAVORITE_LIST_NAME_BYTES_MAX;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::social::favorites::{self, List};
use crate::error::{Code, Error, Result};
use crate::store::Write;

ops! { FAVORITES: User "Favorites"
    /// The caller's lists of favorites. The first is the list of stars, which every account has:
    /// its name is `Favorites`, its id 24 zeros.
    "getallfavoritelists" proxy read lists(Lists) -> FavoriteLists;
    /// The caller's lists that contain a file or folder.
    "getfavoritelistforitem" proxy read lists_of(Item) -> FavoriteLists;
    /// The entries of a list, in its order. Entries that are missing at the moment are left out.
    "getfavoritesinlist" proxy read in_list(ListId) -> Favorites;
    /// The entries of the list with a name.
    "getfavoritesinnamedlist" proxy read in_named_list(ListName) -> Favorites;
    /// Makes a list. The message is its id.
    "addfavoritelist" proxy write add_list(ListName) -> Command;
    /// Changes the name of a list. The list of stars keeps its name.
    "updatefavoritelist" proxy write rename_list(RenameList) -> Command;
    /// Removes a list. Its files and folders stay.
    "removefavoritelist" proxy write remove_list(ListId) -> Command;
    /// Replaces the entries of a list by the given ones, in their order.
    "replacefavoritelist" proxy slow replace(Replace) -> Command;
    /// Adds a file or folder to the end of a list.
    "setfavorite" proxy slow set(Favorite) -> Command;
    /// Removes a file or folder from a list.
    "unsetfavorite" proxy slow unset(Favorite) -> Command;
    /// Empties the list with a name.
    "clearfavoritesinnamedlist" proxy write clear(ListName) -> Command;
}

params! {
    Lists {
        /// `favorites`; there are no other lists.
        kind = "type": Option<ListKind>,
    }
    Item {
        /// The full path.
        path: ShownPath,
    }
    ListId {
        /// The list's id.
        id: RecordId,
    }
    ListName {
        /// The list's name.
        name: Line<FAVORITE_LIST_NAME_BYTES_MAX>,
    }
    RenameList {
        /// The list's id.
        id: RecordId,
        /// The new name.
        name: Line<FAVORITE_LIST_NAME_BYTES_MAX>,
    }
    Replace {
        /// The list's id.
        id: RecordId,
        /// Number of paths that follow; 0 empties the list.
        count: u64,
        /// The full paths, numbered.
        paths = "path1..pathN": Paths,
    }
    Favorite {
        /// The list's id.
        id: RecordId,
        /// The full path.
        name: ShownPath,
    }
}

record! {
    /// A list of favorites.
    FavoriteList {
        /// The id.
        id: Id,
        /// The name.
        name: String,
        /// Always -1: no list is in another one.
        parentid: Option<&'static str>,
        /// The kind of list.
        kind = "type": Option<ListKind>,
        /// Number of files and folders in it.
        count: Option<u64>,
    }
    /// Number of entries.
    FavoritesMeta {
        /// Number of entries.
        total: usize,
        /// Always 1.
        result: Yes,
    }
}

reply! {
    /// Lists of favorites. `getfavoritelistforitem` sends only their ids and names.
    FavoriteLists = favoritelists()[favoritelist: FavoriteList];
    /// The entries of a list of favorites, in its order.
    Favorites = entries(FavoritesMeta)[entry: EntryRecord<'static>];
}

/// The kinds of lists.
#[derive(Clone, Copy, Debug)]
pub enum ListKind {
    Favorites,
}

words! {
    ListKind { Favorites = "favorites" }
}

fn lists(view: &CloudView<'_>, user: &User, _: Lists) -> Result<Reply<FavoriteLists>> {
    let rows: Vec<FavoriteList> = view
        .favorite_lists(user)?
        .into_iter()
        .map(|list| FavoriteList {
            id: Id(list.id),
            name: list.name,
            parentid: Some("-1"),
            kind: Some(ListKind::Favorites),
            count: Some(list.count),
        })
        .collect();
    Ok(Reply::list(rows))
}

fn lists_of(view: &CloudView<'_>, user: &User, params: Item) -> Result<Reply<FavoriteLists>> {
    let path = view.readable(user, &params.path)?;
    let record = |list: List| FavoriteList {
        id: Id(list.id),
        name: list.name,
        parentid: None,
        kind: None,
        count: None,
    };
    let rows: Vec<FavoriteList> = view.favorite_lists_of(user, &path)?.into_iter().map(record).collect();
    Ok(Reply::list(rows))
}

fn in_list(view: &CloudView<'_>, user: &User, params: ListId) -> Result<Reply<Favorites>> {
    let entries = view.favorites_in(user, params.id.0)?;
    let meta = FavoritesMeta { total: entries.len(), result: Yes };
    Ok(Reply::with_meta(meta, EntryList::new(entries)))
}

fn in_named_list(view: &CloudView<'_>, user: &User, params: ListName) -> Result<Reply<Favorites>> {
    let id = RecordId(view.favorite_list_named(user, &params.name)?);
    in_list(view, user, ListId { id })
}

fn add_list(tx: &Write, user: &User, params: ListName) -> Result<Reply> {
    favorites::add_list(tx, user, &params.name).map(|id| Reply::said(record_id(id)))
}

fn rename_list(tx: &Write, user: &User, params: RenameList) -> Result<Reply> {
    favorites::rename_list(tx, user, params.id.0, &params.name)?;
    Ok(Reply::done())
}

fn remove_list(tx: &Write, user: &User, params: ListId) -> Result<Reply> {
    favorites::remove_list(tx, user, params.id.0)?;
    Ok(Reply::done())
}

fn replace(context: &mut CallContext<'_>, user: &User, params: Replace) -> Result<Reply> {
    if params.count != params.paths.0.len() as u64 {
        return Err(Error::new(
            Code::Invalid,
            "The parameter count differs from the number of paths (path1, path2 and so on).",
        ));
    }
    let paths =
        params.paths.0.iter().map(|path| context.view().readable(user, path)).collect::<Result<Vec<_>>>()?;
    context.commit(context.cloud().replace_favorites(user, params.id.0, &paths)?)?;
    Ok(Reply::done())
}

fn set(context: &mut CallContext<'_>, user: &User, params: Favorite) -> Result<Reply> {
    let path = context.view().readable(user, &params.name)?;
    context.commit(context.cloud().set_favorite(user, params.id.0, &path)?)?;
    Ok(Reply::done())
}

fn unset(context: &mut CallContext<'_>, user: &User, params: Favorite) -> Result<Reply> {
    let path = context.view().readable(user, &params.name)?;
    context.commit(context.cloud().unset_favorite(user, params.id.0, &path))?;
    Ok(Reply::done())
}

fn clear(tx: &Write, user: &User, params: ListName) -> Result<Reply> {
    favorites::clear_list_named(tx, user, &params.name)?;
    Ok(Reply::done())
}
