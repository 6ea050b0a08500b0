//! Who acts: somebody who is signed in. What they may do with which file is asked of `access`, and nothing here knows a path.

use crate::domain::accounts::sessions::Session;
use std::sync::Arc;

/// Somebody whose files a call is about: a signed-in user, or an admin who works on users' data.
#[derive(Clone)]
pub struct User {
    session: Arc<Session>,
    is_proxy: bool,
}

/// A signed-in admin.
#[derive(Clone)]
pub struct Admin {
    session: Arc<Session>,
}

impl User {
    /// A user with their own rights.
    pub fn signed_in(session: Arc<Session>) -> User {
        User { session, is_proxy: false }
    }

    /// An admin who may work on the files of every user.
    pub fn proxy(admin: &Admin) -> User {
        User { session: Arc::clone(&admin.session), is_proxy: true }
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The name of the account that acts.
    pub fn name(&self) -> &str {
        &self.session.account.name
    }

    /// The id of the account that acts.
    pub fn id(&self) -> i64 {
        self.session.account.id
    }

    /// Whether this is an admin at work on users' data.
    pub fn is_proxy(&self) -> bool {
        self.is_proxy
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
