//! Lists of accounts as CSV.

use crate::api::call_context::CallContext;
use crate::api::error_code;
use crate::api::op::ops;
use crate::api::params::{Nothing, Params, params};
use crate::api::record::{record, reply};
use crate::api::reply::{CsvBytes, Reply, Stream};
use crate::base::limits::IMPORT_BYTES_MAX;
use crate::domain::accounts::actor::Admin;
use crate::domain::accounts::admin_areas::AdminArea;
use crate::domain::accounts::user_lists::{Line, UserList};
use crate::error::Result;

ops! { USER_LISTS: Admin "Users"
    /// Makes accounts from a CSV list, all of them or none: at most 500, of 1 MiB. The first line
    /// names the columns: UserName, and any of EmailID, Password, DisplayName, Status,
    /// ExpirationDate, SizeInGB and Groups, separated by `|`. The owner of an account without a
    /// password needs a link of `createpasswordlink`.
    "import" admin upload import(Import) -> Imported;
    /// All accounts as a CSV list for `import`, without passwords.
    "exportusers" admin file export(Nothing) -> CsvBytes;
}

params! {
    Import {
        /// 1 to change nothing and only report the faults of each line.
        dryrun: bool = false,
    }
}

record! {
    /// A list that was read.
    ImportMeta {
        /// Number of accounts in it.
        total: usize,
        /// Number of lines with faults. If there are any, nothing is imported.
        faults: usize,
        /// Whether nothing was changed.
        isdryrun: bool,
    }
    /// A line of the list.
    ImportLine {
        /// Its number, from 1.
        line: usize,
        /// The name of the account.
        username: String,
        /// Whether its owner needs a link to choose a password.
        needslink: bool,
        /// The fault; empty for none.
        fault: String,
        /// The fault for programs: a word of `X-Cloudlet-Error`.
        reason: String,
    }
}

reply! {
    /// A list of accounts that was read.
    Imported = imports(ImportMeta)[import: ImportLine];
}

fn import(context: &mut CallContext<'_>, admin: &Admin, params: Import) -> Result<Reply<Imported>> {
    let (bytes, params) = read_list(context, params)?;
    let list = context.view().read_user_list(&bytes)?;
    if list.has_groups() {
        admin.check_may(AdminArea::Groups, true)?;
    }
    let reply = told(&list, params.dryrun);
    if !params.dryrun {
        context.settle(context.cloud().import_users(list)?)?;
    }
    Ok(reply)
}

/// The bytes of the list, and the parameters, of which some may come after it.
fn read_list(context: &mut CallContext<'_>, params: Import) -> Result<(Vec<u8>, Import)> {
    let (bytes, form) = context.take_file()?.read_small(context.form(), IMPORT_BYTES_MAX)?;
    let params = form.map_or(Ok(params), |form| Import::read(&form))?;
    Ok((bytes, params))
}

fn told(list: &UserList, isdryrun: bool) -> Reply<Imported> {
    let meta = ImportMeta { total: list.lines.len(), faults: list.faults().count(), isdryrun };
    let line = |line: &Line| ImportLine {
        line: line.number,
        username: line.name.clone(),
        needslink: line.needs_link,
        fault: line.fault.as_ref().map_or(String::new(), |fault| fault.message.to_string()),
        reason: line.fault.as_ref().map_or(String::new(), error_code::value),
    };
    Reply::with_meta(meta, list.lines.iter().map(line).collect::<Vec<_>>())
}

fn export(context: &mut CallContext<'_>, _: &Admin, _: Nothing) -> Result<Reply<CsvBytes>> {
    let text = context.view().export_users()?;
    let (content_type, name, length) =
        ("text/csv; charset=utf-8", "users.csv".into(), Some(text.len() as u64));
    let produce = Box::new(move |out: &mut dyn std::io::Write| out.write_all(text.as_bytes()));
    Ok(Reply::stream(Stream { content_type, name, length, left_out: 0, produce }))
}
