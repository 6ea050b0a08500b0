//! Deleted and replaced contents: the recycle bin and versions.

mod recycle_bin;
mod versions;
