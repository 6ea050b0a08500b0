//! A disk whose file system is a program that was stopped: bindfs under SIGSTOP. It hangs like a
//! file server that this machine cannot reach.

use super::silent::{LATE, begin, is_turned_away, list_request, others_go_on};
use crate::harness::{Connection, Data, Launch, OnFaultyDisk, may_mount, wait_until};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;
use std::{fs, thread};

const TOP: &str = OnFaultyDisk::TOP;
/// A caller for whom there is no permit is refused within this time.
const TURNED_AWAY_WITHIN: Duration = Duration::from_secs(3);
/// The number of calls that may be inside a disk that is not local.
const PERMITS: usize = 8;

/// A directory that bindfs shows.
struct Bound {
    process: Child,
    directory: PathBuf,
}

impl Bound {
    /// `None` if bindfs is missing or may not mount.
    fn mount(ground: &Data) -> Option<Bound> {
        let [source, directory] = ["source", "disk"].map(|name| ground.path(name));
        [&source, &directory].into_iter().for_each(|path| fs::create_dir(path).unwrap());
        let process = Command::new("bindfs").arg("-f").args([&source, &directory]).spawn().ok()?;
        let mut bound = Bound { process, directory };
        let is_mounted = |directory: &PathBuf| {
            fs::read_to_string("/proc/self/mountinfo").unwrap().contains(&*directory.to_string_lossy())
        };
        while !is_mounted(&bound.directory) {
            if bound.process.try_wait().unwrap().is_some() {
                return None;
            }
            thread::sleep(Duration::from_millis(10));
        }
        Some(bound)
    }

    fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("/bin/kill").args([name, &id]).status().unwrap().success());
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
        drop(Command::new("umount").arg("--lazy").arg(&self.directory).output());
    }
}

#[test]
fn a_file_system_that_is_stopped_holds_up_those_inside_and_nobody_else() {
    if !may_mount() {
        return eprintln!("NOT TESTED behind bindfs: only root may mount");
    }
    let ground = Data::empty();
    let Some(disk) = Bound::mount(&ground) else {
        assert!(std::env::var_os("IT_MOUNTS").is_none(), "IT_MOUNTS is set, but bindfs mounts nothing");
        return eprintln!("NOT TESTED behind bindfs: it is missing or cannot mount here");
    };
    let volumes = format!("usb={}", disk.directory.display());
    fs::write(ground.path("source/file"), "there").unwrap();
    let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_VOLUMES", volumes).start();
    // The disk is dropped before the server, which waits for it.
    let disk = disk;
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    for callers in [5, 200] {
        bob.download(&format!("{TOP}/file")).holds(b"there");
        disk.signal("-STOP");
        let request = list_request(TOP);
        let mut waiting: Vec<Connection> = (0..callers).map(|_| begin(&server, &bob, &request)).collect();
        thread::sleep(TURNED_AWAY_WITHIN);
        waiting.retain_mut(|connection| {
            connection.set_patience(Duration::from_millis(50));
            connection.try_reply().map(|reply| is_turned_away(&reply)).is_err()
        });
        assert!(waiting.len() <= PERMITS, "{} of {callers} are still inside", waiting.len());
        assert!(callers > PERMITS || waiting.len() == callers, "{} of {callers} wait", waiting.len());
        others_go_on(&server, &mut bob, &mut admin);
        disk.signal("-CONT");
        // The calls that wait are answered now.
        for mut connection in waiting {
            connection.set_patience(LATE);
            assert!(connection.reply().text().contains("/EXTERNAL/usb/file"));
        }
        wait_until("it is entered again", LATE, || bob.send(&list_request(TOP)).status == 200);
    }
}
