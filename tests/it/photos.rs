//! Photos in the order in which they were taken. The time comes from the camera, the name or the
//! file, and users see only photos that they may read.

use crate::harness::{Caller, Element, Server, wait_until};
use crate::pictures::samples::{encoded_as, jpeg, png, quarters, with_exif};
use image::ImageFormat;
use std::fs;
use std::os::unix::fs::FileExt;
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

/// A directory of a TIFF file (TIFF 6.0, section 2) at an offset, with its values behind it.
fn directory(at: usize, entries: &[(u16, u16, Vec<u8>)]) -> Vec<u8> {
    const UNIT: [usize; 13] = [1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
    let end = at + 2 + 12 * entries.len() + 4;
    let (mut head, mut values) = ((entries.len() as u16).to_be_bytes().to_vec(), Vec::new());
    for (tag, kind, value) in entries {
        head.extend(tag.to_be_bytes());
        head.extend(kind.to_be_bytes());
        head.extend(((value.len() / UNIT[usize::from(*kind)]) as u32).to_be_bytes());
        if value.len() <= 4 {
            head.extend(value);
            head.resize(head.len() + 4 - value.len(), 0);
        } else {
            head.extend(((end + values.len()) as u32).to_be_bytes());
            values.extend(value);
            values.resize(values.len().next_multiple_of(2), 0);
        }
    }
    [head, vec![0; 4], values].concat()
}

fn text(value: &str) -> (u16, Vec<u8>) {
    (2, [value.as_bytes(), b"\0"].concat())
}

fn long(value: u32) -> (u16, Vec<u8>) {
    (4, value.to_be_bytes().to_vec())
}

fn degrees(parts: [u32; 3]) -> (u16, Vec<u8>) {
    (5, parts.iter().flat_map(|part| [part.to_be_bytes(), 1_u32.to_be_bytes()].concat()).collect())
}

type Tags = Vec<(u16, (u16, Vec<u8>))>;

/// A JPEG with nothing but an Exif block (Exif 2.32, section 4.7.2), which has tags of the picture,
/// of the camera and of the place.
fn photo(main: Tags, camera: Tags, place: Tags) -> Vec<u8> {
    let entries =
        |tags: Tags| tags.into_iter().map(|(tag, (kind, value))| (tag, kind, value)).collect::<Vec<_>>();
    let of = |at, more: [(u16, (u16, Vec<u8>)); 2]| {
        let mut tags = entries(main.clone().into_iter().chain(more).collect());
        tags.sort();
        directory(at, &tags)
    };
    let length = of(8, [(0x8769, long(0)), (0x8825, long(0))]).len();
    let camera = directory(8 + length, &entries(camera));
    let at = [8 + length, 8 + length + camera.len()].map(|at| at as u32);
    let place = directory(at[1] as usize, &entries(place));
    let main = of(8, [(0x8769, long(at[0])), (0x8825, long(at[1]))]);
    let tiff = [b"MM\0*\0\0\0\x08".as_slice(), &main, &camera, &place].concat();
    let length = (tiff.len() + 8) as u16;
    [b"\xff\xd8\xff\xe1".as_slice(), &length.to_be_bytes(), b"Exif\0\0", &tiff, b"\xff\xd9"].concat()
}

fn taken(time: &str) -> Vec<u8> {
    photo(vec![(0x010f, text("Maker"))], vec![(0x9003, text(time))], vec![])
}

/// Each day with its number of photos, the latest first, after all photos have been read.
fn days(caller: &mut Caller, more: &[(&str, &str)]) -> Vec<(String, i64)> {
    let mut days = Vec::new();
    wait_until("all photos are read", Duration::from_secs(20), || {
        let root = caller.core("getphotodays", &[&[("path", "/")], more].concat()).xml();
        days = root.all("photoday").map(|day| (day.field("day").to_owned(), day.number("count"))).collect();
        let sum: i64 = days.iter().map(|(_, count)| count).sum();
        assert_eq!(root.child("meta").number("total"), sum);
        root.child("meta").field("iswhole") == "1"
    });
    days
}

fn photos(caller: &mut Caller, more: &[(&str, &str)]) -> Vec<Element> {
    caller.core("getphotos", &[&[("path", "/")], more].concat()).xml().all("photo").cloned().collect()
}

/// The name, the time and the source of the time of each photo, the newest first.
fn told(caller: &mut Caller, more: &[(&str, &str)]) -> Vec<(String, String, String)> {
    let of = |one: &Element| ["name", "taken", "takenfrom"].map(|field| one.field(field).to_owned());
    photos(caller, more).iter().map(of).map(|[name, taken, from]| (name, taken, from)).collect()
}

#[test]
fn a_photo_has_the_time_of_its_camera_else_of_its_name_else_of_its_file() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let home = server.data().file("/bob");
    fs::create_dir(home.join("Album")).unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = home.join("Album").join(name);
        fs::write(&path, bytes).unwrap();
        let time = UNIX_EPOCH + Duration::from_secs(1_600_000_000);
        fs::File::options().append(true).open(path).unwrap().set_modified(time).unwrap();
    };
    put("IMG_20260101_000000.jpg", &taken("2024:05:06 07:08:09"));
    put("IMG_20260722_032000.jpg", &taken("0000:00:00 00:00:00"));
    put("VID_20230203_101112.mp4", b"no video at all");
    put("liar 1904.jpg", &taken("1804:01:01 00:00:00"));
    put("liar 2999.jpg", &taken("2999:01:01 00:00:00"));
    put("broken.jpg", &taken("2024:05:06 07:08:09")[..40]);
    put("empty.HEIC", b"");
    put("notes.txt", b"no photo");
    bob.list("/bob/Album");
    let counts = days(&mut bob, &[]);
    let day = |day: &str, count: i64| (day.to_owned(), count);
    assert_eq!(
        counts,
        [day("2026-07-22", 1), day("2024-05-06", 1), day("2023-02-03", 1), day("2020-09-13", 4)]
    );
    let three = |name: &str, taken: &str, from: &str| (name.to_owned(), taken.to_owned(), from.to_owned());
    let all = told(&mut bob, &[]);
    assert_eq!(
        all[..3],
        [
            three("IMG_20260722_032000.jpg", "2026-07-22T03:20:00", "name"),
            three("IMG_20260101_000000.jpg", "2024-05-06T07:08:09", "camera"),
            three("VID_20230203_101112.mp4", "2023-02-03T10:11:12", "name"),
        ]
    );
    assert!(all[3..].iter().all(|one| one.2 == "file") && all.len() == 7, "{all:?}");
    assert_eq!(told(&mut bob, &[("kind", "videos")]), all[2..3]);
    assert_eq!(told(&mut bob, &[("kind", "photos")]).len(), 6);
    assert_eq!(told(&mut bob, &[("from", "2023-02-03"), ("to", "2024-05-06")]), all[1..3]);
    assert_eq!(told(&mut bob, &[("start", "1"), ("limit", "2")]), all[1..3]);
    bob.core("getphotos", &[("path", "/bob/none")]).declined();

    // Photos that were renamed, rewritten or deleted, or that are no longer photos, are listed as
    // they are now.
    let name = |from: &str, to: &str| {
        [("path", "/bob/Album".to_owned()), ("name", from.to_owned()), ("newname", to.to_owned())]
    };
    let fields = name("VID_20230203_101112.mp4", "film.txt");
    bob.core("renamefile", &fields.each_ref().map(|(field, value)| (*field, value.as_str()))).done();
    bob.upload("/bob/Album", "broken.jpg", &taken("2025:01:02 03:04:05")).ok();
    bob.core("deletefile", &[("path", "/bob/Album"), ("name", "IMG_20260722_032000.jpg")]).done();
    let counts = days(&mut bob, &[]);
    assert_eq!(counts, [day("2025-01-02", 1), day("2024-05-06", 1), day("2020-09-13", 3)]);
    bob.core("restorefromrecyclebin", &[("path", "/bob/recyclebin/IMG_20260722_032000.jpg")]).done();
    assert_eq!(days(&mut bob, &[])[0], day("2026-07-22", 1));
}

#[test]
fn photos_are_found_by_what_they_say_about_themselves() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let main = vec![(0x010f, text("Acme Inc")), (0x0110, text("Acme One"))];
    let camera = vec![(0x9003, text("2024:05:06 07:08:09")), (0xa002, long(4032)), (0xa003, long(3024))];
    let munich = vec![(1, text("N")), (2, degrees([48, 8, 15])), (3, text("W")), (4, degrees([11, 34, 30]))];
    bob.upload("/bob", "summer.jpg", &photo(main, camera, munich)).ok();
    bob.upload("/bob", "IMG_20240506_070809.jpg", &photo(vec![], vec![], vec![])).ok();
    days(&mut bob, &[]);
    let found = |bob: &mut Caller, text: &str, inmetadata: &str| {
        let fields = [("searchstring", text), ("searchloc", "/bob"), ("inmetadata", inmetadata)];
        let hits = bob.core("dosearch", &fields).xml();
        hits.all("entry").map(|entry| entry.field("name").to_owned()).collect::<Vec<_>>()
    };
    for text in [
        "ACME",
        "one acme",
        "acme summer",
        "2024",
        "2024-05",
        "2024-05-06",
        "4032",
        "3024 acme",
        "48.13",
        "-11.575",
    ] {
        assert!(found(&mut bob, text, "1").contains(&"summer.jpg".to_owned()), "{text}");
        assert!(!found(&mut bob, text, "0").contains(&"summer.jpg".to_owned()), "{text}: names alone");
    }
    for text in ["acme two", "2023", "2024-06", "2024-05-07", "403", "8.13", "winter acme"] {
        assert_eq!(found(&mut bob, text, "1"), [""; 0], "{text}");
    }
    assert_eq!(found(&mut bob, "img 2024-05-06", "1"), [""; 0], "the time in a name is not the camera's");
    let mut bobby = server.user("bobby");
    let fields = [("searchstring", "acme"), ("searchloc", "/"), ("inmetadata", "1")];
    assert_eq!(bobby.core("dosearch", &fields).xml().all("entry").count(), 0, "photos of others");
}

#[test]
fn camera_size_and_place_are_told() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let main =
        vec![(0x010f, text("Acme Inc")), (0x0110, text("Acme <b>One</b>\u{7}")), (0x0112, (3, vec![0, 6]))];
    let camera = vec![(0x9003, text("2024:05:06 07:08:09")), (0xa002, long(4032)), (0xa003, long(3024))];
    let munich = vec![(1, text("N")), (2, degrees([48, 8, 15])), (3, text("W")), (4, degrees([11, 34, 30]))];
    bob.upload("/bob", "whole.jpg", &photo(main.clone(), camera.clone(), munich)).ok();
    let nowhere = vec![(1, text("N")), (2, degrees([999, 0, 0])), (3, text("E")), (4, degrees([0, 0, 0]))];
    bob.upload("/bob", "nowhere.jpg", &photo(main, camera, nowhere)).ok();
    days(&mut bob, &[]);
    for one in photos(&mut bob, &[]) {
        let field = |name: &str| one.field(name).to_owned();
        assert_eq!((field("width"), field("height")), ("3024".into(), "4032".into()), "it stands upright");
        assert_eq!(field("camera"), "Acme <b>One</b>");
        let wanted = if field("name") == "whole.jpg" { ("48.137500", "-11.575000") } else { ("", "") };
        assert_eq!((field("latitude").as_str(), field("longitude").as_str()), wanted);
        let alone = photos(&mut bob, &[("path", one.field("path"))]);
        assert_eq!(alone.iter().map(|photo| photo.field("path")).collect::<Vec<_>>(), [one.field("path")]);
        assert_eq!(alone[0].field("camera"), one.field("camera"), "the photo alone");
        for other in [[("kind", "videos")], [("from", "2024-05-07")], [("start", "1")], [("limit", "0")]] {
            assert!(
                photos(&mut bob, &[[("path", one.field("path"))], other].concat()).is_empty(),
                "{other:?}"
            );
        }
    }
    bob.upload("/bob", "letter.txt", b"no photo").ok();
    assert!(photos(&mut bob, &[("path", "/bob/letter.txt")]).is_empty());
}

/// The name, the width and the height of each photo.
fn sizes(caller: &mut Caller) -> Vec<[String; 3]> {
    days(caller, &[]);
    let found = photos(caller, &[]);
    let of = |one: &Element| ["name", "width", "height"].map(|field| one.field(field).to_owned());
    let mut sizes: Vec<_> = found.iter().map(of).collect();
    sizes.sort();
    sizes
}

#[test]
fn the_size_of_a_picture_is_told_without_exif() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    let picture = quarters(30, 20);
    bob.upload("/bob", "film.mov", b"no video at all").ok();
    bob.upload("/bob", "gif.png", &encoded_as(&picture, ImageFormat::Gif)).ok();
    bob.upload("/bob", "plain.gif", &encoded_as(&picture, ImageFormat::Gif)).ok();
    bob.upload("/bob", "plain.jpg", &jpeg(&picture)).ok();
    bob.upload("/bob", "plain.png", &png(&picture)).ok();
    bob.upload("/bob", "plain.webp", &encoded_as(&picture, ImageFormat::WebP)).ok();
    let avif = include_bytes!("../../fuzz/seeds/picture_header/small.avif");
    bob.upload("/bob", "small.avif", avif).ok();
    // There are only eight ways to hold a camera.
    bob.upload("/bob", "nine.jpg", &with_exif(&jpeg(&picture), 9, None)).ok();
    // This photo says how it was held, but not how large it is.
    bob.upload("/bob", "turned.jpg", &with_exif(&jpeg(&picture), 6, None)).ok();
    bob.upload("/bob", "upright.jpg", &with_exif(&jpeg(&picture), 3, None)).ok();
    bob.upload("/bob", "zero.png", &[&png(&picture)[..16], &[0; 8]].concat()).ok();
    let wanted = [
        ["film.mov", "0", "0"],
        ["gif.png", "30", "20"],
        ["nine.jpg", "30", "20"],
        ["plain.gif", "30", "20"],
        ["plain.jpg", "30", "20"],
        ["plain.png", "30", "20"],
        ["plain.webp", "30", "20"],
        ["small.avif", "24", "16"],
        ["turned.jpg", "20", "30"],
        ["upright.jpg", "30", "20"],
        ["zero.png", "0", "0"],
    ];
    assert_eq!(sizes(&mut bob), wanted);

    // An earlier version read the same photos without their sizes.
    server.stop();
    let database = rusqlite::Connection::open(server.data().path("cloudlet.db")).unwrap();
    let forgotten = "UPDATE photos SET width = NULL, height = NULL WHERE node IN
        (SELECT id FROM nodes WHERE name <> 'upright.jpg')";
    assert_eq!(database.execute(forgotten, []).unwrap(), 10);
    assert_eq!(database.execute("DELETE FROM facts WHERE name = 'photos_reader'", []).unwrap(), 1);
    drop(database);
    server.start_again();
    bob.follow(&server);
    assert_eq!(sizes(&mut bob), wanted);
    // After that, nothing waits any more.
    let database = rusqlite::Connection::open(server.data().path("cloudlet.db")).unwrap();
    let count = |sql| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM photos_due"), 0);
    assert_eq!(count("SELECT count(*) FROM facts WHERE name = 'photos_reader' AND value = '3'"), 1);
}

#[test]
fn no_photo_is_too_broken_to_be_read_over() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let whole = taken("2024:05:06 07:08:09");
    for end in 0..whole.len() {
        let mut broken = whole.clone();
        broken[end] ^= 0xff;
        fs::write(server.data().file("/bob").join(format!("cut {end}.jpg")), &whole[..end]).unwrap();
        fs::write(server.data().file("/bob").join(format!("bent {end}.jpg")), broken).unwrap();
    }
    // One file has a directory that refers to itself, and one has a comment of 64 KiB.
    let circle = b"MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\x08";
    fs::write(server.data().file("/bob/circle.tif"), circle).unwrap();
    let comment = photo(vec![(0x010f, text(&"x".repeat(60_000)))], vec![], vec![]);
    fs::write(server.data().file("/bob/long.jpg"), comment).unwrap();
    bob.list("/bob");
    let counts = days(&mut bob, &[]);
    let sum: i64 = counts.iter().map(|(_, count)| count).sum();
    assert_eq!(sum, 2 * whole.len() as i64 + 2);
    let long = photos(&mut bob, &[]).into_iter().find(|one| one.field("name") == "long.jpg").unwrap();
    assert_eq!(long.field("camera").len(), 100);
}

#[test]
fn people_see_the_photos_that_they_may_read() {
    let server = Server::start();
    let (mut alice, mut bob) = (server.user("alice"), server.user("bob"));
    for folder in ["Trip", "Diary"] {
        alice.core("createfolder", &[("path", "/alice"), ("name", folder)]).done();
        alice.upload(&format!("/alice/{folder}"), "a.jpg", &taken("2024:05:06 07:08:09")).ok();
    }
    assert!(days(&mut bob, &[]).is_empty());
    let share = alice.core("quickshare", &[("sharelocation", "/alice/Trip")]).xml();
    let id = share.child("share").field("shareid").to_owned();
    alice.core("addusertoshare", &[("shareid", &id), ("userid", "bob")]).done();
    assert_eq!(days(&mut bob, &[]), [("2024-05-06".to_owned(), 1)]);
    let paths: Vec<String> = photos(&mut bob, &[]).iter().map(|one| one.field("path").to_owned()).collect();
    assert_eq!(paths, ["/SHARED/alice/Trip/a.jpg"]);
    assert_eq!(photos(&mut bob, &[("path", "/SHARED/alice/Trip/a.jpg")]).len(), 1, "the photo alone");
    bob.core("getphotos", &[("path", "/alice/Diary/a.jpg")]).declined();
    assert_eq!(days(&mut alice, &[])[0].1, 2);
    server.guest().core("getphotos", &[("path", "/")]).failed(401);
    alice.core("deleteshare", &[("shareid", &id)]).done();
    assert!(photos(&mut bob, &[]).is_empty());
}

/// A video that `ffmpeg` makes. If `ffmpeg` is not installed, the test prints that, and there is
/// none.
fn video(directory: &std::path::Path, name: &str, more: &[&str]) -> Option<Vec<u8>> {
    let source = ["-v", "error", "-f", "lavfi", "-i", "color=size=64x36:rate=2:duration=42"];
    let Ok(done) = Command::new("ffmpeg").args(source).args(more).arg(name).current_dir(directory).output()
    else {
        eprintln!("NOT TESTED with ffmpeg, which is not installed on this machine");
        return None;
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some(fs::read(directory.join(name)).unwrap())
}

#[test]
fn length_size_and_time_of_videos_are_told() {
    let server = Server::start();
    let mut bob = server.user("bob");
    // This video is part of the tests. It is in portrait format and lasts three seconds.
    bob.upload("/bob", "upright.mov", include_bytes!("../../fuzz/seeds/video/upright.mov")).ok();
    bob.upload("/bob", "VID_20230203_101112.mp4", include_bytes!("../../fuzz/seeds/video/pieces.mp4")).ok();
    let made = "creation_time=2024-05-06T07:08:09Z";
    let at = server.data().file("/bob");
    let mpeg = ["-c:v", "mpeg4", "-metadata", made];
    for name in ["long.mp4", "long.m4v", "long.mov", "long.mkv", "long.avi", "long.3gp"] {
        let of_3gp = if name.ends_with("3gp") { ["-s", "176x144"].as_slice() } else { &[] };
        video(&at, name, &[&mpeg, of_3gp].concat());
    }
    bob.list("/bob");
    days(&mut bob, &[]);
    let found = photos(&mut bob, &[("kind", "videos")]);
    for one in &found {
        let field = |name: &str| one.field(name).to_owned();
        let wanted = match one.field("name") {
            "upright.mov" => ("3", "36", "64", "camera"),
            "VID_20230203_101112.mp4" => ("0", "64", "36", "name"),
            "long.avi" => ("42", "64", "36", "file"),
            // The video has 176 pixels in a row, and its header says that it is shown wider.
            "long.3gp" => ("42", "256", "144", "camera"),
            _ => ("42", "64", "36", "camera"),
        };
        let told = [field("duration"), field("width"), field("height"), field("takenfrom")];
        assert_eq!(told, [wanted.0, wanted.1, wanted.2, wanted.3], "{}", one.field("name"));
        if one.field("takenfrom") == "camera" {
            // This time is in the time zone of the server.
            assert!(one.field("taken").starts_with("2024-05-0"), "{}", one.field("taken"));
        }
    }
    assert!(found.len() == 8 || found.len() == 2, "{}", found.len());

    // A file that is no video any more has no duration and no size. A photo has no duration.
    bob.upload("/bob", "upright.mov", b"no video at all").ok();
    bob.upload("/bob", "a.jpg", &taken("2024:05:06 07:08:09")).ok();
    days(&mut bob, &[]);
    for name in ["upright.mov", "a.jpg"] {
        let one = photos(&mut bob, &[("path", &format!("/bob/{name}"))]).remove(0);
        assert_eq!((one.field("duration"), one.field("width")), ("0", "0"), "{name}");
    }
}

#[test]
fn no_video_is_too_broken_to_be_read_over() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let home = server.data().file("/bob");
    let movie = include_bytes!("../../fuzz/seeds/video/end.mp4").as_slice();
    let wide = |size: u64| [&1_u32.to_be_bytes(), b"free".as_slice(), &size.to_be_bytes(), movie].concat();
    for (name, bytes) in [
        ("wide.mp4", wide(u64::MAX)),
        ("empty.mp4", Vec::new()),
        ("circle.mp4", wide(0)),
        ("many.mp4", [b"\0\0\0\x08free".repeat(500_000), movie.to_vec()].concat()),
        ("cut.mkv", include_bytes!("../../fuzz/seeds/video/sound.mkv")[..60].to_vec()),
        ("many.webm", [b"\x1a\x45\xdf\xa3\x80".to_vec(), b"\xec\x80".repeat(1_000_000)].concat()),
    ] {
        fs::write(home.join(name), bytes).unwrap();
    }
    // This file has a length of a terabyte, and its header is at its end.
    let far = fs::File::create(home.join("far.mp4")).unwrap();
    far.write_all_at(&[&1_u32.to_be_bytes(), b"mdat".as_slice(), &(1_u64 << 40).to_be_bytes()].concat(), 0)
        .unwrap();
    far.write_all_at(movie, 1 << 40).unwrap();
    bob.list("/bob");
    days(&mut bob, &[]);
    let found = photos(&mut bob, &[]);
    assert_eq!(found.len(), 7);
    for one in found {
        let wanted = if one.field("name") == "far.mp4" { "3" } else { "0" };
        assert_eq!(one.field("duration"), wanted, "{}", one.field("name"));
    }
}

#[test]
fn what_a_photo_says_is_a_metadata_set_that_filecloud_s_clients_know() {
    let server = Server::start();
    let mut bob = server.user("bob");
    let main = vec![(0x0110, text("Acme One"))];
    let camera = vec![(0x9003, text("2024:05:06 07:08:09")), (0xa002, long(4032)), (0xa003, long(3024))];
    let munich = vec![(1, text("N")), (2, degrees([48, 8, 15])), (3, text("W")), (4, degrees([11, 34, 30]))];
    bob.upload("/bob", "whole.jpg", &photo(main, camera, munich)).ok();
    bob.upload("/bob", "letter.txt", b"no photo").ok();
    days(&mut bob, &[]);
    let image = |bob: &mut Caller, path: &str| {
        let root = bob.core("getmetadatavalues", &[("fullpath", path)]).xml();
        root.all("metadatasetvalue").find(|one| one.field("id") == "55557777bbbbccccddddaaab").cloned()
    };
    assert_eq!(image(&mut bob, "/bob/letter.txt"), None);
    let set = image(&mut bob, "/bob/whole.jpg").unwrap();
    assert_eq!(
        (set.field("name"), set.field("settype"), set.field("write")),
        ("Image (EXIF)", "1", ""),
        "nobody changes it"
    );
    let told: Vec<(&str, &str)> = (0..set.number("attributes_total"))
        .map(|at| (set.field(&format!("attribute{at}_name")), set.field(&format!("attribute{at}_value"))))
        .collect();
    let wanted = [
        ("Taken", "2024-05-06 07:08:09"),
        ("Camera", "Acme One"),
        ("Width", "4032"),
        ("Height", "3024"),
        ("Latitude", "48.1375"),
        ("Longitude", "-11.575"),
    ];
    assert_eq!(told, wanted);
}
