//! Files and folders through the API: looking, changing, and everything that must not be reached.

mod changing;
mod encodings;
mod listing;
mod names;
mod other_programs;
mod reach;
