//! All operations of FileCloud servers. A call of one that this server does not offer gets another
//! answer than a call of an unknown one.

use crate::domain::accounts::sessions::Side;

/// One line for each operation: side, name, area, tier, and who uses or documents it.
const TEXT: &str = include_str!("catalogue.tsv");

/// One known operation.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub side: Side,
    pub name: &'static str,
    /// A: a home cloud needs it. B: it is useful. C: it is for enterprises.
    pub tier: &'static str,
    /// The vendor's clients that call it, and `documented` if the vendor describes it; separated by
    /// commas.
    pub clients: &'static str,
}

pub fn all() -> impl Iterator<Item = Known> {
    TEXT.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        let side = if columns.next()? == "admin" { Side::Admin } else { Side::User };
        Some(Known { side, name: columns.next()?, tier: columns.nth(1)?, clients: columns.next()? })
    })
}

/// True if other servers have an operation with this name (in lower case). Those of CASB begin with
/// the folder in their addresses.
pub fn knows(side: Side, name: &str) -> bool {
    find(side, name.strip_prefix("casb/").unwrap_or(name)).is_some()
}

/// The entry of an operation (in lower case); `None` if only this server has it.
pub fn find(side: Side, name: &str) -> Option<Known> {
    let same = all().filter(|known| known.side == side && known.name.eq_ignore_ascii_case(name));
    // Some names belong to two operations: a common one, and a rare one of another application.
    same.min_by_key(|known| known.tier)
}
