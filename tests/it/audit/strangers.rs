//! The calls of strangers are in the log, but they cannot fill the disk or push out the rows of
//! people.

use crate::harness::{Caller, Request, Server, cloudlet};

/// Makes a call as a stranger, with a path of this length.
fn knock(stranger: &mut Caller, bytes: usize) {
    let path = format!("/bob/{}", "x".repeat(bytes));
    stranger.send(&Request::get(&format!("/core/getfilelist?path={path}")));
}

fn database_bytes(server: &Server) -> u64 {
    ["cloudlet.db", "cloudlet.db-wal"]
        .iter()
        .filter_map(|name| std::fs::metadata(server.data().path(name)).ok())
        .map(|file| file.len())
        .sum()
}

#[test]
fn refusals_of_strangers_are_collapsed_and_nothing_of_people_is_lost() {
    const KNOCKS: usize = 20_000;
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let before = database_bytes(&server);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let mut stranger = server.guest().always("User-Agent", &"u".repeat(500));
            scope.spawn(move || (0..KNOCKS / 4).for_each(|_| knock(&mut stranger, 3000)));
        }
        for number in 0..100 {
            bob.core("fileexists", &[("file", &format!("/bob/{number}"))]);
        }
    });
    let mut admin = server.admin();
    let rows = admin.audit(&[("operation", "getfilelist"), ("limit", "10000")]);
    // The calls may have lasted several minutes, each of which has its own rows.
    assert!(rows.len() < 500, "{}", rows.len());
    assert!(rows.iter().all(|row| row.field("object").len() <= 203 && row.field("agent").len() <= 103));
    let counted: usize = rows.iter().map(|row| row.number("calls") as usize).sum();
    assert_eq!(counted, KNOCKS, "each call is in a row");
    assert!(rows.iter().any(|row| row.field("reason").starts_with("and ")), "{rows:?}");
    assert!(
        rows.iter().all(|row| row.field("outcome") == "unauthenticated" && row.field("ip") == "127.0.0.1")
    );
    assert_eq!(admin.audit(&[("operation", "fileexists"), ("username", "bob")]).len(), 100);
    // 20,000 rows of 3 KB would be 60 MB. Only the write-ahead log may grow.
    assert!(database_bytes(&server) - before < 6 << 20, "{}", database_bytes(&server));
    let verified = admin.administer("verifyaudit", &[]).xml();
    assert_eq!(verified.child("verification").field("brokenat"), "");
    assert_eq!(server.stop(), Some(0));
    cloudlet(server.data(), &["audit", "verify"], "").succeeded();
}

#[test]
fn what_is_counted_is_written_at_the_stop() {
    let mut server = Server::start();
    let mut stranger = server.guest();
    (0..100).for_each(|_| knock(&mut stranger, 10));
    assert_eq!(server.stop(), Some(0));
    let csv = cloudlet(server.data(), &["audit", "export"], "").succeeded();
    assert!(csv.lines().any(|line| line.contains("and ") && line.contains(" more until ")), "{csv}");
}

#[test]
fn strangers_calls_are_all_counted_on_the_dashboard() {
    let server = Server::start();
    let mut stranger = server.guest();
    (0..500).for_each(|_| knock(&mut stranger, 10));
    let counts = server.admin().administer("getcallstats", &[("span", "day")]).xml();
    let refused: i64 = counts.all("bucket").map(|bucket| bucket.number("refused")).sum();
    assert!(refused >= 500, "{refused}");
}
