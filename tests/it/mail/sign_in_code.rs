//! Codes of the second factor by mail.

use super::{outbox, start};
use crate::harness::{Caller, Manner, Protection, Server, Taken};
use crate::second_factor::{switch_on, token};

/// The six digits on a line of the mail.
fn code(mail: &Taken) -> String {
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
    mail.data.lines().find(is_code).unwrap_or_else(|| panic!("{}", mail.data)).to_owned()
}

fn mail_code(caller: &mut Caller, token: &str) -> crate::harness::Reply {
    caller.core("resend2facode", &[("userid", "bob"), ("token", token)])
}

fn finish(caller: &mut Caller, token: &str, code: &str) -> crate::harness::Reply {
    caller.core("2falogin", &[("userid", "bob"), ("code", code), ("token", token)])
}

fn with_factor(server: &Server) {
    server.admin().administer("updateuser", &[("profile", "bob"), ("email", "bob@example.org")]).done();
    switch_on(&mut server.user("bob"));
}

#[test]
fn a_mailed_code_signs_in_once_and_the_newest_alone() {
    let (server, sink) = start(Protection::StartTls);
    with_factor(&server);
    let (mut caller, mut other) = (server.guest(), server.guest());
    let (first, second) = (token(&mut caller, "bob"), token(&mut other, "bob"));
    mail_code(&mut caller, &first).done();
    let old = code(&sink.wait_for(1)[0]);
    mail_code(&mut caller, &first).done();
    let new = code(&sink.wait_for(2)[1]);
    assert_eq!(sink.taken()[1].to, ["TO:<bob@example.org>"]);
    // The first code belongs to another sign-in, and the second was replaced by a newer one.
    assert_eq!(finish(&mut other, &second, &new).status, 400);
    if old != new {
        assert_eq!(finish(&mut caller, &first, &old).status, 400);
    }
    std::thread::sleep(std::time::Duration::from_secs(2));
    finish(&mut caller, &first, &new).done();
    assert!(caller.is_signed_in());
    assert_eq!(finish(&mut server.guest(), &first, &new).status, 400, "it counts once");
    // The code must be in no log and no longer in the database.
    let audit = format!("{:?}", server.admin().audit(&[]));
    assert!(!audit.contains(&new) && !server.log().contains(&new));
    let mut admin = server.admin();
    crate::harness::wait_until("both are noted", std::time::Duration::from_secs(20), || {
        outbox(&mut admin).iter().all(|mail| mail.field("status") == "sent")
    });
}

#[test]
fn nobody_is_flooded_with_codes_and_strangers_get_none() {
    let (server, sink) = start(Protection::None);
    with_factor(&server);
    let mut caller = server.guest();
    assert_eq!(mail_code(&mut caller, "2fa_ga_1_00").status, 400);
    let first = token(&mut caller, "bob");
    for _ in 0..3 {
        mail_code(&mut caller, &first).done();
    }
    assert!(mail_code(&mut caller, &first).refused().contains("several times"));
    assert_eq!(sink.wait_for(3).len(), 3);
    let mut admin = server.admin();
    admin.administer("setsetting", &[("name", "mail_sign_in_codes"), ("value", "no")]).done();
    let second = token(&mut caller, "bob");
    assert!(mail_code(&mut caller, &second).refused().contains("No code can be mailed"));
    assert_eq!((sink.taken().len(), outbox(&mut admin).len()), (3, 3));
    sink.behaves(Manner::Good);
}
