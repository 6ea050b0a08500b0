//! Notifications: changes by others at people's files.

use crate::api::call_context::CallContext;
use crate::api::media;
use crate::api::op::ops;
use crate::api::params::{Nothing, RecordId, RecordIds, params};
use crate::api::record::{Empty, Id, MonthTime, Seconds, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::words;
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::base::time::ago_text;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::social::activities::Activity;
use crate::domain::social::notifications::{self, Toast};
use crate::error::{Code, Error, Result};
use crate::store::Write;
use crate::store::toasts::NotificationKind;

ops! { NOTIFICATIONS: User "Notices"
    /// The notifications for the signed-in account, newest first: comments by others on its files,
    /// and warnings about storage. `messagetype` has the numbers of `actioncode`, and 101 for the
    /// account's limit, 102 for the disk (for administrators), 103 for something that was shared
    /// with the account, 104 for a second factor that an administrator has removed, 105 for a
    /// browser, program or device that deleted or replaced very many files and is held.
    "gettoasts" user read toasts(Nothing) -> Toasts;
    /// Marks notifications as read.
    "acktoasts" user write mark_read(MarkRead) -> Command;
    /// Removes one notification, or all.
    "deletetoasts" user write remove(Remove) -> Command;
    /// Changes by others at the files of the signed-in account, newest first, at most 50. The
    /// numbers of `actioncode` are those of `getactivitystream`.
    "getnotificationstream" user read stream(Nothing) -> NotificationStream;
    /// Turns off the caller's notifications about a file or folder and everything below it.
    "addnotificationfilter" proxy slow add_filter(Filter) -> Command;
    /// Takes `addnotificationfilter` back.
    "removenotificationfilter" proxy slow remove_filter(Filter) -> Command;
    /// Whether `addnotificationfilter` was used for exactly this path: result 1 or 0.
    "isnotificationfilterset" proxy read is_filter_set(Filter) -> Command;
}

params! {
    MarkRead {
        /// The ids of the notifications, separated by commas.
        acktoastids: RecordIds,
    }
    Remove {
        /// The id of the notification.
        toastrid: Option<RecordId>,
        /// 1 to remove all.
        clearallforuser: bool = false,
    }
    Filter {
        /// The full path.
        path: ShownPath,
    }
}

record! {
    /// A notification.
    ToastRecord {
        /// The id.
        toastrid: Id,
        /// The account that caused it.
        creater: String,
        /// Not in use here.
        link: Empty,
        /// The full path of the file or folder.
        path: String,
        /// Its name.
        name: String,
        /// The part after the last dot of its name.
        ext: String,
        /// The path of its folder.
        dirpath: String,
        /// The path of its folder, as people read it.
        displaydirpath: String,
        /// The kind, as a number: see the operation.
        messagetype: i64,
        /// The kind.
        kind = "type": NoticeKind,
        /// The comment, or a sentence.
        message: String,
        /// Whether it was read.
        alreadyread: bool,
        /// Whether the account that caused it has a picture for `getprofileimage`.
        createrhasimage: bool,
        /// The display name of the account that caused it.
        createrdisplayname: String,
        /// The time.
        when: MonthTime,
        /// The time.
        whenepochutc: Seconds as extension,
    }
    /// A change of a file by somebody else.
    NotificationRecord {
        /// The full path.
        path: String,
        /// The path of its folder.
        dirpath: String,
        /// The name.
        name: String,
        /// The kind of change, as a number: see the operation.
        actioncode: i64,
        /// The account.
        who: String,
        /// The display name of the account.
        whodisplayname: String,
        /// Whether the account has a picture for `getprofileimage`.
        hasprofileimage: bool,
        /// The time, as people read it: `4 hours ago`.
        when: String,
        /// The name that the client gives itself.
        how: String,
        /// Always empty: the address is in the audit log only.
        ip: Empty,
        /// 1 for a file, 0 for a folder.
        isfile: bool,
        /// Further information: see `getactivitystream`.
        misc: String,
        /// The time.
        whenepochutc: Seconds as extension,
        /// Number of files and folders: see `getactivitystream`.
        count: u64 as extension,
    }
}

reply! {
    /// The notifications for an account, newest first.
    Toasts = toasts(Total)[toast: ToastRecord];
    /// Changes by others at the files of an account, newest first.
    NotificationStream = notificationstreams()[notificationstream: NotificationRecord];
}

/// The kind of a notification.
pub enum NoticeKind {
    Comment,
    Limit,
    Disk,
    Share,
    SecondFactorReset,
    Held,
}

words! {
    NoticeKind { Comment = "comment", Limit = "limit", Disk = "disk", Share = "share", SecondFactorReset = "secondfactor", Held = "held" }
}

/// Maximum number of changes in the stream.
const STREAM_MAX: usize = 50;

fn toasts(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply<Toasts>> {
    let rows: Vec<ToastRecord> = view.toasts(user)?.iter().map(toast_record).collect();
    Ok(Reply::counted(rows))
}

fn toast_record(toast: &Toast) -> ToastRecord {
    let (path, row) = (&toast.path, &toast.row);
    let (name, folder) = (path.leaf().map_or("", EntryName::as_str), path.parent().unwrap_or_default());
    ToastRecord {
        toastrid: Id(row.id),
        creater: row.actor.clone(),
        link: Empty,
        path: path.to_string(),
        name: name.to_owned(),
        ext: media::extension(name).to_owned(),
        dirpath: folder.to_string(),
        displaydirpath: folder.to_string(),
        messagetype: row.kind.number(),
        kind: kind_of(row.kind),
        message: row.text.clone(),
        alreadyread: row.is_read,
        createrhasimage: row.actor_has_image,
        createrdisplayname: row.actor_display_name.clone(),
        when: MonthTime(row.created),
        whenepochutc: Seconds(row.created),
    }
}

fn kind_of(kind: NotificationKind) -> NoticeKind {
    match kind {
        NotificationKind::Comment => NoticeKind::Comment,
        NotificationKind::Limit => NoticeKind::Limit,
        NotificationKind::Disk => NoticeKind::Disk,
        NotificationKind::Share => NoticeKind::Share,
        NotificationKind::SecondFactorReset => NoticeKind::SecondFactorReset,
        NotificationKind::Held => NoticeKind::Held,
    }
}

fn mark_read(tx: &Write, user: &User, params: MarkRead) -> Result<Reply> {
    notifications::mark_read(tx, user, &params.acktoastids.0)?;
    Ok(Reply::done())
}

fn remove(tx: &Write, user: &User, params: Remove) -> Result<Reply> {
    match (params.toastrid, params.clearallforuser) {
        (_, true) => notifications::remove_all(tx, user)?,
        (Some(id), false) => notifications::remove(tx, user, id.0)?,
        (None, false) => {
            return Err(Error::new(Code::Invalid, "Please give toastrid, or clearallforuser=1."));
        }
    }
    Ok(Reply::done())
}

fn stream(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply<NotificationStream>> {
    let now = view.now();
    let rows: Vec<NotificationRecord> =
        view.notices(user, STREAM_MAX)?.iter().map(|notice| notice_record(notice, now)).collect();
    Ok(Reply::list(rows))
}

fn notice_record(notice: &Activity, now: i64) -> NotificationRecord {
    let (path, row) = (&notice.path, &notice.row);
    NotificationRecord {
        path: path.to_string(),
        dirpath: path.parent().unwrap_or_default().to_string(),
        name: path.leaf().map_or_else(String::new, EntryName::to_string),
        actioncode: row.action.number(),
        who: row.who.clone(),
        whodisplayname: row.who_display_name.clone(),
        hasprofileimage: row.who_has_image,
        when: ago_text(now - row.at),
        how: row.how.clone(),
        ip: Empty,
        isfile: !row.is_folder,
        misc: row.note.clone(),
        whenepochutc: Seconds(row.at),
        count: notice.count as u64,
    }
}

fn add_filter(context: &mut CallContext<'_>, user: &User, params: Filter) -> Result<Reply> {
    let path = context.view().readable(user, &params.path)?;
    context.commit(context.cloud().add_notification_filter(user, &path)?)?;
    Ok(Reply::done())
}

fn remove_filter(context: &mut CallContext<'_>, user: &User, params: Filter) -> Result<Reply> {
    let path = context.view().readable(user, &params.path)?;
    context.commit(context.cloud().remove_notification_filter(user, &path))?;
    Ok(Reply::done())
}

fn is_filter_set(view: &CloudView<'_>, user: &User, params: Filter) -> Result<Reply> {
    let is_set = view.is_notification_filter_set(user, &view.readable(user, &params.path)?)?;
    Ok(Reply::answer(is_set, if is_set { "1" } else { "0" }))
}
