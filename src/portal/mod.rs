//! The entry point for the portals: pages and their assets, packed into the program by the build.
//! It knows no users; the pages use the API like any other client.

#[expect(dead_code, reason = "the build uses items that the program does not")]
mod pages;

use crate::base::language::Language;
use crate::base::while_used::WhileUsed;
use crate::disk::local::read_bytes;
use crate::error::Result;
use crate::http::{CommonBytes, Content, Method, Packed, Request, Response, Status};
use std::path::PathBuf;

/// A packed file.
struct Asset {
    /// The path below `static`, or a page's address.
    name: &'static str,
    content: AssetContent,
}

enum AssetContent {
    /// Compressed already, as pictures are.
    Plain(&'static [u8]),
    /// An asset as a gzip file.
    Packed(&'static [u8], WhileUsed),
}

impl Asset {
    fn content(&'static self) -> Content {
        match &self.content {
            AssetContent::Plain(bytes) => Content::Static(bytes),
            AssetContent::Packed(gzip, plain) => {
                Content::Packed(Packed { gzip: CommonBytes::Static(gzip), plain })
            }
        }
    }

    fn unpacked(&'static self) -> CommonBytes {
        match &self.content {
            AssetContent::Plain(bytes) => CommonBytes::Static(bytes),
            AssetContent::Packed(gzip, plain) => Packed { gzip: CommonBytes::Static(gzip), plain }.plain(),
        }
    }
}

mod packed {
    use super::{Asset, AssetContent, WhileUsed};
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
            let found = asset.split_once('/').and_then(|(hash, name)| self.asset(hash, name));
            return Some(found.unwrap_or_else(Portal::nothing_here));
        }
        match path {
            // Links have the address of FileCloud's user portal.
            "/ui/core/index.html" if is_of_link(request.query()) => {
                self.page(pages::LINK_PAGE, request, cloud_name)
            }
            // At the same address, the API answers requests that name an operation.
            "/admin/" | "/admin" if request.query().contains("op=") => None,
            "/admin" | "/apidocs" | "/certificate" => {
                Some(Response::empty(Status::SeeOther).header("Location", format!("{}/", &path[1..])))
            }
            _ => self.page(path, request, cloud_name),
        }
    }

    /// True if a path belongs to the page that helps to trust the certificate, or may belong to it. A
    /// phone has to load it before it trusts the server.
    pub fn is_before_trust(path: &str) -> bool {
        path.starts_with("/static/") || path == "/certificate" || path == pages::CERTIFICATE_PAGE
    }

    /// The answer for an address without a page.
    pub fn nothing_here() -> Response {
        Response::sentence(Status::NotFound, "There is nothing at this address.")
    }

    /// A page. Its few words for browsers without scripts are in the language that the browser
    /// prefers.
    fn page(&self, path: &str, request: &Request, cloud_name: &str) -> Option<Response> {
        let page = pages::PAGES.iter().find(|page| page.address == path)?;
        let language = Language::preferred(request.lines("accept-language")).code();
        let name = pages::packed_name(page, language);
        let packed = || packed::PAGES.iter().find(|asset| asset.name == name);
        let whole = |text: String| {
            let text = text.replace("{{name}}", &in_json(cloud_name));
            Response::new(Status::Ok, media_type(page.file), Content::Bytes(text.into_bytes()))
        };
        let etag = format!("{}-{language}", packed::HASH);
        let response = match &self.folder {
            Some(folder) => {
                let text = read(folder, page.file)?;
                // Assets may change at any time, so the service worker keeps none in advance.
                whole(pages::filled(&String::from_utf8_lossy(&text), page, UNPACKED, &[], language))
            }
            // The name may change at any time.
            None if page.has_name => whole(String::from_utf8_lossy(&packed()?.unpacked()).into_owned()),
            None => Response::new(Status::Ok, media_type(page.file), packed()?.content())
                .representation(&etag, None),
        };
        let response = response.header("Cache-Control", "no-cache");
        let response =
            if pages::has_words(page) { response.header("Vary", "Accept-Language") } else { response };
        Some(match path {
            pages::LINK_PAGE => guarded(response, "no-referrer").header("X-Robots-Tag", "noindex, nofollow"),
            _ => guarded(response, "same-origin"),
        })
    }

    fn asset(&self, hash: &str, name: &str) -> Option<Response> {
        let response = match &self.folder {
            Some(folder) => Response::new(Status::Ok, media_type(name), Content::Bytes(read(folder, name)?))
                .header("Cache-Control", "no-store"),
            None => {
                let asset = packed::ASSETS.iter().find(|asset| asset.name == name && hash == packed::HASH)?;
                Response::new(Status::Ok, media_type(name), asset.content())
                    .header("Cache-Control", "public, max-age=31536000, immutable")
            }
        };
        // Scripts and styles do nothing by themselves, but an SVG picture can be opened as a page.
        Some(if name.ends_with(".svg") { guarded(response, "same-origin") } else { response })
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

fn guarded(response: Response, referrer: &str) -> Response {
    response.header("Content-Security-Policy", POLICY).header("Referrer-Policy", referrer)
}

/// True if the query of an address asks for the page of a link: of a folder (`mode=public`), of one
/// file (`mode=single`), or of a link that takes files alone (`mode=upload`).
fn is_of_link(query: &str) -> bool {
    query.split('&').any(|pair| matches!(pair, "mode=public" | "mode=single" | "mode=upload"))
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
        for asset in &packed::ASSETS {
            asset.unpacked();
            assert_ne!(media_type(asset.name), "application/octet-stream", "{}", asset.name);
            assert!(get(&format!("/static/{}/{}", packed::HASH, asset.name)).is_some());
        }
    }

    #[test]
    fn pages_speak_every_language_of_the_cloud_without_scripts() {
        assert_eq!(pages::NO_SCRIPTS.map(|(code, _)| code), Language::ALL.map(Language::code));
        for page in pages::PAGES.iter().filter(|page| pages::has_words(page)) {
            for (language, words) in pages::NO_SCRIPTS {
                let name = pages::packed_name(page, language);
                let asset = packed::PAGES.iter().find(|asset| asset.name == name).expect(&name);
                let text = String::from_utf8_lossy(&asset.unpacked()).into_owned();
                assert!(text.contains(words) && text.contains(&format!("lang=\"{language}\"")), "{text}");
                assert!(!text.contains("{{"), "{text}");
            }
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
    fn links_have_a_page_of_their_own() {
        for (query, wanted) in [
            ("mode=public", true),
            ("mode=upload&shareto=", true),
            ("mode=single&path=/SHARED/x/y", true),
            ("shareto=x&mode=public", true),
            ("", false),
            ("mode=publicity", false),
            ("amode=public", false),
        ] {
            assert_eq!(is_of_link(query), wanted, "{query}");
        }
        assert!(get(pages::LINK_PAGE).is_some());
    }

    #[test]
    fn a_name_stays_one_string_of_json() {
        assert_eq!(in_json("Villa \"K\" \\ <b>\n"), "Villa \\\"K\\\" \\\\ <b> ");
        assert_eq!(in_json("Müller & Söhne"), "Müller & Söhne");
    }
}
