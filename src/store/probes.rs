//! Whether the database can be changed: asked by those who look after the server, answered by the writer.

use super::{Ground, Write, meta};
use crate::error::{Error, Result};
use std::time::{Duration, Instant};

/// The fact that is written to find out.
const TRIED: &str = "write_tried";
/// A doubt is looked into by a change, but not more often than this.
const TRIED_AT_MOST_EVERY: Duration = Duration::from_secs(60);
/// What the last change came to is believed for so long.
const BELIEVED_FOR: Duration = Duration::from_secs(3600);

/// What somebody wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether a change could begin. Nothing is written for it: the disk may sleep.
    Answers,
    /// Whether a change would be kept.
    CanBeWritten,
}

/// Who has asked and what is known. One answer serves all who asked before it was looked for.
pub struct Probes {
    /// How often somebody asked, and up to which of them there was an answer.
    pub asked: u64,
    pub answered: u64,
    /// Somebody asks whether a change would be kept.
    pub is_writing_asked: bool,
    answers: Result<()>,
    can_be_written: Result<()>,
}

impl Default for Probes {
    fn default() -> Probes {
        Probes { asked: 0, answered: 0, is_writing_asked: false, answers: Ok(()), can_be_written: Ok(()) }
    }
}

impl Probes {
    pub fn answer(&self, question: Question) -> Result<()> {
        match question {
            Question::Answers => self.answers.clone(),
            Question::CanBeWritten => self.can_be_written.clone(),
        }
    }

    /// Takes the answers to all that was asked up to a number.
    pub fn take(&mut self, asked: u64, answers: Result<()>, can_be_written: Option<Result<()>>) {
        (self.answered, self.answers) = (asked, answers);
        if let Some(can_be_written) = can_be_written {
            (self.is_writing_asked, self.can_be_written) = (false, can_be_written);
        }
    }
}

/// What the last change of the database came to.
pub struct LastWrite {
    at: Instant,
    outcome: Result<()>,
}

impl LastWrite {
    /// As if one had been kept just now: the database has been opened.
    pub fn at_start() -> LastWrite {
        LastWrite { at: Instant::now(), outcome: Ok(()) }
    }

    pub fn came_to(&mut self, outcome: Result<()>) {
        *self = LastWrite { at: Instant::now(), outcome };
    }

    /// Whether a change would be kept; tries one where that is in doubt.
    pub fn look(&mut self, write: &Write, ground: &dyn Ground) -> Result<()> {
        let looks = ground.check_writable();
        let age = self.at.elapsed();
        let is_doubtful = looks.is_err() || self.outcome.is_err() || age >= BELIEVED_FOR;
        if is_doubtful && age >= TRIED_AT_MOST_EVERY {
            self.came_to(try_to_write(write));
        }
        looks.and(self.outcome.clone())
    }
}

fn try_to_write(write: &Write) -> Result<()> {
    write.read.step("BEGIN IMMEDIATE")?;
    let written = meta::count_up(write, TRIED).and_then(|()| write.read.step("COMMIT"));
    match written {
        Ok(()) => Ok(()),
        Err(error) => {
            write.roll_back();
            Err(error)
        }
    }
}

/// Whether a change could begin.
pub fn answers(write: &Write) -> Result<(), Error> {
    write.read.step("BEGIN IMMEDIATE").and_then(|()| write.read.step("ROLLBACK"))
}
