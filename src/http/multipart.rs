//! Multipart bodies (RFC 7578), read while they arrive, in large blocks and bounded memory.
//!
//! The end of a part is found only by searching its content for the boundary, never from a length
//! given elsewhere. So a part that follows a file cannot end up inside the file.

use crate::base::limits::{BOUNDARY_BYTES_MAX, PART_HEADER_BYTES_MAX};
use crate::error::{Code, Error, Result};
use memchr::memmem::{self, Finder};

/// The number of bytes read at once.
const BLOCK_BYTES: usize = 512 * 1024;
/// The size of the first block in bytes. Most bodies are small.
const FIRST_BLOCK_BYTES: usize = 16 * 1024;

/// A source of the bytes of a body.
pub trait Source {
    /// Reads into the buffer and returns the number of bytes, 0 at the end. With `fills` it tries
    /// to fill the buffer, but may return earlier.
    fn read_block(&mut self, buffer: &mut [u8], fills: bool) -> Result<usize>;
}

/// A multipart body. Call `next_part`, then one of the `part` functions, and repeat.
pub struct Multipart<'a> {
    source: &'a mut dyn Source,
    /// `\r
    /// --boundary`. The body is read as if a line end preceded it, so that the first boundary needs
    /// no special case.
    delimiter: Finder<'static>,
    block: Vec<u8>,
    start: usize,
    end: usize,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The position is before the first boundary or inside of a part: the next boundary must be
    /// found.
    Inside,
    /// The position is directly behind a boundary.
    Between,
    Ended,
}

/// The header of a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartHead {
    pub name: String,
    /// Present for files, even if it is empty.
    pub filename: Option<String>,
}

impl PartHead {
    /// The file's name without folders before it, which some clients send.
    pub fn leaf(&self) -> Option<&str> {
        self.filename.as_deref()?.rsplit(['/', '\\']).next().filter(|leaf| !leaf.is_empty())
    }
}

fn broken(sentence: &'static str) -> Error {
    Error::new(Code::Invalid, sentence)
}

impl<'a> Multipart<'a> {
    /// The boundary in a `Content-Type`. `None` if it is not multipart.
    pub fn boundary_of(content_type: &str) -> Option<Result<String>> {
        let (media, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        if !media.trim().eq_ignore_ascii_case("multipart/form-data") {
            return None;
        }
        let boundary = parameter(parameters, "boundary").unwrap_or_default();
        let is_possible = (1..=BOUNDARY_BYTES_MAX).contains(&boundary.len()) && boundary.is_ascii();
        Some(if is_possible { Ok(boundary) } else { Err(broken("The multipart body has no boundary.")) })
    }

    pub fn new(boundary: &str, source: &'a mut dyn Source) -> Multipart<'a> {
        let delimiter = Finder::new(format!("\r\n--{boundary}").as_bytes()).into_owned();
        let mut block = vec![0; FIRST_BLOCK_BYTES];
        block[..2].copy_from_slice(b"\r\n");
        Multipart { source, delimiter, block, start: 0, end: 2, state: State::Inside }
    }

    /// Skips the rest of the current part and moves to the next; `None` at the end, when the whole
    /// body has been read.
    ///
    /// # Errors
    /// `Code::Invalid` for a body that ends early or is not multipart; `Code::TooLarge` for an
    /// endless header.
    pub fn next_part(&mut self) -> Result<Option<PartHead>> {
        if self.state == State::Inside {
            self.copy_part(&mut |_| Ok(()))?;
        }
        if self.state == State::Ended {
            return Ok(None);
        }
        self.pass_over_blanks()?;
        match &self.block[self.start..self.start + 2] {
            b"--" => {
                self.state = State::Ended;
                self.pass_over_the_rest()?;
                Ok(None)
            }
            b"\r\n" => {
                let head = self.part_head()?;
                self.state = State::Inside;
                Ok(Some(head))
            }
            // A line that only begins with the boundary is refused: the sender and this server
            // would split the body differently.
            _ => Err(broken("A line of the body begins with the boundary but does not end after it.")),
        }
    }

    /// Passes the content of the part to a sink, block by block.
    ///
    /// # Errors
    /// As [`Multipart::next_part`], and the sink's own.
    pub fn copy_part(&mut self, sink: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let delimiter_bytes = self.delimiter.needle().len();
        loop {
            let window = &self.block[self.start..self.end];
            if let Some(at) = self.delimiter.find(window) {
                if at > 0 {
                    sink(&window[..at])?;
                }
                self.start += at + delimiter_bytes;
                self.state = State::Between;
                return Ok(());
            }
            // The last bytes may be the beginning of a boundary.
            let sure = window.len().saturating_sub(delimiter_bytes - 1);
            if sure > 0 {
                sink(&window[..sure])?;
                self.start += sure;
            }
            self.fill(true)?;
        }
    }

    /// Reads the content of the part as text.
    ///
    /// # Errors
    /// `Code::TooLarge` beyond `bytes_max`; `Code::Invalid` if it is not UTF-8.
    pub fn read_part_text(&mut self, bytes_max: usize) -> Result<String> {
        let mut bytes = Vec::new();
        self.copy_part(&mut |block| {
            if bytes.len() + block.len() > bytes_max {
                return Err(Error::new(Code::TooLarge, "A parameter in the body is too long."));
            }
            bytes.extend_from_slice(block);
            Ok(())
        })?;
        String::from_utf8(bytes)
            .map_err(|_| Error::new(Code::Invalid, "A parameter in the body is not UTF-8 text."))
    }

    /// Skips blanks after a boundary ("transport padding", RFC 2046, section 5.1.1). At least two
    /// further bytes are in the window then.
    fn pass_over_blanks(&mut self) -> Result<()> {
        let mut room = PART_HEADER_BYTES_MAX;
        loop {
            while self.end - self.start < 2 {
                self.fill(false)?;
            }
            if !matches!(self.block[self.start], b' ' | b'\t') || room == 0 {
                return Ok(());
            }
            self.start += 1;
            room -= 1;
        }
    }

    fn part_head(&mut self) -> Result<PartHead> {
        loop {
            let window = &self.block[self.start..self.end];
            if let Some(at) = memmem::find(window, b"\r\n\r\n").filter(|at| *at <= PART_HEADER_BYTES_MAX) {
                let head = read_head(&String::from_utf8_lossy(&window[..at]));
                self.start += at + 4;
                return Ok(head);
            }
            if window.len() > PART_HEADER_BYTES_MAX {
                return Err(Error::new(Code::TooLarge, "The header of a part of the body is too long."));
            }
            self.fill(false)?;
        }
    }

    /// Reads more bytes behind the existing ones.
    fn fill(&mut self, fills: bool) -> Result<()> {
        self.block.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.block.len() - self.end < FIRST_BLOCK_BYTES / 2 {
            self.block.resize(BLOCK_BYTES, 0);
        }
        match self.source.read_block(&mut self.block[self.end..], fills)? {
            0 => Err(broken("The body ends before its last boundary.")),
            count => {
                self.end += count;
                Ok(())
            }
        }
    }

    /// Skips everything after the last boundary, which has no meaning.
    fn pass_over_the_rest(&mut self) -> Result<()> {
        while self.source.read_block(&mut self.block, false)? > 0 {}
        Ok(())
    }
}

fn read_head(text: &str) -> PartHead {
    let disposition = text.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    });
    let parameters =
        disposition.and_then(|value| value.split_once(';')).map_or("", |(_, parameters)| parameters);
    PartHead {
        name: parameter(parameters, "name").unwrap_or_default(),
        filename: extended(parameters)
            .or_else(|| parameter(parameters, "filename"))
            .or_else(|| parameter(parameters, "filename*")),
    }
}

/// A file name in the form of RFC 8187. .NET sends it beside a plain name for clients that know
/// only ASCII, and Python sends it alone. A name that is not UTF-8 is ignored.
fn extended(parameters: &str) -> Option<String> {
    let value = parameter(parameters, "filename*")?;
    let (charset, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'').filter(|_| charset.eq_ignore_ascii_case("utf-8"))?;
    let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

/// The value of a parameter in `; name=value; name="quoted value"`. Browsers write `"` in a name as
/// `%22` (WHATWG HTML, multipart/form-data encoding), others as `\"`. A `\` before anything else
/// belongs to the name, as in Windows paths.
fn parameter(parameters: &str, wanted: &str) -> Option<String> {
    let mut rest = parameters;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.rsplit(';').next().unwrap_or(name).trim();
        let (value, next) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => quoted_value(quoted),
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = next;
    }
    None
}

fn quoted_value(quoted: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = quoted.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, &quoted[at + 1..]),
            '\\' if letters.peek().is_some_and(|next| next.1 == '"') => {
                value.push('"');
                letters.next();
            }
            letter => value.push(letter),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a body in pieces of a fixed size.
    struct Pieces<'a>(&'a [u8], usize);

    impl Source for Pieces<'_> {
        fn read_block(&mut self, buffer: &mut [u8], fills: bool) -> Result<usize> {
            let count = if fills { buffer.len() } else { self.1 }.min(buffer.len()).min(self.0.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    type Parts = Vec<(PartHead, Vec<u8>)>;

    fn parts(body: &[u8], piece: usize) -> Result<Parts> {
        let mut source = Pieces(body, piece);
        let mut multipart = Multipart::new("xyz", &mut source);
        let mut found = Vec::new();
        while let Some(head) = multipart.next_part()? {
            let mut content = Vec::new();
            multipart.copy_part(&mut |block| {
                content.extend_from_slice(block);
                Ok(())
            })?;
            found.push((head, content));
        }
        Ok(found)
    }

    fn file(name: &str) -> PartHead {
        PartHead { name: name.into(), filename: Some("f".into()) }
    }

    #[test]
    fn contents_that_look_like_boundaries_come_whole() {
        let tricky = b"\r\n--xy\r\n\r\n--x\r\r\n-\r\n--xy-\r\n\r\n";
        let mut body =
            b"preamble\r\n--xyz\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n"
                .to_vec();
        body.extend_from_slice(tricky);
        body.extend_from_slice(
            b"\r\n--xyz\r\nContent-Disposition: form-data; name=\"b\"\r\nX: y\r\n\r\n\r\n--xyz--\r\nepilogue",
        );
        for piece in 1..80 {
            let found = parts(&body, piece).unwrap();
            assert_eq!(found[0], (file("a"), tricky.to_vec()), "{piece}");
            assert_eq!(found[1], (PartHead { name: "b".into(), filename: None }, Vec::new()), "{piece}");
            assert_eq!(found.len(), 2);
        }
    }

    #[test]
    fn a_boundary_is_found_wherever_a_block_ends() {
        let head = b"--xyz\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n";
        for length in (BLOCK_BYTES - 90)..(BLOCK_BYTES + 10) {
            let content: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let body = [head.as_slice(), &content, b"\r\n--xyz--\r\n"].concat();
            let found = parts(&body, 4096).unwrap();
            assert!(found.len() == 1 && found[0].1 == content, "{length}");
        }
    }

    #[test]
    fn a_body_cut_anywhere_is_an_error() {
        let body = b"--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncontent\r\n--xyz--";
        assert_eq!(parts(body, 7).unwrap().len(), 1);
        for end in 0..body.len() {
            assert_eq!(parts(&body[..end], 7).unwrap_err().code, Code::Invalid, "{end}");
        }
        assert!(parts(b"--xyzz\r\n\r\n\r\n--xyz--", 7).is_err());
    }

    #[test]
    fn endless_headers_are_refused() {
        let body = [b"--xyz\r\nX: ".as_slice(), &[b'a'; 3 * PART_HEADER_BYTES_MAX]].concat();
        assert_eq!(parts(&body, 4096).unwrap_err().code, Code::TooLarge);
    }

    #[test]
    fn names_are_read_as_clients_write_them() {
        for (text, name, filename) in [
            ("name=\"a\"; filename=\"x;y=\\\"z\"", "a", Some("x;y=\"z")),
            ("name=a; filename=b", "a", Some("b")),
            ("filename=\"C:\\dir\\f.txt\"; name=\"a\"", "a", Some("C:\\dir\\f.txt")),
            ("name=\"a\"; filename=\"\"", "a", Some("")),
            ("name=\"a\"; filename*=UTF-8''%41%c3%a4", "a", Some("A\u{e4}")),
            ("name=a; filename=x; filename*=utf-8''x%20y", "a", Some("x y")),
            ("name=a; filename=\"=?utf-8?B?w6Q=?=\"; filename*=utf-8'de'%C3%A4", "a", Some("\u{e4}")),
            ("name=a; filename=x; filename*=utf-8''%ff", "a", Some("x")),
            ("name=a; filename=x; filename*=latin1''y", "a", Some("x")),
            ("name=a; filename*=y", "a", Some("y")),
            ("NAME=\"a\"", "a", None),
            ("", "", None),
        ] {
            let head = read_head(&format!("\r\ncontent-disposition: form-data; {text}"));
            assert_eq!((head.name.as_str(), head.filename.as_deref()), (name, filename), "{text}");
        }
    }

    #[test]
    fn a_name_is_told_without_the_folders_before_it() {
        for (filename, leaf) in [
            ("x.txt", Some("x.txt")),
            ("/home/me/x.txt", Some("x.txt")),
            ("C:\\dir\\x.txt", Some("x.txt")),
            ("dir/", None),
            ("", None),
        ] {
            let head = PartHead { name: "file".into(), filename: Some(filename.into()) };
            assert_eq!(head.leaf(), leaf, "{filename}");
        }
        assert_eq!(PartHead::default().leaf(), None);
    }

    #[test]
    fn boundaries_are_found_in_the_media_type() {
        let found = |text: &str| Multipart::boundary_of(text).map(std::result::Result::ok);
        assert_eq!(found("multipart/form-data; boundary=abc"), Some(Some("abc".into())));
        assert_eq!(found("Multipart/Form-Data; charset=x; boundary=\"a b\""), Some(Some("a b".into())));
        assert_eq!(found("multipart/form-data"), Some(None));
        assert_eq!(found(&format!("multipart/form-data; boundary={}", "x".repeat(71))), Some(None));
        assert_eq!(found("application/x-www-form-urlencoded"), None);
    }
}
