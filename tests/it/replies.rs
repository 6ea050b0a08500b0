//! The forms of a reply: its format, its status, and its content if there is nothing to report.

use crate::harness::{Caller, Element, Reply, Request, Server};

fn kind(reply: &Reply) -> &str {
    reply.header("content-type").unwrap_or("").split(';').next().unwrap_or("")
}

#[test]
fn json_goes_only_to_those_who_accept_nothing_else() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (accept, wanted) in [
        ("application/json", "application/json"),
        ("Application/JSON", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/json;q=0.9, application/json", "application/json"),
        // This is the default of axios and Angular.
        ("application/json, text/plain, */*", "text/xml"),
        ("application/json, */*", "text/xml"),
        ("text/html, application/json", "text/xml"),
        ("application/jsonp", "text/xml"),
        ("application/json-seq", "text/xml"),
        ("application/xml", "text/xml"),
        ("application/x-www-form-urlencoded", "text/xml"),
        ("*/*", "text/xml"),
        ("", "text/xml"),
    ] {
        for target in
            ["/core/getfilelist?path=/bob", "/core/fileexists?file=/bob", "/core/getfilelist?path=/bob/no"]
        {
            let reply = bob.send(&Request::get(target).header("Accept", accept));
            assert_eq!((reply.status, kind(&reply)), (200, wanted), "{accept}: {reply:?}");
        }
    }
    // Several headers with the same name count as one list.
    let request = Request::get("/core/fileexists?file=/bob").header("Accept", "application/json");
    assert_eq!(kind(&bob.send(&request.clone().header("Accept", "text/plain"))), "text/xml");
    assert_eq!(kind(&bob.send(&request.header("Accept", "application/json"))), "application/json");
}

#[test]
fn in_json_meta_is_an_object_and_what_is_not_there_has_no_key() {
    let server = Server::start();
    let mut bob = server.user("bob").in_json();
    let empty = bob.get("/core/getfilelist?path=/bob").json();
    assert_eq!((&empty["meta"]["total"], &empty["meta"]["result"]), (&0.into(), &1.into()), "{empty}");
    assert!(empty.get("entry").is_none(), "{empty}");
    for target in ["/core/getcommentsforitem?fullpath=/bob", "/core/fileinfo?file=/bob/none"] {
        assert_eq!(bob.get(target).text(), "{}", "{target}");
    }
    bob.upload("/bob", "a", b"x").ok();
    let one = bob.get("/core/getfilelist?path=/bob").json();
    assert_eq!((&one["meta"]["total"], &one["entry"][0]["name"]), (&1.into(), &"a".into()), "{one}");
}

#[test]
fn actions_that_are_refused_answer_400_and_questions_200() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let done = bob.core("createfolder", &[("path", "/bob"), ("name", "desk")]).done();
    assert_eq!(done.message(), "Folder Created Successfully");
    for (operation, fields, status) in [
        ("createfolder", vec![("path", "/bob"), ("name", "desk")], 400),
        ("createfolder", vec![("path", "/bob")], 400),
        ("createfolder", vec![("path", "/alice"), ("name", "desk")], 400),
        ("deletefile", vec![("path", "/bob"), ("name", "none")], 400),
        ("copyfile", vec![("path", "/bob"), ("name", "none"), ("copyto", "/bob/desk")], 400),
        ("setdisplayname", vec![], 400),
        ("fileexists", vec![("file", "/bob/none")], 200),
        ("isnotificationfilterset", vec![("path", "/bob/desk")], 200),
        ("getfilelist", vec![("path", "/bob/none")], 200),
        ("getversions", vec![("filepath", "/bob"), ("filename", "none")], 200),
        ("dosearch", vec![("searchstring", "x"), ("searchloc", "/bob/none")], 200),
        ("downloadfile", vec![("filepath", "/bob/none")], 404),
    ] {
        let reply = bob.core(operation, &fields);
        assert_eq!((reply.status, reply.result()), (status, 0), "{operation}: {reply:?}");
    }
    assert_eq!(server.guest().get("/admin/getauthstatus").status, 200);
    for (operation, fields) in
        [("createfolder", vec![("path", "/bob"), ("name", "x")]), ("fileexists", vec![("file", "/bob")])]
    {
        assert_eq!(server.guest().core(operation, &fields).status, 401, "{operation}");
    }
}

#[test]
fn the_status_tells_strangers_of_the_server_and_people_of_themselves() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let status = |caller: &mut Caller| caller.core("getsystemstatus", &[]).xml().child("status").clone();
    let stranger = status(&mut server.guest());
    for empty in ["serverurl", "httpport", "currentprofile", "uploadrestrictions"] {
        assert_eq!(stranger.field(empty), "", "{empty}");
    }
    for own in ["storageusage", "unreadmessages", "numgroups", "clouduserstatus"] {
        assert_eq!(stranger.all(own).count(), 0, "{own}");
    }
    let before = status(&mut bob);
    assert_eq!(before.field("serverurl"), format!("http://{}", server.address));
    assert_eq!(before.number("httpport"), i64::from(server.address.port()));
    let numbers = |status: &Element| {
        ["clouduserstatus", "disablemyfiles", "unreadmessages", "collapseactivity"]
            .map(|name| status.number(name))
    };
    assert_eq!(numbers(&before), [1, 0, 0, 0]);
    bob.upload("/bob", "a", b"x").ok();
    let comment = [("fullpath", "/bob/a"), ("parent", "/bob"), ("isfile", "1"), ("text", "good")];
    admin.core("addcommentforitem", &[&[("adminproxyuserid", "bob")], &comment[..]].concat()).xml();
    bob.core("showhideactivity", &[("collapse", "1")]).done();
    let group = admin.administer("addgroup", &[("groupname", "Choir")]).xml();
    let group = group.child("group").field("groupid").to_owned();
    admin.administer("addmembertogroup", &[("groupid", &group), ("userid", "bob")]).done();
    let after = status(&mut bob);
    assert_eq!(numbers(&after), [1, 0, 1, 1]);
    assert_eq!(after.number("numgroups"), before.number("numgroups") + 1);
}

#[test]
fn the_type_in_the_reply_of_a_failed_version_is_the_one_that_clients_look_for() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "a", b"x").ok();
    let fields = [("filepath", "/bob"), ("filename", "a"), ("fileid", "0123456789abcdef01234567")];
    let reply = bob.core("downloadversionedfile", &fields);
    // The vendor's PHP client looks at byte 52 of the reply.
    assert_eq!((reply.command().0.as_str(), reply.body[52]), ("downloadfile", b'0'), "{reply:?}");
}
