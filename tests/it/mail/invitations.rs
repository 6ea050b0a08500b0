//! Invitations to shares: with a link, and for the members of a share, in their language.

use super::{outbox, start};
use crate::harness::{Caller, Protection, Server};

/// The result of the call: whether the mail was sent, and the reason if not.
fn sent(caller: &mut Caller, fields: &[(&str, &str)]) -> (i64, String) {
    let reply = caller.core("sendsharetoemail", fields).xml();
    let status = reply.child("emailstatus");
    (status.number("status"), status.field("reason").to_owned())
}

/// Shares a folder of bob's and returns the id of the share.
fn shared(bob: &mut Caller) -> String {
    bob.core("createfolder", &[("path", "/bob"), ("name", "Holiday")]).done();
    let share = bob.core("quickshare", &[("sharelocation", "/bob/Holiday")]).xml();
    share.child("share").field("shareid").to_owned()
}

#[test]
fn a_link_is_sent_to_an_address_and_leads_to_the_cloud_alone() {
    let (server, sink) = start(Protection::None);
    let mut bob = server.user("bob");
    let id = shared(&mut bob);
    let fields = [
        ("toemailid", "erna@example.org"),
        ("sharelocation", "/bob/Holiday"),
        ("publicshare", "1"),
        ("url", "https://evil.example/steal"),
        ("subject", "Bcc: all@example.org"),
        ("message", "Look at the sea!"),
    ];
    let (status, reason) = sent(&mut bob, &fields);
    assert!(status == 0 && reason.contains("no working link"), "{reason}");
    bob.core("setallowpublicaccess", &[("shareid", &id), ("allowpublicaccess", "1")]).done();
    assert_eq!(sent(&mut bob, &fields), (1, String::new()));
    let mail = sink.wait_for(1).remove(0);
    assert_eq!(mail.to, ["TO:<erna@example.org>"]);
    let token = bob.core("getshareforid", &[("shareid", &id)]).xml();
    let token = token.child("share").field("shareurl").rsplit('/').next().unwrap().to_owned();
    let data = mail.data.replace("=\r\n", "");
    assert!(data.contains(&format!("/url/{token}")) && data.contains("Look at the sea!"), "{data}");
    assert!(!data.contains("evil.example") && !data.contains("all@example.org"), "{data}");
    let with = |field: &str, wrong: &'static str| {
        fields.map(|(name, value)| (name, if name == field { wrong } else { value }))
    };
    for wrong in ["nobody", "a@b.c\r\nBcc: d@e.f"] {
        assert_eq!(sent(&mut bob, &with("toemailid", wrong)).0, 0, "{wrong}");
    }
    // Nobody can send an invitation to another user's share.
    assert_eq!(bob.core("sendsharetoemail", &with("sharelocation", "/alice")).result(), 0);
    assert_eq!(server.user("bobby").core("sendsharetoemail", &fields).result(), 0);
    assert_eq!(outbox(&mut server.admin()).len(), 1);
    assert!(!server.log().contains("Look at the sea"));
}

#[test]
fn a_member_is_told_in_their_language_and_nobody_else_is() {
    let (server, sink) = start(Protection::None);
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let id = shared(&mut bob);
    admin.administer("updateuser", &[("profile", "bobby"), ("email", "bobby@example.org")]).done();
    server.user("bobby").core("changelanguage", &[("lang", "de")]).done();
    let to = |who: &'static str| [("toemailid", who), ("sharelocation", "/bob/Holiday")];
    assert_eq!(sent(&mut bob, &to("bobby@example.org")).0, 0, "it is not shared with bobby yet");
    bob.core("addusertoshare", &[("shareid", &id), ("userid", "bobby")]).done();
    assert_eq!(sent(&mut bob, &to("bobby@example.org")), (1, String::new()));
    bob.core("deleteuserfromshare", &[("shareid", &id), ("userid", "bobby")]).done();
    let groups = bob.core("searchgroups", &[]).xml();
    let everyone = groups.child("group").field("groupid").to_owned();
    bob.core("addgrouptoshare", &[("shareid", &id), ("groupid", &everyone)]).done();
    assert_eq!(sent(&mut bob, &to("bobby")), (1, String::new()), "by a group, by name");
    for mail in sink.wait_for(2) {
        assert_eq!(mail.to, ["TO:<bobby@example.org>"]);
        assert!(mail.data.contains("teilt"), "{}", mail.data);
    }
    assert_eq!(sent(&mut bob, &to("nobody@example.org")).0, 0);
}

#[test]
fn people_are_told_by_mail_as_they_are_added_if_the_client_wants_it() {
    let (server, sink) = start(Protection::None);
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let id = shared(&mut bob);
    admin.administer("updateuser", &[("profile", "bobby"), ("email", "bobby@example.org")]).done();
    let add = |bob: &mut Caller, users: &str, more: &[(&str, &str)]| {
        let fields = [&[("shareid", id.as_str()), ("users", users)], more].concat();
        bob.core("adduserstoshare", &fields).done().command().2
    };
    assert_eq!(add(&mut bob, "bobby", &[]), "");
    assert_eq!(outbox(&mut admin).len(), 0, "nobody asked for a mail");
    let message = [("sendemail", "1"), ("custom_message", "The sea!"), ("custom_subject", "x\r\nBcc: e@f.g")];
    assert_eq!(add(&mut bob, "bobby", &message), "");
    let mail = sink.wait_for(1).remove(0);
    assert_eq!(mail.to, ["TO:<bobby@example.org>"]);
    assert!(mail.data.contains("The sea!") && !mail.data.contains("e@f.g"), "{}", mail.data);
    let said = add(&mut bob, "alice", &[("sendemail", "1")]);
    assert_eq!(said, "Not told by mail, for want of an address: alice.");
    // One name that is wrong keeps all out, and nobody is told.
    let wrong = [("shareid", id.as_str()), ("users", "bobby,nobody"), ("sendemail", "1")];
    bob.core("adduserstoshare", &wrong).refused();
    assert_eq!(outbox(&mut admin).len(), 1);
    let profiles = bob.core("searchprofiles", &[("filter", "bobby"), ("context", "share")]).xml();
    assert_eq!(profiles.child("meta").number("sendemail"), 1);
}

#[test]
fn the_template_is_the_mail_with_the_words_of_the_administrators() {
    let (server, _) = start(Protection::None);
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let mut template = |link: &str| {
        let reply = bob.core("getemailtemplate", &[("sharename", "A & B"), ("shareurl", link)]);
        reply.text().to_owned()
    };
    let page = template("https://cloud.example.org/url/x");
    assert!(
        page.contains("A &amp; B") && page.contains("<a href=\"https://cloud.example.org/url/x\">"),
        "{page}"
    );
    assert!(!template("javascript:alert(1)").contains("<a "), "only web addresses are links");
    let text = [("subject", "For you"), ("text", "Dear friend: {link}")];
    admin
        .administer("setmailtext", &[&[("kind", "sharelink"), ("language", "english")], &text[..]].concat())
        .done();
    assert!(template("https://x/").contains("Dear friend: "));
}

#[test]
fn a_subject_is_that_of_the_mail_in_the_language_of_the_caller() {
    let (server, _) = start(Protection::None);
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let subject = |bob: &mut Caller, name: &str, more: &[(&str, &str)]| {
        let param = format!("CUSTOMIZATION_EMAIL_SUBJECT_{name}");
        let reply = bob.core("getemailsubject", &[&[("param", param.as_str())], more].concat()).xml();
        assert_eq!((reply.name.as_str(), reply.child("setting").field("param")), ("config", &*param));
        reply.child("setting").field("value").to_owned()
    };
    let sea = [("sharename", "Sea & sand")];
    bob.core("setdisplayname", &[("dispname", "Bob B")]).done();
    assert_eq!(subject(&mut bob, "addusertoshare", &sea), "Bob B shares \"Sea & sand\" with you");
    assert_eq!(subject(&mut bob, "addnewusertoshare_limited", &[]), "Bob B shares \"{share}\" with you");
    let kept = [sea[0], ("keepuserplaceholders", "1")];
    assert_eq!(subject(&mut bob, "sharelink", &kept), "{sender} shares \"{share}\" with you");
    bob.core("changelanguage", &[("lang", "german")]).done();
    assert_eq!(subject(&mut bob, "addusertoshare", &sea), "Bob B teilt \u{201e}Sea & sand\u{201c} mit dir");
    let text = [("subject", "{cloud}: Post f\u{fc}r {name}"), ("text", "Hier: {link}")];
    let kind = [("kind", "share"), ("language", "german")];
    admin.administer("setmailtext", &[&kind[..], &text[..]].concat()).done();
    let written = subject(&mut bob, "addusertoshare", &[("toemailid", "erna@example.org")]);
    assert!(written.ends_with(": Post f\u{fc}r erna@example.org"), "{written}");
    // A name that nobody knows has no subject, and the reply is whole.
    assert_eq!(subject(&mut bob, "nothing", &sea), "");
    let other = bob.core("getemailsubject", &[("param", "OTHER")]).xml();
    assert_eq!(other.child("setting").field("value"), "");
}

#[test]
fn a_group_is_told_by_its_address_or_by_those_of_its_members() {
    let (server, sink) = start(Protection::None);
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let id = shared(&mut bob);
    for name in ["bob", "bobby", "alice"] {
        let address = format!("{name}@example.org");
        admin.administer("updateuser", &[("profile", name), ("email", &address)]).done();
    }
    let group = admin.administer("addgroup", &[("groupname", "Choir")]).xml();
    let group = group.child("group").field("groupid").to_owned();
    let to = |who: &'static str| [("toemailid", who), ("sharelocation", "/bob/Holiday")];
    bob.core("addgrouptoshare", &[("shareid", &id), ("groupid", &group)]).done();
    assert!(sent(&mut bob, &to("Choir")).1.contains("Nobody in this group"));
    for name in ["bob", "bobby"] {
        admin.administer("addmembertogroup", &[("groupid", &group), ("userid", name)]).done();
    }
    assert_eq!(sent(&mut bob, &to("choir")), (1, String::new()));
    assert_eq!(sink.wait_for(1)[0].to, ["TO:<bobby@example.org>"], "bob shares it");
    let address = [("groupid", group.as_str()), ("groupname", "Choir"), ("groupemail", "choir@example.org")];
    admin.administer("updategroup", &address);
    assert_eq!(sent(&mut bob, &to("choir@example.org")), (1, String::new()));
    assert_eq!(sink.wait_for(2)[1].to, ["TO:<choir@example.org>"]);
    bob.core("deletegroupfromshare", &[("shareid", &id), ("groupid", &group)]).done();
    assert_eq!(sent(&mut bob, &to("Choir")).0, 0);
}

#[test]
fn without_a_mail_server_it_says_to_copy_the_link() {
    let server = Server::start();
    let mut bob = server.user("bob");
    shared(&mut bob);
    let fields = [("toemailid", "erna@example.org"), ("sharelocation", "/bob/Holiday"), ("publicshare", "1")];
    let (status, reason) = sent(&mut bob, &fields);
    assert!(status == 0 && reason.contains("copy the link"), "{reason}");
    let id = bob.core("getshareforpath", &[("path", "/bob/Holiday")]).xml();
    let id = id.child("share").field("shareid").to_owned();
    let added = [("shareid", id.as_str()), ("users", "bobby"), ("sendemail", "1")];
    let said = bob.core("adduserstoshare", &added).done().command().2;
    assert!(said.contains("Mail is not set up"), "{said}");
    let share = bob.core("getshareforpath", &[("path", "/bob/Holiday")]).xml();
    assert_eq!(share.child("share").number("hidesendshareviaemail"), 1);
}

#[test]
fn a_member_of_an_album_is_told_by_mail_and_by_a_notice_as_of_a_folder() {
    let (server, sink) = start(Protection::None);
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    admin.administer("updateuser", &[("profile", "bobby"), ("email", "bobby@example.org")]).done();
    bob.core("createfolder", &[("path", "/bob"), ("name", "Inner")]).done();
    bob.upload("/bob", "sea.jpg", b"sea").ok();
    let list = bob.core("addfavoritelist", &[("name", "Trip")]).done().message();
    for path in ["/bob/Inner", "/bob/sea.jpg"] {
        bob.core("setfavorite", &[("id", &list), ("name", path)]).done();
    }
    let share = bob.core("sharealbum", &[("id", &list)]).xml();
    assert_eq!(share.child("share").number("hidesendshareviaemail"), 0);
    let id = share.child("share").field("shareid").to_owned();
    let fields = [("toemailid", "bobby"), ("shareid", id.as_str()), ("publicshare", "0")];
    let mut bobby = server.user("bobby");
    let (status, reason) = sent(&mut bob, &fields);
    assert!(status == 0 && reason.contains("not shared with this person"), "{reason}");
    bob.core("addusertoshare", &[("shareid", &id), ("userid", "bobby")]).done();
    assert_eq!(sent(&mut bob, &fields), (1, String::new()));
    let mail = sink.wait_for(1).remove(0);
    let data = mail.data.replace("=\r\n", "");
    assert!(data.contains("Trip") && data.contains("/#/shared"), "{data}");
    // The notice leads to the first file: the folder is not part of the album.
    let notices = bobby.core("gettoasts", &[]).text().to_owned();
    assert!(notices.contains("/SHARED/bob/Trip/sea.jpg"), "{notices}");
    // The link of an album is sent like that of a folder; nobody else sends one of it.
    bob.core("setallowpublicaccess", &[("shareid", &id), ("allowpublicaccess", "1")]).done();
    let by_link = [("toemailid", "erna@example.org"), ("shareid", id.as_str()), ("publicshare", "1")];
    assert_eq!(bobby.core("sendsharetoemail", &by_link).result(), 0);
    assert_eq!(sent(&mut bob, &by_link), (1, String::new()));
    assert_eq!(sink.wait_for(2)[1].to, ["TO:<erna@example.org>"]);
}
