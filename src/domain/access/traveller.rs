//! Who looks for a way to files.

use crate::base::share_id::ShareId;
use crate::base::shown_path::ShownPath;
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
    /// Shares whose password they have given.
    pub opened: Vec<ShareId>,
    /// The path of the link by which a visitor comes.
    pub link: Option<ShownPath>,
}

impl User {
    /// Who this is on the way to files.
    pub(in crate::domain) fn traveller(&self) -> Traveller {
        Traveller {
            account: self.as_visitor().is_none().then_some(self.id()),
            is_proxy: self.is_proxy(),
            is_at_home: self.origin().is_at_home,
            opened: self.origin().opened.clone(),
            link: self.as_visitor().map(|visitor| visitor.link.clone()),
        }
    }
}
