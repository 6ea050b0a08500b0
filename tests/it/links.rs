//! Links: what visitors may do without an account, and what is refused.

mod browsers;
mod counting;
mod dead;
mod home;
mod hostile;
mod kinds;
mod passwords;
mod rules;
mod signed_in;
mod under_way;
mod uploads;

use crate::harness::{Caller, Data, Launch, Multipart, Reply, Request, Server, encoded, form};

/// A server on which bob has a folder with entries, and other entries beside it.
pub struct Ground {
    pub server: Server,
    pub bob: Caller,
}

/// A link that bob has made.
pub struct Link {
    /// The id of the share.
    pub id: String,
    /// The path of the link.
    pub path: String,
    /// The end of the short address.
    pub token: String,
}

/// A secret that no answer to a visitor may contain.
pub const SECRET: &[u8] = b"what nobody shares";

pub fn ground() -> Ground {
    ground_on(Launch::on(Data::with_accounts()))
}

pub fn ground_on(launch: Launch) -> Ground {
    let server = launch.start();
    let mut bob = server.user("bob");
    for (above, name) in [("/bob", "Holiday"), ("/bob/Holiday", "sea"), ("/bob", "Private")] {
        bob.core("createfolder", &[("path", above), ("name", name)]).done();
    }
    bob.upload("/bob/Holiday", "a.txt", b"one").ok();
    bob.upload("/bob/Holiday", "page.html", b"<script>alert(1)</script>").ok();
    bob.upload("/bob/Holiday", "draw.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>").ok();
    bob.upload("/bob/Holiday/sea", "b.txt", b"two").ok();
    bob.upload("/bob/Private", "c.txt", SECRET).ok();
    bob.upload("/bob", "beside.txt", SECRET).ok();
    Ground { server, bob }
}

impl Ground {
    /// Makes a link to an entry and changes it by `updateshare`.
    pub fn link(&mut self, path: &str, changes: &[(&str, &str)]) -> Link {
        link(&mut self.bob, path, changes)
    }

    pub fn change(&mut self, link: &Link, changes: &[(&str, &str)]) {
        let fields = [&[("shareid", link.id.as_str())], changes].concat();
        let reply = self.bob.core("updateshare", &fields).xml();
        assert_eq!(reply.child("share").field("shareid"), link.id);
    }

    pub fn guest(&self) -> Caller {
        self.server.guest()
    }
}

pub fn link(owner: &mut Caller, path: &str, changes: &[(&str, &str)]) -> Link {
    let share = owner.core("addshare", &[("sharelocation", path)]).xml();
    let id = share.child("share").field("shareid").to_owned();
    let fields = [&[("shareid", id.as_str()), ("allowpublicaccess", "1")], changes].concat();
    let shares = owner.core("updateshare", &fields).xml();
    let share = shares.child("share");
    let token = share.field("shareurl").rsplit('/').next().unwrap().to_owned();
    Link { path: share.field("linkpath").to_owned(), id, token }
}

/// Opens a short address and returns its target.
#[track_caller]
pub fn opened(caller: &mut Caller, token: &str) -> String {
    let reply = caller.get(&format!("/url/{token}"));
    assert_eq!(reply.status, 303, "{reply:?}");
    reply.header("location").unwrap().to_owned()
}

/// The request by which a visitor uploads a file, with the path in the address.
pub fn sent(path: &str, name: &str, content: &[u8], more: &[(&str, &str)]) -> Request {
    let fields = [
        &[("appname", "explorer"), ("path", path), ("filename", name), ("offset", "0"), ("complete", "1")],
        more,
    ]
    .concat();
    Request::multipart(&format!("/upload?{}", form(&fields)), Multipart::new().file("file", "x", content))
}

/// Checks that a call was refused and its answer reveals nothing.
#[track_caller]
pub fn refused(reply: &Reply) {
    let is_failure = reply.header("x-cloudlet-error").is_some();
    assert!(is_failure && reply.status != 500, "{reply:?}");
    for secret in [SECRET, b"one", b"c.txt", b"a.txt", b"/bob"] {
        assert!(!reply.body.windows(secret.len()).any(|window| window == secret), "{reply:?}");
    }
}

#[test]
fn a_visitor_lists_looks_and_downloads_what_a_link_gives() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[]);
    let mut guest = ground.guest();
    let names = ["sea", "a.txt", "draw.svg", "page.html"];
    assert_eq!(guest.list_names(&link.path), names);
    assert_eq!(guest.list_names(&format!("{}/sea", link.path)), ["b.txt"]);
    let entries = guest.list(&link.path);
    assert!(entries.iter().all(|entry| entry.field("path").starts_with(&link.path)));
    assert_eq!(guest.download(&format!("{}/sea/b.txt", link.path)).text(), "two");
    // The published scripts for PowerShell call it like this, some of them with the owner's name.
    let escaped = link.path.replace('!', "%21");
    let target = format!(
        "/core/downloadfile?disposition=attachment&filename=a.txt&filepath={escaped}/a.txt&redirect=1"
    );
    assert_eq!(guest.get(&target).text(), "one");
    let id = link.path.rsplit('/').next().unwrap();
    assert_eq!(guest.download(&format!("/SHARED/bob/{id}/a.txt")).text(), "one");
    let info = guest.core("fileinfo", &[("file", &format!("{}/a.txt", link.path))]).xml();
    assert_eq!(info.child("entry").field("name"), "a.txt");
    let zip = guest.core("downloadfilemulti", &[("count", "1"), ("filepath", &link.path), ("fn1", "sea")]);
    assert_eq!((zip.status, zip.header("content-type")), (200, Some("application/zip")));
    let target = format!("/app/websharepro/share?path={}/a.txt", encoded(&link.path));
    assert_eq!(guest.get(&target).text(), "one");
    // A link to a single file leads to that file only.
    let single = ground.link("/bob/Holiday/a.txt", &[]);
    assert_eq!(guest.get(&format!("/core/share?path={}&mode=single", encoded(&single.path))).text(), "one");
    let location = opened(&mut guest, &single.token);
    assert!(location.contains("mode=single") && location.contains(&single.path.replace('!', "%21")));
    refused(&guest.download(&format!("{}/page.html", single.path)));

    let info = guest.core("getpublicshareinfo", &[("path", &link.path)]).xml();
    let told = info.child("link");
    assert_eq!(
        (told.field("name"), told.field("type"), told.field("needspassword")),
        ("Holiday", "dir", "0")
    );
    assert_eq!(guest.core("getpublicshareauthinfo", &[("path", &link.path)]).result(), 0);
}

#[test]
fn a_link_gives_nothing_beside_it_and_no_other_call() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    let mut guest = ground.guest();
    let base = &link.path;
    for outside in [
        "/bob/Private/c.txt".to_owned(),
        "/bob/beside.txt".into(),
        format!("{base}/../beside.txt"),
        format!("{base}/%2e%2e/beside.txt"),
        format!("{base}/..%2fbeside.txt"),
        format!("{base}x/a.txt"),
        format!("{}/a.txt", &base[..base.len() - 1]),
        base.replace("/SHARED", "/SHARE"),
        base.replace('!', ""),
        format!("/SHARED/alice/{}", base.rsplit('/').next().unwrap()),
        base.rsplit_once('/').unwrap().0.to_owned(),
        "/SHARED".into(),
        "/SHARED/bob".into(),
        "/".into(),
        "/bob/recyclebin".into(),
        format!("{base}/recyclebin/../../Private"),
    ] {
        for operation in
            ["getfilelist", "fileinfo", "downloadfile", "getfsthumbimage", "docconvert", "getvideo", "share"]
        {
            let field = match operation {
                "getfilelist" | "share" => "path",
                "fileinfo" => "file",
                "downloadfile" | "getvideo" => "filepath",
                _ => "name",
            };
            let reply = guest.core(operation, &[(field, &outside)]);
            if reply.text() != "<fileinfo></fileinfo>" {
                refused(&reply);
            }
        }
        refused(&guest.send(&sent(&outside, "new.txt", b"new", &[])));
        refused(&guest.core("createfolder", &[("path", &outside), ("name", "new")]));
    }
    // Operations that visitors may not call treat them as not signed in.
    for (operation, field) in [
        ("deletefile", "path"),
        ("renamefile", "path"),
        ("copyfile", "path"),
        ("getversions", "filepath"),
        ("lock", "path"),
        ("addcommentforitem", "fullpath"),
        ("quickshare", "sharelocation"),
        ("getfolderproperties", "path"),
    ] {
        let reply = guest.core(
            operation,
            &[
                (field, base),
                ("name", "a.txt"),
                ("newname", "z"),
                ("copyto", base),
                ("fullpath", base),
                ("text", "x"),
                ("parent", base),
                ("isfile", "1"),
                ("filename", "a.txt"),
            ],
        );
        assert_eq!(reply.status, 401, "{operation}: {reply:?}");
    }
    assert_eq!(ground.bob.list_names("/bob/Holiday"), ["sea", "a.txt", "draw.svg", "page.html"]);
}

/// A session of the administration alone is not one of a user: its holder comes by a link as
/// anybody does.
#[test]
fn an_administrator_who_is_not_signed_in_as_a_user_comes_by_a_link_as_a_visitor() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    let mut admin = ground.server.admin();
    assert_eq!(admin.download(&format!("{}/a.txt", link.path)).text(), "one");
    admin.send(&sent(&link.path, "a.txt", b"the administrator's", &[])).ok();
    ground.bob.download("/bob/Holiday/a.txt").holds(b"one");
    refused(&admin.download("/bob/Private/c.txt"));
    refused(&admin.download(&format!("{}/../Private/c.txt", link.path)));
}

#[test]
fn the_audit_log_names_the_link_and_no_password() {
    let mut ground = ground();
    let link =
        ground.link("/bob/Holiday", &[("sharepassword", "open sesame 77"), ("allowpublicupload", "1")]);
    let mut guest = ground.guest();
    guest.core("loginprotectedshare", &[("path", &link.path), ("password", "open sesame 77")]).done();
    guest.core("loginprotectedshare", &[("path", &link.path), ("password", "wrong one 88")]).refused();
    guest.list(&link.path);
    guest.send(&sent(&link.path, "new.txt", b"new", &[])).ok();
    let rows = ground.server.admin().audit(&[("username", &format!("link:{}", link.id))]);
    let operations: Vec<&str> = rows.iter().map(|row| row.field("operation")).collect();
    for wanted in ["upload", "getfilelist", "loginprotectedshare"] {
        assert!(operations.contains(&wanted), "{operations:?}");
    }
    assert!(rows.iter().all(|row| row.field("ip").starts_with("127.0.0.1")), "{rows:?}");
    let all = format!("{:?}", ground.server.admin().audit(&[]));
    for password in ["sesame", "wrong one 88"] {
        assert!(!all.contains(password) && !ground.server.log().contains(password));
    }
}
