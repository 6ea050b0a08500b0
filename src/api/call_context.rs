//! What a handler of a slow operation has at hand: the call, and what of it is HTTP: its parameters, its connection and the
//! file part of an upload.

use super::file_part::FilePart;
use crate::domain::sharing::links::Asked;
use crate::domain::{Call, Change, Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::http::{Form, Method, Request};
use crate::store::Write;
use std::sync::Arc;

pub struct CallContext<'a> {
    pub call: Call<'a>,
    form: &'a Form,
    connection: u64,
    asked: Asked,
    file: Option<FilePart<'a>>,
}

impl<'a> CallContext<'a> {
    pub fn new(
        call: Call<'a>,
        form: &'a Form,
        request: &Request,
        file: Option<FilePart<'a>>,
    ) -> CallContext<'a> {
        CallContext { call, form, connection: request.connection(), asked: asked(request), file }
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

    /// How much of a content it asks for.
    pub fn asked(&self) -> Asked {
        self.asked
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

/// How much of a content a request asks for. The last bytes, as many as are named, may be all of them.
fn asked(request: &Request) -> Asked {
    if *request.method() == Method::Head {
        return Asked::Nothing;
    }
    let ranges = request.header("range").and_then(|ranges| ranges.trim().strip_prefix("bytes="));
    let is_later = |range: &str| {
        let start = range.split_once('-').and_then(|(start, _)| start.trim().parse::<u64>().ok());
        start.is_some_and(|start| start > 0)
    };
    if ranges.is_some_and(|ranges| ranges.split(',').all(is_later)) { Asked::Rest } else { Asked::Beginning }
}
