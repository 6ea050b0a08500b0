//! Slow clients, and other behaviour that only shows after a wait. The deadlines are those of the
//! server, so everything runs at the same time, in threads of one test that takes about a minute.

use crate::harness::{Caller, Connection, Data, Launch, Request, Server, joined, noise};
use crate::uploads::parts::a_file_with_a_missing_part_is_not_stored_and_can_be_completed;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Limits of the server (`base/limits.rs`).
const HEAD_TIME: Duration = Duration::from_secs(10);
const STALL_TIME: Duration = Duration::from_secs(30);
const IDLE_TIME: Duration = Duration::from_secs(60);
/// The server may notice a deadline this much later.
const GRACE: Duration = Duration::from_secs(6);

/// The tests that run within this minute.
const FACTS: [(&str, fn()); 4] = [
    (
        "slow callers are dropped at their deadlines and delay nobody",
        slow_callers_are_dropped_at_their_deadlines_and_delay_nobody,
    ),
    (
        "half a head holds up the stop no longer than its deadline",
        half_a_head_holds_up_the_stop_no_longer_than_its_deadline,
    ),
    (
        "a file with a missing part is not stored and can be completed",
        a_file_with_a_missing_part_is_not_stored_and_can_be_completed,
    ),
    ("an idle server hardly wakes and writes nothing", an_idle_server_hardly_wakes_and_writes_nothing),
];

#[test]
fn whatever_waits_is_decided_at_its_deadline() {
    let facts = FACTS.map(|(fact, prove)| (fact, std::thread::spawn(prove)));
    let disproved: Vec<&str> =
        facts.into_iter().filter_map(|(fact, thread)| thread.join().is_err().then_some(fact)).collect();
    assert!(disproved.is_empty(), "these are not so: {disproved:?}");
}

/// Without calls the server must let the machine's disk and processor sleep.
fn an_idle_server_hardly_wakes_and_writes_nothing() {
    let server = Server::start();
    server.user("bob").list("/bob");
    // After this time the last rows of the audit log are written and the workers have ended.
    std::thread::sleep(Duration::from_secs(18));
    let (woken, written) = (wake_ups(server.id()), written_bytes(server.id()));
    let time = Duration::from_secs(42);
    std::thread::sleep(time);
    let woken = wake_ups(server.id()) - woken;
    assert!(woken <= time.as_secs() / 10, "{woken} wake-ups in {time:?}");
    assert_eq!(written_bytes(server.id()) - written, 0, "bytes written");
}

/// The number of times that the threads of a process have stopped to wait for something.
fn wake_ups(id: u32) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{id}/task")).unwrap();
    let of_one = |status: String| number_after(&status, "\nvoluntary_ctxt_switches:");
    tasks.map(|task| of_one(std::fs::read_to_string(task.unwrap().path().join("status")).unwrap())).sum()
}

/// The bytes that a process has passed to write(2), for any file.
fn written_bytes(id: u32) -> u64 {
    number_after(&std::fs::read_to_string(format!("/proc/{id}/io")).unwrap(), "wchar:")
}

fn number_after(text: &str, label: &str) -> u64 {
    text.split(label).nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap()
}

/// A slow client: what it does, and when the server should drop it.
struct Offender {
    what: &'static str,
    deadline: Duration,
    acts: fn(&Server, &Caller),
}

const OFFENDERS: [Offender; 11] = [
    Offender { what: "a head of one byte a second", deadline: HEAD_TIME, acts: drips_a_head },
    Offender { what: "half a head", deadline: HEAD_TIME, acts: sends_half_a_head },
    Offender { what: "a small form that never comes", deadline: HEAD_TIME, acts: withholds_a_form },
    Offender { what: "an upload that stalls", deadline: STALL_TIME, acts: stalls_an_upload },
    Offender { what: "an upload of one byte a second", deadline: STALL_TIME, acts: drips_an_upload },
    Offender { what: "a chunk that never comes", deadline: STALL_TIME, acts: withholds_a_chunk },
    Offender { what: "a reader that stalls", deadline: STALL_TIME, acts: stalls_a_download },
    Offender { what: "a reader of ten bytes a second", deadline: STALL_TIME, acts: drips_a_download },
    Offender { what: "a reader of documents that stalls", deadline: STALL_TIME, acts: stalls_documents },
    Offender { what: "a reader of documents that drips", deadline: STALL_TIME, acts: drips_documents },
    Offender { what: "an idle connection", deadline: IDLE_TIME, acts: idles },
];

fn slow_callers_are_dropped_at_their_deadlines_and_delay_nobody() {
    let server = Launch::on(Data::with_accounts()).start();
    let bob = server.user("bob");
    std::fs::File::create(server.data().file("/bob/large")).unwrap().set_len(1 << 30).unwrap();
    bob.twin().upload("/bob", "small", &noise(1, 4096)).ok();
    let all_are_gone = AtomicBool::new(false);
    let mut failures = Vec::new();
    std::thread::scope(|scope| {
        let normal = scope.spawn(|| normal_calls(&bob, &all_are_gone));
        let offenders: Vec<_> = OFFENDERS
            .iter()
            // Several clients of each kind run, so that together they could occupy every worker.
            .flat_map(|offender| std::iter::repeat_n(offender, 6))
            .map(|offender| (offender, scope.spawn(|| lasts(offender, &server, &bob))))
            .collect();
        for (offender, thread) in offenders {
            let lasted = joined(thread.join());
            // Patient clients must not be dropped before their deadline either.
            if lasted + Duration::from_secs(1) < offender.deadline || lasted > offender.deadline + GRACE {
                failures.push(format!("{}: {lasted:?} instead of {:?}", offender.what, offender.deadline));
            }
        }
        all_are_gone.store(true, Ordering::Relaxed);
        let mut times = joined(normal.join());
        times.sort_unstable();
        // A call that had to wait for a slow client would wait many seconds. A busy machine delays
        // every call a little.
        let (median, most) = (times[times.len() / 2], times[times.len() * 95 / 100]);
        if median > Duration::from_millis(300) || most > Duration::from_secs(3) {
            failures.push(format!("normal calls took {times:?}"));
        }
    });
    if bob.twin().list_names("/bob") != ["again", "large", "small"] {
        failures.push("something of the offenders' uploads is there".to_owned());
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn half_a_head_holds_up_the_stop_no_longer_than_its_deadline() {
    let mut server = Launch::on(Data::with_accounts()).start();
    let mut connection = server.connect();
    connection.send("GET / HTTP/1.1\r\nHo");
    let start = Instant::now();
    assert_eq!(server.stop(), Some(0));
    assert!(start.elapsed() < HEAD_TIME + GRACE, "{:?}", start.elapsed());
}

/// The time for which the server let a slow client go on.
fn lasts(offender: &Offender, server: &Server, bob: &Caller) -> Duration {
    let start = Instant::now();
    (offender.acts)(server, bob);
    start.elapsed()
}

/// Makes a light and a heavy call a few times a second until it is told to end. Returns how long
/// each pair took.
fn normal_calls(bob: &Caller, is_over: &AtomicBool) -> Vec<Duration> {
    let mut times = Vec::new();
    let mut bob = bob.twin();
    while !is_over.load(Ordering::Relaxed) {
        let start = Instant::now();
        bob.download("/bob/small").holds(&noise(1, 4096));
        bob.upload("/bob", "again", b"x").ok();
        times.push(start.elapsed());
        std::thread::sleep(Duration::from_millis(200));
    }
    times
}

/// Reads everything until the connection ends.
fn wait_for_end(connection: &mut Connection) {
    connection.set_patience(IDLE_TIME + GRACE + GRACE);
    let mut bytes = [0; 4096];
    while connection.read(&mut bytes).is_ok_and(|count| count > 0) {}
}

/// Sends a byte a second until the server ends the connection.
fn drip(connection: &mut Connection) {
    let start = Instant::now();
    // Only the second write after the end of the connection fails, so the pause must be shorter
    // than the grace.
    while start.elapsed() < IDLE_TIME + GRACE && connection.try_send(b"x").is_ok() {
        std::thread::sleep(Duration::from_secs(1));
    }
}

fn drips_a_head(server: &Server, _: &Caller) {
    let mut connection = server.connect();
    connection.send("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    drip(&mut connection);
}

fn sends_half_a_head(server: &Server, _: &Caller) {
    let mut connection = server.connect();
    connection.send("GET / HTTP/1.1\r\nHo");
    wait_for_end(&mut connection);
}

fn withholds_a_form(server: &Server, _: &Caller) {
    let mut connection = server.connect();
    connection.send("POST /core/loginguest HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\nuserid=");
    wait_for_end(&mut connection);
}

fn upload_beginning(bob: &Caller) -> Vec<u8> {
    let mut bytes = bob.bytes(&Caller::upload_request("/bob", "stalled", &noise(3, 2_000_000)));
    bytes.truncate(900_000);
    bytes
}

fn stalls_an_upload(server: &Server, bob: &Caller) {
    let mut connection = server.connect();
    connection.send(upload_beginning(bob));
    wait_for_end(&mut connection);
}

fn drips_an_upload(server: &Server, bob: &Caller) {
    let mut connection = server.connect();
    connection.send(upload_beginning(bob));
    drip(&mut connection);
}

fn withholds_a_chunk(server: &Server, bob: &Caller) {
    let request = Request::new("POST", "/core/upload?path=/bob&filename=chunked")
        .header("Content-Type", &crate::harness::Multipart::content_type())
        .header("Transfer-Encoding", "chunked");
    let mut connection = server.connect();
    connection.send([&bob.bytes(&request)[..], b"400\r\nxxx"].concat());
    wait_for_end(&mut connection);
}

fn ask_for_the_large_file(server: &Server, bob: &Caller) -> Connection {
    let mut connection = server.connect();
    connection.send(bob.bytes(&Request::get(&Caller::download_target("/bob/large"))));
    connection.reply_head();
    connection
}

/// Asks for a file and reads nothing. The server's list of sockets shows when it has given up.
/// Reading to the end would not show that, because the system still has bytes in its buffers.
fn stalls_a_download(server: &Server, bob: &Caller) {
    let mut connection = ask_for_the_large_file(server, bob);
    std::thread::sleep(STALL_TIME + GRACE / 2);
    let read = read_all(&mut connection);
    assert!(read < 1 << 30, "a reader that stalled got everything");
}

fn drips_a_download(server: &Server, bob: &Caller) {
    let mut connection = ask_for_the_large_file(server, bob);
    let mut few = [0; 10];
    let start = Instant::now();
    while start.elapsed() < STALL_TIME + GRACE / 2 {
        if connection.read(&mut few).is_err() {
            return;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    let read = read_all(&mut connection);
    assert!(read < 1 << 30, "a reader of ten bytes a second got everything");
}

/// Strangers may load these documents of the program. The poller sends them.
const DOCUMENTS: usize = 100;

fn ask_for_documents(server: &Server) -> Connection {
    let mut connection = server.connect();
    let request = server.guest().bytes(&Request::get("/core/getapidescription"));
    connection.send(request.repeat(DOCUMENTS));
    connection
}

fn check_that_documents_are_missing(server: &Server, mut connection: Connection) {
    let length = server.guest().get("/core/getapidescription").body.len();
    let read = read_all(&mut connection);
    assert!(read < DOCUMENTS * length, "somebody who did not read got everything");
}

fn stalls_documents(server: &Server, _: &Caller) {
    let connection = ask_for_documents(server);
    std::thread::sleep(STALL_TIME + GRACE / 2);
    check_that_documents_are_missing(server, connection);
}

fn drips_documents(server: &Server, _: &Caller) {
    let mut connection = ask_for_documents(server);
    let start = Instant::now();
    while start.elapsed() < STALL_TIME + GRACE / 2 {
        if connection.read(&mut [0; 10]).is_err() {
            return;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    check_that_documents_are_missing(server, connection);
}

fn read_all(connection: &mut Connection) -> usize {
    let mut bytes = vec![0; 1 << 20];
    let mut total = 0;
    while let Ok(count @ 1..) = connection.read(&mut bytes) {
        total += count;
    }
    total
}

fn idles(server: &Server, bob: &Caller) {
    let mut connection = server.connect();
    connection.send(bob.bytes(&Request::get("/core/getauthenticationinfo")));
    connection.reply();
    wait_for_end(&mut connection);
}
