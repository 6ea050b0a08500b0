//! Browsers, programs and devices that deleted or replaced very many files, and are held until
//! somebody decides.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, RecordId, params};
use crate::api::record::{Id, Seconds, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::shown::Noted;
use crate::base::secret::Secret;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::files::brake::Left;
use crate::error::{Code, Error, Result};
use crate::store::holds::HoldRow;

ops! { HOLDS: User "Held clients"
    /// Browsers, programs and devices of the account, and visitors by its links, that deleted or
    /// replaced very many files within ten minutes. They can read and add, but change nothing that
    /// exists until somebody decides. With `adminproxyuserid` those of all accounts.
    "getholds" proxy read list(Nothing) -> Holds;
    /// Undoes everything that a held client has deleted, replaced and moved, and ends its sessions,
    /// unless the caller uses this client. A file that is in the way becomes a version. The reply
    /// names the entries that could not be restored, up to 200 of them. They stay in the hold, and
    /// the call can be repeated.
    "takebackhold" proxy slow take_back(Hold) -> TakenBackReply;
    /// Lets a held client go on. For an hour nothing that it does is counted.
    "endhold" proxy slow end(EndHold) -> Command;
}

params! {
    Hold {
        /// The id of the hold.
        holdid: Noted<RecordId>,
    }
    EndHold {
        /// The id of the hold.
        holdid: Noted<RecordId>,
        /// The password of the account. Only the held client itself must give it, so that a program
        /// that does harm cannot let itself go on.
        password: Option<Secret>,
    }
}

record! {
    /// A held client.
    HoldRecord {
        /// Its id.
        holdid: Id,
        /// The account, or `link:` and the id of the share.
        username: String,
        /// The name that the client gave.
        agent: String,
        /// The address at which it signed in.
        ip: String,
        /// The time when it was held.
        sinceepochutc: Seconds,
        /// Number of contents that the client replaced and that are not restored.
        replaced: u64,
        /// Number of files that the client deleted and that are not restored, with those in deleted
        /// folders. An empty folder counts as one.
        deleted: u64,
        /// 1 if the caller uses this client.
        isown: bool,
    }
    /// The result of taking changes back.
    TakenBackMeta {
        /// Number of files and folders that came back.
        cameback: u64,
        /// Number of changes that could not be taken back.
        stayed: u64,
    }
    /// An entry that could not be brought back, or not under its name.
    LeftRecord {
        /// Its path, or its name if the caller does not see it.
        path: String,
        /// The reason, in a sentence.
        message: String,
    }
}

reply! {
    /// Held clients, newest first.
    Holds = holds(Total)[hold: HoldRecord];
    /// The entries that were restored, and those that were not.
    TakenBackReply = takenback(TakenBackMeta)[entry: LeftRecord];
}

fn list(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply<Holds>> {
    let own = user.client().key;
    let record = |hold: HoldRow| HoldRecord {
        holdid: Id(hold.id),
        username: hold.who,
        agent: hold.agent,
        ip: hold.address,
        sinceepochutc: Seconds(hold.begun),
        replaced: hold.replaced,
        deleted: hold.deleted,
        isown: hold.client == own,
    };
    Ok(Reply::counted(view.holds(user)?.into_iter().map(record).collect::<Vec<_>>()))
}

fn take_back(context: &mut CallContext<'_>, user: &User, params: Hold) -> Result<Reply<TakenBackReply>> {
    let (taken, change) = context.cloud().take_back(user, params.holdid.0)?;
    context.settle(change)?;
    let meta = TakenBackMeta { cameback: taken.came_back, stayed: taken.stayed };
    let record = |left: Left| LeftRecord { path: left.path, message: left.reason };
    Ok(Reply::with_meta(meta, taken.left.into_iter().map(record).collect::<Vec<_>>()))
}

fn end(context: &mut CallContext<'_>, user: &User, params: EndHold) -> Result<Reply> {
    let cloud = context.cloud();
    if cloud.view().hold(user, params.holdid.0)?.client == user.client().key {
        let sentence = "This is the browser or program that is held. Please give your password.";
        let password = params.password.ok_or_else(|| Error::new(Code::Invalid, sentence))?;
        cloud.check_own_password(user, &password, context.call.address())?;
    }
    let change = cloud.end_hold(user, params.holdid.0)?;
    context.settle(change)?;
    Ok(Reply::done())
}
