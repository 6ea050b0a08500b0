//! Shares: making, changing and ending them, and the rights of their links.

use crate::api::call_context::CallContext;
use crate::api::dates::Date;
use crate::api::entry::readable_path;
use crate::api::op::ops;
use crate::api::params::{AccountName, Change, Ignored, Nothing, RecordId, params};
use crate::api::record::{Empty, Id, ListTime, No, OrEmpty, PlainTime, Seconds, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::words;
use crate::api::shown::ShareId;
use crate::base::ids::letters_and_digits;
use crate::base::path::EntryName;
use crate::base::secret::Secret;
use crate::base::shown_path::ShownPath;
use crate::base::time::{Clock, ago_text};
use crate::domain::CloudView;
use crate::domain::access::rights::PublicAccess;
use crate::domain::access::rights::Rights;
use crate::domain::accounts::actor::User;
use crate::domain::sharing::shares::{self, Listed, NewShare, ShareChange, Shared};
use crate::error::{Code, Error, Result};

ops! { SHARES: User "Shares"
    /// Shares a file or folder, with nobody yet. If the caller shares it already, the reply is that
    /// share.
    "quickshare" proxy slow quick_share(QuickShare) -> Shares;
    /// Shares a file or folder, even if it is shared already.
    "addshare" proxy slow add_share(AddShare) -> Shares;
    /// Shares the files of a list of favorites as an album, with nobody yet. If it is shared already,
    /// the reply is that share. Its members and visitors may look and download, and see the list as
    /// it is at the time. Folders are not part of an album. The list of stars cannot be shared.
    "sharealbum" user slow share_album(ShareAlbum) -> Shares;
    /// Changes a share. Values that are not given stay.
    "updateshare" proxy slow update(Update) -> Shares;
    /// Ends a share. The shared entry stays.
    "deleteshare" proxy slow delete(OneShare) -> Command;
    /// The shares of the caller.
    "getshares" proxy read list(Nothing) -> Shares;
    /// The caller's shares of a folder and of the entries in it.
    "getsharesfilter" proxy read list_below(Location) -> Shares;
    /// One share.
    "getshareforid" proxy read by_id(OneShare) -> Shares;
    /// The caller's share of a file or folder.
    "getshareforpath" proxy read by_path(AtPath) -> Shares;
    /// Shares of others that the caller may manage.
    "getmanageablesharesall" user read manageable(Nothing) -> Shares;
    /// The caller's own shares of a file or folder, and those of others that the caller may manage.
    "getmanageablesharesforpath" user read manageable_at(Manageable) -> Shares;
    /// Sets the rights of visitors who come by the link. Without any right, the link does not work.
    "setallowpublicaccess" proxy slow set_public(SetPublic) -> Command;
    /// Changes the address of a share's link.
    "updatesharelink" proxy slow update_link(UpdateLink) -> Command;
    /// The message is empty if the link has no password. It never contains the password, which is
    /// stored as a hash.
    "getsharepassword" proxy read password(OneShare) -> Command;
    /// Makes a random password, which is the message.
    "getrandompassword" proxy read random_password(Nothing) -> Command;
}

params! {
    QuickShare {
        /// The full path of the entry.
        sharelocation: ShownPath,
        /// Ignored.
        showadvancedsharedialog: Ignored,
    }
    AddShare {
        /// The full path of the entry.
        sharelocation: ShownPath,
        /// The name of the share; the entry's name if it is missing.
        sharename: Option<String>,
        /// 1 to make the link work.
        allowpublicaccess: Option<bool>,
    }
    ShareAlbum {
        /// The id of the list.
        id: RecordId,
    }
    OneShare {
        /// The id of the share.
        shareid: ShareId,
    }
    Location {
        /// The full path of a folder.
        location: ShownPath,
    }
    AtPath {
        /// The full path.
        path: ShownPath,
    }
    Manageable {
        /// The full path.
        path: ShownPath,
        /// 1 to include the entries in it.
        showchildpaths: Option<bool>,
    }
    Update {
        /// The id of the share.
        shareid: ShareId,
        /// The new name of the share.
        sharename: Option<EntryName>,
        /// Ignored: a share stays with its entry.
        sharelocation: Ignored,
        /// Ignored: people choose how they look at it.
        viewmode: Ignored,
        /// The time when the link ends; empty for never.
        validityperiod: Change<Date>,
        /// Maximum size of a file that is uploaded by the link, in megabytes (1024 × 1024 bytes); 0
        /// for no limit.
        sharesizelimit: Option<u64>,
        /// Maximum number of downloads by the link; 0 for no limit.
        maxdownloads: Option<u64>,
        /// 1 to turn off notifications about the share for its owner and members.
        hidenotifications = "hidenotifications|hidenotification": Option<bool>,
        /// The password of the link; empty for none.
        sharepassword: Change<Secret>,
        /// 1 to make the link work.
        allowpublicaccess: Option<bool>,
        /// 1 to let visitors upload.
        allowpublicupload: Option<bool>,
        /// 1 to let visitors view but not download.
        allowpublicviewonly: Option<bool>,
        /// 1 to let visitors only upload, without seeing anything.
        allowpublicuploadonly: Option<bool>,
        /// The account that owns the share from now on.
        newshareowner: Option<AccountName>,
        /// The name of the file directly in the shared folder that is shown first; empty for none.
        defaultfile: Change<EntryName>,
        /// 1 for a link that works in the local network only.
        homeonly: Option<bool>,
    }
    SetPublic {
        /// The id of the share.
        shareid: ShareId,
        /// 1 to make the link work.
        allowpublicaccess: bool,
        /// 1 to let visitors upload.
        allowpublicupload: Option<bool>,
        /// 1 to let visitors view but not download.
        allowpublicviewonly: Option<bool>,
        /// 1 to let visitors only upload, without seeing anything.
        allowpublicuploadonly: Option<bool>,
        /// The password of the link; empty for none.
        sharepassword: Change<Secret>,
    }
    UpdateLink {
        /// The id of the share.
        shareid: ShareId,
        /// The present address.
        oldsharelink: Option<String>,
        /// The new address. The part after its last slash counts: 3 to 64 letters, digits, `-` or
        /// `_`.
        newsharelink: String,
    }
}

record! {
    /// A share.
    ShareRecord {
        /// Not in use here.
        defaultpolicysharemode: Empty,
        /// Not in use here.
        defaultdisallowsharechange: No,
        /// The id.
        shareid: String,
        /// The name of the share.
        sharename: String,
        /// The full path of the shared entry; for an album, the path by which its members see it.
        sharelocation: String,
        /// The path as people read it, such as `My Files/Photos`.
        readablelocation: String,
        /// The address of the link.
        shareurl: String,
        /// The name of the shared entry.
        sharedobjname: String,
        /// The part after the last dot of the name; empty for folders.
        ext: String,
        /// Always `DEFAULT`: people choose how they look at it.
        viewmode: ViewMode,
        /// The time when the link ends; empty for never.
        validityperiod: OrEmpty<PlainTime>,
        /// The same in seconds since 1970 UTC.
        validityperiodts: OrEmpty<Seconds>,
        /// The same in seconds since 1970 UTC.
        expirytimestamp: OrEmpty<Seconds>,
        /// Whether the link has ended.
        expired: bool,
        /// Maximum size of an upload by the link, in megabytes (1024 × 1024 bytes); 0 for no limit.
        sharesizelimit: u64,
        /// Maximum number of downloads by the link; 0 for no limit.
        maxdownloads: u64,
        /// Number of downloads so far.
        downloadcount: u64,
        /// Not in use here.
        viewsize: No,
        /// Not in use here.
        thumbsize: No,
        /// Whether the link works.
        allowpublicaccess: bool,
        /// Whether visitors may upload.
        allowpublicupload: bool,
        /// Whether visitors may view but not download.
        allowpublicviewonly: bool,
        /// Whether visitors may only upload, without seeing anything.
        allowpublicuploadonly: bool,
        /// Whether it is a folder.
        isdir: bool,
        /// Whether the entry exists and the link has not ended.
        isvalid: bool,
        /// The time when it was shared.
        createddate: ListTime,
        /// The same in seconds since 1970 UTC.
        createdts: Seconds,
        /// Whether the caller may change the share.
        allowedit: bool,
        /// Whether the caller may end it.
        allowdelete: bool,
        /// Whether FileCloud's clients may sync it.
        allowsync: bool,
        /// Whether the caller may share it with others.
        allowshare: bool,
        /// The account that shares it.
        shareowner: String,
        /// Whether notifications about it are turned off.
        hidenotifications: bool,
        /// Whether the link has a password.
        ispublicsecure: bool,
        /// The name of the file that is shown first.
        defaultfile: String,
        /// The time when the link was last opened; empty for never.
        lastaccessdts: OrEmpty<Seconds>,
        /// Whether the shared entry belongs to somebody else than the owner of the share.
        isreshare: bool,
        /// The time when the link was last opened, as `4 hours ago`; empty for never.
        lastaccess: String,
        /// Number of times that the link was opened.
        recentactivitycount: u64,
        /// Whether no mail can be sent about it.
        hidesendshareviaemail: bool,
        /// Whether groups cannot be members of shares.
        disallowprivatesharestogroups: No,
        /// Not in use here.
        showadvancedsharedialog: No,
        /// Not in use here.
        waitforapproval: No,
        /// Not in use here.
        drmwebviewer: No,
        /// Not in use here.
        secureview: No,
        /// Not in use here.
        maxaccesstimes: No,
        /// Number of times that the link was opened.
        successfulaccesstimes: u64,
        /// The path of the link, for calls without a session.
        linkpath: String as extension,
        /// Whether the link works in the local network only.
        homeonly: bool as extension,
        /// Whether it has accounts or groups as members.
        hasmembers: bool as extension,
        /// The id of the list of favorites, if an album is shared; empty otherwise.
        albumid: OrEmpty<Id> as extension,
    }
}

reply! {
    /// Shares.
    Shares = shares()[share: ShareRecord];
}

/// The view of a shared folder.
pub enum ViewMode {
    Default,
}

words! {
    ViewMode { Default = "DEFAULT" }
}

/// Length of a password that the server makes.
const PASSWORD_CHARACTERS: usize = 12;
const MEGABYTE: u64 = 1024 * 1024;

fn quick_share(context: &mut CallContext<'_>, user: &User, params: QuickShare) -> Result<Reply<Shares>> {
    let entry = context.view().shareable(user, &params.sharelocation)?;
    let sharing = context.cloud().share(user, &entry, NewShare::default())?;
    let id = context.commit(sharing)?;
    one(context, user, &id)
}

fn share_album(context: &mut CallContext<'_>, user: &User, params: ShareAlbum) -> Result<Reply<Shares>> {
    let (by, list) = (user.clone(), params.id.0);
    let id = context.commit(move |tx| shares::share_album(tx, &by, list))?;
    one(context, user, &id)
}

fn add_share(context: &mut CallContext<'_>, user: &User, params: AddShare) -> Result<Reply<Shares>> {
    let entry = context.view().shareable(user, &params.sharelocation)?;
    // The vendor's client sends the names in the path, without the last one, as separate values.
    // The last of them counts, which is the folder.
    let above = params.sharelocation.parent().and_then(|above| above.leaf().cloned());
    let is_above = |name: &&str| above.as_ref().is_some_and(|above| above.as_str() == *name);
    let name = params.sharename.as_deref().map(str::trim).filter(|name| !name.is_empty() && !is_above(name));
    let name = name.map(EntryName::parse).transpose()?;
    let is_public = params.allowpublicaccess.unwrap_or(false);
    let sharing = context.cloud().share(user, &entry, NewShare { name, is_further: true, is_public })?;
    let id = context.commit(sharing)?;
    one(context, user, &id)
}

fn one(context: &CallContext<'_>, user: &User, id: &str) -> Result<Reply<Shares>> {
    let view = context.view();
    let shared = view.managed_share(user, id)?;
    Ok(Reply::list(vec![record(&view, user, &shared)]))
}

fn update(context: &mut CallContext<'_>, user: &User, params: Update) -> Result<Reply<Shares>> {
    let view = context.view();
    let shared = view.managed_share(user, &params.shareid)?;
    let link = &shared.row.link;
    let flags = [
        (params.allowpublicaccess, link.is_public),
        (params.allowpublicupload, link.may_upload),
        (params.allowpublicviewonly, link.is_view_only),
        (params.allowpublicuploadonly, link.is_upload_only),
    ];
    let is_given = flags.iter().any(|(given, _)| given.is_some());
    let [is_public, may_upload, is_view_only, is_upload_only] =
        flags.map(|(given, before)| given.unwrap_or(before));
    let public = PublicAccess { is_public, may_upload, is_view_only, is_upload_only };
    let change = ShareChange {
        name: params.sharename,
        owner: params.newshareowner.map(|name| name.0),
        public: is_given.then_some(public),
        is_home_only: params.homeonly,
        password: params.sharepassword.0,
        ends: params.validityperiod.0.map(|ends| ends.map(|ends| ends.0)),
        downloads_max: params.maxdownloads,
        upload_bytes_max: params.sharesizelimit.map(|megabytes| megabytes.saturating_mul(MEGABYTE)),
        hides_notifications: params.hidenotifications,
        default_file: params.defaultfile.0,
    };
    let changing = context.cloud().change_share(user, &shared, change)?;
    context.commit(changing)?;
    one(context, user, &shared.row.id)
}

fn delete(context: &mut CallContext<'_>, user: &User, params: OneShare) -> Result<Reply> {
    let shared = context.view().managed_share(user, &params.shareid)?;
    context.commit(move |tx| shares::end(tx, &shared.row.id))?;
    Ok(Reply::done())
}

fn list(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply<Shares>> {
    Ok(records(view, user, &view.shares(user, &Listed::All)?))
}

fn list_below(view: &CloudView<'_>, user: &User, params: Location) -> Result<Reply<Shares>> {
    let folder = view.readable(user, &params.location)?;
    Ok(records(view, user, &view.shares(user, &Listed::Below(folder.real()))?))
}

fn by_id(view: &CloudView<'_>, user: &User, params: OneShare) -> Result<Reply<Shares>> {
    Ok(records(view, user, &[view.managed_share(user, &params.shareid)?]))
}

fn by_path(view: &CloudView<'_>, user: &User, params: AtPath) -> Result<Reply<Shares>> {
    let entry = view.readable(user, &params.path)?;
    match view.shares(user, &Listed::At(entry.real()))?.into_iter().next() {
        Some(shared) => Ok(records(view, user, &[shared])),
        None => Err(Error::new(Code::NotFound, "You do not share this.")),
    }
}

fn manageable(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply<Shares>> {
    Ok(records(view, user, &view.managed_shares(user, &Listed::All)?))
}

fn manageable_at(view: &CloudView<'_>, user: &User, params: Manageable) -> Result<Reply<Shares>> {
    let entry = view.readable(user, &params.path)?;
    let listed = match params.showchildpaths.unwrap_or(false) {
        true => Listed::Below(entry.real()),
        false => Listed::At(entry.real()),
    };
    let mut found = view.shares(user, &listed)?;
    found.extend(view.managed_shares(user, &listed)?);
    Ok(records(view, user, &found))
}

fn set_public(context: &mut CallContext<'_>, user: &User, params: SetPublic) -> Result<Reply> {
    let shared = context.view().managed_share(user, &params.shareid)?;
    let public = PublicAccess {
        is_public: params.allowpublicaccess,
        may_upload: params.allowpublicupload.unwrap_or(false),
        is_view_only: params.allowpublicviewonly.unwrap_or(false),
        is_upload_only: params.allowpublicuploadonly.unwrap_or(false),
    };
    let change =
        ShareChange { public: Some(public), password: params.sharepassword.0, ..ShareChange::default() };
    let changing = context.cloud().change_share(user, &shared, change)?;
    context.commit(changing)?;
    Ok(Reply::done())
}

fn update_link(context: &mut CallContext<'_>, user: &User, params: UpdateLink) -> Result<Reply> {
    let shared = context.view().managed_share(user, &params.shareid)?;
    let address = params.newsharelink.trim().trim_end_matches('/');
    let token = address.rsplit('/').next().unwrap_or(address).to_owned();
    context.commit(move |tx| shares::set_token(tx, &shared.row.id, &token))?;
    Ok(Reply::done())
}

fn password(view: &CloudView<'_>, user: &User, params: OneShare) -> Result<Reply> {
    let shared = view.managed_share(user, &params.shareid)?;
    match shared.row.link.password_hash {
        None => Ok(Reply::done()),
        Some(_) => Err(Error::new(
            Code::NotOffered,
            "The password of a link cannot be shown, because only its hash is stored. Please set a new one.",
        )),
    }
}

fn random_password(_: &CloudView<'_>, _: &User, _: Nothing) -> Result<Reply> {
    Ok(Reply::said(letters_and_digits(PASSWORD_CHARACTERS)))
}

fn records(view: &CloudView<'_>, user: &User, shared: &[Shared]) -> Reply<Shares> {
    Reply::list(shared.iter().map(|shared| record(view, user, shared)).collect::<Vec<_>>())
}

/// A share as its user sees it.
pub fn record(view: &CloudView<'_>, user: &User, shared: &Shared) -> ShareRecord {
    let (row, link, path) = (&shared.row, &shared.row.link, shared.entry.shown());
    let has_ended = link.ends.is_some_and(|ends| ends <= view.now());
    let name = path.leaf().map_or("", EntryName::as_str);
    let extension = name.rsplit_once('.').filter(|_| !shared.is_folder).map_or("", |(_, end)| end);
    let is_own = row.owner == user.id() || user.is_proxy();
    ShareRecord {
        defaultpolicysharemode: Empty,
        defaultdisallowsharechange: No,
        shareid: row.id.clone(),
        sharename: row.name.clone(),
        sharelocation: path.to_string(),
        readablelocation: readable_path(user, path),
        shareurl: view.best_address_of_link(shared),
        sharedobjname: name.to_owned(),
        ext: extension.to_owned(),
        viewmode: ViewMode::Default,
        validityperiod: OrEmpty(link.ends.map(PlainTime)),
        validityperiodts: OrEmpty(link.ends.map(Seconds)),
        expirytimestamp: OrEmpty(link.ends.map(Seconds)),
        expired: has_ended,
        sharesizelimit: link.upload_bytes_max / MEGABYTE,
        maxdownloads: link.downloads_max,
        downloadcount: link.downloads_used,
        viewsize: No,
        thumbsize: No,
        allowpublicaccess: link.is_public,
        allowpublicupload: link.may_upload,
        allowpublicviewonly: link.is_view_only,
        allowpublicuploadonly: link.is_upload_only,
        isdir: shared.is_folder,
        isvalid: !has_ended,
        createddate: ListTime(Clock::local().entry_time(row.created).text),
        createdts: Seconds(row.created),
        allowedit: true,
        allowdelete: true,
        allowsync: shared.entry.rights().has(Rights::SYNC),
        allowshare: is_own || shared.entry.rights().has(Rights::SHARE),
        shareowner: shared.owner.clone(),
        hidenotifications: row.hides_notifications,
        ispublicsecure: link.password_hash.is_some(),
        defaultfile: row.default_file.as_ref().map(EntryName::to_string).unwrap_or_default(),
        lastaccessdts: OrEmpty(row.last_visit.map(Seconds)),
        isreshare: shared.is_passed_on,
        lastaccess: row.last_visit.map(|visit| ago_text(view.now() - visit)).unwrap_or_default(),
        recentactivitycount: row.visits,
        hidesendshareviaemail: !view.sends_mail(),
        disallowprivatesharestogroups: No,
        showadvancedsharedialog: No,
        waitforapproval: No,
        drmwebviewer: No,
        secureview: No,
        maxaccesstimes: No,
        successfulaccesstimes: row.visits,
        linkpath: shared.link_path.to_string(),
        homeonly: link.is_home_only,
        hasmembers: shared.has_members,
        albumid: OrEmpty(row.source.album().map(Id)),
    }
}
