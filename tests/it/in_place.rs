//! Files that another program changes in place, without changing their length and time of
//! modification: containers of encrypted disks, disk images, some databases. The server does not
//! report that as damage, and does not answer from values that are out of date.

use crate::harness::{
    Caller, Data, Launch, Multipart, Request, Server, change_in_place, cloudlet, form, names, noise,
};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

fn etag(caller: &mut Caller, path: &str) -> String {
    caller.download(path).header("etag").unwrap().to_owned()
}

fn deep(data: &Data) -> (String, String) {
    let said = cloudlet(data, &["check", "--deep"], "");
    let last = said.stdout.lines().last().unwrap_or_default().to_owned();
    (said.stdout, last)
}

fn counted(compared: u64, taken: u64) -> String {
    format!("Files that match their checksum: {compared}. Files with a first checksum: {taken}.")
}

/// A server with a file, a file with a version, a file in the bin, and a file in a folder in the
/// bin.
fn ground() -> (Server, Caller) {
    let server = Server::start();
    let mut bob = server.user("bob");
    bob.core("createfolder", &[("path", "/bob"), ("name", "box")]).done();
    bob.upload("/bob", "disk.img", &noise(1, 50_000)).ok();
    bob.upload("/bob", "safe.hc", &noise(2, 50_000)).ok();
    bob.upload("/bob", "safe.hc", &noise(3, 50_000)).ok();
    bob.upload("/bob/box", "deep.img", &noise(4, 50_000)).ok();
    bob.upload("/bob", "gone.img", &noise(5, 50_000)).ok();
    for name in ["box", "gone.img"] {
        bob.core("deletefile", &[("path", "/bob"), ("name", name)]).done();
    }
    (server, bob)
}

#[test]
fn a_deep_check_does_not_call_it_damage() {
    let (server, _bob) = ground();
    let data = server.data();
    assert_eq!(deep(data).1, counted(5, 0));
    change_in_place(&data.file("/bob/disk.img"));
    change_in_place(&data.file("/bob/safe.hc"));
    // Another program may still have an old content open and write into it.
    let versions = data.file("/.cloudlet/versions");
    names(&versions).iter().for_each(|name| change_in_place(&versions.join(name)));
    let trash = data.file("/.cloudlet/trash");
    for name in names(&trash) {
        let path = trash.join(name);
        change_in_place(&if path.is_dir() { path.join("deep.img") } else { path });
    }
    let (said, last) = deep(data);
    assert!(!said.contains("wrong"), "{said}");
    assert_eq!(last, counted(0, 5));
    // With the new checksum, a check finds damage again.
    data.damage(&data.file("/bob/disk.img"));
    assert!(deep(data).0.contains("wrong: /bob/disk.img is damaged"));
}

#[test]
fn what_changes_the_time_of_change_alone_accuses_nobody_and_hides_no_damage() {
    let (server, mut bob) = ground();
    let data = server.data();
    fs::set_permissions(data.file("/bob/disk.img"), Permissions::from_mode(0o600)).unwrap();
    fs::hard_link(data.file("/bob/safe.hc"), data.path("link")).unwrap();
    fs::rename(data.file("/bob/safe.hc"), data.file("/bob/moved.hc")).unwrap();
    bob.list("/bob");
    // The first check reads all contents, finds them unchanged, and stores the new times of change.
    // The second check has these times already.
    for _ in 0..2 {
        let (said, last) = deep(data);
        assert!(!said.contains("wrong"), "{said}");
        assert_eq!(last, counted(5, 0));
    }
    for name in ["disk.img", "moved.hc"] {
        data.damage(&data.file(&format!("/bob/{name}")));
        let (said, _) = deep(data);
        assert!(said.contains(&format!("wrong: /bob/{name} is damaged")), "{said}");
    }
}

#[test]
fn what_this_program_moves_itself_keeps_its_checksum() {
    let (server, mut bob) = ground();
    let data = server.data();
    bob.core("renamefile", &[("path", "/bob"), ("name", "disk.img"), ("newname", "a.img")]).done();
    bob.core("deletefile", &[("path", "/bob"), ("name", "a.img")]).done();
    bob.core("restorefromrecyclebin", &[("path", "/bob/recyclebin/a.img")]).done();
    let versions = bob.core("getversions", &[("filepath", "/bob"), ("filename", "safe.hc")]).xml();
    let old = versions.all("version").nth(1).unwrap().field("fileid").to_owned();
    let fields = [("filepath", "/bob"), ("filename", "safe.hc"), ("fileid", &*old)];
    bob.core("makeversionlive", &fields).done();
    // Each of these calls has changed the file's time of change, and the server has recorded the
    // new time. So a check finds damage directly after it.
    for path in ["/bob/a.img", "/bob/safe.hc"] {
        data.damage(&data.file(path));
        let (said, _) = deep(data);
        assert!(said.contains(&format!("wrong: {path} is damaged")), "{said}");
    }
}

#[test]
fn rows_from_before_the_upgrade_accuse_nobody() {
    let mut server = Server::start();
    server.user("bob").upload("/bob", "disk.img", &noise(1, 50_000)).ok();
    server.user("bob").upload("/bob", "same.img", &noise(2, 50_000)).ok();
    server.stop();
    let database = rusqlite::Connection::open(server.data().path("cloudlet.db")).unwrap();
    database
        .execute_batch("UPDATE checksums SET changed_ns = NULL; UPDATE nodes SET changed_ns = NULL")
        .unwrap();
    drop(database);
    change_in_place(&server.data().file("/bob/disk.img"));
    let (said, last) = deep(server.data());
    assert!(!said.contains("wrong"), "{said}");
    assert_eq!(last, counted(1, 1));
    assert_eq!(deep(server.data()).1, counted(2, 0));
}

#[test]
fn nobody_is_answered_from_what_was_true_before() {
    let (server, mut bob) = ground();
    let path = server.data().file("/bob/disk.img");
    let before = etag(&mut bob, "/bob/disk.img");
    let listed = |caller: &mut Caller| {
        let entry = caller.core("fileinfo", &[("file", "/bob/disk.img")]).xml();
        entry.child("entry").field("etag").to_owned()
    };
    assert_eq!(format!("\"{}\"", listed(&mut bob)), before);
    change_in_place(&path);
    assert_eq!(format!("\"{}\"", listed(&mut bob)), etag(&mut bob, "/bob/disk.img"));
    let now = fs::read(&path).unwrap();
    let target = Caller::download_target("/bob/disk.img");
    let reply = bob.send(&Request::get(&target).header("If-None-Match", &before));
    assert_eq!(reply.status, 200);
    reply.holds(&now);
    // The rest of an interrupted download would not fit the bytes that came before, so the whole
    // file is sent.
    let date = bob.download("/bob/disk.img").header("last-modified").unwrap().to_owned();
    for validator in [&before, &date] {
        let request = Request::get(&target).header("Range", "bytes=30000-").header("If-Range", validator);
        let reply = bob.send(&request);
        assert_eq!(reply.status, 200, "{validator}");
        reply.holds(&now);
    }
    let request = Request::get(&target).header("Range", "bytes=30000-").header("If-Match", &before);
    assert_eq!(bob.send(&request).status, 412);
    let checksum = bob.get(&format!("{target}&checksum=1"));
    assert_eq!(checksum.header("repr-digest"), None, "what is known is of other bytes");
    // An editor that has read the old content must not replace the new one.
    let query = form(&[("path", "/bob"), ("filename", "disk.img"), ("ifetag", &before)]);
    let body = Multipart::new().file("file", "disk.img", b"edited");
    let refused = bob.send(&Request::multipart(&format!("/core/upload?{query}"), body));
    assert_ne!(refused.text(), "OK");
    assert_eq!(fs::read(&path).unwrap(), now);
}

#[test]
fn sync_clients_and_the_search_in_texts_are_told() {
    let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_SEARCH_TEXT", "yes").start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "note.txt", b"a word: apple").ok();
    let search = |caller: &mut Caller, word: &str| {
        for _ in 0..200 {
            let fields = [("searchstring", word), ("searchloc", "/"), ("intext", "1")];
            let root = caller.core("dosearch", &fields).xml();
            if root.child("meta").field("statusmessage").is_empty() {
                return root.all("entry").count();
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("the texts are not read");
    };
    let delta = |caller: &mut Caller, version: &str| {
        let fields = [("path", "/bob"), ("name", "/bob"), ("status", version)];
        let root = caller.post("/app/sync/getsyncdelta", &fields).xml();
        let etags: Vec<_> = root.all("record").map(|record| record.field("etag").to_owned()).collect();
        (root.child("meta").field("updateversion").to_owned(), etags)
    };
    assert_eq!(search(&mut bob, "apple"), 1);
    let (version, etags) = delta(&mut bob, "server,0;");
    assert_eq!(etags, [etag(&mut bob, "/bob/note.txt").trim_matches('"')]);
    let path = server.data().file("/bob/note.txt");
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, b"a word: berry").unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    bob.list("/bob");
    crate::harness::wait_until("the change is told", std::time::Duration::from_secs(30), || {
        delta(&mut bob, &format!("server,{version};")).1
            == [etag(&mut bob, "/bob/note.txt").trim_matches('"')]
    });
    assert_eq!((search(&mut bob, "berry"), search(&mut bob, "apple")), (1, 0));
}
