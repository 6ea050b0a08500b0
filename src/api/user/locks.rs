//! Locks of files and folders.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Date, params};
use crate::api::reply::{Reply, Row};
use crate::base::path::CloudPath;
use crate::base::time::plain_text;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::files::locks::{End, Lock};
use crate::error::Result;

ops! { LOCKS: User "Locks"
    /// Keeps others from changing, moving or deleting a file, or a folder with all in it. Whoever holds the lock may set
    /// another end or kind.
    "lock" proxy slow lock(LockIt);
    /// Ends a lock: one's own, or any for an admin with `adminproxyuserid`.
    "unlock" proxy slow unlock(Unlock);
    /// Whether a file or folder is locked, and by whom. The lock of a folder holds for all in it.
    "getfilelockinfo" proxy read info(Info);
    /// The locks that somebody holds; other people's, or without a name all, only for an admin with `adminproxyuserid`.
    "getalllocks" proxy read list(List);
}

params! {
    LockIt {
        /// The full path.
        path: CloudPath,
        /// When it ends by itself; never without an end.
        expiration: Option<Date>,
        /// In how many seconds it ends by itself, instead of a date; 0 for never.
        relative_expiration: Option<u64>,
        /// 1 to keep others from downloading it, too.
        readlock: Option<bool>,
    }
    Unlock {
        /// The full path.
        path: CloudPath,
    }
    Info {
        /// The full path.
        path: CloudPath,
    }
    List {
        /// Whose; without it, one's own.
        userid: Option<AccountName>,
    }
}

fn lock(context: &mut CallContext<'_>, user: &User, params: LockIt) -> Result<Reply> {
    let end = match (params.relative_expiration, params.expiration) {
        (Some(seconds), _) if seconds > 0 => End::After(i64::try_from(seconds).unwrap_or(i64::MAX)),
        (_, Some(date)) => End::At(date.0),
        _ => End::Never,
    };
    let path = context.view().writable(user, &params.path)?;
    context.settle(context.cloud().lock(user, &path, params.readlock.unwrap_or(false), end)?)?;
    Ok(Reply::done())
}

fn unlock(context: &mut CallContext<'_>, user: &User, params: Unlock) -> Result<Reply> {
    let path = context.view().writable(user, &params.path)?;
    context.settle(context.cloud().unlock(user, &path))?;
    Ok(Reply::done())
}

fn info(view: &CloudView<'_>, user: &User, params: Info) -> Result<Reply> {
    let lock = view.lock_of(&view.readable(user, &params.path)?)?;
    let row = Row::new()
        .number("locked", i64::from(lock.is_some()))
        .number("readlock", i64::from(lock.as_ref().is_some_and(|lock| lock.forbids_reading)))
        .text("lockedby", lock.as_ref().map_or("", |lock| &lock.owner))
        .text("lockpath", lock.as_ref().map_or_else(String::new, |lock| lock.path.to_string()))
        .text("lockexpiration", lock.as_ref().map_or_else(String::new, expiration));
    let row = match lock.and_then(|lock| lock.expires) {
        Some(expires) => row.number("lockexpirationepochutc", expires),
        None => row.text("lockexpirationepochutc", ""),
    };
    Ok(Reply::record("filelockinfos", "filelockinfo", row))
}

fn list(view: &CloudView<'_>, user: &User, params: List) -> Result<Reply> {
    let record = |lock: &Lock| {
        Row::new()
            .text("lockrid", lock.id.to_string())
            .text("lockuserid", lock.owner.clone())
            .text("lockpath", lock.path.to_string())
            .text("lockexpiration", expiration(lock))
            .number("lockreadlock", i64::from(lock.forbids_reading))
    };
    let rows: Vec<Row> =
        view.locks(user, params.userid.as_ref().map(|name| name.0.as_str()))?.iter().map(record).collect();
    Ok(Reply::records("locks", Some(Row::new().number("total", rows.len())), "lock", rows))
}

/// Empty for never.
fn expiration(lock: &Lock) -> String {
    lock.expires.map(plain_text).unwrap_or_default()
}
