//! Uploads and downloads.

use crate::api::call_context::CallContext;
use crate::api::dates::{Date, Modified};
use crate::api::file_part::{Arriving, FilePart};
use crate::api::object::Object;
use crate::api::op::ops;
use crate::api::params::{Ignored, Names, Params, SubPath, params};
use crate::api::record::{OrEmpty, record, reply};
use crate::api::reply::{Command, File, FileBytes, Reply, Source, Stream, Word, ZipBytes};
use crate::api::schema::words;
use crate::api::texts::Lines;
use crate::api::{media, zip};
use crate::base::checksum::Checksum;
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::disk::{Kind, Stat};
use crate::domain::access::rights::{Downloadable, Reach, Replaceable};
use crate::domain::accounts::actor::User;
use crate::domain::files::archive_contents::Contents;
use crate::domain::upload::held::Content;
use crate::domain::upload::part::{Condition, PartOptions, Received, UploadName};
use crate::domain::{Change, CloudView};
use crate::error::{Code, Error, Result};
use std::collections::HashSet;
use std::io;
use std::sync::Arc;

ops! { TRANSFER: User "Upload and download"
    /// Receives a file, or a part of one, as the file part of a multipart body. The answer is the
    /// bare text `OK`, or the reason of a refusal. Parameters may come before the file or after it.
    "upload" visitor upload upload(Upload) -> Word;
    /// The ranges of bytes that have arrived of an unfinished upload, either of this session or
    /// with the name `uploadid`. Ends are exclusive, as in `0-1048576 2097152-3145728`.
    "getuploadstatus" visitor read upload_status(UploadStatus) -> UploadStatusReply;
    /// Which contents the caller has already, so that they need not be sent. Only files that
    /// cloudlet itself has received or checked are known. Files that the caller may not see do not
    /// count.
    "findheldfiles" proxy read held_files(HeldFiles) -> HeldFilesReply;
    /// Discards all unfinished uploads of the caller; with `path` and `filename`, only that one.
    "deletepartialuploads" proxy slow discard_uploads(DiscardUploads) -> Command;
    /// Sends a file. Ranges and conditional requests work.
    "downloadfile" visitor file download(Download) -> FileBytes or download_at_once;
    /// Sends several files and folders of one folder as a zip archive (ZIP64, stored, names in
    /// UTF-8). Its length is in the header. If a file has changed or cannot be read when it is its
    /// turn, the answer ends early; the audit log names the file.
    "downloadfilemulti" visitor file download_many(DownloadMany) -> ZipBytes;
}

params! {
    Upload {
        /// The folder.
        path: ShownPath,
        /// A path below the folder, for uploads of whole folders. Missing folders are made.
        uploadpath: Option<SubPath>,
        /// The name of the file. If it is missing, it is the name in the file part of the body.
        filename: Option<EntryName>,
        /// Position of the first byte of this part in the file.
        offset: u64 = 0,
        /// 1 if the file is complete with this part.
        complete: bool = true,
        /// The length of the whole file in bytes.
        filesize: Option<u64>,
        /// The modification time to set.
        date: Option<Modified>,
        /// 1 to fail if a file of this name exists.
        nofileoverwrite: bool = false,
        /// Replaces the file only if it was not modified after this time.
        iflastmodified: Option<Date>,
        /// Replaces the file only if this is its ETag.
        ifetag: Option<String>,
        /// A name for an upload in parts, 8 to 64 letters, digits and `-`. With it, any session of
        /// the account can continue the upload.
        uploadid: Option<UploadName>,
    }
    UploadStatus {
        /// The folder.
        path: ShownPath,
        /// The name of the file.
        filename: EntryName,
        /// The name with which the upload began, if any.
        uploadid: Option<UploadName>,
    }
    HeldFiles {
        /// The folder in which and below which to look; `/` for everything that the caller may read.
        path: ShownPath,
        /// A line for each content, at most 500: its number of bytes, and after a blank its BLAKE3
        /// checksum in 64 hexadecimal digits. Without a checksum, a file of the same size is enough.
        files: Lines<1, HELD_FILES_BYTES_MAX>,
    }
    DiscardUploads {
        /// Ignored.
        ignorets: Ignored,
        /// The folder of the upload to discard; all uploads if it is missing.
        path: Option<ShownPath>,
        /// The name of its file.
        filename: Option<EntryName>,
        /// The name with which the upload began, if any.
        uploadid: Option<UploadName>,
    }
    Download {
        /// The full path.
        filepath: ShownPath,
        /// The name under which to save it; its own name if it is missing.
        filename: Option<String>,
        /// `inline` to show it, if its type is harmless; `attachment` to save it, which is the
        /// default.
        disposition: Option<Disposition>,
        /// 1 to get the BLAKE3 checksum of the whole file, if it is known, in the header
        /// `Repr-Digest`.
        checksum: bool = false,
    }
    DownloadMany {
        /// The folder.
        filepath: ShownPath,
        /// Number of names that follow.
        count: Option<u64>,
        /// The names in the folder.
        names = "fn1..fnN": Names,
    }
}

record! {
    /// A content that the caller has.
    HeldFileRecord {
        /// The number of its line, from 1.
        line: usize as extension,
        /// The full path of a file that has it.
        path: String as extension,
    }
    /// An unfinished upload.
    UploadRecord {
        /// The ranges of bytes that have arrived, ends exclusive, as `0-1048576 2097152-3145728`.
        received: String,
        /// The length of the whole file in bytes; empty if the client did not send it.
        size: OrEmpty<u64>,
    }
}

reply! {
    /// The contents that the caller has, in the order of their lines.
    HeldFilesReply = heldfiles()[heldfile: HeldFileRecord];
    /// The ranges of an unfinished upload; an empty reply if there is none.
    UploadStatusReply = uploads()[upload: UploadRecord];
}

/// Number of contents in one call.
const HELD_FILES_MAX: usize = 500;
/// A line has a size of up to 20 digits, a checksum and the end of the line.
const HELD_FILES_BYTES_MAX: usize = HELD_FILES_MAX * (20 + 1 + 64 + 1);

/// The way in which a browser uses a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    Inline,
    Attachment,
}

words! {
    Disposition { Inline = "inline", Attachment = "attachment" }
}

impl Download {
    /// A download to be saved.
    pub fn saved(filepath: ShownPath) -> Download {
        Download { disposition: None, ..Download::shown(filepath) }
    }

    /// A download to be shown or played.
    pub fn shown(filepath: ShownPath) -> Download {
        Download { filepath, filename: None, disposition: Some(Disposition::Inline), checksum: false }
    }
}

fn upload(context: &mut CallContext<'_>, user: &User, params: Upload) -> Result<Reply<Word>> {
    let change = match context.take_file()? {
        FilePart::Staged(file) => {
            let (target, options) = aim(context, user, params)?;
            file.place(user, &target, options)?
        }
        FilePart::Arriving(file) => receive(context, user, params, *file)?,
    };
    let reply = Reply::ok();
    Ok(match context.settle(change)? {
        Received::Part => reply,
        Received::File(stat) => reply.with_etag(stat.etag()),
    })
}

/// Receives a file whose place is known before its bytes. Parameters after the file may change the
/// place once more.
fn receive(
    context: &mut CallContext<'_>,
    user: &User,
    params: Upload,
    mut file: Arriving<'_>,
) -> Result<Change<Received>> {
    let (target, options) = aim(context, user, params)?;
    let options = PartOptions { bytes_announced: file.bytes_announced, ..options };
    let mut part = context.cloud().begin_part(user, &target, options)?;
    let Some(form) = file.receive(context.form(), |bytes| part.write(bytes))? else { return part.finish() };
    let staged = part.into_staged().ok_or_else(|| {
        Error::new(Code::Invalid, "Parameters came after a part of a file. Please send them before it.")
    })?;
    let ways = context.view().ways(user)?;
    context
        .call
        .is_about(Object::of(Upload::FIELDS, &form).with_places(|shown| ways.place_text(shown), None));
    let (target, options) = aim(context, user, Upload::read(&form)?)?;
    staged.place(user, &target, options)
}

/// The place of a file, and how to put it there.
fn aim(context: &CallContext<'_>, user: &User, params: Upload) -> Result<(Replaceable, PartOptions)> {
    let cloud = context.cloud();
    let filename = params.filename.ok_or_else(|| {
        Error::new(
            Code::Invalid,
            "The file has no name: neither the parameter filename nor the file part tells one.",
        )
    })?;
    let target = match params.uploadpath.as_ref().filter(|below| !below.0.is_root()) {
        Some(SubPath(below)) => {
            let top = context.view().folder_for_upload(user, &params.path)?;
            let folder = cloud.folder_below_for_upload(user, &top, below.parts())?;
            Replaceable::clone(&*cloud.view().new_place(&folder, &filename)?)
        }
        None => context.view().place_for_upload(user, &params.path, &filename)?,
    };
    let condition = Condition {
        never_replace: params.nofileoverwrite,
        unmodified_since: params.iflastmodified.map(|date| date.0),
        etag: params.ifetag.map(|etag| etag.trim_matches('"').to_owned()),
    };
    let options = PartOptions {
        offset: params.offset,
        is_last: params.complete,
        size: params.filesize,
        modified: params.date.map(|date| date.0),
        condition,
        name: params.uploadid,
        connection: context.connection(),
        bytes_announced: None,
    };
    Ok((target, options))
}

fn held_files(view: &CloudView<'_>, user: &User, params: HeldFiles) -> Result<Reply<HeldFilesReply>> {
    let folder = view.readable(user, &params.path)?;
    let contents: Vec<Content> = params.files.trim().lines().map(content).collect::<Result<_>>()?;
    if contents.len() > HELD_FILES_MAX {
        return Err(Error::new(Code::Invalid, format!("There may be at most {HELD_FILES_MAX} lines.")));
    }
    let found = view.files_with(user, &folder, &contents)?;
    let record = |(at, reach): (usize, Option<Reach>)| {
        reach.map(|reach| HeldFileRecord { line: at + 1, path: reach.shown().to_string() })
    };
    Ok(Reply::list(found.into_iter().enumerate().filter_map(record).collect::<Vec<_>>()))
}

/// Reads a line such as `1024 af13...`.
fn content(line: &str) -> Result<Content> {
    let (size, checksum) = line.split_once(' ').map_or((line, None), |(size, text)| (size, Some(text)));
    let checksum = checksum.map(Checksum::from_hex);
    match (size.parse(), checksum) {
        (Ok(size_bytes), None) => Ok(Content { size_bytes, checksum: None }),
        (Ok(size_bytes), Some(Some(checksum))) => Ok(Content { size_bytes, checksum: Some(checksum) }),
        _ => Err(Error::new(
            Code::Invalid,
            "A line is a number of bytes, and after a blank 64 hexadecimal digits.",
        )),
    }
}

fn upload_status(
    view: &CloudView<'_>,
    user: &User,
    params: UploadStatus,
) -> Result<Reply<UploadStatusReply>> {
    let target = view.place_of_content(user, &params.path, &params.filename)?;
    let status = view.upload_status(user, &target, params.uploadid.as_ref());
    let record = |(received, size)| UploadRecord { received, size: OrEmpty(size) };
    Ok(Reply::list(status.map(record).into_iter().collect::<Vec<_>>()))
}

fn discard_uploads(context: &mut CallContext<'_>, user: &User, params: DiscardUploads) -> Result<Reply> {
    let cloud = context.cloud();
    let change = match (&params.path, &params.filename) {
        (None, None) => cloud.discard_uploads(user)?,
        (Some(path), Some(name)) => {
            let target = cloud.view().place_of_content(user, path, name)?;
            cloud.discard_upload(user, &target, params.uploadid.as_ref())?
        }
        _ => return Err(Error::new(Code::Invalid, "Please give both path and filename, or neither.")),
    };
    let count = context.settle(change)?;
    Ok(Reply::said(format!("{count} unfinished uploads deleted")))
}

pub fn download(context: &mut CallContext<'_>, user: &User, params: Download) -> Result<Reply<FileBytes>> {
    let path = context.view().downloadable(user, &params.filepath)?;
    let view = context.view();
    let Some((handle, stat)) = view.open(user, &path)? else {
        let is_folder = view.entry(user, &path)?.is_some_and(|entry| entry.stat.kind == Kind::Folder);
        return match is_folder {
            true => {
                Err(Error::new(Code::Invalid, "This is a folder. Please download it with downloadfilemulti."))
            }
            false => path.there(None),
        };
    };
    let checksum = if params.checksum { view.checksum(&path, &stat)? } else { None };
    let asked = context.asked();
    context.cloud().count_download(&mut context.call, &path, asked)?;
    Ok(Reply::file(answer(&path, &params).of(stat, Source::Handle(handle))).with_checksum(checksum))
}

/// Sends a file to be shown or played. If it may not be downloaded, only types that browsers show
/// are sent.
pub(super) fn show(context: &mut CallContext<'_>, user: &User, path: ShownPath) -> Result<Reply<FileBytes>> {
    let readable = context.view().readable(user, &path)?;
    if Reach::clone(&readable).downloadable().is_ok() {
        return download(context, user, Download::shown(path));
    }
    let view = context.view();
    let name = readable.shown().leaf().map_or(String::new(), EntryName::to_string);
    if !media::of_name(&name).may_be_shown {
        let sentence = "This kind of file is not shown here, and the link does not allow to download it.";
        return Err(Error::new(Code::Forbidden, sentence));
    }
    let Some((handle, stat)) = view.open(user, &readable)? else {
        return readable.there(None);
    };
    Ok(Reply::file(File { name, stat, source: Source::Handle(handle), is_inline: true }))
}

fn download_at_once(
    context: &mut CallContext<'_>,
    user: &User,
    params: &Download,
) -> Option<Reply<FileBytes>> {
    if params.checksum {
        return None;
    }
    let path = context.reach_at_once(user, &params.filepath)?.downloadable().ok()?;
    let (bytes, stat) = context.view().read_at_once(user, &path)?;
    let asked = context.asked();
    if !context.cloud().count_download_later(&mut context.call, &path, asked) {
        return None;
    }
    Some(Reply::file(answer(&path, params).of(stat, Source::Bytes(bytes))))
}

fn answer<'a>(path: &'a Downloadable, params: &'a Download) -> FileAnswer<'a> {
    FileAnswer { path, filename: params.filename.as_deref(), disposition: params.disposition }
}

/// The way in which a file's content is sent.
pub(super) struct FileAnswer<'a> {
    pub path: &'a Downloadable,
    /// The name under which to save it, chosen by the caller.
    pub filename: Option<&'a str>,
    pub disposition: Option<Disposition>,
}

impl FileAnswer<'_> {
    pub fn of(&self, stat: Stat, source: Source) -> File {
        let own_name = self.path.shown().leaf().map_or("", EntryName::as_str);
        let name = self.filename.filter(|name| !name.is_empty()).unwrap_or(own_name);
        // The type comes from the file's own name: a caller must not choose the type that a browser
        // sees.
        let is_honest = name == own_name || media::of_name(name) == media::of_name(own_name);
        let name = if is_honest { name } else { own_name };
        File { name: name.to_owned(), stat, source, is_inline: self.disposition == Some(Disposition::Inline) }
    }
}

fn download_many(
    context: &mut CallContext<'_>,
    user: &User,
    params: DownloadMany,
) -> Result<Reply<ZipBytes>> {
    let folder = context.view().readable(user, &params.filepath)?;
    let mut names = params.names.0;
    if let Some(count) = params.count {
        // Everybody expects an archive to be complete.
        if count > names.len() as u64 {
            let sentence =
                format!("The parameter fn{} is missing: {count} names were announced.", names.len() + 1);
            return Err(Error::new(Code::Invalid, sentence));
        }
        names.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    }
    // A name that is given twice is one file.
    let mut given = HashSet::new();
    names.retain(|name| given.insert(name.clone()));
    let view = context.view();
    let contents = view.contents(user, &folder, &names)?;
    let left_out = contents.left_out.count;
    context.call.leaves_out(&contents.left_out.withheld);
    let note = (left_out > 0).then(|| what_is_missing(&contents, &names));
    let counted = contents.counted.clone();
    let archive = zip::Archive::of(contents, note, view.spool()?)?;
    let stem = match names.as_slice() {
        [only] => only.as_str(),
        _ => folder.shown().leaf().map_or("files", EntryName::as_str),
    };
    let (name, length) = (format!("{stem}.zip"), archive.length());
    let asked = context.asked();
    context.cloud().count_download(&mut context.call, &counted, asked)?;
    let (cloud, row) = (Arc::clone(context.cloud()), context.call.row());
    let produce = Box::new(move |out: &mut dyn io::Write| match archive.write(&cloud, out) {
        Err(zip::Broken::Archive(error)) => {
            // The answer has begun, and its length was promised. Only the log can still say why it
            // ends early.
            let error = error.after("Broken off: ");
            cloud.note_waiting(row.failed(&error));
            Err(io::Error::other(error))
        }
        Err(zip::Broken::Connection(error)) => Err(error),
        Ok(()) => Ok(()),
    });
    let content_type = "application/zip";
    Ok(Reply::stream(Stream { content_type, name, length: Some(length), left_out, produce }))
}

/// The text file in an archive that lists the missing entries.
pub(super) fn what_is_missing(contents: &Contents, names: &[EntryName]) -> zip::Note {
    let lines: String = contents.left_out.lines().map(|line| format!("{line}\r\n")).collect();
    let beginning = "The following entries are not in this archive. For entries that could not be read, the administrator's dashboard says what to do.";
    zip::Note {
        name: Contents::free_name(names, "NOT IN THIS ARCHIVE", "txt"),
        text: format!("{beginning}\r\n\r\n{lines}"),
    }
}
