//! The server itself, for the administrator's dashboard.

use crate::api::op::ops;
use crate::api::params::{Ignored, Nothing, params};
use crate::api::record::{Empty, No, SizeText, record, reply};
use crate::api::reply::Reply;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::error::Result;

ops! { SERVER: Admin "Server"
    /// The version of this server.
    "getversion" admin immediate version(Version) -> ServerVersion;
    /// Counts of accounts and files.
    "getstats" admin read stats(Nothing) -> Stats;
}

params! {
    Version {
        /// Ignored: this server does not look for updates.
        force: Ignored,
    }
}

record! {
    /// The version of this server.
    VersionOfServer {
        /// The version of this server, which does not look for newer ones.
        remotebuild: &'static str,
        /// The version of the program.
        localbuild: &'static str,
    }
    /// Counts of accounts and files.
    StatsRecord {
        /// Accounts.
        totalusers: u64,
        /// Accounts with all rights to their own files.
        fullaccessusers: u64,
        /// The other accounts.
        guestaccessusers: u64,
        /// Size of all files.
        totalsize: SizeText,
        /// Groups.
        groupscount: u64,
        /// Network folders.
        externalscount: No,
        /// Whether this is one of several sites.
        multisite: No,
        /// Not in use here.
        maxsitestorage: Empty,
        /// Not in use here.
        maxsiteusers: Empty,
        /// Files.
        totalfiles: u64 as extension,
        /// Bytes of all files.
        totalsizebytes: u64 as extension,
        /// Bytes of the disk.
        diskbytes: u64 as extension,
        /// Bytes that are free on the disk.
        diskfreebytes: u64 as extension,
        /// Seconds since the start of the server.
        uptime: u64 as extension,
        /// Bytes of memory that the server uses.
        memorybytes: u64 as extension,
        /// Bytes of the database.
        databasebytes: u64 as extension,
        /// The version of the program.
        version: &'static str as extension,
        /// The addresses on which the server listens, separated by commas.
        addresses: String as extension,
        /// Kinds of files without thumbnails and the reason for each, separated by commas:
        /// `videos:not-installed,PDF:turned-off`. Empty if all have.
        nothumbnailsof: String as extension,
    }
}

reply! {
    /// The version of this server.
    ServerVersion = versions()[version: VersionOfServer; 1];
    /// Counts of accounts and files.
    Stats = stats()[stat: StatsRecord; 1];
}

fn version(_: &CloudView<'_>, _: &Admin, _: Version) -> Result<Reply<ServerVersion>> {
    let version = env!("CARGO_PKG_VERSION");
    Ok(Reply::one(VersionOfServer { remotebuild: version, localbuild: version }))
}

fn stats(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<Stats>> {
    let totals = view.totals()?;
    let (space, available) = view.space()?;
    Ok(Reply::one(StatsRecord {
        totalusers: totals.accounts,
        fullaccessusers: totals.full,
        guestaccessusers: totals.accounts - totals.full,
        totalsize: SizeText(totals.files.bytes),
        groupscount: view.group_count()?,
        externalscount: No,
        multisite: No,
        maxsitestorage: Empty,
        maxsiteusers: Empty,
        totalfiles: totals.files.files,
        totalsizebytes: totals.files.bytes,
        diskbytes: space,
        diskfreebytes: available,
        uptime: view.uptime().as_secs(),
        memorybytes: view.memory_bytes()?,
        databasebytes: view.database_bytes()?,
        version: env!("CARGO_PKG_VERSION"),
        addresses: view.addresses().join(","),
        nothumbnailsof: view
            .thumbnail_lacks()
            .iter()
            .map(|lack| format!("{}:{}", lack.files, lack.reason))
            .collect::<Vec<_>>()
            .join(","),
    }))
}
