//! The state of the cloud, for administrators: how much is stored on which disk, and whether the
//! data is intact.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, params};
use crate::api::record::{Seconds, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::words;
use crate::api::user::recycle::all_gone;
use crate::base::shown_path::ShownPath;
use crate::disk::Unsafe;
use crate::domain::CloudView;
use crate::domain::accounts::actor::{Admin, User};
use crate::domain::maintenance::storage_report::{AccountStorage, Fullness, Kinds, Storage, VolumeFacts};
use crate::domain::volumes::findings::Finding;
use crate::error::{Error, Result};
use crate::store::checks::CheckRow;
use crate::store::nodes::Held;

ops! { UPKEEP: Admin "Server"
    /// The size of everything that is stored, by kind, as far as the index of files knows it. The
    /// numbers may be a little old. Rows of further disks come last and have the disk's name in
    /// `volume`. What was never counted, because its disk does not answer, is left out.
    "getstorage" admin read storage(Nothing) -> StorageByKind;
    /// The same for each account, as `getuserusage` reports it for one.
    "getstoragebyuser" admin read storage_by_user(Nothing) -> StorageByUser;
    /// The disks with files, their states, and their space.
    "getvolumes" admin read volumes(Nothing) -> Volumes;
    /// Empties the recycle bin of a further disk permanently. The message says how many entries it
    /// held.
    "emptynetworkfolderrecyclebin" admin slow empty_bin(EmptyBin) -> Command;
    /// The results of the last checks of database and disk, the running check, and the times of the
    /// next check and the last backup.
    "getchecks" admin read checks(Nothing) -> Checks;
    /// Findings that need attention: files and folders on the disks that could not be handled since
    /// the start and were skipped, each with the reason and what to do. This call tries each again.
    /// Findings that are solved or dismissed (`removealert`) are left out. Entries that were on
    /// their way to another disk when the server stopped are listed too: they are in a recycle bin.
    "getfindings" admin read findings(Nothing) -> Findings;
    /// Starts a check of database and disk in the background. `getchecks` reports its results.
    "startcheck" admin slow start_check(StartCheck) -> Command;
}

params! {
    EmptyBin {
        /// The disk, as `/EXTERNAL/<name>`.
        location: ShownPath,
    }
    StartCheck {
        /// 1 to read all stored bytes and compare them with their checksums.
        deep: bool = false,
    }
}

record! {
    /// The time when this was counted.
    CountMeta {
        /// The time of the count.
        countedepochutc: Seconds,
        /// Whether all folders were scanned at least once, so that no file is missing.
        iscomplete: bool,
        /// Number of records.
        total: usize,
    }
    /// The size of a kind of stored data.
    StorageKind {
        /// The kind.
        kind: StoredKind,
        /// Number of bytes.
        bytes: u64,
        /// Number of files.
        files: u64,
        /// The further disk; missing for the disk with the accounts' files.
        volume: Option<String>,
    }
    /// The storage of an account.
    AccountUsage {
        /// The name.
        username: String,
        /// Bytes of its files.
        livebytes: u64,
        /// Number of files.
        livefiles: u64,
        /// Bytes of versions.
        versionsbytes: u64,
        /// Bytes in its recycle bin.
        binbytes: u64,
        /// Bytes of unfinished uploads.
        incompletebytes: u64,
        /// Sum of these bytes.
        totalbytes: u64,
        /// Storage limit in bytes; 0 for no limit.
        quotabytes: u64,
    }
    /// A disk with files.
    VolumeRecord {
        /// The id.
        id: String,
        /// The name.
        name: String,
        /// The directory on this machine.
        path: String,
        /// Whether it can be used.
        state: VolumeState,
        /// The reason why it cannot be used or changed; empty if it can.
        reason: String,
        /// The kind of this reason.
        cause: VolumeCause,
        /// The name of the other server that uses it; empty if it is not in use or has no name.
        usedby: String,
        /// The time since when that server has used it, as that server wrote it; may be empty.
        usedsince: String,
        /// The kind of its file system.
        filesystem: &'static str,
        /// The abilities of the file system, found by trying, separated by commas: `case`,
        /// `permissions`, `hardlinks`, `dates`, `swap`, `locks`, `namesync`, `forms`, `replace`,
        /// `filesync`, `holes`.
        capabilities: String,
        /// The maximum length of a name in bytes; 0 if nothing was tried, as on a disk that can
        /// only be read.
        namebytesmax: u64,
        /// The step of the times of files in nanoseconds; 0 if nothing was tried.
        timestepns: u64,
        /// Size in bytes.
        totalbytes: u64,
        /// Free space in bytes.
        freebytes: u64,
        /// The level of free space.
        fullness: FullnessWord,
    }
    /// The running check, and the times of the next check and the last backup.
    ChecksMeta {
        /// Whether a check is running.
        isrunning: bool,
        /// Whether it reads all bytes.
        isdeep: bool,
        /// The time when it began; 0 if none is running.
        sinceepochutc: Seconds,
        /// Number of files checked so far.
        files: u64,
        /// Number of days after which all bytes are read again; 0 for never.
        deepcheckdays: u32,
        /// The time when the next such check begins; 0 for never.
        nextdeepepochutc: Seconds,
        /// The directory for backups; empty for none.
        backupto: String,
        /// Number of hours after which there is another backup.
        backupeveryhours: u32,
        /// The time when the last successful backup began; 0 for never.
        lastbackupepochutc: Seconds,
        /// The time when the last backup ended; 0 for never.
        backupendedepochutc: Seconds,
        /// The reason why the last backup failed; empty if it did not.
        backupfailure: String,
        /// Number of files that the last backup left out.
        backupexceptions: u64,
        /// These files, a line each.
        backupfindings: String,
    }
    /// A check of database and disk.
    CheckRecord {
        /// `quick`, or `deep` if all bytes were read.
        kind: &'static str,
        /// The account that began it; empty for the server itself.
        username: String,
        /// The time when it began.
        beganepochutc: Seconds,
        /// The time when it ended.
        endedepochutc: Seconds,
        /// Number of files checked.
        files: u64,
        /// Number of folders checked.
        folders: u64,
        /// Number of contents that were compared with their checksums.
        compared: u64,
        /// Number of contents that got their first checksum.
        taken: u64,
        /// Number of database rows that were repaired.
        mended: u64,
        /// Number of faults.
        wrong: u64,
        /// The reason why it could not be finished; empty if it was.
        failure: String,
        /// The faults, a line each.
        findings: String,
    }
    /// Number of findings.
    FindingsMeta {
        /// Number of findings in the reply.
        total: usize,
        /// Whether there are more findings than the server keeps.
        ismore: bool,
    }
    /// A file or folder that needs attention.
    FindingRecord {
        /// The action that failed: `read`, `remove`, `change`, `finish` or `send`; `decide`
        /// where a client is held, `letin` where
        /// an account waits for an administrator.
        kind: &'static str,
        /// The path.
        path: String,
        /// The reason, for programs.
        reason: &'static str,
        /// The fault, in a sentence.
        message: String,
        /// The remedy.
        advice: String,
        /// The time when it was first found since the start.
        sinceepochutc: Seconds,
        /// Its id, for `removealert`.
        rid: String,
    }
}

reply! {
    /// Stored data by kind.
    StorageByKind = storage(CountMeta)[kind: StorageKind];
    /// Stored data by account.
    StorageByUser = usages(CountMeta)[usage: AccountUsage];
    /// The disks with files.
    Volumes = volumes(Total)[volume: VolumeRecord];
    /// The last checks, the newest first.
    Checks = checks(ChecksMeta)[check: CheckRecord];
    /// Findings that need attention.
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
    Waking,
    Silent,
    Offline,
}

pub enum VolumeCause {
    None,
    InUse,
    Leased,
    NoFileSync,
    NoReplace,
    Other,
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
    VolumeState {
        Online = "online",
        ReadOnly = "readonly",
        Waking = "waking",
        Silent = "silent",
        Offline = "offline",
    }
    VolumeCause {
        None = "none",
        InUse = "in-use",
        Leased = "leased",
        NoFileSync = "no-filesync",
        NoReplace = "no-replace",
        Other = "other",
    }
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
        kind(Uploads, main.uploads, None),
        kind(Database, one_file(storage.database_bytes), None),
    ];
    if let Some(bytes) = storage.thumbs_bytes {
        rows.insert(3, kind(Thumbnails, Held { files: 0, bytes }, None));
    }
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
        () if volume.is_waking => VolumeState::Waking,
        () if volume.is_silent => VolumeState::Silent,
        () if !volume.trouble.is_empty() => VolumeState::Offline,
        () if file_system.is_read_only || file_system.unsafe_reason.is_some() => VolumeState::ReadOnly,
        () => VolumeState::Online,
    };
    let cause = match (&volume.user, file_system.unsafe_reason) {
        (Some(user), _) if user.is_leased => VolumeCause::Leased,
        (Some(_), _) => VolumeCause::InUse,
        (None, Some(Unsafe::NoFileSync)) => VolumeCause::NoFileSync,
        (None, Some(Unsafe::NoReplace)) => VolumeCause::NoReplace,
        (None, None) if volume.trouble.is_empty() => VolumeCause::None,
        (None, None) => VolumeCause::Other,
    };
    let user = volume.user.as_ref().map(|user| user.note.clone()).unwrap_or_default();
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
        ("replace", file_system.replaces),
        ("filesync", file_system.syncs_files),
        ("holes", file_system.has_holes),
    ];
    let reason = file_system.unsafe_reason.map(Unsafe::sentence);
    let can: Vec<&str> = abilities.into_iter().filter(|(_, can)| *can).map(|(name, _)| name).collect();
    VolumeRecord {
        id: volume.id.clone(),
        name: volume.name.clone(),
        path: volume.path.clone(),
        state,
        reason: reason.unwrap_or_else(|| volume.trouble.clone()),
        cause,
        usedby: user.name,
        usedsince: user.since,
        filesystem: file_system.name,
        capabilities: can.join(","),
        namebytesmax: file_system.name_bytes_max as u64,
        timestepns: file_system.time_nanoseconds,
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
