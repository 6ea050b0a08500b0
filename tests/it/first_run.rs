//! The first run: there is no account yet, and a one-time code on the console allows one set-up.

use crate::harness::{Caller, Data, Launch, PASSWORD, Reply, Server, cloudlet, joined, wait_until};
use std::time::Duration;

fn empty_cloud() -> Server {
    Launch::on(Data::empty()).start()
}

/// The code that the server printed after its address.
fn code(server: &Server) -> String {
    const MARK: &str = "one-time code: ";
    wait_until("the server prints a code", Duration::from_secs(5), || {
        server.log().split_once(MARK).is_some_and(|(_, rest)| rest.contains('\n'))
    });
    let log = server.log();
    let code = log.split(MARK).nth(1).unwrap_or("");
    code.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect()
}

fn set_up(caller: &mut Caller, code: &str, name: &str, password: &str) -> Reply {
    caller.core("setup", &[("code", code), ("userid", name), ("password", password)])
}

fn accounts(server: &Server) -> usize {
    cloudlet(server.data(), &["user", "list"], "").succeeded().lines().count()
}

#[test]
fn a_cloud_without_accounts_prints_a_code_and_shows_a_page() {
    let server = empty_cloud();
    let code = code(&server);
    let groups: Vec<&str> = code.split('-').collect();
    assert_eq!(groups.len(), 3, "{code}");
    assert!(
        groups.iter().all(|group| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_alphanumeric())),
        "{code}"
    );

    let page = server.guest().get("/");
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{page:?}");
    assert!(page.text().to_ascii_lowercase().contains("<html"), "{page:?}");
    assert!(!page.text().contains(&code), "the page must not show the code");
}

#[test]
fn the_right_code_creates_the_first_administrator_and_works_once() {
    let server = empty_cloud();
    let mut caller = server.guest();
    let awaits_set_up =
        |caller: &mut Caller| caller.get("/core/serverinfo").xml().child("server").number("awaitssetup");
    assert_eq!(awaits_set_up(&mut caller), 1);
    set_up(&mut caller, &code(&server), "First", PASSWORD).done();
    assert_eq!(awaits_set_up(&mut caller), 0);

    caller.sign_in("first");
    assert!(caller.is_signed_in());
    let mut admin = server.guest();
    admin.sign_in_as_admin("first");
    assert!(admin.is_admin());

    let message = set_up(&mut server.guest(), &code(&server), "second", PASSWORD).refused();
    assert!(message.contains("set up already"), "{message}");
    assert_eq!(accounts(&server), 1);
}

#[test]
fn a_code_may_be_typed_with_capitals_and_blanks() {
    let server = empty_cloud();
    let typed = format!(" {} ", code(&server).to_uppercase().replace('-', " "));
    set_up(&mut server.guest(), &typed, "first", PASSWORD).done();
}

#[test]
fn a_wrong_code_creates_nobody_and_guessing_is_slowed_down() {
    let server = empty_cloud();
    let mut caller = server.guest();
    let right = code(&server);
    for wrong in ["", "aaaa-aaaa-aaaa", &right[..9], &format!("{right}a"), "'; --"] {
        set_up(&mut caller, wrong, "first", PASSWORD).refused();
    }
    set_up(&mut caller, &right, "first", "short").refused();
    set_up(&mut caller, &right, "../first", PASSWORD).refused();
    assert_eq!(accounts(&server), 0);

    let messages: Vec<String> =
        (0..9).map(|_| set_up(&mut caller, "aaaa-aaaa-aaaa", "first", PASSWORD).refused()).collect();
    assert!(messages.last().unwrap().contains("wait"), "{messages:?}");
    let message = set_up(&mut caller, &right, "first", PASSWORD).refused();
    assert!(message.contains("wait"), "the right code is no way around the wait: {message}");
}

#[test]
fn guesses_of_strangers_do_not_hold_up_the_right_code() {
    let server = Launch::on(Data::empty()).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.1").start();
    let from = |address: &str| server.guest().always("X-Forwarded-For", address);
    for number in 0..100 {
        let mut stranger = from(&format!("10.0.0.{number}"));
        let message = set_up(&mut stranger, "aaaa-aaaa-aaaa", "first", PASSWORD).refused();
        assert!(!message.contains("wait"), "{message}");
    }
    set_up(&mut from("192.0.2.7"), &code(&server), "first", PASSWORD).done();
}

#[test]
fn of_several_set_ups_at_once_only_one_succeeds() {
    let server = empty_cloud();
    let code = code(&server);
    let results: Vec<i64> = std::thread::scope(|scope| {
        let set_ups: Vec<_> = (0..6)
            .map(|number| {
                let (mut caller, code) = (server.guest(), &code);
                scope.spawn(move || set_up(&mut caller, code, &format!("first{number}"), PASSWORD).result())
            })
            .collect();
        set_ups.into_iter().map(|set_up| joined(set_up.join())).collect()
    });
    assert_eq!(results.iter().sum::<i64>(), 1, "{results:?}");
    assert_eq!(accounts(&server), 1);
}

#[test]
fn every_start_without_accounts_has_a_code_of_its_own() {
    let mut server = empty_cloud();
    let first = code(&server);
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    assert_ne!(code(&server), first);
    set_up(&mut server.guest(), &first, "first", PASSWORD).refused();
}

#[test]
fn an_account_from_the_command_line_ends_the_set_up() {
    let server = empty_cloud();
    let code = code(&server);
    let input = format!("{PASSWORD}\n");
    cloudlet(server.data(), &["user", "add", "first", "--admin", "--password-stdin"], &input).succeeded();
    let message = set_up(&mut server.guest(), &code, "second", PASSWORD).refused();
    assert!(message.contains("set up already"), "{message}");
    server.user("first");
}

#[test]
fn a_cloud_with_accounts_prints_no_code_and_takes_none() {
    let server = Server::start();
    assert!(!server.log().contains("one-time code"), "{}", server.log());
    for code in ["", "aaaa-aaaa-aaaa"] {
        set_up(&mut server.guest(), code, "mallory", PASSWORD).refused();
    }
    let page = server.guest().get("/");
    assert_eq!(page.status, 200, "{page:?}");
}
