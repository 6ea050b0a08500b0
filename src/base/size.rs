//! Sizes as people read them, in the form of the API.

/// The size of an entry as text, in steps of 1024. Bytes and KB are whole numbers; MB and above
/// have at most two decimals and no trailing zeros. Samples of the API show this form: `309 B`, `4
/// KB`, `8.07 MB`, `2 GB`.
pub fn size_text(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["MB", "GB", "TB", "PB", "EB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let kilobytes = bytes / 1024 + u64::from(bytes % 1024 >= 512);
    if kilobytes < 1024 {
        return format!("{kilobytes} KB");
    }
    let mut value = bytes as f64 / (1024.0 * 1024.0);
    let mut unit = 0;
    while value >= 1023.995 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let digits = format!("{value:.2}");
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    format!("{digits} {}", UNITS[unit])
}

/// The bytes of one GB.
pub const GIGABYTE: f64 = (1024 * 1024 * 1024) as f64;

/// A number of GB as people write it, in bytes. `None` if the text is not such a number.
pub fn parse_gigabytes(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_uppercase();
    let number = text.trim_end_matches("GB").trim().parse::<f64>().ok();
    let number = number.filter(|number| (0.0..=1e9).contains(number))?;
    Some((number * GIGABYTE) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gigabytes_are_read_as_people_write_them() {
        for (text, bytes) in [("0", 0), ("1", 1 << 30), (" 0.5 gb", 1 << 29), ("2GB", 2 << 30)] {
            assert_eq!(parse_gigabytes(text), Some(bytes), "{text}");
        }
        for text in ["", "GB", "-1", "many", "1e99", "NaN"] {
            assert_eq!(parse_gigabytes(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_read_as_in_the_samples() {
        for (bytes, text) in [
            (0, "0 B"),
            (309, "309 B"),
            (3847, "4 KB"),
            (457_445, "447 KB"),
            (1024 * 1024 - 1, "1 MB"),
            (8_462_008, "8.07 MB"),
            (2 * 1024 * 1024 * 1024, "2 GB"),
            (u64::MAX, "16 EB"),
        ] {
            assert_eq!(size_text(bytes), text);
        }
    }
}
