//! More than one disk, disks that are not there, and disks that can do less than others.

mod abilities;
mod dates;
mod faulty;
mod further;
mod lying;
mod missing;
pub mod sticks;
mod watching;
mod within;
