//! Signing in and out as a user, facts about the server, and the first run.

use crate::api::authenticate::{self, Guest};
use crate::api::call_context::CallContext;
use crate::api::document::description;
use crate::api::op::ops;
use crate::api::params::{AccountName, Nothing, params};
use crate::api::record::{Empty, No, OrEmpty, Yes, record, reply};
use crate::api::reply::{Command, DescriptionBytes, Reply};
use crate::api::schema::words;
use crate::api::texts::NewPassword;
use crate::base::secret::Secret;
use crate::base::user_name::UserName;
use crate::domain::CloudView;
use crate::domain::accounts::sessions::{self, Side};
use crate::domain::accounts::sign_in::SignIn;
use crate::error::{Code, Error, Result};
use crate::store::Write;
use crate::store::devices::NewDevice;
use crate::store::users::AccountStatus;

ops! { SESSION: User "Authentication and system"
    /// Signs in as a user and sets the session's cookies. If the result is 3, the code of a second
    /// factor is needed: send it with `2falogin`, with the message as the token. A refusal has
    /// status 400.
    "loginguest" anyone slow sign_in(Login) -> Command;
    /// Signs a device in, as `loginguest` does.
    "rmcloginguest" anyone slow sign_in(Login) -> Command;
    /// Signs out.
    "locksession" anyone write sign_out(SignOut) -> Command;
    /// Signs out.
    "logoutprofile" anyone write sign_out(SignOut) -> Command;
    /// Says who is signed in. This works without a session.
    "getauthenticationinfo" anyone immediate authentication_info(Nothing) -> Authentication;
    /// Facts that a client needs before anybody signs in: the cloud's name, and whether it has no
    /// administrator yet.
    "serverinfo" anyone read server_info(Nothing) -> Server;
    /// The description of every operation, as OpenAPI in JSON. It is at `/openapi.json` as well.
    "getapidescription" anyone read api_description(Nothing) -> DescriptionBytes;
    /// Creates the first administrator with the one-time code from the server's console.
    "setup" anyone slow set_up(SetUp) -> Command;
}

params! {
    Login {
        /// User name or e-mail address.
        userid: AccountName,
        /// The password.
        password: Option<Secret>,
        /// The id that the program or device gave itself. With it, the device is in the lists of
        /// devices.
        remote_client_id: Option<String>,
        /// The name of the device.
        remote_client_disp_name: Option<String>,
        /// The version of the protocol.
        remote_client_api_level: Option<String>,
        /// The operating system.
        remote_client_os_type: Option<String>,
        /// The version of the client program.
        remote_client_app_version: Option<String>,
        /// The version of the operating system.
        remote_client_os_version: Option<String>,
        /// The code from `approvedeviceaccess`, instead of the password.
        dsc: Option<Secret>,
    }
    SignOut {
        /// 1 to end only the access by a share's password.
        share: bool = false,
    }
    SetUp {
        /// The one-time code that the server printed.
        code: Secret,
        /// The name of the first administrator.
        userid: UserName,
        /// The password of the first administrator.
        password: NewPassword,
    }
}

record! {
    /// The signed-in account.
    AuthenticationRecord {
        /// The name of the account; empty if nobody is signed in.
        profile: String,
        /// The name that others see.
        displayname: String,
        /// The name of the account.
        peerid: String,
        /// Whether somebody is signed in.
        authenticated: bool,
        /// Whether somebody is signed in.
        isguestauthenticated: bool,
        /// The way in which old clients hash a password.
        hash: HashKind,
        /// Not in use here.
        guesthash: Empty,
        /// Not in use here.
        guesthashurl: Empty,
        /// Whether the server runs on another machine than the client.
        isremote: Yes,
        /// Not in use here.
        reasoncode: Empty,
        /// The kind of server.
        system = "OS": System,
        /// The place where accounts are stored.
        authtype: AccountSource,
        /// Whether users can sign in with SAML.
        enablesaml: No,
        /// The rights of the account; empty if nobody is signed in.
        userlevel: OrEmpty<UserLevel>,
        /// The kind of account: 0, an account of this cloud.
        userauthtype: &'static str,
    }
    /// Facts that a client needs before anybody signs in.
    ServerRecord {
        /// The name of the cloud.
        name: String,
        /// The version of the program.
        version: &'static str,
        /// Whether the cloud has no administrator yet.
        awaitssetup: bool,
        /// Minimum number of characters in a new password.
        passwordminlength: u32,
        /// The colour of buttons and marks, as `#rrggbb`; empty for the default colour.
        accentcolour: String,
        /// A name for the content of the logo that `getcustomimage` sends; empty if administrators
        /// have set none.
        logo: String,
        /// Whether `gettos` has terms of use.
        hasterms: bool,
        /// Whether `getprivacy` has a privacy text.
        hasprivacy: bool,
        /// Whether people can sign up, with `createprofile`.
        signsup: bool,
        /// Whether mail is set up, so that `resetpassword` mails a link.
        sendsmail: bool,
        /// Kinds of files of which `getfsthumbimage` makes no pictures here, separated by commas:
        /// of `pictures`, `RAW`, `videos`, `HEIC`, `AVIF` and `PDF`. Empty if it makes pictures of all.
        nothumbnailsof: String,
    }
}

reply! {
    /// The signed-in account.
    Authentication = authenticationinfo()[info: AuthenticationRecord; 1];
    /// Facts that a client needs before anybody signs in.
    Server = serverinfo()[server: ServerRecord; 1];
}

pub enum HashKind {
    Sha1,
}

pub enum System {
    Cloud,
}

pub enum AccountSource {
    Default,
}

/// The rights of an account, as clients name them.
pub enum UserLevel {
    Full,
    Guest,
    Disabled,
}

words! {
    HashKind { Sha1 = "sha1" }
    System { Cloud = "TONIDO_CLOUD" }
    AccountSource { Default = "DEFAULT" }
    UserLevel { Full = "FULL", Guest = "GUEST", Disabled = "DISABLED" }
}

impl UserLevel {
    /// The level of an account with a status.
    pub fn of(status: AccountStatus) -> OrEmpty<UserLevel> {
        OrEmpty(Some(match status {
            AccountStatus::Full => UserLevel::Full,
            AccountStatus::Guest | AccountStatus::External => UserLevel::Guest,
            AccountStatus::Disabled => UserLevel::Disabled,
        }))
    }
}

fn sign_in(context: &mut CallContext<'_>, guest: &Guest, params: Login) -> Result<Reply> {
    let device = params.remote_client_id.map(|client_id| NewDevice {
        client_id,
        name: params.remote_client_disp_name.unwrap_or_default(),
        api_level: params.remote_client_api_level.unwrap_or_default(),
        os_type: params.remote_client_os_type.unwrap_or_default(),
        app_version: params.remote_client_app_version.unwrap_or_default(),
        os_version: params.remote_client_os_version.unwrap_or_default(),
    });
    let (cloud, name) = (context.cloud(), &params.userid.0);
    // An empty password is wrong, not missing.
    let password = params.password.or_else(|| context.form().get("password").map(Secret::new));
    let sign_in = match (device, params.dsc, password) {
        (Some(device), Some(code), _) => {
            cloud.sign_in_by_device_code(&mut context.call, name, device, &code)?
        }
        (device, _, Some(password)) => {
            cloud.sign_in(&mut context.call, Side::User, name, &password, device)?
        }
        _ => return Err(Error::new(Code::Invalid, "The parameter password is missing.")),
    };
    Ok(signed_in(&sign_in, guest))
}

/// The answer to a right password.
pub fn signed_in(sign_in: &SignIn, guest: &Guest) -> Reply {
    match sign_in {
        SignIn::Done(signed_in) => {
            Reply::done().with_cookies(authenticate::cookies(signed_in, guest.is_secure))
        }
        SignIn::NeedsCode(token) => Reply::needs_code(token),
    }
}

fn sign_out(tx: &Write, guest: &Guest, params: SignOut) -> Result<Reply> {
    if params.share {
        return Ok(Reply::done().with_cookies(authenticate::no_share_cookies()));
    }
    if let Some(user) = &guest.user {
        sessions::end(tx, user.session())?;
    }
    Ok(Reply::done().with_cookies(authenticate::no_cookies(Side::User)))
}

fn authentication_info(_: &CloudView<'_>, guest: &Guest, _: Nothing) -> Result<Reply<Authentication>> {
    let account = guest.user.as_ref().map(|user| &user.session().account);
    let name = account.map_or(String::new(), |account| account.name.clone());
    Ok(Reply::one(AuthenticationRecord {
        profile: name.clone(),
        displayname: account.map_or(String::new(), |account| account.display_name.clone()),
        peerid: name,
        authenticated: account.is_some(),
        isguestauthenticated: account.is_some(),
        hash: HashKind::Sha1,
        guesthash: Empty,
        guesthashurl: Empty,
        isremote: Yes,
        reasoncode: Empty,
        system: System::Cloud,
        authtype: AccountSource::Default,
        enablesaml: No,
        userlevel: account.map_or(OrEmpty(None), |account| UserLevel::of(account.status)),
        userauthtype: "0",
    }))
}

fn server_info(view: &CloudView<'_>, _: &Guest, _: Nothing) -> Result<Reply<Server>> {
    let config = view.config();
    Ok(Reply::one(ServerRecord {
        name: config.name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        awaitssetup: view.awaits_setup()?,
        passwordminlength: config.password_length_min,
        accentcolour: config.accent_colour.0.clone(),
        logo: view.logo_etag()?.unwrap_or_default(),
        hasterms: !config.terms_text.0.is_empty(),
        hasprivacy: !config.privacy_text.0.is_empty(),
        signsup: view.sign_up_waits().is_ok(),
        sendsmail: view.sends_mail(),
        nothumbnailsof: view.kinds_without_thumbnails().join(","),
    }))
}

fn api_description(view: &CloudView<'_>, _: &Guest, _: Nothing) -> Result<Reply<DescriptionBytes>> {
    Ok(Reply::description(description(view)))
}

fn set_up(context: &mut CallContext<'_>, _: &Guest, params: SetUp) -> Result<Reply> {
    context.cloud().set_up(&mut context.call, &params.code, params.userid, &params.password)?;
    Ok(Reply::said("The first administrator is created. Please sign in."))
}
