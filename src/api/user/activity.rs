//! What happened to files and folders, for people.

use crate::api::op::ops;
use crate::api::params::params;
use crate::api::record::{MonthTime, Seconds, record, reply};
use crate::api::reply::{Command, Reply};
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::client_values::{self, ACTIVITY_COLLAPSED};
use crate::domain::social::activities::Activity;
use crate::error::Result;
use crate::store::Write;

ops! { ACTIVITY: User "Activity"
    /// What happened to a file or folder and to all below it, the newest first. The numbers of `actioncode`: 3 a file
    /// came, 4 it has new content, 5 deleted, 6 renamed, 7 moved, 8 a folder was made, 9 a comment was written, 10 restored from the bin. `misc` is
    /// the name before (6) or the path before (7). What lies in the bin is told by the path where it was.
    /// `hasprofileimage` is an extension: whether `getprofileimage` has a picture of who did it.
    "getactivitystream" proxy read stream(Stream) -> Activities;
    /// As `getactivitystream`, of everything that the caller may read.
    "getactivitybylevel" proxy read everything(Page) -> Activities;
    /// Keeps for the signed-in account whether its clients fold the activities away: `getconfigitem` with the key
    /// `activity` and the name `collapsed` tells it.
    "showhideactivity" user write show_hide(ShowHide) -> Command;
}

params! {
    Stream {
        /// The full path of the file or folder; `/` for everything that the caller may read.
        parent: ShownPath,
        /// How many to pass over.
        start: u64 = 0,
        /// How many to send, at most 500.
        limit: u64 = 50,
    }
    Page {
        /// How many to pass over.
        start: u64 = 0,
        /// How many to send, at most 500.
        limit: u64 = 50,
    }
    ShowHide {
        /// 1 to fold them away, 0 to show them.
        collapse: bool,
    }
}

record! {
    /// What happened to a file or folder.
    ActivityRecord {
        /// The full path.
        path: String,
        /// 1 for a file, 0 for a folder.
        isfile: bool,
        /// The path of its folder.
        parent: String,
        /// What happened, as a number: see the operation.
        actioncode: i64,
        /// Who did it.
        who: String,
        /// When it happened.
        when: MonthTime,
        /// What the client called itself.
        how: String,
        /// What belongs to it: see the operation.
        misc: String,
        /// The name.
        name: String as extension,
        /// When it happened.
        whenepochutc: Seconds as extension,
        /// Whether `getprofileimage` has a picture of who did it.
        hasprofileimage: bool as extension,
    }
}

reply! {
    /// What happened, the newest first.
    Activities = activities()[activitystreamrecord: ActivityRecord];
}

/// Activities of a page at most.
const LIMIT_MAX: u64 = 500;

fn stream(view: &CloudView<'_>, user: &User, params: Stream) -> Result<Reply<Activities>> {
    let path = view.readable(user, &params.parent)?;
    let start = usize::try_from(params.start).unwrap_or(usize::MAX);
    let limit = params.limit.min(LIMIT_MAX) as usize;
    let rows: Vec<ActivityRecord> = view.activities(user, &path, start, limit)?.iter().map(record).collect();
    Ok(Reply::list(rows))
}

fn everything(view: &CloudView<'_>, user: &User, params: Page) -> Result<Reply<Activities>> {
    stream(view, user, Stream { parent: ShownPath::root(), start: params.start, limit: params.limit })
}

fn record(activity: &Activity) -> ActivityRecord {
    let (path, row) = (&activity.path, &activity.row);
    ActivityRecord {
        path: path.to_string(),
        isfile: !row.is_folder,
        parent: path.parent().unwrap_or_default().to_string(),
        actioncode: row.action.number(),
        who: row.who.clone(),
        when: MonthTime(row.at),
        how: row.how.clone(),
        misc: row.note.clone(),
        name: path.leaf().map_or_else(String::new, EntryName::to_string),
        whenepochutc: Seconds(row.at),
        hasprofileimage: row.who_has_image,
    }
}

fn show_hide(tx: &Write, user: &User, params: ShowHide) -> Result<Reply> {
    let (key, name) = ACTIVITY_COLLAPSED;
    client_values::set(tx, user, key, name, if params.collapse { "1" } else { "0" })?;
    Ok(Reply::done())
}
