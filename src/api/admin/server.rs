//! The server itself, for the administrator's dashboard.

use crate::api::op::ops;
use crate::api::params::{Nothing, params};
use crate::api::reply::{Reply, Row};
use crate::base::size::size_text;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::error::Result;

ops! { SERVER: Admin "Server"
    /// The version of this server.
    "getversion" admin immediate version(Version);
    /// Counts of accounts and files.
    "getstats" admin read stats(Nothing);
}

params! {
    Version {
        /// Ignored: this server looks for no updates by itself.
        force: Option<String>,
    }
}

fn version(_: &CloudView<'_>, _: &Admin, _: Version) -> Result<Reply> {
    let version = env!("CARGO_PKG_VERSION");
    Ok(Reply::record(
        "versions",
        "version",
        Row::new().text("remotebuild", version).text("localbuild", version),
    ))
}

fn stats(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply> {
    let totals = view.totals()?;
    let (space, available) = view.space()?;
    let row = Row::new()
        .number("totalusers", totals.accounts)
        .number("fullaccessusers", totals.full)
        .number("guestaccessusers", totals.accounts - totals.full)
        .text("totalsize", size_text(totals.files.bytes))
        .number("groupscount", 0)
        .number("externalscount", 0)
        .number("multisite", 0)
        .text("maxsitestorage", "")
        .text("maxsiteusers", "")
        .number("totalfiles", totals.files.files)
        .number("totalsizebytes", totals.files.bytes)
        .number("diskbytes", space)
        .number("diskfreebytes", available)
        .number("uptime", view.uptime().as_secs())
        .number("memorybytes", view.memory_bytes()?)
        .number("databasebytes", view.database_bytes()?)
        .text("version", env!("CARGO_PKG_VERSION"))
        .text("addresses", view.addresses().join(","));
    Ok(Reply::record("stats", "stat", row))
}
