// The pages of the portals and what is filled into them; the build and the running program both use this.

/// A page: where it is served and what it is made from.
pub struct Page {
    pub address: &'static str,
    /// Below `static`.
    pub file: &'static str,
    /// The way from the address to the server's root, for links that also work below a proxy's sub-path.
    pub root: &'static str,
}

pub const PAGES: &[Page] = &[
    Page { address: "/", file: "user/index.html", root: "." },
    Page { address: "/ui/core/index.html", file: "user/index.html", root: "../.." },
    Page { address: "/admin/", file: "admin/index.html", root: ".." },
    Page { address: "/apidocs/", file: "admin/apidocs.html", root: ".." },
    Page { address: "/manifest.webmanifest", file: "shared/manifest.webmanifest", root: "." },
];

/// Whether a file is filled before it is served, and so is no asset by itself.
pub fn is_template(name: &str) -> bool {
    name.ends_with(".html") || name.ends_with(".webmanifest")
}

/// A page's text with its ways to the root and to the assets, which lie below a hash of their contents.
pub fn filled(text: &str, page: &Page, hash: &str) -> String {
    let assets = format!("{}/static/{hash}", page.root);
    text.replace("{{root}}", page.root).replace("{{assets}}", assets.strip_prefix("./").unwrap_or(&assets))
}
