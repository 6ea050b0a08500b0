//! Devices, for their owners and for the devices themselves.

use crate::api::authenticate::Guest;
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, RecordIds, params};
use crate::api::record::{Empty, Id, OrEmpty, PlainTime, Seconds, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::shown::Noted;
use crate::api::texts::{Line, Lines};
use crate::base::limits::DEVICE_ID_BYTES_MAX;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::devices::{self, Waits};
use crate::error::{Code, Error, Result};
use crate::store::Write;
use crate::store::devices::{Blocked, CommandRow, DeviceRow, DeviceStatus, NewDevice};

ops! { DEVICES: User "Devices"
    /// Requests access for a device: result 1 if its owner has to approve it, 2 if an administrator
    /// has to allow it first.
    "requestdeviceaccess" anyone slow request(Request) -> Command;
    /// Approves a device of the signed-in account. The message is a code that the device sends as
    /// `dsc` when it signs in.
    "approvedeviceaccess" user slow approve(OneDevice) -> Command;
    /// The devices of the signed-in account, the last used first.
    "getrmcclients" user read list(List) -> Devices;
    /// Removes a device of the signed-in account, which ends its sessions.
    "deletedevice" user write remove(OneDevice) -> Command;
    /// Blocks a device of the signed-in account, which ends its sessions at once, or unblocks it.
    "setdeviceblocked" user write set_blocked(SetBlocked) -> Command;
    /// The commands for a device. The device needs no session for this, because a blocked one has
    /// none: its id is enough.
    "getrmccommands" anyone query commands(Commands) -> DeviceCommands;
    /// Notes that a device has carried out commands. This needs no session either.
    "ackrmccommands" anyone slow acknowledge(Acknowledge) -> Command;
}

params! {
    Request {
        /// User name or e-mail address.
        userid: AccountName,
        /// The id that the device gave itself.
        remote_client_id: Noted<Line<DEVICE_ID_BYTES_MAX>>,
        /// The name of the device.
        remote_client_disp_name: Lines<0, DEVICE_ID_BYTES_MAX>,
        /// The version of the protocol.
        remote_client_api_level: Option<Line<DEVICE_ID_BYTES_MAX>>,
        /// The operating system.
        remote_client_os_type: Option<Line<DEVICE_ID_BYTES_MAX>>,
        /// The version of the client program.
        remote_client_app_version: Option<Line<DEVICE_ID_BYTES_MAX>>,
        /// The version of the operating system.
        remote_client_os_version: Option<Line<DEVICE_ID_BYTES_MAX>>,
    }
    OneDevice {
        /// The id that the device gave itself.
        remote_client_id: Noted<Line<DEVICE_ID_BYTES_MAX>>,
    }
    List {
        /// The signed-in account.
        userid: Option<AccountName>,
        /// Number of records to skip.
        start: u64 = 0,
        /// The position after the last to send; without it, all.
        end: Option<u64>,
    }
    SetBlocked {
        /// The id that the device gave itself.
        remote_client_id: Noted<Line<DEVICE_ID_BYTES_MAX>>,
        /// 1 to block it, 0 to unblock it.
        isblocked: Noted<bool>,
    }
    Commands {
        /// The account.
        userid: Option<AccountName>,
        /// The id that the device gave itself.
        remote_client_id: Noted<Line<DEVICE_ID_BYTES_MAX>>,
    }
    Acknowledge {
        /// The ids of the commands, separated by commas.
        command_rids: RecordIds,
        /// The id that the device gave itself.
        remote_client_id: Noted<Line<DEVICE_ID_BYTES_MAX>>,
    }
}

record! {
    /// A device that signs in with an id of its own, or a paired phone.
    DeviceRecord {
        /// The id of the record.
        rid: Id,
        /// The id that the device gave itself.
        remote_client_id: String,
        /// The version of the protocol.
        remote_client_api_level: String,
        /// The name of the device.
        remote_client_disp_name: String,
        /// The operating system.
        remote_client_os_type: String,
        /// The version of the client program.
        remote_client_app_version: String,
        /// The version of the operating system.
        remote_client_os_version: String,
        /// Whether it is blocked.
        isblocked: bool,
        /// The time of the last sign-in; empty for never.
        remote_client_last_login: OrEmpty<PlainTime>,
        /// The account.
        userid: String,
        /// Number of commands that it has not acknowledged.
        pending_actions_count: i64,
        /// 0 for a device that has signed in, 1 for one that waits for approval, 2 for one that is approved.
        remote_client_status: i64,
        /// The status in a word or two.
        remote_client_status_message: &'static str,
        /// Not in use here.
        server_code: Empty,
        /// Whether an administrator has to allow it.
        waitsforadmin: bool as extension,
        /// Whether an administrator has blocked it, so that its owner cannot unblock it.
        isblockedbyadmin: bool as extension,
        /// The time of the last sign-in; 0 for never.
        lastloginepochutc: Seconds as extension,
        /// The name that the device gave itself in its last sign-in. With it and the account,
        /// `getaudit` finds the calls of the device. Empty if it has never signed in.
        agent: String as extension,
    }
    /// A command for a device.
    DeviceCommandRecord {
        /// The id of the record.
        rid: Id,
        /// 10000 to show a message, 10001 to remove all files of the cloud, 10002 to tell the
        /// device that it is blocked.
        remote_command_id: i64,
        /// The id that the device gave itself.
        remote_client_id: String,
        /// The message.
        message: String,
        /// The account.
        userid: String,
    }
}

reply! {
    /// Devices.
    Devices = rmc_clients(Total)[rmc_client: DeviceRecord];
    /// Commands for a device.
    DeviceCommands = rmc_commands(Total)[rmc_command: DeviceCommandRecord];
}

fn request(context: &mut CallContext<'_>, _: &Guest, params: Request) -> Result<Reply> {
    let device = NewDevice {
        client_id: params.remote_client_id.0.clone(),
        name: params.remote_client_disp_name.0,
        api_level: params.remote_client_api_level.unwrap_or_default().0,
        os_type: params.remote_client_os_type.unwrap_or_default().0,
        app_version: params.remote_client_app_version.unwrap_or_default().0,
        os_version: params.remote_client_os_version.unwrap_or_default().0,
    };
    Ok(match context.cloud().request_device(&mut context.call, &params.userid.0, device)? {
        Waits::ForOwner => Reply::said("Approve this device in the list of your devices."),
        Waits::ForAdmin => Reply::waits_for_admin("An administrator has to allow this device first."),
    })
}

fn approve(context: &mut CallContext<'_>, user: &User, params: OneDevice) -> Result<Reply> {
    let code = context.cloud().approve_device(&mut context.call, user, &params.remote_client_id)?;
    Ok(Reply::said(code.reveal()))
}

fn list(view: &CloudView<'_>, user: &User, params: List) -> Result<Reply<Devices>> {
    if params.userid.is_some_and(|name| !view.is_account(&name.0, user)) {
        return Err(Error::new(Code::Forbidden, "You may only see your own devices."));
    }
    page(view, view.devices(Some(user.id()))?, params.start, params.end)
}

/// A page of a list of devices.
pub fn page(
    view: &CloudView<'_>,
    devices: Vec<DeviceRow>,
    start: u64,
    end: Option<u64>,
) -> Result<Reply<Devices>> {
    let position = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let start = position(start).min(devices.len());
    let end = end.map_or(devices.len(), position).clamp(start, devices.len());
    let rows = devices[start..end].iter().map(|device| record(view, device)).collect::<Result<Vec<_>>>()?;
    Ok(Reply::with_meta(Total { total: devices.len() }, rows))
}

fn record(view: &CloudView<'_>, device: &DeviceRow) -> Result<DeviceRecord> {
    let about = &device.about;
    let status = match (device.blocked, device.status) {
        (Blocked::Owner | Blocked::Admin, _) => "blocked",
        (_, DeviceStatus::Known) => "",
        (_, DeviceStatus::Waiting) => "waits for approval",
        (_, DeviceStatus::Approved) => "approved",
    };
    Ok(DeviceRecord {
        rid: Id(device.id),
        remote_client_id: about.client_id.clone(),
        remote_client_api_level: about.api_level.clone(),
        remote_client_disp_name: about.name.clone(),
        remote_client_os_type: about.os_type.clone(),
        remote_client_app_version: about.app_version.clone(),
        remote_client_os_version: about.os_version.clone(),
        isblocked: device.blocked != Blocked::Nobody,
        remote_client_last_login: OrEmpty(device.last_login.map(PlainTime)),
        userid: device.user_name.clone(),
        pending_actions_count: device.commands,
        remote_client_status: device.status.number(),
        remote_client_status_message: status,
        server_code: Empty,
        waitsforadmin: view.waits_for_admin(device)?,
        isblockedbyadmin: device.blocked == Blocked::Admin,
        lastloginepochutc: Seconds(device.last_login.unwrap_or(0)),
        agent: device.agent.clone(),
    })
}

fn remove(tx: &Write, user: &User, params: OneDevice) -> Result<Reply> {
    devices::remove_own(tx, user, &params.remote_client_id)?;
    Ok(Reply::done())
}

fn set_blocked(tx: &Write, user: &User, params: SetBlocked) -> Result<Reply> {
    devices::set_own_blocked(tx, user, &params.remote_client_id, *params.isblocked)?;
    Ok(Reply::done())
}

/// The commands that the caller may see: those for their own devices, or for the device that asks.
fn visible(context: &CallContext<'_>, guest: &Guest, client_id: &str) -> Result<Vec<CommandRow>> {
    match &guest.user {
        Some(user) => context.view().device_commands(client_id, Some(user.id())),
        None => context.cloud().commands_for_device(&context.call, client_id),
    }
}

fn commands(context: &mut CallContext<'_>, guest: &Guest, params: Commands) -> Result<Reply<DeviceCommands>> {
    Ok(command_list(&visible(context, guest, &params.remote_client_id)?))
}

/// Commands as a reply.
pub fn command_list(commands: &[CommandRow]) -> Reply<DeviceCommands> {
    let record = |command: &CommandRow| DeviceCommandRecord {
        rid: Id(command.id),
        remote_command_id: command.command.number(),
        remote_client_id: command.client_id.clone(),
        message: command.message.clone(),
        userid: command.user_name.clone(),
    };
    Reply::counted(commands.iter().map(record).collect::<Vec<_>>())
}

fn acknowledge(context: &mut CallContext<'_>, guest: &Guest, params: Acknowledge) -> Result<Reply> {
    let among = visible(context, guest, &params.remote_client_id)?;
    context.commit(move |tx| devices::remove_commands(tx, &params.command_rids.0, Some(&among)))?;
    Ok(Reply::done())
}
