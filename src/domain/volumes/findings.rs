//! Findings: entries of the disks that could not be handled and were skipped, with what to do about
//! each.
//!
//! Code that walks through a disk skips such entries and notes them here. They are reported once in
//! the log, and by `check` and on the dashboard until they are solved: each request of the list
//! tries them again.

use crate::base::guarded::Guarded;
use crate::base::ids::hex;
use crate::base::limits::{DISK_START_TIME, FINDINGS_MAX, LEFT_OUT_TOLD_MAX};
use crate::base::obstacle::Obstacle;
use crate::base::path::CloudPath;
use crate::base::text::counted;
use crate::base::time::{now_seconds, plain_text};
use crate::disk::{Location, Skipped, Volume, Wanted};
use crate::domain::volumes::apart::apart;
use crate::error::Error;
use crate::store::holds::HoldRow;
use crate::store::mails::MailRow;
use crate::store::trash::TrashRow;
use crate::store::users::UserRow;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, MutexGuard};

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    what: What,
    /// Its path on this machine or, for an entry that was being moved or deleted, in the cloud.
    /// Bytes of a name that are not text are escaped.
    pub path: String,
    /// The remedy, with a command if there is one.
    pub advice: String,
    /// The time when it was first found since the start of the program, in seconds since 1970 UTC.
    pub since: i64,
}

/// The kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    PassedOver(Wanted, Obstacle),
    /// The entry was being moved or deleted when the server stopped.
    BrokenOff,
    /// A mail to this address was given up.
    MailGivenUp,
    /// An account waits for an administrator.
    AccountWaits,
    /// A client deleted or replaced very many files, and nobody has decided about it.
    Held,
}

/// All findings since the start of the program.
#[derive(Debug, Default)]
pub struct Findings(Guarded<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Each finding with its obstacle, and the time when it was first found.
    entries: HashMap<Key, (Obstacle, i64)>,
    /// True if there were more than are kept.
    is_overfull: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    /// The directory of the volume.
    root: PathBuf,
    /// The names below it, joined by `/`.
    below: Vec<u8>,
    wanted: Wanted,
}

impl Findings {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock()
    }

    /// Notes an entry that was skipped on the volume with this directory. It is logged once for
    /// each reason.
    pub fn note(&self, root: &Path, skipped: Skipped) {
        let Skipped { below, wanted, obstacle } = skipped;
        let key = Key { root: root.to_owned(), below, wanted };
        let mut known = self.known();
        let is_known = known.entries.get(&key).is_some_and(|(before, _)| *before == obstacle);
        if is_known {
            return;
        }
        if known.entries.len() >= FINDINGS_MAX && !known.entries.contains_key(&key) {
            if !std::mem::replace(&mut known.is_overfull, true) {
                log::warn!("more than {FINDINGS_MAX} entries need a look: further ones are not reported");
            }
            return;
        }
        let since = now_seconds();
        let finding = Finding::new(&key, obstacle, since);
        known.entries.insert(key, (obstacle, since));
        drop(known);
        log::warn!("needs a look: {finding}");
    }

    /// The paths of all findings, including solved ones.
    #[cfg(test)]
    pub fn noted(&self) -> Vec<PathBuf> {
        self.known().entries.keys().map(|key| key.root.join(OsStr::from_bytes(&key.below))).collect()
    }

    /// The findings that are not solved, by path, and whether there may be more. `volume_at`
    /// returns the volume with a directory if its disk is present.
    pub(in crate::domain) fn still(
        &self,
        volume_at: impl Fn(&Path) -> Option<Arc<Volume>>,
    ) -> (Vec<Finding>, bool) {
        let (entries, is_overfull) = {
            let known = self.known();
            (known.entries.clone(), known.is_overfull)
        };
        let mut on_disks: HashMap<PathBuf, Vec<Key>> = HashMap::new();
        for key in entries.keys() {
            on_disks.entry(key.root.clone()).or_default().push(key.clone());
        }
        // On a disk that is missing or does not answer, the last findings stay.
        let mut now: HashMap<Key, Option<Obstacle>> = HashMap::new();
        for (root, keys) in on_disks {
            let Some(volume) = volume_at(&root) else { continue };
            match apart(DISK_START_TIME, move || Ok(tried(&volume, keys))) {
                Ok(tried) => now.extend(tried.into_iter().flatten()),
                Err(error) => log::warn!("what needs a look is not tried again: {error}"),
            }
        }
        let mut findings = Vec::with_capacity(entries.len());
        for (key, (before, since)) in entries {
            match now.remove(&key).unwrap_or(Some(before)) {
                Some(obstacle) => findings.push(Finding::new(&key, obstacle, since)),
                None => drop(self.known().entries.remove(&key)),
            }
        }
        findings.sort_by(|one, other| one.path.cmp(&other.path));
        (findings, is_overfull)
    }
}

/// The present obstacle of each entry of a disk.
fn tried(volume: &Volume, keys: Vec<Key>) -> Vec<(Key, Option<Obstacle>)> {
    let obstacle = |key: &Key| match key.wanted {
        Wanted::Read => volume.reading_obstacle(&key.below),
        Wanted::Remove => volume.removing_obstacle(&key.below),
        Wanted::Change => volume.changing_obstacle(&key.below),
    };
    keys.into_iter().map(|key| (key.clone(), obstacle(&key))).collect()
}

impl Finding {
    fn new(key: &Key, obstacle: Obstacle, since: i64) -> Finding {
        let path = key.root.join(OsStr::from_bytes(&key.below));
        let advice = advice(&key.root, &path, key.wanted, obstacle);
        Finding { what: What::PassedOver(key.wanted, obstacle), path: shown(&path), advice, since }
    }

    /// A finding for an entry that is in a bin although nobody deleted it.
    pub(in crate::domain) fn broken_off(row: &TrashRow, there: &CloudPath) -> Finding {
        let there = there.real_text();
        let advice = format!(
            "Restore it from the recycle bin, where it lies as {there}, or remove it there permanently."
        );
        let path = if row.path.is_empty() { there } else { row.path.clone() };
        Finding { what: What::BrokenOff, path, advice, since: row.deleted }
    }

    /// A finding for a mail that was given up.
    pub(in crate::domain) fn mail_given_up(mail: &MailRow) -> Finding {
        let advice = format!("{} Try it again or remove it under Mail.", mail.said.trim());
        Finding { what: What::MailGivenUp, path: mail.address.clone(), advice, since: mail.due }
    }

    /// A finding for a client that is held.
    pub(in crate::domain) fn held(hold: &HoldRow) -> Finding {
        let HoldRow { who, agent, replaced, deleted, begun, .. } = hold;
        let advice = format!(
            "{} replaced and {} deleted. Take everything back, or let it go on, under Overview.",
            counted(*replaced, "file was", "files were"),
            counted(*deleted, "file or folder", "files or folders"),
        );
        let path = format!("{who} {agent}, {}", plain_text(*begun));
        Finding { what: What::Held, path, advice, since: *begun }
    }

    /// A finding for an account that waits for an administrator.
    pub(in crate::domain) fn account_waits(account: &UserRow) -> Finding {
        let email = account.email.as_deref().unwrap_or_default();
        let advice = format!("Let {email} in under Users, or delete the account to refuse.");
        Finding { what: What::AccountWaits, path: account.name.clone(), advice, since: account.created }
    }

    /// True if the finding is about an account, so that only administrators who may see accounts
    /// see it.
    pub fn is_of_account(&self) -> bool {
        self.what == What::AccountWaits
    }

    /// Its id: a hash of path, kind and reason in 24 hexadecimal digits. Another person who asks for
    /// an account of the same name is another finding.
    pub fn id(&self) -> String {
        let mut hasher = Sha256::new();
        for part in [self.word(), self.reason(), &self.path] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        if self.is_of_account() {
            hasher.update(self.since.to_le_bytes());
        }
        hex(&hasher.finalize()[..12])
    }

    /// The action that failed, for programs.
    pub fn word(&self) -> &'static str {
        match self.what {
            What::PassedOver(Wanted::Read, _) => "read",
            What::PassedOver(Wanted::Remove, _) => "remove",
            What::PassedOver(Wanted::Change, _) => "change",
            What::BrokenOff => "finish",
            What::MailGivenUp => "send",
            What::AccountWaits => "letin",
            What::Held => "decide",
        }
    }

    /// The reason, for programs.
    pub fn reason(&self) -> &'static str {
        match self.what {
            What::PassedOver(_, obstacle) => obstacle.word(),
            What::BrokenOff => "stop",
            What::MailGivenUp => "given-up",
            What::AccountWaits => "sign-up",
            What::Held => "held",
        }
    }

    /// The fault, in a sentence.
    pub fn sentence(&self) -> String {
        let (wanted, obstacle) = match self.what {
            What::PassedOver(wanted, obstacle) => (wanted, obstacle),
            What::MailGivenUp => return "A mail to this address was given up.".into(),
            What::AccountWaits => {
                return "Somebody has asked for this account and waits to be let in.".into();
            }
            What::Held => {
                return "A browser, program or device deleted or replaced very many files and is held."
                    .into();
            }
            What::BrokenOff => {
                return "It was being moved or deleted when the server stopped, and is in the recycle bin."
                    .into();
            }
        };
        let done = match wanted {
            Wanted::Read => "It is left out",
            Wanted::Remove => "It is not removed",
            Wanted::Change if obstacle == Obstacle::Link => "It is not followed",
            Wanted::Change => "It can be read and copied, but not changed",
        };
        format!("{done}: {}.", obstacle.meaning())
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}. {} {}", self.path, self.sentence(), self.advice)
    }
}

/// Skips an entry of a volume that cannot be read: notes it and returns `None`. Failures that
/// concern more than this entry are returned.
pub(in crate::domain) fn skip<T>(
    volume: &Volume,
    location: Location<'_>,
    error: Error,
) -> Result<Option<T>, Error> {
    let Some(obstacle) = error.obstacle else { return Err(error) };
    volume.skip_at(location, &[], Wanted::Read, obstacle);
    Ok(None)
}

/// The entries that a copy or an archive lacks because they cannot be read or may not be
/// downloaded.
#[derive(Clone, Debug, Default)]
pub struct LeftOut {
    pub count: u64,
    /// The first of them: the path below the top, and the reason.
    first: Vec<(String, &'static str)>,
    /// The first entries that may not be downloaded, including those that the user may not know,
    /// for the audit log.
    pub withheld: Vec<String>,
}

impl LeftOut {
    /// Adds an entry that cannot be read.
    pub fn add(&mut self, below: String, obstacle: Obstacle) {
        self.add_for(below, obstacle.meaning());
    }

    /// Adds an entry that its user may not download. It is reported if the user may know that it
    /// exists.
    pub fn withhold(&mut self, below: String, is_seen: bool) {
        if self.withheld.len() < LEFT_OUT_TOLD_MAX {
            self.withheld.push(below.clone());
        }
        if is_seen {
            self.add_for(below, "you may not download it");
        }
    }

    /// Adds an entry that is left out for a reason.
    fn add_for(&mut self, below: String, reason: &'static str) {
        self.count += 1;
        if self.first.len() < LEFT_OUT_TOLD_MAX {
            self.first.push((below, reason));
        }
    }

    /// A line for each of the first entries with its reason, and the number of further ones.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let told = self.first.iter().map(|(below, reason)| format!("{below}: {reason}"));
        let more = self.count - self.first.len() as u64;
        told.chain((more > 0).then(|| format!("and {more} more")))
    }
}

/// A path as one line of text.
fn shown(path: &Path) -> String {
    let escape = |letter: char| match letter {
        letter if letter.is_control() => letter.escape_default().to_string(),
        letter => letter.to_string(),
    };
    let escaped = |chunk: std::str::Utf8Chunk<'_>| {
        let valid: String = chunk.valid().chars().map(escape).collect();
        format!("{valid}{}", chunk.invalid().escape_ascii())
    };
    path.as_os_str().as_bytes().utf8_chunks().map(escaped).collect()
}

/// A path as a word of a shell command.
fn quoted(path: &Path) -> String {
    match path.to_str().filter(|path| !path.contains(char::is_control)) {
        Some(path) => format!("'{}'", path.replace('\'', r"'\''")),
        // Bash's quoting for bytes that are no text.
        None => format!("$'{}'", path.as_os_str().as_bytes().escape_ascii()),
    }
}

fn advice(root: &Path, path: &Path, wanted: Wanted, obstacle: Obstacle) -> String {
    let (root, path) = (quoted(root), quoted(path));
    match (obstacle, wanted) {
        (Obstacle::Mounted, Wanted::Change) => {
            format!("Mount that disk elsewhere, and name its directory in the setting volumes: umount {path}")
        }
        (Obstacle::Link, Wanted::Change) => {
            format!(
                "Replace the link by its target, or name the target in the setting volumes and remove the link: {path}"
            )
        }
        (Obstacle::AccessDenied, _) => {
            format!("Give it to the server's user: chown -R --reference={root} {path}")
        }
        (Obstacle::NotPermitted, _) => {
            format!("Give it to the server's user, and take its protection away: chattr -R -i -a {path}")
        }
        (Obstacle::Mounted | Obstacle::Disconnected, _) => format!("Unmount it: umount {path}"),
        (Obstacle::InUse, _) => "Unmount it, or end the program that holds it.".to_owned(),
        (Obstacle::ReadOnly, _) => "Make its disk writable: mount -o remount,rw ...".to_owned(),
        (Obstacle::Damaged, _) => {
            "Check the disk (dmesg says more), and restore the entry from a backup.".to_owned()
        }
        (Obstacle::Link, _) => format!("Replace the link by its target: {path}"),
        (Obstacle::NameTooLong, _) => "Give it or a folder above it a shorter name.".to_owned(),
        (Obstacle::TooDeep, _) => "Move a folder above it further up.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped(below: &[u8], obstacle: Obstacle) -> Skipped {
        Skipped { below: below.to_vec(), wanted: Wanted::Read, obstacle }
    }

    #[test]
    fn findings_are_known_once_and_no_more_than_are_kept() {
        let (findings, root) = (Findings::default(), Path::new("/srv/files"));
        for _ in 0..2 {
            findings.note(root, skipped(b"anna/closed", Obstacle::AccessDenied));
        }
        assert_eq!(findings.known().entries.len(), 1);
        for number in 0..2 * FINDINGS_MAX {
            findings.note(root, skipped(format!("bob/{number}").as_bytes(), Obstacle::Damaged));
        }
        let known = findings.known();
        assert_eq!((known.entries.len(), known.is_overfull), (FINDINGS_MAX, true));
    }

    #[test]
    fn what_is_told_stays_on_its_line_and_can_be_pasted_into_a_shell() {
        let key =
            |below: &[u8]| Key { root: "/srv/my files".into(), below: below.to_vec(), wanted: Wanted::Read };
        let of = |below: &[u8]| Finding::new(&key(below), Obstacle::AccessDenied, 0);
        let finding = of(b"anna/it's\n\xff");
        assert_eq!(finding.path, r"/srv/my files/anna/it's\n\xff");
        let advice = "Give it to the server's user: chown -R --reference='/srv/my files' ";
        assert_eq!(finding.advice, format!(r"{advice}$'/srv/my files/anna/it\'s\n\xff'"));
        assert_eq!(of(b"it's").advice, format!(r"{advice}'/srv/my files/it'\''s'"));
    }
}
