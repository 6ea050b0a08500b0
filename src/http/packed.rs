//! Content that is stored compressed. Clients that accept gzip get it as it is. For other clients
//! it is unpacked, and stays in memory while it is being sent. There is one copy in memory, no
//! matter how many clients are slow to read it.

use super::request::Request;
use crate::base::while_used::WhileUsed;
use flate2::read::GzDecoder;
use std::io::Read;
use std::ops::Deref;
use std::sync::Arc;

/// Bytes that many answers share.
#[derive(Clone)]
pub enum CommonBytes {
    /// Bytes that are part of the program.
    Static(&'static [u8]),
    Counted(Arc<Vec<u8>>),
}

/// A gzip file made by the program itself.
#[derive(Clone)]
pub struct Packed {
    pub gzip: CommonBytes,
    /// The place for its unpacked content.
    pub plain: &'static WhileUsed,
}

impl Deref for CommonBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            CommonBytes::Static(bytes) => bytes,
            CommonBytes::Counted(bytes) => bytes,
        }
    }
}

impl Default for CommonBytes {
    fn default() -> CommonBytes {
        CommonBytes::Static(b"")
    }
}

impl Packed {
    /// The length of the content, which is below 4 GiB: the last four bytes of the file (RFC 1952,
    /// section 2.3.1).
    pub fn plain_bytes(&self) -> u64 {
        self.gzip.last_chunk::<4>().map_or(0, |length| u32::from_le_bytes(*length).into())
    }

    /// The unpacked content, if it is in memory already.
    pub fn plain_at_once(&self) -> Option<CommonBytes> {
        self.plain.get().map(CommonBytes::Counted)
    }

    /// The unpacked content. Unpacking a million bytes takes some milliseconds.
    pub fn plain(&self) -> CommonBytes {
        CommonBytes::Counted(self.plain.get_or_make(|| {
            let mut bytes = Vec::with_capacity(self.plain_bytes() as usize);
            GzDecoder::new(&*self.gzip).read_to_end(&mut bytes).expect("the program has packed it");
            bytes
        }))
    }
}

/// True if a client accepts gzip.
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
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    #[test]
    fn gzip_can_be_refused() {
        assert!(accepts_gzip("gzip, br") && accepts_gzip("br;q=1, gzip;q=0.5") && accepts_gzip("*"));
        assert!(!accepts_gzip("gzip;q=0, br") && !accepts_gzip("br") && !accepts_gzip(""));
    }

    #[test]
    fn unpacked_content_is_in_memory_once_and_not_for_longer_than_it_is_used() {
        static PLAIN: WhileUsed = WhileUsed::new();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(b"0123456789").unwrap();
        let packed = Packed { gzip: CommonBytes::Counted(encoder.finish().unwrap().into()), plain: &PLAIN };
        assert_eq!(packed.plain_bytes(), 10);
        assert!(packed.plain_at_once().is_none());
        let plain = packed.plain();
        assert_eq!(*plain, *b"0123456789");
        assert!(std::ptr::eq(&*plain, &*packed.plain()));
        assert!(packed.plain_at_once().is_some());
        drop(plain);
        assert!(packed.plain_at_once().is_none());
    }
}
