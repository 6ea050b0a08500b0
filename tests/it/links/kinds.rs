//! The kinds of links: for viewing only, for uploading only, and for both.

use super::{Ground, ground, refused, sent};
use crate::harness::{Caller, Reply, encoded};

fn name_of(ground: &mut Ground, folder: &str) -> Vec<String> {
    ground.bob.list_names(folder)
}

#[test]
fn a_link_to_look_at_shows_and_gives_nothing_to_save() {
    let mut ground = ground();
    ground.bob.upload("/bob/Holiday", "doc.pdf", b"%PDF-1.4 x").ok();
    let link = ground.link("/bob/Holiday", &[("allowpublicviewonly", "1")]);
    let mut guest = ground.guest();
    assert!(guest.list_names(&link.path).contains(&"a.txt".to_owned()));
    for file in ["a.txt", "doc.pdf"] {
        let path = format!("{}/{file}", link.path);
        let shown = guest.get(&format!("/core/docconvert?name={}", encoded(&path)));
        assert_eq!(shown.status, 200, "{shown:?}");
        assert!(shown.header("content-disposition").unwrap().starts_with("inline"), "{shown:?}");
        assert!(shown.header("content-security-policy").unwrap().contains("sandbox"));
        refused(&guest.download(&path));
        refused(&guest.get(&format!("/core/share?path={}", encoded(&path))));
    }
    // Files whose scripts browsers would run are neither shown nor sent.
    for file in ["page.html", "draw.svg"] {
        let path = format!("{}/{file}", link.path);
        for target in ["docconvert?name", "getvideo?filepath", "getaudio?filepath"] {
            let reply = guest.get(&format!("/core/{target}={}", encoded(&path)));
            assert_eq!(reply.status, 403, "{reply:?}");
        }
    }
    refused(&guest.core("downloadfilemulti", &[("count", "1"), ("filepath", &link.path), ("fn1", "sea")]));
    refused(&guest.send(&sent(&link.path, "new.txt", b"new", &[])));
    refused(&guest.core("createfolder", &[("path", &link.path), ("name", "new")]));
    let told = guest.core("getpublicshareinfo", &[("path", &link.path)]).xml();
    assert_eq!(told.child("link").field("allowpublicviewonly"), "1");
}

#[test]
fn a_drop_takes_files_and_tells_nothing() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("allowpublicuploadonly", "1"), ("allowpublicupload", "1")]);
    let mut guest = ground.guest();
    for below in ["", "/a.txt", "/sea", "/sea/b.txt", "/none.txt"] {
        let path = format!("{}{below}", link.path);
        let told: Vec<_> = [
            ("getfilelist", "path"),
            ("fileinfo", "file"),
            ("downloadfile", "filepath"),
            ("getfsthumbimage", "name"),
            ("docconvert", "name"),
            ("share", "path"),
        ]
        .into_iter()
        .map(|(operation, field)| {
            let reply = guest.core(operation, &[(field, &path)]);
            refused(&reply);
            (reply.status, reply.text().to_owned())
        })
        .collect();
        // The messages are the same for existing and missing entries.
        assert!(told.iter().all(|(_, text)| text.contains("You have no access to this path.")), "{told:?}");
    }
    for name in ["sea", "a.txt", "none"] {
        let reply = guest.core("createfolder", &[("path", &link.path), ("name", name)]);
        assert_eq!(reply.message(), "You have no access to this path.", "{reply:?}");
    }
    // A visitor does not learn that a name is taken.
    guest.send(&sent(&link.path, "a.txt", b"first", &[])).ok();
    guest.send(&sent(&link.path, "a.txt", b"second", &[])).ok();
    guest.send(&sent(&link.path, "a.txt", b"third", &[("nofileoverwrite", "1")])).ok();
    guest.send(&sent(&link.path, "photo.jpg", b"anna's", &[("uploadpath", "Anna")])).ok();
    guest.send(&sent(&link.path, "photo.jpg", b"anna's too", &[("uploadpath", "Anna")])).ok();
    assert_eq!(ground.bob.download("/bob/Holiday/a.txt").text(), "one");
    assert_eq!(ground.bob.download("/bob/Holiday/a (2).txt").text(), "first");
    assert_eq!(ground.bob.download("/bob/Holiday/a (3).txt").text(), "second");
    assert_eq!(ground.bob.download("/bob/Holiday/a (4).txt").text(), "third");
    assert_eq!(name_of(&mut ground, "/bob/Holiday/Anna"), ["photo (2).jpg", "photo.jpg"]);
    assert!(super::opened(&mut guest, &link.token).contains("mode=upload#/SHARED/%21"));
}

/// Whatever a visitor names in an upload to a drop, the answer is the same whether something has the
/// name or not, and nothing that is there is replaced.
#[test]
fn an_upload_to_a_drop_does_not_tell_which_names_are_taken() {
    let mut ground = ground();
    ground.bob.core("lock", &[("path", "/bob/Holiday/page.html"), ("readlock", "1")]).done();
    ground.bob.core("createfolder", &[("path", "/bob/Holiday"), ("name", "closed")]).done();
    let deny = [("type", "group"), ("value", "EVERYONE"), ("perm", "RWD"), ("flag", "deny")];
    ground.bob.core("addaclentry", &[&[("path", "/bob/Holiday/closed")], &deny[..]].concat()).done();
    let link = ground.link("/bob/Holiday", &[("allowpublicuploadonly", "1"), ("allowpublicupload", "1")]);
    let mut guest = ground.guest();
    for below in ["sea", "a.txt", "closed", "none", "sea/b.txt", "sea/none", "none/none"] {
        let path = format!("{}/{below}", link.path);
        let reply = guest.send(&sent(&path, "new.txt", b"new", &[]));
        assert_eq!((reply.status, reply.text()), (400, "You have no access to this path."), "{below}");
        let reply = guest.send(&sent(&path, "new.txt", b"new", &[("uploadpath", "further")]));
        assert_eq!((reply.status, reply.text()), (400, "You have no access to this path."), "{below}");
    }
    for name in ["sea", "a.txt", "page.html", "closed", "none", "sea/b.txt", "a.txt/further"] {
        guest.send(&sent(&link.path, "by visitor.txt", b"visitor's", &[("uploadpath", name)])).ok();
        let leaf = name.split('/').next().unwrap();
        guest.send(&sent(&link.path, leaf, b"visitor's", &[])).ok();
    }
    // Those who give the same name find their folder again, in parts as well.
    guest.send(&sent(&link.path, "second.txt", b"visitor's", &[("uploadpath", "a.txt")])).ok();
    let mut bob = ground.bob.twin();
    assert_eq!(bob.download("/bob/Holiday/a.txt").text(), "one");
    assert_eq!(bob.list_names("/bob/Holiday/a.txt (2)"), ["further", "by visitor.txt", "second.txt"]);
    assert_eq!(bob.list_names("/bob/Holiday/sea"), ["b.txt (2)", "b.txt", "by visitor.txt"]);
    assert_eq!(bob.download("/bob/Holiday/sea/b.txt").text(), "two");
    assert!(bob.list_names("/bob/Holiday/closed").is_empty());
    assert_eq!(bob.list_names("/bob/Holiday/closed (2)"), ["by visitor.txt"]);
}

#[test]
fn a_link_for_both_makes_folders_and_replaces_nothing() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    let mut guest = ground.guest();
    guest.core("createfolder", &[("path", &link.path), ("name", "made")]).done();
    guest.send(&sent(&format!("{}/made", link.path), "n.txt", b"n", &[])).ok();
    guest.send(&sent(&link.path, "a.txt", b"other", &[])).ok();
    assert_eq!(ground.bob.download("/bob/Holiday/a.txt").text(), "one");
    assert_eq!(guest.download(&format!("{}/a (2).txt", link.path)).text(), "other");
    // A user who is signed in comes by the link as any visitor, and cannot replace a file either.
    let mut bobby = ground.server.user("bobby");
    bobby.send(&sent(&link.path, "a.txt", b"by bobby", &[])).ok();
    assert_eq!(ground.bob.download("/bob/Holiday/a.txt").text(), "one");
    assert_eq!(ground.bob.download("/bob/Holiday/a (3).txt").text(), "by bobby");
}

/// The name with which the owner signs in is for nobody who comes by a link: the page tells the name
/// that the owner shows.
#[test]
fn visitors_are_told_the_name_of_no_account() {
    let mut ground = ground();
    ground.bob.core("setdisplayname", &[("dispname", "Robert")]).done();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    let lock = [("path", "/bob/Holiday/a.txt"), ("readlock", "1")];
    let file = format!("{}/a.txt", link.path);
    // The random names in the path of the link may contain any letters.
    let above = link.path.rsplit_once('/').unwrap().0.to_owned();
    let tells_no_name = |reply: &Reply| {
        let text = format!("{reply:?}").replace(&link.path, "").replace(&above, "");
        assert!(!text.contains("bob"), "{reply:?}");
    };
    for is_locked in [false, true] {
        if is_locked {
            ground.bob.core("lock", &lock).done();
            ground.bob.core("lock", &[("path", "/bob/Holiday/sea")]).done();
        }
        for caller in [&mut ground.guest(), &mut ground.server.user("bobby")] {
            for (operation, field, value) in [
                ("getfilelist", "path", &link.path),
                ("fileinfo", "file", &file),
                ("downloadfile", "filepath", &file),
                ("docconvert", "name", &file),
                ("getfsthumbimage", "name", &file),
                ("share", "path", &file),
                ("getpublicshareinfo", "path", &link.path),
            ] {
                tells_no_name(&caller.core(operation, &[(field, value)]));
            }
            let path = format!("{}/sea", link.path);
            let reply = caller.send(&sent(&path, "new.txt", b"new", &[]));
            assert_eq!(reply.text() == "OK", !is_locked, "{reply:?}");
            tells_no_name(&reply);
        }
    }
}

/// Visitors have lists of favorites no more than they rename, lock or replace: an entry offers
/// nothing that a call then refuses.
#[test]
fn entries_offer_those_who_come_by_a_link_nothing_that_is_refused() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    let offered = |caller: &mut Caller| {
        let mut entries = caller.list(&link.path);
        entries.push(
            caller
                .core("fileinfo", &[("file", &format!("{}/a.txt", link.path))])
                .xml()
                .child("entry")
                .clone(),
        );
        entries.push(
            caller.core("fileinfo", &[("file", &format!("{}/sea", link.path))]).xml().child("entry").clone(),
        );
        entries
    };
    let mut bobby = ground.server.user("bobby");
    for caller in [&mut ground.guest(), &mut bobby] {
        for entry in offered(caller) {
            for field in ["canfavorite", "canrename", "showlockunlock", "isshareable"] {
                assert_eq!(entry.field(field), "0", "{field} of {}", entry.field("name"));
            }
            let is_folder = entry.field("type") == "dir";
            assert_eq!(entry.field("canupload") == "1", is_folder, "{}", entry.field("name"));
            assert_eq!(entry.field("candownload"), "1");
        }
    }
    let owned = &ground.bob.list("/bob/Holiday")[1];
    for field in ["canfavorite", "canrename", "showlockunlock", "isshareable", "canupload"] {
        assert_eq!(owned.field(field), "1", "{field} for the owner");
    }
}
