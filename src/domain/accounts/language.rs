//! The language in which the cloud writes to a person. Portals may use another one, by the
//! browser's language.

use crate::base::language::Language;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::chosen_language::{KEPT, chosen};
use crate::domain::accounts::client_values;
use crate::error::Result;
use crate::store::Write;

impl CloudView<'_> {
    /// The language of an account by its id; English if it has chosen none.
    pub fn language(&self, account: i64) -> Result<Language> {
        Ok(self.cloud.store.read(|read| chosen(read, account))?.unwrap_or_default())
    }
}

/// Sets the language of the acting account.
pub fn choose(tx: &Write, user: &User, language: Language) -> Result<()> {
    let (key, name) = KEPT;
    client_values::set(tx, user, key, name, language.name())
}
