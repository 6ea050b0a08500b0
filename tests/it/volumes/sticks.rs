//! Disks that can do less than others, if this machine can create and mount them: exFAT and FAT, as
//! on most USB sticks, and a file system in user space (bindfs) in front of a directory.

use crate::harness::{Caller, Data, Launch, Server, may_mount};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

const IMAGE_BYTES: u64 = 64 << 20;
/// The file systems of sticks, with the programs that create them. Debian's exfat-fuse is used if
/// the kernel has no exFAT. For FAT there is no such program that keeps files safe: with fusefat a
/// renamed folder is empty.
const KINDS: [(&str, &str); 2] = [("exfat", "mkfs.exfat"), ("vfat", "mkfs.vfat")];

/// The path of the stick in the cloud.
pub const TOP: &str = "/EXTERNAL/stick";

/// A stick that is unmounted when the value is dropped.
pub struct Stick {
    pub directory: PathBuf,
    device: Option<String>,
    /// A directory with the image of the stick, or with the directory that bindfs shows.
    ground: Data,
}

impl Stick {
    fn new() -> Stick {
        let ground = Data::empty();
        let directory = ground.path("stick");
        fs::create_dir(&directory).unwrap();
        Stick { directory, device: None, ground }
    }

    /// Returns `None` if this machine does not know the file system.
    fn mount((kind, make): (&str, &str)) -> Option<Stick> {
        let mut stick = Stick::new();
        let image = stick.ground.path("image");
        fs::File::create(&image).unwrap().set_len(IMAGE_BYTES).unwrap();
        let (image, place) = (image.to_str().unwrap(), stick.directory.to_str().unwrap().to_owned());
        run(make, &[image])?;
        let device = run("losetup", &["-f", "--show", image])?;
        stick.device = Some(device.clone());
        // Desktops mount sticks like this, so that names are Unicode.
        let options = if kind == "vfat" { "utf8" } else { "rw" };
        let mounted = run("mount", &["-t", kind, "-o", options, &device, &place])
            .or_else(|| run(&format!("mount.{kind}-fuse"), &[&device, &place]));
        mounted.map(|_| stick)
    }

    /// Shows a directory through bindfs.
    fn bind() -> Option<Stick> {
        let stick = Stick::new();
        let source = stick.ground.path("source");
        fs::create_dir(&source).unwrap();
        run("bindfs", &[source.to_str().unwrap(), stick.directory.to_str().unwrap()])?;
        Some(stick)
    }
}

impl Drop for Stick {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(&self.directory).output());
        if let Some(device) = &self.device {
            drop(Command::new("losetup").arg("-d").arg(device).output());
        }
    }
}

/// The output of a program; `None` if the program is missing or has failed.
fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let done = Command::new(program).args(arguments).output().ok()?;
    done.status.success().then(|| String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

/// Runs a test on each file system of sticks that this machine supports.
pub fn on_each(scene: impl Fn(Server, Caller, Stick)) {
    for kind in KINDS {
        play(kind.0, || Stick::mount(kind), &scene);
    }
}

/// Runs a test on a directory that bindfs shows.
pub fn on_bindfs(scene: impl Fn(Server, Caller, Stick)) {
    play("bindfs", Stick::bind, &scene);
}

fn play(kind: &str, mount: impl Fn() -> Option<Stick>, scene: &impl Fn(Server, Caller, Stick)) {
    if !may_mount() {
        return eprintln!("NOT TESTED on {kind}: only root may mount");
    }
    let Some(stick) = mount() else {
        return eprintln!("NOT TESTED on {kind}: this machine cannot make or mount it");
    };
    let volumes = format!("stick={}", stick.directory.display());
    let launch = Launch::on(Data::with_accounts()).setting("CLOUDLET_VOLUMES", volumes);
    let server = launch.setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 1).start();
    let bob = server.user("bob");
    scene(server, bob, stick);
}
