//! Notices for people: what somebody else did to their files.

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
    /// The notices for the signed-in account, the newest first: comments by others on its files, and room that comes to its
    /// end. `messagetype` has the numbers of `actioncode`, 101 for the account's limit, 102 for the disk (to administrators),
    /// 103 for something that is shared with the account, 104 for a second factor that an administrator has taken away.
    "gettoasts" user read toasts(Nothing) -> Toasts;
    /// Notes that notices were seen.
    "acktoasts" user write mark_read(MarkRead) -> Command;
    /// Removes a notice, or all.
    "deletetoasts" user write remove(Remove) -> Command;
    /// What others did to the files of the signed-in account, the newest first, at most 50. The numbers of `actioncode` are
    /// those of `getactivitystream`.
    "getnotificationstream" user read stream(Nothing) -> NotificationStream;
    /// Says that the caller wants no notices about a file or folder and all below it.
    "addnotificationfilter" proxy slow add_filter(Filter) -> Command;
    /// Takes back what `addnotificationfilter` has said.
    "removenotificationfilter" proxy slow remove_filter(Filter) -> Command;
    /// Whether `addnotificationfilter` has been said of this very path: result 1 or 0.
    "isnotificationfilterset" proxy read is_filter_set(Filter) -> Command;
}

params! {
    MarkRead {
        /// The ids of the notices, separated by commas.
        acktoastids: RecordIds,
    }
    Remove {
        /// The id of the notice.
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
    /// A notice for somebody.
    ToastRecord {
        /// The id.
        toastrid: Id,
        /// Who caused it.
        creater: String,
        /// Not in use here.
        link: Empty,
        /// The full path of what it is about.
        path: String,
        /// Its name.
        name: String,
        /// What follows the last dot of its name.
        ext: String,
        /// The path of its folder.
        dirpath: String,
        /// The path of its folder, for people.
        displaydirpath: String,
        /// What happened, as a number: see the operation.
        messagetype: i64,
        /// What happened.
        kind = "type": NoticeKind,
        /// What to say: the comment, or a sentence.
        message: String,
        /// Whether it was seen.
        alreadyread: bool,
        /// Whether `getprofileimage` has a picture of who caused it.
        createrhasimage: bool,
        /// The name of who caused it that others see.
        createrdisplayname: String,
        /// When it happened.
        when: MonthTime,
        /// When it happened.
        whenepochutc: Seconds as extension,
    }
    /// What somebody else did to a file.
    NotificationRecord {
        /// The full path.
        path: String,
        /// The path of its folder.
        dirpath: String,
        /// The name.
        name: String,
        /// What happened, as a number: see the operation.
        actioncode: i64,
        /// Who did it.
        who: String,
        /// The name of who did it that others see.
        whodisplayname: String,
        /// Whether `getprofileimage` has a picture of who did it.
        hasprofileimage: bool,
        /// How long ago it happened, for people: `4 hours ago`.
        when: String,
        /// What the client called itself.
        how: String,
        /// Always empty: the address is in the audit log only.
        ip: Empty,
        /// 1 for a file, 0 for a folder.
        isfile: bool,
        /// What belongs to it: see `getactivitystream`.
        misc: String,
        /// When it happened.
        whenepochutc: Seconds as extension,
    }
}

reply! {
    /// The notices for an account, the newest first.
    Toasts = toasts(Total)[toast: ToastRecord];
    /// What others did to the files of an account, the newest first.
    NotificationStream = notificationstreams()[notificationstream: NotificationRecord];
}

/// What a notice is about.
pub enum NoticeKind {
    Comment,
    Limit,
    Disk,
    Share,
    SecondFactorReset,
}

words! {
    NoticeKind { Comment = "comment", Limit = "limit", Disk = "disk", Share = "share", SecondFactorReset = "secondfactor" }
}

/// Notices of the stream.
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
