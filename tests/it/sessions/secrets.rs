//! Secrets leave no trace in the audit log, in its export, in the database, or in the output of the
//! server.

use crate::harness::{Data, Launch, Server, cloudlet};
use std::path::Path;

const MARK: &str = "zsecretz";

/// The files below a directory that contain a text.
fn files_with(directory: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files_with(&entry.path(), text));
        } else {
            let bytes = std::fs::read(entry.path()).unwrap();
            if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                found.push(entry.path().display().to_string());
            }
        }
    }
    found
}

fn secret(number: u32) -> String {
    format!("{MARK} number {number}")
}

/// Gives a secret to every parameter that takes one, in valid and in invalid calls.
fn use_secrets(server: &Server) {
    let (mut admin, mut guest) = (server.admin(), server.guest());
    let new_user = secret(1);
    admin.administer("adduser", &[("username", "carol"), ("password", &new_user)]).done();
    guest.core("loginguest", &[("userid", "carol"), ("password", &new_user)]).done();
    guest.core("updatepassword", &[("oldpassword", &secret(2)), ("newpassword", &secret(3))]).refused();
    guest.core("updatepassword", &[("oldpassword", &new_user), ("newpassword", &secret(3))]).done();
    admin
        .administer(
            "setuserpassword",
            &[("profile", "carol"), ("password", &secret(4)), ("passwordconfirm", &secret(5))],
        )
        .refused();
    admin.administer("setuserpassword", &[("profile", "carol"), ("password", &secret(6))]).done();
    guest.core("loginguest", &[("userid", "bob"), ("password", &secret(7))]).refused();
    guest.get(&format!("/core/loginguest?userid=bob&password={MARK}8")).refused();
    guest.administer("adminlogin", &[("adminuser", "alice"), ("adminpassword", &secret(9))]).refused();
    guest.core("setup", &[("code", &secret(10)), ("userid", "dora"), ("password", &secret(11))]).refused();
    // These operations take no secret, or do not exist.
    guest.core("getauthenticationinfo", &[("password", &secret(12))]);
    guest.core("nosuchoperation", &[("password", &secret(13))]).declined();
    guest.get(&format!("/nowhere?password={MARK}14"));
}

#[test]
fn no_secret_is_written_anywhere() {
    let mut server = Launch::on(Data::with_accounts()).setting("CLOUDLET_LOG_LEVEL", "trace").start();
    use_secrets(&server);
    let rows = server.admin().audit(&[]);
    assert!(rows.len() > 12, "{rows:?}");
    assert!(!format!("{rows:?}").contains(MARK), "{rows:?}");
    assert_eq!(server.stop(), Some(0));
    let export = cloudlet(server.data(), &["audit", "export"], "").succeeded();
    assert!(export.contains("loginguest") && !export.contains(MARK), "{export}");
    assert_eq!(files_with(&server.data().path(""), MARK), Vec::<String>::new());
    assert!(!server.log().contains(MARK), "{}", server.log());
}

#[test]
fn the_tokens_of_a_session_are_stored_nowhere() {
    let mut server = Server::start();
    let (user, admin) = (server.user("bob"), server.admin());
    let tokens: Vec<String> = ["tonido-login-seed", "tonido-login-hash"]
        .map(|name| user.cookie(name).unwrap().to_owned())
        .into_iter()
        .chain(["tonidocloud-as", "tonidocloud-ah"].map(|name| admin.cookie(name).unwrap().to_owned()))
        .collect();
    assert_eq!(server.stop(), Some(0));
    for token in tokens {
        assert_eq!(files_with(&server.data().path(""), &token), Vec::<String>::new());
    }
}

#[test]
fn the_database_and_the_files_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start();
    server.user("bob").upload("/bob", "a.txt", b"bytes").ok();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    for name in ["cloudlet.db", "cloudlet.db-wal"] {
        let mode = mode(&server.data().path(name));
        assert_eq!(mode & 0o007, 0, "{name} {mode:o}: nobody else may read password hashes");
    }
    assert_eq!(mode(&server.data().file("/.cloudlet")), 0o700);
    assert_eq!(mode(&server.data().file("/bob/a.txt")) & 0o007, 0);
}
