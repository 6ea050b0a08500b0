//! People who are invited into the cloud by mail, by a user who is not an administrator.

use super::{outbox, start};
use crate::harness::{Caller, Element, Protection, Server, Taken};

/// The token at the end of the address in the mail.
fn token(mail: &Taken) -> String {
    let text = mail.data.replace("=\r\n", "");
    let (_, rest) = text.split_once("/#/link/").unwrap_or_else(|| panic!("{text}"));
    rest.chars().take_while(char::is_ascii_hexdigit).collect()
}

/// Shares a folder of bob's and returns the id of the share.
fn share(bob: &mut Caller, name: &str) -> String {
    bob.core("createfolder", &[("path", "/bob"), ("name", name)]).done();
    let share = bob.core("quickshare", &[("sharelocation", &format!("/bob/{name}"))]).xml();
    share.child("share").field("shareid").to_owned()
}

/// Sets a value in the policy that holds for everybody.
fn set_policy(admin: &mut Caller, name: &str, value: &str) {
    let policies = admin.administer("getallpolicies", &[]).xml();
    let default = policies.all("policy").next().unwrap().field("policyid").to_owned();
    admin.administer("updatepolicy", &[("policyid", default.as_str()), (name, value)]).done();
}

/// Chooses a password by the link in a mail, and signs in.
fn come(server: &Server, mail: &Taken, name: &str) -> Caller {
    const PASSWORD: &str = "a word of my own 7";
    server.guest().core("setpasswordbylink", &[("token", &token(mail)), ("password", PASSWORD)]).done();
    let mut caller = server.guest();
    caller.core("loginguest", &[("userid", name), ("password", PASSWORD)]).done();
    caller
}

/// The accounts of a share, each with whether it is only invited.
fn members(bob: &mut Caller, share: &str) -> Vec<(String, bool)> {
    let reply = bob.core("getuseraccessforshare", &[("shareid", share)]).xml();
    let member = |user: &Element| (user.field("name").to_owned(), user.field("isinvited") == "true");
    reply.all("user").map(member).collect()
}

/// The answer about an address without an account: whether the user may invite it, and why not.
fn may_invite(bob: &mut Caller) -> (String, String) {
    let found = bob.core("searchprofiles", &[("filter", "zzz@example.org"), ("context", "share")]).xml();
    let meta = found.child("meta");
    let why = meta.all("invitenotallowederror").next().map_or_else(String::new, |why| why.text.clone());
    (meta.field("inviteallowed").to_owned(), why)
}

#[test]
fn invitations_are_seen_taken_back_and_made_again() {
    let (server, sink) = start(Protection::None);
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let (id, other) = (share(&mut bob, "Holiday"), share(&mut bob, "Music"));
    set_policy(&mut admin, "TONIDOCLOUD_ALLOW_INVITED_PROFILES", "1");
    for email in ["erna@example.org", "otto@example.org", "ida@example.org"] {
        bob.core("createprofileoninvite", &[("email", email), ("shareid", &id)]).done();
    }
    let mails = sink.wait_for(3);
    let mail_to = |name: &str| mails.iter().find(|mail| mail.to[0].contains(name)).unwrap();
    bob.core("addusertoshare", &[("shareid", &id), ("userid", "bobby")]).done();
    let of = |name: &str, is_invited| (name.to_owned(), is_invited);
    let mut all = members(&mut bob, &id);
    all.sort();
    assert_eq!(all, [of("bobby", false), of("erna", true), of("ida", true), of("otto", true)]);

    // One person accepts, one is also in another share, and one is removed, so that their link no
    // longer works.
    come(&server, mail_to("otto"), "otto");
    bob.core("addusertoshare", &[("shareid", &other), ("userid", "ida")]).done();
    assert!(members(&mut bob, &id).contains(&of("otto", false)));
    for name in ["otto", "ida", "bobby"] {
        bob.core("deleteuserfromshare", &[("shareid", &id), ("userid", name)]).done();
    }
    bob.core("setuseraccessforshare", &[("shareid", &id), ("userid", "erna@example.org"), ("read", "false")])
        .done();
    assert!(members(&mut bob, &id).is_empty());
    let mut is_there =
        |name: &str| admin.administer("getuser", &[("username", name)]).xml().all("user").count() == 1;
    assert!(["otto", "ida", "bobby"].into_iter().all(&mut is_there) && !is_there("erna"));
    let used = [("token", token(mail_to("erna"))), ("password", "a word of my own 7".to_owned())];
    let used = used.each_ref().map(|(name, value)| (*name, value.as_str()));
    server.guest().core("setpasswordbylink", &used).refused();
    // An administrator invites the same address again. Bob's change must not remove that account.
    server.user("alice").core("createprofileoninvite", &[("email", "erna@example.org")]).done();
    bob.core("addusertoshare", &[("shareid", &id), ("userid", "erna")]).done();
    bob.core("deleteuserfromshare", &[("shareid", &id), ("userid", "erna")]).done();
    come(&server, sink.wait_for(4).last().unwrap(), "erna");
}

#[test]
fn invitations_need_the_right_to_share_outside_and_are_limited() {
    let (server, _sink) = start(Protection::None);
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    assert_eq!(may_invite(&mut bob).0, "0");
    set_policy(&mut admin, "TONIDOCLOUD_ALLOW_INVITED_PROFILES", "1");
    assert_eq!(may_invite(&mut bob), ("1".to_owned(), String::new()));
    set_policy(&mut admin, "TONIDOCLOUD_ALLOW_PUBLIC_SHARES", "0");
    let (is_allowed, why) = may_invite(&mut bob);
    assert!(is_allowed == "0" && why.contains("outside"), "{why}");
    let id = share(&mut bob, "Holiday");
    let mut invite = |number: usize| {
        let email = format!("guest{number}@example.org");
        bob.core("createprofileoninvite", &[("email", &email), ("shareid", &id)])
    };
    assert!(invite(0).refused().contains("outside"));
    set_policy(&mut admin, "TONIDOCLOUD_ALLOW_PUBLIC_SHARES", "1");
    for number in 0..20 {
        invite(number).done();
    }
    assert!(invite(20).refused().contains("take an invitation back"));
    bob.core("deleteuserfromshare", &[("shareid", &id), ("userid", "guest3")]).done();
    bob.core("createprofileoninvite", &[("email", "guest20@example.org")]).done();
}

#[test]
fn somebody_is_invited_to_a_share_and_has_it_with_their_account() {
    let (server, sink) = start(Protection::None);
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let id = share(&mut bob, "Holiday");
    let fields = |email: &'static str, id: &str| [("email", email.to_owned()), ("shareid", id.to_owned())];
    let mut invite = |email: &'static str, id: &str| {
        let fields = fields(email, id);
        bob.core("createprofileoninvite", &fields.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    assert!(invite("erna@example.org", &id).refused().contains("Only administrators invite"));
    set_policy(&mut admin, "TONIDOCLOUD_ALLOW_INVITED_PROFILES", "1");
    // A refused call leaves no account and sends no mail.
    for (email, share) in
        [("nobody", id.as_str()), ("", &id), ("erna@example.org", "000000000000000000000777")]
    {
        invite(email, share).refused();
    }
    assert!(outbox(&mut admin).is_empty());
    invite("Erna@Example.org", &id).done();
    assert!(invite("erna@example.org", &id).refused().contains("another user"));
    // An account has the first part of this address as its name already.
    invite("erna@example.net", "").done();
    let mails = sink.wait_for(2);
    let (first, second) = (&mails[0], &mails[1]);
    assert_eq!(first.to, ["TO:<erna@example.org>"]);
    assert_eq!(second.to, ["TO:<erna@example.net>"]);
    assert_eq!(come(&server, first, "erna").list_names("/SHARED/bob"), ["Holiday"]);
    assert!(come(&server, second, "erna@example.net").list_names("/SHARED").is_empty());
    let rows = admin.audit(&[("username", "bob"), ("operation", "createprofileoninvite")]);
    assert!(rows.iter().any(|row| row.field("object").contains("erna@example.org")), "{rows:?}");
}
