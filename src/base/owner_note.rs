//! The note in which a server says that it uses a disk. Other servers read it from the disk.

use std::fmt;

/// The word between the name and the time.
const SINCE: &str = " since ";

/// The server that uses a disk, as that server wrote it. A note of another program may be any text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnerNote {
    /// The names of its machine and its data directory; empty if it left no note.
    pub name: String,
    /// The time since when it has used the disk; empty if it wrote none.
    pub since: String,
}

impl OwnerNote {
    /// Reads a note that a server wrote by `Display`.
    pub fn parse(text: &str) -> OwnerNote {
        // The name of a directory may have the word in it, and a time has not.
        let (name, since) = text.rsplit_once(SINCE).unwrap_or((text, ""));
        OwnerNote { name: name.to_owned(), since: since.to_owned() }
    }
}

impl fmt::Display for OwnerNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name.as_str(), self.since.as_str()) {
            (name, "") => f.write_str(name),
            (name, since) => write!(f, "{name}{SINCE}{since}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_writes_another_one_reads() {
        for name in ["attic (/srv/cloudlet)", "attic (/srv/kept since 2019)", "", " since ", "K\u{fc}che"] {
            let note = OwnerNote { name: name.to_owned(), since: "2026-01-02 03:04:05".to_owned() };
            assert_eq!(OwnerNote::parse(&note.to_string()), note);
        }
    }

    #[test]
    fn a_note_without_a_time_and_none_at_all_are_told_too() {
        let unsigned = OwnerNote::parse("attic");
        assert_eq!(unsigned, OwnerNote { name: "attic".to_owned(), since: String::new() });
        assert_eq!(unsigned.to_string(), "attic");
        assert_eq!(OwnerNote::parse(""), OwnerNote::default());
        assert_eq!(OwnerNote::default().to_string(), "");
    }
}
