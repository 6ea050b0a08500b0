//! Locks of files and folders.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Date, params};
use crate::api::record::{OrEmpty, PlainTime, Seconds, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::files::locks::{End, Lock};
use crate::error::Result;

ops! { LOCKS: User "Locks"
    /// Keeps others from changing, moving or deleting a file, or a folder with all in it. Whoever holds the lock may set
    /// another end or kind.
    "lock" proxy slow lock(LockIt) -> Command;
    /// Ends a lock: one's own, or any for an admin with `adminproxyuserid`.
    "unlock" proxy slow unlock(Unlock) -> Command;
    /// Whether a file or folder is locked, and by whom. The lock of a folder holds for all in it.
    "getfilelockinfo" proxy read info(Info) -> LockInfo;
    /// The locks that somebody holds; other people's, or without a name all, only for an admin with `adminproxyuserid`.
    "getalllocks" proxy read list(List) -> Locks;
}

params! {
    LockIt {
        /// The full path.
        path: ShownPath,
        /// When it ends by itself; never without an end.
        expiration: Option<Date>,
        /// In how many seconds it ends by itself, instead of a date; 0 for never.
        relative_expiration: Option<u64>,
        /// 1 to keep others from downloading it, too.
        readlock: bool = false,
    }
    Unlock {
        /// The full path.
        path: ShownPath,
    }
    Info {
        /// The full path.
        path: ShownPath,
    }
    List {
        /// Whose; without it, one's own.
        userid: Option<AccountName>,
    }
}

record! {
    /// Whether a file or folder is locked.
    LockState {
        /// Whether it is.
        locked: bool,
        /// Whether others cannot download it either.
        readlock: bool,
        /// Who holds the lock; empty without one.
        lockedby: String,
        /// What is locked: it or a folder above it.
        lockpath: String,
        /// When the lock ends by itself; empty for never.
        lockexpiration: OrEmpty<PlainTime>,
        /// When the lock ends by itself; empty for never.
        lockexpirationepochutc: OrEmpty<Seconds> as extension,
    }
    /// A lock.
    HeldLock {
        /// The id.
        lockrid: String,
        /// Who holds it.
        lockuserid: String,
        /// The full path of what is locked.
        lockpath: String,
        /// When it ends by itself; empty for never.
        lockexpiration: OrEmpty<PlainTime>,
        /// Whether others cannot download it either.
        lockreadlock: bool,
    }
}

reply! {
    /// Whether a file or folder is locked.
    LockInfo = filelockinfos()[filelockinfo: LockState; 1];
    /// Locks that somebody holds.
    Locks = locks(Total)[lock: HeldLock];
}

fn lock(context: &mut CallContext<'_>, user: &User, params: LockIt) -> Result<Reply> {
    let end = match (params.relative_expiration, params.expiration) {
        (Some(seconds), _) if seconds > 0 => End::After(i64::try_from(seconds).unwrap_or(i64::MAX)),
        (_, Some(date)) => End::At(date.0),
        _ => End::Never,
    };
    let path = context.view().replaceable(user, &params.path)?;
    context.settle(context.cloud().lock(user, &path, params.readlock, end)?)?;
    Ok(Reply::done())
}

fn unlock(context: &mut CallContext<'_>, user: &User, params: Unlock) -> Result<Reply> {
    let path = context.view().replaceable(user, &params.path)?;
    context.settle(context.cloud().unlock(user, &path))?;
    Ok(Reply::done())
}

fn info(view: &CloudView<'_>, user: &User, params: Info) -> Result<Reply<LockInfo>> {
    let lock = view.lock_of(&view.readable(user, &params.path)?)?;
    let expires = lock.as_ref().and_then(|lock| lock.expires);
    Ok(Reply::one(LockState {
        locked: lock.is_some(),
        readlock: lock.as_ref().is_some_and(|lock| lock.forbids_reading),
        lockedby: lock.as_ref().map_or_else(String::new, |lock| lock.owner.clone()),
        lockpath: lock.as_ref().map_or_else(String::new, |lock| lock.path.to_string()),
        lockexpiration: OrEmpty(expires.map(PlainTime)),
        lockexpirationepochutc: OrEmpty(expires.map(Seconds)),
    }))
}

fn list(view: &CloudView<'_>, user: &User, params: List) -> Result<Reply<Locks>> {
    let record = |lock: &Lock| HeldLock {
        lockrid: lock.id.to_string(),
        lockuserid: lock.owner.clone(),
        lockpath: lock.path.to_string(),
        lockexpiration: OrEmpty(lock.expires.map(PlainTime)),
        lockreadlock: lock.forbids_reading,
    };
    let rows: Vec<HeldLock> =
        view.locks(user, params.userid.as_ref().map(|name| name.0.as_str()))?.iter().map(record).collect();
    Ok(Reply::counted(rows))
}
