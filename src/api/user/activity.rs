//! Activities: changes of files and folders, as people read them.

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
    /// The activities at a file or folder and below it, newest first. The numbers of `actioncode`:
    /// 3 file added, 4 new content, 5 deleted, 6 renamed, 7 moved, 8 folder made, 9 comment
    /// written, 10 restored from the bin. `misc` is the old name (6) or the old path (7). Entries
    /// in the bin are listed by their old path. If an account does the same to many entries of a
    /// folder within ten minutes, this is one record with the path of the newest entry. `who` is
    /// empty for changes by other programs on the disk. `hasprofileimage` is an extension: whether
    /// the account has a picture for `getprofileimage`.
    "getactivitystream" proxy read stream(Stream) -> Activities;
    /// Like `getactivitystream`, for everything that the caller may read.
    "getactivitybylevel" proxy read everything(Page) -> Activities;
    /// Stores for the signed-in account whether its clients fold the list of activities.
    /// `getconfigitem` returns it for the key `activity` and the name `collapsed`.
    "showhideactivity" user write show_hide(ShowHide) -> Command;
}

params! {
    Stream {
        /// The full path of the file or folder; `/` for everything that the caller may read.
        parent: ShownPath,
        /// Number of records to skip.
        start: u64 = 0,
        /// Maximum number of records, at most 500.
        limit: u64 = 50,
    }
    Page {
        /// Number of records to skip.
        start: u64 = 0,
        /// Maximum number of records, at most 500.
        limit: u64 = 50,
    }
    ShowHide {
        /// 1 to fold the list, 0 to unfold it.
        collapse: bool,
    }
}

record! {
    /// An activity at a file or folder.
    ActivityRecord {
        /// The full path.
        path: String,
        /// 1 for a file, 0 for a folder.
        isfile: bool,
        /// The path of its folder.
        parent: String,
        /// The kind of activity, as a number: see the operation.
        actioncode: i64,
        /// The account; empty for another program.
        who: String,
        /// The time.
        when: MonthTime,
        /// The name that the client gives itself.
        how: String,
        /// Further information: see the operation.
        misc: String,
        /// The name.
        name: String as extension,
        /// The time.
        whenepochutc: Seconds as extension,
        /// Whether the account has a picture for `getprofileimage`.
        hasprofileimage: bool as extension,
        /// The display name of the account.
        whodisplayname: String as extension,
        /// Number of files and folders in the record that the caller may read.
        count: u64 as extension,
    }
}

reply! {
    /// Activities, newest first.
    Activities = activities()[activitystreamrecord: ActivityRecord];
}

/// Maximum number of activities in a page.
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
        whodisplayname: row.who_display_name.clone(),
        count: activity.count as u64,
    }
}

fn show_hide(tx: &Write, user: &User, params: ShowHide) -> Result<Reply> {
    let (key, name) = ACTIVITY_COLLAPSED;
    client_values::set(tx, user, key, name, if params.collapse { "1" } else { "0" })?;
    Ok(Reply::done())
}
