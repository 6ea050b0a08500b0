//! Notices for people: what somebody else did to their files.

use crate::api::call_context::CallContext;
use crate::api::media;
use crate::api::op::ops;
use crate::api::params::{Nothing, RecordId, RecordIds, params};
use crate::api::reply::{Reply, Row};
use crate::base::ids::record_id;
use crate::base::path::{CloudPath, EntryName};
use crate::base::time::{ago_text, month_text};
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::social::activities::Activity;
use crate::domain::social::notifications::{self, Subject, Toast};
use crate::error::{Code, Error, Result};
use crate::store::Write;

ops! { NOTIFICATIONS: User "Notices"
    /// The notices for the signed-in account, the newest first: comments by others on its files, and room that comes to its
    /// end. `messagetype` has the numbers of `actioncode`, 101 for the account's limit, 102 for the disk (to administrators).
    "gettoasts" user read toasts(Nothing);
    /// Notes that notices were seen.
    "acktoasts" user write mark_read(MarkRead);
    /// Removes a notice, or all.
    "deletetoasts" user write remove(Remove);
    /// What others did to the files of the signed-in account, the newest first, at most 50. The numbers of `actioncode` are
    /// those of `getactivitystream`.
    "getnotificationstream" user read stream(Nothing);
    /// Says that the caller wants no notices about a file or folder and all below it.
    "addnotificationfilter" proxy slow add_filter(Filter);
    /// Takes back what `addnotificationfilter` has said.
    "removenotificationfilter" proxy slow remove_filter(Filter);
    /// Whether `addnotificationfilter` has been said of this very path: result 1 or 0.
    "isnotificationfilterset" proxy read is_filter_set(Filter);
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
        clearallforuser: Option<bool>,
    }
    Filter {
        /// The full path.
        path: CloudPath,
    }
}

/// Notices of the stream.
const STREAM_MAX: usize = 50;

fn toasts(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply> {
    let rows: Vec<Row> = view.toasts(user)?.iter().map(toast_record).collect();
    Ok(Reply::records("toasts", Some(Row::new().number("total", rows.len())), "toast", rows))
}

fn toast_record(toast: &Toast) -> Row {
    let (path, row) = (&toast.path, &toast.row);
    let (name, folder) = (path.leaf().map_or("", EntryName::as_str), path.parent().unwrap_or_default());
    Row::new()
        .text("toastrid", record_id(row.id))
        .text("creater", row.actor.clone())
        .text("link", "")
        .text("path", path.to_string())
        .text("name", name)
        .text("ext", media::extension(name))
        .text("dirpath", folder.to_string())
        .text("displaydirpath", folder.to_string())
        .number("messagetype", row.action)
        .text("type", kind_of(row.action))
        .text("message", row.text.clone())
        .number("alreadyread", i64::from(row.is_read))
        .number("createrhasimage", i64::from(row.actor_has_image))
        .text("createrdisplayname", row.actor_display_name.clone())
        .text("when", month_text(row.created))
        .number("whenepochutc", row.created)
}

fn kind_of(action: i64) -> &'static str {
    match action {
        limit if limit == Subject::Limit as i64 => "limit",
        disk if disk == Subject::Disk as i64 => "disk",
        _ => "comment",
    }
}

fn mark_read(tx: &Write, user: &User, params: MarkRead) -> Result<Reply> {
    notifications::mark_read(tx, user, &params.acktoastids.0)?;
    Ok(Reply::done())
}

fn remove(tx: &Write, user: &User, params: Remove) -> Result<Reply> {
    match (params.toastrid, params.clearallforuser.unwrap_or(false)) {
        (_, true) => notifications::remove_all(tx, user)?,
        (Some(id), false) => notifications::remove(tx, user, id.0)?,
        (None, false) => {
            return Err(Error::new(Code::Invalid, "Please give toastrid, or clearallforuser=1."));
        }
    }
    Ok(Reply::done())
}

fn stream(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply> {
    let now = view.now();
    let rows: Vec<Row> =
        view.notices(user, STREAM_MAX)?.iter().map(|notice| notice_record(notice, now)).collect();
    Ok(Reply::records("notificationstreams", None, "notificationstream", rows))
}

fn notice_record(notice: &Activity, now: i64) -> Row {
    let (path, row) = (&notice.path, &notice.row);
    Row::new()
        .text("path", path.to_string())
        .text("dirpath", path.parent().unwrap_or_default().to_string())
        .text("name", path.leaf().map_or("", EntryName::as_str))
        .number("actioncode", row.action)
        .text("who", row.who.clone())
        .text("whodisplayname", row.who_display_name.clone())
        .number("hasprofileimage", i64::from(row.who_has_image))
        .text("when", ago_text(now - row.at))
        .text("how", row.how.clone())
        .text("ip", "")
        .number("isfile", i64::from(!row.is_folder))
        .text("misc", row.note.clone())
        .number("whenepochutc", row.at)
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
