//! Files and folders through the API: looking, changing, and everything that must not be reached.

mod changing;
mod encodings;
mod large_folders;
mod listing;
mod names;
mod other_programs;
mod reach;
