//! What a handler of a slow operation has at hand: the call, and what of it is HTTP: its parameters, its connection and the
//! file part of an upload.

use super::file_part::FilePart;
use crate::domain::{Call, Change, Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::http::Form;
use crate::store::Write;
use std::sync::Arc;

pub struct CallContext<'a> {
    pub call: Call<'a>,
    form: &'a Form,
    connection: u64,
    file: Option<FilePart<'a>>,
}

impl<'a> CallContext<'a> {
    pub fn new(
        call: Call<'a>,
        form: &'a Form,
        connection: u64,
        file: Option<FilePart<'a>>,
    ) -> CallContext<'a> {
        CallContext { call, form, connection, file }
    }

    pub fn cloud(&self) -> &'a Arc<Cloud> {
        self.call.cloud()
    }

    /// The cloud as those see it who only read.
    pub fn view(&self) -> CloudView<'a> {
        self.cloud().view()
    }

    /// Commits a change of the database together with the call's audit row.
    pub fn commit<T: Send + 'static>(
        &mut self,
        change: impl FnOnce(&Write) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.call.commit(change)
    }

    /// Commits a change of disk and database together with the call's audit row; takes it back where that fails.
    pub fn settle<T: Send + 'static>(&mut self, change: Change<T>) -> Result<T> {
        self.call.settle(change)
    }

    /// Which connection the call comes by.
    pub fn connection(&self) -> u64 {
        self.connection
    }

    /// The parameters that the call was begun with.
    pub fn form(&self) -> &'a Form {
        self.form
    }

    /// The file of the upload.
    ///
    /// # Errors
    /// `Code::Invalid` without one.
    pub fn take_file(&mut self) -> Result<FilePart<'a>> {
        self.file.take().ok_or_else(|| Error::new(Code::Invalid, "The upload holds no file part."))
    }
}
