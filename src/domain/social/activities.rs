//! What happened to files and folders, for people: who did what, where the entry is now. Each sees what they may read.

use crate::base::limits::ACTIVITY_KEPT_SECONDS;
use crate::base::path::{CloudPath, EntryName};
use crate::disk::Kind;
use crate::domain::access::rights::Readable;
use crate::domain::accounts::actor::User;
use crate::domain::index::lookup;
use crate::domain::volumes::registry::Volumes;
use crate::domain::{Cloud, CloudView};
use crate::error::{Error, Result};
use crate::store::activities::{self, Action, ActivityRow};
use crate::store::{Read, nodes};
use std::collections::HashMap;

/// Rows read at once.
const PAGE_ROWS: usize = 500;

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Where the entry is now; in the bin, where it was.
    pub path: CloudPath,
    pub row: ActivityRow,
}

impl Activity {
    /// Where something came from is not for those who have no access to that place.
    fn told_to(view: &CloudView<'_>, user: &User, path: CloudPath, mut row: ActivityRow) -> Activity {
        let may_know = || CloudPath::parse(&row.note).is_ok_and(|from| view.may_know(user, &from));
        if row.action == Action::Moved as i64 && !may_know() {
            row.note.clear();
        }
        Activity { path, row }
    }
}

impl CloudView<'_> {
    /// What happened to an entry and to all below it, the newest first.
    ///
    /// # Errors
    /// `Code::NotFound` when there is nothing.
    pub fn activities(
        &self,
        user: &User,
        at: &Readable,
        start: usize,
        limit: usize,
    ) -> Result<Vec<Activity>> {
        let stat = self.cloud.volumes.stat(at.path())?.ok_or_else(|| Error::not_there(at.path()))?;
        if stat.kind == Kind::File {
            return self.activities_of_file(user, at.path(), start, limit);
        }
        self.activities_where(user, at.path(), start, limit, |_| true)
    }

    /// What happened at a path and below, as far as the user may read it and it is wanted, the newest first.
    pub(in crate::domain) fn activities_where(
        &self,
        user: &User,
        at: &CloudPath,
        start: usize,
        limit: usize,
        is_wanted: impl Fn(&Activity) -> bool,
    ) -> Result<Vec<Activity>> {
        self.cloud.store.read(|read| {
            let volumes = &*self.cloud.volumes;
            let mut places = Places { read, volumes, folders: HashMap::new() };
            let (mut found, mut to_skip, mut before) = (Vec::new(), start, i64::MAX);
            loop {
                let rows = activities::before(read, before, PAGE_ROWS)?;
                let Some(last) = rows.last() else { return Ok(found) };
                before = last.id;
                for row in rows {
                    let Some(path) = places.of(&row)? else { continue };
                    let activity = Activity::told_to(self, user, path, row);
                    let is_seen = || self.may_see(user, &activity.path);
                    if !activity.path.starts_with(at) || !is_seen() || !is_wanted(&activity) {
                        continue;
                    }
                    if found.len() == limit {
                        return Ok(found);
                    }
                    if to_skip > 0 {
                        to_skip -= 1;
                    } else {
                        found.push(activity);
                    }
                }
            }
        })
    }

    fn activities_of_file(
        &self,
        user: &User,
        path: &CloudPath,
        start: usize,
        limit: usize,
    ) -> Result<Vec<Activity>> {
        let rows = self.cloud.store.read(|read| {
            let node = lookup::find(read, &self.cloud.volumes, path)?;
            node.map_or(Ok(Vec::new()), |node| activities::of_node(read, node.id, start, limit))
        })?;
        Ok(rows.into_iter().map(|row| Activity::told_to(self, user, path.clone(), row)).collect())
    }

    /// Whether somebody may read what the index knows at a path, and its disk was there when somebody last looked. No disk is
    /// looked at: there may be thousands of rows.
    fn may_see(&self, user: &User, path: &CloudPath) -> bool {
        self.may_know(user, path) && self.cloud.volumes.as_last_seen(path).is_some()
    }
}

impl Cloud {
    /// Forgets what happened long ago.
    pub fn forget_activities(&self) -> Result<()> {
        if !self.may_expire() {
            return Ok(());
        }
        let before = self.now() - ACTIVITY_KEPT_SECONDS;
        self.store.write(move |tx| activities::forget(tx, before))
    }
}

/// Finds out where entries are. Many lie in the same folders, which are looked up once.
struct Places<'a> {
    read: &'a Read,
    volumes: &'a Volumes,
    folders: HashMap<i64, Option<CloudPath>>,
}

impl Places<'_> {
    fn of(&mut self, row: &ActivityRow) -> Result<Option<CloudPath>> {
        let place = if row.now.folder < 0 { &row.then } else { &row.now };
        let folder = match self.folders.get(&place.folder) {
            Some(known) => known.clone(),
            None => {
                let path = self.folder(place.folder)?;
                self.folders.insert(place.folder, path.clone());
                path
            }
        };
        let Some(folder) = folder else { return Ok(None) };
        Ok(EntryName::parse(&place.name).and_then(|name| folder.join(&name)).ok())
    }

    fn folder(&self, id: i64) -> Result<Option<CloudPath>> {
        let Some(node) = nodes::by_id(self.read, id)? else { return Ok(None) };
        if node.parent == nodes::NO_PARENT {
            return Ok((node.name == self.volumes.id()).then(CloudPath::root));
        }
        lookup::path_of(self.read, self.volumes, &node)
    }
}
