//! The latest moves of folders, by which an upload finds its folder if that moved while bytes
//! arrived.

use crate::base::guarded::Guarded;
use crate::base::path::CloudPath;
use std::collections::VecDeque;
use std::sync::MutexGuard;

/// Number of moves that are remembered. An upload that runs for longer misses earlier ones.
const MOVES_MAX: usize = 256;

/// The latest moves of folders, each with its number.
#[derive(Default)]
pub(in crate::domain) struct Moves(Guarded<Log>);

#[derive(Default)]
struct Log {
    /// The number of the first remembered move.
    first: u64,
    moves: VecDeque<(CloudPath, CloudPath)>,
}

impl Moves {
    /// The number of the next move.
    pub fn next(&self) -> u64 {
        let log = self.lock();
        log.first + log.moves.len() as u64
    }

    /// The present path for a path that was named before the moves from this number on.
    pub fn follow(&self, path: &CloudPath, since: u64) -> CloudPath {
        let log = self.lock();
        let skipped = since.saturating_sub(log.first);
        let later = log.moves.iter().skip(usize::try_from(skipped).unwrap_or(usize::MAX));
        later.fold(path.clone(), |path, (from, to)| moved(&path, from, to).unwrap_or(path))
    }

    pub(super) fn note(&self, from: &CloudPath, to: &CloudPath) {
        let mut log = self.lock();
        if log.moves.len() == MOVES_MAX {
            log.moves.pop_front();
            log.first += 1;
        }
        log.moves.push_back((from.clone(), to.clone()));
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        self.0.lock()
    }
}

/// The path of something below a folder after a move of the folder; `None` for another path, and if
/// it would be too long.
pub(super) fn moved(path: &CloudPath, from: &CloudPath, to: &CloudPath) -> Option<CloudPath> {
    if !path.starts_with(from) {
        return None;
    }
    let below = &path.parts()[from.parts().len()..];
    below.iter().try_fold(to.clone(), |path, name| path.join(name)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_follows_the_moves_after_it_was_named() {
        let path = |text: &str| CloudPath::parse(text).unwrap();
        let moves = Moves::default();
        moves.note(&path("/bob/a"), &path("/bob/b"));
        let since = moves.next();
        moves.note(&path("/bob/b/c"), &path("/bob/d"));
        assert_eq!(moves.follow(&path("/bob/a/c/x"), 0), path("/bob/d/x"));
        assert_eq!(moves.follow(&path("/bob/a/c/x"), since), path("/bob/a/c/x"));
        assert_eq!(moves.follow(&path("/bob/b/c/x"), since), path("/bob/d/x"));
        assert_eq!(moves.follow(&path("/bob/bc"), since), path("/bob/bc"));
        for _ in 0..MOVES_MAX {
            moves.note(&path("/bob/x"), &path("/bob/y"));
        }
        assert_eq!(moves.follow(&path("/bob/b/c/x"), since), path("/bob/b/c/x"), "long ago");
        assert_eq!(moves.next(), since + 1 + MOVES_MAX as u64);
    }
}
