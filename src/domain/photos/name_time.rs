//! Reads the time from the name of a photo as phones and programs write it:
//! `IMG_20260722_032000.jpg`, `2026-07-22 14.03.09.png`, `VID-20260722-WA0001.mp4`.

use super::wall_clock::photo_time;

/// The local time in a name. A name without a time of day means noon.
pub fn time_in_name(name: &str, now: i64) -> Option<i64> {
    const NOON: [i64; 3] = [12, 0, 0];
    let numbers = numbers(name);
    (0..numbers.len()).find_map(|at| {
        let (date, after) = date_at(&numbers[at..])?;
        let of_day = time_at(&numbers[at + after..]).and_then(|of_day| photo_time(date, of_day, now));
        of_day.or_else(|| photo_time(date, NOON, now))
    })
}

/// The runs of digits in a name, each with the text between it and the run before.
fn numbers(name: &str) -> Vec<(&str, &str)> {
    let mut numbers = Vec::new();
    let mut rest = name;
    while let Some(begin) = rest.find(|character: char| character.is_ascii_digit()) {
        let length = rest[begin..].find(|character: char| !character.is_ascii_digit());
        let end = length.map_or(rest.len(), |length| begin + length);
        numbers.push((&rest[..begin], &rest[begin..end]));
        rest = &rest[end..];
    }
    numbers
}

/// A date at the beginning of some numbers, and how many of them belong to it.
fn date_at(numbers: &[(&str, &str)]) -> Option<([i64; 3], usize)> {
    match numbers {
        [(_, all), ..] if all.len() == 8 => {
            Some(([number(&all[..4])?, number(&all[4..6])?, number(&all[6..])?], 1))
        }
        [(_, year), ("-" | "." | "_", month), ("-" | "." | "_", day), ..]
            if year.len() == 4 && month.len() == 2 && day.len() == 2 =>
        {
            Some(([number(year)?, number(month)?, number(day)?], 3))
        }
        _ => None,
    }
}

/// A time of day after a date. Phones add milliseconds to the same run of digits.
fn time_at(numbers: &[(&str, &str)]) -> Option<[i64; 3]> {
    let is_near = |between: &str| between.len() <= " at ".len();
    match numbers {
        [(between, all), ..] if is_near(between) && (all.len() == 6 || all.len() == 9) => {
            Some([number(&all[..2])?, number(&all[2..4])?, number(&all[4..6])?])
        }
        [(between, hour), (_, minute), (_, second), ..]
            if is_near(between) && [hour, minute, second].iter().all(|part| part.len() == 2) =>
        {
            Some([number(hour)?, number(minute)?, number(second)?])
        }
        _ => None,
    }
}

fn number(digits: &str) -> Option<i64> {
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_time_that_they_hold() {
        // This is 2026-11-29. The expected times below were printed by `date -u +%s`.
        let now = 1_795_900_000;
        for (name, wanted) in [
            ("IMG_20260722_032000.jpg", Some(1_784_690_400)),
            ("PXL_20260722_032000123.jpg", Some(1_784_690_400)),
            ("2026-07-22 03.20.00.png", Some(1_784_690_400)),
            ("Screenshot 2026-07-22 at 03.20.00.png", Some(1_784_690_400)),
            ("VID-20260722-WA0001.mp4", Some(1_784_721_600)),
            ("20260722.jpg", Some(1_784_721_600)),
            ("IMG_20260722_996100.jpg", Some(1_784_721_600)),
            ("DSC_0001.jpg", None),
            ("IMG_29990101_000000.jpg", None),
            ("IMG_17000101_000000.jpg", None),
            ("20261399.jpg", None),
            ("1234567890123.jpg", None),
            ("99999999-20260722.jpg", Some(1_784_721_600)),
            ("", None),
        ] {
            assert_eq!(time_in_name(name, now), wanted, "{name}");
        }
    }
}
