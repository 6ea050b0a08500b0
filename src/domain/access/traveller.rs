//! Who looks for a way to files.

use crate::base::share_id::ShareId;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;

/// Who is on the way.
#[derive(Clone, Debug)]
pub struct Traveller {
    /// The account; `None` for a visitor, who comes by a link.
    pub account: Option<i64>,
    /// An admin at work on users' data, who reaches every home.
    pub is_proxy: bool,
    /// Whether they call from the local network.
    pub is_at_home: bool,
    /// False where the administrator has turned links off.
    pub may_use_links: bool,
    /// Shares whose password they have given.
    pub opened: Vec<ShareId>,
    /// Shares of which a download was counted for them.
    pub resumed: Vec<ShareId>,
    /// The path of the link by which a visitor comes.
    pub link: Option<ShownPath>,
}

impl CloudView<'_> {
    /// Who somebody is on the way to files.
    pub(super) fn traveller(&self, user: &User) -> Traveller {
        let origin = user.origin();
        let begun = &self.cloud.begun_downloads;
        Traveller {
            account: user.as_visitor().is_none().then_some(user.id()),
            is_proxy: user.is_proxy(),
            is_at_home: origin.is_at_home,
            may_use_links: self.config().links_allowed,
            opened: origin.opened.clone(),
            // Asked now: what was begun by the same call counts.
            resumed: origin.network.map_or(Vec::new(), |network| begun.shares(network)),
            link: user.as_visitor().map(|visitor| visitor.link.clone()),
        }
    }
}
