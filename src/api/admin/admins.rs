//! Administrators and their rights.

use crate::api::op::ops;
use crate::api::params::{AccountName, Nothing, Param, Shown, params};
use crate::api::record::{Empty, No, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::{Schema, not_one_of};
use crate::api::table;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::accounts::admin_areas::{AdminArea, AdminRights, AreaRights};
use crate::domain::accounts::admin_rights;
use crate::error::Result;
use crate::store::Write;

ops! { ADMINS: Admin "Administrators"
    /// All administrators, by name.
    "getadminusers" admin read list(Nothing) -> AdminUsers;
    /// Makes an administrator an ordinary user. The account stays. Only administrators with all
    /// rights can do this.
    "deleteadminuser" admin write delete(OneAdmin) -> Command;
    /// Sets all rights of an administrator in an area at once: `read` allows viewing, and any of
    /// the others allows changing. Only administrators with all rights can do this. An
    /// administrator who may change every area has all rights.
    "setadminuserpolicy" admin write set(Set) -> Command;
}

// All administrators ask for their own rights.
ops! { OWN_RIGHTS: Admin "Authentication"
    /// The areas of the administration.
    "getadminoperations" admin read areas(Nothing) -> AdminOperations;
    /// The rights of an administrator, by area. All may see their own; those of others need the
    /// right to see administrators.
    "getadminuserpolicy" admin read rights(OneAdmin) -> AdminOperations;
    /// The rights of an administrator in one area.
    "getadminuseroperationpermission" admin read permission(OneArea) -> AdminPermission;
}

params! {
    OneAdmin {
        /// The account.
        username: AccountName,
    }
    OneArea {
        /// The account.
        username: AccountName,
        /// The area.
        opname: Area,
    }
    Set {
        /// The account.
        username: AccountName,
        /// The area.
        opname: Area,
        /// 1 to let them change.
        create: Option<Given>,
        /// 1 to let them look.
        read: Option<Given>,
        /// 1 to let them change.
        update: Option<Given>,
        /// 1 to let them change.
        delete: Option<Given>,
    }
}

/// An area of the administration.
#[derive(Clone, Copy, Debug)]
struct Area(AdminArea);

impl Param for Area {
    const SCHEMA: Schema = Schema::words(AdminArea::NAMES);
    const SHOWN: Shown = Shown::Object;

    fn parse(text: &str) -> Result<Area> {
        AdminArea::of(text).map(Area).ok_or_else(|| not_one_of(AdminArea::NAMES))
    }
}

/// A flag that the audit log shows with its name.
#[derive(Clone, Copy, Debug)]
struct Given(bool);

impl Param for Given {
    const SCHEMA: Schema = bool::SCHEMA;
    const SHOWN: Shown = Shown::Named;

    fn parse(text: &str) -> Result<Given> {
        bool::parse(text).map(Given)
    }
}

record! {
    /// An administrator.
    AdminUserRecord {
        /// The name of the account.
        name: String,
        /// The name that others see.
        displayname: String as extension,
        /// Whether they have all rights.
        isfull: bool as extension,
    }
    /// The rights in an area of the administration.
    AdminOperationRecord {
        /// The area.
        opname: &'static str,
        /// Whether the administrator may change it.
        update: bool,
        /// Whether the administrator may view it.
        read: bool as extension,
        /// The operations that need the right to look, separated by commas; for the files of users,
        /// those of the user side with `adminproxyuserid`.
        reading: String as extension,
        /// The operations that need the right to change.
        changing: String as extension,
    }
    /// The rights in an area of the administration.
    AdminPermissionRecord {
        /// Whether the administrator may view it.
        read: bool,
        /// Whether the administrator may change it.
        write: bool,
        /// Not in use here.
        share: No,
        /// Not in use here.
        sync: No,
        /// Whether the administrator may change it.
        create: bool,
        /// Whether the administrator may change it.
        update: bool,
        /// Whether the administrator may change it.
        delete: bool,
        /// Not in use here.
        issharedtoyou: No,
        /// Not in use here.
        shareowner: Empty,
    }
}

reply! {
    /// Administrators.
    AdminUsers = adminusers(Total)[adminuser: AdminUserRecord];
    /// Areas of the administration.
    AdminOperations = operations(Total)[operation: AdminOperationRecord];
    /// The rights in an area.
    AdminPermission = permissions()[permission: AdminPermissionRecord; 1];
}

fn list(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<AdminUsers>> {
    let admins = view.administrators()?.into_iter().map(|(account, rights)| AdminUserRecord {
        name: account.name,
        displayname: account.display_name,
        isfull: rights.is_full(),
    });
    Ok(Reply::counted(admins.collect::<Vec<_>>()))
}

fn areas(_: &CloudView<'_>, admin: &Admin, _: Nothing) -> Result<Reply<AdminOperations>> {
    Ok(Reply::counted(records(admin.rights())))
}

fn rights(view: &CloudView<'_>, admin: &Admin, params: OneAdmin) -> Result<Reply<AdminOperations>> {
    Ok(Reply::counted(records(&view.rights_of_administrator(admin, &params.username.0)?)))
}

fn records(rights: &AdminRights) -> Vec<AdminOperationRecord> {
    let record = |area: &AdminArea| {
        let AreaRights { may_read, may_change } = rights.at(*area);
        AdminOperationRecord {
            opname: area.name(),
            update: may_change,
            read: may_read,
            reading: operations_of(*area, false),
            changing: operations_of(*area, true),
        }
    };
    AdminArea::ALL.iter().map(record).collect()
}

/// The names of the operations of an area that need the right to look, or of those that need the
/// right to change.
fn operations_of(area: AdminArea, is_changing: bool) -> String {
    let of_area = table::all()
        .filter(|one| one.area_of_admins() == Some(area) && one.entrance().is_changing == is_changing);
    of_area.map(|one| one.name).collect::<Vec<_>>().join(",")
}

fn permission(view: &CloudView<'_>, admin: &Admin, params: OneArea) -> Result<Reply<AdminPermission>> {
    let rights = view.rights_of_administrator(admin, &params.username.0)?.at(params.opname.0);
    Ok(Reply::one(AdminPermissionRecord {
        read: rights.may_read,
        write: rights.may_change,
        share: No,
        sync: No,
        create: rights.may_change,
        update: rights.may_change,
        delete: rights.may_change,
        issharedtoyou: No,
        shareowner: Empty,
    }))
}

fn set(tx: &Write, admin: &Admin, params: Set) -> Result<Reply> {
    let is = |flag: Option<Given>| flag.is_some_and(|flag| flag.0);
    let may_change = is(params.create) || is(params.update) || is(params.delete);
    let rights = AreaRights { may_read: may_change || is(params.read), may_change };
    admin_rights::change(tx, admin, &params.username.0, params.opname.0, rights)?;
    Ok(Reply::done())
}

fn delete(tx: &Write, admin: &Admin, params: OneAdmin) -> Result<Reply> {
    admin_rights::remove(tx, admin, &params.username.0)?;
    Ok(Reply::done())
}
