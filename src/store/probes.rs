//! Probes: monitoring asks whether the database can be changed, and the writer answers.

use super::{Ground, Write, meta};
use crate::error::{Error, Result};
use std::time::{Duration, Instant};

/// The name of the value that a probe writes.
const TRIED: &str = "write_tried";
/// The shortest time between two test writes.
const TRIED_AT_MOST_EVERY: Duration = Duration::from_secs(60);
/// The result of the last change counts for this time.
const BELIEVED_FOR: Duration = Duration::from_secs(3600);

/// The question of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Can a change begin? The answer takes no writing, because the disk may sleep.
    Answers,
    /// Would a change be kept?
    CanBeWritten,
}

/// Open questions and the last answers. One answer serves all callers who asked before it was made.
pub struct Probes {
    /// The number of questions so far, and the number of those that are answered.
    pub asked: u64,
    pub answered: u64,
    /// True if somebody asks whether a change would be kept.
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

    /// Stores the answers to all questions up to a number.
    pub fn take(&mut self, asked: u64, answers: Result<()>, can_be_written: Option<Result<()>>) {
        (self.answered, self.answers) = (asked, answers);
        if let Some(can_be_written) = can_be_written {
            (self.is_writing_asked, self.can_be_written) = (false, can_be_written);
        }
    }
}

/// The result of the last change of the database.
pub struct LastWrite {
    at: Instant,
    outcome: Result<()>,
}

impl LastWrite {
    /// A success now, because the database has just been opened.
    pub fn at_start() -> LastWrite {
        LastWrite { at: Instant::now(), outcome: Ok(()) }
    }

    pub fn came_to(&mut self, outcome: Result<()>) {
        *self = LastWrite { at: Instant::now(), outcome };
    }

    /// Checks whether a change would be kept. If that is in doubt, writes a test value.
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

/// Checks whether a change can begin.
pub fn answers(write: &Write) -> Result<(), Error> {
    write.read.step("BEGIN IMMEDIATE").and_then(|()| write.read.step("ROLLBACK"))
}

#[cfg(test)]
mod tests {
    use crate::error::{Code, Error};
    use crate::store::test_store;
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn whoever_asks_has_an_answer_however_many_ask() {
        let store = test_store();
        store.write_later(|_| {
            std::thread::sleep(Duration::from_millis(500));
            Ok(())
        });
        std::thread::scope(|scope| {
            let ask = || store.answers(Duration::from_secs(20));
            let asking: Vec<_> = (0..200).map(|_| scope.spawn(ask)).collect();
            for asked in asking {
                asked.join().unwrap().unwrap();
            }
        });
    }

    #[test]
    fn a_database_that_is_busy_for_too_long_does_not_answer() {
        let store = test_store();
        let (begin, begun) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        store.write_later(move |_| {
            begin.send(()).map_err(Error::internal)?;
            ended.recv().map_err(Error::internal)
        });
        begun.recv().unwrap();
        assert_eq!(store.answers(Duration::from_millis(200)).unwrap_err().code, Code::Busy);
        end.send(()).unwrap();
        store.answers(Duration::from_secs(20)).unwrap();
    }
}
