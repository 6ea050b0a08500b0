//! Spools: what is written comes back, from memory and from a file that nobody sees.

use super::super::Spool;
use super::super::sys::seam::{self, Fault, Feature};
use super::Ground;
use crate::error::Code;
use std::sync::Arc;

/// The whole of a spool, read in blocks of some bytes.
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
        let mut spool = Spool::new(&volume);
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
        assert!(ground.private("staging").is_empty());
        // More at once than stays in memory.
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
    let mut spool = Spool::new(&Arc::new(ground.volume()));
    let block = vec![1; 60_000];
    spool.append(&block).unwrap();
    seam::plan(Fault::Crash, 1);
    let refused = spool.append(&block).unwrap_err();
    seam::end();
    assert_eq!(refused.code, Code::Internal);
    assert!(ground.private("staging").is_empty());
}
