//! What belongs to mails about shares. There is no mail: addresses and texts are told, and everything that would send
//! something says that it does not.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::page::in_html;
use crate::api::params::params;
use crate::api::record::{No, record, reply};
use crate::api::reply::{Command, PageBytes, Reply, TextBytes};
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::error::{Code, Error, Result};

/// Why nothing is sent.
const NO_MAIL: &str = "Mail is not set up on this server, so nothing was sent. Please copy the link instead.";

ops! { SHARE_MAIL: User "Share mail"
    /// The address of the link of a share, to be put into a mail.
    "geturlforemail" user file url(OneShare) -> TextBytes;
    /// The address at which those with whom something is shared sign in.
    "getprivateurlforemail" user file private_url(OneShare) -> TextBytes;
    /// The subject of a mail.
    "getemailsubject" user read subject(Subject) -> MailSettings;
    /// The text of a mail about a share, as HTML.
    "getemailtemplate" user file template(Template) -> PageBytes;
    /// Sends nothing: mail is not set up, and the answer says so.
    "sendemail" user query send(Mail) -> EmailStatus;
    /// Sends nothing: mail is not set up, and the answer says so.
    "sendsharetoemail" user query send_share(ShareMail) -> EmailStatus;
    /// Invites nobody: mail is not set up. Administrators make accounts.
    "createprofileoninvite" user slow invite(Invite) -> Command;
}

params! {
    OneShare {
        /// The id of the share.
        shareid: String,
        /// Ignored.
        sharename: Option<String>,
    }
    Subject {
        /// The name of the subject, as `CUSTOMIZATION_EMAIL_SUBJECT_addusertoshare`.
        param: String,
        /// Ignored.
        toemailid: Option<String>,
        /// Ignored.
        keepuserplaceholders: Option<String>,
    }
    Template {
        /// Ignored: there is one text.
        templatename: Option<String>,
        /// What the share is called.
        sharename: String,
        /// The address of its link.
        shareurl: String,
        /// Ignored.
        toemailid: Option<String>,
        /// Ignored.
        keepuserplaceholders: Option<String>,
    }
    Mail {
        /// The address of the receiver.
        toemailid: String,
        /// Ignored.
        from: Option<String>,
        /// Ignored.
        subject: Option<String>,
        /// Ignored.
        message: Option<String>,
        /// Ignored.
        userid: Option<String>,
        /// Ignored.
        publicshare: Option<String>,
        /// Ignored.
        replyto: Option<String>,
        /// Ignored.
        bccemailid: Option<String>,
        /// Ignored.
        shouldsendemail: Option<String>,
    }
    ShareMail {
        /// The address of the receiver.
        toemailid: String,
        /// Ignored.
        from: Option<String>,
        /// Ignored.
        sharename: Option<String>,
        /// Ignored.
        sharelocation: Option<String>,
        /// Ignored.
        url: Option<String>,
        /// Ignored.
        message: Option<String>,
        /// Ignored.
        publicshare: Option<String>,
        /// Ignored.
        replyto: Option<String>,
        /// Ignored.
        subject: Option<String>,
        /// Ignored.
        userid: Option<String>,
    }
    Invite {
        /// The address of who is to be invited.
        email = "email|emailid": String,
        /// Ignored.
        shareid: Option<String>,
    }
}

record! {
    /// A setting of mails.
    MailSettingRecord {
        /// Its name.
        param: String,
        /// Its value.
        value: &'static str,
    }
    /// What became of a mail.
    EmailStatusRecord {
        /// Always 0: nothing is sent.
        status: No,
        /// Why.
        reason: &'static str,
    }
}

reply! {
    /// A setting of mails.
    MailSettings = config()[setting: MailSettingRecord; 1];
    /// What became of a mail.
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

fn subject(_: &CloudView<'_>, _: &User, params: Subject) -> Result<Reply<MailSettings>> {
    let value = "Something is shared with you";
    Ok(Reply::one(MailSettingRecord { param: params.param, value }))
}

fn template(_: &mut CallContext<'_>, user: &User, params: Template) -> Result<Reply<PageBytes>> {
    let who = in_html(&user.session().account.display_name);
    let (name, url) = (in_html(&params.sharename), in_html(&params.shareurl));
    // What is no web address is no link either.
    let is_web = params.shareurl.starts_with("https://") || params.shareurl.starts_with("http://");
    let link = if is_web { format!("<a href=\"{url}\">{url}</a>") } else { url };
    Ok(Reply::page(format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>{name}</title><p>{who} shares \
         <b>{name}</b> with you:</p><p>{link}</p></html>"
    )))
}

fn send(_: &mut CallContext<'_>, _: &User, _: Mail) -> Result<Reply<EmailStatus>> {
    Ok(not_sent())
}

fn send_share(_: &mut CallContext<'_>, _: &User, _: ShareMail) -> Result<Reply<EmailStatus>> {
    Ok(not_sent())
}

fn not_sent() -> Reply<EmailStatus> {
    Reply::one(EmailStatusRecord { status: No, reason: NO_MAIL })
}

fn invite(context: &mut CallContext<'_>, user: &User, _: Invite) -> Result<Reply> {
    context.view().check_may_invite(user)?;
    let sentence = "Mail is not set up on this server, so nobody can be invited. Please ask an administrator for an account.";
    Err(Error::new(Code::NotOffered, sentence))
}
