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
mod mailing;
mod monitor;
#[cfg(feature = "thumbs")]
mod picture;
mod portal;
#[cfg(feature = "thumbs")]
mod programs;
mod reach;
mod serve;
mod smtp;
mod store;
#[cfg(test)]
#[path = "../tests/it/harness/test_directory.rs"]
mod test_directory;

/// Runs the command that the program was started with.
#[must_use]
pub fn main() -> std::process::ExitCode {
    #[cfg(feature = "thumbs")]
    if let Some(code) = programs::confined_call(std::env::args_os()) {
        return code;
    }
    disk::local::avoid_huge_pages();
    base::local_zone::read_by(disk::local::zone_file);
    cli::run(std::env::args_os().skip(1))
}
