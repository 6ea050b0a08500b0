//! Who administers, and what each of them may do.

use crate::api::op::ops;
use crate::api::params::{AccountName, Nothing, Param, Shown, params};
use crate::api::record::{Empty, No, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::Schema;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::accounts::admin_areas::{AdminArea, AdminRights, AreaRights};
use crate::domain::accounts::admin_rights;
use crate::error::{Code, Error, Result};
use crate::store::Write;

ops! { ADMINS: Admin "Administrators"
    /// All administrators, by name.
    "getadminusers" admin read list(Nothing) -> AdminUsers;
    /// Takes away that somebody is an administrator. The account stays. Only who may do everything can do it.
    "deleteadminuser" admin write delete(OneAdmin) -> Command;
    /// Says what an administrator may do in an area, at once: look with `read`, change with any of the others. Only who may do
    /// everything can do it. Who may change everything again may do everything.
    "setadminuserpolicy" admin write set(Set) -> Command;
}

// Everybody who administers asks for their own rights.
ops! { OWN_RIGHTS: Admin "Authentication"
    /// The areas of the administration.
    "getadminoperations" admin read areas(Nothing) -> AdminOperations;
    /// What an administrator may do, by area: oneself always, others with the right to see administrators.
    "getadminuserpolicy" admin read rights(OneAdmin) -> AdminOperations;
    /// The same for one area.
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
    const SCHEMA: Schema = Schema::text("area");
    const SHOWN: Shown = Shown::Object;

    fn parse(text: &str) -> Result<Area> {
        AdminArea::of(text).map(Area).ok_or_else(|| {
            let names: Vec<&str> = AdminArea::ALL.iter().map(|area| area.name()).collect();
            Error::new(Code::Invalid, format!("It is one of {}.", names.join(", ")))
        })
    }
}

/// A flag that the audit log tells with its name.
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
        /// Whether they may do everything.
        isfull: bool as extension,
    }
    /// What may be done in an area of the administration.
    AdminOperationRecord {
        /// The area.
        opname: &'static str,
        /// Whether things may be changed there.
        update: bool,
        /// Whether one may look there.
        read: bool as extension,
    }
    /// What may be done in an area of the administration.
    AdminPermissionRecord {
        /// Whether one may look there.
        read: bool,
        /// Whether things may be changed there.
        write: bool,
        /// Not in use here.
        share: No,
        /// Not in use here.
        sync: No,
        /// Whether things may be changed there.
        create: bool,
        /// Whether things may be changed there.
        update: bool,
        /// Whether things may be changed there.
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
    /// What may be done in an area.
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
        AdminOperationRecord { opname: area.name(), update: may_change, read: may_read }
    };
    AdminArea::ALL.iter().map(record).collect()
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
