//! What a handler of a slow operation has at hand: the cloud, one commit together with the audit row, and the file part
//! of an upload.

use super::audit::Entry;
use super::file_part::FilePart;
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::http::Form;
use crate::store::Write;
use std::net::IpAddr;
use std::sync::Arc;

pub struct CallContext<'a> {
    cloud: &'a Arc<Cloud>,
    call: Origin<'a>,
    entry: Entry,
    is_audited: bool,
    file: Option<FilePart<'a>>,
}

/// Where a call comes from and what it was begun with.
pub struct Origin<'a> {
    pub address: IpAddr,
    pub connection: u64,
    pub form: &'a Form,
}

impl<'a> CallContext<'a> {
    pub fn new(
        cloud: &'a Arc<Cloud>,
        call: Origin<'a>,
        entry: Entry,
        file: Option<FilePart<'a>>,
    ) -> CallContext<'a> {
        CallContext { cloud, call, entry, is_audited: false, file }
    }

    /// Where the call comes from.
    pub fn address(&self) -> IpAddr {
        self.call.address
    }

    /// Which connection the call comes by.
    pub fn connection(&self) -> u64 {
        self.call.connection
    }

    pub fn cloud(&self) -> &'a Arc<Cloud> {
        self.cloud
    }

    /// The cloud as those see it who only read.
    pub fn view(&self) -> CloudView<'a> {
        self.cloud.view()
    }

    /// Says who it is, when the call itself found that out.
    pub fn signed_in(&mut self, who: &str) {
        self.entry.by(who);
    }

    /// Commits a change and the audit row of this call in one transaction.
    pub fn commit<T: Send + 'static>(
        &mut self,
        change: impl FnOnce(&Write) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let entry = self.entry.clone();
        let value = self.cloud.commit(move |tx| entry.commit(tx, change))?;
        self.is_audited = true;
        Ok(value)
    }

    /// Commits the rows of what was done on the disk. If they cannot be written it is taken back, where that matters.
    pub fn commit_change<T>(&mut self, change: Change<T>) -> Result<T> {
        let committed = self.commit(change.rows);
        match &committed {
            Ok(()) => change.then.into_iter().for_each(|then| then(self.cloud)),
            Err(_) => change.undo.into_iter().for_each(|undo| undo()),
        }
        committed.map(|()| change.value)
    }

    /// Whether the call's audit row is written already.
    pub fn is_audited(&self) -> bool {
        self.is_audited
    }

    /// The begun audit row of this call, for what happens while its answer is sent.
    pub fn entry(&self) -> Entry {
        self.entry.clone()
    }

    pub fn into_entry(self) -> Entry {
        self.entry
    }

    /// The file of the upload.
    ///
    /// # Errors
    /// `Code::Invalid` without one.
    pub fn take_file(&mut self) -> Result<FilePart<'a>> {
        self.file.take().ok_or_else(|| Error::new(Code::Invalid, "The upload holds no file part."))
    }

    /// The parameters that the call was begun with.
    pub fn form(&self) -> &'a Form {
        self.call.form
    }

    /// Says what the call is about, when the file was followed by what changes that.
    pub fn is_about(&mut self, object: String) {
        self.entry.is_about(object);
    }
}
