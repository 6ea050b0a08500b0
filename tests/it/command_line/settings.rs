//! Settings come from a flag, the environment, the file or the default, in this order. A message
//! about a wrong value names its origin.

use crate::harness::{Data, Launch, cloudlet, finish, program, wait_until};
use std::process::Stdio;
use std::time::Duration;

fn config(data: &Data, arguments: &[&str], environment: &[(&str, &str)]) -> crate::harness::Finished {
    let mut command = program();
    command.arg("config").args(arguments).arg("--data").arg(data.path("")).envs(environment.iter().copied());
    finish(&mut command, "")
}

#[test]
fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
    let data = Data::empty();
    let line = |arguments: &[&str], environment: &[(&str, &str)]| {
        let said = config(&data, arguments, environment).succeeded();
        said.lines().find(|line| line.starts_with("session_days ")).unwrap().to_owned()
    };
    assert_eq!(line(&[], &[]), "session_days = 30    (default)");
    std::fs::write(data.path("cloudlet.toml"), "session_days = 5\n").unwrap();
    assert_eq!(line(&[], &[]), "session_days = 5    (file)");
    assert_eq!(line(&[], &[("CLOUDLET_SESSION_DAYS", "6")]), "session_days = 6    (environment)");
    assert_eq!(
        line(&["--session-days", "7"], &[("CLOUDLET_SESSION_DAYS", "6")]),
        "session_days = 7    (command line)"
    );
    std::fs::write(data.path("other.toml"), "session_days = 8\n").unwrap();
    let other = data.path("other.toml").display().to_string();
    assert_eq!(line(&["--config", &other], &[]), "session_days = 8    (file)");
}

#[test]
fn every_setting_is_listed_with_its_help() {
    let said = config(&Data::empty(), &[], &[]).succeeded();
    for name in [
        "listen",
        "name",
        "log_level",
        "connections_max",
        "workers_max",
        "session_days",
        "audit_flush_seconds",
    ] {
        assert!(said.lines().any(|line| line.starts_with(&format!("{name} = "))), "{name}:\n{said}");
    }
}

#[test]
fn what_is_wrong_with_a_setting_is_named_with_its_source() {
    for (text, environment, arguments, words) in [
        ("session_day = 5", "", &[][..], &["cloudlet.toml", "session_day"][..]),
        ("session_days = \"many\"", "", &[], &["session_days", "file", "many"]),
        ("session_days = 0", "", &[], &["session_days", "file"]),
        ("session_days = {}", "", &[], &["cloudlet.toml", "session_days"]),
        ("session_days = ", "", &[], &["cloudlet.toml"]),
        ("\u{0}", "", &[], &["cloudlet.toml"]),
        ("", "many", &[], &["session_days", "environment", "many"]),
        ("", "", &["--config", "/nowhere/cloudlet.toml"], &["/nowhere/cloudlet.toml"]),
    ] {
        let data = Data::empty();
        std::fs::write(data.path("cloudlet.toml"), text).unwrap();
        let pairs = [("CLOUDLET_SESSION_DAYS", environment)];
        let environment = if environment.is_empty() { &pairs[..0] } else { &pairs[..] };
        let said = config(&data, arguments, environment).failed();
        for word in words {
            assert!(
                said.contains(word),
                "{text:?} {environment:?} {arguments:?} does not say {word}: {said}"
            );
        }
        // `serve` says the same and does not start.
        let mut serve = program();
        serve.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments).arg("--data").arg(data.path(""));
        finish(serve.envs(environment.iter().copied()), "").failed();
        assert!(!data.path("cloudlet.db").exists(), "nothing was made");
    }
}

/// A service has its settings in the environment, where nobody would notice a mistyped name.
#[test]
fn a_variable_that_is_no_setting_is_warned_of() {
    let environment =
        [("CLOUDLET_BACKUP_T0", "/mnt"), ("CLOUDLET_SESSION_DAYS", "5"), ("CLOUDLET_PASSWORD", "x")];
    let warned = |text: &str| {
        let warnings: Vec<&str> = text.lines().filter(|line| line.contains("is not a setting")).collect();
        assert!(warnings.len() == 1 && warnings[0].contains("CLOUDLET_BACKUP_T0"), "{text}");
    };
    let finished = config(&Data::empty(), &[], &environment);
    warned(&finished.stderr);
    finished.succeeded();
    let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_BACKUP_T0", "/mnt").start();
    warned(&server.log());
}

#[test]
fn a_flag_that_is_wrong_is_wrong_usage() {
    let said = config(&Data::empty(), &["--session-days", "many"], &[]).was_misused();
    for word in ["session_days", "command line", "many"] {
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn an_address_that_is_none_is_named() {
    for address in ["localhost", "127.0.0.1", "127.0.0.1:99999", ":8080", "nonsense"] {
        let said = config(&Data::empty(), &["--listen", address], &[]).was_misused();
        assert!(said.contains("listen") && said.contains(address), "{said}");
    }
}

#[test]
fn every_line_is_json_where_that_is_the_setting() {
    let server = Launch::on(Data::empty()).setting("CLOUDLET_LOG_FORMAT", "json").start();
    wait_until("the invitation", Duration::from_secs(5), || server.log().contains("one-time code"));
    for line in server.log().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        assert!(line["time"].is_i64() && line["level"].is_string() && line["message"].is_string(), "{line}");
    }
}

/// A line for the journal begins with its priority. A terminal that a service has started inherits
/// only the variable, and its lines have no priority.
#[test]
fn lines_are_for_the_journal_only_where_it_reads_them() {
    use std::os::unix::fs::MetadataExt;
    let data = Data::empty();
    let path = data.path("standard-error");
    let file = std::fs::File::create(&path).unwrap();
    let metadata = file.metadata().unwrap();
    let its_own = format!("{}:{}", metadata.dev(), metadata.ino());
    for (stream, is_journal) in [(its_own.as_str(), true), ("1:2", false), ("", false)] {
        std::fs::write(&path, "").unwrap();
        let mut command = program();
        command.args(["config", "--data"]).arg(data.path("")).env("CLOUDLET_NONSENSE", "1");
        command.env("JOURNAL_STREAM", stream).stdout(Stdio::null()).stderr(file.try_clone().unwrap());
        assert!(command.status().unwrap().success());
        let said = std::fs::read_to_string(&path).unwrap();
        let line = said.trim_start_matches('\0');
        assert!(line.contains("CLOUDLET_NONSENSE"), "{said:?}");
        assert_eq!(line.starts_with("<4>CLOUDLET"), is_journal, "{stream}: {said:?}");
    }
}

#[test]
fn several_addresses_are_listened_on() {
    let server = Launch::on(Data::with_accounts())
        .argument("--listen")
        .argument("127.0.0.1:0")
        .argument("--listen=[::1]:0")
        .start();
    wait_until("three lines", Duration::from_secs(5), || {
        server.log().matches("listening on http://").count() == 3
    });
    let addresses: Vec<String> = server
        .log()
        .split("listening on http://")
        .skip(1)
        .map(|rest| rest.lines().next().unwrap().trim().to_owned())
        .collect();
    for address in addresses {
        let mut caller = crate::harness::Caller::new(address.parse().unwrap());
        caller.sign_in("bob");
    }
}

#[test]
fn settings_are_kept_by_the_server() {
    let server = Launch::on(Data::with_accounts())
        .setting("CLOUDLET_PASSWORD_LENGTH_MIN", 20)
        .setting("CLOUDLET_NAME", "Our cloud")
        .start();
    let message = server
        .admin()
        .administer("adduser", &[("username", "carol"), ("password", "nineteen characters")])
        .refused();
    assert!(message.contains("20"), "{message}");
    let status = server.guest().get("/core/getsystemstatus").xml();
    assert_eq!(
        (status.child("status").field("oem"), status.child("status").field("passwordminlength")),
        ("Our cloud", "20")
    );
    cloudlet(server.data(), &["user", "list"], "").succeeded();
}
