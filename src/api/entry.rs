//! The `entry` record: a file or folder as clients read it, in the order of fields that they know.

use super::media;
use super::record::{ListTime, No, OrEmpty, Record, Seconds, SizeText, record};
use super::reply::{Fields, Rows};
use super::schema::words;
use crate::base::ids::record_id;
use crate::base::path::{BIN_NAME, EntryName};
use crate::base::shown_path::ShownPath;
use crate::base::time::{Clock, nanoseconds};
use crate::disk::{Brief, Kind};
use crate::domain::access::grants::Sharing;
use crate::domain::access::rights::{Reach, Rights};
use crate::domain::accounts::actor::User;
use crate::domain::files::annotations::Mark;
use crate::domain::files::lock_marks;
use crate::domain::files::operations::{Entry, Listing};
use crate::domain::files::recycle_bin::Deleted;
use crate::error::Error;
use std::borrow::Cow;

/// A listing as records.
pub struct Entries {
    listing: Listing,
    place: Place,
    clock: Clock,
}

/// The values that the entries of a folder have in common.
pub struct Place {
    /// The folder's path with a `/` at its end.
    above: String,
    is_root: bool,
    /// True if entries here cannot be renamed: accounts' files and further volumes.
    is_fixed: bool,
    is_in_bin: bool,
    may_hold_bin: bool,
    /// True if the entries here can be shared by everybody with the right to it. Accounts' files
    /// and further volumes cannot be shared as a whole.
    may_share: bool,
    /// True for who comes by a link, who has only what links give.
    is_by_link: bool,
}

impl Entries {
    pub fn new(listing: Listing) -> Entries {
        Entries { place: Place::of(&listing.folder), listing, clock: Clock::local() }
    }
}

impl Place {
    fn of(folder: &Reach) -> Place {
        Place {
            above: with_slash(folder.shown()),
            is_root: folder.shown().is_root(),
            is_fixed: folder.is_above_roots(),
            is_in_bin: folder.real().is_in_bin(),
            may_hold_bin: !folder.is_above_roots() && folder.real().may_hold_bin(),
            may_share: !folder.is_above_roots() || folder.shown().parts().len() == 2,
            is_by_link: folder.is_by_link(),
        }
    }

    /// The place of one entry that is not part of a listing.
    pub fn around(entry: &Reach) -> Place {
        let folder = entry.shown().parent().unwrap_or_default();
        Place {
            above: with_slash(&folder),
            is_root: folder.is_root(),
            is_fixed: entry.is_fixed(),
            is_in_bin: entry.real().is_in_bin(),
            may_hold_bin: false,
            may_share: entry.clone().shareable().is_ok(),
            is_by_link: entry.is_by_link(),
        }
    }
}

fn with_slash(folder: &ShownPath) -> String {
    if folder.is_root() { "/".to_owned() } else { format!("{folder}/") }
}

/// Entries from any folders as records.
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
    type Record = EntryRecord<'static>;

    fn count(&self) -> usize {
        self.entries.len()
    }

    fn write(&self, index: usize, fields: &mut dyn Fields) {
        let entry = &self.entries[index];
        let described = Described {
            place: &Place::around(&entry.reach),
            name: entry.reach.shown().leaf().map_or("", EntryName::as_str),
            rights: entry.reach.rights(),
            stat: entry.stat.brief(),
            modified_by: entry.modified_by.as_deref().filter(|_| !entry.reach.is_by_link()).unwrap_or(""),
            mark: entry.mark,
            lock: entry.lock,
            deleted: entry.deleted.as_ref(),
        };
        described.write(&self.clock, Seen::Single, fields);
    }
}

record! {
    /// A file or folder.
    EntryRecord<'a> {
        /// The full path.
        path: &'a str,
        /// The path of its folder, which ends with a slash in a listing.
        dirpath: &'a str,
        /// The name.
        name: &'a str,
        /// The part of the name after its last dot; empty for folders.
        ext: &'a str,
        /// The size in bytes; 0 for folders.
        fullsize: u64,
        /// The time when it was modified.
        modified: ListTime,
        /// `dir` for a folder, `file` for a file.
        kind = "type": EntryKind,
        /// The full path.
        fullfilename: &'a str,
        /// The size for people; empty for folders.
        size: OrEmpty<SizeText>,
        /// The time when it was modified, by the server's wall clock read as UTC, in seconds since 1970.
        modifiedepoch: i64,
        /// The time when it was modified.
        modifiedepochutc: Seconds,
        /// The time when it was modified, by the server's wall clock.
        modifiediso: String,
        /// 1 at the top, where the accounts and disks are.
        isroot: bool,
        /// Whether the caller may share it.
        isshareable: bool,
        /// Whether FileCloud's clients may sync it.
        issyncable: No,
        /// The way in which its owner shares it: `private` with users or groups, `public` by a
        /// link; empty if it is not shared.
        isshared: OrEmpty<Sharing>,
        /// Whether it can be renamed.
        canrename: bool,
        /// Whether browsers can show it.
        showprev: bool,
        /// Whether it can be put into a list of favorites.
        canfavorite: bool,
        /// Whether files can be uploaded into the folder, or whether the file can get a new
        /// content.
        canupload: bool,
        /// Whether it can be downloaded.
        candownload: bool,
        /// The list of favorites that it is in; 0 for none.
        favoritelistid: Cow<'static, str>,
        /// Its id in that list; 0 for none.
        favoriteid: Cow<'static, str>,
        /// Its position in that list, or in the shared album that is listed; 0 for none.
        order: Cow<'static, str>,
        /// Whether it can be edited in place.
        showquickedit: No,
        /// Whether the caller can lock or unlock it.
        showlockunlock: bool,
        /// Whether to offer sharing.
        showshareoption: bool,
        /// Whether its access list can be set.
        cansetacls: bool,
        /// Whether it has tags.
        tagged: No,
        /// Whether it has comments.
        commented: bool,
        /// Whether the entry is shared on by somebody with whom it was shared.
        isreshared: No,
        /// Whether its shares can be managed.
        canmanageshare: No,
        /// The account that wrote the content, if it is known. Visitors by a link are told no names.
        lastmodifiedby: &'a str,
        /// Whether it is locked.
        locked: bool,
        /// Whether the caller has turned notifications about it off.
        hasnotificationsrule: bool,
        /// Whether it is synced on demand.
        isdatasyncable: No,
        /// Identifies the content.
        etag: String,
        /// For a folder: the size in bytes of all files below it, as far as the server knows them.
        /// Missing if something there is hidden from the caller, by a link, and in a listing with
        /// more than 5,000 entries.
        foldersize: Option<u64> as extension,
        /// Whether `foldersize` is exact. Otherwise there is at least that, because folders below
        /// it were not visited yet.
        foldersizeexact: Option<bool> as extension,
        /// In a recycle bin: the path that it had.
        deletedfrom: Option<String> as extension,
        /// In a recycle bin: when it was deleted.
        deletedon: Option<ListTime> as extension,
        /// In a recycle bin: when it was deleted.
        deletedonepoch: Option<Seconds> as extension,
        /// In a recycle bin: until when it is kept, by the policy or setting in effect. If the disk
        /// runs full, it goes before.
        keptuntilepoch: Option<Seconds> as extension,
        /// In a recycle bin: who deleted it.
        deletedby: Option<&'a str> as extension,
        /// Outside of listings: whether it may be seen but not downloaded.
        disallowpreviewdownload: Option<No>,
        /// In a search: that it still exists.
        validity: Option<Validity>,
        /// In a search: the path for people, such as `My Files/Photos/sea.jpg`.
        userfullpath: Option<String>,
        /// In a search of texts: the text around the words.
        highlight: Option<&'a str>,
    }
}

/// The kind of an entry.
pub enum EntryKind {
    Folder,
    File,
}

words! {
    EntryKind { Folder = "dir", File = "file" }
    Sharing { Private = "private", Public = "public" }
    Validity { Valid = "VALID" }
}

/// Whether a result of a search exists.
pub enum Validity {
    Valid,
}

/// The reply in which an entry is shown. This decides about the last fields of its record.
pub enum Seen<'a> {
    Listed,
    /// The entry is shown by itself, or in a list of favorites.
    Single,
    /// A search has found the entry. It is shown with its path and the text around the words.
    Found(String, &'a str),
}

/// An entry with everything in its record.
pub struct Described<'a> {
    pub place: &'a Place,
    pub name: &'a str,
    pub rights: Rights,
    pub stat: Brief,
    pub modified_by: &'a str,
    pub mark: Mark,
    pub lock: lock_marks::Mark,
    /// For an entry of a recycle bin.
    pub deleted: Option<&'a Deleted>,
}

impl Rows for Entries {
    type Record = EntryRecord<'static>;

    fn count(&self) -> usize {
        self.listing.entries.len()
    }

    fn write(&self, index: usize, fields: &mut dyn Fields) {
        self.listing.entries.with(index, |shown| {
            let name = shown.name.as_str();
            let described = Described {
                place: &self.place,
                name,
                rights: self.listing.rights_of(&shown.name),
                stat: shown.brief,
                modified_by: "",
                mark: self.listing.marks.of(name),
                lock: self.listing.locks.of(name),
                deleted: self.listing.deleted.get(name),
            };
            described.write(&self.clock, Seen::Listed, fields);
        });
    }

    fn failure(&self) -> Option<Error> {
        self.listing.entries.failure()
    }
}

impl Described<'_> {
    /// Writes the record.
    pub fn write(&self, clock: &Clock, seen: Seen<'_>, fields: &mut dyn Fields) {
        let path = [self.place.above.as_str(), self.name].concat();
        let mut record = self.record(&path, clock);
        if let Some(deleted) = self.deleted {
            record.deletedfrom = Some(deleted.from.as_ref().map_or(String::new(), ShownPath::to_string));
            record.deletedon = Some(ListTime(clock.entry_time(deleted.at).text));
            record.deletedonepoch = Some(Seconds(deleted.at));
            record.keptuntilepoch = Some(Seconds(deleted.kept_until));
            record.deletedby = Some(&deleted.by);
        }
        match seen {
            Seen::Listed => {}
            Seen::Single => record.disallowpreviewdownload = Some(No),
            Seen::Found(path, highlight) => {
                if record.dirpath != "/" {
                    record.dirpath = record.dirpath.trim_end_matches('/');
                }
                record.validity = Some(Validity::Valid);
                record.userfullpath = Some(path);
                record.highlight = Some(highlight);
            }
        }
        record.write(fields);
    }

    /// The record in a listing. Fields for functions that the cloud does not have yet are 0.
    fn record<'a>(&'a self, path: &'a str, clock: &Clock) -> EntryRecord<'a> {
        let is_folder = self.stat.kind == Kind::Folder;
        let seconds = nanoseconds(self.stat.modified).div_euclid(1_000_000_000);
        let time = clock.entry_time(seconds);
        let (is_in_bin, is_by_link) = (self.is_in_bin(), self.place.is_by_link);
        let is_fixed = self.place.is_fixed || is_in_bin || is_by_link;
        let may_share = self.place.may_share && !is_in_bin && self.rights.has(Rights::SHARE);
        let [favoritelistid, favoriteid, order] = self.favorite();
        let size = self.mark.size.filter(|_| is_folder);
        EntryRecord {
            path,
            dirpath: &self.place.above,
            name: self.name,
            ext: if is_folder { "" } else { media::extension(self.name) },
            fullsize: if is_folder { 0 } else { self.stat.size },
            modified: ListTime(time.text),
            kind: if is_folder { EntryKind::Folder } else { EntryKind::File },
            fullfilename: path,
            size: OrEmpty((!is_folder).then_some(SizeText(self.stat.size))),
            modifiedepoch: time.local_epoch,
            modifiedepochutc: Seconds(seconds),
            modifiediso: time.iso,
            isroot: self.place.is_root,
            isshareable: may_share,
            issyncable: No,
            isshared: OrEmpty(self.mark.sharing),
            canrename: !is_fixed && self.rights.has(Rights::WRITE),
            showprev: !is_folder && media::of_name(self.name).may_be_shown,
            canfavorite: !is_in_bin && !is_by_link,
            canupload: !is_in_bin && self.takes_content(),
            candownload: self.rights.has(Rights::DOWNLOAD),
            favoritelistid,
            favoriteid,
            order,
            showquickedit: No,
            showlockunlock: !is_fixed && self.lock.may_toggle && self.rights.has(Rights::WRITE),
            showshareoption: may_share,
            cansetacls: is_folder && !is_in_bin && self.rights.has(Rights::MANAGE),
            tagged: No,
            commented: self.mark.is_commented,
            isreshared: No,
            canmanageshare: No,
            lastmodifiedby: self.modified_by,
            locked: self.lock.is_locked,
            hasnotificationsrule: self.mark.is_filtered,
            isdatasyncable: No,
            etag: self.stat.etag(),
            foldersize: size.map(|size| size.bytes),
            foldersizeexact: size.map(|size| size.is_exact),
            deletedfrom: None,
            deletedon: None,
            deletedonepoch: None,
            keptuntilepoch: None,
            deletedby: None,
            disallowpreviewdownload: None,
            validity: None,
            userfullpath: None,
            highlight: None,
        }
    }

    /// True for a folder that takes files, and for a file that takes a new content. What comes by a
    /// link gets a name of its own and replaces nothing.
    fn takes_content(&self) -> bool {
        let may_replace = self.stat.kind == Kind::Folder || !self.place.is_by_link;
        may_replace && self.rights.has(Rights::WRITE)
    }

    /// True for a recycle bin and for entries in one.
    fn is_in_bin(&self) -> bool {
        self.place.is_in_bin || self.place.may_hold_bin && self.name == BIN_NAME
    }

    /// The list of favorites that it is in, its id there and its position. Old clients expect
    /// numbers here.
    fn favorite(&self) -> [Cow<'static, str>; 3] {
        match self.mark.favorite {
            Some(row) => {
                [record_id(row.list).into(), record_id(row.id).into(), row.position.to_string().into()]
            }
            None => {
                let place = self.mark.place_in_album.map_or("0".into(), |place| place.to_string().into());
                ["0".into(), "0".into(), place]
            }
        }
    }
}

/// A path for people: their own files are `My Files`, as in `My Files/Photos/sea.jpg`.
pub fn readable_path(user: &User, path: &ShownPath) -> String {
    let path = path.to_string();
    let below = path.strip_prefix(&format!("/{}", user.name()));
    match below.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        Some(rest) => format!("My Files{rest}"),
        None => path,
    }
}
