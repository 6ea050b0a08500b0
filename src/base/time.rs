//! Points in time, and the texts for them that clients of the API read and write.
//!
//! Inside the program a time is in whole seconds or milliseconds since 1970 UTC. The server's time
//! zone appears only in texts.

use crate::base::local_zone::local_zone;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Milliseconds since 1970 UTC.
pub fn now_milliseconds() -> i64 {
    milliseconds(SystemTime::now())
}

/// Seconds since 1970 UTC.
pub fn now_seconds() -> i64 {
    now_milliseconds().div_euclid(1000)
}

/// A point in time as milliseconds since 1970 UTC. Negative before 1970.
pub fn milliseconds(time: SystemTime) -> i64 {
    nanoseconds(time).div_euclid(1_000_000)
}

/// A point in time as nanoseconds since 1970 UTC, limited to the range of an `i64` (years 1677 to
/// 2262).
pub fn nanoseconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => {
            i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanoseconds| -nanoseconds)
        }
    }
}

/// The point in time for seconds since 1970 UTC.
pub fn from_seconds(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) };
    time.unwrap_or(UNIX_EPOCH)
}

/// The point in time for nanoseconds since 1970 UTC.
pub fn from_nanoseconds(nanoseconds: i64) -> SystemTime {
    let distance = Duration::from_nanos(nanoseconds.unsigned_abs());
    let time =
        if nanoseconds < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) };
    time.unwrap_or(UNIX_EPOCH)
}

/// The server's local time for seconds since 1970 UTC. Far outside of the years -9999 to 9999 it is
/// 1970.
pub fn local(seconds: i64) -> DateTime {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(local_zone()).datetime()
}

/// The text of a local time that is given in seconds since 1970, as if it were UTC:
/// `2024-07-19T14:32:57`.
pub fn wall_text(seconds: i64) -> String {
    let instant = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    instant.to_zoned(TimeZone::UTC).datetime().strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Converts times for a whole listing and looks the time zone up only once.
pub struct Clock {
    zone: TimeZone,
}

/// One time in all forms that an `entry` has.
pub struct EntryTime {
    /// `Jul 19, 2024 2:32 PM`
    pub text: String,
    /// The local time read as if it were UTC, in seconds.
    pub local_epoch: i64,
    /// The same local time as `2024-07-19T14:32:57+0000`.
    pub iso: String,
}

impl Clock {
    /// A clock for the server's time zone.
    pub fn local() -> Clock {
        Clock { zone: local_zone() }
    }

    /// The forms of one time, given in seconds since 1970 UTC.
    pub fn entry_time(&self, seconds: i64) -> EntryTime {
        let instant = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
        let offset = self.zone.to_offset(instant);
        let wall = offset.to_datetime(instant);
        let (hour, half) = twelve_hours(wall.hour());
        let month = MONTHS[usize::from(wall.month().unsigned_abs() - 1)];
        EntryTime {
            text: text_of(&[
                Part::Text(month),
                Part::Text(" "),
                Part::Number(wall.day().into(), 1),
                Part::Text(", "),
                Part::Number(wall.year(), 1),
                Part::Text(" "),
                Part::Number(hour.into(), 1),
                Part::Text(":"),
                Part::Number(wall.minute().into(), 2),
                Part::Text(" "),
                Part::Text(half),
            ]),
            local_epoch: instant.as_second() + i64::from(offset.seconds()),
            iso: text_of(&[
                Part::Number(wall.year(), 4),
                Part::Text("-"),
                Part::Number(wall.month().into(), 2),
                Part::Text("-"),
                Part::Number(wall.day().into(), 2),
                Part::Text("T"),
                Part::Number(wall.hour().into(), 2),
                Part::Text(":"),
                Part::Number(wall.minute().into(), 2),
                Part::Text(":"),
                Part::Number(wall.second().into(), 2),
                Part::Text("+0000"),
            ]),
        }
    }
}

/// A part of a time's text.
enum Part {
    Text(&'static str),
    /// A number with at least this many digits.
    Number(i16, usize),
}

/// Does the same as `format!`, which takes several times as long: listings have two of these texts
/// for each entry.
fn text_of(parts: &[Part]) -> String {
    let mut text = String::with_capacity(24);
    for part in parts {
        match *part {
            Part::Text(part) => text.push_str(part),
            Part::Number(number @ 0..=9999, digits) => {
                for (place, unit) in [(4, 1000), (3, 100), (2, 10), (1, 1)] {
                    if place <= digits || number >= unit {
                        text.push(char::from(b'0' + (number / unit % 10) as u8));
                    }
                }
            }
            Part::Number(number, digits) => {
                write!(text, "{number:0digits$}").expect("writing into memory does not fail");
            }
        }
    }
    text
}

fn twelve_hours(hour: i8) -> (i8, &'static str) {
    let half = if hour < 12 { "AM" } else { "PM" };
    (if hour % 12 == 0 { 12 } else { hour % 12 }, half)
}

/// `2024-07-19 14:32:57` in local time.
pub fn plain_text(seconds: i64) -> String {
    let wall = local(seconds);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        wall.year(),
        wall.month(),
        wall.day(),
        wall.hour(),
        wall.minute(),
        wall.second()
    )
}

/// `2024-Jul-19 14:32:57` in local time, as comments and activities carry it.
pub fn month_text(seconds: i64) -> String {
    let wall = local(seconds);
    let month = MONTHS[usize::from(wall.month().unsigned_abs() - 1)];
    format!(
        "{:04}-{month}-{:02} {:02}:{:02}:{:02}",
        wall.year(),
        wall.day(),
        wall.hour(),
        wall.minute(),
        wall.second()
    )
}

/// A span in seconds as `4 hours ago`.
pub fn ago_text(seconds: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(604_800, "week"), (86_400, "day"), (3600, "hour"), (60, "minute")];
    let seconds = seconds.max(1);
    let (length, unit) = UNITS.into_iter().find(|(length, _)| seconds >= *length).unwrap_or((1, "second"));
    let count = seconds / length;
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// `20240719T143257Z` in UTC, for times in file names.
pub fn stamp(seconds: i64) -> String {
    let utc =
        Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(TimeZone::UTC).datetime();
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        utc.year(),
        utc.month(),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second()
    )
}

/// A whole day of the server's local time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// `2024-07-19`.
    pub text: String,
    /// Its beginning, and that of the next day, in seconds since 1970 UTC.
    pub begins: i64,
    pub ends: i64,
}

/// The last days that have ended at a time, in ascending order.
pub fn ended_days(now: i64, count: u32) -> Vec<Day> {
    let zone = local_zone();
    let begin = |date: jiff::civil::Date| zone.to_timestamp(date.into()).ok().map(Timestamp::as_second);
    let days = std::iter::successors(local(now).date().yesterday().ok(), |date| date.yesterday().ok());
    let mut days: Vec<Day> = days
        .take(count as usize)
        .map_while(|date| {
            let ends = date.tomorrow().ok().and_then(begin)?;
            Some(Day { text: date.to_string(), begins: begin(date)?, ends })
        })
        .collect();
    days.reverse();
    days
}

/// Reads a date from a client as seconds since 1970 UTC. Accepts `2024-01-02 03:04:05` and
/// `2024-01-02` (local time), `2024-01-02T03:04:05.000Z`, seconds since 1970, and JavaScript's text
/// of a date.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<i64>() {
        return Timestamp::from_second(seconds).ok().map(Timestamp::as_second);
    }
    if let Some(time) = text.parse::<Timestamp>().ok().or_else(|| parse_javascript(text)) {
        return Some(time.as_second());
    }
    let wall =
        text.parse::<DateTime>().or_else(|_| text.parse::<jiff::civil::Date>().map(DateTime::from)).ok()?;
    local_zone().to_timestamp(wall).ok().map(Timestamp::as_second)
}

/// Like `parse`, for a date that is only stored. A date beyond all calendars becomes the nearest
/// end of an `i64`.
pub fn parse_to_keep(text: &str) -> Option<i64> {
    parse(text).or_else(|| beyond_calendars(text.trim()))
}

/// Reads a number of seconds, or a date with a year of four or more digits, that lies beyond the
/// calendar.
fn beyond_calendars(text: &str) -> Option<i64> {
    let (is_before, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let year = digits.split(['-', 'T', ' ', ':', '.', 'Z', '+']).next().unwrap_or_default();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_date = is_number(year) && is_number(&digits.replace(['-', 'T', ' ', ':', '.', 'Z', '+'], ""));
    // The last days of the year 9999 may be beyond the calendar in UTC. A wrong date in any other
    // year of four digits is not a date.
    let is_far = is_number(digits) || year.len() > 4 || year == "9999";
    (is_date && is_far).then_some(if is_before { i64::MIN } else { i64::MAX })
}

/// `Sat May 02 2015 00:00:00 GMT+0530 (India Standard Time)`, or the older `Sat May 02 00:00:00
/// GMT+530 2015`.
fn parse_javascript(text: &str) -> Option<Timestamp> {
    let words: Vec<&str> = text.split_ascii_whitespace().take(6).collect();
    let [_, month, day, rest @ ..] = words.as_slice() else { return None };
    let month = MONTHS.iter().position(|name| name == month)? + 1;
    let day: u8 = day.parse().ok()?;
    let zone = rest.iter().find_map(|word| word.strip_prefix("GMT"))?;
    let time = rest.iter().find(|word| word.contains(':'))?;
    let year: u16 = rest.iter().find_map(|word| word.parse().ok())?;
    let minutes: u32 = if zone.is_empty() { 0 } else { zone.get(1..)?.replace(':', "").parse().ok()? };
    let sign = if zone.starts_with('-') { '-' } else { '+' };
    let (hours, minutes) = (minutes / 100, minutes % 100);
    format!("{year:04}-{month:02}-{day:02}T{time}{sign}{hours:02}:{minutes:02}").parse().ok()
}

/// Like `parse`, but a date without a time means the end of that day, as the upper bound of a
/// range.
pub fn parse_end(text: &str) -> Option<i64> {
    let start = parse(text)?;
    let is_date_only = text.trim().parse::<i64>().is_err() && !text.contains(':');
    let day = SignedDuration::from_hours(24).as_secs() - 1;
    Some(if is_date_only { start.saturating_add(day) } else { start })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_times_have_the_forms_of_the_samples() {
        let clock = Clock { zone: TimeZone::UTC };
        let time = clock.entry_time(1_721_399_577);
        assert_eq!(time.text, "Jul 19, 2024 2:32 PM");
        assert_eq!(time.iso, "2024-07-19T14:32:57+0000");
        assert_eq!(time.local_epoch, 1_721_399_577);
        assert_eq!(clock.entry_time(0).text, "Jan 1, 1970 12:00 AM");
        assert_eq!(clock.entry_time(i64::MAX).text, "Jan 1, 1970 12:00 AM");
    }

    #[test]
    fn ended_days_follow_each_other_up_to_yesterday() {
        let noon = parse("2024-03-02 12:00:00").unwrap();
        let days = ended_days(noon, 3);
        let texts: Vec<&str> = days.iter().map(|day| day.text.as_str()).collect();
        assert_eq!(texts, ["2024-02-28", "2024-02-29", "2024-03-01"]);
        assert!(days.windows(2).all(|two| two[0].ends == two[1].begins && two[0].begins < two[0].ends));
        let midnight = parse("2024-03-02").unwrap();
        assert_eq!(days[2].ends, midnight);
        assert_eq!(ended_days(midnight, 1)[0].text, "2024-03-01");
        assert_eq!(ended_days(midnight - 1, 1)[0].text, "2024-02-29");
        assert!(ended_days(i64::MAX, 2).len() <= 2, "a wrong clock does no harm");
    }

    #[test]
    fn dates_beyond_all_calendars_are_kept_as_the_nearest() {
        for (text, seconds) in [
            ("9999-12-31 23:59:59", Some(i64::MAX)),
            ("9999-12-31T23:59:59Z", Some(i64::MAX)),
            ("99999-01-01", Some(i64::MAX)),
            ("99999999999999999999", Some(i64::MAX)),
            ("-99999999999999999999", Some(i64::MIN)),
            ("1700000000", Some(1_700_000_000)),
            ("2024-13-01", None),
            ("soon", None),
            ("", None),
            ("9999-later", None),
        ] {
            let kept = parse_to_keep(text);
            // A date within the calendar is kept unchanged.
            assert!(
                kept == seconds || parse(text).is_some_and(|known| Some(known) == kept),
                "{text}: {kept:?}"
            );
        }
    }

    #[test]
    fn years_far_away_are_written_like_others() {
        let clock = Clock { zone: TimeZone::UTC };
        for (seconds, text, iso) in [
            (-62_135_596_801, "Dec 31, 0 11:59 PM", "0000-12-31T23:59:59+0000"),
            (-59_011_459_200, "Jan 1, 100 12:00 AM", "0100-01-01T00:00:00+0000"),
            (-62_198_755_200, "Jan 1, -1 12:00 AM", "-001-01-01T00:00:00+0000"),
        ] {
            let time = clock.entry_time(seconds);
            assert_eq!((time.text.as_str(), time.iso.as_str()), (text, iso));
        }
    }

    #[test]
    fn stamps_are_utc_and_sort() {
        assert_eq!(stamp(1_721_399_577), "20240719T143257Z");
        assert_eq!(stamp(0), "19700101T000000Z");
    }

    #[test]
    fn the_local_epoch_differs_by_the_zones_offset() {
        let clock = Clock { zone: TimeZone::fixed(jiff::tz::offset(2)) };
        assert_eq!(clock.entry_time(1_000_000).local_epoch, 1_007_200);
    }

    #[test]
    fn dates_are_read_as_clients_send_them() {
        assert_eq!(parse("2024-01-02T03:04:05.000Z"), Some(1_704_164_645));
        assert_eq!(parse("1704164645"), Some(1_704_164_645));
        for text in [
            "Sat May 02 00:00:00 GMT+530 2015",
            "Sat May 02 2015 00:00:00 GMT+0530 (India Standard Time)",
            "Fri May 01 2015 18:30:00 GMT",
        ] {
            assert_eq!(parse(text), Some(1_430_505_000), "{text}");
        }
        assert_eq!(parse("Sat Mai 02 2015 00:00:00 GMT+0530"), None);
        assert_eq!(parse("2024-01-02 03:04:05").map(plain_text).as_deref(), Some("2024-01-02 03:04:05"));
        assert_eq!(parse_end("2024-01-02").map(plain_text).as_deref(), Some("2024-01-02 23:59:59"));
        for wrong in ["", "yesterday", "2024-13-01", "99999999999999999999"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn times_before_1970_survive() {
        assert_eq!(nanoseconds(from_seconds(-5)), -5_000_000_000);
        assert_eq!(milliseconds(from_seconds(-5)), -5_000);
    }
}
