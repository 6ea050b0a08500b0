//! The time zone of this machine.
//!
//! `jiff` finds it by its name, for which it first reads the names of all zones that the system
//! knows: some 600 files in 25 folders, at the start, and in memory from then on. This program only
//! needs offsets, which stand in one file. A zone that the environment names is left to jiff.

use crate::base::guarded::GuardedShared;
use jiff::tz::TimeZone;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Reads the file with the zone of the machine. This module touches no file.
type Reader = fn() -> Option<Vec<u8>>;

static READER: OnceLock<Reader> = OnceLock::new();
/// After this time, the zone is read again: a person may have changed it.
const VALID_FOR: Duration = Duration::from_secs(300);

static READ: GuardedShared<Option<(Instant, TimeZone)>> = GuardedShared::new(None);

/// Sets the function that reads the machine's zone. Without one, jiff finds the zone.
pub fn read_by(reader: Reader) {
    READER.get_or_init(|| reader);
}

/// The zone, at most as old as [`VALID_FOR`]. UTC if the machine has none.
pub fn local_zone() -> TimeZone {
    if let Some((read_at, zone)) = &*READ.read() {
        if read_at.elapsed() < VALID_FOR {
            return zone.clone();
        }
    }
    let zone = read();
    *READ.write() = Some((Instant::now(), zone.clone()));
    zone
}

fn read() -> TimeZone {
    if std::env::var_os("TZ").is_some() {
        return TimeZone::system();
    }
    let file = READER.get().and_then(|reader| reader());
    file.and_then(|bytes| zone_of(&bytes)).unwrap_or_else(TimeZone::system)
}

/// The zone that a file of the system's time zones holds.
pub fn zone_of(file: &[u8]) -> Option<TimeZone> {
    TimeZone::tzif("local", file).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_zone_is_left_to_the_system() {
        assert!(zone_of(b"").is_none() && zone_of(b"TZif, or not").is_none());
    }
}
