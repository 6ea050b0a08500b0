//! The other users of the cloud, as one of them may see them.

use crate::base::time::now_seconds;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::groups::{self, Page};
use crate::error::Result;
use crate::store::users::{self, PeopleFilter};

pub use crate::store::users::PersonRow as Person;

impl CloudView<'_> {
    /// Users who can sign in, and whose name, display name or e-mail address contains a text, by
    /// name; without the user who asks.
    pub fn people(&self, user: &User, text: &str, page: Page) -> Result<Vec<Person>> {
        self.find_people(user, None, text, page)
    }

    /// The same for members of a group that the user may see, including the user who asks.
    ///
    /// # Errors
    /// `Code::NotFound` without such a group.
    pub fn people_in_group(&self, user: &User, group: i64, text: &str, page: Page) -> Result<Vec<Person>> {
        self.find_people(user, Some(group), text, page)
    }

    fn find_people(&self, user: &User, group: Option<i64>, text: &str, page: Page) -> Result<Vec<Person>> {
        let filter = PeopleFilter {
            text: text.trim().to_lowercase(),
            without: group.is_none().then_some(user.id()),
            group: None,
            at: now_seconds(),
            start: page.start,
            limit: page.limit,
        };
        self.cloud.store.read(|read| {
            let Some(id) = group else { return users::people(read, &filter) };
            let group = groups::seen_by(read, user, id)?;
            // All accounts are members of EVERYONE.
            let group = (!group.is_everyone).then_some(group.id);
            users::people(read, &PeopleFilter { group, ..filter })
        })
    }
}
