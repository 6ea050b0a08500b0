//! The person for whom ways to files are searched.

use crate::base::share_id::ShareId;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;

/// The person who asks for files.
#[derive(Clone, Debug)]
pub struct Traveller {
    /// The account; `None` for a visitor, who comes by a link.
    pub account: Option<i64>,
    /// True for an admin at work on users' data, who reaches every home.
    pub is_proxy: bool,
    /// True if the call comes from the local network.
    pub is_at_home: bool,
    /// False if the administrator has turned links off, and in calls that are not for visitors.
    pub may_use_links: bool,
    /// Shares whose password the person has given.
    pub opened: Vec<ShareId>,
    /// Shares from which a download of the person was counted.
    pub resumed: Vec<ShareId>,
    /// The path of the link by which a visitor comes.
    pub link: Option<ShownPath>,
}

impl CloudView<'_> {
    /// The traveller for a user.
    pub(super) fn traveller(&self, user: &User) -> Traveller {
        let origin = user.origin();
        let begun = &self.cloud.begun_downloads;
        Traveller {
            account: user.as_visitor().is_none().then_some(user.id()),
            is_proxy: user.is_proxy(),
            is_at_home: origin.is_at_home,
            may_use_links: self.config().links_allowed && !user.is_kept_from_links(),
            opened: origin.opened.clone(),
            // These are read now, so that they include a download that the same call has begun.
            resumed: origin.network.map_or(Vec::new(), |network| begun.shares(network)),
            link: user.as_visitor().map(|visitor| visitor.link.clone()),
        }
    }
}
