//! Attacks and accidents that have broken the links of other servers: full disks, access lists
//! below a link, names that begin alike, escaped slashes, other spellings, and folders that move
//! during an upload.

use super::{SECRET, ground, ground_on, link, refused, sent};
use crate::disk_trouble::{Cramped, fill_up};
use crate::harness::{
    Caller, Data, Launch, Multipart, Reply, Request, encoded, form, may_mount, names, noise,
};

#[test]
fn a_full_disk_is_told_to_a_visitor_and_nothing_is_lost() {
    let cramped = Cramped::start();
    let mut bob = cramped.server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "Drop")]).done();
    let drop = link(&mut bob, "/bob/Drop", &[("allowpublicuploadonly", "1")]);
    let mut guest = cramped.server.guest();
    guest.send(&sent(&drop.path, "old.txt", b"old", &[])).ok();
    for name in ["large.bin", "old.txt"] {
        let reply = guest.send(&sent(&drop.path, name, &noise(1, 5_000_000), &[]));
        assert_eq!(reply.status, 400, "{reply:?}");
        refused(&reply);
        let words = reply.text();
        assert!(["full", "room", "large", "space"].iter().any(|word| words.contains(word)), "{words}");
    }
    assert_eq!(bob.list_names("/bob/Drop"), ["old.txt"]);
    bob.download("/bob/Drop/old.txt").holds(b"old");
    assert!(names(&cramped.server.data().file("/.cloudlet/staging")).is_empty(), "its room is free again");
    if !may_mount() {
        return;
    }
    // Without free space, a download is either counted or refused, and existing files stay.
    let look = link(&mut bob, "/bob/Drop/old.txt", &[]);
    fill_up(&cramped.server.data().path("filler2"));
    let reply = guest.send(&sent(&drop.path, "last.txt", &noise(2, 500_000), &[]));
    assert!(reply.status == 400 && !reply.text().contains("/bob"), "{reply:?}");
    let reply = guest.download(&look.path);
    assert!(reply.text() == "old" || reply.text().contains("full"), "{reply:?}");
    bob.download("/bob/Drop/old.txt").holds(b"old");
}

/// The status and the text of an answer, with another name in place of that of the denied folder.
fn unnamed(reply: &Reply) -> (u16, String) {
    (reply.status, reply.text().replace("Cafe\u{301}", "Caf\u{e9}").replace("Caf\u{e9}", "Never"))
}

/// Entries below a link that the owner denies to everybody do not exist for visitors, in any
/// spelling and for any call: each answer is that for a name that nobody has taken.
#[test]
fn what_is_denied_below_a_link_is_not_there() {
    let mut ground = ground();
    ground.bob.core("createfolder", &[("path", "/bob/Holiday/sea"), ("name", "Caf\u{e9}")]).done();
    ground.bob.upload("/bob/Holiday/sea/Caf\u{e9}", "c.txt", SECRET).ok();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    let deny = [("type", "group"), ("value", "EVERYONE"), ("perm", "RWD"), ("flag", "deny")];
    let at = |path| [&[("path", path)], &deny[..]].concat();
    ground.bob.core("addaclentry", &at("/bob/Holiday/sea/Caf\u{e9}")).done();
    let mut guest = ground.guest();
    assert_eq!(guest.list_names(&format!("{}/sea", link.path)), ["b.txt"]);
    for folder in ["sea/Caf\u{e9}", "sea/Cafe\u{301}", "sea//./Caf\u{e9}/"] {
        let path = format!("{}/{folder}", link.path);
        let never = path.replace("Caf\u{e9}", "Never").replace("Cafe\u{301}", "Never");
        for (operation, field, below) in [
            ("getfilelist", "path", ""),
            ("fileinfo", "file", "/c.txt"),
            ("downloadfile", "filepath", "/c.txt"),
            ("docconvert", "name", "/c.txt"),
            ("getfsthumbimage", "name", "/c.txt"),
            ("share", "path", "/c.txt"),
        ] {
            let [hidden, free] =
                [&path, &never].map(|path| guest.core(operation, &[(field, &format!("{path}{below}"))]));
            assert_eq!(unnamed(&hidden), unnamed(&free), "{operation} {folder}");
            assert!(hidden.header("x-cloudlet-error").is_some() || hidden.text() == "<fileinfo></fileinfo>");
        }
        let [hidden, free] = [&path, &never].map(|path| guest.send(&sent(path, "new.txt", b"new", &[])));
        assert_eq!(unnamed(&hidden), unnamed(&free), "an upload to {folder}");
        assert_ne!(hidden.text(), "OK");
        let [hidden, free] =
            [&path, &never].map(|path| guest.core("createfolder", &[("path", path), ("name", "new")]));
        assert_eq!(unnamed(&hidden), unnamed(&free), "a folder in {folder}");
        assert!(hidden.header("x-cloudlet-error").is_some(), "{hidden:?}");
    }
    for (folder, name) in
        [("", "sea"), ("/sea", "Caf\u{e9}"), ("", "../Private"), ("", ".."), ("", "sea/../..")]
    {
        let path = format!("{}{folder}", link.path);
        let zip = guest.core("downloadfilemulti", &[("count", "1"), ("filepath", &path), ("fn1", name)]);
        assert!(!zip.body.windows(SECRET.len()).any(|window| window == SECRET), "{name}");
        assert!(!zip.body.windows(5).any(|window| window == b"c.txt"), "{name}");
    }
    // The same access list limits a second link, which leads to the folder below.
    let below = ground.link("/bob/Holiday/sea/Caf\u{e9}", &[]);
    refused(&guest.core("getfilelist", &[("path", &below.path)]));
    refused(&guest.download(&format!("{}/c.txt", below.path)));
}

/// `/bob/Holi` is the beginning of `/bob/Holiday`, and both are shared.
#[test]
fn the_beginning_of_a_name_is_no_way_in_and_ends_nothing() {
    let mut ground = ground();
    for name in ["Holi", "Holiday2"] {
        ground.bob.core("createfolder", &[("path", "/bob"), ("name", name)]).done();
        ground.bob.upload(&format!("/bob/{name}"), "own.txt", b"own").ok();
    }
    let [short, middle, long] = ["/bob/Holi", "/bob/Holiday", "/bob/Holiday2"]
        .map(|path| ground.link(path, &[("allowpublicupload", "1")]));
    let mut guest = ground.guest();
    for tail in ["day/a.txt", "2/own.txt", "../Holiday/a.txt", "/../Holiday/a.txt", "%2f..%2fHoliday%2fa.txt"]
    {
        refused(&guest.download(&format!("{}{tail}", short.path)));
    }
    let deny = [("type", "group"), ("value", "EVERYONE"), ("perm", "RWD"), ("flag", "deny")];
    ground.bob.core("addaclentry", &[&[("path", "/bob/Holi")], &deny[..]].concat()).done();
    refused(&guest.core("getfilelist", &[("path", &short.path)]));
    assert_eq!(guest.list_names(&long.path), ["own.txt"], "a list of another folder does not bind it");
    ground.bob.core("deleteacl", &[("path", "/bob/Holi")]).done();
    ground.bob.core("deleteshare", &[("shareid", &short.id)]).done();
    assert_eq!(guest.list_names(&long.path), ["own.txt"]);
    assert!(guest.list_names(&middle.path).contains(&"a.txt".to_owned()));
    // Deleting a folder must not end the links to folders whose names begin with its name.
    ground.bob.core("deletefile", &[("path", "/bob"), ("name", "Holi")]).done();
    ground.bob.core("deletefile", &[("path", "/bob"), ("name", "Holiday")]).done();
    assert_eq!(guest.list_names(&long.path), ["own.txt"]);
    refused(&guest.core("getfilelist", &[("path", &middle.path)]));
}

/// A slash or dot that is escaped once or twice leads nowhere else, whether it is in the query, the
/// body or the path.
#[test]
fn escaped_slashes_and_dots_lead_nowhere_else() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday/sea", &[("allowpublicupload", "1")]);
    let mut guest = ground.guest();
    let base = link.path.replace('!', "%21");
    for step in ["/..", "%2f..", "%2F%2e%2e", "%5c..", "%252f..", "%c0%af..", "%00/..", "/%2e%2e%2f%2e%2e"] {
        for goal in ["/a.txt", "%2fa.txt", "%2f..%2fbeside.txt", "/../Private/c.txt"] {
            for target in [
                format!("/core/downloadfile?filepath={base}{step}{goal}&filename=x"),
                format!("/core/share?path={base}{step}{goal}"),
                format!("/app/websharepro/share?path={base}{step}{goal}"),
                format!("/core/docconvert?name={base}{step}{goal}"),
                format!("/core/getfilelist?path={base}{step}{goal}"),
                format!("/url/{}{step}{goal}", link.token),
                format!("/ui{base}{step}{goal}"),
            ] {
                let reply = guest.get(&target);
                let is_refused = reply.status >= 400 || reply.header("x-cloudlet-error").is_some();
                assert!(is_refused, "{target}: {reply:?}");
                for secret in [SECRET, b"one"] {
                    assert!(!reply.body.windows(secret.len()).any(|window| window == secret), "{target}");
                }
            }
        }
        let target = format!("/upload?path={base}{step}&filename=planted&offset=0&complete=1");
        let body = Multipart::new().file("file", "..%2fplanted", b"planted");
        let reply = guest.send(&Request::multipart(&target, body));
        assert!(reply.status >= 400 || reply.text() == "OK", "{reply:?}");
    }
    let planted =
        |caller: &mut Caller, folder: &str| caller.list_names(folder).contains(&"planted".to_owned());
    for folder in ["/bob", "/bob/Holiday", "/bob/Private"] {
        assert!(!planted(&mut ground.bob, folder), "{folder}");
    }
    assert_eq!(names(&ground.server.data().file("/")), [".cloudlet", "alice", "bob", "bobby"]);
}

/// Both spellings of a name are one file, and a visitor can replace it with neither.
#[test]
fn a_name_in_another_spelling_is_the_same_name_for_visitors() {
    let mut ground = ground();
    let (composed, decomposed) = ("Men\u{fc}.txt", "Menu\u{308}.txt");
    ground.bob.upload("/bob/Holiday/sea", composed, b"bob's").ok();
    let drop = ground.link("/bob/Holiday/sea", &[("allowpublicuploadonly", "1")]);
    let both = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    let mut guest = ground.guest();
    for spelling in [composed, decomposed] {
        assert_eq!(guest.download(&format!("{}/sea/{spelling}", both.path)).text(), "bob's");
        guest.send(&sent(&drop.path, spelling, b"a visitor's", &[])).ok();
        guest.send(&sent(&format!("{}/sea", both.path), spelling, b"a visitor's", &[])).ok();
    }
    ground.bob.download(&format!("/bob/Holiday/sea/{composed}")).holds(b"bob's");
    assert_eq!(ground.bob.list_names("/bob/Holiday/sea").len(), 6, "four files of visitors lie beside it");
}

/// The request by which a visitor uploads a part of a large file.
fn part(path: &str, content: &[u8], from: usize, to: usize) -> Request {
    let (offset, complete) = (from.to_string(), if to == content.len() { "1" } else { "0" });
    let size = content.len().to_string();
    let fields = [
        ("path", path),
        ("filename", "film.mp4"),
        ("offset", offset.as_str()),
        ("complete", complete),
        ("filesize", size.as_str()),
        ("uploadid", "visitors-film"),
    ];
    let body = Multipart::new().file("file", "x", &content[from..to]);
    Request::multipart(&format!("/core/upload?{}", form(&fields)), body)
}

/// Between two parts, the folder moves out of the link or the link ends. The remaining parts are
/// refused and stored nowhere.
#[test]
fn an_upload_ends_with_what_it_came_by() {
    let content = noise(1, 300_000);
    for ending in ["moved", "taken back", "deleted", "links off"] {
        let mut ground = ground();
        let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
        let folder = format!("{}/sea", link.path);
        let mut guest = ground.guest();
        guest.send(&part(&folder, &content, 0, 100_000)).ok();
        let sea = [("path", "/bob/Holiday"), ("name", "sea")];
        match ending {
            "moved" => {
                let to = [("fromname", "/bob/Holiday/sea"), ("toname", "/bob/Private/sea")];
                ground.bob.core("renameormove", &to).done();
            }
            "taken back" => drop(ground.bob.core("deleteshare", &[("shareid", &link.id)]).done()),
            "deleted" => drop(ground.bob.core("deletefile", &sea).done()),
            _ => {
                let setting = [("name", "links_allowed"), ("value", "no")];
                ground.server.admin().administer("setsetting", &setting).done();
            }
        }
        let rest = guest.send(&part(&folder, &content, 100_000, 300_000));
        assert!(rest.status >= 400, "{ending}: {rest:?}");
        for folder in ["/bob/Holiday", "/bob/Holiday/sea", "/bob/Private", "/bob/Private/sea"] {
            let there = ground.server.data().file(&format!("{folder}/film.mp4"));
            assert!(!there.exists(), "{ending}: {folder}");
        }
    }
}

/// An answer must contain nothing that helps to guess the password.
#[test]
fn the_owners_answers_hold_no_hash_and_no_password() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("sharepassword", "open sesame 77")]);
    for (operation, fields) in [
        ("getshares", &[][..]),
        ("getshareforid", &[("shareid", link.id.as_str())]),
        ("getshareforpath", &[("path", "/bob/Holiday")]),
        ("getsharepassword", &[("shareid", link.id.as_str())]),
        ("getmanageablesharesall", &[]),
    ] {
        let reply = ground.bob.core(operation, fields);
        assert!(!reply.text().contains("argon2") && !reply.text().contains("sesame"), "{reply:?}");
    }
    // A password longer than the limit is refused, and the old one stays.
    let long = "x".repeat(4096);
    let fields = [("shareid", link.id.as_str()), ("sharepassword", &long)];
    let reply = ground.bob.core("updateshare", &fields);
    assert!(reply.header("x-cloudlet-error").is_some(), "{reply:?}");
    let mut guest = ground.guest();
    guest.core("loginprotectedshare", &[("path", &link.path), ("password", "open sesame 77")]).done();
}

/// No page can frame the page of a link, no search engine may index it, and it tells its address to
/// no other site.
#[test]
fn the_page_of_a_link_is_for_its_visitor_alone() {
    let launch = Launch::on(Data::with_accounts());
    let mut ground = ground_on(launch);
    let link = ground.link("/bob/Holiday", &[]);
    let mut guest = ground.guest();
    for mode in ["public", "single", "upload"] {
        let page = guest.get(&format!("/ui/core/index.html?mode={mode}&path={}", encoded(&link.path)));
        assert_eq!(page.status, 200, "{page:?}");
        assert!(page.header("x-robots-tag").is_some_and(|value| value.contains("noindex")), "{page:?}");
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"), "{page:?}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("object-src 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        // The page is the same for every link and contains no secret. Browsers do not store what it
        // loads.
        assert!(!page.text().contains("Holiday") && !page.text().contains("bob"));
    }
    let zip = format!("/core/downloadfilemulti?count=1&filepath={}&fn1=sea", encoded(&link.path));
    let picture = format!("/core/getpublicshareimage?path={}", encoded(&link.path));
    for target in [zip, picture] {
        let reply = guest.get(&target);
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{target}: {reply:?}");
        assert!(reply.header("x-robots-tag").is_some_and(|value| value.contains("noindex")), "{target}");
    }
}
