//! Tests of the sizes of pictures and of the stored ones.

use super::*;
use crate::config::Settings;
use crate::test_directory::TestDirectory;
use std::collections::BTreeMap;
use std::fs;

#[test]
fn the_room_is_bounded_and_has_a_sensible_default() {
    for (purpose, width, height, wanted) in [
        (Purpose::Thumb, None, None, (160, 160)),
        (Purpose::Thumb, Some(0), Some(0), (160, 160)),
        (Purpose::Thumb, Some(90), None, (90, 90)),
        (Purpose::Thumb, Some(200), Some(50), (200, 50)),
        (Purpose::Thumb, Some(u64::MAX), Some(1), (2048, 1)),
        (Purpose::Thumb, Some(1500), None, (1500, 1500)),
        (Purpose::Slide, None, None, (1280, 1280)),
        (Purpose::Slide, Some(9999), None, (2048, 2048)),
    ] {
        let fit = purpose.fit(width, height);
        assert_eq!((fit.width, fit.height), wanted, "{purpose:?} {width:?} {height:?}");
    }
}

#[test]
fn pictures_of_contents_that_are_gone_are_removed() {
    let top = TestDirectory::new();
    let cloud = Cloud::open(&top, Settings::read(BTreeMap::new()).unwrap()).unwrap();
    let (home, cache) = (CloudPath::parse("/anna").unwrap(), Arc::clone(&cloud.pictures.cache));
    fs::create_dir(top.join("files/anna")).unwrap();
    let visit = || {
        let visit = cloud.visit(&home).unwrap().unwrap();
        cloud.mend_now(&visit).unwrap();
    };
    let ids = ["stays", "changes", "goes"].map(|name| {
        fs::write(top.join("files/anna").join(name), name).unwrap();
        let path = home.join(&crate::base::path::EntryName::parse(name).unwrap()).unwrap();
        let id = id_of(&Root::NOBODY, &cloud.volumes.stat(&path).unwrap().unwrap(), 320);
        cache.keep(&id, b"a picture", 1 << 20).unwrap();
        id
    });
    // The frames that browsers have drawn of videos go like the others.
    visit();
    let frames = ["stays", "changes", "goes"].map(|name| {
        let path = home.join(&crate::base::path::EntryName::parse(name).unwrap()).unwrap();
        let facts = rows::facts(&cloud.volumes.stat(&path).unwrap().unwrap());
        let (picture, node) = (format!("{FRAME}{name}"), cloud.node_at(&path).unwrap().unwrap());
        cache.keep(&picture, b"a frame", 1 << 20).unwrap();
        let saved = picture.clone();
        cloud.store.write(move |tx| video_frames::save(tx, node(tx)?, &facts, &saved)).unwrap();
        picture
    });
    cache.keep("frame-replaced", b"a frame", 1 << 20).unwrap();
    cache.keep("made-by-nobody", b"a picture", 1 << 20).unwrap();
    let kept = || {
        let mut kept: Vec<_> =
            cache.volumes.main().unwrap().thumbs().unwrap().into_iter().map(|(id, _)| id).collect();
        kept.sort();
        kept
    };
    visit();
    cloud.tidy_pictures().unwrap();
    let mut wanted = [&ids[..], &frames[..]].concat();
    wanted.sort();
    assert_eq!(kept(), wanted);
    fs::write(top.join("files/anna/changes"), "changed").unwrap();
    fs::remove_file(top.join("files/anna/goes")).unwrap();
    visit();
    cloud.tidy_pictures().unwrap();
    let mut wanted = vec![ids[0].clone(), frames[0].clone()];
    wanted.sort();
    assert_eq!(kept(), wanted);
}

#[test]
fn the_oldest_go_first() {
    let top = TestDirectory::new();
    let cloud = Cloud::open(&top, Settings::read(BTreeMap::new()).unwrap()).unwrap();
    let cache = &cloud.pictures.cache;
    for id in ["a", "b", "c", "d"] {
        cache.keep(id, &[7; 4096], 4 * 4096).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let known = *cache.bytes();
    assert_eq!(known, Some(4 * 4096));
    cache.keep("e", &[7; 4096], 4 * 4096).unwrap();
    let mut kept: Vec<_> =
        cache.volumes.main().unwrap().thumbs().unwrap().into_iter().map(|(id, _)| id).collect();
    kept.sort();
    assert_eq!(kept, ["c", "d", "e"], "down to nine tenths");
}
