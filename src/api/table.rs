//! The table of all operations.

use super::op::Operation;
use super::{admin, user};
use crate::domain::accounts::sessions::Side;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The tables of all areas.
const AREAS: &[&[Operation]] = &[
    user::session::SESSION,
    user::second_factor::SECOND_FACTOR,
    user::devices::DEVICES,
    admin::devices::DEVICES,
    user::account::ACCOUNT,
    user::pairing::PAIRING,
    user::one_time_links::ONE_TIME_LINKS,
    user::sign_up::SIGN_UP,
    user::files::FILES,
    user::locks::LOCKS,
    user::favorites::FAVORITES,
    user::comments::COMMENTS,
    user::metadata::METADATA,
    user::activity::ACTIVITY,
    user::values::VALUES,
    user::customization::CUSTOMIZATION,
    user::certificate::CERTIFICATE,
    user::notifications::NOTIFICATIONS,
    user::photos::PHOTOS,
    user::shortcuts::SHORTCUTS,
    user::groups::GROUPS,
    user::shares::SHARES,
    user::share_members::SHARE_MEMBERS,
    user::link_addresses::LINK_ADDRESSES,
    user::share_activity::SHARE_ACTIVITY,
    user::public_share::PUBLIC_SHARE,
    user::share_mail::SHARE_MAIL,
    admin::shares::SHARES,
    admin::externals::EXTERNALS,
    admin::team_folders::TEAM_FOLDERS,
    user::access_lists::ACCESS_LISTS,
    user::transfer::TRANSFER,
    user::versions::VERSIONS,
    user::recycle::RECYCLE,
    user::holds::HOLDS,
    user::pictures::PICTURES,
    user::search::SEARCH,
    user::sync::SYNC,
    user::archives::ARCHIVES,
    admin::session::SESSION,
    admin::users::USERS,
    admin::user_lists::USER_LISTS,
    admin::invitations::INVITATIONS,
    admin::groups::GROUPS,
    admin::pairing::PAIRING,
    admin::audit::AUDIT,
    admin::server::SERVER,
    admin::upkeep::UPKEEP,
    admin::settings::SETTINGS_OPERATIONS,
    admin::policies::POLICIES,
    admin::metadata::METADATA,
    admin::logo::LOGO,
    admin::config_settings::CONFIG_SETTINGS,
    admin::alerts::ALERTS,
    admin::mail::MAIL,
    admin::dashboard::DASHBOARD,
    admin::admins::ADMINS,
    admin::admins::OWN_RIGHTS,
];

static BY_NAME: LazyLock<HashMap<(bool, &'static str), &'static Operation>> = LazyLock::new(|| {
    all().map(|operation| ((operation.side == Side::Admin, operation.name), operation)).collect()
});

pub fn all() -> impl Iterator<Item = &'static Operation> {
    AREAS.iter().copied().flatten()
}

/// The operation with a name in lower case.
pub fn find(side: Side, name: &str) -> Option<&'static Operation> {
    BY_NAME.get(&(side == Side::Admin, name)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::catalogue;
    use crate::api::op::Who;
    use crate::domain::tests::closed;

    /// Operations of this server that FileCloud does not have.
    const EXTENSIONS: &[&str] = &[
        "serverinfo",
        "getapidescription",
        "getcertificate",
        "downloadcertificate",
        "setup",
        "setdeviceblocked",
        "allowrmcclient",
        "getsecondfactor",
        "startsecondfactor",
        "confirmsecondfactor",
        "renewrecoverycodes",
        "removesecondfactor",
        "resetsecondfactor",
        "getsessions",
        "endsession",
        "endothersessions",
        "createpairing",
        "getonetimelink",
        "setpasswordbylink",
        "mailverification",
        "inviteuser",
        "createpasswordlink",
        "exportusers",
        "pairdevice",
        "createpairingforuser",
        "getlinkaddresses",
        "getuploadstatus",
        "openlink",
        "getpublicshareinfo",
        "getpublicshareimage",
        "restorefromrecyclebin",
        "nameversion",
        "getholds",
        "takebackhold",
        "endhold",
        "setprofileimage",
        "removeprofileimage",
        "getsessionsforuser",
        "endsessionforuser",
        "getcallstats",
        "getdailystats",
        "verifyaudit",
        "getstorage",
        "getstoragebyuser",
        "getvolumes",
        "getchecks",
        "getfindings",
        "startcheck",
        "getsettings",
        "setsetting",
        "assignpolicytogroup",
        "zipfiles",
        "unzipfile",
        "getphotos",
        "getphotodays",
        "getgroupsforpolicy",
        "setlogo",
        "removelogo",
        "getmails",
        "retrymail",
        "deletemail",
        "getmailtexts",
        "setmailtext",
        "resetmailtext",
    ];

    #[test]
    fn names_are_lower_case_and_unique() {
        assert_eq!(BY_NAME.len(), all().count());
        assert!(all().all(|operation| operation.name == operation.name.to_lowercase()));
    }

    #[test]
    fn every_operation_is_known_or_a_declared_extension() {
        for operation in all() {
            let is_known = catalogue::knows(operation.side, operation.name);
            assert_ne!(is_known, EXTENSIONS.contains(&operation.name), "{}", operation.name);
        }
    }

    #[test]
    fn everything_that_a_cloud_at_home_needs_or_uses_is_offered() {
        for known in catalogue::all().filter(|known| known.tier != "C") {
            assert!(find(known.side, &known.name.to_lowercase()).is_some(), "{known:?}");
        }
    }

    /// The area that every administrator may call, whatever their rights.
    const OF_ALL_ADMINS: &str = "Authentication";

    #[test]
    fn every_operation_of_administrators_has_an_area_of_rights() {
        for operation in all().filter(|operation| operation.who == Who::Admin) {
            let is_own = operation.area == OF_ALL_ADMINS;
            assert!(operation.area_of_admins().is_some() != is_own, "{}: {}", operation.name, operation.area);
        }
    }

    #[test]
    fn everything_is_documented() {
        for operation in all() {
            assert!(!operation.help.trim().is_empty(), "{}", operation.name);
            for field in operation.fields {
                assert!(!field.help.trim().is_empty(), "{} {}", operation.name, field.names);
            }
        }
    }

    /// The operations that change or visit entries of a disk, each with its name in
    /// `domain/tests/closed`.
    const ON_DISK: &[(&str, &str)] = &[
        ("copyfile", "copy"),
        ("createfolder", "make a folder"),
        ("deleteallversions", "remove all versions"),
        ("deletefile", "delete a folder"),
        ("deletepartialuploads", "give uploads up"),
        ("deleteuser", "remove an account"),
        ("deleteversion", "remove a version"),
        ("dosearch", "look through for the search"),
        ("getphotodays", "look through for the search"),
        ("downloadfilemulti", "archive"),
        ("emptynetworkfolderrecyclebin", "empty the bin of a disk"),
        ("emptyrecyclebin", "empty the bin"),
        ("getdiskusagedetails", "properties"),
        ("getfilelist", "list"),
        ("getfolderproperties", "properties"),
        ("getstorage", "what storage is used for"),
        ("getstoragebyuser", "what storage is used for"),
        ("getsyncdelta", "sync"),
        ("getsyncfolderlist", "sync"),
        ("getuser", "properties"),
        ("getuserusage", "properties"),
        ("makeversionlive", "make a version live"),
        ("renamefile", "move"),
        ("renameormove", "move to another disk"),
        ("restorefromrecyclebin", "restore"),
        ("search", "look through for the search"),
        ("startcheck", "deep check"),
        ("takebackhold", "restore"),
        ("unzipfile", "make a folder"),
        ("upload", "replace"),
        ("zipfiles", "archive"),
    ];

    /// The operations that read or replace one entry, which they name.
    const ON_ONE_ENTRY: &[&str] = &[
        "docedit",
        "addaclentry",
        "deleteacl",
        "deleteaclentry",
        "getacl",
        "geteffectiveacl",
        "setaclinheritance",
        "docconvert",
        "downloadfile",
        "downloadversionedfile",
        "fileexists",
        "fileinfo",
        "getaudio",
        "getfilelockinfo",
        "getfsslideimage",
        "getfsthumbimage",
        "getuploadstatus",
        "getversion",
        "getversions",
        "getvideo",
        "lock",
        "nameversion",
        "rotatefsimage",
        "share",
        "setprofileimage",
        "unlock",
    ];

    /// The operations that use only the database.
    const OFF_DISK: &[&str] = &[
        "changelanguage",
        "favicon.ico",
        "robots.txt",
        "getcustomimage",
        "getcustomizationdata",
        "getlanguagelist",
        "getprivacy",
        "gettos",
        "getuitranslations",
        "getvideocaps",
        "removelogo",
        "setlogo",
        "getadminusers",
        "deleteadminuser",
        "getadminoperations",
        "getadminuserpolicy",
        "setadminuserpolicy",
        "getadminuseroperationpermission",
        "getconfigsetting",
        "setconfigsetting",
        "clearconfigsetting",
        "clearallconfigsetting",
        "checksettingpath",
        "checkserverurl",
        "checkstoragesetting",
        "checksendemail",
        "getmails",
        "retrymail",
        "deletemail",
        "getmailtexts",
        "setmailtext",
        "resetmailtext",
        "getsysalerts",
        "removealert",
        "clearallalerts",
        "getinfo",
        "getlatestfilesadded",
        "getadminlanguagelist",
        "getlatestusersadded",
        "getavailablemetadatasets",
        "getmetadatasetsforsearch",
        "getmetadatavalues",
        "getdefaultmetadatavalues",
        "addsettofileobject",
        "removesetfromfileobject",
        "saveattributevalues",
        "getmetadatasetdefinitions",
        "getmetadataset",
        "addmetadataset",
        "updatemetadataset",
        "deletemetadataset",
        "getallpolicies",
        "getdefaultpolicy",
        "addpolicy",
        "updatepolicy",
        "removepolicy",
        "assignpolicytouser",
        "resetpolicyforuser",
        "getusersforpolicy",
        "geteffectivepolicyforuser",
        "getpolicyforuser",
        "updatepolicyforuser",
        "assignpolicytogroup",
        "getgroupsforpolicy",
        "requestdeviceaccess",
        "approvedeviceaccess",
        "getrmcclients",
        "deletedevice",
        "setdeviceblocked",
        "getrmccommands",
        "ackrmccommands",
        "rmcloginguest",
        "removermcclient",
        "addrmccommand",
        "removermccommand",
        "allowrmcclient",
        "2falogin",
        "resend2facode",
        "get2fagasecret",
        "get2fagasecretqrcode",
        "getsecondfactor",
        "startsecondfactor",
        "confirmsecondfactor",
        "renewrecoverycodes",
        "removesecondfactor",
        "resetsecondfactor",
        "getpublicshareauthinfo",
        "loginprotectedshare",
        "getpublicshareinfo",
        "getpublicshareimage",
        "getuploadform",
        "openlink",
        "geturlforemail",
        "getprivateurlforemail",
        "getemailsubject",
        "getemailtemplate",
        "sendemail",
        "sendsharetoemail",
        "createprofileoninvite",
        "getexternals",
        "addexternal",
        "updateexternal",
        "deleteexternal",
        "addusertoexternal",
        "deleteuserfromexternal",
        "getusersforexternal",
        "addgrouptoexternal",
        "deletegroupfromexternal",
        "getgroupsforexternal",
        "getteamfolderproperties",
        "setteamfolderuser",
        "quickshare",
        "getshareactivityforshare",
        "getrecentshareactivityforuser",
        "getmostactiveshares",
        "groups",
        "addshare",
        "updateshare",
        "deleteshare",
        "getshares",
        "getsharesfilter",
        "getshareforid",
        "getshareforpath",
        "getlinkaddresses",
        "getmanageablesharesall",
        "getmanageablesharesforpath",
        "setallowpublicaccess",
        "updatesharelink",
        "getsharepassword",
        "getrandompassword",
        "addusertoshare",
        "adduserstoshare",
        "deleteuserfromshare",
        "getusersforshare",
        "getuseraccessforshare",
        "setuseraccessforshare",
        "addgrouptoshare",
        "deletegroupfromshare",
        "getgroupaccessforshare",
        "setgroupaccessforshare",
        "leaveshare",
        "getsharesbyowner",
        "searchgroups",
        "addgroup",
        "addgroupmember",
        "searchprofiles",
        "searchprofile",
        "getgroups",
        "getgroupbyname",
        "updategroup",
        "deletegroup",
        "getmembersforgroup",
        "addmembertogroup",
        "deletememberfromgroup",
        "getgroupsforuser",
        "acktoasts",
        "addcommentforitem",
        "addfavoritelist",
        "addnotificationfilter",
        "addshortcut",
        "adduser",
        "adminlogin",
        "cancelsearch",
        "clearfavoritesinnamedlist",
        "clearsavedsearchterms",
        "createpairing",
        "createpairingforuser",
        "getlinkaddresses",
        "endhold",
        "getholds",
        "deleteshortcut",
        "deletetoasts",
        "endothersessions",
        "downloadcertificate",
        "endsession",
        "endsessionforuser",
        "exportaudit",
        "getaccessdetailsforpath",
        "getactivitybylevel",
        "getactivitystream",
        "getallfavoritelists",
        "getalllocks",
        "getapidescription",
        "getaudit",
        "getauthenticationinfo",
        "getcertificate",
        "getauthstatus",
        "getcallstats",
        "getdailystats",
        "getchecks",
        "getcommentsforitem",
        "getconfigitem",
        "getfavoritelistforitem",
        "getfavoritesinlist",
        "getfavoritesinnamedlist",
        "getfindings",
        "getnotificationstream",
        "import",
        "setpasswordbylink",
        "beginprofilecreation",
        "checkid",
        "createpasswordlink",
        "createprofile",
        "exportusers",
        "inviteuser",
        "mailverification",
        "resetpassword",
        "verifyemail",
        "getonetimelink",
        "getphotos",
        "getprofileimage",
        "getprofilesettings",
        "getsessions",
        "getsessionsforuser",
        "getsettings",
        "getshortcuts",
        "getstats",
        "getsystemstatus",
        "gettoasts",
        "getvolumes",
        "isnotificationfilterset",
        "locksession",
        "loginguest",
        "logout",
        "logoutprofile",
        "pairdevice",
        "removecommentforitem",
        "removefavoritelist",
        "removenotificationfilter",
        "removeprofileimage",
        "replacefavoritelist",
        "searchtermsearch",
        "serverinfo",
        "setadminstatus",
        "setconfigitem",
        "setdisplayname",
        "setfavorite",
        "setsetting",
        "setup",
        "setuserpassword",
        "showhideactivity",
        "trimauditdb",
        "unsetfavorite",
        "updatecommentforitem",
        "updatefavoritelist",
        "updatepassword",
        "updateuser",
        "verifyaudit",
    ];

    #[test]
    fn every_operation_that_walks_or_changes_a_disk_is_tried_with_each_entry_closed() {
        for operation in all() {
            let name = operation.name;
            let tried = ON_DISK.iter().filter(|(tried, _)| *tried == name).map(|(_, what)| *what);
            let is_tried = tried.clone().count() > 0;
            assert!(
                is_tried || ON_ONE_ENTRY.contains(&name) || OFF_DISK.contains(&name),
                "{name} is not sorted"
            );
            for what in tried {
                assert!(closed::tried().any(|tried| tried == what), "{name} is not tried: {what}");
            }
        }
    }
}
