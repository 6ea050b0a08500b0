//! A disk that fails on command: `tests/faulty_disk` shows a directory as a file system in user
//! space (FUSE).

use super::{Data, Launch, Server};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// The longest time for unmounting the disk.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// A disk that fails on command. When it is dropped, also by a panic, all calls that hang in it are
/// released and it is unmounted. If the tests themselves are killed, its standard input ends and it
/// unmounts itself.
pub struct FaultyDisk {
    /// The mount point.
    pub directory: PathBuf,
    process: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl FaultyDisk {
    /// Shows one directory at another. Returns `None`, with a line on standard error, if this
    /// machine cannot mount it.
    pub fn mount(source: &Path, directory: &Path, options: &[&str]) -> Option<FaultyDisk> {
        super::dead_mounts::end_once();
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faulty_disk/disk.py");
        let spawned = Command::new("python3")
            .arg(program)
            .args([source, directory])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let missing = |why: &str| {
            let is_required = std::env::var_os("IT_MOUNTS").is_some();
            assert!(!is_required, "IT_MOUNTS is set, but the faulty disk cannot be mounted: {why}");
            eprintln!("NOT TESTED on a faulty disk, which this machine cannot mount: {why}");
        };
        let mut process = match spawned {
            Ok(process) => process,
            Err(error) => {
                missing(&format!("python3: {error}"));
                return None;
            }
        };
        let answers = BufReader::new(process.stdout.take().unwrap());
        let commands = process.stdin.take();
        let mut disk = FaultyDisk { directory: directory.to_owned(), process, commands, answers };
        if disk.answer() == "mounted" {
            return Some(disk);
        }
        let mut said = String::new();
        let stderr = disk.process.stderr.take().unwrap();
        let _ = std::io::Read::read_to_string(&mut BufReader::new(stderr), &mut said);
        missing(said.lines().last().unwrap_or("no FUSE"));
        None
    }

    /// Sends a command to `tests/faulty_disk/disk.py`.
    #[track_caller]
    pub fn tell(&mut self, command: &str) -> String {
        let commands = self.commands.as_mut().expect("open until it is dropped");
        writeln!(commands, "{command}").unwrap();
        let answer = self.answer();
        assert!(!answer.is_empty() && !answer.starts_with("failed"), "{command}: {answer}");
        answer
    }

    /// Waits until this many calls hang.
    pub fn wait_until_hanging(&mut self, calls: usize) {
        let holds = || self.tell("hanging").parse::<usize>().unwrap() >= calls;
        super::wait_until("calls hang", ENDS_WITHIN, holds);
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for FaultyDisk {
    fn drop(&mut self) {
        drop(self.commands.take());
        let began = Instant::now();
        while began.elapsed() < ENDS_WITHIN {
            if matches!(self.process.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        drop(self.process.kill());
        drop(self.process.wait());
        drop(Command::new("umount").arg("--lazy").arg(&self.directory).output());
    }
}

/// A server with one more disk, `usb`, that fails on command.
pub struct OnFaultyDisk {
    // The disk is dropped before the server, because a server that waits for a disk cannot be
    // ended.
    pub disk: FaultyDisk,
    pub server: Server,
    /// A directory with two subdirectories: `source` holds the files that the disk shows, and
    /// `disk` is the mount point.
    pub ground: Data,
}

impl OnFaultyDisk {
    /// The path of the disk's top folder.
    pub const TOP: &'static str = "/EXTERNAL/usb";

    /// Returns `None`, with a line on standard error, if this machine cannot mount such a disk.
    pub fn start(prepare: impl FnOnce(&mut FaultyDisk)) -> Option<OnFaultyDisk> {
        OnFaultyDisk::start_with(prepare, |launch| launch)
    }

    /// Does the same as `start`, with more settings.
    pub fn start_with(
        prepare: impl FnOnce(&mut FaultyDisk),
        settings: impl FnOnce(Launch) -> Launch,
    ) -> Option<OnFaultyDisk> {
        let ground = Data::in_memory();
        let (source, directory) = (ground.path("source"), ground.path("disk"));
        [&source, &directory].into_iter().for_each(|path| fs::create_dir(path).unwrap());
        let mut disk = FaultyDisk::mount(&source, &directory, &[])?;
        prepare(&mut disk);
        let volumes = format!("usb={}", directory.display());
        let launch = Launch::on(Data::with_accounts()).setting("CLOUDLET_VOLUMES", volumes);
        let server = settings(launch.setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 1)).start();
        Some(OnFaultyDisk { disk, server, ground })
    }

    /// A path in the directory that the disk shows. It leads to the files without the disk.
    pub fn source(&self, below: &str) -> PathBuf {
        self.ground.path("source").join(below)
    }
}
