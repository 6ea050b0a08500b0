//! `Cookie` headers in the forms that scripts make from `Set-Cookie` headers.

use crate::harness::{Caller, PASSWORD, Reply, Request, Server, encoded};

/// The `Set-Cookie` headers of a sign-in, with their attributes.
fn set_cookies(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.result(), 1, "{reply:?}");
    reply.headers("set-cookie").map(str::to_owned).collect()
}

fn user_cookies(server: &Server, name: &str) -> Vec<String> {
    set_cookies(&server.guest().core("loginguest", &[("userid", name), ("password", PASSWORD)]))
}

fn admin_cookies(server: &Server) -> Vec<String> {
    let fields = [("adminuser", "alice"), ("adminpassword", PASSWORD)];
    set_cookies(&server.guest().administer("adminlogin", &fields))
}

/// The headers that scripts make from these cookies, each form with a name.
fn headers(cookies: &[String]) -> Vec<(&'static str, Vec<String>)> {
    let pairs: Vec<&str> = cookies.iter().filter_map(|cookie| cookie.split(';').next()).collect();
    let dated: Vec<String> =
        cookies.iter().map(|cookie| format!("{cookie}; expires=Sat, 01 Jan 2050 00:00:00 GMT")).collect();
    vec![
        ("-join ','", vec![cookies.join(",")]),
        ("as 5.1 joins them", vec![cookies.join(", ")]),
        ("interpolated in 7", vec![cookies.join(" ")]),
        ("-join '; '", vec![cookies.join("; ")]),
        ("a list in 7", cookies.to_vec()),
        ("with dates", vec![dated.join(",")]),
        ("the pairs alone", vec![pairs.join("; ")]),
        ("twice, as header and as web session", vec![format!("{}; {}", cookies.join(","), pairs.join("; "))]),
    ]
}

fn send(server: &Server, target: &str, lines: &[String]) -> Reply {
    let request = Request::get(target);
    server.guest().send(&lines.iter().fold(request, |request, line| request.header("Cookie", line)))
}

#[test]
fn set_cookie_headers_sent_back_as_they_came_are_the_session() {
    let server = Server::start();
    let (user, admin) = (user_cookies(&server, "bob"), admin_cookies(&server));
    for (what, lines) in headers(&user) {
        let info = send(&server, "/core/getauthenticationinfo", &lines).xml();
        assert_eq!(info.child("info").field("profile"), "bob", "{what}: {lines:?}");
        assert_eq!(send(&server, "/admin/getauthstatus", &lines).result(), 0, "{what}: {lines:?}");
    }
    for (what, lines) in headers(&admin) {
        assert_eq!(send(&server, "/admin/getauthstatus", &lines).result(), 1, "{what}: {lines:?}");
    }
    // One header contains both sessions of a person.
    for (what, lines) in headers(&[user, admin].concat()) {
        assert_eq!(send(&server, "/admin/getauthstatus", &lines).result(), 1, "{what}: {lines:?}");
        assert_eq!(send(&server, "/core/getprofilesettings", &lines).status, 200, "{what}: {lines:?}");
    }
}

#[test]
fn set_cookie_headers_of_a_link_with_a_password_open_it_too() {
    let mut ground = crate::links::ground();
    let word = "open sesame 77";
    let link = ground.link("/bob/Holiday", &[("sharepassword", word)]);
    let fields = [("path", link.path.as_str()), ("password", word), ("fullquerystring", "x")];
    let share = set_cookies(&ground.guest().core("loginprotectedshare", &fields));
    let user = user_cookies(&ground.server, "bobby");
    let target = format!("/core/downloadfile?filepath={}", encoded(format!("{}/a.txt", link.path)));
    for (what, lines) in headers(&share).into_iter().chain(headers(&[user.clone(), share.clone()].concat())) {
        assert_eq!(send(&ground.server, &target, &lines).text(), "one", "{what}: {lines:?}");
    }
    // The session of a user alone does not open a protected link.
    for (what, lines) in headers(&user) {
        assert_ne!(send(&ground.server, &target, &lines).status, 200, "{what}: {lines:?}");
    }
}

#[test]
fn what_is_no_list_of_cookies_is_nobody() {
    let server = Server::start();
    let cookies = user_cookies(&server, "bob");
    // PowerShell 7 sends this text if a list is given as a header. The second header has names that
    // only end like the right ones.
    for line in
        ["System.String[]".to_owned(), cookies.join(",").replace("tonido-login-", "not-tonido-login-")]
    {
        send(&server, "/core/getprofilesettings", &[line]).failed(401);
    }
}

#[test]
fn a_header_with_two_different_sessions_is_nobody_who_can_still_sign_in() {
    let server = Server::start();
    let (bob, bobby) = (user_cookies(&server, "bob"), user_cookies(&server, "bobby"));
    let both = [bob.as_slice(), &bobby].concat();
    for (what, lines) in headers(&both) {
        send(&server, "/core/getprofilesettings", &lines).failed(401);
        let mut caller: Caller = server.guest();
        let fields = [("userid", "bob"), ("password", PASSWORD)];
        let request = lines
            .iter()
            .fold(Request::post("/core/loginguest", &fields), |request, line| request.header("Cookie", line));
        assert_eq!(caller.send(&request).result(), 1, "{what}");
    }
}
