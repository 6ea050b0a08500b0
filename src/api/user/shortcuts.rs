//! Shortcuts: a few names for places.

use crate::api::call_context::CallContext;
use crate::api::entry::readable_path;
use crate::api::op::ops;
use crate::api::params::{RecordId, params};
use crate::api::record::{Id, MonthTime, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::texts::Line;
use crate::base::ids::record_id;
use crate::base::limits::SHORTCUT_NAME_BYTES_MAX;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::social::shortcuts::{self, Shortcut};
use crate::error::Result;
use crate::store::Write;

ops! { SHORTCUTS: User "Shortcuts"
    /// Makes a shortcut to a file or folder. An account can have ten. The message is its id.
    "addshortcut" user slow add(Add) -> Command;
    /// The shortcuts of the signed-in account, oldest first. Shortcuts to missing files and folders
    /// are left out.
    "getshortcuts" user read list(List) -> Shortcuts;
    /// Removes a shortcut. Its file or folder stays.
    "deleteshortcut" user write remove(Remove) -> Command;
}

params! {
    Add {
        /// The name, 1 to 200 bytes.
        scname: Line<SHORTCUT_NAME_BYTES_MAX>,
        /// The full path of the file or folder.
        scvalue: ShownPath,
        /// A number that the client chooses.
        sctype: i64 = 0,
    }
    List {
        /// Number of shortcuts to skip.
        start: u64 = 0,
        /// Maximum number of shortcuts to send; without it, all of them.
        limit: Option<u64>,
    }
    Remove {
        /// The id of the shortcut.
        rid: RecordId,
    }
}

record! {
    /// A name for a place.
    ShortcutRecord {
        /// The id.
        rid: Id,
        /// The name.
        name: String,
        /// The account.
        owner: String,
        /// The full path of the file or folder.
        value: String,
        /// The path as people read it, such as `My Files/Photos`.
        readablevalue: String,
        /// The number that the client chose.
        kind = "type": i64,
        /// The time when it was made.
        when: MonthTime,
    }
}

reply! {
    /// The shortcuts of an account, oldest first.
    Shortcuts = shortcuts(Total)[shortcut: ShortcutRecord];
}

fn add(context: &mut CallContext<'_>, user: &User, params: Add) -> Result<Reply> {
    let path = context.view().readable(user, &params.scvalue)?;
    let adding = context.cloud().add_shortcut(user, &path, &params.scname, params.sctype)?;
    let id = context.commit(adding)?;
    Ok(Reply::said(record_id(id)))
}

fn list(view: &CloudView<'_>, user: &User, params: List) -> Result<Reply<Shortcuts>> {
    let found = view.shortcuts(user)?;
    let total = found.len();
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let (start, limit) = (count(params.start), params.limit.map_or(usize::MAX, count));
    let rows: Vec<ShortcutRecord> =
        found.into_iter().skip(start).take(limit).map(|shortcut| record(shortcut, user)).collect();
    Ok(Reply::with_meta(Total { total }, rows))
}

fn record(shortcut: Shortcut, user: &User) -> ShortcutRecord {
    let readable = readable_path(user, &shortcut.path);
    ShortcutRecord {
        rid: Id(shortcut.row.id),
        name: shortcut.row.name,
        owner: user.name().to_owned(),
        value: shortcut.path.to_string(),
        readablevalue: readable,
        kind: shortcut.row.kind,
        when: MonthTime(shortcut.row.created),
    }
}

fn remove(tx: &Write, user: &User, params: Remove) -> Result<Reply> {
    shortcuts::remove(tx, user, params.rid.0)?;
    Ok(Reply::done())
}
