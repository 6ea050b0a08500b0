//! The recycle bin. It is listed with getfilelist at `/<user>/recyclebin`; moving out of it with renameormove restores.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::params;
use crate::api::reply::{Command, Reply};
use crate::base::shown_path::ShownPath;
use crate::domain::accounts::actor::User;
use crate::domain::files::recycle_bin::Emptied;
use crate::error::{Error, Result};

ops! { RECYCLE: User "Recycle bin"
    /// Removes everything in the caller's recycle bin for good, with the versions that belonged to it.
    "emptyrecyclebin" user slow empty(Empty) -> Command;
    /// Puts something in the recycle bin back where it was, or beside that under a numbered name; folders above it that
    /// are gone are made again. The message is its path.
    "restorefromrecyclebin" proxy slow restore(Restore) -> Command;
}

params! {
    Empty {
    }
    Restore {
        /// Its full path in the recycle bin. What the caller has deleted in the last minute may also be named by the path that it
        /// had: what lay in somebody else's share is in a recycle bin that the caller does not see.
        path: ShownPath,
    }
}

fn empty(context: &mut CallContext<'_>, user: &User, _: Empty) -> Result<Reply> {
    let change = context.cloud().empty_bin(user)?;
    all_gone(context.settle(change)?)
}

fn restore(context: &mut CallContext<'_>, user: &User, params: Restore) -> Result<Reply> {
    let from = context.view().writable(user, &params.path)?;
    let change = match from.real().is_in_bin() {
        true => context.cloud().restore(user, &from)?,
        false => context.cloud().take_back_deletion(user, &from)?,
    };
    let restored = context.settle(change)?;
    Ok(Reply::said(restored.path.to_string()).with_etag(restored.stat.etag()))
}

/// Says how much was removed.
///
/// # Errors
/// When something stayed: the failure of the first.
pub fn all_gone(emptied: Emptied) -> Result<Reply> {
    let Emptied { removed, failed, reason } = emptied;
    match reason {
        None => Ok(Reply::said(format!("{removed} removed"))),
        Some((code, sentence)) => {
            Err(Error::new(code, format!("{removed} removed, but {failed} could not be. {sentence}")))
        }
    }
}
