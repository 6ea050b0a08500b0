//! What people share, as an administrator sees it. Changing it is done by the users' operations with `adminproxyuserid`.

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
    /// What an account shares, or what everybody shares, oldest first. What lies in the recycle bin is left out.
    "getsharesbyowner" admin read by_owner(ByOwner) -> SharesOfOwner;
}

params! {
    ByOwner {
        /// The account; everybody without it.
        shareowner: Option<AccountName>,
        /// Only what this account has, by itself or as the member of a group, and others share.
        sharedwith: Option<AccountName>,
        /// Only shares whose path, name or owner contains this text.
        sharefilter: Option<String>,
        /// How many to pass over.
        start: Option<u64>,
        /// How many to send, all without it.
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
