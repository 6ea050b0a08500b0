//! Lists of accounts as CSV. A list is read, each wrong line is refused, and an import is done
//! completely or not at all.

use crate::harness::{Caller, Element, Multipart, PASSWORD, Reply, Request, Server};

fn import(admin: &mut Caller, list: &[u8], is_dry: bool) -> Reply {
    let body = Multipart::new().file("file", "users.csv", list);
    let target = if is_dry { "/admin/import?dryrun=1" } else { "/admin/import" };
    admin.send(&Request::multipart(target, body))
}

fn names(admin: &mut Caller) -> Vec<String> {
    let users = admin.administer("search", &[("keyword", "")]).xml();
    users.all("user").map(|user| user.field("username").to_owned()).collect()
}

fn faults(reply: &Reply) -> Vec<(i64, String)> {
    let lines = reply.xml();
    let with_fault = lines.all("import").filter(|line| !line.field("fault").is_empty());
    with_fault.map(|line| (line.number("line"), line.field("reason").to_owned())).collect()
}

fn user(admin: &mut Caller, name: &str) -> Element {
    admin.administer("getuser", &[("username", name)]).xml().child("user").clone()
}

#[test]
fn a_list_makes_accounts_and_comes_back_as_it_was() {
    let server = Server::start();
    let mut admin = server.admin();
    admin.administer("addgroup", &[("groupname", "Choir")]).xml().child("group");
    let list = format!(
        "\u{feff}username;E-Mail ID;Password;Display Name;Status;Expiration Date;Size in GB;Groups\r\n\
         dora;Dora@Example.org;{PASSWORD};\"Dora \"\"D\"\"; D.\";full;2199-12-31;1.5;Choir\r\n\
         eve;;;;guest;;;\r\n"
    );
    let tried = import(&mut admin, list.as_bytes(), true);
    let meta = tried.xml().child("meta").clone();
    assert_eq!((meta.number("total"), meta.number("faults"), meta.number("isdryrun")), (2, 0, 1));
    let links: Vec<i64> = tried.xml().all("import").map(|line| line.number("needslink")).collect();
    assert_eq!(links, [0, 1]);
    assert_eq!(names(&mut admin), ["alice", "bob", "bobby"], "a dry run changes nothing");
    import(&mut admin, list.as_bytes(), false).xml().child("meta");
    assert_eq!(names(&mut admin), ["alice", "bob", "bobby", "dora", "eve"]);
    let dora = user(&mut admin, "dora");
    assert_eq!(
        ["email", "displayname", "sizeingb", "adminstatus"].map(|name| dora.field(name)),
        ["dora@example.org", "Dora \"D\"; D.", "1.5", "0"]
    );
    assert!(dora.field("expirationdate").contains("2199"), "{dora:?}");
    assert_eq!(user(&mut admin, "eve").number("status"), 0);
    server.guest().sign_in("dora");
    for password in ["", " ", "eve"] {
        server.guest().core("loginguest", &[("userid", "eve"), ("password", password)]).refused();
    }
    let groups = admin.administer("getgroupsforuser", &[("username", "dora")]).xml();
    assert!(groups.all("group").any(|group| group.field("groupname") == "Choir"));

    let exported = admin.administer("exportusers", &[]);
    let text = exported.text().to_owned();
    assert!(
        text.starts_with("UserName,EmailID,Password,DisplayName,Status,ExpirationDate,SizeInGB,Groups\r\n")
    );
    assert!(!text.contains(PASSWORD) && !text.contains("argon2"), "{text}");
    for name in ["dora", "eve"] {
        admin.administer("deleteuser", &[("profile", name)]).done();
    }
    let head = text.lines().next().unwrap();
    let theirs = text.lines().filter(|line| line.starts_with("dora") || line.starts_with("eve"));
    let list: String = std::iter::once(head).chain(theirs).map(|line| format!("{line}\n")).collect();
    import(&mut admin, list.as_bytes(), false).xml().child("meta");
    assert_eq!(admin.administer("exportusers", &[]).text(), text);
}

#[test]
fn each_line_tells_its_own_fault_and_one_fault_keeps_all_out() {
    let server = Server::start();
    let mut admin = server.admin();
    admin.administer("updateuser", &[("profile", "bob"), ("email", "bob@example.org")]).done();
    let list = "UserName,EmailID,Password,DisplayName,Status,ExpirationDate,SizeInGB,Groups\n\
                dora,,,,,,,\n\
                a/b,,,,,,,\n\
                Bob,,,,,,,\n\
                DORA,,,,,,,\n\
                eve,bob@example.org,,,,,,\n\
                fay,no address,,,,,,\n\
                gus,,short,,,,,\n\
                hal,,,,boss,,,\n\
                ida,,,,,soon,,\n\
                jan,,,,,,much,\n\
                kim,,,,,,,Nobody\n\
                leo,,,,,,\n\
                mia,x@example.org,,,,,,\n\
                nia,X@example.org,,,,,,\n";
    let tried = import(&mut admin, list.as_bytes(), true);
    let wanted = [
        (3, "bad-user-name"),
        (4, "user-exists"),
        (5, "user-exists"),
        (6, "email-taken"),
        (7, "bad-email"),
        (8, "password-too-short"),
        (9, "not-one-of; words=full%2C%20guest%2C%20external%2C%20disabled"),
        (10, "not-a-date"),
        (11, "not-a-size"),
        (12, "not-found"),
        (13, "invalid"),
        (15, "email-taken"),
    ];
    assert_eq!(faults(&tried), wanted.map(|(line, word)| (line, word.to_owned())));
    let message = import(&mut admin, list.as_bytes(), false).refused();
    assert!(message.starts_with("Nothing was imported: 12 lines have faults. Line 3: "), "{message}");
    assert_eq!(names(&mut admin), ["alice", "bob", "bobby"]);
    assert!(admin.audit(&[("operation", "import")])[0].field("outcome") != "ok");
}

#[test]
fn what_is_no_list_is_refused_with_the_line_and_changes_nothing() {
    let server = Server::start();
    let mut admin = server.admin();
    let long: String = (0..100_000).map(|number| format!("u{number}\n")).collect();
    let cases: [(&[u8], &str); 11] = [
        (b"", "The list is empty."),
        (b"\r\n\n", "The list is empty."),
        (b"EmailID\nx@example.org\n", "Line 1: The column UserName is missing."),
        (b"UserName,Shoe size\n", "Line 1: There is no column \"Shoe size\"."),
        (b"UserName,user name\n", "Line 1: The column UserName is there twice."),
        (b"UserName\n\"dora\n", "Line 2: A quote is never closed."),
        (b"UserName\rdora\rev\"e\r", "Line 3: A field contains a quote"),
        (b"UserName\ndora\0\n", "Line 2: It holds a NUL byte."),
        (b"UserName\ncaf\xe9\n", "Line 2: It is not UTF-8 text."),
        (b"\xff\xfeU\0s\0e\0r\0", "Line 1: It is not UTF-8 text."),
        (long.as_bytes(), "Line 502: The list is too long. At most 500 accounts are imported at a time."),
    ];
    for (list, begin) in cases {
        let list = if list.len() > 1000 { [b"UserName\n", list].concat() } else { list.to_vec() };
        for is_dry in [true, false] {
            let message = import(&mut admin, &list, is_dry).refused();
            assert!(message.starts_with(begin), "{message}");
        }
    }
    let huge = vec![b'a'; 2 * 1024 * 1024];
    assert!(import(&mut admin, &huge, false).refused().contains("1048576 bytes"));
    let no_file = Request::multipart("/admin/import", Multipart::new().field("dryrun", "1"));
    assert!(admin.send(&no_file).refused().contains("no file"));
    assert_eq!(names(&mut admin), ["alice", "bob", "bobby"]);
}

#[test]
fn a_dry_run_is_one_wherever_the_form_says_so() {
    let server = Server::start();
    let mut admin = server.admin();
    let body = Multipart::new().file("file", "users.csv", b"UserName\ndora\n").field("dryrun", "1");
    let reply = admin.send(&Request::multipart("/admin/import", body));
    assert_eq!(reply.xml().child("meta").number("isdryrun"), 1);
    assert_eq!(names(&mut admin), ["alice", "bob", "bobby"]);
}

#[test]
fn lesser_administrators_import_within_their_rights() {
    let server = Server::start();
    let mut admin = server.admin();
    admin.administer("addgroup", &[("groupname", "Choir")]).xml().child("group");
    admin.administer("adduser", &[("username", "carl"), ("password", PASSWORD)]).done();
    admin.administer("setadminstatus", &[("profile", "carl"), ("adminstatus", "1")]).done();
    let lesser = [("username", "carl"), ("opname", "Groups"), ("read", "1")];
    admin.administer("setadminuserpolicy", &lesser).done();
    let mut carl = server.guest();
    carl.sign_in_as_admin("carl");
    import(&mut carl, b"UserName,Groups\ndora,Choir\n", false).refused();
    import(&mut carl, b"UserName,Groups\ndora,\n", false).xml().child("import");
    let lesser = [("username", "carl"), ("opname", "Users"), ("read", "1")];
    admin.administer("setadminuserpolicy", &lesser).done();
    import(&mut carl, b"UserName\neve\n", false).refused();
    import(&mut server.user("bob"), b"UserName\neve\n", false);
    assert_eq!(names(&mut admin), ["alice", "bob", "bobby", "carl", "dora"]);
}
