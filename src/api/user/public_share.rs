//! Links, for whoever comes by one without an account: what they are, their passwords, and the pages that they lead to.

use super::transfer::{self, Download};
use crate::api::authenticate::{self, Guest};
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::page::{self, in_html};
use crate::api::params::params;
use crate::api::record::{record, reply};
use crate::api::reply::{Command, FileBytes, PageBytes, PictureBytes, Redirect, Reply};
use crate::api::schema::words;
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
    /// Whether a link wants a password before it tells or gives anything: result 1 or 0. A link that leads nowhere is a
    /// failure, in the same words whatever the reason.
    "getpublicshareauthinfo" anyone read auth_info(AtLink) -> Command;
    /// Opens a link with its password, for a day and with the cookies of the answer.
    "loginprotectedshare" anyone slow log_in(LogIn) -> Command;
    /// What a link leads to, for its page. Of one that wants a password, this alone, until it is opened.
    "getpublicshareinfo" anyone read info(AtLink) -> LinkInfo;
    /// The picture of the account that shares.
    "getpublicshareimage" anyone file image(AtLink) -> PictureBytes;
    /// Sends the file that a link leads to, or a file below it.
    "share" visitor file share(Share) -> FileBytes;
    /// A page with a form to upload a file by a link. It works without scripts.
    "getuploadform" anyone file upload_form(UploadForm) -> PageBytes;
    /// Opens the short address of a link, `/url/<token>`: the address of its page.
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
        /// Ignored: the part of the page's address behind the `?`.
        fullquerystring: Option<String>,
    }
    Share {
        /// The full path.
        path: ShownPath,
        /// Ignored: `single`.
        mode: Option<String>,
    }
    UploadForm {
        /// The id of the share.
        shareid: String,
    }
    Open {
        /// The end of the short address.
        token: Secret,
    }
}

record! {
    /// What whoever has a link is told about it. Of one that wants a password only that, until it is opened.
    LinkRecord {
        /// Whether its password has to be given first.
        needspassword: bool,
        /// The name of what is shared; empty where nothing of it may be seen but its name was not chosen either.
        name: String,
        /// What it leads to: `dir` or `file`.
        kind = "type": Option<LinkType>,
        /// The name of who shares it.
        ownerdisplayname: String,
        /// The address of a picture of who shares it, from the root of the server; empty without one.
        ownerimage: String,
        /// Whether visitors may upload.
        allowpublicupload: bool,
        /// Whether visitors may look but not download.
        allowpublicviewonly: bool,
        /// Whether visitors may upload and see nothing.
        allowpublicuploadonly: bool,
        /// How many bytes a file may have that is uploaded; 0 for any number.
        sharesizelimit: u64,
        /// When the link ends, in seconds since 1970 UTC; 0 for never.
        ends: i64,
        /// Words of the administrator; empty without any.
        text: String,
    }
}

reply! {
    /// What a link leads to.
    LinkInfo = links()[link: LinkRecord; 1];
}

/// What a link leads to.
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
    let values = [
        ("{{name}}", in_html(&facts.row.name)),
        ("{{owner}}", in_html(&facts.owner.display_name)),
        ("{{path}}", encoded(&facts.path)),
        ("{{text}}", in_html(&facts.words)),
    ];
    Ok(Reply::page(page::filled(page::UPLOAD_FORM, &values)))
}

fn open(context: &mut CallContext<'_>, guest: &Guest, params: Open) -> Result<Reply<Redirect>> {
    let cloud = context.cloud();
    let facts = cloud.follow_link(&mut context.call, params.token.reveal(), &guest.origin)?;
    Ok(Reply::to(page_of(&facts)))
}

/// The address of the page of a link, from its short address. Of a link with a password not even the kind of what it leads to
/// is told.
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

/// A path in an address: what stands before its owner is escaped, as FileCloud does.
fn path_in_address(path: &ShownPath) -> String {
    path.to_string().replace('!', "%21")
}

fn encoded(path: &ShownPath) -> String {
    utf8_percent_encode(&path.to_string(), NON_ALPHANUMERIC).to_string()
}
