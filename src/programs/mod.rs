//! Draws the first picture of files that this program cannot decode itself: videos, HEIC, AVIF and
//! PDF. Programs of the system do this, if they are installed.
//!
//! Their decoders are large and old, and anybody may have made the file. So each run is a process
//! of its own without any rights (`confine`): it may read this file and the system's libraries, and
//! write only its answer. It has no network, starts no program, and may use little time and memory.
//! Its answer may come from an attacker, too, and is decoded as such.

mod confine;
mod kind;
mod run;
mod table;

pub use confine::confined_call;
pub use kind::{FileKind, HEAD_BYTES, Kind};

use crate::base::limits::programs::TIME_MAX;
use crate::config::OutsidePrograms;
use crate::error::{Code, Error, Result};
use run::{Failed, Runner};
use rustix::fd::BorrowedFd;
use std::collections::BTreeMap;
use std::env;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Instant;
use table::TABLE;

/// The programs of this machine.
#[derive(Default)]
pub struct Programs {
    found: OnceLock<Found>,
    runner: Runner,
}

/// The programs that were found when they were first needed. A program that is installed later is
/// found after a restart.
struct Found {
    paths: BTreeMap<&'static str, PathBuf>,
    can_confine: bool,
}

/// The reason why files of a kind have no pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The setting turns outside programs off.
    TurnedOff,
    /// The kernel cannot take a program's rights away.
    NotConfined,
    /// None of the programs for this kind is installed.
    NotInstalled,
}

impl Programs {
    /// A picture of a file that fits into a square of `side` pixels. It comes from a program that a
    /// malicious file may control.
    ///
    /// # Errors
    /// `Code::Unsupported` if no program can draw it; `Code::TooLarge` if that takes too long or
    /// the answer is too long; `Code::Busy` if earlier programs do not end.
    pub fn draw(
        &self,
        setting: OutsidePrograms,
        file: FileKind,
        input: BorrowedFd<'_>,
        side: u32,
    ) -> Result<Vec<u8>> {
        if let Some(lack) = self.lack(setting, file.kind) {
            return Err(lack.error(file.kind));
        }
        let until = Instant::now() + TIME_MAX;
        let mut last = no_picture(file.kind);
        for (row, path) in self.rows(file.kind) {
            let arguments = row.arguments_for(file.container, side);
            let is_strict = setting == OutsidePrograms::Yes;
            match self.runner.run(path, is_strict, &arguments, input, until) {
                Ok(bytes) if !bytes.is_empty() => return Ok(bytes),
                Ok(_) => log::debug!("{} has drawn nothing", row.program),
                Err(Failed::Ended(reason)) => log::debug!("{} has failed: {reason}", row.program),
                Err(Failed::TooLong) => return Err(costs_too_much("takes too long")),
                Err(Failed::TooMuch) => last = costs_too_much("is too long"),
                Err(Failed::Busy) => {
                    let sentence = "Earlier pictures are still being drawn. Please try again later.";
                    return Err(Error::new(Code::Busy, sentence));
                }
                Err(Failed::NotStarted(error)) => return Err(Error::internal(error)),
            }
        }
        Err(last)
    }

    /// The reason why files of a kind have no pictures; `None` if they have some.
    pub fn lack(&self, setting: OutsidePrograms, kind: Kind) -> Option<Lack> {
        match setting {
            OutsidePrograms::No => Some(Lack::TurnedOff),
            _ if self.rows(kind).next().is_none() => Some(Lack::NotInstalled),
            OutsidePrograms::Yes if !self.found().can_confine => Some(Lack::NotConfined),
            OutsidePrograms::Yes | OutsidePrograms::Always => None,
        }
    }

    /// The rows of the table for a kind whose programs are installed, with their paths.
    fn rows(&self, kind: Kind) -> impl Iterator<Item = (&'static table::Row, &PathBuf)> {
        let paths = &self.found().paths;
        let of_kind = TABLE.iter().filter(move |row| row.kinds.contains(&kind));
        of_kind.filter_map(|row| Some((row, paths.get(row.program)?)))
    }

    fn found(&self) -> &Found {
        self.found.get_or_init(|| {
            let found = Found::look();
            log::debug!("programs for thumbnails: {:?}", found.paths.values());
            found
        })
    }
}

impl Found {
    fn look() -> Found {
        let places: Vec<PathBuf> = env::var_os("PATH").iter().flat_map(env::split_paths).collect();
        let is_program = |path: &PathBuf| {
            path.is_absolute()
                && path
                    .metadata()
                    .is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
        };
        let find = |name: &str| places.iter().map(|place| place.join(name)).find(is_program);
        let paths = TABLE.iter().filter_map(|row| Some((row.program, find(row.program)?))).collect();
        Found { paths, can_confine: confine::is_possible() }
    }
}

impl Lack {
    /// The word that tells programs the reason. It never changes.
    pub fn word(self) -> &'static str {
        match self {
            Lack::TurnedOff => "turned-off",
            Lack::NotConfined => "not-confined",
            Lack::NotInstalled => "not-installed",
        }
    }

    /// The reason in the words of `cloudlet check` and of a refused call.
    pub fn sentence(self, kind: Kind) -> String {
        let files = kind.word();
        match self {
            Lack::TurnedOff => format!("no pictures of {files}: the setting thumbnail_programs is no"),
            Lack::NotConfined => format!(
                "no pictures of {files}: the kernel has no Landlock, which removes the rights of programs"
            ),
            Lack::NotInstalled => {
                let mut programs: Vec<&str> = Vec::new();
                for row in TABLE.iter().filter(|row| row.kinds.contains(&kind)) {
                    if !programs.contains(&row.program) {
                        programs.push(row.program);
                    }
                }
                match programs.as_slice() {
                    [one] => format!("no pictures of {files}: {one} is not installed"),
                    many => format!("no pictures of {files}: none of {} is installed", many.join(", ")),
                }
            }
        }
    }

    /// The answer to a call that asks for such a picture.
    pub fn error(self, kind: Kind) -> Error {
        Error::new(Code::Unsupported, format!("This server makes {}.", self.sentence(kind)))
    }
}

fn no_picture(kind: Kind) -> Error {
    Error::new(
        Code::Unsupported,
        format!("No picture of this file can be made. It seems to be one of the {}.", kind.word()),
    )
}

fn costs_too_much(what: &str) -> Error {
    Error::new(Code::TooLarge, "Making a picture of this file costs too much.").because(what.to_owned())
}
