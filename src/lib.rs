#![forbid(unsafe_code)]
//! cloudlet: a personal cloud in one small program.
//!
//! The command line becomes settings, the settings open the cloud, the cloud gets its entry points,
//! and the server answers. ARCHITECTURE.md shows the modules and their layers.

mod allocator;
mod api;
mod base;
mod cli;
mod config;
mod disk;
mod domain;
mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
mod host_names;
mod http;
mod jobs;
mod keys;
mod logger;
mod monitor;
#[cfg(feature = "thumbs")]
mod picture;
mod portal;
mod reach;
mod serve;
mod store;
#[cfg(test)]
#[path = "../tests/it/harness/test_directory.rs"]
mod test_directory;

/// Runs the command that the program was started with.
#[must_use]
pub fn main() -> std::process::ExitCode {
    disk::local::avoid_huge_pages();
    cli::run(std::env::args_os().skip(1))
}
