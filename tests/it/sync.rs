//! Changes for sync clients. Every change is reported once and in order, whichever entry point made
//! it, and also if it was found on the disk.

use crate::harness::{
    Caller, Data, Element, Launch, PASSWORD, Reply, Request, Server, cloudlet, noise, wait_until,
};
use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

/// A client that keeps a copy up to date with the answers, like a real sync client.
struct Client {
    caller: Caller,
    home: String,
    version: i64,
    /// The size of each file by its path; -1 for a folder.
    holds: BTreeMap<String, i64>,
}

fn ask(caller: &mut Caller, home: &str, status: &str) -> Reply {
    caller.post("/app/sync/getsyncdelta", &[("path", home), ("name", home), ("status", status)])
}

/// The version of a home, from `getsyncfolderlist`.
fn version(caller: &mut Caller, home: &str) -> i64 {
    let root = caller.post("/app/sync/getsyncfolderlist", &[("v", "1"), ("count", "0")]).xml();
    assert_eq!(root.name, "syncfolders");
    let folder = root.all("syncfolder").find(|folder| folder.field("name") == home).unwrap();
    let status = folder.field("statusset").to_owned();
    let version = status.strip_prefix("server,").and_then(|rest| rest.strip_suffix(';'));
    version.and_then(|version| version.parse().ok()).unwrap_or_else(|| panic!("{status}"))
}

impl Client {
    /// A client that knows nothing yet.
    fn new(caller: Caller, home: &str) -> Client {
        Client { caller, home: home.to_owned(), version: 0, holds: BTreeMap::new() }
    }

    /// Asks once. Returns the reported changes in order, for example `+/bob/a 3`, `+/bob/folder/`,
    /// `-/bob/a`.
    fn page(&mut self) -> Vec<String> {
        let reply = ask(&mut self.caller, &self.home, &format!("server,{};", self.version));
        let root = reply.xml();
        assert_eq!((reply.status, root.name.as_str()), (200, "syncdelta"), "{reply:?}");
        let told = root.all("record").map(|record| self.take(record)).collect();
        assert!(root.child("meta").number("updateversion") >= self.version);
        told
    }

    fn take(&mut self, record: &Element) -> String {
        let (path, is_folder) = (record.field("fullpath").to_owned(), record.number("type") == 0);
        assert_eq!(path.rsplit('/').next().unwrap(), record.field("name"));
        let version = record.number("updateversion");
        assert!(version > self.version, "versions grow: {version} after {}", self.version);
        self.version = version;
        if record.number("isdeleted") == 1 {
            self.holds.remove(&path);
            return format!("-{path}");
        }
        assert!(!record.field("etag").is_empty() && !record.field("modified").is_empty());
        let size = if is_folder { -1 } else { record.number("size") };
        self.holds.insert(path.clone(), size);
        if is_folder { format!("+{path}/") } else { format!("+{path} {size}") }
    }

    /// Asks until the answer is empty.
    fn told(&mut self) -> Vec<String> {
        let mut told = Vec::new();
        loop {
            let page = self.page();
            if page.is_empty() {
                return told;
            }
            told.extend(page);
        }
    }

    /// Checks that the copy has exactly the entries on the disk.
    #[track_caller]
    fn is_in_step(&self, data: &Data) {
        let mut there = BTreeMap::new();
        collect(data, &self.home, &mut there);
        assert_eq!(self.holds, there);
    }
}

fn collect(data: &Data, folder: &str, there: &mut BTreeMap<String, i64>) {
    for entry in fs::read_dir(data.file(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        let metadata = entry.metadata().unwrap();
        if metadata.is_dir() {
            collect(data, &path, there);
        }
        there.insert(path, if metadata.is_dir() { -1 } else { i64::try_from(metadata.len()).unwrap() });
    }
}

fn sorted(mut told: Vec<String>) -> Vec<String> {
    told.sort();
    told
}

#[test]
fn every_door_is_told() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let mut client = Client::new(bob.twin(), "/bob");
    client.version = version(&mut bob, "/bob");
    let mut step = |bob: &mut Caller, act: &dyn Fn(&mut Caller), wanted: &[&str]| {
        act(bob);
        assert_eq!(sorted(client.told()), wanted);
        client.is_in_step(server.data());
        assert!(client.told().is_empty());
    };
    let core = |operation: &'static str, fields: &'static [(&'static str, &'static str)]| {
        move |bob: &mut Caller| drop(bob.core(operation, fields).done())
    };
    step(&mut bob, &|bob| drop(bob.upload("/bob", "a", b"one").ok()), &["+/bob/a 3"]);
    step(&mut bob, &|bob| drop(bob.upload("/bob", "a", b"three").ok()), &["+/bob/a 5"]);
    step(&mut bob, &core("createfolder", &[("path", "/bob"), ("name", "F")]), &["+/bob/F/"]);
    step(
        &mut bob,
        &core("createfolder", &[("path", "/bob"), ("name", "G"), ("subpath", "h/i")]),
        &["+/bob/G/", "+/bob/G/h/", "+/bob/G/h/i/"],
    );
    step(&mut bob, &|bob| drop(bob.upload("/bob/F", "x", b"12").ok()), &["+/bob/F/x 2"]);
    let below = |bob: &mut Caller| {
        let request = Request::multipart(
            "/core/upload?path=/bob&uploadpath=F/sub&filename=y&offset=0&complete=1",
            crate::harness::Multipart::new().file("file", "y", b"123"),
        );
        bob.send(&request).ok();
    };
    step(&mut bob, &below, &["+/bob/F/sub/", "+/bob/F/sub/y 3"]);
    step(
        &mut bob,
        &core("renamefile", &[("path", "/bob"), ("name", "a"), ("newname", "b")]),
        &["+/bob/b 5", "-/bob/a"],
    );
    step(
        &mut bob,
        &core("renamefile", &[("path", "/bob"), ("name", "F"), ("newname", "E")]),
        &[
            "+/bob/E/",
            "+/bob/E/sub/",
            "+/bob/E/sub/y 3",
            "+/bob/E/x 2",
            "-/bob/F",
            "-/bob/F/sub",
            "-/bob/F/sub/y",
            "-/bob/F/x",
        ],
    );
    step(
        &mut bob,
        &core("renameormove", &[("fromname", "/bob/b"), ("toname", "/bob/E/sub/c")]),
        &["+/bob/E/sub/c 5", "-/bob/b"],
    );
    step(
        &mut bob,
        &core("renameormove", &[("fromname", "/bob/E/sub/c"), ("toname", "/bob/E/x"), ("overwrite", "1")]),
        &["+/bob/E/x 5", "-/bob/E/sub/c"],
    );
    step(
        &mut bob,
        &core("copyfile", &[("path", "/bob/E"), ("name", "x"), ("copyto", "/bob"), ("copytoname", "z")]),
        &["+/bob/z 5"],
    );
    step(
        &mut bob,
        &core("copyfile", &[("path", "/bob"), ("name", "E"), ("copyto", "/bob"), ("copytoname", "copy")]),
        &["+/bob/copy/", "+/bob/copy/sub/", "+/bob/copy/sub/y 3", "+/bob/copy/x 5"],
    );
    step(&mut bob, &core("deletefile", &[("path", "/bob"), ("name", "z")]), &["-/bob/z"]);
    step(
        &mut bob,
        &core("deletefile", &[("path", "/bob"), ("name", "copy")]),
        &["-/bob/copy", "-/bob/copy/sub", "-/bob/copy/sub/y", "-/bob/copy/x"],
    );
}

/// However many changes an entry had, it is reported once, in its present state. An entry that
/// exists is never reported as removed.
#[test]
fn an_entry_is_told_as_it_is_now() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let mut early = Client::new(bob.twin(), "/bob");
    assert!(early.told().is_empty());
    early.version = version(&mut bob, "/bob");
    for number in 0..5 {
        bob.upload("/bob", "a", &noise(number, 10 + number as usize)).ok();
        bob.core("renamefile", &[("path", "/bob"), ("name", "a"), ("newname", &format!("b{number}"))]).done();
    }
    bob.upload("/bob", "a", b"again").ok();
    bob.core("deletefile", &[("path", "/bob"), ("name", "b2")]).done();
    let told = sorted(early.told());
    assert_eq!(told, ["+/bob/a 5", "+/bob/b0 10", "+/bob/b1 11", "+/bob/b3 13", "+/bob/b4 14", "-/bob/b2"]);
    // A client that begins now learns of all existing entries and of paths where something was.
    let mut late = Client::new(bob.twin(), "/bob");
    assert_eq!(sorted(late.told()), told);
    late.is_in_step(server.data());
    assert_eq!(late.version, early.version);
}

#[test]
fn what_other_programs_change_is_told_after_a_visit_and_without_one() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let home = server.data().file("/bob");
    fs::create_dir_all(home.join("old/deep")).unwrap();
    fs::write(home.join("old/deep/file"), "1234").unwrap();
    let mut client = Client::new(bob.twin(), "/bob");
    // The server visits the disk before it gives the first answer.
    assert_eq!(client.told(), ["+/bob/old/", "+/bob/old/deep/", "+/bob/old/deep/file 4"]);

    fs::write(home.join("by hand"), "12").unwrap();
    bob.list("/bob");
    wait_until("a visit tells", Duration::from_secs(2), || client.page() == ["+/bob/by hand 2"]);
    // Nobody visits the folder.
    fs::rename(home.join("old"), home.join("new")).unwrap();
    fs::write(home.join("by hand"), "123").unwrap();
    fs::remove_dir_all(home.join("new/deep")).unwrap();
    let mut told = Vec::new();
    wait_until("it is looked for", Duration::from_secs(30), || {
        told.extend(client.page());
        told.len() >= 7
    });
    assert_eq!(
        sorted(told),
        [
            "+/bob/by hand 3",
            "+/bob/new/",
            // An entry that was created and removed between two visits is reported as removed too.
            "-/bob/new/deep",
            "-/bob/new/deep/file",
            "-/bob/old",
            "-/bob/old/deep",
            "-/bob/old/deep/file"
        ]
    );
    client.is_in_step(server.data());
}

#[test]
fn many_changes_come_in_pages_and_none_is_lost_between_them() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let home = server.data().file("/bob");
    for number in 0..2500 {
        fs::write(home.join(format!("{number:04}")), "x").unwrap();
    }
    let mut client = Client::new(bob.twin(), "/bob");
    assert_eq!(client.page().len(), 1000);
    // Changes that are made meanwhile are reported after the existing entries.
    bob.upload("/bob", "0000", b"other").ok();
    bob.core("deletefile", &[("path", "/bob"), ("name", "0001")]).done();
    bob.core("deletefile", &[("path", "/bob"), ("name", "2499")]).done();
    let rest = client.told();
    assert!((1500..=1503).contains(&rest.len()), "{}", rest.len());
    client.is_in_step(server.data());
    assert_eq!(client.holds.len(), 2498);
}

#[test]
fn clients_are_told_each_on_its_own_and_after_a_restart() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let mut clients = [Client::new(bob.twin(), "/bob"), Client::new(bob.twin(), "/bob")];
    bob.upload("/bob", "a", b"one").ok();
    assert_eq!(clients[0].told(), ["+/bob/a 3"]);
    bob.upload("/bob", "b", b"two").ok();
    assert_eq!(clients[0].told(), ["+/bob/b 3"]);
    let before = version(&mut bob, "/bob");
    assert_eq!(before, clients[0].version);
    for is_killed in [false, true] {
        match is_killed {
            true => server.kill(),
            false => assert_eq!(server.stop(), Some(0)),
        }
        server.start_again();
        bob.follow(&server);
        clients.iter_mut().for_each(|client| client.caller.follow(&server));
        assert!(clients[0].told().is_empty());
        assert_eq!(version(&mut bob, "/bob"), before, "nothing has changed");
    }
    bob.core("deletefile", &[("path", "/bob"), ("name", "a")]).done();
    assert_eq!(clients[0].told(), ["-/bob/a"]);
    assert_eq!(sorted(clients[1].told()), ["+/bob/b 3", "-/bob/a"]);
    assert_eq!(clients[0].holds, clients[1].holds);
}

#[test]
fn only_ones_own_home_and_an_administrators_proxy() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "a", b"one").ok();
    server.user("bobby").upload("/bobby", "secret", b"x").ok();
    let listed = bob.post("/app/sync/getsyncfolderlist", &[]).xml();
    let names: Vec<_> = listed.all("syncfolder").map(|folder| folder.field("name").to_owned()).collect();
    assert_eq!(names, ["/bob"]);
    for path in ["/bobby", "/nobody", "/alice", "/bobby/x"] {
        let message = ask(&mut bob, path, "server,0;").refused();
        assert_eq!(message, "You have no access to this path.");
    }
    for path in ["/", "/bob/a"] {
        ask(&mut bob, path, "server,0;").refused();
    }
    ask(&mut server.guest(), "/bob", "server,0;").failed(401);
    let mut alice = server.admin();
    let fields = [("path", "/bobby"), ("status", "server,0;"), ("adminproxyuserid", "bobby")];
    let root = alice.post("/app/sync/getsyncdelta", &fields).xml();
    assert_eq!(root.child("record").field("fullpath"), "/bobby/secret");
    let listed = alice.post("/app/sync/getsyncfolderlist", &[("adminproxyuserid", "bob")]).xml();
    assert_eq!(listed.all("syncfolder").count(), 3);
    // A bare number works too, and JSON contains numbers.
    let reply = ask(&mut bob.in_json(), "/bob", "0").json();
    assert_eq!(reply["record"][0]["fullpath"], "/bob/a");
    assert_eq!((&reply["record"][0]["type"], &reply["record"][0]["isdeleted"]), (&1.into(), &0.into()));
}

#[test]
fn a_shared_folder_is_synced_by_its_members_at_the_path_that_they_see() {
    let server = Server::start();
    let (mut bob, mut bobby) = (server.user("bob"), server.user("bobby"));
    bob.core("createfolder", &[("path", "/bob"), ("name", "Trip"), ("subpath", "sea")]).done();
    bob.upload("/bob/Trip", "a", b"one").ok();
    bob.upload("/bob", "private", b"x").ok();
    let mut share = |path: &str| {
        let share = bob.core("quickshare", &[("sharelocation", path)]).xml();
        let share = share.child("share").field("shareid").to_owned();
        bob.core("addusertoshare", &[("shareid", &share), ("userid", "bobby")]).done();
        share
    };
    share("/bob/private");
    let share = share("/bob/Trip");
    let listed = |caller: &mut Caller| -> Vec<String> {
        let listed = caller.post("/app/sync/getsyncfolderlist", &[]).xml();
        listed.all("syncfolder").map(|folder| folder.field("name").to_owned()).collect()
    };
    let trip = "/SHARED/bob/Trip";
    assert_eq!(listed(&mut bobby), ["/bobby", trip], "a single file is no folder");
    for path in ["/SHARED/bob/private", "/SHARED/bob/Trip/sea", "/SHARED/bob", "/SHARED", "/bob/Trip"] {
        ask(&mut bobby, path, "server,0;").refused();
    }
    let mut client = Client::new(server.user("bobby"), trip);
    assert_eq!(sorted(client.told()), ["+/SHARED/bob/Trip/a 3", "+/SHARED/bob/Trip/sea/"]);

    bob.upload("/bob", "private", b"xyz").ok();
    bob.upload("/bob", "moved", b"four").ok();
    assert_eq!(client.told(), [] as [&str; 0]);
    let mut go = |from: &str, to: &str| {
        bob.core("renameormove", &[("fromname", from), ("toname", to)]).done();
    };
    go("/bob/moved", "/bob/Trip/sea/moved");
    go("/bob/Trip/a", "/bob/a");
    assert_eq!(sorted(client.told()), ["+/SHARED/bob/Trip/sea/moved 4", "-/SHARED/bob/Trip/a"]);
    // The share keeps its name when its folder gets another one, and its clients begin anew. Whether
    // something was deleted before at the folder's new path is not theirs to know.
    go("/bob/private", "/bob/Travel");
    bob.core("deletefile", &[("path", "/bob"), ("name", "Travel")]).done();
    bob.core("createfolder", &[("path", "/bob"), ("name", "Travel"), ("subpath", "secret")]).done();
    bob.core("deletefile", &[("path", "/bob"), ("name", "Travel")]).done();
    let mut go = |from: &str, to: &str| {
        bob.core("renameormove", &[("fromname", from), ("toname", to)]).done();
    };
    go("/bob/Trip", "/bob/Travel");
    ask(&mut client.caller, trip, &format!("server,{};", client.version)).failed(410);
    let mut client = Client::new(server.user("bobby"), trip);
    assert_eq!(sorted(client.told()), ["+/SHARED/bob/Trip/sea/", "+/SHARED/bob/Trip/sea/moved 4"]);
    bob.core("deletefile", &[("path", "/bob/Travel/sea"), ("name", "moved")]).done();
    assert_eq!(client.told(), ["-/SHARED/bob/Trip/sea/moved"]);

    let hidden = [("path", "/bob/Travel/sea"), ("type", "user"), ("value", "bobby"), ("perm", "R")];
    bob.core("addaclentry", &[&hidden[..], &[("flag", "deny")]].concat()).done();
    assert_eq!(Client::new(server.user("bobby"), trip).told(), [] as [&str; 0]);
    let access = [("shareid", share.as_str()), ("userid", "bobby"), ("sync", "false")];
    bob.core("setuseraccessforshare", &access).done();
    assert_eq!(listed(&mut bobby), ["/bobby"]);
    ask(&mut bobby, trip, "server,0;").refused();
}

/// Adds an account.
fn add_account(server: &Server, name: &str) {
    let email = format!("{name}@home.lan");
    let fields = [("username", name), ("email", &email), ("password", PASSWORD), ("status", "1")];
    server.admin().administer("adduser", &fields).done();
}

/// What a new client of somebody is told about a folder of bob's.
fn told_anew(server: &Server, name: &str, folder: &str) -> Vec<String> {
    told_of(server, name, &format!("/SHARED/bob/{folder}"))
}

/// What a new client of somebody is told about a folder.
fn told_of(server: &Server, name: &str, top: &str) -> Vec<String> {
    let told = sorted(Client::new(server.user(name), top).told());
    told.into_iter().map(|one| one.replace(&format!("{top}/"), "")).collect()
}

/// Names that were deleted before somebody became a member are not theirs to know, whether they
/// became one themselves, with a group, or with a new account.
#[test]
fn a_later_member_is_told_of_no_earlier_deletion() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    add_account(&server, "carol");
    let mut shares = Vec::new();
    for folder in ["Trip", "Open"] {
        bob.core("createfolder", &[("path", "/bob"), ("name", folder)]).done();
        let path = format!("/bob/{folder}");
        for name in ["before", "after"] {
            bob.upload(&path, name, b"x").ok();
        }
        let share = bob.core("quickshare", &[("sharelocation", &path)]).xml();
        shares.push(share.child("share").field("shareid").to_owned());
    }
    let group = admin.administer("addgroup", &[("groupname", "Family")]).xml();
    let group = group.child("group").field("groupid").to_owned();
    let groups = admin.administer("getgroups", &[]).xml();
    let everyone = groups.all("group").next().unwrap().field("groupid").to_owned();
    let [trip, open] = [&shares[0], &shares[1]];
    bob.core("addusertoshare", &[("shareid", trip), ("userid", "bobby")]).done();
    bob.core("addgrouptoshare", &[("shareid", trip), ("groupid", &group)]).done();
    bob.core("addgrouptoshare", &[("shareid", open), ("groupid", &everyone)]).done();
    for folder in ["Trip", "Open"] {
        // The server notes deletions for a home that somebody syncs.
        assert_eq!(told_anew(&server, "bobby", folder), ["+after 1", "+before 1"]);
        bob.core("deletefile", &[("path", &format!("/bob/{folder}")), ("name", "before")]).done();
    }
    // The time of a deletion is kept in seconds.
    std::thread::sleep(Duration::from_millis(1100));
    add_account(&server, "dora");
    admin.administer("addmembertogroup", &[("groupid", &group), ("userid", "carol")]).done();
    bob.core("addusertoshare", &[("shareid", trip), ("userid", "alice")]).done();
    for folder in ["/bob/Trip", "/bob/Open"] {
        bob.core("deletefile", &[("path", folder), ("name", "after")]).done();
    }
    for (name, folder) in [("alice", "Trip"), ("carol", "Trip"), ("dora", "Open")] {
        assert_eq!(told_anew(&server, name, folder), ["-after"], "{name}");
    }
    for (name, folder) in [("bobby", "Trip"), ("bobby", "Open"), ("carol", "Open")] {
        assert_eq!(told_anew(&server, name, folder), ["-after", "-before"], "{name}");
    }
}

/// Somebody who leaves a share and comes back is not told what was deleted meanwhile.
#[test]
fn a_member_who_comes_back_is_told_of_no_deletion_meanwhile() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "Trip")]).done();
    bob.upload("/bob/Trip", "meanwhile", b"x").ok();
    let share = bob.core("quickshare", &[("sharelocation", "/bob/Trip")]).xml();
    let share = share.child("share").field("shareid").to_owned();
    let mut add = || bob.core("addusertoshare", &[("shareid", &share), ("userid", "bobby")]).done();
    add();
    assert_eq!(told_anew(&server, "bobby", "Trip"), ["+meanwhile 1"]);
    server.user("bobby").core("leaveshare", &[("path", "/SHARED/bob/Trip")]).done();
    server.user("bob").core("deletefile", &[("path", "/bob/Trip"), ("name", "meanwhile")]).done();
    std::thread::sleep(Duration::from_millis(1100));
    add();
    assert_eq!(told_anew(&server, "bobby", "Trip"), [] as [&str; 0]);
}

/// A disk that is given to somebody later tells no name of what was deleted on it before.
#[test]
fn whoever_gets_a_disk_later_is_told_of_no_earlier_deletion() {
    let data = Data::with_accounts();
    for name in ["before", "after"] {
        for disk in ["given", "open"] {
            fs::create_dir_all(data.path(disk)).unwrap();
            fs::write(data.path(disk).join(name), "x").unwrap();
        }
    }
    let [given, open] = ["given", "open"].map(|disk| data.path(disk).display().to_string());
    let volumes = format!("given={given}:,open={open}");
    let server = Launch::on(data).setting("CLOUDLET_VOLUMES", volumes).start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let disks = admin.administer("getexternals", &[]).xml();
    let id = disks
        .all("external")
        .find(|disk| disk.field("name") == "given")
        .unwrap()
        .field("externalid")
        .to_owned();
    let mut give = |name: &str| {
        let fields = [("externalid", id.as_str()), ("userid", name), ("writemode", "1")];
        admin.administer("addusertoexternal", &fields).done();
    };
    give("bob");
    for disk in ["given", "open"] {
        assert_eq!(told_of(&server, "bob", &format!("/EXTERNAL/{disk}")), ["+after 1", "+before 1"]);
        bob.core("deletefile", &[("path", &format!("/EXTERNAL/{disk}")), ("name", "before")]).done();
    }
    std::thread::sleep(Duration::from_millis(1100));
    give("bobby");
    // Who has it already keeps the time since then.
    give("bob");
    add_account(&server, "dora");
    for disk in ["given", "open"] {
        bob.core("deletefile", &[("path", &format!("/EXTERNAL/{disk}")), ("name", "after")]).done();
    }
    for (name, disk) in [("bobby", "given"), ("dora", "open")] {
        assert_eq!(told_of(&server, name, &format!("/EXTERNAL/{disk}")), ["-after"], "{name}");
    }
    for (name, disk) in [("bob", "given"), ("bob", "open"), ("bobby", "open")] {
        assert_eq!(told_of(&server, name, &format!("/EXTERNAL/{disk}")), ["-after", "-before"], "{name}");
    }
}

/// A client that was away learns of all deletions, even if its user has the folder or the disk in
/// another way by now.
#[test]
fn deletions_stay_told_when_somebody_gets_by_themselves_what_their_group_had() {
    let data = Data::with_accounts();
    fs::create_dir_all(data.path("disk")).unwrap();
    fs::write(data.path("disk/old"), "x").unwrap();
    let volumes = format!("disk={}:bob", data.path("disk").display());
    let server = Launch::on(data).setting("CLOUDLET_VOLUMES", volumes).start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    bob.core("createfolder", &[("path", "/bob"), ("name", "Trip")]).done();
    bob.upload("/bob/Trip", "old", b"x").ok();
    let share = bob.core("quickshare", &[("sharelocation", "/bob/Trip")]).xml();
    let share = ("shareid", share.child("share").field("shareid"));
    let group = admin.administer("addgroup", &[("groupname", "Family")]).xml();
    let group = ("groupid", group.child("group").field("groupid"));
    let disk = admin.administer("getexternals", &[]).xml();
    let disk = ("externalid", disk.child("external").field("externalid"));
    admin.administer("addmembertogroup", &[group, ("userid", "bobby")]).done();
    bob.core("addgrouptoshare", &[share, group]).done();
    admin.administer("addgrouptoexternal", &[disk, group, ("writemode", "0")]).done();
    let tops = ["/SHARED/bob/Trip", "/EXTERNAL/disk"];
    let mut clients = tops.map(|top| Client::new(server.user("bobby"), top));
    for client in &mut clients {
        assert_eq!(client.told(), [format!("+{}/old 1", client.home)]);
    }
    for folder in ["/bob/Trip", "/EXTERNAL/disk"] {
        bob.core("deletefile", &[("path", folder), ("name", "old")]).done();
    }
    std::thread::sleep(Duration::from_millis(1100));
    bob.core("addusertoshare", &[share, ("userid", "bobby")]).done();
    admin.administer("addusertoexternal", &[disk, ("userid", "bobby"), ("writemode", "0")]).done();
    bob.core("deletegroupfromshare", &[share, group]).done();
    admin.administer("deletegroupfromexternal", &[disk, group]).done();
    for client in &mut clients {
        assert_eq!(client.told(), [format!("-{}/old", client.home)]);
    }
}

/// A version that this home never had, or had before its changes were counted anew, gets status
/// 410. An empty envelope would look like "nothing has changed".
#[test]
fn a_client_that_knows_a_version_of_another_time_is_told_to_begin_anew() {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "a", b"one").ok();
    let backups = Data::empty();
    let known = version(&mut bob, "/bob");
    cloudlet(server.data(), &["backup", &backups.path("").display().to_string()], "").succeeded();
    bob.upload("/bob", "b", b"two").ok();
    let later = version(&mut bob, "/bob");
    assert!(later > known);
    for version in [1, known - 1_000_000, later + 1] {
        let message = ask(&mut bob, "/bob", &format!("server,{version};")).failed(410);
        assert!(message.contains("begin anew"), "{message}");
    }
    drop(server);

    let restored = Data::empty();
    cloudlet(&restored, &["restore", &backups.path("").display().to_string()], "").succeeded();
    let server = Launch::on(restored).start();
    let mut bob = server.user("bob");
    for version in [known, later] {
        ask(&mut bob, "/bob", &format!("server,{version};")).failed(410);
    }
    let now = version(&mut bob, "/bob");
    assert!(now > later, "no version is handed out a second time");
    let mut client = Client::new(bob.twin(), "/bob");
    assert_eq!(client.told(), ["+/bob/a 3"]);
}

#[test]
fn an_account_made_again_is_another_home() {
    let server = Server::start();
    let mut bobby = server.user("bobby");
    bobby.upload("/bobby", "a", b"one").ok();
    let known = version(&mut bobby, "/bobby");
    let mut alice = server.admin();
    alice.administer("deleteuser", &[("profile", "bobby")]).done();
    let password = PASSWORD;
    let fields = [("username", "bobby"), ("email", "b@example.org"), ("password", password)];
    alice.administer("adduser", &fields).done();
    let mut bobby = server.user("bobby");
    ask(&mut bobby, "/bobby", &format!("server,{known};")).failed(410);
    assert!(Client::new(bobby, "/bobby").told().is_empty());
}
