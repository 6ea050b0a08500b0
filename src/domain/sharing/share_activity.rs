//! What happened by a share: what its members did to what is shared, and who came by its link, when and from where.

use super::shares::{Listed, Shared};
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::error::Result;
use crate::store::activities::Action;
use crate::store::audit::Outcome;
use crate::store::audit::{self, Filter};

/// Activities that are told of one share.
const ACTIVITIES_MAX: usize = 100;
/// How far back visits by a link are looked for: the audit log is long.
const VISITS_SECONDS: i64 = 90 * 24 * 3600;

/// Names that lead to the entry of a link: `/SHARED`, what stands for its owner, and its id.
const LINK_NAMES: usize = 3;

/// Something that happened by a share.
#[derive(Clone, Debug)]
pub struct ShareActivity {
    pub share: String,
    pub share_name: String,
    /// Where, as the viewer of the share sees it.
    pub path: ShownPath,
    pub action: ShareAction,
    pub who: String,
    /// Seconds since 1970 UTC.
    pub at: i64,
    /// What the client called itself.
    pub how: String,
    /// From where a visitor came; empty for a member.
    pub address: String,
}

/// What happened by a share, as numbers of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareAction {
    /// A visitor downloaded or looked at a file.
    Downloaded,
    /// A visitor opened a folder.
    Opened,
    /// As the activities of entries number it.
    Changed(Action),
}

impl CloudView<'_> {
    /// What happened by a share, the newest first.
    pub fn share_activities(&self, user: &User, shared: &Shared) -> Result<Vec<ShareActivity>> {
        let mut found = self.visits(shared)?;
        let entry = shared.entry.clone().readable()?;
        let happened =
            self.activities_where(user, &entry, 0, ACTIVITIES_MAX, |_, row| row.who != shared.owner)?;
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
        // What a visitor changed is in the audit log with the address.
        found.retain(|activity| !activity.address.is_empty() || !activity.who.starts_with("link:"));
        found.sort_by_key(|activity| std::cmp::Reverse(activity.at));
        found.truncate(ACTIVITIES_MAX);
        Ok(found)
    }

    /// The same of everything that a user shares.
    pub fn recent_share_activities(&self, user: &User) -> Result<Vec<ShareActivity>> {
        let mut found = Vec::new();
        for shared in self.shares(user, &Listed::All)? {
            found.extend(self.share_activities(user, &shared)?);
        }
        found.sort_by_key(|activity| std::cmp::Reverse(activity.at));
        found.truncate(ACTIVITIES_MAX);
        Ok(found)
    }

    /// What came by the link, by the audit log.
    fn visits(&self, shared: &Shared) -> Result<Vec<ShareActivity>> {
        let begin = shared.row.created.max(self.now() - VISITS_SECONDS);
        let filter = Filter {
            who: format!("link:{}", shared.row.id),
            outcome: Outcome::OK,
            from: Some(begin * 1000),
            ..Filter::default()
        };
        let rows = self.cloud.store.read(|read| audit::matching(read, &filter, 0, ACTIVITIES_MAX as u64))?;
        let visits = rows.into_iter().filter_map(|stored| {
            let row = stored.row;
            let action = match &*row.operation {
                "downloadfile" | "downloadfilemulti" | "share" | "getvideo" | "getaudio" | "docconvert" => {
                    ShareAction::Downloaded
                }
                "getfilelist" => ShareAction::Opened,
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
        Ok(visits.collect())
    }
}

/// Where a visitor was, as whoever shares it sees that. The audit log has the path of the link and what lies below, and behind
/// it where that lies; of several entries, their folder counts.
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
