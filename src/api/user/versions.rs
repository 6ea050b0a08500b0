//! Versions of files.

use super::recycle::all_gone;
use super::transfer::{Disposition, FileAnswer};
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Ignored, params};
use crate::api::record::{MonthTime, Seconds, SizeText, Total, record, reply};
use crate::api::reply::{Command, FileBytes, Reply, Source};
use crate::api::texts::Line;
use crate::base::limits::VERSION_NAME_BYTES_MAX;
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::disk::Kind;
use crate::domain::CloudView;
use crate::domain::access::rights::Reach;
use crate::domain::accounts::actor::User;
use crate::domain::files::versions::Version;
use crate::error::Result;

ops! { VERSIONS: User "Versions"
    /// All contents of a file, the present one first. `createdby` is the author of a content, if
    /// known.
    "getversions" proxy read list(List) -> Versions;
    /// Sends the content of a version, or the present one.
    "downloadversionedfile" proxy file download(Wanted) -> FileBytes;
    /// Makes a version the present content again. The content before it is kept as a version.
    "makeversionlive" proxy slow promote(Chosen) -> Command;
    /// Gives a content of a file a name, or takes it away. A version with a name stays until
    /// somebody removes it; the present content keeps its name when it becomes a version. The
    /// server removes others by age, by number, and when the disk runs full.
    "nameversion" proxy slow name(NameVersion) -> Command;
    /// Removes a version of a file permanently.
    "deleteversion" proxy slow delete(Chosen) -> Command;
    /// Removes the versions of all files of the caller permanently.
    "deleteallversions" user slow delete_all(DeleteAll) -> Command;
}

params! {
    List {
        /// The folder.
        filepath: ShownPath,
        /// The name of the file.
        filename: EntryName,
        /// Ignored.
        checksum: Ignored,
    }
    Chosen {
        /// The folder, or the full path of the file.
        filepath: ShownPath,
        /// The name of the file.
        filename: EntryName,
        /// The content: `fileid` of `getversions`.
        fileid: String,
    }
    NameVersion {
        /// The folder, or the full path of the file.
        filepath: ShownPath,
        /// The name of the file.
        filename: EntryName,
        /// The content: `fileid` of `getversions`.
        fileid: String,
        /// The name of the content; without one, its name is taken away.
        versionname: Option<Line<VERSION_NAME_BYTES_MAX>>,
    }
    Wanted {
        /// The folder, or the full path of the file.
        filepath: ShownPath,
        /// The name of the file.
        filename: EntryName,
        /// The content: `fileid` of `getversions`.
        fileid: String,
        /// `inline` to show it, if its type is harmless; `attachment` to save it, which is the
        /// default.
        disposition: Option<Disposition>,
    }
    DeleteAll {
    }
}

record! {
    /// A content of a file.
    VersionRecord {
        /// The number. Newer contents have greater numbers.
        versionnumber: u64,
        /// Its size.
        size: SizeText,
        /// The name of the client that wrote it.
        how: String,
        /// The modification time.
        createdon: MonthTime,
        /// The author, if known.
        createdby: String,
        /// The name of the file.
        filename: String,
        /// Its size in bytes.
        sizeinbytes: u64,
        /// The id for `downloadversionedfile`, `makeversionlive`, `nameversion` and `deleteversion`.
        fileid: String,
        /// The modification time.
        createdonepoch: Seconds as extension,
        /// The name that `nameversion` gave it; empty without one.
        versionname: String as extension,
    }
}

reply! {
    /// The contents of a file, the present one first.
    Versions = versions(Total)[version: VersionRecord];
}

fn list(view: &CloudView<'_>, user: &User, params: List) -> Result<Reply<Versions>> {
    let path = view.readable(user, &params.filepath.join(&params.filename)?)?;
    let versions = view.versions(&path)?;
    let rows: Vec<VersionRecord> = versions.iter().map(|version| row(version, &params.filename)).collect();
    Ok(Reply::counted(rows))
}

fn row(version: &Version, name: &EntryName) -> VersionRecord {
    VersionRecord {
        versionnumber: version.number,
        size: SizeText(version.size_bytes),
        how: version.how.clone(),
        createdon: MonthTime(version.modified),
        createdby: version.by.clone(),
        filename: name.to_string(),
        sizeinbytes: version.size_bytes,
        fileid: version.id.clone(),
        createdonepoch: Seconds(version.modified),
        versionname: version.name.clone(),
    }
}

/// The named file: some clients send its full path instead of its folder.
fn file(view: &CloudView<'_>, user: &User, folder: &ShownPath, name: &EntryName) -> Result<Reach> {
    if folder.leaf() == Some(name) {
        let path = view.readable(user, folder)?;
        if view.entry(user, &path)?.is_some_and(|entry| entry.stat.kind == Kind::File) {
            return Ok(Reach::clone(&path));
        }
    }
    view.reach(user, &folder.join(name)?)
}

fn download(context: &mut CallContext<'_>, user: &User, params: Wanted) -> Result<Reply<FileBytes>> {
    let view = context.view();
    let path = file(&view, user, &params.filepath, &params.filename)?.downloadable()?;
    let (handle, stat) = view.open_version(user, &path, &params.fileid)?;
    let answer = FileAnswer { path: &path, filename: None, disposition: params.disposition };
    Ok(Reply::file(answer.of(stat, Source::Handle(handle))))
}

fn promote(context: &mut CallContext<'_>, user: &User, params: Chosen) -> Result<Reply> {
    let path = file(&context.view(), user, &params.filepath, &params.filename)?.replaceable()?;
    let change = context.cloud().promote_version(user, &path, &params.fileid)?;
    let stat = context.settle(change)?;
    Ok(Reply::done().with_etag(stat.etag()))
}

fn name(context: &mut CallContext<'_>, user: &User, params: NameVersion) -> Result<Reply> {
    let path = file(&context.view(), user, &params.filepath, &params.filename)?.replaceable()?;
    let name = params.versionname.map_or(String::new(), |name| name.trim().to_owned());
    let change = context.cloud().name_version(user, &path, &params.fileid, name)?;
    context.settle(change)?;
    Ok(Reply::done())
}

fn delete(context: &mut CallContext<'_>, user: &User, params: Chosen) -> Result<Reply> {
    let path = file(&context.view(), user, &params.filepath, &params.filename)?.deletable()?;
    let change = context.cloud().delete_version(user, &path, &params.fileid)?;
    context.settle(change)?;
    Ok(Reply::done())
}

fn delete_all(context: &mut CallContext<'_>, user: &User, _: DeleteAll) -> Result<Reply> {
    let change = context.cloud().delete_all_versions(user)?;
    all_gone(context.settle(change)?)
}
