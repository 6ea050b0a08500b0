//! The portal as an app of a device: its service worker and manifest, and the question which
//! contents somebody has already.

use crate::harness::{Caller, Element, Server};
use std::fs;

fn line(content: &[u8]) -> String {
    format!("{} {}", content.len(), blake3::hash(content).to_hex())
}

/// The lines that are told, each with its path.
fn held(caller: &mut Caller, path: &str, lines: &[String]) -> Vec<(String, String)> {
    let reply = caller.core("findheldfiles", &[("path", path), ("files", &lines.join("\n"))]);
    let told = |one: &Element| (one.field("line").to_owned(), one.field("path").to_owned());
    reply.xml().all("heldfile").map(told).collect()
}

fn one(line: &str, path: &str) -> (String, String) {
    (line.to_owned(), path.to_owned())
}

#[test]
fn contents_that_somebody_has_are_told_to_them_alone() {
    let server = Server::start();
    let (mut bob, mut alice) = (server.user("bob"), server.user("alice"));
    bob.core("createfolder", &[("path", "/bob"), ("name", "Camera")]).done();
    bob.upload("/bob/Camera", "sea.jpg", b"the sea").ok();
    bob.upload("/bob", "hill.jpg", b"a hill.").ok();
    alice.upload("/alice", "own.jpg", b"her own.").ok();
    let asked = [line(b"the sea"), line(b"no file"), line(b"her own."), line(b"a hill.")];
    let all = [one("1", "/bob/Camera/sea.jpg"), one("4", "/bob/hill.jpg")];
    assert_eq!(held(&mut bob, "/bob", &asked), all);
    assert_eq!(held(&mut bob, "/", &asked), all);
    assert_eq!(held(&mut bob, "/bob/Camera", &asked), all[..1]);
    assert_eq!(held(&mut alice, "/", &asked), [one("3", "/alice/own.jpg")]);
    // A size alone is told by the same rule, so that a device computes few checksums.
    let sizes = ["7".to_owned(), "8".to_owned(), "9".to_owned()];
    let told: Vec<String> = held(&mut bob, "/bob", &sizes).into_iter().map(|(line, _)| line).collect();
    assert_eq!(told, ["1"]);
    for (path, caller) in [("/alice", &mut bob), ("/bob", &mut alice)] {
        let refused = caller.core("findheldfiles", &[("path", path), ("files", &asked.join("\n"))]);
        assert_eq!(refused.xml().all("heldfile").count(), 0, "{path}");
    }
    assert_eq!(server.guest().core("findheldfiles", &[("path", "/bob"), ("files", "7")]).status, 401);
}

/// What is told is not sent, so it must be there.
#[test]
fn a_content_that_is_not_on_the_disk_any_more_is_not_told() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let names = ["changed", "gone", "deleted", "moved"];
    for name in names {
        bob.upload("/bob", name, format!("content of {name}").as_bytes()).ok();
    }
    let asked = names.map(|name| line(format!("content of {name}").as_bytes()));
    assert_eq!(held(&mut bob, "/bob", &asked).len(), 4);
    fs::write(server.data().file("/bob/changed"), "CONTENT of changed").unwrap();
    fs::remove_file(server.data().file("/bob/gone")).unwrap();
    bob.core("deletefile", &[("path", "/bob"), ("name", "deleted")]).done();
    bob.core("renamefile", &[("path", "/bob"), ("name", "moved"), ("newname", "elsewhere")]).done();
    assert_eq!(held(&mut bob, "/bob", &asked), [one("4", "/bob/elsewhere")]);
}

#[test]
fn lines_that_cannot_be_read_are_refused() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let many = vec!["1"; 501].join("\n");
    for wrong in ["", "x", "-1", "7 abc", "7  8", &format!("7 {}", "g".repeat(64)), &many] {
        let reply = bob.core("findheldfiles", &[("path", "/bob"), ("files", wrong)]);
        assert_eq!(reply.header("x-cloudlet-error"), Some("invalid"), "{wrong:.20}: {}", reply.text());
    }
    assert_eq!(held(&mut bob, "/bob", &vec!["1".to_owned(); 500]), []);
}

#[test]
fn the_service_worker_is_for_the_whole_portal_and_renews_itself() {
    let server = Server::start();
    let mut guest = server.guest();
    let worker = guest.get("/service-worker.js");
    assert_eq!(worker.status, 200);
    assert_eq!(worker.header("content-type"), Some("text/javascript; charset=utf-8"));
    // Without an address below another folder it may answer for all pages; browsers ask for a new
    // one at each visit.
    assert_eq!(worker.header("cache-control"), Some("no-cache"));
    assert!(
        worker.header("content-security-policy").is_some_and(|policy| policy.contains("default-src 'self'"))
    );
    assert_eq!(worker.header("service-worker-allowed"), None);
    let text = worker.text();
    assert!(!text.contains("{{"), "everything is filled in");
    // It is of the same build as the page.
    let page = guest.get("/");
    let build = text.split("\"static/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert!(page.text().contains(&format!("\"static/{build}/user/app.js\"")), "{build}");
    let files = text.lines().find(|line| line.starts_with("const FILES")).unwrap();
    for (name, is_wanted) in [
        ("user/app.js", true),
        ("user/views/received.js", true),
        ("shared/messages/device.de.json", true),
        ("shared/messages/admin.de.json", false),
        ("admin/app.js", false),
        ("public/app.js", false),
    ] {
        assert_eq!(files.contains(name), is_wanted, "{name}");
    }
    assert_eq!(guest.get(&format!("/static/{build}/user/service-worker.js")).status, 404);
}

#[test]
fn the_manifest_makes_an_app_that_others_can_share_with() {
    let server = Server::start();
    let mut guest = server.guest();
    let reply = guest.get("/manifest.webmanifest");
    assert_eq!(reply.header("content-type"), Some("application/manifest+json"));
    let manifest: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    for (name, value) in [("start_url", "./"), ("scope", "./"), ("id", "./"), ("display", "standalone")] {
        assert_eq!(manifest[name], value, "{name}");
    }
    let share = &manifest["share_target"];
    let how = ["action", "method", "enctype"].map(|name| share[name].as_str().unwrap());
    assert_eq!(how, ["./share-target", "POST", "multipart/form-data"]);
    assert_eq!(share["params"]["files"][0]["name"], "files");
    let icons = manifest["icons"].as_array().unwrap();
    let is_there = |purpose: &str, sizes: &str| {
        icons.iter().any(|icon| icon["purpose"] == purpose && icon["sizes"] == sizes)
    };
    assert!(is_there("any", "192x192") && is_there("any", "512x512") && is_there("maskable", "512x512"));
    for icon in icons {
        let picture = guest.get(&format!("/{}", icon["src"].as_str().unwrap()));
        assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/png")), "{icon}");
    }
}
