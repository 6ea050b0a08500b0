//! Files and folders through the API: reading, changing, and everything that must not be reachable.

mod changing;
mod encodings;
mod large_folders;
mod listing;
mod names;
mod other_programs;
mod reach;
