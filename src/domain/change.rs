//! A change of the cloud: what was done on the disk, the rows that belong to it, and what comes before and after their commit.

use crate::domain::Cloud;
use crate::error::Result;
use crate::store::Write;

/// What was done on the disk, with its rows. They must be committed, by [`Call::settle`](crate::domain::Call::settle) and its
/// like; a loss would only mean that the next visit of the folder finds out by itself.
#[must_use = "what was done on the disk has rows to commit"]
pub struct Change<T> {
    pub(in crate::domain) rows: Rows<T>,
    undo: Option<Undo>,
}

/// The rows of a change, to be written inside one transaction.
pub type Rows<T> = Box<dyn FnOnce(&Write) -> Result<Written<T>> + Send>;
/// Takes back what was done on the disk.
pub type Undo = Box<dyn FnOnce() + Send>;
/// Completes it.
type Completion = Box<dyn FnOnce(&Cloud) + Send>;

/// What comes of rows that are written.
pub struct Written<T> {
    /// May be known inside the transaction alone.
    value: T,
    /// What is to be done once it is committed.
    completions: Vec<Completion>,
    /// What is kept until then.
    held: Vec<Box<dyn Send>>,
}

impl<T: Send + 'static> Change<T> {
    pub(in crate::domain) fn new(rows: impl FnOnce(&Write) -> Result<T> + Send + 'static) -> Change<T> {
        let rows =
            move |tx: &Write| Ok(Written { value: rows(tx)?, completions: Vec::new(), held: Vec::new() });
        Change { rows: Box::new(rows), undo: None }
    }

    /// Takes back what was done on the disk when the rows cannot be committed, where they say more than the next visit could
    /// find out.
    pub(in crate::domain) fn undone_by(self, undo: impl FnOnce() + Send + 'static) -> Change<T> {
        Change { undo: Some(Box::new(undo)), ..self }
    }

    /// Does the rest once the rows are committed. After a crash it is left undone, and nothing is lost.
    pub(in crate::domain) fn completed_by(
        self,
        completion: impl FnOnce(&Cloud) + Send + 'static,
    ) -> Change<T> {
        self.completed_with(|value| (value, completion))
    }

    /// As [`Change::completed_by`], with what is known inside the transaction alone.
    pub(in crate::domain) fn completed_with<U, F: FnOnce(&Cloud) + Send + 'static>(
        self,
        split: impl FnOnce(T) -> (U, F) + Send + 'static,
    ) -> Change<U> {
        self.rewritten(|rows, tx| {
            let Written { value, mut completions, held } = rows(tx)?;
            let (value, completion) = split(value);
            completions.push(Box::new(completion));
            Ok(Written { value, completions, held })
        })
    }

    /// Writes further rows in the same transaction.
    pub(in crate::domain) fn and_then<U>(
        self,
        further: impl FnOnce(&Write, T) -> Result<U> + Send + 'static,
    ) -> Change<U> {
        self.rewritten(|rows, tx| {
            let Written { value, completions, held } = rows(tx)?;
            Ok(Written { value: further(tx, value)?, completions, held })
        })
    }

    /// Writes the rows of two changes in one transaction. What they did on the disk is taken back for both.
    pub(in crate::domain) fn and<U: Send + 'static>(self, other: Change<U>) -> Change<(T, U)> {
        let (first, second) = (self.undo, other.undo);
        let rows = move |tx: &Write| {
            let Written { value, mut completions, mut held } = (self.rows)(tx)?;
            let other = (other.rows)(tx)?;
            completions.extend(other.completions);
            held.extend(other.held);
            Ok(Written { value: (value, other.value), completions, held })
        };
        let undo: Undo = Box::new(|| [first, second].into_iter().flatten().for_each(|undo| undo()));
        Change { rows: Box::new(rows), undo: Some(undo) }
    }

    /// Tells what is known already.
    pub(in crate::domain) fn telling<U: Send + 'static>(self, value: U) -> Change<U> {
        self.and_then(|_, _| Ok(value))
    }

    pub(in crate::domain) fn map<U>(self, map: impl FnOnce(T) -> U + Send + 'static) -> Change<U> {
        self.and_then(|_, value| Ok(map(value)))
    }

    /// Keeps something until the rows are committed, or cannot be.
    pub(in crate::domain) fn holding(self, guard: impl Send + 'static) -> Change<T> {
        self.rewritten(move |rows, tx| {
            let mut written = rows(tx)?;
            written.held.push(Box::new(guard));
            Ok(written)
        })
    }

    fn rewritten<U>(
        self,
        write: impl FnOnce(Rows<T>, &Write) -> Result<Written<U>> + Send + 'static,
    ) -> Change<U> {
        let Change { rows, undo } = self;
        Change { rows: Box::new(move |tx| write(rows, tx)), undo }
    }

    /// Commits the rows, and then completes what was done on the disk; or takes it back, when they cannot be committed.
    pub(in crate::domain) fn settle(
        self,
        cloud: &Cloud,
        commit: impl FnOnce(Rows<T>) -> Result<Written<T>>,
    ) -> Result<T> {
        match commit(self.rows) {
            Ok(Written { value, completions, held }) => {
                drop(held);
                completions.into_iter().for_each(|completion| completion(cloud));
                Ok(value)
            }
            Err(error) => {
                self.undo.into_iter().for_each(|undo| undo());
                Err(error)
            }
        }
    }
}

impl Cloud {
    /// Settles a change that nobody called for, without a row in the audit log.
    pub(in crate::domain) fn settle<T: Send + 'static>(&self, change: Change<T>) -> Result<T> {
        change.settle(self, |rows| self.store.write(rows))
    }
}
