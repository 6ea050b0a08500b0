//! Sizes as people read them, in the form that clients of the API know.

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

#[cfg(test)]
mod tests {
    use super::size_text;

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
