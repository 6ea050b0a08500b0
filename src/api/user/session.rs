//! Signing in and out as a user, what the server is, and the first run.

use crate::api::authenticate::{self, Guest};
use crate::api::call_context::CallContext;
use crate::api::document::{description, description_at_once};
use crate::api::op::ops;
use crate::api::params::{AccountName, Nothing, params};
use crate::api::record::{Empty, No, OrEmpty, Yes, record, reply};
use crate::api::reply::{Command, DescriptionBytes, Reply};
use crate::api::schema::words;
use crate::base::secret::Secret;
use crate::base::user_name::UserName;
use crate::domain::CloudView;
use crate::domain::accounts::sessions::{self, Side};
use crate::domain::accounts::sign_in::SignIn;
use crate::domain::quota::usage::percent;
use crate::error::{Code, Error, Result};
use crate::store::Write;
use crate::store::devices::NewDevice;
use crate::store::users::AccountStatus;

ops! { SESSION: User "Authentication and system"
    /// Signs in as a user and sets the session's cookies. Result 3: the code of a second factor is needed, and `2falogin` takes it with the message as its token. A refusal has status 400.
    "loginguest" anyone slow sign_in(Login) -> Command;
    /// Signs a device in, as `loginguest` does.
    "rmcloginguest" anyone slow sign_in(Login) -> Command;
    /// Signs out.
    "locksession" anyone write sign_out(SignOut) -> Command;
    /// Signs out.
    "logoutprofile" anyone write sign_out(SignOut) -> Command;
    /// Says who is signed in. Works without a session.
    "getauthenticationinfo" anyone immediate authentication_info(Nothing) -> Authentication;
    /// Says what this server is and, for a signed-in user, how much room there is.
    "getsystemstatus" anyone read system_status(Nothing) -> SystemStatus;
    /// What a client should know before anybody signs in: the cloud's name, and whether its first administrator is missing.
    "serverinfo" anyone read server_info(Nothing) -> Server;
    /// The description of every operation, as OpenAPI in JSON. It is at `/openapi.json` as well.
    "getapidescription" anyone read api_description(Nothing) -> DescriptionBytes or api_description_at_once;
    /// Creates the first administrator with the one-time code from the server's console.
    "setup" anyone slow set_up(SetUp) -> Command;
}

params! {
    Login {
        /// User name or e-mail address.
        userid: AccountName,
        /// The password.
        password: Option<Secret>,
        /// The id that the program or device has given itself; it is then in the lists of devices.
        remote_client_id: Option<String>,
        /// What the device is called.
        remote_client_disp_name: Option<String>,
        /// The version of the protocol.
        remote_client_api_level: Option<String>,
        /// The kind of its system.
        remote_client_os_type: Option<String>,
        /// The version of the program.
        remote_client_app_version: Option<String>,
        /// The version of the system.
        remote_client_os_version: Option<String>,
        /// The code of `approvedeviceaccess`, instead of the password.
        dsc: Option<Secret>,
    }
    SignOut {
        /// 1 to end only what was begun with the password of a share.
        share: bool = false,
    }
    SetUp {
        /// The one-time code that the server printed.
        code: Secret,
        /// The name of the first administrator.
        userid: UserName,
        /// The password of the first administrator.
        password: Secret,
    }
}

record! {
    /// Who is signed in.
    AuthenticationRecord {
        /// The name of the account; empty when nobody is signed in.
        profile: String,
        /// The name that others see.
        displayname: String,
        /// The name of the account.
        peerid: String,
        /// Whether somebody is signed in.
        authenticated: bool,
        /// Whether somebody is signed in.
        isguestauthenticated: bool,
        /// How old clients were to hash a password.
        hash: HashKind,
        /// Not in use here.
        guesthash: Empty,
        /// Not in use here.
        guesthashurl: Empty,
        /// Whether the server is another machine than the client's.
        isremote: Yes,
        /// Not in use here.
        reasoncode: Empty,
        /// What kind of server this is.
        system = "OS": System,
        /// How accounts are kept.
        authtype: AccountSource,
        /// Whether there is a sign-in by SAML.
        enablesaml: No,
        /// What the account may do; empty when nobody is signed in.
        userlevel: OrEmpty<UserLevel>,
        /// Where the account is kept: 0, by this cloud.
        userauthtype: &'static str,
    }
    /// What this server is, and how much room the caller has.
    SystemStatusRecord {
        /// The version of the program.
        appversion: &'static str,
        /// The version of the protocol.
        apilevel: &'static str,
        /// The name of the account; empty when nobody is signed in.
        peerid: String,
        /// The name that others see.
        displayname: String,
        /// What kind of server this is.
        system = "OS": System,
        /// The name of the cloud.
        oem: String,
        /// Whether there is a newer version: this server looks for none.
        needsupdate: No,
        /// The name of the account; empty when nobody is signed in.
        currentprofile: String,
        /// For how many seconds the server has been running.
        uptime: u64,
        /// Not in use here.
        httpport: Empty,
        /// Whether the server can be used.
        isonline: Yes,
        /// Whether calls go by another server.
        relayactive: No,
        /// Whether the server is another machine than the client's.
        isremote: Yes,
        /// Whether this call came by HTTPS.
        ishttps: bool,
        /// Not in use here.
        serverurl: Empty,
        /// How accounts are kept.
        authtype: AccountSource,
        /// How many characters a new password has at least.
        passwordminlength: u32,
        /// The e-mail address of the account.
        email: String,
        /// Not in use here.
        mediasyncstorepath: Empty,
        /// What the account may do. This and what follows is there for who is signed in.
        userstatus: Option<OrEmpty<UserLevel>>,
        /// How many bytes the account holds.
        storageusage: Option<u64>,
        /// How many bytes it may hold; 0 for no limit.
        sizelimit: Option<u64>,
        /// How much of that it holds, in percent.
        usagepercent: Option<u64>,
        /// How many bytes it can still store.
        availablestorage: Option<u64>,
        /// Whether the disk is nearly full. For administrators.
        disknearlyfull: Option<bool> as extension,
    }
    /// What a client should know before anybody signs in.
    ServerRecord {
        /// The name of the cloud.
        name: String,
        /// The version of the program.
        version: &'static str,
        /// Whether the first administrator is missing.
        awaitssetup: bool,
        /// How many characters a new password has at least.
        passwordminlength: u32,
        /// The colour of buttons and marks, as `#rrggbb`; empty for the one of the program.
        accentcolour: String,
        /// What names the content of the logo that `getcustomimage` sends; empty where administrators have set none.
        logo: String,
        /// Whether `gettos` has terms of use.
        hasterms: bool,
        /// Whether `getprivacy` has words about people's data.
        hasprivacy: bool,
    }
}

reply! {
    /// Who is signed in.
    Authentication = authenticationinfo()[info: AuthenticationRecord; 1];
    /// What this server is, and how much room the caller has.
    SystemStatus = systemstatus()[status: SystemStatusRecord; 1];
    /// What a client should know before anybody signs in.
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

/// What an account may do, as clients are told.
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
    // An empty password is a wrong one, not a missing one.
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

fn system_status(view: &CloudView<'_>, guest: &Guest, _: Nothing) -> Result<Reply<SystemStatus>> {
    let account = guest.user.as_ref().map(|user| &user.session().account);
    let name = account.map_or(String::new(), |account| account.name.clone());
    let mut record = SystemStatusRecord {
        appversion: env!("CARGO_PKG_VERSION"),
        apilevel: "23",
        peerid: name.clone(),
        displayname: account.map_or(String::new(), |account| account.display_name.clone()),
        system: System::Cloud,
        oem: view.config().name.clone(),
        needsupdate: No,
        currentprofile: name,
        uptime: view.uptime().as_secs(),
        httpport: Empty,
        isonline: Yes,
        relayactive: No,
        isremote: Yes,
        ishttps: guest.is_secure,
        serverurl: Empty,
        authtype: AccountSource::Default,
        passwordminlength: view.config().password_length_min,
        email: account.and_then(|account| account.email.clone()).unwrap_or_default(),
        mediasyncstorepath: Empty,
        userstatus: None,
        storageusage: None,
        sizelimit: None,
        usagepercent: None,
        availablestorage: None,
        disknearlyfull: None,
    };
    if let Some(account) = account {
        let usage = view.account_usage(&account.name)?;
        let (used, limit) = (usage.bytes(), usage.quota_bytes);
        record.userstatus = Some(UserLevel::of(account.status));
        record.storageusage = Some(used);
        record.sizelimit = Some(limit);
        record.usagepercent = Some(percent(used, limit));
        record.availablestorage = Some(view.free_bytes(&usage)?);
        record.disknearlyfull = account.is_admin.then(|| view.is_disk_nearly_full()).transpose()?;
    }
    Ok(Reply::one(record))
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
    }))
}

fn api_description(_: &CloudView<'_>, _: &Guest, _: Nothing) -> Result<Reply<DescriptionBytes>> {
    Ok(Reply::description(description()))
}

fn api_description_at_once(_: &CloudView<'_>, _: &Guest, _: &Nothing) -> Option<Reply<DescriptionBytes>> {
    description_at_once().map(Reply::description)
}

fn set_up(context: &mut CallContext<'_>, _: &Guest, params: SetUp) -> Result<Reply> {
    context.cloud().set_up(&mut context.call, &params.code, params.userid, &params.password)?;
    Ok(Reply::said("The first administrator is created. Please sign in."))
}
