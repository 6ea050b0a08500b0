//! Tables as comma-separated values (RFC 4180), in the variants that spreadsheets write: separated
//! by commas, semicolons or tabs, with any kind of line ends, and with or without a byte order
//! mark.

use super::printable::printable;

/// A fault of a table, and the number of its line, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub line: usize,
    pub sentence: &'static str,
}

/// One record, and the number of the line on which it begins, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub line: usize,
    pub fields: Vec<String>,
}

const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// Reads at most `records_max` records and skips empty lines.
///
/// # Errors
/// The first place that is not text or breaks the rules for quotes, or the first record beyond the
/// maximum.
pub fn read(bytes: &[u8], records_max: usize) -> Result<Vec<Record>, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| Fault {
        line: line_at(&bytes[..error.valid_up_to()]),
        sentence: "It is not UTF-8 text. Save the list as \"CSV UTF-8\".",
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(at) = text.find('\0') {
        return Err(Fault { line: line_at(&text.as_bytes()[..at]), sentence: "It holds a NUL byte." });
    }
    let head = text.split(['\n', '\r']).find(|line| !line.is_empty()).unwrap_or("");
    let most = |one: &char| head.matches(*one).count();
    // If several separators are equally frequent, the first of them.
    let separator = SEPARATORS.into_iter().rev().max_by_key(most).unwrap_or(',');
    let mut reader = Reader { rest: text.chars().peekable(), line: 1, separator };
    let mut records = Vec::new();
    while let Some(record) = reader.record()? {
        if records.len() == records_max {
            return Err(Fault { line: record.line, sentence: "The list is too long." });
        }
        records.push(record);
    }
    Ok(records)
}

struct Reader<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
    separator: char,
}

impl Reader<'_> {
    /// The next record that is not an empty line.
    fn record(&mut self) -> Result<Option<Record>, Fault> {
        while self.end_of_line() {}
        if self.rest.peek().is_none() {
            return Ok(None);
        }
        let line = self.line;
        let mut fields = vec![self.field()?];
        while self.rest.next_if_eq(&self.separator).is_some() {
            fields.push(self.field()?);
        }
        if self.rest.peek().is_some() && !self.end_of_line() {
            return Err(self.fault("A closing quote is followed by something other than a separator."));
        }
        Ok(Some(Record { line, fields }))
    }

    /// Passes over the end of a line: LF, CR, or both.
    fn end_of_line(&mut self) -> bool {
        let is_return = self.rest.next_if_eq(&'\r').is_some();
        let is_end = self.rest.next_if_eq(&'\n').is_some() || is_return;
        self.line += usize::from(is_end);
        is_end
    }

    fn field(&mut self) -> Result<String, Fault> {
        if self.rest.next_if_eq(&'"').is_some() {
            return self.quoted();
        }
        let (mut text, separator) = (String::new(), self.separator);
        while let Some(letter) = self.rest.next_if(|letter| *letter != separator && !"\r\n".contains(*letter))
        {
            if letter == '"' {
                return Err(self.fault("A field contains a quote but does not begin with one."));
            }
            text.push(letter);
        }
        Ok(text)
    }

    fn quoted(&mut self) -> Result<String, Fault> {
        let begin = self.line;
        let mut text = String::new();
        loop {
            match self.rest.next() {
                Some('"') if self.rest.next_if_eq(&'"').is_some() => text.push('"'),
                Some('"') => return Ok(text),
                Some(letter) => {
                    let is_end = letter == '\n' || (letter == '\r' && self.rest.peek() != Some(&'\n'));
                    self.line += usize::from(is_end);
                    text.push(letter);
                }
                None => return Err(Fault { line: begin, sentence: "A quote is never closed." }),
            }
        }
    }

    fn fault(&self, sentence: &'static str) -> Fault {
        Fault { line: self.line, sentence }
    }
}

/// The number of the line on which the next byte would be.
fn line_at(before: &[u8]) -> usize {
    let is_end =
        |at: &usize| before[*at] == b'\n' || (before[*at] == b'\r' && before.get(at + 1) != Some(&b'\n'));
    1 + (0..before.len()).filter(is_end).count()
}

/// A line with these columns, and its end.
pub fn line<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    let columns: Vec<String> = columns.into_iter().map(column).collect();
    columns.join(",") + "\r\n"
}

/// A column, in quotes if it needs them. Control characters are replaced, because a terminal may
/// show it. A text that a spreadsheet would take for a formula gets an apostrophe before it.
fn column(text: &str) -> String {
    let text = printable(text);
    let guard = if text.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    if guard.is_empty() && !text.contains([',', '"']) {
        return text.into_owned();
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Vec<(usize, Vec<String>)> {
        let records = read(text, 100).unwrap();
        records.into_iter().map(|record| (record.line, record.fields)).collect()
    }

    fn row(line: usize, fields: &[&str]) -> (usize, Vec<String>) {
        (line, fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn tables_are_read_as_all_spreadsheets_write_them() {
        let wanted = [row(1, &["a", "b"]), row(2, &["1", "2, \"3\""])];
        for text in [
            "a,b\n1,\"2, \"\"3\"\"\"",
            "a,b\r\n1,\"2, \"\"3\"\"\"\r\n",
            "a,b\r1,\"2, \"\"3\"\"\"\r",
            "\u{feff}a,b\n1,\"2, \"\"3\"\"\"\n",
            "a;b\n1;\"2, \"\"3\"\"\"\n",
            "a\tb\n1\t\"2, \"\"3\"\"\"\n",
        ] {
            assert_eq!(rows(text.as_bytes()), wanted, "{text:?}");
        }
        assert_eq!(
            rows(b"\n\r\na\n\n\"x\r\ny\",\nb\n"),
            [row(3, &["a"]), row(5, &["x\r\ny", ""]), row(7, &["b"])]
        );
        assert_eq!(rows(b""), []);
        assert_eq!(rows("\u{feff}".as_bytes()), []);
    }

    #[test]
    fn faults_are_told_with_their_line() {
        for (text, line) in [
            (&b"a,b\n\"c,d\ne\n"[..], 2),
            (b"a\nb\"c\n", 2),
            (b"a\n\"b\"c\n", 2),
            (b"a\nb\ncaf\xe9\n", 3),
            (b"a\r\nb\0\r\n", 2),
            (b"a\rb\r\0", 3),
        ] {
            assert_eq!(read(text, 100).unwrap_err().line, line, "{text:?}");
        }
        let long: String = (0..100_000).map(|number| format!("{number}\n")).collect();
        assert_eq!(read(long.as_bytes(), 500).unwrap_err().line, 501);
    }

    #[test]
    fn columns_survive_and_run_nothing() {
        assert_eq!(column("plain"), "plain");
        assert_eq!(column("a,\"b\"\n"), "\"a,\"\"b\"\" \"");
        assert_eq!(column("\u{1b}[31mred"), "\\u{1b}[31mred");
        assert_eq!(column("=1+1"), "\"'=1+1\"");
        assert_eq!(line(["a", "b,c"]), "a,\"b,c\"\r\n");
    }
}
