//! Thumbnails on a full disk. They are sent all the same, but cannot be stored.

use super::samples::{drawn, jpeg, quarters, seen, thumb};
use crate::disk_trouble::{Cramped, fill_up};
use crate::harness::{cloudlet, may_mount, names};

const SIZE: [(&str, &str); 2] = [("width", "150"), ("height", "150")];

#[test]
fn a_picture_that_cannot_be_kept_is_sent_all_the_same() {
    if !may_mount() {
        return;
    }
    let cramped = Cramped::start();
    let server = &cramped.server;
    let mut bob = server.user("bob");
    bob.upload("/bob", "a.jpg", &jpeg(&quarters(1200, 800))).ok();
    let filler = server.data().path("filler2");
    fill_up(&filler);
    for _ in 0..3 {
        assert_eq!(seen(&drawn(thumb(&mut bob, "/bob/a.jpg", &SIZE))), ["red", "green", "blue", "white"]);
    }
    let kept = || names(&server.data().file("/.cloudlet/thumbs")).len();
    assert_eq!(kept(), 0);
    assert!(names(&server.data().file("/.cloudlet/staging")).is_empty());
    std::fs::remove_file(filler).unwrap();
    drawn(thumb(&mut bob, "/bob/a.jpg", &SIZE));
    assert_eq!(kept(), 1);
    cloudlet(server.data(), &["check"], "").succeeded();
}
