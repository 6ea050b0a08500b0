//! Tests that holes stay holes in every kind of copy.

use super::super::bytes::copy_bytes;
use super::*;
use crate::disk::CopyOptions;
use rustix::fd::OwnedFd;
use std::os::unix::fs::{FileExt, MetadataExt};

const MEGABYTE: u64 = 1 << 20;

/// A file of 64 MiB with one MiB of data at each of the offsets, which are in MiB.
fn sparse(path: &Path, data_at: &[u64]) {
    let file = fs::File::create_new(path).unwrap();
    file.set_len(64 * MEGABYTE).unwrap();
    for offset in data_at {
        file.write_all_at(&vec![7; MEGABYTE as usize], offset * MEGABYTE).unwrap();
    }
    file.sync_all().unwrap();
}

fn allocated(path: &Path) -> u64 {
    fs::metadata(path).unwrap().blocks() * 512
}

#[test]
fn copies_have_the_same_bytes_and_no_more_room_on_the_disk() {
    let (ground, other) = (Ground::new(), Ground::new());
    let (volume, second) = (ground.volume(), other.volume());
    if !volume.probe().unwrap().is_sparse {
        return eprintln!("NOT TESTED: the temporary directory of this machine has no holes");
    }
    volume.create_folder(&path("/f"), None).unwrap();
    let layouts: [&[u64]; 6] = [&[], &[0], &[63], &[5, 40], &[0, 62, 63], &[0, 1, 2, 30]];
    for (number, data_at) in layouts.iter().enumerate() {
        let from = ground.root.join(format!("f/{number}"));
        sparse(&from, data_at);
        let options = |id: &str, is_whole| CopyOptions {
            id: id.into(),
            replace: false,
            keep_as: None,
            is_whole,
            without: Vec::new(),
        };
        let (source, copy) = (path(&format!("/f/{number}")), path(&format!("/{number}")));
        volume.copy(&source, &copy, options("c", false)).unwrap();
        second.copy_from(&volume, &source, &copy, options("m", true), &mut |_| Ok(())).unwrap();
        for copy in [ground.root.join(number.to_string()), other.root.join(number.to_string())] {
            assert!(fs::read(&from).unwrap() == fs::read(&copy).unwrap(), "{data_at:?}");
            let most = data_at.len() as u64 * MEGABYTE + MEGABYTE / 2;
            assert!(allocated(&copy) <= most, "{data_at:?}: {} bytes", allocated(&copy));
        }
    }
    let options =
        CopyOptions { id: "t".into(), replace: false, keep_as: None, is_whole: false, without: Vec::new() };
    volume.copy(&path("/f"), &path("/all"), options).unwrap();
    let of = |folder: &str| -> u64 {
        (0..layouts.len()).map(|number| allocated(&ground.root.join(folder).join(number.to_string()))).sum()
    };
    assert!(of("all") <= of("f") + MEGABYTE);
}

#[test]
fn what_a_copy_takes_is_counted_without_the_holes() {
    let ground = Ground::new();
    let volume = ground.volume();
    if !volume.probe().unwrap().is_sparse {
        return eprintln!("NOT TESTED: the temporary directory of this machine has no holes");
    }
    volume.create_folder(&path("/f"), None).unwrap();
    fs::write(ground.root.join("f/small"), "12345").unwrap();
    fs::write(ground.root.join("f/empty"), "").unwrap();
    for (name, data_at) in [("nothing", &[][..]), ("some", &[5, 40]), ("end", &[63])] {
        sparse(&ground.root.join("f").join(name), data_at);
    }
    let counted = |name: &str| {
        let usage = volume.usage(&path(name)).unwrap();
        (usage.bytes, usage.bytes_without_holes)
    };
    assert_eq!((counted("/f/small"), counted("/f/empty")), ((5, 5), (0, 0)));
    for (name, data) in [("/f/some", 2 * MEGABYTE), ("/f/end", MEGABYTE)] {
        let (length, taken) = counted(name);
        assert_eq!(length, 64 * MEGABYTE);
        assert!((data..data + MEGABYTE / 4).contains(&taken), "{name}: {taken}");
    }
    // Some file systems report no blocks at all, so a file without any is taken to be full.
    assert_eq!(counted("/f/nothing"), (64 * MEGABYTE, 64 * MEGABYTE));
    let (length, taken) = counted("/f");
    assert_eq!(length, 3 * 64 * MEGABYTE + 5);
    assert!(taken < (64 + 4) * MEGABYTE, "{taken}");
}

#[test]
fn a_file_that_becomes_shorter_or_longer_gives_what_there_is_of_it() {
    let ground = Ground::new();
    let open = |name: &str| {
        let mut options = fs::File::options();
        options.read(true).write(true).create(true).truncate(false);
        OwnedFd::from(options.open(ground.top.join(name)).unwrap())
    };
    for (number, (data_at, size, length)) in [
        (vec![0u64], 80 * MEGABYTE, 64 * MEGABYTE),
        (vec![], 80 * MEGABYTE, 64 * MEGABYTE),
        (vec![63], 63 * MEGABYTE + 5, 63 * MEGABYTE + 5),
        (vec![2], 10 * MEGABYTE, 10 * MEGABYTE),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("from{number}");
        sparse(&ground.top.join(&name), &data_at);
        let (from, to) = (open(&name), open(&format!("to{number}")));
        copy_bytes(&from, &to, size, &mut || true).unwrap();
        let copy = fs::read(ground.top.join(format!("to{number}"))).unwrap();
        assert_eq!(copy.len() as u64, length, "{data_at:?}");
        assert!(copy[..] == fs::read(ground.top.join(&name)).unwrap()[..copy.len()], "{data_at:?}");
    }
}
