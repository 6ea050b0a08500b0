//! More than one disk, disks that are not there, and disks that can do less than others.

mod abilities;
mod further;
mod missing;
mod watching;
