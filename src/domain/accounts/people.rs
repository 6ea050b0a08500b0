//! The other people of the cloud, as one of them may know them.

use crate::base::time::now_seconds;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::groups::{self, Page};
use crate::error::{Code, Error, Result};
use crate::store::users::{self, PeopleFilter};

pub use crate::store::users::PersonRow as Person;

impl CloudView<'_> {
    /// People who can sign in and whose name, display name or e-mail address contains a text, by name; without the user.
    pub fn people(&self, user: &User, text: &str, page: Page) -> Result<Vec<Person>> {
        self.find_people(user, None, text, page)
    }

    /// Members of a group that the user may know, found the same way; the user is one of them.
    ///
    /// # Errors
    /// `Code::NotFound` without such a group.
    pub fn people_in_group(&self, user: &User, group: i64, text: &str, page: Page) -> Result<Vec<Person>> {
        self.find_people(user, Some(group), text, page)
    }

    /// Refuses a user who may not invite people.
    ///
    /// # Errors
    /// `Code::Forbidden`.
    pub fn check_may_invite(&self, user: &User) -> Result<()> {
        match user.session().account.is_admin || self.policy_of(user.id())?.profiles.0 {
            true => Ok(()),
            false => Err(Error::new(Code::Forbidden, "Only administrators invite people into this cloud.")),
        }
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
