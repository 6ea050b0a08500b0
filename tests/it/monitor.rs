//! The addresses for monitoring: `/healthz` for everybody, and `/metrics` for clients with the
//! token. Neither is an operation of the API.

use crate::harness::{Caller, Data, Launch, Reply, Request, Server, wait_until};
use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

const TOKEN: &str = "of-the-dashboard";

/// A server with metrics and a second volume in a directory of its data.
fn with_metrics() -> Server {
    let data = Data::with_accounts();
    let disk = data.path("disk");
    fs::create_dir(&disk).unwrap();
    fs::write(disk.join("file"), "one").unwrap();
    Launch::on(data)
        .setting("CLOUDLET_METRICS_TOKEN", TOKEN)
        .setting("CLOUDLET_VOLUMES", format!("usb={}", disk.display()))
        .start()
}

fn ask(caller: &mut Caller, authorization: &str) -> Reply {
    caller.send(&Request::get("/metrics").header("Authorization", authorization))
}

/// The value of every sample, by its name with labels. Each must follow the two lines about its
/// metric.
fn samples(server: &Server) -> BTreeMap<String, u64> {
    let reply = ask(&mut server.guest(), &format!("Bearer {TOKEN}"));
    assert_eq!(reply.status, 200);
    assert!(reply.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"), "{reply:?}");
    let mut described = Vec::new();
    let mut samples = BTreeMap::new();
    for line in reply.text().lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["#", "HELP", name, _, ..] => described.push((name.to_owned(), "")),
            ["#", "TYPE", name, kind @ ("gauge" | "counter")] => {
                assert_eq!(described.last(), Some(&(name.to_owned(), "")), "{line}");
                described.last_mut().unwrap().1 = if kind == "gauge" { "gauge" } else { "counter" };
            }
            [sample, value] => {
                let (name, kind) = described.last().unwrap();
                assert!(!kind.is_empty() && sample.split('{').next() == Some(name), "{line}");
                assert!(samples.insert(sample.to_owned(), value.parse().unwrap()).is_none(), "{line}");
            }
            _ => panic!("{line}"),
        }
    }
    samples
}

#[test]
fn metrics_are_off_until_they_have_a_token_and_then_ask_for_it() {
    let server = Server::start();
    let reply = server.guest().get("/metrics");
    assert_eq!(reply.status, 404);
    assert!(reply.text().contains("metrics_token"), "{reply:?}");
    let server = with_metrics();
    for wrong in ["", "Bearer", "Bearer ", "Bearer of-the-dashboar", "Bearer of-the-dashboards", TOKEN] {
        let reply = ask(&mut server.guest(), wrong);
        assert_eq!((reply.status, reply.header("www-authenticate")), (401, Some("Bearer")), "{wrong:?}");
        assert!(!reply.text().contains("cloudlet_"), "{reply:?}");
    }
    // A session of an administrator does not open it either, because a page in the browser could
    // use that.
    assert_eq!(server.admin().get("/metrics").status, 401);
}

#[test]
fn metrics_tell_of_every_disk_and_of_one_that_is_not_there_that_it_is_not() {
    let server = with_metrics();
    server.user("bob");
    let before = samples(&server);
    for name in ["cloudlet_uptime_seconds", "cloudlet_calls_total", "cloudlet_memory_bytes"] {
        assert!(before.contains_key(name), "{before:?}");
    }
    for volume in ["files", "usb"] {
        let of = |name: &str| before[&format!("cloudlet_volume_{name}{{volume=\"{volume}\"}}")];
        assert_eq!(of("online"), 1);
        assert!(of("free_bytes") <= of("bytes") && of("bytes") > 0, "{before:?}");
    }
    server.user("bob").core("getsystemstatus", &[]);
    assert!(samples(&server)["cloudlet_calls_total"] > before["cloudlet_calls_total"]);
    let disk = server.data().path("disk");
    fs::rename(&disk, disk.with_extension("away")).unwrap();
    fs::create_dir(&disk).unwrap();
    let online = "cloudlet_volume_online{volume=\"usb\"}";
    wait_until("the disk is missed", Duration::from_secs(10), || samples(&server)[online] == 0);
    let without = samples(&server);
    assert!(!without.contains_key("cloudlet_volume_bytes{volume=\"usb\"}"), "{without:?}");
    assert_eq!(without["cloudlet_volume_online{volume=\"files\"}"], 1);
}

#[test]
fn neither_is_a_call_of_the_api() {
    let server = with_metrics();
    let mut admin = server.admin();
    let calls = |admin: &mut Caller| admin.audit(&[]).len();
    let before = calls(&mut admin);
    for _ in 0..3 {
        let health = server.guest().get("/healthz");
        assert_eq!((health.status, health.text()), (200, "ok\n"));
        samples(&server);
    }
    for method in ["HEAD", "POST", "DELETE"] {
        let health = server.guest().send(&Request::new(method, "/healthz"));
        assert_eq!(health.status == 200, method == "HEAD", "{method}: {health:?}");
    }
    // Only the first reading of the log was added as a row.
    assert_eq!(calls(&mut admin), before + 1);
}
