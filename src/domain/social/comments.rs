//! Comments on files and folders. Everybody who may read an entry may read and write its comments.
//! Only the author of a comment, or an administrator at work on users' data, may change or remove
//! it.

use crate::base::limits::{
    COMMENT_BYTES_MAX, COMMENTS_MAX, COMMENTS_OF_ACCOUNT_BYTES_MAX, COMMENTS_OF_ACCOUNT_MAX,
};
use crate::base::size::size_text;
use crate::base::text::is_lines;
use crate::domain::access::rights::Readable;
use crate::domain::accounts::actor::User;
use crate::domain::index::lookup;
use crate::domain::index::rows::IndexRows;
use crate::domain::social::notifications;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::Write;
use crate::store::activities::{self, Action};
use crate::store::comments::{self, CommentRow};

impl CloudView<'_> {
    /// The comments on an entry, oldest first.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such entry.
    pub fn comments(&self, path: &Readable) -> Result<Vec<CommentRow>> {
        let volumes = &self.cloud.volumes;
        path.there(volumes.stat(path.real())?)?;
        self.cloud.store.read(|read| {
            lookup::find(read, volumes, path.real())?
                .map_or(Ok(Vec::new()), |node| comments::of_node(read, node.id))
        })
    }
}

impl Cloud {
    /// Writes a comment on an entry. The result runs in a transaction.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such entry; `Code::Invalid` for a bad text; in the
    /// transaction, `Code::Conflict` if the entry or the user has too many comments.
    pub fn add_comment(
        &self,
        user: &User,
        path: &Readable,
        text: &str,
    ) -> Result<impl FnOnce(&Write) -> Result<CommentRow> + Send + use<>> {
        let (text, node) = (checked_text(text)?, path.there(self.node_at(path.real())?)?);
        let (author, by) = (user.id(), user.name().to_owned());
        let (rows, path) = (self.rows(), path.real().clone());
        Ok(move |tx: &Write| {
            let node = node(tx)?;
            if comments::count(tx, node)? >= COMMENTS_MAX {
                return Err(Error::new(
                    Code::Conflict,
                    format!("There can be no more than {COMMENTS_MAX} comments on one entry."),
                ));
            }
            let id = comments::insert(tx, node, author, &text)?;
            check_room(tx, author)?;
            activities::note(tx, Action::Commented, &by, node, "")?;
            notifications::tell_of_comment(tx, &rows, author, node, &path, &text)?;
            comments::by_id(tx, node, id)?.ok_or_else(no_such_comment)
        })
    }

    /// Changes the text of a comment. The result runs in a transaction.
    ///
    /// # Errors
    /// `Code::Invalid` for a bad text; in the transaction, `Code::NotFound` if the entry has no
    /// such comment, `Code::Forbidden` for a comment of somebody else, `Code::Conflict` if the
    /// comments of the author take too many bytes.
    pub fn change_comment(
        &self,
        user: &User,
        path: &Readable,
        id: i64,
        text: &str,
    ) -> Result<impl FnOnce(&Write) -> Result<CommentRow> + Send + use<>> {
        let (text, rows, user, path) = (checked_text(text)?, self.rows(), user.clone(), path.clone());
        Ok(move |tx: &Write| {
            let comment = own_comment(tx, &rows, &user, &path, id)?;
            comments::set_text(tx, id, &text)?;
            check_room(tx, comment.author)?;
            Ok(CommentRow { text, ..comment })
        })
    }

    /// Removes a comment. The result runs in a transaction.
    ///
    /// # Errors
    /// In the transaction, as [`Cloud::change_comment`].
    pub fn remove_comment(
        &self,
        user: &User,
        path: &Readable,
        id: i64,
    ) -> impl FnOnce(&Write) -> Result<()> + Send + use<> {
        let (rows, user, path) = (self.rows(), user.clone(), path.clone());
        move |tx: &Write| {
            own_comment(tx, &rows, &user, &path, id)?;
            comments::delete(tx, id)
        }
    }
}

/// A comment on an entry that a user may change.
fn own_comment(tx: &Write, rows: &IndexRows, user: &User, path: &Readable, id: i64) -> Result<CommentRow> {
    let node = rows.known(tx, path.real())?.ok_or_else(no_such_comment)?;
    let comment = comments::by_id(tx, node.id, id)?.ok_or_else(no_such_comment)?;
    if comment.author != user.id() && !user.is_proxy() {
        return Err(Error::new(Code::Forbidden, "This comment was written by somebody else."));
    }
    Ok(comment)
}

/// Checks that the comments of an account, with the one just written, are not too much.
fn check_room(tx: &Write, author: i64) -> Result<()> {
    let (count, bytes) = comments::held_by(tx, author)?;
    if count <= COMMENTS_OF_ACCOUNT_MAX && bytes <= COMMENTS_OF_ACCOUNT_BYTES_MAX {
        return Ok(());
    }
    Err(Error::new(
        Code::Conflict,
        format!(
            "One account can have written no more than {COMMENTS_OF_ACCOUNT_MAX} comments, of {} together. Please remove some \
             first.",
            size_text(COMMENTS_OF_ACCOUNT_BYTES_MAX)
        ),
    ))
}

fn no_such_comment() -> Error {
    Error::new(Code::NotFound, "There is no such comment.")
}

fn checked_text(text: &str) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() || !is_lines(&text, COMMENT_BYTES_MAX) {
        return Err(Error::new(
            Code::Invalid,
            format!("A comment has 1 to {COMMENT_BYTES_MAX} bytes and no control characters."),
        ));
    }
    Ok(text)
}
