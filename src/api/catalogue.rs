//! All operations that FileCloud servers are known to have, so that a call of one that this server does not offer gets
//! another answer than a call of none.

use crate::domain::accounts::sessions::Side;

/// One line an operation: side, name, area, tier, who uses or documents it.
const TEXT: &str = include_str!("catalogue.tsv");

/// One known operation.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub side: Side,
    pub name: &'static str,
    /// A: a home cloud needs it; B: useful; C: for enterprises.
    pub tier: &'static str,
    /// Vendor's clients that call it, and `documented` where the vendor's description has it; separated by commas.
    pub clients: &'static str,
}

pub fn all() -> impl Iterator<Item = Known> {
    TEXT.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        let side = if columns.next()? == "admin" { Side::Admin } else { Side::User };
        Some(Known { side, name: columns.next()?, tier: columns.nth(1)?, clients: columns.next()? })
    })
}

/// Whether other servers have an operation of this name (lower case).
pub fn knows(side: Side, name: &str) -> bool {
    find(side, name).is_some()
}

/// What is known of an operation (lower case); `None` for one that only this server has.
pub fn find(side: Side, name: &str) -> Option<Known> {
    let same = all().filter(|known| known.side == side && known.name.eq_ignore_ascii_case(name));
    // Some names belong to an operation that everybody needs and to a rare one of another application.
    same.min_by_key(|known| known.tier)
}
