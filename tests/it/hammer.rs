//! Two people use every operation on one folder at once, with ten connections. Nothing waits for
//! ever, no call fails without a reason, and no change that was answered is lost.

use crate::harness::{Caller, Multipart, Reply, Request, Server, cloudlet, form, joined, noise};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const CONNECTIONS: u64 = 10;
/// This time is enough for thousands of calls.
const TIME: Duration = Duration::from_secs(6);
const FOLDER: &str = "/bob/arena";
const NAMES: u64 = 6;

/// A connection of the owner, or of an administrator who works on the owner's files.
struct Worker {
    caller: Caller,
    number: u64,
    proxy: &'static str,
    state: u64,
    calls: u64,
}

/// Fails for an answer that only a fault of the server or a wrong wait can cause.
#[track_caller]
fn is_sane(reply: &Reply) -> bool {
    let text = String::from_utf8_lossy(&reply.body).to_lowercase();
    assert!(reply.status < 500, "{reply:?}");
    let is_short = text.len() < 4000;
    for word in ["went wrong", "locked by", "database", "too much", "panic"] {
        assert!(!is_short || !text.contains(word), "{reply:?}");
    }
    matches!(reply.status, 200 | 400)
}

impl Worker {
    fn random(&mut self, below: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % below
    }

    fn name(&mut self) -> String {
        format!("n{}", self.random(NAMES))
    }

    fn call(&mut self, operation: &str, fields: &[(&str, &str)]) -> Reply {
        self.calls += 1;
        let fields = [fields, &[("adminproxyuserid", self.proxy)]].concat();
        self.caller.core(operation, &fields)
    }

    fn put(&mut self, name: &str, content: &[u8], more: &[(&str, &str)]) -> Reply {
        self.calls += 1;
        let size = content.len().to_string();
        let fields =
            [&[("path", FOLDER), ("filename", name), ("adminproxyuserid", self.proxy)], more].concat();
        let fields = if more.iter().any(|field| field.0 == "offset") {
            fields
        } else {
            [fields.as_slice(), &[("filesize", &size)]].concat()
        };
        let body = Multipart::new().file("file", name, content);
        self.caller.send(&Request::multipart(&format!("/core/upload?{}", form(&fields)), body))
    }

    fn get(&mut self, name: &str) -> Reply {
        self.calls += 1;
        let path = format!("{FOLDER}/{name}");
        self.caller.get(&format!(
            "/core/downloadfile?{}",
            form(&[("filepath", &path), ("adminproxyuserid", self.proxy)])
        ))
    }

    /// Calls one operation with names that all connections use. It may be refused, because another
    /// connection was faster.
    fn disturb(&mut self) {
        let (name, other) = (self.name(), self.name());
        let at = [("path", FOLDER), ("name", name.as_str())];
        let reply = match self.random(15) {
            0 => self.call("createfolder", &at),
            1 | 2 => {
                let seed = self.random(1000);
                self.put(&name, &noise(seed, 1000 + seed as usize), &[])
            }
            3 => {
                let first =
                    self.put(&name, b"first ", &[("offset", "0"), ("complete", "0"), ("filesize", "11")]);
                assert!(is_sane(&first));
                self.put(&name, b"other", &[("offset", "6"), ("complete", "1"), ("filesize", "11")])
            }
            4 => self.call("renamefile", &[at.as_slice(), &[("newname", &other)]].concat()),
            5 => {
                let (from, to) = (format!("{FOLDER}/{name}"), format!("{FOLDER}/{other}/{name}"));
                self.call("renameormove", &[("fromname", &from), ("toname", &to), ("overwrite", "1")])
            }
            6 => {
                let (from, to) = (format!("{FOLDER}/{other}/{name}"), format!("{FOLDER}/{name}"));
                self.call("renameormove", &[("fromname", &from), ("toname", &to), ("overwrite", "1")])
            }
            7 => self.call(
                "copyfile",
                &[at.as_slice(), &[("copyto", FOLDER), ("copytoname", &other), ("overwrite", "1")]].concat(),
            ),
            8 | 9 => self.call("deletefile", &at),
            10 => self.call("getfilelist", &[("path", FOLDER), ("limit", "-1")]),
            11 => self.call("fileinfo", &[("file", &format!("{FOLDER}/{name}"))]),
            12 => self.get(&name),
            13 => self.call("getfolderproperties", &[("path", FOLDER)]),
            _ => self.call("getsyncdelta", &[("path", "/bob"), ("status", "server,0;")]),
        };
        is_sane(&reply);
    }

    /// Overwrites a file that no other connection uses.
    fn advance(&mut self, round: u64) {
        let content = noise(self.number * 100_000 + round, 3000);
        let own = format!("own{}", self.number);
        assert!(is_sane(&self.put(&own, &content, &[])));
        assert!(self.get(&own).body == content, "{own} is what was answered last");
    }

    /// Adds one to a number that all connections share. Returns false if another one was faster.
    fn count(&mut self) -> bool {
        let seen = self.get("counter");
        assert_eq!(seen.status, 200, "{seen:?}");
        let etag = seen.header("etag").unwrap().to_owned();
        let next = seen.text().parse::<u64>().unwrap() + 1;
        let reply = self.put("counter", next.to_string().as_bytes(), &[("ifetag", &etag)]);
        assert!(is_sane(&reply));
        if reply.body == b"OK" {
            return true;
        }
        let message = reply.refused();
        assert!(message.contains("changed meanwhile") || message.contains("under way"), "{message}");
        false
    }
}

#[test]
fn no_lock_no_lost_update_no_deadlock() {
    let mut server = Server::start();
    let (mut bob, alice) = (server.user("bob"), server.admin());
    bob.core("createfolder", &[("path", "/bob"), ("name", "arena")]).done();
    bob.upload(FOLDER, "counter", b"0").ok();
    let workers = (0..CONNECTIONS).map(|number| {
        let is_owner = number % 2 == 0;
        let caller = if is_owner { bob.twin() } else { alice.twin() };
        let proxy = if is_owner { "" } else { "bob" };
        Worker { caller, number, proxy, state: number * 7919 + 1, calls: 0 }
    });
    let (counted, calls) = (AtomicU64::new(0), AtomicU64::new(0));
    let begun = Instant::now();
    let run = |mut worker: Worker| {
        let mut round = 0;
        while begun.elapsed() < TIME {
            round += 1;
            worker.advance(round);
            counted.fetch_add(u64::from(worker.count()), Ordering::Relaxed);
            (0..5).for_each(|_| worker.disturb());
        }
        calls.fetch_add(worker.calls, Ordering::Relaxed);
        round
    };
    let run = &run;
    let rounds: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = workers.map(|worker| scope.spawn(move || run(worker))).collect();
        threads.into_iter().map(|thread| joined(thread.join())).collect()
    });
    assert!(begun.elapsed() < TIME * 5, "{:?}", begun.elapsed());

    // The number contains every addition that was answered, and every connection's own file has its
    // last content.
    bob.download(&format!("{FOLDER}/counter")).holds(counted.load(Ordering::Relaxed).to_string().as_bytes());
    for (number, round) in (0..).zip(&rounds) {
        bob.download(&format!("{FOLDER}/own{number}")).holds(&noise(number * 100_000 + round, 3000));
    }
    assert!(rounds.iter().all(|round| *round > 0) && counted.load(Ordering::Relaxed) > CONNECTIONS);
    let of_both = server.admin().audit(&[("operation", "upload")]).len() as u64;
    assert!(of_both >= rounds.iter().sum(), "each call is in the log");
    assert!(!server.log().contains("panic"), "{}", server.log());
    assert_eq!(server.stop(), Some(0));
    cloudlet(server.data(), &["check", "--deep"], "").succeeded();
    cloudlet(server.data(), &["audit", "verify"], "").succeeded();
    eprintln!("{} calls", calls.load(Ordering::Relaxed));
}
