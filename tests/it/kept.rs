//! Deleted and replaced contents: the recycle bin and the versions of files.

mod recycle_bin;
mod versions;
