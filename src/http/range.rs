//! Range requests and conditional requests (RFC 9110, sections 13 and 14).

use super::request::{Method, Request};
use crate::base::limits::RANGES_MAX;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The identity of a content.
#[derive(Clone, Debug)]
pub struct Representation {
    /// A strong entity tag, without quotes.
    pub etag: String,
    pub modified: Option<SystemTime>,
    /// The time of the last change of any sort, if known. A time of modification alone is not
    /// enough, because programs can set it back and do so when a file keeps its date.
    pub changed: Option<SystemTime>,
}

/// The part of a content that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Whole,
    /// Byte ranges with exclusive ends. There is at least one, and none is empty.
    Parts(Vec<(u64, u64)>),
    /// The caller has this content already.
    NotModified,
    /// A precondition does not hold.
    Failed,
    /// No range lies inside of the content.
    Unsatisfiable,
}

/// The part of a content of this length that a request asks for.
pub fn wanted(request: &Request, representation: &Representation, length: u64) -> Wanted {
    let is_get = *request.method() == Method::Get;
    if !is_get && *request.method() != Method::Head {
        return Wanted::Whole;
    }
    if let Some(tags) = request.header("if-match") {
        if !lists(tags, &representation.etag, false) {
            return Wanted::Failed;
        }
    } else if date_of(request, "if-unmodified-since")
        .is_some_and(|date| is_modified_since(representation, date))
    {
        return Wanted::Failed;
    }
    if let Some(tags) = request.header("if-none-match") {
        if lists(tags, &representation.etag, true) {
            return Wanted::NotModified;
        }
    } else if date_of(request, "if-modified-since").is_some_and(|date| {
        !is_modified_since(representation, date) && !is_changed_since(representation, date)
    }) {
        return Wanted::NotModified;
    }
    let applies =
        is_get && request.header("if-range").is_none_or(|validator| is_same(validator, representation));
    request.header("range").filter(|_| applies).map_or(Wanted::Whole, |header| parts(header, length))
}

/// The ranges in a `Range` header. A header that cannot be read, or that has very many ranges, gets
/// the whole content.
fn parts(header: &str, length: u64) -> Wanted {
    let Some((unit, set)) = header.split_once('=') else { return Wanted::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") || set.split(',').count() > RANGES_MAX {
        return Wanted::Whole;
    }
    let mut found = Vec::new();
    for range in set.split(',').map(str::trim).filter(|range| !range.is_empty()) {
        match part(range, length) {
            Some(Some(range)) => found.push(range),
            Some(None) => {}
            None => return Wanted::Whole,
        }
    }
    // Ranges that together exceed the content would only keep the server busy.
    let sum = found.iter().map(|(start, end)| end - start).fold(0, u64::saturating_add);
    match found.is_empty() {
        true => Wanted::Unsatisfiable,
        false if found.len() > 1 && sum > length => Wanted::Whole,
        false => Wanted::Parts(found),
    }
}

/// Reads `first-last`, `first-` or `-count`. `None` if it is not a range; `Some(None)` if the range
/// lies outside.
fn part(range: &str, length: u64) -> Option<Option<(u64, u64)>> {
    let number = |text: &str| -> Option<u64> {
        let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // A number beyond u64 is a position behind every end.
        is_plain.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let (first, last) = range.split_once('-')?;
    if first.is_empty() {
        let count = number(last)?;
        return Some((count > 0 && length > 0).then(|| (length.saturating_sub(count), length)));
    }
    let start = number(first)?;
    let end = if last.is_empty() { length } else { number(last)?.saturating_add(1).min(length) };
    if !last.is_empty() && number(last)? < start {
        return None;
    }
    Some((start < length).then_some((start, end)))
}

/// True if `If-Range` (section 13.1.5) has this content's strong entity tag. A date never counts: a
/// file may change within a second, and its date can be set back.
fn is_same(validator: &str, representation: &Representation) -> bool {
    let validator = validator.trim();
    let tag = validator.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    tag == Some(representation.etag.as_str())
}

fn lists(tags: &str, etag: &str, is_weak_enough: bool) -> bool {
    tags.split(',').map(str::trim).any(|tag| {
        let weak = tag.strip_prefix("W/").filter(|_| is_weak_enough);
        tag == "*" || weak.unwrap_or(tag).trim_matches('"') == etag
    })
}

fn date_of(request: &Request, header: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(request.header(header)?).ok()
}

fn is_modified_since(representation: &Representation, date: SystemTime) -> bool {
    representation.modified.is_none_or(|modified| whole_seconds(modified) > date)
}

/// True if the content may have changed although its time of modification has not. A client that
/// only asks by date then gets the content once more. That costs time; the opposite error would
/// give it wrong content.
fn is_changed_since(representation: &Representation, date: SystemTime) -> bool {
    representation.changed.is_some_and(|changed| whole_seconds(changed) > date)
}

/// Dates in HTTP have no fractions.
fn whole_seconds(time: SystemTime) -> SystemTime {
    time.duration_since(UNIX_EPOCH)
        .map_or(UNIX_EPOCH, |since| UNIX_EPOCH + Duration::from_secs(since.as_secs()))
}

/// A date as header text. `None` for a date that HTTP cannot express.
pub fn date_text(time: SystemTime) -> Option<String> {
    const YEAR_10000: u64 = 253_402_300_800;
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    (seconds < YEAR_10000).then(|| httpdate::fmt_http_date(time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn ask(headers: &str) -> Wanted {
        let mut request = Request::new(Ipv4Addr::LOCALHOST.into(), 1);
        request.fill(format!("GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n").as_bytes()).unwrap();
        let modified = UNIX_EPOCH + Duration::from_millis(784_111_777_500);
        wanted(&request, &Representation { etag: "abc".into(), modified: Some(modified), changed: None }, 100)
    }

    #[test]
    fn ranges_are_cut_to_the_content() {
        for (set, parts) in [
            ("0-0", vec![(0, 1)]),
            ("10-", vec![(10, 100)]),
            ("-10", vec![(90, 100)]),
            ("-1000", vec![(0, 100)]),
            ("90-1000", vec![(90, 100)]),
            ("0-18446744073709551615", vec![(0, 100)]),
            ("0-99999999999999999999999", vec![(0, 100)]),
            ("0-1, 5-6 ,-1", vec![(0, 2), (5, 7), (99, 100)]),
            ("200-300, 1-1", vec![(1, 2)]),
        ] {
            assert_eq!(ask(&format!("Range: bytes={set}\r\n")), Wanted::Parts(parts), "{set}");
        }
        for set in ["100-", "-0", "100-200,500-", ""] {
            assert_eq!(ask(&format!("Range: bytes={set}\r\n")), Wanted::Unsatisfiable, "{set}");
        }
        for set in ["5-1", "a-b", "-", "1", "0-99,0-99", &"0-0,".repeat(40)] {
            assert_eq!(ask(&format!("Range: bytes={set}\r\n")), Wanted::Whole, "{set}");
        }
        assert_eq!(ask("Range: lines=1-2\r\n"), Wanted::Whole);
    }

    #[test]
    fn conditions_are_kept() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let part = Wanted::Parts(vec![(0, 1)]);
        for (headers, answer) in [
            ("If-None-Match: \"abc\"\r\n".into(), Wanted::NotModified),
            ("If-None-Match: W/\"abc\"\r\n".into(), Wanted::NotModified),
            ("If-None-Match: \"x\", \"abc\"\r\n".into(), Wanted::NotModified),
            ("If-None-Match: *\r\n".into(), Wanted::NotModified),
            ("If-None-Match: \"x\"\r\n".into(), Wanted::Whole),
            (format!("If-Modified-Since: {date}\r\n"), Wanted::NotModified),
            (format!("If-Modified-Since: {date}\r\nIf-None-Match: \"x\"\r\n"), Wanted::Whole),
            ("If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n".into(), Wanted::Whole),
            ("If-Modified-Since: soon\r\n".into(), Wanted::Whole),
            ("If-Match: \"x\"\r\n".into(), Wanted::Failed),
            ("If-Match: \"abc\"\r\n".into(), Wanted::Whole),
            ("If-Match: W/\"abc\"\r\n".into(), Wanted::Failed),
            ("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n".into(), Wanted::Failed),
            ("Range: bytes=0-0\r\nIf-Range: \"abc\"\r\n".into(), part),
            ("Range: bytes=0-0\r\nIf-Range: W/\"abc\"\r\n".into(), Wanted::Whole),
            ("Range: bytes=0-0\r\nIf-Range: \"x\"\r\n".into(), Wanted::Whole),
            // A date is no strong validator: the bytes received before may belong to another
            // content.
            (format!("Range: bytes=0-0\r\nIf-Range: {date}\r\n"), Wanted::Whole),
            ("Range: bytes=0-0\r\nIf-Range: Sun, 06 Nov 1994 08:49:38 GMT\r\n".into(), Wanted::Whole),
        ] {
            assert_eq!(ask(&headers), answer, "{headers}");
        }
    }

    #[test]
    fn dates_that_http_cannot_say_are_left_out() {
        assert_eq!(date_text(UNIX_EPOCH).as_deref(), Some("Thu, 01 Jan 1970 00:00:00 GMT"));
        assert_eq!(date_text(UNIX_EPOCH - Duration::from_secs(1)), None);
        assert_eq!(date_text(UNIX_EPOCH + Duration::from_secs(253_402_300_800)), None);
    }
}
