//! The arguments of the handler of a slow operation: the call, its parameters, its connection and
//! the file part of an upload.

use super::file_part::FilePart;
use crate::base::host::Host;
use crate::base::shown_path::ShownPath;
use crate::domain::access::rights::Reach;
use crate::domain::access::ways::Ways;
use crate::domain::accounts::actor::User;
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
    host: Option<Host<'a>>,
    asked: Asked,
    file: Option<FilePart<'a>>,
    /// What the caller has reached, if the call is answered at once.
    reached: Option<Reached>,
}

/// The ways of a caller, and the entry that they have led to.
pub struct Reached {
    ways: Ways,
    entry: Option<Reach>,
}

impl Reached {
    /// Ways that nobody has followed yet.
    pub fn nothing(ways: Ways) -> Reached {
        Reached { ways, entry: None }
    }

    /// The real path to which a path in its usual form leads, for the audit log; `None` without
    /// access.
    pub fn place_text(&self, shown: &ShownPath) -> Option<String> {
        match self.entry.as_ref().filter(|entry| entry.shown() == shown) {
            Some(entry) => Some(entry.real().real_text()),
            None => self.ways.place_text(shown),
        }
    }
}

impl<'a> CallContext<'a> {
    pub fn new(
        call: Call<'a>,
        form: &'a Form,
        request: &'a Request,
        file: Option<FilePart<'a>>,
    ) -> CallContext<'a> {
        // A proxy checks the names that it forwards.
        let host = request.host().filter(|_| !request.is_forwarded());
        let connection = request.connection();
        CallContext { call, form, connection, host, asked: asked(request), file, reached: None }
    }

    pub fn cloud(&self) -> &'a Arc<Cloud> {
        self.call.cloud()
    }

    /// The cloud for reading only.
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

    /// Commits a change of disk and database together with the call's audit row, or undoes it if
    /// that fails.
    pub fn settle<T: Send + 'static>(&mut self, change: Change<T>) -> Result<T> {
        self.call.settle(change)
    }

    /// The number of the connection.
    pub fn connection(&self) -> u64 {
        self.connection
    }

    /// The name that the caller uses for this server, unless a proxy has forwarded the call.
    pub fn host(&self) -> Option<Host<'a>> {
        self.host
    }

    /// The entry to which a path leads, if that needs no waiting. A call that is answered at once
    /// changes no rights and waits for nothing, so its ways are found once: the audit log takes
    /// them, too.
    pub fn reach_at_once(&mut self, user: &User, shown: &ShownPath) -> Option<Reach> {
        let view = self.view();
        let ways = view.ways_at_once(user)?;
        let entry = view.reach_at_once(&ways, shown);
        self.reached = Some(Reached { ways, entry: entry.clone() });
        entry
    }

    /// The call, and the entry that it has reached at once.
    pub fn into_call(self) -> (Call<'a>, Option<Reached>) {
        (self.call, self.reached)
    }

    /// The part of a file for which the call asks.
    pub fn asked(&self) -> Asked {
        self.asked
    }

    /// The parameters in the request.
    pub fn form(&self) -> &'a Form {
        self.form
    }

    /// The file of the upload.
    ///
    /// # Errors
    /// `Code::Invalid` if there is none.
    pub fn take_file(&mut self) -> Result<FilePart<'a>> {
        self.file.take().ok_or_else(|| Error::new(Code::Invalid, "The upload has no file part."))
    }
}

/// The part of a file for which a request asks. A range that counts from the end may be the whole
/// file.
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
