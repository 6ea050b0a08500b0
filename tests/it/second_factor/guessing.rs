//! Guessing codes. Whoever guesses is slowed down, and nobody else is locked out.

use super::{finish, switch_on, token, word};
use crate::harness::{Data, Launch, Server};

/// The number of wrong codes for an account from one address that need no wait.
const FREE: usize = 8;

#[test]
fn a_clock_that_is_off_is_told_and_no_code_of_it_counts() {
    let server = Server::start();
    let (app, _) = switch_on(&mut server.user("bob"));
    let mut caller = server.guest();
    let waiting = token(&mut caller, "bob");
    for distance in [-10, -4, 4, 15] {
        let reply = finish(&mut caller, "bob", &waiting, &app.code_at(distance));
        assert_eq!(word(&reply), "clock-off", "{distance}");
        assert!(reply.refused().contains("clock"));
    }
    assert_eq!(word(&finish(&mut caller, "bob", &waiting, &app.code_at(-200))), "wrong-code");
    assert!(!caller.is_signed_in());
}

#[test]
fn guesses_wait_for_themselves_and_whoever_has_signed_in_before_does_not() {
    let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.1").start();
    let from = |address: &str| server.guest().always("X-Forwarded-For", address);
    let mut home = from("192.168.7.1");
    home.sign_in("bob");
    let (mut app, _) = switch_on(&mut home);
    // The guesses come from many networks, with the correct password.
    for network in 0..6 {
        let mut stranger = from(&format!("10.0.{network}.1"));
        let waiting = token(&mut stranger, "bob");
        let words: Vec<String> = (0..FREE + 1)
            .map(|number| word(&finish(&mut stranger, "bob", &waiting, &format!("00000{number}"))))
            .collect();
        let first_wait = words.iter().position(|word| word.starts_with("wait; seconds="));
        // All networks together have forty guesses without a wait.
        assert!(
            first_wait.is_some_and(|at| at == FREE || (network == 5 && at < FREE)),
            "{network}: {words:?}"
        );
    }
    let mut at_home = from("192.168.7.1");
    let waiting = token(&mut at_home, "bob");
    finish(&mut at_home, "bob", &waiting, &app.code()).done();
    assert!(at_home.is_signed_in());
}

#[test]
fn a_sign_in_ends_after_ten_wrong_codes_and_of_many_the_last_ones_wait() {
    let server = Server::start();
    let (_, codes) = switch_on(&mut server.user("bob"));
    let tokens: Vec<String> = (0..9).map(|_| token(&mut server.guest(), "bob")).collect();
    assert_eq!(word(&finish(&mut server.guest(), "bob", &tokens[0], &codes[0])), "sign-in-ended");
    finish(&mut server.guest(), "bob", &tokens[1], &codes[0]).done();
    // A sign-in ends after ten wrong codes, even if they come from many networks, none of which has
    // to wait.
    let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.1").start();
    let mut home = server.user("bob");
    let (_, codes) = switch_on(&mut home);
    let waiting = token(&mut server.guest(), "bob");
    for number in 0..10 {
        let mut stranger = server.guest().always("X-Forwarded-For", &format!("10.1.{number}.1"));
        assert_eq!(word(&finish(&mut stranger, "bob", &waiting, "123123")), "wrong-code");
    }
    assert_eq!(word(&finish(&mut server.guest(), "bob", &waiting, &codes[0])), "sign-in-ended");
}
