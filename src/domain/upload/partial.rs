//! An upload in parts: the ranges that have arrived, and the parts that are being sent.

use crate::base::byte_ranges::Ranges;
use crate::base::path::CloudPath;
use crate::domain::accounts::actor::User;
use crate::domain::quota::reservations::Reserved;
use crate::domain::upload::precondition::Condition;
use crate::domain::upload::running_hash::Beginning;
use crate::error::{Code, Error, Reason, Result};
use crate::store::uploads::UploadRow;
use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

/// After this time without bytes, another connection may take over a part.
pub(in crate::domain) const SILENT_AFTER: Duration = Duration::from_secs(3);
const NAME_BYTES: RangeInclusive<usize> = 8..=64;

/// The session, or the account and the name that a client has given to the upload; and the full path.
pub(in crate::domain) type Key = (String, CloudPath);

/// A name that a client gives to an upload, to continue it in another session of the account.
#[derive(Clone, Debug)]
pub struct UploadName(String);

impl UploadName {
    /// # Errors
    /// `Code::Invalid` with the rules for names.
    pub fn parse(text: &str) -> Result<UploadName> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        match is_plain && NAME_BYTES.contains(&text.len()) {
            true => Ok(UploadName(text.to_owned())),
            false => {
                Err(Error::new(Code::Invalid, "The name of an upload has 8 to 64 letters, digits and \"-\"."))
            }
        }
    }
}

/// The caller's description of a part.
#[derive(Clone, Debug)]
pub struct PartOptions {
    /// The position of its first byte.
    pub offset: u64,
    /// True if the file is complete with it.
    pub is_last: bool,
    /// The whole length in bytes, if announced.
    pub size: Option<u64>,
    /// The modification time to set, in seconds since 1970 UTC.
    pub modified: Option<i64>,
    pub condition: Condition,
    pub name: Option<UploadName>,
    /// The connection by which it comes.
    pub connection: u64,
    /// Bytes that are announced for this part, as far as known.
    pub bytes_announced: Option<u64>,
}

/// The uploader's part of an upload's key. No session id has a colon. It has the id of the account,
/// because its name may be used again.
pub(in crate::domain) fn uploader(user: &User, name: Option<&UploadName>) -> String {
    match name {
        Some(name) => format!("{}:{}", user.id(), name.0),
        None => user.session_id(),
    }
}

/// One unfinished upload.
pub(in crate::domain) struct Attempt {
    /// The stage's id.
    pub id: String,
    /// The account that began it, by its id.
    pub account: i64,
    /// The whole length in bytes, as announced.
    pub size: Option<u64>,
    pub received: Ranges,
    /// Room for all announced bytes, or else for those that have arrived.
    pub reserved: Reserved,
    pub hashed: Beginning,
    /// Offsets of parts that were cut off and may be sent again.
    pub cut: HashSet<u64>,
    pub in_flight: Vec<InFlight>,
    /// The connection of the newest part.
    pub connection: u64,
    /// Connections of the attempt that this one has replaced. Their late parts do not belong here.
    pub superseded: Vec<u64>,
    pub touched: Instant,
    /// True while its folder is moved to another disk. Its bytes move along, and no part may begin
    /// until they are there.
    pub is_moving: bool,
}

/// A part that is being received.
pub(in crate::domain) struct InFlight {
    pub number: u64,
    pub connection: u64,
    pub start: u64,
    pub end: u64,
    /// True if bytes before it are being sent again, so that the hash is not valid any more.
    pub is_rewritten: bool,
    pub touched: Instant,
}

impl Attempt {
    pub fn is_silent(&self) -> bool {
        self.touched.elapsed() >= SILENT_AFTER
            && self.in_flight.iter().all(|part| part.touched.elapsed() >= SILENT_AFTER)
    }

    /// The length of the file: as announced, or else the end of the furthest part.
    pub fn total(&self) -> u64 {
        self.size.unwrap_or_else(|| self.received.end())
    }

    /// True if a part at the beginning restarts the file, instead of sending missing bytes.
    pub fn starts_anew(&self, options: &PartOptions) -> bool {
        let is_known = self.received.contains(0) || self.in_flight.iter().any(|part| part.start == 0);
        let other_size = self.size.is_some() && options.size.is_some() && self.size != options.size;
        options.offset == 0 && (other_size || (is_known && !self.cut.contains(&0)))
    }

    pub fn may_be_superseded_by(&self, connection: u64) -> bool {
        let was_cut = self.in_flight.is_empty() && !self.cut.is_empty();
        self.connection == connection || was_cut || self.is_silent()
    }

    /// Makes room for a part at an offset. A part at the same place that has got no bytes for long
    /// is given up.
    pub fn admit(&mut self, options: &PartOptions) -> Result<()> {
        if self.superseded.contains(&options.connection) {
            return Err(under_way());
        }
        if self.size.is_some() && options.size.is_some() && self.size != options.size {
            return Err(Error::new(Code::Conflict, "The parts of the upload tell different file sizes."));
        }
        if !self.received.may_begin_at(options.offset) {
            return Err(Error::new(
                Code::Busy,
                "Too many parts of the upload are missing. Please send those from the beginning first.",
            ));
        }
        let overlaps = |part: &InFlight| {
            part.start == options.offset || (part.start..part.end).contains(&options.offset)
        };
        let is_taken = self.in_flight.iter().any(|part| {
            overlaps(part) && part.connection != options.connection && part.touched.elapsed() < SILENT_AFTER
        });
        if is_taken {
            return Err(under_way());
        }
        self.in_flight.retain(|part| !overlaps(part));
        self.size = self.size.or(options.size);
        Ok(())
    }

    /// Notes that an admitted part begins.
    pub fn begin(&mut self, number: u64, options: &PartOptions) {
        let (start, connection, touched) = (options.offset, options.connection, Instant::now());
        self.in_flight.iter_mut().filter(|part| part.start > start).for_each(|part| part.is_rewritten = true);
        let part = InFlight { number, connection, start, end: start, is_rewritten: false, touched };
        self.in_flight.push(part);
        (self.connection, self.touched) = (connection, touched);
    }

    /// Takes over a reservation for a part of it.
    pub fn hold(&mut self, reserved: Reserved) {
        self.reserved.absorb(reserved);
        self.reserved.shrink_to(self.size.unwrap_or_else(|| self.received.bytes()));
    }

    /// Notes that a part was cut off, so that its beginning may be sent again.
    pub fn note_cut(&mut self, offset: u64) {
        // Of the later parts, it is only stored that there are some.
        if offset == 0 || self.cut.is_empty() {
            self.cut.insert(offset);
        }
    }

    pub fn row(&self, key: &Key) -> UploadRow {
        UploadRow {
            id: self.id.clone(),
            account: self.account,
            session: key.0.clone(),
            path: key.1.real_text(),
            size_bytes: self.size,
            received: self.received.to_string(),
            touched: 0,
        }
    }
}

pub(in crate::domain) fn being_moved() -> Error {
    let sentence =
        "The folder of this upload is being moved to another disk. Please try again when it is there.";
    Error::new(Code::Busy, sentence)
}

pub(in crate::domain) fn under_way() -> Error {
    Error::new(
        Code::Conflict,
        "Another upload of this file is under way. Please try again when it has ended.",
    )
    .for_reason(Reason::UploadUnderWay)
}
