//! Media types by the extension of a name, and which of them a browser may show.
//!
//! Browsers show only types that cannot contain scripts; they save everything else. The types are
//! registered with IANA.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Media {
    pub content_type: &'static str,
    pub may_be_shown: bool,
}

const UNKNOWN: Media = Media { content_type: "application/octet-stream", may_be_shown: false };

/// Extension, type, and whether a browser may show it.
const TYPES: &[(&str, &str, bool)] = &[
    ("7z", "application/x-7z-compressed", false),
    ("aac", "audio/aac", true),
    ("avif", "image/avif", true),
    ("bmp", "image/bmp", true),
    ("css", "text/plain; charset=utf-8", true),
    ("csv", "text/plain; charset=utf-8", true),
    ("doc", "application/msword", false),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", false),
    ("epub", "application/epub+zip", false),
    ("flac", "audio/flac", true),
    ("gif", "image/gif", true),
    ("gz", "application/gzip", false),
    ("heic", "image/heic", true),
    ("heif", "image/heif", true),
    ("html", "text/html; charset=utf-8", false),
    ("ico", "image/vnd.microsoft.icon", true),
    ("jpeg", "image/jpeg", true),
    ("jpg", "image/jpeg", true),
    ("js", "text/plain; charset=utf-8", true),
    ("json", "text/plain; charset=utf-8", true),
    ("log", "text/plain; charset=utf-8", true),
    ("m4a", "audio/mp4", true),
    ("md", "text/plain; charset=utf-8", true),
    ("mkv", "video/matroska", true),
    ("mov", "video/quicktime", true),
    ("mp3", "audio/mpeg", true),
    ("mp4", "video/mp4", true),
    ("odt", "application/vnd.oasis.opendocument.text", false),
    ("ogg", "audio/ogg", true),
    ("opus", "audio/ogg", true),
    ("pdf", "application/pdf", true),
    ("png", "image/png", true),
    ("ppt", "application/vnd.ms-powerpoint", false),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", false),
    ("svg", "image/svg+xml", false),
    ("tar", "application/x-tar", false),
    ("tif", "image/tiff", true),
    ("tiff", "image/tiff", true),
    ("toml", "text/plain; charset=utf-8", true),
    ("txt", "text/plain; charset=utf-8", true),
    ("wav", "audio/vnd.wave", true),
    ("webm", "video/webm", true),
    ("webp", "image/webp", true),
    ("xls", "application/vnd.ms-excel", false),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false),
    ("xml", "text/xml; charset=utf-8", false),
    ("yaml", "text/plain; charset=utf-8", true),
    ("yml", "text/plain; charset=utf-8", true),
    ("zip", "application/zip", false),
];

/// The extension of a name: the part after its last dot; empty for `.name`.
pub fn extension(name: &str) -> &str {
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map_or("", |(_, extension)| extension)
}

/// The media type for the name of a file.
pub fn of_name(name: &str) -> Media {
    let extension = extension(name).to_ascii_lowercase();
    let found = TYPES.binary_search_by(|(known, ..)| (*known).cmp(extension.as_str()));
    found.map_or(UNKNOWN, |at| Media { content_type: TYPES[at].1, may_be_shown: TYPES[at].2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_found_and_nothing_with_scripts_is_shown() {
        assert!(TYPES.windows(2).all(|pair| pair[0].0 < pair[1].0), "the table is sorted");
        assert_eq!(of_name("A.JPG").content_type, "image/jpeg");
        for name in ["a.html", "a.svg", "a.xml", "a.exe", "a", ".png", "a.htm", "a.xhtml"] {
            assert!(!of_name(name).may_be_shown, "{name}");
        }
    }
}
