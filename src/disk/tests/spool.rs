//! Tests that spools return the written bytes, from memory and from an unnamed file.

use super::super::sys::seam::{self, Fault, Feature};
use super::super::{Spool, SpoolLimits};
use super::Ground;
use crate::error::Code;
use std::sync::Arc;

const UNLIMITED: SpoolLimits = SpoolLimits { total_bytes: u64::MAX, kept_free_bytes: 0 };

/// The content of a spool, read in blocks of a given size.
fn all(spool: &Spool, at_once: usize) -> Vec<u8> {
    let (mut bytes, mut block) = (Vec::new(), vec![0; at_once]);
    loop {
        let count = spool.read_at(bytes.len() as u64, &mut block).unwrap();
        if count == 0 {
            return bytes;
        }
        bytes.extend_from_slice(&block[..count]);
    }
}

#[test]
fn what_is_written_comes_back_and_leaves_no_name() {
    for lacking in [&[][..], &[Feature::Unnamed]] {
        seam::lack(lacking);
        let ground = Ground::new();
        let volume = Arc::new(ground.volume());
        let mut spool = Spool::new(&volume, UNLIMITED);
        let mut wanted = Vec::new();
        assert!(all(&spool, 10).is_empty());
        for number in 0_u32..30_000 {
            let record = [&number.to_le_bytes()[..], &vec![7; number as usize % 23]].concat();
            spool.append(&record).unwrap();
            wanted.extend_from_slice(&record);
            if number == 100 {
                assert!(all(&spool, 64) == wanted);
            }
        }
        assert_eq!(spool.length(), wanted.len() as u64);
        for at_once in [1000, 100_000] {
            assert!(all(&spool, at_once) == wanted);
        }
        assert!(ground.hidden_dir("staging").is_empty());
        // These are more bytes than stay in memory at once.
        let large = vec![9; 300_000];
        spool.append(&large).unwrap();
        wanted.extend_from_slice(&large);
        assert!(all(&spool, 70_000) == wanted);
    }
    seam::lack(&[]);
}

#[test]
fn a_disk_that_takes_nothing_is_told() {
    let ground = Ground::new();
    let mut spool = Spool::new(&Arc::new(ground.volume()), UNLIMITED);
    let block = vec![1; 60_000];
    spool.append(&block).unwrap();
    seam::plan(Fault::Crash, 1);
    let refused = spool.append(&block).unwrap_err();
    seam::end();
    assert_eq!(refused.code, Code::Internal);
    assert!(ground.hidden_dir("staging").is_empty());
}

#[test]
fn all_spools_together_have_a_limit_and_leave_room_on_the_disk() {
    let ground = Ground::new();
    let volume = Arc::new(ground.volume());
    let limits = SpoolLimits { total_bytes: 300_000, kept_free_bytes: 0 };
    let block = vec![1; 100_000];
    let (mut first, mut second) = (Spool::new(&volume, limits), Spool::new(&volume, limits));
    for _ in 0..2 {
        first.append(&block).unwrap();
    }
    // The last block waits in memory; 100,000 bytes are on the disk.
    second.reserve(200_000).unwrap();
    assert_eq!(first.append(&block).unwrap_err().code, Code::Busy);
    assert_eq!(first.length(), 200_000, "what it has stays");
    second.append(&block).unwrap();
    second.append(&block).unwrap();
    drop(second);
    first.append(&block).unwrap();
    assert!(all(&first, 70_000) == vec![1; 300_000]);
    drop(first);
    assert_eq!(volume.spooled.load(std::sync::atomic::Ordering::Relaxed), 0);
    let kept_free_bytes = volume.free_space().unwrap().available;
    let mut third = Spool::new(&volume, SpoolLimits { total_bytes: u64::MAX, kept_free_bytes });
    third.append(&block[..1000]).unwrap();
    let refused = third.append(&block).unwrap_err();
    assert_eq!(refused.code, Code::Full);
    assert!(refused.message.starts_with("There is not enough room on the disk"), "{refused}");
}
