//! Finds the operation that a request names. All URL forms of the API lead here. The path wins over
//! the parameter `op`.

use crate::domain::accounts::sessions::Side;
use std::borrow::Cow;

/// Maximum bytes of the name of an operation. The rest is cut off.
const NAME_BYTES_MAX: usize = 64;

/// The target of a path.
#[derive(Debug, PartialEq, Eq)]
pub struct Route {
    pub side: Side,
    /// The operation in the path, in lower case. Without one it is in the parameter `op`.
    pub name: Option<String>,
    /// A parameter that is part of the path.
    pub parameter: Option<(&'static str, String)>,
}

impl Route {
    fn to(side: Side, name: Option<String>) -> Route {
        Route { side, name, parameter: None }
    }
}

/// The route of a path (without query, percent-decoded); `None` for paths that do not belong to the
/// API.
pub fn of(path: &str) -> Option<Route> {
    let rest = path.strip_prefix('/')?;
    // Programs ask for these at the root of any server.
    if matches!(rest, "upload" | "favicon.ico" | "robots.txt") {
        return Some(Route::to(Side::User, Some(rest.into())));
    }
    let (door, rest) = rest.split_once('/').unwrap_or((rest, ""));
    match door {
        "core" => Some(Route::to(Side::User, name(rest))),
        // The short address of a link.
        "url" => {
            let parameter = Some(("token", rest.trim_end_matches('/').to_owned()));
            Some(Route { parameter, ..Route::to(Side::User, Some("openlink".into())) })
        }
        // Each application has its own folder of operations. The handlers are the same, except those
        // of CASB: its operations are not offered, and some share their names with others.
        "app" => match rest.split_once('/').unwrap_or_default() {
            ("casb", _) => Some(Route::to(Side::User, name(rest))),
            (_, operation) => Some(Route::to(Side::User, name(operation))),
        },
        "admin" => {
            let rest = rest.strip_prefix("index.php").unwrap_or(rest);
            Some(Route::to(Side::Admin, name(rest.trim_start_matches('/'))))
        }
        _ => None,
    }
}

/// The name of an operation as it is compared and audited: in lower case and not too long.
pub fn name(text: &str) -> Option<String> {
    let text = text.trim_matches('/').trim();
    if text.is_ascii() && text.len() <= NAME_BYTES_MAX {
        return (!text.is_empty()).then(|| text.to_ascii_lowercase());
    }
    Some(text.chars().take(NAME_BYTES_MAX / 4).collect::<String>().to_lowercase())
}

/// A path, decoded once; `None` if it cannot be decoded.
pub fn decoded(path: &str) -> Option<Cow<'_, str>> {
    percent_encoding::percent_decode_str(path).decode_utf8().ok().filter(|path| !path.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_address_opens_a_link() {
        for (path, token) in [("/url/abc", "abc"), ("/url/abc/", "abc"), ("/url/a/b", "a/b"), ("/url", "")] {
            let route = of(path).unwrap();
            assert_eq!(route.name.as_deref(), Some("openlink"));
            assert_eq!(route.parameter, Some(("token", token.to_owned())), "{path}");
        }
    }

    #[test]
    fn every_url_form_leads_to_its_operation() {
        for (path, side, name) in [
            ("/core/getfilelist", Side::User, Some("getfilelist")),
            ("/core/GetFileList/", Side::User, Some("getfilelist")),
            ("/core/", Side::User, None),
            ("/core", Side::User, None),
            ("/app/explorer/createfolder", Side::User, Some("createfolder")),
            ("/app/websharepro/share", Side::User, Some("share")),
            ("/app/searchext/", Side::User, None),
            ("/app", Side::User, None),
            ("/app/casb/deletefile", Side::User, Some("casb/deletefile")),
            ("/admin", Side::Admin, None),
            ("/admin/", Side::Admin, None),
            ("/admin/getuser", Side::Admin, Some("getuser")),
            ("/admin/index.php", Side::Admin, None),
            ("/admin/index.php/", Side::Admin, None),
            ("/upload", Side::User, Some("upload")),
            ("/favicon.ico", Side::User, Some("favicon.ico")),
            ("/robots.txt", Side::User, Some("robots.txt")),
        ] {
            assert_eq!(of(path), Some(Route::to(side, name.map(str::to_owned))), "{path}");
        }
        for path in ["/", "", "/corex/getfilelist", "//core/x", "/uploads", "/ui/core/index.html"] {
            assert_eq!(of(path), None, "{path}");
        }
    }
}
