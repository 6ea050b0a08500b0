//! The activities at a share: the changes of its members, and the visits by its link, with their
//! time and address.

use super::shares::{Listed, Shared};
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::error::Result;
use crate::store::activities::{Action, ActivityRow};
use crate::store::audit::Outcome;
use crate::store::audit::{self, Filter};
use crate::store::shares::{self, Member};
use crate::store::users;

/// Maximum number of activities in a list of one share.
const ACTIVITIES_MAX: usize = 100;
/// Visits by a link are looked for in this period. The audit log is long, so there must be a limit.
const VISITS_SECONDS: i64 = 90 * 24 * 3600;

/// If a visitor opens the same folder again within this time, it is the same visit.
const ONE_VISIT_SECONDS: i64 = 60;

/// The number of names in the path of a link: `/SHARED`, the text that replaces its owner, and its
/// id.
const LINK_NAMES: usize = 3;

/// Something that happened to a share.
#[derive(Clone, Debug)]
pub struct ShareActivity {
    pub share: String,
    pub share_name: String,
    /// The path of the entry, as the person who asks sees it.
    pub path: ShownPath,
    pub action: ShareAction,
    pub who: String,
    /// Seconds since 1970 UTC.
    pub at: i64,
    /// The name that the client gave itself.
    pub how: String,
    /// The address of a visitor; empty for a member.
    pub address: String,
}

/// The kind of an activity at a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareAction {
    /// A visitor downloaded or looked at a file.
    Downloaded,
    /// A visitor opened a folder.
    Opened,
    /// A member or visitor changed something, as in the activities of entries.
    Changed(Action),
}

impl CloudView<'_> {
    /// The activities at a share, the newest first.
    pub fn share_activities(&self, user: &User, shared: &Shared) -> Result<Vec<ShareActivity>> {
        let mut found = self.visits(shared)?;
        let entry = shared.entry.clone().readable()?;
        let by_others = |row: &ActivityRow| !row.who.is_empty() && row.who != shared.owner;
        let happened = self.acts_where(user, &entry, ACTIVITIES_MAX, |_, row| by_others(row))?;
        found.extend(happened.into_iter().map(|activity| ShareActivity {
            share: shared.row.id.clone(),
            share_name: shared.row.name.clone(),
            path: activity.path,
            action: ShareAction::Changed(activity.row.action),
            who: activity.row.who,
            at: activity.row.at,
            how: activity.row.how,
            address: String::new(),
        }));
        // The changes of visitors come from the audit log, which has their addresses.
        found.retain(|activity| !activity.address.is_empty() || !activity.who.starts_with("link:"));
        found.sort_by_key(|activity| std::cmp::Reverse(activity.at));
        found.truncate(ACTIVITIES_MAX);
        Ok(found)
    }

    /// The activities at all shares of a user, the newest first.
    pub fn recent_share_activities(&self, user: &User) -> Result<Vec<ShareActivity>> {
        let mut found = Vec::new();
        for shared in self.shares(user, &Listed::All)? {
            found.extend(self.share_activities(user, &shared)?);
        }
        found.sort_by_key(|activity| std::cmp::Reverse(activity.at));
        found.truncate(ACTIVITIES_MAX);
        Ok(found)
    }

    /// The e-mail addresses of the accounts that are members of a share by their own name.
    pub fn member_addresses(&self, share: &str) -> Result<Vec<String>> {
        self.cloud.store.read(|read| {
            let mut addresses = Vec::new();
            for row in shares::members(read, share)?.into_iter().filter(|row| !row.has_left) {
                let Member::User(id) = row.member else { continue };
                addresses.extend(users::by_id(read, id)?.and_then(|account| account.email));
            }
            Ok(addresses)
        })
    }

    /// The visits by the link, from the audit log.
    fn visits(&self, shared: &Shared) -> Result<Vec<ShareActivity>> {
        let begin = shared.row.created.max(self.now() - VISITS_SECONDS);
        let filter = Filter {
            who: format!("link:{}", shared.row.id),
            outcome: Outcome::OK,
            from: Some(begin * 1000),
            ..Filter::default()
        };
        let rows = self.cloud.store.read(|read| audit::matching(read, &filter, ACTIVITIES_MAX as u64))?;
        let visits = rows.into_iter().filter_map(|stored| {
            let row = stored.row;
            let action = match &*row.operation {
                "downloadfile" | "downloadfilemulti" | "share" | "getvideo" | "getaudio" | "docconvert" => {
                    ShareAction::Downloaded
                }
                "getfilelist" | "loginprotectedshare" => ShareAction::Opened,
                // A visitor who has not given the password yet has seen nothing.
                "openlink" if shared.row.link.password_hash.is_none() => ShareAction::Opened,
                "upload" => ShareAction::Changed(Action::Added),
                "createfolder" => ShareAction::Changed(Action::FolderMade),
                _ => return None,
            };
            Some(ShareActivity {
                share: shared.row.id.clone(),
                share_name: shared.row.name.clone(),
                path: as_owner_sees(shared.entry.shown(), &row.object),
                action,
                who: row.who,
                at: row.at_milliseconds.div_euclid(1000),
                how: row.agent,
                address: row.address,
            })
        });
        let mut visits: Vec<ShareActivity> = visits.collect();
        // The newest comes first. Opening the address of a link and then its page is one visit.
        visits.dedup_by(|earlier, later| is_same_visit(earlier, later));
        Ok(visits)
    }
}

fn is_same_visit(earlier: &ShareActivity, later: &ShareActivity) -> bool {
    [earlier, later].iter().all(|visit| visit.action == ShareAction::Opened)
        && (&earlier.path, &earlier.address) == (&later.path, &later.address)
        && later.at - earlier.at < ONE_VISIT_SECONDS
}

/// The path of a visit, as the owner of the share sees it. An object in the audit log begins with
/// the shown path, which consists of the path of the link and the path below it. ` = /` and the
/// real path follow. If there are several entries, their folder counts.
fn as_owner_sees(entry: &ShownPath, object: &str) -> ShownPath {
    let shown = object.split(" = /").next().unwrap_or(object);
    let (first, is_one) = shown.split_once(" | /").map_or((shown, true), |(first, _)| (first, false));
    let Ok(path) = ShownPath::parse(first) else { return entry.clone() };
    let path = if is_one { path } else { path.parent().unwrap_or_default() };
    let below = path.parts().get(LINK_NAMES..).unwrap_or_default();
    entry.below(below).unwrap_or_else(|_| entry.clone())
}

#[cfg(test)]
mod tests {
    use super::as_owner_sees;
    use crate::base::shown_path::ShownPath;

    #[test]
    fn what_visitors_did_is_told_by_the_paths_of_whoever_shares_it() {
        let entry = ShownPath::parse("/bob/Holiday").unwrap();
        for (object, wanted) in [
            ("/SHARED/!x/y = /bob/Holiday", "/bob/Holiday"),
            ("/SHARED/!x/y/sea/a.txt = /bob/Holiday/sea/a.txt", "/bob/Holiday/sea/a.txt"),
            ("/SHARED/!x/y/a = b.txt = /bob/Holiday/a = b.txt", "/bob/Holiday/a = b.txt"),
            (
                "/SHARED/!x/y/sea/a | /SHARED/!x/y/sea/b = /bob/Holiday/sea/a | /bob/Holiday/sea/b",
                "/bob/Holiday/sea",
            ),
            ("/SHARED/!x/y/a", "/bob/Holiday/a"),
            ("", "/bob/Holiday"),
        ] {
            assert_eq!(as_owner_sees(&entry, object).to_string(), wanted, "{object}");
        }
    }
}
