//! What a handler of a slow operation has at hand: the cloud, one commit together with the audit row, and the file part
//! of an upload.

use super::audit::Entry;
use crate::domain::{Change, Cloud};
use crate::error::{Code, Error, Result};
use crate::http::{Form, Multipart};
use crate::store::Write;
use std::net::IpAddr;
use std::sync::Arc;

/// Bytes of a text field in a multipart body.
const FIELD_BYTES_MAX: usize = 64 * 1024;
/// What a part counts at least, so that parts without anything in them end too.
const PART_BYTES: usize = 32;

pub struct Desk<'a> {
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

/// The file part of a multipart body, not read yet.
pub struct FilePart<'a> {
    pub multipart: Multipart<'a>,
    /// The bytes of the whole body, as announced: an upper bound of the file's.
    pub bytes_announced: Option<u64>,
}

impl<'a> Desk<'a> {
    pub fn new(
        cloud: &'a Arc<Cloud>,
        call: Origin<'a>,
        entry: Entry,
        file: Option<FilePart<'a>>,
    ) -> Desk<'a> {
        Desk { cloud, call, entry, is_audited: false, file }
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

    /// An upper bound of the bytes of the file part, as far as known.
    pub fn bytes_announced(&self) -> Option<u64> {
        self.file.as_ref().and_then(|file| file.bytes_announced)
    }

    /// Hands the bytes of the file part on, block by block, and reads the body to its end.
    ///
    /// # Errors
    /// `Code::Invalid` without a file, with a second one, or with a parameter after it that says something else than the
    /// call was begun with.
    pub fn receive(&mut self, mut sink: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let file =
            self.file.as_mut().ok_or_else(|| Error::new(Code::Invalid, "The upload holds no file part."))?;
        file.multipart.copy_part(&mut sink)?;
        while let Some(part) = file.multipart.next_part()? {
            if part.filename.is_some() {
                return Err(Error::new(Code::Invalid, "The upload holds more than one file part."));
            }
            let value = file.multipart.read_part_text(FIELD_BYTES_MAX)?;
            if self.call.form.get(&part.name) != Some(value.as_str()) && !part.name.is_empty() {
                return Err(Error::new(
                    Code::Invalid,
                    format!("The parameter {} came after the file. Please send parameters first.", part.name),
                ));
            }
        }
        Ok(())
    }
}

/// Reads the text fields of a multipart body into a form, up to the first file part, which is returned unread. With
/// `to_the_end` file parts are passed over.
///
/// # Errors
/// `Code::TooLarge` when all of it together is more than so many bytes.
pub fn read_fields(
    multipart: &mut Multipart<'_>,
    form: &mut Form,
    bytes_max: usize,
    to_the_end: bool,
) -> Result<bool> {
    let mut room = bytes_max;
    while let Some(part) = multipart.next_part()? {
        if part.filename.is_some() && !to_the_end {
            form.ends_at_file();
            return Ok(true);
        }
        take(&mut room, PART_BYTES + part.name.len())?;
        if part.filename.is_none() {
            let value = multipart.read_part_text(FIELD_BYTES_MAX.min(room))?;
            take(&mut room, value.len())?;
            form.set(&part.name, &value);
        } else {
            multipart.copy_part(&mut |bytes| take(&mut room, bytes.len()))?;
        }
    }
    Ok(false)
}

fn take(room: &mut usize, bytes: usize) -> Result<()> {
    let too_long = || Error::new(Code::TooLarge, "The parameters in the body are too long.");
    *room = room.checked_sub(bytes).ok_or_else(too_long)?;
    Ok(())
}
