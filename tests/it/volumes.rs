//! More than one disk, disks that are not there, and disks that can do less than others.

mod abilities;
mod dates;
mod fallen;
mod faulty;
mod further;
mod lying;
mod missing;
mod owners;
pub mod sticks;
mod unfit;
mod watching;
mod within;
