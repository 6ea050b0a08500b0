//! Counts in memory what each client deletes and replaces within ten minutes.
//!
//! A folder that is deleted as a whole counts once, because a person deletes it by one action. The
//! folder is remembered, because its files count too if the client puts something in its place.
//!
//! A counted change takes about 50 bytes, and a remembered folder 100. For each client, at most as many changes are stored as
//! the limit allows, which is 1000 by default, and at most [`CLIENTS_MAX`] clients are counted at
//! once. So the counts take at most 30 MB, and after ten quiet minutes they are forgotten.

use crate::base::guarded::Guarded;
use crate::base::limits::brake::{CLIENTS_MAX, COUNTED_MAX, FREE_SECONDS, WINDOW_SECONDS};
use crate::base::path::CloudPath;
use crate::error::{Code, Error, Result};
use crate::store::Store;
use crate::store::holds;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The clients that have deleted or replaced something lately, and those that are held.
#[derive(Debug, Default)]
pub(in crate::domain) struct Brake(Guarded<State>);

#[derive(Debug, Default)]
struct State {
    clients: HashMap<String, Window>,
    held: HashSet<String>,
    /// The holds that are being taken back.
    taken_back: HashSet<i64>,
    /// The time when old changes were forgotten last.
    tidied: i64,
}

/// The counted changes of a client, the oldest first.
#[derive(Debug, Default)]
struct Window {
    counted: VecDeque<Counted>,
    subjects: HashSet<u64>,
    weight: u64,
    /// The folders among them that were deleted as a whole, by a hash of their former place.
    folders: HashMap<u64, DeletedFolder>,
    /// Nothing is counted until this time, because somebody let the client go on.
    free_until: i64,
}

#[derive(Debug)]
struct Counted {
    at: i64,
    subject: u64,
    weight: u64,
}

/// A folder that a client has deleted as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DeletedFolder {
    pub at: i64,
    /// Its id in the recycle bin.
    pub trash: String,
    /// Number of files in it, on all levels.
    pub files: u64,
}

/// A change that counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counting {
    /// Identifies the file. The same file counts once.
    pub subject: u64,
    pub weight: u64,
}

impl Counting {
    pub fn new(subject: impl Hash, weight: u64) -> Counting {
        Counting { subject: hash_of(subject), weight }
    }
}

fn hash_of(subject: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    subject.hash(&mut hasher);
    hasher.finish()
}

impl Brake {
    /// The brake with the clients that are held already.
    pub fn load(store: &Store) -> Result<Brake> {
        let held = store.read(holds::all)?.into_iter().map(|hold| hold.client).collect();
        Ok(Brake(Guarded::new(State { held, ..State::default() })))
    }

    pub fn is_held(&self, client: &str) -> bool {
        self.0.lock().held.contains(client)
    }

    pub fn holds_any(&self) -> bool {
        !self.0.lock().held.is_empty()
    }

    /// True if somebody let the client go on a short time ago. Its changes are not stored.
    pub(super) fn is_free(&self, client: &str, now: i64) -> bool {
        self.0.lock().clients.get(client).is_some_and(|window| now < window.free_until)
    }

    /// Counts a change. Returns true if the client is to be held from now on.
    pub(super) fn count(&self, client: &str, now: i64, limit: u64, change: Counting) -> bool {
        let mut state = self.0.lock();
        if limit == 0 || state.held.contains(client) {
            return false;
        }
        if !state.clients.contains_key(client) && state.clients.len() >= CLIENTS_MAX {
            state.forget_clients(now);
        }
        let window = state.clients.entry(client.to_owned()).or_default();
        window.forget_before(now - WINDOW_SECONDS);
        if now < window.free_until {
            return false;
        }
        window.add(now, change);
        if window.weight <= limit.min(COUNTED_MAX) {
            return false;
        }
        state.clients.remove(client);
        state.held.insert(client.to_owned())
    }

    /// Remembers a folder whose deletion was counted.
    pub(super) fn remember_folder(&self, client: &str, place: &CloudPath, folder: DeletedFolder) {
        if let Some(window) = self.0.lock().clients.get_mut(client) {
            window.folders.insert(hash_of(place.real_text()), folder);
        }
    }

    /// The folder that a client has deleted lately at a place or above it, and the number of names
    /// that lead from it to the place.
    pub(super) fn folder_deleted_at(
        &self,
        client: &str,
        now: i64,
        place: &CloudPath,
    ) -> Option<(DeletedFolder, usize)> {
        let state = self.0.lock();
        let folders = &state.clients.get(client).filter(|window| !window.folders.is_empty())?.folders;
        (0..place.parts().len()).find_map(|below| {
            let above = place.beginning(place.parts().len() - below);
            let folder = folders.get(&hash_of(above.real_text()))?;
            (folder.at >= now - WINDOW_SECONDS).then(|| (folder.clone(), below))
        })
    }

    /// True once a minute, when changes that are older than ten minutes can be forgotten.
    pub(super) fn is_time_to_tidy(&self, now: i64) -> bool {
        let mut state = self.0.lock();
        let is_time = (now - state.tidied).abs() >= 60;
        if is_time {
            state.tidied = now;
        }
        is_time
    }

    /// Forgets a client whose changes were taken back.
    pub(super) fn forget(&self, client: &str) {
        self.0.lock().held.remove(client);
    }

    /// Lets a client go on. It is counted again after an hour.
    pub(super) fn release(&self, client: &str, now: i64) {
        let mut state = self.0.lock();
        state.held.remove(client);
        let window = Window { free_until: now + FREE_SECONDS, ..Window::default() };
        state.clients.insert(client.to_owned(), window);
    }

    /// The right to take a hold back, which only one call has at a time.
    ///
    /// # Errors
    /// `Code::Conflict` if another call is taking it back.
    pub(super) fn take_turn(&self, hold: i64) -> Result<Turn<'_>> {
        match self.0.lock().taken_back.insert(hold) {
            true => Ok(Turn { brake: self, hold }),
            false => Err(Error::new(Code::Conflict, "This is being taken back already.")),
        }
    }
}

/// The right to take a hold back. It ends when the value is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    brake: &'a Brake,
    hold: i64,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.brake.0.lock().taken_back.remove(&self.hold);
    }
}

impl State {
    /// Forgets the clients without recent changes. If that is not enough, it also forgets all
    /// except those that somebody let go on, and counts them anew.
    fn forget_clients(&mut self, now: i64) {
        self.clients.retain(|_, window| window.is_of_use(now));
        if self.clients.len() >= CLIENTS_MAX {
            self.clients.retain(|_, window| now < window.free_until);
        }
    }
}

impl Window {
    fn add(&mut self, at: i64, Counting { subject, weight }: Counting) {
        if self.subjects.insert(subject) {
            self.counted.push_back(Counted { at, subject, weight });
            self.weight = self.weight.saturating_add(weight);
        }
    }

    fn forget_before(&mut self, time: i64) {
        let before = self.counted.len();
        while self.counted.front().is_some_and(|counted| counted.at < time) {
            if let Some(Counted { subject, weight, .. }) = self.counted.pop_front() {
                self.subjects.remove(&subject);
                self.weight -= weight;
            }
        }
        if self.counted.len() < before {
            self.folders.retain(|_, folder| folder.at >= time);
        }
    }

    fn is_of_use(&self, now: i64) -> bool {
        now < self.free_until || self.counted.back().is_some_and(|last| last.at >= now - WINDOW_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(subject: i64) -> Counting {
        Counting { subject: subject.unsigned_abs(), weight: 1 }
    }

    #[test]
    fn more_than_the_limit_within_ten_minutes_holds_one_client() {
        let brake = Brake::default();
        for number in 0..100 {
            // These are five changes in ten minutes, without end.
            assert!(!brake.count("slow", number * 130, 5, one(number)), "{number}");
        }
        for number in 0..5 {
            assert!(!brake.count("quick", number, 5, one(number)));
        }
        assert!(brake.count("quick", 5, 5, one(5)), "it is held");
        assert!(!brake.count("quick", 6, 5, one(6)), "it is held once");
        assert!(brake.is_held("quick") && !brake.is_held("slow") && brake.holds_any());
        brake.release("quick", 10);
        assert!(brake.is_free("quick", 11) && !brake.is_free("slow", 11));
        for number in 0..100 {
            assert!(!brake.count("quick", 11, 5, one(number)), "somebody let it go on");
        }
        let later = 10 + FREE_SECONDS;
        let held: Vec<_> = (0..6).map(|number| brake.count("quick", later, 5, one(number))).collect();
        assert_eq!(held, [false, false, false, false, false, true], "it counts again");
    }

    #[test]
    fn weights_count_and_the_same_file_again_does_not() {
        let brake = Brake::default();
        for at in 0..1000 {
            assert!(!brake.count("writer", at / 10, 5, Counting::new("/anna/novel.txt", 1)));
        }
        assert!(!brake.count("locker", 1, 15, Counting::new("a", 10)));
        assert!(!brake.count("locker", 1, 15, Counting::new("a", 10)));
        assert!(brake.count("locker", 1, 15, Counting::new("b", 10)), "it is held");
        assert!(!brake.count("off", 1, 0, Counting::new("a", 1_000_000)));
        assert!(brake.count("huge", 1, u64::MAX, Counting::new("a", COUNTED_MAX + 1)), "no higher limit");
    }

    #[test]
    fn a_deleted_folder_is_known_at_its_place_and_below_for_ten_minutes() {
        let brake = Brake::default();
        let path = |text: &str| CloudPath::parse(text).unwrap();
        let folder = |at| DeletedFolder { at, trash: format!("bin {at}"), files: 40 };
        let found = |now, place: &str| brake.folder_deleted_at("script", now, &path(place));
        assert_eq!(found(1, "/bob/diary"), None);
        for (at, place) in [(1, "/bob/diary"), (2, "/bob/diary/2024")] {
            assert!(!brake.count("script", at, 5, one(at)));
            brake.remember_folder("script", &path(place), folder(at));
        }
        assert_eq!(found(3, "/bob/diary"), Some((folder(1), 0)));
        assert_eq!(found(3, "/bob/diary/a/b.txt"), Some((folder(1), 2)));
        assert_eq!(found(3, "/bob/diary/2024/b.txt"), Some((folder(2), 1)), "the nearest one");
        for other in ["/bob", "/bob/diary2", "/bobby/diary"] {
            assert_eq!(found(3, other), None, "{other}");
        }
        assert_eq!(brake.folder_deleted_at("other", 3, &path("/bob/diary")), None);
        assert_eq!(found(2 + WINDOW_SECONDS, "/bob/diary"), None);
        assert!(!brake.count("script", 2 + WINDOW_SECONDS, 5, one(9)));
        let folders = brake.0.lock().clients["script"].folders.len();
        assert_eq!(folders, 1, "the older one is forgotten");
    }

    #[test]
    fn memory_is_bounded() {
        let brake = Brake::default();
        for number in 0..3 * CLIENTS_MAX {
            // Half of the clients have stopped, and half still make changes.
            brake.count(&number.to_string(), (number as i64 % 2) * 10 * WINDOW_SECONDS, 5, one(1));
        }
        for number in 0..10_000 {
            brake.count("one", 1_000_000_000, 500, one(number));
        }
        let state = brake.0.lock();
        assert!(state.clients.len() <= CLIENTS_MAX + 1, "{}", state.clients.len());
        let counted: usize = state.clients.values().map(|window| window.counted.len()).sum();
        assert!(counted <= state.clients.len() * 5, "{counted}");
        assert!(state.held.contains("one"));
    }

    #[test]
    fn one_at_a_time_takes_back() {
        let brake = Brake::default();
        let turn = brake.take_turn(1).unwrap();
        let _other = brake.take_turn(2).unwrap();
        assert_eq!(brake.take_turn(1).unwrap_err().code, Code::Conflict);
        drop(turn);
        brake.take_turn(1).unwrap();
    }
}
