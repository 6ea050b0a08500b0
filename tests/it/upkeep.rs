//! Information for administrators: what the cloud stores, on which volumes, and what checks have
//! found.

use crate::harness::{Caller, Data, Element, Launch, Server, cloudlet, may_mount, noise};
use std::fs;
use std::time::{Duration, Instant};

fn asked(alice: &mut Caller, operation: &str) -> Element {
    alice.administer(operation, &[]).xml()
}

/// The record of an answer that has this value in a field.
fn record<'a>(answer: &'a Element, name: &str, field: &str, value: &str) -> &'a Element {
    let found = answer.all(name).find(|record| record.field(field) == value);
    found.unwrap_or_else(|| panic!("no {name} with {field} {value} in {answer:?}"))
}

fn kinds(answer: &Element) -> Vec<(String, i64, i64)> {
    let told = |kind: &Element| (kind.field("kind").to_owned(), kind.number("bytes"), kind.number("files"));
    answer.all("kind").map(told).collect()
}

/// Waits until no check is running, and returns the answer about the checks.
fn checked(alice: &mut Caller) -> Element {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let answer = asked(alice, "getchecks");
        if answer.child("meta").number("isrunning") == 0 {
            return answer;
        }
        assert!(Instant::now() < end, "the check does not end: {answer:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_is_stored_is_told_by_kind_and_by_account() {
    let server = Server::start();
    let (mut alice, mut bob) = (server.admin(), server.user("bob"));
    bob.core("createfolder", &[("path", "/bob"), ("name", "deep")]).done();
    bob.upload("/bob/deep", "kept", &noise(1, 30_000)).ok();
    bob.upload("/bob/deep", "kept", &noise(2, 20_000)).ok();
    bob.upload("/bob", "gone", &noise(3, 7_000)).ok();
    bob.core("deletefile", &[("path", "/bob"), ("name", "gone")]).done();
    server.user("bobby").upload("/bobby", "hers", &noise(4, 500)).ok();

    let answer = asked(&mut alice, "getstorage");
    let found = kinds(&answer);
    assert_eq!(
        found[..3],
        [("files".to_owned(), 20_500, 2), ("versions".to_owned(), 30_000, 1), ("bin".to_owned(), 7_000, 1),]
    );
    assert_eq!((found[3].0.as_str(), found[4].clone()), ("thumbnails", ("uploads".to_owned(), 0, 0)));
    assert!(found[5].0 == "database" && found[5].1 > 100_000, "{found:?}");
    assert_eq!(answer.child("meta").number("iscomplete"), 0, "nobody has looked into every folder yet");

    let answer = asked(&mut alice, "getstoragebyuser");
    let fields = ["livebytes", "livefiles", "versionsbytes", "binbytes", "incompletebytes", "totalbytes"];
    for (name, wanted) in [
        ("alice", [0, 0, 0, 0, 0, 0]),
        ("bob", [20_000, 1, 30_000, 7_000, 0, 57_000]),
        ("bobby", [500, 1, 0, 0, 0, 500]),
    ] {
        let usage = record(&answer, "usage", "username", name);
        assert_eq!(fields.map(|field| usage.number(field)), wanted, "{name}");
        // A count that walks through the disk gives the same numbers.
        let walked = alice.administer("getuserusage", &[("username", name)]).xml();
        assert_eq!(fields.map(|field| walked.child("usage").number(field)), wanted, "{name}");
    }
    let stats = asked(&mut alice, "getstats");
    let stat = stats.child("stat");
    assert_eq!((stat.number("totalfiles"), stat.number("totalsizebytes")), (2, 20_500));

    for operation in ["getstorage", "getstoragebyuser", "getvolumes", "getchecks", "startcheck"] {
        bob.administer(operation, &[]).failed(401);
    }
}

#[test]
fn volumes_tell_their_room_and_how_near_its_end_is() {
    if !may_mount() {
        return;
    }
    let mut data = Data::empty();
    data.mount("", 64 << 20);
    data.fill();
    let server = Launch::on(data).setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 10).start();
    let (mut alice, mut bob) = (server.admin(), server.user("bob"));
    let told = |alice: &mut Caller| {
        let answer = asked(alice, "getvolumes");
        assert_eq!(answer.child("meta").number("total"), 1);
        answer.child("volume").clone()
    };
    let volume = told(&mut alice);
    let text = ["state", "filesystem", "capabilities", "fullness", "reason"].map(|field| volume.field(field));
    assert_eq!(
        text,
        [
            "online",
            "tmpfs",
            "case,permissions,hardlinks,dates,swap,locks,namesync,forms,replace,filesync,holes",
            "fine",
            ""
        ]
    );
    assert_eq!(volume.field("path"), server.data().file("").display().to_string().trim_end_matches('/'));
    assert_eq!(volume.field("id").len(), 24);
    let (total, free) = (volume.number("totalbytes"), volume.number("freebytes"));
    assert!(total == 64 << 20 && free > 50 << 20, "{volume:?}");

    fs::write(server.data().file("/bob/large"), noise(5, 45 << 20)).unwrap();
    assert_eq!(told(&mut alice).field("fullness"), "nearly", "19 MB are less than twice 10");
    fs::write(server.data().file("/bob/more"), noise(6, 10 << 20)).unwrap();
    let volume = told(&mut alice);
    assert_eq!(volume.field("fullness"), "full");
    assert!(volume.number("freebytes") < 10 << 20, "{volume:?}");
    bob.upload("/bob", "one too many", b"x").refused();
}

#[test]
fn a_check_is_remembered_whoever_made_it() {
    let mut server = Server::start();
    let (mut alice, mut bob) = (server.admin(), server.user("bob"));
    bob.upload("/bob", "file", &noise(7, 40_000)).ok();
    let answer = asked(&mut alice, "getchecks");
    assert_eq!(answer.all("check").count(), 0);
    let meta = ["isrunning", "deepcheckdays", "nextdeepepochutc", "lastbackupepochutc"];
    assert_eq!(meta.map(|field| answer.child("meta").number(field)), [0, 0, 0, 0]);

    alice.administer("startcheck", &[("deep", "1")]).done();
    let answer = checked(&mut alice);
    let check = record(&answer, "check", "kind", "deep");
    assert_eq!(["username", "failure", "findings"].map(|field| check.field(field)), ["alice", "", ""]);
    let counts = ["files", "compared", "taken", "mended", "wrong"].map(|field| check.number(field));
    assert_eq!(counts, [1, 1, 0, 0, 0]);
    assert!(check.number("endedepochutc") >= check.number("beganepochutc"));

    // The command line runs a check beside the server. It finds a file in the bin's directory
    // without a row.
    fs::write(server.data().file("/.cloudlet/trash/0123456789abcdef01234567"), "x").unwrap();
    cloudlet(server.data(), &["check"], "").failed();
    server.kill();
    server.start_again();
    alice.follow(&server);
    let answer = asked(&mut alice, "getchecks");
    let quick = record(&answer, "check", "kind", "quick");
    assert_eq!((quick.field("username"), quick.number("wrong")), ("(console)", 1));
    let sentence = "recycle bin: 0123456789abcdef01234567 lies on the disk without a row";
    assert_eq!(quick.field("findings"), sentence);
    assert_eq!(record(&answer, "check", "kind", "deep").field("username"), "alice", "of each kind the last");
    let row = &alice.audit(&[("operation", "check"), ("outcome", "failed")])[0];
    assert_eq!((row.field("username"), row.field("object")), ("(console)", "quick"));
}

#[test]
fn the_schedule_of_deep_checks_is_a_setting_and_only_one_check_runs() {
    let server = Server::start();
    let mut alice = server.admin();
    alice.administer("setsetting", &[("name", "deep_check_days"), ("value", "30")]).done();
    alice.administer("startcheck", &[("deep", "1")]).done();
    let answer = checked(&mut alice);
    let began = record(&answer, "check", "kind", "deep").number("beganepochutc");
    let meta = answer.child("meta");
    assert_eq!((meta.number("deepcheckdays"), meta.number("nextdeepepochutc")), (30, began + 30 * 24 * 3600));

    // A check looks at each finding twice, so this one takes a while.
    fs::write(server.data().file("/.cloudlet/trash/0123456789abcdef01234567"), "x").unwrap();
    alice.administer("startcheck", &[]).done();
    assert!(alice.administer("startcheck", &[]).refused().contains("under way already"));
    let meta = asked(&mut alice, "getchecks");
    assert_eq!((meta.child("meta").number("isrunning"), meta.child("meta").number("isdeep")), (1, 0));
    assert_eq!(record(&checked(&mut alice), "check", "kind", "quick").number("wrong"), 1);
}

#[test]
fn the_audit_log_can_be_read_without_what_only_read() {
    let server = Server::start();
    let (mut alice, mut bob) = (server.admin(), server.user("bob"));
    bob.upload("/bob", "file", b"x").ok();
    bob.list("/bob");
    bob.download("/bob/file").holds(b"x");
    assert_eq!(bob.download("/alice/file").status, 403);
    cloudlet(server.data(), &["check"], "").succeeded();
    let operations = |rows: &[Element]| -> Vec<String> {
        rows.iter().map(|row| format!("{} {}", row.field("operation"), row.field("outcome"))).collect()
    };
    let of_bob = operations(&alice.audit(&[("username", "bob"), ("changes", "1")]));
    assert_eq!(of_bob, ["downloadfile forbidden", "upload ok", "loginguest ok"]);
    let all = operations(&alice.audit(&[("changes", "1")]));
    assert!(all.contains(&"check ok".to_owned()), "what no caller of the API does is a change: {all:?}");
    assert!(!all.contains(&"getaudit ok".to_owned()));
    assert!(operations(&alice.audit(&[("username", "bob")])).contains(&"getfilelist ok".to_owned()));
    // The answer contains the total number of rows, and the export has the same rows.
    let page = alice.administer("getaudit", &[("username", "bob"), ("changes", "1"), ("limit", "1")]).xml();
    assert_eq!((page.child("meta").number("total"), page.all("log").count()), (3, 1));
    let csv = alice.administer("exportaudit", &[("username", "bob"), ("changes", "1")]);
    assert_eq!(csv.text().lines().count(), 4, "{}", csv.text());
}
