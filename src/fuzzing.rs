//! The functions that read strangers' bytes, each with a property that must hold for any bytes.
//! Only built for the programs in `fuzz/`.

use crate::base::path::{CloudPath, EntryName};

pub use crate::domain::files::unpack::fuzzing::zip;
pub use crate::domain::photos::fuzzing::picture_header;
pub use crate::domain::photos::video::fuzzing::video;
pub use crate::http::fuzzing::{form, multipart, range, request_head};
#[cfg(feature = "thumbs")]
pub use crate::picture::fuzzing::{exif, picture, raw};

/// If a path can be read, all its names stay where they are, and its text is read as the same path.
pub fn path(bytes: &[u8]) {
    if let Some(name) = EntryName::from_bytes(bytes) {
        assert_eq!(name.to_bytes(), bytes, "a name on disk stands for its bytes alone");
        assert_eq!(EntryName::parse(name.as_str()).ok().as_ref(), Some(&name));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(path) = CloudPath::parse(text) else { return };
    for name in path.parts() {
        let bytes = name.to_bytes();
        assert!(!bytes.is_empty() && bytes != b"." && bytes != b"..");
        assert!(!bytes.contains(&b'/') && !bytes.contains(&0));
    }
    assert_eq!(CloudPath::parse(&path.real_text()).ok().as_ref(), Some(&path));
}
