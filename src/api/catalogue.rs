//! All operations that FileCloud servers are known to have, so that a call of one that this server does not offer gets
//! another answer than a call of none.

use crate::domain::sessions::Side;

/// One line an operation: side, name, area, tier.
const TEXT: &str = include_str!("catalogue.tsv");

/// One known operation.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub side: Side,
    pub name: &'static str,
    /// A: a home cloud needs it; B: useful; C: for enterprises.
    pub tier: &'static str,
}

pub fn all() -> impl Iterator<Item = Known> {
    TEXT.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        let side = if columns.next()? == "admin" { Side::Admin } else { Side::User };
        Some(Known { side, name: columns.next()?, tier: columns.nth(1)? })
    })
}

/// Whether other servers have an operation of this name (lower case).
pub fn knows(side: Side, name: &str) -> bool {
    all().any(|known| known.side == side && known.name.eq_ignore_ascii_case(name))
}

/// How much a home cloud needs an operation; empty for one that only this server has.
pub fn tier(side: Side, name: &str) -> &'static str {
    all()
        .find(|known| known.side == side && known.name.eq_ignore_ascii_case(name))
        .map_or("", |known| known.tier)
}
