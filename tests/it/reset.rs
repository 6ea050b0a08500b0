//! `cloudlet-reset.txt`, with which the owner of the machine can set a new password once.

use crate::harness::{Caller, Data, Launch, PASSWORD, Server, cloudlet, may_mount};

const NEW: &str = "wholly other words";

/// The text of a file that gives bob a new password.
fn file() -> String {
    format!("bob\n{NEW}\n")
}

fn may_sign_in(server: &Server, password: &str) -> bool {
    let fields = [("userid", "bob"), ("password", password)];
    server.guest().core("loginguest", &fields).result() == 1
}

fn resets(caller: &mut Caller) -> usize {
    caller.audit(&[("operation", "reset by file")]).len()
}

#[test]
fn it_gives_a_new_password_and_makes_an_admin_once() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    cloudlet(server.data(), &["user", "disable", "bobby"], "").succeeded();
    std::fs::write(server.data().path("cloudlet-reset.txt"), file()).unwrap();
    assert!(bob.is_signed_in(), "it is read at a start, not while it runs");
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    bob.follow(&server);
    assert!(!bob.is_signed_in(), "all sessions have ended");
    assert!(may_sign_in(&server, NEW) && !may_sign_in(&server, PASSWORD));
    assert!(!server.data().path("cloudlet-reset.txt").exists());
    assert!(server.log().contains("bob has a new password"), "{}", server.log());
    assert!(!server.log().contains(NEW), "{}", server.log());
    let mut admin = server.guest();
    admin.administer("adminlogin", &[("adminuser", "bob"), ("adminpassword", NEW)]).done();
    let row = admin.audit(&[("operation", "reset by file")]).remove(0);
    assert_eq!(
        (row.field("username"), row.field("object"), row.field("outcome")),
        ("(console)", "bob", "ok")
    );
    // The same file does not work again at the next start.
    cloudlet(server.data(), &["user", "password", "bob", "--password-stdin"], &format!("{PASSWORD}\n"))
        .succeeded();
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    assert!(may_sign_in(&server, PASSWORD) && !may_sign_in(&server, NEW));
    assert_eq!(resets(&mut server.admin()), 1);

    // The same text works again if the owner writes the file again.
    std::fs::write(server.data().path("cloudlet-reset.txt"), file().replace('\n', "\r\n")).unwrap();
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    assert!(may_sign_in(&server, NEW));
}

#[test]
fn it_enables_a_disabled_account() {
    let data = Data::with_accounts();
    cloudlet(&data, &["user", "disable", "bob"], "").succeeded();
    std::fs::write(data.path("cloudlet-reset.txt"), format!("\u{feff} BOB \n{NEW}")).unwrap();
    assert!(may_sign_in(&Launch::on(data).start(), NEW));

    // `"bob", "..." > cloudlet-reset.txt` in PowerShell on Windows writes this text.
    let data = Data::with_accounts();
    let text = format!("\u{feff}bob\r\n{NEW}\r\n");
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(data.path("cloudlet-reset.txt"), bytes).unwrap();
    assert!(may_sign_in(&Launch::on(data).start(), NEW));
}

#[test]
fn what_is_wrong_with_it_is_told_and_changes_nothing() {
    for (text, words) in [
        ("nobody\nwholly other words\n", &["no such user"][..]),
        ("bob\nbrief\n", &["password"]),
        ("bob\n", &["two lines"]),
        ("", &["two lines"]),
        ("bob\nwholly other words\nand more\n", &["two lines"]),
        (&"x".repeat(2000), &["too large"]),
    ] {
        let data = Data::with_accounts();
        std::fs::write(data.path("cloudlet-reset.txt"), text).unwrap();
        let server = Launch::on(data).start();
        let log = server.log();
        for word in words.iter().chain(&["cloudlet-reset.txt", "nothing was reset"]) {
            assert!(log.contains(word), "{text:?} does not say {word}: {log}");
        }
        assert!(may_sign_in(&server, PASSWORD));
        assert!(!log.contains("brief") && !log.contains(NEW), "no secret in the log: {log}");
        assert_eq!(resets(&mut server.admin()), 0);
        assert!(server.data().path("cloudlet-reset.txt").exists());
    }
}

#[test]
fn one_that_cannot_be_removed_never_works_twice() {
    let mut boot = Data::empty();
    if may_mount() {
        boot.mount("", 1 << 20);
    }
    let path = boot.path("cloudlet-reset.txt");
    std::fs::write(&path, file()).unwrap();
    boot.make_read_only("", true);
    let mut server = Launch::on(Data::with_accounts()).setting("CLOUDLET_RESET_FILE", path.display()).start();
    assert!(may_sign_in(&server, NEW));
    assert!(path.exists() && server.log().contains("cannot be removed"), "{}", server.log());
    cloudlet(server.data(), &["user", "password", "bob", "--password-stdin"], &format!("{PASSWORD}\n"))
        .succeeded();
    for _ in 0..2 {
        assert_eq!(server.stop(), Some(0));
        server.start_again();
        assert!(server.log().contains("has worked once"), "{}", server.log());
        assert!(may_sign_in(&server, PASSWORD) && !may_sign_in(&server, NEW));
    }
    // Even after another file has worked in the other directory, the text does not work again.
    std::fs::write(server.data().path("cloudlet-reset.txt"), format!("bob\n{PASSWORD} again\n")).unwrap();
    for _ in 0..2 {
        assert_eq!(server.stop(), Some(0));
        server.start_again();
        assert!(may_sign_in(&server, &format!("{PASSWORD} again")) && !may_sign_in(&server, NEW));
    }
    // A file with another text works.
    boot.make_read_only("", false);
    std::fs::write(&path, file().replace(NEW, "yet another one")).unwrap();
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    assert!(may_sign_in(&server, "yet another one") && !path.exists());
}
