//! The recycle bin. `getfilelist` lists it at `/<user>/recyclebin`; `renameormove` out of it
//! restores an entry.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::params;
use crate::api::reply::{Command, Reply};
use crate::base::shown_path::ShownPath;
use crate::domain::accounts::actor::User;
use crate::domain::files::recycle_bin::Emptied;
use crate::error::{Error, Result};

ops! { RECYCLE: User "Recycle bin"
    /// Removes everything in the caller's recycle bin permanently, with its versions.
    "emptyrecyclebin" user slow empty(Empty) -> Command;
    /// Restores an entry of the recycle bin to its old place; if the name is taken, with a number
    /// after it. Missing folders above it are made again. The message is its path.
    "restorefromrecyclebin" proxy slow restore(Restore) -> Command;
}

params! {
    Empty {
    }
    Restore {
        /// Its full path in the recycle bin. For a minute after the caller has deleted an entry,
        /// its old path works too: an entry of somebody else's share is in a recycle bin that the
        /// caller does not see.
        path: ShownPath,
    }
}

fn empty(context: &mut CallContext<'_>, user: &User, _: Empty) -> Result<Reply> {
    let change = context.cloud().empty_bin(user)?;
    all_gone(context.settle(change)?)
}

fn restore(context: &mut CallContext<'_>, user: &User, params: Restore) -> Result<Reply> {
    let from = context.view().writable(user, &params.path)?;
    let change = context.cloud().restore(user, &from)?;
    let restored = context.settle(change)?;
    Ok(Reply::said(restored.path.to_string()).with_etag(restored.stat.etag()))
}

/// Tells how much was removed.
///
/// # Errors
/// The first failure, if an entry could not be removed.
pub fn all_gone(emptied: Emptied) -> Result<Reply> {
    let Emptied { removed, failed, reason } = emptied;
    match reason {
        None => Ok(Reply::said(format!("{removed} removed"))),
        Some((code, sentence)) => {
            Err(Error::new(code, format!("{removed} removed, but {failed} could not be. {sentence}")))
        }
    }
}
