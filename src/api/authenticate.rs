//! Turns cookies into callers, or refuses the call.

use super::numbering::numbering;
use super::origin;
use super::params::{Field, Param, Paths};
use crate::base::language::Language;
use crate::base::limits::{FORM_BYTES_MAX, GUEST_FORM_BYTES_MAX};
use crate::base::network::Network;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::{Admin, Origin, User};
use crate::domain::accounts::admin_areas::AdminArea;
use crate::domain::accounts::sessions::{Session, Side, SignedIn};
use crate::domain::sharing::links::{Opened, link_of};
use crate::error::{Code, Error, Result};
use crate::http::{Form, Request, set_cookie};
use std::net::IpAddr;
use std::sync::Arc;

/// The callers who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody, signed in or not.
    Anyone,
    /// A signed-in user.
    User,
    /// A signed-in user, or an admin who gives `adminproxyuserid` and works on users' data.
    Proxy,
    /// A proxy, or a visitor with the link at the beginning of the first path of the call.
    Visitor,
    /// A signed-in admin.
    Admin,
}

impl Who {
    /// True if an admin may call it on users' data, with `adminproxyuserid`.
    pub fn may_be_proxy(self) -> bool {
        matches!(self, Who::Proxy | Who::Visitor)
    }
}

/// The part of an operation that decides who may call it.
#[derive(Clone, Copy)]
pub struct Entrance {
    pub who: Who,
    /// The path parameters. The first one contains the link of a visitor.
    pub fields: &'static [Field],
    /// True if it takes a file.
    pub is_upload: bool,
    /// The area of administration to which it belongs; `None` if every administrator may call it.
    pub area: Option<AdminArea>,
    /// True if it changes something.
    pub is_changing: bool,
}

/// The cookies of one kind of session.
struct CookieNames {
    name: &'static str,
    seed: &'static str,
    hash: &'static str,
    xsrf: &'static str,
}

const USER_COOKIES: CookieNames = CookieNames {
    name: "tonido-login-user",
    seed: "tonido-login-seed",
    hash: "tonido-login-hash",
    xsrf: "X-XSRF-TOKEN-user",
};
/// The cookies of links that were opened with a password.
const SHARE_COOKIES: [&str; 3] =
    ["tonido-share-login-user", "tonido-share-login-seed", "tonido-share-login-hash"];
const ADMIN_COOKIES: CookieNames = CookieNames {
    name: "tonidocloud-au",
    seed: "tonidocloud-as",
    hash: "tonidocloud-ah",
    xsrf: "X-XSRF-TOKEN-admin",
};
/// The cookie and the header of the same name that browsers' scripts send back.
pub const XSRF: &str = "X-XSRF-TOKEN";
/// Maximum bytes of the name that a client gives itself.
const AGENT_BYTES_MAX: usize = 200;

/// The origin of a call, and the sessions that came with it.
#[derive(Clone)]
pub struct Guest {
    pub address: IpAddr,
    pub agent: String,
    /// True if nobody on the way can read the call.
    pub is_secure: bool,
    pub user: Option<User>,
    pub admin: Option<Admin>,
    pub origin: Origin,
    /// What pages without scripts speak to the caller.
    pub language: Language,
}

impl Guest {
    /// A guest whose sessions could not be looked up.
    pub fn without_session(request: &Request) -> Guest {
        Guest {
            address: request.peer(),
            agent: agent(request).to_owned(),
            is_secure: request.is_secure(),
            user: None,
            admin: None,
            origin: Origin::default(),
            language: Language::default(),
        }
    }

    pub fn is_signed_in(&self) -> bool {
        self.user.is_some() || self.admin.is_some()
    }

    /// The sessions that came with the call.
    pub fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.user.iter().map(User::session).chain(self.admin.iter().map(Admin::session))
    }

    /// The name of the account that is signed in, for the audit log.
    pub fn name(&self) -> &str {
        self.user.as_ref().map(User::name).or(self.admin.as_ref().map(Admin::name)).unwrap_or("")
    }

    /// The maximum bytes of parameters in a body.
    pub fn form_bytes_max(&self) -> usize {
        if self.is_signed_in() { FORM_BYTES_MAX } else { GUEST_FORM_BYTES_MAX }
    }
}

/// The caller, with the rights that the operation asks for.
pub struct Caller {
    guest: Guest,
    user: Option<User>,
    admin: Option<Admin>,
}

impl Caller {
    pub fn guest(&self) -> &Guest {
        &self.guest
    }

    pub fn user(&self) -> Result<&User> {
        self.user
            .as_ref()
            .ok_or_else(|| Error::internal("a handler needs a user, but its operation does not"))
    }

    pub fn admin(&self) -> Result<&Admin> {
        self.admin
            .as_ref()
            .ok_or_else(|| Error::internal("a handler needs an admin, but its operation does not"))
    }

    /// True for a visitor: somebody who comes by a link, without a session.
    pub fn is_visitor(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.as_visitor().is_some())
    }

    /// The name of the account that acts, or of the link, for the audit log.
    pub fn name(&self) -> &str {
        let acting = self.user.as_ref().filter(|user| !user.is_stranger()).map(User::name);
        let acting = acting.or(self.admin.as_ref().map(Admin::name));
        acting.unwrap_or_else(|| self.guest.name())
    }

    /// The sessions in use.
    pub fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.guest.sessions()
    }
}

/// The name that the client gives itself, cut to a length that fits into lists.
pub fn agent(request: &Request) -> &str {
    let text = request.header("user-agent").unwrap_or("");
    let end = (0..=AGENT_BYTES_MAX.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// The sessions that came with a request. With `at_once` it reads memory only; then `None` means
/// that a session has to be read from the database first.
pub fn guest(view: &CloudView<'_>, request: &Request, at_once: bool) -> Result<Option<Guest>> {
    let (user, admin, [_, seed, hash]) = (USER_COOKIES, ADMIN_COOKIES, SHARE_COOKIES);
    let cookies = request.cookies([user.seed, user.hash, admin.seed, admin.hash, seed, hash]);
    let [user_seed, user_hash, admin_seed, admin_hash, share_seed, share_hash] = cookies;
    let find = |side, cookies: Option<(&str, &str)>| -> Result<Option<Option<Arc<Session>>>> {
        let Some((seed, hash)) = cookies else { return Ok(Some(None)) };
        if at_once {
            return Ok(view.session_at_once(side, seed, hash).map(Some));
        }
        view.session(side, seed, hash).map(Some)
    };
    let user = find(Side::User, user_seed.zip(user_hash))?;
    let admin = find(Side::Admin, admin_seed.zip(admin_hash))?;
    let (Some(user), Some(admin)) = (user, admin) else { return Ok(None) };
    let Some(origin) = origin(view, request, share_seed.zip(share_hash), at_once)? else { return Ok(None) };
    Ok(Some(Guest {
        address: request.peer(),
        agent: agent(request).to_owned(),
        is_secure: request.is_secure(),
        user: user.map(|session| User::signed_in(session).coming_from(origin.clone())),
        admin: admin.map(Admin::signed_in),
        origin,
        language: Language::preferred(request.lines("accept-language")),
    }))
}

/// The origin of a request, and the links that its sender has opened; `None` as in [`guest`].
fn origin(
    view: &CloudView<'_>,
    request: &Request,
    share: Option<(&str, &str)>,
    at_once: bool,
) -> Result<Option<Origin>> {
    let opened = match share {
        Some(_) if at_once => return Ok(None),
        Some((seed, hash)) => view.opened(seed, hash)?,
        None => Vec::new(),
    };
    let network = Some(Network::of_caller(request.peer()));
    Ok(Some(Origin { is_at_home: origin::is_at_home(request), opened, network }))
}

/// The link of a call: the beginning of the first path among its parameters. `Some(None)` if that
/// path has no link; `None` if there is no path.
fn link_in(entrance: Entrance, form: &Form) -> Option<Option<ShownPath>> {
    let is_path = |field: &&Field| [ShownPath::SCHEMA, Paths::SCHEMA].contains(field.schema);
    let field = entrance.fields.iter().find(is_path)?;
    let text = match numbering(field.names) {
        Some(numbered) => form.get(&numbered.name(numbered.first)),
        None => field.given(form),
    };
    let text = text.filter(|text| !text.is_empty())?;
    Some(ShownPath::parse(text).ok().and_then(|path| link_of(&path)))
}

/// True if a visitor whose link works sends an upload. `None` if that has to be read from the
/// database, which `at_once` forbids.
pub fn is_invited(
    view: &CloudView<'_>,
    guest: &Guest,
    entrance: Entrance,
    form: &Form,
    at_once: bool,
) -> Result<Option<bool>> {
    let is_sent_slowly = entrance.who == Who::Visitor && entrance.is_upload;
    let Some(Some(link)) = link_in(entrance, form).filter(|_| is_sent_slowly) else {
        return Ok(Some(false));
    };
    let (from, origin) = (Network::of_caller(guest.address), guest.origin.clone());
    match at_once {
        true => Ok(view.is_link_alive_at_once(&link, from, origin)),
        false => view.is_link_alive(&link, from, origin).map(Some),
    }
}

/// Refuses a guest who has neither a session for the operation nor a link. It reads only the
/// parameters in the address, so that nobody sends a body that would be refused. Visitors give the
/// path of an upload there.
///
/// # Errors
/// `Code::Unauthenticated`.
pub fn check_session(guest: &Guest, entrance: Entrance, form: &Form) -> Result<()> {
    session_or_link(guest, entrance, form).map(drop)
}

/// As [`check_session`]. Returns the link by which somebody without a user's session comes, so that
/// it is read once.
fn session_or_link(guest: &Guest, entrance: Entrance, form: &Form) -> Result<Option<ShownPath>> {
    let refused = |sentence| Err(Error::new(Code::Unauthenticated, sentence));
    match entrance.who {
        Who::User if guest.user.is_none() => refused("You are not signed in."),
        Who::Proxy if guest.user.is_none() && guest.admin.is_none() => refused("You are not signed in."),
        Who::Admin if guest.admin.is_none() => refused("You are not signed in as an administrator."),
        Who::Visitor if guest.user.is_none() => match link_in(entrance, form) {
            Some(None) if guest.admin.is_none() => refused("You are not signed in."),
            None if guest.admin.is_none() && entrance.is_upload => refused("You are not signed in."),
            link => Ok(link.flatten()),
        },
        _ => Ok(None),
    }
}

/// Checks that a guest may call an operation.
///
/// # Errors
/// `Code::Unauthenticated` if the session for it is missing.
pub fn admit(view: &CloudView<'_>, guest: Guest, entrance: Entrance, form: &Form) -> Result<Caller> {
    let wants_proxy = form.get("adminproxyuserid").is_some_and(|name| !name.is_empty() && name != "None");
    admit_as(view, guest, entrance, form, wants_proxy)
}

/// As [`admit`], before all parameters are known: an admin may turn out to work on users' data.
pub fn admit_for_now(view: &CloudView<'_>, guest: Guest, entrance: Entrance, form: &Form) -> Result<Caller> {
    let may_be_proxy = |admin: &Admin| admin.rights().may(AdminArea::Files, entrance.is_changing);
    match guest.admin.as_ref().is_some_and(may_be_proxy) {
        true => admit_as(view, guest, entrance, form, true),
        false => admit(view, guest, entrance, form),
    }
}

fn admit_as(
    view: &CloudView<'_>,
    guest: Guest,
    entrance: Entrance,
    form: &Form,
    wants_proxy: bool,
) -> Result<Caller> {
    let link = session_or_link(&guest, entrance, form)?;
    check_area(&guest, entrance, wants_proxy)?;
    let proxy = guest.admin.as_ref().filter(|_| wants_proxy).map(User::proxy);
    let user = match entrance.who {
        Who::Proxy => proxy.or_else(|| guest.user.clone()).map(User::kept_from_links),
        Who::Visitor => match proxy.or_else(|| guest.user.clone()) {
            Some(user) => Some(user),
            None => visitor(view, &guest, link)?,
        },
        Who::User => guest.user.clone().map(User::kept_from_links),
        Who::Anyone | Who::Admin => None,
    };
    if user.is_none() && entrance.who.may_be_proxy() {
        return Err(Error::new(Code::Unauthenticated, "You are not signed in as a user."));
    }
    let admin = guest.admin.clone().filter(|_| entrance.who == Who::Admin);
    Ok(Caller { guest, user, admin })
}

/// Refuses an administrator who lacks the rights for the operation.
///
/// # Errors
/// `Code::Forbidden`.
fn check_area(guest: &Guest, entrance: Entrance, wants_proxy: bool) -> Result<()> {
    let is_admins = entrance.who == Who::Admin || (wants_proxy && entrance.who.may_be_proxy());
    match (guest.admin.as_ref().filter(|_| is_admins), entrance.area) {
        (Some(admin), Some(area)) => admin.check_may(area, entrance.is_changing),
        _ => Ok(()),
    }
}

/// The visitor of the link that the call names.
fn visitor(view: &CloudView<'_>, guest: &Guest, link: Option<ShownPath>) -> Result<Option<User>> {
    let Some(link) = link else { return Ok(None) };
    let visitor = view.visitor_of(link, Network::of_caller(guest.address))?;
    Ok(Some(visitor.coming_from(guest.origin.clone())))
}

/// The cookies of the links that somebody has opened.
pub fn share_cookies(opened: &Opened, is_secure: bool) -> Vec<String> {
    let values = ["visitor", &opened.seed, &opened.hash];
    SHARE_COOKIES
        .into_iter()
        .zip(values)
        .map(|(name, value)| set_cookie(name, value, None, true, is_secure))
        .collect()
}

/// The cookies of a new session, as FileCloud names them.
pub fn cookies(signed_in: &SignedIn, is_secure: bool) -> Vec<String> {
    let names = cookie_names(signed_in.side);
    let mut cookies = vec![
        set_cookie(XSRF, &signed_in.xsrf, None, false, is_secure),
        set_cookie(names.xsrf, &signed_in.xsrf, None, false, is_secure),
        set_cookie(
            names.name,
            &percent_encoding::utf8_percent_encode(
                &signed_in.account.name,
                percent_encoding::NON_ALPHANUMERIC,
            )
            .to_string(),
            None,
            true,
            is_secure,
        ),
        set_cookie(names.seed, &signed_in.seed, None, true, is_secure),
        set_cookie(names.hash, &signed_in.hash, None, true, is_secure),
    ];
    if signed_in.side == Side::User {
        cookies.extend(SHARE_COOKIES.map(|name| set_cookie(name, "", None, true, is_secure)));
    }
    cookies
}

/// Cookies that remove those of a session.
pub fn no_cookies(side: Side) -> Vec<String> {
    let names = cookie_names(side);
    [names.name, names.seed, names.hash, names.xsrf].map(gone).into()
}

/// Cookies that remove those of opened links.
pub fn no_share_cookies() -> Vec<String> {
    SHARE_COOKIES.map(gone).into()
}

fn gone(name: &str) -> String {
    set_cookie(name, "", Some(std::time::Duration::ZERO), true, false)
}

fn cookie_names(side: Side) -> &'static CookieNames {
    match side {
        Side::User => &USER_COOKIES,
        Side::Admin => &ADMIN_COOKIES,
    }
}
