//! The allocator of the program. It returns memory to the system as soon as it is free, except for what
//! threads that rest must give back themselves (`base::free_memory`). The stack of a thread is returned
//! when the thread ends.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The allocator's setting for how many milliseconds it keeps free memory. With its default of a
/// second, memory is returned only when a thread uses the allocator again, and on an idle server no
/// thread does.
const DELAY_SETTING: &str = "MIMALLOC_PURGE_DELAY";

/// The settings of glibc, separated by colons. Other C libraries ignore them.
const LIBRARY_SETTINGS: &str = "GLIBC_TUNABLES";
/// glibc keeps up to 40 MB of stacks for the next threads, with 24 KiB in use in each.
const NO_STACKS_KEPT: &str = "glibc.pthread.stack_cache_size=0";

/// Makes the allocator and the C library return free memory at once. They read their settings from the
/// environment before the program begins. So the program starts itself once more: in the same
/// process, with the same arguments, open files and limits. If an administrator has set the
/// allocator's delay, everything stays as it is.
///
/// # Errors
/// The program cannot start itself once more. It can go on as it is.
pub fn give_memory_back_at_once() -> std::io::Result<()> {
    if std::env::var_os(DELAY_SETTING).is_some() {
        return Ok(());
    }
    let program = std::env::current_exe()?;
    // Under an emulator (qemu-user), the program's name is the same, but this link leads to the
    // emulator. There, the program cannot start itself once more: the kernel does not know it, and
    // would let a shell run it.
    if Path::new("/proc/thread-self/exe").read_link()? != program {
        return Err(std::io::Error::other("another program runs this one"));
    }
    let mut arguments = std::env::args_os();
    let mut again = Command::new(program);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    // `exec` returns only if it fails. By then it has restored the default for SIGPIPE, with which
    // a closed connection would end the program.
    again
        .args(arguments)
        .env(DELAY_SETTING, "0")
        .env(LIBRARY_SETTINGS, library_settings(std::env::var_os(LIBRARY_SETTINGS)));
    let error = again.exec();
    signal_hook::flag::register(signal_hook::consts::SIGPIPE, Arc::default())?;
    Err(error)
}

/// The program's own setting, then those of an administrator. Of two settings of one name glibc
/// takes the later one.
fn library_settings(set: Option<OsString>) -> OsString {
    let mut settings = OsString::from(NO_STACKS_KEPT);
    if let Some(set) = set.filter(|set| !set.is_empty()) {
        settings.push(":");
        settings.push(set);
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_administrator_has_set_counts() {
        assert_eq!(library_settings(None), NO_STACKS_KEPT);
        assert_eq!(library_settings(Some("".into())), NO_STACKS_KEPT);
        let own = "glibc.pthread.stack_cache_size=9000";
        assert_eq!(library_settings(Some(own.into())), *format!("{NO_STACKS_KEPT}:{own}"));
    }
}
