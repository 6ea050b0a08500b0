//! The `entry` record: a file or folder as clients read it, in the order of fields they know.

use super::media;
use super::reply::{Fields, Rows};
use crate::base::ids::record_id;
use crate::base::path::{BIN_NAME, CloudPath, EntryName};
use crate::base::size::size_text;
use crate::base::time::{Clock, nanoseconds};
use crate::disk::{Brief, Kind};
use crate::domain::files::annotations::Mark;
use crate::domain::files::locks;
use crate::domain::files::operations::{Entry, Listing};
use crate::domain::files::recycle_bin::Deleted;
use crate::error::Error;

/// A listing as records.
pub struct Entries {
    listing: Listing,
    place: Place,
    clock: Clock,
}

/// What the entries of a folder have in common.
pub struct Place {
    /// The folder's path with a `/` at its end.
    above: String,
    is_root: bool,
    /// What lies here cannot be renamed: accounts' files, and further volumes.
    is_above_roots: bool,
    is_in_bin: bool,
    may_hold_bin: bool,
}

impl Entries {
    pub fn new(listing: Listing) -> Entries {
        Entries { place: Place::of(&listing.folder), listing, clock: Clock::local() }
    }
}

impl Place {
    pub fn of(folder: &CloudPath) -> Place {
        Place {
            above: if folder.is_root() { "/".to_owned() } else { format!("{folder}/") },
            is_root: folder.is_root(),
            is_above_roots: folder.is_above_roots(),
            is_in_bin: folder.is_in_bin(),
            may_hold_bin: folder.may_hold_bin(),
        }
    }
}

/// Entries from anywhere as records.
pub struct EntryList {
    entries: Vec<Entry>,
    clock: Clock,
}

impl EntryList {
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> EntryList {
        EntryList { entries: entries.into_iter().collect(), clock: Clock::local() }
    }
}

impl Rows for EntryList {
    fn count(&self) -> usize {
        self.entries.len()
    }

    fn write(&self, index: usize, fields: &mut dyn Fields) {
        let entry = &self.entries[index];
        let described = Described {
            place: &Place::of(&entry.path.parent().unwrap_or_default()),
            name: entry.path.leaf().map_or("", EntryName::as_str),
            stat: entry.stat.brief(),
            modified_by: entry.modified_by.as_deref().unwrap_or(""),
            mark: entry.mark,
            lock: entry.lock,
            deleted: entry.deleted.as_ref(),
        };
        described.write(&self.clock, fields);
        fields.number("disallowpreviewdownload", 0);
    }
}

/// One entry with all that its record says.
pub struct Described<'a> {
    pub place: &'a Place,
    pub name: &'a str,
    pub stat: Brief,
    pub modified_by: &'a str,
    pub mark: Mark,
    pub lock: locks::Mark,
    /// For an entry of a recycle bin.
    pub deleted: Option<&'a Deleted>,
}

impl Rows for Entries {
    fn count(&self) -> usize {
        self.listing.entries.len()
    }

    fn write(&self, index: usize, fields: &mut dyn Fields) {
        self.listing.entries.with(index, |shown| {
            let name = shown.name.as_str();
            let described = Described {
                place: &self.place,
                name,
                stat: shown.brief,
                modified_by: "",
                mark: self.listing.marks.of(name),
                lock: self.listing.locks.of(name),
                deleted: self.listing.deleted.get(name),
            };
            described.write(&self.clock, fields);
        });
    }

    fn failure(&self) -> Option<Error> {
        self.listing.entries.failure()
    }
}

impl Described<'_> {
    pub fn write(&self, clock: &Clock, fields: &mut dyn Fields) {
        let is_folder = self.stat.kind == Kind::Folder;
        let (above, is_root) = (self.place.above.as_str(), self.place.is_root);
        let size = if is_folder { 0 } else { i64::try_from(self.stat.size).unwrap_or(i64::MAX) };
        let path = [above, self.name].concat();
        let seconds = nanoseconds(self.stat.modified).div_euclid(1_000_000_000);
        let time = clock.entry_time(seconds);
        let extension = if is_folder { "" } else { media::extension(self.name) };
        fields.text("path", &path);
        fields.text("dirpath", above);
        fields.text("name", self.name);
        fields.text("ext", extension);
        fields.number("fullsize", size);
        fields.text("modified", &time.text);
        fields.text("type", if is_folder { "dir" } else { "file" });
        fields.text("fullfilename", &path);
        fields.text("size", &if is_folder { String::new() } else { size_text(self.stat.size) });
        fields.number("modifiedepoch", time.local_epoch);
        fields.number("modifiedepochutc", seconds);
        fields.text("modifiediso", &time.iso);
        fields.number("isroot", i64::from(is_root));
        self.write_abilities(is_folder, self.place.is_above_roots || self.is_in_bin(), fields);
        fields.text("lastmodifiedby", self.modified_by);
        fields.number("locked", i64::from(self.lock.is_locked));
        fields.number("hasnotificationsrule", i64::from(self.mark.is_filtered));
        fields.number("isdatasyncable", 0);
        fields.text("etag", &self.stat.etag());
        if let Some(deleted) = self.deleted {
            fields.text("deletedfrom", &deleted.from);
            fields.text("deletedon", &clock.entry_time(deleted.at).text);
            fields.number("deletedonepoch", deleted.at);
            fields.text("deletedby", &deleted.by);
        }
    }

    /// What can be done with the entry here and now; what later parts of the cloud bring is 0 until they do.
    fn write_abilities(&self, is_folder: bool, is_fixed: bool, fields: &mut dyn Fields) {
        fields.number("isshareable", 0);
        fields.number("issyncable", 0);
        fields.text("isshared", "");
        fields.number("canrename", i64::from(!is_fixed));
        fields.number("showprev", i64::from(!is_folder && media::of_name(self.name).may_be_shown));
        fields.number("canfavorite", i64::from(!self.is_in_bin()));
        // Of a file it says that a new content may be uploaded.
        fields.number("canupload", i64::from(!self.is_in_bin()));
        fields.number("candownload", 1);
        self.write_favorite(fields);
        fields.number("showquickedit", 0);
        fields.number("showlockunlock", i64::from(!is_fixed && self.lock.may_toggle));
        for absent in ["showshareoption", "cansetacls", "tagged"] {
            fields.number(absent, 0);
        }
        fields.number("commented", i64::from(self.mark.is_commented));
        fields.number("isreshared", 0);
        fields.number("canmanageshare", 0);
    }

    /// Whether this is a recycle bin or in one.
    fn is_in_bin(&self) -> bool {
        self.place.is_in_bin || self.place.may_hold_bin && self.name == BIN_NAME
    }

    fn write_favorite(&self, fields: &mut dyn Fields) {
        let favorite = self.mark.favorite;
        // Old clients read numbers here.
        let text = |value: Option<String>| value.unwrap_or_else(|| "0".into());
        fields.text("favoritelistid", &text(favorite.map(|row| record_id(row.list))));
        fields.text("favoriteid", &text(favorite.map(|row| record_id(row.id))));
        fields.text("order", &text(favorite.map(|row| row.position.to_string())));
    }
}
