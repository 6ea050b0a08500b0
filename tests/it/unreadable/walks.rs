//! Walks go on past what they cannot read, and say so.

use super::{beside_root, close, findings};
use crate::harness::cloudlet;
use std::fs;

#[test]
fn a_closed_folder_in_a_home_leaves_all_else_as_it_is() {
    let server = beside_root(|data| {
        for folder in ["closed", "names only", "open"] {
            fs::create_dir(data.file(&format!("/bob/{folder}"))).unwrap();
            fs::write(data.file(&format!("/bob/{folder}/file")), b"content").unwrap();
        }
        data.give_to(crate::harness::SERVICE_USER);
        close(&data.file("/bob/closed"), 0o700);
        close(&data.file("/bob/names only"), 0o744);
    });
    let Some(server) = server else { return };
    let (mut alice, mut bob) = (server.admin(), server.user("bob"));
    alice.administer("updateuser", &[("profile", "bob"), ("size", "0.001")]).done();
    bob.upload("/bob", "new", b"12345").ok();
    assert_eq!(bob.list_names("/bob"), ["closed", "names only", "open", "new"]);
    let usage = alice.administer("getuserusage", &[("username", "bob")]).xml();
    assert_eq!(usage.child("usage").number("livebytes"), 12);

    let told = findings(&mut alice);
    let path = |below: &str| server.data().file(below).display().to_string();
    assert_eq!(
        told,
        [(path("/bob/closed"), "EACCES".to_owned()), (path("/bob/names only"), "EACCES".to_owned())]
    );
    let line = format!("needs a look: {}.", path("/bob/closed"));
    assert_eq!(server.log().matches(&line).count(), 1, "{}", server.log());
    let said = cloudlet(server.data(), &["check"], "").succeeded();
    assert!(said.contains(&line) && said.contains("Everything fits together"), "{said}");

    // Once it is mended nobody is told of it any more.
    fs::set_permissions(
        server.data().file("/bob/closed"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    assert_eq!(findings(&mut alice), [(path("/bob/names only"), "EACCES".to_owned())]);
}
