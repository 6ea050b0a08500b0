//! The entry point for the portals: pages and their assets, packed into the program by the build.
//! It knows no users; the pages use the API like any other client.

#[expect(dead_code, reason = "the build uses items that the program does not")]
mod pages;

use crate::disk::local::read_bytes;
use crate::error::Result;
use crate::http::{Content, Method, Request, Response, Status};
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Mutex;

/// A packed file.
struct Asset {
    /// The path below `static`, or a page's address.
    name: &'static str,
    bytes: &'static [u8],
    /// True if compressed with gzip.
    is_packed: bool,
}

mod packed {
    use super::Asset;
    include!(concat!(env!("OUT_DIR"), "/assets.rs"));
}

/// Only our own scripts, styles and pictures are allowed, nothing inline, and nobody may frame the
/// pages.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     media-src 'self' blob:; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
/// Stands for the hash in the addresses of assets that are read from a folder.
const UNPACKED: &str = "unpacked";
const ASSET_BYTES_MAX: u64 = 16 << 20;

/// The pages, and the source of their files.
pub struct Portal {
    /// If set, files are read from this folder at each request, for people who work on the portals.
    folder: Option<PathBuf>,
}

impl Portal {
    pub fn new(folder: Option<PathBuf>) -> Portal {
        Portal { folder }
    }

    /// The answer for an address of the portals. `None` for other addresses. `cloud_name` is put
    /// into the pages that show it.
    pub fn answer(&self, request: &Request, cloud_name: &str) -> Option<Response> {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return None;
        }
        let path = request.path();
        if let Some(asset) = path.strip_prefix("/static/") {
            let found = asset.split_once('/').and_then(|(hash, name)| self.asset(request, hash, name));
            return Some(found.unwrap_or_else(Portal::nothing_here));
        }
        match path {
            // At the same address, the API answers requests that name an operation.
            "/admin/" | "/admin" if request.query().contains("op=") => None,
            "/admin" | "/apidocs" => {
                Some(Response::empty(Status::SeeOther).header("Location", format!("{}/", &path[1..])))
            }
            _ => self.page(request, path, cloud_name),
        }
    }

    /// The answer for an address without a page.
    pub fn nothing_here() -> Response {
        Response::sentence(Status::NotFound, "There is nothing at this address.")
    }

    fn page(&self, request: &Request, path: &str, cloud_name: &str) -> Option<Response> {
        let page = pages::PAGES.iter().find(|page| page.address == path)?;
        let packed = || packed::PAGES.iter().find(|asset| asset.name == path);
        let whole = |text: String| {
            let text = text.replace("{{name}}", &in_json(cloud_name));
            Response::new(Status::Ok, media_type(page.file), Content::Bytes(text.into_bytes()))
        };
        let response = match &self.folder {
            Some(folder) => {
                let text = read(folder, page.file)?;
                whole(pages::filled(&String::from_utf8_lossy(&text), page, UNPACKED))
            }
            // The name may change at any time.
            None if page.has_name => whole(String::from_utf8_lossy(unpacked(packed()?)).into_owned()),
            None => unpacked_for(request, packed()?, page.file).representation(packed::HASH, None),
        };
        Some(guarded(response.header("Cache-Control", "no-cache")))
    }

    fn asset(&self, request: &Request, hash: &str, name: &str) -> Option<Response> {
        let response = match &self.folder {
            Some(folder) => Response::new(Status::Ok, media_type(name), Content::Bytes(read(folder, name)?))
                .header("Cache-Control", "no-store"),
            None => {
                let asset = packed::ASSETS.iter().find(|asset| asset.name == name && hash == packed::HASH)?;
                let response = unpacked_for(request, asset, name);
                response.header("Cache-Control", "public, max-age=31536000, immutable")
            }
        };
        // Scripts and styles do nothing by themselves, but an SVG picture can be opened as a page.
        Some(if name.ends_with(".svg") { guarded(response) } else { response })
    }
}

/// A text with the escapes of a JSON string, without the quotation marks around it.
fn in_json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' | '\\' => escaped.extend(['\\', letter]),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// The packed asset if the client accepts gzip, else the unpacked one.
fn unpacked_for(request: &Request, asset: &'static Asset, name: &str) -> Response {
    if !asset.is_packed {
        return Response::new(Status::Ok, media_type(name), Content::Static(asset.bytes));
    }
    if request.header("accept-encoding").is_some_and(takes_gzip) {
        return Response::new(Status::Ok, media_type(name), Content::Static(asset.bytes))
            .header("Content-Encoding", "gzip")
            .header("Vary", "Accept-Encoding");
    }
    Response::new(Status::Ok, media_type(name), Content::Static(unpacked(asset)))
        .header("Vary", "Accept-Encoding")
}

/// The content of an asset, unpacked once and kept. Otherwise strangers could have it unpacked
/// again and again, with many copies waiting to be sent.
fn unpacked(asset: &'static Asset) -> &'static [u8] {
    static UNPACKED: Mutex<BTreeMap<&'static str, &'static [u8]>> = Mutex::new(BTreeMap::new());
    let mut unpacked = UNPACKED.lock().expect("the build packed these bytes");
    unpacked.entry(asset.name).or_insert_with(|| {
        let mut bytes = Vec::new();
        GzDecoder::new(asset.bytes).read_to_end(&mut bytes).expect("the build packed it");
        bytes.leak()
    })
}

/// True if the client accepts `gzip`, that is, does not refuse it with a weight of 0 (RFC 9110,
/// section 12.5.3).
fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let is_refused = weight.trim().trim_start_matches("q=").parse::<f32>() == Ok(0.0);
        matches!(name.trim(), "gzip" | "*") && !is_refused
    })
}

fn guarded(response: Response) -> Response {
    response.header("Content-Security-Policy", POLICY).header("Referrer-Policy", "same-origin")
}

/// Reads a file of the folder. A name that could lead out of it is refused.
fn read(folder: &std::path::Path, name: &str) -> Option<Vec<u8>> {
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    if !name.split('/').all(is_plain) {
        return None;
    }
    let read: Result<Option<Vec<u8>>> = read_bytes(&folder.join(name), ASSET_BYTES_MAX);
    read.unwrap_or_else(|error| {
        log::warn!("an asset cannot be read: {error}");
        None
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn get(path: &str) -> Option<Response> {
        let mut request = Request::new(Ipv4Addr::LOCALHOST.into(), 1);
        request.fill(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).unwrap();
        Portal::new(None).answer(&request, "Our cloud")
    }

    #[test]
    fn every_packed_asset_has_a_type_and_can_be_unpacked() {
        for asset in packed::ASSETS {
            assert_ne!(media_type(asset.name), "application/octet-stream", "{}", asset.name);
            assert!(get(&format!("/static/{}/{}", packed::HASH, asset.name)).is_some());
        }
    }

    #[test]
    fn the_portals_leave_the_api_alone() {
        for path in
            ["/core/getfilelist", "/admin/?op=getuser", "/admin?op=x", "/admin/getuser", "/upload", "/x"]
        {
            assert!(get(path).is_none(), "{path}");
        }
        assert!(get("/admin").is_some());
    }

    #[test]
    fn a_name_stays_one_string_of_json() {
        assert_eq!(in_json("Villa \"K\" \\ <b>\n"), "Villa \\\"K\\\" \\\\ <b> ");
        assert_eq!(in_json("Müller & Söhne"), "Müller & Söhne");
    }

    #[test]
    fn gzip_can_be_refused() {
        assert!(takes_gzip("gzip, br") && takes_gzip("br;q=1, gzip;q=0.5") && takes_gzip("*"));
        assert!(!takes_gzip("gzip;q=0, br") && !takes_gzip("br") && !takes_gzip(""));
    }
}
