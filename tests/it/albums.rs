//! Shared albums: what members and visitors see of a list, and what ends it.

use crate::harness::{Caller, Element, PASSWORD, Reply, Request, Server, form};
use std::fs;

/// A content that is in no album.
const SECRET: &[u8] = b"what nobody shares";

/// A server on which alice has an album `Trip` of two files with one name, and a folder in it.
struct Ground {
    server: Server,
    alice: Caller,
    bob: Caller,
    list: String,
    share: String,
}

fn ground() -> Ground {
    let server = Server::start();
    let (mut alice, bob) = (server.user("alice"), server.user("bob"));
    for name in ["One", "Two", "Inner"] {
        alice.core("createfolder", &[("path", "/alice"), ("name", name)]).done();
        alice.upload(&format!("/alice/{name}"), "secret.jpg", SECRET).ok();
    }
    alice.upload("/alice/One", "sea.jpg", b"one").ok();
    alice.upload("/alice/Two", "sea.jpg", SECRET).ok();
    alice.upload("/alice/Two", "sea.jpg", b"two").ok();
    let list = alice.core("addfavoritelist", &[("name", "Trip")]).done().message();
    for path in ["/alice/Two/sea.jpg", "/alice/Inner", "/alice/One/sea.jpg"] {
        alice.core("setfavorite", &[("id", &list), ("name", path)]).done();
    }
    let share = shared(&mut alice, &list).field("shareid").to_owned();
    Ground { server, alice, bob, list, share }
}

fn shared(caller: &mut Caller, list: &str) -> Element {
    let reply = caller.core("sharealbum", &[("id", list)]).xml();
    reply.child("share").clone()
}

impl Ground {
    fn give_to(&mut self, name: &str) {
        self.alice.core("addusertoshare", &[("shareid", &self.share), ("userid", name)]).done();
    }

    /// Makes the link work and returns its path.
    fn link(&mut self, changes: &[(&str, &str)]) -> String {
        let fields = [&[("shareid", self.share.as_str()), ("allowpublicaccess", "1")], changes].concat();
        self.alice.core("updateshare", &fields).xml().child("share").field("linkpath").to_owned()
    }

    fn put_in(&mut self, path: &str) {
        self.alice.core("setfavorite", &[("id", &self.list), ("name", path)]).done();
    }

    fn take_out(&mut self, path: &str) {
        self.alice.core("unsetfavorite", &[("id", &self.list), ("name", path)]).done();
    }
}

/// Creates an account and signs in.
fn account(server: &Server, name: &str) -> Caller {
    let email = format!("{name}@home.lan");
    let fields = [("username", name), ("email", &email), ("password", PASSWORD), ("status", "1")];
    server.admin().administer("adduser", &fields).done();
    server.user(name)
}

/// The names in an album in its own order.
fn in_order(caller: &mut Caller, album: &str) -> Vec<String> {
    let mut entries = caller.list(album);
    entries.sort_by_key(|entry| entry.number("order"));
    entries.iter().map(|entry| entry.field("name").to_owned()).collect()
}

fn zipped(caller: &mut Caller, folder: &str, names: &[&str]) -> Reply {
    let count = names.len().to_string();
    let numbered: Vec<(String, &str)> =
        names.iter().enumerate().map(|(at, name)| (format!("fn{}", at + 1), *name)).collect();
    let mut fields = vec![("filepath", folder), ("count", count.as_str())];
    fields.extend(numbered.iter().map(|(field, name)| (field.as_str(), *name)));
    caller.send(&Request::get(&format!("/core/downloadfilemulti?{}", form(&fields))))
}

/// An archive that has these contents.
#[track_caller]
fn packs(reply: &Reply, contents: &[&[u8]]) {
    assert_eq!(reply.status, 200, "{reply:?}");
    for content in contents {
        assert!(reply.body.windows(content.len()).any(|window| window == *content), "{reply:?}");
    }
}

/// Checks that a link that does not work tells nothing of its album.
#[track_caller]
fn leads_nowhere(caller: &mut Caller, link: &str) {
    let reply = caller.core("getfilelist", &[("path", link)]);
    assert!(reply.header("x-cloudlet-error").is_some(), "{reply:?}");
    assert!(!reply.text().contains("jpg"), "{reply:?}");
}

/// A refusal that tells nothing.
#[track_caller]
fn closed(reply: &Reply) {
    assert!(reply.status >= 400 && reply.status < 500, "{reply:?}");
    for secret in [SECRET, b"one", b"two"] {
        assert!(!reply.body.windows(secret.len()).any(|window| window == secret), "{reply:?}");
    }
}

#[test]
fn members_look_at_the_files_of_an_album_and_at_nothing_else() {
    let mut ground = ground();
    assert!(ground.bob.list_names("/SHARED").is_empty());
    ground.give_to("bob");
    let bob = &mut ground.bob;
    assert_eq!(bob.list_names("/SHARED/alice"), ["Trip"]);
    assert_eq!(in_order(bob, "/SHARED/alice/Trip"), ["sea.jpg", "sea (2).jpg"]);
    bob.download("/SHARED/alice/Trip/sea.jpg").holds(b"two");
    bob.download("/SHARED/alice/Trip/sea (2).jpg").holds(b"one");
    let told = bob.core("fileinfo", &[("file", "/SHARED/alice/Trip")]).xml();
    assert_eq!(told.child("entry").field("type"), "dir");
    packs(&zipped(bob, "/SHARED/alice/Trip", &["sea.jpg", "sea (2).jpg"]), &[b"one", b"two"]);
    for path in [
        "/SHARED/alice/Trip/secret.jpg",
        "/SHARED/alice/Trip/Inner",
        "/SHARED/alice/Trip/Inner/secret.jpg",
        "/SHARED/alice/Trip/sea (3).jpg",
        "/SHARED/alice/Trip/sea.jpg/secret.jpg",
        "/SHARED/alice/One/sea.jpg",
        "/SHARED/alice/secret.jpg",
        "/alice/One/sea.jpg",
        "/alice/One/secret.jpg",
    ] {
        closed(&bob.download(path));
        assert!(!bob.sees(path), "{path}");
    }
    closed(&zipped(bob, "/SHARED/alice/Trip", &["sea.jpg", "secret.jpg"]));
    closed(&bob.download("/SHARED/alice/Trip"));
}

#[test]
fn nobody_changes_syncs_or_passes_on_what_is_in_an_album() {
    let mut ground = ground();
    ground.give_to("bob");
    // A member gets no more than looking, whatever is asked for.
    for right in ["write", "share", "sync", "allowmanage"] {
        let fields = [("shareid", ground.share.as_str()), ("userid", "bob"), (right, "true")];
        ground.alice.core("setuseraccessforshare", &fields).refused();
    }
    for flag in ["allowpublicupload", "allowpublicuploadonly"] {
        let fields = [("shareid", ground.share.as_str()), ("allowpublicaccess", "1"), (flag, "1")];
        ground.alice.core("setallowpublicaccess", &fields).refused();
    }
    let (album, file) = ("/SHARED/alice/Trip", "/SHARED/alice/Trip/sea.jpg");
    let bob = &mut ground.bob;
    assert_eq!(bob.upload(album, "sea.jpg", b"other").status, 400);
    assert_eq!(bob.upload(album, "new.jpg", b"other").status, 400);
    bob.core("deletefile", &[("path", album), ("name", "sea.jpg")]).refused();
    bob.core("renamefile", &[("path", album), ("name", "sea.jpg"), ("newname", "lake.jpg")]).refused();
    bob.core("renameormove", &[("fromname", file), ("toname", "/bob/sea.jpg")]).refused();
    bob.core("createfolder", &[("path", album), ("name", "more")]).refused();
    assert_eq!(bob.core("quickshare", &[("sharelocation", file)]).status, 400);
    assert_eq!(bob.core("quickshare", &[("sharelocation", album)]).status, 400);
    let history = bob.core("getversions", &[("filepath", album), ("filename", "sea.jpg")]).xml();
    assert_eq!(history.all("version").count(), 1, "nobody is told of earlier contents");
    let synced = bob.core("getsyncfolderlist", &[]).xml();
    assert!(!format!("{synced:?}").contains("Trip"));
    bob.core("copyfile", &[("path", album), ("name", "sea.jpg"), ("copyto", "/bob")]).done();
    bob.download("/bob/sea.jpg").holds(b"two");
    assert_eq!(fs::read(ground.server.data().file("/alice/Two/sea.jpg")).unwrap(), b"two");
    // The list of somebody else and the stars cannot be shared.
    assert_eq!(ground.bob.core("sharealbum", &[("id", &ground.list)]).status, 400);
    let stars = "000000000000000000000000";
    assert_eq!(ground.alice.core("sharealbum", &[("id", stars)]).status, 400);
}

#[test]
fn an_album_is_at_each_moment_what_its_list_is() {
    let mut ground = ground();
    ground.give_to("bob");
    let album = "/SHARED/alice/Trip";
    ground.put_in("/alice/One/secret.jpg");
    assert_eq!(in_order(&mut ground.bob, album), ["sea.jpg", "sea (2).jpg", "secret.jpg"]);
    ground.bob.download("/SHARED/alice/Trip/secret.jpg").holds(SECRET);
    ground.take_out("/alice/One/secret.jpg");
    closed(&ground.bob.download("/SHARED/alice/Trip/secret.jpg"));
    let order = [("id", ground.list.as_str()), ("count", "2"), ("path1", "/alice/One/sea.jpg")];
    let order = [&order[..], &[("path2", "/alice/Two/sea.jpg")]].concat();
    ground.alice.core("replacefavoritelist", &order).done();
    ground.bob.download("/SHARED/alice/Trip/sea.jpg").holds(b"one");
    // A file that moves stays in the album, and one in the recycle bin is not there.
    let moved = [("fromname", "/alice/Two/sea.jpg"), ("toname", "/alice/Two/lake.jpg")];
    ground.alice.core("renameormove", &moved).done();
    assert_eq!(in_order(&mut ground.bob, album), ["sea.jpg", "lake.jpg"]);
    ground.alice.core("deletefile", &[("path", "/alice/Two"), ("name", "lake.jpg")]).done();
    assert_eq!(in_order(&mut ground.bob, album), ["sea.jpg"]);
    closed(&ground.bob.download("/SHARED/alice/Trip/lake.jpg"));
    ground.alice.core("restorefromrecyclebin", &[("path", "/alice/recyclebin/lake.jpg")]).done();
    assert_eq!(in_order(&mut ground.bob, album), ["sea.jpg", "lake.jpg"]);
    // Another program puts a folder where the file was.
    let place = ground.server.data().file("/alice/Two/lake.jpg");
    fs::remove_file(&place).unwrap();
    fs::create_dir(&place).unwrap();
    fs::write(place.join("inside.jpg"), SECRET).unwrap();
    assert_eq!(in_order(&mut ground.bob, album), ["sea.jpg"]);
    let below = ground.bob.core("getfilelist", &[("path", "/SHARED/alice/Trip/lake.jpg")]);
    assert!(!below.text().contains("inside.jpg"), "{below:?}");
    closed(&zipped(&mut ground.bob, album, &["lake.jpg"]));
    // The album has the name of its list. It ends with it.
    ground.alice.core("updatefavoritelist", &[("id", &ground.list), ("name", "Sea/Lake")]).done();
    assert_eq!(ground.bob.list_names("/SHARED/alice"), ["Sea-Lake"]);
    ground.alice.core("removefavoritelist", &[("id", &ground.list)]).done();
    assert!(ground.bob.list_names("/SHARED").is_empty());
    assert!(!ground.alice.core("getshares", &[]).text().contains(&ground.share));
    assert!(ground.alice.sees("/alice/One/sea.jpg"), "its files stay");
}

#[test]
fn an_album_gives_no_more_than_its_owner_may_share() {
    let mut ground = ground();
    let mut carol = account(&ground.server, "carol");
    carol.core("createfolder", &[("path", "/carol"), ("name", "Zoo")]).done();
    carol.upload("/carol/Zoo", "lion.jpg", b"roar").ok();
    let zoo = carol.core("quickshare", &[("sharelocation", "/carol/Zoo")]).xml();
    let zoo = zoo.child("share").field("shareid").to_owned();
    let member = [("shareid", zoo.as_str()), ("userid", "alice")];
    carol.core("addusertoshare", &member).done();
    ground.put_in("/SHARED/carol/Zoo/lion.jpg");
    ground.give_to("bob");
    let (album, lion) = ("/SHARED/alice/Trip", "/SHARED/alice/Trip/lion.jpg");
    assert_eq!(in_order(&mut ground.bob, album), ["sea.jpg", "sea (2).jpg"], "alice may not pass it on");
    closed(&ground.bob.download(lion));
    carol.core("setuseraccessforshare", &[&member[..], &[("share", "true")]].concat()).done();
    ground.bob.download(lion).holds(b"roar");
    carol.core("setuseraccessforshare", &[&member[..], &[("download", "false")]].concat()).done();
    closed(&ground.bob.download(lion));
    assert!(ground.bob.sees(lion), "they may look at what alice may look at");
    let path = ground.link(&[]);
    assert!(ground.server.guest().list_names(&path).contains(&"lion.jpg".to_owned()));
    carol.core("deleteuserfromshare", &member).done();
    assert!(!ground.bob.sees(lion));
    assert!(!ground.server.guest().list_names(&path).contains(&"lion.jpg".to_owned()));
    // What bob has from an album he can give to nobody.
    let own = ground.bob.core("addfavoritelist", &[("name", "Mine")]).done().message();
    ground.bob.core("setfavorite", &[("id", &own), ("name", "/SHARED/alice/Trip/sea.jpg")]).done();
    let share = shared(&mut ground.bob, &own).field("shareid").to_owned();
    ground.bob.core("addusertoshare", &[("shareid", &share), ("userid", "carol")]).done();
    assert!(carol.list_names("/SHARED").is_empty());
    // Whoever cannot sign in shares nothing.
    let hers = carol.core("addfavoritelist", &[("name", "Hers")]).done().message();
    carol.core("setfavorite", &[("id", &hers), ("name", "/carol/Zoo/lion.jpg")]).done();
    let share = shared(&mut carol, &hers).field("shareid").to_owned();
    carol.core("addusertoshare", &[("shareid", &share), ("userid", "bob")]).done();
    let open = [("shareid", share.as_str()), ("allowpublicaccess", "1")];
    let path = carol.core("updateshare", &open).xml().child("share").field("linkpath").to_owned();
    ground.bob.download("/SHARED/carol/Hers/lion.jpg").holds(b"roar");
    ground.server.guest().download(&format!("{path}/lion.jpg")).holds(b"roar");
    ground.server.admin().administer("updateuser", &[("profile", "carol"), ("status", "2")]).done();
    assert_eq!(ground.bob.list_names("/SHARED"), ["alice"]);
    closed(&ground.bob.download("/SHARED/carol/Hers/lion.jpg"));
    closed(&ground.server.guest().download(&format!("{path}/lion.jpg")));
}

#[test]
fn visitors_see_an_album_by_its_link() {
    let mut ground = ground();
    let path = ground.link(&[]);
    let mut guest = ground.server.guest();
    assert_eq!(in_order(&mut guest, &path), ["sea.jpg", "sea (2).jpg"]);
    guest.download(&format!("{path}/sea (2).jpg")).holds(b"one");
    packs(&zipped(&mut guest, &path, &["sea.jpg"]), &[b"two"]);
    for name in ["secret.jpg", "Inner", "sea.jpg/secret.jpg", "../One/secret.jpg"] {
        closed(&guest.download(&format!("{path}/{name}")));
    }
    let told = guest.core("getpublicshareinfo", &[("path", &path)]).xml();
    let told = told.child("link");
    assert_eq!((told.field("name"), told.field("type")), ("Trip", "dir"));
    // An account that opens the link sees the same.
    assert_eq!(in_order(&mut ground.bob, &path), ["sea.jpg", "sea (2).jpg"]);
    ground.bob.download(&format!("{path}/sea.jpg")).holds(b"two");
    packs(&zipped(&mut ground.bob, &path, &["sea.jpg"]), &[b"two"]);
    assert!(ground.bob.list_names("/SHARED").is_empty());
    // To look at only.
    ground.link(&[("allowpublicviewonly", "1")]);
    assert_eq!(in_order(&mut guest, &path), ["sea.jpg", "sea (2).jpg"]);
    closed(&guest.download(&format!("{path}/sea.jpg")));
    closed(&zipped(&mut guest, &path, &["sea.jpg"]));
    let told = guest.core("getpublicshareinfo", &[("path", &path)]).xml();
    assert_eq!(told.child("link").field("allowpublicviewonly"), "1");
    // Behind a password.
    ground.link(&[("allowpublicviewonly", "0"), ("sharepassword", "sesame 12")]);
    leads_nowhere(&mut guest, &path);
    closed(&guest.download(&format!("{path}/sea.jpg")));
    guest.core("loginprotectedshare", &[("path", &path), ("password", "sesame 12")]).done();
    assert_eq!(in_order(&mut guest, &path), ["sea.jpg", "sea (2).jpg"]);
    // An album without files leads nowhere, until it has one.
    ground.link(&[("sharepassword", "")]);
    let list = ground.list.clone();
    ground.alice.core("clearfavoritesinnamedlist", &[("name", "Trip")]).done();
    leads_nowhere(&mut ground.server.guest(), &path);
    ground.alice.core("setfavorite", &[("id", &list), ("name", "/alice/One/sea.jpg")]).done();
    assert_eq!(in_order(&mut ground.server.guest(), &path), ["sea.jpg"]);
    ground.alice.core("deleteshare", &[("shareid", &ground.share)]).done();
    leads_nowhere(&mut ground.server.guest(), &path);
}

#[test]
fn downloads_of_an_album_are_counted() {
    let mut ground = ground();
    let path = ground.link(&[("maxdownloads", "1")]);
    let count = |ground: &mut Ground| {
        let share = ground.alice.core("getshareforid", &[("shareid", &ground.share)]).xml();
        share.child("share").field("downloadcount").to_owned()
    };
    packs(&zipped(&mut ground.server.guest(), &path, &["sea.jpg", "sea (2).jpg"]), &[b"one", b"two"]);
    assert_eq!(count(&mut ground), "1");
    // Another person finds nothing more.
    closed(&zipped(&mut ground.bob, &path, &["sea.jpg"]));
    closed(&ground.bob.download(&format!("{path}/sea.jpg")));
    ground.link(&[("maxdownloads", "2")]);
    ground.bob.download(&format!("{path}/sea.jpg")).holds(b"two");
    assert_eq!(count(&mut ground), "2");
    closed(&zipped(&mut ground.bob, &path, &["sea.jpg", "sea (2).jpg"]));
}

#[test]
fn members_leave_an_album_and_find_nothing_else_by_it() {
    let mut ground = ground();
    let told = shared(&mut ground.alice, &ground.list.clone());
    assert_eq!(told.field("shareid"), ground.share, "an album has one share");
    assert_eq!(told.field("albumid"), ground.list);
    assert_eq!(told.field("sharelocation"), "/SHARED/alice/Trip");
    assert_eq!((told.field("isreshare"), told.field("isdir")), ("0", "1"));
    let shares = ground.alice.core("getshares", &[]).xml();
    assert_eq!(shares.all("share").count(), 1);
    ground.give_to("bob");
    let notified = ground.bob.core("gettoasts", &[]);
    assert!(notified.text().contains("/SHARED/alice/Trip/sea.jpg"), "{notified:?}");
    for place in ["/", "/SHARED", "/SHARED/alice/Trip"] {
        let found = ground.bob.core("dosearch", &[("searchstring", "sea"), ("searchloc", place)]);
        assert!(found.text().contains("/SHARED/alice/Trip/sea.jpg"), "{found:?}");
        let found = ground.bob.core("dosearch", &[("searchstring", "secret"), ("searchloc", place)]);
        assert!(!found.text().contains("secret.jpg"), "{found:?}");
    }
    // The entry itself is not marked as shared, and its folder is not either.
    for place in ["/alice", "/alice/One"] {
        assert!(ground.alice.list(place).iter().all(|entry| entry.field("isshared").is_empty()));
    }
    for wrong in ["/SHARED/alice", "/SHARED/alice/Trip/sea.jpg"] {
        ground.bob.core("leaveshare", &[("path", wrong)]).refused();
    }
    ground.bob.core("leaveshare", &[("path", "/SHARED/alice/Trip")]).done();
    assert!(ground.bob.list_names("/SHARED").is_empty());
    closed(&ground.bob.download("/SHARED/alice/Trip/sea.jpg"));
}

/// The paths of the photos in a folder and below it.
fn photos(caller: &mut Caller, folder: &str) -> Vec<String> {
    caller.core("getphotodays", &[("path", folder)]).xml();
    let reply = caller.core("getphotos", &[("path", folder)]).xml();
    let mut paths: Vec<String> = reply.all("photo").map(|photo| photo.field("path").to_owned()).collect();
    paths.sort();
    paths
}

/// The paths of what a search finds; their number must be the one that is told.
fn found(caller: &mut Caller, text: &str, folder: &str) -> Vec<String> {
    let reply = caller.core("dosearch", &[("searchstring", text), ("searchloc", folder)]).xml();
    let mut paths: Vec<String> = reply.all("entry").map(|entry| entry.field("path").to_owned()).collect();
    assert_eq!(reply.child("meta").number("total"), paths.len() as i64, "{text} in {folder}");
    paths.sort();
    paths
}

#[test]
fn the_files_of_an_album_are_found_and_stand_among_the_photos_each_once() {
    let mut ground = ground();
    let files = ["/SHARED/alice/Trip/sea (2).jpg", "/SHARED/alice/Trip/sea.jpg"];
    assert!(found(&mut ground.bob, "", "/SHARED").is_empty() && photos(&mut ground.bob, "/").is_empty());
    ground.give_to("bob");
    for folder in ["/", "/SHARED", "/SHARED/alice", "/SHARED/alice/Trip"] {
        assert_eq!(found(&mut ground.bob, "SEA", folder), files, "{folder}");
        assert_eq!(photos(&mut ground.bob, folder), files, "{folder}");
        assert!(found(&mut ground.bob, "secret", folder).is_empty(), "{folder}");
        assert!(found(&mut ground.bob, "Inner", folder).is_empty(), "{folder}");
    }
    assert_eq!(found(&mut ground.bob, "", "/SHARED"), files);
    assert!(found(&mut ground.bob, "sea", "/bob").is_empty());
    let limited = [("searchstring", "sea"), ("searchloc", "/"), ("minsize", "1")];
    assert_eq!(ground.bob.core("dosearch", &limited).xml().all("entry").count(), 0);

    // A file that is shared with its folder too is shown once, there; in the album it is as before.
    let share = ground.alice.core("quickshare", &[("sharelocation", "/alice/One")]).xml();
    let share = share.child("share").field("shareid").to_owned();
    ground.alice.core("addusertoshare", &[("shareid", &share), ("userid", "bob")]).done();
    let both = ["/SHARED/alice/One/sea.jpg", "/SHARED/alice/Trip/sea.jpg"];
    assert_eq!(found(&mut ground.bob, "sea", "/"), both);
    assert_eq!(found(&mut ground.bob, "sea", "/SHARED/alice/Trip"), files);
    let with_secret = [both[0], "/SHARED/alice/One/secret.jpg", both[1]];
    assert_eq!(photos(&mut ground.bob, "/"), with_secret);
    assert_eq!(photos(&mut ground.bob, "/SHARED/alice/Trip"), files);
    ground.alice.core("deleteshare", &[("shareid", &share)]).done();

    // What leaves the album, the disk or the share is found no more.
    ground.take_out("/alice/One/sea.jpg");
    assert_eq!(found(&mut ground.bob, "sea", "/"), files[1..]);
    assert_eq!(photos(&mut ground.bob, "/"), files[1..]);
    fs::remove_file(ground.server.data().file("/alice/Two/sea.jpg")).unwrap();
    assert!(found(&mut ground.bob, "sea", "/").is_empty());
    ground.put_in("/alice/One/sea.jpg");
    assert_eq!(found(&mut ground.bob, "sea", "/"), ["/SHARED/alice/Trip/sea.jpg"]);
    ground.alice.core("deleteuserfromshare", &[("shareid", &ground.share), ("userid", "bob")]).done();
    assert!(found(&mut ground.bob, "sea", "/").is_empty() && photos(&mut ground.bob, "/").is_empty());
}
