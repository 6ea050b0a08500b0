//! Network folders. They are given to accounts and groups, to read or to write, and can be added
//! below the allowed directories.

use crate::harness::{Caller, Data, Element, Launch, Server};
use std::fs;

/// A server with the disk `family`, which the configuration gives to nobody, and the disk `all`,
/// which it gives to everybody. More disks may be added below `more`.
fn ground() -> (Server, Data) {
    let data = Data::with_accounts();
    for folder in ["family/Photos", "all/x", "other/x"] {
        fs::create_dir_all(data.path(folder)).unwrap();
    }
    let more = Data::empty();
    for folder in ["music/x", "films/x"] {
        fs::create_dir_all(more.path(folder)).unwrap();
    }
    fs::write(data.path("family/Photos/sea.jpg"), "waves").unwrap();
    let volumes = format!("family={}:,all={}", data.path("family").display(), data.path("all").display());
    let launch = Launch::on(data).setting("CLOUDLET_VOLUMES", volumes);
    (launch.setting("CLOUDLET_EXTERNAL_ROOTS", more.path("").display()).start(), more)
}

fn externals(admin: &mut Caller) -> Vec<Element> {
    let reply = admin.administer("getexternals", &[]).xml();
    reply.all("external").cloned().collect()
}

fn id_of(admin: &mut Caller, name: &str) -> String {
    let all = externals(admin);
    let external = all.iter().find(|external| external.field("name") == name);
    external.unwrap_or_else(|| panic!("{name} is not there")).field("externalid").to_owned()
}

fn disks(caller: &mut Caller) -> Vec<String> {
    caller.list_names("/EXTERNAL")
}

fn give(admin: &mut Caller, id: &str, user: &str, mode: &str) {
    let fields = [("externalid", id), ("userid", user), ("writemode", mode)];
    admin.administer("addusertoexternal", &fields).done();
}

#[test]
fn a_disk_is_given_to_read_or_to_write_and_taken_away() {
    let (mut server, _more) = ground();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    assert_eq!(disks(&mut bob), ["all"]);
    let id = id_of(&mut admin, "family");
    give(&mut admin, &id, "bob", "0");
    assert_eq!(disks(&mut bob), ["all", "family"]);
    bob.download("/EXTERNAL/family/Photos/sea.jpg").holds(b"waves");
    bob.upload("/EXTERNAL/family", "new", b"x").failed(400);
    bob.core("deletefile", &[("path", "/EXTERNAL/family"), ("name", "Photos")]).refused();
    let take = [("fromname", "/EXTERNAL/family/Photos"), ("toname", "/bob/Photos")];
    bob.core("renameormove", &take).refused();

    give(&mut admin, &id, "bob", "1");
    bob.upload("/EXTERNAL/family", "new", b"x").ok();
    let users = admin.administer("getusersforexternal", &[("externalid", &id)]).xml();
    assert_eq!((users.child("user").field("name"), users.child("user").number("writemode")), ("bob", 1));
    server.ask_to_stop();
    server.wait();
    server.start_again();
    bob.follow(&server);
    admin.follow(&server);
    assert_eq!(disks(&mut bob), ["all", "family"], "also after a start");
    assert_eq!(disks(&mut server.user("bobby")), ["all"]);

    admin.administer("deleteuserfromexternal", &[("externalid", &id), ("userid", "bob")]).done();
    admin.administer("deleteuserfromexternal", &[("externalid", &id), ("userid", "bob")]).refused();
    assert_eq!(disks(&mut bob), ["all"]);
    bob.download("/EXTERNAL/family/Photos/sea.jpg").failed(403);
}

#[test]
fn a_group_has_what_its_members_have_and_the_configuration_stays() {
    let (server, _more) = ground();
    let (mut admin, mut bobby) = (server.admin(), server.user("bobby"));
    let id = id_of(&mut admin, "family");
    let group = admin
        .administer("addgroup", &[("groupname", "Kids")])
        .xml()
        .child("group")
        .field("groupid")
        .to_owned();
    let fields = [("externalid", id.as_str()), ("groupid", group.as_str())];
    admin.administer("addgrouptoexternal", &[&fields[..], &[("writemode", "0")]].concat()).done();
    assert_eq!(disks(&mut bobby), ["all"]);
    admin.administer("addmembertogroup", &[("groupid", &group), ("userid", "bobby")]).done();
    bobby.download("/EXTERNAL/family/Photos/sea.jpg").holds(b"waves");
    bobby.upload("/EXTERNAL/family", "new", b"x").failed(400);
    let groups = admin.administer("getgroupsforexternal", &[("externalid", &id)]).xml();
    let told = groups.child("group");
    assert_eq!(
        (told.field("groupname"), told.field("id"), told.number("writemode")),
        ("Kids", group.as_str(), 0)
    );
    admin.administer("deletegroupfromexternal", &fields).done();
    assert_eq!(disks(&mut bobby), ["all"]);

    let all = id_of(&mut admin, "all");
    let of_all = admin.administer("getgroupsforexternal", &[("externalid", &all)]).xml();
    assert_eq!(of_all.child("group").field("groupname"), "EVERYONE");
    let everyone = of_all.child("group").field("id").to_owned();
    admin.administer("deletegroupfromexternal", &[("externalid", &all), ("groupid", &everyone)]).refused();
    admin.administer("deleteexternal", &[("externalid", &all)]).refused();
    for wrong in [("externalid", "none"), ("externalid", "")] {
        admin.administer("getusersforexternal", &[wrong]).declined();
    }
}

#[test]
fn a_disk_is_added_below_an_allowed_directory_and_nowhere_else() {
    let (mut server, more) = ground();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    let add = |admin: &mut Caller, name: &str, location: &str| {
        admin.administer("addexternal", &[("externalname", name), ("location", location)])
    };
    let (music, films) = (more.path("music").display().to_string(), more.path("films").display().to_string());
    let other = server.data().path("other");
    std::os::unix::fs::symlink(&other, more.path("link")).unwrap();
    std::os::unix::fs::symlink("/etc", more.path("etc")).unwrap();
    let data = server.data().path("").display().to_string();
    for wrong in [
        "/",
        "/etc",
        "music",
        "",
        &more.path("").display().to_string(),
        &format!("{music}/../../other"),
        &other.display().to_string(),
        &more.path("link").display().to_string(),
        &more.path("etc").display().to_string(),
        &more.path("none").display().to_string(),
        &data,
    ] {
        assert_eq!(add(&mut admin, "Wrong", wrong).result(), 0, "{wrong}");
    }
    for name in ["", "a/b", "..", "recyclebin", "a,b", &"x".repeat(65)] {
        assert_eq!(add(&mut admin, name, &music).result(), 0, "{name}");
    }
    assert_eq!(externals(&mut admin).len(), 2);

    let added = add(&mut admin, "Music", &music).xml();
    assert_eq!(
        (added.child("external").field("name"), added.child("external").number("numusers")),
        ("Music", 0)
    );
    assert!(add(&mut admin, "music", &films).text().contains("Name already exists"));
    assert_eq!(add(&mut admin, "Twice", &music).result(), 0, "one directory is one disk");
    assert_eq!(disks(&mut bob), ["all"], "nobody has it yet");
    let id = id_of(&mut admin, "Music");
    give(&mut admin, &id, "bob", "1");
    bob.upload("/EXTERNAL/Music", "song", b"la").ok();
    assert_eq!(fs::read(more.path("music/song")).unwrap(), b"la");

    let rename = [("externalid", id.as_str()), ("externalname", "Songs"), ("location", music.as_str())];
    admin.administer("updateexternal", &rename).xml();
    assert_eq!(disks(&mut bob), ["all", "Songs"], "its members stay");
    server.ask_to_stop();
    server.wait();
    server.start_again();
    bob.follow(&server);
    admin.follow(&server);
    bob.download("/EXTERNAL/Songs/song").holds(b"la");
    admin.administer("deleteexternal", &[("externalid", &id)]).done();
    assert_eq!(disks(&mut bob), ["all"]);
    bob.download("/EXTERNAL/Songs/song").failed(403);
    assert_eq!(fs::read(more.path("music/song")).unwrap(), b"la", "what lies there stays");
}

/// A disk that is mounted elsewhere, or a directory that was moved, is the same network folder.
/// Another directory is a different one.
#[test]
fn a_disk_is_looked_for_where_it_is_now() {
    let (mut server, more) = ground();
    let (mut admin, mut bob) = (server.admin(), server.user("bob"));
    let place = |name: &str| more.path(name).display().to_string();
    let (music, films) = (place("music"), place("films"));
    let add = [("externalname", "Music"), ("location", music.as_str())];
    let id = admin.administer("addexternal", &add).xml().child("external").field("externalid").to_owned();
    give(&mut admin, &id, "bob", "1");
    bob.upload("/EXTERNAL/Music", "song", b"old").ok();
    bob.upload("/EXTERNAL/Music", "song", b"la").ok();
    let change = |admin: &mut Caller, changes: &[(&str, &str)]| {
        admin.administer("updateexternal", &[&[("externalid", id.as_str())], changes].concat())
    };
    for wrong in [&films, "/etc", &place("none"), &place(""), "music"] {
        let reply = change(&mut admin, &[("location", wrong)]);
        assert_eq!(reply.result(), 0, "{wrong}");
        bob.download("/EXTERNAL/Music/song").holds(b"la");
    }
    assert!(!more.path("films/.cloudlet").exists(), "nothing was left there");
    assert_eq!(change(&mut admin, &[("externalname", "family")]).result(), 0, "the name is taken");

    fs::rename(more.path("music"), more.path("moved")).unwrap();
    let moved = place("moved");
    let told = change(&mut admin, &[("externalname", "Songs"), ("location", &moved)]).xml();
    let told = told.child("external");
    assert_eq!(
        (told.field("externalid"), told.field("name"), told.field("location")),
        (id.as_str(), "Songs", &*moved)
    );
    assert_eq!((told.number("numusers"), told.number("isadded")), (1, 1));
    for _ in 0..2 {
        assert_eq!(disks(&mut bob), ["all", "Songs"]);
        bob.download("/EXTERNAL/Songs/song").holds(b"la");
        let versions = [("filepath", "/EXTERNAL/Songs"), ("filename", "song")];
        assert_eq!(bob.core("getversions", &versions).xml().all("version").count(), 2, "all of it is known");
        server.ask_to_stop();
        server.wait();
        server.start_again();
        bob.follow(&server);
        admin.follow(&server);
    }
    // A value that a call does not give stays as it is.
    assert_eq!(change(&mut admin, &[]).xml().child("external").field("name"), "Songs");
    let family = id_of(&mut admin, "family");
    admin.administer("updateexternal", &[("externalid", &family), ("externalname", "Ours")]).refused();
}

#[test]
fn without_the_setting_nothing_can_be_added() {
    let server = Server::start();
    fs::create_dir_all(server.data().path("music/x")).unwrap();
    let location = server.data().path("music").display().to_string();
    let fields = [("externalname", "Music"), ("location", location.as_str())];
    assert!(server.admin().administer("addexternal", &fields).text().contains("external_roots"));
    server.admin().administer("setsetting", &[("name", "external_roots"), ("value", "/tmp")]).refused();
}

#[test]
fn team_folders_are_those_of_one_account() {
    let server = Server::start();
    let (mut admin, mut bobby) = (server.admin(), server.user("bobby"));
    let told = |admin: &mut Caller| {
        let reply = admin.administer("getteamfolderproperties", &[]).xml();
        let team = reply.child("teamfolderproperty");
        (team.number("enabled"), team.field("username").to_owned(), team.number("aclenabled"))
    };
    assert_eq!(told(&mut admin), (0, String::new(), 1));
    admin.administer("setteamfolderuser", &[("username", "nobody")]).refused();
    admin.administer("setteamfolderuser", &[("username", "BOB")]).done();
    assert_eq!(told(&mut admin), (1, "bob".to_owned(), 1));

    let at_work = ("adminproxyuserid", "alice");
    admin.core("createfolder", &[("path", "/bob"), ("name", "Club"), at_work]).done();
    let share = admin.core("quickshare", &[("sharelocation", "/bob/Club"), at_work]).xml();
    let share = share.child("share").field("shareid").to_owned();
    let groups = server.user("bob").core("searchgroups", &[]).xml();
    let everyone = groups.child("group").field("groupid").to_owned();
    let member = [("shareid", share.as_str()), ("groupid", everyone.as_str()), at_work];
    admin.core("addgrouptoshare", &member).done();
    let is_team = |caller: &mut Caller, path: &str| {
        caller.core("getfilelist", &[("path", path)]).xml().child("meta").number("teamfolder")
    };
    assert_eq!(is_team(&mut bobby, "/SHARED/bob/Club"), 1);
    assert_eq!((is_team(&mut bobby, "/SHARED/bob"), is_team(&mut bobby, "/bobby")), (0, 0));
    let found_at = |caller: &mut Caller| {
        let settings = caller.core("getprofilesettings", &[]).xml();
        settings.child("profilesettings").field("teamfolders").to_owned()
    };
    assert_eq!(found_at(&mut bobby), "/SHARED/bob");
    assert_eq!(found_at(&mut server.user("bob")), "", "these are their own files");
    admin.core("deletegroupfromshare", &member).done();
    assert_eq!(found_at(&mut bobby), "", "nobody is told whose they are who has none");
    admin.administer("deleteuser", &[("profile", "bob")]).done();
    assert_eq!(told(&mut admin), (0, String::new(), 1), "it went with its account");
}
