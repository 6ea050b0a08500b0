//! Remembers the downloads by links that were counted. Each may be resumed from the same network,
//! even if it was the last one that the link allows.

use crate::base::limits::{DOWNLOADS_BEGUN_MAX, RESUME_TIME};
use crate::base::network::Network;
use crate::base::path::CloudPath;
use crate::base::share_id::ShareId;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

/// The latest of these downloads, oldest first. A restart of the server forgets them.
#[derive(Default)]
pub struct BegunDownloads(Mutex<VecDeque<Begun>>);

struct Begun {
    share: ShareId,
    network: Network,
    file: CloudPath,
    at: Instant,
}

impl BegunDownloads {
    /// The shares from which a network has begun a download.
    pub fn shares(&self, network: Network) -> Vec<ShareId> {
        let begun = self.lock();
        begun.iter().filter(|one| one.is_resumable(network)).map(|one| one.share).collect()
    }

    pub fn has(&self, share: ShareId, network: Network, file: &CloudPath) -> bool {
        let begun = self.lock();
        begun.iter().any(|one| one.is_resumable(network) && one.share == share && one.file == *file)
    }

    pub fn note(&self, share: ShareId, network: Network, file: &CloudPath) {
        let mut begun = self.lock();
        begun.retain(|one| one.share != share || one.network != network || one.file != *file);
        begun.push_back(Begun { share, network, file: file.clone(), at: Instant::now() });
        if begun.len() > DOWNLOADS_BEGUN_MAX {
            begun.pop_front();
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Begun>> {
        self.0.lock().expect("nothing panics while holding the downloads")
    }
}

impl Begun {
    fn is_resumable(&self, network: Network) -> bool {
        self.network == network && self.at.elapsed() < RESUME_TIME
    }
}
