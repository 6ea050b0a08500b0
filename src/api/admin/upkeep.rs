//! How the cloud is doing, for the administrator: what is stored where, and whether it is sound.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, params};
use crate::api::record::{Seconds, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::words;
use crate::api::user::recycle::all_gone;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::{Admin, User};
use crate::domain::maintenance::storage_report::{AccountStorage, Fullness, Kinds, Storage, VolumeFacts};
use crate::domain::volumes::findings::Finding;
use crate::error::{Error, Result};
use crate::store::checks::CheckRow;
use crate::store::nodes::Held;

ops! { UPKEEP: Admin "Server"
    /// What everything that is stored takes up, by kind, as far as the index of files knows. A count serves for a while. Rows of
    /// further disks come last and name theirs in `volume`.
    "getstorage" admin read storage(Nothing) -> StorageByKind;
    /// The same for each account, as `getuserusage` tells it of one.
    "getstoragebyuser" admin read storage_by_user(Nothing) -> StorageByUser;
    /// The places where files are stored, their state, and how much room they have.
    "getvolumes" admin read volumes(Nothing) -> Volumes;
    /// Empties the recycle bin of a further disk for good; the message tells how many entries it held.
    "emptynetworkfolderrecyclebin" admin slow empty_bin(EmptyBin) -> Command;
    /// What the last checks of database and disk found, which one is under way, and when the next one and the last backup are or were.
    "getchecks" admin read checks(Nothing) -> Checks;
    /// What needs a look: files and folders on the disks that could not be handled since the start and were passed over, each with
    /// the reason and what to do. Each is tried again now, and what can be handled is told no longer, nor what was put aside
    /// (`removealert`). Also what was on its way to another disk when the server stopped, and is in a recycle bin since.
    "getfindings" admin read findings(Nothing) -> Findings;
    /// Begins a check of database and disk in the background: `getchecks` tells what it finds.
    "startcheck" admin slow start_check(StartCheck) -> Command;
}

params! {
    EmptyBin {
        /// The disk, as `/EXTERNAL/<name>`.
        location: ShownPath,
    }
    StartCheck {
        /// 1 to read every byte that is stored and compare it with its checksum.
        deep: bool = false,
    }
}

record! {
    /// When this was counted.
    CountMeta {
        /// When it was.
        countedepochutc: Seconds,
        /// Whether every folder was looked into at least once, so that no file is missing.
        iscomplete: bool,
        /// How many records there are.
        total: usize,
    }
    /// What a kind of stored bytes takes up.
    StorageKind {
        /// Which kind.
        kind: StoredKind,
        /// How many bytes.
        bytes: u64,
        /// How many files.
        files: u64,
        /// The further disk it is on; missing for the disk with the accounts' files.
        volume: Option<String>,
    }
    /// What an account holds.
    AccountUsage {
        /// The name.
        username: String,
        /// Bytes of its files.
        livebytes: u64,
        /// How many files it has.
        livefiles: u64,
        /// Bytes of versions.
        versionsbytes: u64,
        /// Bytes in its recycle bin.
        binbytes: u64,
        /// Bytes of unfinished uploads.
        incompletebytes: u64,
        /// Bytes of all these.
        totalbytes: u64,
        /// How many bytes it may hold; 0 for no limit.
        quotabytes: u64,
    }
    /// A place where files are stored.
    VolumeRecord {
        /// The id.
        id: String,
        /// The name.
        name: String,
        /// The directory on this machine.
        path: String,
        /// Whether it can be used.
        state: VolumeState,
        /// Why it cannot be used or changed; empty when it can.
        reason: String,
        /// The kind of its file system.
        filesystem: &'static str,
        /// What the file system can do, as it was tried, separated by commas: `case`, `permissions`,
        /// `hardlinks`, `dates`, `swap`, `locks`, `namesync`, `forms`.
        capabilities: String,
        /// How many bytes it has.
        totalbytes: u64,
        /// How many bytes are free.
        freebytes: u64,
        /// How near it is to having no room.
        fullness: FullnessWord,
    }
    /// Which check is under way, and when the next one and the last backup are or were.
    ChecksMeta {
        /// Whether a check is under way.
        isrunning: bool,
        /// Whether it reads every byte.
        isdeep: bool,
        /// When it began; 0 without one.
        sinceepochutc: Seconds,
        /// How many files it has looked at.
        files: u64,
        /// Every so many days every byte is read; 0 for never.
        deepcheckdays: u32,
        /// When the next such check begins; 0 for never.
        nextdeepepochutc: Seconds,
        /// Where backups go; empty for nowhere.
        backupto: String,
        /// Every so many hours there is a backup.
        backupeveryhours: u32,
        /// When the last backup that succeeded began; 0 for never.
        lastbackupepochutc: Seconds,
        /// When the last backup ended; 0 for never.
        backupendedepochutc: Seconds,
        /// Why the last backup failed; empty when it did not.
        backupfailure: String,
        /// How many files the last backup could not take.
        backupexceptions: u64,
        /// Which these are, a line each.
        backupfindings: String,
    }
    /// A check of database and disk.
    CheckRecord {
        /// `quick`, or `deep` when every byte was read.
        kind: &'static str,
        /// Who began it; empty for the server itself.
        username: String,
        /// When it began.
        beganepochutc: Seconds,
        /// When it ended.
        endedepochutc: Seconds,
        /// How many files it looked at.
        files: u64,
        /// How many folders it looked at.
        folders: u64,
        /// How many contents were compared with their checksums.
        compared: u64,
        /// How many contents got their first checksum.
        taken: u64,
        /// How many rows of the database were put right.
        mended: u64,
        /// How many things are wrong.
        wrong: u64,
        /// Why it could not be finished; empty when it was.
        failure: String,
        /// What is wrong, a line each.
        findings: String,
    }
    /// How many findings there are.
    FindingsMeta {
        /// How many are told.
        total: usize,
        /// Whether there are more than are kept.
        ismore: bool,
    }
    /// A file or folder that needs a look.
    FindingRecord {
        /// What could not be done: `read`, `remove`, `change` or `finish`.
        kind: &'static str,
        /// Where it is.
        path: String,
        /// Why not, for programs.
        reason: &'static str,
        /// What it is, in a sentence.
        message: String,
        /// What to do about it.
        advice: String,
        /// When it was first met since the start.
        sinceepochutc: Seconds,
        /// Its id, for `removealert`.
        rid: String,
    }
}

reply! {
    /// What is stored, by kind.
    StorageByKind = storage(CountMeta)[kind: StorageKind];
    /// What is stored, by account.
    StorageByUser = usages(CountMeta)[usage: AccountUsage];
    /// The places where files are stored.
    Volumes = volumes(Total)[volume: VolumeRecord];
    /// The last checks, the newest first.
    Checks = checks(ChecksMeta)[check: CheckRecord];
    /// What needs a look.
    Findings = findings(FindingsMeta)[finding: FindingRecord];
}

pub enum StoredKind {
    Files,
    Versions,
    Bin,
    Thumbnails,
    Uploads,
    Database,
}

pub enum VolumeState {
    Online,
    ReadOnly,
    Offline,
}

pub enum FullnessWord {
    Fine,
    Nearly,
    Full,
}

words! {
    StoredKind {
        Files = "files",
        Versions = "versions",
        Bin = "bin",
        Thumbnails = "thumbnails",
        Uploads = "uploads",
        Database = "database",
    }
    VolumeState { Online = "online", ReadOnly = "readonly", Offline = "offline" }
    FullnessWord { Fine = "fine", Nearly = "nearly", Full = "full" }
}

fn storage(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<StorageByKind>> {
    use StoredKind::{Bin, Database, Files, Thumbnails, Uploads, Versions};
    let storage = view.storage()?;
    let kind = |kind: StoredKind, held: Held, volume: Option<&String>| StorageKind {
        kind,
        bytes: held.bytes,
        files: held.files,
        volume: volume.cloned(),
    };
    let one_file = |bytes| Held { files: 1, bytes };
    let main = storage.main;
    let mut rows = vec![
        kind(Files, main.files, None),
        kind(Versions, main.versions, None),
        kind(Bin, main.bin, None),
        kind(Thumbnails, Held { files: 0, bytes: storage.thumbs_bytes }, None),
        kind(Uploads, main.uploads, None),
        kind(Database, one_file(storage.database_bytes), None),
    ];
    for (name, kinds) in &storage.further {
        let Kinds { files, versions, bin, uploads } = *kinds;
        let all = [(Files, files), (Versions, versions), (Bin, bin), (Uploads, uploads)];
        rows.extend(all.map(|(stored, held)| kind(stored, held, Some(name))));
    }
    Ok(Reply::with_meta(count_meta(&storage, rows.len()), rows))
}

fn count_meta(storage: &Storage, total: usize) -> CountMeta {
    CountMeta { countedepochutc: Seconds(storage.counted), iscomplete: storage.is_complete, total }
}

fn storage_by_user(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<StorageByUser>> {
    let storage = view.storage()?;
    let record = |account: &AccountStorage| {
        let AccountStorage { live, versions, bin, .. } = account;
        let held = [live.bytes, versions.bytes, bin.bytes, account.incomplete_bytes];
        AccountUsage {
            username: account.name.clone(),
            livebytes: live.bytes,
            livefiles: live.files,
            versionsbytes: versions.bytes,
            binbytes: bin.bytes,
            incompletebytes: account.incomplete_bytes,
            totalbytes: held.into_iter().fold(0, u64::saturating_add),
            quotabytes: account.quota_bytes,
        }
    };
    let rows: Vec<AccountUsage> = storage.accounts.iter().map(record).collect();
    Ok(Reply::with_meta(count_meta(&storage, rows.len()), rows))
}

fn volumes(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<Volumes>> {
    Ok(Reply::counted(view.volumes()?.iter().map(volume).collect::<Vec<_>>()))
}

fn volume(volume: &VolumeFacts) -> VolumeRecord {
    let VolumeFacts { space, file_system, .. } = volume;
    let state = match () {
        () if !volume.trouble.is_empty() => VolumeState::Offline,
        () if file_system.is_read_only || file_system.unsafe_reason.is_some() => VolumeState::ReadOnly,
        () => VolumeState::Online,
    };
    let fullness = match volume.fullness {
        Fullness::Fine => FullnessWord::Fine,
        Fullness::Nearly => FullnessWord::Nearly,
        Fullness::Full => FullnessWord::Full,
    };
    let abilities = [
        ("case", file_system.tells_case),
        ("permissions", file_system.has_permissions),
        ("hardlinks", file_system.has_hard_links),
        ("dates", file_system.keeps_times),
        ("swap", file_system.swaps),
        ("locks", file_system.has_locks),
        ("namesync", file_system.syncs_names),
        ("forms", file_system.tells_forms),
    ];
    let reason = file_system.unsafe_reason.map(|reason| format!("It can only be read: {reason}."));
    let can: Vec<&str> = abilities.into_iter().filter(|(_, can)| *can).map(|(name, _)| name).collect();
    VolumeRecord {
        id: volume.id.clone(),
        name: volume.name.clone(),
        path: volume.path.clone(),
        state,
        reason: reason.unwrap_or_else(|| volume.trouble.clone()),
        filesystem: file_system.name,
        capabilities: can.join(","),
        totalbytes: space.total,
        freebytes: space.available,
        fullness,
    }
}

fn checks(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<Checks>> {
    let running = view.running_check();
    let config = view.config();
    let (backup, exceptions) = view.last_backup_run()?.unwrap_or_default();
    let meta = ChecksMeta {
        isrunning: running.is_some(),
        isdeep: running.is_some_and(|running| running.is_deep),
        sinceepochutc: Seconds(running.map_or(0, |running| running.since)),
        files: running.map_or(0, |running| running.files),
        deepcheckdays: config.deep_check_days.0,
        nextdeepepochutc: Seconds(view.next_deep_check()?.unwrap_or(0)),
        backupto: config.backup_to.display().to_string(),
        backupeveryhours: config.backup_every_hours,
        lastbackupepochutc: Seconds(view.last_backup()?.unwrap_or(0)),
        backupendedepochutc: Seconds(backup.ended),
        backupfailure: backup.failure,
        backupexceptions: backup.wrong,
        backupfindings: exceptions.join("\n"),
    };
    let rows: Vec<CheckRecord> =
        view.checks()?.iter().map(|(check, findings)| check_record(check, findings)).collect();
    Ok(Reply::with_meta(meta, rows))
}

fn check_record(check: &CheckRow, findings: &[String]) -> CheckRecord {
    CheckRecord {
        kind: check.kind.word(),
        username: check.by.clone(),
        beganepochutc: Seconds(check.began),
        endedepochutc: Seconds(check.ended),
        files: check.files,
        folders: check.folders,
        compared: check.compared,
        taken: check.taken,
        mended: check.mended,
        wrong: check.wrong,
        failure: check.failure.clone(),
        findings: findings.join("\n"),
    }
}

fn findings(view: &CloudView<'_>, admin: &Admin, _: Nothing) -> Result<Reply<Findings>> {
    let (findings, is_overfull) = view.findings(admin)?;
    let record = |finding: &Finding| FindingRecord {
        kind: finding.word(),
        path: finding.path.clone(),
        reason: finding.reason(),
        message: finding.sentence(),
        advice: finding.advice.clone(),
        sinceepochutc: Seconds(finding.since),
        rid: finding.id(),
    };
    let rows: Vec<FindingRecord> = findings.iter().map(record).collect();
    Ok(Reply::with_meta(FindingsMeta { total: rows.len(), ismore: is_overfull }, rows))
}

fn empty_bin(context: &mut CallContext<'_>, admin: &Admin, params: EmptyBin) -> Result<Reply> {
    let ways = context.view().ways(&User::proxy(admin))?;
    let volume = ways.reach(&params.location).ok_or_else(|| Error::not_there(&params.location))?;
    let change = context.cloud().empty_bin_of_volume(&volume)?;
    all_gone(context.settle(change)?)
}

fn start_check(context: &mut CallContext<'_>, admin: &Admin, params: StartCheck) -> Result<Reply> {
    context.cloud().begin_check(admin, params.deep)?;
    Ok(Reply::done())
}
