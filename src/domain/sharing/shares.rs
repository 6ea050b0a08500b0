//! Shares: making, changing and ending them, for their owners and for those who may manage them.

use super::links;
use crate::base::ids::letters_and_digits;
use crate::base::limits::{LINK_PASSWORD_BYTES_MAX, LINK_TOKEN_CHARACTERS, SHARES_OF_ACCOUNT_MAX};
use crate::base::path::{CloudPath, EntryName};
use crate::base::root::Root;
use crate::base::secret::Secret;
use crate::base::share_id::ShareId;
use crate::base::shown_path::ShownPath;
use crate::domain::access::remembered::place_of_album;
use crate::domain::access::rights::{
    NO_RIGHTS, PublicAccess, RIGHTS_IN_ALBUM, Reach, Rights, Shareable, Way,
};
use crate::domain::access::ways::Ways;
use crate::domain::accounts::actor::User;
use crate::domain::index::lookup;
use crate::domain::social::favorites;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::shares::{self, LinkRow, ShareRow, Source};
use crate::store::{Read, Write, nodes, users};

/// Number of characters of a link's id in its path. Clients take ids of other lengths for names of
/// shares.
const LINK_ID_CHARACTERS: usize = 16;
/// Number of characters that stand for the owner in the path of a link.
const HIDDEN_OWNER_CHARACTERS: usize = 24;

/// A share, as seen by somebody who may manage it.
#[derive(Clone, Debug)]
pub struct Shared {
    pub row: ShareRow,
    /// The name of the account that shares.
    pub owner: String,
    /// The shared entry, as the viewer sees it. For an album, a folder that only its members see.
    pub entry: Reach,
    pub is_folder: bool,
    /// True if the entry belongs to somebody else, who lets the owner of the share pass it on.
    pub is_passed_on: bool,
    /// True if the share has members.
    pub has_members: bool,
    /// The path of the link, for calls without a session.
    pub link_path: ShownPath,
    /// The rights that the viewer may give. One who only manages the share gives no more than they
    /// have.
    pub may_give: Rights,
}

/// A share to be made.
#[derive(Debug, Default)]
pub struct NewShare {
    /// `None` for the name of the entry.
    pub name: Option<EntryName>,
    /// True to share the entry once more if the same account shares it already.
    pub is_further: bool,
    /// True if the new share has a working link.
    pub is_public: bool,
}

/// A change of a share. `None` leaves a value as it is.
#[derive(Debug, Default)]
pub struct ShareChange {
    pub name: Option<EntryName>,
    /// The new owner of the share.
    pub owner: Option<String>,
    pub public: Option<PublicAccess>,
    pub is_home_only: Option<bool>,
    /// `Some(None)` for a link without password.
    pub password: Option<Option<Secret>>,
    /// `Some(None)` for a link that does not end.
    pub ends: Option<Option<i64>>,
    /// 0 for no limit.
    pub downloads_max: Option<u64>,
    /// 0 for no limit.
    pub upload_bytes_max: Option<u64>,
    pub hides_notifications: Option<bool>,
    /// `Some(None)` for none.
    pub default_file: Option<Option<EntryName>>,
}

/// The entries whose shares are listed.
pub enum Listed<'a> {
    /// The entry at this path.
    At(&'a CloudPath),
    /// A folder and all entries in it.
    Below(&'a CloudPath),
    All,
}

/// A filter for the shares that an administrator asks for. Empty fields do not filter.
#[derive(Clone, Debug, Default)]
pub struct ShareFilter {
    /// The name of the account that shares.
    pub owner: Option<String>,
    /// The name of an account with which something is shared, by itself or as a member of a group.
    pub member: Option<String>,
    /// Part of the path, of the name of the share or of the name of its owner.
    pub text: String,
}

impl CloudView<'_> {
    /// The shares of a user, oldest first, without those whose entries are missing. An
    /// administrator at work on users' data gets all shares at a path.
    pub fn shares(&self, user: &User, listed: &Listed<'_>) -> Result<Vec<Shared>> {
        self.cloud.store.flush_downloads()?;
        let ways = self.ways(user)?;
        self.cloud.store.read(|read| {
            let rows = match listed {
                Listed::At(_) | Listed::Below(_) if user.is_proxy() => shares::all(read)?,
                _ => shares::of_owner(read, user.id())?,
            };
            let mut found = Vec::new();
            for row in rows {
                let Some((place, is_folder)) = place_of(read, self, &row)? else { continue };
                let is_listed = match listed {
                    Listed::At(at) => place == **at,
                    Listed::Below(folder) => place.starts_with(folder),
                    Listed::All => true,
                };
                let entry = entry_of(&ways, &row, place).filter(|_| is_listed);
                if let Some(entry) = entry {
                    found.push(shared(read, row, entry, is_folder)?);
                }
            }
            Ok(found)
        })
    }

    /// The shares of other accounts that a user may manage.
    pub fn managed_shares(&self, user: &User, listed: &Listed<'_>) -> Result<Vec<Shared>> {
        let ways = self.ways(user)?;
        self.cloud.store.read(|read| {
            let mut found = Vec::new();
            for root in ways.roots_below(&ShownPath::root()) {
                let is_listed = match listed {
                    Listed::At(at) => root.real() == *at,
                    Listed::Below(folder) => root.real().starts_with(folder),
                    Listed::All => true,
                };
                let Way::Share(id) = root.way() else { continue };
                let Some(row) = shares::by_id(read, &id.to_string())?.filter(|_| is_listed) else { continue };
                let Some((_, is_folder)) = place_of(read, self, &row)? else { continue };
                if root.rights().has(Rights::MANAGE) {
                    found.push(shared(read, row, root, is_folder)?);
                }
            }
            Ok(found)
        })
    }

    /// The shares that match a filter, oldest first, as an administrator sees them.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such account.
    pub fn all_shares(&self, admin: &User, filter: &ShareFilter) -> Result<Vec<Shared>> {
        let owner = filter.owner.as_deref().map(|name| self.existing_account(name)).transpose()?;
        let member = filter.member.as_deref().map(|name| self.existing_account(name)).transpose()?;
        let (ways, text) = (self.ways(admin)?, filter.text.to_lowercase());
        self.cloud.store.flush_downloads()?;
        self.cloud.store.read(|read| {
            let rows = match &owner {
                Some(owner) => shares::of_owner(read, owner.id)?,
                None => shares::all(read)?,
            };
            let had = member.map(|member| shares::ids_of_member(read, member.id)).transpose()?;
            let is_had = |row: &ShareRow| had.as_ref().is_none_or(|had| had.contains(&row.id));
            let mut found = Vec::new();
            for row in rows.into_iter().filter(is_had) {
                let Some((place, is_folder)) = place_of(read, self, &row)? else { continue };
                let Some(entry) = entry_of(&ways, &row, place) else { continue };
                let shared = shared(read, row, entry, is_folder)?;
                let names = [&shared.row.name, &shared.owner, &shared.entry.shown().to_string()];
                if names.iter().any(|name| name.to_lowercase().contains(&text)) {
                    found.push(shared);
                }
            }
            Ok(found)
        })
    }

    /// A share that a user may manage: their own, or one with the right to manage it. An
    /// administrator at work on users' data may manage all.
    ///
    /// # Errors
    /// `Code::NotFound`, with one sentence, for unknown shares and for those of other users.
    pub fn managed_share(&self, user: &User, id: &str) -> Result<Shared> {
        self.cloud.store.flush_downloads()?;
        let ways = self.ways(user)?;
        let id = id.trim().to_ascii_lowercase();
        let found = self.cloud.store.read(|read| {
            let Some(row) = shares::by_id(read, &id)? else { return Ok(None) };
            let Some((place, is_folder)) = place_of(read, self, &row)? else { return Ok(None) };
            let seen = entry_of(&ways, &row, place);
            let Some(entry) = entry_to_manage(user, &ways, &row, seen) else { return Ok(None) };
            let may_give = match (row.source, is_own(user, &row)) {
                (Source::Album(_), _) => RIGHTS_IN_ALBUM,
                (Source::Entry(_), true) => Rights::ALL,
                (Source::Entry(_), false) => entry.rights(),
            };
            shared(read, row, entry, is_folder).map(|shared| Some(Shared { may_give, ..shared }))
        })?;
        found.ok_or_else(no_share)
    }

    /// The real path of a shared entry, for the audit log; `None` if there is no such share.
    pub fn place_of_share(&self, id: &str) -> Result<Option<String>> {
        self.cloud.store.read(|read| {
            let Some(row) = shares::by_id(read, &id.trim().to_ascii_lowercase())? else { return Ok(None) };
            Ok(place_of(read, self, &row)?.map(|(place, _)| place.real_text()))
        })
    }
}

impl Cloud {
    /// Shares an entry. The result runs in a transaction and returns the id of the share. If the
    /// same account shares the entry already, that share is the result, unless a further one is
    /// wanted.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such entry; in the transaction, `Code::Conflict` for too
    /// many shares, and the errors of [`Cloud::change_share`] for a link that the rules do not
    /// allow.
    pub fn share(
        &self,
        user: &User,
        entry: &Shareable,
        new: NewShare,
    ) -> Result<impl FnOnce(&Write) -> Result<String> + Send + use<>> {
        let node = entry.there(self.node_at(entry.real())?)?;
        let owner = match self.root_of(entry.real())? {
            // If an administrator shares a user's file, that user is the owner of the share.
            Root::Account(id) if user.is_proxy() && id != 0 => id,
            _ => user.id(),
        };
        let NewShare { name, is_further, is_public } = new;
        let name = name.or_else(|| entry.real().leaf().cloned());
        let name = name.ok_or_else(|| Error::internal("an entry without a name cannot be shared"))?;
        let rules = self.link_rules(user)?;
        Ok(move |tx: &Write| {
            let node = node(tx)?;
            let known = shares::of_node(tx, node)?.into_iter().find(|share| share.owner == owner);
            if let Some(known) = known.filter(|_| !is_further) {
                return Ok(known.id);
            }
            check_count(tx, owner)?;
            let mut row = new_share(Source::Entry(node), owner, name.to_string(), tx.now());
            row.link.is_public = is_public;
            rules.apply(&mut row.link, tx.now())?;
            shares::insert(tx, &row)?;
            Ok(row.id)
        })
    }

    /// Changes a share. The result runs in a transaction.
    ///
    /// # Errors
    /// `Code::Forbidden` for rights that the user may not give, and for another owner unless an
    /// administrator asks; `Code::Invalid` for a bad value; in the transaction, `Code::NotFound` if
    /// there is no account for the new owner.
    pub fn change_share(
        &self,
        user: &User,
        shared: &Shared,
        change: ShareChange,
    ) -> Result<impl FnOnce(&Write) -> Result<()> + Send + use<>> {
        if let Some(public) = &change.public {
            let wanted = public.rights();
            let is_album = shared.row.source.album().is_some();
            let needed = if is_album { wanted } else { wanted.with(Rights::SHARE) };
            if wanted != NO_RIGHTS && !shared.may_give.has(needed) {
                return Err(Error::new(Code::Forbidden, "You may not give more than you have yourself."));
            }
        }
        if change.owner.is_some() && shared.row.source.album().is_some() {
            return Err(Error::new(Code::Forbidden, "An album stays with the account that has made it."));
        }
        // In the name of another owner, a user could give rights that they do not have.
        if change.owner.is_some() && !user.is_proxy() {
            return Err(Error::new(Code::Forbidden, "Only administrators can give a share another owner."));
        }
        let password_hash = match &change.password {
            Some(Some(password)) => Some(Some(self.hash_link_password(password)?)),
            Some(None) => Some(None),
            None => None,
        };
        let (id, rules) = (shared.row.id.clone(), self.link_rules(user)?);
        Ok(move |tx: &Write| {
            let mut row = shares::by_id(tx, &id)?.ok_or_else(no_share)?;
            if let Some(owner) = &change.owner {
                let owner = users::by_name_or_email(tx, owner)?;
                row.owner = owner.ok_or_else(|| Error::new(Code::NotFound, "There is no such user."))?.id;
            }
            row.name = change.name.map_or(row.name, |name| name.to_string());
            row.hides_notifications = change.hides_notifications.unwrap_or(row.hides_notifications);
            row.default_file = change.default_file.unwrap_or(row.default_file);
            let link = &mut row.link;
            if let Some(public) = change.public {
                let PublicAccess { is_public, may_upload, is_view_only, is_upload_only } = public;
                (link.is_public, link.may_upload) = (is_public, may_upload);
                (link.is_view_only, link.is_upload_only) = (is_view_only, is_upload_only);
            }
            link.is_home_only = change.is_home_only.unwrap_or(link.is_home_only);
            link.password_hash = password_hash.unwrap_or(link.password_hash.take());
            link.ends = change.ends.unwrap_or(link.ends);
            link.downloads_max = change.downloads_max.unwrap_or(link.downloads_max);
            link.upload_bytes_max = change.upload_bytes_max.unwrap_or(link.upload_bytes_max);
            rules.apply(link, tx.now())?;
            shares::update(tx, &row)
        })
    }

    fn hash_link_password(&self, password: &Secret) -> Result<String> {
        let length = password.reveal().len();
        if length == 0 || length > LINK_PASSWORD_BYTES_MAX {
            let sentence = format!("The password of a link must have 1 to {LINK_PASSWORD_BYTES_MAX} bytes.");
            return Err(Error::new(Code::Invalid, sentence));
        }
        self.passwords.hash(password)
    }
}

/// Shares an album, which is a list of favorites that the user has made, with nobody yet. Returns
/// the id of the share. If the album is shared already, that share is the result.
///
/// # Errors
/// `Code::NotFound` if there is no such list; `Code::Conflict` for the stars and for too many
/// shares.
pub fn share_album(tx: &Write, user: &User, list: i64) -> Result<String> {
    let name = favorites::name_of_album(tx, user, list)?;
    if let Some(known) = shares::of_album(tx, list)? {
        return Ok(known.id);
    }
    check_count(tx, user.id())?;
    let row = new_share(Source::Album(list), user.id(), name.to_string(), tx.now());
    shares::insert(tx, &row)?;
    Ok(row.id)
}

fn check_count(read: &Read, owner: i64) -> Result<()> {
    if shares::count_of_owner(read, owner)? < SHARES_OF_ACCOUNT_MAX {
        return Ok(());
    }
    let sentence =
        format!("An account can have at most {SHARES_OF_ACCOUNT_MAX} shares. Please end one first.");
    Err(Error::new(Code::Conflict, sentence))
}

/// Ends a share. The shared entry or album stays.
///
/// # Errors
/// `Code::NotFound` if it has ended already.
pub fn end(tx: &Write, id: &str) -> Result<()> {
    match shares::delete(tx, id)? {
        true => Ok(()),
        false => Err(no_share()),
    }
}

/// Gives the link of a share another address.
///
/// # Errors
/// `Code::Conflict` if another link has this address; `Code::Invalid` for a bad address.
pub fn set_token(tx: &Write, id: &str, token: &str) -> Result<()> {
    let is_usual = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if !LINK_TOKEN_CHARACTERS.contains(&token.len()) || !token.chars().all(is_usual) {
        let (least, most) = (LINK_TOKEN_CHARACTERS.start(), LINK_TOKEN_CHARACTERS.end());
        return Err(Error::new(
            Code::Invalid,
            format!("The end of a link's address must have {least} to {most} letters, digits, - or _."),
        ));
    }
    let mut row = shares::by_id(tx, id)?.ok_or_else(no_share)?;
    if shares::by_token(tx, &token.to_ascii_lowercase())?.is_some_and(|other| other.id != row.id) {
        return Err(
            Error::new(Code::Conflict, "Another link has this address already.").for_reason(Reason::Exists)
        );
    }
    row.link.token = token.to_owned();
    shares::update(tx, &row)
}

/// The same error for unknown shares and for those of other users.
pub(super) fn no_share() -> Error {
    Error::new(Code::NotFound, "There is no such share.")
}

fn new_share(source: Source, owner: i64, name: String, created: i64) -> ShareRow {
    let link = LinkRow {
        // 16 letters and digits have 82 random bits.
        token: letters_and_digits(LINK_ID_CHARACTERS),
        link_id: letters_and_digits(LINK_ID_CHARACTERS),
        hidden_owner: letters_and_digits(HIDDEN_OWNER_CHARACTERS),
        ..LinkRow::default()
    };
    ShareRow {
        id: ShareId::random().to_string(),
        source,
        owner,
        name,
        created,
        link,
        hides_notifications: false,
        default_file: None,
        visits: 0,
        last_visit: None,
    }
}

/// True if the user may decide about a share whatever their rights to its entry are.
fn is_own(user: &User, row: &ShareRow) -> bool {
    user.is_proxy() || (row.owner == user.id() && user.as_visitor().is_none())
}

/// The entry of a share, as a user who may manage the share sees it. `seen` is the entry at the
/// path at which they see its place.
fn entry_to_manage(user: &User, ways: &Ways, row: &ShareRow, seen: Option<Reach>) -> Option<Reach> {
    if is_own(user, row) {
        return seen;
    }
    let is_by_it = |root: &Reach| matches!(root.way(), Way::Share(id) if id.to_string() == row.id);
    let top = ShownPath::root();
    let mut roots = ways.roots_below(&top);
    roots.find(|root| is_by_it(root) && root.rights().has(Rights::MANAGE))
}

/// The place of a shared entry, and whether it is a folder; `None` while it is missing. For an album
/// it is the path that stands for its place.
fn place_of(read: &Read, view: &CloudView<'_>, row: &ShareRow) -> Result<Option<(CloudPath, bool)>> {
    let Source::Entry(node) = row.source else {
        return Ok(Some((place_of_album(&name_of_owner(read, row)?, &row.name)?, true)));
    };
    let Some(node) = nodes::by_id(read, node)?.filter(|node| node.missing_since.is_none()) else {
        return Ok(None);
    };
    let place = lookup::path_of(read, &view.cloud.volumes, &node)?;
    Ok(place.map(|place| (place, node.facts.is_folder)))
}

/// What is shared, as somebody sees it who may decide about the share whatever their rights are.
fn entry_of(ways: &Ways, row: &ShareRow, place: CloudPath) -> Option<Reach> {
    match row.source {
        Source::Entry(_) => ways.seen(&place),
        Source::Album(_) => Some(Reach::of_album(place, RIGHTS_IN_ALBUM)),
    }
}

fn name_of_owner(read: &Read, row: &ShareRow) -> Result<String> {
    let owner = users::by_id(read, row.owner)?.ok_or_else(|| Error::internal("a share has no owner"))?;
    Ok(owner.name)
}

fn shared(read: &Read, row: ShareRow, entry: Reach, is_folder: bool) -> Result<Shared> {
    let owner = name_of_owner(read, &row)?;
    let is_others = entry.real().first().is_none_or(|first| first.as_str() != owner);
    let is_passed_on = is_others && row.source.album().is_none();
    let has_members = shares::members(read, &row.id)?.iter().any(|member| !member.has_left);
    let (link_path, may_give) = (links::path_of(&row)?, entry.rights());
    Ok(Shared { row, owner, entry, is_folder, is_passed_on, has_members, link_path, may_give })
}
