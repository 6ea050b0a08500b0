//! The power fails in the middle of everything, again and again: what was answered is there, what was not is harmless.

use crate::harness::{Caller, Server, cloudlet, noise};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const WRITERS: u64 = 4;

/// More where the environment says so, as `CRASH_ROUNDS=100`.
fn rounds() -> u64 {
    std::env::var("CRASH_ROUNDS").map_or(10, |text| text.parse().expect("CRASH_ROUNDS is a number"))
}

/// One file that is uploaded again and again, each time with another content.
struct Writer {
    caller: Caller,
    name: String,
    /// The number of the content whose upload was answered last; none at first.
    stored: Option<u64>,
    /// The number of the content that is, or would be, next.
    next: u64,
}

impl Writer {
    fn content(&self, number: u64) -> Vec<u8> {
        let seed = number * 1000 + self.name.len() as u64 + u64::from(self.name.as_bytes()[4]);
        noise(seed, 1000 + (seed as usize * 7919) % 400_000)
    }

    /// Uploads until the server is gone.
    fn write(&mut self) {
        loop {
            let content = self.content(self.next);
            match self.caller.try_send(&Caller::upload_request("/bob", &self.name, &content)) {
                Ok(reply) => {
                    reply.ok();
                    self.stored = Some(self.next);
                    self.next += 1;
                }
                // It may have been stored all the same: only the answer is lost.
                Err(_) => return,
            }
        }
    }

    /// What is there must be the content that was answered last or, whole, the one that was on its way.
    fn check(&mut self, server: &Server) {
        self.caller.follow(server);
        let reply = self.caller.download(&format!("/bob/{}", self.name));
        if reply.status == 404 {
            assert_eq!(self.stored, None, "{} was answered and is gone", self.name);
            return;
        }
        let on_its_way = self.content(self.next);
        if reply.body == on_its_way {
            (self.stored, self.next) = (Some(self.next), self.next + 1);
            return;
        }
        let stored = self.stored.unwrap_or_else(|| panic!("{} holds half a content", self.name));
        assert!(
            reply.body == self.content(stored),
            "{} holds neither content {stored} nor {}",
            self.name,
            self.next
        );
    }
}

#[test]
fn uploads_that_were_answered_survive_power_cuts_and_others_do_no_harm() {
    let mut server = Server::start();
    let bob = server.user("bob");
    let writer = |number| Writer { caller: bob.twin(), name: format!("file{number}"), stored: None, next: 1 };
    let mut writers: Vec<Writer> = (0..WRITERS).map(writer).collect();
    let rounds = rounds();
    for round in 0..rounds {
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for writer in &mut writers {
                scope.spawn(|| writer.write());
            }
            // Some other changes at the same time.
            scope.spawn(|| {
                let mut bob = bob.twin();
                bob.follow(&server);
                let mut number = 0;
                while !is_over.load(Ordering::Relaxed) {
                    let name = format!("folder {round} {number}");
                    let request = crate::harness::Request::post(
                        "/core/createfolder",
                        &[("path", "/bob"), ("name", &name)],
                    );
                    if bob.try_send(&request).is_err() {
                        return;
                    }
                    number += 1;
                }
            });
            std::thread::sleep(Duration::from_millis(120 + round % 10 * 37));
            let id = server.id().to_string();
            assert!(std::process::Command::new("/bin/kill").args(["-KILL", &id]).status().unwrap().success());
            is_over.store(true, Ordering::Relaxed);
        });
        server.kill();
        server.start_again();
        for writer in &mut writers {
            writer.check(&server);
        }
        let staging = crate::harness::names(&server.data().file("/.cloudlet/staging"));
        assert!(staging.is_empty(), "the start clears away what was cut: {staging:?}");
        cloudlet(server.data(), &["audit", "verify"], "").succeeded();
    }
    let answered: u64 = writers.iter().filter_map(|writer| writer.stored).sum();
    assert!(answered > rounds * WRITERS, "{answered} uploads are no load");
    assert_eq!(server.stop(), Some(0));
    cloudlet(server.data(), &["check", "--deep"], "").succeeded();
    cloudlet(server.data(), &["audit", "verify"], "").succeeded();
}

#[test]
fn a_start_after_a_power_cut_needs_no_help() {
    let mut server = Server::start();
    for _ in 0..3 {
        server.kill();
        server.start_again();
        assert!(server.user("bob").is_signed_in());
    }
    cloudlet(server.data(), &["check"], "").succeeded();
}
