//! Devices of all accounts, for administrators.

use crate::api::op::ops;
use crate::api::params::{AccountName, Direction, RecordId, params};
use crate::api::reply::{Command, Reply};
use crate::api::schema::numbers;
use crate::api::shown::Noted;
use crate::api::texts::{Line, Lines};
use crate::api::user::devices::{DeviceCommands, Devices, command_list, page};
use crate::base::limits::{DEVICE_ID_BYTES_MAX, DEVICE_MESSAGE_BYTES_MAX};
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::accounts::devices;
use crate::error::Result;
use crate::store::Write;
use crate::store::devices::DeviceCommand;

ops! { DEVICES: Admin "Devices"
    /// The devices of all accounts, or of one, the last used first.
    "getrmcclients" admin read list(List) -> Devices;
    /// Removes a device, which ends its sessions.
    "removermcclient" admin write remove(OneDevice) -> Command;
    /// Sends a command to a device: to show a message, or to block it. A block ends its sessions at
    /// once. The device itself removes the files of the cloud.
    "addrmccommand" admin write add_command(AddCommand) -> Command;
    /// The commands that a device has not acknowledged.
    "getrmccommands" admin read commands(OneDevice) -> DeviceCommands;
    /// Takes a command back. A block stays until `allowrmcclient`.
    "removermccommand" admin write remove_command(RemoveCommand) -> Command;
    /// Allows a device, and ends a block. From then on, only its owner has to approve it.
    "allowrmcclient" admin write allow(OneDevice) -> Command;
}

params! {
    List {
        /// Only devices of this account.
        userid: Option<AccountName>,
        /// Only devices with this status, as in `remote_client_status`.
        status: Option<i64>,
        /// Number of records to skip.
        start: u64 = 0,
        /// The position after the last to send; without it, all.
        end: Option<u64>,
        /// Ignored: the list is sorted by the last sign-in.
        sortfield: Option<String>,
        /// -1 for the last used first, 1 for the reverse order.
        sortdir: Option<Direction>,
    }
    OneDevice {
        /// The id that the device gave itself.
        remote_client_id: Noted<Line<DEVICE_ID_BYTES_MAX>>,
    }
    AddCommand {
        /// The id that the device gave itself.
        remote_client_id: Noted<Line<DEVICE_ID_BYTES_MAX>>,
        /// 10000 shows a message, 10001 removes the files of the cloud and blocks, 10002 blocks.
        remote_command_id: Noted<DeviceOrder>,
        /// The message.
        message: Option<Lines<0, DEVICE_MESSAGE_BYTES_MAX>>,
    }
    RemoveCommand {
        /// The id of the command.
        remote_command_record_id: RecordId,
    }
}

numbers! {
    /// The command to a device.
    DeviceOrder { Message = 10000, Wipe = 10001, Block = 10002 }
}

fn list(view: &CloudView<'_>, _: &Admin, params: List) -> Result<Reply<Devices>> {
    let account = params.userid.map(|name| view.existing_account(&name.0)).transpose()?;
    let mut devices = view.devices(account.map(|account| account.id))?;
    devices.retain(|device| params.status.is_none_or(|status| device.status.number() == status));
    if matches!(params.sortdir, Some(Direction::Ascending)) {
        devices.reverse();
    }
    page(view, devices, params.start, params.end)
}

fn remove(tx: &Write, _: &Admin, params: OneDevice) -> Result<Reply> {
    devices::remove(tx, &params.remote_client_id)?;
    Ok(Reply::done())
}

fn add_command(tx: &Write, _: &Admin, params: AddCommand) -> Result<Reply> {
    let command = match *params.remote_command_id {
        DeviceOrder::Message => DeviceCommand::Message,
        DeviceOrder::Wipe => DeviceCommand::Wipe,
        DeviceOrder::Block => DeviceCommand::Block,
    };
    devices::tell(tx, &params.remote_client_id, command, params.message.as_deref().unwrap_or(""))?;
    Ok(Reply::done())
}

fn commands(view: &CloudView<'_>, _: &Admin, params: OneDevice) -> Result<Reply<DeviceCommands>> {
    Ok(command_list(&view.device_commands(&params.remote_client_id, None)?))
}

fn remove_command(tx: &Write, _: &Admin, params: RemoveCommand) -> Result<Reply> {
    devices::remove_commands(tx, &[params.remote_command_record_id.0], None)?;
    Ok(Reply::done())
}

fn allow(tx: &Write, _: &Admin, params: OneDevice) -> Result<Reply> {
    devices::allow(tx, &params.remote_client_id)?;
    Ok(Reply::done())
}
