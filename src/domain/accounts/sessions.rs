//! Sessions, and checks of passwords. A session is a random token in two cookies; the database
//! holds its hash.

use crate::base::guarded::Guarded;
use crate::base::ids::{hex, letters_and_digits, object_id, random_bytes, uuid};
use crate::base::limits::KNOWN_NETWORKS_MAX;
use crate::base::network::Network;
use crate::base::secret::Secret;
use crate::base::user_name::UserName;
use crate::domain::accounts::account_mail;
use crate::domain::accounts::account_status::may_sign_in;
use crate::domain::accounts::admin_areas::{AdminArea, AdminRights};
use crate::domain::accounts::device_access;
use crate::domain::accounts::password_turns::Waiter;
use crate::domain::accounts::sign_in_throttle::{Guess, Guesser, Subject};
use crate::domain::{Call, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::devices::{self, NewDevice};
use crate::store::sessions::SessionRow;
use crate::store::users::AccountStatus;
use crate::store::users::UserRow;
use crate::store::{Read, Write, known_networks, second_factors, sessions, users};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Maximum number of sessions of an account on each side. Beyond it, the session that was unused
/// longest ends.
const SESSIONS_MAX: u32 = 100;
/// Maximum number of sessions in memory. Beyond it, all are forgotten and read again.
const REMEMBERED_MAX: usize = 4096;
/// Precision of the time of the last use, in seconds: each update is a write.
const USE_PRECISION: i64 = 3600;
const DAY: i64 = 24 * 3600;

/// The two kinds of sessions. They are independent of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    User,
    Admin,
}

impl Side {
    fn word(self) -> &'static str {
        match self {
            Side::User => "user",
            Side::Admin => "admin",
        }
    }
}

/// A signed-in user.
#[derive(Debug)]
pub struct Session {
    pub side: Side,
    pub account: UserRow,
    /// The public name of the session.
    pub id: String,
    /// The device on which it was begun.
    pub(super) device: Option<i64>,
    /// The address at which it was begun, and the name that the client gave. Empty for visitors.
    pub(super) address: String,
    pub(super) agent: String,
    /// The token that a browser must send back in a header.
    pub xsrf: String,
    /// The rights of an administrator.
    pub(super) admin_rights: AdminRights,
    pub(in crate::domain) token_hash: [u8; 32],
    /// True if a second factor was given.
    pub(super) has_factor: bool,
    last_used: AtomicI64,
    /// The version of the accounts when the session was read.
    pub(super) accounts_version: u64,
}

impl Session {
    /// A stand-in for callers without a session.
    pub(in crate::domain) fn of_visitor(name: String) -> Session {
        let account = UserRow {
            id: 0,
            name,
            display_name: String::new(),
            email: None,
            password_hash: String::new(),
            status: AccountStatus::Guest,
            is_admin: false,
            quota_bytes: 0,
            verified: false,
            created: 0,
            last_login: None,
            expires: None,
        };
        let (xsrf, last_used) = (String::new(), AtomicI64::new(0));
        Session {
            side: Side::User,
            account,
            id: String::new(),
            device: None,
            address: String::new(),
            agent: String::new(),
            xsrf,
            admin_rights: AdminRights::default(),
            token_hash: [0; 32],
            has_factor: false,
            last_used,
            accounts_version: 0,
        }
    }
}

/// A new session with its secrets, which only its cookies will hold.
pub struct SignedIn {
    pub account: UserRow,
    pub side: Side,
    pub seed: String,
    pub hash: String,
    pub xsrf: String,
    network: Network,
    row: SessionRow,
    /// True if the account must use a second factor.
    needs_factor: bool,
    /// The device that signs in; `None` if it has no id.
    device: Option<NewDevice>,
}

impl SignedIn {
    /// Sets whether a second factor was given.
    pub(super) fn with_factor(mut self, has_factor: bool) -> SignedIn {
        self.row.has_factor = has_factor;
        self
    }

    /// Sets the device.
    pub(super) fn on_device(self, device: Option<NewDevice>) -> SignedIn {
        SignedIn { device, ..self }
    }
}

/// Sessions that were read. They are valid until accounts or sessions change.
#[derive(Default)]
pub struct Remembered {
    state: Guarded<RememberedState>,
}

#[derive(Default)]
struct RememberedState {
    version: u64,
    sessions: HashMap<[u8; 32], Arc<Session>>,
}

/// The error for every refused sign-in. The reason is not told, so that nobody learns which
/// accounts exist. The text is FileCloud's own, because client programs compare it.
pub(super) fn refused() -> Error {
    Error::new(Code::Unauthenticated, "Invalid Username or Password. Password is Case Sensitive.")
        .for_reason(Reason::Credentials)
}

impl Cloud {
    /// Inserts a new session, together with the row of its call.
    pub(in crate::domain) fn begin_session(
        &self,
        call: &mut Call<'_>,
        mut signed_in: SignedIn,
        insert: impl FnOnce(&Write, &SignedIn) -> Result<()> + Send + 'static,
    ) -> Result<SignedIn> {
        call.is_by(&signed_in.account.name);
        if signed_in.account.status.has_home() {
            self.ensure_home(&signed_in.account.name)?;
        }
        signed_in.needs_factor = self.view().requires_second_factor(signed_in.account.id)?;
        let (sends_mail, address, agent) =
            (self.view().sends_mail(), call.address(), call.agent().to_owned());
        call.commit(move |tx| {
            if sends_mail {
                account_mail::tell_of_new_place(tx, &signed_in.account, address, &agent)?;
            }
            insert(tx, &signed_in).map(|()| signed_in)
        })
    }

    /// Checks the password of an account, by its name or e-mail address.
    ///
    /// # Errors
    /// `Code::Unauthenticated` with the same message for all reasons, `Code::Busy` after too many
    /// failures.
    pub(super) fn check_sign_in(
        &self,
        side: Side,
        name: &str,
        password: &Secret,
        address: IpAddr,
    ) -> Result<UserRow> {
        let (name, network) = (UserName::normal_form(name), Network::of_caller(address));
        let (account, is_known) = self.account_to_sign_in(&name, network)?;
        let subject = account.as_ref().map_or(Subject::Nobody(&name), |account| Subject::Account(account.id));
        let hash = account.as_ref().map(|account| account.password_hash.as_str());
        let (guess, fits) = self.guess(&Guesser { subject, network, is_known }, password, hash)?;
        let may =
            |account: &UserRow| may_sign_in(account, self.now()) && (side == Side::User || account.is_admin);
        let account = account.filter(|account| fits && may(account)).ok_or_else(refused)?;
        guess.was_right();
        Ok(account)
    }

    /// The account with a name or an e-mail address, and true if somebody has signed in to it from
    /// the network before.
    pub(super) fn account_to_sign_in(&self, name: &str, network: Network) -> Result<(Option<UserRow>, bool)> {
        self.store.read(|read| {
            let account = users::by_name_or_email(read, name)?;
            let id = account.as_ref().map(|account| account.id);
            Ok((account, id.map_or(Ok(false), |id| known_networks::knows(read, id, network))?))
        })
    }

    /// Checks a password when it is its turn. Without a hash, the answer is no, after the same
    /// time. The guess counts as wrong until the caller says that it was right.
    ///
    /// # Errors
    /// `Code::Busy` after too many wrong passwords, or if too many callers wait.
    pub(in crate::domain) fn guess(
        &self,
        guesser: &Guesser<'_>,
        password: &Secret,
        hash: Option<&str>,
    ) -> Result<(Guess<'_>, bool)> {
        // A guesser who is slowed down must not take a turn.
        self.throttle.check(guesser)?;
        let waiter = Waiter { network: Some(guesser.network), is_known: guesser.is_known };
        let check = self.passwords.begin_check(waiter)?;
        let guess = self.throttle.begin(guesser)?;
        match check.verify(password, hash) {
            Ok(fits) => Ok((guess, fits)),
            Err(error) => {
                guess.was_not_made();
                Err(error)
            }
        }
    }

    /// Stores the time of a session's last use now and then, so that only unused sessions end.
    pub fn used(&self, session: &Session) {
        let now = self.now();
        let before = session.last_used.load(Ordering::Relaxed);
        let is_due = now - before >= USE_PRECISION;
        if is_due
            && session.last_used.compare_exchange(before, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            let token_hash = session.token_hash;
            self.store.write_later(move |tx| sessions::used(tx, &token_hash, now));
        }
    }

    /// Removes sessions that were unused for as long as the setting says.
    pub fn end_unused_sessions(&self) -> Result<()> {
        if !self.may_expire() {
            return Ok(());
        }
        let since = self.now() - i64::from(self.config().session_days) * DAY;
        self.store.write(move |tx| sessions::delete_unused_since(tx, since)).map(drop)
    }
}

impl CloudView<'_> {
    /// The session of two cookies, from memory only: `None` if it has to be read.
    pub fn session_at_once(&self, side: Side, seed: &str, hash: &str) -> Option<Arc<Session>> {
        let session = self.remembered_session(side, seed, hash)?;
        let suffices = session.has_factor || !self.requires_second_factor_at_once(session.account.id)?;
        suffices.then_some(session)
    }

    fn remembered_session(&self, side: Side, seed: &str, hash: &str) -> Option<Arc<Session>> {
        let version = self.cloud.store.accounts_version().ok()?;
        let state = self.cloud.sessions.state.lock();
        let session =
            state.sessions.get(&token_hash(side, seed, hash)).filter(|_| state.version == version)?;
        self.is_alive(session).then(|| Arc::clone(session))
    }

    /// The session of two cookies; `None` if there is none, or if it has ended.
    pub fn session(&self, side: Side, seed: &str, hash: &str) -> Result<Option<Arc<Session>>> {
        let session = match self.remembered_session(side, seed, hash) {
            Some(session) => Some(session),
            None => self.read_session(side, seed, hash)?,
        };
        let Some(session) = session else { return Ok(None) };
        let suffices = session.has_factor || !self.requires_second_factor(session.account.id)?;
        Ok(suffices.then_some(session))
    }

    fn read_session(&self, side: Side, seed: &str, hash: &str) -> Result<Option<Arc<Session>>> {
        // The version is read first: after a change in between, the session looks too old, never
        // too new.
        let version = self.cloud.store.accounts_version()?;
        let token_hash = token_hash(side, seed, hash);
        let found = self.cloud.store.read(|read| {
            let Some(row) = sessions::find(read, &token_hash)? else { return Ok(None) };
            let Some(account) = users::by_id(read, row.user)? else { return Ok(None) };
            Ok(Some((row, AdminRights::read(read, account.id)?, account)))
        })?;
        let Some((row, admin_rights, account)) = found.filter(|(row, ..)| row.side == side.word()) else {
            return Ok(None);
        };
        let session = Arc::new(Session {
            side,
            account,
            id: row.id,
            device: row.device,
            address: row.address,
            agent: row.agent,
            xsrf: row.xsrf,
            admin_rights,
            token_hash,
            has_factor: row.has_factor,
            last_used: AtomicI64::new(row.last_used),
            accounts_version: version,
        });
        if !self.is_alive(&session) {
            return Ok(None);
        }
        let mut state = self.cloud.sessions.state.lock();
        if state.version != version || state.sessions.len() >= REMEMBERED_MAX {
            state.sessions.clear();
            state.version = version;
        }
        state.sessions.insert(token_hash, Arc::clone(&session));
        Ok(Some(session))
    }

    /// All sessions of an account, the last used first.
    pub fn sessions_of(&self, account: i64) -> Result<Vec<SessionRow>> {
        self.cloud.store.read(|read| sessions::of_user(read, account))
    }

    fn is_alive(&self, session: &Session) -> bool {
        let now = self.cloud.now();
        let unused = now - session.last_used.load(Ordering::Relaxed);
        may_sign_in(&session.account, now)
            && unused < i64::from(self.cloud.config().session_days) * DAY
            && (session.side == Side::User || session.account.is_admin)
    }
}

/// Stores a session and the sign-in. All sessions are stored here, so that none avoids a second
/// factor.
pub fn insert(tx: &Write, signed_in: &SignedIn) -> Result<()> {
    // The account is read again, because it may have changed since its password was checked.
    let account = users::by_id(tx, signed_in.account.id)?.ok_or_else(refused)?;
    let same = account.password_hash == signed_in.account.password_hash;
    if !same || !may_sign_in(&account, tx.now()) || (signed_in.side == Side::Admin && !account.is_admin) {
        return Err(refused());
    }
    let needs_factor = signed_in.needs_factor || second_factors::exists(tx, account.id)?;
    if needs_factor && !signed_in.row.has_factor {
        return Err(refused());
    }
    let device = signed_in.device.as_ref();
    let device = device.map(|device| device_access::signs_in(tx, account.id, device, &signed_in.row.agent));
    let device = device.transpose()?;
    sessions::insert(tx, &SessionRow { device, ..signed_in.row.clone() }, SESSIONS_MAX)?;
    known_networks::save(tx, account.id, signed_in.network, KNOWN_NETWORKS_MAX)?;
    users::signed_in(tx, account.id)
}

/// True if a session may still give access to an account: the session exists, and it belongs to the
/// account or to an administrator.
pub(in crate::domain) fn may_give_access(tx: &Write, token_hash: &[u8; 32], account: i64) -> Result<bool> {
    let Some(session) = sessions::find(tx, token_hash)? else { return Ok(false) };
    let Some(giver) = users::by_id(tx, session.user)? else { return Ok(false) };
    let is_admins = session.side == Side::Admin.word() && giver.is_admin;
    if !may_sign_in(&giver, tx.now()) {
        return Ok(false);
    }
    if giver.id == account || !is_admins {
        return Ok(giver.id == account);
    }
    let rights = AdminRights::read(tx, giver.id)?;
    let is_of_admin = users::by_id(tx, account)?.is_some_and(|account| account.is_admin);
    Ok(rights.may(AdminArea::Users, true) && (rights.is_full() || !is_of_admin))
}

/// True if a session hands on its second factor to a new session. It does so for its own account
/// only.
pub(super) fn hands_on_factor(read: &Read, token_hash: &[u8; 32], account: i64) -> Result<bool> {
    let session = sessions::find(read, token_hash)?;
    Ok(session.is_some_and(|session| session.has_factor && session.user == account))
}

/// Ends one session.
pub fn end(tx: &Write, session: &Session) -> Result<()> {
    sessions::delete(tx, &session.token_hash)
}

/// Ends the session of an account with this public name.
///
/// # Errors
/// `Code::NotFound` if the account has no such session.
pub fn end_by_id(tx: &Write, account: i64, id: &str) -> Result<()> {
    match sessions::delete_by_id(tx, account, id)? {
        true => Ok(()),
        false => Err(Error::new(Code::NotFound, "There is no such session; it may have ended already.")),
    }
}

/// Stores that a second factor was given in a session.
pub fn factor_given(tx: &Write, session: &Session) -> Result<()> {
    sessions::factor_given(tx, &session.token_hash)
}

/// Ends all sessions of an account, except one if given, and the codes by which its devices sign
/// in.
pub fn end_all(tx: &Write, account: i64, except: Option<&Session>) -> Result<()> {
    devices::forget_codes(tx, account)?;
    sessions::delete_of_user(tx, account, except.map(|session| &session.token_hash))
}

/// Ends the admin sessions of an account.
pub fn end_admin(tx: &Write, account: i64) -> Result<()> {
    sessions::delete_admin_of_user(tx, account)
}

/// A session that is to be inserted.
pub(in crate::domain) fn new_session(
    side: Side,
    account: UserRow,
    address: IpAddr,
    agent: &str,
    now: i64,
) -> SignedIn {
    // The UUID has 122 random bits and the hash 160: together more than the 256 bits that a token
    // needs.
    let (seed, hash, xsrf) = (uuid(), hex(&random_bytes::<20>()), letters_and_digits(20));
    let row = SessionRow {
        token_hash: token_hash(side, &seed, &hash),
        id: object_id(),
        side: side.word().into(),
        user: account.id,
        xsrf: xsrf.clone(),
        created: now,
        last_used: now,
        address: address.to_string(),
        agent: agent.into(),
        has_factor: false,
        device: None,
    };
    let network = Network::of_caller(address);
    SignedIn { account, side, seed, hash, xsrf, network, row, needs_factor: false, device: None }
}

fn token_hash(side: Side, seed: &str, hash: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in [side.word(), seed, hash] {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().into()
}
