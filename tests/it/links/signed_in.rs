//! Somebody who is signed in and comes by a link. The link gives them what it gives everybody.

use super::{Ground, Link, ground, refused, sent};
use crate::harness::{Caller, Reply};

const NOT_BY_LINK: &str = "By a link you may look, download and upload, as far as it lets you. \
    For anything else please ask its owner to share this with you.";
const NO_ACCESS: &str = "You have no access to this path.";

/// A file with an earlier version, a comment, and a link to its folder that gives everything a link
/// can give. Also returns the id of the earlier version.
fn with_past() -> (Ground, Link, String) {
    let mut ground = ground();
    ground.bob.upload("/bob/Holiday", "a.txt", b"newer").ok();
    let on = [("fullpath", "/bob/Holiday/a.txt"), ("parent", "/bob/Holiday"), ("isfile", "1")];
    ground.bob.core("addcommentforitem", &[&on[..], &[("text", "for the family")]].concat()).xml();
    let file = [("filepath", "/bob/Holiday"), ("filename", "a.txt")];
    let versions = ground.bob.core("getversions", &file).xml();
    let version = versions.all("version").nth(1).unwrap().field("fileid").to_owned();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    (ground, link, version)
}

/// The calls by which a member of a share could do more than a visitor, each with a path below a
/// folder. The caller has a file in their home.
fn further_calls(caller: &mut Caller, home: &str, folder: &str, version: &str) -> Vec<(&'static str, Reply)> {
    let file = format!("{folder}/a.txt");
    let inside = [("filepath", folder), ("filename", "a.txt"), ("fileid", version), ("name", "seen")];
    let on = [("fullpath", file.as_str()), ("parent", folder), ("isfile", "1"), ("text", "hello")];
    let calls: &[(&'static str, &[(&str, &str)])] = &[
        ("addnotificationfilter", &[("path", folder)]),
        ("isnotificationfilterset", &[("path", folder)]),
        ("addshortcut", &[("scname", "there"), ("scvalue", folder), ("sctype", "0")]),
        ("getcommentsforitem", &on[..1]),
        ("addcommentforitem", &on),
        ("setfavorite", &[("id", "000000000000000000000000"), ("name", &file)]),
        ("lock", &[("path", &file)]),
        ("getfilelockinfo", &[("path", &file)]),
        ("getversions", &inside),
        ("downloadversionedfile", &inside),
        ("makeversionlive", &inside),
        ("nameversion", &inside),
        ("getmetadatavalues", &on[..1]),
        ("addsettofileobject", &[("fullpath", &file), ("setid", "55557777bbbbccccddddaaaa")]),
        ("renamefile", &[("path", folder), ("name", "a.txt"), ("newname", "z.txt")]),
        ("renameormove", &[("fromname", &file), ("toname", &format!("{folder}/sea/a.txt"))]),
        (
            "renameormove",
            &[("fromname", &format!("{home}/own.txt")), ("toname", &format!("{folder}/own.txt"))],
        ),
        ("copyfile", &[("path", folder), ("name", "a.txt"), ("copyto", home)]),
        ("copyfile", &[("path", home), ("name", "own.txt"), ("copyto", folder)]),
        ("deletefile", &[("path", folder), ("name", "a.txt")]),
        ("zipfiles", &[("path", folder), ("count", "1"), ("fn1", "a.txt")]),
        ("getactivitystream", &[("parent", folder)]),
        ("getfolderproperties", &[("path", folder)]),
        ("search", &[("location", folder), ("keyword", "a")]),
        ("quickshare", &[("sharelocation", folder)]),
        ("getacl", &[("path", folder)]),
        ("leaveshare", &[("path", folder)]),
    ];
    calls.iter().map(|(operation, fields)| (*operation, caller.core(operation, fields))).collect()
}

/// A link gives no more to somebody who is signed in than to everybody: no earlier versions, no
/// comments, no locks, and nothing that they find again without the link.
#[test]
fn a_link_gives_somebody_who_is_signed_in_no_more_than_everybody() {
    let (mut ground, link, version) = with_past();
    let (mut bobby, mut bob) = (ground.server.user("bobby"), ground.bob.twin());
    // The owner is refused, too: their own paths are for that.
    for (caller, home) in [(&mut bobby, "/bobby"), (&mut bob, "/bob")] {
        caller.upload(home, "own.txt", b"own").ok();
        for (operation, reply) in further_calls(caller, home, &link.path, &version) {
            refused(&reply);
            assert!(reply.text().contains(NOT_BY_LINK), "{operation}: {reply:?}");
            assert!(!reply.text().contains("family"), "{operation}: {reply:?}");
        }
    }
    assert_eq!(bobby.core("getshortcuts", &[]).xml().child("meta").field("total"), "0");
    assert_eq!(bobby.list_names("/bobby"), ["own.txt"]);
    assert_eq!(bob.list_names("/bob/Holiday"), ["sea", "a.txt", "draw.svg", "page.html"]);
    let on = [("fullpath", "/bob/Holiday/a.txt")];
    assert_eq!(bob.core("getcommentsforitem", &on).xml().all("comment").count(), 1);
    // What everybody may do, they may do.
    let file = format!("{}/a.txt", link.path);
    assert_eq!(bobby.download(&file).text(), "newer");
    assert!(bobby.list_names(&link.path).contains(&"a.txt".to_owned()));
    bobby.send(&sent(&link.path, "bobbys.txt", b"by bobby", &[])).ok();
    bob.download("/bob/Holiday/bobbys.txt").holds(b"by bobby");
    // Whoever shares it with them gives more, at another path.
    ground.bob.core("addusertoshare", &[("shareid", &link.id), ("userid", "bobby")]).done();
    let comments = bobby.core("getcommentsforitem", &[("fullpath", "/SHARED/bob/Holiday/a.txt")]).xml();
    assert_eq!(comments.all("comment").count(), 1);
}

/// What a link is for is told to those alone who have opened it.
#[test]
fn somebody_who_is_signed_in_learns_of_no_link_that_does_not_work_for_them() {
    let (mut ground, link, version) = with_past();
    let mut bobby = ground.server.user("bobby");
    ground.change(&link, &[("sharepassword", "open sesame 77")]);
    let mut told = |path: &str| -> Vec<String> {
        let calls = further_calls(&mut bobby, "/bobby", path, &version).into_iter();
        calls.map(|(_, reply)| reply.text().replace(path, "")).collect()
    };
    let never = told("/SHARED/!nobody/0123456789abcdef");
    assert!(never.iter().all(|text| text.contains(NO_ACCESS)), "{never:?}");
    assert_eq!(told(&link.path), never, "its password was not given");
    ground.change(&link, &[("sharepassword", ""), ("validityperiod", "2001-01-01 00:00:00")]);
    assert_eq!(told(&link.path), never, "it has ended");
}

/// What a list of favorites contains is found again without the link, so a link gives no favorites.
#[test]
fn who_is_signed_in_makes_nothing_a_favorite_by_a_link() {
    const STARS: &str = "000000000000000000000000";
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    let (mut bobby, mut bob) = (ground.server.user("bobby"), ground.bob.twin());
    for below in ["", "/a.txt", "/sea", "/sea/b.txt", "/none.txt"] {
        let path = format!("{}{below}", link.path);
        // The owner is refused, too: their own paths are for that.
        for caller in [&mut bobby, &mut bob] {
            let one = [("id", STARS), ("name", path.as_str())];
            let many = [("id", STARS), ("count", "1"), ("path1", path.as_str())];
            for (operation, fields) in
                [("setfavorite", &one[..]), ("replacefavoritelist", &many), ("unsetfavorite", &one)]
            {
                let reply = caller.core(operation, fields);
                refused(&reply);
                assert_eq!(reply.message(), NOT_BY_LINK, "{path}");
            }
            let lists = caller.core("getallfavoritelists", &[]).xml();
            assert_eq!(lists.child("favoritelist").field("count"), "0", "{path}");
        }
    }
    bob.core("setfavorite", &[("id", STARS), ("name", "/bob/Holiday/a.txt")]).done();
    let own = [("id", STARS), ("count", "1"), ("path1", "/bob/Holiday/sea")];
    bob.core("replacefavoritelist", &own).done();
    let kept = bob.core("getfavoritesinlist", &[("id", STARS)]).xml();
    assert_eq!(kept.child("entry").field("path"), "/bob/Holiday/sea");
}
