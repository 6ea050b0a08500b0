//! Versions of files: listing, reading, restoring and removing them.

use crate::base::ids::object_id;
use crate::base::path::CloudPath;
use crate::base::root::Root;
use crate::base::time::nanoseconds;
use crate::disk::{CopyEvent, CopyOptions, Kind, Location, Stat};
use crate::domain::access::rights::{Deletable, Downloadable, Reach, Readable, Replaceable, Rights};
use crate::domain::accounts::actor::User;
use crate::domain::accounts::homes::home_name;
use crate::domain::files::location::node_of;
use crate::domain::files::locks::Purpose;
use crate::domain::files::recycle_bin::{Emptied, is_worth_a_line};
use crate::domain::index::rows;
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::nodes;
use crate::store::versions::{self, Kept, Promotion, VersionRow};

use std::os::fd::OwnedFd;

/// A content of a file: the present one, or a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub id: String,
    /// Its number among all contents that the file ever had, from 1.
    pub number: u64,
    pub size_bytes: u64,
    /// The time when the content was written, in seconds since 1970 UTC.
    pub modified: i64,
    /// The author, if known.
    pub by: String,
    /// The program that wrote it.
    pub how: String,
    /// The name that somebody gave it; empty without one.
    pub name: String,
}

/// A file with its contents.
struct History {
    node: Option<nodes::NodeRow>,
    stat: Stat,
    live_id: String,
    live_name: String,
    old: Vec<VersionRow>,
}

impl CloudView<'_> {
    /// All contents of a file, the present one first. Users who may not change the file see only
    /// that one, because readers are not meant to see content that was removed.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no file.
    pub fn versions(&self, path: &Readable) -> Result<Vec<Version>> {
        let history = self.cloud.history(path)?.told_to(path);
        let live = Version {
            id: history.live_id,
            number: history.old.first().map_or(1, |newest| newest.number + 1),
            size_bytes: history.stat.size,
            modified: seconds(nanoseconds(history.stat.modified)),
            how: history.node.as_ref().map(|node| node.modified_how.clone()).unwrap_or_default(),
            by: history.node.and_then(|node| node.modified_by).unwrap_or_default(),
            name: history.live_name,
        };
        let old = history.old.into_iter().map(|old| Version {
            id: old.id,
            number: old.number,
            size_bytes: old.size_bytes,
            modified: seconds(old.modified_nanoseconds),
            by: old.written_by,
            how: old.written_how,
            name: old.name,
        });
        Ok(std::iter::once(live).chain(old).collect())
    }

    /// Opens one content of a file for reading.
    ///
    /// # Errors
    /// `Code::NotFound` if the file has no such content, `Code::Locked` if somebody else has locked
    /// it for reading.
    pub fn open_version(&self, user: &User, path: &Downloadable, id: &str) -> Result<(OwnedFd, Stat)> {
        let history = self.cloud.history(path)?.told_to(path);
        if history.live_id == id {
            return path.there(self.open(user, path)?);
        }
        let volume = self.cloud.volumes.of_root(&history.old(id)?.owner)?;
        self.check_unlocked(user, path, Purpose::Read)?;
        volume.open_file(Location::Version(id))?.ok_or_else(no_version)
    }
}

impl Cloud {
    fn history(&self, reach: &Reach) -> Result<History> {
        let path = reach.real();
        let located = reach.there(self.locate_reached(reach)?)?;
        let stat = reach.there(self.stat_of(path, &located)?)?;
        if stat.kind == Kind::Folder {
            return Err(Error::new(Code::Invalid, "Only files have versions. This is a folder."));
        }
        self.adopt_external_move(path)?;
        self.store.read(|read| {
            let node = node_of(&self.volumes, read, &located)?;
            let (old, promotion) = match &node {
                Some(node) => (versions::of_node(read, node.id)?, versions::promotion(read, node.id)?),
                None => (Vec::new(), None),
            };
            let live = promotion.filter(|promotion| promotion.etag == stat.content_id());
            let (live_id, live_name) =
                live.map_or_else(|| (stat.etag(), String::new()), |live| (live.id, live.name));
            Ok(History { node, stat, live_id, live_name, old })
        })
    }

    /// Makes a version of a file its present content again. The content before it is kept as a version.
    ///
    /// # Errors
    /// `Code::NotFound` if the file has no such content, `Code::Locked`.
    pub fn promote_version(&self, user: &User, path: &Replaceable, id: &str) -> Result<Change<Stat>> {
        if path.real().is_in_bin() {
            return Err(Error::new(Code::Forbidden, "Please restore the file from the recycle bin first."));
        }
        let changing = self.begin_change(user, &[path])?;
        let history = self.history(path)?;
        if history.live_id == id {
            return Ok(Change::new(move |_| Ok(history.stat)));
        }
        let source = self.volumes.of_root(&history.old(id)?.owner)?;
        let (owner, target) = (self.root_of(path.real())?, self.volumes.of(path.real())?);
        let (is_here, from) = (source.id() == target.id(), Location::Version(id));
        let reserved = match is_here {
            true => self.reserve_nothing(&owner),
            false => self.reserve_for_copy(&owner, &source.usage(from)?)?,
        };
        let replacement = self.begin_replacement(user, path, changing, reserved);
        let replacement = match is_here {
            true => replacement.of_version(id),
            false => replacement.of_old_content(),
        };
        let done = if is_here {
            target.rename(from, path.real(), true, Some(&replacement.version))?
        } else {
            let options = CopyOptions {
                id: object_id(),
                replace: true,
                keep_as: Some(replacement.version.clone()),
                is_whole: false,
                without: Vec::new(),
            };
            let mut each = |_: CopyEvent<'_>| self.check_may_go_on(user);
            target.copy_from(&source, from, path.real(), options, &mut each)?
        };
        let before = done.moved.or(done.copied).and_then(|old| rows::facts(&old).changed_nanoseconds);
        let (id, purged) = (id.to_owned(), id.to_owned());
        // The kept version is recorded first, so that it gets a new number.
        let change = replacement.record(&done).and_then(move |tx, node| {
            versions::promote(tx, node, &id, &done.stat.content_id(), before).map(|()| done.stat)
        });
        if is_here {
            return Ok(change);
        }
        Ok(change.completed_by(move |_| {
            if let Err(error) = source.purge_version(&purged) {
                log::error!(
                    "the version {purged}, which is the present content on another disk, stays: {error}"
                );
            }
        }))
    }

    /// Gives a content of a file a name; an empty one takes it away. Retention leaves contents with
    /// a name.
    ///
    /// # Errors
    /// `Code::NotFound` if the file has no such content, `Code::Locked`.
    pub fn name_version(
        &self,
        user: &User,
        path: &Replaceable,
        id: &str,
        name: String,
    ) -> Result<Change<()>> {
        if path.real().is_in_bin() {
            return Err(Error::new(Code::Forbidden, "Please restore the file from the recycle bin first."));
        }
        let changing = self.begin_change(user, &[path])?;
        let history = self.history(path)?;
        let id = id.to_owned();
        if history.live_id != id {
            history.old(&id)?;
            return Ok(Change::new(move |tx| versions::set_name(tx, &id, &name)).holding(changing));
        }
        let (rows, real, stat) = (self.rows(), path.real().clone(), history.stat);
        let change = Change::new(move |tx| {
            let node = rows.found(tx, &real, &stat)?;
            versions::set_name_of_live(tx, node, &Promotion { id, etag: stat.content_id(), name })
        });
        Ok(change.holding(changing))
    }

    /// Removes a version of a file permanently.
    ///
    /// # Errors
    /// `Code::NotFound` if the file has no such content, `Code::Conflict` for the present one,
    /// `Code::Locked`.
    pub fn delete_version(&self, user: &User, path: &Deletable, id: &str) -> Result<Change<()>> {
        self.check_not_held(user)?;
        let changing = self.begin_change(user, &[path])?;
        self.check_version_removable(id)?;
        let history = self.history(path)?;
        if history.live_id == id {
            return Err(Error::new(Code::Conflict, "This is the present content. Delete the file instead."));
        }
        self.volumes.of_root(&history.old(id)?.owner)?.purge_version(id)?;
        let id = id.to_owned();
        Ok(Change::new(move |tx| versions::delete(tx, &id)).holding(changing))
    }

    /// Removes the versions of all the caller's files permanently.
    ///
    /// # Errors
    /// `Code::Locked` if somebody else has locked any of the files. Then nothing is removed.
    pub fn delete_all_versions(&self, user: &User) -> Result<Change<Emptied>> {
        self.check_not_held(user)?;
        let home = CloudPath::root().join(&home_name(user.name())?)?;
        let changing = self.begin_change(user, &[&self.view().reach_of(user, &home)?])?;
        let ids = self.store.read(|read| versions::of_owner(read, &Root::Account(user.id())))?;
        Ok(self.purge_versions(ids, || self.check_may_go_on(user)).holding(changing))
    }

    /// Removes versions permanently, as long as the call may go on. Versions that cannot be removed
    /// stay.
    pub(in crate::domain) fn purge_versions(
        &self,
        old: Vec<Kept>,
        may_go_on: impl Fn() -> Result<()>,
    ) -> Change<Emptied> {
        let mut reason = None;
        let (gone, stayed): (Vec<_>, Vec<_>) = old.into_iter().partition(|Kept { id, owner }| {
            let volume = may_go_on()
                .and_then(|()| self.check_version_removable(id))
                .and_then(|()| self.volumes.of_root(owner));
            let purged = volume.and_then(|volume| volume.purge_version(id));
            let failed = |error: &Error| {
                if is_worth_a_line(error) {
                    log::error!("the version {id} could not be removed: {error}");
                }
                reason.get_or_insert_with(|| (error.code, format!("The version {id}: {}", error.message)));
            };
            purged.inspect_err(failed).is_ok()
        });
        let emptied = Emptied { removed: gone.len(), failed: stayed.len(), reason };
        Change::new(move |tx| gone.iter().try_for_each(|kept| versions::delete(tx, &kept.id)))
            .telling(emptied)
    }
}

impl History {
    /// The part of the history that a user may see: without the right to write, no versions.
    fn told_to(self, reach: &Reach) -> History {
        match reach.rights().has(Rights::WRITE) {
            true => self,
            false => History { old: Vec::new(), live_name: String::new(), ..self },
        }
    }

    fn old(&self, id: &str) -> Result<&VersionRow> {
        self.old.iter().find(|old| old.id == id).ok_or_else(no_version)
    }
}

fn no_version() -> Error {
    Error::new(Code::NotFound, "This file has no version with this id. It may have been removed.")
}

fn seconds(nanoseconds: i64) -> i64 {
    nanoseconds.div_euclid(1_000_000_000)
}
