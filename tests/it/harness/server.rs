//! The server under test: started on a free port, watched through its standard error, and ended
//! with the test.

use super::command::{binary, without_settings};
use super::disk::{SERVICE_USER, is_root};
use super::{Caller, Connection, Data};
use rustix::fs::{MemfdFlags, memfd_create};
use std::fs::File;
use std::net::SocketAddr;
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

const START_LONGEST: Duration = Duration::from_secs(20);
const STOP_LONGEST: Duration = Duration::from_secs(40);
/// A test that fails shows this many lines of the log. With more of them, what failed would be far
/// above the end of the output.
const LOG_LINES_SHOWN: usize = 15;

/// The way in which a server is to be started.
pub struct Launch {
    data: Data,
    environment: Vec<(&'static str, String)>,
    arguments: Vec<String>,
    /// A shell command that runs first and sets limits, which the server inherits.
    first: Option<String>,
    /// The user and the group as which the server runs; `None` for those of the tests.
    user: Option<u32>,
}

/// A running server. When the value is dropped, the server is killed and its data is removed.
pub struct Server {
    process: Child,
    pub address: SocketAddr,
    /// The server's standard error. A file, unlike a pipe, has each line as soon as it is written.
    log: File,
    launch: Launch,
}

impl Launch {
    pub fn on(data: Data) -> Launch {
        Launch { data, environment: Vec::new(), arguments: Vec::new(), first: None, user: None }
    }

    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Sets an environment variable.
    pub fn setting(mut self, name: &'static str, value: impl ToString) -> Launch {
        self.environment.push((name, value.to_string()));
        self
    }

    /// Adds an argument to the command line.
    pub fn argument(mut self, argument: impl Into<String>) -> Launch {
        self.arguments.push(argument.into());
        self
    }

    /// Runs a shell command first, in the process that then becomes the server.
    pub fn after(mut self, shell_command: &str) -> Launch {
        self.first = Some(shell_command.to_owned());
        self
    }

    /// Runs the server as the packages do: as a user who is not root and who owns the data
    /// directory. If the tests do not run as root, they are such a user already.
    pub fn run_as_service(mut self) -> Launch {
        if is_root() {
            self.data.give_to(SERVICE_USER);
            self.user = Some(SERVICE_USER);
        }
        self
    }

    pub fn start(self) -> Server {
        let log = File::from(memfd_create("log", MemfdFlags::CLOEXEC).unwrap());
        let process = self.spawn(log.try_clone().unwrap());
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Server { process, address, log, launch: self };
        let start = Instant::now();
        loop {
            let is_running = server.is_running();
            let log = server.log();
            if let Some(address) = first_address(&log) {
                server.address = address;
                return server;
            }
            let may_begin = is_running && start.elapsed() < START_LONGEST;
            assert!(may_begin, "the server did not begin to listen:\n{log}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn spawn(&self, standard_error: File) -> Child {
        let binary = binary();
        let mut command = match &self.first {
            None => Command::new(binary),
            Some(first) => {
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", &format!("{first}; exec \"$0\" \"$@\"")]).arg(binary);
                shell
            }
        };
        without_settings(&mut command);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(self.data.path(""))
            .args(&self.arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
            .current_dir(self.data.path(""))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(standard_error);
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command.spawn().unwrap()
    }
}

/// The first address at which a server says that it listens.
fn first_address(log: &str) -> Option<SocketAddr> {
    let rest = log.split("listening on http://").nth(1)?;
    // The line is whole.
    rest[..rest.find('\n')?].split(['/', ' ', ',', '"']).next()?.parse().ok()
}

impl Server {
    /// A server on a new cloud with the accounts of the tests.
    pub fn start() -> Server {
        Launch::on(Data::with_accounts()).start()
    }

    pub fn data(&self) -> &Data {
        &self.launch.data
    }

    /// Changes the value of a setting with which the server was started. The next start uses it.
    pub fn change_setting(&mut self, name: &str, value: impl ToString) {
        if let Some(given) = self.launch.environment.iter_mut().find(|(given, _)| *given == name) {
            given.1 = value.to_string();
        }
    }

    /// The value of a setting with which the server was started.
    pub fn setting(&self, name: &str) -> &str {
        let given = self.launch.environment.iter().find(|(given, _)| *given == name);
        given.map_or("", |(_, value)| value)
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Everything that the server has written to standard error so far.
    pub fn log(&self) -> String {
        let mut bytes = vec![0; self.log.metadata().unwrap().len() as usize];
        // A line that is written meanwhile is not among them.
        self.log.read_exact_at(&mut bytes, 0).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// A client that is not signed in.
    pub fn guest(&self) -> Caller {
        Caller::new(self.address)
    }

    /// A client that is signed in as a user.
    pub fn user(&self, name: &str) -> Caller {
        let mut caller = self.guest();
        caller.sign_in(name);
        caller
    }

    /// A client that is signed in as an administrator, and not as a user.
    pub fn admin(&self) -> Caller {
        let mut caller = self.guest();
        caller.sign_in_as_admin("alice");
        caller
    }

    /// A plain connection to the server.
    pub fn connect(&self) -> Connection {
        Connection::open(self.address)
    }

    /// Sends the signal by which the system asks a service to stop.
    pub fn ask_to_stop(&self) {
        let id = self.id().to_string();
        let status = Command::new("/bin/kill").args(["-TERM", &id]).status().unwrap();
        assert!(status.success(), "kill -TERM {id}: {status}");
    }

    /// Asks the server to stop and waits for its end. Returns the exit code.
    pub fn stop(&mut self) -> Option<i32> {
        self.ask_to_stop();
        self.wait().code()
    }

    /// Checks, by what the server says of its stop, that it has waited for nothing longer than it
    /// may, and for all together at most two seconds. What is beyond that is the machine's.
    #[track_caller]
    pub fn stop_waited_two_seconds_at_most(&self) {
        let log = self.log();
        let parts = log.split("the stop has waited for ").last().filter(|parts| *parts != log);
        let parts = parts.and_then(|parts| parts.lines().next()).unwrap_or_else(|| panic!("{log}"));
        let (mut names, mut sum) = (Vec::new(), 0);
        for part in parts.split(", ") {
            let words: Vec<&str> = part.split(' ').collect();
            let [name @ .., took, "of", "at", "most", longest, "ms"] = words.as_slice() else {
                panic!("{parts}")
            };
            names.push(name.join(" "));
            sum += took.parse::<u64>().unwrap().min(longest.parse().unwrap());
        }
        assert_eq!(names, ["calls", "work in the background", "the database"]);
        assert!(sum <= 2000, "{parts}");
    }

    /// Waits until the server ends.
    pub fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < STOP_LONGEST, "the server does not end:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Kills the server at once, so that it cannot finish anything, as in a power cut.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// True if the process is still running.
    pub fn is_running(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    /// Starts the server again on the same data after it has ended. It gets another address.
    pub fn start_again(&mut self) {
        assert!(!self.is_running(), "it is still running");
        let empty = Launch::on(Data::empty());
        let launch = std::mem::replace(&mut self.launch, empty);
        *self = launch.start();
    }

    /// The memory in use, in KiB (`VmRSS` of proc(5)).
    pub fn memory_kib(&self) -> u64 {
        self.status_kib("VmRSS:")
    }

    /// Waits until the server uses less than `more_kib_max` KiB more memory than before, because it
    /// returns free memory to the system a little later.
    ///
    /// # Panics
    /// If it keeps using more.
    pub fn settles_below(&self, before: u64, more_kib_max: u64, what: &str) {
        let end = Instant::now() + Duration::from_secs(15);
        loop {
            let more = self.memory_kib().saturating_sub(before);
            if more < more_kib_max {
                return;
            }
            assert!(Instant::now() < end, "{what}: {more} KiB more");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// The most memory that the server ever used, in KiB (`VmHWM`).
    pub fn peak_memory_kib(&self) -> u64 {
        self.status_kib("VmHWM:")
    }

    fn status_kib(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a running process has it");
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.is_running() {
            self.kill();
        }
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let last = lines.len().saturating_sub(LOG_LINES_SHOWN);
            eprintln!("the server said at last:\n{}", lines[last..].join("\n"));
        }
    }
}
