//! Every operation, called by every caller that lacks the right. It must be refused in its envelope
//! and be in the audit log.

use super::operations::{OPERATIONS, Operation, caller, refusal};
use crate::harness::{Caller, PASSWORD, Reply, Server};
use std::collections::BTreeMap;

/// The kinds of callers that may not call an operation.
fn lesser(operation: &Operation) -> &'static [&'static str] {
    match operation.who.as_str() {
        "anyone" => &[],
        // A visitor needs a link, and these callers name none.
        "user" | "proxy" | "visitor" => &["guest", "admin", "signed out"],
        _ => &["guest", "user", "signed out"],
    }
}

fn lesser_callers(server: &Server) -> BTreeMap<&'static str, Caller> {
    let mut signed_out = server.user("bob");
    signed_out.share_cookies(&server.admin());
    let mut twin = signed_out.twin();
    twin.core("locksession", &[]).done();
    twin.administer("logout", &[]).done();
    BTreeMap::from([
        ("guest", server.guest()),
        ("user", server.user("bob")),
        ("admin", server.admin()),
        ("signed out", signed_out),
    ])
}

#[test]
fn every_operation_refuses_every_lesser_caller_and_notes_it() {
    let server = Server::start();
    let mut callers = lesser_callers(&server);
    let mut wanted: BTreeMap<(String, String), usize> = BTreeMap::new();
    for operation in OPERATIONS.iter() {
        for kind in lesser(operation) {
            let plain = callers.get_mut(kind).unwrap();
            let mut in_json = plain.in_json();
            let mut calls = 0;
            for caller in [plain, &mut in_json] {
                // The parameters are valid, or there are none. A caller without the right must
                // learn nothing about parameters.
                for parameters in [operation.sample(), Vec::new()] {
                    let reply = operation.call(caller, &parameters);
                    let message = refusal(operation, &reply, 401);
                    assert!(message.contains("signed in"), "{} as {kind}: {message}", operation.name);
                    assert!(reply.headers("set-cookie").next().is_none(), "{reply:?}");
                    calls += 1;
                }
            }
            let name = match *kind {
                "user" => "bob",
                "admin" => "alice",
                _ => "",
            };
            *wanted.entry((operation.name.clone(), name.to_owned())).or_default() += calls;
        }
    }
    let rows = server.admin().audit(&[("outcome", "unauthenticated")]);
    let mut noted: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in rows {
        let key = (row.field("operation").to_owned(), row.field("username").to_owned());
        *noted.entry(key).or_default() += row.number("calls") as usize;
    }
    // The calls of strangers share rows after the first few.
    let strangers = |calls: &mut BTreeMap<(String, String), usize>| {
        let all: usize = calls.iter().filter(|((_, name), _)| name.is_empty()).map(|(_, count)| count).sum();
        calls.retain(|(_, name), _| !name.is_empty());
        all
    };
    assert_eq!(strangers(&mut noted), strangers(&mut wanted));
    assert_eq!(noted, wanted);
}

/// The parameter makes an admin a proxy only for operations that proxies may call.
#[test]
fn adminproxyuserid_opens_only_operations_for_proxies() {
    let server = Server::start();
    let mut admin = server.admin();
    for operation in
        OPERATIONS.iter().filter(|operation| operation.door == "core" && operation.who != "anyone")
    {
        let mut parameters = operation.sample();
        parameters.push(("adminproxyuserid", "alice".to_owned()));
        let reply = operation.call(&mut admin, &parameters);
        let is_open = ["proxy", "visitor"].contains(&operation.who.as_str());
        assert_eq!(reply.status == 401, !is_open, "{}: {reply:?}", operation.name);
    }
    // Without the session of an admin, nobody becomes a proxy.
    let mut guest = server.guest();
    for operation in
        OPERATIONS.iter().filter(|operation| ["proxy", "visitor"].contains(&operation.who.as_str()))
    {
        let mut parameters = operation.sample();
        parameters.push(("adminproxyuserid", "alice".to_owned()));
        refusal(operation, &operation.call(&mut guest, &parameters), 401);
    }
}

#[test]
fn every_operation_answers_those_who_may_call_it_in_both_formats() {
    let server = Server::start();
    restore(&server);
    for operation in OPERATIONS.iter() {
        for is_json in [false, true] {
            let lawful = caller(&server, &operation.who);
            let mut caller = if is_json { lawful.in_json() } else { lawful };
            let reply = operation.call(&mut caller, &operation.sample());
            assert_ne!(reply.status, 401, "{}: {reply:?}", operation.name);
            // Some samples name missing entries. Then a question is still answered, and an action
            // is refused.
            let is_action = operation.is_action();
            let is_expected = match reply.status {
                200 => reply.header("x-cloudlet-error").is_none() || !is_action,
                400 => is_action || operation.is_download(),
                _ => operation.is_download(),
            };
            assert!(is_expected, "{}: {reply:?}", operation.name);
            check_format(&reply, is_json, &operation.name);
            if ["write", "slow", "query"].contains(&operation.effect.as_str()) {
                // The call may have ended the session or changed the account, so the next call
                // begins anew.
                restore(&server);
            }
        }
    }
}

/// Checks that a document has the format that was asked for, and is valid. Bare texts and files
/// have no format.
fn check_format(reply: &Reply, is_json: bool, name: &str) {
    let kind = reply.header("content-type").unwrap_or("");
    let is_own_document = kind.starts_with("application/json") && reply.json().get("openapi").is_some();
    if kind.starts_with("application/json") && !is_own_document {
        let json = reply.json();
        let children = json.as_object().unwrap_or_else(|| panic!("{name}: {reply:?}"));
        let is_right = |(child, value): (&String, &serde_json::Value)| match child.as_str() {
            "meta" => value.is_object(),
            _ => value.as_array().is_some_and(|records| !records.is_empty()),
        };
        assert!(is_json && children.iter().all(is_right), "{name}: {reply:?}");
    } else if kind.starts_with("text/xml") {
        reply.xml();
        assert!(!is_json && !reply.text().contains("<?xml"), "{name}: {reply:?}");
        assert!(!reply.text().contains("/>"), "an empty element has two tags, {name}: {reply:?}");
    } else {
        let is_file = reply.header("content-disposition").is_some();
        let is_upload = name == "upload" && (reply.text() == "OK" || reply.status == 400);
        let is_page = ["getuploadform", "openlink", "getemailtemplate"].contains(&name)
            || name.ends_with("urlforemail");
        let is_picture = kind.starts_with("image/");
        let is_text =
            ["robots.txt", "gettos", "getprivacy"].contains(&name) && kind.starts_with("text/plain");
        let is_elsewhere = reply.status == 303;
        let is_right =
            is_elsewhere || is_own_document || is_file || is_upload || is_page || is_picture || is_text;
        assert!(is_right, "{name}: {reply:?}");
    }
}

/// Restores what the calls may have changed: the account, its password and its file.
fn restore(server: &Server) {
    // This is a session of its own. An account has a limited number of sessions, and each call
    // begins one.
    let mut admin = server.admin();
    let account = [("profile", "bob"), ("status", "1"), ("adminstatus", "0")];
    if admin.administer("updateuser", &account).result() == 0 {
        admin.administer("adduser", &[("username", "bob"), ("password", PASSWORD)]).done();
    }
    admin.administer("setuserpassword", &[("profile", "bob"), ("password", PASSWORD)]).done();
    server.user("bob").upload("/bob", "swept", b"content").ok();
}
