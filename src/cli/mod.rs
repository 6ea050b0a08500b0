//! The command line: one table of commands gives parsing, help and documentation. Scripts rely on it: exit codes are 0 for
//! done, 1 for failed, 2 for wrong usage, 3 for done but for single entries that are named (backup and restore).

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

/// Why a command did not do what it should.
#[derive(Debug)]
enum Failure {
    /// What was typed means nothing.
    Usage(String),
    Failed(Error),
    /// It was done, but for single entries, which have been named.
    WithExceptions(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Failed(error)
    }
}

type Result<T, E = Failure> = std::result::Result<T, E>;

/// A command.
struct Command {
    /// One or two words.
    name: &'static str,
    /// What follows them.
    arguments: &'static str,
    /// Switches it knows, without dashes.
    switches: &'static [&'static str],
    /// Options with a value that it knows, beside those that every command takes.
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
    /// Runs the server. This is also what happens without a command.
    "serve" ("") [] ["assets"] => serve;
    /// Makes an account. Asks for the password, or reads it from the first line of standard input.
    "user add" ("NAME") ["admin" "password-stdin"] ["email"] => users::add;
    /// Lists all accounts.
    "user list" ("") [] [] => users::list;
    /// Gives an account a new password and ends its sessions.
    "user password" ("NAME") ["password-stdin"] [] => users::password;
    /// Keeps an account from signing in, at once.
    "user disable" ("NAME") [] [] => users::disable;
    /// Lets an account sign in again.
    "user enable" ("NAME") [] [] => users::enable;
    /// Removes an account. Its files go to the recycle bin.
    "user delete" ("NAME") [] [] => users::delete;
    /// Compares database and disk and says what does not fit.
    "check" ("") ["deep"] [] => upkeep::check;
    /// Makes a backup of everything in a directory, also while the server runs. The next one only copies what has changed.
    "backup" ("DIR") [] [] => backup::back_up;
    /// Makes an empty data directory what it was in the newest backup of a directory, or in the one that is named.
    "restore" ("DIR") [] [] => backup::restore;
    /// Writes the audit log to standard output as CSV.
    "audit export" ("") [] [] => upkeep::export_audit;
    /// Recomputes the chains of the audit log: a changed or removed row shows. With --newest also whether a row that was noted
    /// as the newest (the log of the server says it once a day) is still there.
    "audit verify" ("") [] ["newest"] => upkeep::verify_audit;
    /// Lists every setting with its value and where that came from.
    "config" ("") ["env"] [] => settings::show;
    /// Prints the documentation of every operation of the API.
    "api" ("") ["openapi"] [] => api;
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
    let assets = arguments.option("assets").map(std::path::PathBuf::from);
    let settings = settings::read(arguments)?;
    settings::warn_of_strangers(&settings);
    Ok(crate::serve::serve(&arguments.data(), assets, settings)?)
}

fn version(_: &Arguments) -> Result<()> {
    print(&format!("cloudlet {}\n", env!("CARGO_PKG_VERSION")))
}

fn api(arguments: &Arguments) -> Result<()> {
    print(&if arguments.has("openapi") { crate::api::openapi() } else { crate::api::markdown() })
}

/// Opens the cloud of the data directory for a command, which may run beside the server.
///
/// # Errors
/// Also where there is none: a mistyped `--data` must not look like a cloud that is well and empty.
fn open_cloud(arguments: &Arguments) -> Result<Cloud> {
    let data = arguments.data();
    if !Cloud::is_in(&data) {
        let sentence =
            format!("There is no cloud in {}. Please say where it is with --data.", data.display());
        return Err(Error::new(Code::NotFound, sentence).into());
    }
    open_or_make_cloud(arguments)
}

/// The same for a command that may be the first.
fn open_or_make_cloud(arguments: &Arguments) -> Result<Cloud> {
    let settings = settings::read(arguments)?;
    crate::logger::begin(settings.config.log_level.min(log::LevelFilter::Warn), settings.config.log_format);
    let data = arguments.data();
    prepare_data_directory(&data)?;
    Ok(Cloud::open(&data, settings)?)
}

/// Writes to standard output. Somebody who has read enough and closed the pipe is no failure.
fn print(text: &str) -> Result<()> {
    use std::io::Write;
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::internal(error).into()),
        _ => Ok(()),
    }
}

/// Wrong usage: what is wrong.
fn usage(sentence: impl Into<String>) -> Failure {
    Failure::Usage(sentence.into())
}
