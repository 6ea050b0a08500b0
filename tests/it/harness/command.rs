//! Runs the commands of the program and waits for their end.

use super::Data;
use super::disk::is_root;
use std::ffi::OsString;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// A command that takes longer will never end. For example, it serves although it should refuse to
/// start.
const ENDS_WITHIN: Duration = Duration::from_secs(300);

/// The result of a command.
#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// The program under test: the one that was built with the tests, or the one that `IT_PROGRAM`
/// names, for example a release.
pub fn binary() -> OsString {
    std::env::var_os("IT_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_cloudlet").into())
}

/// The program, without any `CLOUDLET_...` variables of the environment.
pub fn program() -> Command {
    let mut command = Command::new(binary());
    without_settings(&mut command);
    command
}

/// Removes `CLOUDLET_...` from the variables that a process inherits, so that the settings of a
/// developer cannot change a test.
pub fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CLOUDLET_") {
            command.env_remove(name);
        }
    }
}

/// Runs `cloudlet ARGUMENTS --data DIRECTORY` as the owner of the directory, with a text as its
/// input.
pub fn cloudlet(data: &Data, arguments: &[&str], input: &str) -> Finished {
    let mut command = program();
    command.args(arguments).arg("--data").arg(data.path("")).current_dir(data.path(""));
    let owner = std::fs::metadata(data.path("")).unwrap().uid();
    if is_root() && owner != 0 {
        command.uid(owner).gid(owner);
    }
    finish(&mut command, input)
}

/// Runs `cloudlet ARGUMENTS` in an empty directory, with a text as its input.
pub fn run(arguments: &[&str], input: &str) -> Finished {
    let elsewhere = Data::empty();
    finish(program().args(arguments).current_dir(elsewhere.path("")), input)
}

/// Runs any command with a text as its input.
pub fn finish(command: &mut Command, input: &str) -> Finished {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    // A command that reads no input may have closed its input already.
    match stdin.write_all(input.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            panic!("writing to {command:?}: {error}")
        }
        _ => drop(stdin),
    }
    let output = output_of(child, command);
    Finished {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn output_of(child: Child, command: &Command) -> Output {
    let id = child.id().to_string();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    receiver.recv_timeout(ENDS_WITHIN).map(Result::unwrap).unwrap_or_else(|_| {
        let killed = Command::new("/bin/kill").args(["-KILL", &id]).status();
        panic!("{command:?} did not end within {ENDS_WITHIN:?}; kill -KILL: {killed:?}")
    })
}

impl Finished {
    /// Expects exit code 0. Returns the standard output.
    pub fn succeeded(self) -> String {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self.stdout
    }

    /// Expects exit code 1 and a message on standard error. Returns the message.
    pub fn failed(self) -> String {
        assert_eq!(self.code, Some(1), "{self:#?}");
        assert!(!self.stderr.trim().is_empty(), "it failed without a word: {self:#?}");
        self.stderr
    }

    /// Expects exit code 3: the command succeeded, except for what its message on standard error
    /// names. Returns the standard output.
    pub fn done_with_exceptions(self) -> String {
        assert_eq!(self.code, Some(3), "{self:#?}");
        assert!(!self.stderr.trim().is_empty(), "it made exceptions without a word: {self:#?}");
        self.stdout
    }

    /// Expects exit code 2 and a message on standard error. Returns the message.
    pub fn was_misused(self) -> String {
        assert_eq!(self.code, Some(2), "{self:#?}");
        assert!(!self.stderr.trim().is_empty(), "it failed without a word: {self:#?}");
        self.stderr
    }
}
