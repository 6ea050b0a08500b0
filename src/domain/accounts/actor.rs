//! Who acts: somebody who is signed in, or a visitor who comes by a link. What they may do with which file is asked of `access`.

use crate::base::network::Network;
use crate::base::share_id::ShareId;
use crate::base::shown_path::ShownPath;
use crate::domain::Cloud;
use crate::domain::accounts::account_status::may_sign_in;
use crate::domain::accounts::admin_areas::{AdminArea, AdminRights};
use crate::domain::accounts::sessions::Session;
use crate::error::{Code, Error, Result};
use crate::store::users::{self, UserRow};
use std::sync::Arc;

/// Somebody whose files a call is about: a signed-in user, an admin who works on users' data, or a visitor.
#[derive(Clone)]
pub struct User {
    session: Arc<Session>,
    is_proxy: bool,
    visitor: Option<Visitor>,
    origin: Origin,
}

/// Somebody without an account, who comes by a link.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The path of the link: `/SHARED`, what stands for its owner, and its id. There need be no such link.
    pub link: ShownPath,
    /// The share that the link is of.
    pub share: Option<ShareId>,
    /// The account that shares; 0 without such a link.
    pub owner: i64,
    /// Keeps the unfinished uploads of different visitors apart.
    pub from: Network,
}

/// What a call brings along beside an account.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Whether it comes from the local network.
    pub is_at_home: bool,
    /// Shares whose password was given before.
    pub opened: Vec<ShareId>,
    /// The network that it comes from.
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
        User { session, is_proxy: false, visitor: None, origin: Origin::default() }
    }

    /// An admin who may work on the files of every user.
    pub fn proxy(admin: &Admin) -> User {
        User { is_proxy: true, ..User::signed_in(Arc::clone(&admin.session)) }
    }

    /// Whoever comes by a link.
    pub fn visitor(visitor: Visitor) -> User {
        let name = visitor.share.map_or("link".to_owned(), |share| format!("link:{share}"));
        let id = format!("{name} {}", visitor.from);
        User { visitor: Some(visitor), ..User::signed_in(Arc::new(Session::of_visitor(name, id))) }
    }

    /// The same with what the call brings along.
    pub fn coming_from(self, origin: Origin) -> User {
        User { origin, ..self }
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The name of the account that acts; for a visitor `link:` and the id of the share.
    pub fn name(&self) -> &str {
        &self.session.account.name
    }

    /// The id of the account that acts; 0 for a visitor, which no account has.
    pub fn id(&self) -> i64 {
        self.session.account.id
    }

    /// The account that unfinished uploads belong to: for a visitor that of the link's owner.
    pub fn uploads_account(&self) -> i64 {
        self.visitor.as_ref().map_or(self.id(), |visitor| visitor.owner)
    }

    /// Whether this is an admin at work on users' data.
    pub fn is_proxy(&self) -> bool {
        self.is_proxy
    }

    /// Who comes by a link; `None` for an account.
    pub fn as_visitor(&self) -> Option<&Visitor> {
        self.visitor.as_ref()
    }

    /// Whether this is a visitor who comes by a link that there is not.
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
    /// Whether the account of a call under way may still be used, as it was when the call began. A long call asks before each
    /// entry, and before anything of it becomes visible: the home may be that of another by now, which was made under the
    /// same name.
    ///
    /// # Errors
    /// `Code::Unauthenticated` when it was removed or disabled meanwhile, or is no administrator any more and works on users'
    /// data.
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
