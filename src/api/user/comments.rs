//! Comments on files and folders.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Ignored, RecordId, params};
use crate::api::record::{Id, MonthTime, Seconds, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::texts::Lines;
use crate::base::limits::COMMENT_BYTES_MAX;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::error::Result;
use crate::store::comments::CommentRow;

ops! { COMMENTS: User "Comments"
    /// Writes a comment on a file or folder, 1 to 4000 bytes.
    "addcommentforitem" proxy slow add(Add) -> Comments;
    /// The comments on a file or folder, oldest first. `hasprofileimage` is an extension: whether
    /// the author has a picture for `getprofileimage`.
    "getcommentsforitem" proxy read list(Item) -> Comments;
    /// Changes the text of a comment. Only its author may do this, and an admin with
    /// `adminproxyuserid`.
    "updatecommentforitem" proxy slow change(Change) -> Comments;
    /// Removes a comment. Only its author may do this, and an admin with `adminproxyuserid`.
    "removecommentforitem" proxy slow remove(Remove) -> Command;
}

params! {
    Add {
        /// The full path.
        fullpath: ShownPath,
        /// Ignored: the path names the folder.
        parent: Ignored,
        /// Ignored: the server knows whether it is a file.
        isfile: Ignored,
        /// The text.
        text: Lines<1, COMMENT_BYTES_MAX>,
    }
    Item {
        /// The full path.
        fullpath: ShownPath,
    }
    Change {
        /// The full path.
        fullpath: ShownPath,
        /// The comment's id.
        id: RecordId,
        /// The new text.
        text: Lines<1, COMMENT_BYTES_MAX>,
    }
    Remove {
        /// The full path.
        fullpath: ShownPath,
        /// The comment's id.
        id: RecordId,
    }
}

record! {
    /// A comment.
    Comment {
        /// The id.
        id: Id,
        /// The author.
        who: String,
        /// The time.
        when: MonthTime,
        /// The text.
        text: String,
        /// The time.
        whenepochutc: Seconds as extension,
        /// Whether the author has a picture for `getprofileimage`.
        hasprofileimage: bool as extension,
    }
}

reply! {
    /// Comments on a file or folder, oldest first.
    Comments = comments()[comment: Comment];
}

fn add(context: &mut CallContext<'_>, user: &User, params: Add) -> Result<Reply<Comments>> {
    let path = context.view().readable(user, &params.fullpath)?;
    let comment = context.commit(context.cloud().add_comment(user, &path, &params.text)?)?;
    Ok(Reply::one(record(comment)))
}

fn list(view: &CloudView<'_>, user: &User, params: Item) -> Result<Reply<Comments>> {
    let comments = view.comments(&view.readable(user, &params.fullpath)?)?;
    let rows: Vec<Comment> = comments.into_iter().map(record).collect();
    Ok(Reply::list(rows))
}

fn change(context: &mut CallContext<'_>, user: &User, params: Change) -> Result<Reply<Comments>> {
    let path = context.view().readable(user, &params.fullpath)?;
    let comment =
        context.commit(context.cloud().change_comment(user, &path, params.id.0, &params.text)?)?;
    Ok(Reply::one(record(comment)))
}

fn remove(context: &mut CallContext<'_>, user: &User, params: Remove) -> Result<Reply> {
    let path = context.view().readable(user, &params.fullpath)?;
    context.commit(context.cloud().remove_comment(user, &path, params.id.0))?;
    Ok(Reply::done())
}

fn record(comment: CommentRow) -> Comment {
    Comment {
        id: Id(comment.id),
        who: comment.author_name,
        when: MonthTime(comment.created),
        text: comment.text,
        whenepochutc: Seconds(comment.created),
        hasprofileimage: comment.author_has_image,
    }
}
