//! The description for programs as it is sent. The first request makes and compresses it. Hardly
//! anybody asks for it, so it lies on the disk and is in memory only while it is sent.

use super::openapi::write_openapi;
use crate::api::reply::Prepared;
use crate::base::while_used::WhileUsed;
use crate::domain::CloudView;
use crate::http::{CommonBytes, Packed};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::io::{BufWriter, IntoInnerError};
use std::sync::{Arc, OnceLock};
use std::thread;

/// Its name in the cache.
const NAME: &str = "openapi";
/// Bytes that the encoder gets at a time.
const PIECE: usize = 32 * 1024;

/// Identifies the description of this version of the program, because the cache may hold that of
/// another version.
static ETAG: OnceLock<String> = OnceLock::new();
static GZIP: WhileUsed = WhileUsed::new();
static PLAIN: WhileUsed = WhileUsed::new();

/// The description as OpenAPI in JSON. Takes some milliseconds if it is not in the cache or the
/// disk is missing.
pub fn description(view: &CloudView<'_>) -> Prepared {
    let used = GZIP.get().or_else(|| cached(view).map(|gzip| GZIP.put(gzip)));
    let gzip = used.unwrap_or_else(|| made_once(view));
    let etag = ETAG.get_or_init(|| etag_of(&gzip)).clone();
    let packed = Packed { gzip: CommonBytes::Counted(gzip), plain: &PLAIN };
    Prepared { content_type: "application/json; charset=utf-8", packed, etag }
}

/// The description in the cache, if this version of the program has made it.
fn cached(view: &CloudView<'_>) -> Option<Vec<u8>> {
    let etag = ETAG.get()?;
    view.cached(NAME).filter(|gzip| etag_of(gzip) == *etag)
}

/// Makes the description and puts it into the cache. Callers who come meanwhile wait for the same
/// description. They do not wait for the disk.
fn made_once(view: &CloudView<'_>) -> Arc<Vec<u8>> {
    let mut is_new = false;
    let gzip = GZIP.get_or_make(|| {
        is_new = true;
        made()
    });
    if is_new {
        view.put_into_cache(NAME, &gzip);
    }
    gzip
}

/// A thread of its own makes the description, because the allocator takes back the memory of a
/// thread when the thread ends.
fn made() -> Vec<u8> {
    thread::scope(|scope| match thread::Builder::new().spawn_scoped(scope, compressed) {
        Ok(thread) => thread.join().expect("writing into memory does not fail"),
        Err(_) => compressed(),
    })
}

/// The description as a gzip file. It is the same each time. The encoder gets large pieces, because
/// each piece costs it a clear buffer.
fn compressed() -> Vec<u8> {
    let mut pieces = BufWriter::with_capacity(PIECE, GzEncoder::new(Vec::new(), Compression::best()));
    let written = write_openapi(&mut pieces)
        .and_then(|()| pieces.into_inner().map_err(IntoInnerError::into_error))
        .and_then(GzEncoder::finish);
    written.expect("writing into memory does not fail")
}

fn etag_of(gzip: &[u8]) -> String {
    Sha256::digest(gzip).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
