//! The file part of an upload, and the fields around it.
//!
//! Fields may follow the file, and the name of the file may be that of the part. So the target may
//! be known only at the end; then the bytes are staged first. If folder and name are known before
//! the file, the upload begins at once. This refuses sooner, and keeps the received bytes of a part
//! that was cut off.

use super::params::Param;
use crate::base::shown_path::ShownPath;
use crate::domain::Cloud;
use crate::domain::accounts::actor::User;
use crate::domain::upload::staged::StagedUpload;
use crate::error::{Code, Error, Result};
use crate::http::{Form, Multipart, PartHead};

/// Maximum bytes of a text field in a multipart body.
const FIELD_BYTES_MAX: usize = 64 * 1024;
/// The minimum that a part counts, so that even endless empty parts reach the limit.
const PART_BYTES: usize = 32;
/// Parameters that are needed before the file is read, so that they may not follow it.
const DECIDED_BEFORE: [&str; 2] = ["op", "adminproxyuserid"];

/// The file of an upload.
pub enum FilePart<'a> {
    /// The file was not read yet. The fields before it contain its target.
    Arriving(Box<Arriving<'a>>),
    /// Read to its end, like the fields around it.
    Staged(Box<StagedUpload<'a>>),
}

/// A file part that is not read yet.
pub struct Arriving<'a> {
    multipart: Multipart<'a>,
    head: PartHead,
    /// The announced bytes of the whole body: an upper limit for the file.
    pub bytes_announced: Option<u64>,
    /// Maximum bytes of the fields after it.
    room: usize,
}

impl FilePart<'_> {
    /// The bytes of a small file, and the parameters of the call if fields after the file change
    /// them.
    ///
    /// # Errors
    /// As [`Arriving::receive`]; `Code::TooLarge` if the file has more than this number of bytes.
    pub fn read_small(self, form: &Form, bytes_max: usize) -> Result<(Vec<u8>, Option<Form>)> {
        let FilePart::Arriving(mut file) = self else {
            return Err(Error::internal("a small file is staged"));
        };
        let mut bytes = Vec::new();
        let form = file.receive(form, |part| {
            if bytes.len() + part.len() > bytes_max {
                return Err(Error::new(Code::TooLarge, format!("The file has at most {bytes_max} bytes.")));
            }
            bytes.extend_from_slice(part);
            Ok(())
        })?;
        Ok((bytes, form))
    }
}

impl<'a> Arriving<'a> {
    pub fn new(
        multipart: Multipart<'a>,
        head: PartHead,
        bytes_announced: Option<u64>,
        fields_bytes_max: usize,
    ) -> Arriving<'a> {
        Arriving { multipart, head, bytes_announced, room: fields_bytes_max }
    }

    /// True if the fields before the file contain its target.
    pub fn is_placed(&self, form: &Form) -> bool {
        form.get("path").is_some_and(|path| !path.is_empty()) && form.get("filename").is_some()
    }

    /// Stages the file on the disk of its folder, if that is known, and reads the rest of the body
    /// into the form. The right to the folder and its free space are checked before.
    pub fn stage<'c>(mut self, cloud: &'c Cloud, user: &User, form: &mut Form) -> Result<StagedUpload<'c>> {
        let path = <Option<ShownPath> as Param>::take(form, "path")?;
        let folder = path.map(|path| cloud.view().folder(user, &path)).transpose()?;
        let mut staged = cloud.begin_staged(user, folder.as_ref(), self.bytes_announced)?;
        self.multipart.copy_part(&mut |bytes| staged.write(bytes))?;
        for (name, value) in self.fields_after()? {
            form.set(&name, &value);
        }
        if form.get("filename").is_none() {
            form.set("filename", self.head.leaf().unwrap_or(""));
        }
        Ok(staged)
    }

    /// Passes the bytes of the file on, block by block, and reads the body to its end. Returns the
    /// parameters of the call if fields after the file change them.
    ///
    /// # Errors
    /// `Code::Invalid` for a second file, and for a field that must come before the file.
    pub fn receive(
        &mut self,
        form: &Form,
        mut sink: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<Option<Form>> {
        self.multipart.copy_part(&mut sink)?;
        let mut fields = self.fields_after()?;
        fields.retain(|(name, value)| form.get(name) != Some(value.as_str()));
        if let Some((name, _)) = fields.iter().find(|(name, _)| DECIDED_BEFORE.contains(&name.as_str())) {
            let sentence =
                format!("The parameter {name} came after the file. Please send it before the file.");
            return Err(Error::new(Code::Invalid, sentence));
        }
        if fields.is_empty() {
            return Ok(None);
        }
        let mut form = form.clone();
        fields.iter().for_each(|(name, value)| form.set(name, value));
        Ok(Some(form))
    }

    /// The fields after the file. Fields without a name, such as browsers' buttons, are left out.
    fn fields_after(&mut self) -> Result<Vec<(String, String)>> {
        let mut fields = Vec::new();
        while let Some(part) = self.multipart.next_part()? {
            take(&mut self.room, PART_BYTES + part.name.len())?;
            // Some programs send the name of the file as if it were a file.
            if part.filename.is_some() && part.name != "filename" {
                return Err(Error::new(Code::Invalid, "The upload has more than one file part."));
            }
            let value = self.multipart.read_part_text(FIELD_BYTES_MAX.min(self.room))?;
            take(&mut self.room, value.len())?;
            if part.filename.is_none() && !part.name.is_empty() {
                fields.push((part.name, value));
            }
        }
        Ok(fields)
    }
}

/// Reads the text fields of a multipart body into a form, up to the first file part. Returns the
/// head of that part and leaves its content unread. With `to_the_end` file parts are skipped.
///
/// # Errors
/// `Code::TooLarge` if all of it together has more than this number of bytes.
pub fn read_fields(
    multipart: &mut Multipart<'_>,
    form: &mut Form,
    bytes_max: usize,
    to_the_end: bool,
) -> Result<Option<PartHead>> {
    let mut room = bytes_max;
    while let Some(part) = multipart.next_part()? {
        if part.filename.is_some() && !to_the_end {
            return Ok(Some(part));
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
    Ok(None)
}

fn take(room: &mut usize, bytes: usize) -> Result<()> {
    let too_long = || Error::new(Code::TooLarge, "The parameters in the body are too long.");
    *room = room.checked_sub(bytes).ok_or_else(too_long)?;
    Ok(())
}
