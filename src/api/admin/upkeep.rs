//! How the cloud is doing, for the administrator: what is stored where, and whether it is sound.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, params};
use crate::api::reply::{Reply, Row};
use crate::api::user::recycle::all_gone;
use crate::base::path::CloudPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::maintenance::storage_report::{AccountStorage, Fullness, Kinds, Storage, VolumeFacts};
use crate::domain::runtime::findings::Finding;
use crate::error::Result;
use crate::store::checks::CheckRow;
use crate::store::nodes::Held;

ops! { UPKEEP: Admin "Server"
    /// What everything that is stored takes up, by kind, as far as the index of files knows. A count serves for a while. Rows of
    /// further disks come last and name theirs in `volume`.
    "getstorage" admin read storage(Nothing);
    /// The same for each account, as `getuserusage` tells it of one.
    "getstoragebyuser" admin read storage_by_user(Nothing);
    /// The places where files are stored, their state, and how much room they have.
    "getvolumes" admin read volumes(Nothing);
    /// Empties the recycle bin of a further disk for good; the message tells how many entries it held.
    "emptynetworkfolderrecyclebin" admin slow empty_bin(EmptyBin);
    /// What the last checks of database and disk found, which one is under way, and when the next one and the last backup are or were.
    "getchecks" admin read checks(Nothing);
    /// What needs a look: files and folders on the disks that could not be handled since the start and were passed over, each with
    /// the reason and what to do. Each is tried again now, and what can be handled is told no longer. Also what was on its way to
    /// another disk when the server stopped, and is in a recycle bin since.
    "getfindings" admin read findings(Nothing);
    /// Begins a check of database and disk in the background: `getchecks` tells what it finds.
    "startcheck" admin slow start_check(StartCheck);
}

params! {
    EmptyBin {
        /// The disk, as `/EXTERNAL/<name>`.
        location: CloudPath,
    }
    StartCheck {
        /// 1 to read every byte that is stored and compare it with its checksum.
        deep: Option<bool>,
    }
}

fn storage(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply> {
    let storage = view.storage()?;
    let kind = |name: &str, held: Held| {
        Row::new().text("kind", name).number("bytes", held.bytes).number("files", held.files)
    };
    let one_file = |bytes| Held { files: 1, bytes };
    let main = storage.main;
    let mut rows = vec![
        kind("files", main.files),
        kind("versions", main.versions),
        kind("bin", main.bin),
        kind("thumbnails", Held { files: 0, bytes: storage.thumbs_bytes }),
        kind("uploads", main.uploads),
        kind("database", one_file(storage.database_bytes)),
    ];
    for (name, kinds) in &storage.further {
        let Kinds { files, versions, bin, uploads } = *kinds;
        let all = [("files", files), ("versions", versions), ("bin", bin), ("uploads", uploads)];
        rows.extend(all.map(|(word, held)| kind(word, held).text("volume", name.clone())));
    }
    Ok(Reply::records("storage", Some(count_meta(&storage, &rows)), "kind", rows))
}

fn count_meta(storage: &Storage, rows: &[Row]) -> Row {
    Row::new()
        .number("countedepochutc", storage.counted)
        .number("iscomplete", i64::from(storage.is_complete))
        .number("total", rows.len())
}

fn storage_by_user(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply> {
    let storage = view.storage()?;
    let row = |account: &AccountStorage| {
        let AccountStorage { live, versions, bin, .. } = account;
        let held = [live.bytes, versions.bytes, bin.bytes, account.incomplete_bytes];
        Row::new()
            .text("username", account.name.clone())
            .number("livebytes", live.bytes)
            .number("livefiles", live.files)
            .number("versionsbytes", versions.bytes)
            .number("binbytes", bin.bytes)
            .number("incompletebytes", account.incomplete_bytes)
            .number("totalbytes", held.into_iter().fold(0, u64::saturating_add))
            .number("quotabytes", account.quota_bytes)
    };
    let rows: Vec<Row> = storage.accounts.iter().map(row).collect();
    Ok(Reply::records("usages", Some(count_meta(&storage, &rows)), "usage", rows))
}

fn volumes(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply> {
    let rows: Vec<Row> = view.volumes()?.iter().map(volume).collect();
    Ok(Reply::records("volumes", Some(Row::new().number("total", rows.len())), "volume", rows))
}

fn volume(volume: &VolumeFacts) -> Row {
    let VolumeFacts { space, file_system, .. } = volume;
    let state = match () {
        () if !volume.trouble.is_empty() => "offline",
        () if file_system.is_read_only => "readonly",
        () => "online",
    };
    let fullness = match volume.fullness {
        Fullness::Fine => "fine",
        Fullness::Nearly => "nearly",
        Fullness::Full => "full",
    };
    let abilities = [
        ("case", file_system.tells_case),
        ("permissions", file_system.has_permissions),
        ("hardlinks", file_system.has_hard_links),
        ("dates", file_system.keeps_times),
    ];
    let can: Vec<&str> = abilities.into_iter().filter(|(_, can)| *can).map(|(name, _)| name).collect();
    Row::new()
        .text("id", volume.id.clone())
        .text("name", volume.name.clone())
        .text("path", volume.path.clone())
        .text("state", state)
        .text("reason", volume.trouble.clone())
        .text("filesystem", file_system.name)
        .text("capabilities", can.join(","))
        .number("totalbytes", space.total)
        .number("freebytes", space.available)
        .text("fullness", fullness)
}

fn checks(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply> {
    let running = view.running_check();
    let config = view.config();
    let (backup, exceptions) = view.last_backup_run()?.unwrap_or_default();
    let meta = Row::new()
        .number("isrunning", i64::from(running.is_some()))
        .number("isdeep", i64::from(running.is_some_and(|running| running.is_deep)))
        .number("sinceepochutc", running.map_or(0, |running| running.since))
        .number("files", running.map_or(0, |running| running.files))
        .number("deepcheckdays", config.deep_check_days.0)
        .number("nextdeepepochutc", view.next_deep_check()?.unwrap_or(0))
        .text("backupto", config.backup_to.display().to_string())
        .number("backupeveryhours", config.backup_every_hours)
        .number("lastbackupepochutc", view.last_backup()?.unwrap_or(0))
        .number("backupendedepochutc", backup.ended)
        .text("backupfailure", backup.failure)
        .number("backupexceptions", backup.wrong)
        .text("backupfindings", exceptions.join("\n"));
    let rows: Vec<Row> = view.checks()?.iter().map(|(check, findings)| check_row(check, findings)).collect();
    Ok(Reply::records("checks", Some(meta), "check", rows))
}

fn check_row(check: &CheckRow, findings: &[String]) -> Row {
    Row::new()
        .text("kind", check.kind.clone())
        .text("username", check.by.clone())
        .number("beganepochutc", check.began)
        .number("endedepochutc", check.ended)
        .number("files", check.files)
        .number("folders", check.folders)
        .number("compared", check.compared)
        .number("taken", check.taken)
        .number("mended", check.mended)
        .number("wrong", check.wrong)
        .text("failure", check.failure.clone())
        .text("findings", findings.join("\n"))
}

fn findings(view: &CloudView<'_>, admin: &Admin, _: Nothing) -> Result<Reply> {
    let (findings, is_overfull) = view.findings(admin)?;
    let row = |finding: &Finding| {
        Row::new()
            .text("kind", finding.word())
            .text("path", finding.path.clone())
            .text("reason", finding.reason())
            .text("message", finding.sentence())
            .text("advice", finding.advice.clone())
            .number("sinceepochutc", finding.since)
    };
    let rows: Vec<Row> = findings.iter().map(row).collect();
    let meta = Row::new().number("total", rows.len()).number("ismore", i64::from(is_overfull));
    Ok(Reply::records("findings", Some(meta), "finding", rows))
}

fn empty_bin(context: &mut CallContext<'_>, _: &Admin, params: EmptyBin) -> Result<Reply> {
    let change = context.cloud().empty_bin_of_volume(&params.location)?;
    all_gone(context.settle(change)?)
}

fn start_check(context: &mut CallContext<'_>, admin: &Admin, params: StartCheck) -> Result<Reply> {
    context.cloud().begin_check(admin, params.deep.unwrap_or(false))?;
    Ok(Reply::done())
}
