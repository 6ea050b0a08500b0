//! Links for visitors without an account: information about a link, its password, and the pages to
//! which it leads.

use super::transfer::{self, Download};
use crate::api::authenticate::{self, Guest};
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::page;
use crate::api::page_words::Words;
use crate::api::params::{Ignored, params};
use crate::api::record::{record, reply};
use crate::api::reply::{Command, FileBytes, PageBytes, PictureBytes, Redirect, Reply};
use crate::api::schema::words;
use crate::api::shown::ShareId;
use crate::base::html::in_html;
use crate::base::network::Network;
use crate::base::secret::Secret;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::access::rights::Rights;
use crate::domain::accounts::actor::User;
use crate::domain::sharing::links::LinkFacts;
use crate::error::{Code, Error, Reason, Result};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The name of this part of the API.
pub const AREA: &str = "Links";

ops! { PUBLIC_SHARE: User "Links"
    /// Whether a link needs a password: result 1 or 0. A link that does not work is a failure, with
    /// the same message for all reasons.
    "getpublicshareauthinfo" anyone read auth_info(AtLink) -> Command;
    /// Opens a link with its password. The cookies of the answer are valid for a day.
    "loginprotectedshare" anyone slow log_in(LogIn) -> Command;
    /// Information about a link for its page. If the link needs a password, only this is told until
    /// it is opened.
    "getpublicshareinfo" anyone read info(AtLink) -> LinkInfo;
    /// The picture of the account that owns the share.
    "getpublicshareimage" anyone file image(AtLink) -> PictureBytes;
    /// Sends the file that a link leads to, or a file below it.
    "share" visitor file share(Share) -> FileBytes;
    /// A page with a form to upload a file by a link. It works without scripts.
    "getuploadform" anyone file upload_form(UploadForm) -> PageBytes;
    /// Redirects the short address of a link, `/url/<token>`, to its page.
    "openlink" anyone file open(Open) -> Redirect;
}

params! {
    AtLink {
        /// The path of the link, `/SHARED/<owner>/<link id>`.
        path: ShownPath,
    }
    LogIn {
        /// The path of the link, `/SHARED/<owner>/<link id>`.
        path: ShownPath,
        /// The password.
        password: Secret,
        /// Ignored: the query of the page's address.
        fullquerystring: Ignored,
    }
    Share {
        /// The full path.
        path: ShownPath,
        /// Ignored.
        mode: Ignored,
    }
    UploadForm {
        /// The id of the share.
        shareid: ShareId,
    }
    Open {
        /// The last part of the short address.
        token: Secret,
    }
}

record! {
    /// Information about a link for visitors. If the link needs a password, only this is told until
    /// it is opened.
    LinkRecord {
        /// Whether its password is needed first.
        needspassword: bool,
        /// The name of the shared entry; empty if visitors may see nothing of it and nobody has
        /// chosen a name.
        name: String,
        /// The kind of the shared entry: `dir` or `file`.
        kind = "type": Option<LinkType>,
        /// The display name of the account that shares it.
        ownerdisplayname: String,
        /// The address of the account's picture, from the root of the server; empty if there is
        /// none.
        ownerimage: String,
        /// Whether visitors may upload.
        allowpublicupload: bool,
        /// Whether visitors may view but not download.
        allowpublicviewonly: bool,
        /// Whether visitors may only upload, without seeing anything.
        allowpublicuploadonly: bool,
        /// Maximum number of bytes of an uploaded file; 0 for no limit.
        sharesizelimit: u64,
        /// The time when the link ends, in seconds since 1970 UTC; 0 for never.
        ends: i64,
        /// A text of the administrator; empty if there is none.
        text: String,
    }
}

reply! {
    /// Information about a link.
    LinkInfo = links()[link: LinkRecord; 1];
}

/// The kind of the shared entry.
pub enum LinkType {
    Folder,
    File,
}

words! {
    LinkType { Folder = "dir", File = "file" }
}

fn facts(view: &CloudView<'_>, guest: &Guest, path: &ShownPath) -> Result<LinkFacts> {
    view.link_facts(path, Network::of_caller(guest.address), &guest.origin)
}

fn auth_info(view: &CloudView<'_>, guest: &Guest, params: AtLink) -> Result<Reply> {
    let is_closed = facts(view, guest, &params.path)?.is_closed;
    Ok(Reply::answer(is_closed, if is_closed { "A password is needed." } else { "" }))
}

fn log_in(context: &mut CallContext<'_>, guest: &Guest, params: LogIn) -> Result<Reply> {
    let cloud = context.cloud();
    let opened = cloud.open_link(&mut context.call, &params.path, &params.password, &guest.origin)?;
    Ok(Reply::done().with_cookies(authenticate::share_cookies(&opened, guest.is_secure)))
}

fn info(view: &CloudView<'_>, guest: &Guest, params: AtLink) -> Result<Reply<LinkInfo>> {
    let facts = facts(view, guest, &params.path)?;
    if facts.is_closed {
        return Ok(Reply::one(LinkRecord {
            needspassword: true,
            name: String::new(),
            kind: None,
            ownerdisplayname: String::new(),
            ownerimage: String::new(),
            allowpublicupload: false,
            allowpublicviewonly: false,
            allowpublicuploadonly: false,
            sharesizelimit: 0,
            ends: 0,
            text: String::new(),
        }));
    }
    let has = |right| facts.reach.rights().has(right);
    let has_image = view.profile_image(&facts.owner.name)?.is_some();
    let image = || format!("core/getpublicshareimage?path={}", encoded(&facts.path));
    Ok(Reply::one(LinkRecord {
        needspassword: false,
        name: facts.row.name.clone(),
        kind: Some(if facts.is_folder { LinkType::Folder } else { LinkType::File }),
        ownerdisplayname: facts.owner.display_name.clone(),
        ownerimage: if has_image { image() } else { String::new() },
        allowpublicupload: has(Rights::WRITE),
        allowpublicviewonly: has(Rights::READ) && !has(Rights::DOWNLOAD),
        allowpublicuploadonly: !has(Rights::READ),
        sharesizelimit: facts.row.link.upload_bytes_max,
        ends: facts.row.link.ends.unwrap_or(0),
        text: facts.words.clone(),
    }))
}

fn image(context: &mut CallContext<'_>, guest: &Guest, params: AtLink) -> Result<Reply<PictureBytes>> {
    let facts = facts(&context.view(), guest, &params.path)?;
    let image = if facts.is_closed { None } else { context.view().profile_image(&facts.owner.name)? };
    let image = image.ok_or_else(|| Error::new(Code::NotFound, "There is no picture."))?;
    Ok(Reply::stored_picture(image))
}

fn share(context: &mut CallContext<'_>, user: &User, params: Share) -> Result<Reply<FileBytes>> {
    transfer::download(context, user, Download::saved(params.path))
}

fn upload_form(context: &mut CallContext<'_>, guest: &Guest, params: UploadForm) -> Result<Reply<PageBytes>> {
    let network = Network::of_caller(guest.address);
    let facts = context.view().link_facts_of(&params.shareid, network, &guest.origin)?;
    if facts.is_closed {
        return Err(Error::new(Code::Forbidden, "Please open the link and give its password first.")
            .for_reason(Reason::Credentials));
    }
    facts.reach.clone().folder()?;
    let words = Words::of(guest.language);
    let values = [
        ("{{name}}", in_html(&facts.row.name)),
        ("{{owner}}", in_html(&facts.owner.display_name)),
        ("{{path}}", encoded(&facts.path)),
        ("{{text}}", in_html(&facts.words)),
        ("{{language}}", guest.language.code().to_owned()),
        ("{{your-name}}", in_html(words.your_name)),
        ("{{file}}", in_html(words.file)),
        ("{{send}}", in_html(words.send)),
    ];
    Ok(Reply::page(page::filled(page::UPLOAD_FORM, &values)))
}

fn open(context: &mut CallContext<'_>, guest: &Guest, params: Open) -> Result<Reply<Redirect>> {
    let cloud = context.cloud();
    let facts = cloud.follow_link(&mut context.call, params.token.reveal(), &guest.origin)?;
    Ok(Reply::to(page_of(&facts)))
}

/// The address of the page of a link, for its short address. For a link with a password, it does
/// not reveal the kind of the entry.
fn page_of(facts: &LinkFacts) -> String {
    let path = path_in_address(&facts.path);
    let secure = if facts.is_closed { "&secure=1" } else { "" };
    let rights = facts.reach.rights();
    let rest = match (facts.is_closed, facts.is_folder) {
        (false, _) if !rights.has(Rights::READ) => format!("mode=upload#{path}"),
        (false, false) => format!("mode=single&path={path}#{path}"),
        _ => format!("mode=public{secure}#expl-tabl.{path}"),
    };
    format!("../ui/core/index.html?{rest}")
}

/// A path in an address. The character before its owner is escaped, as FileCloud does.
fn path_in_address(path: &ShownPath) -> String {
    path.to_string().replace('!', "%21")
}

fn encoded(path: &ShownPath) -> String {
    utf8_percent_encode(&path.to_string(), NON_ALPHANUMERIC).to_string()
}
