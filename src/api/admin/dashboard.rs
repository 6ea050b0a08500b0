//! The dashboard: facts about the server, and news.

use crate::api::op::ops;
use crate::api::params::{Nothing, params};
use crate::api::record::{MonthTime, Seconds, SizeText, record, reply};
use crate::api::reply::Reply;
use crate::base::language::Language;
use crate::base::limits::LATEST_MAX;
use crate::base::size::GIGABYTE;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::maintenance::daily_statistics::DAYS_KEPT;
use crate::domain::social::activities::Activity;
use crate::error::Result;
use crate::store::days::DayRow;

ops! { DASHBOARD: Admin "Dashboard"
    /// The name and the address of this server, and the storage limit of the default policy.
    "getinfo" admin read info(Nothing) -> Information;
    /// The files that were added last, by all accounts, newest first.
    "getlatestfilesadded" admin read latest_files(Nothing) -> LatestFiles;
    /// Statistics by day: the stored data, the accounts that called, and the number of calls. A day
    /// is listed once it has ended.
    "getdailystats" admin read days(Days) -> DailyStats;
    /// The languages of the admin portal. Browsers keep the choice of a language; the answers of
    /// the API are in the current one.
    "getadminlanguagelist" admin immediate languages(Nothing) -> AdminLanguages;
}

params! {
    Days {
        /// Maximum number of days. The last ones are listed.
        days: u64 = 90,
    }
}

record! {
    /// The name and the address of this server.
    InformationRecord {
        /// The name of this cloud.
        servicename: String,
        /// Its best address; empty if none is known.
        serviceurl: String,
        /// The place where passwords are checked: this server.
        authtype: &'static str,
        /// Storage limit of the default policy in GB; 0 for no limit.
        storageperuser: String,
    }
    /// A file that was added.
    LatestFileRecord {
        /// The account that added it.
        who: String,
        /// Its name.
        name: String,
        /// Its size.
        size: SizeText,
        /// The time when it was added.
        created: MonthTime,
        /// The program that added it.
        how: String,
        /// The time when it was added.
        createdepochutc: Seconds as extension,
        /// The display name of the account.
        whodisplayname: String as extension,
    }
    /// A day.
    DayRecord {
        /// The day in the server's local time, `2024-07-19`.
        date: String,
        /// Bytes of all files at the end of the day.
        storagebytes: u64,
        /// Number of files at the end of the day.
        files: u64,
        /// Number of accounts that called.
        people: u64,
        /// Number of calls of everybody.
        calls: u64,
    }
    /// A language of the admin portal.
    AdminLanguageRecord {
        /// Its name in English.
        name: &'static str,
        /// Whether the answers of the API are in it.
        current: bool,
    }
}

reply! {
    /// The name and the address of this server.
    Information = information()[info: InformationRecord; 1];
    /// The files that were added last.
    LatestFiles = items()[item: LatestFileRecord];
    /// Days that have ended, the earliest first.
    DailyStats = days()[day: DayRecord];
    /// The languages of the admin portal.
    AdminLanguages = languages()[language: AdminLanguageRecord];
}

fn info(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<Information>> {
    let config = view.config();
    let limit = view.default_policy()?.effective(&config).storage_max.0;
    Ok(Reply::one(InformationRecord {
        servicename: config.name.clone(),
        serviceurl: view.best_address(),
        authtype: "DEFAULT",
        storageperuser: format!("{}", limit as f64 / GIGABYTE),
    }))
}

fn latest_files(view: &CloudView<'_>, admin: &Admin, _: Nothing) -> Result<Reply<LatestFiles>> {
    let record = |(Activity { path, row, .. }, bytes): (Activity, u64)| LatestFileRecord {
        name: path.leaf().map_or_else(String::new, ToString::to_string),
        size: SizeText(bytes),
        created: MonthTime(row.at),
        createdepochutc: Seconds(row.at),
        whodisplayname: row.who_display_name,
        who: row.who,
        how: row.how,
    };
    Ok(Reply::list(view.latest_files(admin, LATEST_MAX)?.into_iter().map(record).collect::<Vec<_>>()))
}

fn days(view: &CloudView<'_>, _: &Admin, params: Days) -> Result<Reply<DailyStats>> {
    let record = |row: DayRow| DayRecord {
        date: row.day,
        storagebytes: row.storage_bytes,
        files: row.files,
        people: row.people,
        calls: row.calls,
    };
    Ok(Reply::list(view.days(params.days.min(DAYS_KEPT))?.into_iter().map(record).collect::<Vec<_>>()))
}

fn languages(_: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<AdminLanguages>> {
    let record = |language: Language| AdminLanguageRecord {
        name: language.name(),
        current: language == Language::default(),
    };
    Ok(Reply::list(Vec::from(Language::ALL.map(record))))
}
