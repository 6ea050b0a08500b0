//! Moves to a new machine as the README describes it: copy the directory and start the server.

use super::furnish;
use crate::harness::{Data, Launch, Server, cloudlet};
use std::process::Command;

#[test]
fn a_copied_directory_is_the_same_cloud() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    furnish(&mut bob);
    assert_eq!(server.stop(), Some(0));
    let board = Data::empty();
    let source = format!("{}/.", server.data().path("").display());
    let status = Command::new("cp").args(["-a", &source]).arg(board.path("")).status().unwrap();
    assert!(status.success(), "cp -a: {status}");

    let mut moved = Launch::on(board).start();
    // Sessions continue, because the cookies belong to the cloud and not to the machine.
    bob.follow(&moved);
    assert!(bob.is_signed_in());
    bob.download("/bob/letter").holds(b"second thoughts");
    moved.user("bobby");
    moved.admin();
    bob.upload("/bob", "letter", b"from the new board").ok();
    assert_eq!(moved.stop(), Some(0));
    cloudlet(moved.data(), &["check", "--deep"], "").succeeded();
    cloudlet(moved.data(), &["audit", "verify"], "").succeeded();
}

#[test]
fn a_database_of_the_first_release_is_taken_over() {
    let data = Data::empty();
    std::fs::write(data.path("cloudlet.db"), include_bytes!("../../data/schema-1.db")).unwrap();
    let said = cloudlet(&data, &["user", "list"], "").succeeded();
    assert!(said.contains("anna\tfull\tadmin") && said.contains("bert\tfull"), "{said}");
    cloudlet(&data, &["audit", "verify"], "").succeeded();
    let server = Launch::on(data).start();
    let fields = [("userid", "anna"), ("password", "correct horse")];
    server.guest().core("loginguest", &fields).done();
}
