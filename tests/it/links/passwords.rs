//! Links with a password.

use super::{Ground, Link, ground, opened, refused, sent};
use crate::harness::{Caller, Data, Launch, encoded, wait_until};
use std::time::Duration;

const WORD: &str = "open sesame 77";

fn protected() -> (Ground, Link) {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("sharepassword", WORD), ("allowpublicupload", "1")]);
    (ground, link)
}

fn log_in(caller: &mut Caller, link: &Link, password: &str) -> crate::harness::Reply {
    caller.core(
        "loginprotectedshare",
        &[("path", &link.path), ("password", password), ("fullquerystring", "x")],
    )
}

/// Before the password, nothing is revealed, not even whether the link leads to a file or a folder.
#[test]
fn nothing_is_told_before_the_password() {
    let (mut ground, link) = protected();
    let file = ground.link("/bob/Holiday/a.txt", &[("sharepassword", WORD)]);
    let drop = ground.link("/bob/Holiday/sea", &[("sharepassword", WORD), ("allowpublicuploadonly", "1")]);
    let mut guest = ground.guest();
    let mut told = Vec::new();
    for link in [&link, &file, &drop] {
        for (operation, field) in
            [("getfilelist", "path"), ("fileinfo", "file"), ("downloadfile", "filepath"), ("share", "path")]
        {
            refused(&guest.core(operation, &[(field, &link.path)]));
        }
        refused(&guest.send(&sent(&link.path, "new.txt", b"new", &[])));
        assert_eq!(guest.core("getpublicshareauthinfo", &[("path", &link.path)]).result(), 1);
        refused(&guest.get(&format!("/core/getpublicshareimage?path={}", encoded(&link.path))));
        refused(&guest.get(&format!("/core/getuploadform?shareid={}", link.id)));
        let info = guest.core("getpublicshareinfo", &[("path", &link.path)]).text().to_owned();
        assert!(!info.contains("Holiday") && !info.contains("bob") && !info.contains("dir"), "{info}");
        let address = opened(&mut guest, &link.token);
        told.push(address.replace(&link.path.replace('!', "%21"), ""));
    }
    assert!(told.iter().all(|address| *address == told[0] && address.contains("secure=1")), "{told:?}");
}

#[test]
fn the_right_password_opens_one_link_and_a_new_one_closes_it() {
    let (mut ground, link) = protected();
    let other = ground.link("/bob/Private", &[("sharepassword", "another word 99")]);
    let mut guest = ground.guest();
    for wrong in ["", "x", "OPEN SESAME 77", "another word 99"] {
        let reply = log_in(&mut guest, &link, wrong);
        assert_eq!(reply.status, 400, "{reply:?}");
        assert!(reply.headers("set-cookie").next().is_none());
    }
    log_in(&mut guest, &link, WORD).done();
    assert!(guest.cookie("tonido-share-login-hash").is_some());
    assert_eq!(guest.download(&format!("{}/a.txt", link.path)).text(), "one");
    refused(&guest.core("getfilelist", &[("path", &other.path)]));
    log_in(&mut guest, &other, "another word 99").done();
    assert_eq!(guest.list_names(&other.path), ["c.txt"]);
    assert_eq!(guest.download(&format!("{}/a.txt", link.path)).text(), "one", "both are open");
    // Invented cookies open nothing.
    let mut forger = ground.guest();
    for name in ["tonido-share-login-user", "tonido-share-login-seed", "tonido-share-login-hash"] {
        forger.set_cookie(name, guest.cookie(name).unwrap());
    }
    assert_eq!(forger.list_names(&other.path), ["c.txt"]);
    let seed = guest.cookie("tonido-share-login-seed").unwrap().to_owned();
    forger.set_cookie("tonido-share-login-seed", &seed.replace('-', "-9"));
    refused(&forger.core("getfilelist", &[("path", &other.path)]));
    forger.set_cookie("tonido-share-login-seed", &seed);
    forger.set_cookie("tonido-share-login-hash", &"0".repeat(64));
    refused(&forger.core("getfilelist", &[("path", &other.path)]));

    ground.change(&other, &[("sharepassword", "a newer word 55")]);
    refused(&guest.core("getfilelist", &[("path", &other.path)]));
    assert_eq!(guest.download(&format!("{}/a.txt", link.path)).text(), "one");
    // With share=1, only the visit of this link ends.
    guest.core("locksession", &[("share", "1")]).done();
    refused(&guest.core("getfilelist", &[("path", &link.path)]));
}

/// Guesses at an unknown link get the same answers as those at an existing one, and both are slowed
/// down.
#[test]
fn guesses_at_passwords_sound_alike_and_are_slowed_down() {
    let launch = Launch::on(Data::with_accounts()).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.1");
    let mut ground = super::ground_on(launch);
    let link = ground.link("/bob/Holiday", &[("sharepassword", WORD)]);
    let none =
        Link { id: String::new(), path: "/SHARED/!nobody/0123456789abcdef".into(), token: String::new() };
    let ended = ground.link("/bob/Private", &[("sharepassword", WORD)]);
    ground.change(&ended, &[("validityperiod", "2001-01-01")]);
    for (number, link) in [&link, &none, &ended].into_iter().enumerate() {
        let mut guest = ground.guest().always("X-Forwarded-For", &format!("203.0.113.{number}"));
        let words: Vec<String> = (0..8).map(|_| log_in(&mut guest, link, "wrong word").message()).collect();
        assert!(words.iter().all(|words| *words == "The password is not right."), "{words:?}");
        let slowed = log_in(&mut guest, link, "wrong word");
        assert!(slowed.header("retry-after").is_some(), "{slowed:?}");
    }
    // The correct password has to wait too. Other networks and other links do not.
    let mut same = ground.guest().always("X-Forwarded-For", "203.0.113.0");
    let seconds =
        |reply: &crate::harness::Reply| reply.header("retry-after").map_or(0, |text| text.parse().unwrap());
    wait_until("a wait of some seconds", Duration::from_secs(60), || {
        seconds(&log_in(&mut same, &link, "wrong")) > 4
    });
    assert!(seconds(&log_in(&mut same, &link, WORD)) > 0);
    let mut other = ground.guest().always("X-Forwarded-For", "203.0.113.77");
    log_in(&mut other, &link, WORD).done();
    // All addresses of an IPv6 network count as one client.
    let mut slowed = false;
    for number in 0..12 {
        let mut guest = ground.guest().always("X-Forwarded-For", &format!("2001:db8::{number:x}"));
        slowed |= log_in(&mut guest, &link, "wrong word").header("retry-after").is_some();
    }
    assert!(slowed);
    // A password that is too long is not hashed, whether its link exists or not.
    let mut guest = ground.guest().always("X-Forwarded-For", "203.0.113.99");
    for link in [&link, &none, &ended] {
        let long = log_in(&mut guest, link, &"x".repeat(2000)).message();
        assert_eq!(
            long, "The parameter password cannot be used. It has more than 1024 bytes.",
            "{}",
            link.path
        );
        let huge = log_in(&mut guest, link, &"x".repeat(1 << 20));
        assert_eq!(huge.status, 413, "{huge:?}");
    }
}
