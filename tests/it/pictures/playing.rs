//! Videos and sounds in browsers.

use crate::harness::{Request, Server, noise};

#[test]
fn a_video_or_sound_is_played_from_any_place() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let content = noise(3, 300_000);
    for (operation, name, content_type) in
        [("getvideo", "a.mp4", "video/mp4"), ("getaudio", "a.mp3", "audio/mpeg")]
    {
        bob.upload("/bob", name, &content).ok();
        let target = format!("/core/{operation}?filepath=/bob/{name}");
        let whole = bob.get(&target).holds(&content);
        assert_eq!(whole.header("content-type"), Some(content_type));
        assert_eq!(whole.header("accept-ranges"), Some("bytes"));
        assert!(whole.header("content-disposition").unwrap().starts_with("inline"), "{whole:?}");
        let part = bob.send(&Request::get(&target).header("Range", "bytes=100000-100099"));
        assert_eq!((part.status, part.body.as_slice()), (206, &content[100_000..100_100]));
        assert_eq!(part.header("content-range"), Some("bytes 100000-100099/300000"));
        bob.send(&Request::get(&target).header("Range", "bytes=300000-")).failed(416);
        let etag = whole.header("etag").unwrap();
        assert_eq!(bob.send(&Request::get(&target).header("If-None-Match", etag)).status, 304);
        bob.get(&format!("/core/{operation}?filepath=/bob/nothing.mp4")).failed(404);
        bob.get(&format!("/core/{operation}?filepath=/bobby/a.mp4")).failed(403);
        server.guest().get(&target).failed(401);
    }
    // A file that could do harm in a browser is only offered for saving, by every operation.
    bob.upload("/bob", "a.html", b"<script>alert(1)</script>").ok();
    let reply = bob.get("/core/getvideo?filepath=/bob/a.html").holds(b"<script>alert(1)</script>");
    assert!(reply.header("content-disposition").unwrap().starts_with("attachment"), "{reply:?}");
}
