//! `cloudlet user ...` before a server has run, while it runs, and after it has stopped.

use crate::harness::{Data, PASSWORD, Server, cloudlet, names, wait_until};
use std::time::Duration;

fn add(data: &Data, arguments: &[&str], input: &str) -> crate::harness::Finished {
    cloudlet(data, &[&["user", "add"], arguments, &["--password-stdin"]].concat(), input)
}

#[test]
fn an_account_is_made_listed_and_signs_in() {
    let data = Data::empty();
    let input = format!("{PASSWORD}\n");
    add(&data, &["Anna", "--admin", "--email", "Anna@Example.org"], &input).succeeded();
    add(&data, &["zo\u{eb}"], &input).succeeded();
    let said = cloudlet(&data, &["user", "list"], "").succeeded();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines, ["anna\tfull\tadmin\tanna@example.org", "zo\u{eb}\tfull"]);
    assert_eq!(names(&data.file("/")), [".cloudlet", "anna", "zo\u{eb}"]);
    let server = crate::harness::Launch::on(data).start();
    server.user("anna@example.org");
    server.user("ZO\u{cb}");
    let mut admin = server.guest();
    admin.sign_in_as_admin("anna");
}

#[test]
fn a_name_or_address_that_is_taken_or_impossible_is_refused() {
    let data = Data::with_accounts();
    let input = format!("{PASSWORD}\n");
    add(&data, &["carol", "--email", "carol@example.org"], &input).succeeded();
    for (arguments, named) in [
        (&["bob"][..], "bob"),
        (&["BOB"], "bob"),
        (&["dora", "--email", "CAROL@example.org"], "e-mail"),
        (&["dora", "--email", "nonsense"], "e-mail"),
        (&["../dora"], "name"),
        (&[".cloudlet"], "name"),
        (&["shared"], "shared"),
        (&["a b"], "name"),
    ] {
        let said = add(&data, arguments, &input).failed();
        assert!(said.contains(named), "{arguments:?}: {said}");
    }
    assert_eq!(cloudlet(&data, &["user", "list"], "").succeeded().lines().count(), 4);
    assert_eq!(names(&data.file("/")).len(), 5);
}

#[test]
fn the_password_is_the_first_line_of_the_input() {
    let data = Data::empty();
    for (name, input, password) in [
        ("unix", "with blanks \u{e4} in it \nsecond line\n", "with blanks \u{e4} in it "),
        ("windows", "eight or more\r\n", "eight or more"),
        ("without", "no line end", "no line end"),
    ] {
        add(&data, &[name, "--admin"], input).succeeded();
        let server = crate::harness::Launch::on(Data::empty()).start();
        drop(server);
        let list = cloudlet(&data, &["user", "list"], "").succeeded();
        assert!(list.contains(name) && !list.contains(password), "{list}");
    }
    for input in ["", "\n", "short\n", "\u{e4}\u{e4}\u{e4}\u{e4}\n", &format!("{}\n", "x".repeat(2000))] {
        add(&data, &["dora"], input).failed();
    }
    let said = cloudlet(&data, &["user", "add", "dora"], "the password\n").was_misused();
    assert!(said.contains("--password-stdin"), "{said}");
    let server = crate::harness::Launch::on(data).start();
    for (name, password) in
        [("unix", "with blanks \u{e4} in it "), ("windows", "eight or more"), ("without", "no line end")]
    {
        server.guest().core("loginguest", &[("userid", name), ("password", password)]).done();
    }
}

#[test]
fn accounts_change_beside_the_running_server() {
    let server = Server::start();
    let sign_in = |password: &str| {
        server.guest().core("loginguest", &[("userid", "carol"), ("password", password)]).result()
    };
    let input = format!("{PASSWORD}\n");
    add(server.data(), &["carol"], &input).succeeded();
    assert_eq!(sign_in(PASSWORD), 1);
    cloudlet(server.data(), &["user", "password", "Carol", "--password-stdin"], "another battery staple\n")
        .succeeded();
    assert_eq!((sign_in(PASSWORD), sign_in("another battery staple")), (0, 1));
    cloudlet(server.data(), &["user", "disable", "carol"], "").succeeded();
    assert_eq!(sign_in("another battery staple"), 0);
    cloudlet(server.data(), &["user", "enable", "carol"], "").succeeded();
    assert_eq!(sign_in("another battery staple"), 1);
    cloudlet(server.data(), &["user", "delete", "carol"], "").succeeded();
    assert_eq!(sign_in("another battery staple"), 0);
    assert_eq!(names(&server.data().file("/")), [".cloudlet", "alice", "bob", "bobby"]);
}

#[test]
fn an_unknown_account_is_named_as_such() {
    let data = Data::with_accounts();
    for command in ["password", "disable", "enable", "delete"] {
        let arguments = ["user", command, "nobody", "--password-stdin"];
        let arguments = if command == "password" { &arguments[..] } else { &arguments[..3] };
        let said = cloudlet(&data, arguments, &format!("{PASSWORD}\n")).failed();
        assert!(said.contains("no such user"), "{command}: {said}");
    }
}

#[test]
fn the_last_administrator_cannot_be_lost() {
    let data = Data::with_accounts();
    for command in ["disable", "delete"] {
        let said = cloudlet(&data, &["user", command, "alice"], "").failed();
        assert!(said.contains("admin"), "{command}: {said}");
    }
    assert!(names(&data.file("/")).contains(&"alice".to_owned()), "and the files stay");
    let input = format!("{PASSWORD}\n");
    add(&data, &["anna", "--admin"], &input).succeeded();
    cloudlet(&data, &["user", "disable", "alice"], "").succeeded();
    cloudlet(&data, &["user", "delete", "anna"], "").failed();
}

#[test]
fn a_deleted_accounts_files_lie_in_the_bin() {
    let server = Server::start();
    server.user("bob").upload("/bob", "file", b"content").ok();
    cloudlet(server.data(), &["user", "delete", "bob"], "").succeeded();
    let bin = server.data().file("/.cloudlet/trash");
    assert_eq!(names(&bin).len(), 1);
    assert_eq!(std::fs::read(bin.join(&names(&bin)[0]).join("file")).unwrap(), b"content");
    cloudlet(server.data(), &["check"], "").succeeded();
    // A new account with the same name finds nothing of the removed one.
    add(server.data(), &["bob"], &format!("{PASSWORD}\n")).succeeded();
    wait_until("the new account can sign in", Duration::from_secs(2), || {
        server.guest().core("loginguest", &[("userid", "bob"), ("password", PASSWORD)]).result() == 1
    });
    assert!(server.user("bob").list_names("/bob").is_empty());
}
