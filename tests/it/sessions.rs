//! Signing in and out, and what ends a session.

mod cookies;
mod foreign_pages;
mod guessing;
mod listed;
mod secrets;
mod sign_in;
mod sign_out;
mod work_under_way;
