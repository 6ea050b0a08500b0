//! Parameters that are dates.

use super::params::Param;
use super::schema::Schema;
use crate::base::time;
use crate::error::{Code, Error, Reason, Result};

/// More bytes than any date with its time, fraction and zone.
const DATE_BYTES_MAX: usize = 64;
const DATE: Schema = Schema::text("date").of_bytes(0, DATE_BYTES_MAX);

/// A point in time, in seconds since 1970 UTC.
#[derive(Clone, Copy, Debug)]
pub struct Date(pub i64);

impl Param for Date {
    const SCHEMA: Schema = DATE;

    fn parse(text: &str) -> Result<Date> {
        date(text, time::parse).map(Date)
    }
}

/// A time of modification in seconds since 1970 UTC. A date that cannot be stored becomes the
/// nearest one that can, because a file is welcome even if its camera or program did not know the
/// date.
#[derive(Clone, Copy, Debug)]
pub struct Modified(pub i64);

/// The first second that ext4 can store (inode timestamps in the kernel's ext4 documentation).
const MODIFIED_FIRST: i64 = -(1 << 31);
/// The last second whose nanoseconds fit into the `i64` of the index.
const MODIFIED_LAST: i64 = i64::MAX / 1_000_000_000 - 1;

impl Param for Modified {
    const SCHEMA: Schema = DATE;

    fn parse(text: &str) -> Result<Modified> {
        let seconds = date(text, time::parse_to_keep)?;
        Ok(Modified(seconds.clamp(MODIFIED_FIRST, MODIFIED_LAST)))
    }
}

/// The end of a range of time; a date without a time means the end of that day.
#[derive(Clone, Copy, Debug)]
pub struct EndDate(pub i64);

impl Param for EndDate {
    const SCHEMA: Schema = DATE;

    fn parse(text: &str) -> Result<EndDate> {
        date(text, time::parse_end).map(EndDate)
    }
}

fn date(text: &str, parse: impl Fn(&str) -> Option<i64>) -> Result<i64> {
    let known = Some(text).filter(|text| text.trim().len() <= DATE_BYTES_MAX).and_then(parse);
    known.ok_or_else(not_a_date)
}

fn not_a_date() -> Error {
    Error::new(
        Code::Invalid,
        "It must be a date like 2024-12-31, 2024-12-31 23:59:59 or 2024-12-31T23:59:59Z.",
    )
    .for_reason(Reason::NotADate)
}
