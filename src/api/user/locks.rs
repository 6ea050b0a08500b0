//! Locks of files and folders.

use crate::api::call_context::CallContext;
use crate::api::dates::Date;
use crate::api::op::ops;
use crate::api::params::{AccountName, params};
use crate::api::record::{OrEmpty, PlainTime, Seconds, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::files::locks::{End, Lock};
use crate::error::Result;

ops! { LOCKS: User "Locks"
    /// Locks a file, or a folder with everything in it, so that others cannot change, move or
    /// delete it. The holder of the lock may change its end and kind.
    "lock" proxy slow lock(LockIt) -> Command;
    /// Removes a lock of the caller, or any lock for an admin with `adminproxyuserid`.
    "unlock" proxy slow unlock(Unlock) -> Command;
    /// Whether a file or folder is locked, and by whom. The lock of a folder covers everything in
    /// it.
    "getfilelockinfo" proxy read info(Info) -> LockInfo;
    /// The locks of an account. Only an admin with `adminproxyuserid` sees those of others, or
    /// those of all without a name.
    "getalllocks" proxy read list(List) -> Locks;
}

params! {
    LockIt {
        /// The full path.
        path: ShownPath,
        /// The time when it ends by itself; never if it is missing.
        expiration: Option<Date>,
        /// Seconds after which it ends by itself, instead of a date; 0 for never.
        relative_expiration: Option<u64>,
        /// 1 to keep others from downloading too.
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
        /// The account; the caller's own if it is missing.
        userid: Option<AccountName>,
    }
}

record! {
    /// Whether a file or folder is locked.
    LockState {
        /// Whether it is locked.
        locked: bool,
        /// Whether others cannot download it.
        readlock: bool,
        /// The account that holds the lock; empty if there is none.
        lockedby: String,
        /// The path of the lock: the entry itself, or a folder above it.
        lockpath: String,
        /// The time when the lock ends by itself; empty for never.
        lockexpiration: OrEmpty<PlainTime>,
        /// The time when the lock ends by itself; empty for never.
        lockexpirationepochutc: OrEmpty<Seconds> as extension,
    }
    /// A lock.
    HeldLock {
        /// The id.
        lockrid: String,
        /// The account that holds it.
        lockuserid: String,
        /// The full path of the locked entry.
        lockpath: String,
        /// The time when it ends by itself; empty for never.
        lockexpiration: OrEmpty<PlainTime>,
        /// Whether others cannot download the entry.
        lockreadlock: bool,
    }
}

reply! {
    /// Whether a file or folder is locked.
    LockInfo = filelockinfos()[filelockinfo: LockState; 1];
    /// Locks of an account.
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
