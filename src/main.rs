#![forbid(unsafe_code)]
//! cloudlet: a personal cloud in one small program.
mod base;
mod config;
mod disk;
mod domain;
mod error;
mod store;

fn main() {}
