//! The whole operation table.

use super::op::Operation;
use super::{admin, user};
use crate::domain::accounts::sessions::Side;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Every area's table.
const AREAS: &[&[Operation]] = &[
    user::session::SESSION,
    user::account::ACCOUNT,
    user::pairing::PAIRING,
    user::files::FILES,
    user::locks::LOCKS,
    user::favorites::FAVORITES,
    user::comments::COMMENTS,
    user::activity::ACTIVITY,
    user::values::VALUES,
    user::notifications::NOTIFICATIONS,
    user::shortcuts::SHORTCUTS,
    user::groups::GROUPS,
    user::transfer::TRANSFER,
    user::versions::VERSIONS,
    user::recycle::RECYCLE,
    user::pictures::PICTURES,
    user::search::SEARCH,
    user::sync::SYNC,
    admin::session::SESSION,
    admin::users::USERS,
    admin::groups::GROUPS,
    admin::pairing::PAIRING,
    admin::audit::AUDIT,
    admin::server::SERVER,
    admin::upkeep::UPKEEP,
    admin::settings::SETTINGS_OPERATIONS,
];

static BY_NAME: LazyLock<HashMap<(bool, &'static str), &'static Operation>> = LazyLock::new(|| {
    all().map(|operation| ((operation.side == Side::Admin, operation.name), operation)).collect()
});

pub fn all() -> impl Iterator<Item = &'static Operation> {
    AREAS.iter().copied().flatten()
}

/// The operation of a name in lower case.
pub fn find(side: Side, name: &str) -> Option<&'static Operation> {
    BY_NAME.get(&(side == Side::Admin, name)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::catalogue;

    /// Operations of this server that FileCloud does not have.
    const EXTENSIONS: &[&str] = &[
        "serverinfo",
        "getapidescription",
        "setup",
        "getsessions",
        "endsession",
        "endothersessions",
        "createpairing",
        "pairdevice",
        "createpairingforuser",
        "getuploadstatus",
        "restorefromrecyclebin",
        "setprofileimage",
        "removeprofileimage",
        "getsessionsforuser",
        "endsessionforuser",
        "getcallstats",
        "verifyaudit",
        "getstorage",
        "getstoragebyuser",
        "getvolumes",
        "getchecks",
        "getfindings",
        "startcheck",
        "getsettings",
        "setsetting",
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
    fn everything_is_documented() {
        for operation in all() {
            assert!(!operation.help.trim().is_empty(), "{}", operation.name);
            for field in operation.fields {
                assert!(!field.help.trim().is_empty(), "{} {}", operation.name, field.names);
            }
        }
    }
}
