//! Content that is kept compressed: clients that take gzip get it as it is.

use super::request::Request;
use flate2::read::GzDecoder;
use std::borrow::Cow;
use std::io::Read;
use std::sync::OnceLock;

/// Content that the program has made itself, compressed once.
pub struct Packed {
    gzip: Cow<'static, [u8]>,
    plain: OnceLock<Vec<u8>>,
}

impl Packed {
    /// Of the bytes of a gzip file.
    pub const fn new(gzip: Cow<'static, [u8]>) -> Packed {
        Packed { gzip, plain: OnceLock::new() }
    }

    pub fn gzip(&self) -> &[u8] {
        &self.gzip
    }

    /// The content, unpacked at the first use and kept. Otherwise strangers could have it unpacked again and
    /// again, with many copies waiting to be sent.
    pub fn plain(&self) -> &[u8] {
        self.plain.get_or_init(|| {
            let mut bytes = Vec::new();
            GzDecoder::new(&*self.gzip).read_to_end(&mut bytes).expect("the program has packed it");
            bytes
        })
    }
}

/// Whether a client accepts gzip.
pub fn takes_gzip(request: &Request) -> bool {
    request.lines("accept-encoding").any(accepts_gzip)
}

/// True if `gzip` is named and not refused with a weight of 0 (RFC 9110, section 12.5.3).
fn accepts_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let is_refused = weight.trim().trim_start_matches("q=").parse::<f32>() == Ok(0.0);
        matches!(name.trim(), "gzip" | "*") && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_can_be_refused() {
        assert!(accepts_gzip("gzip, br") && accepts_gzip("br;q=1, gzip;q=0.5") && accepts_gzip("*"));
        assert!(!accepts_gzip("gzip;q=0, br") && !accepts_gzip("br") && !accepts_gzip(""));
    }
}
