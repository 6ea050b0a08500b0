//! Activities at shares.

use crate::api::op::ops;
use crate::api::params::{Nothing, params};
use crate::api::record::{Seconds, record, reply};
use crate::api::reply::Reply;
use crate::api::shown::ShareId;
use crate::base::path::EntryName;
use crate::base::time::ago_text;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::sharing::share_activity::{ShareAction, ShareActivity};
use crate::domain::sharing::shares::{Listed, Shared};
use crate::error::Result;
use std::collections::HashMap;

ops! { SHARE_ACTIVITY: User "Shares"
    /// The activities at a share, newest first, at most 100: what its members did, and who used its
    /// link. The numbers of `actioncode`: 1 a visitor downloaded or viewed a file, 2 a visitor
    /// opened a folder; the others as in `getactivitystream`. `who` is an account, or `link:` with
    /// the id of the share for a visitor.
    "getshareactivityforshare" proxy read of_share(OneShare) -> ShareActivities;
    /// The same for everything that the caller shares.
    "getrecentshareactivityforuser" user read recent(Nothing) -> ShareActivities;
    /// The caller's shares whose links were opened, those opened most often first, at most 20.
    "getmostactiveshares" user read most_active(Nothing) -> ActiveShares;
}

params! {
    OneShare {
        /// The id of the share.
        shareid: ShareId,
    }
}

record! {
    /// An activity at a share.
    ShareActivityRecord {
        /// The id of the share.
        shareid: String,
        /// The full path.
        path: String,
        /// The name.
        name: String,
        /// The kind of activity, as a number: see the operation.
        actioncode: i64,
        /// The person: see the operation.
        who: String,
        /// The time, as `4 hours ago`.
        when: String,
        /// The name that the client gives itself.
        how: String,
        /// The address of a visitor; empty for a member.
        ip: String,
        /// The e-mail addresses of the accounts that are members of the share, separated by commas.
        /// Only `getrecentshareactivityforuser` sends it.
        shareemailto: Option<String>,
        /// The name of the share.
        sharename: String as extension,
        /// The time.
        whenepochutc: Seconds as extension,
    }
    /// A share whose link was opened.
    ActiveShareRecord {
        /// The name.
        sharename: String,
        /// The full path of the shared entry.
        accesspath: String,
        /// The time when it was last opened, as `4 hours ago`.
        lastaccess: String,
        /// Number of times that it was opened.
        visits: u64,
    }
}

reply! {
    /// Activities at shares, newest first.
    ShareActivities = shareactivities()[shareactivity: ShareActivityRecord];
    /// Shares whose links were opened.
    ActiveShares = activeshares()[activeshare: ActiveShareRecord];
}

const ACTIVE_MAX: usize = 20;

fn of_share(view: &CloudView<'_>, user: &User, params: OneShare) -> Result<Reply<ShareActivities>> {
    let shared = view.managed_share(user, &params.shareid)?;
    Ok(Reply::list(
        view.share_activities(user, &shared)?.iter().map(|one| record(view, one)).collect::<Vec<_>>(),
    ))
}

fn recent(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply<ShareActivities>> {
    let mut addresses: HashMap<String, String> = HashMap::new();
    let mut records = Vec::new();
    for activity in view.recent_share_activities(user)? {
        let known = match addresses.get(&activity.share) {
            Some(known) => known.clone(),
            None => view.member_addresses(&activity.share)?.join(","),
        };
        addresses.insert(activity.share.clone(), known.clone());
        records.push(ShareActivityRecord { shareemailto: Some(known), ..record(view, &activity) });
    }
    Ok(Reply::list(records))
}

fn record(view: &CloudView<'_>, activity: &ShareActivity) -> ShareActivityRecord {
    ShareActivityRecord {
        shareid: activity.share.clone(),
        path: activity.path.to_string(),
        name: activity.path.leaf().map_or_else(String::new, EntryName::to_string),
        actioncode: number_of(activity.action),
        who: activity.who.clone(),
        when: ago_text(view.now() - activity.at),
        how: activity.how.clone(),
        ip: activity.address.clone(),
        shareemailto: None,
        sharename: activity.share_name.clone(),
        whenepochutc: Seconds(activity.at),
    }
}

fn number_of(action: ShareAction) -> i64 {
    match action {
        ShareAction::Downloaded => 1,
        ShareAction::Opened => 2,
        ShareAction::Changed(action) => action.number(),
    }
}

fn most_active(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply<ActiveShares>> {
    let mut shares = view.shares(user, &Listed::All)?;
    shares.retain(|shared| shared.row.visits > 0);
    shares.sort_by_key(|shared| std::cmp::Reverse(shared.row.visits));
    let record = |shared: &Shared| ActiveShareRecord {
        sharename: shared.row.name.clone(),
        accesspath: shared.entry.shown().to_string(),
        lastaccess: shared.row.last_visit.map(|at| ago_text(view.now() - at)).unwrap_or_default(),
        visits: shared.row.visits,
    };
    Ok(Reply::list(shares.iter().take(ACTIVE_MAX).map(record).collect::<Vec<_>>()))
}
