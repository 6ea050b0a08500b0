//! What happened to files and folders, for people: who did what, where the entry is now. Each sees what they may read.

use crate::base::limits::ACTIVITY_KEPT_SECONDS;
use crate::base::path::{CloudPath, EntryName};
use crate::base::shown_path::ShownPath;
use crate::disk::Kind;
use crate::domain::access::rights::{Reach, Readable, Rights};
use crate::domain::access::ways::Ways;
use crate::domain::accounts::actor::{Admin, User};
use crate::domain::index::lookup;
use crate::domain::volumes::registry::Volumes;
use crate::domain::{Cloud, CloudView};
use crate::error::Result;
use crate::store::activities::{self, Action, ActivityRow};
use crate::store::{Read, nodes};
use std::collections::HashMap;

/// Rows read at once.
const PAGE_ROWS: usize = 500;

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Where the entry is now; in the bin, where it was.
    pub path: ShownPath,
    pub row: ActivityRow,
}

impl Activity {
    /// Where something came from is told as the user sees that place, and not to those who do not.
    fn told(ways: &Ways, reach: &Reach, mut row: ActivityRow) -> Activity {
        if row.action == Action::Moved {
            let from = CloudPath::parse(&row.note).ok().and_then(|from| ways.seen(&from));
            row.note = from.map_or(String::new(), |from| from.shown().to_string());
        }
        Activity { path: reach.shown().clone(), row }
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
        let stat = at.there(self.cloud.volumes.stat(at.real())?)?;
        if stat.kind == Kind::File {
            return self.activities_of_file(user, at, start, limit);
        }
        self.activities_where(user, at, start, limit, |_, _| true)
    }

    /// What happened at a path and below, as far as the user may read it and it is wanted, the newest first.
    pub(in crate::domain) fn activities_where(
        &self,
        user: &User,
        at: &Reach,
        start: usize,
        limit: usize,
        is_wanted: impl Fn(&CloudPath, &ActivityRow) -> bool,
    ) -> Result<Vec<Activity>> {
        let ways = self.ways(user)?;
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
                    // No disk is looked at: there may be thousands of rows.
                    let is_present = || volumes.as_last_seen(&path).is_some();
                    let is_deleted = row.now.folder < 0;
                    let may_know = |reach: &Reach| {
                        !is_deleted || ways.rights_to_deleted(reach, &path, &row.who).has(Rights::READ)
                    };
                    let reach = ways
                        .seen_in(at, &path)
                        .filter(|reach| is_present() && is_wanted(&path, &row) && may_know(reach));
                    let Some(reach) = reach else { continue };
                    if found.len() == limit {
                        return Ok(found);
                    }
                    if to_skip > 0 {
                        to_skip -= 1;
                    } else {
                        found.push(Activity::told(&ways, &reach, row));
                    }
                }
            }
        })
    }

    /// The files that were added last, of everybody, the newest first, each with its size in bytes.
    ///
    /// # Errors
    /// Those of the database and of the disks.
    pub fn latest_files(&self, admin: &Admin, limit: usize) -> Result<Vec<(Activity, u64)>> {
        let user = User::proxy(admin);
        let top = self.reach(&user, &ShownPath::root())?;
        let is_file = |row: &ActivityRow| row.action == Action::Added && !row.is_folder && row.now.folder > 0;
        let mut files = Vec::new();
        for added in self.activities_where(&user, &top, 0, limit, |_, row| is_file(row))? {
            let reach = self.reach(&user, &added.path)?;
            let stat = self.cloud.volumes.stat_if_present(reach.real())?;
            files.extend(stat.map(|stat| (added, stat.size)));
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
        Ok(rows.into_iter().map(|row| Activity::told(&ways, file, row)).collect())
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
