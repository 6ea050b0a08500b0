//! A change of the cloud: the work done on the disk, the rows that belong to it, and what happens
//! before and after their commit.

use crate::domain::Cloud;
use crate::error::Result;
use crate::store::Write;

/// Work that was done on the disk, with its rows. The rows must be committed by
/// [`Call::settle`](crate::domain::Call::settle) or a method like it. If they were lost, the next
/// visit of the folder would find the change by itself.
#[must_use = "what was done on the disk has rows to commit"]
pub struct Change<T> {
    pub(in crate::domain) rows: Rows<T>,
    undo: Option<Undo>,
}

/// The rows of a change, to be written inside one transaction.
pub type Rows<T> = Box<dyn FnOnce(&Write) -> Result<Written<T>> + Send>;
/// Undoes the work on the disk.
pub type Undo = Box<dyn FnOnce() + Send>;
/// Completes the change.
type Completion = Box<dyn FnOnce(&Cloud) + Send>;

/// The result of writing the rows.
pub struct Written<T> {
    /// The value. It may be used inside the transaction only.
    value: T,
    /// The work after the commit.
    completions: Vec<Completion>,
    /// Guards that are kept until then.
    held: Vec<Box<dyn Send>>,
}

impl<T: Send + 'static> Change<T> {
    pub(in crate::domain) fn new(rows: impl FnOnce(&Write) -> Result<T> + Send + 'static) -> Change<T> {
        let rows =
            move |tx: &Write| Ok(Written { value: rows(tx)?, completions: Vec::new(), held: Vec::new() });
        Change { rows: Box::new(rows), undo: None }
    }

    /// Undoes the work on the disk if the rows cannot be committed. Needed if the rows contain more
    /// than the next visit could find.
    pub(in crate::domain) fn undone_by(self, undo: impl FnOnce() + Send + 'static) -> Change<T> {
        Change { undo: Some(Box::new(undo)), ..self }
    }

    /// Does the rest once the rows are committed. A crash may leave this undone, which loses
    /// nothing.
    pub(in crate::domain) fn completed_by(
        self,
        completion: impl FnOnce(&Cloud) + Send + 'static,
    ) -> Change<T> {
        self.completed_with(|value| (value, completion))
    }

    /// As [`Change::completed_by`], with a value that is known only inside the transaction.
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

    /// Writes the rows of two changes in one transaction. If it fails, the work of both on the disk
    /// is undone.
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

    /// Sets a result that is known already.
    pub(in crate::domain) fn telling<U: Send + 'static>(self, value: U) -> Change<U> {
        self.and_then(|_, _| Ok(value))
    }

    pub(in crate::domain) fn map<U>(self, map: impl FnOnce(T) -> U + Send + 'static) -> Change<U> {
        self.and_then(|_, value| Ok(map(value)))
    }

    /// Keeps a guard until the rows are committed or have failed.
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

    /// Commits the rows, and then completes the change. If they cannot be committed, it undoes the
    /// work on the disk.
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
    /// Settles a change that no call has requested, without a row in the audit log.
    pub(in crate::domain) fn settle<T: Send + 'static>(&self, change: Change<T>) -> Result<T> {
        change.settle(self, |rows| self.store.write(rows))
    }
}
