//! Several disks, disks that are missing, and disks that can do less than others.

mod abilities;
mod background;
mod busy;
mod dates;
mod every_operation;
mod fallen;
mod faulty;
mod further;
mod kept_abilities;
mod kept_attributes;
mod killed;
mod leftover;
mod lying;
mod main_disk;
mod missing;
mod network;
mod owners;
mod silent;
pub mod sticks;
mod stopped;
mod unfit;
mod watching;
mod within;
