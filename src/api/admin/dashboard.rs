//! What the dashboard shows of the server and of what is new.

use crate::api::op::ops;
use crate::api::params::{Gigabytes, Nothing};
use crate::api::record::{MonthTime, Seconds, SizeText, record, reply};
use crate::api::reply::Reply;
use crate::base::limits::LATEST_MAX;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::social::activities::Activity;
use crate::error::Result;

ops! { DASHBOARD: Admin "Dashboard"
    /// What this server is called, where it is reached, and how much an account may hold by the default policy.
    "getinfo" admin read info(Nothing) -> Information;
    /// The files that were added last, of everybody, the newest first.
    "getlatestfilesadded" admin read latest_files(Nothing) -> LatestFiles;
    /// The languages of the admin portal. Which one somebody reads is kept in their browser; the answers of the API are in the
    /// current one.
    "getadminlanguagelist" admin immediate languages(Nothing) -> AdminLanguages;
}

record! {
    /// What this server is called, and where it is reached.
    InformationRecord {
        /// The name of this cloud.
        servicename: String,
        /// Its best address; empty where none is known.
        serviceurl: String,
        /// Who checks passwords: this server.
        authtype: &'static str,
        /// How many GB an account may hold by the default policy; 0 for no limit.
        storageperuser: String,
    }
    /// A file that was added.
    LatestFileRecord {
        /// The account that added it.
        who: String,
        /// Its name.
        name: String,
        /// How large it is.
        size: SizeText,
        /// When it was added.
        created: MonthTime,
        /// With what it was added.
        how: String,
        /// When it was added.
        createdepochutc: Seconds as extension,
        /// The name of the account that others see.
        whodisplayname: String as extension,
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
    /// What this server is called, and where it is reached.
    Information = information()[info: InformationRecord; 1];
    /// The files that were added last.
    LatestFiles = items()[item: LatestFileRecord];
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
        storageperuser: format!("{}", limit as f64 / Gigabytes::BYTES),
    }))
}

fn latest_files(view: &CloudView<'_>, admin: &Admin, _: Nothing) -> Result<Reply<LatestFiles>> {
    let record = |(Activity { path, row }, bytes): (Activity, u64)| LatestFileRecord {
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

fn languages(_: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<AdminLanguages>> {
    let language = |(name, current)| AdminLanguageRecord { name, current };
    Ok(Reply::list(Vec::from([("english", true), ("german", false)].map(language))))
}
