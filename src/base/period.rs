//! Years, months and days as people write them in a search: `2024`, `2024-07` and `2024-07-19`.

use crate::base::local_zone::local_zone;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::ops::Range;

/// A year, a month or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    first: Date,
    /// The day after the last.
    end: Date,
    is_year: bool,
}

impl Period {
    /// `None` if the text is not exactly a period.
    pub fn read(text: &str) -> Option<Period> {
        let is_written_so = text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        if !is_written_so {
            return None;
        }
        let (first, length) = match text.len() {
            4 => (format!("{text}-01-01"), 1.year()),
            7 => (format!("{text}-01"), 1.month()),
            10 => (text.to_owned(), 1.day()),
            _ => return None,
        };
        let first: Date = first.parse().ok()?;
        Some(Period { first, end: first.checked_add(length).ok()?, is_year: text.len() == 4 })
    }

    pub fn is_year(&self) -> bool {
        self.is_year
    }

    /// In seconds since 1970 UTC, in the server's time zone.
    pub fn local_seconds(&self) -> Option<Range<i64>> {
        self.seconds(&local_zone())
    }

    /// In seconds of a clock on the wall, read as if it were UTC.
    pub fn wall_seconds(&self) -> Option<Range<i64>> {
        self.seconds(&TimeZone::UTC)
    }

    fn seconds(&self, zone: &TimeZone) -> Option<Range<i64>> {
        let begin = |date: Date| date.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp().as_second());
        Some(begin(self.first)?..begin(self.end)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_months_and_days_are_periods_and_nothing_else_is() {
        for (text, wanted) in [
            ("1970", 0..31_536_000),
            ("1970-02", 2_678_400..5_097_600),
            ("1970-01-02", 86_400..172_800),
            ("2024-02-29", 1_709_164_800..1_709_251_200),
        ] {
            assert_eq!(Period::read(text).unwrap().wall_seconds(), Some(wanted), "{text}");
        }
        for text in
            ["", "197", "19700", "1970-", "1970-13", "2023-02-29", "1970-1-2", "1970-01-02 ", "+197", "a970"]
        {
            assert_eq!(Period::read(text), None, "{text}");
        }
        assert!(
            Period::read("9999-12-31").is_none_or(|last| last.wall_seconds().is_none()),
            "no day follows"
        );
    }
}
