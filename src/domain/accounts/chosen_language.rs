//! The language that an account has chosen.

use crate::base::language::Language;
use crate::error::Result;
use crate::store::{Read, user_values};

/// Key and name of the value that holds it.
pub(super) const KEPT: (&str, &str) = ("account", "language");

/// The language that an account has chosen; `None` if it has chosen none.
pub(super) fn chosen(read: &Read, account: i64) -> Result<Option<Language>> {
    let (key, name) = KEPT;
    Ok(user_values::get(read, account, key, name)?.and_then(|kept| Language::named(&kept)))
}
