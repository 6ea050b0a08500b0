//! Uploads: a file in one part or in many, in any order, over several connections, resumed after a
//! break.
//!
//! A file in one part has a stage of its own. The parts of a file belong to an attempt, found by
//! path and by session (or by the name that a client gives it), so that two browsers never mix
//! their bytes. Bytes are reported as received only after they are on the disk and in the database.

use crate::base::byte_ranges::Ranges;
use crate::base::checksum::{Checksum, Hasher};
use crate::base::ids::object_id;
use crate::base::limits::UPLOADS_OF_VISITORS_MAX;
use crate::base::path::CloudPath;
use crate::base::permits;
use crate::base::size::size_text;
use crate::base::text::counted;
use crate::base::time::from_seconds;
use crate::disk::{Commit, Stage, Stat};
use crate::domain::access::rights::Replaceable;
use crate::domain::accounts::actor::User;
use crate::domain::index::rows;
use crate::domain::quota::reservations::Reserved;
use crate::domain::upload::moves::Moves;
use crate::domain::upload::partial::{Attempt, InFlight, Key, being_moved, under_way, uploader};
pub use crate::domain::upload::partial::{PartOptions, UploadName};
pub use crate::domain::upload::precondition::Condition;
use crate::domain::upload::running_hash::Beginning;
use crate::domain::upload::target::Target;
use crate::domain::volumes::registry::Volumes;
use crate::domain::{Change, Cloud};
use crate::error::{Code, Error, Reason, Result};
use crate::store::{checksums, uploads};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// Maximum number of unfinished uploads of one account.
const ATTEMPTS_OF_ACCOUNT_MAX: usize = 1000;
/// The time that the last part waits for parts that other connections still send.
const GATHER_MAX: Duration = Duration::from_secs(10);

/// A part that is being received. If it is dropped unfinished, the bytes that have arrived are
/// kept.
pub struct Part<'a> {
    pub(in crate::domain) cloud: &'a Cloud,
    user: User,
    pub(super) target: Target,
    options: PartOptions,
    pub(in crate::domain) stage: Option<Stage>,
    /// The place among the attempts; `None` for a file in one part.
    seat: Option<Seat>,
    /// Room that its attempt has not reserved.
    pub(in crate::domain) reserved: Reserved,
    pub(in crate::domain) end: u64,
    /// The hash of all bytes of the file up to `end`; `None` if some were not hashed.
    pub(in crate::domain) hasher: Option<Hasher>,
}

struct Seat {
    key: Key,
    number: u64,
    /// The number of the next move of a folder at the time when its key was right.
    moves_seen: u64,
}

impl Seat {
    /// Moves it to the attempt at the new path of its folder. The caller must hold the attempts.
    fn follow(&mut self, moves: &Moves) {
        let next = moves.next();
        if next != self.moves_seen {
            self.key.1 = moves.follow(&self.key.1, self.moves_seen);
            self.moves_seen = next;
        }
    }
}

/// The result of looking for an attempt.
enum Seating {
    /// The part belongs to the attempt with this stage.
    Taken { stage: String, is_new: bool },
    /// A new attempt begins, and there is no stage for it yet.
    NeedsStage,
}

/// Stages that no attempt uses. They are discarded at the end.
struct SpareStages<'a> {
    volumes: &'a Volumes,
    /// A path on their volume.
    near: CloudPath,
    ids: Vec<String>,
}

impl Drop for SpareStages<'_> {
    fn drop(&mut self) {
        self.ids.iter().for_each(|id| self.volumes.discard_quietly(&self.near, id));
    }
}

/// The result of a part.
#[derive(Debug)]
pub enum Received {
    /// The part is stored. More parts follow.
    Part,
    /// The file is in its place.
    File(Stat),
}

impl Cloud {
    /// Begins to receive a part. A part that cannot succeed is refused before any byte is sent.
    ///
    /// # Errors
    /// As [`Cloud::check_part`]; `Code::Conflict` if another upload of the file is running, or if
    /// there is no upload to continue; `Code::Full`.
    pub fn begin_part(&self, user: &User, target: &Replaceable, options: PartOptions) -> Result<Part<'_>> {
        let mut part = self.check_part(user, target, options)?;
        part.begin()?;
        Ok(part)
    }

    /// Checks that a part may come, without reserving anything.
    ///
    /// # Errors
    /// `Code::NotFound` without the folder, `Code::Conflict` if the condition is not met;
    /// `Code::Locked`.
    pub(in crate::domain) fn check_part(
        &self,
        user: &User,
        target: &Replaceable,
        options: PartOptions,
    ) -> Result<Part<'_>> {
        let target = self.find_target(user, target, &options)?;
        // Only the first part of a file uses an entry of the account's limit, for the version that
        // the file may replace.
        self.take_entries(&target.root, u64::from(options.offset == 0))?;
        let end = options.offset;
        if options.size.is_some_and(|size| end > size)
            || end.checked_add(options.bytes_announced.unwrap_or(0)).is_none()
        {
            return Err(Error::new(Code::Invalid, "The offset lies beyond the end of the file."));
        }
        Ok(Part {
            cloud: self,
            user: user.clone(),
            reserved: self.reserve_nothing(&target.root),
            target,
            options,
            stage: None,
            seat: None,
            end,
            hasher: None,
        })
    }
}

impl Part<'_> {
    /// True if it is the whole file.
    pub(in crate::domain) fn is_whole_file(&self) -> bool {
        self.options.offset == 0 && self.options.is_last
    }

    /// Takes room and a stage for the bytes.
    pub(in crate::domain) fn begin(&mut self) -> Result<()> {
        if !self.is_whole_file() {
            let uploader = uploader(&self.user, self.options.name.as_ref());
            return self.take_seat((uploader, self.target.place.real().clone()));
        }
        let announced = self.options.size.or(self.options.bytes_announced);
        self.cloud.reserve_more(&mut self.reserved, announced.unwrap_or(0))?;
        self.stage = Some(self.target.volume.stage(&object_id(), announced)?);
        self.hasher = self.cloud.config().checksums.then(Hasher::default);
        Ok(())
    }

    /// Finds the attempt that this part belongs to, or begins one.
    fn take_seat(&mut self, key: Key) -> Result<()> {
        static NUMBERS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = NUMBERS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.reserve_for_seat(&key)?;
        let (id, is_new) = self.find_seat(&key, number)?;
        let stage = self.target.volume.open_stage(&id).and_then(|stage| {
            let stage = stage.ok_or_else(|| Error::internal(format!("the stage {id} is gone")))?;
            if is_new { stage.reserve(self.options.size.unwrap_or(0)).map(|()| stage) } else { Ok(stage) }
        });
        self.seat = Some(Seat { key, number, moves_seen: self.target.moves_seen });
        self.stage = Some(stage.inspect_err(|_| self.give_up_if_new(&id, is_new))?);
        Ok(())
    }

    /// Enters the part in its attempt. Returns the id of the attempt's stage, and whether the
    /// attempt begins with this part. No disk is asked while the attempts are locked, because a
    /// slow one would hold up all other uploads: a stage is made in between, and then the attempts
    /// are looked at again.
    fn find_seat(&mut self, key: &Key, number: u64) -> Result<(String, bool)> {
        let near = self.target.place.real().clone();
        let mut spare = SpareStages { volumes: &self.cloud.volumes, near, ids: Vec::new() };
        loop {
            match self.try_seat(key, number, &mut spare)? {
                Seating::Taken { stage, is_new } => return Ok((stage, is_new)),
                Seating::NeedsStage => spare.ids.push(self.make_stage()?),
            }
        }
    }

    fn try_seat(&mut self, key: &Key, number: u64, spare: &mut SpareStages<'_>) -> Result<Seating> {
        let options = self.options.clone();
        let mut attempts = self.cloud.uploads.lock();
        let former = attempts.get(key);
        if former.is_some_and(|attempt| attempt.is_moving) {
            return Err(being_moved());
        }
        let is_new = former.is_none_or(|attempt| attempt.starts_anew(&options));
        if is_new {
            match former {
                None => self.may_begin(&attempts)?,
                Some(attempt) if attempt.may_be_superseded_by(options.connection) => {}
                Some(_) => return Err(under_way()),
            }
            let Some(id) = spare.ids.pop() else { return Ok(Seating::NeedsStage) };
            // This is one step. Otherwise a late part of the old attempt could begin a new one that
            // this part would join.
            let former = attempts.remove(key);
            spare.ids.extend(former.as_ref().map(|attempt| attempt.id.clone()));
            let attempt = self.new_attempt(id.clone(), former);
            attempts.insert(key.clone(), attempt.inspect_err(|_| spare.ids.push(id))?);
        }
        let attempt = attempts.get_mut(key).expect("it was found or inserted");
        attempt.admit(&options)?;
        self.options.size = attempt.size;
        attempt.begin(number, &options);
        self.hasher = attempt.hashed.part_at(options.offset).filter(|_| self.cloud.config().checksums);
        Ok(Seating::Taken { stage: attempt.id.clone(), is_new })
    }

    /// Discards an attempt that began with this part, because there is no room for it.
    fn give_up_if_new(&self, id: &str, is_new: bool) {
        let Some(seat) = self.seat.as_ref().filter(|_| is_new) else { return };
        let mut attempts = self.cloud.uploads.lock();
        if attempts.get(&seat.key).is_some_and(|attempt| attempt.id == id) {
            attempts.remove(&seat.key);
        }
        drop(attempts);
        self.cloud.uploads.changed.notify_all();
        self.cloud.volumes.discard_quietly(self.target.place.real(), id);
    }

    /// Checks that the part can be the first of a new attempt.
    fn may_begin(&self, attempts: &HashMap<Key, Attempt>) -> Result<()> {
        if self.options.offset > 0 && self.options.size.is_none() {
            return Err(Error::new(
                Code::Conflict,
                "There is no unfinished upload of this file to go on with. Please start from the beginning.",
            )
            .for_reason(Reason::UploadIncomplete));
        }
        let own = attempts.values().filter(|attempt| attempt.account == self.user.uploads_account());
        // Uploads of visitors count for the account, but cannot take all of its places.
        let max = match self.user.as_visitor() {
            Some(_) => UPLOADS_OF_VISITORS_MAX,
            None => ATTEMPTS_OF_ACCOUNT_MAX,
        };
        if own.count() >= max {
            return Err(Error::new(
                Code::Busy,
                "There are too many unfinished uploads. Please finish or delete some.",
            ));
        }
        Ok(())
    }

    /// Makes a stage on the target's disk, without reserving room, which an old attempt may have.
    /// Returns its id.
    fn make_stage(&self) -> Result<String> {
        let id = object_id();
        drop(self.target.volume.stage(&id, None)?);
        Ok(id)
    }

    /// Reserves room for the whole file if its size is first announced with this part, otherwise
    /// for the part. If this part restarts an attempt, the old reservation is used. No lock is held
    /// while an account is counted.
    fn reserve_for_seat(&mut self, key: &Key) -> Result<()> {
        let attempts = self.cloud.uploads.lock();
        let attempt = attempts.get(key);
        let has = attempt.map_or(0, |attempt| attempt.reserved.bytes());
        let needed = match (attempt.and_then(|attempt| attempt.size), self.options.size) {
            (Some(_), _) if !attempt.is_some_and(|attempt| attempt.starts_anew(&self.options)) => 0,
            (_, Some(size)) => size.saturating_sub(has),
            (_, None) => self.options.bytes_announced.unwrap_or(0),
        };
        drop(attempts);
        self.cloud.reserve_more(&mut self.reserved, needed)
    }

    /// A new attempt that replaces an old one. It gets the old one's room, and ignores parts from
    /// the old one's connections.
    fn new_attempt(&mut self, id: String, former: Option<Attempt>) -> Result<Attempt> {
        let mut superseded = Vec::new();
        if let Some(Attempt { reserved, in_flight, connection, .. }) = former {
            self.reserved.absorb(reserved);
            superseded.extend(in_flight.iter().map(|part| part.connection).chain([connection]));
            superseded.retain(|connection| *connection != self.options.connection);
        }
        let mut reserved = self.cloud.reserve_nothing(self.reserved.root());
        if let Some(size) = self.options.size {
            // The attempt with the room for it was discarded a moment ago.
            if self.reserved.bytes() < size {
                return Err(under_way());
            }
            reserved = self.reserved.take();
            reserved.shrink_to(size);
        }
        Ok(Attempt {
            reserved,
            id,
            account: self.user.uploads_account(),
            size: self.options.size,
            received: Ranges::default(),
            hashed: Beginning::default(),
            cut: HashSet::new(),
            in_flight: Vec::new(),
            connection: self.options.connection,
            superseded,
            touched: Instant::now(),
            is_moving: false,
        })
    }

    /// Writes the next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let end = self.end + bytes.len() as u64;
        if let Some(size) = self.options.size.filter(|size| end > *size) {
            return Err(Error::new(
                Code::Invalid,
                format!("More bytes arrive than the announced size of {}.", size_text(size)),
            ));
        }
        self.target.check_size(end)?;
        if self.options.size.is_none() {
            self.cloud.reserve_up_to(&mut self.reserved, end - self.options.offset)?;
        }
        if let Some(seat) = &mut self.seat {
            let mut attempts = self.cloud.uploads.lock();
            seat.follow(&self.cloud.uploads.moves);
            let attempt = attempts.get_mut(&seat.key).ok_or_else(under_way)?;
            let others = attempt.in_flight.iter().filter(|part| part.number != seat.number);
            if others.into_iter().any(|part| part.start < end && self.end < part.end.max(part.start + 1)) {
                return Err(under_way());
            }
            let own =
                attempt.in_flight.iter_mut().find(|part| part.number == seat.number).ok_or_else(under_way)?;
            own.end = end;
            own.touched = Instant::now();
        }
        self.stage.as_ref().ok_or_else(under_way)?.write_at(self.end, bytes)?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        self.end = end;
        Ok(())
    }

    /// Finishes a part that has arrived as a whole. Its rows record it in the database.
    pub fn finish(mut self) -> Result<Change<Received>> {
        match self.seat.take() {
            None => self.finish_single(),
            Some(seat) if self.options.is_last => self.finish_last(seat),
            Some(seat) => self.finish_part(seat),
        }
    }

    fn finish_single(&mut self) -> Result<Change<Received>> {
        let stage = self.stage.take().ok_or_else(under_way)?;
        let id = stage.id().to_owned();
        let checksum = self.hasher.as_ref().map(Hasher::checksum);
        let placed = self.check_whole(self.end).and_then(|()| self.put_in_place(stage, checksum));
        placed.inspect_err(|_| self.cloud.volumes.discard_quietly(self.target.place.real(), &id))
    }

    fn check_whole(&self, arrived: u64) -> Result<()> {
        match self.options.size {
            Some(size) if size != arrived => Err(Error::new(
                Code::Invalid,
                format!(
                    "The file should have {}, but {arrived} arrived. It was not stored.",
                    counted(size, "byte", "bytes")
                ),
            )),
            _ => Ok(()),
        }
    }

    fn finish_part(&mut self, mut seat: Seat) -> Result<Change<Received>> {
        self.stage.take().ok_or_else(under_way)?.sync()?;
        let mut attempts = self.cloud.uploads.lock();
        seat.follow(&self.cloud.uploads.moves);
        let (attempt, part) = arrived(&mut attempts, &seat, (self.options.offset, self.end))?;
        attempt.hold(self.reserved.take());
        self.note_hashed(attempt, &part);
        let row = attempt.row(&seat.key);
        drop(attempts);
        self.cloud.uploads.changed.notify_all();
        Ok(Change::new(move |tx| uploads::save(tx, &row)).telling(Received::Part))
    }

    /// Waits for the parts that are still being sent, then puts the file in its place.
    fn finish_last(&mut self, mut seat: Seat) -> Result<Change<Received>> {
        let stage = self.stage.take().ok_or_else(under_way)?;
        let deadline = Instant::now() + GATHER_MAX;
        let mut attempts = self.cloud.uploads.lock();
        seat.follow(&self.cloud.uploads.moves);
        let (attempt, part) = arrived(&mut attempts, &seat, (self.options.offset, self.end))?;
        self.note_hashed(attempt, &part);
        let id = attempt.id.clone();
        let total = loop {
            seat.follow(&self.cloud.uploads.moves);
            let attempt = attempts.get(&seat.key).filter(|attempt| attempt.id == id).ok_or_else(under_way)?;
            if attempt.is_moving {
                let row = attempt.row(&seat.key);
                drop(attempts);
                stage.sync()?;
                self.cloud.store.write_later(move |tx| uploads::save(tx, &row));
                return Err(being_moved());
            }
            let total = attempt.total();
            let gap = attempt.received.first_gap(total);
            // Without a length, bytes from other connections may come after this part.
            let (from, to) = match gap {
                None if attempt.size.is_some() || attempt.in_flight.is_empty() => break total,
                None => (total, total),
                Some(gap) => gap,
            };
            let now = Instant::now();
            if now >= deadline || attempt.size.is_none() && attempt.in_flight.is_empty() {
                let row = attempt.row(&seat.key);
                drop(attempts);
                stage.sync()?;
                self.cloud.store.write_later(move |tx| uploads::save(tx, &row));
                return Err(incomplete(from, to, total));
            }
            // The missing bytes come from other connections, not from the disk.
            attempts = permits::away(|| self.cloud.uploads.changed.wait_for(attempts, deadline - now));
        };
        let mut checksum = None;
        if let Some(Attempt { reserved, hashed, .. }) = attempts.remove(&seat.key) {
            self.reserved.absorb(reserved);
            checksum = hashed.checksum(total);
        }
        drop(attempts);
        self.options.size = Some(total);
        let length = stage.length()?;
        let placed = if length > total { stage.truncate(total) } else { self.check_whole(length) };
        placed.and_then(|()| self.put_in_place(stage, checksum)).inspect_err(|_| {
            self.cloud.volumes.discard_quietly(self.target.place.real(), &id);
            self.cloud.store.write_later(move |tx| uploads::delete(tx, &id));
        })
    }

    /// Records up to which byte the file has been hashed from its beginning.
    fn note_hashed(&mut self, attempt: &mut Attempt, part: &InFlight) {
        if let Some(hasher) = self.hasher.take().filter(|_| !part.is_rewritten) {
            attempt.hashed.hashed_to(self.end, hasher);
        }
    }

    fn put_in_place(&mut self, stage: Stage, checksum: Option<Checksum>) -> Result<Change<Received>> {
        let stage = self.cloud.find_again(&self.user, &mut self.target, stage)?;
        self.target.check_size(self.options.size.unwrap_or(self.end))?;
        // Uploads that take a free name at the same time take turns.
        let _turn = self.target.place.is_by_link().then(|| self.cloud.uploads.naming());
        if self.target.place.is_by_link() {
            self.target.place = self.cloud.free_place(&self.user, &self.target.place)?;
            self.options.condition = Condition { never_replace: true, ..Condition::default() };
        }
        let Target { place, volume, root, .. } = &self.target;
        let path = place.real();
        // Checked again: while the bytes came, somebody may have locked the place or disabled the
        // account.
        let changing = self.cloud.begin_change(&self.user, &[place])?;
        let replace = self.options.condition.apply(volume.stat(path)?.as_ref())?;
        self.cloud.check_may_fill(&self.user, place)?;
        let id = stage.id().to_owned();
        let replacement =
            self.cloud.begin_replacement(&self.user, place, changing, self.reserved.take_for(root));
        let modified = self.options.modified.map(from_seconds);
        let keep_as = Some(replacement.version.clone());
        let done = volume.commit(stage, path, Commit { replace, modified, keep_as })?;
        let change = replacement.record(&done).and_then(move |tx, node| {
            uploads::delete(tx, &id)?;
            // The old content keeps its own checksum as a version.
            checksum.map_or(Ok(()), |checksum| checksums::save(tx, node, &rows::facts(&done.stat), &checksum))
        });
        Ok(change.telling(Received::File(done.stat)))
    }

    /// Keeps the bytes of a part that was cut off, so that only the rest must be sent again.
    fn keep_cut(&mut self, mut seat: Seat) {
        let is_synced = self.stage.take().is_some_and(|stage| {
            stage.sync().inspect_err(|error| log::warn!("a cut part of an upload is lost: {error}")).is_ok()
        });
        let mut attempts = self.cloud.uploads.lock();
        seat.follow(&self.cloud.uploads.moves);
        let end = if is_synced { self.end } else { self.options.offset };
        if let Ok((attempt, part)) = arrived(&mut attempts, &seat, (self.options.offset, end)) {
            attempt.note_cut(self.options.offset);
            attempt.hold(self.reserved.take());
            if is_synced {
                self.note_hashed(attempt, &part);
            }
            let row = attempt.row(&seat.key);
            self.cloud.store.write_later(move |tx| uploads::save(tx, &row));
        }
        drop(attempts);
        self.cloud.uploads.changed.notify_all();
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        if let Some(seat) = self.seat.take() {
            self.keep_cut(seat);
        } else if let Some(stage) = self.stage.take() {
            let id = stage.id().to_owned();
            drop(stage);
            self.cloud.volumes.discard_quietly(self.target.place.real(), &id);
        }
    }
}

fn incomplete(from: u64, to: u64, total: u64) -> Error {
    let sentence = match from == to {
        true => "The upload is not complete: other parts of it are still being sent.".to_owned(),
        false => format!("The upload is not complete: bytes {from} to {to} of {total} have not arrived."),
    };
    Error::new(Code::Conflict, sentence).for_reason(Reason::UploadIncomplete)
}

/// Notes that a part has ended, and which of its bytes have arrived. Fails if the attempt was
/// discarded meanwhile.
fn arrived<'a>(
    attempts: &'a mut HashMap<Key, Attempt>,
    seat: &Seat,
    range: (u64, u64),
) -> Result<(&'a mut Attempt, InFlight)> {
    let attempt = attempts.get_mut(&seat.key).ok_or_else(under_way)?;
    let place = attempt.in_flight.iter().position(|part| part.number == seat.number).ok_or_else(under_way)?;
    let part = attempt.in_flight.remove(place);
    attempt.received.add(range.0, range.1);
    if range.0 < range.1 {
        attempt.cut.remove(&range.0);
    }
    attempt.touched = Instant::now();
    Ok((attempt, part))
}
