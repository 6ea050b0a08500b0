//! The areas of the administration. In each, an administrator may look, look and change, or do
//! neither.

use crate::error::Result;
use crate::store::Read;
use crate::store::admin_rights::{self, AdminRightRow};

macro_rules! areas {
    ($( $(#[doc = $help:literal])* $area:ident = $name:literal; )+) => {
        /// An area of the administration.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum AdminArea { $( $(#[doc = $help])* $area, )+ }

        impl AdminArea {
            pub const ALL: &'static [AdminArea] = &[ $( AdminArea::$area ),+ ];
            pub const NAMES: &'static [&'static str] = &[ $($name),+ ];

            /// The name of the area, as operations use it.
            pub fn name(self) -> &'static str {
                match self { $( AdminArea::$area => $name, )+ }
            }
        }
    };
}

areas! {
    /// Accounts. An administrator who may change them can get into all accounts that are not
    /// administrators'.
    Users = "Users";
    Groups = "Groups";
    Policies = "Policies";
    Devices = "Devices";
    /// Other people's files, with `adminproxyuserid`.
    Files = "Files of users";
    Shares = "Shares";
    NetworkFolders = "Network folders";
    TeamFolders = "Team folders";
    Audit = "Audit";
    Settings = "Settings";
    /// Sets of attributes for files.
    Metadata = "Metadata";
    /// Logo and colour of the cloud.
    Looks = "The cloud's looks";
    /// State of disks and database.
    Server = "Server";
    Dashboard = "Dashboard";
    Alerts = "Alerts";
    /// Outbox and texts of mails. The mail server is among the settings.
    Mail = "Mail";
    /// Rights of administrators. Only administrators with all rights change them.
    Administrators = "Administrators";
}

impl AdminArea {
    /// The area with a name in any case.
    pub fn of(name: &str) -> Option<AdminArea> {
        AdminArea::ALL.iter().copied().find(|area| area.name().eq_ignore_ascii_case(name.trim()))
    }
}

/// The rights of an administrator: all, or those stored for each area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdminRights(Vec<AdminRightRow>);

/// The rights in one area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AreaRights {
    pub may_read: bool,
    /// True only if `may_read` is true too.
    pub may_change: bool,
}

impl AdminRights {
    pub(in crate::domain) fn read(read: &Read, account: i64) -> Result<AdminRights> {
        admin_rights::of_user(read, account).map(AdminRights)
    }

    /// True for all rights.
    pub fn is_full(&self) -> bool {
        self.0.is_empty()
    }

    pub fn at(&self, area: AdminArea) -> AreaRights {
        if self.is_full() {
            return AreaRights { may_read: true, may_change: true };
        }
        let row = self.0.iter().find(|row| row.area == area.name());
        AreaRights {
            may_read: row.is_some_and(|row| row.may_read || row.may_change),
            may_change: row.is_some_and(|row| row.may_change),
        }
    }

    pub fn may(&self, area: AdminArea, is_changing: bool) -> bool {
        let rights = self.at(area);
        if is_changing { rights.may_change } else { rights.may_read }
    }

    /// The rows to be stored.
    pub(super) fn rows(&self) -> &[AdminRightRow] {
        &self.0
    }

    /// The same rights, changed in one area.
    pub(super) fn with(&self, area: AdminArea, rights: AreaRights) -> AdminRights {
        let of = |one: AdminArea| if one == area { rights } else { self.at(one) };
        let rows = AdminArea::ALL.iter().map(|one| {
            let AreaRights { may_read, may_change } = of(*one);
            AdminRightRow { area: one.name().to_owned(), may_read: may_read || may_change, may_change }
        });
        let rows: Vec<AdminRightRow> = rows.collect();
        // Full rights are stored as no rows.
        AdminRights(if rows.iter().all(|row| row.may_change) { Vec::new() } else { rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: AreaRights = AreaRights { may_read: true, may_change: false };
    const NOTHING: AreaRights = AreaRights { may_read: false, may_change: false };
    const CHANGE: AreaRights = AreaRights { may_read: true, may_change: true };

    #[test]
    fn rights_are_said_area_by_area_and_an_area_without_a_row_is_closed() {
        let full = AdminRights::default();
        assert!(AdminArea::ALL.iter().all(|area| full.may(*area, true) && full.may(*area, false)));
        let lesser = full.with(AdminArea::Users, LOOK).with(AdminArea::Audit, NOTHING);
        assert!(lesser.may(AdminArea::Users, false) && !lesser.may(AdminArea::Users, true));
        assert!(!lesser.may(AdminArea::Audit, false) && lesser.may(AdminArea::Groups, true));
        let rows = lesser.0.iter().filter(|row| row.area != AdminArea::Groups.name()).cloned().collect();
        assert_eq!(AdminRights(rows).at(AdminArea::Groups), NOTHING, "as with an area that is new");
        assert!(lesser.with(AdminArea::Users, CHANGE).with(AdminArea::Audit, CHANGE).is_full());
    }

    #[test]
    fn areas_are_found_by_their_names() {
        for area in AdminArea::ALL {
            assert_eq!(AdminArea::of(&area.name().to_uppercase()), Some(*area));
        }
        assert_eq!(AdminArea::of("Authentication"), None);
    }
}
