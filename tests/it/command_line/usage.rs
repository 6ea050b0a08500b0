//! The command line: commands, options, help, and anything else.

use crate::harness::{Data, cloudlet, run, wait_until};
use std::process::{Command, Stdio};
use std::time::Duration;

#[test]
fn wrong_usage_is_exit_code_2_and_names_what_is_wrong() {
    for (line, named) in [
        ("fly", "fly"),
        ("user", "user"),
        ("user fly bob", "user"),
        ("user add", "NAME"),
        ("user add bob bobby", "bobby"),
        ("user delete", "NAME"),
        ("user list bob", "bob"),
        ("audit", "audit"),
        ("audit verify now", "now"),
        ("check --admin", "--admin"),
        ("check --deep=yes", "--deep"),
        ("serve now", "now"),
        ("serve --data", "--data"),
        ("serve --nonsense", "--nonsense"),
        ("--nonsense 5", "--nonsense"),
        ("config --session-days", "--session-days"),
        ("version please", "please"),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let said = run(&arguments, "").was_misused();
        assert!(said.contains(named), "{line}: {said}");
        assert!(said.contains("help"), "{line}: {said}");
    }
}

#[test]
fn help_version_and_api_need_no_data() {
    for (arguments, words) in [
        (&["help"][..], &["serve", "user add", "audit verify", "--data", "Exit codes"][..]),
        (&["--help"], &["serve"]),
        (&["-h"], &["serve"]),
        (&["help", "--man"], &[".TH CLOUDLET 1", "--data".replace('-', "\\-").as_str()]),
        (&["version"], &[env!("CARGO_PKG_VERSION")]),
        (&["--version"], &[env!("CARGO_PKG_VERSION")]),
        (&["-V"], &[env!("CARGO_PKG_VERSION")]),
        (&["api"], &["#### loginguest", "| parameter |"]),
        (&["api", "--openapi"], &["\"openapi\":\"3.1.0\""]),
        (&["api", "--types"], &["export interface ServerRecord {\n", "  isadmin: 0 | 1;\n"]),
    ] {
        let said = run(arguments, "").succeeded();
        for word in words {
            assert!(said.contains(word), "{arguments:?} does not say {word}:\n{said}");
        }
    }
    assert!(!std::path::Path::new("cloudlet-data").exists(), "and make none");
}

#[test]
fn without_a_command_it_serves() {
    let data = Data::empty();
    let mut server = Command::new(env!("CARGO_BIN_EXE_cloudlet"))
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(data.path("made/by/itself"))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until("it makes its data directory", Duration::from_secs(10), || {
        data.path("made/by/itself/cloudlet.db").exists()
    });
    server.kill().unwrap();
    server.wait().unwrap();
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(data.path("made/by/itself")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "for its user alone");
}

#[test]
fn what_cannot_be_printed_is_a_failure_and_a_closed_pipe_is_none() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloudlet"));
    let status = command.arg("api").stdout(full).stderr(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(1));
    let pipe = format!(
        "\"{}\" api | head -c 1 > /dev/null; exit ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_cloudlet")
    );
    let status = Command::new("bash").args(["-c", &pipe]).status().unwrap();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn check_finds_what_does_not_fit_together() {
    let mut server = crate::harness::Server::start();
    let mut bob = server.user("bob");
    for content in [b"one", b"two"] {
        bob.upload("/bob", "file", content).ok();
    }
    bob.upload("/bob", "gone", b"x").ok();
    bob.core("deletefile", &[("path", "/bob"), ("name", "gone")]).done();
    for arguments in [&["check"][..], &["check", "--deep"]] {
        let said = cloudlet(server.data(), arguments, "").succeeded();
        assert!(said.contains("1 file in"), "beside the running server: {said}");
    }
    assert_eq!(server.stop(), Some(0));
    cloudlet(server.data(), &["check"], "").succeeded();

    // The check adds changes by other programs to the index. They are not a failure.
    std::fs::write(server.data().file("/bob/by-hand"), "x").unwrap();
    std::fs::remove_file(server.data().file("/bob/file")).unwrap();
    let said = cloudlet(server.data(), &["check"], "").succeeded();
    assert!(said.contains("repaired") && said.contains("/bob"), "{said}");
    assert!(!cloudlet(server.data(), &["check"], "").succeeded().contains("repaired"));

    for folder in ["trash", "versions"] {
        let kept = server.data().file("/.cloudlet").join(folder);
        let id = crate::harness::names(&kept).remove(0);
        std::fs::rename(kept.join(&id), server.data().path("aside")).unwrap();
        let finished = cloudlet(server.data(), &["check"], "");
        assert!(finished.stdout.contains(&id), "{finished:?}");
        finished.failed();
        std::fs::rename(server.data().path("aside"), kept.join(&id)).unwrap();
        cloudlet(server.data(), &["check"], "").succeeded();
    }
}
