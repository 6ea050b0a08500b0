//! The description for programs as it is sent: made and compressed once, when somebody first asks for it.

use super::openapi::write_openapi;
use crate::api::reply::Prepared;
use crate::http::Packed;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

static DESCRIPTION: OnceLock<Prepared> = OnceLock::new();

/// The description as OpenAPI in JSON. Takes some milliseconds the first time.
pub fn description() -> &'static Prepared {
    DESCRIPTION.get_or_init(|| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let written = write_openapi(&mut encoder).and_then(|()| encoder.finish());
        let bytes = written.expect("writing into memory does not fail");
        let etag = Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Prepared { content_type: "application/json; charset=utf-8", packed: Packed::new(bytes.into()), etag }
    })
}

/// The same, if it has been made already.
pub fn description_at_once() -> Option<&'static Prepared> {
    DESCRIPTION.get()
}
