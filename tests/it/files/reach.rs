//! Nobody may in any way reach other people's files, the cloud's own folder, or anything outside of
//! the cloud.

use crate::harness::{Caller, Multipart, Reply, Request, Server, form, names};
use std::fs;
use std::os::unix::fs::symlink;

const SECRET: &[u8] = b"nobody else may read this";

/// Calls every operation that takes a path, with one path. `folder` and `name` together are the
/// path.
fn every_call(caller: &mut Caller, path: &str) -> Vec<(&'static str, Reply)> {
    let (folder, name) = path.trim_end_matches('/').rsplit_once('/').unwrap_or(("", path));
    let folder = if folder.is_empty() { "/" } else { folder };
    let own_home = caller.cookie("tonido-login-user").unwrap().to_owned();
    let own = format!("/{own_home}/own");
    let upload_into = form(&[("path", path), ("filename", "planted")]);
    let upload_onto = form(&[("path", folder), ("filename", name)]);
    let upload_below = form(&[
        ("path", &format!("/{own_home}")),
        ("uploadpath", &format!("../{path}")),
        ("filename", "planted"),
    ]);
    let upload = |query: &str| {
        let body = Multipart::new().file("file", "x", b"planted");
        Request::multipart(&format!("/core/upload?{query}"), body)
    };
    let calls = [
        ("list", Request::post("/core/getfilelist", &[("path", path)])),
        ("info", Request::post("/core/fileinfo", &[("file", path)])),
        ("exists", Request::post("/core/fileexists", &[("file", path), ("caseinsensitive", "1")])),
        ("create into", Request::post("/core/createfolder", &[("path", path), ("name", "planted")])),
        (
            "create",
            Request::post("/core/createfolder", &[("path", folder), ("name", name), ("subpath", "planted")]),
        ),
        ("delete", Request::post("/core/deletefile", &[("path", folder), ("name", name)])),
        (
            "rename",
            Request::post("/core/renamefile", &[("path", folder), ("name", name), ("newname", "planted")]),
        ),
        ("move away", Request::post("/core/renameormove", &[("fromname", path), ("toname", &own)])),
        (
            "move there",
            Request::post("/core/renameormove", &[("fromname", &own), ("toname", path), ("overwrite", "1")]),
        ),
        (
            "copy away",
            Request::post(
                "/core/copyfile",
                &[("path", folder), ("name", name), ("copyto", &format!("/{own_home}"))],
            ),
        ),
        (
            "copy there",
            Request::post(
                "/core/copyfile",
                &[("path", &format!("/{own_home}")), ("name", "own"), ("copyto", path)],
            ),
        ),
        ("properties", Request::post("/core/getfolderproperties", &[("path", path)])),
        ("access", Request::post("/core/getaccessdetailsforpath", &[("fullpath", path)])),
        ("upload into", upload(&upload_into)),
        ("upload onto", upload(&upload_onto)),
        ("upload below", upload(&upload_below)),
        ("download", Request::get(&Caller::download_target(path))),
        (
            "zip of",
            Request::post("/core/downloadfilemulti", &[("filepath", folder), ("count", "1"), ("fn1", name)]),
        ),
        (
            "zip in",
            Request::post(
                "/core/downloadfilemulti",
                &[("filepath", path), ("count", "1"), ("fn1", "secret.txt")],
            ),
        ),
    ];
    calls.map(|(what, request)| (what, caller.send(&request))).into()
}

/// No call may succeed, show whether an entry exists, or reveal a byte of it.
fn check_refused(caller: &mut Caller, path: &str) {
    for (what, reply) in every_call(caller, path) {
        assert!(!reply.body.windows(SECRET.len()).any(|window| window == SECRET), "{what} {path}: {reply:?}");
        assert!(
            !reply.text().contains("secret.txt") || path.contains("secret.txt"),
            "{what} {path}: {reply:?}"
        );
        // An entry that the caller may not see does not exist for them, so an empty answer counts
        // as a refusal.
        let is_empty = what == "info" && reply.body == b"<fileinfo></fileinfo>";
        if matches!(what, "download" | "zip of" | "zip in") {
            assert!(reply.status != 200 && reply.result() == 0, "{what} {path}: {reply:?}");
        } else if !is_empty {
            reply.refused();
        }
    }
}

/// A server on which bob has a file and bobby has a secret.
fn ground() -> (Server, Caller) {
    let server = Server::start();
    let (mut bob, mut bobby) = (server.user("bob"), server.user("bobby"));
    bob.upload("/bob", "own", b"bob's").ok();
    bobby.core("createfolder", &[("path", "/bobby"), ("name", "private")]).done();
    bobby.upload("/bobby/private", "secret.txt", SECRET).ok();
    (server, bob)
}

fn check_unharmed(server: &Server) {
    assert_eq!(names(&server.data().file("/")), [".cloudlet", "alice", "bob", "bobby"]);
    assert_eq!(names(&server.data().file("/bobby")), ["private"]);
    assert_eq!(names(&server.data().file("/bobby/private")), ["secret.txt"]);
    assert_eq!(fs::read(server.data().file("/bobby/private/secret.txt")).unwrap(), SECRET);
    assert_eq!(names(&server.data().file("/bob")), ["own"]);
    assert_eq!(fs::read(server.data().file("/bob/own")).unwrap(), b"bob's");
}

#[test]
fn files_of_others_are_out_of_reach_whoever_shares_the_beginning_of_the_name() {
    let (server, mut bob) = ground();
    for path in [
        "/bobby",
        "/bobby/",
        "/bobby/private",
        "/bobby/private/secret.txt",
        "/BOBBY/private",
        "//bobby//private/secret.txt",
        "/alice",
        "/nobody/private",
        "/bob/../bobby/private/secret.txt",
        "/bob/./../bobby/private",
        "/./bobby/private",
        "bobby/private/secret.txt",
        "/bob\0by/private",
        "/bob\\..\\bobby\\private",
        "/SHARED/bobby/private",
        "/EXTERNAL/bobby",
    ] {
        check_refused(&mut bob, path);
    }
    check_unharmed(&server);
}

#[test]
fn the_answer_does_not_tell_whether_somebody_elses_file_exists() {
    let (_server, mut bob) = ground();
    let there = every_call(&mut bob, "/bobby/private/secret.txt");
    for path in ["/bobby/private/nothing.xy", "/nobody/private/secret.txt"] {
        for ((what, real), (_, invented)) in there.iter().zip(every_call(&mut bob, path)) {
            let plain = |reply: &Reply, path: &str| reply.text().replace(path, "PATH");
            assert_eq!(plain(real, "/bobby/private/secret.txt"), plain(&invented, path), "{what} {path}");
            assert_eq!(real.status, invented.status, "{what} {path}");
        }
    }
}

#[test]
fn the_clouds_own_folder_is_unreachable_in_every_spelling() {
    let (server, bob) = ground();
    let mut proxy = server.admin();
    let marker = fs::read(server.data().file("/.cloudlet/volume.json")).unwrap();
    for spelling in [
        ".cloudlet",
        ".CLOUDLET",
        ".Cloudlet",
        "//.cloudlet",
        ".cloudlet/",
        ".cloudlet//staging",
        ".cloudlet/./versions",
    ] {
        for below in ["", "/volume.json", "/trash"] {
            let path = format!("/{spelling}{below}");
            let fields = |name| [(name, path.as_str()), ("adminproxyuserid", "alice")];
            for (what, reply) in [
                ("list", proxy.core("getfilelist", &fields("path"))),
                ("properties", proxy.core("getfolderproperties", &fields("path"))),
                ("download", proxy.core("downloadfile", &fields("filepath"))),
                (
                    "move",
                    proxy.core(
                        "renameormove",
                        &[("fromname", &path), ("toname", "/bob/x"), ("adminproxyuserid", "alice")],
                    ),
                ),
                (
                    "create",
                    proxy.core(
                        "createfolder",
                        &[("path", &path), ("name", "planted"), ("adminproxyuserid", "alice")],
                    ),
                ),
                (
                    "delete",
                    proxy.core(
                        "deletefile",
                        &[("path", "/"), ("name", spelling), ("adminproxyuserid", "alice")],
                    ),
                ),
            ] {
                assert_eq!(reply.result(), 0, "{what} {path}: {reply:?}");
            }
        }
        let mut bob = bob.twin();
        check_refused(&mut bob, &format!("/{spelling}"));
        check_refused(&mut bob, &format!("/bob/../{spelling}"));
    }
    assert_eq!(fs::read(server.data().file("/.cloudlet/volume.json")).unwrap(), marker);
    assert_eq!(
        names(&server.data().file("/.cloudlet")),
        ["owner", "staging", "thumbs", "trash", "versions", "volume.json"]
    );
    check_unharmed(&server);
    let listed = proxy.core("getfilelist", &[("path", "/"), ("adminproxyuserid", "alice")]);
    assert!(!listed.text().contains("cloudlet"), "{listed:?}");
    proxy
        .administer("adduser", &[("username", ".cloudlet"), ("password", crate::harness::PASSWORD)])
        .refused();
}

#[test]
fn symlinks_are_followed_nowhere() {
    let (server, mut bob) = ground();
    let outside = server.data().path("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret.txt"), SECRET).unwrap();
    let home = server.data().file("/bob");
    symlink(&outside, home.join("folder")).unwrap();
    symlink(outside.join("secret.txt"), home.join("file")).unwrap();
    symlink(outside.join("not-there"), home.join("dangling")).unwrap();
    symlink("../bobby/private", home.join("neighbour")).unwrap();
    symlink("own", home.join("harmless")).unwrap();
    assert_eq!(bob.list_names("/bob"), ["own"]);
    for path in [
        "/bob/folder",
        "/bob/file",
        "/bob/folder/secret.txt",
        "/bob/dangling",
        "/bob/dangling/x",
        "/bob/neighbour/secret.txt",
        "/bob/harmless",
    ] {
        for (what, reply) in every_call(&mut bob, path) {
            assert!(
                !reply.body.windows(SECRET.len()).any(|window| window == SECRET),
                "{what} {path}: {reply:?}"
            );
            let reads_or_writes_through = !matches!(what, "move there");
            if reads_or_writes_through && what != "info" {
                assert_eq!(reply.result(), 0, "{what} {path}: {reply:?}");
            }
        }
        bob.upload("/bob", "own", b"bob's").ok();
    }
    assert_eq!(names(&outside), ["secret.txt"]);
    assert_eq!(fs::read(outside.join("secret.txt")).unwrap(), SECRET);
    assert_eq!(names(&server.data().file("/bobby/private")), ["secret.txt"]);
    // A folder with a link can be copied, packed and deleted. The target of the link is not
    // touched.
    bob.core("createfolder", &[("path", "/bob"), ("name", "around")]).done();
    symlink(&outside, home.join("around/link")).unwrap();
    bob.core("copyfile", &[("path", "/bob"), ("name", "around"), ("copyto", "/bob"), ("copytoname", "copy")])
        .done();
    let zip = bob.core("downloadfilemulti", &[("filepath", "/bob"), ("count", "1"), ("fn1", "around")]);
    assert!(zip.status == 200 && !zip.body.windows(SECRET.len()).any(|window| window == SECRET), "{zip:?}");
    bob.core("deletefile", &[("path", "/bob"), ("name", "around")]).done();
    assert_eq!(names(&outside), ["secret.txt"]);
    // What is removed for good is removed without what its links lead to.
    bob.core("emptyrecyclebin", &[]).done();
    assert_eq!(names(&outside), ["secret.txt"]);
    assert_eq!(fs::read(outside.join("secret.txt")).unwrap(), SECRET);
}

/// Another program quickly swaps a folder and a symlink while the server reads and writes there.
#[test]
fn a_folder_swapped_for_a_symlink_leads_nowhere_either() {
    let (server, bob) = ground();
    let outside = server.data().path("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret.txt"), SECRET).unwrap();
    let home = server.data().file("/bob");
    let (real, link, place) = (home.join("real"), home.join("link"), home.join("place"));
    fs::create_dir(&real).unwrap();
    fs::write(real.join("secret.txt"), b"harmless").unwrap();
    symlink(&outside, &link).unwrap();
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                fs::rename(&real, &place).unwrap();
                fs::rename(&place, &real).unwrap();
                fs::rename(&link, &place).unwrap();
                fs::rename(&place, &link).unwrap();
            }
        });
        let callers = [0, 1].map(|_| {
            let mut bob = bob.twin();
            scope.spawn(move || {
                for _ in 0..150 {
                    let reply = bob.download("/bob/place/secret.txt");
                    assert!(reply.status == 404 || reply.body == b"harmless", "{reply:?}");
                    let reply = bob.upload("/bob/place", "planted", b"planted");
                    assert!(reply.body == b"OK" || reply.result() == 0, "{reply:?}");
                    bob.core("deletefile", &[("path", "/bob/place"), ("name", "secret.txt")]);
                    bob.core("createfolder", &[("path", "/bob/place"), ("name", "folder")]);
                }
            })
        });
        let ends = callers.map(std::thread::ScopedJoinHandle::join);
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        ends.into_iter().for_each(|end| end.expect("no caller failed"));
    });
    assert_eq!(names(&outside), ["secret.txt"]);
    assert_eq!(fs::read(outside.join("secret.txt")).unwrap(), SECRET);
}
