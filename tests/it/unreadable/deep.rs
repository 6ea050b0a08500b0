//! Trees of folders that are deeper than a path can be. No move or copy creates one, and an
//! existing one harms nothing else.

use super::findings;
use crate::harness::{Caller, Server, cloudlet};
use std::fs;
use std::path::Path;

/// Creates this many nested folders through the API.
fn tower(caller: &mut Caller, name: &str, levels: usize) {
    let below = vec!["d"; levels].join("/");
    let fields = [("path", "/bob"), ("name", name), ("subpath", below.as_str())];
    caller.core("createfolder", &fields).done();
}

fn deepest(name: &str, levels: usize) -> String {
    format!("/bob/{name}/{}", vec!["d"; levels].join("/"))
}

#[test]
fn no_move_and_no_copy_ends_where_no_path_leads() {
    let server = Server::start();
    let mut bob = server.user("bob");
    tower(&mut bob, "one", 70);
    tower(&mut bob, "two", 70);
    let to = format!("{}/x", deepest("two", 70));
    let said = bob.core("renameormove", &[("fromname", "/bob/one"), ("toname", &to)]).refused();
    assert!(said.contains("out of reach"), "{said}");
    let copy = [("path", "/bob"), ("name", "one"), ("copyto", &deepest("two", 70))];
    assert!(bob.core("copyfile", &copy).refused().contains("out of reach"));
    assert!(bob.sees(&deepest("one", 70)));
    // Restoring from the bin must not create such a tree either.
    bob.core("deletefile", &[("path", "/bob"), ("name", "one")]).done();
    let restore = [("fromname", "/bob/recyclebin/one"), ("toname", to.as_str())];
    assert!(bob.core("renameormove", &restore).refused().contains("out of reach"));
    bob.core("restorefromrecyclebin", &[("path", "/bob/recyclebin/one")]).done();
    assert!(bob.sees(&deepest("one", 70)));
    // A move is allowed as long as every path fits.
    let to = format!("{}/x", deepest("two", 53));
    bob.core("renameormove", &[("fromname", "/bob/one"), ("toname", &to)]).done();
    assert!(bob.sees(&format!("{to}/{}", vec!["d"; 70].join("/"))));
}

#[test]
fn a_tree_that_is_too_deep_harms_nothing_else() {
    let server = Server::start();
    let (mut alice, mut bob) = (server.admin(), server.user("bob"));
    bob.upload("/bob", "beside", b"waves").ok();
    // The whole path is too long for the system, so the test creates the tree from the inside out.
    let (top, aside) = (server.data().file("/bob/tower"), server.data().file("/bob/aside"));
    fs::create_dir(&top).unwrap();
    fs::write(top.join("file"), b"deep").unwrap();
    for _ in 0..200 {
        fs::rename(&top, &aside).unwrap();
        fs::create_dir(&top).unwrap();
        fs::rename(&aside, top.join("d")).unwrap();
    }
    bob.core("getfolderproperties", &[("path", "/bob")]).xml().child("usage");
    let answer = bob.core("getsyncdelta", &[("path", "/bob"), ("status", "0")]).xml();
    assert!(answer.all("record").any(|record| record.field("fullpath") == "/bob/beside"));
    let found = bob.core("dosearch", &[("searchstring", "beside"), ("searchloc", "/bob")]).xml();
    assert_eq!(found.all("entry").count(), 1);
    let reply = bob.get("/core/downloadfilemulti?count=2&filepath=/bob&fn1=tower&fn2=beside");
    assert_eq!(reply.status, 200);
    assert!(reply.body.windows(5).any(|bytes| bytes == b"waves"));
    let said = cloudlet(server.data(), &["check", "--deep"], "").succeeded();
    assert!(said.contains("needs a look") && said.contains("No problems found"), "{said}");
    let told = findings(&mut alice);
    let [[kind, path, reason]] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((kind.as_str(), reason.as_str()), ("read", "too-deep"));
    assert!(Path::new(path).starts_with(&top), "{path}");
    // The tree can be permanently removed.
    bob.core("deletefile", &[("path", "/bob"), ("name", "tower")]).done();
    bob.core("emptyrecyclebin", &[]).done();
    assert_eq!(findings(&mut alice), Vec::<[String; 3]>::new());
}
