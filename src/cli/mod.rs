//! The command line. One table of commands gives parsing, help and documentation. Scripts rely on
//! the exit codes: 0 for done, 1 for failed, 2 for wrong usage, 3 for done except for some entries,
//! which are listed (backup and restore).

mod arguments;
mod backup;
mod help;
mod settings;
mod upkeep;
mod users;

use crate::disk::local::prepare_data_directory;
use crate::domain::Cloud;
use crate::error::{Code, Error};
use crate::logger::tell;
use arguments::Arguments;
use std::ffi::OsString;
use std::process::ExitCode;

/// The reason why a command did not fully succeed.
#[derive(Debug)]
enum Failure {
    /// The arguments make no sense.
    Usage(String),
    Failed(Error),
    /// The command was done, except for some entries, which are listed.
    WithExceptions(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Failed(error)
    }
}

type Result<T, E = Failure> = std::result::Result<T, E>;

/// A command of the command line.
struct Command {
    /// One or two words.
    name: &'static str,
    /// The positional argument.
    arguments: &'static str,
    /// Switches of the command, without dashes.
    switches: &'static [&'static str],
    /// Options with a value, in addition to those of every command.
    options: &'static [&'static str],
    help: &'static str,
    run: fn(&Arguments) -> Result<()>,
}

macro_rules! commands {
    ($( $(#[doc = $help:literal])+ $name:literal ($arguments:literal) [$($switch:literal)*] [$($option:literal)*] => $run:path; )+) => {
        const COMMANDS: &[Command] = &[ $( Command {
            name: $name,
            arguments: $arguments,
            switches: &[$($switch),*],
            options: &[$($option),*],
            help: concat!($($help),+),
            run: $run,
        }, )+ ];
    };
}

commands! {
    /// Runs the server. This is the default command.
    "serve" ("") [] ["assets"] => serve;
    /// Creates an account. Asks for the password, or reads it from the first line of standard
    /// input.
    "user add" ("NAME") ["admin" "password-stdin"] ["email"] => users::add;
    /// Lists all accounts.
    "user list" ("") [] [] => users::list;
    /// Sets a new password for an account and ends its sessions.
    "user password" ("NAME") ["password-stdin"] [] => users::password;
    /// Removes the second factor of an account and ends its sessions, for people who have lost the
    /// authenticator app.
    "user reset-factor" ("NAME") [] [] => users::reset_factor;
    /// Disables an account at once.
    "user disable" ("NAME") [] [] => users::disable;
    /// Lets an account sign in again.
    "user enable" ("NAME") [] [] => users::enable;
    /// Removes an account. Its files are moved to the recycle bin.
    "user delete" ("NAME") [] [] => users::delete;
    /// Compares database and disk and lists the differences. With --deep, also reads every file and
    /// compares its checksum.
    "check" ("") ["deep"] [] => upkeep::check;
    /// Frees a disk in this directory for other servers, by ending the claim of a server that never
    /// comes back.
    "disk free" ("DIR") [] [] => upkeep::free_disk;
    /// Makes a backup of everything in a directory, even while the server runs. Later backups copy
    /// only what has changed.
    "backup" ("DIR") [] [] => backup::back_up;
    /// Restores the newest backup of a directory, or the backup that is named, into an empty data
    /// directory.
    "restore" ("DIR") [] [] => backup::restore;
    /// Writes the audit log to standard output as CSV.
    "audit export" ("") [] [] => upkeep::export_audit;
    /// Verifies the chains of the audit log, in order to find changed or removed rows. With
    /// --newest, also checks that a row that was once noted as the newest is still there. The
    /// server's log notes that row once a day.
    "audit verify" ("") [] ["newest"] => upkeep::verify_audit;
    /// Lists every setting with its value and its source.
    "config" ("") ["env"] [] => settings::show;
    /// Prints the documentation of every operation of the API.
    "api" ("") ["openapi" "types"] [] => api;
    /// Prints the version.
    "version" ("") [] [] => version;
    /// Prints this help.
    "help" ("") ["man"] [] => help::show;
}

/// Runs the command that the arguments name.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let outcome = Arguments::read(arguments).and_then(|(command, arguments)| (command.run)(&arguments));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Failed(error)) => {
            tell(&format!("cloudlet: {error}\n"));
            ExitCode::from(1)
        }
        Err(Failure::Usage(sentence)) => {
            tell(&format!("cloudlet: {sentence} See: cloudlet help\n"));
            ExitCode::from(2)
        }
        Err(Failure::WithExceptions(sentence)) => {
            tell(&format!("cloudlet: {sentence}\n"));
            ExitCode::from(3)
        }
    }
}

fn serve(arguments: &Arguments) -> Result<()> {
    if let Err(error) = crate::allocator::give_memory_back_at_once() {
        tell(&format!("free memory will be returned to the system late: {error}\n"));
    }
    let assets = arguments.option("assets").map(std::path::PathBuf::from);
    let settings = settings::read(arguments)?;
    settings::warn_of_strangers(&settings);
    Ok(crate::serve::serve(&arguments.data(), assets, settings)?)
}

fn version(_: &Arguments) -> Result<()> {
    print(&format!("cloudlet {}\n", env!("CARGO_PKG_VERSION")))
}

fn api(arguments: &Arguments) -> Result<()> {
    print(&match (arguments.has("openapi"), arguments.has("types")) {
        (true, _) => crate::api::openapi(),
        (false, true) => crate::api::types(),
        (false, false) => crate::api::markdown(),
    })
}

/// Opens the cloud in the data directory for a command, which may run beside the server.
///
/// # Errors
/// There is no cloud: a mistyped `--data` must not look like an empty, healthy cloud.
fn open_cloud(arguments: &Arguments) -> Result<Cloud> {
    let data = arguments.data();
    if !Cloud::is_in(&data) {
        let sentence =
            format!("There is no cloud in {}. Please say where it is with --data.", data.display());
        return Err(Error::new(Code::NotFound, sentence).into());
    }
    open_or_make_cloud(arguments)
}

/// Opens the cloud, or creates it: a command may be the first to use the data directory.
fn open_or_make_cloud(arguments: &Arguments) -> Result<Cloud> {
    let settings = settings::read(arguments)?;
    crate::logger::begin(settings.config.log_level.min(log::LevelFilter::Warn), settings.config.log_format);
    let data = arguments.data();
    prepare_data_directory(&data)?;
    Ok(Cloud::open(&data, settings)?)
}

/// Writes to standard output. If the reader closes the pipe early, that is no failure.
fn print(text: &str) -> Result<()> {
    use std::io::Write;
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::internal(error).into()),
        _ => Ok(()),
    }
}

/// Wrong usage, with the reason.
fn usage(sentence: impl Into<String>) -> Failure {
    Failure::Usage(sentence.into())
}
