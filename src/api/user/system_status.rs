//! Facts about this server, and the caller's storage, in the form that clients of FileCloud know.

use crate::api::authenticate::Guest;
use crate::api::op::ops;
use crate::api::params::Nothing;
use crate::api::record::{Empty, No, OrEmpty, StatusNumber, Yes, record, reply};
use crate::api::reply::Reply;
use crate::api::user::session::{AccountSource, System, UserLevel};
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::client_values::ACTIVITY_COLLAPSED;
use crate::domain::accounts::groups::Page;
use crate::domain::quota::usage::percent;
use crate::error::Result;

ops! { SYSTEM_STATUS: User "Authentication and system"
    /// Tells facts about this server and, for a signed-in user, how much storage is left.
    "getsystemstatus" anyone read system_status(Nothing) -> SystemStatus;
}

record! {
    /// Facts about this server, and the caller's storage.
    SystemStatusRecord {
        /// The version of the program.
        appversion: &'static str,
        /// The version of the protocol.
        apilevel: &'static str,
        /// The name of the account; empty if nobody is signed in.
        peerid: String,
        /// The name that others see.
        displayname: String,
        /// The kind of server.
        system = "OS": System,
        /// The name of the cloud.
        oem: String,
        /// Always 0: this server does not look for newer versions.
        needsupdate: No,
        /// Always 0, for the same reason.
        iscritical: No,
        /// Always 0: this server does not update itself.
        autoupdate: No,
        /// Always 0: this server has no plugins.
        needspluginupdate: No,
        /// Always 0, for the same reason.
        iscriticalpluginupdate: No,
        /// The name of the account; empty if nobody is signed in.
        currentprofile: String,
        /// Seconds since the start of the server.
        uptime: u64,
        /// The port of `serverurl`; empty if nobody is signed in.
        httpport: String,
        /// Whether the server can be used.
        isonline: Yes,
        /// Whether calls go through another server.
        relayactive: No,
        /// Whether that server is reached by HTTPS. There is none.
        relayishttps: No,
        /// Whether the server runs on another machine than the client.
        isremote: Yes,
        /// Whether the server opens a port of the router.
        upnpenabled: No,
        /// Whether a port of the router is open.
        upnpactive: No,
        /// Whether this call came by HTTPS.
        ishttps: bool,
        /// The address at which devices reach this server; empty if it is unknown, and if nobody is
        /// signed in.
        serverurl: String,
        /// The place where accounts are stored.
        authtype: AccountSource,
        /// Minimum number of characters in a new password.
        passwordminlength: u32,
        /// The e-mail address of the account.
        email: String,
        /// Whether clients collect pictures and films for this server by a call of their own.
        mediasync: No,
        /// Not in use here.
        mediasyncstorepath: Empty,
        /// Whether activities are off.
        disableactivity: No,
        /// Whether files cannot be locked.
        disablelock: No,
        /// Whether music cannot be played.
        disablemusic: No,
        /// Endings of names that cannot be uploaded. There are none here.
        uploadrestrictions: Empty,
        /// Whether `getfsthumbimage` makes pictures of PDF files here.
        docthumbsenabled: bool,
        /// The rights of the account. This field and those below are only there for signed-in
        /// users.
        userstatus: Option<OrEmpty<UserLevel>>,
        /// 0 guest, 1 full, 2 disabled, 3 external.
        clouduserstatus: Option<StatusNumber>,
        /// Used storage in bytes.
        storageusage: Option<u64>,
        /// Storage limit in bytes; 0 for no limit.
        sizelimit: Option<u64>,
        /// Used storage in percent of the limit.
        usagepercent: Option<u64>,
        /// Free storage in bytes.
        availablestorage: Option<u64>,
        /// Number of notifications that the account has not read.
        unreadmessages: Option<u64>,
        /// Number of groups that the account is in.
        numgroups: Option<u64>,
        /// Whether `searchprofiles` finds other accounts.
        cansearchotherusers: Option<Yes>,
        /// Whether others' shares are listed at `/SHARED`.
        showsharedfiles: Option<Yes>,
        /// Whether there are lists of favorites.
        showfavorites: Option<Yes>,
        /// Whether clients can sync network folders, with `getsyncfolderlist`.
        allownetworkfoldersync: Option<Yes>,
        /// Whether the account has no files of its own.
        disablemyfiles: Option<bool>,
        /// Whether the account's clients fold the list of activities.
        collapseactivity: Option<bool>,
        /// Whether the disk is nearly full. For administrators.
        disknearlyfull: Option<bool> as extension,
    }
}

reply! {
    /// Facts about this server, and the caller's storage.
    SystemStatus = systemstatus()[status: SystemStatusRecord; 1];
}

fn system_status(view: &CloudView<'_>, guest: &Guest, _: Nothing) -> Result<Reply<SystemStatus>> {
    let mut record = of_server(view, guest);
    if let Some(user) = &guest.user {
        add_storage(view, user, &mut record)?;
        add_person(view, user, &mut record)?;
    }
    Ok(Reply::one(record))
}

fn of_server(view: &CloudView<'_>, guest: &Guest) -> SystemStatusRecord {
    let account = guest.user.as_ref().map(|user| &user.session().account);
    let name = account.map_or(String::new(), |account| account.name.clone());
    // Strangers do not learn the addresses of the home.
    let address = guest.user.as_ref().map_or_else(String::new, |_| view.best_address());
    SystemStatusRecord {
        appversion: env!("CARGO_PKG_VERSION"),
        apilevel: "23",
        peerid: name.clone(),
        displayname: account.map_or(String::new(), |account| account.display_name.clone()),
        system: System::Cloud,
        oem: view.config().name.clone(),
        needsupdate: No,
        iscritical: No,
        autoupdate: No,
        needspluginupdate: No,
        iscriticalpluginupdate: No,
        currentprofile: name,
        uptime: view.uptime().as_secs(),
        httpport: port_of(&address).map_or_else(String::new, |port| port.to_string()),
        isonline: Yes,
        relayactive: No,
        relayishttps: No,
        isremote: Yes,
        upnpenabled: No,
        upnpactive: No,
        ishttps: guest.is_secure,
        serverurl: address,
        authtype: AccountSource::Default,
        passwordminlength: view.config().password_length_min,
        email: account.and_then(|account| account.email.clone()).unwrap_or_default(),
        mediasync: No,
        mediasyncstorepath: Empty,
        disableactivity: No,
        disablelock: No,
        disablemusic: No,
        uploadrestrictions: Empty,
        docthumbsenabled: !view.kinds_without_thumbnails().contains(&"PDF"),
        userstatus: None,
        clouduserstatus: None,
        storageusage: None,
        sizelimit: None,
        usagepercent: None,
        availablestorage: None,
        unreadmessages: None,
        numgroups: None,
        cansearchotherusers: None,
        showsharedfiles: None,
        showfavorites: None,
        allownetworkfoldersync: None,
        disablemyfiles: None,
        collapseactivity: None,
        disknearlyfull: None,
    }
}

fn add_storage(view: &CloudView<'_>, user: &User, record: &mut SystemStatusRecord) -> Result<()> {
    let account = &user.session().account;
    let usage = view.account_usage(&account.name)?;
    let (used, limit) = (usage.bytes(), usage.quota_bytes);
    record.storageusage = Some(used);
    record.sizelimit = Some(limit);
    record.usagepercent = Some(percent(used, limit));
    record.availablestorage = Some(view.free_bytes(&usage)?);
    record.disknearlyfull = account.is_admin.then(|| view.is_disk_nearly_full()).transpose()?;
    Ok(())
}

fn add_person(view: &CloudView<'_>, user: &User, record: &mut SystemStatusRecord) -> Result<()> {
    let account = &user.session().account;
    let (key, name) = ACTIVITY_COLLAPSED;
    record.userstatus = Some(UserLevel::of(account.status));
    record.clouduserstatus = Some(StatusNumber(account.status));
    record.unreadmessages = Some(view.unread_toasts(user)?);
    record.numgroups = Some(view.groups_of(&account.name, Page { start: 0, limit: 0 })?.1);
    record.cansearchotherusers = Some(Yes);
    record.showsharedfiles = Some(Yes);
    record.showfavorites = Some(Yes);
    record.allownetworkfoldersync = Some(Yes);
    record.disablemyfiles = Some(!account.status.has_home());
    record.collapseactivity = Some(view.user_value(user, key, name)?.is_some_and(|value| value == "1"));
    Ok(())
}

/// The port of an address such as `https://cloud.example.org`.
fn port_of(address: &str) -> Option<u16> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split('/').next().unwrap_or(rest);
    let written = authority.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    Some(written.unwrap_or(if scheme == "https" { 443 } else { 80 }))
}

#[cfg(test)]
mod tests {
    use super::port_of;

    #[test]
    fn the_port_of_an_address_is_written_or_that_of_its_scheme() {
        for (address, port) in [
            ("", None),
            ("https://cloud.example.org", Some(443)),
            ("http://box.local/", Some(80)),
            ("http://192.168.0.2:8080", Some(8080)),
            ("http://[fd00::1]", Some(80)),
            ("https://[fd00::1]:8443/a:1", Some(8443)),
        ] {
            assert_eq!(port_of(address), port, "{address}");
        }
    }
}
