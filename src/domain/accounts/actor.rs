//! The users of calls: signed-in users, and visitors who use a link. The room `access` decides what
//! they may do with which file.

use crate::base::ids::hex;
use crate::base::network::Network;
use crate::base::share_id::ShareId;
use crate::base::shown_path::ShownPath;
use crate::domain::Cloud;
use crate::domain::accounts::account_status::may_sign_in;
use crate::domain::accounts::admin_areas::{AdminArea, AdminRights};
use crate::domain::accounts::sessions::Session;
use crate::error::{Code, Error, Result};
use crate::store::users::{self, UserRow};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The user for whom a call works on files: a signed-in user, an admin at work on users' data, or a
/// visitor.
#[derive(Clone)]
pub struct User {
    session: Arc<Session>,
    is_proxy: bool,
    visitor: Option<Visitor>,
    origin: Origin,
    is_taking_back: bool,
    is_kept_from_links: bool,
}

/// The device, browser or program with which a user acts. It is the same for all sessions of an
/// account on one device or, without a device, of one agent at one address: a script that signs in
/// for each file is one client.
#[derive(Clone, Debug)]
pub struct Client {
    /// Identifies the client.
    pub key: String,
    /// Its account; for visitors the owner of the link.
    pub account: i64,
    /// The name of the account; `link:` and the id of the share for a visitor.
    pub name: String,
    /// The name that it gave itself; empty if unknown.
    pub agent: String,
    /// The address at which it signed in; empty if unknown.
    pub address: String,
}

/// The key of the client of a session.
pub(in crate::domain) fn client_key(account: i64, device: Option<i64>, agent: &str, address: &str) -> String {
    match device {
        Some(device) => format!("device:{device}"),
        None => {
            let hash = Sha256::digest(format!("{address}\n{agent}"));
            format!("account:{account}:{}", hex(&hash[..12]))
        }
    }
}

/// Somebody without an account, who comes by a link.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The path of the link: `/SHARED`, the name that stands for its owner, and its id. The link
    /// need not exist.
    pub link: ShownPath,
    /// The share to which the link belongs.
    pub share: Option<ShareId>,
    /// The account that shares; 0 if the link does not exist.
    pub owner: i64,
    /// Keeps the unfinished uploads of different visitors apart.
    pub from: Network,
}

/// Further facts about the call of a user.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// True if the call comes from the local network.
    pub is_at_home: bool,
    /// Shares whose password was given before.
    pub opened: Vec<ShareId>,
    /// The network from which the call comes.
    pub network: Option<Network>,
}

/// A signed-in admin.
#[derive(Clone)]
pub struct Admin {
    session: Arc<Session>,
}

impl User {
    /// A user with their own rights.
    pub fn signed_in(session: Arc<Session>) -> User {
        let origin = Origin::default();
        User {
            session,
            is_proxy: false,
            visitor: None,
            origin,
            is_taking_back: false,
            is_kept_from_links: false,
        }
    }

    /// An admin who may work on the files of all users.
    pub fn proxy(admin: &Admin) -> User {
        User { is_proxy: true, ..User::signed_in(Arc::clone(&admin.session)) }
    }

    /// Somebody who comes by a link.
    pub fn visitor(visitor: Visitor) -> User {
        let name = visitor.share.map_or("link".to_owned(), |share| ["link:", &share.text()].concat());
        User { visitor: Some(visitor), ..User::signed_in(Arc::new(Session::of_visitor(name))) }
    }

    /// The same user with further facts about the call.
    pub fn coming_from(self, origin: Origin) -> User {
        User { origin, ..self }
    }

    /// The same user while they take back the changes of a client. What they change then does not
    /// count as a change by a client.
    pub(in crate::domain) fn taking_back(&self) -> User {
        User { is_taking_back: true, ..self.clone() }
    }

    pub(in crate::domain) fn is_taking_back(&self) -> bool {
        self.is_taking_back
    }

    /// Identifies the session; for a visitor the link and their network.
    pub fn session_id(&self) -> String {
        match &self.visitor {
            Some(visitor) => format!("{} {}", self.name(), visitor.from),
            None => self.session.id.clone(),
        }
    }

    /// The same user in a call that is not for visitors, who reaches nothing by a link then: a link
    /// gives somebody who is signed in no more than it gives everybody.
    pub fn kept_from_links(self) -> User {
        User { is_kept_from_links: true, ..self }
    }

    /// The same user as a visitor of links.
    pub fn by_links(&self) -> User {
        User { is_kept_from_links: false, ..self.clone() }
    }

    pub fn is_kept_from_links(&self) -> bool {
        self.is_kept_from_links
    }

    /// The client with which the user acts.
    pub fn client(&self) -> Client {
        let Session { device, agent, address, account, .. } = &*self.session;
        let (key, of) = match &self.visitor {
            Some(visitor) => (self.session_id(), visitor.owner),
            None => (client_key(account.id, *device, agent, address), account.id),
        };
        let address = self.visitor.as_ref().map_or(address.clone(), |visitor| visitor.from.to_string());
        Client { key, account: of, name: account.name.clone(), agent: agent.clone(), address }
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The name of the account that acts; `link:` and the id of the share for a visitor.
    pub fn name(&self) -> &str {
        &self.session.account.name
    }

    /// The id of the account that acts; 0 for a visitor, as no account has this id.
    pub fn id(&self) -> i64 {
        self.session.account.id
    }

    /// The account to which unfinished uploads belong; for a visitor the account of the link's
    /// owner.
    pub fn uploads_account(&self) -> i64 {
        self.visitor.as_ref().map_or(self.id(), |visitor| visitor.owner)
    }

    /// True for an admin at work on users' data.
    pub fn is_proxy(&self) -> bool {
        self.is_proxy
    }

    /// The visitor; `None` for an account.
    pub fn as_visitor(&self) -> Option<&Visitor> {
        self.visitor.as_ref()
    }

    /// True for a visitor whose link does not exist.
    pub fn is_stranger(&self) -> bool {
        self.visitor.as_ref().is_some_and(|visitor| visitor.share.is_none())
    }

    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl Admin {
    pub fn signed_in(session: Arc<Session>) -> Admin {
        Admin { session }
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    pub fn name(&self) -> &str {
        &self.session.account.name
    }
}

impl Cloud {
    /// Checks that the account of a call may still be used as it was when the call began. A long
    /// call asks before each entry, and before anything becomes visible: the home may belong to
    /// another account by now, which has the same name.
    ///
    /// # Errors
    /// `Code::Unauthenticated` if the account was removed or disabled meanwhile, or works on users'
    /// data and is no administrator any more.
    pub(in crate::domain) fn check_account_may_go_on(&self, user: &User) -> Result<()> {
        let session = user.session();
        let has_ended = |account: &UserRow| !may_sign_in(account, self.now());
        let may_go_on = if self.store.accounts_version()? == session.accounts_version {
            !has_ended(&session.account)
        } else {
            self.store.read(|read| {
                let Some(account) = users::by_id(read, user.id())?.filter(|account| !has_ended(account))
                else {
                    return Ok(false);
                };
                let may_be_proxy =
                    || AdminRights::read(read, account.id).map(|rights| rights.may(AdminArea::Files, false));
                Ok(!user.is_proxy() || (account.is_admin && may_be_proxy()?))
            })?
        };
        if may_go_on {
            return Ok(());
        }
        Err(Error::new(
            Code::Unauthenticated,
            "This account was removed or disabled meanwhile, so the call was ended.",
        ))
    }
}
