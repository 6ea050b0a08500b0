//! Every address at which clients call operations, and names that this server does not know.

use super::operations::{OPERATIONS, refusal};
use crate::harness::{Data, Launch, Multipart, Reply, Request, Server, form};

/// The operation's name in the command envelope, or the root of another reply.
fn answered(reply: &Reply) -> String {
    let root = reply.xml();
    let command = root.all("command").next().map(|command| command.field("type").to_owned());
    command.unwrap_or(root.name)
}

#[test]
fn every_url_form_of_the_user_side_reaches_its_operation() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let list = [("path", "/bob")];
    let with_op = [("op", "getfilelist"), ("path", "/bob")];
    let query = form(&with_op);
    for request in [
        Request::post("/core/getfilelist", &list),
        Request::get("/core/getfilelist?path=/bob"),
        Request::get("/core/getfilelist/?path=/bob"),
        Request::get("/core/GetFileList?path=/bob"),
        Request::get("/core/get%66ilelist?path=/bob"),
        Request::post("/core/", &with_op),
        Request::post("/core", &with_op),
        Request::get(&format!("/core/?{query}")),
        Request::get(&format!("/core?{query}")),
        Request::post(&format!("/core/?{query}"), &[]),
        Request::post("/core/?op=getfilelist", &list),
        Request::multipart("/core/", Multipart::new().field("op", "GetFileList").field("path", "/bob")),
        Request::post("/app/explorer/getfilelist", &list),
        Request::post("/app/websharepro/getfilelist", &list),
        Request::post("/app/sync/getfilelist", &list),
        Request::post("/app/searchext/", &with_op),
        // The name in the path counts, not the one in the parameter.
        Request::post("/core/getfilelist", &[("op", "fileexists"), ("path", "/bob")]),
        Request::post("/core/getfilelist", &[("op", "nonsense"), ("path", "/bob")]),
    ] {
        let reply = bob.send(&request);
        assert_eq!((reply.status, answered(&reply).as_str()), (200, "entries"), "{reply:?}");
    }
}

#[test]
fn every_url_form_of_the_admin_side_reaches_its_operation() {
    let server = Server::start();
    let mut admin = server.admin();
    let with_op = [("op", "getuser"), ("username", "bob")];
    let query = form(&with_op);
    for request in [
        Request::post("/admin/getuser", &[("username", "bob")]),
        Request::get("/admin/getuser?username=bob"),
        Request::get("/admin/GETUSER/?username=bob"),
        Request::post("/admin", &with_op),
        Request::post("/admin/", &with_op),
        Request::get(&format!("/admin/?{query}")),
        Request::get(&format!("/admin?{query}")),
        Request::post("/admin/index.php", &with_op),
        Request::post("/admin/index.php/", &with_op),
        Request::get(&format!("/admin/index.php?{query}")),
        Request::get(&format!("/admin/index.php/?{query}")),
        Request::post(&format!("/admin/index.php/?{query}"), &[]),
    ] {
        let reply = admin.send(&request);
        assert_eq!((reply.status, answered(&reply).as_str()), (200, "users"), "{reply:?}");
        assert_eq!(reply.xml().child("user").field("username"), "bob");
    }
}

#[test]
fn every_operation_is_reached_by_get_and_post_and_by_its_name_as_a_parameter() {
    // With TLS the server has a certificate to send.
    let server = Launch::on(Data::with_accounts()).argument("--listen-tls").argument("127.0.0.1:0").start();
    let mut guest = server.guest();
    for operation in OPERATIONS.iter() {
        let (door, name) = (&operation.door, &operation.name);
        for request in [
            Request::get(&format!("/{door}/{name}")),
            Request::post(&format!("/{door}/{name}"), &[]),
            Request::get(&format!("/{door}/?op={name}")),
            Request::post(&format!("/{door}/"), &[("op", name)]),
            Request::post(&format!("/{door}/{}", name.to_uppercase()), &[]),
        ] {
            let reply = guest.send(&request);
            let is_open = operation.who == "anyone";
            let is_refused = (operation.is_action() || operation.is_download())
                && reply.header("x-cloudlet-error").is_some();
            let status = match is_open {
                // FileCloud answers with this status.
                true if is_refused && name == "createprofile" => 422,
                true if is_refused => 400,
                true => 200,
                false => 401,
            };
            assert_eq!(reply.status, status, "{name}: {reply:?}");
            if !reply.header("content-type").is_some_and(|kind| kind.starts_with("text/xml")) {
                // The reply is a document of its own, or a bare sentence.
                assert!(is_open || name == "upload", "{name}: {reply:?}");
                continue;
            }
            let root = reply.xml();
            if root.name == "commands" {
                let kind = if name == "downloadversionedfile" { "downloadfile" } else { name };
                assert_eq!(root.child("command").field("type"), kind);
            } else if !is_open {
                // Some operations report a failure in `meta`.
                refusal(operation, &reply, 401);
            }
        }
    }
}

#[test]
fn an_operation_of_the_other_side_is_not_found() {
    let server = Server::start();
    let mut alice = server.admin();
    alice.sign_in("alice");
    for target in
        ["/core/getaudit", "/core/adduser", "/admin/getfilelist", "/admin/upload", "/core/adminlogin"]
    {
        let message = alice.post(target, &[("path", "/alice")]).declined();
        assert!(
            message.contains("There is no operation") || message.contains("not offered"),
            "{target}: {message}"
        );
    }
}

/// The operations of FileCloud servers: the side, the name, and whether only the enterprise edition
/// has it.
fn known() -> impl Iterator<Item = (&'static str, String, bool)> {
    include_str!("../../../src/api/catalogue.tsv").lines().map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        (if columns[0] == "admin" { "admin" } else { "core" }, columns[1].to_owned(), columns[3] == "C")
    })
}

/// The number of calls with this outcome. The calls of a stranger share a row after the first few.
fn calls_noted(server: &Server, outcome: &str) -> usize {
    let rows = server.admin().audit(&[("outcome", outcome)]);
    rows.iter().map(|row| row.number("calls") as usize).sum()
}

#[test]
fn operations_that_this_server_does_not_offer_say_so_and_are_noted() {
    let server = Server::start();
    let (mut bob, mut in_json) = (server.user("bob"), server.guest().always("Accept", "application/json"));
    let is_offered = |door: &str, name: &str| {
        OPERATIONS.iter().any(|known| known.door == door && known.name == name.to_lowercase())
    };
    let missing: Vec<_> = known().filter(|(door, name, _)| !is_offered(door, name)).collect();
    for (door, name, is_for_enterprises) in &missing {
        assert!(is_for_enterprises, "{door} {name} is missing");
        for caller in [&mut bob, &mut in_json] {
            let reply = caller.post(&format!("/{door}/{name}"), &[("path", "/bob")]);
            // For calls about a share, the vendor's clients look for the message in another field.
            if ["addshare", "quickshare", "updateshare"].contains(&name.as_str()) {
                let sentence = format!("The operation {name} is not offered.");
                let xml =
                    format!("<shares><meta><result>0</result><message>{sentence}</message></meta></shares>");
                let json = format!("{{\"meta\":{{\"result\":0,\"message\":\"{sentence}\"}}}}");
                assert_eq!(
                    (reply.status, [xml, json].iter().any(|expected| expected == reply.text())),
                    (200, true),
                    "{reply:?}"
                );
                continue;
            }
            assert_eq!(reply.command().0, name.to_lowercase(), "{reply:?}");
            let message = reply.declined();
            assert!(message.contains("not offered"), "{door} {name}: {message}");
        }
    }
    assert_eq!(calls_noted(&server, "not offered"), 2 * missing.len());
}

#[test]
fn names_that_no_server_has_say_so_and_are_noted() {
    let server = Server::start();
    let (mut bob, mut in_json) = (server.user("bob"), server.guest().always("Accept", "application/json"));
    let targets = [
        "/core/nosuchoperation",
        "/core/?op=nosuchoperation",
        "/core/",
        "/core/a/b/c",
        "/app/explorer/nosuchoperation",
        "/app/nosuchapp/getnothing",
        "/app/testhelper/?op=getpasswords",
        "/admin/nosuchoperation",
        "/admin/index.php?op=nosuchoperation",
        "/core/%F0%9F%98%80",
        "/core/<script>",
    ];
    for target in targets {
        for caller in [&mut bob, &mut in_json] {
            for request in [Request::get(target), Request::post(target, &[])] {
                let message = caller.send(&request).declined();
                assert!(message.contains("no operation"), "{target}: {message}");
            }
        }
    }
    assert_eq!(calls_noted(&server, "unknown"), 4 * targets.len());
}

/// Operations of CASB have the names of others, and a client of theirs must not reach those.
#[test]
fn operations_of_casb_are_not_offered_though_others_have_their_names() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "kept.txt", b"kept").ok();
    let file =
        [("path", "/bob"), ("name", "kept.txt"), ("filepath", "/bob/kept.txt"), ("filename", "kept.txt")];
    for name in ["downloadfile", "deletefile", "deleteshare", "register", "getwebhook"] {
        let message = bob.post(&format!("/app/casb/{name}"), &file).declined();
        assert!(message.contains("not offered"), "{name}: {message}");
    }
    let upload = Multipart::new().file("file", "new.txt", b"new");
    bob.send(&Request::multipart("/app/casb/upload?path=/bob", upload)).declined();
    assert_eq!(crate::harness::names(&server.data().file("/bob")), ["kept.txt"]);
}

/// The vendor's test operations give away passwords and codes. A home cloud must not offer them.
#[test]
fn the_vendors_test_hooks_are_not_there() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for hook in
        ["getverifytag", "get2facode", "getpassword", "removeactivity", "dropallactivity", "twofaadmincode"]
    {
        for target in [
            format!("/app/testhelper/{hook}"),
            format!("/app/testhelper/?op={hook}"),
            format!("/core/{hook}"),
        ] {
            bob.get(&target).declined();
        }
    }
}

#[test]
fn addresses_that_are_nobodys_answer_404_without_harm() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for target in [
        "/nowhere",
        "/corex/getfilelist",
        "/uploads",
        "/.git/config",
        "/index.php",
        "/%00",
        "/%ff",
        "/a/../core",
        "//core/getfilelist",
    ] {
        let reply = bob.get(target);
        assert!(matches!(reply.status, 400 | 404), "{target}: {reply:?}");
    }
}
