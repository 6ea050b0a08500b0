//! Files that outside programs draw: videos, HEIC, AVIF and PDF. The tests use the real programs if
//! they are installed, and otherwise print that something was not tested.

use super::samples::*;
use crate::harness::{Caller, Data, Launch, Server, cloudlet, joined, names};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SIDE: &[(&str, &str)] = &[("width", "320")];

/// True if a program is installed. Prints a line if it is not.
fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = std::env::split_paths(&path).any(|place| place.join(program).is_file());
    if !is_there {
        eprintln!("NOT TESTED with {program}, which is not installed on this machine");
    }
    is_there
}

/// Runs a program that writes a sample into a directory. Returns the sample.
fn made(directory: &Path, name: &str, program: &str, arguments: &[&str]) -> Vec<u8> {
    let done = Command::new(program).args(arguments).arg(name).current_dir(directory).output().unwrap();
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    fs::read(directory.join(name)).unwrap()
}

/// Makes a video of one picture, at this rate of frames.
fn video(directory: &Path, name: &str, rate: &str, more: &[&str]) -> Vec<u8> {
    fs::write(directory.join("q.png"), png(&quarters(320, 240))).unwrap();
    let first = ["-v", "error", "-y", "-framerate", rate, "-loop", "1", "-i", "q.png"];
    made(directory, name, "ffmpeg", &[&first, ["-c:v", "mpeg4", "-q:v", "2"].as_slice(), more].concat())
}

fn ground() -> (Server, Caller, PathBuf) {
    let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_LOG_LEVEL", "debug").start();
    let bob = server.user("bob");
    let directory = server.data().path("samples");
    fs::create_dir(&directory).unwrap();
    (server, bob, directory)
}

#[test]
fn a_frame_stands_for_a_video_and_is_kept() {
    if !has("ffmpeg") {
        return;
    }
    let (server, mut bob, at) = ground();
    let of = |name: &str, more: &[&str]| video(&at, name, "10", more);
    let whole = of("a.mp4", &["-t", "6", "-movflags", "faststart"]);
    let kept = || names(&server.data().path("files/.cloudlet/thumbs")).len();
    for (name, content) in [
        ("a.mp4", whole.clone()),
        // This file has its index of frames at the end, as phones write it.
        ("b.mov", of("b.mov", &["-t", "6"])),
        ("c.mkv", of("c.mkv", &["-t", "6"])),
        ("d.avi", of("d.avi", &["-t", "6"])),
        ("short.mp4", of("e.mp4", &["-t", "0.4"])),
        ("two hours.mp4", video(&at, "f.mp4", "1/10", &["-t", "7300"])),
        // This file is cut off in the middle, and its name does not say that it is a video.
        ("cut.txt", whole[..whole.len() * 2 / 3].to_vec()),
    ] {
        let before = kept();
        bob.upload("/bob", name, &content).ok();
        let path = format!("/bob/{name}");
        let small = drawn(thumb(&mut bob, &path, SIDE));
        assert_eq!((size(&small), seen(&small)), ((320, 240), WORDS), "{name}");
        assert_eq!(kept(), before + 1, "{name}");
        let smaller = drawn(thumb(&mut bob, &path, &[("width", "90")]));
        assert_eq!(seen(&smaller), WORDS, "{name}");
    }
    // A phone that was held upright stores the rotation beside the pixels.
    let args = ["-v", "error", "-y", "-i", "a.mp4", "-c", "copy", "-metadata:s:v:0", "rotate=90"];
    bob.upload("/bob", "upright.mp4", &made(&at, "g.mp4", "ffmpeg", &args)).ok();
    let upright = size(&drawn(thumb(&mut bob, "/bob/upright.mp4", SIDE)));
    assert!(
        upright == (240, 320) || {
            eprintln!("NOT TESTED: this ffmpeg writes no rotation");
            upright == (320, 240)
        }
    );
    assert_eq!(size(&drawn(bob.get("/core/getfsslideimage?name=/bob/a.mp4"))), (320, 240), "never enlarged");
}

#[test]
fn what_only_claims_to_be_a_video_is_refused_soon() {
    if !has("ffmpeg") {
        return;
    }
    let (server, mut bob, _) = ground();
    let ftyp = b"\0\0\0\x14ftypisom\0\0\0\0avc1";
    let list = format!("#EXTM3U\n#EXTINF:1,\nfile://{}\n", server.data().path("cloudlet.db").display());
    for (name, content) in [
        ("list.mp4", list.into_bytes()),
        ("concat.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n".to_vec()),
        ("only a head.mp4", ftyp.to_vec()),
        ("huge box.mp4", [ftyp.as_slice(), b"\x7f\xff\xff\xffmoov", &[0; 4000]].concat()),
        ("endless.mkv", [b"\x1a\x45\xdf\xa3".as_slice(), &[0xff; 20_000]].concat()),
        ("noise.avi", [b"RIFF\0\0\0\x7fAVI LIST".as_slice(), &[7; 20_000]].concat()),
        ("sound.m4a", b"\0\0\0\x14ftypM4A \0\0\0\0isom".to_vec()),
        ("noise.pdf", [b"%PDF-1.7".as_slice(), &[b'('; 20_000]].concat()),
        ("noise.heic", [b"\0\0\0\x14ftypheic\0\0\0\0mif1".as_slice(), &[1; 20_000]].concat()),
    ] {
        bob.upload("/bob", name, &content).ok();
        let reply = thumb(&mut bob, &format!("/bob/{name}"), SIDE);
        assert_eq!(reply.status, 415, "{name}: {}", String::from_utf8_lossy(&reply.body));
    }
    drop(server);
}

#[test]
fn heic_avif_and_the_first_page_of_a_pdf_are_drawn() {
    let (_server, mut bob, at) = ground();
    if has("vips") && has("vipsthumbnail") {
        fs::write(at.join("q.png"), png(&quarters(640, 480))).unwrap();
        for name in ["a.heic", "a.avif"] {
            bob.upload("/bob", name, &made(&at, name, "vips", &["copy", "q.png"])).ok();
            let small = drawn(thumb(&mut bob, &format!("/bob/{name}"), SIDE));
            assert_eq!((size(&small), seen(&small)), ((320, 240), WORDS), "{name}");
        }
    }
    if has("pdftoppm") {
        let page = "1 0 0 rg 0 100 200 100 re f 0 0 1 rg 0 0 200 100 re f";
        let pdf = format!(
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
             3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>endobj\n\
             4 0 obj<</Length {}>>stream\n{page}\nendstream endobj\ntrailer<</Root 1 0 R>>\n",
            page.len()
        );
        bob.upload("/bob", "a.pdf", pdf.as_bytes()).ok();
        let small = image::load_from_memory(&drawn(thumb(&mut bob, "/bob/a.pdf", SIDE))).unwrap().to_rgb8();
        assert_eq!(small.dimensions(), (320, 320));
        let [above, below] = [80, 240].map(|y| small.get_pixel(160, y).0);
        assert!(above[0] > 200 && above[2] < 60 && below[2] > 200 && below[0] < 60, "{above:?} {below:?}");
    }
}

/// A server whose outside programs are scripts of a test.
struct Faked {
    server: Server,
    bob: Caller,
    programs: PathBuf,
    asked: usize,
}

impl Faked {
    fn start(setting: &str) -> Faked {
        let data = Data::with_accounts();
        let programs = data.path("programs");
        fs::create_dir(&programs).unwrap();
        let server = Launch::on(data)
            .setting("PATH", programs.display())
            .setting("CLOUDLET_LOG_LEVEL", "debug")
            .setting("CLOUDLET_THUMBNAIL_PROGRAMS", setting)
            .start();
        let bob = server.user("bob");
        Faked { server, bob, programs, asked: 0 }
    }

    fn write(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.programs.join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Uploads a file that begins with these bytes and asks for its thumbnail. Returns the status
    /// and the message.
    fn ask(&mut self, beginning: &[u8]) -> (u16, String) {
        self.asked += 1;
        let name = format!("{}.bin", self.asked);
        self.bob.upload("/bob", &name, &[beginning, name.as_bytes()].concat()).ok();
        let reply = thumb(&mut self.bob, &format!("/bob/{name}"), SIDE);
        (reply.status, String::from_utf8_lossy(&reply.body).into_owned())
    }
}

const VIDEO: &[u8] = b"\0\0\0\x14ftypisom\0\0\0\0avc1";
const PDF: &[u8] = b"%PDF-1.7 ";
const HEIC: &[u8] = b"\0\0\0\x14ftypheic\0\0\0\0mif1";

/// A shell script that writes a picture.
fn answering(picture: &[u8], before: &str) -> String {
    let octal: String = picture.iter().map(|byte| format!("\\{byte:03o}")).collect();
    format!("#!/bin/sh\n{before}\nprintf '{octal}'\n")
}

/// Returns false, with a line on standard error, if the kernel cannot take rights away from
/// programs.
fn is_confined(faked: &mut Faked) -> bool {
    faked.write("pdftoppm", &answering(&jpeg(&quarters(64, 64)), ""));
    let (status, sentence) = faked.ask(PDF);
    if sentence.contains("Landlock") {
        eprintln!("NOT TESTED: the kernel of this machine has no Landlock");
        return false;
    }
    assert_eq!(status, 200, "{sentence}\n{}", faked.server.log());
    true
}

#[test]
fn programs_with_bad_manners_cost_one_picture_and_nothing_stays() {
    let mut faked = Faked::start("yes");
    faked.write("ffmpeg", "#!/bin/sh\nexit 1\n");
    if !is_confined(&mut faked) {
        return;
    }
    let small = jpeg(&quarters(64, 64));
    for (manners, wanted) in [
        ("exit 1", 415),
        ("exit 0", 415),
        ("kill -SEGV $$", 415),
        ("echo no picture; exit 0", 415),
        // This script writes to both of its outputs without end.
        (
            "x=0123456789; for i in 1 2 3 4 5 6 7 8 9 10; do x=$x$x; done; while :; do echo $x; echo $x >&2; done",
            413,
        ),
        // This script starts another process, which would outlive it.
        ("while :; do :; done & exit 0", 415),
    ] {
        faked.write("ffmpeg", &format!("#!/bin/sh\n{manners}\n"));
        assert_eq!(faked.ask(VIDEO).0, wanted, "{manners}\n{}", faked.server.log());
    }
    // While a program hangs, other pictures are drawn, and the program is ended.
    faked.write("ffmpeg", "#!/bin/sh\nread line < \"${0%/*}/pipe\"\n");
    let made = Command::new("mkfifo").arg(faked.programs.join("pipe")).status().unwrap();
    assert!(made.success());
    let mut other = faked.server.user("alice");
    other.upload("/alice", "a.jpg", &small).ok();
    let hanging = std::thread::spawn(move || {
        let answer = faked.ask(VIDEO);
        (faked, answer)
    });
    drawn(thumb(&mut other, "/alice/a.jpg", SIDE));
    let (mut faked, (status, sentence)) = joined(hanging.join());
    assert_eq!(status, 413, "{sentence}");
    let programs = faked.programs.display().to_string();
    let commands = Command::new("ps").args(["-eo", "args"]).output().unwrap().stdout;
    let commands = String::from_utf8_lossy(&commands).into_owned();
    let left: Vec<&str> =
        commands.lines().filter(|line| line.contains(&programs) && !line.contains("serve")).collect();
    assert!(left.is_empty(), "{left:?}");
    // The next picture is drawn.
    faked.write("ffmpeg", &answering(&small, ""));
    assert_eq!(faked.ask(VIDEO).0, 200);
}

#[test]
fn a_program_has_no_rights() {
    if !has("python3") {
        return;
    }
    let mut faked = Faked::start("yes");
    faked.write("ffmpeg", "");
    if !is_confined(&mut faked) {
        return;
    }
    let secret = faked.server.data().path("cloudlet.db");
    let script = format!(
        r#"#!/usr/bin/python3
import os, signal, socket, sys
def can(name, act):
    try:
        act()
        sys.stderr.write(name + " ")
    except Exception:
        pass
own = "/proc/self/fd/0"
can("see-input", lambda: open(own, "rb").read(1)[0])
can("write-input", lambda: open(own, "r+b"))
can("empty-input", lambda: os.open(own, os.O_WRONLY | os.O_TRUNC))
can("see-database", lambda: open("{secret}", "rb"))
can("see-passwords", lambda: open("/etc/passwd", "rb"))
can("write-beside", lambda: open(os.path.dirname(__file__) + "/x", "w"))
can("write-tmp", lambda: open("/tmp/cloudlet-x", "w"))
can("unlink", lambda: os.unlink("{secret}"))
can("tcp", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
can("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
can("unix", lambda: socket.socket(socket.AF_UNIX))
can("fork", lambda: os.fork() or os._exit(0))
can("signal", lambda: os.kill(os.getppid(), 0))
can("leave-group", lambda: os.setsid())
can("see-server", lambda: open("/proc/%d/environ" % os.getppid(), "rb"))
def handles():
    for handle in range(3, 60):
        try:
            name = os.readlink("/proc/self/fd/%d" % handle)
        except OSError:
            continue
        # What the tests' own parent left open is none of the server's.
        if name != "/dev/null":
            sys.stderr.write(name)
            return
    1 / 0
can("handles", handles)
can("memory", lambda: bytearray(2 << 30))
can("priority", lambda: os.nice(0) < 10 and 1 / 0)
sys.stderr.write("end")
sys.exit(1)
"#,
        secret = secret.display()
    );
    faked.write("ffmpeg", &script);
    assert_eq!(faked.ask(VIDEO).0, 415);
    let log = faked.server.log();
    let line = log.lines().find(|line| line.contains("ffmpeg has failed")).unwrap_or(&log).to_owned();
    let said = line.rsplit("status: 1: ").next().unwrap_or_default();
    let filtered = cfg!(any(target_arch = "aarch64", target_arch = "riscv64", target_arch = "x86_64"));
    if filtered {
        assert!(said.starts_with("see-input priority end"), "{line}");
    } else {
        eprintln!("NOT TESTED: there is no filter of system calls for this processor");
        assert!(
            said.starts_with("see-input") && !said.contains("write") && !said.contains("see-d"),
            "{line}"
        );
    }
    assert!(secret.exists());
}

#[test]
fn where_no_program_is_it_is_said() {
    let mut faked = Faked::start("yes");
    let (status, sentence) = faked.ask(VIDEO);
    assert_eq!(status, 415);
    assert!(sentence.contains("no pictures of videos: ffmpeg is not installed"), "{sentence}");
    let lacks = |faked: &Faked| {
        let stats = faked.server.admin().administer("getstats", &[]).xml();
        let told = stats.child("stat").field("nothumbnailsof").to_owned();
        // Every client learns the same kinds before it asks for a picture, but not the reasons.
        let server = faked.server.guest().core("serverinfo", &[]).xml();
        let kinds: Vec<&str> = told.split(',').map(|lack| lack.split(':').next().unwrap()).collect();
        assert_eq!(server.child("server").field("nothumbnailsof"), kinds.join(","));
        told
    };
    let all =
        |reason: &str| ["videos", "HEIC", "AVIF", "PDF"].map(|kind| format!("{kind}:{reason}")).join(",");
    assert_eq!(lacks(&faked), all("not-installed"));
    let mut faked = Faked::start("no");
    faked.write("pdftoppm", &answering(&jpeg(&quarters(64, 64)), ""));
    assert!(faked.ask(PDF).1.contains("the setting thumbnail_programs is no"));
    assert_eq!(lacks(&faked), all("turned-off"));
    let mut faked = Faked::start("always");
    faked.write("heif-thumbnailer", "#!/bin/sh\nexit 3\n");
    faked.write("vipsthumbnail", &answering(&jpeg(&quarters(64, 64)), ""));
    assert_eq!(faked.ask(HEIC).0, 200, "the second program is tried when the first fails");
    assert_eq!(lacks(&faked), "videos:not-installed,PDF:not-installed");
    let said = cloudlet(faked.server.data(), &["check"], "").succeeded();
    assert!(said.contains("No problems found"), "{said}");
}
