//! Quotas: the limit of each account, which holds for all simultaneous uploads together, and the
//! space that stays free on a disk.

mod entries;

use crate::harness::{
    Caller, Data, Launch, Multipart, Reply, Request, Server, form, joined, may_mount, names, noise,
};

/// The number of bytes in 0.001 GB, which an administrator sets as the limit.
const LIMIT: u64 = 1_073_741;

fn limited() -> (Server, Caller, Caller) {
    let server = Server::start();
    let mut admin = server.admin();
    admin.administer("updateuser", &[("profile", "bob"), ("size", "0.001")]).done();
    let bob = server.user("bob");
    (server, bob, admin)
}

fn part(name: &str, offset: usize, content: &[u8], size: Option<usize>, is_last: bool) -> Request {
    let (offset, size) = (offset.to_string(), size.map(|size| size.to_string()));
    let mut fields = vec![
        ("path", "/bob"),
        ("filename", name),
        ("offset", &offset),
        ("complete", if is_last { "1" } else { "0" }),
    ];
    fields.extend(size.as_deref().map(|size| ("filesize", size)));
    let body = Multipart::new().file("file", "file", content);
    Request::multipart(&format!("/core/upload?{}", form(&fields)), body)
}

fn usage(caller: &mut Caller) -> (i64, i64) {
    let root = caller.core("getdiskusagedetails", &[("username", "bob"), ("level", "2")]).xml();
    (root.child("usage").number("storageusage"), root.child("usage").number("incompletefiles"))
}

#[test]
fn the_list_of_accounts_tells_what_each_uses() {
    let (_server, mut bob, mut admin) = limited();
    bob.upload("/bob", "a", &noise(1, 300_000)).ok();
    let sizes = ["sizeusedwithshares", "sizeusedwithoutshares", "freespace"];
    let users = admin.administer("search", &[]).xml();
    let told: Vec<_> = users
        .all("user")
        .map(|user| (user.field("username").to_owned(), sizes.map(|name| user.field(name).to_owned())))
        .collect();
    assert_eq!(told.len(), 3);
    let of = |name: &str| told.iter().find(|(user, _)| user == name).unwrap().1.clone();
    assert_eq!(of("bob"), ["293 KB", "293 KB", "756 KB"]);
    assert_eq!(of("bobby")[..2], ["0 B", "0 B"]);
    let one = admin.administer("getuser", &[("username", "bob")]).xml();
    assert_eq!(sizes.map(|name| one.child("user").field(name).to_owned()), of("bob"));
}

fn is_over_limit(reply: Reply) {
    let message = reply.refused();
    assert!(message.contains("storage limit") && message.contains("Empty the recycle bin"), "{message}");
}

#[test]
fn ten_uploads_at_once_are_never_more_than_the_limit() {
    let (server, bob, _) = limited();
    // Three of the uploads fit, and a fourth does not.
    for round in 0..4 {
        let replies: Vec<Reply> = std::thread::scope(|scope| {
            let uploads: Vec<_> = (0..10_u64)
                .map(|number| {
                    let mut twin = bob.twin();
                    let content = noise(round * 100 + number, 300_000);
                    scope.spawn(move || match number % 2 {
                        0 => twin.upload("/bob", &format!("file{number}"), &content),
                        _ => {
                            let name = format!("file{number}");
                            let first = twin.send(&part(&name, 0, &content[..150_000], Some(300_000), false));
                            if first.body != b"OK" {
                                return first;
                            }
                            twin.send(&part(&name, 150_000, &content[150_000..], Some(300_000), true))
                        }
                    })
                })
                .collect();
            uploads.into_iter().map(|upload| joined(upload.join())).collect()
        });
        let stored = replies.iter().filter(|reply| reply.body == b"OK").count();
        let on_disk: u64 = names(&server.data().file("/bob"))
            .iter()
            .map(|name| std::fs::metadata(server.data().file(&format!("/bob/{name}"))).unwrap().len())
            .sum();
        assert!(on_disk <= LIMIT, "{on_disk} bytes in round {round}");
        assert_eq!(on_disk, 300_000 * stored as u64);
        // If a file is moved into place during the count, it may be counted twice.
        assert!((1..=3).contains(&stored), "{replies:?}");
        for name in names(&server.data().file("/bob")) {
            std::fs::remove_file(server.data().file(&format!("/bob/{name}"))).unwrap();
        }
    }
    assert_eq!(usage(&mut bob.twin()), (0, 0));
}

#[test]
fn an_account_that_may_hold_no_more_is_told_apart_from_a_full_disk_in_the_log() {
    let (_server, mut bob, mut admin) = limited();
    is_over_limit(bob.upload("/bob", "file", &noise(1, 2_000_000)));
    let rows = admin.audit(&[("operation", "upload")]);
    assert_eq!(rows.iter().map(|row| row.field("outcome")).collect::<Vec<_>>(), ["over limit"]);
    // The administrator's search for accounts does not change the usage.
    admin.administer("search", &[("keyword", "bob")]);
    assert_eq!(admin.audit(&[("operation", "search")]).len(), 1);
    assert_eq!(admin.audit(&[("operation", "search"), ("changes", "1")]).len(), 0);
    assert_eq!(admin.audit(&[("operation", "updateuser"), ("changes", "1")]).len(), 1);
}

#[test]
fn an_unfinished_upload_counts_as_what_it_announced() {
    let (mut server, mut bob, _) = limited();
    let content = noise(1, 800_000);
    bob.send(&part("large", 0, &content[..1000], Some(800_000), false)).ok();
    assert_eq!(usage(&mut bob), (800_000, 1));
    // If the upload begins anew, it replaces the first attempt and is not counted beside it.
    bob.send(&part("large", 0, &content[..2000], Some(800_000), false)).ok();
    assert_eq!(usage(&mut bob), (800_000, 1));
    is_over_limit(bob.upload("/bob", "other", &noise(2, 400_000)));
    bob.upload("/bob", "small", &noise(2, 200_000)).ok();
    assert_eq!(usage(&mut bob), (1_000_000, 1));
    assert_eq!(server.stop(), Some(0));
    server.start_again();
    bob.follow(&server);
    assert_eq!(usage(&mut bob), (1_000_000, 1), "also after a restart");
    is_over_limit(bob.upload("/bob", "other", &noise(2, 400_000)));
    bob.send(&part("large", 2000, &content[2000..], Some(800_000), true)).ok();
    bob.download("/bob/large").holds(&content);
    assert_eq!(usage(&mut bob), (1_000_000, 0));
    // When the upload is cancelled, its space is free again.
    bob.core("deletefile", &[("path", "/bob"), ("name", "small")]).done();
    bob.send(&part("more", 0, b"x", Some(70_000), false)).ok();
    is_over_limit(bob.send(&part("most", 0, b"x", Some(70_000), false)));
    bob.core("deletepartialuploads", &[]).done();
    bob.send(&part("most", 0, b"x", Some(70_000), false)).ok();
}

#[test]
fn an_upload_that_announces_nothing_is_held_to_the_limit_all_the_same() {
    let (server, mut bob, _) = limited();
    // The parts do not tell the size of the whole file.
    bob.send(&part("parts", 0, &noise(1, 600_000), None, false)).ok();
    assert_eq!(usage(&mut bob).0, 600_000);
    is_over_limit(bob.send(&part("parts", 600_000, &noise(1, 600_000), None, true)));
    bob.core("deletepartialuploads", &[]).done();
    // The body is sent in chunks, without its length.
    let body = Multipart::new().file("file", "file", &noise(2, 1_200_000)).end();
    let mut chunked = bob.bytes(
        &Request::new("POST", "/core/upload?path=/bob&filename=chunks")
            .header("Content-Type", &Multipart::content_type())
            .header("Transfer-Encoding", "chunked"),
    );
    for chunk in body.chunks(50_000) {
        chunked.extend(format!("{:x}\r\n", chunk.len()).bytes());
        chunked.extend_from_slice(chunk);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let mut connection = server.connect();
    connection.send(&chunked);
    is_over_limit(connection.reply());
    assert!(names(&server.data().file("/bob")).is_empty());
    assert_eq!(usage(&mut bob), (0, 0));
}

#[test]
fn what_comes_from_another_account_is_held_to_the_limit() {
    let (server, mut bob, mut admin) = limited();
    let mut bobby = server.user("bobby");
    bobby.core("createfolder", &[("path", "/bobby"), ("name", "folder")]).done();
    bobby.upload("/bobby/folder", "large", &noise(1, 1_200_000)).ok();
    bobby.upload("/bobby", "fits", &noise(2, 900_000)).ok();
    let mut moving = |from: &str, to: &str| {
        admin.core("renameormove", &[("fromname", from), ("toname", to), ("adminproxyuserid", "alice")])
    };
    is_over_limit(moving("/bobby/folder", "/bob/folder"));
    moving("/bobby/fits", "/bob/fits").done();
    is_over_limit(moving("/bobby/folder/large", "/bob/large"));
    assert_eq!(bob.list_names("/bob"), ["fits"]);
    assert_eq!(bobby.list_names("/bobby/folder"), ["large"]);
    // Moves within the account need no space.
    bob.core("renamefile", &[("path", "/bob"), ("name", "fits"), ("newname", "renamed")]).done();
}

#[test]
fn room_stays_free_on_the_disk() {
    if !may_mount() {
        return;
    }
    const DISK_BYTES: usize = 48 << 20;
    let mut data = Data::empty();
    data.mount("", DISK_BYTES);
    data.fill();
    let server = Launch::on(data).setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 24).start();
    let mut bob = server.user("bob");
    bob.upload("/bob", "first", &noise(1, 8 << 20)).ok();
    let full = "There is not enough room on the disk: 24 MB must stay free. Empty the recycle bin, or delete or move away \
                something large.";
    assert_eq!(bob.upload("/bob", "second", &noise(1, 18 << 20)).refused(), full);
    assert_eq!(bob.send(&part("parts", 0, b"x", Some(18 << 20), false)).refused(), full);
    std::fs::write(server.data().path("filler"), vec![1; 18 << 20]).unwrap();
    let copy = [("path", "/bob"), ("name", "first"), ("copyto", "/bob"), ("copytoname", "copy")];
    assert_eq!(bob.core("copyfile", &copy).refused(), full);
    assert_eq!(bob.upload("/bob", "nothing", b"").refused(), full, "below the floor not even that");
    // Calls that need no space still work.
    bob.core("renamefile", &[("path", "/bob"), ("name", "first"), ("newname", "renamed")]).done();
    bob.core("deletefile", &[("path", "/bob"), ("name", "renamed")]).done();
    assert_eq!(names(&server.data().file("/bob")), [""; 0]);
}
