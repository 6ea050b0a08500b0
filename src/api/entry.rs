//! The `entry` record: a file or folder as clients read it, in the order of fields they know.

use super::media;
use super::reply::{Fields, Rows};
use crate::base::path::CloudPath;
use crate::base::size::size_text;
use crate::base::time::{Clock, nanoseconds};
use crate::disk::{Kind, Stat};
use crate::domain::locks::Mark;
use crate::domain::tree::Listing;

/// A listing as records.
pub struct Entries {
    pub listing: Listing,
    pub clock: Clock,
}

/// One entry with all that its record says.
pub struct Described<'a> {
    pub folder: &'a CloudPath,
    pub name: &'a str,
    pub stat: &'a Stat,
    pub modified_by: &'a str,
    pub mark: Mark,
}

impl Rows for Entries {
    fn count(&self) -> usize {
        self.listing.entries.len()
    }

    fn write(&self, index: usize, fields: &mut dyn Fields) {
        let found = &self.listing.entries[index];
        let described = Described {
            folder: &self.listing.folder,
            name: found.name.as_str(),
            stat: &found.stat,
            modified_by: "",
            mark: self.listing.marks.of(found.name.as_str()),
        };
        described.write(&self.clock, fields);
    }
}

impl Described<'_> {
    pub fn write(&self, clock: &Clock, fields: &mut dyn Fields) {
        let is_folder = self.stat.kind == Kind::Folder;
        let is_root = self.folder.is_root();
        let size = if is_folder { 0 } else { i64::try_from(self.stat.size).unwrap_or(i64::MAX) };
        let above = if is_root { "/".to_owned() } else { format!("{}/", self.folder) };
        let path = format!("{above}{}", self.name);
        let seconds = nanoseconds(self.stat.modified).div_euclid(1_000_000_000);
        let time = clock.entry_time(seconds);
        let extension = if is_folder { "" } else { media::extension(self.name) };
        fields.text("path", &path);
        fields.text("dirpath", &above);
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
        self.write_abilities(is_folder, is_root, fields);
        fields.text("lastmodifiedby", self.modified_by);
        fields.number("locked", i64::from(self.mark.is_locked));
        fields.number("hasnotificationsrule", 0);
        fields.number("isdatasyncable", 0);
        fields.text("etag", &self.stat.etag());
    }

    /// What can be done with the entry here and now; what later parts of the cloud bring is 0 until they do.
    fn write_abilities(&self, is_folder: bool, is_root: bool, fields: &mut dyn Fields) {
        fields.number("isshareable", 0);
        fields.number("issyncable", 0);
        fields.text("isshared", "");
        fields.number("canrename", i64::from(!is_root));
        fields.number("showprev", i64::from(!is_folder && media::of_name(self.name).may_be_shown));
        fields.number("canfavorite", 0);
        fields.number("canupload", i64::from(is_folder));
        fields.number("candownload", 1);
        for absent in ["favoritelistid", "favoriteid", "order"] {
            fields.text(absent, "");
        }
        fields.number("showquickedit", 0);
        fields.number("showlockunlock", i64::from(!is_root && self.mark.may_toggle));
        for absent in ["showshareoption", "cansetacls", "tagged", "commented", "isreshared", "canmanageshare"]
        {
            fields.number(absent, 0);
        }
    }
}
