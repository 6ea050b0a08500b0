//! Every operation, called with entries and objects of another user.

use super::operations::{OPERATIONS, Operation};
use crate::harness::{Caller, Reply, Server, names};

const SECRET: &[u8] = b"bobby's own content";
const HOME: &str = "/bobby";

fn ground() -> (Server, Caller) {
    let server = Server::start();
    let mut bobby = server.user("bobby");
    bobby.core("createfolder", &[("path", HOME), ("name", "folder")]).done();
    bobby.upload("/bobby/folder", "secret.txt", SECRET).ok();
    let mut bob = server.user("bob");
    bob.upload("/bob", "swept", b"bob's own content").ok();
    bob.core("createfolder", &[("path", "/bob"), ("name", "in")]).done();
    (server, bob)
}

fn check_untouched(server: &Server, what: &str) {
    assert_eq!(names(&server.data().file("/")), [".cloudlet", "alice", "bob", "bobby"], "{what}");
    assert_eq!(names(&server.data().file(HOME)), ["folder"], "{what}");
    assert_eq!(names(&server.data().file("/bobby/folder")), ["secret.txt"], "{what}");
    let content = std::fs::read(server.data().file("/bobby/folder/secret.txt")).unwrap();
    assert_eq!(content, SECRET, "{what}");
}

/// Checks that the call has done nothing and revealed nothing, not even whether the entry exists.
fn check_refused(operation: &Operation, reply: &Reply, what: &str) {
    assert!(!reply.body.windows(SECRET.len()).any(|window| window == SECRET), "{what}: {reply:?}");
    let (_, result, message) = reply.command();
    assert_eq!(result, 0, "{what}: {reply:?}");
    assert!(!message.is_empty(), "{what}: {reply:?}");
    let wanted = match operation.effect.as_str() {
        "file" => 403,
        _ if operation.is_action() => 400,
        _ => 200,
    };
    assert_eq!(reply.status, wanted, "{what}: {reply:?}");
}

#[test]
fn no_operation_reaches_a_strangers_paths() {
    let (server, mut bob) = ground();
    for operation in
        OPERATIONS.iter().filter(|operation| ["user", "proxy", "visitor"].contains(&operation.who.as_str()))
    {
        for aimed in operation.parameters.iter().filter(|parameter| parameter.kind == "path") {
            for path in [
                "/bobby",
                "/bobby/folder",
                "/bobby/folder/secret.txt",
                "/bobby/nothing",
                "/alice/x",
                "/nobody/x",
                "// BOBBY //folder/",
                "/bob%2f..%2fbobby/folder",
                "/bobby#2/recyclebin/x",
                "/external/disk",
            ] {
                let mut parameters = operation.sample();
                parameters.retain(|(name, _)| *name != aimed.name);
                parameters.push((&aimed.name, path.to_owned()));
                let what = format!("{} {}={path}", operation.name, aimed.name);
                check_refused(operation, &operation.call(&mut bob, &parameters), &what);
                check_untouched(&server, &what);
            }
        }
    }
}

/// The first name in a path is an account, so a name below the top leads into somebody's home.
#[test]
fn no_operation_reaches_a_stranger_by_a_name_below_the_top() {
    let (server, mut bob) = ground();
    for operation in
        OPERATIONS.iter().filter(|operation| ["user", "proxy", "visitor"].contains(&operation.who.as_str()))
    {
        let takes = |kinds: &[&str]| {
            operation.parameters.iter().find(|parameter| kinds.contains(&parameter.kind.as_str()))
        };
        let (Some(path), Some(name)) = (takes(&["path"]), takes(&["name", "names"])) else { continue };
        let mut parameters = operation.sample();
        parameters.retain(|(given, _)| *given != path.name && *given != name.name);
        parameters.push((&path.name, "/".to_owned()));
        parameters.push((&name.name, "bobby".to_owned()));
        let reply = operation.call(&mut bob, &parameters);
        check_refused(operation, &reply, &operation.name);
        check_untouched(&server, &operation.name);
    }
}

#[test]
fn no_operation_of_a_user_reaches_a_strangers_account() {
    let (server, mut bob) = ground();
    for operation in
        OPERATIONS.iter().filter(|operation| ["user", "proxy", "visitor"].contains(&operation.who.as_str()))
    {
        for aimed in operation.parameters.iter().filter(|parameter| parameter.kind == "user name") {
            for name in ["bobby", "alice", "nobody"] {
                let mut parameters = operation.sample();
                parameters.retain(|(given, _)| *given != aimed.name);
                parameters.push((&aimed.name, name.to_owned()));
                let what = format!("{} {}={name}", operation.name, aimed.name);
                check_refused(operation, &operation.call(&mut bob, &parameters), &what);
            }
        }
    }
    check_untouched(&server, "the sweep");
}

/// A text may be used as a path by mistake, so this test tries every text parameter with a path
/// that leads out of the home.
#[test]
fn no_text_parameter_is_a_way_out() {
    let (server, bob) = ground();
    std::fs::write(server.data().path("outside.txt"), SECRET).unwrap();
    for operation in
        OPERATIONS.iter().filter(|operation| ["user", "proxy", "visitor"].contains(&operation.who.as_str()))
    {
        for aimed in operation
            .parameters
            .iter()
            .filter(|parameter| !["path", "secret"].contains(&parameter.kind.as_str()))
        {
            for value in
                ["../../outside.txt", "/bobby/folder/secret.txt", "../bobby/folder", "..", "%2e%2e/bobby"]
            {
                let mut parameters = operation.sample();
                parameters.retain(|(name, _)| *name != aimed.name);
                parameters.push((&aimed.name, value.to_owned()));
                let reply = operation.call(&mut bob.twin(), &parameters);
                let what = format!("{} {}={value}", operation.name, aimed.name);
                assert!(
                    !reply.body.windows(SECRET.len()).any(|window| window == SECRET),
                    "{what}: {reply:?}"
                );
                check_untouched(&server, &what);
            }
        }
    }
    assert_eq!(std::fs::read(server.data().path("outside.txt")).unwrap(), SECRET);
}
