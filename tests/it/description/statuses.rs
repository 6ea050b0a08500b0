//! Tests that the server really gives each status that the description declares. This test provokes
//! each of them for every operation and method.
//!
//! Unit tests provoke the statuses that only a broken machine causes, see [`IN_UNIT_TESTS`].
//! `tests/samples/record` makes the calls that succeed, and their answers are the examples in the
//! description.

mod bytes;

use crate::harness::contract::DOCUMENT;
use crate::harness::{Caller, Connection, Data, Launch, Reply, Request, Server, contract, form};
use crate::sweep::operations::{Callers, OPERATIONS, Operation};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The method, the path and the status.
type Answer = (String, String, u16);

/// The answers that were seen so far.
#[derive(Default)]
struct Seen(BTreeSet<Answer>);

impl Seen {
    /// Sends a request and records its status under this path of the description.
    #[track_caller]
    fn send(&mut self, caller: &mut Caller, method: &str, path: &str, request: &Request) -> u16 {
        let reply = caller.send(request);
        self.note(method, path, reply.status);
        reply.status
    }

    fn note(&mut self, method: &str, path: &str, status: u16) {
        self.0.insert((method.to_owned(), path.to_owned(), status));
    }
}

/// A method and a path of the description, with the operation if this server has it.
struct Described {
    method: String,
    path: String,
    operation: Option<&'static Operation>,
    statuses: BTreeSet<u16>,
    has_example: bool,
}

fn described() -> Vec<Described> {
    let entries = |value: &'static Value| value.as_object().into_iter().flat_map(Map::iter);
    let all = entries(&DOCUMENT["paths"]).flat_map(|(path, methods)| {
        let operation = OPERATIONS.iter().find(|operation| operation.target() == *path);
        entries(methods).map(move |(method, described)| Described {
            method: method.to_uppercase(),
            path: path.clone(),
            operation,
            statuses: entries(&described["responses"]).map(|(status, _)| status.parse().unwrap()).collect(),
            has_example: entries(&described["responses"]["200"]["content"])
                .any(|(_, content)| content.get("example").is_some()),
        })
    });
    all.collect()
}

impl Described {
    fn is_post(&self) -> bool {
        self.method == "POST"
    }

    /// The request with these parameters.
    fn request(&self, parameters: &[(&str, &str)]) -> Request {
        if self.is_post() {
            return Request::post(&self.path, parameters);
        }
        Request::get(&format!("{}?{}", self.path, form(parameters)))
    }

    /// The request with valid parameters.
    fn sample(&self) -> Request {
        let parameters = self.operation.map(Operation::sample).unwrap_or_default();
        let parameters: Vec<(&str, &str)> =
            parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.request(&parameters)
    }
}

/// Provokes the answers that the server gives before it looks for an operation.
fn provoke_by_the_server(all: &[Described], seen: &mut Seen) {
    let secure = Launch::on(Data::with_accounts())
        .setting("CLOUDLET_LISTEN_TLS", "127.0.0.1:0")
        .setting("CLOUDLET_REDIRECT_TO_TLS", "yes")
        .start();
    let mut redirected = secure.guest();
    let mut lost = secure.guest().with_host("elsewhere.example");
    for described in all {
        seen.send(&mut lost, &described.method, &described.path, &described.sample());
        if !described.is_post() {
            seen.send(&mut redirected, &described.method, &described.path, &described.sample());
        }
    }
    let crowded =
        Launch::on(Data::with_accounts()).setting("CLOUDLET_CONNECTIONS_PER_ADDRESS_MAX", 1).start();
    let mut first = crowded.guest();
    first.get("/core/serverinfo");
    let long = "x".repeat(17_000);
    for Described { method, path, .. } in all {
        let mut note = |reply: Reply| {
            contract::check(method, path, &reply);
            seen.note(method, path, reply.status);
        };
        // The server answers without reading anything.
        note(Connection::open(crowded.address).reply());
        for head in [format!("{path}?x={long}"), format!("{path} HTTP/1.1\r\nHost: x\r\nX: {long}")] {
            let mut connection = secure.connect();
            connection.send(format!("{method} {head}"));
            note(connection.reply());
        }
    }
}

/// Provokes the answers to malformed calls, and to questions, which always have an answer.
fn provoke_by_the_call(all: &[Described], seen: &mut Seen) {
    let server = Server::start();
    let (guest, callers) = (server.guest(), Callers::of(&server));
    for described in all {
        let Described { method, path, .. } = described;
        let lawful = described.operation.map(|operation| callers.lawful(operation));
        let mut caller = lawful.unwrap_or_else(|| guest.twin());
        let mut send = |caller: &mut Caller, request: &Request| seen.send(caller, method, path, request);
        send(&mut guest.twin(), &described.sample());
        if described.operation.is_none_or(|operation| !operation.is_action() && !operation.is_download()) {
            send(&mut caller, &described.sample());
        }
        if described.operation.is_some_and(Operation::is_download) {
            // The value of this parameter is not valid UTF-8.
            send(&mut caller, &Request::new(method, &format!("{path}?x=%ff")));
        }
        if described.is_post() {
            let post = Request::new("POST", path);
            let unfinished = "--x\r\nContent-Disposition: form-data; name=\"y\"\r\n\r\nz";
            send(&mut caller, &post.clone().body("multipart/form-data; boundary=x", unfinished));
            send(&mut caller, &post.clone().body("application/json", "{}"));
            let form = "application/x-www-form-urlencoded";
            let announced = post.header("Content-Type", form).header("Content-Length", "10000000");
            send(&mut caller, &announced);
        }
    }
}

/// Statuses that only a broken machine or a rare moment causes: the status, the paths, and the file
/// and the name of the unit test that provokes it. Without paths, the test does so for every
/// operation.
const IN_UNIT_TESTS: [(u16, &[&str], &str, &str); 4] = [
    (500, &[], "src/api/dispatch.rs", "every_operation_that_panics_is_answered_as_described"),
    (
        507,
        &[
            "/core/share",
            "/core/downloadfile",
            "/core/downloadfilemulti",
            "/core/getvideo",
            "/core/getaudio",
            "/core/docconvert",
        ],
        "src/domain/sharing/links.rs",
        "a_download_that_cannot_be_counted_is_refused",
    ),
    (
        409,
        &["/core/downloadfilemulti"],
        "src/domain/files/archive_contents.rs",
        "a_folder_that_goes_away_meanwhile_is_no_part_of_an_archive",
    ),
    (
        413,
        &["/core/downloadfilemulti"],
        "src/domain/files/archive_contents.rs",
        "an_archive_of_too_many_entries_is_refused",
    ),
];

fn is_in_a_unit_test(path: &str, status: u16) -> bool {
    IN_UNIT_TESTS
        .iter()
        .any(|(known, paths, ..)| *known == status && (paths.is_empty() || paths.contains(&path)))
}

#[test]
fn every_declared_status_is_one_that_the_server_gives() {
    let all = described();
    let mut seen = Seen::default();
    provoke_by_the_server(&all, &mut seen);
    provoke_by_the_call(&all, &mut seen);
    bytes::provoke(&all, &mut seen);
    let mut unseen = Vec::new();
    for Described { method, path, statuses, has_example, .. } in &all {
        for status in statuses {
            let is_seen = seen.0.contains(&(method.clone(), path.clone(), *status))
                || (*status == 200 && *has_example)
                || is_in_a_unit_test(path, *status);
            if !is_seen {
                unseen.push(format!("{method} {path} {status}"));
            }
        }
    }
    assert!(
        unseen.is_empty(),
        "no test provokes these statuses. Take those that cannot occur out of `further` in src/api/document/responses.rs; \
         provoke the others in tests/it/description/statuses: {unseen:#?}"
    );
}

#[test]
fn the_unit_tests_that_provoke_statuses_exist() {
    for (_, _, file, name) in IN_UNIT_TESTS {
        let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        assert!(source.contains(&format!("#[test]\n    fn {name}()")), "{file} has no test {name}");
    }
}

/// The description lists operations that only FileCloud has, with the answer that this server
/// gives.
#[test]
fn operations_that_are_not_offered_answer_as_described() {
    let server = Server::start();
    let all = described();
    let catalogue = include_str!("../../../src/api/catalogue.tsv");
    let mut count = 0;
    for line in catalogue.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (Some(side), Some(name)) = (columns.next(), columns.next()) else { continue };
        let door = if side == "admin" { "admin" } else { "core" };
        let path = format!("/{door}/{name}");
        let known =
            all.iter().find(|described| described.path.eq_ignore_ascii_case(&path) && described.is_post());
        let known = known.unwrap_or_else(|| panic!("{path} is not in the description"));
        if known.operation.is_some() {
            continue;
        }
        for mut caller in [server.guest(), server.guest().in_json()] {
            let reply = caller.send(&known.sample());
            assert_eq!(reply.header("x-cloudlet-error"), Some("not-offered"), "{reply:?}");
            assert!(reply.declined().ends_with("is not offered."), "{path}");
        }
        count += 1;
    }
    assert!(count > 50, "{count} operations");
}
