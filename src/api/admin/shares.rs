//! Shares of all accounts, for administrators. They change them with the users' operations and
//! `adminproxyuserid`.

use crate::api::admin::groups::page_of;
use crate::api::op::ops;
use crate::api::params::{AccountName, params};
use crate::api::record::{Total, reply};
use crate::api::reply::Reply;
use crate::api::user::shares::{ShareRecord, record};
use crate::domain::CloudView;
use crate::domain::accounts::actor::{Admin, User};
use crate::domain::sharing::shares::ShareFilter;
use crate::error::Result;

ops! { SHARES: Admin "Shares"
    /// The shares of an account, or of all accounts, oldest first. Shares of entries in the recycle
    /// bin are left out.
    "getsharesbyowner" admin read by_owner(ByOwner) -> SharesOfOwner;
}

params! {
    ByOwner {
        /// The account; all accounts if it is missing.
        shareowner: Option<AccountName>,
        /// Only shares of others that this account has, by itself or as a member of a group.
        sharedwith: Option<AccountName>,
        /// Only shares whose path, name or owner contains this text.
        sharefilter: Option<String>,
        /// Number of records to skip.
        start: Option<u64>,
        /// Maximum number of records; all if it is missing.
        limit: Option<u64>,
    }
}

reply! {
    /// Shares.
    SharesOfOwner = shares(Total)[share: ShareRecord];
}

fn by_owner(view: &CloudView<'_>, admin: &Admin, params: ByOwner) -> Result<Reply<SharesOfOwner>> {
    let user = User::proxy(admin);
    let filter = ShareFilter {
        owner: params.shareowner.map(|name| name.0),
        member: params.sharedwith.map(|name| name.0),
        text: params.sharefilter.unwrap_or_default(),
    };
    let found = view.all_shares(&user, &filter)?;
    let page = page_of(params.start, params.limit);
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let shown = found.iter().skip(count(page.start)).take(count(page.limit));
    let records: Vec<ShareRecord> = shown.map(|shared| record(view, &user, shared)).collect();
    Ok(Reply::with_meta(Total { total: found.len() }, records))
}
