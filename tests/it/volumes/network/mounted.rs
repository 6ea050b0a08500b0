//! A disk behind a network file system, whose server is stopped, killed and started.

use super::kinds::Kind;
use crate::harness::{Data, may_mount, wait_until};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A server of files is there within this time.
const SERVES_WITHIN: Duration = Duration::from_secs(90);

/// A network with an own loopback device, in which all processes end with the test: the first
/// process of their namespace reads from a pipe that ends with it.
struct Network {
    first: Child,
}

impl Network {
    fn new() -> Option<Network> {
        let mut command = Command::new("unshare");
        command.args(["--net", "--pid", "--fork", "sh", "-c", "ip link set lo up && echo up && read end"]);
        let mut first = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let mut line = String::new();
        let mut output = std::io::BufReader::new(first.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        (line == "up\n").then_some(Network { first })
    }

    /// Runs a shell in it.
    fn run(&self, ground: &Data, mount: &Path, script: &str) -> Child {
        let of = |space: &str| format!("/proc/{}/ns/{space}", self.first.id());
        Command::new("nsenter")
            .arg(format!("--net={}", of("net")))
            .arg(format!("--pid={}", of("pid_for_children")))
            .args(["sh", "-c", script])
            .env("G", ground.path(""))
            .env("M", mount)
            .stdin(Stdio::null())
            .spawn()
            .unwrap()
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        drop(self.first.stdin.take());
        drop(self.first.wait());
    }
}

/// A disk that is mounted over a network.
pub struct Mounted {
    pub kind: &'static Kind,
    pub directory: PathBuf,
    mounts: Vec<PathBuf>,
    clients: Vec<Child>,
    server: Child,
    network: Network,
    ground: Data,
}

impl Mounted {
    /// Returns `None`, with a line on standard error, if this machine lacks something.
    pub fn mount(kind: &'static Kind) -> Option<Mounted> {
        let missing = |what: &str| {
            eprintln!("NOT TESTED on {}: {what}", kind.name);
            None
        };
        if !may_mount() {
            return missing("only root may mount");
        }
        let in_kernel = fs::read_to_string("/proc/filesystems").unwrap();
        if let Some(name) =
            kind.in_kernel.filter(|name| !in_kernel.lines().any(|line| line.ends_with(&format!("\t{name}"))))
        {
            return missing(&format!("the kernel has no {name}"));
        }
        if let Some(program) = kind.programs.iter().find(|program| !is_there(program)) {
            return missing(&format!("{program} is missing"));
        }
        let Some(network) = Network::new() else { return missing("no network of its own") };
        crate::harness::end_dead_mounts();
        let ground = Data::in_memory();
        fs::create_dir(ground.path("served")).unwrap();
        let configured = network.run(&ground, &ground.path(""), kind.configure).wait().unwrap();
        assert!(configured.success(), "{}: {configured}", kind.name);
        let server = network.run(&ground, &ground.path(""), kind.serve);
        let mut disk = Mounted {
            kind,
            directory: PathBuf::new(),
            mounts: Vec::new(),
            clients: Vec::new(),
            server,
            network,
            ground,
        };
        disk.directory = disk.mount_again("mount");
        // An empty directory that is no mount point is no disk.
        let there = disk.directory.join("there");
        wait_until("it makes a folder", SERVES_WITHIN, || fs::create_dir(&there).is_ok());
        wait_until("it stores a file", SERVES_WITHIN, || fs::write(there.join("ready"), "ready").is_ok());
        Some(disk)
    }

    /// Mounts it at another directory, as another machine does. Returns the directory of the disk.
    pub fn mount_again(&mut self, name: &str) -> PathBuf {
        let mount = self.ground.path(name);
        fs::create_dir(&mount).unwrap();
        self.mounts.push(mount.clone());
        let mut client = self.network.run(&self.ground, &mount, self.kind.mount);
        let directory = mount.clone();
        let began = Instant::now();
        while !is_mounted(&mount) || fs::read_dir(&directory).is_err() {
            assert!(began.elapsed() < SERVES_WITHIN, "{} is not mounted", self.kind.name);
            thread::sleep(Duration::from_millis(50));
            // The server is not ready yet.
            if client.try_wait().unwrap().is_some_and(|status| !status.success()) {
                client = self.network.run(&self.ground, &mount, self.kind.mount);
            }
        }
        self.clients.push(client);
        directory
    }

    /// Sends a signal to the server and all its processes.
    pub fn signal(&self, name: &str) {
        let processes = family(self.server.id());
        assert!(!processes.is_empty(), "the server of {} has ended", self.kind.name);
        // One of them may have ended meanwhile.
        drop(Command::new("/bin/kill").arg(name).args(processes).output());
    }

    pub fn kill(&mut self) {
        self.signal("-KILL");
        self.server.wait().unwrap();
    }

    pub fn start_again(&mut self) {
        self.server = self.network.run(&self.ground, &self.ground.path(""), self.kind.serve);
    }

    /// Waits until the disk has such a file as anybody else sees it.
    pub fn wait_for(&self, name: &str, content: &[u8]) {
        let path = self.directory.join(name);
        wait_until(name, SERVES_WITHIN, || fs::read(&path).is_ok_and(|bytes| bytes == content));
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        for process in family(self.server.id()) {
            drop(Command::new("/bin/kill").args(["-CONT", &process]).output());
        }
        for mount in &self.mounts {
            // Calls that hang are ended by force, where the file system can do that.
            drop(Command::new("umount").args(["--force", "--lazy"]).arg(mount).output());
        }
        for process in self.clients.iter_mut().chain([&mut self.server]) {
            for one in family(process.id()) {
                drop(Command::new("/bin/kill").args(["-KILL", &one]).output());
            }
            drop(process.wait());
        }
    }
}

fn is_there(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|directory| directory.join(program).is_file())
}

fn is_mounted(directory: &Path) -> bool {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    mounts.lines().any(|line| line.split(' ').nth(4) == directory.to_str())
}

/// A process and all that it has started, as far as they run (`pid (name) state parent ...` in proc(5)).
fn family(first: u32) -> Vec<String> {
    let mut parents: BTreeMap<u32, u32> = BTreeMap::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let id = stat.split(' ').next().and_then(|id| id.parse().ok());
        let mut fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
        let (state, parent) = (fields.next(), fields.next().and_then(|parent| parent.parse().ok()));
        if let (Some(id), Some(parent), Some("R" | "S" | "D" | "T")) = (id, parent, state) {
            parents.insert(id, parent);
        }
    }
    let is_of = |mut process: u32| {
        while process != first {
            match parents.get(&process) {
                Some(parent) => process = *parent,
                None => return false,
            }
        }
        true
    };
    parents.keys().filter(|process| is_of(**process)).map(u32::to_string).collect()
}
