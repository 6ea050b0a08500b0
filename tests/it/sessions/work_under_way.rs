//! Running work of an account that is disabled or removed. Long work stops at its next entry.

use crate::harness::{Server, joined, names, wait_until};
use std::fs;
use std::time::Duration;

/// Copying this many files takes longer than disabling an account.
const FILES: usize = 10_000;

#[test]
fn a_copy_under_way_ends_with_its_account() {
    let server = Server::start();
    let mut alice = server.admin();
    let folder = server.data().file("/bobby/many");
    fs::create_dir(&folder).unwrap();
    for number in 0..FILES {
        fs::write(folder.join(number.to_string()), b"x").unwrap();
    }
    let staging = server.data().file("/.cloudlet/staging");
    let staged = || names(&staging).iter().map(|name| names(&staging.join(name)).len()).sum::<usize>();
    for disable in [true, false] {
        let mut bobby = server.user("bobby");
        let copy = [("path", "/bobby"), ("name", "many"), ("copyto", "/bobby"), ("copytoname", "copy")];
        let reply = std::thread::scope(|scope| {
            let copying = scope.spawn(|| bobby.core("copyfile", &copy));
            wait_until("the copy has begun", Duration::from_secs(20), || staged() > 50);
            match disable {
                true => alice.administer("updateuser", &[("profile", "bobby"), ("status", "2")]).done(),
                false => alice.administer("deleteuser", &[("profile", "bobby")]).done(),
            };
            joined(copying.join())
        });
        assert!(reply.failed(401).contains("removed or disabled"));
        assert!(names(&staging).is_empty());
        if disable {
            alice.administer("updateuser", &[("profile", "bobby"), ("status", "1")]).done();
            assert_eq!(server.user("bobby").list_names("/bobby"), ["many"]);
        }
    }
    assert_eq!(names(&server.data().file("/")), [".cloudlet", "alice", "bob"]);
}

#[test]
fn an_archive_under_way_ends_with_its_account() {
    let server = Server::start();
    for name in ["a", "b", "c", "d"] {
        // All files together do not fit into the buffers on the way to the client.
        let file = fs::File::create(server.data().file("/bobby").join(name)).unwrap();
        file.set_len(16 << 20).unwrap();
    }
    let bobby = server.user("bobby");
    let target = "/core/downloadfilemulti?count=4&filepath=/bobby&fn1=a&fn2=b&fn3=c&fn4=d";
    let mut connection = server.connect();
    connection.send(bobby.bytes(&crate::harness::Request::get(target)));
    let head = connection.reply_head();
    let announced: u64 = head.header("content-length").unwrap().parse().unwrap();
    let mut alice = server.admin();
    alice.administer("updateuser", &[("profile", "bobby"), ("status", "2")]).done();
    let (mut came, mut block) = (0, vec![0; 1 << 20]);
    while let Ok(count @ 1..) = connection.read(&mut block) {
        came += count as u64;
    }
    assert!(came < announced, "{came} of {announced}");
    let row = alice.audit(&[("operation", "downloadfilemulti")]).remove(0);
    assert!(row.field("message").contains("removed or disabled"), "{row:?}");
}
