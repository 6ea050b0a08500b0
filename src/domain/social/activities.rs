//! Activities: the history of files and folders for people. An activity says who did what, and
//! where the entry is now. Each person sees the activities of entries that they may read.

use crate::base::limits::ACTIVITY_KEPT_SECONDS;
use crate::base::path::CloudPath;
use crate::base::shown_path::ShownPath;
use crate::disk::Kind;
use crate::domain::access::rights::{Reach, Readable, Rights};
use crate::domain::access::ways::Ways;
use crate::domain::accounts::actor::{Admin, User};
use crate::domain::index::lookup::{self, FolderPaths};
use crate::domain::volumes::glance::Aside;
use crate::domain::volumes::registry::Volumes;
use crate::domain::{Cloud, CloudView};
use crate::error::Result;
use crate::store::activities::{self, Action, ActivityRow};
use crate::store::nodes::NodeRow;

/// Number of activities that are read at once.
const PAGE_ROWS: usize = 200;

/// Something that happened to one entry, or to several in one action.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The present path of the newest of its entries; for a deleted entry, the path before it was
    /// deleted.
    pub path: ShownPath,
    /// The kind of change of that entry.
    pub row: ActivityRow,
    /// The number of entries that the user may know of.
    pub count: usize,
}

impl Activity {
    /// The former place of a moved entry is shown by the path at which the user sees it, and left
    /// out if they do not see it.
    fn told(ways: &Ways, reach: &Reach, mut row: ActivityRow, count: usize) -> Activity {
        if row.action == Action::Moved {
            let from = CloudPath::parse(&row.note).ok().and_then(|from| ways.seen(&from));
            row.note = from.map_or(String::new(), |from| from.shown().to_string());
        }
        Activity { path: reach.shown().clone(), row, count }
    }
}

impl CloudView<'_> {
    /// The activities of an entry and of all entries below it, the newest first.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such entry.
    pub fn activities(
        &self,
        user: &User,
        at: &Readable,
        start: usize,
        limit: usize,
    ) -> Result<Vec<Activity>> {
        if at.there(self.is_folder(at)?)? {
            return self.activities_where(user, at, start, limit, |_, _| true);
        }
        self.activities_of_file(user, at, start, limit)
    }

    /// True if an entry is a folder, and `None` if there is no such entry. While the disk does not
    /// answer, the index says so. What the index does not know may be there nevertheless, so the
    /// disk is waited for.
    fn is_folder(&self, at: &Reach) -> Result<Option<bool>> {
        // Such a folder is on no disk.
        if at.is_above_roots() {
            return Ok(Some(true));
        }
        let stat = match self.cloud.volumes.aside(at.real())? {
            Aside::Known(stat) => stat,
            Aside::LastSeen(_) => match self.indexed(at.real())? {
                Some(node) => return Ok(Some(node.facts.is_folder)),
                None => self.cloud.volumes.stat(at.real())?,
            },
        };
        Ok(stat.map(|stat| stat.kind == Kind::Folder))
    }

    fn indexed(&self, path: &CloudPath) -> Result<Option<NodeRow>> {
        self.cloud.store.read(|read| lookup::find(read, &self.cloud.volumes, path))
    }

    /// The wanted activities at a path and below that the user may read, the newest first.
    pub(in crate::domain) fn activities_where(
        &self,
        user: &User,
        at: &Reach,
        start: usize,
        limit: usize,
        is_wanted: impl Fn(&CloudPath, &ActivityRow) -> bool,
    ) -> Result<Vec<Activity>> {
        let (mut found, mut to_skip) = (Vec::new(), start);
        self.each_activity(user, at, is_wanted, |ways, entries| {
            let count = entries.len();
            if to_skip > 0 {
                to_skip -= 1;
            } else if let Some((reach, row)) = entries.into_iter().next().filter(|_| limit > 0) {
                found.push(Activity::told(ways, &reach, row, count));
            }
            found.len() < limit
        })?;
        Ok(found)
    }

    /// The same, with each entry by itself.
    pub(in crate::domain) fn acts_where(
        &self,
        user: &User,
        at: &Reach,
        limit: usize,
        is_wanted: impl Fn(&CloudPath, &ActivityRow) -> bool,
    ) -> Result<Vec<Activity>> {
        let mut found = Vec::new();
        self.each_activity(user, at, is_wanted, |ways, entries| {
            let told = entries.into_iter().map(|(reach, row)| Activity::told(ways, &reach, row, 1));
            found.extend(told.take(limit - found.len()));
            found.len() < limit
        })?;
        Ok(found)
    }

    /// Passes the wanted entries of each activity, as far as the user may read them, to a closure
    /// until it returns false.
    fn each_activity(
        &self,
        user: &User,
        at: &Reach,
        is_wanted: impl Fn(&CloudPath, &ActivityRow) -> bool,
        mut each: impl FnMut(&Ways, Vec<(Reach, ActivityRow)>) -> bool,
    ) -> Result<()> {
        let ways = self.ways(user)?;
        self.cloud.store.read(|read| {
            let volumes = &*self.cloud.volumes;
            let mut folders = FolderPaths::new(read, volumes);
            let mut before = (i64::MAX, i64::MAX);
            loop {
                let activities = activities::before(read, before, PAGE_ROWS)?;
                let Some(last) = activities.last() else { return Ok(()) };
                before = *last;
                for (_, activity) in activities {
                    let mut seen = Vec::new();
                    for row in activities::entries(read, activity)? {
                        let place = if row.now.folder < 0 { &row.then } else { &row.now };
                        let Some(path) = folders.below(place.folder, &place.name)? else { continue };
                        if let Some(reach) = seen_of(&ways, at, volumes, &path, &row) {
                            seen.extend(is_wanted(&path, &row).then_some((reach, row)));
                        }
                    }
                    if !seen.is_empty() && !each(&ways, seen) {
                        return Ok(());
                    }
                }
            }
        })
    }

    /// The files of all users that were added last, the newest first, each with its size in bytes.
    ///
    /// # Errors
    /// If the database or a disk fails.
    pub fn latest_files(&self, admin: &Admin, limit: usize) -> Result<Vec<(Activity, u64)>> {
        let user = User::proxy(admin);
        let top = self.reach(&user, &ShownPath::root())?;
        let is_file = |row: &ActivityRow| row.action == Action::Added && !row.is_folder && row.now.folder > 0;
        let mut added = Vec::new();
        self.each_activity(
            &user,
            &top,
            |_, row| is_file(row),
            |ways, entries| {
                let each = entries.into_iter();
                added.extend(
                    each.map(|(reach, row)| (reach.real().clone(), Activity::told(ways, &reach, row, 1))),
                );
                added.len() < limit
            },
        )?;
        let mut files = Vec::new();
        for (real, activity) in added.into_iter().take(limit) {
            let bytes = match self.cloud.volumes.aside(&real)? {
                Aside::Known(stat) => stat.map(|stat| stat.size),
                Aside::LastSeen(_) => self.indexed(&real)?.map(|node| node.facts.size_bytes),
            };
            files.extend(bytes.map(|bytes| (activity, bytes)));
        }
        Ok(files)
    }

    fn activities_of_file(
        &self,
        user: &User,
        file: &Reach,
        start: usize,
        limit: usize,
    ) -> Result<Vec<Activity>> {
        let rows = self.cloud.store.read(|read| {
            let node = lookup::find(read, &self.cloud.volumes, file.real())?;
            node.map_or(Ok(Vec::new()), |node| activities::of_node(read, node.id, start, limit))
        })?;
        let ways = self.ways(user)?;
        Ok(rows.into_iter().map(|row| Activity::told(&ways, file, row, 1)).collect())
    }
}

/// The path by which a user knows the entry of an activity; `None` also while its disk is missing.
/// This does not access the disk, because there may be thousands of entries.
fn seen_of(ways: &Ways, at: &Reach, volumes: &Volumes, path: &CloudPath, row: &ActivityRow) -> Option<Reach> {
    let reach = ways.seen_in(at, path).filter(|_| volumes.was_present(path))?;
    let is_deleted = row.now.folder < 0;
    let may_know = !is_deleted || ways.rights_to_deleted(&reach, path, &row.who).has(Rights::READ);
    may_know.then_some(reach)
}

impl Cloud {
    /// Forgets old activities.
    pub fn forget_activities(&self) -> Result<()> {
        if !self.may_expire() {
            return Ok(());
        }
        let before = self.now() - ACTIVITY_KEPT_SECONDS;
        self.store.write(move |tx| activities::forget(tx, before))
    }
}
