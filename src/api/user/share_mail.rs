//! Mails about shares, and mails that people write: an invitation to a share, by its link or for an
//! account; a text to some addresses.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, Ignored, params};
use crate::api::record::{record, reply};
use crate::api::reply::{Command, PageBytes, Reply, TextBytes};
use crate::api::shown::ShareId;
use crate::api::texts::{Line, Lines};
use crate::base::limits::mail::{SUBJECT_BYTES_MAX, VALUE_BYTES_MAX};
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::mail::{kinds, messages};
use crate::domain::sharing::invitations::ShareInvitation;
use crate::domain::sharing::shares::{Listed, Shared};
use crate::error::{Code, Error, Result};
use crate::store::mails::MailKind;

/// The reason why nothing is sent.
const NO_MAIL: &str = "Mail is not set up on this server, so nothing was sent. Please copy the link instead.";

/// The beginning of the names of subjects.
const SUBJECTS: &str = "CUSTOMIZATION_EMAIL_SUBJECT_";
/// The names that clients give to the mail for a new member of a share. It is one kind of mail here.
const MEMBER_SUBJECTS: [&str; 6] = [
    "addusertoshare",
    "adduserstoshare",
    "addnewusertoshare",
    "addnewuserstoshare",
    "addusertoshare_limited",
    "addnewusertoshare_limited",
];

ops! { SHARE_MAIL: User "Share mail"
    /// The address of a share's link, to be put into a mail.
    "geturlforemail" user file url(OneShare) -> TextBytes;
    /// The address at which the members of a share sign in.
    "getprivateurlforemail" user file private_url(OneShare) -> TextBytes;
    /// The subject of a mail, in the caller's language and with the texts of the administrators. It is
    /// empty for a name that this server does not know.
    "getemailsubject" user read subject(Subject) -> MailSettings;
    /// The mail that invites to a share by its link, as HTML, in the caller's language and with the
    /// texts of the administrators.
    "getemailtemplate" user file template(Template) -> PageBytes;
    /// Sends a text to up to ten addresses, from this server and with the caller's name. If mail is
    /// not set up, the reply says so.
    "sendemail" user query send(Mail) -> EmailStatus;
    /// Invites somebody by mail to a share of the caller: by its link with `publicshare`, otherwise
    /// a member of the share. The mail has the server's own address. If nothing was sent, `status`
    /// is 0, with the reason.
    "sendsharetoemail" user query send_share(ShareMail) -> EmailStatus;
    /// Creates a guest account for somebody and mails them a link by which they choose its password.
    /// Administrators may do this, and people whom a policy lets invite, if they may share by links.
    /// Refused without mail, and while too many whom the caller has invited have not signed in.
    "createprofileoninvite" user slow invite(Invite) -> Command;
}

params! {
    OneShare {
        /// The id of the share.
        shareid: ShareId,
        /// Ignored.
        sharename: Ignored,
    }
    Subject {
        /// `CUSTOMIZATION_EMAIL_SUBJECT_` and the name of a mail: `addusertoshare` and its like, or one
        /// of this server's kinds of mails such as `sharelink`.
        param: String,
        /// The receiver, for a subject that names them.
        toemailid: String = "",
        /// The name of the share. Without it, `{share}` stays in the subject.
        sharename: String = "",
        /// 1 to keep the placeholders `{sender}`, `{name}` and `{share}`.
        keepuserplaceholders: bool = false,
    }
    Template {
        /// Ignored: there is one text.
        templatename: Ignored,
        /// The name of the share.
        sharename: String,
        /// The address of its link.
        shareurl: String,
        /// Ignored.
        toemailid: Ignored,
        /// Ignored.
        keepuserplaceholders: Ignored,
    }
    Mail {
        /// The addresses of the receivers, separated by commas.
        toemailid: String,
        /// Ignored: mails come from this server.
        from: Ignored,
        /// The subject.
        subject: Option<Line<SUBJECT_BYTES_MAX>>,
        /// The text.
        message: Option<Lines<0, VALUE_BYTES_MAX>>,
        /// Ignored.
        userid: Ignored,
        /// Ignored.
        publicshare: Ignored,
        /// Ignored.
        replyto: Ignored,
        /// Ignored.
        bccemailid: Ignored,
        /// 0 to send nothing.
        shouldsendemail: bool = true,
    }
    ShareMail {
        /// The address of the receiver. For a member of the share, an account or a group, its name
        /// works too. A group without an address stands for its members.
        toemailid: String,
        /// Ignored: the mail names the account that shares.
        from: Ignored,
        /// Ignored: the mail has the share's own name.
        sharename: Ignored,
        /// The full path of the shared entry.
        sharelocation: Option<ShownPath>,
        /// The id of the share, instead of the path of its entry; needed for an album. An extension.
        shareid: Option<ShareId>,
        /// Ignored: the mail has the address that the server knows.
        url: Ignored,
        /// A short text below the address.
        message: Option<Lines<0, VALUE_BYTES_MAX>>,
        /// 1 to send the link, 0 for a member of the share.
        publicshare: Option<bool>,
        /// Ignored.
        replyto: Ignored,
        /// Ignored: the subject says who shares what.
        subject: Ignored,
        /// Ignored.
        userid: Ignored,
    }
    Invite {
        /// The e-mail address of the invited person.
        email = "email|emailid": AccountName,
        /// The id of a share of the caller, which the new account becomes a member of.
        shareid: Option<ShareId>,
    }
}

record! {
    /// A setting of mails.
    MailSettingRecord {
        /// Its name.
        param: String,
        /// Its value.
        value: String,
    }
    /// The result of sending a mail.
    EmailStatusRecord {
        /// Whether it was sent, or waits for the mail server.
        status: bool,
        /// The reason why not; empty otherwise.
        reason: String,
    }
}

reply! {
    /// A setting of mails.
    MailSettings = config()[setting: MailSettingRecord; 1];
    /// The result of sending a mail.
    EmailStatus = emailstatuses()[emailstatus: EmailStatusRecord; 1];
}

fn url(context: &mut CallContext<'_>, user: &User, params: OneShare) -> Result<Reply<TextBytes>> {
    let view = context.view();
    let shared = view.managed_share(user, &params.shareid)?;
    Ok(Reply::text(view.best_address_of_link(&shared)))
}

fn private_url(context: &mut CallContext<'_>, user: &User, params: OneShare) -> Result<Reply<TextBytes>> {
    let view = context.view();
    view.managed_share(user, &params.shareid)?;
    Ok(Reply::text(format!("{}/", view.best_address())))
}

fn subject(view: &CloudView<'_>, user: &User, params: Subject) -> Result<Reply<MailSettings>> {
    let kind = kind_of_subject(params.param.trim());
    let value = kind.map(|kind| {
        let is_filled = !params.keepuserplaceholders;
        view.subject_for(user, kind, params.toemailid.trim(), params.sharename.trim(), is_filled)
    });
    Ok(Reply::one(MailSettingRecord { param: params.param, value: value.transpose()?.unwrap_or_default() }))
}

/// The kind of mail whose subject has this name.
fn kind_of_subject(name: &str) -> Option<MailKind> {
    let name = name.strip_prefix(SUBJECTS)?;
    let is_of_member = MEMBER_SUBJECTS.contains(&name);
    if is_of_member { Some(MailKind::Share) } else { kinds::named(name).map(|kind| kind.kind) }
}

fn template(context: &mut CallContext<'_>, user: &User, params: Template) -> Result<Reply<PageBytes>> {
    Ok(Reply::page(context.view().invitation_page(user, &params.sharename, &params.shareurl)?))
}

fn send(context: &mut CallContext<'_>, user: &User, params: Mail) -> Result<Reply<EmailStatus>> {
    if !context.view().sends_mail() {
        return Ok(not_sent());
    }
    if !params.shouldsendemail {
        return Ok(Reply::one(EmailStatusRecord {
            status: false,
            reason: "Nothing was to be sent.".to_owned(),
        }));
    }
    let to = messages::receivers(&params.toemailid)?;
    let (subject, message) = (params.subject.unwrap_or_default(), params.message.unwrap_or_default());
    let sender = user.session().account.display_name.clone();
    context.commit(move |tx| messages::queue(tx, &sender, &to, &subject, &message))?;
    Ok(Reply::one(EmailStatusRecord { status: true, reason: String::new() }))
}

fn send_share(context: &mut CallContext<'_>, user: &User, params: ShareMail) -> Result<Reply<EmailStatus>> {
    let view = context.view();
    let shared = match params.shareid.as_ref().filter(|id| !id.is_empty()) {
        Some(id) => view.managed_share(user, id)?,
        None => share_at(&view, user, params.sharelocation.as_ref())?,
    };
    if !context.view().sends_mail() {
        return Ok(not_sent());
    }
    match invite_to_share(context, &shared, &params) {
        Ok(()) => Ok(Reply::one(EmailStatusRecord { status: true, reason: String::new() })),
        // Clients look for the reason here.
        Err(error) if error.code != Code::Internal => {
            Ok(Reply::one(EmailStatusRecord { status: false, reason: error.into_message().into_owned() }))
        }
        Err(error) => Err(error),
    }
}

/// The caller's share of the entry at a path.
fn share_at(view: &CloudView<'_>, user: &User, path: Option<&ShownPath>) -> Result<Shared> {
    let none = || Error::new(Code::NotFound, "You do not share this.");
    let entry = view.readable(user, path.ok_or_else(none)?)?;
    view.shares(user, &Listed::At(entry.real()))?.into_iter().next().ok_or_else(none)
}

fn invite_to_share(context: &mut CallContext<'_>, shared: &Shared, params: &ShareMail) -> Result<()> {
    let view = context.view();
    let (address, message) = (params.toemailid.trim().to_owned(), params.message.clone().unwrap_or_default());
    let invitation = match params.publicshare.unwrap_or(false) {
        true => ShareInvitation::by_link(&view, shared)?,
        false => ShareInvitation::to_member(&view, shared),
    };
    context.commit(move |tx| invitation.queue(tx, &address, &message))
}

fn not_sent() -> Reply<EmailStatus> {
    Reply::one(EmailStatusRecord { status: false, reason: NO_MAIL.to_owned() })
}

fn invite(context: &mut CallContext<'_>, user: &User, params: Invite) -> Result<Reply> {
    let share = params.shareid.filter(|id| !id.is_empty());
    let shared = share.map(|id| context.view().managed_share(user, &id)).transpose()?;
    let change = context.cloud().invite_person(user, &params.email.0, shared)?;
    context.settle(change)?;
    Ok(Reply::done())
}
