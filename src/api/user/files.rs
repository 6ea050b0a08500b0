//! Files and folders: listing, making, moving, copying and deleting them.

use crate::api::call_context::CallContext;
use crate::api::dates::Modified;
use crate::api::entry::{Entries, EntryList, EntryRecord};
use crate::api::op::ops;
use crate::api::params::{Direction, SubPath, params};
use crate::api::record::{Empty, No, SizeText, Yes, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::words;
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::access::rights::{Reach, Rights, Way, Writable};
use crate::domain::accounts::actor::User;
use crate::domain::files::listing::ListOptions;
use crate::domain::files::operations::Entry;
use crate::domain::index::order::{NameFilter, Sort};
use crate::error::{Code, Error, Result};

ops! { FILES: User "Files and folders"
    /// The entries of a folder. `/` lists the roots of the user, `/EXTERNAL` the further disks,
    /// `/<user>/recyclebin` deleted entries. These also have `deletedfrom` (the old path),
    /// `deletedon`, `deletedonepoch` (seconds since 1970 UTC), `deletedby` and `keptuntilepoch`,
    /// when its time there ends. A further disk has a bin of its own.
    "getfilelist" visitor read list(List) -> Listing;
    /// One file or folder. If it does not exist, the reply has no entry.
    "fileinfo" visitor read info(Info) -> FileInfo or info_at_once;
    /// Whether something exists: result 1 or 0.
    "fileexists" proxy read exists(Exists) -> Command;
    /// Makes a folder.
    "createfolder" visitor slow create_folder(CreateFolder) -> Command;
    /// Moves a file or folder into the recycle bin; the message is its path there. An entry of the
    /// bin is removed permanently.
    "deletefile" proxy slow delete(Delete) -> Command;
    /// Renames a file or folder.
    "renamefile" proxy slow rename(Rename) -> Command;
    /// Moves a file or folder to another full path.
    "renameormove" proxy slow move_to(Move) -> Command;
    /// Copies a file, or a folder with everything below it.
    "copyfile" proxy slow copy(Copy) -> Command;
    /// The size of a folder's contents. The folder itself is not counted.
    "getfolderproperties" proxy read properties(Properties) -> FolderProperties;
    /// The caller's rights to a path.
    "getaccessdetailsforpath" proxy read access(Access) -> Permissions;
}

params! {
    List {
        /// The folder; the roots if it is missing.
        path: Option<ShownPath>,
        /// Number of entries to skip.
        start: u64 = 0,
        /// Maximum number of entries to send; -1 for all.
        limit: i64 = 10,
        /// `name`, `date` or `size`.
        sortby: Sort = "name",
        /// 1 for ascending, -1 for descending.
        sortdir: Direction = 1,
        /// Only entries whose name contains this text.
        search: Option<String>,
    }
    Info {
        /// The full path.
        file = "file|path": ShownPath,
    }
    Exists {
        /// The full path.
        file = "file|path": ShownPath,
        /// 1 to match the last name in another case too.
        caseinsensitive: bool = false,
    }
    CreateFolder {
        /// The folder that will contain it.
        path: ShownPath,
        /// Its name.
        name: EntryName,
        /// Further folders to make below it, such as `a/b`.
        subpath: Option<SubPath>,
        /// The modification time to set.
        date: Option<Modified>,
    }
    Delete {
        /// The folder that contains it.
        path: ShownPath,
        /// Its name.
        name: EntryName,
    }
    Rename {
        /// The folder that contains it.
        path: ShownPath,
        /// Its present name.
        name: EntryName,
        /// Its new name.
        newname: EntryName,
    }
    Move {
        /// The present full path.
        fromname: ShownPath,
        /// The new full path.
        toname: ShownPath,
        /// 1 to replace an existing file, whose content is kept as a version.
        overwrite: bool = false,
    }
    Copy {
        /// The folder that contains it.
        path: ShownPath,
        /// Its name.
        name: EntryName,
        /// The folder to copy into.
        copyto: ShownPath,
        /// The name of the copy, if it is different.
        copytoname: Option<EntryName>,
        /// 1 to replace an existing file, whose content is kept as a version.
        overwrite: bool = false,
    }
    Properties {
        /// The folder.
        path: ShownPath,
    }
    Access {
        /// The full path.
        fullpath: ShownPath,
    }
}

record! {
    /// The folder that is listed.
    ListingMeta {
        /// The path of the folder above it.
        parentpath: String,
        /// Number of its entries, on all pages.
        total: usize,
        /// The path of the folder.
        realpath: String,
        /// Whether it is the top, which lists accounts and disks.
        isroot: bool,
        /// Whether files can be uploaded into it.
        canupload: bool,
        /// Whether the caller may share it.
        isshareable: bool,
        /// Whether its entries can be downloaded.
        candownload: bool,
        /// Whether its access list can be set.
        cansetacls: bool,
        /// Whether clients should offer sharing.
        showshareoption: bool,
        /// Whether it belongs to a team.
        teamfolder: bool,
        /// Always 1.
        result: Yes,
        /// Always empty.
        message: Empty,
        /// The name of the file that is shown first in a shared folder; empty if there is none.
        defaultfile: String,
        /// Whether archives are shown as folders.
        showzipfolders: No,
        /// Not in use here.
        aboutfile: Empty,
    }
    /// The size of a folder's contents. The folder itself is not counted.
    FolderUsage {
        /// Number of folders below it.
        totalfolders: u64,
        /// Number of files below it.
        totalfiles: u64,
        /// Size of these files.
        totalsize: SizeText,
        /// Always `0 B`: versions are not counted here.
        versionedsize: SizeText,
        /// Always 0: versions are not counted here.
        versionedfiles: No,
        /// Number of files below it.
        livefiles: u64,
        /// Number of folders below it.
        livefolders: u64,
        /// Size of these files.
        livesize: SizeText,
        /// Always 0: unfinished uploads are not counted here.
        incompletefiles: No,
        /// Always `0 B`: unfinished uploads are not counted here.
        incompletesize: SizeText,
    }
    /// The caller's rights to a path.
    Permission {
        /// Whether it may be read.
        read: Yes,
        /// Whether the caller may add entries to the folder.
        write: bool,
        /// Whether it may be shared.
        share: bool,
        /// Whether FileCloud's clients may sync it.
        sync: No,
        /// Whether the caller may create entries in the folder.
        create: bool,
        /// Whether the caller may change its contents.
        update: bool,
        /// Whether the caller may delete, move or rename it.
        delete: bool,
        /// Whether somebody else shares it.
        issharedtoyou: bool,
        /// The account that owns or shares it.
        shareowner: String,
        /// Whether changes are told by mail. This server tells them in the portal alone.
        emailnotifications: No,
    }
}

reply! {
    /// The entries of a folder.
    Listing = entries(ListingMeta)[entry: EntryRecord<'static>];
    /// One file or folder, or nothing.
    FileInfo = fileinfo()[entry: EntryRecord<'static>];
    /// The size of a folder's contents.
    FolderProperties = folderproperties()[usage: FolderUsage; 1];
    /// The caller's rights to a path.
    Permissions = permissions()[permission: Permission; 1];
}

words! {
    Sort { Name = "name", Date = "date" | "modified", Size = "size" }
}

fn list(view: &CloudView<'_>, user: &User, params: List) -> Result<Reply<Listing>> {
    let path = params.path.unwrap_or_default();
    let folder = view.readable(user, &path)?;
    let options = ListOptions {
        start: usize::try_from(params.start).unwrap_or(usize::MAX),
        limit: usize::try_from(params.limit).ok(),
        sort: params.sortby,
        is_descending: params.sortdir == Direction::Descending,
        filter: NameFilter::containing(params.search.as_deref().unwrap_or("")),
    };
    let listing = folder.there(view.list(user, &folder, &options)?)?;
    let mut meta = list_meta(&folder, listing.entries.total());
    meta.teamfolder = view.is_in_team_folder(&folder)?;
    meta.defaultfile = view.default_file(user, &folder)?.map_or(String::new(), |name| name.to_string());
    Ok(Reply::with_meta(meta, Entries::new(listing)))
}

fn list_meta(folder: &Reach, total: usize) -> ListingMeta {
    let (may_share, path) = (folder.clone().shareable().is_ok(), folder.shown());
    ListingMeta {
        parentpath: path.parent().unwrap_or_default().to_string(),
        total,
        realpath: path.to_string(),
        isroot: path.is_root(),
        canupload: folder.clone().folder().is_ok(),
        isshareable: may_share,
        candownload: folder.rights().has(Rights::DOWNLOAD),
        cansetacls: folder.clone().manageable().is_ok(),
        showshareoption: may_share,
        teamfolder: false,
        result: Yes,
        message: Empty,
        defaultfile: String::new(),
        showzipfolders: No,
        aboutfile: Empty,
    }
}

fn info(view: &CloudView<'_>, user: &User, params: Info) -> Result<Reply<FileInfo>> {
    let entry = view.entry(user, &view.readable(user, &params.file)?)?;
    Ok(described(entry))
}

fn info_at_once(context: &mut CallContext<'_>, user: &User, params: &Info) -> Option<Reply<FileInfo>> {
    if user.as_visitor().is_some() {
        return None;
    }
    let path = context.reach_at_once(user, &params.file)?.readable().ok()?;
    let entry = context.view().entry_at_once(user, &path)?;
    Some(described(Some(entry)))
}

fn described(entry: Option<Entry>) -> Reply<FileInfo> {
    Reply::list(EntryList::new(entry))
}

fn exists(view: &CloudView<'_>, user: &User, params: Exists) -> Result<Reply> {
    // For the caller, an entry that they may not see does not exist.
    let path = match view.readable(user, &params.file) {
        Ok(path) => path,
        // The entry may exist on a disk that is missing at the moment.
        Err(error) if error.code == Code::Offline => return Err(error),
        Err(_) => return Ok(Reply::answer(false, "0")),
    };
    let is_there = view.exists(user, &path, params.caseinsensitive)?;
    Ok(Reply::answer(is_there, if is_there { "1" } else { "0" }))
}

fn create_folder(context: &mut CallContext<'_>, user: &User, params: CreateFolder) -> Result<Reply> {
    let folder = context.view().folder(user, &params.path)?;
    if folder.is_by_link() {
        // A visitor who may only upload must not learn which names are taken.
        context.view().readable(user, &params.path)?;
    }
    let place = context.view().new_place(&folder, &params.name)?;
    let further = params.subpath.unwrap_or_default().0;
    let change =
        context.cloud().create_folder(user, &place, further.parts(), params.date.map(|date| date.0))?;
    let stat = context.settle(change)?;
    Ok(Reply::said("Folder Created Successfully").with_etag(stat.etag()))
}

fn delete(context: &mut CallContext<'_>, user: &User, params: Delete) -> Result<Reply> {
    let path = context.view().deletable(user, &params.path.join(&params.name)?)?;
    let change = context.cloud().delete(user, &path)?;
    let place = context.settle(change)?;
    Ok(Reply::said(place.map_or(String::new(), |place| place.to_string())))
}

fn rename(context: &mut CallContext<'_>, user: &User, params: Rename) -> Result<Reply> {
    let from = context.view().writable(user, &params.path.join(&params.name)?)?;
    let to =
        context.view().new_place_of(&from, &context.view().folder(user, &params.path)?, &params.newname)?;
    let change = context.cloud().rename(user, &from.moved_to(to)?, false)?;
    context.settle(change)?;
    Ok(Reply::done())
}

fn move_to(context: &mut CallContext<'_>, user: &User, params: Move) -> Result<Reply> {
    let from = context.view().writable(user, &params.fromname)?;
    let to = new_full_place(&context.view(), user, &from, &params.toname)?;
    let change = context.cloud().rename(user, &from.moved_to(to)?, params.overwrite)?;
    context.settle(change)?;
    Ok(Reply::done())
}

fn new_full_place(view: &CloudView<'_>, user: &User, from: &Writable, path: &ShownPath) -> Result<Writable> {
    let (Some(folder), Some(name)) = (path.parent(), path.leaf()) else {
        return Err(Error::new(Code::Invalid, "The new path needs a folder and a name."));
    };
    view.new_place_of(from, &view.folder(user, &folder)?, name)
}

fn copy(context: &mut CallContext<'_>, user: &User, params: Copy) -> Result<Reply> {
    let from = context.view().downloadable(user, &params.path.join(&params.name)?)?;
    let (view, folder) = (context.view(), context.view().folder(user, &params.copyto)?);
    let to = match &params.copytoname {
        Some(name) => view.new_place(&folder, name)?,
        None => view.place_of_same_name(&folder, &params.name)?,
    };
    let (change, withheld) = context.cloud().copy(user, &from, &to, params.overwrite)?;
    context.call.leaves_out(&withheld);
    let left_out = context.settle(change)?;
    if left_out.count == 0 {
        return Ok(Reply::done());
    }
    let lines: Vec<String> = left_out.lines().collect();
    Ok(Reply::said(format!(
        "Copied, but not everything (left out: {}). {}",
        left_out.count,
        lines.join("; ")
    )))
}

fn properties(view: &CloudView<'_>, user: &User, params: Properties) -> Result<Reply<FolderProperties>> {
    let folder = view.readable(user, &params.path)?;
    if folder.shown().is_root() {
        return Err(Error::new(Code::Invalid, "Please choose a folder below the top."));
    }
    let usage = folder.there(view.usage(user, &folder)?)?;
    Ok(Reply::one(FolderUsage {
        totalfolders: usage.folders,
        totalfiles: usage.files,
        totalsize: SizeText(usage.bytes),
        versionedsize: SizeText(0),
        versionedfiles: No,
        livefiles: usage.files,
        livefolders: usage.folders,
        livesize: SizeText(usage.bytes),
        incompletefiles: No,
        incompletesize: SizeText(0),
    }))
}

fn access(view: &CloudView<'_>, user: &User, params: Access) -> Result<Reply<Permissions>> {
    let path = view.readable(user, &params.fullpath)?;
    if !path.shown().is_root() {
        path.there(view.entry(user, &path)?)?;
    }
    let reach = || Reach::clone(&path);
    let (may_write, may_delete) = (reach().folder().is_ok(), reach().deletable().is_ok());
    Ok(Reply::one(Permission {
        read: Yes,
        write: may_write,
        share: reach().shareable().is_ok(),
        sync: No,
        create: may_write,
        update: may_write,
        delete: may_delete,
        issharedtoyou: matches!(path.way(), Way::Share(_) | Way::Link(_)),
        shareowner: view.share_owner(&path)?.unwrap_or_default(),
        emailnotifications: No,
    }))
}
