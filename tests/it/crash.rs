//! The program is killed again and again during all kinds of work. Changes that were answered must
//! exist, and others must do no harm.

use crate::harness::{Caller, Data, Launch, Request, Server, cloudlet, joined, names, noise};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// The number of files that are uploaded to one server at the same time.
const WRITERS: u64 = 4;
/// The number of servers that are killed at the same time, each with its own data.
const SERVERS: usize = 3;
/// The server is killed after at most this many answered uploads.
const ANSWERS_MAX: u64 = 12;
const ANSWER_LONGEST: Duration = Duration::from_secs(20);
/// The audit log is verified after this many rounds. That is enough, because a break in it never
/// disappears.
const VERIFIED_EVERY: u64 = 20;

/// The number of rounds. The environment can ask for more, for example with `CRASH_ROUNDS=200`.
fn rounds() -> u64 {
    std::env::var("CRASH_ROUNDS").map_or(12, |text| text.parse().expect("CRASH_ROUNDS is a number"))
}

/// Uploads one file again and again, each time with another content.
struct Writer {
    caller: Caller,
    number: u64,
    name: String,
    /// The number of the content whose upload was answered last; `None` before the first answer.
    stored: Option<u64>,
    /// The number of the next content.
    next: u64,
}

impl Writer {
    fn new(bob: &Caller, number: u64) -> Writer {
        Writer { caller: bob.twin(), number, name: format!("file{number}"), stored: None, next: 1 }
    }

    fn content(&self, number: u64) -> Vec<u8> {
        let seed = number * 1000 + self.number;
        noise(seed, 1000 + (seed as usize * 7919) % 120_000)
    }

    /// Uploads until the server has ended, and reports each answer.
    fn write(&mut self, answered: Sender<()>) {
        loop {
            let content = self.content(self.next);
            match self.caller.try_send(&Caller::upload_request("/bob", &self.name, &content)) {
                Ok(reply) => {
                    reply.ok();
                    self.stored = Some(self.next);
                    self.next += 1;
                    // The receiver may have ended already, because the server is being killed.
                    let _ = answered.send(());
                }
                // The content may be stored although its answer was lost.
                Err(_) => return,
            }
        }
    }

    /// The file must have the whole content of the last answer, or the whole content that was being
    /// sent.
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

/// Creates folders at the same time, until the server has ended.
fn make_folders(mut bob: Caller, round: u64) {
    for number in 0.. {
        let name = format!("folder {round} {number}");
        let request = Request::post("/core/createfolder", &[("path", "/bob"), ("name", &name)]);
        if bob.try_send(&request).is_err() {
            return;
        }
    }
}

/// Kills the server after some answers and a short wait, in the middle of the other uploads.
/// Returns the number of answers.
fn kill_under_load(server: &mut Server, bob: &Caller, writers: &mut [Writer], round: u64) -> u64 {
    let (answered, answers) = channel();
    let chance = u64::from_le_bytes(noise(round + 1, 8).try_into().unwrap());
    let (wanted, moment) = (1 + chance % ANSWERS_MAX, Duration::from_micros(chance / 1000 % 8000));
    std::thread::scope(|scope| {
        for writer in writers {
            let answered = answered.clone();
            scope.spawn(|| writer.write(answered));
        }
        let mut twin = bob.twin();
        twin.follow(server);
        scope.spawn(move || make_folders(twin, round));
        for _ in 0..wanted {
            answers.recv_timeout(ANSWER_LONGEST).expect("uploads are answered");
        }
        std::thread::sleep(moment);
        server.kill();
    });
    wanted
}

/// Kills one server in each round. Returns how many uploads were answered.
fn kill_again_and_again(begun: &AtomicU64, rounds: u64) -> u64 {
    let data = Data::in_memory();
    data.fill();
    let mut server = Launch::on(data).start();
    let bob = server.user("bob");
    let mut writers: Vec<Writer> = (0..WRITERS).map(|number| Writer::new(&bob, number)).collect();
    let mut answered = 0;
    for own in 1.. {
        let round = begun.fetch_add(1, Ordering::Relaxed);
        if round >= rounds {
            break;
        }
        answered += kill_under_load(&mut server, &bob, &mut writers, round);
        server.start_again();
        for writer in &mut writers {
            writer.check(&server);
        }
        let staging = names(&server.data().file("/.cloudlet/staging"));
        assert!(staging.is_empty(), "the start clears away what was cut: {staging:?}");
        if own % VERIFIED_EVERY == 0 {
            cloudlet(server.data(), &["audit", "verify"], "").succeeded();
        }
    }
    assert_eq!(server.stop(), Some(0));
    cloudlet(server.data(), &["check", "--deep"], "").succeeded();
    cloudlet(server.data(), &["audit", "verify"], "").succeeded();
    answered
}

#[test]
fn uploads_that_were_answered_survive_being_killed_and_others_do_no_harm() {
    let (begun, rounds) = (AtomicU64::new(0), rounds());
    let answered: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..SERVERS).map(|_| scope.spawn(|| kill_again_and_again(&begun, rounds))).collect();
        threads.into_iter().map(|thread| joined(thread.join())).sum()
    });
    assert!(answered > rounds * ANSWERS_MAX / 4, "{answered} uploads are no load");
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
