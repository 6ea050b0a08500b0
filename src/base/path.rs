//! Names and paths of the cloud as values: their allowed forms, their forms for the API, and their
//! bytes on disk.
//!
//! This module never touches the file system and never knows a volume. Every name that exists as a
//! value here is safe to hand to the kernel as one component: no `/`, no NUL, not `.` or `..`,
//! never empty, never longer than 255 bytes.

use crate::error::{Code, Error, Reason, Result};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use unicode_normalization::{UnicodeNormalization, is_nfc, is_nfd};

/// The maximum length of a name on disk in bytes: Linux's `NAME_MAX`.
pub const NAME_BYTES_MAX: usize = 255;
/// The maximum length of a path in bytes, as the API writes it. With its leading `/` it always fits
/// the kernel's `PATH_MAX`.
pub const PATH_BYTES_MAX: usize = 4096;
/// The maximum number of names in a path.
pub const PATH_DEPTH_MAX: usize = 128;

/// The first name in paths of further volumes: `/EXTERNAL/<name>/...`. No account can have it.
pub const EXTERNAL: &str = "EXTERNAL";

/// The first name in paths of shared entries of other accounts: `/SHARED/<owner>/<name>/...`. No
/// account can have it.
pub const SHARED: &str = "SHARED";

/// The name of the recycle bin, at the top of an account's files and of each further volume.
pub const BIN_NAME: &str = "recyclebin";

/// A byte that text cannot carry is shown as the private-use character with this offset.
const SHOWN_OFFSET: u32 = 0xF700;
/// The first byte of these characters in UTF-8.
const SHOWN_FIRST: u8 = 0xEF;

/// One name inside a folder, in the form the API writes: 1 to 255 bytes on disk, never `/`, NUL,
/// `.` or `..`.
///
/// A name on disk may hold bytes that text or XML 1.0 (section 2.2, `Char`) cannot carry:
/// 0x01..=0x1F, 0x7F, those of U+FFFE and U+FFFF, and every byte that is not part of valid UTF-8.
/// Each such byte `b` is shown as the character U+F700 + `b`, and [`EntryName::to_bytes`] turns it
/// back. If a name on disk really contains one of those characters, its UTF-8 bytes are shown in
/// the same way. So names and byte strings correspond one to one, and a check of the name holds for
/// the bytes.
///
/// Copies of a name share its text: a call copies the names of its paths many times.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryName(Arc<str>);

impl EntryName {
    /// Reads a name that a caller wrote.
    ///
    /// # Errors
    /// `Code::Invalid` with a sentence for the user if it cannot be a name.
    pub fn parse(text: &str) -> Result<EntryName> {
        // Most names have no special byte, and one look at each byte is enough for them.
        let is_special = |byte: u8| byte == b'/' || is_control(byte) || byte == SHOWN_FIRST;
        let is_plain = !text.bytes().fold(false, |any, byte| any | is_special(byte));
        if is_plain && (1..=NAME_BYTES_MAX).contains(&text.len()) && text != "." && text != ".." {
            return Ok(EntryName(text.into()));
        }
        if text.is_empty() {
            return Err(invalid("A name may not be empty.", Reason::BadName));
        }
        if text == "." || text == ".." {
            return Err(invalid("A name may not be \".\" or \"..\".", Reason::BadName));
        }
        if text.contains('/') {
            return Err(invalid("A name may not contain \"/\".", Reason::BadName));
        }
        if text.bytes().any(is_control) {
            return Err(invalid("A name may not contain control characters.", Reason::BadName));
        }
        let too_long = || invalid("A name may not be longer than 255 bytes.", Reason::NameTooLong);
        if has_no_shown_byte(text.as_bytes()) {
            return Err(too_long());
        }
        // The name is read from its bytes, so that two spellings of the same bytes become the same
        // name.
        let mut bytes = Vec::new();
        append_name_bytes(text, &mut bytes);
        EntryName::from_bytes(&bytes).ok_or_else(too_long)
    }

    /// The name for bytes on disk. `None` if they are not a name: empty, `.`, `..`, too long, or
    /// with `/` or NUL.
    pub fn from_bytes(bytes: &[u8]) -> Option<EntryName> {
        let refused = bytes.is_empty()
            || bytes.len() > NAME_BYTES_MAX
            || bytes == b"."
            || bytes == b".."
            || bytes.contains(&b'/')
            || bytes.contains(&0);
        if refused { None } else { Some(EntryName(bytes_to_text(bytes).into())) }
    }

    /// The name as the API writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bytes of the name on disk.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len());
        self.append_to(&mut bytes);
        bytes
    }

    /// Appends the bytes of the name on disk.
    pub fn append_to(&self, bytes: &mut Vec<u8>) {
        append_name_bytes(&self.0, bytes);
    }

    /// Checks that a new file or folder may have this name. Programs that were ported from Windows
    /// write control characters as such private-use characters. An existing entry with such a name
    /// can be used, but a new one is refused.
    pub fn check_new(&self) -> Result<()> {
        let hides_control =
            |character| shown_byte(character).is_some_and(|byte| byte.is_ascii() && is_control(byte));
        match self.0.chars().any(hides_control) {
            true => Err(invalid("A name may not contain control characters.", Reason::BadName)),
            false => Ok(()),
        }
    }

    /// The name in Unicode normalization form C, in which new names are stored. A name that would
    /// become too long stays as it is.
    pub fn nfc(&self) -> EntryName {
        if is_nfc(&self.0) {
            return self.clone();
        }
        EntryName::parse(&self.0.nfc().collect::<String>()).unwrap_or_else(|_| self.clone())
    }

    /// The name in Unicode normalization form D; `None` if it would become too long.
    pub fn nfd(&self) -> Option<EntryName> {
        EntryName::parse(&self.0.nfd().collect::<String>()).ok()
    }

    /// True if the text has more than one Unicode form. Fast for ASCII.
    pub fn has_forms(&self) -> bool {
        !(self.0.is_ascii() || is_nfc(&self.0) && is_nfd(&self.0))
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The real location of an entry: its path in its owner's tree, `/alice/Photos`. Disk, index,
/// locks, versions, recycle bin and quota use this path. A person may see the same entry under
/// another path, a [`super::shown_path::ShownPath`]. Therefore this type has no `Display`, so that
/// no message shows it by mistake.
///
/// Its text is absolute, with names separated by one or more `/`, and an optional `/` at the end.
/// It is stored as a list of names, so that comparing is by whole names: `/bob` is not above
/// `/bobby`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloudPath {
    parts: Vec<EntryName>,
}

/// The texts between slashes. For short texts this is faster than `str::split`, and each path of a
/// call is split.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let left = rest?;
        let (name, after) = match memchr::memchr(b'/', left.as_bytes()) {
            Some(at) => (&left[..at], Some(&left[at + 1..])),
            None => (left, None),
        };
        rest = after;
        Some(name)
    })
}

impl CloudPath {
    /// Reads a path that a caller wrote.
    ///
    /// # Errors
    /// `Code::Invalid` with a sentence for the user if it is not a path.
    pub fn parse(text: &str) -> Result<CloudPath> {
        if !text.starts_with('/') {
            return Err(Error::new(Code::Invalid, "A path must begin with \"/\"."));
        }
        let parts = names_in(text).filter(|name| !name.is_empty());
        CloudPath { parts: parts.map(EntryName::parse).collect::<Result<_>>()? }.bounded()
    }

    /// The top: the path without names.
    pub fn root() -> CloudPath {
        CloudPath::default()
    }

    /// True for the top.
    pub fn is_root(&self) -> bool {
        self.parts.is_empty()
    }

    /// The names, from the top down.
    pub fn parts(&self) -> &[EntryName] {
        &self.parts
    }

    /// The first name; `None` at the top.
    pub fn first(&self) -> Option<&EntryName> {
        self.parts.first()
    }

    /// The folder this path lies in; `None` at the top.
    pub fn parent(&self) -> Option<CloudPath> {
        let (_, above) = self.parts.split_last()?;
        Some(CloudPath { parts: above.to_vec() })
    }

    /// The last name; `None` at the top.
    pub fn leaf(&self) -> Option<&EntryName> {
        self.parts.last()
    }

    /// The path with further names at its end; `Code::Invalid` if it becomes too long or too deep.
    pub fn below(&self, names: &[EntryName]) -> Result<CloudPath> {
        CloudPath { parts: [self.parts.as_slice(), names].concat() }.bounded()
    }

    /// The path with one more name at its end; `Code::Invalid` if it becomes too long or too deep.
    pub fn join(&self, name: &EntryName) -> Result<CloudPath> {
        let mut parts = self.parts.clone();
        parts.push(name.clone());
        CloudPath { parts }.bounded()
    }

    /// True if the path with this name at its end is neither too long nor too deep.
    pub fn can_hold(&self, name: &EntryName) -> bool {
        self.parts.len() < PATH_DEPTH_MAX && self.length() + 1 + name.as_str().len() <= PATH_BYTES_MAX
    }

    /// True if the path can have this many further names and bytes.
    pub fn can_reach(&self, names: usize, bytes: usize) -> bool {
        self.parts.len() + names <= PATH_DEPTH_MAX && self.length() + bytes <= PATH_BYTES_MAX
    }

    /// The length in bytes, as the API writes the path.
    fn length(&self) -> usize {
        self.parts.iter().map(|name| 1 + name.as_str().len()).sum()
    }

    /// The path of the first `names` names, or the whole path if it has fewer.
    pub fn beginning(&self, names: usize) -> CloudPath {
        CloudPath { parts: self.parts[..names.min(self.parts.len())].to_vec() }
    }

    /// The number of names that lead to the root of this path: one for an account's files, two for
    /// a further volume, four for shared entries: a share has three, an album's file one more. They
    /// have no real path of this form.
    pub fn root_depth(&self) -> usize {
        match self.first().map(EntryName::as_str) {
            Some(EXTERNAL) => 2,
            Some(SHARED) => 4,
            _ => 1,
        }
    }

    /// True if this is a recycle bin or a path in one.
    pub fn is_in_bin(&self) -> bool {
        self.parts.get(self.root_depth()).is_some_and(|name| name.as_str() == BIN_NAME)
    }

    /// True if a recycle bin lies directly in this folder.
    pub fn may_hold_bin(&self) -> bool {
        self.parts.len() == self.root_depth()
    }

    /// True if this name in this folder is the recycle bin.
    pub fn is_bin(&self, name: &EntryName) -> bool {
        self.may_hold_bin() && name.as_str() == BIN_NAME
    }

    /// The root of this path: an account's files or a further volume. Above the roots, the path
    /// itself.
    pub fn root_above(&self) -> CloudPath {
        self.beginning(self.root_depth())
    }

    /// The name of the root, `anna` or `EXTERNAL/disk`. Empty above the roots.
    pub fn root_name(&self) -> String {
        let names = self.parts.get(..self.root_depth()).unwrap_or_default();
        names.iter().map(EntryName::as_str).collect::<Vec<_>>().join("/")
    }

    /// True for the folders above the roots, which lie on no disk.
    pub fn is_above_roots(&self) -> bool {
        self.parts.len() < self.root_depth()
    }

    /// The path as text, with a leading `/` and none at the end. The top is `/`. For the database,
    /// the disk and the log; never for messages to people.
    pub fn real_text(&self) -> String {
        if self.is_root() {
            return "/".to_owned();
        }
        let mut text = String::with_capacity(self.length());
        for name in &self.parts {
            text.push('/');
            text.push_str(name.as_str());
        }
        text
    }

    /// True if this path is `above` or lies below it, compared by whole names.
    pub fn starts_with(&self, above: &CloudPath) -> bool {
        self.parts.starts_with(&above.parts)
    }

    fn bounded(self) -> Result<CloudPath> {
        if self.parts.len() > PATH_DEPTH_MAX {
            return Err(invalid(
                "The path is too deep: at most 128 folders are possible.",
                Reason::NameTooLong,
            ));
        }
        if self.length() > PATH_BYTES_MAX {
            return Err(invalid(
                "The path is too long: at most 4096 bytes are possible.",
                Reason::NameTooLong,
            ));
        }
        Ok(self)
    }
}

fn invalid(sentence: &'static str, reason: Reason) -> Error {
    Error::new(Code::Invalid, sentence).for_reason(reason)
}

/// True for a byte that is not text in XML or a terminal.
fn is_control(byte: u8) -> bool {
    byte < 0x20 || byte == 0x7F
}

/// The byte that a shown character stands for. `None` for ordinary characters, and never `/` or
/// NUL.
fn shown_byte(character: char) -> Option<u8> {
    let byte = u8::try_from(u32::from(character).checked_sub(SHOWN_OFFSET)?).ok()?;
    let stands_for_byte = byte >= 0x7F || (1..0x20).contains(&byte);
    stands_for_byte.then_some(byte)
}

fn show_byte(byte: u8) -> char {
    char::from_u32(SHOWN_OFFSET + u32::from(byte)).expect("U+F700..=U+F7FF are characters")
}

/// True if a text certainly has no shown character, because none of its bytes begins one. This is a
/// fast path, because most texts have none.
fn has_no_shown_byte(text: &[u8]) -> bool {
    memchr::memchr(SHOWN_FIRST, text).is_none()
}

/// Appends the bytes on disk for a name in the API's form.
pub fn append_name_bytes(text: &str, bytes: &mut Vec<u8>) {
    if has_no_shown_byte(text.as_bytes()) {
        return bytes.extend_from_slice(text.as_bytes());
    }
    for character in text.chars() {
        match shown_byte(character) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

fn bytes_to_text(bytes: &[u8]) -> Cow<'_, str> {
    let is_plain = has_no_shown_byte(bytes) && !bytes.iter().copied().any(is_control);
    if let (true, Ok(text)) = (is_plain, std::str::from_utf8(bytes)) {
        return text.into();
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_ascii_control() {
                text.push(show_byte(character as u8));
            } else if shown_byte(character).is_some() || matches!(character, '\u{fffe}' | '\u{ffff}') {
                text.extend(character.encode_utf8(&mut [0; 4]).bytes().map(show_byte));
            } else {
                text.push(character);
            }
        }
        text.extend(chunk.invalid().iter().copied().map(show_byte));
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_string_has_one_name_and_comes_back() {
        let samples: [&[u8]; 9] = [
            b"plain.txt",
            "Gr\u{fc}\u{df}e".as_bytes(),
            b"caf\xe9",
            b"\xff\xfe\x80",
            b"tab\there\x7f\x01",
            "\u{f7e9}".as_bytes(),
            b"\xc3",
            "\u{f700}\u{f72f}".as_bytes(),
            "\u{fffe}\u{ffff}".as_bytes(),
        ];
        for bytes in samples {
            let name = EntryName::from_bytes(bytes).unwrap();
            assert_eq!(name.to_bytes(), bytes);
            assert_eq!(EntryName::parse(name.as_str()).unwrap(), name);
            let is_lost =
                |character: char| character.is_control() || ('\u{fffe}'..='\u{ffff}').contains(&character);
            assert!(!name.as_str().chars().any(is_lost), "{name:?}");
        }
    }

    #[test]
    fn nothing_new_gets_a_control_character_in_disguise() {
        for (name, may_be_new) in [
            ("plain \u{e4}", true),
            // A colon, as some programs write it, and a byte that is not UTF-8.
            ("a\u{f03a}b", true),
            ("caf\u{f7e9}", true),
            ("a\u{f70a}b", false),
            ("\u{f71b}[2J", false),
            ("a\u{f77f}", false),
            ("\u{f701}", false),
        ] {
            assert_eq!(EntryName::parse(name).unwrap().check_new().is_ok(), may_be_new, "{name:?}");
        }
    }

    #[test]
    fn all_pairs_of_bytes_come_back() {
        for pair in 0..=u16::MAX {
            let bytes = pair.to_be_bytes();
            let Some(name) = EntryName::from_bytes(&bytes) else {
                assert!(bytes.contains(&0) || bytes.contains(&b'/') || bytes == *b"..");
                continue;
            };
            assert_eq!(name.to_bytes(), bytes);
            assert_eq!(EntryName::parse(name.as_str()).unwrap(), name);
        }
    }

    #[test]
    fn two_spellings_of_the_same_bytes_are_one_name() {
        let shown = EntryName::parse("\u{f7c3}\u{f7a9}").unwrap();
        assert_eq!(shown, EntryName::parse("\u{e9}").unwrap());
    }

    #[test]
    fn names_that_are_none_are_refused() {
        for text in
            ["", ".", "..", "a/b", "/", "a\0b", "\u{1f}", "\u{7f}", &"x".repeat(256), &"\u{e9}".repeat(128)]
        {
            let error = EntryName::parse(text).unwrap_err();
            assert_eq!(error.code, Code::Invalid, "{text:?}");
            assert!(error.message.ends_with('.'));
        }
        assert!(EntryName::parse(&"x".repeat(255)).is_ok());
        assert!(EntryName::parse("...").is_ok());
        // These characters look like the refused ones but do not stand for bytes.
        assert_eq!(EntryName::parse("\u{f72f}").unwrap().to_bytes(), "\u{f72f}".as_bytes());
    }

    #[test]
    fn nfc_composes_and_leaves_undecodable_bytes() {
        assert_eq!(EntryName::parse("e\u{301}").unwrap().nfc().as_str(), "\u{e9}");
        let raw = EntryName::from_bytes(b"\xe9").unwrap();
        assert_eq!(raw.nfc(), raw);
    }

    #[test]
    fn only_names_that_can_be_written_otherwise_have_forms() {
        for (text, has_forms) in [
            ("plain.txt", false),
            ("caf\u{e9}", true),
            ("cafe\u{301}", true),
            ("\u{df}\u{4e2d}\u{6587}\u{41f}", false),
            ("\u{439}", true),
            ("\u{212b}", true),
            ("\u{ac00}", true),
            ("\u{f7e9}", false),
        ] {
            assert_eq!(EntryName::parse(text).unwrap().has_forms(), has_forms, "{text:?}");
        }
        assert_eq!(EntryName::parse("\u{e9}").unwrap().nfd().unwrap().as_str(), "e\u{301}");
        assert_eq!(EntryName::parse(&"\u{e9}".repeat(127)).unwrap().nfd(), None);
    }

    #[test]
    fn a_name_that_grows_too_long_keeps_its_form() {
        // U+0958 is excluded from composition: NFC writes it as two characters, 6 bytes for 3.
        let name = EntryName::parse(&"\u{958}".repeat(80)).unwrap();
        assert_eq!(name.nfc(), name);
    }

    #[test]
    fn paths_compare_by_whole_names() {
        let path = |text| CloudPath::parse(text).unwrap();
        assert_eq!(path("//alice///Photos/"), path("/alice/Photos"));
        assert_eq!(path("/alice/Photos/").real_text(), "/alice/Photos");
        assert_eq!(path("/").real_text(), "/");
        assert!(path("/").is_root() && path("/").parent().is_none() && path("/").leaf().is_none());
        assert!(path("/bob/x").starts_with(&path("/bob")));
        assert!(path("/bob").starts_with(&path("/bob")) && path("/bob").starts_with(&path("/")));
        assert!(!path("/bobby").starts_with(&path("/bob")));
        assert_eq!(path("/a/b/c").parent().unwrap(), path("/a/b"));
        assert_eq!(path("/a").join(&EntryName::parse("b").unwrap()).unwrap(), path("/a/b"));
    }

    #[test]
    fn a_root_is_one_name_or_two() {
        let told = |text| {
            let path = CloudPath::parse(text).unwrap();
            (path.root_above().real_text(), path.root_name(), path.is_above_roots())
        };
        let of = |above: &str, name: &str, is_above| (above.to_owned(), name.to_owned(), is_above);
        assert_eq!(told("/anna/x/y"), of("/anna", "anna", false));
        assert_eq!(told("/EXTERNAL/disk/x"), of("/EXTERNAL/disk", "EXTERNAL/disk", false));
        assert_eq!(told("/EXTERNAL"), of("/EXTERNAL", "", true));
        assert_eq!(told("/SHARED/anna/Album"), of("/SHARED/anna/Album", "", true));
        assert_eq!(told("/"), of("/", "", true));
    }

    #[test]
    fn paths_that_are_none_are_refused() {
        let long = format!("/{}", "x".repeat(200)).repeat(21);
        for text in ["", "a", "a/b", "/a/../b", "/./a", "/a/..", "/a\0", &"/a".repeat(129), &long] {
            assert_eq!(CloudPath::parse(text).unwrap_err().code, Code::Invalid, "{text:?}");
        }
        assert!(CloudPath::parse(&"/a".repeat(128)).is_ok());
    }
}
