// The pages of the portals and the values filled into them. Both the build and the running program
// use this file.

/// A page, with its address and its source file.
pub struct Page {
    pub address: &'static str,
    /// The file's path below `static`.
    pub file: &'static str,
    /// The relative path from the address to the server's root. Links work with it even below a
    /// proxy's sub-path.
    pub root: &'static str,
    /// True if the name of the cloud replaces `{{name}}`, inside a JSON string.
    pub has_name: bool,
}

/// The page of links, for visitors without an account. The part of the address after `#` says which
/// link it shows.
pub const LINK_PAGE: &str = "/ui/core/public.html";

/// The page that helps phones and computers to trust the server's certificate.
pub const CERTIFICATE_PAGE: &str = "/certificate/";

/// The service worker of the user portal. It is below no other folder, because it may answer only
/// for addresses below its own.
pub const SERVICE_WORKER: &str = "/service-worker.js";

pub const PAGES: &[Page] = &[
    Page { address: "/", file: "user/index.html", root: ".", has_name: false },
    Page { address: "/ui/core/index.html", file: "user/index.html", root: "../..", has_name: false },
    Page { address: LINK_PAGE, file: "public/index.html", root: "../..", has_name: false },
    Page { address: "/admin/", file: "admin/index.html", root: "..", has_name: false },
    Page { address: "/apidocs/", file: "admin/apidocs.html", root: "..", has_name: false },
    Page { address: CERTIFICATE_PAGE, file: "certificate/index.html", root: "..", has_name: false },
    Page { address: "/manifest.webmanifest", file: "shared/manifest.webmanifest", root: ".", has_name: true },
    Page { address: SERVICE_WORKER, file: "user/service-worker.js", root: ".", has_name: false },
];

/// True if a file is a template of a page, and not an asset itself.
pub fn is_template(name: &str) -> bool {
    PAGES.iter().any(|page| page.file == name)
}

/// True if the user portal needs an asset, so that its service worker loads it in advance.
pub fn is_of_user_portal(name: &str) -> bool {
    let is_of_others =
        |bundle: &str| ["admin.", "apidocs.", "certificate."].iter().any(|one| bundle.starts_with(one));
    match name.strip_prefix("shared/messages/") {
        Some(bundle) => !is_of_others(bundle),
        None => name.starts_with("user/") || name.starts_with("shared/"),
    }
}

/// What a page without scripts says, in the languages of the cloud by their codes.
pub const NO_SCRIPTS: [(&str, &str); 4] = [
    ("en", "This page needs JavaScript, which this browser does not run."),
    ("de", "Diese Seite braucht JavaScript, das dieser Browser nicht ausführt."),
    ("fr", "Cette page a besoin de JavaScript, que ce navigateur n’exécute pas."),
    ("es", "Esta página necesita JavaScript, que este navegador no ejecuta."),
];

/// True if a page has words, so that there is one for each language.
pub fn has_words(page: &Page) -> bool {
    page.file.ends_with(".html")
}

/// The name of a packed page in a language.
pub fn packed_name(page: &Page, language: &str) -> String {
    match has_words(page) {
        true => format!("{}#{language}", page.address),
        false => page.address.to_owned(),
    }
}

/// Fills a page with the paths to the root and to the assets. The assets lie below a hash of their
/// content. `files` are those that the service worker loads in advance, `language` is a code.
pub fn filled(text: &str, page: &Page, hash: &str, files: &[&str], language: &str) -> String {
    let assets = format!("{}/static/{hash}", page.root);
    let no_scripts = NO_SCRIPTS.iter().find(|(code, _)| *code == language).map_or("", |(_, text)| text);
    text.replace("{{root}}", page.root)
        .replace("{{assets}}", assets.strip_prefix("./").unwrap_or(&assets))
        .replace("{{files}}", &files.join(" "))
        .replace("{{language}}", language)
        .replace("{{no-scripts}}", no_scripts)
}
