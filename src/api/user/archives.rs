//! Zip archives that are made and unpacked where the files are.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Names, params};
use crate::api::record::{record, reply};
use crate::api::reply::Reply;
use crate::api::user::transfer::what_is_missing;
use crate::api::zip::{Archive, Broken};
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::domain::accounts::actor::User;
use crate::error::{Error, Result};
use std::collections::HashSet;
use std::sync::Arc;

ops! { ARCHIVES: User "Archives"
    /// Makes a zip archive of files and folders in their folder, without compressing them. Entries
    /// that cannot be read or may not be downloaded are left out, and a text in the archive names
    /// them. A name that is taken gets a number.
    "zipfiles" proxy slow zip_files(ZipFiles) -> Made;
    /// Unpacks a zip archive (stored or deflated) into a new folder beside it, which appears when
    /// it is whole. The folder gets the name of the archive or, if the archive holds a single
    /// folder with everything in it, the name of that. A name that is taken gets a number. Links,
    /// and entries of which only Apple's computers make use, are left out. The server refuses
    /// encrypted archives, paths that lead out of the folder, more than 100,000 entries, and
    /// contents that are 200 times larger than the archive and larger than 256 MiB.
    "unzipfile" proxy slow unzip_file(UnzipFile) -> Made;
}

params! {
    ZipFiles {
        /// The folder.
        path: ShownPath,
        /// The name of the archive; the ending `.zip` is added. If it is missing, it is that of the only
        /// file or folder, or else of the folder.
        name: Option<EntryName>,
        /// The names in the folder.
        names = "fn1..fnN": Names,
    }
    UnzipFile {
        /// The full path of the archive.
        path: ShownPath,
    }
}

record! {
    /// The result of making or unpacking an archive.
    MadeRecord {
        /// The full path of the archive or folder.
        path: String as extension,
        /// Number of entries that were left out.
        leftout: u64 as extension,
    }
}

reply! {
    /// A new archive, or the folder that an archive has become.
    Made = archives()[made: MadeRecord; 1];
}

const ENDING: &str = ".zip";

fn zip_files(context: &mut CallContext<'_>, user: &User, params: ZipFiles) -> Result<Reply<Made>> {
    let readable = context.view().readable(user, &params.path)?;
    let folder = context.view().folder(user, &params.path)?;
    let mut names = params.names.0;
    // A name that is given twice is one file.
    let mut given = HashSet::new();
    names.retain(|name| given.insert(name.clone()));
    let own = folder.shown().leaf();
    let stem = params.name.as_ref().or(if let [only] = names.as_slice() { Some(only) } else { own });
    let stem = stem.map_or("files", EntryName::as_str);
    let place = context.view().free_place(&folder, stem.strip_suffix(ENDING).unwrap_or(stem), ENDING)?;
    let contents = context.view().contents(user, &readable, &names)?;
    let leftout = contents.left_out.count;
    context.call.leaves_out(&contents.left_out.withheld);
    let note = (leftout > 0).then(|| what_is_missing(&contents, &names));
    let archive = Archive::of(contents, note, context.view().spool()?)?;
    let (cloud, length) = (Arc::clone(context.cloud()), archive.length());
    let change = cloud.save_made(user, &place, length, |out| {
        archive.write(&cloud, out).map_err(|broken| match broken {
            Broken::Archive(error) => error,
            Broken::Connection(error) => Error::internal(error),
        })
    })?;
    context.settle(change)?;
    Ok(Reply::one(MadeRecord { path: place.shown().to_string(), leftout }))
}

fn unzip_file(context: &mut CallContext<'_>, user: &User, params: UnzipFile) -> Result<Reply<Made>> {
    let archive = context.view().downloadable(user, &params.path)?;
    let folder = context.view().folder(user, &params.path.parent().unwrap_or_default())?;
    let change = context.cloud().unpack(user, &archive, &folder)?;
    let unpacked = context.settle(change)?;
    Ok(Reply::one(MadeRecord { path: unpacked.folder.shown().to_string(), leftout: unpacked.left_out }))
}
