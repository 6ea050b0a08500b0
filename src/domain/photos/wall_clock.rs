//! Local times: seconds since 1970, as if the place had UTC. Photos are sorted by local time,
//! because people expect a photo on the day that it was at that place.

use crate::base::time;

pub const DAY_SECONDS: i64 = 24 * 3600;

/// The time of a date and a time of day, if it exists and a photo can have it. Before 1826 there
/// were no photos, and a photo from after today is impossible.
pub fn photo_time(date: [i64; 3], of_day: [i64; 3], now: i64) -> Option<i64> {
    const FIRST_YEAR: i64 = 1826;
    let [year, month, day] = date;
    let [hour, minute, second] = of_day;
    let number = |value: i64| i8::try_from(value).ok();
    let wall = jiff::civil::DateTime::new(
        i16::try_from(year).ok()?,
        number(month)?,
        number(day)?,
        number(hour)?,
        number(minute)?,
        number(second)?,
        0,
    )
    .ok()?;
    let seconds = wall.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    // At other places it may already be tomorrow.
    (year >= FIRST_YEAR && seconds <= now + DAY_SECONDS).then_some(seconds)
}

/// The local time of the server at a time in seconds since 1970 UTC.
pub fn of_server(seconds: i64) -> i64 {
    time::Clock::local().entry_time(seconds).local_epoch
}
