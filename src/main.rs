#![forbid(unsafe_code)]
//! cloudlet: a personal cloud in one small program.
//!
//! A command line becomes settings, settings open the cloud, the cloud gets its doors, and the server answers. What lies
//! where, and which floor may use which, stands in ARCHITECTURE.md.

mod api;
mod base;
mod cli;
mod config;
mod disk;
mod domain;
mod error;
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

/// Gives memory back once it is free, whichever thread it was for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    disk::local::avoid_huge_pages();
    cli::run(std::env::args_os().skip(1))
}
