//! Statistics over time: one row for each day, written once when the day has ended.

use crate::base::time::{Day, ended_days};
use crate::domain::{Cloud, CloudView};
use crate::error::Result;
use crate::store::audit;
use crate::store::days::{self, DayRow};

/// The number of days that are kept: two years, one of which may be a leap year.
pub const DAYS_KEPT: u64 = 731;
/// If the server was off for more days than this, it leaves out some of them.
const DAYS_MISSED_MAX: u32 = 31;

impl CloudView<'_> {
    /// The last days that have ended, the earliest first. Days are missing where the server was off
    /// for long.
    pub fn days(&self, count: u64) -> Result<Vec<DayRow>> {
        let Some(yesterday) = ended_days(self.now(), 1).pop() else { return Ok(Vec::new()) };
        self.cloud.store.read(|read| days::last(read, &yesterday.text, count))
    }
}

impl Cloud {
    /// Writes the rows of the days that have ended and have none. It does nothing while the clock
    /// is unsure: a row under a wrong date would take the place of the right one.
    pub fn keep_days(&self) -> Result<()> {
        if self.may_expire() { self.keep_days_at(self.now()) } else { Ok(()) }
    }

    fn keep_days_at(&self, now: i64) -> Result<()> {
        let ended = ended_days(now, DAYS_MISSED_MAX);
        let Some(yesterday) = ended.last() else { return Ok(()) };
        let last = self.store.read(|read| days::last(read, &yesterday.text, 1))?.pop();
        let missed = |day: &&Day| last.as_ref().is_none_or(|last| day.text > last.day);
        let missed: Vec<&Day> = ended.iter().filter(missed).collect();
        if missed.is_empty() {
            return Ok(());
        }
        self.store.flush_audit()?;
        let now = self.view().storage()?.files();
        let mut before = last;
        for day in missed {
            let (from, to) = (day.begins * 1000, day.ends * 1000);
            let (calls, people) = self.store.read(|read| audit::calls_and_people(read, from, to))?;
            // The amount that is stored now is written for the last day. On earlier days that were missed, the
            // server was off or nobody used it: nothing has changed since the day before.
            let (storage_bytes, files) = match &before {
                // The cloud did not exist yet before its first call.
                None if day != yesterday || calls == 0 => continue,
                Some(before) if day != yesterday => (before.storage_bytes, before.files),
                _ => (now.bytes, now.files),
            };
            let row = DayRow { day: day.text.clone(), storage_bytes, files, people, calls };
            before = Some(row.clone());
            self.store.write(move |tx| days::insert(tx, &row, DAYS_KEPT))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::parse;
    use crate::config::Settings;
    use crate::store::audit::AuditRow;
    use crate::store::users::{self, AccountStatus, UserRow};
    use crate::test_directory::TestDirectory;
    use std::collections::BTreeMap;

    /// A cloud whose only account is bob.
    fn cloud() -> (TestDirectory, Cloud) {
        let directory = TestDirectory::new();
        let cloud = Cloud::open(&directory, Settings::read(BTreeMap::new()).unwrap()).unwrap();
        let bob = UserRow {
            id: 0,
            name: "bob".into(),
            display_name: "Bob".into(),
            email: None,
            password_hash: String::new(),
            status: AccountStatus::Full,
            is_admin: true,
            quota_bytes: 0,
            verified: true,
            created: 0,
            last_login: None,
            expires: None,
        };
        cloud.store.write(move |tx| users::insert(tx, &bob)).unwrap();
        (directory, cloud)
    }

    /// Noon of a day in local time.
    fn noon(day: &str) -> i64 {
        parse(&format!("{day} 12:00:00")).unwrap()
    }

    fn call(cloud: &Cloud, who: &str, at: i64) {
        let row = AuditRow { who: who.into(), at_milliseconds: at * 1000, ..AuditRow::default() };
        cloud.store.record_audit(row);
    }

    /// All days with their people and calls.
    fn kept(cloud: &Cloud) -> Vec<(String, u64, u64)> {
        let days = cloud.store.read(|read| days::last(read, "9999", 10_000)).unwrap();
        days.into_iter().map(|row| (row.day, row.people, row.calls)).collect()
    }

    fn day(text: &str, people: u64, calls: u64) -> (String, u64, u64) {
        (text.to_owned(), people, calls)
    }

    #[test]
    fn a_day_gets_one_row_once_it_has_ended() {
        let (_directory, cloud) = cloud();
        cloud.keep_days_at(noon("2030-02-28")).unwrap();
        assert!(kept(&cloud).is_empty(), "there was no cloud on the day before");
        let midnight = parse("2030-03-01").unwrap();
        for (who, at) in [
            ("bob", noon("2030-02-28")),
            ("bob", midnight - 1),
            ("", midnight - 1),
            ("link:0123456789abcdef", midnight - 1),
            ("bob", midnight),
        ] {
            call(&cloud, who, at);
        }
        cloud.keep_days_at(midnight - 1).unwrap();
        assert!(kept(&cloud).is_empty(), "it has not ended yet");
        for _ in 0..3 {
            cloud.keep_days_at(midnight).unwrap();
            cloud.keep_days_at(midnight + 7 * 3600).unwrap();
            assert_eq!(kept(&cloud), [day("2030-02-28", 1, 4)], "one person, whom the calls name");
        }
        cloud.keep_days_at(noon("2030-03-02")).unwrap();
        assert_eq!(kept(&cloud)[1..], [day("2030-03-01", 1, 1)]);
        cloud.close();
    }

    #[test]
    fn missed_days_have_what_was_stored_before_them() {
        let (_directory, cloud) = cloud();
        call(&cloud, "bob", noon("2030-05-01"));
        cloud.keep_days_at(noon("2030-05-02")).unwrap();
        cloud
            .store
            .write(|tx| {
                let row =
                    DayRow { day: "2030-05-02".into(), storage_bytes: 77, files: 7, people: 0, calls: 0 };
                days::insert(tx, &row, DAYS_KEPT)
            })
            .unwrap();
        cloud.keep_days_at(noon("2030-05-06")).unwrap();
        let days = cloud.store.read(|read| days::last(read, "2030-05-06", 9)).unwrap();
        let told: Vec<(&str, u64, u64)> =
            days.iter().map(|row| (row.day.as_str(), row.storage_bytes, row.files)).collect();
        assert_eq!(
            told[1..],
            [("2030-05-02", 77, 7), ("2030-05-03", 77, 7), ("2030-05-04", 77, 7), ("2030-05-05", 0, 0)]
        );
        // If the server was off for a year, it does not write rows for all the days of that year.
        cloud.keep_days_at(noon("2031-05-06")).unwrap();
        assert_eq!(kept(&cloud).len(), 5 + DAYS_MISSED_MAX as usize);
        cloud.close();
    }

    #[test]
    fn two_years_are_kept_and_a_clock_that_was_ahead_leaves_nothing() {
        let (_directory, cloud) = cloud();
        call(&cloud, "bob", noon("2030-01-01"));
        let mut now = noon("2030-01-02");
        for _ in 0..800 {
            cloud.keep_days_at(now).unwrap();
            now += 24 * 3600;
        }
        let before = kept(&cloud);
        assert_eq!(before.len() as u64, DAYS_KEPT);
        assert_eq!((&before[0].0[..], &before[730].0[..]), ("2030-03-11", "2032-03-10"));
        cloud.keep_days_at(noon("2099-06-01")).unwrap();
        assert_eq!(kept(&cloud).len() as u64, DAYS_KEPT, "the years before stay, but for a month");
        cloud.keep_days_at(now).unwrap();
        let after = kept(&cloud);
        assert!(after.last().unwrap().0.starts_with("2032-03-1") && after.len() >= 700, "{:?}", after.last());
        cloud.close();
    }
}
