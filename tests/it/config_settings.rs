//! Settings under FileCloud's names, and the checks before an administrator may change them.

use crate::harness::{Caller, Data, Element, Launch, Server};
use std::fs;

const DAYS: &str = "TONIDOCLOUD_SESSION_DAYS";
const LINKS: &str = "TONIDOCLOUD_LINKS_ALLOWED";
const QUOTA: &str = "TONIDOCLOUD_USER_QUOTA_GB";
const TOKEN: &str = "TONIDOCLOUD_METRICS_TOKEN";

fn get(admin: &mut Caller, names: &[&str]) -> Vec<Element> {
    let count = names.len().to_string();
    let params: Vec<String> = (0..names.len()).map(|at| format!("param{at}")).collect();
    let fields: Vec<(&str, &str)> = params.iter().map(String::as_str).zip(names.iter().copied()).collect();
    let reply = admin.administer("getconfigsetting", &[&[("count", &count[..])], &fields[..]].concat());
    reply.xml().children
}

fn value(admin: &mut Caller, name: &str) -> String {
    get(admin, &[name])[0].field("value").to_owned()
}

fn set(admin: &mut Caller, name: &str, value: &str) -> crate::harness::Reply {
    admin.administer("setconfigsetting", &[("count", "1"), ("param0", name), ("value0", value)])
}

#[test]
fn settings_are_told_by_their_names_and_unknown_ones_break_nothing() {
    let data = Data::with_accounts();
    let server = Launch::on(data).setting("CLOUDLET_METRICS_TOKEN", "kept-from-all").start();
    let mut admin = server.admin();
    let names = [
        DAYS,
        "TONIDOCLOUD_NOT_KNOWN",
        LINKS,
        TOKEN,
        "TONIDOCLOUD_ADMIN_PASSWORD",
        "",
        "TONIDOCLOUD_STORAGE_IMPLEMENTATION",
    ];
    let told = get(&mut admin, &names);
    let fields: Vec<_> = told
        .iter()
        .map(|one| {
            (
                one.children[0].text.as_str(),
                one.children[1].text.as_str(),
                one.field("isvalid"),
                one.field("ischangeable"),
            )
        })
        .collect();
    assert_eq!(
        fields,
        [
            (DAYS, "30", "1", "1"),
            ("TONIDOCLOUD_NOT_KNOWN", "", "0", "0"),
            (LINKS, "1", "1", "1"),
            (TOKEN, "", "1", "0"),
            ("TONIDOCLOUD_ADMIN_PASSWORD", "", "1", "0"),
            ("", "", "0", "0"),
            ("TONIDOCLOUD_STORAGE_IMPLEMENTATION", "local", "1", "0"),
        ]
    );
    let short = admin.administer("getconfigsetting", &[("count", "2"), ("param0", DAYS)]).declined();
    assert!(short.contains("param1 is missing"), "{short}");
    for count in ["0", "201", "-1", "x"] {
        assert!(
            admin
                .administer("getconfigsetting", &[("count", count), ("param0", DAYS)])
                .declined()
                .contains("count")
        );
    }
    let one =
        admin.administer("getconfigsetting", &[("count", "1"), ("param0", DAYS), ("param1", LINKS)]).xml();
    assert_eq!(one.children.len(), 1, "as many as the call says");
}

#[test]
fn settings_change_all_or_none_and_go_back_to_their_defaults() {
    let server = Server::start();
    let mut admin = server.admin();
    let two = [("count", "2"), ("param0", DAYS), ("value0", "9"), ("param1", LINKS), ("value1", "false")];
    admin.administer("setconfigsetting", &two).done();
    assert_eq!((value(&mut admin, DAYS), value(&mut admin, LINKS)), ("9".into(), "0".into()));
    let listed = admin.administer("getsettings", &[]).xml();
    let links = listed.children.iter().find(|one| one.field("name") == "links_allowed").unwrap();
    assert_eq!((links.field("value"), links.field("source")), ("no", "portal"), "it is the same setting");
    for (name, wrong) in [
        (DAYS, "never"),
        ("TONIDOCLOUD_NOT_KNOWN", "1"),
        ("TONIDOCLOUD_LISTEN", "1.2.3.4:5"),
        ("TONIDOCLOUD_ADMIN_PASSWORD", "x"),
        (QUOTA, "much"),
    ] {
        let fields =
            [("count", "2"), ("param0", LINKS), ("value0", "1"), ("param1", name), ("value1", wrong)];
        assert_eq!(admin.administer("setconfigsetting", &fields).status, 400, "{name}");
        assert_eq!(value(&mut admin, LINKS), "0", "nothing is changed with {name}");
    }
    set(&mut admin, QUOTA, "5").done();
    let policy = admin.administer("getpolicyforuser", &[("username", "bob")]).text().to_owned();
    assert!(policy.contains(&format!("<key>{QUOTA}</key><value>5</value>")), "{policy}");
    set(&mut admin, TOKEN, "a-secret-token").done();
    admin.administer("clearconfigsetting", &[("count", "1"), ("param0", DAYS)]).done();
    assert_eq!(value(&mut admin, DAYS), "30");
    admin.administer("clearallconfigsetting", &[]).done();
    assert_eq!(
        (value(&mut admin, LINKS), value(&mut admin, QUOTA)),
        ("1".into(), "5".into()),
        "the default policy stays"
    );
    let rows = admin.audit(&[("operation", "setconfigsetting")]);
    let log = format!("{rows:?} {}", server.log());
    assert!(log.contains(TOKEN) && !log.contains("a-secret-token"), "{log}");
}

#[test]
fn checks_are_no_oracle_for_files_and_ask_nobody() {
    let (data, more) = (Data::with_accounts(), Data::empty());
    fs::create_dir_all(more.path("music")).unwrap();
    let launch = Launch::on(data).setting("CLOUDLET_EXTERNAL_ROOTS", more.path("").display());
    let server = launch.setting("CLOUDLET_HOST_NAMES", "cloud.example.org").start();
    let mut admin = server.admin();
    let music = more.path("music").display().to_string();
    admin.administer("checksettingpath", &[("path", &music)]).done();
    admin.administer("checkstoragesetting", &[("storagetype", "local"), ("path", &music)]).done();
    let data = server.data().path("").display().to_string();
    let outside = [
        "/etc/passwd",
        "/etc",
        "/nothing/of/that/name",
        "/home/anna/.ssh",
        "relative",
        "",
        "/",
        &data,
        "/proc/self/environ",
    ];
    let mut answers: Vec<String> = Vec::new();
    for path in outside {
        answers.push(admin.administer("checksettingpath", &[("path", path)]).declined());
        answers.push(
            admin.administer("checkstoragesetting", &[("storagetype", "local"), ("path", path)]).declined(),
        );
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(
        admin
            .administer("checkstoragesetting", &[("storagetype", "amazons3")])
            .declined()
            .contains("local disks")
    );
    for (url, is_fine) in [
        ("https://cloud.example.org/", true),
        ("http://nas.local:8080", true),
        ("http://192.168.1.20", true),
        ("https://evil.example.net/", false),
        ("ftp://cloud.example.org", false),
        ("cloud.example.org", false),
        ("", false),
    ] {
        assert_eq!(
            admin.administer("checkserverurl", &[("urlpath", url)]).result(),
            i64::from(is_fine),
            "{url}"
        );
    }
}
