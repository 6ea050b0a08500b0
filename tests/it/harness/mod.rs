//! The tools of every test: a server on data of its own, clients of every kind, and strict readers
//! of replies.
//!
//! The server is the built program, and tests reach it through real sockets only. Nothing here
//! knows the inside of the program.

pub mod attributes;
mod authenticator;
mod caller;
mod command;
mod connection;
pub mod contract;
mod data;
mod dead_mounts;
mod disk;
mod faulty_disk;
mod multipart;
pub mod old_database;
mod reply;
mod server;
mod smtp_sink;
mod test_directory;
mod xml;

pub use authenticator::Authenticator;
pub use caller::{Caller, Request};
pub use command::{Finished, cloudlet, finish, program, run};
pub use connection::Connection;
pub use data::{Data, change_in_place};
pub use dead_mounts::end_once as end_dead_mounts;
pub use disk::{Disk, SERVICE_USER, may_change_owners, may_mount};
pub use faulty_disk::{FaultyDisk, OnFaultyDisk};
pub use multipart::Multipart;
pub use reply::{Framing, Reply};
pub use server::{Launch, Server};
pub use smtp_sink::{Manner, Protection, SmtpSink, Taken};
pub use xml::Element;

use std::path::Path;
use std::time::{Duration, Instant};

/// The password of every account of the tests.
pub const PASSWORD: &str = "correct horse battery";

/// A text in the form that it has in a URL or a form: everything but letters, digits and `-._~` is
/// escaped.
pub fn encoded(text: impl AsRef<[u8]>) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let mut escaped = String::with_capacity(text.as_ref().len());
    for byte in text.as_ref() {
        match is_plain(*byte) {
            true => escaped.push(char::from(*byte)),
            false => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// Parameters in the form of a query or a URL-encoded body.
pub fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

/// Bytes that look random but are the same for the same seed, so that a part that is missing or in
/// the wrong place is noticed.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    const BLOCK_BYTES: usize = 4096;
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut block = Vec::with_capacity(BLOCK_BYTES);
    while block.len() < BLOCK_BYTES {
        // This is xorshift64 of Marsaglia, "Xorshift RNGs", 2003.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        block.extend_from_slice(&state.to_le_bytes());
    }
    let mut bytes = Vec::with_capacity(length + BLOCK_BYTES);
    while bytes.len() < length {
        // The number makes every block different from all others.
        let number = bytes.len() as u64;
        block[..8].copy_from_slice(&(number ^ state).to_le_bytes());
        bytes.extend_from_slice(&block);
    }
    bytes.truncate(length);
    bytes
}

/// Repeats a question until the answer is yes. If that takes too long, it fails and says what it
/// was waiting for.
pub fn wait_until(what: &str, longest: Duration, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < longest, "not within {longest:?}: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The result of a thread. If the thread has panicked, this repeats what it said, because the end of
/// the output is what one reads first.
#[track_caller]
pub fn joined<T>(ended: std::thread::Result<T>) -> T {
    ended.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or(panic.downcast_ref::<&str>().copied());
        panic!("a thread failed: {}", said.unwrap_or("it did not say why"))
    })
}

/// The names in a directory, sorted. There are none if the directory does not exist.
pub fn names(directory: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
