//! What happened by a share: what its members did to what is shared, and who came by its link, when and from where.

use super::shares::{Listed, Shared};
use crate::base::path::{CloudPath, EntryName};
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::error::Result;
use crate::store::activities::Action;
use crate::store::audit::{self, Filter};

/// Activities that are told of one share.
const ACTIVITIES_MAX: usize = 100;
/// How far back visits by a link are looked for: the audit log is long.
const VISITS_SECONDS: i64 = 90 * 24 * 3600;

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
    Changed(i64),
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
            outcome: "ok".into(),
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
                "upload" => ShareAction::Changed(Action::Added as i64),
                "createfolder" => ShareAction::Changed(Action::FolderMade as i64),
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

/// The path of a link's visitor, `/SHARED/x/y/below`, as whoever shares it sees the same entry.
fn as_owner_sees(entry: &ShownPath, object: &str) -> ShownPath {
    let below: Vec<EntryName> = CloudPath::parse(object)
        .map_or_else(|_| Vec::new(), |path| path.parts().iter().skip(3).cloned().collect());
    entry.below(&below).unwrap_or_else(|_| entry.clone())
}
