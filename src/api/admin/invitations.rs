//! Links by which owners of accounts choose their passwords. Administrators pass them on.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{AccountName, params};
use crate::api::record::{Seconds, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::texts::{DisplayName, Email, Lines};
use crate::base::qr::Qr;
use crate::base::time::now_seconds;
use crate::base::user_name::UserName;
use crate::domain::accounts::account::NewAccount;
use crate::domain::accounts::actor::Admin;
use crate::domain::accounts::one_time_links::{self, OneTimeLink, Purpose};
use crate::domain::accounts::pairing::BASE_URL_BYTES_MAX;
use crate::error::Result;
use crate::store::users::AccountStatus;

ops! { INVITATIONS: Admin "Users"
    /// Makes an account without a password, and a link by which its owner chooses one. The link
    /// works once, within seven days.
    "inviteuser" admin slow invite(Invite) -> OneTimeLinks;
    /// Mails the owner of an account a link for a new password, if mail is set up. The mail never
    /// has a password. The account does not change until the link is used.
    "resetpassword" admin slow mail(Mail) -> Command;
    /// Makes a link by which the owner of an account chooses a new password. It works once, within
    /// an hour; within seven days if nobody has signed in to the account yet. It replaces the last
    /// link. The account does not change until the link is used.
    "createpasswordlink" admin slow create(Create) -> OneTimeLinks;
}

params! {
    Invite {
        /// The name: letters, digits and . _ - @.
        username: UserName,
        /// The e-mail address.
        email: Option<Email>,
        /// The name that others see.
        displayname: Option<DisplayName>,
        /// 0 guest, 1 full, 3 external.
        status: AccountStatus = 1,
        /// The address at which the person opens the cloud. If it is missing, the link has the
        /// server's addresses in its network.
        baseurl: Option<Lines<0, BASE_URL_BYTES_MAX>>,
    }
    Mail {
        /// The account.
        profile: AccountName,
    }
    Create {
        /// The account.
        username: AccountName,
        /// The address at which the person opens the cloud. If it is missing, the link has the
        /// server's addresses in its network.
        baseurl: Option<Lines<0, BASE_URL_BYTES_MAX>>,
    }
}

record! {
    /// A one-time link.
    LinkMeta {
        /// The account.
        username: String,
        /// Seconds for which it works.
        validseconds: i64,
        /// The time until which it works.
        expiresepochutc: Seconds,
        /// Whether it was mailed too.
        ismailed: bool,
        /// Number of addresses.
        total: usize,
    }
    /// An address of the link.
    LinkAddress {
        /// The address.
        url: String,
        /// The address as a QR code: rows of 1 for dark and 0 for light, separated by commas.
        qr: String,
    }
}

reply! {
    /// A one-time link with its addresses, the best first.
    OneTimeLinks = links(LinkMeta)[link: LinkAddress];
}

fn invite(context: &mut CallContext<'_>, admin: &Admin, params: Invite) -> Result<Reply<OneTimeLinks>> {
    let link = context.view().new_link(Purpose::Invitation, params.baseurl.as_deref())?;
    let name = params.username.to_string();
    let account = NewAccount {
        email: params.email.map(|email| email.0),
        display_name: params.displayname.map(|name| name.0),
        status: params.status,
        ..NewAccount::without_password(params.username)?
    };
    let mut meta = meta(&name, &link);
    let addresses = addresses(&link)?;
    let sender = admin.session().account.display_name.clone();
    meta.ismailed = context.settle(context.cloud().invite(account, link, sender))?;
    Ok(Reply::with_meta(meta, addresses))
}

fn create(context: &mut CallContext<'_>, admin: &Admin, params: Create) -> Result<Reply<OneTimeLinks>> {
    let account = context.view().existing_account(&params.username.0)?;
    let link = context.view().new_link(Purpose::of_password(&account), params.baseurl.as_deref())?;
    let name = account.name;
    let (admin, reply) = (admin.clone(), Reply::with_meta(meta(&name, &link), addresses(&link)?));
    context.commit(move |tx| {
        admin.check_may_change_account(tx, &name, false)?;
        one_time_links::offer(tx, &name, &link)
    })?;
    Ok(reply)
}

fn mail(context: &mut CallContext<'_>, admin: &Admin, params: Mail) -> Result<Reply> {
    let account = context.view().existing_account(&params.profile.0)?;
    let mail = context.cloud().password_link_by_admin(&account)?;
    let admin = admin.clone();
    context.commit(move |tx| {
        admin.check_may_change_account(tx, &account.name, false)?;
        mail(tx)
    })?;
    Ok(Reply::done())
}

fn meta(account: &str, link: &OneTimeLink) -> LinkMeta {
    LinkMeta {
        username: account.to_owned(),
        validseconds: link.seconds,
        expiresepochutc: Seconds(now_seconds() + link.seconds),
        ismailed: false,
        total: link.addresses.len(),
    }
}

fn addresses(link: &OneTimeLink) -> Result<Vec<LinkAddress>> {
    let address = |url: &String| Ok(LinkAddress { url: url.clone(), qr: Qr::of(url)?.rows() });
    link.addresses.iter().map(address).collect()
}
