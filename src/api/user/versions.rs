//! Old contents of files.

use super::recycle::all_gone;
use super::transfer::{Disposition, FileAnswer};
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Ignored, params};
use crate::api::record::{ListTime, Seconds, SizeText, Total, record, reply};
use crate::api::reply::{Command, FileBytes, Reply, Source};
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::base::time::Clock;
use crate::disk::Kind;
use crate::domain::CloudView;
use crate::domain::access::rights::Reach;
use crate::domain::accounts::actor::User;
use crate::domain::files::versions::Version;
use crate::error::Result;

ops! { VERSIONS: User "Versions"
    /// All contents of a file, the live one first. Whoever wrote a content is in `createdby`, where that is known.
    "getversions" proxy read list(List) -> Versions;
    /// Sends one content of a file.
    "downloadversionedfile" proxy file download(Wanted) -> FileBytes;
    /// Makes an old content the live one again. The content that was live is kept as a version.
    "makeversionlive" proxy slow promote(Chosen) -> Command;
    /// Removes an old content of a file for good.
    "deleteversion" proxy slow delete(Chosen) -> Command;
    /// Removes the old contents of all files of the caller for good.
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
        /// Which content: `fileid` of getversions.
        fileid: String,
    }
    Wanted {
        /// The folder, or the full path of the file.
        filepath: ShownPath,
        /// The name of the file.
        filename: EntryName,
        /// Which content: `fileid` of getversions.
        fileid: String,
        /// `inline` to show it, where its type is harmless; `attachment` to save it, which is so without it.
        disposition: Option<Disposition>,
    }
    DeleteAll {
    }
}

record! {
    /// A content of a file.
    VersionRecord {
        /// Its number: the greater, the newer.
        versionnumber: u64,
        /// Its size.
        size: SizeText,
        /// What the client called itself that wrote it.
        how: String,
        /// When it was modified.
        createdon: ListTime,
        /// Who wrote it, where that is known.
        createdby: String,
        /// The name of the file.
        filename: String,
        /// Its size in bytes.
        sizeinbytes: u64,
        /// Names it, for `downloadversionedfile`, `makeversionlive` and `deleteversion`.
        fileid: String,
        /// When it was modified.
        createdonepoch: Seconds as extension,
    }
}

reply! {
    /// The contents of a file, the live one first.
    Versions = versions(Total)[version: VersionRecord];
}

fn list(view: &CloudView<'_>, user: &User, params: List) -> Result<Reply<Versions>> {
    let path = view.readable(user, &params.filepath.join(&params.filename)?)?;
    let versions = view.versions(&path)?;
    let clock = Clock::local();
    let rows: Vec<VersionRecord> =
        versions.iter().map(|version| row(version, &params.filename, &clock)).collect();
    Ok(Reply::counted(rows))
}

fn row(version: &Version, name: &EntryName, clock: &Clock) -> VersionRecord {
    VersionRecord {
        versionnumber: version.number,
        size: SizeText(version.size_bytes),
        how: version.how.clone(),
        createdon: ListTime(clock.entry_time(version.modified).text),
        createdby: version.by.clone(),
        filename: name.to_string(),
        sizeinbytes: version.size_bytes,
        fileid: version.id.clone(),
        createdonepoch: Seconds(version.modified),
    }
}

/// The file that is meant: some clients send its full path in the place of its folder.
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
